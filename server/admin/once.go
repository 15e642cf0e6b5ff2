package admin

import (
	"bytes"
	"crypto/sha256"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"

	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/wire"
)

const (
	keyHeader      = "Idempotency-Key"
	replayedHeader = "Idempotency-Replayed"
	maxKey         = 255
	// maxOutcomes and maxOutcomeBytes bound what is remembered.
	maxOutcomes     = 10_000
	maxOutcomeBytes = 32 << 20
)

// once remembers the answers to requests that carry a key, so that one that is
// sent again is answered again and does nothing.
type once struct {
	mu    sync.Mutex
	known map[onceKey]*outcome
	order []onceKey
	bytes int
}

// onceKey is a key of one life of a sandbox: when the sandbox is made anew, the
// key is as good as new.
type onceKey struct {
	path, key string
	sandbox   *sandboxes.Sandbox
	life      uint64
}

type outcome struct {
	request [32]byte
	done    chan struct{}
	status  int
	header  http.Header
	body    []byte
}

func newOnce() *once { return &once{known: map[onceKey]*outcome{}} }

// begin finds what is remembered of a key; mine tells that this request is the
// first to carry it and has to be answered.
func (o *once) begin(key onceKey, request [32]byte) (found *outcome, mine bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if found, ok := o.known[key]; ok {
		return found, false
	}
	found = &outcome{request: request, done: make(chan struct{})}
	o.known[key] = found
	return found, true
}

// end keeps an answer, unless it is a failure of ours, which may be tried again.
func (o *once) end(key onceKey, found *outcome) {
	o.mu.Lock()
	defer o.mu.Unlock()
	close(found.done)
	if found.status == 0 || found.status >= http.StatusInternalServerError {
		delete(o.known, key)
		return
	}
	o.order = append(o.order, key)
	o.bytes += len(found.body)
	for len(o.order) > 1 && (len(o.order) > maxOutcomes || o.bytes > maxOutcomeBytes) {
		o.bytes -= len(o.known[o.order[0]].body)
		delete(o.known, o.order[0])
		o.order = o.order[1:]
	}
}

// onlyOnce is the middleware.
func (a *Admin) onlyOnce(g *gin.Context) {
	key := g.GetHeader(keyHeader)
	if g.Request.Method != http.MethodPost || key == "" {
		return
	}
	body, err := wire.ReadBody(g.Request, 64<<20)
	if err != nil || len(key) > maxKey {
		a.o.Contract.Write(g, nil, wire.Refuse(http.StatusBadRequest, "idempotency-key-refused", "the key is longer than 255 bytes, or the body cannot be read"))
		g.Abort()
		return
	}
	g.Request.Body = io.NopCloser(bytes.NewReader(body))
	at := onceKey{path: g.Request.URL.RequestURI(), key: key}
	if name, _, ok := strings.Cut(strings.TrimPrefix(g.Request.URL.Path, "/__admin/v1/sandboxes/"), "/"); ok {
		if sb, ok := a.o.Registry.Find(name); ok {
			at.sandbox, at.life = sb, sb.Made()
		}
	}
	request := sha256.Sum256(body)
	found, mine := a.once.begin(at, request)
	if mine {
		w := &copier{ResponseWriter: g.Writer}
		g.Writer = w
		defer func() { // also when the handler panics
			found.status, found.header, found.body = w.ended, w.Header().Clone(), w.body
			a.once.end(at, found)
		}()
		g.Next()
		w.ended = w.Status()
		return
	}
	defer g.Abort()
	select {
	case <-found.done:
	case <-g.Request.Context().Done():
		return
	}
	switch {
	case found.request != request:
		a.o.Contract.Write(g, nil, wire.Refuse(http.StatusUnprocessableEntity, "idempotency-key-reused", "the key came before with another body"))
	case found.status == 0 || found.status >= http.StatusInternalServerError:
		a.o.Contract.Write(g, nil, wire.Refuse(http.StatusConflict, "idempotency-key-failed", "the request that had the key failed: send it again"))
	default:
		reply := wire.Reply{Status: found.status, Raw: found.body, ContentType: found.header.Get("Content-Type"), Header: http.Header{replayedHeader: {"true"}}}
		a.o.Contract.Write(g, nil, reply)
	}
}

// copier keeps what is answered.
type copier struct {
	gin.ResponseWriter
	body  []byte
	ended int
}

// Write keeps what it writes.
func (c *copier) Write(p []byte) (int, error) {
	c.body = append(c.body, p...)
	return c.ResponseWriter.Write(p)
}
