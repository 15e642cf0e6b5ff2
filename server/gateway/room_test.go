package gateway_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"chorus-qualif/server/chorus"
	"chorus-qualif/server/gateway"
	"chorus-qualif/server/wire"
)

const mebibyte = 1 << 20

// padded is a body of a size that says nothing.
func padded(size int) string { return "{}" + strings.Repeat(" ", size-2) }

// gate is an operation that lets nobody out until it is opened.
type gate struct {
	inside  atomic.Int64
	entered chan struct{}
	open    chan struct{}
}

func newGate() *gate { return &gate{entered: make(chan struct{}, 100), open: make(chan struct{})} }

func (g *gate) pass(c *chorus.Call) chorus.Answer {
	if len(c.Body) > mebibyte {
		g.inside.Add(1)
		defer g.inside.Add(-1)
		g.entered <- struct{}{}
		<-g.open
	}
	return reached(c)
}

// newGated is a platform whose searches go through a gate, with room for so many
// bytes of large bodies.
func newGated(t testing.TB, g *gate, room int64) *platform {
	return newPlatform(t, func(o *gateway.Options) {
		o.BodiesBytes = room
		o.Operations["rechercherStructure"] = g.pass
	})
}

// Large bodies wait until there is room, small ones pass, and all are answered.
func TestLargeBodiesWaitForRoom(t *testing.T) {
	t.Parallel()
	g := newGate()
	p := newGated(t, g, 3*mebibyte)
	token := p.token(t, p.sandbox(t, "a", nil))
	var all sync.WaitGroup
	for i := range 6 {
		all.Go(func() {
			if i%2 == 0 {
				expect(t, p.send(t, http.MethodPost, search, headers(token), padded(2*mebibyte)), http.StatusOK, "")
				return
			}
			expect(t, p.chunked(t, token, padded(2*mebibyte)), http.StatusOK, "")
		})
	}
	<-g.entered
	for range 20 {
		expect(t, p.send(t, http.MethodPost, search, headers(token), padded(mebibyte)), http.StatusOK, "")
	}
	if n := g.inside.Load(); n != 1 || len(g.entered) > 0 {
		t.Errorf("%d calls of 2 MiB are in the room of 3", n)
	}
	close(g.open)
	all.Wait()
	if n := len(g.entered); n != 5 {
		t.Errorf("%d calls came after the first, want 5", n)
	}
}

// A body larger than all the room has it alone.
func TestBodyLargerThanTheRoom(t *testing.T) {
	t.Parallel()
	g := newGate()
	close(g.open)
	p := newGated(t, g, mebibyte)
	token := p.token(t, p.sandbox(t, "a", nil))
	for range 2 {
		expect(t, p.send(t, http.MethodPost, search, headers(token), padded(3*mebibyte)), http.StatusOK, "")
	}
}

// A caller that leaves while it waits is let go, and takes nothing along.
func TestWaitingCallerLeaves(t *testing.T) {
	t.Parallel()
	g := newGate()
	p := newGated(t, g, 2*mebibyte)
	token := p.token(t, p.sandbox(t, "a", nil))
	var first sync.WaitGroup
	first.Go(func() {
		expect(t, p.send(t, http.MethodPost, search, headers(token), padded(2*mebibyte)), http.StatusOK, "")
	})
	<-g.entered
	ctx, leave := context.WithCancel(t.Context())
	leave()
	request := httptest.NewRequest(http.MethodPost, search, strings.NewReader(padded(2*mebibyte))).WithContext(ctx)
	for name, value := range headers(token) {
		request.Header.Set(name, value)
	}
	recorder := httptest.NewRecorder()
	p.engine.ServeHTTP(recorder, request)
	expect(t, reply{recorder.Code, recorder.Header(), recorder.Body.String()}, http.StatusServiceUnavailable, "body-not-awaited")
	close(g.open)
	first.Wait()
	expect(t, p.send(t, http.MethodPost, search, headers(token), padded(2*mebibyte)), http.StatusOK, "")
}

// unsized hides how long a body is, so that it is sent in chunks.
type unsized struct{ io.Reader }

// chunked searches with a body whose length is not told.
func (p *platform) chunked(t testing.TB, token, body string) reply {
	t.Helper()
	request, err := http.NewRequest(http.MethodPost, p.url+search, unsized{strings.NewReader(body)})
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range headers(token) {
		request.Header.Set(name, value)
	}
	return do(t, request)
}

func TestBodiesOfUntoldLength(t *testing.T) {
	t.Parallel()
	g := newGate()
	close(g.open)
	p := newGated(t, g, 16*mebibyte)
	token := p.token(t, p.sandbox(t, "a", nil))
	for _, test := range []struct {
		size, status int
		code         string
	}{
		{2, 200, ""}, {mebibyte, 200, ""}, {mebibyte + 1, 200, ""}, {16*mebibyte + 1, 413, "body-too-large"},
		{mebibyte + 1, 200, ""}, // what the others took is free again
	} {
		if got := p.chunked(t, token, padded(test.size)); got.status != test.status || got.code() != test.code {
			t.Errorf("%d bytes: got %d %s, want %d %q", test.size, got.status, got.header.Get(wire.ExplainHeader), test.status, test.code)
		}
	}
}

// An operation reserves room for a large answer; one that has some for its body
// does not wait for itself.
func TestReserve(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, func(o *gateway.Options) {
		o.BodiesBytes = 3 * mebibyte
		o.Operations["rechercherStructure"] = func(c *chorus.Call) chorus.Answer {
			if !c.Reserve(3*mebibyte) || !c.Reserve(100*mebibyte) {
				t.Error("no room")
			}
			return reached(c)
		}
	})
	token := p.token(t, p.sandbox(t, "a", nil))
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			expect(t, p.send(t, http.MethodPost, search, headers(token), padded(2+i%2*2*mebibyte)), http.StatusOK, "")
		})
	}
	all.Wait()
}
