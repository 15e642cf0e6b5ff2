package mailbox_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"chorus-qualif/server/mailbox"
	"chorus-qualif/server/mailbox/mailhog"
)

const alternative = "From: Ana <ana@x.example>\r\nTo: Bob <bob@y.example>\r\nSubject: parts\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
	"--b\r\nContent-Type: text/plain\r\n\r\nplain\r\n" +
	"--b\r\nContent-Type: text/html\r\nSet-Cookie: a=b\r\nContent-Length: 1\r\n\r\n<script>alert(1)</script>\r\n" +
	"--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"x.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0x\r\nLjQK\r\n--b--\r\n"

func TestAPIAnswersAsMailHogDoes(t *testing.T) {
	t.Parallel()
	h := open(t, mailbox.Options{})
	h.deliver(t, "", "ana@x.example", "bob@y.example", alternative)
	id := h.page(t, "/api/v2/messages").Items[0].ID
	for _, call := range []struct {
		method, path string
		status       int
		kind, body   string
	}{
		{"GET", "/api/v1/messages", 200, "text/json", "*"},
		{"GET", "/api/v1/messages/" + id, 200, "text/json", "*"},
		{"GET", "/api/v1/messages/unknown", 200, "text/json", "null"},
		{"GET", "/api/v1/messages/" + id + "/download", 200, "message/rfc822", "*"},
		{"GET", "/api/v1/messages/unknown/download", 404, "text/plain; charset=utf-8", "404 page not found\n"},
		{"GET", "/api/v1/messages/" + id + "/mime/part/99/download", 404, "text/plain; charset=utf-8", "404 page not found\n"},
		{"GET", "/api/v2/messages", 200, "text/json", "*"},
		{"GET", "/api/v2/search?kind=to&query=bob", 200, "application/json", "*"},
		{"GET", "/api/v2/search?kind=to&query=nobody", 200, "application/json", `{"total":0,"count":0,"start":0,"items":[]}`},
		{"GET", "/api/v2/search?kind=to", 400, "", ""},
		{"GET", "/api/v2/search?kind=subject&query=x", 400, "", ""},
		{"GET", "/api/v2/search?query=x", 400, "", ""},
		{"GET", "/api/v2/jim", 404, "", ""},
		{"DELETE", "/api/v2/jim", 404, "", ""},
		{"PUT", "/api/v2/jim", 404, "", ""},
		{"GET", "/api/v2/outgoing-smtp", 200, "application/json", "{}"},
		{"OPTIONS", "/api/v1/messages", 200, "", ""},
		{"OPTIONS", "/api/v1/messages/" + id + "/release", 200, "", ""},
		{"OPTIONS", "/api/v2/search", 200, "", ""},
		{"HEAD", "/api/v2/messages", 404, "text/plain; charset=utf-8", ""},
		{"POST", "/api/v2/messages", 404, "text/plain; charset=utf-8", "404 page not found\n"},
		{"GET", "/api/v2/nothing", 404, "text/plain; charset=utf-8", "404 page not found\n"},
		{"GET", "/sandboxes/%20/api/v2/messages", 404, "text/plain; charset=utf-8", "404 page not found\n"},
		{"DELETE", "/api/v1/messages/unknown", 500, "text/json", ""},
		{"DELETE", "/api/v1/messages/" + id, 200, "text/json", ""},
		{"DELETE", "/api/v1/messages", 200, "text/json", ""},
		{"GET", "/api/v1/messages", 200, "text/json", "[]"},
		{"GET", "/api/v2/messages", 200, "text/json", `{"total":0,"count":0,"start":0,"items":[]}`},
	} {
		got := h.call(t, call.method, call.path, "")
		if got.status != call.status || got.header.Get("Content-Type") != call.kind || (call.body != "*" && got.body != call.body) {
			t.Errorf("%s %s: %d %q %.100q, want %d %q %q", call.method, call.path, got.status, got.header.Get("Content-Type"), got.body, call.status, call.kind, call.body)
		}
	}
}

