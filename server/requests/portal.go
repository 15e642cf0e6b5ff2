package requests

import (
	"io"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"chorus-qualif/openapi"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/wire"
)

// Watch is a middleware that keeps the calls under a path prefix: those that do
// not pass through the gateway, which keeps its own.
func Watch(prefix string, journals *Journals, registry *sandboxes.Registry) gin.HandlerFunc {
	return func(g *gin.Context) {
		if strings.HasPrefix(g.Request.URL.Path, prefix) {
			Keep(g, journals, registry, g.Next)
		}
	}
}

// Keep keeps the call that serve answers, even when it ends in a panic, which is
// how connections are closed on purpose. The answer's header X-Sandbox tells
// whose call it was.
func Keep(g *gin.Context, journals *Journals, registry *sandboxes.Registry, serve func()) {
	if !journals.Keeps() {
		serve()
		return
	}
	home, _ := registry.Find(sandboxes.Default)
	w := &Writer{ResponseWriter: g.Writer, limit: journals.limits.Body}
	w.entry.Wall = home.WallNow()
	if named, ok := registry.Find(g.GetHeader(wire.SandboxHeader)); ok {
		home = named
	}
	before := home.LastSeq()
	w.entry.asked(g.Request)
	body := &tee{ReadCloser: g.Request.Body, limit: journals.limits.Body}
	if g.Request.Body != nil {
		g.Request.Body = body
	}
	g.Writer = w
	w.take = func() {
		e := &w.entry
		e.Body = Content{body.kept, body.size}
		e.Status, e.AnswerHeader = w.Status(), w.Header()
		if answered, ok := registry.Find(w.Header().Get(wire.SandboxHeader)); ok && answered != home {
			home, before = answered, answered.LastSeq()
		}
		e.Virtual = home.Now()
		e.blame()
		journals.Take(home, e, before, nil)
	}
	defer func() {
		if !w.kept {
			w.take()
		}
	}()
	serve()
}

// blame explains by its faults an answer that nothing else explains.
func (e *Entry) blame() {
	if e.Code != "" || len(e.Faults) == 0 {
		return
	}
	e.Code = "fault-" + e.Faults[0].Kind
	for i, f := range e.Faults {
		if i > 0 {
			e.Why += "; "
		}
		e.Why += "fault " + f.Name + ": " + f.What
	}
}

// asked fills in what a request says.
func (e *Entry) asked(r *http.Request) {
	e.Method, e.Target, e.Host, e.Remote, e.Header = r.Method, r.URL.RequestURI(), r.Host, r.RemoteAddr, r.Header
}

// Writer keeps what is answered while it is written.
type Writer struct {
	gin.ResponseWriter
	entry Entry
	limit int
	kept  bool
	take  func()
}

// Kept tells the middleware that somebody else has kept the call.
func (w *Writer) Kept() { w.kept = true }

// Note implements wire.Noter.
func (w *Writer) Note(operation, code, why string, violations []openapi.Violation) {
	w.entry.Operation, w.entry.Code, w.entry.Why, w.entry.Violations = operation, code, why, violations
}

// KeepNow keeps the call before its answer leaves, whatever becomes of it on the
// way: its headers are there, and change no more.
func (w *Writer) KeepNow(status int, body []byte) {
	w.WriteHeader(status)
	w.entry.Answer = keep(body, w.limit)
	w.kept = true
	w.take()
}

// Struck tells of a fault that was done to the call on purpose.
func (w *Writer) Struck(name, kind, what string) {
	w.entry.Faults = append(w.entry.Faults, Fault{name, kind, what})
}

// Write keeps the beginning of what passes.
func (w *Writer) Write(p []byte) (int, error) {
	if !w.kept {
		w.entry.Answer.add(p, w.limit)
	}
	return w.ResponseWriter.Write(p)
}

// WriteString is Write.
func (w *Writer) WriteString(s string) (int, error) { return w.Write([]byte(s)) }

func (c *Content) add(p []byte, limit int) {
	c.Size += len(p)
	if room := limit - len(c.Bytes); room > 0 {
		c.Bytes = append(c.Bytes, p[:min(room, len(p))]...)
	}
}

// tee keeps the beginning of a body while it is read.
type tee struct {
	io.ReadCloser
	limit, size int
	kept        []byte
}

func (t *tee) Read(p []byte) (int, error) {
	n, err := t.ReadCloser.Read(p)
	content := Content{t.kept, t.size}
	content.add(p[:n], t.limit)
	t.kept, t.size = content.Bytes, content.Size
	return n, err
}
