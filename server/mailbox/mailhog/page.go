package mailhog

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/mailhog/MailHog-UI/assets"
)

// page is MailHog's own page, hardened: a mail's HTML runs no script, and the
// page loads and calls nothing but its own server.
type page struct {
	html   []byte
	policy string

	mu    sync.Mutex
	files map[string][]byte
}

// hardenings are what is changed in MailHog's templates. Each must be found.
var hardenings = []struct{ template, old, new string }{
	{"layout.html", `<html ng-app="mailhogApp">`, `<html ng-app="mailhogApp" ng-csp>`},
	{"index.html", `id="preview-html" srcdoc=`, `id="preview-html" sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox" srcdoc=`},
}

func newPage() (*page, error) {
	p := &page{files: map[string][]byte{}}
	index, err := render("index.html", nil)
	if err != nil {
		return nil, err
	}
	data := map[string]any{"Page": "Browse", "APIHost": "", "Content": template.HTML(index)}
	if p.html, err = render("layout.html", data); err != nil {
		return nil, err
	}
	// AngularJS adds a style of its own where it may not, hence
	// 'unsafe-inline' for styles, which mails need too.
	script, err := inlineScript(p.html)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(script)
	p.policy = "default-src 'none'; script-src 'self' 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; " +
		"style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
		"frame-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
	return p, nil
}

// render fills one of MailHog's templates, hardened.
func render(name string, data any) ([]byte, error) {
	text, err := assets.Asset("assets/templates/" + name)
	if err != nil {
		return nil, fmt.Errorf("MailHog's page: %w", err)
	}
	for _, h := range hardenings {
		if h.template != name {
			continue
		}
		if n := bytes.Count(text, []byte(h.old)); n != 1 {
			return nil, fmt.Errorf("MailHog's page: %s holds %q %d times, want once", name, h.old, n)
		}
		text = bytes.Replace(text, []byte(h.old), []byte(h.new), 1)
	}
	tmpl, err := template.New(name).Delims("[:", ":]").Parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("MailHog's page: %w", err)
	}
	var b bytes.Buffer
	if err := tmpl.Execute(&b, data); err != nil {
		return nil, fmt.Errorf("MailHog's page: %w", err)
	}
	return b.Bytes(), nil
}

// inlineScript is the page's only script that is not a file.
func inlineScript(html []byte) ([]byte, error) {
	const open, end = "<script>", "</script>"
	_, rest, ok := bytes.Cut(html, []byte(open))
	script, after, closed := bytes.Cut(rest, []byte(end))
	if !ok || !closed || bytes.Contains(after, []byte(open)) {
		return nil, errors.New("MailHog's page: want exactly one inline script")
	}
	return script, nil
}

func (p *page) index(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", p.policy)
	w.Header().Set("Referrer-Policy", "no-referrer")
	_, _ = w.Write(p.html)
}

// kinds are the content types of the page's files.
var kinds = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".png": "image/png", ".svg": "image/svg+xml",
	".eot": "application/vnd.ms-fontobject", ".ttf": "font/ttf", ".woff": "font/woff", ".woff2": "font/woff2",
}

func (p *page) asset(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/")
	content, ok := p.file(name)
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", kinds[path.Ext(name)])
	_, _ = w.Write(content)
}

// file unpacks a file of MailHog's at its first use.
func (p *page) file(name string) ([]byte, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if content, ok := p.files[name]; ok {
		return content, true
	}
	content, err := assets.Asset("assets/" + name)
	if err != nil {
		return nil, false
	}
	p.files[name] = content
	return content, true
}
