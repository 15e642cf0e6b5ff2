// Package stage performs the library's scenarios on the running server itself:
// all at once, or step by step by hand, and tells what was done in a sandbox as
// another scenario. It is a client of the server like any other: a performance
// gets a sandbox of its own, and calls over HTTP.
package stage

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"chorus-qualif/openapi"
	"chorus-qualif/scenarios"
	"chorus-qualif/scenarios/replay"
	"chorus-qualif/server/clock"
)

// maxPerformances bounds how many are remembered; the oldest that has ended goes
// first.
const maxPerformances = 64

// Errors of the stage.
var (
	// ErrUnknown is a scenario, workflow or performance that does not exist.
	ErrUnknown = errors.New("unknown")
	// ErrFull is a stage on which every performance remembered is under way.
	ErrFull = fmt.Errorf("%d performances are under way: end some, or delete them", maxPerformances)
	// ErrEnded is a performance that has no more steps.
	ErrEnded = errors.New("the performance has ended")
)

// Options are a stage's dependencies.
type Options struct {
	Contracts *openapi.Set
	Wall      clock.Wall
	// Tool is the program and its version.
	Tool string
	// DataSet is the one that a recorded scenario need not name: the program's
	// own.
	DataSet string
	// Target is the server itself, once it listens.
	Target func() replay.Target
	// Ending ends with the program, and every performance with it.
	Ending context.Context
}

// Stage holds the performances of a server. It is safe for concurrent use.
type Stage struct {
	o     Options
	files func() ([]*scenarios.File, error)

	mu    sync.Mutex
	count int
	all   []*Performance

	// turn guards what follows: how many recordings were made, and who waits for
	// a change.
	turn       sync.Mutex
	recordings int
	changed    chan struct{}
}

// New is an empty stage; the library is read when it is first asked for, as most
// servers never are.
func New(o Options) *Stage {
	return &Stage{o: o, changed: make(chan struct{}), files: sync.OnceValues(func() ([]*scenarios.File, error) { return scenarios.Load(o.Contracts) })}
}

// Scenarios lists the library's files, by name.
func (s *Stage) Scenarios() ([]*scenarios.File, error) { return s.files() }

// Request asks for a performance.
type Request struct {
	// Scenario is the name of a file of the library; Workflow is one of its
	// workflows, the first when empty.
	Scenario, Workflow string
	Inputs             map[string]any
	// Seed is 1 when 0.
	Seed int64
	// ByHand waits before each step until Step is called.
	ByHand bool
	// Keep leaves the sandbox at the end, for a look.
	Keep bool
}

// Begin starts a performance and waits until it has ended, or until the first
// step when it goes by hand. A context that ends first leaves it under way. The
// error wraps ErrUnknown or ErrFull, or says what is wrong with the inputs.
func (s *Stage) Begin(ctx context.Context, r Request) (*Performance, error) {
	story, err := s.story(r)
	if err != nil {
		return nil, err
	}
	r.Seed = max(r.Seed, 1)
	return s.perform(ctx, story, r, &Performance{Scenario: r.Scenario})
}

// perform starts a performance of a story; a seed of 0 leaves it to the file.
func (s *Stage) perform(ctx context.Context, story replay.Story, r Request, p *Performance) (*Performance, error) {
	p.Workflow, p.changed, p.state, p.kept, p.told = story.Workflow.ID, make(chan struct{}), Running, r.Keep, s.tell
	p.plan = make([]string, 0, len(story.Workflow.Steps))
	for _, step := range story.Workflow.Steps {
		p.plan = append(p.plan, step.ID)
	}
	o := replay.Options{
		Tool: s.o.Tool, Contracts: s.o.Contracts, Wall: s.o.Wall, Target: s.o.Target(), Inputs: r.Inputs, Seed: r.Seed, Keep: r.Keep, Watcher: p,
	}
	if r.ByHand {
		p.turns = make(chan struct{})
		o.Gate = p.gate
	}
	replayer, err := replay.New(o)
	if err != nil {
		return nil, err
	}
	stories := []replay.Story{story}
	if err := replayer.Check(stories); err != nil {
		return nil, err
	}
	running, cancel := context.WithCancel(s.o.Ending)
	p.cancel = cancel
	if err := s.place(p); err != nil {
		cancel()
		return nil, err
	}
	s.tell()
	go func() {
		defer cancel()
		p.end(replayer.Run(running, stories).Runs[0])
	}()
	p.settled(ctx)
	return p, nil
}

// tell wakes those who wait for a change.
func (s *Stage) tell() {
	s.turn.Lock()
	defer s.turn.Unlock()
	close(s.changed)
	s.changed = make(chan struct{})
}

// Changed is closed at the next change of any performance, or of which there
// are.
func (s *Stage) Changed() <-chan struct{} {
	s.turn.Lock()
	defer s.turn.Unlock()
	return s.changed
}

func (s *Stage) story(r Request) (replay.Story, error) {
	files, err := s.files()
	if err != nil {
		return replay.Story{}, err
	}
	for _, f := range files {
		if Name(f) != r.Scenario || len(f.Workflows) == 0 {
			continue
		}
		if r.Workflow == "" {
			return replay.Story{File: f, Workflow: f.Workflows[0]}, nil
		}
		if w, ok := f.Workflow(r.Workflow); ok {
			return replay.Story{File: f, Workflow: w}, nil
		}
		return replay.Story{}, fmt.Errorf("workflow %q of scenario %q: %w", r.Workflow, r.Scenario, ErrUnknown)
	}
	return replay.Story{}, fmt.Errorf("scenario %q: %w", r.Scenario, ErrUnknown)
}

// place numbers a performance and makes room for it.
func (s *Stage) place(p *Performance) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.all) >= maxPerformances {
		oldest := -1
		for i, other := range s.all {
			if other.View().State == Ended {
				oldest = i
				break
			}
		}
		if oldest < 0 {
			return ErrFull
		}
		s.all = append(s.all[:oldest:oldest], s.all[oldest+1:]...)
	}
	s.count++
	p.ID = strconv.Itoa(s.count)
	s.all = append(s.all, p)
	return nil
}

// Performances lists those remembered, the latest first.
func (s *Stage) Performances() []*Performance {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]*Performance, len(s.all))
	for i, p := range s.all {
		all[len(all)-1-i] = p
	}
	return all
}

// Performance finds one by its id.
func (s *Stage) Performance(id string) (*Performance, error) {
	for _, p := range s.Performances() {
		if p.ID == id {
			return p, nil
		}
	}
	return nil, fmt.Errorf("performance %q: %w", id, ErrUnknown)
}

// Forget ends a performance if it is under way, and forgets it.
func (s *Stage) Forget(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, p := range s.all {
		if p.ID == id {
			p.cancel()
			s.all = append(s.all[:i:i], s.all[i+1:]...)
			s.tell()
			return nil
		}
	}
	return fmt.Errorf("performance %q: %w", id, ErrUnknown)
}
