package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"chorus-qualif/scenarios/result"
)

// The elements of JUnit XML that both the Jenkins and the Surefire schemas take.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Time     string       `xml:"time,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string          `xml:"name,attr"`
		Tests    int             `xml:"tests,attr"`
		Failures int             `xml:"failures,attr"`
		Errors   int             `xml:"errors,attr"`
		Skipped  int             `xml:"skipped,attr"`
		Time     string          `xml:"time,attr"`
		Facts    []junitProperty `xml:"properties>property"`
		Cases    []junitCase     `xml:"testcase"`
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitCase struct {
		Class   string        `xml:"classname,attr"`
		Name    string        `xml:"name,attr"`
		Time    string        `xml:"time,attr"`
		Skipped *string       `xml:"skipped"`
		Error   *junitProblem `xml:"error"`
		Failure *junitProblem `xml:"failure"`
		Output  string        `xml:"system-out,omitempty"`
	}
	junitProblem struct {
		Type    string `xml:"type,attr"`
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// JUnit writes JUnit XML: a workflow is a suite, each time a step was executed
// is a case. A step that went on through its onFailure counts as passed.
func JUnit(w io.Writer, r *result.Replay) error {
	all := junitSuites{Name: r.Tool + " replay", Time: seconds(r.Wall)}
	for _, run := range r.Runs {
		suite := suiteOf(run)
		all.Tests, all.Failures, all.Errors = all.Tests+suite.Tests, all.Failures+suite.Failures, all.Errors+suite.Errors
		all.Suites = append(all.Suites, suite)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func suiteOf(run *result.Run) junitSuite {
	suite := junitSuite{
		Name: run.File + "#" + run.Workflow, Time: seconds(run.Wall),
		Facts: []junitProperty{{"title", run.Title}, {"sandbox", run.Sandbox}, {"virtual-from", instant(run.Before)}, {"virtual-to", instant(run.After)}},
	}
	for _, step := range run.Steps {
		suite.add(run, step)
	}
	if len(run.Steps) == 0 || run.Verdict == result.Broken || run.Verdict == result.Failed && suite.Failures+suite.Errors == 0 {
		suite.whole(run)
	}
	return suite
}

func (s *junitSuite) add(run *result.Run, step *result.Step) {
	one := junitCase{Class: class(run), Name: step.ID, Time: seconds(step.Wall), Output: log(step)}
	if step.Attempt > 1 {
		one.Name += fmt.Sprintf(" (attempt %d)", step.Attempt)
	}
	reasons := problems(step)
	problem := &junitProblem{Type: string(step.Verdict), Text: strings.Join(reasons, "\n")}
	if len(reasons) > 0 {
		problem.Message = reasons[0]
	}
	s.Tests++
	switch step.Verdict {
	case result.Skipped:
		one.Skipped, s.Skipped = &step.Reason, s.Skipped+1
	case result.Broken:
		one.Error, s.Errors = problem, s.Errors+1
	case result.Failed:
		one.Failure, s.Failures = problem, s.Failures+1
	}
	s.Cases = append(s.Cases, one)
}

// whole is the case of a run whose steps do not tell its verdict.
func (s *junitSuite) whole(run *result.Run) {
	one := junitCase{Class: class(run), Name: "(workflow)", Time: seconds(run.Wall)}
	s.Tests++
	switch run.Verdict {
	case result.Skipped:
		one.Skipped, s.Skipped = &run.Reason, s.Skipped+1
	case result.Passed:
	default:
		one.Error, s.Errors = &junitProblem{string(run.Verdict), run.Reason, run.Reason}, s.Errors+1
	}
	s.Cases = append(s.Cases, one)
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

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
