package replay

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"chorus-qualif/scenarios"
	"chorus-qualif/scenarios/result"
	"chorus-qualif/server/client"
	"chorus-qualif/server/clock"
)

// skip passes over what nobody answers on the target. What is given for it is
// secret: passwords, tokens, names of accounts.
func (c *running) skip(story Story) {
	for _, w := range story.workflows() {
		for _, step := range w.Steps {
			why := c.absent(step)
			if why == "" {
				continue
			}
			given := map[string]any{}
			for _, o := range step.Outputs {
				if value, ok := c.o.given(step.ID+"."+o.Name, o.Name); ok {
					given[o.Name] = value
					c.mask.add(value)
				}
			}
			c.plan.skip(key(w.ID, step.ID), why, given, c.stops(step))
		}
	}
}

// absent tells why nobody answers a step's operation; "" when somebody does.
func (r *Replayer) absent(s *scenarios.Step) string {
	if s.Operation == nil || r.o.Target.Kind != result.Platform || r.o.Target.base(s.Operation.Document) != "" {
		return ""
	}
	return "the platform has no " + s.Operation.ID
}

// stops tells a step without which the rest of the story makes no sense: it
// would change something that is not changed now. What a person has done
// instead is known by its outputs, which are then all given.
func (r *Replayer) stops(s *scenarios.Step) bool {
	if r.absent(s) == "" || s.Operation.Method == http.MethodGet || s.Operation.ID == "putSandbox" {
		return false
	}
	if d, ok := advances(s); ok && d <= r.o.Wait {
		return false
	}
	for _, o := range s.Outputs {
		if _, ok := r.o.given(s.ID+"."+o.Name, o.Name); !ok {
			return true
		}
	}
	return len(s.Outputs) == 0
}

// advances tells how long a step moves the clock, when that can be known
// beforehand.
func advances(s *scenarios.Step) (d time.Duration, ok bool) {
	if s.Operation.ID != "advanceClock" || s.Body == nil {
		return 0, false
	}
	var body map[string]any
	if err := s.Body.Payload.Decode(&body); err != nil {
		return 0, false
	}
	text, _ := body["by"].(string)
	span, err := clock.ParseSpan(text)
	if err != nil || span.Years != 0 || span.Months != 0 {
		return 0, false
	}
	return span.Exact + time.Duration(span.Days)*24*time.Hour, true
}

// missing are the outputs of steps that nobody answers, when they are not given
// and a step that is executed needs them; names are all that may be given.
func (r *Replayer) missing(s Story) (errs []error, names []string) {
	for _, w := range s.workflows() {
		told := w.Steps
		if stop := slices.IndexFunc(told, r.stops); stop >= 0 {
			told = told[:stop]
		}
		var used []string
		for _, step := range told {
			if r.absent(step) == "" {
				used = append(used, step.Needs...)
			}
		}
		for i, step := range w.Steps {
			if r.absent(step) == "" {
				continue
			}
			for _, o := range step.Outputs {
				full := step.ID + "." + o.Name
				names = append(names, o.Name, full)
				if _, ok := r.o.given(full, o.Name); !ok && i < len(told) && slices.Contains(used, full) {
					errs = append(errs, fmt.Errorf("step %s of workflow %s has no server, and its output %s is needed: give --input %s=..., or %s in the environment",
						step.ID, w.ID, o.Name, o.Name, Variable(o.Name)))
				}
			}
		}
	}
	return errs, names
}

// wait lets the time of a retry pass: on the sandbox's clock, or for real where
// there is none.
func (c *call) wait(ctx context.Context, d time.Duration, step *result.Step) error {
	if d <= 0 {
		return nil
	}
	if c.admin == nil {
		return c.really(ctx, d)
	}
	name := c.run.Sandbox
	if name == "" {
		name = "default"
	}
	moved, err := c.admin.Sandbox(name).Advance(ctx, client.By(d))
	if err != nil {
		return fmt.Errorf("the clock cannot be moved for a retry: %w", err)
	}
	step.Moves = append(step.Moves, result.Move{From: moved.From, To: moved.To, Cause: "retryAfter"})
	_, _, events := c.watch.look(ctx)
	for i := range events {
		if strings.HasPrefix(events[i].Kind, "Clock") {
			events[i].Data = json.RawMessage("{}") // told above, with its cause
		}
	}
	tell(step, events)
	c.watch.posted(ctx, step.Mails, c.really)
	return nil
}

// really waits on the machine's time.
func (c *call) really(ctx context.Context, d time.Duration) error {
	over := make(chan struct{})
	stop := c.wall.AfterFunc(d, func() { close(over) })
	defer stop()
	select {
	case <-over:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
