package result

import (
	"strings"
	"time"
)

// Sum counts the run's steps and criteria. A run that is neither passed nor
// skipped counts as failed, broken ones too.
func (r *Run) Sum() Counts {
	c := Counts{Runs: 1}
	switch r.Verdict {
	case Passed:
		c.RunsPassed = 1
	case Skipped:
		c.RunsSkipped = 1
	default:
		c.RunsFailed = 1
	}
	for _, s := range r.Steps {
		c.Steps++
		c.Criteria += len(s.Criteria)
		c.Drifts += len(s.Drift)
		switch s.Verdict {
		case Passed:
			c.Passed++
		case Failed:
			c.Failed++
		case Handled:
			c.Handled++
		case Broken:
			c.Broken++
		case Skipped:
			c.Skipped++
		}
	}
	return c
}

// Add is both counts together.
func (c Counts) Add(o Counts) Counts {
	return Counts{
		Runs: c.Runs + o.Runs, RunsPassed: c.RunsPassed + o.RunsPassed, RunsFailed: c.RunsFailed + o.RunsFailed, RunsSkipped: c.RunsSkipped + o.RunsSkipped,
		Steps: c.Steps + o.Steps, Passed: c.Passed + o.Passed, Failed: c.Failed + o.Failed, Handled: c.Handled + o.Handled, Broken: c.Broken + o.Broken, Skipped: c.Skipped + o.Skipped,
		Criteria: c.Criteria + o.Criteria, Drifts: c.Drifts + o.Drifts,
	}
}

// Sum counts all the runs.
func (r *Replay) Sum() Counts {
	var c Counts
	for _, run := range r.Runs {
		c = c.Add(run.Sum())
	}
	return c
}

// Passed tells whether nothing failed and something ran.
func (r *Replay) Passed() bool {
	return r.Counts.RunsFailed == 0 && r.Counts.RunsPassed > 0
}

// Culprit is the step that stopped the run, nil when there is none.
func (r *Run) Culprit() *Step {
	for _, s := range r.Steps {
		if s.Verdict == Failed || s.Verdict == Broken {
			return s
		}
	}
	return nil
}

// Value is a header's first value, "" when it is not there; names are the same
// whatever their case.
func Value(headers []Header, name string) string {
	for _, h := range headers {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}

// Timeless is a copy without wall durations: what two replays of the same
// scenarios have in common.
func (r *Replay) Timeless() *Replay {
	c := *r
	c.Wall, c.Runs = 0, make([]*Run, len(r.Runs))
	for i, run := range r.Runs {
		one := *run
		one.Wall, one.Steps = 0, make([]*Step, len(run.Steps))
		for j, step := range run.Steps {
			s := *step
			s.Wall = 0
			one.Steps[j] = &s
		}
		c.Runs[i] = &one
	}
	return &c
}

// Virtual is how much of the sandbox's time the run took; 0 when not known.
func (r *Run) Virtual() time.Duration {
	if r.Before.IsZero() || r.After.IsZero() {
		return 0
	}
	return r.After.Sub(r.Before)
}
