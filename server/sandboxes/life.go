package sandboxes

import "chorus-qualif/server/qualif"

// Life is a turn in a sandbox's life.
type Life int

// The turns. What hangs on a sandbox without being its state (requests seen,
// faults asked for) starts anew when it is Founded, and goes when it is Deleted.
const (
	// Founded is a life started over: created, set anew, or reset.
	Founded Life = iota
	// Restored is a sandbox that became a snapshot again, or a fork of one.
	Restored
	// Deleted is the end.
	Deleted
)

// LifeObserver is told of the turns of a sandbox's life while its writer's lock
// is held: it must be quick and must not call the sandbox back, except for its
// Name.
type LifeObserver func(sb *Sandbox, turn Life)

// begin tells everybody that the sandbox is not what it was; the lock is held.
func (sb *Sandbox) begin(turn Life) {
	sb.epoch.Add(1)
	sb.last.Store(sb.state.Seq)
	sb.began.Store(sb.state.Seq)
	for _, observe := range sb.registry.lives {
		observe(sb, turn)
	}
	sb.signal.fire()
}

// tell gives new events to the observers; the lock is held.
func (sb *Sandbox) tell(events []qualif.Event) {
	sb.last.Store(sb.state.Seq)
	sb.luggage.Follow(events)
	for _, observe := range sb.registry.observers {
		if len(events) > 0 {
			observe(sb, events)
		}
	}
	sb.signal.fire()
}

// Epoch counts the times that the sandbox was started over or restored: what
// was read of the journal before holds no more.
func (sb *Sandbox) Epoch() uint64 { return sb.epoch.Load() }

// Made counts the times that the sandbox was created or set anew, resets apart.
func (sb *Sandbox) Made() uint64 { return sb.made.Load() }

// Began is the sequence number of the last event that the present epoch began
// with: later ones have happened in it.
func (sb *Sandbox) Began() uint64 { return sb.began.Load() }

// LastSeq is the sequence number of the last event, without catching up.
func (sb *Sandbox) LastSeq() uint64 { return sb.last.Load() }

// Gone tells whether the sandbox was deleted.
func (sb *Sandbox) Gone() bool {
	sb.mu.RLock()
	defer sb.mu.RUnlock()
	return sb.gone
}
