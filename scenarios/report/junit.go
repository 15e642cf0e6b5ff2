package report

import (
	"fmt"
	"io"
	"strings"

	"chorus-qualif/scenarios/junit"
	"chorus-qualif/scenarios/result"
)

// JUnit writes JUnit XML: a workflow is a suite, each time a step was executed
// is a case. A step that went on through its onFailure counts as passed.
func JUnit(w io.Writer, r *result.Replay) error {
	all := junit.Suites{Name: r.Tool + " replay", Time: junit.Seconds(r.Wall)}
	for _, run := range r.Runs {
		all.Add(suiteOf(run))
	}
	return all.Write(w)
}

func suiteOf(run *result.Run) junit.Suite {
	suite := junit.Suite{
		Name: run.File + "#" + run.Workflow, Time: junit.Seconds(run.Wall),
		Facts: []junit.Property{
			{Name: "title", Value: run.Title}, {Name: "sandbox", Value: run.Sandbox},
			{Name: "virtual-from", Value: instant(run.Before)}, {Name: "virtual-to", Value: instant(run.After)},
		},
	}
	for _, step := range run.Steps {
		suite.Add(caseOf(run, step))
	}
	if len(run.Steps) == 0 || run.Verdict == result.Broken || run.Verdict == result.Failed && suite.Failures+suite.Errors == 0 {
		suite.Add(whole(run))
	}
	return suite
}

func caseOf(run *result.Run, step *result.Step) junit.Case {
	one := junit.Case{Class: class(run), Name: step.ID, Time: junit.Seconds(step.Wall), Output: log(step)}
	if step.Attempt > 1 {
		one.Name += fmt.Sprintf(" (attempt %d)", step.Attempt)
	}
	reasons := problems(step)
	problem := &junit.Problem{Type: string(step.Verdict), Text: strings.Join(reasons, "\n")}
	if len(reasons) > 0 {
		problem.Message = reasons[0]
	}
	switch step.Verdict {
	case result.Skipped:
		one.Skipped = &step.Reason
	case result.Broken:
		one.Error = problem
	case result.Failed:
		one.Failure = problem
	}
	return one
}

// whole is the case of a run whose steps do not tell its verdict.
func whole(run *result.Run) junit.Case {
	one := junit.Case{Class: class(run), Name: "(workflow)", Time: junit.Seconds(run.Wall)}
	switch run.Verdict {
	case result.Skipped:
		one.Skipped = &run.Reason
	case result.Passed:
	default:
		one.Error = &junit.Problem{Type: string(run.Verdict), Message: run.Reason, Text: run.Reason}
	}
	return one
}

// class groups the cases of a workflow where CI servers show a tree.
func class(run *result.Run) string {
	name := strings.TrimSuffix(run.File, ".arazzo.yaml")
	return strings.ReplaceAll(name[strings.LastIndexByte(name, '/')+1:], ".", "_") + "." + run.Workflow
}

// log is what a step did, for those who open the case.
func log(step *result.Step) string {
	var b strings.Builder
	if step.Request != nil {
		fmt.Fprintf(&b, "%s %s\n", step.Request.Method, step.Request.URL)
	}
	if step.Answer != nil {
		fmt.Fprintf(&b, "%d", step.Answer.Status)
		if step.Answer.Body != nil && step.Verdict != result.Passed {
			fmt.Fprintf(&b, " %s", shorten(step.Answer.Body.Text, 2000))
		}
		b.WriteByte('\n')
	}
	for _, m := range step.Moves {
		fmt.Fprintf(&b, "clock: %s to %s (%s)\n", instant(m.From), instant(m.To), m.Cause)
	}
	for _, m := range step.Mails {
		fmt.Fprintf(&b, "mail: %s to %s\n", m.Subject, m.To)
	}
	return b.String()
}

func shorten(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
