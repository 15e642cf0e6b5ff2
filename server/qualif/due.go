package qualif

import (
	"cmp"
	"container/heap"
	"maps"
	"slices"
	"time"
)

// DueKind names what will happen by itself at an instant.
type DueKind string

// The due kinds. Each fires as the event of the same meaning.
const (
	DueAccountEffective   DueKind = "technical-account-effective"
	DueAccountDeactivated DueKind = "technical-account-deactivated"
	DueAccountReactivated DueKind = "technical-account-reactivated"
	DueAccountDeleted     DueKind = "technical-account-deleted"
	DuePasswordExpiry     DueKind = "password-expired"
	DueExpiryReminder     DueKind = "password-expiry-reminder"
	DuePreparationExpiry  DueKind = "preparation-expired"
	// The subject of DueFlux is a numeroFluxDepot, that of DueFacture an
	// identifiantFactureCPP.
	DueFlux    DueKind = "flux-suivant"
	DueFacture DueKind = "facture-suivante"
)

// Due is something that will happen by itself: the subject is a login, the id
// of a preparation, a flow or an invoice.
type Due struct {
	At      time.Time `json:"due"`
	Kind    DueKind   `json:"kind"`
	Subject string    `json:"subject"`
	// Cause is the sequence number of the event that made it due.
	Cause uint64 `json:"cause"`
	// Order breaks ties between equal instants: first scheduled, first fired.
	Order uint64 `json:"order"`
}

type dueKey struct {
	kind    DueKind
	subject string
}

// dueQueue is a min-heap by (At, Order) in which each (kind, subject) is once.
// Only events change it (Payload.apply), so that a replay rebuilds it.
type dueQueue struct {
	items []Due
	place map[dueKey]int
	order uint64
}

func newDueQueue() dueQueue { return dueQueue{place: map[dueKey]int{}} }

func (q *dueQueue) Len() int { return len(q.items) }

func (q *dueQueue) Less(i, j int) bool { return compareDue(q.items[i], q.items[j]) < 0 }

func (q *dueQueue) Swap(i, j int) {
	q.items[i], q.items[j] = q.items[j], q.items[i]
	q.place[keyOf(q.items[i])], q.place[keyOf(q.items[j])] = i, j
}

// Push and Pop are for container/heap only.
func (q *dueQueue) Push(x any) {
	d := x.(Due)
	q.place[keyOf(d)] = len(q.items)
	q.items = append(q.items, d)
}

// Pop is for container/heap only.
func (q *dueQueue) Pop() any {
	last := q.items[len(q.items)-1]
	q.items = q.items[:len(q.items)-1]
	delete(q.place, keyOf(last))
	return last
}

func keyOf(d Due) dueKey { return dueKey{d.Kind, d.Subject} }

func compareDue(a, b Due) int {
	return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Order, b.Order))
}

// schedule makes something due, in place of the same kind for the same subject.
func (q *dueQueue) schedule(at time.Time, kind DueKind, subject string, cause uint64) {
	q.cancel(kind, subject)
	q.order++
	heap.Push(q, Due{At: at, Kind: kind, Subject: subject, Cause: cause, Order: q.order})
}

func (q *dueQueue) cancel(kind DueKind, subject string) {
	if i, ok := q.place[dueKey{kind, subject}]; ok {
		heap.Remove(q, i)
	}
}

// has tells whether something is still due.
func (q *dueQueue) has(d Due) bool {
	i, ok := q.place[keyOf(d)]
	return ok && q.items[i].Order == d.Order
}

func (q *dueQueue) first() (Due, bool) {
	if len(q.items) == 0 {
		return Due{}, false
	}
	return q.items[0], true
}

// sorted lists what is due up to an instant (all of it when zero), in order.
func (q *dueQueue) sorted(until time.Time) []Due {
	var all []Due
	for _, d := range q.items {
		if until.IsZero() || !d.At.After(until) {
			all = append(all, d)
		}
	}
	slices.SortFunc(all, compareDue)
	return all
}

func (q *dueQueue) clone() dueQueue {
	return dueQueue{items: slices.Clone(q.items), place: maps.Clone(q.place), order: q.order}
}
