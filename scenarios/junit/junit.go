// Package junit is JUnit XML, as far as both the Jenkins and the Surefire
// schemas take it: what replays and qualifications write for CI servers.
package junit

import (
	"encoding/xml"
	"fmt"
	"io"
	"time"
)

// Suites is a document.
type Suites struct {
	XMLName  xml.Name `xml:"testsuites"`
	Name     string   `xml:"name,attr"`
	Tests    int      `xml:"tests,attr"`
	Failures int      `xml:"failures,attr"`
	Errors   int      `xml:"errors,attr"`
	// Time is in seconds, as Seconds writes it.
	Time   string  `xml:"time,attr"`
	Suites []Suite `xml:"testsuite"`
}

// Suite is some cases, counted by Add.
type Suite struct {
	Name     string `xml:"name,attr"`
	Tests    int    `xml:"tests,attr"`
	Failures int    `xml:"failures,attr"`
	Errors   int    `xml:"errors,attr"`
	Skipped  int    `xml:"skipped,attr"`
	// Time is in seconds, as Seconds writes it; Timestamp is ISO 8601 in UTC
	// without a zone, and may be empty.
	Time      string     `xml:"time,attr"`
	Timestamp string     `xml:"timestamp,attr,omitempty"`
	Facts     []Property `xml:"properties>property"`
	Cases     []Case     `xml:"testcase"`
}

// Property is a fact about a suite.
type Property struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

// Case is a test. At most one of Skipped, Error and Failure is there; none is a
// success.
type Case struct {
	Class   string   `xml:"classname,attr"`
	Name    string   `xml:"name,attr"`
	Time    string   `xml:"time,attr"`
	Skipped *string  `xml:"skipped"`
	Error   *Problem `xml:"error"`
	Failure *Problem `xml:"failure"`
	Output  string   `xml:"system-out,omitempty"`
}

// Problem is what went wrong: Message on one line, Text in full.
type Problem struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// Add adds a case, and counts it.
func (s *Suite) Add(c Case) {
	s.Cases = append(s.Cases, c)
	s.Tests++
	switch {
	case c.Skipped != nil:
		s.Skipped++
	case c.Error != nil:
		s.Errors++
	case c.Failure != nil:
		s.Failures++
	}
}

// Add adds a suite, and counts its cases.
func (all *Suites) Add(s Suite) {
	all.Suites = append(all.Suites, s)
	all.Tests, all.Failures, all.Errors = all.Tests+s.Tests, all.Failures+s.Failures, all.Errors+s.Errors
}

// Write writes the document.
func (all Suites) Write(w io.Writer) error {
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

// Seconds writes a length of time.
func Seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
