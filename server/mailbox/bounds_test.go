package mailbox_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"chorus-qualif/server/clock"
	"chorus-qualif/server/mailbox"
	"chorus-qualif/server/mailbox/inbox"
	"chorus-qualif/server/mailbox/outbox"
	"chorus-qualif/server/sandboxes"
)

func TestWhatIsArrivingIsBounded(t *testing.T) {
	t.Parallel()
	h := open(t, mailbox.Options{MaxMessageBytes: 80_000, Limits: inbox.Limits{Bytes: 100_000, SandboxBytes: 100_000}})
	begin := func() *talker {
		c := hello(t, h.SMTPAddr())
		c.say("MAIL FROM:<a@x.example>", "250")
		c.say("RCPT TO:<b@x.example>", "250")
		c.say("DATA", "354")
		return c
	}
	first, second := begin(), begin()
	first.send(strings.Repeat("x", 66_000))
	eventually(t, "the first is on its way", func() bool { return h.Stats().Arriving > 60_000 })
	second.say("Subject: second\r\n\r\n"+strings.Repeat("y", 66_000)+"\r\n.", "452 4.3.1")
	first.send("\r\n.\r\n")
	first.want("250")
	third := begin()
	third.say(strings.Repeat("z", 66_000)+"\r\n.", "250")
}

func TestTheOutboxIsBounded(t *testing.T) {
	t.Parallel()
	r := startRelay(t, onFirst(1, "MAIL", hang))
	h := open(t, mailbox.Options{Relay: r.url(), MaxQueued: 2, MaxSettled: 3, CommandTimeout: 300 * time.Millisecond})
	sb := h.put(t, "a")
	for range 3 {
		resetPassword(t, sb)
	}
	if d, _ := h.Delivery("a", "mail-3"); d.State != outbox.Failed || d.Words != "not sent: 2 mails were waiting already" {
		t.Errorf("one mail too many: %+v", d)
	}
	h.settled(t, "a", "mail-2")
	for _, id := range []string{"mail-4", "mail-5"} {
		resetPassword(t, sb)
		h.settled(t, "a", id)
	}
	if _, ok := h.Delivery("a", "mail-3"); ok {
		t.Error("more ends are remembered than the 3 allowed")
	}
	// The first one is tried again in its own time.
	eventually(t, "no mail waits", func() bool { return h.Stats().Outbox.Queued == 0 })
	if s := h.Stats().Outbox; s.Sent != 4 || s.Failed != 1 || s.Overflow != 1 || s.Queued != 0 {
		t.Errorf("%+v", s)
	}
}

// hasty is a machine's time in which waits of up to ten seconds pass at once:
// the time they would have taken is counted.
type hasty struct {
	clock.Wall
	mu    sync.Mutex
	at    time.Time
	waits []time.Duration
}

// Now is when the waits so far would have ended.
func (w *hasty) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at
}

// AfterFunc does not wait for what is short.
func (w *hasty) AfterFunc(d time.Duration, f func()) func() bool {
	if d > 10*time.Second {
		return w.Wall.AfterFunc(d, f)
	}
	w.mu.Lock()
	w.at = w.at.Add(d)
	w.waits = append(w.waits, d)
	w.mu.Unlock()
	return w.Wall.AfterFunc(0, f)
}

func TestRetriesWaitTwiceAsLongEachTime(t *testing.T) {
	t.Parallel()
	for verb, answer := range map[string]string{"RCPT": "450 4.2.0 later", "connect": "421 4.3.2 busy"} {
		wall := &hasty{Wall: clock.System(), at: start}
		r := startRelay(t, onFirst(1000, verb, answer))
		h := open(t, mailbox.Options{Relay: r.url(), Wall: wall, Retry: outbox.Retry{First: time.Second, Longest: 8 * time.Second, GiveUp: 30 * time.Second}})
		resetPassword(t, h.put(t, "a"))
		d := h.settled(t, "a", "mail-1")
		if d.State != outbox.Failed || d.Words != answer || d.Attempts != 7 {
			t.Errorf("%s: %+v, want given up after 30 s", verb, d)
		}
		wall.mu.Lock()
		var waits []string
		for _, wait := range wall.waits {
			waits = append(waits, wait.String())
		}
		wall.mu.Unlock()
		if got, want := strings.Join(waits, " "), "1s 2s 4s 8s 8s 8s"; got != want {
			t.Errorf("%s: waits %s, want %s", verb, got, want)
		}
	}
}

