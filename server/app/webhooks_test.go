package app_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"chorus-qualif/server/app"
	"chorus-qualif/server/webhooks"
)

type delivery struct {
	header http.Header
	body   string
}

// receiver takes webhooks, and refuses the first few.
func receiver(t *testing.T, refusals int64) (url string, taken chan delivery) {
	t.Helper()
	taken = make(chan delivery, 100)
	var refused atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if refused.Add(1) <= refusals {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		taken <- delivery{r.Header, string(body)}
	}))
	t.Cleanup(server.Close)
	return server.URL, taken
}

func TestWebhooksAreSignedOrderedAndTriedAgain(t *testing.T) {
	t.Parallel()
	l := open(t, start(t, app.Options{WebhookPrivate: true}), "a")
	url, taken := receiver(t, 1)
	put := l.do("PUT", "/webhooks/ci", `{"url":"`+url+`","kinds":["technicalAccountRequested","TechnicalAccountEffective"]}`, http.StatusOK)
	secret := put.field(t, "secret").(string)
	login, _ := l.create()
	l.post("/clock/advance", `{"by":"30m"}`)
	// Accounts of the data set take effect on the way as well.
	about := func(login string) delivery {
		for {
			if got := <-taken; strings.Contains(got.body, login) {
				return got
			}
		}
	}
	for _, kind := range []string{"TechnicalAccountRequested", "TechnicalAccountEffective"} {
		got := about(login)
		if !strings.Contains(got.body, `"kind":"`+kind+`"`) || got.header.Get("X-Sandbox") != "a" {
			t.Errorf("got %s, want %s", got.body, kind)
		}
		at, err := time.Parse(time.RFC3339, reply{body: got.body}.field(t, "at").(string))
		if want := webhooks.Sign(secret, at, []byte(got.body)); err != nil || got.header.Get("X-Sandbox-Signature") != want {
			t.Errorf("signed %q, want %q", got.header.Get("X-Sandbox-Signature"), want)
		}
	}
	for l.get("/webhooks").field(t, "webhooks").([]any)[0].(map[string]any)["sent"].(float64) < 2 {
		if t.Context().Err() != nil {
			return
		}
	}
	// What happens again after a restoration is sent again, what was before is not.
	l.do("PUT", "/snapshots/s", "", http.StatusOK)
	first, _ := l.create()
	about(first)
	l.post("/restore", `{"snapshot":"s"}`)
	if second, _ := l.create(); !strings.Contains(about(second).body, "TechnicalAccountRequested") {
		t.Error("what happened after the restoration was not sent")
	}
	l.do("DELETE", "/webhooks/ci", "", http.StatusNoContent)
	l.create()
	select {
	case got := <-taken:
		t.Errorf("a webhook that was stopped sent %s", got.body)
	case <-time.After(50 * time.Millisecond):
	}
}

func TestWebhooksReachPublicAddressesOnly(t *testing.T) {
	t.Parallel()
	l := open(t, start(t, app.Options{}), "a")
	url, taken := receiver(t, 0)
	for _, address := range []string{
		url, "http://[::1]/", "http://10.0.0.1/", "http://169.254.169.254/latest", "http://0.0.0.0/", "http://[::ffff:127.0.0.1]/", "http://100.64.0.1/",
		"ftp://example.fr/", "http://user:secret@example.fr/", "nowhere", "http:///x",
	} {
		l.do("PUT", "/webhooks/x", `{"url":"`+address+`"}`, http.StatusUnprocessableEntity)
	}
	// A name that leads inside is refused once it is resolved.
	l.do("PUT", "/webhooks/x", `{"url":"`+strings.Replace(url, "127.0.0.1", "localhost", 1)+`"}`, http.StatusOK)
	l.create()
	for {
		hook := l.get("/webhooks").field(t, "webhooks").([]any)[0].(map[string]any)
		if hook["lastError"] != nil {
			if !strings.Contains(hook["lastError"].(string), "not a public one") {
				t.Errorf("got %v", hook["lastError"])
			}
			break
		}
	}
	if len(taken) > 0 {
		t.Error("the inside was reached")
	}
	for _, name := range strings.Split("b c d e f g h i j", " ") {
		l.do("PUT", "/webhooks/"+name, `{"url":"https://example.fr/"}`, http.StatusOK)
	}
	l.do("PUT", "/webhooks/k", `{"url":"https://example.fr/"}`, http.StatusConflict)
	l.do("PUT", "/webhooks/j", `{"url":"https://example.fr/"}`, http.StatusOK)
	l.post("/reset", "")
	if got := l.get("/webhooks"); got.body != `{"webhooks":[]}` {
		t.Errorf("after a reset: %s", got.body)
	}
}
