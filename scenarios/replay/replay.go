package replay

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/pb33f/libopenapi/arazzo/expression"

	"chorus-qualif/scenarios"
	"chorus-qualif/scenarios/result"
	"chorus-qualif/server/client"
	"chorus-qualif/server/clock"
)

// Run replays stories, each in a sandbox of its own, and tells what came of
// them. Check has told that their inputs are there; where they are not, the run
// is broken. A context that ends breaks the runs under way and skips the rest.
func (r *Replayer) Run(ctx context.Context, stories []Story) *result.Replay {
	began := r.o.Wall.Now()
	all := &result.Replay{
		Format: result.Format, Tool: r.o.Tool, Seed: r.o.Seed, Target: r.o.Target.described(), Runs: make([]*result.Run, len(stories)),
	}
	names := r.names(ctx, stories)
	s := &session{Replayer: r}
	turns := make(chan int)
	var workers sync.WaitGroup
	for range max(1, min(r.o.Parallel, len(stories))) {
		workers.Go(func() {
			for i := range turns {
				all.Runs[i] = s.one(ctx, stories[i], names[i])
			}
		})
	}
	for i := range stories {
		turns <- i
	}
	close(turns)
	workers.Wait()
	all.Counts, all.Wall = all.Sum(), r.o.Wall.Now().Sub(began)
	return all
}

// session is one invocation: its workers share the watcher and the first
// failure.
type session struct {
	*Replayer
	turn   sync.Mutex
	failed string
}

// tell speaks to the watcher, one at a time.
func (s *session) tell(what func(Watcher)) {
	s.turn.Lock()
	defer s.turn.Unlock()
	what(s.o.Watcher)
}

// stopped says why no more runs are begun; "" when they are.
func (s *session) stopped(ctx context.Context) string {
	if err := ctx.Err(); err != nil {
		return "the replay was interrupted"
	}
	s.turn.Lock()
	defer s.turn.Unlock()
	return s.failed
}

func (s *session) one(ctx context.Context, story Story, sandbox string) *result.Run {
	run := described(story)
	if why := s.stopped(ctx); why != "" {
		run.Verdict, run.Reason = result.Skipped, why
		run.Counts = run.Sum()
		s.tell(func(w Watcher) { w.RunEnded(run) })
		return run
	}
	began := s.o.Wall.Now()
	s.story(ctx, story, run, sandbox)
	s.compare(ctx, story, run)
	run.Wall = s.o.Wall.Now().Sub(began)
	run.Counts = run.Sum()
	s.turn.Lock()
	if s.o.FailFast && run.Verdict != result.Passed && s.failed == "" {
		s.failed = "workflow " + run.Workflow + " did not pass (--fail-fast)"
	}
	s.turn.Unlock()
	s.tell(func(w Watcher) { w.RunEnded(run) })
	return run
}

func described(s Story) *result.Run {
	return &result.Run{
		Position: s.Workflow.Position, Title: s.File.Title, Version: s.File.Version, Workflow: s.Workflow.ID,
		Summary: s.Workflow.Summary, Description: s.Workflow.Description, Tags: s.Workflow.Tags, Steps: []*result.Step{},
	}
}

// running is one run under way.
type running struct {
	*session
	file   *scenarios.File
	plan   *plan
	run    *result.Run
	watch  *observer
	target Target
	client *http.Client
	wall   clock.Wall
	mask   *mask
}

// story runs one workflow and gives the run its verdict.
func (s *session) story(ctx context.Context, story Story, run *result.Run, sandbox string) {
	inputs, err := s.inputs(story, sandbox)
	if err != nil {
		run.Verdict, run.Reason = result.Broken, err.Error()
		return
	}
	c := &running{
		session: s, file: story.File, plan: newPlan(story.File), run: run, watch: &observer{}, target: s.o.Target, client: s.http, wall: s.o.Wall, mask: &mask{on: s.o.Target.Kind == result.Platform},
	}
	if name, ok := inputs[SandboxInput].(string); ok && s.admin != nil {
		run.Sandbox = name
		c.watch.sandbox = s.admin.Sandbox(name)
		c.watch.look(ctx) // one that is there already has a past
		if !s.o.Keep && name == sandbox {
			defer c.forget(ctx)
		}
	}
	for _, i := range story.Workflow.Inputs {
		if i.Secret {
			c.mask.add(inputs[i.Name])
		}
	}
	c.skip(story)
	run.Inputs = shownAll(inputs)
	s.tell(func(w Watcher) { w.RunBegan(run) })
	c.perform(ctx, story.Workflow, inputs)
	c.mask.hide(run)
}

// perform runs the workflow; a mistake of the engine's own breaks the run and
// nothing else.
func (c *running) perform(ctx context.Context, w *scenarios.Workflow, inputs map[string]any) {
	defer func() {
		if broken := recover(); broken != nil {
			c.run.Verdict, c.run.Reason = result.Broken, fmt.Sprintf("the engine cannot run this workflow: %v", broken)
		}
	}()
	end, err := c.enter(w, inputs).follow(ctx)
	switch {
	case err != nil:
		c.run.Verdict, c.run.Reason = result.Broken, err.Error()
	case end.Success:
		c.run.Verdict, c.run.Outputs = result.Passed, shownAll(end.Outputs)
	default:
		c.run.Verdict = result.Failed
		if culprit := c.run.Culprit(); culprit != nil {
			c.run.Verdict = culprit.Verdict
		} else if end.Error != nil {
			c.run.Verdict, c.run.Reason = result.Broken, end.Error.Error()
		}
	}
}

// enter begins an execution of a workflow.
func (c *running) enter(w *scenarios.Workflow, inputs map[string]any) *call {
	return &call{running: c, workflow: w, inputs: inputs, steps: map[string]*expression.StepContext{}, attempts: map[string]int{}}
}

// forget deletes the run's sandbox, also after an interruption.
func (c *running) forget(ctx context.Context) {
	const enough = 5 * time.Second
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), enough)
	defer cancel()
	_ = c.watch.sandbox.Delete(ctx) // gone, or as good as: nobody knows its name
}

// ended tells the watcher of a step that was executed.
func (c *running) ended(step *result.Step) {
	c.mask.hide(step)
	c.tell(func(w Watcher) { w.StepEnded(c.run, step) })
}

// gate waits until a step may begin.
func (c *running) gate(ctx context.Context, step *result.Step) error {
	if c.o.Gate == nil {
		return nil
	}
	return c.o.Gate(ctx, c.run, step)
}

func shownAll(values map[string]any) map[string]any {
	if len(values) == 0 {
		return nil
	}
	all := make(map[string]any, len(values))
	for name, value := range values {
		if !strings.HasPrefix(name, calledPrefix) {
			all[name] = plain(value)
		}
	}
	return all
}

// names are names for the stories' sandboxes that are free on the target. They
// follow from the files alone where nothing else is there.
func (r *Replayer) names(ctx context.Context, stories []Story) []string {
	taken := map[string]bool{}
	if r.admin != nil {
		for after := ""; ; {
			page, err := r.admin.Sandboxes(ctx, client.SandboxQuery{Search: "replay-", After: after, Limit: 1000})
			if err != nil {
				break // the first step tells better what is wrong
			}
			for _, one := range page.Sandboxes {
				taken[one.Name] = true
			}
			if after = page.Next; after == "" {
				break
			}
		}
	}
	all := make([]string, len(stories))
	for i, s := range stories {
		name := s.sandboxName()
		for n := 2; taken[name]; n++ {
			name = fmt.Sprint(s.sandboxName(), "-", n)
		}
		taken[name], all[i] = true, name
	}
	return all
}
