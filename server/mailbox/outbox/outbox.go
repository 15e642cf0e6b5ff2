// Package outbox sends the notifications over SMTP and keeps trying. It never
// makes its caller wait, sends no mail again that a relay took, and keeps each
// sandbox's mails in order as long as none has to be tried again.
package outbox

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"chorus-qualif/server/clock"
	"chorus-qualif/server/qualif"
)

// Letter is a mail as it travels.
type Letter struct {
	From, To string
	Raw      []byte
}

// Retry is when a mail that failed for now is tried again: after First, then
// twice as long each time up to Longest, until GiveUp has passed since it was
// queued. All are on the machine's clock.
type Retry struct{ First, Longest, GiveUp time.Duration }

// Options are an Outbox's dependencies and limits.
type Options struct {
	Wall clock.Wall
	Log  *slog.Logger
	// Relay is asked for at each connection.
	Relay func() Relay
	// Hostname is how the outbox introduces itself.
	Hostname string
	// Embedded tells that the relay is this program's own: Own then knows
	// its connections.
	Embedded bool
	// Compose writes a mail; its error is final.
	Compose func(m *qualif.Mail, sandbox string) (Letter, error)
	// Copied, when not nil, prepares a copy of a mail that a relay took; keep
	// is called unless the mail was withdrawn meanwhile.
	Copied func(sandbox string, letter Letter) (keep func())
	Retry  Retry
	// Resume are mails that an earlier Outbox left undelivered.
	Resume []Delivery
	// Connections is how many there may be at once.
	Connections int
	// MaxQueued bounds the mails waiting, MaxSettled those remembered after.
	MaxQueued, MaxSettled int
	// Command and Submission bound the wait for an answer to a command and to
	// the end of a message.
	Command, Submission time.Duration
}

// Outbox sends notifications. It is safe for concurrent use.
type Outbox struct {
	o     Options
	ctx   context.Context
	stop  context.CancelFunc
	wait  sync.WaitGroup
	links links

	mu    sync.Mutex
	lanes map[string]*lane
	ready []*lane
	later retries
	// paused is until when no connection is tried, as the last one failed;
	// downs counts those failures in a row.
	paused   time.Time
	downs    int
	alarm    func() bool
	alarmAt  time.Time
	workers  int
	open     bool
	draining bool
	closed   bool
	idle     chan struct{}

	queued  int
	byMail  map[string]map[string]*entry
	settled []*entry
	stats   Stats
}

// lane is one sandbox's mails in order; one worker at a time serves it.
type lane struct {
	sandbox string
	queue   []*entry
	busy    bool
	listed  bool
}

// Stats count mails since the start.
type Stats struct {
	Queued                           int
	Sent, Failed, Attempts, Overflow uint64
}

// New is an Outbox that queues; it sends from Open on.
func New(o Options) *Outbox {
	ctx, stop := context.WithCancel(context.Background())
	x := &Outbox{
		o: o, ctx: ctx, stop: stop, lanes: map[string]*lane{}, byMail: map[string]map[string]*entry{},
		links: links{byAddress: map[string]*link{}},
	}
	for _, d := range o.Resume {
		x.Put(d.Sandbox, d.Mail)
	}
	return x
}

// Open begins to send.
func (x *Outbox) Open() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.open = true
	x.start()
}

// Put queues a mail; it returns at once.
func (x *Outbox) Put(sandbox string, m *qualif.Mail) {
	x.mu.Lock()
	defer x.mu.Unlock()
	e := &entry{Delivery: Delivery{Sandbox: sandbox, Mail: m, State: Queued}, since: x.o.Wall.Now()}
	x.remember(e)
	if x.closed || x.queued >= x.o.MaxQueued {
		x.stats.Overflow++
		words := fmt.Sprintf("not sent: %d mails were waiting already", x.queued)
		if x.closed {
			words = "not sent: the server was stopping"
		}
		x.settle(e, Failed, words)
		return
	}
	x.queued++
	x.line(e, false)
	x.start()
}

// remember makes the mail known by its id.
func (x *Outbox) remember(e *entry) {
	mails := x.byMail[e.Sandbox]
	if mails == nil {
		mails = map[string]*entry{}
		x.byMail[e.Sandbox] = mails
	}
	if former := mails[e.Mail.ID]; former != nil {
		former.forgotten = true
	}
	mails[e.Mail.ID] = e
}

// line puts an entry into its sandbox's lane, at the front if it was there.
func (x *Outbox) line(e *entry, front bool) {
	l := x.lanes[e.Sandbox]
	if l == nil {
		l = &lane{sandbox: e.Sandbox}
		x.lanes[e.Sandbox] = l
	}
	if front {
		l.queue = append([]*entry{e}, l.queue...)
	} else {
		l.queue = append(l.queue, e)
	}
	x.list(l)
}

// list makes a lane known to the workers, or lets it go when it is empty.
func (x *Outbox) list(l *lane) {
	switch {
	case l.busy || l.listed:
	case len(l.queue) == 0:
		if x.lanes[l.sandbox] == l {
			delete(x.lanes, l.sandbox)
		}
	default:
		l.listed = true
		x.ready = append(x.ready, l)
	}
}

