package mailbox_test

import (
	"sync"
	"testing"
	"time"

	"chorus-qualif/server/clock"
	"chorus-qualif/server/mailbox"
	"chorus-qualif/server/mailbox/jim"
	"chorus-qualif/server/sandboxes"
)

func TestASandboxThatBeginsAnewHasNoMailOfItsFormerLife(t *testing.T) {
	t.Parallel()
	h := open(t, mailbox.Options{})
	var all sync.WaitGroup
	for _, name := range []string{"a", "b", "c", "d"} {
		all.Go(func() {
			for range 30 {
				sb := h.put(t, name)
				resetPassword(t, sb)
				resetPassword(t, sb)
				if _, _, err := h.registry.Put(name, sandboxes.Spec{}); err != nil {
					t.Error(err)
				}
				if m, ok := h.Get(name, mailbox.Latest); ok {
					t.Errorf("a new sandbox has the mail %s", m.MessageID)
				}
			}
		})
	}
	all.Wait()
	for _, name := range []string{"a", "b", "c", "d"} {
		resetPassword(t, h.put(t, name))
		h.settled(t, name, "mail-1")
		if got := h.SandboxStats(name).Messages; got != 1 {
			t.Errorf("%s has %d messages, want its own life's 1", name, got)
		}
	}
	eventually(t, "nothing is waiting", func() bool { return h.Stats().Outbox.Queued == 0 })
}

// onTheWire tells when the outbox has connected: it then bounds its greetings
// by a wait that nothing else asks for.
type onTheWire struct {
	clock.Wall
	command   time.Duration
	connected chan struct{}
	once      sync.Once
}

// AfterFunc is the machine's.
func (w *onTheWire) AfterFunc(d time.Duration, f func()) func() bool {
	if d == 2*w.command {
		w.once.Do(func() { close(w.connected) })
	}
	return w.Wall.AfterFunc(d, f)
}

func TestAMailOnTheWireIsWithdrawnToo(t *testing.T) {
	t.Parallel()
	wall := &onTheWire{Wall: clock.System(), command: 29 * time.Second, connected: make(chan struct{})}
	h := open(t, mailbox.Options{
		Wall: wall, CommandTimeout: wall.command,
		Jim: &jim.Settings{AcceptChance: 1, LinkSpeedAffect: 1, LinkSpeedMin: 16_000, LinkSpeedMax: 16_000},
	})
	resetPassword(t, h.put(t, "a"))
	<-wall.connected
	h.put(t, "a")
	eventually(t, "the attempt is over", func() bool { return h.Stats().Outbox.Attempts == 1 })
	if got := h.Stats().Inbox.Received; got != 0 {
		t.Errorf("%d messages of a former life arrived", got)
	}
	if got := h.Stats().Outbox; got.Sent+got.Failed != 0 || got.Queued != 0 {
		t.Errorf("%+v", got)
	}
}
