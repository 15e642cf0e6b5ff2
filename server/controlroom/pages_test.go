package controlroom_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"chorus-qualif/server/app"
	"chorus-qualif/server/look/looktest"
)

// look goes through every page with a browser; the others are checked over HTTP.
func TestThePagesLookRight(t *testing.T) {
	t.Parallel()
	h := start(t, app.Options{})
	base := h.open("looked-at")
	login, cproAccount := h.createAccount("looked-at")
	h.call("looked-at", cproAccount)
	h.pressed(base+"/snapshots", base+"/snapshots", "name", "before")
	h.pressed(base+"/faults", base+"/faults", "do", "ask", "name", "slow")
	p := h.browse()
	for name, path := range map[string]string{
		"scenarios-list": "/scenarios", "list": "/", "call": base + "/calls/3", "confirm": base + "/confirm/delete", "problem": "/sandboxes/nowhere", "two-years": base + "?window=2y",
		"snapshots": base + "/snapshots", "usage": base + "/usage", "faults": base + "/faults", "fault": base + "/faults/form?preset=business-refusal",
		"explain": base + "/explain", "account": base + "/explain?about=account&value=" + login,
		"structure": base + "/explain?about=structure&value=" + h.credentials("looked-at").Managers[0].Structures[0],
	} {
		p.open(path)
		p.look(name)
	}
	p.open("/")
	p.fill("search", "looked")
	p.press("do-search")
	if got := p.text("main table tbody"); !strings.Contains(got, "looked-at") || strings.Contains(got, "default") {
		t.Errorf("the search gives %q", got)
	}
}

// Without scripts every button is a form.
func TestEveryButtonWorksWithoutScripts(t *testing.T) {
	t.Parallel()
	h := start(t, app.Options{})
	p := h.browse()
	looktest.WithoutScripts(p, p.ctx)
	p.open("/")
	p.fill("name", "by-hand")
	p.fill("at", "2026-03-01T09:00")
	p.press("create")
	if got := p.text("notice-good"); got != "Sandbox by-hand is ready." {
		t.Errorf("got %q", got)
	}
	if got := p.text("now"); got != "1 Mar 2026 09:00:00" {
		t.Errorf("got %q", got)
	}
	login, _ := h.createAccount("by-hand")
	p.press("plus-30m")
	if got := p.text(`[data-account="` + login + `"] [data-testid="state"]`); got != "ACTIF" {
		t.Errorf("got %q", got)
	}
	p.press("ask-fault")
	p.press("switch-flaky-oauth")
	if got := p.js(`document.querySelector('[role=switch]').getAttribute("aria-checked")`); got != "false" {
		t.Errorf("the switch is %s", got)
	}
	p.press("any-fault")
	p.press("kind-quota")
	p.fill(`[data-testid="settings.limit"]`, "3")
	p.press("put-fault")
	if got := p.text("fault-rows"); !strings.Contains(got, "every call it can strike {\"limit\":3}") {
		t.Errorf("got %q", got)
	}
	p.open("/sandboxes/by-hand/snapshots")
	p.fill("snapshot-name", "before")
	p.press("take")
	p.press("plus-1d")
	if got := p.text("main h1") + ", " + p.text("now"); got != "Snapshots and copies, 2 Mar 2026 09:30:00" {
		t.Errorf("got %q", got)
	}
	p.press("copy-of-before")
	p.fill("copy-name", "copied")
	p.press("copy")
	if got := p.text("sandbox") + " " + p.text("now"); got != "copied 1 Mar 2026 09:30:00" {
		t.Errorf("got %q", got)
	}
	p.open("/sandboxes/by-hand/snapshots")
	p.press("restore-before")
	p.press("confirm")
	if got := p.text("now"); got != "1 Mar 2026 09:30:00" {
		t.Errorf("got %q", got)
	}
	p.open("/sandboxes/by-hand/explain")
	p.fill("value", login)
	p.press("do-explain")
	if got := p.text("verdict"); got != "works" {
		t.Errorf("got %q", got)
	}
	p.open("/")
	p.press("delete-by-hand")
	p.press("confirm")
	if got := p.text("notice-good"); got != "Sandbox by-hand is gone." {
		t.Errorf("got %q", got)
	}
}

