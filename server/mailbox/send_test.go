package mailbox_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"chorus-qualif/server/mailbox"
	"chorus-qualif/server/mailbox/outbox"
	"chorus-qualif/server/qualif"
)

func TestANotificationIsRealMailInItsSandbox(t *testing.T) {
	t.Parallel()
	h := open(t, mailbox.Options{})
	resetPassword(t, h.put(t, "team-a"))
	m, _ := h.await(t, "team-a", mailbox.Criteria{Event: string(qualif.MailPasswordReset)})
	if got, want := m.Subject, "[Chorus Pro] Réinitialisation du mot de passe du compte utilisateur technique"; got != want {
		t.Errorf("subject = %q, want %q", got, want)
	}
	item := h.page(t, "/sandboxes/team-a/api/v2/messages").Items[0]
	for name, want := range map[string]string{
		"X-Sandbox": "team-a", "X-Chorus-Event": "technical-account-password-reset", "To": "<" + contact + ">",
		"Date": "Sun, 01 Mar 2026 09:00:00 +0100", "Return-Path": "<" + mailbox.DefaultFrom + ">",
	} {
		if got := strings.Join(item.Content.Headers[name], "|"); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	if item.Created != "2026-03-01T09:00:00+01:00" || !strings.HasSuffix(item.Content.Headers["Received"][0], "Sun, 01 Mar 2026 09:00:00 +0100") {
		t.Errorf("created %s, received %q: want the sandbox's clock", item.Created, item.Content.Headers["Received"])
	}
	if d := h.settled(t, "team-a", "mail-1"); d.State != outbox.Sent || d.Attempts != 1 || !strings.HasPrefix(d.Words, "250 ") {
		t.Errorf("delivery = %+v", d)
	}
	if got := h.page(t, "/sandboxes/default/api/v2/messages").Total; got != 0 {
		t.Errorf("default has %d messages of team-a's", got)
	}
}

func TestAServerOnAllInterfacesReachesItself(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{":0", "0.0.0.0:0"} {
		h := open(t, mailbox.Options{SMTPAddr: addr, HTTPAddr: addr})
		resetPassword(t, h.put(t, "a"))
		if d := h.settled(t, "a", "mail-1"); d.State != outbox.Sent || d.Attempts != 1 {
			t.Errorf("%s: %+v", addr, d)
		}
	}
}

func TestTheSameRunGivesTheSameMail(t *testing.T) {
	t.Parallel()
	var runs [2]string
	for i := range runs {
		h := open(t, mailbox.Options{})
		sb := h.put(t, "default")
		resetPassword(t, sb)
		resetPassword(t, sb)
		h.await(t, "default", mailbox.Criteria{})
		eventually(t, "both are there", func() bool { return h.Stats().Inbox.Messages == 2 })
		runs[i] = h.call(t, "GET", "/api/v1/messages", "").body
	}
	if runs[0] != runs[1] {
		t.Errorf("two runs differ:\n%s\n%s", runs[0], runs[1])
	}
}

// Each fault of a relay that passes: the mail is taken once, after so many
// attempts.
func TestARelayThatFailsForNowGetsTheMailOnce(t *testing.T) {
	t.Parallel()
	for _, fault := range []struct {
		name      string
		misbehave func(n int, verb string) string
		attempts  int
	}{
		{"busy greeting", onFirst(2, "connect", "421 4.3.2 busy"), 3},
		{"refused greeting", onFirst(2, "connect", "554 5.3.2 not now"), 3},
		{"silent", onFirst(1, "connect", hang), 2},
		{"drops at once", onFirst(2, "connect", drop), 3},
		{"greylists", onFirst(2, "RCPT", "450 4.2.0 greylisted, come back"), 3},
		{"refuses the sender now", onFirst(1, "MAIL", "451 4.3.0 later"), 2},
		{"goes away at MAIL", onFirst(1, "MAIL", "421 4.4.2 timeout"), 2},
		{"stalls at MAIL", onFirst(1, "MAIL", hang), 2},
		{"stalls at DATA", onFirst(1, "DATA", hang), 2},
		{"drops after DATA", onFirst(2, "DATA", drop), 3},
		{"drops after the dot", onFirst(1, ".", drop), 2},
		{"stalls after the dot", onFirst(1, ".", hang), 2},
		{"full at the dot", onFirst(2, ".", "452 4.2.2 mailbox full"), 3},
		{"drops at QUIT", onFirst(9, "QUIT", drop), 1},
		{"never answers QUIT", onFirst(9, "QUIT", hang), 1},
	} {
		t.Run(fault.name, func(t *testing.T) {
			t.Parallel()
			r := startRelay(t, fault.misbehave)
			h := open(t, mailbox.Options{Relay: r.url(), CommandTimeout: 1500 * time.Millisecond, SubmissionTimeout: 1500 * time.Millisecond})
			resetPassword(t, h.put(t, "default"))
			d := h.settled(t, "default", "mail-1")
			if d.State != outbox.Sent || d.Words != "250 2.0.0 taken" || d.Attempts != fault.attempts {
				t.Errorf("delivery = %+v, want sent after %d attempts", d, fault.attempts)
			}
			if got := r.messages(); len(got) != 1 || !strings.Contains(got[0], "X-Sandbox: default\r\n") {
				t.Errorf("the relay took %d messages, want 1", len(got))
			}
		})
	}
}

// onFirst misbehaves the first times that a verb is heard.
func onFirst(times int, verb, answer string) func(int, string) string {
	return func(n int, heard string) string {
		if heard == verb && n <= times {
			return answer
		}
		return ""
	}
}

func TestARelayThatRefusesForGoodIsBelieved(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"MAIL", "RCPT", "DATA", "."} {
		t.Run(verb, func(t *testing.T) {
			t.Parallel()
			r := startRelay(t, onFirst(1, verb, "550 5.7.1 not from you"))
			h := open(t, mailbox.Options{Relay: r.url()})
			sb := h.put(t, "default")
			resetPassword(t, sb)
			if d := h.settled(t, "default", "mail-1"); d.State != outbox.Failed || d.Attempts != 1 || d.Words != "550 5.7.1 not from you" {
				t.Errorf("delivery = %+v", d)
			}
			resetPassword(t, sb)
			if d := h.settled(t, "default", "mail-2"); d.State != outbox.Sent {
				t.Errorf("the next mail = %+v", d)
			}
			if got := len(r.messages()); got != 1 {
				t.Errorf("the relay took %d messages, want the second only", got)
			}
		})
	}
}