func TestSandboxNamesAreTheRegistrysOwn(t *testing.T) {
	t.Parallel()
	h := open(t, mailbox.Options{})
	for _, name := range []string{"a", "A-1.b_c", ".a", "-a", "a b", "é", "a/b", "", "a@b", strings.Repeat("x", 63), strings.Repeat("x", 64)} {
		_, _, err := h.registry.Put(name, sandboxes.Spec{})
		h.deliver(t, name, "a@x.example", "b@x.example", "Subject: for "+name+"\r\n\r\n")
		if got, want := h.SandboxStats(name).Messages == 1, err == nil; got != want {
			t.Errorf("%q is a sandbox's name for mail: %v, for the registry: %v", name, got, want)
		}
	}
}

func TestMistakesInTheOptionsAreReportedTogether(t *testing.T) {
	t.Parallel()
	_, err := mailbox.New(mailbox.Options{
		Relay: "smtp://u:secret@", From: "not an address", Hostname: "a b", CORSOrigin: "localhost", MaxMessageBytes: 1 << 40, Limits: inbox.Limits{Messages: -1}, MaxRecipients: -1,
	})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"relay", "sender", "host name", "origin", "largest message", "messages in all", "recipients"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not tell of the %s", err, want)
		}
	}
	if strings.Contains(err.Error(), "secret") {
		t.Errorf("the password shows: %v", err)
	}
}

func TestOutgoingServersAreReadAsMailHogWritesThem(t *testing.T) {
	t.Parallel()
	got, err := mailbox.ReadOutgoing(strings.NewReader(`{"box":{"host":"h","port":"587","email":"e@x","username":"u","password":"p","mechanism":"CRAM-MD5"}}`))
	if box := got["box"]; err != nil || box.Name != "box" || box.Host != "h" || box.Port != "587" || box.Username != "u" || box.Mechanism != "CRAM-MD5" {
		t.Errorf("%+v, %v", got, err)
	}
	for _, text := range []string{`{`, `{"a":{"port":"1"}}`, `{"a":{"host":"h","port":"1","mechanism":"X"}}`} {
		if _, err := mailbox.ReadOutgoing(strings.NewReader(text)); err == nil {
			t.Errorf("%s: no error", text)
		}
	}
}

func TestAnAddressInUseIsNamedWithItsSetting(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	free := freeAddress(t)
	for _, o := range []mailbox.Options{{SMTPAddr: l.Addr().String(), HTTPAddr: free}, {SMTPAddr: free, HTTPAddr: l.Addr().String()}} {
		m, err := mailbox.New(o)
		if err != nil {
			t.Fatal(err)
		}
		var bind *mailbox.BindError
		if err := m.Listen(); !errors.As(err, &bind) || bind.Addr != l.Addr().String() || !strings.Contains(err.Error(), "in use") {
			t.Errorf("%v", err)
		}
		other, err := net.Listen("tcp", free)
		if err != nil {
			t.Fatalf("the other address is still held: %v", err)
		}
		_ = other.Close()
	}
}

func TestAMailboxThatNeverServedStops(t *testing.T) {
	t.Parallel()
	m, err := mailbox.New(mailbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Listen(); err != nil {
		t.Fatal(err)
	}
	addr := m.SMTPAddr()
	if err := m.Shutdown(context.Background()); err != nil {
		t.Error(err)
	}
	if conn, err := net.Dial("tcp", addr); err == nil {
		_ = conn.Close()
		t.Error("it still listens")
	}
	if err := m.Shutdown(context.Background()); err != nil {
		t.Errorf("stopping twice: %v", err)
	}
}
