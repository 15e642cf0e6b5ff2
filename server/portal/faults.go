package portal

import (
	"bytes"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"chorus-qualif/openapi"
	"chorus-qualif/server/faults"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/wire"
)

// headerInvalid explains a header X-Sandbox-Fault that cannot be read.
const headerInvalid = "fault-header-invalid"

// strike asks what the sandbox's faults, and those that the request itself asks
// for, do to it; nil is nothing. operation is "" for a page.
func (p *Portal) strike(g *gin.Context, sandbox *sandboxes.Sandbox, operation string) (*faults.Plan, error) {
	asked := g.Request.Header[faults.Header]
	var book *faults.Book
	if p.faults != nil {
		book = p.faults.Of(sandbox)
	}
	if book == nil && asked == nil {
		return nil, nil
	}
	call := &faults.Call{
		Place: faults.Portal, Operation: operation, Method: g.Request.Method, Path: g.Request.URL.Path, Header: g.Request.Header,
		Present: sandbox.Now(), Wall: sandbox.WallNow(),
		Login: func() string { return g.Param("login") }, ClientID: func() string { return "" },
	}
	plan, err := faults.StrikeOnce(sandbox, asked, call, book.Strike(call))
	if plan != nil && err == nil {
		plan.Hold(g.Request.Context(), sandbox, call.Present)
		wire.Stamp(g.Writer.Header(), sandbox.Name(), sandbox.Now())
	}
	return plan, err
}

// suffer serves a request that faults strike: they answer it, or do something to
// its answer on the way.
func (p *Portal) suffer(g *gin.Context, sandbox *sandboxes.Sandbox, plan *faults.Plan, serve func()) {
	if p.explain {
		code, why := plan.Reason()
		wire.Explain(g.Writer.Header(), code, why)
	}
	if w, ok := g.Writer.(interface{ Struck(name, kind, what string) }); ok {
		for _, s := range plan.Struck {
			w.Struck(s.Name, s.Kind, s.What)
		}
	}
	if plan.Answer == nil && plan.Wire == (faults.Wire{}) {
		serve()
		return
	}
	answer := &held{ResponseWriter: g.Writer, status: http.StatusOK}
	if said := plan.Answer; said != nil {
		answer.status = said.Status
		answer.body.Write(said.Body)
		if said.ContentType != "" {
			answer.Header().Set("Content-Type", said.ContentType)
		}
		for name, value := range said.Header {
			answer.Header().Set(name, value)
		}
		g.Abort()
	} else {
		g.Writer = answer
		serve()
		g.Writer = answer.ResponseWriter
	}
	answer.release(g.Request, sandbox, &plan.Wire)
}

// held keeps an answer until it is whole, for the faults that change it.
type held struct {
	gin.ResponseWriter
	status int
	body   bytes.Buffer
}

// WriteHeader notes the status.
func (h *held) WriteHeader(status int) { h.status = status }

// WriteHeaderNow waits for release.
func (h *held) WriteHeaderNow() {}

// Write keeps.
func (h *held) Write(p []byte) (int, error) { return h.body.Write(p) }

// WriteString keeps.
func (h *held) WriteString(s string) (int, error) { return h.body.WriteString(s) }

// Flush waits for release.
func (h *held) Flush() {}

// Status is the one that was noted.
func (h *held) Status() int { return h.status }

// Size is what was kept so far, in bytes.
func (h *held) Size() int { return h.body.Len() }

// Written tells whether something was kept.
func (h *held) Written() bool { return h.body.Len() > 0 }

// Note implements wire.Noter for the writer that keeps a journal.
func (h *held) Note(operation, code, why string, violations []openapi.Violation) {
	if w, ok := h.ResponseWriter.(wire.Noter); ok {
		w.Note(operation, code, why, violations)
	}
}

// release writes the answer as the faults will have it.
func (h *held) release(r *http.Request, sandbox *sandboxes.Sandbox, w *faults.Wire) {
	body, contentType := w.Bend(h.body.Bytes(), h.Header().Get("Content-Type"))
	if contentType != "" {
		h.Header().Set("Content-Type", contentType)
	}
	if len(body) > 0 {
		h.Header().Set("Content-Length", strconv.Itoa(len(body)))
	} else {
		h.Header().Del("Content-Length")
	}
	if journal, ok := h.ResponseWriter.(interface{ KeepNow(status int, body []byte) }); ok {
		journal.KeepNow(h.status, body)
	}
	w.Send(h.ResponseWriter, r, sandbox, h.status, body)
}
