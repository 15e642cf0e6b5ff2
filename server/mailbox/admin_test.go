package mailbox_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"chorus-qualif/openapi"
	"chorus-qualif/server/mailbox"
	"chorus-qualif/server/mailbox/outbox"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/wire"
)

// contracts are compiled once for all the tests.
var contracts = sync.OnceValues(openapi.Load)

// control serves the mail operations of the control API. An answer that breaks
// the contract fails the test.
func control(t testing.TB, h *house) string {
	t.Helper()
	set, err := contracts()
	if err != nil {
		t.Fatal(err)
	}
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.UseRawPath, engine.UnescapePathValues = true, true
	h.RegisterAdmin(&wire.Contract{
		Set: set, Requests: wire.Enforce, Answers: wire.Enforce, Log: slog.New(slog.NewTextHandler(testLog{t}, nil)),
		Violated: func(direction, operation string) {
			if direction == "answer" {
				t.Errorf("an answer of %s breaks the contract", operation)
			}
		},
	}, engine)
	server := httptest.NewServer(engine)
	t.Cleanup(server.Close)
	return server.URL + "/__admin/v1/sandboxes/"
}

// testLog writes what is logged into the test's log.
type testLog struct{ t testing.TB }

// Write logs a line.
func (l testLog) Write(p []byte) (int, error) {
	l.t.Log(strings.TrimSpace(string(p)))
	return len(p), nil
}

// ask calls the control API and reads its JSON.
func ask(t testing.TB, method, url, body string) (status int, answer map[string]any, header http.Header, raw string) {
	t.Helper()
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(response.Header.Get("Content-Type"), "json") {
		if err := json.Unmarshal(text, &answer); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
	}
	return response.StatusCode, answer, response.Header, string(text)
}

func TestTheControlAPIWaitsForAMail(t *testing.T) {
	t.Parallel()
	h := open(t, mailbox.Options{})
	base := control(t, h)
	sb := h.put(t, "a")
	go func() {
		if _, err := sandboxes.Do(sb, qualif.Reset{By: manager, Login: account}); err != nil {
			t.Error(err)
		}
	}()
	status, answer, _, raw := ask(t, "POST", base+"a/mails/wait", `{"to":"CLAIRE","subject":"réinitialisation","event":"password-reset","text":"ne fonctionne plus","timeout":"20s","after":null}`)
	mail, _ := answer["mail"].(map[string]any)
	if status != 200 || mail["notification"] != "mail-1" || mail["receivedAt"] != "2026-03-01T09:00:00.000+01:00" || answer["cursor"] != mail["cursor"] {
		t.Fatalf("%d %s", status, raw)
	}
	if !strings.Contains(mail["text"].(string), "Bonjour,") || !strings.Contains(mail["html"].(string), "<table") {
		t.Errorf("text %.50q, html %.50q", mail["text"], mail["html"])
	}
	status, answer, _, raw = ask(t, "POST", base+"a/mails/wait", `{"to":"claire","timeout":"10ms","after":"`+answer["cursor"].(string)+`"}`)
	near, _ := answer["nearest"].([]any)
	if status != 408 || answer["code"] != "mail-not-found" || len(near) != 1 || !strings.Contains(raw, `"missed":["after"]`) {
		t.Errorf("%d %s", status, raw)
	}
	if status, _, _, raw := ask(t, "POST", base+"a/mails/wait", ""); status != 200 {
		t.Errorf("without criteria: %d %s", status, raw)
	}
}

func TestTheControlAPITellsWhichAdvanceBringsTheMail(t *testing.T) {
	t.Parallel()
	h := open(t, mailbox.Options{})
	base := control(t, h)
	if _, _, err := h.registry.Put("a", sandboxes.Spec{Switches: qualif.Switches{qualif.SwitchExpiryReminder: "15-days"}}); err != nil {
		t.Fatal(err)
	}
	status, answer, _, raw := ask(t, "POST", base+"a/mails/wait", `{"event":"expiry-reminder","text":"`+account+`","timeout":"1ms"}`)
	advance, _ := answer["advance"].(map[string]any)
	if status != 408 || advance["kind"] != "technical-account-expiry-reminder" || advance["to"] == "" || !strings.Contains(answer["detail"].(string), "it comes when the clock is advanced to") {
		t.Errorf("%d %s", status, raw)
	}
}

func TestTheControlAPIRefusesWhatItCannotDo(t *testing.T) {
	t.Parallel()
	h := open(t, mailbox.Options{})
	base := control(t, h)
	h.put(t, "a")
	for _, call := range []struct {
		method, path, body string
		status             int
		code               string
	}{
		{"POST", "a/mails/wait", `{"timeout":"6m"}`, 422, "invalid-timeout"},
		{"POST", "a/mails/wait", `{"timeout":"P1D"}`, 422, "invalid-timeout"},
		{"POST", "a/mails/wait", `{"timeout":"soon"}`, 422, "invalid-timeout"},
		{"POST", "a/mails/wait", `{"after":"99999999999999999999"}`, 422, "invalid-after"},
		{"POST", "a/mails/wait", `{"after":"x"}`, 400, "invalid-request"},
		{"POST", "a/mails/wait", `{"from":"x"}`, 400, "invalid-request"},
		{"POST", "a/mails/wait", `{`, 400, "invalid-request"},
		{"POST", "nobody/mails/wait", `{}`, 404, "sandbox-unknown"},
		{"GET", "nobody/mails/latest", "", 404, "sandbox-unknown"},
		{"GET", "a/mails/latest", "", 404, "mail-unknown"},
		{"GET", "a/mails/mail-1/raw", "", 404, "mail-unknown"},
		{"GET", "a/mails/mail-1/delivery", "", 404, "mail-unknown"},
		{"GET", "a/mails/x/attachments/-1", "", 400, "invalid-request"},
	} {
		status, answer, _, raw := ask(t, call.method, base+call.path, call.body)
		if status != call.status || answer["code"] != call.code {
			t.Errorf("%s %s %s: %d %s, want %d %s", call.method, call.path, call.body, status, raw, call.status, call.code)
		}
	}
}

