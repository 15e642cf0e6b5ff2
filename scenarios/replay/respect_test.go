package replay_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chorus-qualif/scenarios"
	"chorus-qualif/scenarios/replay"
	"chorus-qualif/scenarios/replay/respecttest"
)

// respect runs files in Redocly Respect, against a server of their own.
func respect(t *testing.T, files []string) respecttest.Told {
	t.Helper()
	set, err := contracts()
	if err != nil {
		t.Fatal(err)
	}
	a := server(t)
	return respecttest.Run(t, set, a.PlatformURL(), a.AdminURL(), files)
}

// Both engines come to the same verdicts on the whole library, step by step.
func TestRespectAgreesOnTheLibrary(t *testing.T) {
	t.Parallel()
	respecttest.Need(t)
	stories := library(t)
	mine := respecttest.Replayed(replayed(t, replay.Options{Target: sandbox(server(t)), Parallel: 2}, stories))
	var files []string
	for _, s := range stories {
		if path := filepath.Join("..", s.File.Name); !slices.Contains(files, path) {
			files = append(files, path)
		}
	}
	theirs := respect(t, append(files, "testdata/portable.arazzo.yaml"))
	more := respecttest.Replayed(replayed(t, replay.Options{Target: sandbox(server(t))}, told(t, "portable.arazzo.yaml")))
	for id, passed := range more.Passed {
		mine.Passed[id], mine.Steps[id] = passed, more.Steps[id]
	}
	for id, passed := range mine.Passed {
		if !passed {
			t.Errorf("%s does not pass", id)
		}
		respecttest.Agree(t, id, mine, theirs)
	}
	if len(theirs.Passed) != len(mine.Passed) {
		t.Errorf("Respect ran %d workflows, we %d", len(theirs.Passed), len(mine.Passed))
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
	folder := respecttest.Folder(t)
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
	mine := respecttest.Replayed(replayed(t, replay.Options{Target: sandbox(server(t)), Parallel: 2}, stories))
	for id, step := range expected {
		last := mine.Steps[id][len(mine.Steps[id])-1]
		if mine.Passed[id] || last != (respecttest.Outcome{Step: step}) {
			t.Errorf("%s: passed %t, and the last step is %v; want that %s fails", id, mine.Passed[id], last, step)
		}
	}
	if t.Failed() {
		return
	}
	t.Run("Respect", func(t *testing.T) {
		respecttest.Need(t)
		theirs := respect(t, paths)
		for id := range mine.Passed {
			respecttest.Agree(t, id, mine, theirs)
		}
	})
}