func TestTheClockDoesWhatItsButtonsSay(t *testing.T) {
	t.Parallel()
	h := start(t, app.Options{})
	for name, test := range map[string]struct {
		do, value, says, now string
	}{
		"half an hour": {"by", "PT30M", "From 1 Mar 2026 09:00:00 to 1 Mar 2026 09:30:00", "1 Mar 2026 09:30:00"},
		"a day":        {"by", "P1D", "(1 day)", "2 Mar 2026 09:00:00"},
		"next":         {"next", "", "account becomes effective", "1 Mar 2026 09:20:00"},
		"a date":       {"to", "2026-04-01T10:00", "to 1 Apr 2026 10:00:00", "1 Apr 2026 10:00:00"},
		"an instant":   {"to", "2026-04-01T10:00:00Z", "to 1 Apr 2026 12:00:00", "1 Apr 2026 12:00:00"},
		"run":          {"resume", "", "The clock runs at the wall's pace", "1 Mar 2026 09:00:0"},
		"scale":        {"scale", "60", "The clock runs at 60 seconds a second", "1 Mar 2026 09:0"},
		"freeze":       {"freeze", "", "The clock stands still at 1 Mar 2026 09:00:00", "1 Mar 2026 09:00:00"},
		"backwards":    {"to", "2026-02-01T10:00", "it cannot go back", "1 Mar 2026 09:00:00"},
		"no date":      {"to", "tomorrow", `"tomorrow" is no date`, "1 Mar 2026 09:00:00"},
		"no length":    {"by", "a while", "How far?", "1 Mar 2026 09:00:00"},
		"no pace":      {"scale", "NaN", "The pace is a number", "1 Mar 2026 09:00:00"},
		"no button":    {"explode", "", "There is no such button.", "1 Mar 2026 09:00:00"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := &house{TB: t, app: h.app, url: h.url}
			h.client = h.newClient()
			base := h.open(strings.ReplaceAll(name, " ", "-"))
			page := h.pressed(base, base+"/clock", "do", test.do, "value", test.value)
			said := text(page, "notice-good")
			if strings.HasPrefix(said, "(") {
				said = text(page, "notice-bad")
			}
			wants(t, "notice", said, test.says)
			wants(t, "clock", text(page, "now"), test.now)
			if again := h.page(base); strings.Contains(again, `data-testid="notice-`) {
				t.Error("the notice is shown twice")
			}
		})
	}
}

func TestSandboxesAreCreatedResetAndDeleted(t *testing.T) {
	t.Parallel()
	h := start(t, app.Options{MaxSandboxes: 3})
	page := h.pressed("/", "/sandboxes", "name", "a", "seed", "42", "profile", "cpp-2020", "data-set", "qualification", "mode", "frozen", "at", "2026-03-01T09:00")
	wants(t, "page", page, "cpp-2020", "seed 42", "1 Mar 2026 09:00:00")
	h.pressed("/", "/sandboxes", "name", "b", "mode", "real", "at", "")
	for name, test := range map[string]struct{ fields, says string }{
		"taken":    {"name=a&mode=frozen", "called a already"},
		"name":     {"name=%2Fx&mode=frozen", "a sandbox name is"},
		"seed":     {"name=c&mode=frozen&seed=x", "whole number"},
		"profile":  {"name=c&mode=frozen&profile=x", "rofile"},
		"data set": {"name=c&mode=frozen&data-set=x", "is not known"},
		"mode":     {"name=c&mode=x", "frozen, offset or real"},
		"date":     {"name=c&mode=frozen&at=x", "is no date"},
		"full":     {"name=c&mode=frozen", "No more sandboxes"},
	} {
		fields, _ := url.ParseQuery(test.fields)
		var flat []string
		for key, values := range fields {
			flat = append(flat, key, values[0])
		}
		got := h.press("/", "/sandboxes", flat...)
		if got.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: got %d", name, got.status)
		}
		wants(t, name, text(got.body, "wrong"), test.says)
	}
	h.createAccount("b")
	wants(t, "reset b", h.pressed("/sandboxes/b/confirm/reset", "/sandboxes/b/reset"), "Sandbox b is as new.", "No mail yet")
	wants(t, "reset", h.pressed("/sandboxes/a/confirm/reset", "/sandboxes/a/reset"), "Sandbox a is as new.", "No mail yet")
	wants(t, "delete", h.pressed("/sandboxes/a/confirm/delete", "/sandboxes/a/delete"), "Sandbox a is gone.")
	if got := h.get("/sandboxes/a"); got.status != http.StatusNotFound {
		t.Errorf("got %d", got.status)
	}
	wants(t, "default", h.pressed("/sandboxes/default/confirm/delete", "/sandboxes/default/delete"), "always exists")
}

