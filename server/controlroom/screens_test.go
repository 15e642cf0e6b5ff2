package controlroom_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"chorus-qualif/server/app"
)

func TestSnapshotsAreTakenRestoredAndCopied(t *testing.T) {
	t.Parallel()
	h := start(t, app.Options{})
	base := h.open("a")
	wants(t, "at first", h.page(base+"/snapshots"), "No snapshot.")
	wants(t, "taken", h.pressed(base+"/snapshots", base+"/snapshots", "name", " before "), "Snapshot before is taken.", "1 Mar 2026 09:00:00", "the present")
	login, _ := h.createAccount("a")
	h.pressed(base, base+"/clock", "do", "by", "value", "P1D")
	wants(t, "later", text(h.page(base+"/snapshots"), "snapshot-rows"), "1 day ago")

	for name, test := range map[string]struct {
		action string
		fields []string
		says   string
	}{
		"the same name":  {"/snapshots", []string{"name", "before"}, "A snapshot is called before already"},
		"no name":        {"/snapshots", []string{"name", " "}, "Under which name?"},
		"no such name":   {"/snapshots", []string{"name", "a/b <script>"}, "The name must be 1 to 63"},
		"taken copy":     {"/fork", []string{"as", "default"}, "A sandbox is called default already"},
		"copy of itself": {"/fork", []string{"as", "a"}, "A sandbox is called a already"},
		"nameless copy":  {"/fork", []string{"as", ""}, "What is the copy called?"},
		"copy of what":   {"/fork", []string{"as", "b", "snapshot", "nothing"}, "no such snapshot"},
		"bad copy":       {"/fork", []string{"as", "b c"}, "The name must be 1 to 63"},
	} {
		got := h.press(base+"/snapshots", base+test.action, test.fields...)
		if got.status != http.StatusUnprocessableEntity || strings.Contains(got.body, "<script>") {
			t.Errorf("%s: got %d", name, got.status)
		}
		wants(t, name, text(got.body, "wrong"), test.says)
	}

	wants(t, "copied now", h.pressed(base+"/snapshots", base+"/fork", "as", "now"), "Sandbox now is a copy of a", login, "2 Mar 2026 09:00:00")
	then := h.pressed(base+"/snapshots?from=before", base+"/fork", "as", "then", "snapshot", "before")
	wants(t, "copied then", then, "1 Mar 2026 09:00:00")
	if strings.Contains(then, login) {
		t.Error("the copy of the snapshot has an account that came later")
	}
	wants(t, "chosen", h.page(base+"/snapshots?from=before"), `<option value="before" selected>`)

	wants(t, "asks", text(h.page(base+"/confirm/restore?snapshot=before"), "lost"), "Its clock goes back to 1 Mar 2026 09:00:00 and its journal to")
	back := h.pressed(base+"/confirm/restore?snapshot=before", base+"/restore", "snapshot", "before")
	wants(t, "restored", back, "Sandbox a is as it was when before was taken.", "1 Mar 2026 09:00:00")
	if strings.Contains(back, login) {
		t.Error("the account is still there")
	}
	wants(t, "asks to delete", h.page(base+"/confirm/drop-snapshot?snapshot=before"), "Delete snapshot before?")
	wants(t, "deleted", h.pressed(base+"/confirm/drop-snapshot?snapshot=before", base+"/drop-snapshot", "snapshot", "before"), "Snapshot before is gone.", "No snapshot.")
	wants(t, "restored from nothing", h.pressed(base+"/snapshots", base+"/restore", "snapshot", "before"), "no such snapshot")
	for _, path := range []string{"/confirm/restore?snapshot=before", "/confirm/drop-snapshot", "/confirm/nothing"} {
		if got := h.get(base + path); got.status != http.StatusNotFound {
			t.Errorf("%s: got %d", path, got.status)
		}
	}
	wants(t, "default", h.page("/sandboxes/default/snapshots"), `data-testid="reset"`)
	if strings.Contains(h.page("/sandboxes/default/snapshots"), `data-testid="delete"`) {
		t.Error("the default sandbox can be deleted")
	}
}

