package faults

import (
	"slices"
	"time"

	"chorus-qualif/server/sandboxes"
)

// Change is one thing that was done to the faults of a sandbox.
type Change struct {
	// At is the instant on the sandbox's clock.
	At time.Time
	// AfterCall is the ID of the last call that was kept before, AfterEvent the
	// number of the last event; 0 is none.
	AfterCall, AfterEvent uint64
	// Name is the fault's; "" is every fault, when Spec is nil.
	Name string
	// Spec is what was asked for; nil when the fault was forgotten.
	Spec *Spec
}

// maxChanges bounds those that a sandbox remembers.
const maxChanges = 1000

// moment is a change without what changed.
func (b *Books) moment(sb *sandboxes.Sandbox) Change {
	c := Change{At: sb.Now(), AfterEvent: sb.LastSeq()}
	if b.LastCall != nil {
		c.AfterCall = b.LastCall(sb)
	}
	return c
}

// remember keeps a change; the lock is held.
func (b *Book) remember(c Change) {
	if len(b.changes) == maxChanges {
		b.changes, b.forgotten = slices.Delete(b.changes, 0, 1), b.forgotten+1
	}
	b.changes = append(b.changes, c)
}

// Changes lists what was done to the faults since the sandbox began, the oldest
// first: the last thousand, and how many came before. A nil Book has none.
func (b *Book) Changes() (all []Change, forgotten int) {
	if b == nil {
		return nil, 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.changes), b.forgotten
}
