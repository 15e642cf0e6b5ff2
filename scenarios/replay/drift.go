package replay

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"chorus-qualif/scenarios/result"
)

// compare replays a story in the sandbox that stands for the platform, and
// tells in the run's steps where the two answered differently.
func (s *session) compare(ctx context.Context, story Story, run *result.Run) {
	if s.reference == nil {
		return
	}
	same := s.reference.Run(ctx, []Story{story}).Runs[0]
	for _, step := range run.Steps {
		if step.Verdict == result.Skipped && step.Attempt > 0 {
			continue // nobody answers it there
		}
		step.Drift = differences(find(same, step), step)
	}
}

// find is the same step of another run.
func find(run *result.Run, step *result.Step) *result.Step {
	for _, s := range run.Steps {
		if s.ID == step.ID && s.Workflow == step.Workflow && s.Attempt == max(step.Attempt, 1) {
			return s
		}
	}
	return nil
}

// differences are what two answers to the same step disagree on.
func differences(sandbox, target *result.Step) []result.Difference {
	if here, there := reachedBy(sandbox), reachedBy(target); here != there && (sandbox == nil || sandbox.Answer == nil || target.Answer == nil) {
		return []result.Difference{{What: "reached", Sandbox: here, Target: there}}
	}
	if sandbox == nil || sandbox.Answer == nil || target.Answer == nil {
		return nil
	}
	var all []result.Difference
	add := func(what, here, there string) {
		if here != there {
			all = append(all, result.Difference{What: what, Sandbox: here, Target: there})
		}
	}
	add("status", strconv.Itoa(sandbox.Answer.Status), strconv.Itoa(target.Answer.Status))
	add("codeRetour", codeRetour(sandbox), codeRetour(target))
	for i := range min(len(sandbox.Criteria), len(target.Criteria)) {
		add(fmt.Sprint("criterion ", i+1), held(sandbox.Criteria[i]), held(target.Criteria[i]))
	}
	return all
}

func reachedBy(step *result.Step) string {
	switch {
	case step == nil || step.Verdict == result.Skipped:
		return "not executed"
	case step.Answer == nil:
		return "no answer"
	}
	return "answered " + strconv.Itoa(step.Answer.Status)
}

func codeRetour(step *result.Step) string {
	var body struct {
		CodeRetour json.RawMessage `json:"codeRetour"`
	}
	if step.Answer.Body == nil || json.Unmarshal([]byte(step.Answer.Body.Text), &body) != nil || body.CodeRetour == nil {
		return "none"
	}
	return string(body.CodeRetour)
}

func held(c result.Criterion) string {
	if c.Passed {
		return "holds"
	}
	return "does not hold"
}
