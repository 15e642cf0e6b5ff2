package mailbox_test

import (
	"encoding/base64"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"chorus-qualif/server/mailbox"
	"chorus-qualif/server/mailbox/inbox"
)

func base64Of(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

// limited has limits that a test can reach.
var limited = mailbox.Options{MaxMessageBytes: 10_000, MaxRecipients: 3, MaxConnections: 4}

func TestTheServerOffersWhatItCanDo(t *testing.T) {
	t.Parallel()
	h := open(t, limited)
	c := dial(t, h.SMTPAddr())
	c.want("220 mailhog.example")
	offered := strings.Split(c.say("EHLO me", "250"), "\n")
	for _, want := range []string{"PIPELINING", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", "SIZE 10000", "AUTH PLAIN LOGIN CRAM-MD5", "LIMITS RCPTMAX=3"} {
		if !slices.Contains(offered, want) {
			t.Errorf("%q is not offered: %q", want, offered)
		}
	}
}

func TestPipelinedMailIsTaken(t *testing.T) {
	t.Parallel()
	h := open(t, mailbox.Options{})
	c := hello(t, h.SMTPAddr())
	c.send("MAIL FROM:<a@x.example>\r\nRCPT TO:<b@x.example>\r\nDATA\r\n")
	c.want("250")
	c.want("250")
	c.want("354")
	c.send("Subject: one\r\n\r\nbody\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<c@x.example>\r\nRCPT TO:<d@x.example>\r\nDATA\r\n")
	for _, want := range []string{"250", "250", "250", "250", "354"} {
		c.want(want)
	}
	c.send("Subject: two\r\n\r\n..dots\r\n.\r\nQUIT\r\n")
	c.want("250")
	c.want("221")
	got := h.page(t, "/api/v2/messages")
	if want := []string{"two", "one"}; !slices.Equal(got.subjects(), want) {
		t.Fatalf("subjects %q, want %q", got.subjects(), want)
	}
	if item := got.Items[0]; item.Content.Body != ".dots" || item.Raw.From != "" || item.Raw.Helo != "client.example" {
		t.Errorf("second message: body %q from %q helo %q", item.Content.Body, item.Raw.From, item.Raw.Helo)
	}
}

func TestEightBitsAndUTF8AddressesAreTaken(t *testing.T) {
	t.Parallel()
	h := open(t, mailbox.Options{})
	c := hello(t, h.SMTPAddr())
	c.say("MAIL FROM:<rené@exemple.example> BODY=8BITMIME SMTPUTF8 SIZE=100", "250")
	c.say("RCPT TO:<zoé@exemple.example>", "250")
	c.say("DATA", "354")
	c.say("Subject: Été\r\n\r\nœuvre\r\n.", "250")
	item := h.page(t, "/api/v2/search?kind=to&query=ZO%C3%89").Items[0]
	if item.Content.Body != "œuvre" || item.Content.Headers["Subject"][0] != "Été" || item.From.Mailbox != "rené" {
		t.Errorf("%+v", item)
	}
}

func TestLimitsAreAnsweredByTheirCodes(t *testing.T) {
	t.Parallel()
	h := open(t, limited)
	c := hello(t, h.SMTPAddr())
	c.say("MAIL FROM:<a@x.example> SIZE=10001", "552 5.3.4")
	c.say("MAIL FROM:<a@x.example>", "250")
	for range 3 {
		c.say("RCPT TO:<b@x.example>", "250")
	}
	c.say("RCPT TO:<b@x.example>", "452 4.5.3")
	c.say("DATA", "354")
	c.say(strings.Repeat("0123456789abcdef\r\n", 1000)+".", "552 5.3.4")
	c.say("NOOP", "250")
	c.mail("a@x.example", "b@x.example", strings.Repeat("x", 9_000))
	if got := h.page(t, "/api/v2/messages").Total; got != 1 {
		t.Errorf("%d messages kept, want only the small one", got)
	}
}

func TestTooManyConnectionsAreAnswered421(t *testing.T) {
	t.Parallel()
	h := open(t, limited)
	var held []*talker
	for range limited.MaxConnections {
		held = append(held, hello(t, h.SMTPAddr()))
	}
	dial(t, h.SMTPAddr()).want("421 4.3.2")
	held[0].quit()
	eventually(t, "there is room again", func() bool {
		c := dial(t, h.SMTPAddr())
		code, _ := c.reply()
		_ = c.conn.Close()
		return code == 220
	})
	held[1].mail("a@x.example", "b@x.example", "Subject: still served\r\n\r\n")
}

func TestAnyLoginIsAcceptedAndNamesTheSandbox(t *testing.T) {
	t.Parallel()
	h := open(t, mailbox.Options{})
	for mechanism, login := range map[string]func(c *talker){
		"plain-at-once": func(c *talker) { c.say("AUTH PLAIN "+base64Of("\x00plain-at-once\x00x"), "235") },
		"plain": func(c *talker) {
			c.say("AUTH PLAIN", "334")
			c.say(base64Of("id\x00plain\x00"), "235")
		},
		"login": func(c *talker) {
			c.say("AUTH LOGIN", "334 VXNlcm5hbWU6")
			c.say(base64Of("login"), "334 UGFzc3dvcmQ6")
			c.say(base64Of("x"), "235")
		},
		"login-at-once": func(c *talker) {
			c.say("AUTH LOGIN "+base64Of("login-at-once"), "334")
			c.say(base64Of("x"), "235")
		},
		"cram-md5": func(c *talker) {
			c.say("AUTH CRAM-MD5", "334")
			c.say(base64Of("cram-md5 0123456789abcdef0123456789abcdef"), "235")
		},
	} {
		c := hello(t, h.SMTPAddr())
		login(c)
		c.mail("a@x.example", "b@x.example", "Subject: "+mechanism+"\r\nX-Sandbox: other\r\n\r\n")
		if got := h.page(t, "/sandboxes/"+mechanism+"/api/v2/messages"); got.Total != 1 || got.subjects()[0] != mechanism {
			t.Errorf("%s: its sandbox has %q", mechanism, got.subjects())
		}
	}
	hello(t, h.SMTPAddr()).say("AUTH PLAIN !!!", "454")
	hello(t, h.SMTPAddr()).say("AUTH SCRAM-SHA-1", "504")
}

func TestMailBelongsToLoginThenHeaderThenDefault(t *testing.T) {
	t.Parallel()
	h := open(t, mailbox.Options{})
	h.deliver(t, "team-a", "a@x.example", "b@x.example", "Subject: by login\r\nX-Sandbox: team-b\r\n\r\n")
	h.deliver(t, "", "a@x.example", "b@x.example", "Subject: by header\r\nx-sandbox: team-b\r\n\r\n")
	h.deliver(t, "", "a@x.example", "b@x.example", "Subject: by nothing\r\n\r\n")
	h.deliver(t, "", "a@x.example", "b@x.example", "Subject: by a bad header\r\nX-Sandbox: ../etc\r\n\r\n")
	h.deliver(t, "someone@company.example", "a@x.example", "b@x.example", "Subject: by another login\r\nX-Sandbox: team-b\r\n\r\n")
	for scope, want := range map[string][]string{
		"/sandboxes/team-a":  {"by login"},
		"/sandboxes/team-b":  {"by another login", "by header"},
		"/sandboxes/default": {"by a bad header", "by nothing"},
		"":                   {"by another login", "by a bad header", "by nothing", "by header", "by login"},
		"/sandboxes/nobody":  nil,
	} {
		if got := h.page(t, scope+"/api/v2/messages").subjects(); !slices.Equal(got, want) {
			t.Errorf("%q has %q, want %q", scope, got, want)
		}
	}
	if got := h.page(t, "/api/v2/messages", "Authorization", "Basic "+base64Of("team-a:any")).subjects(); !slices.Equal(got, []string{"by login"}) {
		t.Errorf("with HTTP Basic team-a sees %q", got)
	}
	if got := h.page(t, "/sandboxes/team-b/api/v2/messages", "Authorization", "Basic "+base64Of("team-a:any")).Total; got != 2 {
		t.Errorf("the path gives %d messages, want team-b's 2", got)
	}
}

func TestHundredsOfClientsAtOnceStayApart(t *testing.T) {
	t.Parallel()
	const clients, each = 300, 3
	h := open(t, mailbox.Options{})
	ready, begin := make(chan struct{}, clients), make(chan struct{})
	var all sync.WaitGroup
	for i := range clients {
		all.Go(func() {
			conn, err := net.Dial("tcp", h.SMTPAddr())
			if err != nil {
				t.Error(err)
				ready <- struct{}{}
				return
			}
			c := &talker{t: t, conn: conn, in: textReader(conn)}
			defer func() { _ = conn.Close() }()
			ready <- struct{}{}
			<-begin
			chat(t, c, fmt.Sprint("box-", i), each)
		})
	}
	for range clients {
		<-ready
	}
	close(begin)
	all.Wait()
	for i := range clients {
		if got := h.SandboxStats(fmt.Sprint("box-", i)).Messages; got != each {
			t.Errorf("box-%d has %d messages, want %d", i, got, each)
		}
	}
}

func TestChunkedMailIsTaken(t *testing.T) {
	t.Parallel()
	h := open(t, mailbox.Options{})
	c := hello(t, h.SMTPAddr())
	c.say("MAIL FROM:<a@x.example>", "250")
	c.say("RCPT TO:<b@x.example>", "250")
	c.send("BDAT 18\r\nSubject: chunks\r\n\r")
	c.want("250")
	c.send("BDAT 5 LAST\r\n\nbody")
	c.want("250")
	if got := h.page(t, "/api/v2/messages").Items[0]; got.Content.Headers["Subject"][0] != "chunks" || got.Content.Body != "body" {
		t.Errorf("%+v", got.Content)
	}
	c.say("MAIL FROM:<a@x.example>", "250")
	c.say("RCPT TO:<b@x.example>", "250")
	c.send("BDAT 4\r\nhalf")
	c.want("250")
	c.say("RSET", "250")
	c.say("NOOP", "250")
	if got := h.Stats().Inbox.Messages; got != 1 {
		t.Errorf("%d messages, want 1: the one given up must not be kept", got)
	}
}

func TestLongLinesAndManyLinesAreTaken(t *testing.T) {
	t.Parallel()
	h := open(t, mailbox.Options{})
	h.deliver(t, "", "a@x.example", "b@x.example", "Subject: long\r\n\r\n"+strings.Repeat("x", 200_000))
	c := hello(t, h.SMTPAddr())
	c.say("MAIL FROM:<a@x.example>", "250")
	c.say("RCPT TO:<b@x.example>", "250")
	c.say("DATA", "354")
	c.send(strings.Repeat("y", 300<<10) + "\r\n.\r\n")
	c.want("554")
	page, _ := firstPage(h)
	if len(page) != 1 || len(page[0].Raw) < 200_000 {
		t.Errorf("%d messages kept", len(page))
	}
}

func firstPage(h *house) ([]*inbox.Mail, bool) {
	m, ok := h.Get("default", mailbox.Latest)
	if !ok {
		return nil, false
	}
	return []*inbox.Mail{m}, true
}
