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

	"chorus-qualif/server/sandboxes"
)

// Errors of webhooks.
var (
	ErrLimit   = fmt.Errorf("a sandbox has at most %d webhooks, and the server %d", perSandbox, altogether)
	ErrURL     = errors.New("want a URL such as https://ci.example.fr/events, without a user")
	ErrPrivate = errors.New("the address is not a public one; --webhook-private=on allows those of this machine and network")
)

const (
	perSandbox = 10
	altogether = 1000
	// remembered is how many deliveries a webhook tells of.
	remembered = 20
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
	Event uint64
	Kind  string
	// At is the event's instant on the sandbox's clock.
	At       time.Time
	Attempts int
	// Outcome is Trying, Taken or GivenUp.
	Outcome Outcome
	// Error is why the last attempt failed, "" when it did not.
	Error string
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
	return one.Hook, nil
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
		one.mu.Lock()
		told := one.Hook
		told.Deliveries = slices.Clone(one.Deliveries)
		all = append(all, told)
		one.mu.Unlock()
	}
	slices.SortFunc(all, func(a, b Hook) int { return strings.Compare(a.Name, b.Name) })
	return all
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
