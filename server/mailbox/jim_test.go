package mailbox_test

import (
	"strings"
	"testing"
	"time"

	"chorus-qualif/server/mailbox"
	"chorus-qualif/server/mailbox/jim"
	"chorus-qualif/server/mailbox/outbox"
)

func TestJimComesAndGoesAsInMailHog(t *testing.T) {
	t.Parallel()
	h := open(t, mailbox.Options{})
	defaults := `{"DisconnectChance":0.005,"AcceptChance":0.99,"LinkSpeedAffect":0.1,"LinkSpeedMin":1024,"LinkSpeedMax":10240,"RejectSenderChance":0.05,"RejectRecipientChance":0.05,"RejectAuthChance":0.05}`
	half := strings.NewReplacer("0.005", "0.5", "0.99", "0", "0.1", "0", "10240", "0", "1024", "0", "0.05", "0").Replace(defaults)
	for _, step := range []struct {
		method, body string
		status       int
		answer       string
	}{
		{"POST", "", 201, ""}, {"GET", "", 200, defaults}, {"POST", "", 400, ""},
		{"PUT", `{"DisconnectChance":0.5}`, 200, ""}, {"GET", "", 200, half}, {"PUT", "nonsense", 400, ""},
		{"DELETE", "", 200, ""}, {"GET", "", 404, ""}, {"POST", "", 201, ""}, {"GET", "", 200, half},
		{"DELETE", "", 200, ""}, {"POST", `{"AcceptChance":1,"Seed":7}`, 201, ""},
	} {
		if got := h.call(t, step.method, "/sandboxes/a/api/v2/jim", step.body); got.status != step.status || got.body != step.answer {
			t.Errorf("%s %s: %d %q, want %d %q", step.method, step.body, got.status, got.body, step.status, step.answer)
		}
	}
	if got := h.call(t, "GET", "/api/v2/jim", "").status; got != 404 {
		t.Errorf("a sandbox's Jim is everywhere: %d", got)
	}
}

// fates tells how connections fare with Jim: which step each fails at.
func fates(t *testing.T, h *house, n int) string {
	var all strings.Builder
	for range n {
		all.WriteString(fate(t, h) + " ")
	}
	return all.String()
}

func fate(t *testing.T, h *house) string {
	c := dial(t, h.SMTPAddr())
	defer func() { _ = c.conn.Close() }()
	for _, line := range []string{"", "EHLO me", "AUTH PLAIN " + base64Of("\x00a\x00x"), "MAIL FROM:<a@x.example>", "RCPT TO:<b@x.example>", "DATA", "Subject: x\r\n\r\n."} {
		if line != "" {
			if _, err := c.conn.Write([]byte(line + "\r\n")); err != nil {
				return "cut"
			}
		}
		code, _, err := c.in.ReadResponse(0)
		switch {
		case err != nil && code == 0:
			return "cut:" + line[:min(4, len(line))]
		case code >= 400:
			return line[:4]
		}
	}
	return "ok"
}

func TestJimIsTheSameEachTime(t *testing.T) {
	t.Parallel()
	invitation := `{"AcceptChance":0.8,"DisconnectChance":0.1,"RejectSenderChance":0.2,"RejectRecipientChance":0.2,"RejectAuthChance":0.2,"Seed":%s}`
	runs := map[string]string{}
	for _, seed := range []string{"1", "2"} {
		for range 2 {
			h := open(t, mailbox.Options{})
			h.call(t, "POST", "/api/v2/jim", strings.Replace(invitation, "%s", seed, 1))
			got := fates(t, h, 40)
			if former, ok := runs[seed]; ok && former != got {
				t.Errorf("seed %s: %s, and then %s", seed, former, got)
			}
			runs[seed] = got
		}
	}
	if runs["1"] == runs["2"] {
		t.Error("another seed changes nothing")
	}
	for _, want := range []string{"ok", "AUTH", "MAIL", "RCPT", "cut"} {
		if !strings.Contains(runs["1"]+runs["2"], want) {
			t.Errorf("no connection ended with %q: %s", want, runs["1"])
		}
	}
}

func TestASandboxsJimLeavesOthersAlone(t *testing.T) {
	t.Parallel()
	h := open(t, mailbox.Options{})
	h.call(t, "POST", "/sandboxes/a/api/v2/jim", `{"AcceptChance":1,"RejectSenderChance":1}`)
	if got := fate(t, h); got != "MAIL" {
		t.Errorf("a's own client: %s, want MAIL refused", got)
	}
	h.deliver(t, "b", "x@x.example", "y@y.example", "Subject: fine\r\n\r\n")
	resetPassword(t, h.put(t, "c"))
	h.await(t, "c", mailbox.Criteria{})
}

func TestJimMeetsTheNotificationsToo(t *testing.T) {
	t.Parallel()
	h := open(t, mailbox.Options{})
	sb := h.put(t, "a")
	h.call(t, "POST", "/sandboxes/a/api/v2/jim", `{"AcceptChance":1,"RejectRecipientChance":1}`)
	resetPassword(t, sb)
	if d := h.settled(t, "a", "mail-1"); d.State != outbox.Failed || !strings.HasPrefix(d.Words, "550 5.1.1 Invalid recipient") {
		t.Errorf("delivery = %+v", d)
	}
	h.call(t, "PUT", "/sandboxes/a/api/v2/jim", `{"AcceptChance":0.4,"Seed":3}`)
	resetPassword(t, sb)
	if d := h.settled(t, "a", "mail-2"); d.State != outbox.Sent {
		t.Errorf("delivery = %+v, want tried until it is taken", d)
	}
}

func TestJimSlowsConnectionsDown(t *testing.T) {
	t.Parallel()
	h := open(t, mailbox.Options{Jim: &jim.Settings{AcceptChance: 1, LinkSpeedAffect: 1, LinkSpeedMin: 4000, LinkSpeedMax: 4000}})
	slow := h.timed(t, func() { h.deliver(t, "", "a@x.example", "b@x.example", "Subject: s\r\n\r\n"+strings.Repeat("x", 1500)) })
	if slow < 300*time.Millisecond {
		t.Errorf("some 2000 bytes took %v: want about 4000 bytes a second", slow)
	}
}
