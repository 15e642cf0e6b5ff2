package faults

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"chorus-qualif/server/sandboxes"
)

// Spec is a fault that was asked for.
type Spec struct {
	// Kind is one of Kinds, Settings what it reads.
	Kind     string
	Settings json.RawMessage
	Match    Match
	// Probability is that of a strike on a call that is meant, from 0 to 1.
	Probability float64
	// Burst is how many calls in a row a strike is for; 0 is 1.
	Burst int
	// Times is how often it strikes at most; 0 is without end.
	Times int
	// From and Until bound it on the sandbox's clock, From included and Until
	// not; zero does not bind.
	From, Until time.Time
	// Seed is what chance follows from; 0 is the sandbox's.
	Seed int64
	// Off keeps it without striking.
	Off bool
}

// Match says which calls are meant; all that is given must hold. Texts may have
// *, which stands for anything. The portal is meant only by an operation or a
// path that fits: a person goes on working while clients are refused.
type Match struct {
	Operation, Path, Method, Login, ClientID string
	Header                                   map[string]string
	// Nth is the only one of the calls that fit, from 1; Every is each so
	// many of them. 0 is all.
	Nth, Every int
}

// Fault is a fault with what became of it.
type Fault struct {
	Name string
	Spec
	// Seen counts the calls that were meant, Struck those it struck.
	Seen, Struck int
}

type rule struct {
	Fault
	on     Place
	effect Effect
	seed   int64
	burst  int
}

// maxFaults bounds those of a sandbox.
const maxFaults = 100

// ErrTooMany is returned for a fault more than a sandbox may have.
var ErrTooMany = fmt.Errorf("a sandbox has at most %d faults", maxFaults)

// Books holds the faults of every sandbox. It is safe for concurrent use.
type Books struct {
	// LastCall tells the ID of the last call that was kept of a sandbox, for
	// the history of its faults; nil is none.
	LastCall func(*sandboxes.Sandbox) uint64

	bySandbox sync.Map // *sandboxes.Sandbox to *Book
}

// Observe implements sandboxes.LifeObserver: a life that starts over has no
// faults.
func (b *Books) Observe(sb *sandboxes.Sandbox, turn sandboxes.Life) {
	if turn == sandboxes.Founded || turn == sandboxes.Deleted {
		b.bySandbox.Delete(sb)
	}
}

// Of is a sandbox's book, nil when no fault was ever asked for.
func (b *Books) Of(sb *sandboxes.Sandbox) *Book {
	if book, ok := b.bySandbox.Load(sb); ok {
		return book.(*Book)
	}
	return nil
}

// Put asks for a fault, in place of one of that name, whose counts begin anew.
func (b *Books) Put(sb *sandboxes.Sandbox, name string, spec Spec) (Fault, error) {
	r, err := newRule(name, spec, sb)
	if err != nil {
		return Fault{}, err
	}
	kept, _ := b.bySandbox.LoadOrStore(sb, &Book{moment: func() Change { return b.moment(sb) }})
	if sb.Gone() {
		b.bySandbox.Delete(sb)
	}
	return r.Fault, kept.(*Book).put(r)
}

func newRule(name string, spec Spec, sb *sandboxes.Sandbox) (*rule, error) {
	kind, ok := KindNamed(spec.Kind)
	if !ok {
		return nil, fmt.Errorf("kind %q is none of %s", spec.Kind, strings.Join(kindNames(), ", "))
	}
	var wrong mistakes
	wrong.unless(spec.Probability >= 0 && spec.Probability <= 1, "want a probability from 0 to 1")
	wrong.unless(min(spec.Burst, spec.Times, spec.Match.Nth, spec.Match.Every) >= 0, "want no negative number")
	effect, err := kind.Read(spec.Settings)
	wrong.add(err)
	if err := wrong.err(); err != nil {
		return nil, fmt.Errorf("%s: %w", spec.Kind, err)
	}
	seed := spec.Seed
	if seed == 0 {
		sb.Read(func(v sandboxes.View) { seed = v.Seed })
	}
	return &rule{Fault: Fault{Name: name, Spec: spec}, on: kind.On(), effect: effect, seed: seed}, nil
}

func kindNames() []string {
	var names []string
	for _, k := range Kinds() {
		names = append(names, k.Name())
	}
	return names
}

