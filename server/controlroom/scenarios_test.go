package controlroom_test

import (
	"bufio"
	"context"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"chorus-qualif/server/app"
	"chorus-qualif/server/look/looktest"
)

// A scenario is found and stepped through by hand, in a browser that follows what
// others do as well.
func TestAScenarioIsSteppedThroughInTheRoom(t *testing.T) {
	t.Parallel()
	h := start(t, app.Options{})
	p := h.browse()
	p.open("/")
	p.press("to-scenarios")
	p.look("scenarios")
	p.fill("search", "expired")
	p.press("do-search")
	if got := p.js(`document.querySelectorAll("[data-scenario]").length`); got != "2" {
		t.Errorf("the search finds %s scenarios", got)
	}
	p.press("hand-expired-password")
	p.becomes("run-state", "waiting before step 1 of 8, sandbox")
	p.becomes("live-state", "live")
	p.js(`window.notReloaded = true`)
	p.click("do-next")
	p.becomes("next-step", "credentials")
	p.becomes("notice-good", "Step sandbox: passed. Step credentials waits.")
	p.look("run-by-hand")
	p.click(`#messages-1 summary`)
	h.send("POST", "/__admin/v1/scenario-runs/1/step", "", nil) // somebody else
	p.becomes("next-step", "token")
	if got := p.js(`document.querySelector("#messages-1").open`); got != "true" {
		t.Error("what was opened is closed")
	}
	p.click("do-rest")
	p.becomes("run-state", "passed 8 steps")
	p.becomes("run-sandbox", "gone")
	if p.js(`window.notReloaded`) != "true" {
		t.Error("the page was reloaded")
	}
	p.look("run")
	p.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		return err
	}))
	p.shoot("run-print")
	if got := p.js(`getComputedStyle(document.querySelector(".run-state .actions")).display`); got != "none" {
		t.Errorf("the buttons are printed: %s", got)
	}
	h.send("DELETE", "/__admin/v1/scenario-runs/1", "", nil)
	p.becomes("live-state", "this run is gone")
	p.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{})
		return err
	}))
	p.open("/scenarios/flow-deposit")
	p.look("scenario")
}

// What goes wrong is shown where it does: the criterion, the value that was
// found, the explanation.
func TestAFailedRunShowsWhere(t *testing.T) {
	t.Parallel()
	h := start(t, app.Options{})
	p := h.browse()
	p.open("/scenarios")
	p.becomes("live-state", "live")
	p.becomes("#live-runs", "None yet.")
	h.send("POST", "/__admin/v1/scenarios/expired-password/runs", `{"byHand":true,"keep":true}`, map[string]string{"Content-Type": "application/json"})
	p.becomes("run-rows", "Run 1 waiting expired-password before step sandbox")
	for range 3 {
		h.send("POST", "/__admin/v1/scenario-runs/1/step", "", nil)
	}
	p.becomes("run-rows", "before step expired")
	// Somebody meddles with its sandbox.
	h.pressed("/sandboxes/replay-expired-password", "/sandboxes/replay-expired-password/faults/form", "kind", "server-error", "name", "down", "on", "on")
	p.open("/scenario-runs/1")
	p.becomes("live-state", "live")
	p.click("do-rest")
	p.becomes("run-state", "failed at step 4")
	if got := p.js(`[].map.call(document.querySelectorAll("details[open]"), d => d.id).join(" ")`); got != "messages-4" {
		t.Errorf("open: %q", got)
	}
	p.look("run-failed")
	wants(t, "steps", p.text("steps"), "expired failed 503", "$statusCode == 401 found 503", "wrong skipped")
	p.open("/sandboxes/replay-expired-password")
	p.becomes("call-rows", "503")
}

// Without scripts every button is a form, and a page shows what it had become.
func TestScenariosWorkWithoutScripts(t *testing.T) {
	t.Parallel()
	h := start(t, app.Options{})
	p := h.browse()
	looktest.WithoutScripts(p, p.ctx)
	p.open("/scenarios/active")
	p.press("by-hand")
	p.press("do-next")
	if got := p.text("notice-good"); got != "Step sandbox: passed. Step credentials waits." {
		t.Errorf("got %q", got)
	}
	p.press("do-rest")
	if got := p.text("run-state"); !strings.HasPrefix(got, "passed 9 steps in ") {
		t.Errorf("got %q", got)
	}
	p.press("forget")
	if got := p.text("notice-good"); got != "Run 1 is thrown away." {
		t.Errorf("got %q", got)
	}
}

