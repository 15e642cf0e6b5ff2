package mailbox_test

import (
	"bufio"
	"fmt"
	"net"
	"net/textproto"
	"strings"
	"testing"
	"time"
)

// talker is an SMTP client that says what it is told to.
type talker struct {
	t    testing.TB
	conn net.Conn
	in   *textproto.Reader
}

func dial(t testing.TB, addr string) *talker {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.SetDeadline(time.Now().Add(patience))
	t.Cleanup(func() { _ = conn.Close() })
	return &talker{t, conn, textReader(conn)}
}

// hello is a talker that has introduced itself.
func hello(t testing.TB, addr string) *talker {
	t.Helper()
	c := dial(t, addr)
	c.want("220")
	c.say("EHLO client.example", "250")
	return c
}

// reply is the server's next answer.
func (c *talker) reply() (code int, text string) {
	c.t.Helper()
	code, text, err := c.in.ReadResponse(0)
	if err != nil && code == 0 {
		c.t.Fatalf("no answer: %v", err)
	}
	return code, text
}

func (c *talker) want(prefix string) string {
	c.t.Helper()
	code, text := c.reply()
	if got := fmt.Sprintf("%d %s", code, text); !strings.HasPrefix(got, prefix) {
		c.t.Fatalf("answer %q, want %q", got, prefix)
	}
	return text
}

func (c *talker) send(text string) {
	c.t.Helper()
	if _, err := c.conn.Write([]byte(text)); err != nil {
		c.t.Fatal(err)
	}
}

func (c *talker) say(line, prefix string) string {
	c.t.Helper()
	c.send(line + "\r\n")
	return c.want(prefix)
}

// mail sends one message.
func (c *talker) mail(from, to, data string) {
	c.t.Helper()
	c.say("MAIL FROM:<"+from+">", "250")
	c.say("RCPT TO:<"+to+">", "250")
	c.say("DATA", "354")
	c.say(strings.TrimSuffix(data, "\r\n")+"\r\n.", "250")
}

func (c *talker) quit() { c.say("QUIT", "221") }

// deliver sends one message over a connection of its own, logged in as user
// unless that is empty.
func (h *house) deliver(t testing.TB, user, from, to, data string) {
	t.Helper()
	c := hello(t, h.SMTPAddr())
	if user != "" {
		c.say("AUTH PLAIN "+base64Of("\x00"+user+"\x00whatever"), "235")
	}
	c.mail(from, to, data)
	c.quit()
}

func textReader(conn net.Conn) *textproto.Reader { return textproto.NewReader(bufio.NewReader(conn)) }

// chat sends several messages as a sandbox, and reports instead of ending the
// test, as it runs beside it.
func chat(t testing.TB, c *talker, sandbox string, messages int) {
	_ = c.conn.SetDeadline(time.Now().Add(patience))
	lines := []string{"", "EHLO me", "AUTH PLAIN " + base64Of("\x00"+sandbox+"\x00x")}
	for i := range messages {
		lines = append(lines, "MAIL FROM:<a@x.example>", "RCPT TO:<b@x.example>", "DATA", fmt.Sprintf("Subject: %d of %s\r\n\r\nbody\r\n.", i, sandbox))
	}
	for _, line := range append(lines, "QUIT") {
		if line != "" {
			if _, err := c.conn.Write([]byte(line + "\r\n")); err != nil {
				t.Error(err)
				return
			}
		}
		code, text, err := c.in.ReadResponse(0)
		if err != nil && code == 0 || code >= 400 {
			t.Errorf("%s: %.30s: %d %s: %v", sandbox, line, code, text, err)
			return
		}
	}
}