// start sees to it that what can be sent now is being sent, and that a timer
// rings when more can be.
func (x *Outbox) start() {
	if x.closed || !x.open {
		return
	}
	now := x.o.Wall.Now()
	for len(x.later) > 0 && (x.draining || !x.later[0].Next.After(now)) {
		e := heap.Pop(&x.later).(*entry)
		e.Next = time.Time{}
		x.line(e, false)
	}
	if paused := x.paused.After(now) && !x.draining; !paused {
		for x.workers < min(x.o.Connections, len(x.ready)) {
			x.workers++
			x.wait.Go(x.work)
		}
	}
	x.arm(now)
}

// arm sets the timer to the next instant at which there is something to do.
func (x *Outbox) arm(now time.Time) {
	var at time.Time
	if len(x.later) > 0 {
		at = x.later[0].Next
	}
	if x.paused.After(now) && len(x.ready) > 0 && (at.IsZero() || x.paused.Before(at)) {
		at = x.paused
	}
	if at.IsZero() || (x.alarm != nil && x.alarmAt.Equal(at)) {
		return
	}
	if x.alarm != nil {
		x.alarm()
	}
	x.alarmAt = at
	x.alarm = x.o.Wall.AfterFunc(at.Sub(now), func() {
		x.mu.Lock()
		defer x.mu.Unlock()
		x.alarm = nil
		x.start()
	})
}

// Forget withdraws a sandbox's mails and forgets what became of them. None of
// them is delivered to the embedded server after it returns.
func (x *Outbox) Forget(sandbox string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, e := range x.byMail[sandbox] {
		e.forgotten = true
		if e.State != Queued {
			continue
		}
		e.withdraw()
		x.queued--
		if e.waiting > 0 {
			heap.Remove(&x.later, e.waiting-1)
		}
	}
	delete(x.byMail, sandbox)
	if l := x.lanes[sandbox]; l != nil {
		l.queue = nil
		if !l.busy && !l.listed {
			delete(x.lanes, sandbox)
		}
	}
}

// Delivery tells what became of a sandbox's mail. Of settled mails only the
// latest are remembered.
func (x *Outbox) Delivery(sandbox, mailID string) (Delivery, bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	e := x.byMail[sandbox][mailID]
	if e == nil {
		return Delivery{}, false
	}
	return e.Delivery, true
}

// Unsent lists a sandbox's mails that wait or failed, in the order of queueing.
func (x *Outbox) Unsent(sandbox string) []Delivery {
	x.mu.Lock()
	defer x.mu.Unlock()
	var all []Delivery
	for _, e := range x.byMail[sandbox] {
		if e.State != Sent {
			all = append(all, e.Delivery)
		}
	}
	sortDeliveries(all)
	return all
}

// Stats counts mails.
func (x *Outbox) Stats() Stats {
	x.mu.Lock()
	defer x.mu.Unlock()
	s := x.stats
	s.Queued = x.queued
	return s
}

// settle ends a mail's way.
func (x *Outbox) settle(e *entry, state State, words string) {
	e.State, e.Words, e.Next = state, words, time.Time{}
	if state == Sent {
		x.stats.Sent++
	} else {
		x.stats.Failed++
	}
	x.settled = append(x.settled, e)
	for len(x.settled) > x.o.MaxSettled {
		old := x.settled[0]
		x.settled[0] = nil
		x.settled = x.settled[1:]
		if mails := x.byMail[old.Sandbox]; !old.forgotten {
			delete(mails, old.Mail.ID)
			if len(mails) == 0 {
				delete(x.byMail, old.Sandbox)
			}
		}
	}
}

// ErrUndelivered tells that mails were still waiting when the outbox closed.
var ErrUndelivered = errors.New("mails were not delivered")

// Close tries every waiting mail once more, and ends when that is done or the
// context is. It returns ErrUndelivered when some are left, which Undelivered
// then lists.
func (x *Outbox) Close(ctx context.Context) error {
	x.mu.Lock()
	x.draining = true
	x.start()
	if x.workers > 0 {
		x.idle = make(chan struct{})
		idle := x.idle
		x.mu.Unlock()
		select {
		case <-idle:
		case <-ctx.Done():
		}
		x.mu.Lock()
	}
	x.closed = true
	if x.alarm != nil {
		x.alarm()
	}
	x.mu.Unlock()
	x.stop()
	x.wait.Wait()
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.queued > 0 {
		return fmt.Errorf("%w: %d", ErrUndelivered, x.queued)
	}
	return nil
}

// Undelivered lists the mails still waiting, in no order between sandboxes and
// in the order of queueing within each.
func (x *Outbox) Undelivered() []Delivery {
	x.mu.Lock()
	defer x.mu.Unlock()
	var all []Delivery
	for _, mails := range x.byMail {
		for _, e := range mails {
			if e.State == Queued {
				all = append(all, e.Delivery)
			}
		}
	}
	sortDeliveries(all)
	return all
}
