// Package respecttest runs scenarios in Redocly Respect, an Arazzo runner that
// nobody here wrote, and compares what it says with what a replay says. Tests
// use it.
package respecttest

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chorus-qualif/openapi"
	"chorus-qualif/scenarios/result"
)

// Told is what came of workflows, by the base name of their file, a space, and
// their id.
type Told struct {
	// Passed is each workflow's verdict, Steps what became of the steps that were
	// tried, in order.
	Passed map[string]bool
	Steps  map[string][]Outcome
}

// Outcome is a step as both engines tell it.
type Outcome struct {
	Step   string
	Passed bool
}

// command is Redocly's, from the root of the project.
const command = ".ci/npm/node_modules/.bin/redocly"

// root is the folder of the project, from a test's.
func root(t testing.TB) string {
	t.Helper()
	for dir := "."; ; dir = filepath.Join(dir, "..") {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if whole, err := filepath.Abs(dir); err != nil || whole == filepath.Dir(whole) {
			t.Fatal("there is no go.mod above")
		}
	}
}

// Need skips the test when Respect is not there, or fails it when QUALIF_REQUIRE
// is set.
func Need(t testing.TB) {
	t.Helper()
	_, missing := exec.LookPath("node")
	if _, err := os.Stat(filepath.Join(root(t), command)); err != nil {
		missing = err
	}
	switch {
	case missing == nil:
	case os.Getenv("QUALIF_REQUIRE") != "":
		t.Fatalf("Redocly's CLI is missing (npm ci in .ci/npm installs it, .ci/run does): %v", missing)
	default:
		t.Skip("Redocly's CLI is missing: run npm ci --ignore-scripts in .ci/npm")
	}
}

// Folder is a new folder for scenarios that refer to the contracts by
// ../openapi/, as those of the library do.
func Folder(t testing.TB) string {
	t.Helper()
	contracts, err := filepath.Abs(filepath.Join(root(t), "openapi"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	folder := filepath.Join(dir, "scenarios")
	for _, err := range []error{os.Mkdir(folder, 0o700), os.Symlink(contracts, filepath.Join(dir, "openapi"))} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// reported is what Respect writes: workflows with steps, and workflows in their
// place.
type reported struct {
	Type       string     `json:"type"`
	WorkflowID string     `json:"workflowId"`
	StepID     string     `json:"stepId"`
	Status     string     `json:"status"`
	Steps      []reported `json:"executedSteps"`
	Invoked    string     `json:"invocationContext"`
}

// flat lists the steps; a workflow that a step called has a place of its own
// before them, one that a goto led to has none.
func (r reported) flat() []Outcome {
	var all []Outcome
	for _, s := range r.Steps {
		switch {
		case s.Type == "workflow":
			if strings.HasPrefix(s.Invoked, "Child workflow") {
				all = append(all, Outcome{s.StepID, s.Status != "error"})
			}
			all = append(all, s.flat()...)
		default:
			all = append(all, Outcome{s.StepID, s.Status != "error"})
		}
	}
	return all
}

// Run runs files in Respect against a server, whose platform and control API
// have these addresses, in a sandbox called respect. Respect takes an empty body
// for {}, which the refusals of PISTE are not, so that check only warns.
func Run(t testing.TB, contracts *openapi.Set, platform, admin string, files []string) Told {
	t.Helper()
	report := filepath.Join(t.TempDir(), "respect.json")
	args := append([]string{"respect"}, files...)
	args = append(args, "--input", "sandbox=respect", "--severity", "SCHEMA_CHECK=warn", "--json-output", report)
	for _, document := range contracts.Documents() {
		base := platform
		if document.Name == "admin" {
			base = admin
		}
		args = append(args, "--server", document.Name+"="+base)
	}
	run := exec.CommandContext(t.Context(), filepath.Join(root(t), command), args...)
	run.Env = append(os.Environ(), "REDOCLY_TELEMETRY=off", "REDOCLY_SUPPRESS_UPDATE_NOTICE=true", "NO_COLOR=1")
	printed, failed := run.CombinedOutput()
	text, err := os.ReadFile(report)
	if err != nil {
		t.Fatalf("%v: %v\n%s", failed, err, printed)
	}
	var written struct {
		Files map[string]struct {
			Workflows []reported `json:"executedWorkflows"`
		} `json:"files"`
	}
	if err := json.Unmarshal(text, &written); err != nil {
		t.Fatal(err)
	}
	told := Told{map[string]bool{}, map[string][]Outcome{}}
	for name, file := range written.Files {
		for _, w := range file.Workflows {
			id := filepath.Base(name) + " " + w.WorkflowID
			told.Passed[id], told.Steps[id] = w.Status != "error", w.flat()
		}
	}
	if len(told.Passed) == 0 {
		t.Fatalf("Respect ran nothing: %v\n%s", failed, printed)
	}
	return told
}

// Replayed is what a replay says.
func Replayed(all *result.Replay) Told {
	told := Told{map[string]bool{}, map[string][]Outcome{}}
	for _, run := range all.Runs {
		id := filepath.Base(run.File) + " " + run.Workflow
		told.Passed[id] = run.Verdict == result.Passed
		for _, s := range run.Steps {
			if s.Attempt > 0 {
				told.Steps[id] = append(told.Steps[id], Outcome{s.ID, s.Verdict == result.Passed})
			}
		}
	}
	return told
}

// Agree fails the test unless a workflow's verdict, and that of each of its
// steps, is the same here and there.
func Agree(t testing.TB, id string, ours, theirs Told) {
	t.Helper()
	there, ran := theirs.Passed[id]
	if !ran || there != ours.Passed[id] || !slices.Equal(ours.Steps[id], theirs.Steps[id]) {
		t.Errorf("%s: we say %t\n%v\nRespect says %t (it ran: %t)\n%v", id, ours.Passed[id], ours.Steps[id], there, ran, theirs.Steps[id])
	}
}
