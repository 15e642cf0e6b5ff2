package controlroom_test

import (
	"bufio"
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"chorus-qualif/server/app"
)

func TestTheAdminTokenIsAskedForOnce(t *testing.T) {
	t.Parallel()
	const token = "a secret <token>"
	h := start(t, app.Options{AdminToken: token})
	got := h.get("/sandboxes/default?window=2y")
	if got.status != http.StatusSeeOther || got.header.Get("Location") != "/login?next="+url.QueryEscape("/sandboxes/default?window=2y") {
		t.Fatalf("got %d %s", got.status, got.header.Get("Location"))
	}
	if got := h.send("POST", "/sandboxes/default/clock", "do=freeze", map[string]string{"Content-Type": "application/x-www-form-urlencoded"}); got.status != http.StatusUnauthorized {
		t.Errorf("a stranger's form: got %d", got.status)
	}
	for path, want := range map[string]int{"/scenarios": http.StatusSeeOther, "/scenarios/active?x=1": http.StatusSeeOther, "/scenario-runs/1": http.StatusSeeOther, "/scenariosx": http.StatusUnauthorized} {
		if got := h.get(path); got.status != want {
			t.Errorf("a stranger at %s: got %d, want %d", path, got.status, want)
		}
	}
	if got := h.press("/login", "/login", "token", "wrong", "next", "/"); got.status != http.StatusForbidden {
		t.Errorf("a wrong token: got %d", got.status)
	}
	in := h.press("/login?next=%2Fsandboxes%2Fdefault", "/login", "token", token, "next", "/sandboxes/default")
	if in.status != http.StatusSeeOther || in.header.Get("Location") != "/sandboxes/default" {
		t.Fatalf("got %d to %s", in.status, in.header.Get("Location"))
	}
	cookie := in.header.Get("Set-Cookie")
	wants(t, "cookie", cookie, "HttpOnly", "SameSite=Strict", "Path=/")
	wants(t, "page", h.page("/sandboxes/default"), "Technical accounts", "Log out")
	// The cookie opens the pages, never the control API.
	if got := h.get("/__admin/v1/sandboxes"); got.status != http.StatusUnauthorized {
		t.Errorf("the control API takes the cookie: %d", got.status)
	}
	h.press("/", "/logout")
	if got := h.get("/"); got.status != http.StatusSeeOther {
		t.Errorf("after logging out: got %d", got.status)
	}
	h.client = h.newClient()
	if got := h.press("/login", "/login", "token", token, "next", "/scenarios/active?x=1"); got.header.Get("Location") != "/scenarios/active?x=1" {
		t.Errorf("got to %s", got.header.Get("Location"))
	}
	wants(t, "scenarios", h.page("/scenarios/active"), "Run it")
	for _, next := range []string{"/sandboxes", "/logout", "/room/room.js", "//evil.example", "https://evil.example/sandboxes/x", "/\\evil.example", "/sandboxes//evil", "/__admin/v1/x", "javascript:alert(1)"} {
		h.client = h.newClient()
		if got := h.press("/login", "/login", "token", token, "next", next); got.header.Get("Location") != "/" {
			t.Errorf("%s leads to %s", next, got.header.Get("Location"))
		}
	}
}

func TestStrangersFormsAreRefused(t *testing.T) {
	t.Parallel()
	h := start(t, app.Options{})
	form := map[string]string{"Content-Type": "application/x-www-form-urlencoded"}
	page := h.page("/")
	token := tokenShape.FindStringSubmatch(page)[1]
	for name, test := range map[string]struct {
		body   string
		header map[string]string
	}{
		"no token":       {"do=freeze", nil},
		"a wrong token":  {"do=freeze&form-token=0", nil},
		"another origin": {"do=freeze&form-token=" + token, map[string]string{"Origin": "https://evil.example"}},
		"another host":   {"do=freeze&form-token=" + token, map[string]string{"Host": "evil.example"}},
	} {
		all := map[string]string{}
		for _, from := range []map[string]string{form, test.header} {
			for key, value := range from {
				all[key] = value
			}
		}
		if got := h.send("POST", "/sandboxes/default/clock", test.body, all); got.status != http.StatusForbidden {
			t.Errorf("%s: got %d", name, got.status)
		}
	}
	other := h.newClient()
	h.client, other = other, h.client
	if got := h.send("POST", "/sandboxes/default/clock", "do=freeze&form-token="+token, form); got.status != http.StatusForbidden {
		t.Errorf("the token of another browser: got %d", got.status)
	}
	h.client = other
	got := h.get("/")
	wants(t, "policy", got.header.Get("Content-Security-Policy"), "default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'")
	for _, inline := range []string{"<style", " style=", " onclick", "javascript:", "<script>"} {
		if strings.Contains(page, inline) {
			t.Errorf("the page has %q", inline)
		}
	}
	if got := h.send("POST", "/sandboxes", "name="+strings.Repeat("x", 1<<20)+"&form-token="+token, form); got.status != http.StatusBadRequest {
		t.Errorf("a form without end: got %d", got.status)
	}
}

// The stream names the parts that changed, and ends with the program.
func TestTheStreamNamesWhatChanged(t *testing.T) {
	t.Parallel()
	h := start(t, app.Options{})
	base := h.open("streamed")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, "GET", h.url+base+"/live", nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := h.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = got.Body.Close() }()
	if kind := got.Header.Get("Content-Type"); kind != "text/event-stream" {
		t.Fatalf("got %s", kind)
	}
	lines := bufio.NewScanner(got.Body)
	until := func(want string) {
		t.Helper()
		for lines.Scan() {
			if lines.Text() == want {
				return
			}
		}
		t.Fatalf("the stream ends before %q: %v", want, lines.Err())
	}
	until("event: hello")
	h.pressed(base, base+"/clock", "do", "by", "value", "PT30M")
	until("data: clock,timeline,accounts,mails,calls,faults,events,credentials,snapshots,usage,explained,webhooks,moments")
	h.send("POST", h.app.PlatformURL()+"/cpro/structures/v1/rechercher", "{}", map[string]string{"X-Sandbox": "streamed"})
	until("data: timeline,calls,faults,usage,moments")
	h.send("DELETE", "/__admin/v1/sandboxes/streamed", "", nil)
	until("event: gone")
	if err := h.app.Stop(context.Background()); err != nil {
		t.Error(err)
	}
}
