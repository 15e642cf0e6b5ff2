package main_test

import (
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"chorus-qualif/scenarios/qualify"
)

// rows reads the JSON report that qualify wrote.
func rows(t *testing.T, file string) map[string]qualify.Row {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var report qualify.Report
	if err := json.Unmarshal(text, &report); err != nil {
		t.Fatal(err)
	}
	all := map[string]qualify.Row{}
	for _, row := range report.Rows {
		all[row.Situation] = row
	}
	return all
}

// A careful client survives all of it, or stops where it should; naive ones do
// not, and the matrix says where.
func TestQualifyTellsNaiveClientsFromACarefulOne(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		command []string
		only    []string
		code    int
		want    map[string]qualify.Verdict
	}{
		{"careful", []string{"python3", "scenarios/qualify/testdata/careful.py"}, nil, 0, map[string]qualify.Verdict{
			"password-expired": qualify.Stopped, "token-expired-mid-run": qualify.Survived, "quota-429": qualify.Survived, "maintenance": qualify.Stopped,
		}},
		{"naive in Python", []string{"python3", "scenarios/qualify/testdata/naive.py"},
			[]string{"token-expired-mid-run", "password-reset-by-colleague", "malformed-json", "slow-body"}, 1, map[string]qualify.Verdict{
				"nominal": qualify.Survived, "token-expired-mid-run": qualify.WentOn, "password-reset-by-colleague": qualify.WentOn,
				"malformed-json": qualify.Failed, "slow-body": qualify.Survived,
			}},
		{"naive in JavaScript", []string{"node", "scenarios/qualify/testdata/naive.mjs"},
			[]string{"token-expired-mid-run", "password-expired", "too-fast-401", "empty-token", "gateway-502"}, 1, map[string]qualify.Verdict{
				"nominal": qualify.Survived, "token-expired-mid-run": qualify.Hammered, "password-expired": qualify.Hammered,
				"too-fast-401": qualify.Hammered, "empty-token": qualify.Failed, "gateway-502": qualify.Survived,
			}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			need(t, test.command[0])
			file := filepath.Join(t.TempDir(), "report.json")
			args := []string{"qualify", "--json", file}
			for _, name := range test.only {
				args = append(args, "--situation", name)
			}
			began := time.Now()
			out, told, code := program(t, "", append(append(args, "--"), test.command...)...)
			if code != test.code {
				t.Errorf("got exit code %d, want %d", code, test.code)
			}
			all := rows(t, file)
			t.Logf("%d situations in %s", len(all), time.Since(began).Round(time.Millisecond))
			for name, want := range test.want {
				if got := all[name]; got.Verdict != want || !got.Met {
					t.Errorf("%s: got %s, want %s: %s", name, got.Verdict, want, got.Reason)
				}
			}
			for name, row := range all {
				if test.code == 0 && !row.Held {
					t.Errorf("%s: got %s: %s", name, row.Verdict, row.Reason)
				}
			}
			if t.Failed() {
				t.Logf("%s\n%s", out, told)
			}
		})
	}
}

// The command's own ports can be fixed; then each run has a server of its own.
func TestQualifyWithAServerForEachRun(t *testing.T) {
	t.Parallel()
	need(t, "python3")
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	out, told, code := program(t, "", "qualify", "--own-server", "--addr", addr, "--situation", "token-expired-mid-run",
		"--junit", filepath.Join(dir, "junit.xml"), "--html", filepath.Join(dir, "report.html"), "--json", filepath.Join(dir, "report.json"),
		"--", "sh", "-c", `[ "$QUALIF_API_URL" = http://`+addr+` ] && [ "$QUALIF_SANDBOX" = default ] && exec python3 scenarios/qualify/testdata/careful.py`)
	if code != 0 || !strings.Contains(out, "2 of 2 expectations hold.") || !strings.Contains(told, "[2/2] ok token-expired-mid-run: survived") {
		t.Errorf("got exit code %d\n%s\n%s", code, out, told)
	}
	for file, want := range map[string]string{"junit.xml": "<testsuites ", "report.html": "<!DOCTYPE html>", "report.json": `"format": 1`} {
		if text, err := os.ReadFile(filepath.Join(dir, file)); err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: %v, %.200s; want %s in it", file, err, text, want)
		}
	}
}

func TestQualifyTellsMistakesTogether(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "mine.yaml")
	if err := os.WriteFile(file, []byte("situations:\n  - name: ours\n    expect: luck\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, told, code := program(t, "", "qualify", "--situation-file", file, "--timeout", "soon",
		"--after=-1", "--parallel", "0", "--retries", "x", "--env", "A={{b}}", "--requests", "0")
	if code != 2 || out != "" {
		t.Errorf("got exit code %d, %q", code, out)
	}
	for _, want := range []string{
		`mine.yaml:3:13: ours: expect: "luck"`, `ours: happens is missing`,
		`flag --timeout: "soon"`, `flag --after: "-1"`, `flag --parallel: "0"`, `flag --retries: "x"`, `flag --env: "A={{b}}"`, `flag --requests: "0"`, "say what to run",
	} {
		if !strings.Contains(told, want) {
			t.Errorf("not told: %s", want)
		}
	}
	if t.Failed() {
		t.Log(told)
	}
	_, told, code = program(t, "", "qualify", "--situation", "flood", "--allow-fail", "drought", "--", "true")
	if code != 2 || !strings.Contains(told, `flag --situation: "flood": want one of nominal`) || !strings.Contains(told, `flag --allow-fail: "drought": want one of nominal`) {
		t.Errorf("names that no situation has: got exit code %d, %s", code, told)
	}
	if _, told, code := program(t, "", "qualify", "--", "no-such-command"); code != 2 || !strings.Contains(told, "make the nominal situation pass first") {
		t.Errorf("a command that is not there: got exit code %d, %s", code, told)
	}
	if out, _, code := program(t, "", "qualify", "--list"); code != 0 || !slices.Contains(strings.Split(out, "\n"), "token-expired-mid-run (survive)") {
		t.Errorf("the list: got exit code %d\n%s", code, out)
	}
}

// The document lists every situation with what is expected, and its file of
// situations is one.
func TestTheDocumentKnowsTheSituations(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("docs/qualify.md")
	if err != nil {
		t.Fatal(err)
	}
	known, err := qualify.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	listed := regexp.MustCompile("(?m)^\\| `([a-z0-9-]+)` \\| (survive|stop) \\| ").FindAllStringSubmatch(string(text), -1)
	for i, s := range known {
		if i >= len(listed) || listed[i][1] != s.Name || listed[i][2] != string(s.Expect) {
			t.Fatalf("row %d of the document is not %s, %s", i+1, s.Name, s.Expect)
		}
	}
	if len(listed) != len(known) {
		t.Errorf("the document lists %d situations, want %d", len(listed), len(known))
	}
	example := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindStringSubmatch(string(text))
	if example == nil {
		t.Fatal("the document has no file of situations")
	}
	file := filepath.Join(t.TempDir(), "mine.yaml")
	if err := os.WriteFile(file, []byte(example[1]), 0o600); err != nil {
		t.Fatal(err)
	}
	mine, err := qualify.Read(file, known)
	if err != nil || len(mine) != len(known)+1 {
		t.Errorf("got %d situations, %v", len(mine), err)
	}
}
