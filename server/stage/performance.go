package stage

import (
	"context"
	"encoding/json"
	"path"
	"strings"
	"sync"

	"chorus-qualif/scenarios"
	"chorus-qualif/scenarios/result"
)

// State is where a performance stands.
type State string

// The states.
const (
	// Running is between two steps, or in one.
	Running State = "running"
	// Waiting is before a step that goes by hand.
	Waiting State = "waiting"
	// Ended has a verdict.
	Ended State = "ended"
)

// Performance is one workflow performed once.
type Performance struct {
	ID, Scenario, Workflow string
	// Recorded is the sandbox that it was recorded in; empty for the library.
	Recorded string

	// plan holds the steps as written, by their ids.
	plan []string
	kept bool
	// told is called after each change.
	told   func()
	cancel context.CancelFunc
	// turns lets one step through each; nil when it does not go by hand.
	turns chan struct{}
	hand  sync.Mutex

	mu    sync.Mutex
	state State
	next  string
	// run is a copy: the replayer goes on writing its own.
	run     json.RawMessage
	verdict result.Verdict
	sandbox string
	// free lets every step through.
	free    bool
	changed chan struct{}
}

// View is a performance at an instant.
type View struct {
	ID       string         `json:"id"`
	Scenario string         `json:"scenario"`
	Recorded string         `json:"recorded,omitempty"`
	Workflow string         `json:"workflow"`
	State    State          `json:"state"`
	Verdict  result.Verdict `json:"verdict,omitempty"`
	// Sandbox is the one it runs in, which is gone at the end unless it is kept.
	Sandbox string   `json:"sandbox,omitempty"`
	Kept    bool     `json:"kept"`
	Plan    []string `json:"plan"`
	// Next is the step that waits.
	Next string `json:"next,omitempty"`
	// Run is a result.Run, as far as it has come.
	Run json.RawMessage `json:"run,omitempty"`
}

// View is where it stands now.
func (p *Performance) View() View {
	p.mu.Lock()
	defer p.mu.Unlock()
	return View{
		ID: p.ID, Scenario: p.Scenario, Recorded: p.Recorded, Workflow: p.Workflow, State: p.state, Verdict: p.verdict,
		Sandbox: p.sandbox, Kept: p.kept, Plan: p.plan, Next: p.next, Run: p.run,
	}
}

// change updates it and wakes those who wait for that.
func (p *Performance) change(to State, how func()) {
	defer p.told()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state = to
	how()
	close(p.changed)
	p.changed = make(chan struct{})
}

// settled waits until it has ended, or waits for a hand.
func (p *Performance) settled(ctx context.Context) {
	for {
		p.mu.Lock()
		state, changed := p.state, p.changed
		p.mu.Unlock()
		if state != Running {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// gate waits for a hand before a step.
func (p *Performance) gate(ctx context.Context, run *result.Run, step *result.Step) error {
	p.mu.Lock()
	free := p.free
	p.mu.Unlock()
	if free {
		return nil
	}
	p.change(Waiting, func() { p.next, p.run, p.sandbox = step.ID, copied(run), run.Sandbox })
	select {
	case <-p.turns:
		p.change(Running, func() { p.next = "" })
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Step lets the step that waits through, or all that follow, and waits until the
// next one waits or the performance has ended. The error is ErrEnded.
func (p *Performance) Step(ctx context.Context, all bool) error {
	p.hand.Lock()
	defer p.hand.Unlock()
	p.settled(ctx)
	p.mu.Lock()
	waiting := p.state == Waiting
	p.free = p.free || all
	changed := p.changed
	p.mu.Unlock()
	if !waiting {
		return ErrEnded
	}
	select {
	case p.turns <- struct{}{}:
	case <-ctx.Done():
		return nil
	}
	select { // until the gate says that it was heard: Waiting is not this wait any more
	case <-changed:
	case <-ctx.Done():
	}
	p.settled(ctx)
	return nil
}

func (p *Performance) end(run *result.Run) {
	p.change(Ended, func() { p.next, p.run, p.verdict, p.sandbox = "", copied(run), run.Verdict, run.Sandbox })
}

// RunBegan, StepEnded and RunEnded implement replay.Watcher.
func (p *Performance) RunBegan(run *result.Run) {
	p.change(Running, func() { p.sandbox = run.Sandbox })
}

// StepEnded implements replay.Watcher.
func (p *Performance) StepEnded(run *result.Run, _ *result.Step) {
	p.change(Running, func() { p.run = copied(run) })
}

// RunEnded implements replay.Watcher.
func (p *Performance) RunEnded(*result.Run) {}

// copied is a run as it is now, as JSON.
func copied(run *result.Run) json.RawMessage {
	text, err := json.Marshal(run)
	if err != nil {
		return nil // a value that is no JSON came from JSON: it does not happen
	}
	return text
}

// Name is the name of a file of the library: "active".
func Name(f *scenarios.File) string {
	return strings.TrimSuffix(path.Base(f.Name), scenarios.Extension)
}
