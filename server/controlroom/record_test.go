package controlroom_test

import (
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"chorus-qualif/server/app"
)

// resetOnThePages resets the password of an account as its manager does, on the
// portal of 2020.
func (h *house) resetOnThePages(name string) {
	h.Helper()
	c := h.credentials(name)
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.Fatal(err)
	}
	browser := &http.Client{Jar: jar}
	page := ""
	open := func(path string, fields ...string) {
		h.Helper()
		form := url.Values{}
		for i := 0; i+1 < len(fields); i += 2 {
			form.Set(fields[i], fields[i+1])
		}
		var got *http.Response
		if found := regexp.MustCompile(`name="jeton" value="([^"]*)"`).FindStringSubmatch(page); len(fields) > 0 && found != nil {
			form.Set("jeton", html.UnescapeString(found[1]))
			got, err = browser.PostForm(h.app.PlatformURL()+path, form)
		} else {
			got, err = browser.Get(h.app.PlatformURL() + path)
		}
		if err != nil {
			h.Fatal(err)
		}
		defer func() { _ = got.Body.Close() }()
		text, err := io.ReadAll(got.Body)
		if err != nil || got.StatusCode != http.StatusOK {
			h.Fatalf("%s: %d %v %s", path, got.StatusCode, err, text)
		}
		page = string(text)
	}
	login := c.TechnicalAccounts[0].Login
	open("/cpp/connexion?sandbox=" + name)
	open("/cpp/connexion", "login", c.Managers[0].Login, "mot-de-passe", *c.Managers[0].Password, "sandbox", name)
	reset := "/cpp/structures/" + c.TechnicalAccounts[0].Structure + "/utilisateur-technique/reinitialisation"
	open(reset + "?login=" + url.QueryEscape(login))
	open(reset, "login", login)
}

// told is a sandbox in which a client called and a person clicked.
func (h *house) told(name string) string {
	h.Helper()
	h.put(name, `{"seed":42,"profile":"cpp-2020","clock":{"mode":"frozen","at":"2026-03-01T09:00:00+01:00"}}`)
	account := *h.credentials(name).TechnicalAccounts[0].CproAccount
	if got := h.call(name, account); got.status != http.StatusOK { // 1 and 2
		h.Fatalf("before: %d %s", got.status, got.body)
	}
	h.resetOnThePages(name)
	if got := h.call(name, account); got.status != http.StatusUnauthorized { // 3 and 4
		h.Fatalf("after: %d %s", got.status, got.body)
	}
	return "/sandboxes/" + name
}

// A span is chosen on the page, replayed under the eyes of who asked, and given
// as a file.
func TestASpanIsRecordedInTheRoom(t *testing.T) {
	t.Parallel()
	h := start(t, app.Options{})
	base := h.told("mine")
	p := h.browse()
	p.open(base)
	p.press("to-record")
	p.becomes("live-state", "live")
	rows := strings.Join(strings.Fields(p.text("moment-rows")), " ")
	wants(t, "rows", rows, "401 POST /cpro/structures/v1/rechercher", "no call PasswordReset TECH_")
	if last, click, first := strings.Index(rows, "401 POST"), strings.Index(rows, "no call PasswordReset"), strings.Index(rows, "200 POST /cpro/"); last > click || click > first || click < 0 {
		t.Errorf("the click is not between the calls: %s", rows)
	}
	p.look("record")
	h.send("POST", h.app.PlatformURL()+"/cpro/nowhere/v1/x", "{}", map[string]string{"X-Sandbox": "mine"}) // 5
	p.becomes("moment-rows", "/cpro/nowhere/v1/x")

	p.press("download") // refused: the page comes again
	wants(t, "refused", p.text("refused"), "This cannot be recorded:", "Call 5 (POST /cpro/nowhere/v1/x): no contract declares it", "Leave it out")
	p.look("record-refused")
	p.press(`[data-testid="refused"] a[href*="skip=5"]`)
	if got := p.js(`document.querySelector("#skip").value`); got != "5" {
		t.Errorf("left out: %q", got)
	}
	p.fill("workflow", "all-of-it")
	p.press("replay")
	p.becomes("run-state", "passed 7 steps")
	wants(t, "steps", p.text("steps"), "resetPassword passed 200", "Done on the pages of the portal by", "rechercherStructure-2 passed 401")
	if got := p.text("main h1"); got != "all-of-it" {
		t.Errorf("got %q", got)
	}
	p.look("run-recorded")

	p.open(base + "/record")
	p.press("until-2")
	if got := p.js(`[].map.call(document.querySelectorAll("#live-moments tr:not(.never) th a"), a => a.textContent).join(" ")`); got != "2 1" {
		t.Errorf("in the span: %q", got)
	}
	p.press("replay-by-hand")
	p.becomes("next-step", "sandbox")
	p.click("do-rest")
	p.becomes("run-state", "passed 4 steps")
}

