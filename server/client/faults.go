package client

import (
	"context"
	"net/http"
	"time"
)

// FaultMatch chooses the calls that are meant; what is zero is not asked, and *
// stands for anything in texts.
type FaultMatch struct {
	// Operation is an operationId, or undeclared.
	Operation string `json:"operation,omitempty"`
	Path      string `json:"path,omitempty"`
	Method    string `json:"method,omitempty"`
	// Login is the technical account of the call, ClientID its application.
	Login    string            `json:"login,omitempty"`
	ClientID string            `json:"clientId,omitempty"`
	Header   map[string]string `json:"header,omitempty"`
	// Nth means the only one of the calls that fit, from 1; Every, each so
	// many of them.
	Nth   int `json:"nth,omitempty"`
	Every int `json:"every,omitempty"`
}

// FaultSpec asks for a fault, by Preset or by Kind; what is zero has the
// preset's value or the default.
type FaultSpec struct {
	Preset string `json:"preset,omitempty"`
	Kind   string `json:"kind,omitempty"`
	// Settings are what the kind reads; [Client.FaultKinds] tells.
	Settings map[string]any `json:"settings,omitempty"`
	Match    *FaultMatch    `json:"match,omitempty"`
	// Probability is that of a call that is meant being struck, 0 to 1; 1
	// when nil.
	Probability *float64 `json:"probability,omitempty"`
	// Burst is how many calls in a row a strike is for, Times how many calls
	// it strikes at most.
	Burst int `json:"burst,omitempty"`
	Times int `json:"times,omitempty"`
	// From and Until are instants of the sandbox's clock.
	From  time.Time `json:"from,omitzero"`
	Until time.Time `json:"until,omitzero"`
	// Seed is what chance follows from; the sandbox's seed when nil.
	Seed *int64 `json:"seed,omitempty"`
	// Enabled tells whether it strikes; it does when nil.
	Enabled *bool `json:"enabled,omitempty"`
}

// Fault is a fault of a sandbox.
type Fault struct {
	Name        string         `json:"name"`
	Kind        string         `json:"kind"`
	Settings    map[string]any `json:"settings"`
	Match       FaultMatch     `json:"match"`
	Probability float64        `json:"probability"`
	Burst       int            `json:"burst"`
	// Times is 0 when it is not bounded.
	Times   int       `json:"times"`
	From    time.Time `json:"from,omitzero"`
	Until   time.Time `json:"until,omitzero"`
	Seed    *int64    `json:"seed"`
	Enabled bool      `json:"enabled"`
	// Seen is how many calls were meant, Struck how many were struck.
	Seen   int64 `json:"seen"`
	Struck int64 `json:"struck"`
}

// FaultKind is a way to fail.
type FaultKind struct {
	Name string `json:"name"`
	Doc  string `json:"doc"`
	// Strikes tells which calls it can strike: token, api, portal.
	Strikes  []string       `json:"strikes"`
	Settings []FaultSetting `json:"settings"`
}

// FaultSetting is something that a kind can be told.
type FaultSetting struct {
	Name string `json:"name"`
	// Type is duration, integer, number, boolean, text, choice (one of
	// Choices) or object.
	Type    string   `json:"type"`
	Choices []string `json:"choices"`
	// Default is what holds when it is not given, as a person writes it.
	Default string `json:"default"`
	Doc     string `json:"doc"`
}

// FaultPreset is a situation that clients have met, made of a kind.
type FaultPreset struct {
	Name        string         `json:"name"`
	Doc         string         `json:"doc"`
	Kind        string         `json:"kind"`
	Settings    map[string]any `json:"settings"`
	Match       FaultMatch     `json:"match"`
	Probability float64        `json:"probability"`
	Burst       int            `json:"burst"`
}

// Faults lists the sandbox's faults, by name: the order in which they strike.
func (s *Sandbox) Faults(ctx context.Context) ([]Fault, error) {
	list, err := ask[struct {
		Faults []Fault `json:"faults"`
	}](ctx, s.c, s.get(nil, "faults"))
	return list.Faults, err
}

// Fault shows a fault, with the calls it has seen and struck.
func (s *Sandbox) Fault(ctx context.Context, name string) (Fault, error) {
	return ask[Fault](ctx, s.c, s.get(nil, "faults", name))
}

// PutFault asks for a fault; one of that name is replaced.
func (s *Sandbox) PutFault(ctx context.Context, name string, spec FaultSpec) (Fault, error) {
	return ask[Fault](ctx, s.c, s.put(spec, "faults", name))
}

// DeleteFault forgets a fault; one that does not exist is no error.
func (s *Sandbox) DeleteFault(ctx context.Context, name string) error {
	return s.c.do(ctx, s.delete("faults", name))
}

// ClearFaults forgets every fault.
func (s *Sandbox) ClearFaults(ctx context.Context) error { return s.c.do(ctx, s.delete("faults")) }

// FaultChange is one thing that was done to the faults of a sandbox.
type FaultChange struct {
	// At is the instant on the sandbox's clock.
	At time.Time `json:"at"`
	// AfterCall is the identifier of the last call before, AfterEvent the place
	// of the last event before; 0 for none.
	AfterCall  int64 `json:"afterCall"`
	AfterEvent int64 `json:"afterEvent"`
	// Name is the fault's; empty when all were forgotten.
	Name string `json:"name"`
	// Fault asks for the fault again; nil when it was forgotten.
	Fault *FaultSpec `json:"fault"`
}

// FaultChanges are the last things done to the faults, the oldest first;
// Forgotten tells how many came before.
type FaultChanges struct {
	Changes   []FaultChange `json:"changes"`
	Forgotten int64         `json:"forgotten"`
}

// FaultChanges tells what was done to the faults since the sandbox began.
func (s *Sandbox) FaultChanges(ctx context.Context) (FaultChanges, error) {
	return ask[FaultChanges](ctx, s.c, s.get(nil, "fault-changes"))
}

// FaultKinds lists the ways to fail, and the situations made of them.
func (c *Client) FaultKinds(ctx context.Context) (kinds []FaultKind, presets []FaultPreset, err error) {
	list, err := ask[struct {
		Kinds   []FaultKind   `json:"kinds"`
		Presets []FaultPreset `json:"presets"`
	}](ctx, c, call{method: http.MethodGet, path: control("fault-kinds")})
	return list.Kinds, list.Presets, err
}