func TestTheUsageReportFollowsTheCalls(t *testing.T) {
	t.Parallel()
	h := start(t, app.Options{})
	base := h.open("a")
	wants(t, "at first", text(h.page(base+"/usage"), "operations-met"), "0 of ")
	_, cproAccount := h.createAccount("a")
	h.call("a", cproAccount)
	page := h.page(base + "/usage")
	wants(t, "met", text(page, "operations-met"), "3 of ")
	wants(t, "met", text(page, "refusals-met"), "1 of ")
	wants(t, "operations", text(page, "operation-rows"), "rechercherStructure 401 technical-account-creation-pending ×1 structures 1", "issueToken 200 ×1 piste 1", "createTechnicalAccount 201 ×1 portal 1", "getMe portal never")
	wants(t, "refusals", text(page, "refusal-rows"), "technical-account-creation-pending technical-account 1", "token-expired token never")
	met, never := h.page(base+"/usage?show=met"), h.page(base+"/usage?show=never")
	if rows := text(met, "operation-rows"); strings.Contains(rows, "never") || !strings.Contains(rows, "issueToken") {
		t.Errorf("met: %s", rows)
	}
	if rows := text(never, "operation-rows"); strings.Contains(rows, "issueToken") || !strings.Contains(rows, "getMe") {
		t.Errorf("never: %s", rows)
	}
	wants(t, "counts are the same", text(never, "operations-met"), "3 of ")
}

