package controlroom

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

//go:embed assets templates snippets
var files embed.FS

// visit is one request of a browser.
type visit struct {
	room     *Room
	g        *gin.Context
	cookie   string
	admitted bool
}

// notice is a message shown once.
type notice struct {
	Good bool
	Text string
}

// view is what every template is given.
type view struct {
	Title, Version, Program string
	FormToken               string
	Notice                  *notice
	// CanLogOut offers to forget the admin token.
	CanLogOut bool
	Data      any
}

// With is the same view of other data, for a template inside a template.
func (v view) With(data any) view { v.Data = data; return v }

var functions = template.FuncMap{
	"instant":  showInstant,
	"datetime": qualif.FormatInstant,
	"hour":     func(t time.Time) string { return t.In(qualif.Paris).Format("15:04:05") },
	"day":      showDay,
	"since":    words,
	"lower":    strings.ToLower,
	"pairs":    func(all ...any) []any { return all },
	"deref":    func(b *bool) bool { return *b },
	"named": func(name string, m *message) any {
		return struct {
			Name    string
			Message *message
		}{name, m}
	},
	"table": func(id, name, of string, rows []usageRow) any {
		return struct {
			ID, Name, Of string
			Rows         []usageRow
		}{id, name, of, rows}
	},
}

// showInstant is an instant as a person reads it, in Paris.
func showInstant(at time.Time) string {
	if at.IsZero() {
		return "–"
	}
	return at.In(qualif.Paris).Format("2 Jan 2006 15:04:05")
}

func showDay(at time.Time) string {
	if at.IsZero() {
		return "–"
	}
	return at.In(qualif.Paris).Format("2 Jan 2006")
}

// parseTemplates compiles every page inside the frame.
func parseTemplates() (map[string]*template.Template, error) {
	pages := map[string]*template.Template{}
	names, err := fs.Glob(files, "templates/page-*.html")
	if err != nil {
		return nil, err
	}
	var errs []error
	for _, name := range names {
		page := strings.TrimSuffix(strings.TrimPrefix(path.Base(name), "page-"), ".html")
		t, err := template.New("frame.html").Option("missingkey=error").Funcs(functions).
			ParseFS(files, "templates/frame.html", "templates/part-*.html", name)
		errs = append(errs, err)
		pages[page] = t
	}
	return pages, errors.Join(errs...)
}

func (r *Room) serveAsset(g *gin.Context) {
	if !r.assets.Serve(g, g.Param("file")) {
		visitOf(g).problem(http.StatusNotFound, "There is no such file.")
	}
}

// view is what a page is given, with the message that a redirection left.
func (v *visit) view(title string, data any) view {
	r := v.room
	out := view{
		Title: title, Version: r.assets.Version, Program: r.o.Version, FormToken: r.formToken(v.cookie),
		CanLogOut: r.o.Token != "" && v.admitted, Data: data,
	}
	if left := cookieValue(v.g.Request, noticeCookie); left != "" {
		out.Notice = r.decodeNotice(left)
		gone := newCookie(v.g, noticeCookie, "")
		gone.MaxAge = -1
		http.SetCookie(v.g.Writer, gone)
	}
	return out
}

// show answers with a page.
func (v *visit) show(status int, page, title string, data any) {
	v.write(status, page, "frame.html", v.view(title, data))
}

func (v *visit) write(status int, page, template string, data any) {
	var out bytes.Buffer
	if err := v.room.pages[page].ExecuteTemplate(&out, template, data); err != nil {
		v.broken(page, err)
		return
	}
	v.g.Data(status, "text/html; charset=utf-8", out.Bytes())
}

// writeParts answers with some parts of a page, each in an element that names it.
func (v *visit) writeParts(page string, names []string, data any) {
	var out bytes.Buffer
	for _, name := range names {
		fmt.Fprintf(&out, "<div data-part=%q>", name)
		if err := v.room.pages[page].ExecuteTemplate(&out, name, data); err != nil {
			v.broken(name, err)
			return
		}
		out.WriteString("</div>\n")
	}
	v.g.Data(http.StatusOK, "text/html; charset=utf-8", out.Bytes())
}

// broken tells of a template that cannot be executed, which is a mistake of ours.
func (v *visit) broken(page string, err error) {
	v.room.o.Log.Error("page cannot be written", "page", page, "error", err)
	v.g.Data(http.StatusInternalServerError, "text/plain; charset=utf-8", []byte("The page cannot be written; the log says why.\n"))
}

// problem answers with a page that says what is wrong.
func (v *visit) problem(status int, message string) {
	v.show(status, "problem", http.StatusText(status), message)
}

// done ends a change: a browser is sent back to a page that shows the message, a
// script of ours gets the message alone.
func (v *visit) done(n notice, back string) {
	if v.g.GetHeader("X-Room-Live") != "" {
		status := http.StatusOK
		if !n.Good {
			status = http.StatusUnprocessableEntity
		}
		v.write(status, "sandbox", "part-notice", &n)
		return
	}
	const maxNotice = 2000 // browsers keep cookies of 4096 bytes
	if len(n.Text) > maxNotice {
		n.Text = strings.ToValidUTF8(n.Text[:maxNotice], "") + "…"
	}
	http.SetCookie(v.g.Writer, newCookie(v.g, noticeCookie, v.room.encodeNotice(n)))
	v.g.Redirect(http.StatusSeeOther, back)
}

// from is the address of the sandbox's page that a form was on, at a section; a
// browser that does not tell goes to the screen at path.
func (v *visit) from(sb *sandboxes.Sandbox, path, section string) string {
	base := "/sandboxes/" + sb.Name()
	page := base + path
	u, err := url.Parse(v.g.GetHeader("Referer"))
	if err == nil && u.Host == v.g.Request.Host && slices.ContainsFunc(screens(), func(s screen) bool { return u.Path == base+s.path }) {
		page = inside(u.RequestURI())
	}
	return page + "#" + section
}

// told is an error as a person reads it: a refusal in its own words, anything
// else as a fault of ours.
func (v *visit) told(err error) notice {
	var refused *qualif.Refusal
	if errors.As(err, &refused) {
		return notice{Text: refused.Message("en")}
	}
	v.room.o.Log.Error("the control room could not make a change", "error", err)
	return notice{Text: err.Error()}
}
