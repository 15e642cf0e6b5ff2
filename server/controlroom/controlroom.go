// Package controlroom is what a developer keeps open in a tab: the pages at the
// root of the admin listener, one for each sandbox, that show its clock, its
// accounts, what happened and what will, and follow it live.
package controlroom

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"slices"
	"sync"

	"github.com/gin-gonic/gin"

	"chorus-qualif/openapi"
	"chorus-qualif/server/clock"
	"chorus-qualif/server/faults"
	"chorus-qualif/server/look"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/requests"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/webhooks"
)

// Options are what a Room works with; all are needed but Token and Secret.
type Options struct {
	Registry *sandboxes.Registry
	Requests *requests.Journals
	Faults   *faults.Books
	Webhooks *webhooks.Hooks
	Log      *slog.Logger
	// API answers the control API. What a page changes by a form, and what it
	// explains, goes through it, so that both say the same.
	API http.Handler
	// Documents and Refusals are what the usage report is held against.
	Documents *openapi.Set
	Refusals  []requests.Refusal
	// Wall paces the live pages: nothing that they show comes from it.
	Wall clock.Wall
	// Token is the admin token; with one, the pages ask for it once.
	Token string
	// DataSets names the data sets that a new sandbox can start from.
	DataSets []string
	// PlatformURL and MailURL are where the platform and the captured mail
	// are, without a final slash.
	PlatformURL, MailURL func() string
	// Compose writes the bodies of a notification.
	Compose func(m *qualif.Mail, sandbox string) (text, html string)
	// MailState tells where a notification stands: "queued", "sent", "failed".
	MailState func(sandbox, mailID string) string
	// RunsChanged is closed at the next change of any run of a scenario.
	RunsChanged func() <-chan struct{}
	// Version is the program's.
	Version string
	// Secret makes the values of cookies and form tokens, which nobody may
	// guess: 128 bits or more of text. They are the one thing that does not
	// come from a sandbox's seed. crypto/rand's when nil.
	Secret func() string
}

// Room answers the control room's requests. It is safe for concurrent use. It
// keeps nothing of the sandboxes but what can be read again.
type Room struct {
	o         Options
	key       []byte
	histories histories
	pages     map[string]*template.Template
	assets    *look.Assets
	// operations are those that a fault can name, sorted.
	operations []string

	stop   sync.Once
	closed chan struct{}
}

// New is a Room. Templates that do not compile are a mistake of ours: it panics.
func New(o Options) *Room {
	if o.Secret == nil {
		o.Secret = rand.Text
	}
	r := &Room{o: o, key: []byte(o.Secret()), closed: make(chan struct{})}
	r.o.Version = cmp.Or(o.Version, "dev")
	var err error
	if r.pages, err = parseTemplates(); err != nil {
		panic("the embedded pages are broken: " + err.Error())
	}
	if r.assets, err = look.Load(files, "assets"); err != nil {
		panic("the embedded files are broken: " + err.Error())
	}
	for _, document := range o.Documents.Documents() {
		for _, op := range document.Operations {
			if document.Name != "admin" {
				r.operations = append(r.operations, op.ID)
			}
		}
	}
	slices.Sort(r.operations)
	return r
}

// Stop ends the live streams, which would otherwise outlast every other
// request. Stopping twice is no error.
func (r *Room) Stop() { r.stop.Do(func() { close(r.closed) }) }

// Register adds the pages to an engine whose guard is in place; Admit must come
// before that guard.
func (r *Room) Register(engine *gin.Engine) {
	pages := engine.Group("", r.enter)
	pages.GET("/", r.list)
	pages.GET("/room/:file", r.serveAsset)
	pages.GET("/login", r.loginPage)
	pages.POST("/login", r.change(r.logIn))
	pages.POST("/logout", r.change(r.logOut))
	pages.POST("/sandboxes", r.change(r.create))
	r.registerScenarios(pages)
	for _, one := range screens() {
		pages.GET("/sandboxes/:name"+one.path, r.in(r.show(one)))
	}
	pages.GET("/sandboxes/:name/parts", r.in(r.sandboxParts))
	pages.GET("/sandboxes/:name/live", r.in(r.live))
	pages.GET("/sandboxes/:name/calls/:id", r.in(r.callPage))
	pages.GET("/sandboxes/:name/calls.har", r.in(r.downloadCalls))
	pages.GET("/sandboxes/:name/faults/form", r.in(r.faultForm))
	pages.GET("/sandboxes/:name/confirm/:what", r.in(r.confirmPage))
	for path, change := range map[string]func(*visit, *sandboxes.Sandbox){
		"clock": r.moveClock, "reset": r.reset, "delete": r.remove, "faults": r.changeFault, "faults/form": r.askKind, "calls/clear": r.clearCalls,
		"snapshots": r.takeSnapshot, "restore": r.restore, "drop-snapshot": r.dropSnapshot, "fork": r.fork,
		"explain": r.explain, "webhooks": r.addWebhook, "webhooks/remove": r.removeWebhook, "webhooks/redeliver": r.redeliver, "record": r.record,
	} {
		pages.POST("/sandboxes/:name/"+path, r.change(r.in(change)))
	}
}

// in finds the sandbox that the path names. Looking at one does not count as
// using it, or an open tab would keep it for ever.
func (r *Room) in(answer func(*visit, *sandboxes.Sandbox)) gin.HandlerFunc {
	return func(g *gin.Context) {
		v := visitOf(g)
		sb, ok := r.o.Registry.Find(g.Param("name"))
		if !ok {
			v.problem(http.StatusNotFound, fmt.Sprintf("No sandbox is called %q. It may have been deleted, or have gone idle.", g.Param("name")))
			return
		}
		answer(v, sb)
	}
}
