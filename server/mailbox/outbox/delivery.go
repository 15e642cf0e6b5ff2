package outbox

import (
	"sync"
	"time"

	"chorus-qualif/server/qualif"
)

// State is where a mail is on its way.
type State string

// The states. Failed is for good; Queued may have failed for now.
const (
	Queued State = "queued"
	Sent   State = "sent"
	Failed State = "failed"
)

// Delivery is what became of a mail so far.
type Delivery struct {
	Sandbox string
	Mail    *qualif.Mail
	State   State
	// Attempts counts those that reached the relay or failed to.
	Attempts int
	// Words are the relay's last ones ("452 4.2.2 Mailbox full"), or the
	// connection's error.
	Words string
	// Next is when it is tried again on the machine's clock; zero when it is
	// not waiting.
	Next time.Time
}

// entry is a mail in the outbox. Its delivery belongs to the outbox's lock.
type entry struct {
	Delivery
	// since is when it was queued, on the machine's clock.
	since time.Time
	// forgotten is no longer in the outbox's books.
	forgotten bool
	// waiting is its place in the queue of retries plus one.
	waiting int

	withdrawal sync.Mutex
	withdrawn  bool
}

// withdraw makes sure that the entry is not delivered any more.
func (e *entry) withdraw() {
	e.withdrawal.Lock()
	defer e.withdrawal.Unlock()
	e.withdrawn = true
}

// deliver calls keep unless the entry was withdrawn.
func (e *entry) deliver(keep func()) bool {
	e.withdrawal.Lock()
	defer e.withdrawal.Unlock()
	if e.withdrawn {
		return false
	}
	keep()
	return true
}

// retries orders entries by when they are tried again.
type retries []*entry

func (q retries) Len() int           { return len(q) }
func (q retries) Less(i, j int) bool { return q[i].Next.Before(q[j].Next) }
func (q retries) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].waiting, q[j].waiting = i+1, j+1
}

// Push and Pop are for container/heap only.
func (q *retries) Push(x any) {
	e := x.(*entry)
	*q = append(*q, e)
	e.waiting = len(*q)
}

// Pop is for container/heap only.
func (q *retries) Pop() any {
	old := *q
	e := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	e.waiting = 0
	return e
}