func TestARelayThatIsDownGetsTheMailsInOrderWhenItIsUp(t *testing.T) {
	t.Parallel()
	addr := freeAddress(t)
	h := open(t, mailbox.Options{Relay: "smtp://" + addr})
	sb := h.put(t, "default")
	for range 5 {
		resetPassword(t, sb)
	}
	eventually(t, "it was tried", func() bool {
		d, _ := h.Delivery("default", "mail-1")
		return d.Attempts > 1
	})
	d, _ := h.Delivery("default", "mail-1")
	if d.State != outbox.Queued || !strings.Contains(d.Words, "refused") || d.Next.IsZero() {
		t.Errorf("while the relay is down: %+v", d)
	}
	r := startRelayAt(t, addr, &relay{})
	h.settled(t, "default", "mail-5")
	eventually(t, "all are sent", func() bool { return h.Stats().Outbox.Sent == 5 })
	var ids []string
	for _, message := range r.messages() {
		_, rest, _ := strings.Cut(message, "Message-ID: <")
		id, _, _ := strings.Cut(rest, ".")
		ids = append(ids, id)
	}
	if got, want := strings.Join(ids, " "), "mail-1 mail-2 mail-3 mail-4 mail-5"; got != want {
		t.Errorf("taken in the order %s, want %s", got, want)
	}
	if got := r.times("connect"); got > 2 {
		t.Errorf("%d connections for 5 mails, want one kept", got)
	}
}

func TestAKeptConnectionThatTheRelayClosesCostsNothing(t *testing.T) {
	t.Parallel()
	// The relay ends each connection after its second message.
	r := startRelay(t, func(n int, verb string) string {
		if verb == "MAIL" && n%3 == 0 {
			return drop
		}
		return ""
	})
	h := open(t, mailbox.Options{Relay: r.url(), Connections: 1, Retry: outbox.Retry{First: time.Hour, Longest: time.Hour}})
	sb := h.put(t, "default")
	for range 6 {
		resetPassword(t, sb)
	}
	eventually(t, "all are sent", func() bool { return h.Stats().Outbox.Sent == 6 })
	if got := len(r.messages()); got != 6 {
		t.Errorf("the relay took %d messages, want 6", got)
	}
}

