package qualify

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// The elements of JUnit XML that both the Jenkins and the Surefire schemas take.
type (
	junitSuites struct {
		XMLName xml.Name   `xml:"testsuites"`
		Suite   junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name      string          `xml:"name,attr"`
		Tests     int             `xml:"tests,attr"`
		Failures  int             `xml:"failures,attr"`
		Errors    int             `xml:"errors,attr"`
		Skipped   int             `xml:"skipped,attr"`
		Time      string          `xml:"time,attr"`
		Timestamp string          `xml:"timestamp,attr"`
		Facts     []junitProperty `xml:"properties>property"`
		Cases     []junitCase     `xml:"testcase"`
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

// WriteJUnit writes the report as JUnit XML: a situation is a test case, one that
// may fail, or was not run, is skipped.
func (r *Report) WriteJUnit(w io.Writer) error {
	suite := junitSuite{
		Name: "chorus-qualif qualify", Tests: len(r.Rows), Time: seconds(r.Seconds), Timestamp: r.Began.UTC().Format("2006-01-02T15:04:05"),
		Facts: []junitProperty{{"tool", r.Tool}, {"command", strings.Join(r.Command, " ")}, {"profile", r.Profile}},
	}
	for i := range r.Rows {
		row := &r.Rows[i]
		one := junitCase{Class: "chorus-qualif.qualify", Name: row.Situation, Time: seconds(row.Seconds), Output: row.Output}
		problem := &junitProblem{string(row.Verdict), row.Reason, row.text()}
		switch {
		case row.Verdict == NotApplicable, row.Verdict == NotRun, row.Allowed && !row.Held:
			reason := string(row.Verdict) + ": " + row.Reason
			one.Skipped = &reason
			suite.Skipped++
		case row.Held:
		case row.Verdict == NotStarted, row.Verdict == NotPrepared:
			one.Error = problem
			suite.Errors++
		default:
			one.Failure = problem
			suite.Failures++
		}
		suite.Cases = append(suite.Cases, one)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(junitSuites{Suite: suite}); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func seconds(s float64) string { return fmt.Sprintf("%.3f", s) }

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
