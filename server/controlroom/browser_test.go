package controlroom_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"chorus-qualif/server/app"
	"chorus-qualif/server/look/looktest"
)

// chromium is one browser for all the tests; each gets a private window.
var chromium = looktest.New(filepath.Join("testdata", "axe"))

func TestMain(m *testing.M) { os.Exit(chromium.Run(m)) }

const patience = looktest.Patience

type tab struct {
	testing.TB
	h   *house
	ctx context.Context
}

func (h *house) browse() *tab {
	h.Helper()
	return &tab{TB: h.TB, h: h, ctx: chromium.Window(h.TB, 1360, 900)}
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

// shoot leaves a picture, where somebody wants it: it takes long.
func (p *tab) shoot(name string) {
	p.Helper()
	dir := looktest.Artefacts(p.TB)
	if dir == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(dir, "room-"+name+".png"), run(p, chromedp.FullScreenshot(100)), 0o644); err != nil {
		p.Fatal(err)
	}
}

// look leaves screenshots, on a desk and on a phone, and checks what holds on
// all pages: axe finds nothing, and nothing sticks out sideways.
func (p *tab) look(name string) {
	p.Helper()
	p.shoot(name)
	chromium.Audit(p.TB, p.ctx, name)
	p.do(chromedp.EmulateViewport(390, 844))
	if wide := p.js("document.documentElement.scrollWidth"); wide != "390" {
		p.Errorf("%s: %s pixels wide on a phone of 390", name, wide)
	}
	p.shoot(name + "-phone")
	p.do(chromedp.EmulateViewport(1360, 900))
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
