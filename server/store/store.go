// Package store keeps journals: the ordered events of each sandbox.
package store

import (
	"errors"

	"chorus-qualif/server/qualif"
)

// ErrGap is returned by Append for events that do not follow the last one kept.
var ErrGap = errors.New("the events do not follow the journal's last one")

// Journals keeps one journal a sandbox. Every implementation is safe for
// concurrent use and passes storetest.Run.
type Journals interface {
	// Append adds events to a sandbox's journal, which begins with event 1.
	// All are kept, or none: ErrGap when their sequence numbers do not follow.
	Append(sandbox string, events []qualif.Event) error
	// Read returns events after a sequence number, at most limit of them
	// (0 is no limit), oldest first. A journal never begun is empty.
	Read(sandbox string, after uint64, limit int) ([]qualif.Event, error)
	// Drop forgets a sandbox's journal; one never begun is no error.
	Drop(sandbox string) error
}
