package portal

import (
	"bytes"
	"embed"
	"errors"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strings"
	"time"

	"chorus-qualif/server/qualif"
)

//go:embed assets templates
var files embed.FS

// notice is a message shown once, on the next page.
type notice struct {
	Good bool
	Text string
}

// view is what every template is given.
type view struct {
	Lang    string
	Title   string
	Sandbox string
	Clock   string
	ClockAt string
	Home    string
	// User is "" when nobody is logged in.
	User    string
	Token   string
	Notice  *notice
	Errors  map[string]string
	Version string
	Path    string
	Active  string
	// IsManager opens the tab of the managers; Modal puts a window before the
	// page.
	IsManager, Modal bool

	Profile qualif.Profile
	Data    any

	locale locale
}

// T is a sentence of the table in the language of the page.
func (v view) T(key string, values ...any) string { return v.locale.say(key, values...) }

// With is the same view of other data, for a template inside a template.
func (v view) With(data any) view { v.Data = data; return v }

// layouts names the frame of each template: that of its generation.
var layouts = map[string]string{"2022": "cadre-2022.html", "2020": "cadre-2020.html"}

// parseTemplates compiles every page inside the frame of its generation, whose
// name it ends with.
func parseTemplates() (map[string]*template.Template, error) {
	pages := map[string]*template.Template{}
	names, err := fs.Glob(files, "templates/*.*.html")
	if err != nil {
		return nil, err
	}
	var errs []error
	for _, name := range names {
		page := strings.TrimSuffix(path.Base(name), ".html")
		layout := layouts[strings.TrimPrefix(path.Ext(page), ".")]
		t, err := template.New(layout).Option("missingkey=error").Funcs(template.FuncMap{"pageLink": func(link, sign, name string) any {
			return struct{ Link, Sign, Name string }{link, sign, name}
		}}).
			ParseFS(files, "templates/"+layout, "templates/commun.html", name)
		errs = append(errs, err)
		pages[page] = t
	}
	return pages, errors.Join(errs...)
}

// serveAsset answers a style sheet, a script or a picture.
func (c *call) serveAsset() {
	if !c.p.assets.Serve(c.g, c.g.Param("fichier")) {
		c.fail(http.StatusNotFound, c.locale.say("page-unknown"))
	}
}

// show answers with a page of the generation; active names the entry of the
// menu that it is under.
func (c *call) show(status int, name, titleKey, active string, data any) {
	c.write(status, name, "", c.view(c.locale.say(titleKey), active, data))
}

// showPart answers with a piece of a page, for htmx.
func (c *call) showPart(name, part string, data any) {
	c.write(http.StatusOK, name, part, c.view("", "", data))
}

func (c *call) view(title, active string, data any) view {
	v := view{
		Lang: string(c.locale), locale: c.locale, Title: title, Sandbox: c.sandbox.Name(), Home: c.home(), Errors: c.errors,
		Clock: screenInstant(c.now), ClockAt: qualif.FormatInstant(c.now), Version: c.p.assets.Version,
		Path: c.g.Request.URL.Path, Active: active, Profile: c.profile, Data: data,
	}
	if c.session != nil {
		v.IsManager, v.Modal = len(c.managed()) > 0, c.modal
		v.User, v.Token = c.person.Prenom+" "+c.person.Nom, c.session.token
		if !c.live() {
			v.Notice, c.session.notice = c.session.notice, nil
		}
	}
	return v
}

func (c *call) write(status int, name, part string, v view) {
	t, ok := c.p.pages[name]
	if !ok {
		panic("no template is called " + name)
	}
	if part == "" {
		part = t.Name()
	}
	var out bytes.Buffer
	if err := t.ExecuteTemplate(&out, part, v); err != nil {
		c.p.log.Error("page cannot be written", "page", name, "error", err)
		c.g.Data(http.StatusInternalServerError, "text/plain; charset=utf-8", []byte(c.locale.say("page-broken")))
		return
	}
	c.g.Header("Content-Language", v.Lang)
	// What became of the request may be later than its arrival.
	c.g.Data(status, "text/html; charset=utf-8", out.Bytes())
}

// fail answers with a page that says what is wrong.
func (c *call) fail(status int, message string) {
	name := "probleme.2022"
	if c.onPages2020() {
		name = "probleme.2020"
	}
	c.show(status, name, "problem", "", message)
}

// refuse notes a refusal beside its field; any other error is the simulator's,
// and is told as such.
func (c *call) refuse(err error, fields ...string) {
	var refused *qualif.Refusal
	if !errors.As(err, &refused) {
		c.p.log.Error("the portal could not keep a change", "sandbox", c.sandbox.Name(), "error", err)
		c.errors[""] = c.locale.say("not-kept")
		return
	}
	field := ""
	for _, there := range fields {
		if there == refused.Field {
			field = there
		}
	}
	c.errors[field] = readable(refused.Message(string(c.locale)))
}

var instantShape = regexp.MustCompile(`\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}[+-]\d{2}:\d{2}`)

// readable is a refusal with its instants as the screens write them.
func readable(message string) string {
	return instantShape.ReplaceAllStringFunc(message, func(text string) string {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return text
		}
		return screenInstant(at)
	})
}

// tell leaves a message for the next page.
func (c *call) tell(good bool, text string) { c.session.notice = &notice{good, text} }

// The dates of the screens, as the guides' screenshots write them.

func screenInstant(at time.Time) string { return at.In(qualif.Paris).Format("02/01/2006 15:04:05") }

func screenDay(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.In(qualif.Paris).Format("02/01/2006")
}

// withQuery is an address with the values that are not empty.
func withQuery(target string, values ...string) string {
	query := url.Values{}
	for i := 0; i+1 < len(values); i += 2 {
		if values[i+1] != "" {
			query.Set(values[i], values[i+1])
		}
	}
	if len(query) == 0 {
		return target
	}
	return target + "?" + query.Encode()
}
