package sandboxes

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"chorus-qualif/server/clock"
	"chorus-qualif/server/qualif"
)

// Errors of snapshots.
var (
	ErrNoSnapshot    = errors.New("no such snapshot")
	ErrSnapshotLimit = fmt.Errorf("a sandbox has at most %d snapshots", maxSnapshots)
	ErrSelf          = errors.New("a sandbox cannot be forked onto itself")
)

// maxSnapshots bounds what one sandbox keeps: each is as large as the sandbox.
const maxSnapshots = 64

// snapshot is a sandbox as it was: state, journal, clock and counters. It is
// never changed. Let go of it with release.
type snapshot struct {
	name   string
	at     time.Time
	state  *qualif.State
	events []qualif.Event
	mode   clock.Mode
	rate   float64
	spec   Spec
	data   *qualif.DataSet
	// luggage is its own; never nil.
	luggage Luggage
	serial  uint32
}

// Snapshot tells about a snapshot.
type Snapshot struct {
	Name string
	// At is what the sandbox's clock read.
	At time.Time
	// Events is how long the journal was.
	Events uint64
}

func (s *snapshot) describe() Snapshot { return Snapshot{s.name, s.at, s.state.Seq} }

// take copies the sandbox as it is now; its writer's lock is held. Let go
// of the copy with release.
func (sb *Sandbox) take(name string) (*snapshot, error) {
	now := sb.reading()
	if err := sb.keep(sb.state.CatchUp(now)); err != nil {
		return nil, err
	}
	events, err := sb.registry.journals.Read(sb.name, 0, 0)
	if err != nil {
		return nil, err
	}
	return &snapshot{
		name: name, at: now, state: sb.state.Clone(), events: slices.Clip(events), mode: sb.clock.Mode(), rate: sb.clock.Rate(),
		spec: sb.spec, data: sb.registry.library.keep(sb.data), luggage: sb.luggage.Copy(), serial: sb.serial.Load(),
	}, nil
}

// settle makes the sandbox what a snapshot says, under the sandbox's own name;
// the writer's lock is held. A real clock becomes one at an offset: it reads
// what it read then.
func (sb *Sandbox) settle(from *snapshot) error {
	r := sb.registry
	mode := from.mode
	if mode == clock.Real {
		mode = clock.Offset
	}
	moved, err := clock.At(mode, from.at, r.wall.Now(), from.rate)
	if err != nil {
		return err
	}
	state := from.state.Clone()
	var own []qualif.Event
	if state.Name != sb.name {
		_, events, err := qualif.Execute(state, from.at, qualif.Fork{Name: sb.name})
		if err != nil {
			return err
		}
		own = events
	}
	if mode != from.mode {
		_, events, err := qualif.Execute(state, from.at, qualif.SetClock{Clock: qualif.ClockSetting{Mode: string(mode), Rate: moved.Rate()}})
		if err != nil {
			return err
		}
		own = append(own, events...)
	}
	if err := errors.Join(r.journals.Drop(sb.name), r.journals.Append(sb.name, append(from.events, own...))); err != nil {
		return err
	}
	data := r.library.keep(from.data)
	if sb.data != nil {
		r.library.release(sb.data)
		r.disconnect(sb)
	}
	sb.spec, sb.data, sb.state, sb.clock = from.spec, data, state, moved
	sb.carry(from.luggage.Copy())
	sb.serial.Store(from.serial)
	for _, app := range state.Applications() {
		r.connect(app.ClientID, sb)
	}
	sb.begin(Restored)
	r.arm(sb)
	sb.tell(own)
	return nil
}

