package sandboxes

import (
	"sync"
	"sync/atomic"
	"time"

	"chorus-qualif/server/clock"
	"chorus-qualif/server/qualif"
)

// Sandbox is one isolated copy of the platform. It is safe for concurrent use:
// writers take turns, readers share.
type Sandbox struct {
	name     string
	registry *Registry

	mu    sync.RWMutex
	spec  Spec
	data  *qualif.DataSet
	state *qualif.State
	clock clock.Clock
	gone  bool
	// luggage is never nil.
	luggage Luggage
	// snapshots by name; origin is what a fork resets to.
	snapshots map[string]*snapshot
	origin    *snapshot

	serial atomic.Uint32
	// epoch counts lives, made those that began with other values, last is the last event's number, used the wall
	// instant of the last use in nanoseconds.
	epoch  atomic.Uint64
	last   atomic.Uint64
	used   atomic.Int64
	made   atomic.Uint64
	began  atomic.Uint64
	signal signal
	// timer is the sandbox's place in the registry's queue of wall instants.
	timer timerEntry
}

// Name is unique in the process.
func (sb *Sandbox) Name() string { return sb.name }

// View is a sandbox's state at an instant up to which it is caught up. It is
// only valid inside the function it was given to, and must not be changed.
type View struct {
	*qualif.State
	// Present is the instant of the reading, on the sandbox's clock.
	Present time.Time
}

// Read lets a function look at the state. Whatever was due has fired first.
func (sb *Sandbox) Read(look func(View)) {
	sb.mu.RLock()
	now := sb.reading()
	if next, ok := sb.state.NextDue(); !ok || next.At.After(now) {
		defer sb.mu.RUnlock()
		look(View{sb.state, now})
		return
	}
	sb.mu.RUnlock()
	sb.CatchUp()
	sb.mu.RLock()
	defer sb.mu.RUnlock()
	// What became due since is left for the next reading: the state is exact
	// at the instant it was caught up to.
	look(View{sb.state, sb.caughtUp()})
}

// caughtUp is the latest instant at which the state is exact.
func (sb *Sandbox) caughtUp() time.Time {
	now := sb.reading()
	if next, ok := sb.state.NextDue(); ok && !next.At.After(now) {
		return next.At.Add(-clock.Precision)
	}
	return now
}

// reading is the present instant on the sandbox's clock, in Paris.
func (sb *Sandbox) reading() time.Time {
	return sb.clock.Reading(sb.registry.wall.Now()).In(qualif.Paris)
}

// Now is the present instant on the sandbox's clock.
func (sb *Sandbox) Now() time.Time {
	sb.mu.RLock()
	defer sb.mu.RUnlock()
	return sb.reading()
}

// WallNow is the machine's present instant, for the few things that a switch
// puts on it.
func (sb *Sandbox) WallNow() time.Time { return sb.registry.wall.Now() }

// NextSerial counts from 1: it tells apart tokens issued at the same instant.
func (sb *Sandbox) NextSerial() uint32 { return sb.serial.Add(1) }

// Do runs a command on a sandbox. A qualif.Refusal comes back as the error;
// any other error means that the journal could not be kept.
func Do[R any](sb *Sandbox, command qualif.Command[R]) (R, error) {
	sb.mu.Lock()
	defer sb.mu.Unlock()
	result, events, err := qualif.Execute(sb.state, sb.reading(), command)
	if kept := sb.keep(events); kept != nil {
		return result, kept
	}
	return result, err
}

// CatchUp lets whatever is due by now happen.
func (sb *Sandbox) CatchUp() {
	sb.mu.Lock()
	defer sb.mu.Unlock()
	// A journal that cannot be kept is reported by the next command.
	_ = sb.keep(sb.state.CatchUp(sb.reading()))
}

// keep writes events to the journal, tells observers, and sets the timer. The
// writer's lock is held.
func (sb *Sandbox) keep(events []qualif.Event) error {
	if sb.gone {
		return nil
	}
	defer sb.registry.arm(sb)
	if len(events) == 0 {
		return nil
	}
	if err := sb.registry.journals.Append(sb.name, events); err != nil {
		return err
	}
	for _, e := range events {
		if changed, ok := e.Payload.(qualif.ApplicationChanged); ok {
			sb.registry.connect(changed.Application.ClientID, sb)
		}
	}
	sb.tell(events)
	return nil
}

// Journal returns events after a sequence number, at most limit of them (0 is
// no limit), oldest first, and the sequence number of the last event there is.
func (sb *Sandbox) Journal(after uint64, limit int) (events []qualif.Event, last uint64, err error) {
	sb.CatchUp()
	sb.mu.RLock()
	defer sb.mu.RUnlock()
	events, err = sb.registry.journals.Read(sb.name, after, limit)
	return events, sb.state.Seq, err
}

// Spec is what the sandbox was made from.
func (sb *Sandbox) Spec() Spec {
	sb.mu.RLock()
	defer sb.mu.RUnlock()
	return sb.spec
}
