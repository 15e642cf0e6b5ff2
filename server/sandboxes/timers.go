package sandboxes

import (
	"container/heap"
	"sync"
	"time"

	"chorus-qualif/server/clock"
)

// timers lets due events happen when nobody asks: one timer of the process,
// set to the earliest wall instant at which some sandbox has something due.
type timers struct {
	wall clock.Wall

	mu      sync.Mutex
	queue   timerQueue
	stop    func() bool
	set     time.Time
	stopped bool
}

type timerEntry struct {
	sandbox *Sandbox
	at      time.Time
	// place is the index in the queue plus one; 0 is not queued.
	place int
}

type timerQueue []*timerEntry

func (q timerQueue) Len() int           { return len(q) }
func (q timerQueue) Less(i, j int) bool { return q[i].at.Before(q[j].at) }
func (q timerQueue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].place, q[j].place = i+1, j+1
}

// Push and Pop are for container/heap only.
func (q *timerQueue) Push(x any) {
	e := x.(*timerEntry)
	*q = append(*q, e)
	e.place = len(*q)
}

// Pop is for container/heap only.
func (q *timerQueue) Pop() any {
	old := *q
	e := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	e.place = 0
	return e
}

// arm sets the time at which the sandbox has something due, from its state and
// clock; its writer's lock is held.
func (r *Registry) arm(sb *Sandbox) {
	now := r.wall.Now()
	next, ok := sb.state.NextDue()
	if ok {
		var wait time.Duration
		if wait, ok = sb.clock.Until(next.At, now); ok {
			r.timers.put(&sb.timer, now.Add(wait), r.ring)
			return
		}
	}
	r.timers.remove(&sb.timer)
}

// Stop ends the registry's timer: nothing happens by itself any more.
func (r *Registry) Stop() {
	r.sweeping.Lock()
	r.stopped = true
	if r.stopSweep != nil {
		r.stopSweep()
	}
	r.sweeping.Unlock()
	r.timers.mu.Lock()
	defer r.timers.mu.Unlock()
	r.timers.stopped = true
	if r.timers.stop != nil {
		r.timers.stop()
	}
}

func (t *timers) put(e *timerEntry, at time.Time, ring func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	e.at = at
	if e.place > 0 {
		heap.Fix(&t.queue, e.place-1)
	} else {
		heap.Push(&t.queue, e)
	}
	t.reset(ring)
}

func (t *timers) remove(e *timerEntry) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if e.place > 0 {
		heap.Remove(&t.queue, e.place-1)
	}
}

// reset sets the process timer to the earliest entry; the lock is held.
func (t *timers) reset(ring func()) {
	if t.stopped || len(t.queue) == 0 || (t.stop != nil && t.set.Equal(t.queue[0].at)) {
		return
	}
	if t.stop != nil {
		t.stop()
	}
	t.set = t.queue[0].at
	t.stop = t.wall.AfterFunc(t.set.Sub(t.wall.Now()), ring)
}

// ring lets every sandbox whose time has come catch up.
func (r *Registry) ring() {
	for _, sb := range r.timers.due() {
		sb.CatchUp()
	}
	r.timers.mu.Lock()
	defer r.timers.mu.Unlock()
	r.timers.stop = nil
	r.timers.reset(r.ring)
}

// due takes the entries whose time has come off the queue.
func (t *timers) due() []*Sandbox {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.wall.Now()
	var all []*Sandbox
	for len(t.queue) > 0 && !t.queue[0].at.After(now) {
		all = append(all, heap.Pop(&t.queue).(*timerEntry).sandbox)
	}
	return all
}