// The message's JSON, to the letter: order of keys, escapes and nulls.
func TestAMessageHasMailHogsShape(t *testing.T) {
	t.Parallel()
	h := open(t, mailbox.Options{})
	h.deliver(t, "", "ana@x.example", "bob@y.example", "Subject: <a&b>\r\nMessage-ID: <1@x>\r\n\r\nfirst\r\n\r\nlast")
	got := h.call(t, "GET", "/api/v1/messages", "").body
	id := h.page(t, "/api/v2/messages").Items[0].ID
	want := `[{"ID":"` + id + `","From":{"Relays":null,"Mailbox":"ana","Domain":"x.example","Params":""},` +
		`"To":[{"Relays":null,"Mailbox":"bob","Domain":"y.example","Params":""}],` +
		`"Content":{"Headers":{"Message-ID":["\u003c1@x\u003e"],"Received":["from client.example by mailhog.example (MailHog)\r\n          id ` + id + `; Sun, 01 Mar 2026 09:00:00 +0100"],` +
		`"Return-Path":["\u003cana@x.example\u003e"],"Subject":["\u003ca\u0026b\u003e"]},"Body":"first\r\n\r\nlast","Size":50,"MIME":null},` +
		`"Created":"2026-03-01T09:00:00+01:00","MIME":null,` +
		`"Raw":{"From":"ana@x.example","To":["bob@y.example"],"Data":"Subject: \u003ca\u0026b\u003e\r\nMessage-ID: \u003c1@x\u003e\r\n\r\nfirst\r\n\r\nlast","Helo":"client.example"}}]`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestPagesAreMailHogs(t *testing.T) {
	t.Parallel()
	h := open(t, mailbox.Options{})
	c := hello(t, h.SMTPAddr())
	for i := range 260 {
		c.mail("a@x.example", fmt.Sprintf("box%d@y.example", i%2), fmt.Sprintf("Subject: n%d\r\n\r\n", i))
	}
	for path, want := range map[string]string{
		"/api/v2/messages":                                    "260 50 0 n259 n210",
		"/api/v2/messages?limit=3":                            "260 3 0 n259 n257",
		"/api/v2/messages?start=258&limit=50":                 "260 2 258 n1 n0",
		"/api/v2/messages?limit=1000":                         "260 250 0 n259 n10",
		"/api/v2/messages?start=-1&limit=0":                   "260 50 0 n259 n210",
		"/api/v2/messages?start=x&limit=y":                    "260 50 0 n259 n210",
		"/api/v2/messages?start=261":                          "260 0 261",
		"/api/v2/messages?start=260":                          "260 1 260 n0 n0", // MailHog's own slip
		"/api/v2/search?kind=to&query=BOX1&limit=2":           "130 2 0 n259 n257",
		"/api/v2/search?kind=to&query=box1&start=129":         "130 1 129 n1 n1",
		"/api/v2/search?kind=to&query=box1&start=130":         "130 1 130 n1 n1", // and again
		"/api/v2/search?kind=to&query=box1&start=131":         "0 0 131",
		"/api/v2/search?kind=containing&query=N25&limit=1":    "11 1 0 n259 n259",
		"/api/v2/search?kind=from&query=a%40x&start=1":        "260 50 1 n258 n209",
		"/sandboxes/default/api/v2/search?kind=to&query=box0": "130 50 0 n258 n160",
	} {
		p := h.page(t, path)
		got := fmt.Sprint(p.Total, p.Count, p.Start)
		if s := p.subjects(); len(s) > 0 {
			got += " " + s[0] + " " + s[len(s)-1]
		}
		if got != want || p.Count != len(p.Items) {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	var v1 []any
	if err := json.Unmarshal([]byte(h.call(t, "GET", "/api/v1/messages", "").body), &v1); err != nil || len(v1) != 260 {
		t.Errorf("version 1 lists %d messages (%v), want 260", len(v1), err)
	}
}

func TestPartsAreDownloadedWithoutHarm(t *testing.T) {
	t.Parallel()
	h := open(t, mailbox.Options{})
	h.deliver(t, "", "ana@x.example", "bob@y.example", alternative)
	base := "/api/v1/messages/" + h.page(t, "/api/v2/messages").Items[0].ID
	pdf := h.call(t, "GET", base+"/mime/part/2/download", "")
	if pdf.body != "%PDF-1.4\n" || pdf.header.Get("Content-Disposition") != `attachment; filename="x.pdf"` || pdf.header.Get("Content-Type") != "application/pdf" {
		t.Errorf("part 2: %q %v", pdf.body, pdf.header)
	}
	html := h.call(t, "GET", base+"/mime/part/1/download", "")
	if html.body != "<script>alert(1)</script>" || html.header.Get("Set-Cookie") != "" || !strings.HasPrefix(html.header.Get("Content-Security-Policy"), "sandbox;") {
		t.Errorf("part 1: %q %v", html.body, html.header)
	}
	eml := h.call(t, "GET", base+"/download", "").body
	if !strings.HasPrefix(eml, "Return-Path: <ana@x.example>\r\nReceived: from client.example by") || !strings.HasSuffix(eml, strings.TrimSuffix(alternative, "\r\n")) {
		t.Errorf("download:\n%s", eml)
	}
}

func TestOneSandboxCannotTouchAnothersMail(t *testing.T) {
	t.Parallel()
	h := open(t, mailbox.Options{})
	h.deliver(t, "a", "x@x.example", "y@y.example", "Subject: of a\r\n\r\n")
	h.deliver(t, "b", "x@x.example", "y@y.example", "Subject: of b\r\n\r\n")
	id := h.page(t, "/sandboxes/a/api/v2/messages").Items[0].ID
	if got := h.call(t, "GET", "/sandboxes/b/api/v1/messages/"+id, "").body; got != "null" {
		t.Errorf("b reads a's mail: %s", got)
	}
	if got := h.call(t, "DELETE", "/sandboxes/b/api/v1/messages/"+id, "").status; got != 500 {
		t.Errorf("b deletes a's mail: %d", got)
	}
	h.call(t, "DELETE", "/sandboxes/b/api/v1/messages", "")
	if got := h.page(t, "/api/v2/messages").subjects(); !slices.Equal(got, []string{"of a"}) {
		t.Errorf("after b cleared its mail: %q", got)
	}
}

func TestStreamsCarryNewMail(t *testing.T) {
	t.Parallel()
	h := open(t, mailbox.Options{})
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, "ws://"+h.HTTPAddr()+"/sandboxes/a/api/v2/websocket", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.CloseNow() }()
	conn.SetReadLimit(1 << 20)
	request, _ := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+h.HTTPAddr()+"/api/v1/events", nil)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if got := response.Header.Get("Content-Type") + "|" + response.Header.Get("Cache-Control"); got != "text/event-stream|no-cache" {
		t.Errorf("stream headers %s", got)
	}
	h.deliver(t, "b", "x@x.example", "y@y.example", "Subject: of b\r\n\r\n")
	h.deliver(t, "a", "x@x.example", "y@y.example", "Subject: of a\r\n\r\n")
	for _, want := range []string{"of b", "of a"} {
		if got := subjectOf(t, nextEvent(t, response)); got != want {
			t.Errorf("event %q, want %q", got, want)
		}
	}
	_, message, err := conn.Read(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if got := subjectOf(t, message); got != "of a" || message[len(message)-1] != '\n' {
		t.Errorf("websocket %q, want a's only", got)
	}
}

// nextEvent reads one event: lines of data, then an empty one.
func nextEvent(t *testing.T, response *http.Response) []byte {
	t.Helper()
	var all []byte
	one := make([]byte, 1)
	for !strings.HasSuffix(string(all), "\n\n") {
		if _, err := response.Body.Read(one); err != nil {
			t.Fatal(err)
		}
		all = append(all, one...)
	}
	var data strings.Builder
	for _, line := range strings.Split(strings.TrimSuffix(string(all), "\n\n"), "\n") {
		text, ok := strings.CutPrefix(line, "data: ")
		if !ok {
			t.Fatalf("line %q of an event", line)
		}
		data.WriteString(text + "\n")
	}
	if !strings.HasPrefix(data.String(), "{\n  \"ID\"") {
		t.Errorf("event is not indented as MailHog's: %.40q", data.String())
	}
	return []byte(data.String())
}

func subjectOf(t *testing.T, message []byte) string {
	t.Helper()
	var m struct {
		Content struct{ Headers map[string][]string }
	}
	if err := json.Unmarshal(message, &m); err != nil {
		t.Fatalf("%v in %s", err, message)
	}
	return m.Content.Headers["Subject"][0]
}

func TestPagesOfOtherOriginsAreKeptOut(t *testing.T) {
	t.Parallel()
	h := open(t, mailbox.Options{})
	if got := h.call(t, "POST", "/api/v2/jim", "{}", "Origin", "http://evil.example").status; got != 403 {
		t.Errorf("POST from another origin: %d, want 403", got)
	}
	if got := h.call(t, "POST", "/api/v2/jim", "{}", "Sec-Fetch-Site", "cross-site").status; got != 403 {
		t.Errorf("POST from another site: %d, want 403", got)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_, response, err := websocket.Dial(ctx, "ws://"+h.HTTPAddr()+"/api/v2/websocket", &websocket.DialOptions{HTTPHeader: http.Header{"Origin": {"http://evil.example"}}})
	if err == nil || response.StatusCode != 403 {
		t.Errorf("websocket from another origin: %v", err)
	}
	if got := h.call(t, "GET", "/api/v2/messages", "").header.Get("Access-Control-Allow-Origin"); got != "" {
		t.Errorf("allowed origin %q, want none", got)
	}
}

func TestTheConfiguredOriginMayCall(t *testing.T) {
	t.Parallel()
	h := open(t, mailbox.Options{CORSOrigin: "http://localhost:3000", WebPath: "/mail/"})
	got := h.call(t, "OPTIONS", "/mail/api/v2/messages", "", "Origin", "http://localhost:3000")
	if got.status != 200 || got.header.Get("Access-Control-Allow-Origin") != "http://localhost:3000" ||
		got.header.Get("Access-Control-Allow-Methods") != "OPTIONS,GET,PUT,POST,DELETE" || got.header.Get("Access-Control-Allow-Headers") != "Content-Type" {
		t.Errorf("preflight: %d %v", got.status, got.header)
	}
	if got := h.call(t, "DELETE", "/mail/sandboxes/a/api/v1/messages", "", "Origin", "http://localhost:3000"); got.status != 200 || got.header.Get("Access-Control-Allow-Methods") != "OPTIONS,GET,POST,DELETE" {
		t.Errorf("DELETE: %d %v", got.status, got.header)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for origin, allowed := range map[string]bool{"http://localhost:3000": true, "http://evil.example": false} {
		conn, _, err := websocket.Dial(ctx, "ws://"+h.HTTPAddr()+"/mail/api/v2/websocket", &websocket.DialOptions{HTTPHeader: http.Header{"Origin": {origin}}})
		if (err == nil) != allowed {
			t.Errorf("websocket from %s: %v", origin, err)
		}
		if err == nil {
			_ = conn.CloseNow()
		}
	}
	for path, want := range map[string]string{"/mail": "/mail/", "/mail/sandboxes/a": "/mail/sandboxes/a/"} {
		if got := h.call(t, "GET", path, ""); got.status != 301 || got.header.Get("Location") != want {
			t.Errorf("%s: %d to %q, want 301 to %q", path, got.status, got.header.Get("Location"), want)
		}
	}
	if got := h.call(t, "GET", "/api/v2/messages", "").status; got != 404 {
		t.Errorf("without the prefix: %d, want 404", got)
	}
}

func TestMailIsReleasedToConfiguredServersOnly(t *testing.T) {
	t.Parallel()
	r := startRelay(t, onFirst(99, "EHLO", "250-relay.example\r\n250 AUTH PLAIN LOGIN"))
	stranger := startRelay(t, nil)
	host, port, _ := strings.Cut(r.l.Addr().String(), ":")
	h := open(t, mailbox.Options{Outgoing: map[string]mailhog.Outgoing{
		"box": {Name: "box", Host: host, Port: port, Email: "usual@z.example", Username: "u", Password: "topsecret", Mechanism: "PLAIN"},
	}})
	h.deliver(t, "", "ana@x.example", "bob@y.example", "Subject: to release\r\n\r\nbody")
	path := "/api/v1/messages/" + h.page(t, "/api/v2/messages").Items[0].ID + "/release"
	_, otherPort, _ := strings.Cut(stranger.l.Addr().String(), ":")
	for body, want := range map[string]int{
		`{"name":"box"}`:                         200,
		`{"name":"box","email":"new@z.example"}`: 200,
		`{"host":"` + host + `","port":"` + port + `","email":"other@z.example"}`:                            200,
		`{"host":"` + host + `","port":"` + otherPort + `","email":"other@z.example"}`:                       400,
		`{"host":"` + host + `","port":"` + otherPort + `","email":"o@z.example","save":true,"name":"mine"}`: 400,
		`{"name":"unknown"}`: 400,
		`not JSON`:           500,
	} {
		if got := h.call(t, "POST", path, body); got.status != want || got.header.Get("Content-Type") != "text/json" {
			t.Errorf("release %s: %d %q, want %d", body, got.status, got.header.Get("Content-Type"), want)
		}
	}
	if got := len(r.messages()); got != 3 || !strings.Contains(r.messages()[0], "Subject: to release") {
		t.Errorf("%d messages released, want 3", got)
	}
	if got := stranger.times("connect"); got != 0 {
		t.Errorf("a server that is not configured was reached")
	}
	if got := h.call(t, "GET", "/api/v2/outgoing-smtp", "").body; strings.Contains(got, "topsecret") || !strings.Contains(got, `"Username":"u"`) {
		t.Errorf("outgoing servers: %s", got)
	}
	if got := h.call(t, "POST", "/api/v1/messages/unknown/release", `{"name":"box"}`).status; got != 404 {
		t.Errorf("release of an unknown message: %d", got)
	}
}

func TestThePageIsMailHogsOwnAndHardened(t *testing.T) {
	t.Parallel()
	h := open(t, mailbox.Options{})
	page := h.call(t, "GET", "/sandboxes/a/", "")
	for _, want := range []string{
		`<html ng-app="mailhogApp" ng-csp>`, `id="preview-html" sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox" srcdoc=`,
		"<title>MailHog</title>", `var apiHost = "";`, "Delete all messages",
	} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	policy := page.header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "script-src 'self' 'sha256-", "connect-src 'self'", "frame-ancestors 'self'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("policy %q lacks %q", policy, want)
		}
	}
	if _, scripts, _ := strings.Cut(policy, "script-src"); strings.Contains(strings.SplitN(scripts, ";", 2)[0], "unsafe") {
		t.Errorf("policy lets any script run: %s", policy)
	}
	for path, kind := range map[string]string{
		"/js/controllers.js": "text/javascript; charset=utf-8", "/css/style.css": "text/css; charset=utf-8", "/images/hog.png": "image/png",
		"/fonts/glyphicons-halflings-regular.woff2": "font/woff2",
	} {
		if got := h.call(t, "GET", "/sandboxes/a"+path, ""); got.status != 200 || got.header.Get("Content-Type") != kind || len(got.body) < 500 {
			t.Errorf("%s: %d %q, %d bytes", path, got.status, got.header.Get("Content-Type"), len(got.body))
		}
	}
	for _, path := range []string{"/js/../templates/index.html", "/js/nothing.js", "/templates/index.html", "/js/"} {
		if got := h.call(t, "GET", path, ""); got.status == 200 {
			t.Errorf("%s: %d", path, got.status)
		}
	}
}
