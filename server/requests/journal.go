package requests

import (
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/wire"
)

// Limits bound what is kept.
type Limits struct {
	// Count and Bytes are for one sandbox, Total for all of them, in bytes. A
	// Count of 0 keeps nothing.
	Count, Bytes, Total int
	// Body is how much of each body is kept, in bytes.
	Body int
}

// DefaultLimits keep a thousand calls a sandbox.
var DefaultLimits = Limits{Count: 1000, Bytes: 4 << 20, Total: 256 << 20, Body: 64 << 10}

// Journals holds the journal of calls of every sandbox. It is safe for
// concurrent use.
type Journals struct {
	limits Limits
	total  atomic.Int64
	byName sync.Map // *sandboxes.Sandbox to *Journal
}

// New is a Journals without any call; tell it of the sandboxes' lives by giving
// Observe to their registry.
func New(limits Limits) *Journals { return &Journals{limits: limits} }

// Observe implements sandboxes.LifeObserver: a life that starts over has seen no
// call, one that ended keeps none.
func (j *Journals) Observe(sb *sandboxes.Sandbox, turn sandboxes.Life) {
	kept, ok := j.byName.Load(sb)
	if !ok {
		return
	}
	switch turn {
	case sandboxes.Founded:
		kept.(*Journal).Clear()
	case sandboxes.Deleted:
		kept.(*Journal).Clear()
		j.byName.Delete(sb)
	}
}

// Of is a sandbox's journal.
func (j *Journals) Of(sb *sandboxes.Sandbox) *Journal {
	if kept, ok := j.byName.Load(sb); ok {
		return kept.(*Journal)
	}
	kept, _ := j.byName.LoadOrStore(sb, &Journal{all: j, met: map[meeting]uint64{}})
	if sb.Gone() {
		j.byName.Delete(sb)
	}
	return kept.(*Journal)
}

// Keeps tells whether calls are kept at all.
func (j *Journals) Keeps() bool { return j.limits.Count > 0 }

// Limits tells how much is kept.
func (j *Journals) Limits() Limits { return j.limits }

// Content is a body as a journal keeps it; nobody may change the bytes any more.
func (j *Journals) Content(body []byte) Content { return keep(body, j.limits.Body) }

// Journal is the calls of one sandbox. It is safe for concurrent use.
type Journal struct {
	all *Journals

	mu sync.RWMutex
	// entries are in order from first on; what is before has made room.
	entries []*Entry
	first   int
	bytes   int
	last    uint64
	evicted uint64
	met     map[meeting]uint64
	changed chan struct{}
}

// meeting is what the usage report counts.
type meeting struct {
	operation, code string
	status          int
}

// Append keeps a call and gives it its ID, which it also writes into a header of
// the answer unless that is nil. The oldest calls make room.
func (j *Journal) Append(e *Entry, into http.Header) {
	weight := e.weight()
	e.size = weight
	limits := j.all.limits
	j.mu.Lock()
	defer j.mu.Unlock()
	j.last++
	e.ID = j.last
	if into != nil {
		// Under the lock, since whoever finds the entry reads its headers.
		into[wire.RequestHeader] = []string{strconv.FormatUint(e.ID, 10)}
	}
	j.met[meeting{e.Operation, e.Code, e.Status}]++
	j.bytes += weight
	total := j.all.total.Add(int64(weight))
	for j.count() > 0 && (j.count() >= limits.Count || j.bytes > limits.Bytes || total > int64(limits.Total)) {
		total = j.evict()
	}
	j.push(e)
	if j.changed != nil {
		close(j.changed)
		j.changed = nil
	}
}

func (j *Journal) count() int { return len(j.entries) - j.first }

func (j *Journal) push(e *Entry) {
	if 2*j.first >= len(j.entries) && len(j.entries) == cap(j.entries) {
		// What was evicted makes room: each call is moved once on average.
		kept := copy(j.entries, j.entries[j.first:])
		clear(j.entries[kept:])
		j.entries, j.first = j.entries[:kept], 0
	}
	j.entries = append(j.entries, e)
}

func (j *Journal) evict() (total int64) {
	oldest := j.entries[j.first]
	j.entries[j.first] = nil
	j.first++
	j.evicted++
	j.bytes -= oldest.size
	return j.all.total.Add(-int64(oldest.size))
}

// Clear forgets every call, and what was evicted and met; the IDs go on.
func (j *Journal) Clear() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.all.total.Add(-int64(j.bytes))
	j.entries, j.first, j.bytes, j.evicted = nil, 0, 0, 0
	clear(j.met)
}

// Size tells how much a journal holds.
type Size struct {
	Count, Bytes int
	// Evicted counts the calls that made room for others.
	Evicted uint64
}

// Size is the journal's.
func (j *Journal) Size() Size {
	j.mu.RLock()
	defer j.mu.RUnlock()
	return Size{j.count(), j.bytes, j.evicted}
}

// All lists the calls that are kept, the oldest first.
func (j *Journal) All() []*Entry {
	j.mu.RLock()
	defer j.mu.RUnlock()
	return append([]*Entry(nil), j.entries[j.first:]...)
}

// Find lists the calls that fit, the oldest first, and at most limit of them (0
// is no limit); more tells that there are others after.
func (j *Journal) Find(c *Criteria, limit int) (found []*Entry, more bool) {
	for _, e := range j.All() {
		if !c.Fits(e) {
			continue
		}
		if limit > 0 && len(found) == limit {
			return found, true
		}
		found = append(found, e)
	}
	return found, false
}

// Get finds a call by ID; false when it was never there or made room.
func (j *Journal) Get(id uint64) (*Entry, bool) {
	for _, e := range j.All() {
		if e.ID == id {
			return e, true
		}
	}
	return nil, false
}

// Last is the ID of the last call, 0 before any.
func (j *Journal) Last() uint64 {
	j.mu.RLock()
	defer j.mu.RUnlock()
	return j.last
}

// After lists the calls that are kept with a greater ID, the oldest first.
func (j *Journal) After(id uint64) []*Entry {
	found, _ := j.Find(&Criteria{After: id}, 0)
	return found
}

// Changed is closed when the next call is kept.
func (j *Journal) Changed() <-chan struct{} {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.changed == nil {
		j.changed = make(chan struct{})
	}
	return j.changed
}

// Since is how long ago an instant was, on a wall clock.
func since(now, then time.Time) time.Duration { return max(now.Sub(then), 0) }

// Take is the end of a call: it fills in how long it took and which events were
// recorded meanwhile, and keeps it, with its ID in a header as for Append.
func (j *Journals) Take(sb *sandboxes.Sandbox, e *Entry, before uint64, into http.Header) {
	e.Latency, e.AfterEvent = since(sb.WallNow(), e.Wall), before
	if last := sb.LastSeq(); last > before {
		e.FirstEvent, e.LastEvent = before+1, last
	}
	j.Of(sb).Append(e, into)
}
