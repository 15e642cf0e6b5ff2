// Package portal is what a person does on the portal of Chorus Pro about
// technical accounts. The methods of visit say what the portal does, whatever it
// looks like; api.go and json.go dress it as JSON under /portail/api/v1, and the
// rest as the pages of both generations, on the paths of the real portals.
package portal

import (
	"cmp"
	"crypto/rand"
	"html/template"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/text/language"

	"chorus-qualif/server/faults"
	"chorus-qualif/server/look"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/requests"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/wire"
)

// Options are what a Portal works with; Registry, Contract and Log are needed.
type Options struct {
	Registry *sandboxes.Registry
	// Contract holds the document "portal".
	Contract *wire.Contract
	// Log hears of changes that could not be kept.
	Log *slog.Logger
	// MatelasCSV writes a data set as the portal's own CSV; passwords gives
	// those that the data set leaves to the sandbox. Without it the file is
	// not offered.
	MatelasCSV func(w io.Writer, data *qualif.DataSet, passwords func(login string) string) error
	// Faults holds what is to go wrong; nil is nothing. Journals keeps the
	// pages that a fault struck, and is needed with it.
	Faults   *faults.Books
	Journals *requests.Journals
	// Explain adds the header X-Sandbox-Explain to what a fault struck.
	Explain bool
	// SessionIdle is how long a browser's session lasts without a request,
	// on the sandbox's clock; an hour when 0.
	SessionIdle time.Duration
	// Secret makes the values of cookies and form tokens, which nobody may
	// guess: 128 bits or more of text. They are the one thing that does not
	// come from the sandbox's seed, since whoever knows the seed could be
	// anybody; they are in no journal. crypto/rand's when nil.
	Secret func() string
}

// Portal answers the portal's requests. It is safe for concurrent use. What
// people do is kept in the sandboxes; only who is logged in is kept here.
type Portal struct {
	registry *sandboxes.Registry
	contract *wire.Contract
	log      *slog.Logger
	matcher  language.Matcher

	faults     *faults.Books
	journals   *requests.Journals
	explain    bool
	matelasCSV func(io.Writer, *qualif.DataSet, func(string) string) error
	idle       time.Duration
	sessions   *sessions
	attempts   *attempts
	matelas    *generations
	origins    *http.CrossOriginProtection
	pages      map[string]*template.Template
	assets     *look.Assets
}

// New is a Portal on the sandboxes of a registry. Templates that do not compile
// are a mistake of ours: it panics.
func New(o Options) *Portal {
	if o.Secret == nil {
		o.Secret = rand.Text
	}
	p := &Portal{
		registry: o.Registry, contract: o.Contract, log: o.Log, matcher: newMatcher(), matelasCSV: o.MatelasCSV,
		faults: o.Faults, journals: o.Journals, explain: o.Explain,
		idle: cmp.Or(o.SessionIdle, time.Hour), sessions: newSessions(o.Secret), attempts: newAttempts(),
		matelas: newGenerations(), origins: http.NewCrossOriginProtection(),
	}
	var err error
	if p.pages, err = parseTemplates(); err != nil {
		panic("the embedded pages are broken: " + err.Error())
	}
	if p.assets, err = look.Load(files, "assets"); err != nil {
		panic("the embedded files are broken: " + err.Error())
	}
	return p
}

// Register adds every operation of the document "portal" and every page to an
// engine. An operation that the document does not declare is a mistake of ours:
// it panics.
func (p *Portal) Register(engine *gin.Engine) {
	for id, answer := range p.operations() {
		op, ok := p.contract.Set.Operation(id)
		if !ok {
			panic("no document declares operation " + id)
		}
		p.contract.Handle(engine.Group("", p.enter(op)), id, p.dress(op, answer))
	}
	for _, r := range p.routes() {
		engine.Handle(r.method, r.path, p.browse(r))
	}
}
