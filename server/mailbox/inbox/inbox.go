// Package inbox keeps captured mail: bounded in messages and bytes, per sandbox
// and in all, the oldest going first; listed and searched without looking at
// every message.
package inbox

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// All is the scope of every sandbox's mail together.
const All = ""

// Limits bound what is kept. Bytes count the message, what is indexed of it
// and a flat Overhead a message.
type Limits struct {
	Messages, SandboxMessages int
	Bytes, SandboxBytes       int64
}

// Overhead is counted for each message besides its own bytes.
const Overhead = 768

// Check refuses limits that keep nothing.
func (l Limits) Check() error {
	var errs []error
	for _, limit := range []struct {
		name  string
		value int64
	}{
		{"messages in all", int64(l.Messages)}, {"messages of a sandbox", int64(l.SandboxMessages)},
		{"bytes in all", l.Bytes}, {"bytes of a sandbox", l.SandboxBytes},
	} {
		if limit.value < 1 {
			errs = append(errs, fmt.Errorf("limit of %s: %d, want at least 1", limit.name, limit.value))
		}
	}
	return errors.Join(errs...)
}

// Incoming is a message as it arrived.
type Incoming struct {
	// Sandbox is not empty.
	Sandbox string
	Helo    string
	// From and To are the envelope's paths without angle brackets; From is
	// empty for the null sender.
	From string
	To   []string
	// Raw is the message without the line break before the final dot.
	Raw string
	// At is the instant of arrival on the sandbox's clock.
	At time.Time
}

// Inbox holds captured mail. It is safe for concurrent use.
type Inbox struct {
	hostname string
	limits   Limits

	mu    sync.RWMutex
	seq   uint64
	boxes map[string]*box
	order queue
	byID  map[string]*Mail
	bytes int64
	stats Stats
	watch map[string]chan struct{}
	subs  map[*Subscription]struct{}
}

// box is one sandbox's mail.
type box struct {
	order     queue
	bytes     int64
	received  uint64
	evicted   uint64
	fields    [fieldCount]index
	byMessage map[string]*Mail
}

// New is an empty inbox; hostname stands in ids and Received headers.
func New(limits Limits, hostname string) (*Inbox, error) {
	if err := limits.Check(); err != nil {
		return nil, err
	}
	return &Inbox{
		hostname: hostname, limits: limits,
		boxes: map[string]*box{}, byID: map[string]*Mail{},
		watch: map[string]chan struct{}{}, subs: map[*Subscription]struct{}{},
	}, nil
}

func newBox() *box {
	b := &box{byMessage: map[string]*Mail{}}
	for i := range b.fields {
		b.fields[i] = newIndex()
	}
	return b
}

// Add keeps a message and lets the oldest go where a limit asks for it.
func (x *Inbox) Add(in Incoming) *Mail {
	m := read(in)
	x.mu.Lock()
	defer x.mu.Unlock()
	b := x.boxes[in.Sandbox]
	if b == nil {
		b = newBox()
		x.boxes[in.Sandbox] = b
	}
	x.seq++
	b.received++
	m.Seq = x.seq
	m.name(x.hostname, b.received)
	b.order.push(m)
	b.bytes += m.size
	b.byMessage[m.MessageID] = m
	for field, texts := range m.texts {
		for _, text := range texts {
			b.fields[field].add(text, m)
		}
	}
	x.order.push(m)
	x.byID[m.ID] = m
	x.bytes += m.size
	x.stats.Received++
	x.evict(b)
	x.tell(m)
	return m
}

// evict lets the oldest go; the lock is held. The newest message stays,
// whatever its size.
func (x *Inbox) evict(b *box) {
	for b.order.len() > 1 && (b.order.len() > x.limits.SandboxMessages || b.bytes > x.limits.SandboxBytes) {
		x.drop(b.order.at(0))
	}
	for x.order.len() > 1 && (x.order.len() > x.limits.Messages || x.bytes > x.limits.Bytes) {
		x.drop(x.order.at(0))
	}
}

// drop evicts a message and counts it; the lock is held.
func (x *Inbox) drop(m *Mail) {
	b := x.boxes[m.Sandbox]
	b.evicted++
	x.stats.Evicted++
	x.stats.EvictedBytes += uint64(m.size)
	x.remove(m, b)
}

// remove takes a message off every list; the lock is held.
func (x *Inbox) remove(m *Mail, b *box) {
	b.order.remove(m)
	b.bytes -= m.size
	if b.byMessage[m.MessageID] == m {
		delete(b.byMessage, m.MessageID)
	}
	for field, texts := range m.texts {
		for _, text := range texts {
			b.fields[field].remove(text, m)
		}
	}
	x.order.remove(m)
	delete(x.byID, m.ID)
	x.bytes -= m.size
	if b.order.len() == 0 {
		delete(x.boxes, m.Sandbox)
	}
}

// Delete removes a message of a scope and reports whether it was there.
func (x *Inbox) Delete(scope, id string) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	m, ok := x.byID[id]
	if !ok || (scope != All && m.Sandbox != scope) {
		return false
	}
	x.remove(m, x.boxes[m.Sandbox])
	return true
}

// Clear removes all the mail of a scope.
func (x *Inbox) Clear(scope string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if c := x.watch[scope]; c != nil {
		delete(x.watch, scope)
		close(c)
	}
	if scope == All {
		x.boxes, x.byID, x.order, x.bytes = map[string]*box{}, map[string]*Mail{}, queue{}, 0
		return
	}
	b := x.boxes[scope]
	if b == nil {
		return
	}
	for i := range b.order.len() {
		delete(x.byID, b.order.at(i).ID)
	}
	x.order.keep(func(m *Mail) bool { return m.Sandbox != scope })
	x.bytes -= b.bytes
	delete(x.boxes, scope)
}
