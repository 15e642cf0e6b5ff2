package controlroom_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"chorus-qualif/server/app"
)

// chromium is one browser for all the tests; each gets a private window.
var chromium = sync.OnceValues(func() (context.Context, error) {
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		return nil, exec.ErrNotFound
	}
	allocator, _ := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(1360, 900),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("lang", "en-US"),
	)...)
	ctx, _ := chromedp.NewContext(allocator)
	return ctx, chromedp.Do(ctx)
})

func TestMain(m *testing.M) {
	code := m.Run()
	if ctx, err := chromium(); err == nil {
		_ = chromedp.Cancel(ctx)
	}
	os.Exit(code)
}

// patience bounds what a person waits for.
const patience = 60 * time.Second

type tab struct {
	testing.TB
	h   *house
	ctx context.Context
}

func (h *house) browse() *tab {
	h.Helper()
	parent, err := chromium()
	if err != nil {
		lacking(h, "no Chromium on this machine (Debian package chromium): %v", err)
	}
	ctx, cancel := chromedp.NewContext(parent, chromedp.WithNewBrowserContext())
	ctx, stop := context.WithTimeout(ctx, 4*patience)
	h.Cleanup(func() { stop(); cancel() })
	p := &tab{TB: h.TB, h: h, ctx: ctx}
	p.do(chromedp.EmulateViewport(1360, 900))
	return p
}

func (p *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	p.Helper()
	if err := chromedp.Do(p.ctx, steps...); err != nil {
		p.Fatal(err)
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

func (p *tab) open(path string) { p.Helper(); p.do(chromedp.Navigate(p.h.url + path)) }

// js is the text that an expression gives on the page.
func (p *tab) js(expression string) string {
	p.Helper()
	return run(p, chromedp.Evaluate[string]("String("+expression+")"))
}

func at(id string) string {
	if strings.ContainsAny(id, "#.[ ") {
		return id
	}
	return `[data-testid="` + id + `"]`
}

func quote(text string) string { quoted, _ := json.Marshal(text); return string(quoted) }

func (p *tab) text(id string) string {
	p.Helper()
	return p.js(`(e => e ? e.innerText.replace(/\s+/g, " ").trim() : "(" + ` + quote(id) + ` + " is not on " + location.pathname + ")")(document.querySelector(` + quote(at(id)) + `))`)
}

func (p *tab) click(id string) {
	p.Helper()
	// In one step: a live page may replace the button between two.
	p.js(`document.querySelector(` + quote(at(id)) + `).click()`)
}

// press clicks and waits for the next page.
func (p *tab) press(id string) {
	p.Helper()
	if _, err := chromedp.RunResponse(p.ctx, chromedp.Click(chromedp.CSS(at(id)))); err != nil {
		p.Fatal(err)
	}
}

func (p *tab) fill(id, value string) {
	p.Helper()
	p.do(chromedp.SendKeys(chromedp.CSS(at(id)), value))
}

// becomes waits until a person reads that there.
func (p *tab) becomes(id, part string) {
	p.Helper()
	condition := `(e => e && e.innerText.replace(/\s+/g, " ").includes(` + quote(part) + `))(document.querySelector(` + quote(at(id)) + `))`
	if _, err := chromedp.Run(p.ctx, chromedp.Poll[bool](condition, chromedp.WithPollingTimeout(patience/4))); err != nil {
		p.Fatalf("%s never reads %q but %q: %v", id, part, p.text(id), err)
	}
}

// withoutScripts is a browser that runs none.
func (p *tab) withoutScripts() {
	p.Helper()
	p.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	}))
}

func (p *tab) shoot(path string) {
	p.Helper()
	if err := os.WriteFile(path, run(p, chromedp.FullScreenshot(100)), 0o644); err != nil {
		p.Fatal(err)
	}
}

