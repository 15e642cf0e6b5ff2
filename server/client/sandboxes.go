package client

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Sandbox is one sandbox of the server, by name: 1 to 63 letters, digits, dots,
// underscores or hyphens. It need not exist yet.
type Sandbox struct {
	c    *Client
	name string
}

// Sandbox is the sandbox of that name; it calls nothing.
func (c *Client) Sandbox(name string) *Sandbox { return &Sandbox{c, name} }

// Name is the sandbox's name.
func (s *Sandbox) Name() string { return s.name }

// WithIdempotencyKey is the sandbox with a key on every POST, as
// [Client.WithIdempotencyKey] has it.
func (s *Sandbox) WithIdempotencyKey(key string) *Sandbox {
	return &Sandbox{s.c.WithIdempotencyKey(key), s.name}
}

func (s *Sandbox) path(parts ...string) []string {
	return control(append([]string{"sandboxes", s.name}, parts...)...)
}

func (s *Sandbox) get(query url.Values, parts ...string) call {
	return call{method: http.MethodGet, path: s.path(parts...), query: query}
}

func (s *Sandbox) post(body any, parts ...string) call {
	return call{method: http.MethodPost, path: s.path(parts...), body: body}
}

func (s *Sandbox) put(body any, parts ...string) call {
	return call{method: http.MethodPut, path: s.path(parts...), body: body}
}

func (s *Sandbox) delete(parts ...string) call {
	return call{method: http.MethodDelete, path: s.path(parts...)}
}

// Spec is what a sandbox starts from; what is zero has the server's default.
type Spec struct {
	// Seed is what everything generated follows from.
	Seed int64 `json:"seed,omitempty"`
	// Profile is the portal generation, portail-2022 or cpp-2020.
	Profile  string            `json:"profile,omitempty"`
	Clock    *ClockSpec        `json:"clock,omitempty"`
	Fixtures Fixtures          `json:"fixtures,omitzero"`
	Switches map[string]string `json:"switches,omitempty"`
}

// ClockSpec is how a clock starts.
type ClockSpec struct {
	// Mode is real, offset, scaled or frozen.
	Mode string `json:"mode"`
	// At is where it starts; now when zero.
	At time.Time `json:"at,omitzero"`
	// Rate is how many virtual seconds pass in a second, for scaled.
	Rate float64 `json:"rate,omitempty"`
}

// Frozen is a clock that stands at an instant.
func Frozen(at time.Time) *ClockSpec { return &ClockSpec{Mode: "frozen", At: at} }

// Fixtures is a data set: the name of one that the server knows, or one given
// here in our YAML or in the portal's CSV. The first that is not empty counts.
type Fixtures struct{ Name, YAML, CSV string }

// MarshalJSON writes the form that the API takes.
func (f Fixtures) MarshalJSON() ([]byte, error) {
	switch {
	case f.Name != "":
		return json.Marshal(f.Name)
	case f.YAML != "":
		return json.Marshal(map[string]string{"yaml": f.YAML})
	case f.CSV != "":
		return json.Marshal(map[string]string{"csv": f.CSV})
	}
	return []byte("null"), nil
}

// SandboxInfo is a sandbox's settings, its clock and how much is in it.
type SandboxInfo struct {
	Name    string  `json:"name"`
	Seed    int64   `json:"seed"`
	Profile string  `json:"profile"`
	Clock   Clock   `json:"clock"`
	DataSet DataSet `json:"dataSet"`
	// Switches holds the value of every switch, by key.
	Switches map[string]string `json:"switches"`
	// Events is the length of the journal.
	Events            int64 `json:"events"`
	TechnicalAccounts int64 `json:"technicalAccounts"`
	Mails             int64 `json:"mails"`
}

// DataSet is what a sandbox started with.
type DataSet struct {
	Name string `json:"name"`
	// Digest tells two data sets of one name apart.
	Digest     string `json:"digest"`
	Structures int64  `json:"structures"`
	People     int64  `json:"people"`
}