func TestTheControlAPIReadsAMail(t *testing.T) {
	t.Parallel()
	h := open(t, mailbox.Options{})
	base := control(t, h)
	h.put(t, "a")
	message := strings.Replace(alternative, "\r\nplain\r\n", "\r\nsee https://a.example/x.\r\n", 1)
	h.deliver(t, "a", "ana@x.example", "bob@y.example", strings.Replace(message, "--b--", "--b\r\nContent-Type: image/png\r\n\r\n\r\n--b--", 1))
	m, _ := h.Get("a", mailbox.Latest)
	for path, want := range map[string]struct {
		status     int
		kind, body string
	}{
		"/raw":           {200, "message/rfc822", m.Raw},
		"/text":          {200, "text/plain; charset=utf-8", "see https://a.example/x."},
		"/html":          {200, "text/html; charset=utf-8", "<script>alert(1)</script>"},
		"/links":         {200, "application/json", `{"links":[{"url":"https://a.example/x","text":"https://a.example/x"}]}`},
		"/attachments/0": {200, "application/octet-stream", "%PDF-1.4\n"},
		"/attachments/1": {204, "", ""},
		"/attachments/2": {404, "application/problem+json", "*"},
		"/delivery":      {404, "application/problem+json", "*"},
	} {
		for _, id := range []string{"latest", url.PathEscape(m.ID)} {
			status, _, header, body := ask(t, "GET", base+"a/mails/"+id+path, "")
			if status != want.status || header.Get("Content-Type") != want.kind || (want.body != "*" && body != want.body) {
				t.Errorf("%s: %d %q %q, want %+v", path, status, header.Get("Content-Type"), body, want)
			}
			if path == "/html" && !strings.HasPrefix(header.Get("Content-Security-Policy"), "sandbox;") {
				t.Errorf("the HTML may act: %v", header)
			}
			if path == "/attachments/0" && header.Get("Content-Disposition") != "attachment; filename=x.pdf" {
				t.Errorf("attachment: %v", header)
			}
		}
	}
	_, answer, _, raw := ask(t, "GET", base+"a/mails/latest", "")
	if got, _ := json.Marshal(answer["attachments"]); string(got) != `[{"contentType":"application/pdf","name":"x.pdf","number":0,"size":9},{"contentType":"image/png","name":null,"number":1,"size":0}]` {
		t.Errorf("attachments %s in %s", got, raw)
	}
}

func TestTheControlAPITellsWhatBecameOfANotification(t *testing.T) {
	t.Parallel()
	r := startRelay(t, onFirst(99, "RCPT", "450 4.2.0 come back"))
	h := open(t, mailbox.Options{Relay: r.url(), Retry: outbox.Retry{First: time.Hour, Longest: time.Hour}})
	base := control(t, h)
	resetPassword(t, h.put(t, "a"))
	eventually(t, "it was tried", func() bool {
		d, _ := h.Delivery("a", "mail-1")
		return d.Attempts > 0
	})
	status, answer, _, raw := ask(t, "GET", base+"a/mails/mail-1/delivery", "")
	if status != 200 || answer["state"] != "queued" || answer["attempts"] != 1.0 || answer["words"] != "450 4.2.0 come back" || !strings.HasPrefix(answer["retryIn"].(string), "PT59M") {
		t.Errorf("%d %s", status, raw)
	}
	status, answer, _, raw = ask(t, "GET", base+"a/mails/mail-1", "")
	if status != 404 || answer["code"] != "mail-not-arrived" || !strings.Contains(answer["detail"].(string), "450 4.2.0 come back") {
		t.Errorf("%d %s", status, raw)
	}
	status, answer, _, raw = ask(t, "POST", base+"a/mails/wait", `{"event":"reset","timeout":"1ms"}`)
	if status != 408 || len(answer["undelivered"].([]any)) != 1 {
		t.Errorf("%d %s", status, raw)
	}
}

func TestAWaitEndsWithItsCallerAndWithTheServer(t *testing.T) {
	t.Parallel()
	h := open(t, mailbox.Options{})
	base := control(t, h)
	h.put(t, "a")
	ended := make(chan int, 1)
	go func() {
		status, _, _, _ := ask(t, "POST", base+"a/mails/wait", `{"timeout":"5m"}`)
		ended <- status
	}()
	h.EndWaits()
	if got := <-ended; got != 408 {
		t.Errorf("a wait that the server ends: %d", got)
	}
}