func TestARecordingIsDownloaded(t *testing.T) {
	t.Parallel()
	h := start(t, app.Options{AdminToken: "secret"})
	h.press("/login", "/login", "token", "secret", "next", "/")
	h.client.Transport = bearer("secret")
	base := h.told("mine")
	got := h.press(base+"/record", base+"/record", "do", "download", "workflow", "told", "title", "What was done", "until", "4")
	if got.status != http.StatusOK || got.header.Get("Content-Disposition") != `attachment; filename="told.arazzo.yaml"` {
		t.Fatalf("got %d %v %s", got.status, got.header, got.body)
	}
	wants(t, "file", got.body, "workflowId: told\n", "title: What was done\n", "stepId: resetPassword", "profile: cpp-2020")
	if strings.Contains(got.body, *h.credentials("mine").Managers[0].Password) {
		t.Error("a secret is written")
	}
	for name, test := range map[string]struct {
		fields []string
		says   []string
	}{
		"numbers":   {[]string{"since", "first", "until", "-1", "skip", "1;2"}, []string{"since must be an integer", "until", "skip must be identifiers of calls"}},
		"name":      {[]string{"workflow", "1 <script>"}, []string{"must begin with a letter"}},
		"none":      {[]string{"until", "99"}, []string{"Call 99, the last that is wanted"}},
		"no call":   {[]string{"skip", "1, 2", "until", "2"}, []string{"There is no call to record."}},
		"backwards": {[]string{"since", "99"}, []string{"no call 99"}},
		"by hand":   {[]string{"until", "99", "do", "hand"}, []string{"Call 99"}},
	} {
		got := h.press(base+"/record", base+"/record", test.fields...)
		if got.status != http.StatusUnprocessableEntity || strings.Contains(got.body, "<script>") {
			t.Errorf("%s: got %d", name, got.status)
		}
		_, said, _ := strings.Cut(got.body, `role="alert"`)
		said, _, _ = strings.Cut(said, "</div>")
		for _, want := range test.says {
			if !strings.Contains(strings.ToLower(html.UnescapeString(said)), strings.ToLower(want)) {
				t.Errorf("%s: got %q, want %q", name, said, want)
			}
		}
	}
	wants(t, "empty", h.page("/sandboxes/default/record"), "Nothing was done here yet")
	h.pressed(base+"/faults", base+"/faults", "do", "ask", "name", "slow")
	h.send("POST", h.app.PlatformURL()+"/cpro/nowhere/v1/x", "{}", map[string]string{"X-Sandbox": "mine"}) // 5
	h.send("DELETE", "/__admin/v1/sandboxes/mine/faults", "", nil)
	rows := text(h.page(base+"/record"), "moment-rows")
	gone, call, asked := strings.Index(rows, "every fault does not strike any more"), strings.Index(rows, "POST /cpro/nowhere"), strings.Index(rows, "slow fault of the kind latency")
	if gone < 0 || call < gone || asked < call || strings.Index(rows, "401 POST") < asked {
		t.Errorf("the faults are not beside the calls: %s", rows)
	}
}

// bearer sends the admin token to the control API, as a test suite does, and to
// nothing else.
type bearer string

func (b bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasPrefix(r.URL.Path, "/__admin/") {
		r = r.Clone(r.Context())
		r.Header.Set("Authorization", "Bearer "+string(b))
	}
	return http.DefaultTransport.RoundTrip(r)
}