func TestAnAccountATokenAndAStructureAreExplained(t *testing.T) {
	t.Parallel()
	h := start(t, app.Options{})
	base := h.open("a")
	login, _ := h.createAccount("a")
	asked := func(about, value string) string {
		t.Helper()
		return h.page(base + "/explain?" + url.Values{"about": {about}, "value": {value}}.Encode())
	}
	got := h.press(base+"/explain", base+"/explain", "about", "account", "value", " "+login+" ")
	if want := base + "/explain?" + (url.Values{"about": {"account"}, "value": {login}}).Encode(); got.header.Get("Location") != want {
		t.Errorf("got to %s, want %s", got.header.Get("Location"), want)
	}
	page := asked("account", strings.ToLower(login))
	wants(t, "verdict", text(page, "verdict"), "does not work")
	wants(t, "why", text(page, "why"), "technical-account-creation-pending "+login)
	wants(t, "remedy", text(page, "remedy"), "advance the clock")
	wants(t, "from", text(page, "works-from"), "1 Mar 2026 09:30:00")
	wants(t, "until", text(page, "works-until"), "2027")
	wants(t, "timeline", page, "TechnicalAccountRequested", "account becomes effective", "password expires", "from then on it works", "does not work: technical-account-password-expired")
	h.pressed(base, base+"/clock", "do", "next", "value", "")
	h.pressed(base, base+"/clock", "do", "to", "value", "2026-03-01T09:30")
	wants(t, "later", text(asked("account", login), "verdict"), "works")
	wants(t, "nobody", text(asked("account", "TECH_9_nobody"), "why"), "technical-account-unknown")

	c := h.credentials("a")
	granted := h.send("POST", c.OAuthURL, url.Values{"grant_type": {"client_credentials"}, "client_id": {c.ClientID}, "client_secret": {c.ClientSecret}, "scope": {"openid"}}.Encode(),
		map[string]string{"Content-Type": "application/x-www-form-urlencoded"})
	var token struct {
		Value string `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(granted.body), &token); err != nil {
		t.Fatal(err)
	}
	told := h.press(base+"/explain", base+"/explain", "about", "token", "value", token.Value)
	if told.status != http.StatusOK {
		t.Fatalf("got %d", told.status)
	}
	wants(t, "token", text(told.body, "verdict"), "works")
	wants(t, "expires", text(told.body, "expires"), "1 Mar 2026 10:30:00")
	wants(t, "APIs", text(told.body, "apis"), "structures yes")
	other := h.open("other")
	wants(t, "elsewhere", text(h.press(other+"/explain", other+"/explain", "about", "token", "value", token.Value).body, "why"), "token-other-sandbox")
	wants(t, "nonsense", text(h.press(base+"/explain", base+"/explain", "about", "token", "value", "nonsense").body, "why"), "token-malformed")

	siret := c.Managers[0].Structures[0]
	page = asked("structure", siret)
	wants(t, "structure", page, siret, "Raccordements", login)
	wants(t, "its accounts", text(page, "its-accounts"), login)
	wants(t, "unknown", text(asked("structure", "00000000000000"), "why"), "structure-unknown")

	for about, says := range map[string]string{"account": "Which one?", "token": "Which one?", "structure": "Which one?"} {
		wants(t, about, text(h.press(base+"/explain", base+"/explain", "about", about, "value", " ").body, "wrong"), says)
	}
	wants(t, "about nothing", text(asked("flow", "x"), "wrong"), `Nothing is known about "flow"`)
	if strings.Contains(asked("token", token.Value), `data-testid="verdict"`) {
		t.Error("a token in an address is explained")
	}
	wants(t, "too long", text(asked("structure", strings.Repeat("9", 100)), "wrong"), "Siret must have at most 80 characters.")
}

func TestTheFilteredCallsAreDownloaded(t *testing.T) {
	t.Parallel()
	h := start(t, app.Options{AdminToken: "secret"})
	h.press("/login", "/login", "token", "secret", "next", "/")
	bearer := map[string]string{"Authorization": "Bearer secret", "Content-Type": "application/json"}
	if got := h.send("PUT", "/__admin/v1/sandboxes/a", `{"clock":{"mode":"frozen"}}`, bearer); got.status != http.StatusCreated {
		t.Fatal(got.status, got.body)
	}
	base := "/sandboxes/a"
	for range 3 {
		h.send("POST", h.app.PlatformURL()+"/cpro/structures/v1/rechercher", `{}`, map[string]string{"X-Sandbox": "a", "Authorization": "Basic c2VjcmV0", "Content-Type": "application/json"})
	}
	h.send("POST", h.app.PlatformURL()+"/api/oauth/token", "client_secret=verysecret", map[string]string{"X-Sandbox": "a", "Content-Type": "application/x-www-form-urlencoded"})
	for query, want := range map[string]int{"": 4, "?path=rechercher": 3, "?operation=issueToken": 1, "?status=4xx": 4, "?status=2xx": 0, "?path=*structures*&status=400": 3} {
		page := h.page(base + query)
		address := strings.ReplaceAll(between(t, page, `<a class="button small" href="`+base+`/calls.har`, `" data-testid="har"`), "&amp;", "&")
		got := h.get(base + "/calls.har" + address)
		var archive struct {
			Log struct {
				Entries []struct{ Request struct{ URL string } }
			}
		}
		if err := json.Unmarshal([]byte(got.body), &archive); err != nil || got.status != http.StatusOK || got.header.Get("Content-Disposition") != `attachment; filename="a.har"` {
			t.Fatalf("%s: %v, %d %v", query, err, got.status, got.header)
		}
		if len(archive.Log.Entries) != want {
			t.Errorf("%q: got %d calls, want %d", query, len(archive.Log.Entries), want)
		}
		if strings.Contains(got.body, "verysecret") || strings.Contains(got.body, "c2VjcmV0") {
			t.Errorf("%q: a secret is in the archive", query)
		}
	}
	if got := h.get(base + "/calls.har?status=abc"); got.status != http.StatusBadRequest || !strings.Contains(text(got.body, "problem"), "Status") {
		t.Errorf("got %d %s", got.status, text(got.body, "problem"))
	}
	wants(t, "explained with a token", text(h.page(base+"/explain?about=account&value=x"), "why"), "technical-account-unknown")
}

// Pressing a button of the clock leaves a person on the screen where they were.
func TestTheClockKeepsTheScreen(t *testing.T) {
	t.Parallel()
	h := start(t, app.Options{})
	base := h.open("a")
	token := tokenShape.FindStringSubmatch(h.page(base))[1]
	for referer, want := range map[string]string{
		h.url + base + "/usage?show=met":     base + "/usage?show=met#clock",
		h.url + base + "?window=2y":          base + "?window=2y#clock",
		h.url + base + "/fork":               base + "#clock",
		h.url + "/sandboxes/default/usage":   base + "#clock",
		"https://evil.example" + base:        base + "#clock",
		h.url + base + "/usage//evil?x=\r\n": base + "#clock",
		"":                                   base + "#clock",
	} {
		got := h.send("POST", base+"/clock", "do=freeze&form-token="+token, map[string]string{
			"Content-Type": "application/x-www-form-urlencoded", "Referer": strings.ReplaceAll(referer, "\r\n", "%0d%0a"),
		})
		if got.header.Get("Location") != want {
			t.Errorf("from %s: got to %s, want %s", referer, got.header.Get("Location"), want)
		}
	}
}
