package replay_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chorus-qualif/scenarios"
	"chorus-qualif/scenarios/replay"
	"chorus-qualif/scenarios/result"
	"chorus-qualif/server/app"
)

// redocly is an Arazzo runner that nobody here wrote: Redocly Respect.
const redocly = "../../.ci/npm/node_modules/.bin/redocly"

func needRespect(t *testing.T) {
	t.Helper()
	_, missing := exec.LookPath("node")
	if _, err := os.Stat(redocly); err != nil {
		missing = err
	}
	if missing == nil {
		return
	}
	if os.Getenv("QUALIF_REQUIRE") != "" {
		t.Fatalf("Redocly's CLI is missing (npm ci in .ci/npm installs it, .ci/run does): %v", missing)
	}
	t.Skip("Redocly's CLI is missing: run npm ci --ignore-scripts in .ci/npm")
}

// outcome is a step as both engines tell it: its id, and whether it passed.
type outcome struct {
	step   string
	passed bool
}

// respected is what Respect writes: workflows with steps, and workflows in
// their place.
type respected struct {
	Type         string      `json:"type"`
	WorkflowID   string      `json:"workflowId"`
	StepID       string      `json:"stepId"`
	Status       string      `json:"status"`
	Steps        []respected `json:"executedSteps"`
	Checks       []check     `json:"checks"`
	Invoked      string      `json:"invocationContext"`
	TotalTimeMs  float64     `json:"totalTimeMs"`
	HasTimeouted bool        `json:"globalTimeoutError"`
}

type check struct {
	Name, Status, Message, Condition string
}

// flat lists the steps; a workflow that a step called has a place of its own
// before them, one that a goto led to has none.
func (r respected) flat() []outcome {
	var all []outcome
	for _, s := range r.Steps {
		switch {
		case s.Type == "workflow":
			if strings.HasPrefix(s.Invoked, "Child workflow") {
				all = append(all, outcome{s.StepID, s.Status != "error"})
			}
			all = append(all, s.flat()...)
		default:
			all = append(all, outcome{s.StepID, s.Status != "error"})
		}
	}
	return all
}

// respect runs files in Respect, against a server, and returns what came of
// each workflow, by file and id. Respect takes an empty body for {}, which the
// refusals of PISTE are not, so that check only warns.
func respect(t *testing.T, a *app.App, files []string) (verdicts map[string]bool, steps map[string][]outcome) {
	t.Helper()
	report := filepath.Join(t.TempDir(), "respect.json")
	set, err := contracts()
	if err != nil {
		t.Fatal(err)
	}
	args := append([]string{"respect"}, files...)
	args = append(args, "--input", "sandbox=respect", "--severity", "SCHEMA_CHECK=warn", "--json-output", report)
	for _, document := range set.Documents() {
		base := a.PlatformURL()
		if document.Name == "admin" {
			base = a.AdminURL()
		}
		args = append(args, "--server", document.Name+"="+base)
	}
	command := exec.CommandContext(t.Context(), redocly, args...)
	command.Env = append(os.Environ(), "REDOCLY_TELEMETRY=off", "REDOCLY_SUPPRESS_UPDATE_NOTICE=true", "NO_COLOR=1")
	printed, failed := command.CombinedOutput()
	text, err := os.ReadFile(report)
	if err != nil {
		t.Fatalf("%v: %v\n%s", failed, err, printed)
	}
	var told struct {
		Files map[string]struct {
			Workflows []respected `json:"executedWorkflows"`
		} `json:"files"`
	}
	if err := json.Unmarshal(text, &told); err != nil {
		t.Fatal(err)
	}
	verdicts, steps = map[string]bool{}, map[string][]outcome{}
	for name, file := range told.Files {
		for _, w := range file.Workflows {
			id := filepath.Base(name) + " " + w.WorkflowID
			verdicts[id], steps[id] = w.Status != "error", w.flat()
		}
	}
	if len(verdicts) == 0 {
		t.Fatalf("Respect ran nothing: %v\n%s", failed, printed)
	}
	return verdicts, steps
}

// ours are the same of our runs.
func ours(all *result.Replay) (verdicts map[string]bool, steps map[string][]outcome) {
	verdicts, steps = map[string]bool{}, map[string][]outcome{}
	for _, run := range all.Runs {
		id := filepath.Base(run.File) + " " + run.Workflow
		verdicts[id] = run.Verdict == result.Passed
		for _, s := range run.Steps {
			if s.Attempt > 0 {
				steps[id] = append(steps[id], outcome{s.ID, s.Verdict == result.Passed})
			}
		}
	}
	return verdicts, steps
}

