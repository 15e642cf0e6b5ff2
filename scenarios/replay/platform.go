package replay

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

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
			c.plan.skip(key(w.ID, step.ID), why, given)
		}
	}
}

// advances tells how long a step that is passed over would have moved the
// clock, and whether it is known.
func (p *planned) advances() (d time.Duration, ok bool) {
	if p.Operation.ID != "advanceClock" || p.Body == nil {
		return 0, false
	}
	var body map[string]any
	if err := p.Body.Payload.Decode(&body); err != nil {
		return 0, false
	}
	text, _ := body["by"].(string)
	span, err := clock.ParseSpan(text)
	if err != nil || span.Years != 0 || span.Months != 0 {
		return 0, false
	}
	return span.Exact + time.Duration(span.Days)*24*time.Hour, true
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
