package portal

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"chorus-qualif/server/look"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/requests"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/wire"
)

// The first pages of the two generations, on the paths of the real portals
// (qualif.chorus-pro.gouv.fr/aife_qual, chorus-pro.gouv.fr/cpp/…).
const (
	home2022 = "/aife_qual"
	home2020 = "/cpp/accueil"
)

// homes finds a generation's pages by what its profile says of them (ui.flow).
var homes = map[string]string{
	"Domaines > Raccordements > Compte technique":                  home2022,
	"Activités du gestionnaire > Mes structures > fiche structure": home2020,
}

// route is a page, or what a form of one asks for.
type route struct {
	method, path string
	serve        func(*call)
	// home is the first page of the generation it belongs to, "" for both.
	home string
	// public is shown to people who are not logged in.
	public bool
	// entrance is a form that brings a token of its own: there is no session yet.
	entrance bool
	// quiet does not count as a sign of life of the person.
	quiet bool
	// keeps belongs to the screen that shows a new password: any other screen
	// forgets it.
	keeps bool
}

// call is one request of a browser.
type call struct {
	visit
	p       *Portal
	g       *gin.Context
	session *session
	profile qualif.Profile
	now     time.Time
	// errors are refusals by field, "" for those about none.
	errors map[string]string
	// modal puts a window before the page.
	modal bool
}

// maxForm bounds what a form sends, in bytes.
const maxForm = 64 << 10

// routes lists every page and form of both generations.
func (p *Portal) routes() []route {
	return slices.Concat(p.commonRoutes(), p.routes2022(), p.routes2020())
}

// browse makes a route answer a browser. What is ours and not the portal's (its
// files, the clock that a page asks for) is never struck by a fault.
func (p *Portal) browse(r route) gin.HandlerFunc {
	return func(g *gin.Context) {
		look.Protect(g.Writer.Header())
		g.Request.Body = http.MaxBytesReader(g.Writer, g.Request.Body, maxForm)
		sandbox := p.visited(g, r)
		if sandbox == nil || r.quiet {
			p.serve(g, r)
			return
		}
		plan, err := p.strike(g, sandbox, "")
		switch {
		case err != nil:
			if p.explain {
				wire.Explain(g.Writer.Header(), headerInvalid, err.Error())
			}
			g.Data(http.StatusBadRequest, "text/plain; charset=utf-8", []byte(err.Error()+"\n"))
		case plan != nil:
			requests.Keep(g, p.journals, p.registry, func() { p.suffer(g, sandbox, plan, func() { p.serve(g, r) }) })
		default:
			p.serve(g, r)
		}
	}
}

// visited is the sandbox that a page is of, nil when there is none: that of the
// session, else the one that is named. Nothing is locked yet: a fault may hold
// the request for long.
func (p *Portal) visited(g *gin.Context, r route) *sandboxes.Sandbox {
	name := g.Query("sandbox")
	if s := p.sessions.find(cookieValue(g.Request, sessionCookie)); s != nil {
		name = s.sandbox
	}
	if r.entrance && g.Request.Method == http.MethodPost {
		name = g.PostForm("sandbox")
	}
	sandbox, _ := p.registry.Find(cmp.Or(name, sandboxes.Default))
	return sandbox
}

// serve answers a browser.
func (p *Portal) serve(g *gin.Context, r route) {
	c := &call{p: p, g: g, errors: map[string]string{}}
	ended := c.resume(r.quiet)
	if c.session != nil {
		defer c.session.mu.Unlock()
	}
	wire.Stamp(g.Writer.Header(), c.sandbox.Name(), c.now)
	switch {
	case g.Request.Method == http.MethodPost && !c.readable():
	case c.session == nil && !r.public:
		c.toLogin(r, ended)
	case c.session != nil && g.Request.Method == http.MethodPost && !r.entrance && !genuine(g.PostForm(tokenField), c.session.token):
		c.refuseForgery()
	case r.home != "" && c.session != nil && r.home != c.home():
		c.redirect(c.home())
	default:
		if c.session != nil && !r.quiet && !r.keeps {
			c.session.summary = nil
		}
		r.serve(c)
	}
}