// Book is the faults of one sandbox. It is safe for concurrent use.
type Book struct {
	mu sync.Mutex
	// rules are by name: those that strike the same call do so in that order.
	rules []*rule
	// moment is now, for changes: the last ones, and how many were before.
	moment    func() Change
	changes   []Change
	forgotten int
}

func (b *Book) put(r *rule) error {
	change := b.moment()
	change.Name, change.Spec = r.Name, &r.Spec
	b.mu.Lock()
	defer b.mu.Unlock()
	at, found := slices.BinarySearchFunc(b.rules, r.Name, func(r *rule, name string) int { return cmp.Compare(r.Name, name) })
	switch {
	case found:
		b.rules[at] = r
	case len(b.rules) >= maxFaults:
		return ErrTooMany
	default:
		b.rules = slices.Insert(b.rules, at, r)
	}
	b.remember(change)
	return nil
}

// List gives the faults by name. A nil Book has none.
func (b *Book) List() []Fault {
	if b == nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	all := make([]Fault, len(b.rules))
	for i, r := range b.rules {
		all[i] = r.Fault
	}
	return all
}

// Get finds a fault by name.
func (b *Book) Get(name string) (Fault, bool) {
	for _, f := range b.List() {
		if f.Name == name {
			return f, true
		}
	}
	return Fault{}, false
}

// Remove forgets a fault; one that is not there is no error. "" forgets all.
func (b *Book) Remove(name string) {
	if b == nil {
		return
	}
	change := b.moment()
	change.Name = name
	b.mu.Lock()
	defer b.mu.Unlock()
	before := len(b.rules)
	b.rules = slices.DeleteFunc(b.rules, func(r *rule) bool { return name == "" || r.Name == name })
	if len(b.rules) < before {
		b.remember(change)
	}
}

// Strike plans what the faults do to a call; nil when they let it be. A nil Book
// strikes nothing.
func (b *Book) Strike(c *Call) *Plan {
	if b == nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	var p *Plan
	for _, r := range b.rules {
		p = r.strike(c, p)
	}
	return p
}

func (r *rule) strike(c *Call, p *Plan) *Plan {
	if !r.meant(c) {
		return p
	}
	r.Seen++
	draw := drawFor(r.seed, r.Name, r.Seen)
	if !r.turn(draw) {
		return p
	}
	planned := Plan{}
	if p != nil {
		planned = *p
	}
	answered := planned.Answer
	what := r.effect.Strike(c, draw, &planned)
	if what == "" {
		return p
	}
	r.Struck++
	if answered != nil {
		planned.Answer = answered // the first one by name says it
	}
	planned.Struck = append(planned.Struck, Struck{r.Name, r.Kind, what})
	return &planned
}

// meant tells whether a call is one that the fault looks at.
func (r *rule) meant(c *Call) bool {
	return !r.Off && (r.Times == 0 || r.Struck < r.Times) && (r.From.IsZero() || !c.Present.Before(r.From)) &&
		(r.Until.IsZero() || c.Present.Before(r.Until)) && r.on&c.Place != 0 && r.Match.fits(c)
}

// turn tells whether it is this call's turn, by number and by chance.
func (r *rule) turn(draw *rand.Rand) bool {
	chance := draw.Float64() // drawn each time, so that a burst shifts nothing
	if r.burst > 0 {
		r.burst--
		return true
	}
	if r.Match.Nth > 0 && r.Seen != r.Match.Nth || r.Match.Every > 1 && r.Seen%r.Match.Every != 0 || chance >= r.Probability {
		return false
	}
	r.burst = max(r.Burst-1, 0)
	return true
}

// drawFor is the chance of the nth call that a fault looks at: it depends on
// nothing else, so a fault more or a call more elsewhere shifts nothing.
func drawFor(seed int64, name string, n int) *rand.Rand {
	material := binary.BigEndian.AppendUint64([]byte("fault "), uint64(seed))
	material = binary.BigEndian.AppendUint64(material, uint64(n))
	sum := sha256.Sum256(append(material, name...))
	return rand.New(rand.NewPCG(binary.BigEndian.Uint64(sum[0:]), binary.BigEndian.Uint64(sum[8:])))
}
