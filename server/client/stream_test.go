package client_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"chorus-qualif/server/app"
	"chorus-qualif/server/client"
)

// flaky cuts each answer after some bytes, so many times.
type flaky struct {
	left  atomic.Int32
	after int64
}

func (f *flaky) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := http.DefaultTransport.RoundTrip(r)
	if err == nil && f.left.Add(-1) >= 0 {
		response.Body = struct {
			io.Reader
			io.Closer
		}{io.MultiReader(io.LimitReader(response.Body, f.after), broken{}), response.Body}
	}
	return response, err
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("the cable is out") }

func TestAStreamThatBreaksGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	a, plain := start(t, app.Options{})
	sb := morning(t, plain, "a")
	create(t, sb)
	must(sb.Advance(t.Context(), client.By(time.Hour)))(t)
	want := must(sb.Journal(t.Context(), 0, 1000))(t).Events
	cut := &flaky{after: 900}
	cut.left.Store(2)
	c := dial(t, a.AdminURL(), client.Options{HTTP: &http.Client{Transport: cut}})
	var got []int64
	for item, err := range c.Sandbox("a").Stream(t.Context(), client.StreamQuery{}) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, item.Event.Seq)
		if len(got) == len(want) {
			break
		}
	}
	for i, seq := range got {
		if seq != int64(i+1) {
			t.Fatalf("got %v, want each event once, in order", got)
		}
	}
	if cut.left.Load() >= 0 {
		t.Error("nothing was cut: the test tries nothing")
	}
}

func TestAStreamTellsOfCallsAndRestarts(t *testing.T) {
	t.Parallel()
	_, c := start(t, app.Options{})
	sb := morning(t, c, "a")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	last := must(sb.Get(ctx))(t).Events
	called, restarted := false, false
	go func() {
		// The first item is a change that is certain to come after the stream
		// is open or before: either way it is in the journal.
		_, _ = sb.Advance(ctx, client.By(time.Hour))
	}()
	for item, err := range sb.Stream(ctx, client.StreamQuery{After: last, Requests: true}) {
		switch {
		case err != nil:
			t.Fatal(err)
		case item.Request != nil:
			called = item.Request.Operation == "issueToken" || called
			if item.Request.Operation == "rechercherStructure" {
				must(sb.Reset(ctx))(t)
			}
		case item.Restarted:
			restarted = true
			cancel()
		case item.Event.Kind == "ClockAdvanced" && !called:
			visit(t, sb, "bm9ib2R5OndyaXR0ZW4=")
		}
	}
	if !called || !restarted {
		t.Errorf("got a call %v, a restart %v", called, restarted)
	}
}

func TestAStreamIsGivenUp(t *testing.T) {
	t.Parallel()
	a, c := start(t, app.Options{})
	target, err := url.Parse(a.AdminURL())
	if err != nil {
		t.Fatal(err)
	}
	morning(t, c, "a")
	front := httptest.NewServer(httputil.NewSingleHostReverseProxy(target))
	through := dial(t, front.URL, client.Options{})
	items, failures := 0, 0
	for _, err := range through.Sandbox("a").Stream(t.Context(), client.StreamQuery{Retries: -1}) {
		var gone *client.Unreachable
		if items++; errors.As(err, &gone) {
			failures++
		}
		if items == 1 {
			front.CloseClientConnections()
			go front.Close()
		}
	}
	if failures != 1 {
		t.Errorf("got %d failures in %d items, want one at the end", failures, items)
	}
	for _, err := range c.Sandbox("nobody").Stream(t.Context(), client.StreamQuery{}) {
		if client.Code(err) != "sandbox-unknown" {
			t.Errorf("got %v", err)
		}
	}
}
