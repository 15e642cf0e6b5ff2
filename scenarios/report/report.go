// Package report writes what replaying scenarios left for those who read it: CI
// servers (JUnit XML, GitHub annotations), people (one HTML file), and programs
// (JSON, HAR). Each writer takes the plain values of package result and nothing
// else, so the same replay gives the same report, wall durations apart.
package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"chorus-qualif/scenarios/result"
)

// Writer writes a replay in one format.
type Writer func(w io.Writer, r *result.Replay) error

// JSON writes the values as they are, indented; result.Format is their version.
func JSON(w io.Writer, r *result.Replay) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(r)
}

// GitHub writes a workflow command for each step that did not pass
// (https://docs.github.com/actions/reference/workflow-commands-for-github-actions):
// an annotation at the criterion's line of the scenario file.
func GitHub(w io.Writer, r *result.Replay) error {
	for _, run := range r.Runs {
		if run.Verdict == result.Skipped {
			if err := annotate(w, "notice", run.Position, run.Workflow+" was skipped", run.Reason); err != nil {
				return err
			}
		}
		for _, step := range run.Steps {
			if step.Verdict != result.Failed && step.Verdict != result.Broken {
				continue
			}
			if err := annotate(w, "error", place(step), run.Workflow+"/"+step.ID, strings.Join(problems(step), "\n")); err != nil {
				return err
			}
		}
	}
	return nil
}

func annotate(w io.Writer, kind string, at result.Position, title, text string) error {
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	line := ""
	if at.Line > 0 {
		line = fmt.Sprintf(",line=%d,col=%d", at.Line, max(at.Column, 1))
	}
	_, err := fmt.Fprintf(w, "::%s file=%s%s,title=%s::%s\n", kind, property.Replace(at.File), line, property.Replace(title), data.Replace(text))
	return err
}

// place is where a step that did not pass is best looked at: its first criterion
// that did not hold, else the step.
func place(step *result.Step) result.Position {
	for _, c := range step.Criteria {
		if !c.Passed && c.Line > 0 {
			return c.Position
		}
	}
	return step.Position
}

// problems says why a step did not pass, a line each.
func problems(step *result.Step) []string {
	var all []string
	if step.Reason != "" {
		all = append(all, step.Reason)
	}
	for _, c := range step.Criteria {
		switch {
		case c.Problem != "":
			all = append(all, fmt.Sprintf("%s: %s (%s)", c.Condition, c.Problem, at(c.Position)))
		case !c.Passed:
			all = append(all, fmt.Sprintf("%s does not hold: got %s (%s)", c.Condition, value(c.Actual), at(c.Position)))
		}
	}
	for _, v := range step.Violations {
		all = append(all, "the contract does not allow the answer: "+v)
	}
	if step.Explanation != "" {
		all = append(all, "explanation: "+step.Explanation)
	}
	for _, d := range step.Drift {
		all = append(all, fmt.Sprintf("%s: the sandbox has %s, the target %s", d.What, d.Sandbox, d.Target))
	}
	return all
}

func at(p result.Position) string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// value is a value of a criterion as JSON, cut where it is long.
func value(v any) string {
	const most = 300
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	if runes := []rune(string(text)); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return string(text)
}

// instant writes an instant of the sandbox's clock; "" for none.
func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006-01-02T15:04:05.000Z07:00")
}
