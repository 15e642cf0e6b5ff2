package inbox

import "slices"

// Field is what a search looks at.
type Field int

// The fields. Recipients and Senders are the addresses of the envelope and the
// values of the headers To and From; Subjects are decoded. All are found
// regardless of case, by any part.
const (
	Recipients Field = iota
	Senders
	Subjects
	fieldCount
)

// Page lists a scope's mail, newest first: limit messages after skipping
// start. total is how many there are.
func (x *Inbox) Page(scope string, start, limit int) (page []*Mail, total int) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	q := x.queueOf(scope)
	return q.newestFirst(start, limit), q.len()
}

// After lists a scope's mail that arrived after a sequence number, oldest
// first.
func (x *Inbox) After(scope string, seq uint64) []*Mail {
	x.mu.RLock()
	defer x.mu.RUnlock()
	q := x.queueOf(scope)
	if q.len() == 0 || q.at(q.len()-1).Seq <= seq {
		return nil
	}
	return slices.Clone(q.mails[q.place(seq+1):])
}

// queueOf is never nil; the lock is held.
func (x *Inbox) queueOf(scope string) *queue {
	if scope == All {
		return &x.order
	}
	if b := x.boxes[scope]; b != nil {
		return &b.order
	}
	return &queue{}
}

// boxesOf lists the boxes of a scope; the lock is held.
func (x *Inbox) boxesOf(scope string) []*box {
	if scope != All {
		if b := x.boxes[scope]; b != nil {
			return []*box{b}
		}
		return nil
	}
	all := make([]*box, 0, len(x.boxes))
	for _, b := range x.boxes {
		all = append(all, b)
	}
	return all
}

// Find lists a scope's mail by part of a field, newest first.
func (x *Inbox) Find(scope string, field Field, part string) []*Mail {
	part = fold(part)
	x.mu.RLock()
	defer x.mu.RUnlock()
	boxes := x.boxesOf(scope)
	if len(boxes) == 1 {
		return boxes[0].fields[field].find(part)
	}
	var all []*Mail
	for _, b := range boxes {
		all = append(all, b.fields[field].find(part)...)
	}
	sortNewestFirst(all)
	return all
}

// Containing lists a scope's mail whose body or header values, as they
// travelled, contain a text regardless of case, newest first. It looks at every
// message, of which there are no more than the limits allow.
func (x *Inbox) Containing(scope, part string) []*Mail {
	x.mu.RLock()
	all := slices.Clone(x.queueOf(scope).mails)
	x.mu.RUnlock()
	slices.Reverse(all)
	f := newFinder(part)
	return slices.DeleteFunc(all, func(m *Mail) bool { return !f.in(m.body()) && !f.in(m.head) })
}

// Get finds a message of a scope by its id.
func (x *Inbox) Get(scope, id string) (*Mail, bool) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	m, ok := x.byID[id]
	return m, ok && (scope == All || m.Sandbox == scope)
}

// ByMessageID finds a sandbox's newest message with a Message-ID, given
// without its angle brackets.
func (x *Inbox) ByMessageID(sandbox, messageID string) (*Mail, bool) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	b := x.boxes[sandbox]
	if b == nil || messageID == "" {
		return nil, false
	}
	m, ok := b.byMessage[messageID]
	return m, ok
}

// Stats count messages since the start.
type Stats struct {
	Received, Evicted, EvictedBytes uint64
	// Messages and Bytes are kept now.
	Messages int
	Bytes    int64
	// Sandboxes have mail now.
	Sandboxes int
}

// Stats counts what came, went and is kept in all.
func (x *Inbox) Stats() Stats {
	x.mu.RLock()
	defer x.mu.RUnlock()
	s := x.stats
	s.Messages, s.Bytes, s.Sandboxes = x.order.len(), x.bytes, len(x.boxes)
	return s
}

// SandboxStats counts one sandbox's mail since it last had none.
func (x *Inbox) SandboxStats(sandbox string) Stats {
	x.mu.RLock()
	defer x.mu.RUnlock()
	b := x.boxes[sandbox]
	if b == nil {
		return Stats{}
	}
	return Stats{Received: b.received, Evicted: b.evicted, Messages: b.order.len(), Bytes: b.bytes, Sandboxes: 1}
}
