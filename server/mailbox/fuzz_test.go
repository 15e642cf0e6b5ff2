package mailbox_test

import (
	"bytes"
	"io"
	"net"
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chorus-qualif/server/mailbox"
	"chorus-qualif/server/mailbox/mailhog"
)

// conversations are what clients say, rightly and wrongly.
var conversations = []string{
	"EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nSubject: x\r\n\r\nbody\r\n.\r\nQUIT\r\n",
	"HELO me\r\nMAIL FROM:<>\r\nRCPT TO:<@relay.example:c@d>\r\nRSET\r\nNOOP\r\nVRFY x\r\nEXPN x\r\nHELP\r\nQUIT\r\n",
	"EHLO me\r\nAUTH PLAIN\r\n*\r\nAUTH LOGIN\r\n\r\n\r\nAUTH CRAM-MD5\r\n====\r\nAUTH PLAIN AAAA\r\nQUIT\r\n",
	"EHLO me\r\nMAIL FROM:<a@b> SIZE=99999999999999999999 BODY=WRONG X=Y\r\nRCPT TO:<c@d>\r\nDATA\r\nQUIT\r\n",
	"EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nBDAT 3\r\nabcBDAT 99999999 LAST\r\n",
	"EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n.\r\nDATA\r\n..\r\n.\r\nMAIL\r\nRCPT\r\n\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00", "STARTTLS\r\nEHLO\r\n\x00\xff\xfe\r\n", "EHLO " + strings.Repeat("x", 5000) + "\r\n", "\n\n\n\r\r\r",
}

var answered = regexp.MustCompile(`^(?:[2-5]\d\d[ -][^\n]*\r\n)*$`)

// converse says something to the server, and fails unless it answers in its own
// language until it closes or has been told everything.
func converse(t interface{ Fatalf(string, ...any) }, h *house, text []byte) {
	conn, err := net.Dial("tcp", h.SMTPAddr())
	if err != nil {
		t.Fatalf("%v", err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(patience))
	go func() {
		_, _ = conn.Write(text)
		_ = conn.(*net.TCPConn).CloseWrite()
	}()
	said, err := io.ReadAll(conn)
	if ne, ok := err.(net.Error); ok && ne.Timeout() {
		t.Fatalf("after %q the server hangs", text)
	}
	if !answered.Match(said) && err == nil {
		t.Fatalf("to %q the server says %q", text, said)
	}
	if bytes.Contains(said, []byte("Internal server error")) {
		t.Fatalf("%q makes the server fail", text)
	}
}

// alive fails unless mail is still taken and shown.
func alive(t interface{ Fatalf(string, ...any) }, h *house) {
	conn, err := net.Dial("tcp", h.SMTPAddr())
	if err != nil {
		t.Fatalf("%v", err)
	}
	_ = conn.SetDeadline(time.Now().Add(patience))
	_, _ = conn.Write([]byte("EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nSubject: still there\r\n\r\n.\r\nQUIT\r\n"))
	said, _ := io.ReadAll(conn)
	_ = conn.Close()
	if !bytes.Contains(said, []byte("queued")) {
		t.Fatalf("no mail is taken any more: %s", said)
	}
}

func FuzzSMTP(f *testing.F) {
	h := open(f, mailbox.Options{MaxMessageBytes: 100_000})
	for _, text := range conversations {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		converse(t, h, text)
		alive(t, h)
	})
}

// Sessions made of the right words in the wrong order, cut off anywhere.
func TestMixedUpSessionsAreAnswered(t *testing.T) {
	t.Parallel()
	h := open(t, mailbox.Options{MaxMessageBytes: 100_000, Outgoing: map[string]mailhog.Outgoing{}})
	line := rapid.SampledFrom([]string{
		"EHLO me", "HELO me", "MAIL FROM:<a@b>", "MAIL FROM:<>", "MAIL FROM:a@b", "RCPT TO:<c@d>", "RCPT TO:<>", "DATA", ".", "..", "Subject: x", "", "RSET", "NOOP", "BDAT 5", "BDAT 0 LAST",
		"BDAT -1", "AUTH PLAIN AGEAYg==", "AUTH LOGIN", "AUTH CRAM-MD5", "*", "YQ==", "STARTTLS", "QUIT", "\x00", "é", strings.Repeat("y", 3000),
	})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(line, 0, 15).Draw(t, "lines"), "\r\n")
		cut := rapid.IntRange(0, len(text)).Draw(t, "cut")
		end := rapid.SampledFrom([]string{"", "\r\n", "\n"}).Draw(t, "end")
		converse(t, h, []byte(text[:cut]+end))
	})
	alive(t, h)
	h.call(t, "GET", "/api/v1/messages", "")
}
