// Package sandboxes holds the sandboxes of a process: thousands of isolated
// copies of the platform, each with one writer at a time.
package sandboxes

import (
	"errors"
	"fmt"
	"regexp"
	"sort"
	"strings"
	"sync"
	"time"

	"chorus-qualif/server/clock"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/store"
)

// Default is the name of the sandbox that always exists.
const Default = "default"

// Errors of the registry.
var (
	ErrName  = errors.New("a sandbox name is 1 to 63 letters, digits, dots, dashes and underscores, and begins with a letter or digit")
	ErrFull  = errors.New("no more sandboxes")
	ErrNone  = errors.New("no such sandbox")
	ErrTaken = errors.New("another sandbox has the same token mark")
)

var nameShape = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$`)

// Spec is what a sandbox is made from. The zero Spec is completed from the
// registry's defaults.
type Spec struct {
	Seed     int64
	Profile  string
	Switches qualif.Switches
	Mode     clock.Mode
	// At is where the clock starts; the machine's present instant when zero.
	At   time.Time
	Rate float64
	// DataSet is indexed.
	DataSet *qualif.DataSet
}

// Observer is told of a sandbox's new events, in order, while its writer's
// lock is held: it must be quick and must not call the sandbox back.
type Observer func(sb *Sandbox, events []qualif.Event)

// Options are a registry's dependencies.
type Options struct {
	Wall     clock.Wall
	Journals store.Journals
	Library  *Library
	// Defaults completes every Spec; its DataSet must be given.
	Defaults Spec
	// Max bounds the number of sandboxes; 0 is no bound.
	Max       int
	Observers []Observer
	Lives     []LifeObserver
	// IdleAfter is how long, on the wall clock, a sandbox may go unused before
	// it is deleted; 0 is for ever.
	IdleAfter time.Duration
	// Auto makes Resolve create the sandboxes it is asked for.
	Auto bool
	// Luggage is what a sandbox carries at the beginning of each life; nil is
	// nothing.
	Luggage func() Luggage
}

// Registry creates, finds and removes sandboxes.
type Registry struct {
	wall      clock.Wall
	journals  store.Journals
	library   *Library
	defaults  Spec
	max       int
	observers []Observer
	lives     []LifeObserver
	idleAfter time.Duration
	auto      bool
	luggage   func() Luggage

	mu      sync.RWMutex
	byName  map[string]*Sandbox
	byMark  map[uint64]*Sandbox
	clients map[string]*Sandbox

	timers timers

	sweeping  sync.Mutex
	stopSweep func() bool
	stopped   bool
}

// New is a registry with its default sandbox in place.
func New(o Options) (*Registry, error) {
	r := &Registry{
		wall: o.Wall, journals: o.Journals, library: o.Library, defaults: o.Defaults, max: o.Max, observers: o.Observers,
		lives: o.Lives, idleAfter: o.IdleAfter, auto: o.Auto, luggage: o.Luggage,
		byName: map[string]*Sandbox{}, byMark: map[uint64]*Sandbox{}, clients: map[string]*Sandbox{},
	}
	if r.luggage == nil {
		r.luggage = func() Luggage { return emptyHanded{} }
	}
	r.timers.wall = o.Wall
	_, _, err := r.Put(Default, Spec{})
	r.sweepLater()
	return r, err
}

// Library is where the registry's data sets are.
func (r *Registry) Library() *Library { return r.library }

// Put makes the sandbox of that name what the Spec says, as new: one that
// existed is replaced. It reports whether the name is new.
func (r *Registry) Put(name string, spec Spec) (sb *Sandbox, created bool, err error) {
	if !nameShape.MatchString(name) {
		return nil, false, fmt.Errorf("%q: %w", name, ErrName)
	}
	spec = r.complete(spec)
	sb, created, err = r.lock(name)
	if err != nil {
		return nil, false, err
	}
	defer sb.mu.Unlock()
	if err := sb.found(spec); err != nil {
		if created {
			_ = r.forget(sb)
		}
		return nil, false, err
	}
	sb.comeFrom(nil)
	return sb, created, nil
}

// Resolve finds the sandbox of that name for somebody who wants to use it; where
// the server was told to, it makes the one that is not there. The error is
// ErrNone, ErrName or ErrFull.
func (r *Registry) Resolve(name string) (*Sandbox, error) {
	if sb, ok := r.Get(name); ok {
		return sb, nil
	}
	switch {
	case !r.auto:
		return nil, fmt.Errorf("%q: %w", name, ErrNone)
	case !nameShape.MatchString(name):
		return nil, fmt.Errorf("%q: %w", name, ErrName)
	}
	sb, created, err := r.lock(name)
	if err != nil {
		return nil, err
	}
	defer sb.mu.Unlock()
	if !created {
		return sb, nil // somebody else was quicker
	}
	if err := sb.found(r.complete(Spec{})); err != nil {
		_ = r.forget(sb)
		return nil, err
	}
	return sb, nil
}

func (r *Registry) complete(spec Spec) Spec {
	d := r.defaults
	if spec.Seed == 0 {
		spec.Seed = d.Seed
	}
	if spec.Profile == "" {
		spec.Profile = d.Profile
	}
	if spec.DataSet == nil {
		spec.DataSet = d.DataSet
	}
	if spec.Mode == "" {
		spec.Mode, spec.At, spec.Rate = d.Mode, d.At, d.Rate
	}
	switches := qualif.Switches{}
	for _, from := range []qualif.Switches{d.Switches, spec.Switches} {
		for key, value := range from {
			switches[key] = value
		}
	}
	spec.Switches = switches
	return spec
}

// lock finds the sandbox of that name or makes it, and takes its writer's lock:
// nobody meets a sandbox that is not founded yet.
func (r *Registry) lock(name string) (sb *Sandbox, created bool, err error) {
	for {
		sb, created, err = r.place(name)
		if err != nil {
			return nil, false, err
		}
		if !created {
			sb.mu.Lock()
		}
		if !sb.gone {
			return sb, created, nil
		}
		sb.mu.Unlock() // deleted in between: make it anew
	}
}

// place finds the sandbox of that name, or makes room for it: a new one comes
// with its lock taken.
func (r *Registry) place(name string) (sb *Sandbox, created bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if sb, ok := r.byName[name]; ok {
		return sb, false, nil
	}
	if r.max > 0 && len(r.byName) >= r.max {
		return nil, false, fmt.Errorf("%w: %d exist, which is the limit of this server; delete some, or raise --max-sandboxes", ErrFull, len(r.byName))
	}
	mark := Mark(name)
	if other, ok := r.byMark[mark]; ok {
		return nil, false, fmt.Errorf("%w: %s", ErrTaken, other.name)
	}
	sb = &Sandbox{name: name, registry: r, state: qualif.NewState(r.library), clock: mustReal(r.wall), luggage: emptyHanded{}}
	sb.timer.sandbox = sb
	sb.touch()
	sb.mu.Lock()
	r.byName[name], r.byMark[mark] = sb, sb
	return sb, true, nil
}

// found starts the sandbox's life over from a Spec; the writer's lock is held.
func (sb *Sandbox) found(spec Spec) error {
	r := sb.registry
	real := r.wall.Now()
	start := spec.At
	if start.IsZero() {
		start = real
	}
	c, err := clock.At(spec.Mode, start, real, spec.Rate)
	if err != nil {
		return err
	}
	data := r.library.keep(spec.DataSet)
	spec.DataSet = data
	state := qualif.NewState(r.library)
	_, events, err := qualif.Execute(state, c.Reading(real).In(qualif.Paris), qualif.Found{
		Name: sb.name, Seed: spec.Seed, Profile: spec.Profile, Switches: spec.Switches, DataSet: data,
		Clock: qualif.ClockSetting{Mode: string(c.Mode()), Rate: c.Rate()},
	})
	if err != nil {
		r.library.release(data)
		return err
	}
	if err := r.journals.Drop(sb.name); err != nil {
		return err
	}
	if sb.data != nil {
		r.library.release(sb.data)
		r.disconnect(sb)
	}
	sb.spec, sb.data, sb.state, sb.clock = spec, data, state, c
	sb.carry(r.luggage())
	sb.serial.Store(0)
	sb.begin(Founded)
	return sb.keep(events)
}

// Reset starts the sandbox's life over from what it was made from: a Spec, or
// the snapshot that it is a fork of.
func (sb *Sandbox) Reset() error {
	sb.mu.Lock()
	defer sb.mu.Unlock()
	if sb.origin != nil {
		return sb.settle(sb.origin)
	}
	return sb.found(sb.spec)
}

// Get finds a sandbox by name, for somebody who uses it.
func (r *Registry) Get(name string) (*Sandbox, bool) { return used(r.Find(name)) }

// used keeps a sandbox that was found from going idle.
func used(sb *Sandbox, ok bool) (*Sandbox, bool) {
	if ok {
		sb.touch()
	}
	return sb, ok
}

// Find finds a sandbox by name, for somebody who only looks at what there is.
func (r *Registry) Find(name string) (*Sandbox, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	sb, ok := r.byName[name]
	return sb, ok
}

// ByClientID finds the sandbox whose PISTE application has that client_id.
func (r *Registry) ByClientID(id string) (*Sandbox, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	sb, ok := r.clients[strings.ToLower(id)]
	return used(sb, ok)
}

// ByMark finds the sandbox that a token names.
func (r *Registry) ByMark(mark uint64) (*Sandbox, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	sb, ok := r.byMark[mark]
	return used(sb, ok)
}

// Names lists the sandboxes by name.
func (r *Registry) Names() []string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	names := make([]string, 0, len(r.byName))
	for name := range r.byName {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// Delete forgets a sandbox. The default one is reset instead, since it always
// exists. A name that does not exist is ErrNone.
func (r *Registry) Delete(name string) error {
	sb, ok := r.Get(name)
	switch {
	case !ok:
		return fmt.Errorf("%q: %w", name, ErrNone)
	case name == Default:
		return sb.Reset()
	}
	sb.mu.Lock()
	defer sb.mu.Unlock()
	if sb.gone {
		return fmt.Errorf("%q: %w", name, ErrNone)
	}
	return r.forget(sb)
}

// forget takes a sandbox off every list; its writer's lock is held. Its name is
// free at the very end: what is kept by name goes before another may have it.
func (r *Registry) forget(sb *Sandbox) error {
	defer func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.byName, sb.name)
		delete(r.byMark, Mark(sb.name))
	}()
	r.disconnect(sb)
	r.timers.remove(&sb.timer)
	sb.gone = true
	sb.begin(Deleted)
	sb.comeFrom(nil)
	for _, s := range sb.snapshots {
		s.release(r.library)
	}
	sb.carry(emptyHanded{})
	if sb.data != nil {
		r.library.release(sb.data)
	}
	return r.journals.Drop(sb.name)
}

// connect makes a client_id lead to a sandbox.
func (r *Registry) connect(clientID string, sb *Sandbox) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.clients[strings.ToLower(clientID)] = sb
}

// disconnect forgets the client_ids that lead to a sandbox.
func (r *Registry) disconnect(sb *Sandbox) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, app := range sb.state.Applications() {
		delete(r.clients, strings.ToLower(app.ClientID))
	}
}

// Len is how many sandboxes there are.
func (r *Registry) Len() int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return len(r.byName)
}