func TestNobodyWaitsForARelayThatHangs(t *testing.T) {
	t.Parallel()
	r := startRelay(t, func(int, string) string { return hang })
	h := open(t, mailbox.Options{Relay: r.url()})
	sb := h.put(t, "default")
	began := time.Now()
	for range 500 {
		resetPassword(t, sb)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("500 commands took %v beside a relay that hangs", took)
	}
	if got := h.Stats().Outbox.Queued; got != 500 {
		t.Errorf("%d mails queued, want 500", got)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if err := h.Shutdown(ctx); !errors.Is(err, outbox.ErrUndelivered) {
		t.Errorf("shutdown: %v, want ErrUndelivered", err)
	}
	if got := h.Undelivered(); len(got) != 500 || got[0].Mail.ID != "mail-1" || got[499].Mail.ID != "mail-500" {
		t.Errorf("%d mails undelivered, want all 500 in order", len(got))
	}
}

func TestShutdownDrainsAndWhatIsLeftCanBeResumed(t *testing.T) {
	t.Parallel()
	r := startRelay(t, onFirst(3, "RCPT", "450 4.2.0 later"))
	h := open(t, mailbox.Options{Relay: r.url(), Retry: outbox.Retry{First: time.Hour, Longest: time.Hour}})
	sb := h.put(t, "team-a")
	resetPassword(t, sb)
	eventually(t, "it was refused for now", func() bool {
		d, _ := h.Delivery("team-a", "mail-1")
		return d.Attempts == 1
	})
	resetPassword(t, sb)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := h.Shutdown(ctx); !errors.Is(err, outbox.ErrUndelivered) {
		t.Fatalf("shutdown: %v, want ErrUndelivered", err)
	}
	if got := r.times("RCPT"); got < 3 {
		t.Errorf("%d attempts, want one more for each when closing", got)
	}
	left := h.Undelivered()
	next := open(t, mailbox.Options{Relay: r.url(), Undelivered: left})
	eventually(t, "all are sent", func() bool { return len(r.messages()) == 2 })
	for _, d := range left {
		if got := next.settled(t, d.Sandbox, d.Mail.ID); got.State != outbox.Sent {
			t.Errorf("%s: %+v", d.Mail.ID, got)
		}
	}
}

func TestAnotherServersMailCanStillBeWaitedForAndRead(t *testing.T) {
	t.Parallel()
	other := open(t, mailbox.Options{})
	h := open(t, mailbox.Options{Relay: "smtp://team-x:secret@" + other.SMTPAddr(), From: "robot@company.example"})
	resetPassword(t, h.put(t, "default"))
	m, _ := h.await(t, "default", mailbox.Criteria{To: contact})
	if m.From != "robot@company.example" {
		t.Errorf("sender %q", m.From)
	}
	if got := other.SandboxStats("team-x").Messages; got != 1 {
		t.Errorf("the other server has %d messages for the login, want 1", got)
	}
}

func TestARelayThatIsThisProgramAfterAllKeepsOneCopy(t *testing.T) {
	t.Parallel()
	addr := freeAddress(t)
	h := open(t, mailbox.Options{SMTPAddr: addr, Relay: "smtp://" + addr})
	resetPassword(t, h.put(t, "team-a"))
	h.settled(t, "team-a", "mail-1")
	if got := h.SandboxStats("team-a").Messages; got != 1 {
		t.Errorf("%d copies, want 1", got)
	}
}

func TestTheRelaysPasswordIsNotLogged(t *testing.T) {
	t.Parallel()
	var log lockedBuffer
	r := startRelay(t, onFirst(99, "AUTH", "535 5.7.8 no"))
	h := open(t, mailbox.Options{
		Relay: strings.Replace(r.url(), "smtp://", "smtp://user:topsecret@", 1),
		Log:   slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	resetPassword(t, h.put(t, "default"))
	eventually(t, "it was tried", func() bool {
		d, _ := h.Delivery("default", "mail-1")
		return d.Attempts > 1
	})
	d, _ := h.Delivery("default", "mail-1")
	if d.State != outbox.Queued || d.Words != "535 5.7.8 no" {
		t.Errorf("a refused login: %+v, want the mail kept", d)
	}
	listed := h.call(t, "GET", "/api/v2/outgoing-smtp", "").body
	if strings.Contains(log.String(), "topsecret") || strings.Contains(d.Words, "topsecret") || strings.Contains(listed, "topsecret") {
		t.Errorf("the password shows:\n%s\n%s", log.String(), listed)
	}
}

// lockedBuffer is a log that a test reads.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write appends.
func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// String is what was written.
func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// freeAddress is one that nothing else takes meanwhile: clients' own ports are
// on another loopback address, where there are several.
func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.7:0")
	if err != nil {
		l, err = net.Listen("tcp", "127.0.0.1:0")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}
