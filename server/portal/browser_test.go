package portal_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"

	"chorus-qualif/server/look/looktest"
	"chorus-qualif/server/qualif"
)

// chromium is one browser for all the tests.
var chromium = looktest.New(filepath.Join("testdata", "axe"))

func TestMain(m *testing.M) { os.Exit(chromium.Run(m)) }

// tab is a private window of the browser on a house.
type tab struct {
	*testing.T
	h   *house
	ctx context.Context
	// prefix names the screenshots.
	prefix string
	// audit is for one language of each page: the other has the same marks.
	audit bool
}

const patience = looktest.Patience

func (h *house) browse(t *testing.T, prefix string) *tab {
	t.Helper()
	return &tab{T: t, h: h, ctx: chromium.Window(t, 1280, 900), prefix: prefix, audit: true}
}

func (p *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	p.Helper()
	if err := chromedp.Do(p.ctx, steps...); err != nil {
		p.Fatalf("%v (at %s)", err, p.js("location.href"))
	}
}

func run[R any](p *tab, action chromedp.Action[R]) R {
	p.Helper()
	value, err := chromedp.Run(p.ctx, action)
	if err != nil {
		p.Fatal(err)
	}
	return value
}

// js is the text that an expression gives on the page.
func (p *tab) js(expression string) string {
	p.Helper()
	return run(p, chromedp.Evaluate[string]("String("+expression+")"))
}

func (p *tab) open(path string) {
	p.Helper()
	p.do(chromedp.Navigate(p.h.server.URL + path))
}

// press clicks on what has a data-testid and waits for the next page.
func (p *tab) press(id string) {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(at(id)))); err != nil {
		p.Fatalf("pressing %s: %v", id, err)
	}
}

// at selects what has a data-testid; anything that looks like a selector is one.
func at(id string) string {
	if strings.ContainsAny(id, "#.[ >") || slices.Contains([]string{"h1", "main", "details"}, id) {
		return id
	}
	return `[data-testid="` + id + `"]`
}

func quote(text string) string { quoted, _ := json.Marshal(text); return string(quoted) }

// text is what a person reads there, spaces made one.
func (p *tab) text(id string) string {
	p.Helper()
	return p.js(`(e => e ? e.innerText.replace(/\s+/g, " ").trim() : "(" + ` + quote(id) + ` + " is not on " + location.pathname + ")")(document.querySelector(` + quote(at(id)) + `))`)
}

// texts are those of everything that a selector finds.
func (p *tab) texts(selector string) []string {
	p.Helper()
	joined := p.js(`[...document.querySelectorAll(` + quote(at(selector)) + `)].map(e => e.innerText.replace(/\s+/g, " ").trim()).join("\n")`)
	if joined == "" {
		return nil
	}
	return strings.Split(joined, "\n")
}

func (p *tab) value(id string) string {
	p.Helper()
	return p.js(`document.querySelector(` + quote(at(id)) + `).value`)
}

func (p *tab) there(selector string) bool {
	p.Helper()
	return p.js(`document.querySelector(`+quote(at(selector))+`) !== null`) == "true"
}

// reads fails unless a person reads exactly that there.
func (p *tab) reads(id, want string) {
	p.Helper()
	if got := p.text(id); got != want {
		p.Errorf("%s: got %q, want %q", id, got, want)
	}
}

func (p *tab) contains(id string, words ...string) {
	p.Helper()
	got := p.text(id)
	for _, want := range words {
		if !strings.Contains(got, want) {
			p.Errorf("%s: got %q, want %q in it", id, got, want)
		}
	}
}

func (p *tab) lists(selector string, want ...string) {
	p.Helper()
	if got := p.texts(selector); !slices.Equal(got, want) {
		p.Errorf("%s:\n got %q\nwant %q", selector, got, want)
	}
}

func (p *tab) absent(selectors ...string) {
	p.Helper()
	for _, selector := range selectors {
		if p.there(selector) {
			p.Errorf("%s is on the page", selector)
		}
	}
}

func (p *tab) present(selectors ...string) {
	p.Helper()
	for _, selector := range selectors {
		if !p.there(selector) {
			p.Errorf("%s is not on the page", selector)
		}
	}
}

func (p *tab) isAt(path string) {
	p.Helper()
	if got := p.js("location.pathname"); got != path {
		p.Fatalf("at %s, want %s: %s", got, path, p.text("main"))
	}
}

// fill types into a field in place of what is there.
func (p *tab) fill(id, value string) {
	p.Helper()
	p.js(`document.querySelector(` + quote(at(id)) + `).value = ""`)
	p.do(chromedp.SendKeys(chromedp.CSS(at(id)), value))
}

