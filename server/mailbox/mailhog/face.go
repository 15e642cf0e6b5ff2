// Package mailhog is MailHog's face on an inbox: its own page, both versions of
// its API, its streams and Jim. Shapes, paging, order, content types and status
// codes are MailHog's (v1.0.1 and its last master), oddities included; its
// crashes are not, and what its page shows is kept from doing harm.
package mailhog

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"chorus-qualif/server/clock"
	"chorus-qualif/server/mailbox/inbox"
	"chorus-qualif/server/mailbox/jim"
	"chorus-qualif/server/mailbox/outbox"
)

// Options are a Face's dependencies and settings.
type Options struct {
	Inbox *inbox.Inbox
	Party *jim.Party
	Wall  clock.Wall
	Log   *slog.Logger
	// Hostname is in the sender of released messages.
	Hostname string
	// WebPath is a prefix of every path, "" or "/something".
	WebPath string
	// CORSOrigin is allowed to call the API from its own pages; "*" is any.
	CORSOrigin string
	// Outgoing are the servers that messages may be released to, by name.
	Outgoing map[string]Outgoing
	// Patience bounds the wait for a server's answer.
	Patience time.Duration
	// Named tells whether a name is one that a sandbox can have.
	Named func(name string) bool
}

// Outgoing is a server to release messages to, as MailHog's own configuration
// writes it.
type Outgoing struct {
	Name      string
	Save      bool
	Email     string
	Host      string
	Port      string
	Username  string
	Password  string
	Mechanism string
	// Relay, when not nil, tells more than the rest can.
	Relay *outbox.Relay `json:"-"`
}

// Face answers HTTP as MailHog does: at the root for the mail of all sandboxes,
// under /sandboxes/{name}/ for one's, and at the root too for one's when the
// user of HTTP Basic names it.
type Face struct {
	o    Options
	mux  *http.ServeMux
	page *page
	safe *http.CrossOriginProtection

	ctx     context.Context
	stop    context.CancelFunc
	streams sync.WaitGroup
}

// New prepares the page, and fails when MailHog's does not look as expected.
func New(o Options) (*Face, error) {
	page, err := newPage()
	if err != nil {
		return nil, err
	}
	f := &Face{o: o, mux: http.NewServeMux(), page: page, safe: http.NewCrossOriginProtection()}
	f.ctx, f.stop = context.WithCancel(context.Background())
	if o.CORSOrigin != "" && o.CORSOrigin != "*" {
		if err := f.safe.AddTrustedOrigin(o.CORSOrigin); err != nil {
			return nil, err
		}
	}
	for pattern, handle := range map[string]http.HandlerFunc{
		"GET /api/v1/messages":                                f.list,
		"DELETE /api/v1/messages":                             f.deleteAll,
		"GET /api/v1/messages/{id}":                           f.one,
		"DELETE /api/v1/messages/{id}":                        f.deleteOne,
		"GET /api/v1/messages/{id}/download":                  f.download,
		"GET /api/v1/messages/{id}/mime/part/{part}/download": f.downloadPart,
		"POST /api/v1/messages/{id}/release":                  f.release,
		"GET /api/v1/events":                                  f.events,
		"GET /api/v2/messages":                                f.messages,
		"GET /api/v2/search":                                  f.search,
		"GET /api/v2/jim":                                     f.jim,
		"POST /api/v2/jim":                                    f.inviteJim,
		"PUT /api/v2/jim":                                     f.instructJim,
		"DELETE /api/v2/jim":                                  f.dismissJim,
		"GET /api/v2/outgoing-smtp":                           f.outgoing,
		"GET /api/v2/websocket":                               f.websocket,
	} {
		f.mux.HandleFunc(pattern, handle)
		_, path, _ := strings.Cut(pattern, " ")
		if path != "/api/v2/websocket" && !strings.HasPrefix(pattern, "DELETE") && !strings.HasPrefix(pattern, "PUT") &&
			pattern != "POST /api/v2/jim" {
			f.mux.HandleFunc("OPTIONS "+path, func(http.ResponseWriter, *http.Request) {})
		}
	}
	f.mux.HandleFunc("GET /{$}", f.page.index)
	for _, folder := range []string{"images", "css", "js", "fonts"} {
		f.mux.HandleFunc("GET /"+folder+"/{file}", f.page.asset)
	}
	f.mux.HandleFunc("/", http.NotFound)
	return f, nil
}

// Close ends the streams; once no request comes in any more, Wait tells when
// they have.
func (f *Face) Close() { f.stop() }

// Wait returns when no stream is left.
func (f *Face) Wait() { f.streams.Wait() }

// scopeKey finds the scope of a request in its context.
type scopeKey struct{}

// scopeOf is the sandbox that a request is about, or inbox.All.
func scopeOf(r *http.Request) string {
	scope, _ := r.Context().Value(scopeKey{}).(string)
	return scope
}

// ServeHTTP finds whose mail is asked for, and answers.
func (f *Face) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path, ok := strings.CutPrefix(r.URL.Path, f.o.WebPath)
	if !ok || (path != "" && path[0] != '/') {
		http.NotFound(w, r)
		return
	}
	scope := inbox.All
	if user, _, ok := r.BasicAuth(); ok && f.o.Named(user) {
		scope = user
	}
	if rest, ok := strings.CutPrefix(path, "/sandboxes/"); ok {
		scope, path, ok = strings.Cut(rest, "/")
		if !f.o.Named(scope) {
			http.NotFound(w, r)
			return
		}
		if !ok {
			http.Redirect(w, r, f.o.WebPath+"/sandboxes/"+scope+"/", http.StatusMovedPermanently)
			return
		}
		path = "/" + path
	}
	if path == "" {
		http.Redirect(w, r, f.o.WebPath+"/", http.StatusMovedPermanently)
		return
	}
	if f.o.CORSOrigin != "*" && f.safe.Check(r) != nil {
		http.Error(w, "pages of another origin may not change anything here", http.StatusForbidden)
		return
	}
	f.answer(w, r, scope, path)
}

func (f *Face) answer(w http.ResponseWriter, r *http.Request, scope, path string) {
	// MailHog's router takes no HEAD, and no path that needs cleaning.
	if r.Method == http.MethodHead {
		http.NotFound(w, r)
		return
	}
	if strings.HasPrefix(path, "/api/") && f.o.CORSOrigin != "" {
		methods := "OPTIONS,GET,POST,DELETE"
		if strings.HasPrefix(path, "/api/v2/") {
			methods = "OPTIONS,GET,PUT,POST,DELETE"
		}
		w.Header().Set("Access-Control-Allow-Origin", f.o.CORSOrigin)
		w.Header().Set("Access-Control-Allow-Methods", methods)
		w.Header().Set("Access-Control-Allow-Headers", "Content-Type")
	}
	w.Header().Set("X-Content-Type-Options", "nosniff")
	inner := r.WithContext(context.WithValue(r.Context(), scopeKey{}, scope))
	url := *r.URL
	url.Path, url.RawPath = path, ""
	inner.URL = &url
	f.mux.ServeHTTP(w, inner)
}

// relayOf is the server that an Outgoing describes.
func relayOf(o Outgoing) outbox.Relay {
	if o.Relay != nil {
		return *o.Relay
	}
	r := outbox.Relay{Address: net.JoinHostPort(o.Host, o.Port), User: o.Username, Password: o.Password, Security: outbox.IfOffered}
	switch o.Mechanism {
	case "PLAIN":
		r.Mechanism = "PLAIN"
	case "CRAMMD5", "CRAM-MD5":
		r.Mechanism = "CRAM-MD5"
	}
	return r
}