// artefacts is where screenshots are left.
func artefacts(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("QUALIF_ARTEFACTS")
	if dir == "" {
		return t.TempDir()
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// look leaves screenshots, on a desk and on a phone, and checks what holds on
// all pages: axe finds nothing, and nothing sticks out sideways.
func (p *tab) look(name string) {
	p.Helper()
	dir := artefacts(p.TB)
	p.shoot(filepath.Join(dir, "room-"+name+".png"))
	p.axe(name)
	p.do(chromedp.EmulateViewport(390, 844))
	if wide := p.js("document.documentElement.scrollWidth"); wide != "390" {
		p.Errorf("%s: %s pixels wide on a phone of 390", name, wide)
	}
	p.shoot(filepath.Join(dir, "room-"+name+"-phone.png"))
	p.do(chromedp.EmulateViewport(1360, 900))
}

// axeSource is the script of axe-core, which npm ci puts into testdata/axe.
var axeSource = sync.OnceValues(func() (string, error) {
	text, err := os.ReadFile(filepath.Join("testdata", "axe", "node_modules", "axe-core", "axe.min.js"))
	return string(text), err
})

func (p *tab) axe(name string) {
	p.Helper()
	source, err := axeSource()
	if err != nil {
		if os.Getenv("QUALIF_REQUIRE") != "" {
			p.Fatalf("axe-core is missing (npm ci in server/controlroom/testdata/axe): %v", err)
		}
		p.Log("axe-core is missing (npm ci in server/controlroom/testdata/axe): accessibility is not audited")
		return
	}
	run(p, chromedp.Evaluate[bool]("(() => {"+source+"})(), true"))
	found := run(p, chromedp.Evaluate[string](`axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.map(v => v.impact + ": " + v.id + ": " + v.help + ": " + v.nodes.map(n => n.html + " " + n.failureSummary).join("\n   ")).join("\n"))`, chromedp.EvalAwaitPromise))
	if found != "" {
		p.Errorf("%s: axe finds\n%s", name, found)
	}
}

// An account that is created becomes effective under the eyes of who presses the
// button, without a reload; so do the mail, the calls and the faults appear.
func TestThePageFollowsTheSandbox(t *testing.T) {
	t.Parallel()
	h := start(t, app.Options{})
	base := h.open("live")
	p := h.browse()
	p.open(base)
	p.becomes("live-state", "live")
	p.js(`window.notReloaded = true`)

	login, cproAccount := h.createAccount("live")
	row := `[data-account="` + login + `"] `
	p.becomes(row+`[data-testid="state"]`, "EN_CREATION")
	p.becomes(row+`[data-testid="usable"]`, "its creation takes effect on 1 Mar 2026 09:30:00, in 30 minutes")
	p.becomes("mail-rows", "Création du compte utilisateur technique")
	p.becomes("mail-rows", "TechnicalAccountRequested")
	if got := h.call("live", cproAccount); got.status != 401 {
		t.Fatalf("before: %d", got.status)
	}
	p.becomes("call-rows", "technical-account-creation-pending")
	p.look("sandbox-pending")

	p.click("plus-30m")
	p.becomes(row+`[data-testid="state"]`, "ACTIF")
	p.becomes(row+`[data-testid="usable"]`, "yes")
	p.becomes("now", "1 Mar 2026 09:30:00")
	p.becomes("notice-good", "account becomes effective ("+login+")")
	p.becomes("event-rows", "TechnicalAccountEffective")
	if got := h.call("live", cproAccount); got.status != 200 {
		t.Fatalf("after: %d %s", got.status, got.body)
	}
	p.becomes("call-rows", "200")

	p.click("ask-fault")
	p.becomes("fault-rows", "flaky-oauth")
	p.click("switch-flaky-oauth")
	p.becomes(`[role="switch"][aria-checked="false"]`, "")
	p.look("sandbox-effective")
	if p.js(`window.notReloaded`) != "true" {
		t.Error("the page was reloaded")
	}
	h.send("DELETE", "/__admin/v1/sandboxes/live", "", nil)
	p.becomes("live-state", "this sandbox is gone")
}
