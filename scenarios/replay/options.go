package replay

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"chorus-qualif/openapi"
	"chorus-qualif/scenarios/result"
	"chorus-qualif/server/client"
	"chorus-qualif/server/clock"
)

// Options are how to replay.
type Options struct {
	// Tool is the program and its version, for the result.
	Tool      string
	Target    Target
	Contracts *openapi.Set
	// Reference is a sandbox to replay everything in as well, when Target is a
	// platform: the result then tells where the two differ. There, inputs have
	// their defaults, which are of the data set that it has.
	Reference *Target
	// Wall is the machine's time, for wall durations and for waits on a
	// platform.
	Wall clock.Wall
	// Seed is given to workflows that have an input named so; 0 leaves it to
	// them.
	Seed int64
	// Inputs are the values of inputs by name, and on a platform those of the
	// outputs of steps that have no server there, by "output" or
	// "step.output". A text is read as the type of its input.
	Inputs map[string]any
	// Environment is asked for those that Inputs lack, under the name that
	// Variable gives.
	Environment func(variable string) (value string, ok bool)
	// Parallel is how many workflows run at once; 1 when less.
	Parallel int
	// FailFast starts no workflow after one that did not pass.
	FailFast bool
	// Keep leaves the sandboxes: they are deleted otherwise, but for one that
	// was named by an input.
	Keep bool
	// Wait is how long a step may wait for real that would move a sandbox's
	// clock, on a platform. A story ends before one that would take longer.
	Wait time.Duration
	// Watcher is told what happens, one call at a time.
	Watcher Watcher
	// Gate, when not nil, is asked before each step: the step waits for it,
	// and an error breaks it. A person who goes step by step is one.
	Gate func(ctx context.Context, run *result.Run, step *result.Step) error
}

// Watcher is told what happens while it does. What it is given may not be
// modified, and may be read only during the call.
type Watcher interface {
	// RunBegan comes before a run's first step, StepEnded after each step
	// that was executed, RunEnded once per run, also for one that was skipped.
	RunBegan(run *result.Run)
	StepEnded(run *result.Run, step *result.Step)
	RunEnded(run *result.Run)
}

// silent is the watcher of those who want none.
type silent struct{}

func (silent) RunBegan(*result.Run)                {}
func (silent) StepEnded(*result.Run, *result.Step) {}
func (silent) RunEnded(*result.Run)                {}

// Replayer replays stories against one target.
type Replayer struct {
	o         Options
	http      *http.Client
	admin     *client.Client
	reference *Replayer
	// stands tells a reference: it stands for a platform with its own data set,
	// which the defaults of inputs are of.
	stands bool
}

// patience is how long an answer may take: the sandbox's own waits last five
// minutes at most.
const patience = 6 * time.Minute

// New is a replayer; it calls nothing yet.
func New(o Options) (*Replayer, error) {
	if o.Contracts == nil || o.Wall == nil {
		return nil, errors.New("replay: Contracts and Wall are needed")
	}
	if o.Watcher == nil {
		o.Watcher = silent{}
	}
	if o.Environment == nil {
		o.Environment = func(string) (string, bool) { return "", false }
	}
	r := &Replayer{o: o, http: own(o.Target.HTTP)}
	if o.Target.Kind != result.Platform {
		var err error
		if r.admin, err = client.New(o.Target.Admin, client.Options{Token: o.Target.AdminToken, HTTP: r.http}); err != nil {
			return nil, fmt.Errorf("replay: %w", err)
		}
	}
	if o.Reference != nil {
		same := o
		same.Target, same.Reference, same.Watcher, same.Gate, same.Keep = *o.Reference, nil, nil, nil, false
		var err error
		if r.reference, err = New(same); err != nil {
			return nil, err
		}
		r.reference.stands = true
	}
	return r, nil
}

// own is a client that shows redirections instead of following them, as what is
// replayed is what the wire carries.
func own(given *http.Client) *http.Client {
	c := http.Client{}
	if given != nil {
		c = *given
	}
	if c.Timeout == 0 {
		c.Timeout = patience
	}
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &c
}
