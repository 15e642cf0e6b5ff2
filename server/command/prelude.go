package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"chorus-qualif/openapi"
	"chorus-qualif/scenarios"
	"chorus-qualif/scenarios/replay"
	"chorus-qualif/scenarios/result"
	"chorus-qualif/server/clock"
)

// prelude is a scenario that prepares the sandbox, up to and with a step when
// one is named.
type prelude struct {
	stories []replay.Story
	until   string
}

// preludes reads the scenarios that --scenario names.
func (c *execute) preludes(r *run, contracts *openapi.Set) ([]prelude, error) {
	var all []prelude
	var errs []error
	for _, given := range c.Scenario {
		source, until, _ := strings.Cut(given, ":")
		p := prelude{until: until}
		files, err := scenarios.Load(contracts, source)
		if err == nil {
			p.stories, err = replay.Select(files, nil, nil)
		}
		if err == nil {
			err = p.check()
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %q: %w", r.source("scenario"), given, err))
		}
		all = append(all, p)
	}
	return all, errors.Join(errs...)
}

// check finds the step that a prelude ends with.
func (p *prelude) check() error {
	var known []string
	for _, story := range p.stories {
		for _, step := range story.Workflow.Steps {
			known = append(known, step.ID)
		}
	}
	if p.until == "" || slices.Contains(known, p.until) {
		return nil
	}
	return fmt.Errorf("there is no step %s; %s", p.until, scenarios.Meant(p.until, known))
}

// errEnough ends a story where it was to end.
var errEnough = errors.New("what follows is the command's")

// play replays the preludes in the command's sandbox and returns their outputs:
// those of the steps, then those of the workflows.
func (c *execute) play(ctx context.Context, r *run, h *host, contracts *openapi.Set, preludes []prelude) (map[string]string, error) {
	outputs := map[string]string{}
	for i, p := range preludes {
		reached := p.until == ""
		player, err := replay.New(replay.Options{
			Tool: "chorus-qualif", Contracts: contracts, Wall: clock.System(), Keep: true, Inputs: map[string]any{replay.SandboxInput: c.Sandbox},
			Environment: r.Lookup, FailFast: true,
			Target: replay.Target{Kind: result.InProcess, Platform: h.app.PlatformURL(), Admin: h.app.AdminURL(), AdminToken: h.AdminToken},
			Gate: func(_ context.Context, _ *result.Run, step *result.Step) error {
				if p.until != "" && reached && step.ID != p.until {
					return errEnough
				}
				reached = reached || step.ID == p.until
				return nil
			},
		})
		if err == nil {
			err = player.Check(p.stories)
		}
		if err == nil {
			err = gather(player.Run(ctx, p.stories), outputs)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %q: %w", r.source("scenario"), c.Scenario[i], err)
		}
	}
	return outputs, nil
}

// gather keeps the outputs of a replay; the error is about the first step that
// went wrong.
func gather(played *result.Replay, into map[string]string) error {
	for _, one := range played.Runs {
		for _, step := range one.Steps {
			enough := step.Verdict == result.Broken && strings.Contains(step.Reason, errEnough.Error())
			if enough {
				return nil
			}
			if step.Verdict == result.Failed || step.Verdict == result.Broken {
				return fmt.Errorf("workflow %s: step %s %s: %s", one.Workflow, step.ID, step.Verdict, whyStep(step))
			}
			keep(step.Outputs, into)
		}
		if one.Verdict != result.Passed {
			return fmt.Errorf("workflow %s %s: %s", one.Workflow, one.Verdict, one.Reason)
		}
		keep(one.Outputs, into)
	}
	return nil
}

// whyStep is what is wrong with a step.
func whyStep(step *result.Step) string {
	for _, criterion := range step.Criteria {
		if !criterion.Passed {
			return fmt.Sprintf("%s does not hold: got %v %s", criterion.Condition, criterion.Actual, step.Explanation)
		}
	}
	return step.Reason
}

func keep(outputs map[string]any, into map[string]string) {
	for name, value := range outputs {
		if text, ok := value.(string); ok {
			into[name] = text
		} else if written, err := json.Marshal(value); err == nil {
			into[name] = string(written)
		}
	}
}