// Snapshot keeps the sandbox as it is under a name; one of that name is
// replaced. A wrong name is ErrName, one too many ErrSnapshotLimit.
func (sb *Sandbox) Snapshot(name string) (Snapshot, error) {
	if !nameShape.MatchString(name) {
		return Snapshot{}, fmt.Errorf("snapshot %q: %w", name, ErrName)
	}
	sb.mu.Lock()
	defer sb.mu.Unlock()
	if sb.gone {
		return Snapshot{}, fmt.Errorf("%q: %w", sb.name, ErrNone)
	}
	old := sb.snapshots[name]
	if old == nil && len(sb.snapshots) >= maxSnapshots {
		return Snapshot{}, ErrSnapshotLimit
	}
	taken, err := sb.take(name)
	if err != nil {
		return Snapshot{}, err
	}
	if old != nil {
		old.release(sb.registry.library)
	}
	if sb.snapshots == nil {
		sb.snapshots = map[string]*snapshot{}
	}
	sb.snapshots[name] = taken
	return taken.describe(), nil
}

// Snapshots lists the snapshots by name.
func (sb *Sandbox) Snapshots() []Snapshot {
	sb.mu.RLock()
	defer sb.mu.RUnlock()
	all := make([]Snapshot, 0, len(sb.snapshots))
	for _, name := range slices.Sorted(maps.Keys(sb.snapshots)) {
		all = append(all, sb.snapshots[name].describe())
	}
	return all
}

// DropSnapshot forgets a snapshot; one that is not there is no error.
func (sb *Sandbox) DropSnapshot(name string) {
	sb.mu.Lock()
	defer sb.mu.Unlock()
	if old := sb.snapshots[name]; old != nil {
		old.release(sb.registry.library)
		delete(sb.snapshots, name)
	}
}

// Restore takes the sandbox back to a snapshot: its clock too, which is the only
// way back in time. Tokens issued since are no good any more. A name that does
// not exist is ErrNoSnapshot.
func (sb *Sandbox) Restore(name string) error {
	sb.mu.Lock()
	defer sb.mu.Unlock()
	from := sb.snapshots[name]
	if from == nil {
		return fmt.Errorf("%q: %w", name, ErrNoSnapshot)
	}
	return sb.settle(from)
}

// Fork makes the sandbox called to a copy of another one as it is now, or as a
// snapshot of it says ("" is now). The copy has its own credentials, and resets
// to what it was copied from; one that existed is replaced. It reports whether
// the name is new.
func (r *Registry) Fork(from, snapshotName, to string) (sb *Sandbox, created bool, err error) {
	switch {
	case !nameShape.MatchString(to):
		return nil, false, fmt.Errorf("%q: %w", to, ErrName)
	case from == to:
		return nil, false, ErrSelf
	}
	origin, err := r.origin(from, snapshotName)
	if err != nil {
		return nil, false, err
	}
	sb, created, err = r.lock(to)
	if err != nil {
		origin.release(r.library)
		return nil, false, err
	}
	defer sb.mu.Unlock()
	if err := sb.settle(origin); err != nil {
		origin.release(r.library)
		if created {
			_ = r.forget(sb)
		}
		return nil, false, err
	}
	sb.comeFrom(origin)
	return sb, created, nil
}

// origin is what a fork is made from, for the fork to hold.
func (r *Registry) origin(from, snapshotName string) (*snapshot, error) {
	source, ok := r.Get(from)
	if !ok {
		return nil, fmt.Errorf("%q: %w", from, ErrNone)
	}
	source.mu.Lock()
	defer source.mu.Unlock()
	switch taken := source.snapshots[snapshotName]; {
	case source.gone:
		return nil, fmt.Errorf("%q: %w", from, ErrNone)
	case snapshotName == "":
		return source.take("")
	case taken == nil:
		return nil, fmt.Errorf("%q: %w", snapshotName, ErrNoSnapshot)
	default:
		return taken.share(r.library), nil
	}
}

// comeFrom notes what a reset goes back to; nil is the Spec. The lock is held.
func (sb *Sandbox) comeFrom(origin *snapshot) {
	if sb.origin != nil {
		sb.origin.release(sb.registry.library)
	}
	sb.origin = origin
	sb.made.Add(1)
}
