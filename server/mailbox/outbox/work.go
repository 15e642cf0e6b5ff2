package outbox

import (
	"cmp"
	"container/heap"
	"slices"
	"time"
)

// sortDeliveries orders by sandbox and then by when the mail was queued there.
func sortDeliveries(all []Delivery) {
	slices.SortFunc(all, func(a, b Delivery) int {
		return cmp.Or(cmp.Compare(a.Sandbox, b.Sandbox), a.Mail.QueuedAt.Compare(b.Mail.QueuedAt),
			cmp.Compare(len(a.Mail.ID), len(b.Mail.ID)), cmp.Compare(a.Mail.ID, b.Mail.ID))
	})
}

// work sends what is ready over one connection, until nothing is.
func (x *Outbox) work() {
	l := &link{outbox: x}
	defer l.quit()
	for {
		lane, e := x.take()
		if e == nil {
			return
		}
		outcome, words := l.send(e)
		x.concluded(lane, e, outcome, words)
	}
}

// take picks the next mail to send, or ends the worker.
func (x *Outbox) take() (*lane, *entry) {
	x.mu.Lock()
	defer x.mu.Unlock()
	paused := x.paused.After(x.o.Wall.Now()) && !x.draining
	for len(x.ready) > 0 && !x.closed && !paused {
		l := x.ready[0]
		x.ready[0] = nil
		x.ready = x.ready[1:]
		l.listed = false
		if len(l.queue) == 0 {
			x.list(l)
			continue
		}
		e := l.queue[0]
		l.queue[0] = nil
		l.queue = l.queue[1:]
		l.busy = true
		return l, e
	}
	x.workers--
	if x.workers == 0 && x.idle != nil {
		close(x.idle)
		x.idle = nil
	}
	return nil, nil
}

// concluded records an attempt.
func (x *Outbox) concluded(l *lane, e *entry, outcome outcome, words string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	l.busy = false
	x.stats.Attempts++
	if outcome != down {
		x.downs, x.paused = 0, time.Time{}
	}
	if !e.forgotten {
		e.Attempts++
		e.Words = words
		x.route(e, outcome, words)
	}
	x.list(l)
	x.start()
}

// route sends an entry where its attempt leads.
func (x *Outbox) route(e *entry, outcome outcome, words string) {
	now := x.o.Wall.Now()
	late := now.Sub(e.since) >= x.o.Retry.GiveUp
	switch {
	case outcome == taken:
		x.queued--
		x.settle(e, Sent, words)
	case outcome == refused || late:
		x.queued--
		x.settle(e, Failed, words)
		x.o.Log.Warn("mail failed", "sandbox", e.Sandbox, "mail", e.Mail.ID, "attempts", e.Attempts, "words", words)
	case outcome == down:
		// What failed is the connection, not the mail: it keeps its place,
		// and nothing is tried for a while.
		x.downs++
		x.paused = now.Add(x.backoff(x.downs))
		e.Next = x.paused
		if x.draining {
			x.giveWay()
			return
		}
		x.line(e, true)
	case x.draining:
		// It had its last attempt: it stays queued.
	default:
		e.Next = now.Add(x.backoff(e.Attempts))
		heap.Push(&x.later, e)
	}
}

// giveWay leaves everything queued as it is, since the relay is down and the
// outbox is closing.
func (x *Outbox) giveWay() {
	x.ready, x.later = nil, nil
	for _, l := range x.lanes {
		l.queue, l.listed = nil, false
	}
}

// backoff is the wait after so many failures.
func (x *Outbox) backoff(failures int) time.Duration {
	wait := x.o.Retry.First
	for range failures - 1 {
		if wait *= 2; wait >= x.o.Retry.Longest {
			break
		}
	}
	return min(wait, x.o.Retry.Longest)
}
