package controlroom_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"chorus-qualif/server/app"
)

// A webhook that is added on the page gets the events, and the page tells what
// became of each, without a reload.
func TestWebhooksAreFollowed(t *testing.T) {
	t.Parallel()
	h := start(t, app.Options{WebhookPrivate: true})
	base := h.open("a")
	var refuses atomic.Bool
	taker := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if refuses.Load() {
			w.WriteHeader(http.StatusTeapot)
		}
	}))
	t.Cleanup(taker.Close)

	p := h.browse()
	p.open(base + "/webhooks")
	p.becomes("live-state", "live")
	p.look("webhooks-none")
	p.fill("hook-name", "ci")
	p.fill("hook-url", taker.URL)
	p.fill("hook-kinds", "ClockAdvanced, TechnicalAccountRequested")
	p.press("add-hook")
	p.becomes("live-state", "live")
	p.js(`window.notReloaded = true`)
	h.createAccount("a")
	p.becomes("deliveries", "TechnicalAccountRequested")
	p.becomes("deliveries", "taken")
	p.becomes("hook-counts", "1, 0")
	refuses.Store(true)
	p.click("plus-1d")
	p.becomes("deliveries", "418 I'm a teapot")
	p.becomes("hook-error", "418")
	refuses.Store(false)
	p.becomes("hook-counts", "2, 0") // tried again, with no event of the sandbox
	if p.js(`window.notReloaded`) != "true" {
		t.Error("the page was reloaded")
	}
	p.look("webhooks")
	h.createAccount("a")
	p.becomes("hook-counts", "3, 0")
	last := p.js(`document.querySelector('[data-testid^="redeliver-"]').dataset.testid`)
	p.press(strings.Trim(last, `"`))
	if got := p.text("notice-good"); !strings.HasPrefix(got, "Webhook ci took event ") {
		t.Errorf("sent again: got %q", got)
	}
	refuses.Store(true)
	p.press(strings.Trim(last, `"`))
	if got := p.text("notice-bad"); !strings.HasPrefix(got, "Webhook ci did not take event ") || !strings.Contains(got, "418") {
		t.Errorf("sent again to one who refuses: got %q", got)
	}
	refuses.Store(false)
	p.press("remove-hook-ci")
	if got := p.text("notice-good"); got != "Webhook ci is gone." {
		t.Errorf("got %q", got)
	}
	if got := h.send("GET", "/__admin/v1/sandboxes/a/webhooks", "", nil); got.body != `{"webhooks":[]}` {
		t.Errorf("got %s", got.body)
	}
}

func TestAWebhookIsRefusedPrecisely(t *testing.T) {
	t.Parallel()
	h := start(t, app.Options{})
	base := h.open("a")
	h.pressed(base+"/webhooks", base+"/webhooks", "name", "there", "url", "https://ci.example.fr/events")
	for name, test := range map[string]struct {
		fields []string
		says   string
	}{
		"private":  {[]string{"name", "x", "url", "http://127.0.0.1:1/"}, "--webhook-private=on"},
		"no URL":   {[]string{"name", "x", "url", "ci.example.fr"}, "URL"},
		"no name":  {[]string{"name", "", "url", "https://ci.example.fr"}, "Under which name?"},
		"odd name": {[]string{"name", "<script>", "url", "https://ci.example.fr"}, "The name must be"},
		"taken":    {[]string{"name", "there", "url", "https://ci.example.fr"}, "A webhook is called there already"},
	} {
		got := h.press(base+"/webhooks", base+"/webhooks", test.fields...)
		if got.status != http.StatusUnprocessableEntity || strings.Contains(got.body, "<script>") {
			t.Errorf("%s: got %d", name, got.status)
		}
		if said := text(got.body, "wrong"); !strings.Contains(strings.ToLower(said), strings.ToLower(test.says)) {
			t.Errorf("%s: got %q, want %q in it", name, said, test.says)
		}
	}
	wants(t, "list", h.page(base+"/webhooks"), "https://ci.example.fr/events", "all")
}