func TestTheLibraryIsListedAndSearched(t *testing.T) {
	t.Parallel()
	h := start(t, app.Options{})
	page := h.page("/scenarios")
	all := strings.Count(h.send("GET", "/__admin/v1/scenarios", "", nil).body, `"workflows":`)
	wants(t, "all", page, fmt.Sprintf("%d in the library", all), "None yet.", "2 workflows: flow-deposit, flow-rejected", `data-testid="choose-flow-deposit"`, `data-testid="run-active"`)
	if strings.Contains(page, `data-testid="run-flow-deposit"`) {
		t.Error("one of two workflows would be run unasked")
	}
	for query, want := range map[string]int{
		"": all, "?search=EXPIRED": 2, "?search=flow-rejected": 1, "?tag=guide": 5, "?tag=guide&search=english": 1, "?search=nothing+at+all": 0, "?tag=nothing": 0, "?search=%3Cscript%3E": 0,
	} {
		found := h.page("/scenarios" + query)
		if got := strings.Count(found, "<tr data-scenario="); got != want {
			t.Errorf("%q: got %d scenarios, want %d", query, got, want)
		}
		if strings.Contains(found, "<script>") {
			t.Errorf("%q is not escaped", query)
		}
		if want == 0 {
			wants(t, query, text(found, "no-scenario"), "No scenario has")
		}
	}
	page = h.page("/scenarios/expired-password")
	wants(t, "description", text(page, "description"), "Nothing on the wire tells an expired password from a wrong one")
	wants(t, "a good client", page, `<p class="advice">A good client remembers when its password was set`)
	wants(t, "plan", list(page, "plan-expired-password"), "token POST /api/oauth/token issueToken The client asks PISTE for a token", "$response.body#/expires_in == 3600")
	wants(t, "inputs", page, "What every generated value follows from; 1 when empty.")
	flow := h.page("/scenarios/flow-deposit")
	wants(t, "a text", flow, `placeholder="FA-2026-0042"`, "; FA-2026-0042 when empty")
	if len(flow) > 60_000 {
		t.Errorf("a default that is a file is shown whole: %d bytes", len(flow))
	}
	if strings.Contains(page, `data-testid="input-sandbox"`) {
		t.Error("the sandbox's name is asked for")
	}
	file := h.get("/scenarios/expired-password/arazzo")
	if !strings.HasPrefix(file.body, "arazzo: 1.0.1\n") || file.header.Get("Content-Disposition") != `attachment; filename="expired-password.arazzo.yaml"` {
		t.Errorf("got %v %.40s", file.header, file.body)
	}
	for _, path := range []string{"/scenarios/nothing", "/scenarios/nothing/arazzo", "/scenario-runs/1", "/scenario-runs/1/parts", "/scenario-runs/1/live"} {
		if got := h.get(path); got.status != http.StatusNotFound {
			t.Errorf("%s: got %d", path, got.status)
		}
	}
	for _, path := range []string{"/scenarios/..%2f", "/scenarios/A", "/scenario-runs/-1", "/scenario-runs/x%00"} {
		if got := h.get(path); got.status/100 != 4 {
			t.Errorf("%s: got %d", path, got.status)
		}
	}
}

// list is what a person reads of a list of steps, which holds lists.
func list(page, id string) string {
	_, after, _ := strings.Cut(page, `data-testid="`+id+`">`)
	after, _, _ = strings.Cut(after, "</ol>")
	return strings.Join(strings.Fields(html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(after, " "))), " ")
}

// patient ends when a person would have given up.
func (h *house) patient() context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	h.Cleanup(cancel)
	return ctx
}

// ended waits until a run's page says that it has ended, and gives it.
func (h *house) ended(path string) string {
	h.Helper()
	for ctx := h.patient(); ctx.Err() == nil; {
		if page := h.page(path); !strings.Contains(text(page, "run-state"), "running") {
			return page
		}
	}
	h.Fatalf("%s never ends", path)
	return ""
}