// resume finds who is calling. It reports a session that has just ended. Whoever
// is not logged in is shown the clock of the sandbox they name, or the default
// one.
func (c *call) resume(quiet bool) (ended bool) {
	id := cookieValue(c.g.Request, sessionCookie)
	if s := c.p.sessions.find(id); s != nil {
		s.mu.Lock()
		if c.enter(s, quiet) {
			c.session = s
			return false
		}
		s.ended = true
		s.mu.Unlock()
		c.p.sessions.close(id)
	}
	c.sandbox = c.named(c.g.Query("sandbox"))
	c.locale = c.asked(french)
	c.sandbox.Read(func(v sandboxes.View) { c.profile, c.now = v.Profile, v.Present })
	return id != ""
}

// enter goes on with a session, if it is alive.
func (c *call) enter(s *session, quiet bool) (alive bool) {
	sandbox, ok := c.p.registry.Get(s.sandbox)
	if !ok {
		return false
	}
	sandbox.Read(func(v sandboxes.View) {
		person, known := v.Data().Person(s.login)
		if alive = known && s.alive(v, c.p.idle); !alive {
			return
		}
		c.profile, c.now = v.Profile, v.Present
		if !quiet {
			s.seen = v.Present
		}
		c.visit = visit{sandbox: sandbox, person: person}
	})
	s.locale = c.spokenHere(s.locale)
	c.locale = s.locale
	return alive
}

// named is the sandbox of that name, or the default one.
func (c *call) named(name string) *sandboxes.Sandbox {
	if sandbox, ok := c.p.registry.Get(name); ok {
		return sandbox
	}
	sandbox, _ := c.p.registry.Get(sandboxes.Default)
	return sandbox
}

// asked is the language that the address asks for with "lang".
func (c *call) asked(otherwise locale) locale {
	if l := locale(c.g.Query("lang")); slices.Contains(languages, l) {
		return l
	}
	return otherwise
}

// spokenHere is the language asked for, if this generation has it: French
// otherwise, whatever the browser prefers, so that a robot written against the
// French labels finds them from any machine.
func (c *call) spokenHere(otherwise locale) locale {
	if l := c.asked(otherwise); slices.Contains(c.profile.Locales, string(l)) {
		return l
	}
	return french
}

// home is the first page of the generation that the sandbox emulates.
func (c *call) home() string {
	if home, ok := homes[c.profile.UIFlow]; ok {
		return home
	}
	return home2022
}

// readable reads a form, and answers one that cannot be read. A form that comes
// from another site is refused before anything of it is looked at.
func (c *call) readable() bool {
	if c.p.origins.Check(c.g.Request) != nil {
		c.refuseForgery()
		return false
	}
	if c.g.Request.ParseForm() != nil {
		c.fail(http.StatusBadRequest, c.locale.say("form-unreadable"))
		return false
	}
	return true
}

func (c *call) refuseForgery() { c.fail(http.StatusForbidden, c.locale.say("form-not-ours")) }

// toLogin asks who it is. A page asked for is shown after the login.
func (c *call) toLogin(r route, ended bool) {
	query := url.Values{}
	if ended {
		query.Set("motif", "session-expiree")
	}
	if c.g.Request.Method == http.MethodGet {
		if target := inside(c.g.Request.URL.RequestURI()); target != "" && !r.quiet {
			query.Set("retour", target)
		}
	}
	c.redirect(loginPage(r.home) + "?" + query.Encode())
}

// redirect sends the browser to one of our own pages; htmx is told so, as it
// would otherwise put the page in the middle of another.
func (c *call) redirect(target string) {
	if c.live() {
		c.g.Header("HX-Redirect", target)
		c.g.Status(http.StatusNoContent)
		c.g.Writer.WriteHeaderNow()
		return
	}
	c.g.Header("Location", target)
	c.g.Status(http.StatusSeeOther)
	c.g.Writer.WriteHeaderNow()
}

// live tells whether htmx asks for a piece of a page.
func (c *call) live() bool { return c.g.GetHeader("HX-Request") == "true" }
