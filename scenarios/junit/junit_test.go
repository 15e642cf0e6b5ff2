package junit_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"chorus-qualif/scenarios/junit"
)

func TestCasesAreCountedByWhatBecameOfThem(t *testing.T) {
	t.Parallel()
	why := "not today"
	suite := junit.Suite{Name: "<s>", Time: junit.Seconds(1500 * time.Millisecond), Facts: []junit.Property{{Name: "a", Value: "b"}}}
	suite.Add(junit.Case{Class: "c", Name: "passed", Time: "0.000", Output: "said"})
	suite.Add(junit.Case{Class: "c", Name: "skipped", Time: "0.000", Skipped: &why})
	suite.Add(junit.Case{Class: "c", Name: "broken", Time: "0.000", Error: &junit.Problem{Type: "t", Message: "m", Text: "x & y"}})
	suite.Add(junit.Case{Class: "c", Name: "failed", Time: "0.000", Failure: &junit.Problem{Type: "t", Message: "m"}})
	suite.Add(junit.Case{Class: "c", Name: "failed too", Time: "0.000", Failure: &junit.Problem{Type: "t", Message: "m"}})
	all := junit.Suites{Name: "all", Time: "1.500"}
	all.Add(suite)
	all.Add(suite)
	var b strings.Builder
	if err := all.Write(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`<testsuites name="all" tests="10" failures="4" errors="2" time="1.500">`,
		`<testsuite name="&lt;s&gt;" tests="5" failures="2" errors="1" skipped="1" time="1.500">`,
		`<property name="a" value="b">`, "<skipped>not today</skipped>", `<error type="t" message="m">x &amp; y</error>`, "<system-out>said</system-out>",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("there is no %s in\n%s", want, b.String())
		}
	}
	if strings.Contains(b.String(), "timestamp") {
		t.Errorf("an empty timestamp is written:\n%s", b.String())
	}
}

// full is a disk that takes so many writes more.
type full struct{ room int }

var errFull = errors.New("no room")

func (f *full) Write(p []byte) (int, error) {
	if f.room--; f.room < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestADiskThatIsFullIsTold(t *testing.T) {
	t.Parallel()
	for room := range 3 {
		if err := (junit.Suites{}).Write(&full{room}); !errors.Is(err, errFull) {
			t.Errorf("after %d writes: got %v", room, err)
		}
	}
	if err := (junit.Suites{}).Write(&full{3}); err != nil {
		t.Errorf("with room enough: got %v", err)
	}
}