func TestARunIsStartedWithInputs(t *testing.T) {
	t.Parallel()
	h := start(t, app.Options{})
	got := h.press("/scenarios/flow-deposit", "/scenarios/flow-deposit/runs", "workflow", "flow-rejected", "input.seed", "77", "keep", "keep", "do", "run")
	if got.status != http.StatusSeeOther || got.header.Get("Location") != "/scenario-runs/1" {
		t.Fatalf("got %d %s", got.status, got.body)
	}
	page := h.ended("/scenario-runs/1")
	wants(t, "state", text(page, "run-state"), "passed 7 steps in ", "1 minute of the sandbox's time")
	wants(t, "inputs", page, "<dt>Input seed</dt><dd><code>77</code></dd>")
	wants(t, "sandbox", text(page, "run-sandbox"), "replay-flow-deposit.flow-rejected")
	wants(t, "steps", list(page, "steps"), "treated passed 200 POST /__admin/v1/sandboxes/{name}/clock/advance advanceClock 2 Mar 2026 09:00:00 → 2 Mar 2026 09:01:00 +1 minute",
		`$response.body#/etatCourantDepotFlux == 'IN_REJETE' found "IN_REJETE"`, "Request and answer", "Bearer ", `"numeroFluxDepot": "CPP`)
	wants(t, "kept", h.page("/sandboxes/replay-flow-deposit.flow-rejected"), "seed 77")
	wants(t, "list", text(h.page("/scenarios"), "run-rows"), "Run 1 passed flow-rejected sandbox replay-flow-deposit.flow-rejected")

	for name, test := range map[string]struct {
		fields []string
		says   string
	}{
		"not a number": {[]string{"workflow", "flow-rejected", "input.seed", "many", "keep", "keep"}, "Input seed of workflow flow-rejected: many is no integer"},
		"no input":     {[]string{"workflow", "flow-rejected", "input.sead", "1"}, "No workflow has an input"},
		"no workflow":  {[]string{"workflow", "flow"}, "unknown"},
	} {
		got := h.press("/scenarios/flow-deposit", "/scenarios/flow-deposit/runs", test.fields...)
		if got.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: got %d", name, got.status)
		}
		wants(t, name, text(got.body, "wrong"), test.says)
		if name == "not a number" && !regexp.MustCompile(`name="input.seed" value="many"`).MatchString(got.body) {
			t.Error("what was typed is gone")
		}
	}
	if got := h.press("/scenarios", "/scenarios/nothing/runs", "do", "run"); got.status != http.StatusNotFound {
		t.Errorf("no such scenario: got %d", got.status)
	}
	wants(t, "over", h.pressed("/scenario-runs/1", "/scenario-runs/1/step"), "performance has ended")
	wants(t, "forgotten", h.pressed("/scenario-runs/1", "/scenario-runs/1/forget"), "Run 1 is thrown away.")
	// The sandbox of a run that has ended is not that of the next one, which has
	// its name.
	h.press("/scenarios", "/scenarios/active/runs", "do", "run")
	h.ended("/scenario-runs/2")
	h.press("/scenarios", "/scenarios/active/runs", "do", "hand")
	h.pressed("/scenario-runs/3", "/scenario-runs/3/step")
	wants(t, "the second", text(h.page("/scenario-runs/2"), "run-sandbox"), "replay-active gone")
	wants(t, "the third", h.page("/scenario-runs/3"), `<a href="/sandboxes/replay-active">`)
	// A run under way is broken off, and its sandbox goes.
	h.pressed("/scenario-runs/3", "/scenario-runs/3/forget")
	if got := h.get("/scenario-runs/3"); got.status != http.StatusNotFound {
		t.Errorf("got %d", got.status)
	}
	for ctx := h.patient(); h.get("/sandboxes/replay-active").status != http.StatusNotFound; {
		if ctx.Err() != nil {
			t.Fatal("the sandbox of a run that was thrown away stays")
		}
	}
}

// The stream of a run names its part when it changed, and ends with it.
func TestTheStreamOfARun(t *testing.T) {
	t.Parallel()
	h := start(t, app.Options{})
	h.press("/scenarios", "/scenarios/active/runs", "do", "hand")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	follow := func(path string) func(want string) {
		r, err := http.NewRequestWithContext(ctx, "GET", h.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := h.client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = got.Body.Close() })
		lines := bufio.NewScanner(got.Body)
		return func(want string) {
			t.Helper()
			for lines.Scan() {
				if lines.Text() == want {
					return
				}
			}
			t.Fatalf("the stream of %s ends before %q: %v", path, want, lines.Err())
		}
	}
	one, all := follow("/scenario-runs/1/live"), follow("/scenario-runs/live")
	one("event: hello")
	all("event: hello")
	h.pressed("/scenario-runs/1", "/scenario-runs/1/step")
	one("data: run")
	all("data: runs")
	wants(t, "parts", h.page("/scenario-runs/1/parts"), `<div data-part="run">`, "step 2 of 9")
	wants(t, "parts", h.page("/scenario-runs/parts"), `<div data-part="runs">`, "before step credentials")
	h.pressed("/scenario-runs/1", "/scenario-runs/1/forget")
	one("event: gone")
	all("data: runs")
	if err := h.app.Stop(context.Background()); err != nil {
		t.Error(err)
	}
}