// A call's page lays out the checks it passed, the one that refused it, and what
// it caused; its secrets are shown when asked for.
func TestACallIsLaidOut(t *testing.T) {
	t.Parallel()
	h := start(t, app.Options{})
	base := h.open("a")
	login, cproAccount := h.createAccount("a")
	h.call("a", cproAccount)
	page := h.page(base + "/calls/3")
	wants(t, "trail", text(page, "trail"), "token passed", "technical-account refused technical-account-creation-pending: "+login, "body not reached")
	wants(t, "why", text(page, "why"), "is effective on 2026-03-01T09:30:00.000+01:00")
	if strings.Contains(page, cproAccount) {
		t.Error("the secret is shown")
	}
	wants(t, "asked for", h.page(base+"/calls/3?secrets=shown"), cproAccount)
	wants(t, "caused", h.page(base+"/calls/1"), "TechnicalAccountRequested", "MailQueued")
	for _, id := range []string{"99", "x", "-1", "99999999999999999999"} {
		if got := h.get(base + "/calls/" + id); got.status != http.StatusNotFound {
			t.Errorf("%s: got %d", id, got.status)
		}
	}
	for query, want := range map[string]int{"": 3, "?status=401": 1, "?status=2xx": 2, "?operation=issueToken": 1, "?path=cpro": 1, "?path=*structures*": 2, "?status=500": 0} {
		rows := text(h.page(base+query), "call-rows")
		if got := strings.Count(rows, " ms"); got != want {
			t.Errorf("%q: got %d calls, want %d: %s", query, got, want, rows)
		}
	}
	for search, want := range map[string]int{"%23": 0, "%231": 1, "%2315": 1, "mailqueued": 1, "TECH_2": 2} {
		page := h.page(base + "?subject=" + search)
		if got := strings.Count(page, `<tr id="event-`); got != want && search != "TECH_2" || search == "TECH_2" && got < want {
			t.Errorf("events %s: got %d, want %d", search, got, want)
		}
	}
	wants(t, "forgotten", h.pressed(base, base+"/calls/clear"), "No client has called yet")
}

func TestAccountsAreFilteredAndExplained(t *testing.T) {
	t.Parallel()
	h := start(t, app.Options{})
	base := h.open("a")
	for query, parts := range map[string][]string{
		"?state=EN_CREATION":      {"its creation takes effect on 1 Mar 2026 09:20:00, in 20 minutes"},
		"?state=INACTIF":          {"it can be reactivated until"},
		"?state=SUPPRIME":         {"not reactivated within 60 days"},
		"?state=unusable":         {"its password expired on"},
		"?state=EN_DESACTIVATION": {"still works: its deactivation takes effect"},
	} {
		wants(t, query, text(h.page(base+query), "account-rows"), parts...)
	}
	if got := h.page(base + "?account=nobody"); !strings.Contains(got, "accounts fits") {
		t.Error("a search that finds nothing says nothing")
	}
	// Any value at all gives a page.
	for _, value := range []string{"-1", "0", "999999", "x", "%00", "<script>", "'\"", strings.Repeat("9", 400)} {
		query := url.Values{}
		for _, name := range []string{"window", "account", "state", "accounts", "mails", "subject", "events", "path", "status", "operation", "calls", "as", "names", "show", "about", "value", "from"} {
			query.Set(name, value)
		}
		for _, path := range []string{base, base + "/parts", "/", base + "/usage", base + "/snapshots", base + "/explain", base + "/webhooks", base + "/faults"} {
			if page := h.page(path + "?" + query.Encode() + "&search=" + url.QueryEscape(value) + "&page=" + url.QueryEscape(value)); strings.Contains(page, "<script>") {
				t.Errorf("%s: %q is not escaped", path, value)
			}
		}
	}
}
