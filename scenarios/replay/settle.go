package replay

import (
	"errors"
	"slices"

	"github.com/pb33f/libopenapi/arazzo"

	"chorus-qualif/scenarios"
	"chorus-qualif/scenarios/result"
)

// settle completes what was written down with what only the engine knows: steps
// that it could not begin, where each step led, and those never reached.
func (c *call) settle(end *arazzo.WorkflowResult, err error) {
	if end != nil {
		c.unsent(end)
		err = end.Error
	}
	for i, step := range c.executed {
		if i+1 < len(c.executed) {
			c.went(step, c.executed[i+1])
			continue
		}
		if step.Verdict == result.Passed && step.Next == "" && step.ID != c.workflow.Steps[len(c.workflow.Steps)-1].ID {
			step.Next = "end"
		}
		if step.Verdict == result.Passed && err != nil {
			// The engine stopped for a reason of its own.
			step.Verdict, step.Reason = result.Broken, err.Error()
		}
	}
	why := "the workflow ended before"
	if last := len(c.executed) - 1; last >= 0 && c.executed[last].Verdict != result.Passed && c.executed[last].Verdict != result.Skipped {
		why = "step " + c.executed[last].ID + " did not pass"
	}
	for _, s := range c.workflow.Steps {
		if slices.ContainsFunc(c.executed, func(done *result.Step) bool { return done.ID == s.ID }) {
			continue
		}
		step := c.begin(c.plan.steps[key(c.workflow.ID, s.ID)])
		step.Attempt, step.Verdict, step.Reason = 0, result.Skipped, why
	}
}

// unsent writes down the steps whose request the engine could not make. They
// come last: what cannot be made once cannot be made again.
func (c *call) unsent(end *arazzo.WorkflowResult) {
	for _, told := range end.Steps {
		if told.StatusCode != 0 || errors.As(told.Error, &reached{}) {
			continue
		}
		step := c.begin(c.plan.steps[key(c.workflow.ID, told.StepId)])
		step.Verdict, step.Reason = result.Broken, "the request cannot be made"
		if told.Error != nil {
			step.Reason += ": " + told.Error.Error()
		}
		c.ended(step)
	}
}

// went tells where a step led that was not the last.
func (c *call) went(step, next *result.Step) {
	failed := step.Verdict == result.Failed || step.Verdict == result.Broken
	if failed {
		step.Verdict = result.Handled
	}
	follows := slices.IndexFunc(c.workflow.Steps, func(s *scenarios.Step) bool { return s.ID == step.ID }) + 1
	if step.Next == "" && (follows >= len(c.workflow.Steps) || c.workflow.Steps[follows].ID != next.ID) {
		step.Next = "goto " + next.ID
	}
}
