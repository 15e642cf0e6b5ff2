package qualify

import (
	"io"
	"strings"
	"time"

	"chorus-qualif/scenarios/junit"
)

// WriteJUnit writes the report as JUnit XML: a situation is a test case, one that
// may fail, or was not run, is skipped.
func (r *Report) WriteJUnit(w io.Writer) error {
	suite := junit.Suite{
		Name: "chorus-qualif qualify", Time: seconds(r.Seconds), Timestamp: r.Began.UTC().Format("2006-01-02T15:04:05"),
		Facts: []junit.Property{{Name: "tool", Value: r.Tool}, {Name: "command", Value: strings.Join(r.Command, " ")}, {Name: "profile", Value: r.Profile}},
	}
	for i := range r.Rows {
		row := &r.Rows[i]
		one := junit.Case{Class: "chorus-qualif.qualify", Name: row.Situation, Time: seconds(row.Seconds), Output: row.Output}
		problem := &junit.Problem{Type: string(row.Verdict), Message: row.Reason, Text: row.text()}
		switch {
		case row.Verdict == NotApplicable, row.Verdict == NotRun, row.Allowed && !row.Held:
			reason := string(row.Verdict) + ": " + row.Reason
			one.Skipped = &reason
		case row.Held:
		case row.Verdict == NotStarted, row.Verdict == NotPrepared:
			one.Error = problem
		default:
			one.Failure = problem
		}
		suite.Add(one)
	}
	all := junit.Suites{Name: suite.Name, Time: suite.Time}
	all.Add(suite)
	return all.Write(w)
}

func seconds(s float64) string { return junit.Seconds(time.Duration(s * float64(time.Second))) }

// text is what there is to know of a row, its output apart.
func (row *Row) text() string {
	lines := []string{"What happens: " + row.Happens, "A good client: " + row.Good, "What it did: " + row.Reason}
	if row.Advice != "" {
		lines = append(lines, "Advice: "+row.Advice)
	}
	for _, call := range row.Decisive {
		lines = append(lines, call.String())
	}
	return strings.Join(lines, "\n")
}
