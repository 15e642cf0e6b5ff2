package faults_test

import (
	"errors"
	"fmt"
	"testing"

	"chorus-qualif/server/faults"
	"chorus-qualif/server/sandboxes"
)

// What was done to the faults is remembered in order; what changed nothing is
// not.
func TestChangesOfFaultsAreRemembered(t *testing.T) {
	t.Parallel()
	sb := open(t)
	last := uint64(0)
	books := &faults.Books{LastCall: func(*sandboxes.Sandbox) uint64 { return last }}
	if all, forgotten := books.Of(sb).Changes(); len(all)+forgotten != 0 {
		t.Errorf("before any: got %v and %d", all, forgotten)
	}
	put := func(name string, times int) {
		t.Helper()
		if _, err := books.Put(sb, name, faults.Spec{Kind: "unauthorized", Probability: 1, Times: times}); err != nil {
			t.Fatal(err)
		}
	}
	put("b", 1)
	last = 7
	put("a", 2)
	books.Of(sb).Remove("nobody")
	books.Of(sb).Remove("a")
	books.Of(sb).Remove("")
	books.Of(sb).Remove("")
	if _, err := books.Put(sb, "c", faults.Spec{Kind: "no such"}); err == nil {
		t.Error("a kind that there is not was taken")
	}
	all, forgotten := books.Of(sb).Changes()
	var told []string
	for _, c := range all {
		times := -1
		if c.Spec != nil {
			times = c.Spec.Times
		}
		told = append(told, fmt.Sprint(c.Name, " ", times, " ", c.AfterCall))
		if !c.At.Equal(sb.Now()) || c.AfterEvent != sb.LastSeq() {
			t.Errorf("got %+v, want at %s after event %d", c, sb.Now(), sb.LastSeq())
		}
	}
	if got, want := fmt.Sprint(told), "[b 1 0 a 2 7 a -1 7  -1 7]"; got != want || forgotten != 0 {
		t.Errorf("got %s and %d forgotten, want %s", got, forgotten, want)
	}
	for i := range 1000 {
		put("b", i+1)
	}
	if all, forgotten = books.Of(sb).Changes(); len(all) != 1000 || forgotten != 4 || all[999].Spec.Times != 1000 {
		t.Errorf("got %d changes and %d forgotten, want the last thousand of 1004", len(all), forgotten)
	}
	books.Observe(sb, sandboxes.Founded)
	if all, _ = books.Of(sb).Changes(); len(all) != 0 {
		t.Errorf("after a new life: got %v", all)
	}
}

// A fault that there was no room for changed nothing.
func TestAFaultTooManyIsNoChange(t *testing.T) {
	t.Parallel()
	sb, books := open(t), &faults.Books{}
	var err error
	for i := 0; err == nil; i++ {
		_, err = books.Put(sb, fmt.Sprint("f", i), faults.Spec{Kind: "unauthorized", Probability: 1})
	}
	all, _ := books.Of(sb).Changes()
	if !errors.Is(err, faults.ErrTooMany) || len(all) != len(books.Of(sb).List()) {
		t.Errorf("got %v after %d changes and %d faults", err, len(all), len(books.Of(sb).List()))
	}
}
