// Package qualiftest starts a sandbox server inside a Go test, and gives each
// test a sandbox of its own:
//
//	q := qualiftest.Start(t)
//	sb := q.Sandbox(t)
//
// A server takes some tenths of a second to start and a sandbox a millisecond:
// start one server, and give each test, parallel ones too, its own sandbox.
// Where several top-level tests share a server, [New] starts one in TestMain.
//
// The helpers end the test when they fail. When a test has failed, its log shows
// the sandbox's last calls, each with its explanation.
package qualiftest

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"chorus-qualif/server/app"
	"chorus-qualif/server/client"
)

// TB is what is needed of a *testing.T.
type TB interface {
	Helper()
	Cleanup(func())
	Context() context.Context
	Errorf(format string, args ...any)
	Failed() bool
	Fatalf(format string, args ...any)
	Logf(format string, args ...any)
	Name() string
}

// Option changes what a server starts with; those of [app.Options] that hold for
// every sandbox are [client.Spec] for one.
type Option func(*app.Options)

// Server is a sandbox server in this process, on free ports of the loopback
// interface.
type Server struct {
	// API is a client of its control API.
	API *client.Client

	app  *app.App
	made atomic.Int64
}

// Start starts a server that stops with the test.
func Start(t TB, options ...Option) *Server {
	t.Helper()
	q, err := New(options...)
	if err != nil {
		t.Fatalf("qualiftest: %v", err)
	}
	t.Cleanup(func() {
		if err := q.Stop(); err != nil {
			t.Errorf("qualiftest: %v", err)
		}
	})
	return q
}

// New starts a server for a whole test binary, from TestMain. Stop it.
func New(options ...Option) (*Server, error) {
	var o app.Options
	for _, option := range options {
		option(&o)
	}
	a, err := app.New(o)
	if err != nil {
		return nil, err
	}
	if err := a.Start(); err != nil {
		return nil, err
	}
	api, err := client.New(a.AdminURL(), client.Options{Token: o.AdminToken})
	if err != nil {
		return nil, err
	}
	return &Server{API: api, app: a}, nil
}

// patience is how long calls under way may take to end.
const patience = 10 * time.Second

// Stop stops the server and waits until it has.
func (q *Server) Stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return q.app.Stop(ctx)
}

// URL is where clients reach the platform, and what comes before /cpro/...,
// without a final slash.
func (q *Server) URL() string { return q.app.PlatformURL() }

// MailURL is where MailHog's pages and API are, and SMTPAddr (host:port) where
// mail is taken from anyone.
func (q *Server) MailURL() string { return q.app.MailURL() }

// SMTPAddr is where mail is taken, as host:port.
func (q *Server) SMTPAddr() string { return q.app.SMTPAddr() }

// Began is where the clock of a [Server.Sandbox] stands when nothing else is
// asked: nine in the morning in Paris, on a Sunday, well before the summer time.
func Began() time.Time { return time.Date(2026, time.March, 1, 9, 0, 0, 0, time.FixedZone("", 3600)) }

// Sandbox makes a sandbox for one test, which is deleted with it. It is what the
// spec says; without one, the default of the server with a clock that stands at
// [Began], as does the clock of a spec that has none.
func (q *Server) Sandbox(t TB, spec ...client.Spec) *Sandbox {
	t.Helper()
	var s client.Spec
	if len(spec) > 0 {
		s = spec[0]
	}
	if s.Clock == nil {
		s.Clock = client.Frozen(Began())
	}
	sb := q.adopt(t, q.name(t))
	if _, err := sb.API.Put(t.Context(), s); err != nil {
		t.Fatalf("qualiftest: sandbox %s: %v", sb.Name(), err)
	}
	return sb
}

// adopt makes the helpers of a sandbox and sees to its end.
func (q *Server) adopt(t TB, name string) *Sandbox {
	sb := &Sandbox{API: q.API.Sandbox(name), t: t, server: q}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if t.Failed() {
			t.Logf("%s", sb.story(ctx))
		}
		if err := sb.API.Delete(ctx); err != nil {
			t.Errorf("qualiftest: sandbox %s: %v", name, err)
		}
	})
	return sb
}

// name is that of the test as far as a sandbox's name may be, and a number.
func (q *Server) name(t TB) string {
	const longest = 50 // of 63, with a number
	text := strings.Map(func(r rune) rune {
		if (r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z') || (r >= '0' && r <= '9') || r == '-' || r == '_' || r == '.' {
			return r
		}
		return '-'
	}, t.Name())
	text = strings.TrimLeft(text[:min(len(text), longest)], "-_.")
	if text == "" {
		text = "test"
	}
	return fmt.Sprintf("%s-%d", text, q.made.Add(1))
}