// choose picks an entry of a list by its label, as a person does.
func (p *tab) choose(id, label string) {
	p.Helper()
	if got := p.js(`(s => { const o = [...s.options].find(o => o.text === ` + quote(label) + `); if (!o) return "no"; s.value = o.value; s.dispatchEvent(new Event("change", {bubbles: true})); return "yes" })(document.querySelector(` + quote(at(id)) + `))`); got != "yes" {
		p.Fatalf("%s has no entry %q: %q", id, label, p.texts(at(id)+" option"))
	}
}

// appears waits for what htmx puts on the page.
func (p *tab) appears(selector string) {
	p.Helper()
	p.poll(`document.querySelector(` + quote(at(selector)) + `) !== null`)
}

func (p *tab) poll(condition string) {
	p.Helper()
	if _, err := chromedp.Run(p.ctx, chromedp.Poll[bool](condition, chromedp.WithPollingTimeout(patience))); err != nil {
		p.Fatalf("waiting for %s: %v", condition, err)
	}
}

// logIn goes through the login page.
func (p *tab) logIn(path, login string) {
	p.Helper()
	p.open(path)
	p.fill("login", login)
	p.fill("mot-de-passe", password)
	p.press("se-connecter")
}

// look leaves screenshots of the page, on a desk and on a phone, and checks what
// holds on all: it says what it is and what time it is, axe finds nothing serious,
// and nothing sticks out sideways.
func (p *tab) look(name string) {
	p.Helper()
	now := p.h.sandbox().Now().In(qualif.Paris).Format("02/01/2006 15:04:05")
	if got := p.text("bandeau"); !strings.Contains(got, now) || !strings.Contains(got, "default") {
		p.Errorf("%s: the banner reads %q, want the sandbox and %s", name, got, now)
	}
	if got := p.text("mention-simulateur"); got != "Simulateur : ce n'est pas le portail de l'État" && got != "Simulator: this is not the State's portal" {
		p.Errorf("%s: got %q, want that it is a simulator", name, got)
	}
	p.shoot(name)
	if !p.audit {
		return
	}
	p.do(chromedp.EmulateViewport(390, 844))
	if wide := p.js("document.documentElement.scrollWidth"); wide != "390" {
		p.Errorf("%s: %s pixels wide on a phone of 390", name, wide)
	}
	p.shoot(name + "-telephone")
	p.do(chromedp.EmulateViewport(1280, 900))
	chromium.Audit(p.T, p.ctx, name)
}

// shoot leaves a picture, where somebody wants it: it takes long.
func (p *tab) shoot(name string) {
	p.Helper()
	dir := looktest.Artefacts(p.T)
	if dir == "" {
		return
	}
	path := filepath.Join(dir, p.prefix+"-"+name+".png")
	picture := chromedp.FullScreenshot(100)
	if p.there(".voile") { // a window covers what one sees, not what one would scroll to
		picture = chromedp.CaptureScreenshot()
	}
	if err := os.WriteFile(path, run(p, picture), 0o644); err != nil {
		p.Fatal(err)
	}
}

// download clicks on a link and reads the file that the browser keeps.
func (p *tab) download(id string) []byte {
	p.Helper()
	dir := p.TempDir()
	events := true
	contextID := chromedp.FromContext(p.ctx).BrowserContextID
	if _, err := chromedp.CallBrowser(p.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllowAndName, BrowserContextID: contextID, DownloadPath: dir, EventsEnabled: &events,
	}); err != nil {
		p.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	begun := chromedp.BrowserEvents(ctx, browser.DownloadWillBegin)
	progress := chromedp.BrowserEvents(ctx, browser.DownloadProgress)
	p.do(chromedp.Click(chromedp.CSS(at(id))))
	guid := ""
	for event, err := range begun {
		if err != nil {
			p.Fatalf("downloading %s: %v", id, err)
		}
		if strings.HasPrefix(event.URL, p.h.server.URL) {
			guid = event.GUID
			break
		}
	}
	for event, err := range progress {
		if err != nil {
			p.Fatalf("downloading %s: %v", id, err)
		}
		if event.GUID == guid && event.State == browser.DownloadProgressStateCompleted {
			break
		}
	}
	body, err := os.ReadFile(filepath.Join(dir, guid))
	if err != nil {
		p.Fatal(err)
	}
	return body
}

func typed(id, text string) chromedp.Action[chromedp.Void] {
	return chromedp.SendKeys(chromedp.CSS(at(id)), text)
}

// pick chooses an entry by its value, without a word to any script.
func (p *tab) pick(id, value string) {
	p.Helper()
	p.js(`document.querySelector(` + quote(at(id)) + `).value = ` + quote(value))
}
