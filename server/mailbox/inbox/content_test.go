package inbox_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mailhog/data"

	"chorus-qualif/server/mailbox/inbox"
)

// MailHog's own reader, the judge of some tests, logs whole messages.
func TestMain(m *testing.M) {
	data.LogHandler = func(string, ...any) {}
	os.Exit(m.Run())
}

// odd are messages that broke mail readers, MailHog's among them.
var odd = []string{
	"", "\r\n", "\r\n\r\n", "no headers at all", "Subject: only\r\n", ": nameless\r\n\r\nx", "  folded from nowhere\r\n\r\nx",
	"Subject:\r\n folded after the colon\r\n\r\nbody", "Subject:tight\r\nsubject: again\r\n\r\n",
	"Subject: bare line feeds\nTo: x@y.example\n\nbody\n",
	"Content-Type: multipart/mixed\r\n\r\n--x\r\n\r\nno boundary\r\n--x--",
	"Content-Type: multipart/mixed; boundary=\"\r\n\r\nbroken parameter",
	"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\n\r\ninner\r\n--a--\r\n--a--",
	"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + strings.Repeat("--a\r\n\r\n", 50_000),
	strings.Repeat("Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n", 20_000),
	"Content-Type: multipart/mixed; boundary=-\r\n\r\n" + strings.Repeat("-", 100_000),
	"Subject: =?x-no-such?B?AAAA?=\r\n\r\n", "Subject: =?UTF-8?B?####?=\r\n\r\n", "Subject: \xff\xfe\x00\r\n\r\n\x00\x01\x02",
	"From: " + strings.Repeat("x", 200_000) + "\r\n\r\n",
	strings.Repeat("X: y\r\n", 50_000) + "\r\nz",
	many("Content-Type: multipart/mixed; boundary=b%[1]d\r\n\r\n--b%[1]d\r\n", 2000),
	many("To: <box%d@x.example>\r\n", 50_000), many("X-%d: y\r\n", 50_000), "From: " + many("<box%d@x.example>, ", 30_000) + "\r\n\r\n",
}

// many repeats a text with a number.
func many(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// bounded is how long reading one message may take before it counts as hanging.
const bounded = 5 * time.Second

func checkReadable(t *testing.T, raw string) {
	t.Helper()
	started := time.Now()
	x := newInbox(t, plenty)
	m := x.Add(inbox.Incoming{Sandbox: "default", From: "a@b", To: []string{"", "@", ":", "a:b:c", "é@ü"}, Raw: raw})
	text, err := json.Marshal(m.Message())
	if err != nil {
		t.Fatalf("%.60q: %v", raw, err)
	}
	if limit := 20*len(raw) + 500_000; len(text) > limit {
		t.Errorf("%.60q: %d bytes of JSON from %d", raw, len(text), len(raw))
	}
	if !strings.HasSuffix(m.Eml(), raw) {
		t.Errorf("%.60q: the download does not hold the message as it came", raw)
	}
	if took := time.Since(started); took > bounded {
		t.Errorf("%.60q: %v to read", raw, took)
	}
	x.Containing(inbox.All, "zz")
	x.Delete(inbox.All, m.ID)
}

func TestOddMessagesAreRead(t *testing.T) {
	t.Parallel()
	for _, raw := range odd {
		checkReadable(t, raw)
	}
}

func FuzzMessage(f *testing.F) {
	for _, raw := range odd {
		if len(raw) < 1000 {
			f.Add(raw)
		}
	}
	f.Fuzz(checkReadable)
}

func TestHeadersThatMailHogLosesAreKept(t *testing.T) {
	t.Parallel()
	x := newInbox(t, plenty)
	m := x.Add(inbox.Incoming{Sandbox: "default", From: "a@b.example", To: []string{"c@d.example"}, Helo: "me",
		Raw: "Subject:\r\n folded after\r\n the colon\r\nReceived: one\r\nReceived: two\r\nX-Tight:value\r\nmessage-id: <m1@x>\r\n\r\nbody"})
	headers := m.Message().Content.Headers
	for name, want := range map[string][]string{
		"Subject": {"folded after the colon"}, "X-Tight": {"value"}, "message-id": {"<m1@x>"}, "Message-ID": nil, "Return-Path": {"<a@b.example>"},
	} {
		if got := headers[name]; !slices.Equal(got, want) {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	received := headers["Received"]
	if len(received) != 3 || received[0] != "one" || !strings.HasPrefix(received[2], "from me by mailhog.example (MailHog)\r\n          id "+m.ID+"; ") {
		t.Errorf("Received = %q", received)
	}
	if got, ok := x.ByMessageID("default", "m1@x"); !ok || got != m {
		t.Errorf("by Message-ID: %v, %v", got, ok)
	}
	if got := m.Subject; got != "folded after the colon" {
		t.Errorf("subject = %q", got)
	}
}

// MailHog's own reader is the judge of messages that it reads right.
func TestOrdinaryMessagesReadAsMailHogReadsThem(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		"From: Ana <a@b.example>\r\nTo: c@d.example\r\nSubject: plain\r\n\r\nHello\r\n.\r\nthere",
		"From: a@b.example\r\nSubject: folded\r\n  twice\r\n\tover\r\nContent-Type: multipart/mixed;\r\n boundary=\"--b 1\"\r\n\r\npreamble\r\n----b 1\r\nContent-Type: text/plain\r\n\r\none\r\n" +
			"----b 1\r\nContent-Type: multipart/alternative; boundary=in\r\n\r\n--in\r\nX: y\r\n\r\ninner\r\n--in--\r\n----b 1--\r\nafter",
		"just text",
	} {
		x := newInbox(t, plenty)
		got := x.Add(inbox.Incoming{Sandbox: "default", From: "a@b.example", To: []string{"c@d.example"}, Raw: raw}).Message()
		want := (&data.SMTPMessage{From: "a@b.example", To: []string{"c@d.example"}, Data: raw}).Parse("mailhog.example")
		want.ID, want.Created = got.ID, got.Created
		for _, name := range []string{"Received", "Message-ID"} {
			want.Content.Headers[name] = got.Content.Headers[name]
		}
		a, _ := json.MarshalIndent(got, "", " ")
		b, _ := json.MarshalIndent(want, "", " ")
		if string(a) != string(b) {
			t.Errorf("got\n%s\nwant\n%s", a, b)
		}
	}
}

func TestHeaderIsDecodedInItsCharset(t *testing.T) {
	t.Parallel()
	raw := "subject: =?iso-8859-1?Q?Cr=E9ation?= =?windows-1252?Q?_=80?=\r\n\r\n"
	if got, want := inbox.Header(raw, "Subject"), "Création €"; got != want {
		t.Errorf("subject = %q, want %q", got, want)
	}
}
