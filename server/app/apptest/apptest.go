// Package apptest starts the whole program inside a test of ours. Tests of other
// people have package qualiftest.
package apptest

import (
	"context"
	"sync"
	"testing"
	"time"

	"chorus-qualif/openapi"
	"chorus-qualif/server/app"
)

// contracts are compiled once for all the programs of a test binary, since that
// takes most of the time of a start.
var contracts = sync.OnceValues(openapi.Load)

// Contracts are those that [Start] starts with.
func Contracts(t testing.TB) *openapi.Set {
	t.Helper()
	set, err := contracts()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// patience is how long calls under way may take to end.
const patience = 10 * time.Second

// Start runs the program until the test ends, on free ports of the loopback
// interface unless the options say otherwise. The test has failed when it does
// not stop well.
func Start(t testing.TB, options app.Options) *app.App {
	t.Helper()
	options.Contracts = Contracts(t)
	a, err := app.New(options)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := a.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	return a
}
