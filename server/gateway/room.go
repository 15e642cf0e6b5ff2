package gateway

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"golang.org/x/sync/semaphore"

	"chorus-qualif/server/wire"
)

const (
	// largeBody is from where on a body waits for room: smaller ones are many
	// before they matter.
	largeBody = 1 << 20
	// DefaultBodiesBytes is how many bytes of large bodies are in work at once
	// unless it is told: 128 MiB, three flows of 30 Mo as base64.
	DefaultBodiesBytes = 128 << 20
	// bodyPatience is how long a large body may take to arrive: what it holds
	// others wait for.
	bodyPatience = 5 * time.Minute
)

// room is the memory that large bodies share: who finds none waits for it.
type room struct {
	size int64
	free *semaphore.Weighted
}

func newRoom(size int64) *room {
	if size <= 0 {
		size = DefaultBodiesBytes
	}
	return &room{size: size, free: semaphore.NewWeighted(size)}
}

// reserve waits until a call may take some bytes of memory, and keeps them for it
// until it is answered; false when the caller is not there any more. A call that
// has some already asks for nothing: two such would wait for each other.
func (x *exchange) reserve(r *room, size int64) bool {
	if x.reserved > 0 {
		return true
	}
	size = min(size, r.size)
	if r.free.Acquire(x.Request.Context(), size) != nil {
		return false
	}
	x.reserved = size
	return true
}

// unreserve gives back what reserve took.
func (x *exchange) unreserve(r *room) {
	if x.reserved > 0 {
		r.free.Release(x.reserved)
		x.reserved = 0
	}
}

var errNoRoom = errors.New("the caller left, or the server stopped, before there was room for the body")

// readBody reads a body of at most limit bytes, once there is room for it.
func (g *Gateway) readBody(x *exchange, limit int64) ([]byte, error) {
	r := x.Request
	length := r.ContentLength
	switch {
	case length > limit:
		return nil, wire.ErrTooLarge
	case length >= 0 && length <= largeBody || limit <= largeBody:
		return wire.ReadBody(r, limit)
	case length < 0:
		return g.readUnsized(x, limit)
	case !x.reserve(g.room, length):
		return nil, errNoRoom
	}
	defer x.hurry()()
	body := make([]byte, length)
	if _, err := io.ReadFull(r.Body, body); err != nil {
		return nil, err
	}
	return body, nil
}

// readUnsized reads a body whose length is not told: one that turns out to be
// large waits for as much room as there may be of it.
func (g *Gateway) readUnsized(x *exchange, limit int64) ([]byte, error) {
	var body bytes.Buffer
	if _, err := io.CopyN(&body, x.Request.Body, largeBody); err != nil {
		if errors.Is(err, io.EOF) {
			err = nil
		}
		return body.Bytes(), err
	}
	if !x.reserve(g.room, limit) {
		return nil, errNoRoom
	}
	defer x.hurry()()
	_, err := io.Copy(&body, io.LimitReader(x.Request.Body, limit-largeBody+1))
	switch {
	case err != nil:
		return nil, err
	case int64(body.Len()) > limit:
		return nil, wire.ErrTooLarge
	}
	return body.Bytes(), nil
}

// hurry gives up on a body that does not come within bodyPatience of the wall
// clock, until it is told to stop.
func (x *exchange) hurry() (stop func()) {
	rung, cancel := x.sandbox.After(bodyPatience)
	ctx, done := context.WithCancel(context.Background())
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		select {
		case <-rung:
			// Any instant that is past ends the reading; a writer without a
			// connection has nobody to wait for.
			_ = http.NewResponseController(x.Writer).SetReadDeadline(time.Unix(1, 0))
		case <-ctx.Done():
		}
	}()
	return func() {
		cancel()
		done()
		<-watched
	}
}
