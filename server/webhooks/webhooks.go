// Package webhooks sends a sandbox's events to the addresses that asked for
// them: signed, in order, and again when they were not taken.
package webhooks

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// Errors of webhooks.
var (
	ErrLimit   = fmt.Errorf("a sandbox has at most %d webhooks, and the server %d", perSandbox, altogether)
	ErrURL     = errors.New("want a URL such as https://ci.example.fr/events, without a user")
	ErrPrivate = errors.New("the address is not a public one; --webhook-private=on allows those of this machine and network")
	// ErrNoHook and ErrNoDelivery are what Deliveries and Redeliver do not
	// find, ErrTrying what is on its way already.
	ErrNoHook     = errors.New("no webhook has this name")
	ErrNoDelivery = fmt.Errorf("no delivery has this identifier among the latest %d of the webhook", remembered)
	ErrTrying     = errors.New("the delivery is being tried: it ends taken, or given up")
)

const (
	perSandbox = 10
	altogether = 1000
	// remembered is how many deliveries a webhook tells of.
	remembered = 100
)

// Spec is a webhook that was asked for.
type Spec struct {
	// URL takes the events, each as a POST.
	URL string
	// Secret signs them; one that follows from the sandbox's seed when "".
	Secret string
	// Kinds are those of the events that are sent; none is all.
	Kinds []string
}

// Hook is a webhook with what became of it.
type Hook struct {
	Name string
	Spec
	// Sent counts the events that were taken, Dropped those given up.
	Sent, Dropped uint64
	// LastError is why the last attempt failed, "" when it did not.
	LastError string
	// Deliveries are the latest, the oldest first.
	Deliveries []Delivery
}

// Delivery is an event on its way, or at its end.
type Delivery struct {
	// ID is the value of X-Sandbox-Event: the sandbox's epoch, a dash and the
	// event's place in the journal.
	ID    string
	Event uint64
	Kind  string
	// At is the event's instant on the sandbox's clock.
	At       time.Time
	Attempts int
	// FirstAttempt, LastAttempt and NextAttempt are instants of the machine's
	// clock; zero for an attempt that was or will not be made.
	FirstAttempt, LastAttempt, NextAttempt time.Time
	// Outcome is Trying, Taken or GivenUp.
	Outcome Outcome
	// Error is why the last attempt failed, "" when it did not.
	Error string

	event qualif.Event
}

// Outcome is where a delivery stands.
type Outcome string

// The outcomes.
const (
	Trying  Outcome = "trying"
	Taken   Outcome = "taken"
	GivenUp Outcome = "given up"
)

// Options are what Hooks work with.
type Options struct {
	// Private allows addresses that are not public.
	Private bool
	// Ending is done when deliveries must stop.
	Ending context.Context
}

// Hooks holds the webhooks of every sandbox. It is safe for concurrent use.
type Hooks struct {
	private bool
	ending  context.Context
	client  *http.Client
	count   atomic.Int64

	mu        sync.Mutex
	bySandbox map[*sandboxes.Sandbox][]*hook
}

// hook is a webhook at work.
type hook struct {
	sandbox *sandboxes.Sandbox
	client  *http.Client
	stop    context.CancelFunc

	mu sync.Mutex
	Hook
}

// New is a Hooks without any.
func New(o Options) *Hooks {
	return &Hooks{private: o.Private, ending: o.Ending, client: newClient(o.Private), bySandbox: map[*sandboxes.Sandbox][]*hook{}}
}

// Observe implements sandboxes.LifeObserver: a life that starts over has no
// webhooks.
func (h *Hooks) Observe(sb *sandboxes.Sandbox, turn sandboxes.Life) {
	if turn == sandboxes.Founded || turn == sandboxes.Deleted {
		h.Remove(sb, "")
	}
}

// Put asks for the events that come from now on; a webhook of that name is
// replaced, and its counts begin anew.
func (h *Hooks) Put(sb *sandboxes.Sandbox, name string, spec Spec) (Hook, error) {
	if err := h.check(spec.URL); err != nil {
		return Hook{}, err
	}
	if spec.Secret == "" {
		sb.Read(func(v sandboxes.View) {
			sum := sha256.Sum256(fmt.Appendf(nil, "webhook %d %s %s", v.Seed, v.Name, name))
			spec.Secret = hex.EncodeToString(sum[:])
		})
	}
	h.Remove(sb, name)
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.bySandbox[sb]) >= perSandbox || h.count.Load() >= altogether {
		return Hook{}, ErrLimit
	}
	ctx, stop := context.WithCancel(h.ending)
	one := &hook{sandbox: sb, client: h.client, stop: stop, Hook: Hook{Name: name, Spec: spec}}
	h.bySandbox[sb] = append(h.bySandbox[sb], one)
	h.count.Add(1)
	from := cursor{sb.Epoch(), sb.LastSeq()}
	go func() {
		defer h.count.Add(-1)
		one.run(ctx, from)
		if sb.Gone() { // it may have gone before the webhook was noted
			h.Remove(sb, "")
		}
	}()
	return one.told(), nil
}

// check refuses what can never be sent to; names are checked once they are
// resolved, at each connection.
func (h *Hooks) check(address string) error {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.User != nil {
		return ErrURL
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil && !h.private && !public(ip) {
		return ErrPrivate
	}
	return nil
}

// List gives a sandbox's webhooks by name.
func (h *Hooks) List(sb *sandboxes.Sandbox) []Hook {
	h.mu.Lock()
	defer h.mu.Unlock()
	var all []Hook
	for _, one := range h.bySandbox[sb] {
		all = append(all, one.told())
	}
	slices.SortFunc(all, func(a, b Hook) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// Get is one of the sandbox's webhooks, or ErrNoHook.
func (h *Hooks) Get(sb *sandboxes.Sandbox, name string) (Hook, error) {
	one, err := h.named(sb, name)
	if err != nil {
		return Hook{}, err
	}
	return one.told(), nil
}

// Redeliver sends a delivery once more, out of its order, and tells what came of
// it: its Error is "" when it was taken. It refuses what it does not find, and
// what is on its way.
func (h *Hooks) Redeliver(ctx context.Context, sb *sandboxes.Sandbox, name, id string) (Delivery, error) {
	one, err := h.named(sb, name)
	if err != nil {
		return Delivery{}, err
	}
	return one.again(ctx, id)
}

func (h *Hooks) named(sb *sandboxes.Sandbox, name string) (*hook, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	i := slices.IndexFunc(h.bySandbox[sb], func(one *hook) bool { return one.Name == name })
	if i < 0 {
		return nil, ErrNoHook
	}
	return h.bySandbox[sb][i], nil
}

// told is the webhook as it is now.
func (h *hook) told() Hook {
	h.mu.Lock()
	defer h.mu.Unlock()
	told := h.Hook
	told.Deliveries = slices.Clone(h.Deliveries)
	return told
}

// Remove stops a webhook; one that is not there is no error. "" stops all of the
// sandbox's.
func (h *Hooks) Remove(sb *sandboxes.Sandbox, name string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.bySandbox[sb] = slices.DeleteFunc(h.bySandbox[sb], func(one *hook) bool {
		if name == "" || one.Name == name {
			one.stop()
			return true
		}
		return false
	})
	if len(h.bySandbox[sb]) == 0 {
		delete(h.bySandbox, sb)
	}
}
