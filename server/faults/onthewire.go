package faults

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"chorus-qualif/server/sandboxes"
)

// Hold keeps a call as long as the plan says, from an instant of its sandbox's
// clock. A client that left, and a sandbox that began anew, are held no longer.
func (p *Plan) Hold(ctx context.Context, sb *sandboxes.Sandbox, from time.Time) {
	for _, delay := range p.Delays {
		if delay.Virtual {
			_ = sb.WaitUntil(ctx, from.Add(delay.By)) // why it ended changes nothing
			continue
		}
		sb.Pause(ctx, delay.By)
	}
}

// Reason explains a call that was struck: a stable code, and what struck in
// words.
func (p *Plan) Reason() (code, why string) {
	var all []string
	for _, s := range p.Struck {
		if code == "" {
			code = "fault-" + s.Kind
		}
		all = append(all, "fault "+s.Name+": "+s.What)
	}
	return code, strings.Join(all, "; ")
}

// Bend changes an answer before it is written.
func (w *Wire) Bend(body []byte, contentType string) ([]byte, string) {
	if w.Spoil && len(body) > 0 {
		body = append([]byte("{,"), body[min(2, len(body)):]...)
	}
	if w.Page != "" {
		body = []byte(w.Page)
	}
	if w.ContentType != "" {
		contentType = w.ContentType
	}
	return body, contentType
}

// Send writes an answer whose headers are set, as badly as asked for, and changes
// none of them: the journal has them already. A body that is cut needs its
// Content-Length there. What cuts the connection ends the handler with
// http.ErrAbortHandler.
func (w *Wire) Send(to gin.ResponseWriter, r *http.Request, sb *sandboxes.Sandbox, status int, body []byte) {
	if w.Reset {
		hangUp(to)
	}
	silent := r.Method == http.MethodHead || len(body) == 0
	if w.Cut != nil {
		body = body[:int(float64(len(body))*(*w.Cut))]
	}
	to.WriteHeader(status)
	to.WriteHeaderNow()
	if !silent {
		w.drip(r.Context(), to, sb, body)
	}
	if w.Cut != nil {
		to.Flush()
		panic(http.ErrAbortHandler) // the server closes the connection
	}
}

// drip writes a body a few bytes at a time; a chunk of 0 is all at once.
func (w *Wire) drip(ctx context.Context, to gin.ResponseWriter, sb *sandboxes.Sandbox, body []byte) {
	chunk := w.Chunk
	if chunk <= 0 {
		chunk = max(len(body), 1)
	}
	for len(body) > 0 && ctx.Err() == nil {
		sb.Pause(ctx, w.Pause)
		n := min(chunk, len(body))
		// A client that left misses the answer, and nobody else does.
		if _, err := to.Write(body[:n]); err != nil {
			return
		}
		to.Flush()
		body = body[n:]
	}
}

// hangUp closes the connection with a TCP reset. It does not return.
func hangUp(to gin.ResponseWriter) {
	conn, _, err := to.Hijack()
	if err == nil {
		err = errors.New("no TCP connection")
		if tcp, ok := conn.(*net.TCPConn); ok {
			err = tcp.SetLinger(0)
		}
		err = errors.Join(err, conn.Close())
	}
	_ = err // whatever came of it, nothing is answered
	panic(http.ErrAbortHandler)
}