// SandboxPage is a page of sandboxes; Next is what to give as After for the next
// page, and empty on the last.
type SandboxPage struct {
	Sandboxes []SandboxInfo `json:"sandboxes"`
	Next      string        `json:"next"`
}

// SandboxQuery chooses sandboxes: those whose name contains Search, after a
// name, at most Limit of them (100 when 0, 1000 at most).
type SandboxQuery struct {
	Search, After string
	Limit         int
}

// Sandboxes lists sandboxes by name.
func (c *Client) Sandboxes(ctx context.Context, q SandboxQuery) (SandboxPage, error) {
	query := values("search", q.Search, "after", q.After, "limit", number(q.Limit))
	return ask[SandboxPage](ctx, c, call{method: http.MethodGet, path: control("sandboxes"), query: query})
}

// Put creates the sandbox, or sets it anew when it exists: the same Spec always
// leads to the same sandbox.
func (s *Sandbox) Put(ctx context.Context, spec Spec) (SandboxInfo, error) {
	return ask[SandboxInfo](ctx, s.c, s.put(spec))
}

// Get shows the sandbox.
func (s *Sandbox) Get(ctx context.Context) (SandboxInfo, error) {
	return ask[SandboxInfo](ctx, s.c, s.get(nil))
}

// Delete deletes the sandbox; one that does not exist is no error.
func (s *Sandbox) Delete(ctx context.Context) error { return s.c.do(ctx, s.delete()) }

// Reset starts the sandbox again from what it was created with.
func (s *Sandbox) Reset(ctx context.Context) (SandboxInfo, error) {
	return ask[SandboxInfo](ctx, s.c, s.post(nil, "reset"))
}

// Fork copies the sandbox, or a snapshot of it when one is named, under another
// name; a sandbox that has the name already is replaced.
func (s *Sandbox) Fork(ctx context.Context, as, snapshot string) (SandboxInfo, error) {
	body := struct {
		As       string `json:"as"`
		Snapshot string `json:"snapshot,omitempty"`
	}{as, snapshot}
	return ask[SandboxInfo](ctx, s.c, s.post(body, "fork"))
}

// Snapshot is a state of a sandbox that was kept under a name.
type Snapshot struct {
	Name string    `json:"name"`
	At   time.Time `json:"at"`
	// Events is how long the journal was.
	Events int64 `json:"events"`
}

// Snapshots lists the snapshots of the sandbox by name.
func (s *Sandbox) Snapshots(ctx context.Context) ([]Snapshot, error) {
	list, err := ask[struct {
		Snapshots []Snapshot `json:"snapshots"`
	}](ctx, s.c, s.get(nil, "snapshots"))
	return list.Snapshots, err
}

// Snapshot keeps the sandbox as it is: state, journal, clock and counters; not
// requests, faults and webhooks.
func (s *Sandbox) Snapshot(ctx context.Context, name string) (Snapshot, error) {
	return ask[Snapshot](ctx, s.c, s.put(nil, "snapshots", name))
}

// DeleteSnapshot forgets a snapshot; one that does not exist is no error.
func (s *Sandbox) DeleteSnapshot(ctx context.Context, name string) error {
	return s.c.do(ctx, s.delete("snapshots", name))
}

// Restore takes the sandbox back to a snapshot, its clock too.
func (s *Sandbox) Restore(ctx context.Context, snapshot string) (SandboxInfo, error) {
	return ask[SandboxInfo](ctx, s.c, s.post(map[string]string{"snapshot": snapshot}, "restore"))
}

// values makes a query of names and values, leaving out the empty ones.
func values(pairs ...string) url.Values {
	query := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			query.Set(pairs[i], pairs[i+1])
		}
	}
	return query
}

func number[N int | int64](n N) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(int64(n), 10)
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339Nano)
}

func flag(on bool) string {
	if on {
		return "true"
	}
	return ""
}
