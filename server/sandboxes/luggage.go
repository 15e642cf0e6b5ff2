package sandboxes

import "chorus-qualif/server/qualif"

// Luggage is what a sandbox carries beside its state, and what whoever comes
// back to that state must find again: the contents of its files. Each holder (a
// sandbox, a snapshot, what a fork resets to) has one of its own.
//
// Its methods are called while the sandbox's lock is held: they must be quick
// and must not call the sandbox back.
type Luggage interface {
	// Follow is told of the sandbox's new events, in order.
	Follow(events []qualif.Event)
	// Copy is the luggage of another holder of the same state.
	Copy() Luggage
	// Release is called once, when the holder is no more.
	Release()
}

// emptyHanded is the luggage of sandboxes that need none.
type emptyHanded struct{}

func (emptyHanded) Follow([]qualif.Event) {}

func (emptyHanded) Copy() Luggage { return emptyHanded{} }

func (emptyHanded) Release() {}

// carry replaces the sandbox's luggage; its writer's lock is held.
func (sb *Sandbox) carry(luggage Luggage) {
	sb.luggage.Release()
	sb.luggage = luggage
}

// release lets go of what a snapshot holds.
func (s *snapshot) release(library *Library) {
	library.release(s.data)
	s.luggage.Release()
}

// share is the same snapshot for another holder.
func (s *snapshot) share(library *Library) *snapshot {
	own := *s
	own.data, own.luggage = library.keep(s.data), s.luggage.Copy()
	return &own
}