// Both engines come to the same verdicts on the whole library, step by step.
func TestRespectAgreesOnTheLibrary(t *testing.T) {
	t.Parallel()
	needRespect(t)
	stories := library(t)
	mine, mySteps := ours(replayed(t, replay.Options{Target: sandbox(server(t)), Parallel: 2}, stories))
	var files []string
	for _, s := range stories {
		if path := filepath.Join("..", s.File.Name); !slices.Contains(files, path) {
			files = append(files, path)
		}
	}
	theirs, theirSteps := respect(t, server(t), append(files, "testdata/portable.arazzo.yaml"))
	more, moreSteps := ours(replayed(t, replay.Options{Target: sandbox(server(t))}, told(t, "portable.arazzo.yaml")))
	for id, passed := range more {
		mine[id], mySteps[id] = passed, moreSteps[id]
	}
	for id, passed := range mine {
		if !passed {
			t.Errorf("%s does not pass", id)
		}
		agree(t, id, mine, theirs, mySteps, theirSteps)
	}
	if len(theirs) != len(mine) {
		t.Errorf("Respect ran %d workflows, we %d", len(theirs), len(mine))
	}
}

func agree(t *testing.T, id string, mine, theirs map[string]bool, mySteps, theirSteps map[string][]outcome) {
	t.Helper()
	if there, ran := theirs[id]; !ran || there != mine[id] || !slices.Equal(mySteps[id], theirSteps[id]) {
		t.Errorf("%s: we say %t\n%v\nRespect says %t (it ran: %t)\n%v", id, mine[id], mySteps[id], there, ran, theirSteps[id])
	}
}

// broken is a copy of a scenario with one criterion that cannot hold: another
// status, or a value that nothing has. step is the one it belongs to.
func broken(t *testing.T, f *scenarios.File, which int) (text, workflow, step string) {
	t.Helper()
	type place struct {
		criterion      scenarios.Criterion
		workflow, step string
	}
	var all []place
	for _, w := range f.Workflows {
		for _, s := range w.Steps {
			for _, c := range s.Criteria {
				all = append(all, place{c, w.ID, s.ID})
			}
		}
	}
	if len(all) == 0 {
		t.Fatalf("%s has no criterion", f.Name)
	}
	chosen := all[which%len(all)]
	lines := strings.Split(string(f.Text), "\n")
	line := []rune(lines[chosen.criterion.Line-1])
	begin := chosen.criterion.Column - 1
	written := string(line[begin:])
	end := len([]rune(chosen.criterion.Condition))
	if quote := written[:1]; quote == "'" || quote == `"` {
		for end = 1; written[end:end+1] != quote || end+1 < len(written) && written[end:end+2] == "''"; end++ {
			if written[end:end+1] == quote {
				end++
			}
		}
		end++
	}
	wrong := map[string]string{"simple": "$statusCode == 418", "regex": "^nothing like it$", "jsonpath": `$..nothing[?@ == 'like it']`}[chosen.criterion.Type]
	lines[chosen.criterion.Line-1] = string(line[:begin]) + `"` + wrong + `"` + string([]rune(written)[end:])
	return strings.Join(lines, "\n"), chosen.workflow, chosen.step
}

// A broken copy of each file of the library goes red in both engines, at the
// step that was broken.
func TestBrokenCopiesOfTheLibraryFailInBothEngines(t *testing.T) {
	t.Parallel()
	set, err := contracts()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	folder := filepath.Join(dir, "scenarios")
	contractsFolder, err := filepath.Abs("../../openapi")
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{os.Mkdir(folder, 0o700), os.Symlink(contractsFolder, filepath.Join(dir, "openapi"))} {
		if err != nil {
			t.Fatal(err)
		}
	}
	files, err := scenarios.Load(set)
	if err != nil {
		t.Fatal(err)
	}
	expected := map[string]string{}
	var paths []string
	for i, f := range files {
		text, workflow, step := broken(t, f, i*7)
		path := filepath.Join(folder, f.Name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
		expected[f.Name+" "+workflow] = step
	}
	stories := library(t, folder)
	mine, mySteps := ours(replayed(t, replay.Options{Target: sandbox(server(t)), Parallel: 2}, stories))
	for id, step := range expected {
		last := mySteps[id][len(mySteps[id])-1]
		if mine[id] || last != (outcome{step, false}) {
			t.Errorf("%s: passed %t, and the last step is %v; want that %s fails", id, mine[id], last, step)
		}
	}
	if t.Failed() {
		return
	}
	t.Run("Respect", func(t *testing.T) {
		needRespect(t)
		theirs, theirSteps := respect(t, server(t), paths)
		for id := range mine {
			agree(t, id, mine, theirs, mySteps, theirSteps)
		}
		if t.Failed() {
			fmt.Println(theirs)
		}
	})
}
