package scenarios_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chorus-qualif/scenarios"
)

// load reads sources and returns what is wrong with them, "" for nothing.
func load(t *testing.T, sources ...string) ([]*scenarios.File, string) {
	t.Helper()
	set, err := contracts()
	if err != nil {
		t.Fatal(err)
	}
	files, err := scenarios.Load(set, sources...)
	if err != nil {
		return nil, err.Error()
	}
	return files, ""
}

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTheLibraryHasNoMistake(t *testing.T) {
	t.Parallel()
	files, mistakes := load(t)
	if mistakes != "" {
		t.Fatal(mistakes)
	}
	if got, want := len(files), len(scenarios.Library()); got != want || want < 18 {
		t.Errorf("got %d files, want %d, 18 at least", got, want)
	}
	for _, f := range files {
		if len(f.Warnings) > 0 {
			t.Error(f.Warnings)
		}
		if !f.Library || f.Title == "" || f.Description == "" {
			t.Errorf("%s: a file of the library has a title and a description", f.Name)
		}
		for _, w := range f.Workflows {
			if _, ok := w.Input("sandbox"); !ok || w.Summary == "" {
				t.Errorf("%s: workflow %s wants an input named sandbox, and a summary", f.Name, w.ID)
			}
		}
	}
}

func TestSourcesAreFilesDirectoriesAndNames(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	one := write(t, filepath.Join(dir, "one.arazzo.yaml"), document(nil))
	write(t, filepath.Join(dir, "two.arazzo.yaml"), document(nil))
	write(t, filepath.Join(dir, "notes.yaml"), "not: read")
	for _, c := range []struct {
		sources []string
		want    []string
	}{
		{[]string{one}, []string{one}},
		{[]string{dir, one}, []string{one, filepath.Join(dir, "two.arazzo.yaml")}},
		{[]string{"active", "active.arazzo.yaml", one}, []string{"active.arazzo.yaml", one}},
	} {
		files, mistakes := load(t, c.sources...)
		var got []string
		for _, f := range files {
			got = append(got, f.Name)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%v: got %v (%s), want %v", c.sources, got, mistakes, c.want)
		}
	}
}

func TestSourcesThatCannotBeReadAreAllTold(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	broken := write(t, filepath.Join(dir, "broken.arazzo.yaml"), "a: [1")
	poor := write(t, filepath.Join(dir, "poor.arazzo.yaml"), document(map[string]string{"criteria": "- condition: $statusCode = 1"}))
	empty := t.TempDir()
	_, got := load(t, broken, "activ", poor, empty, filepath.Join(dir, "missing.arazzo.yaml"))
	for _, want := range []string{
		broken + ":2:1: not YAML: did not find expected ',' or ']'",
		`activ: there is no such file or directory, and no scenario of the library has this name; did you mean "active"?`,
		poor + `:32:24: "$statusCode = 1" is no condition`,
		empty + ": the directory holds no file that ends in .arazzo.yaml",
		filepath.Join(dir, "missing.arazzo.yaml") + ": there is no such file",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got\n%s\nwant %s", got, want)
		}
	}
	if lines := strings.Count(got, "\n") + 1; lines != 5 {
		t.Errorf("got %d lines, want 5:\n%s", lines, got)
	}
}

func TestHostileFilesAreRefused(t *testing.T) {
	t.Parallel()
	bomb := "a: &a [1,1,1,1,1,1,1,1,1,1]\n"
	for _, next := range []string{"b a", "c b", "d c", "e d", "f e", "g f"} {
		bomb += next[:1] + ": &" + next[:1] + " [" + strings.Repeat("*"+next[2:]+",", 9) + "*" + next[2:] + "]\n"
	}
	for name, c := range map[string]struct{ text, want string }{
		"empty":          {"", "the file holds no mapping"},
		"a list":         {"- a", "the file holds no mapping"},
		"an alias bomb":  {bomb, "more than 200000 values once its aliases are expanded"},
		"a circle":       {"a: &x [*x]", "nested deeper than 100"},
		"a deep nesting": {"a: " + strings.Repeat("[", 200) + strings.Repeat("]", 200), "nested deeper than 100"},
		"too long":       {"a: " + strings.Repeat("x", 5<<20), "more than 4194304"},
		"not UTF-8":      {"a: \xff", "not YAML"},
		"no text as key": {"? [a]\n: b", "a key that is no text"},
		"twice a key":    {"arazzo: 1.0.1\narazzo: 1.0.1", `has "arazzo" twice`},
		"another one":    {"arazzo: 2.0.0", `Arazzo "2.0.0" is not understood`},
		"nothing in it":  {"arazzo: 1.0.1", "there is no workflow"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file, problems := parse(t, c.text)
			if file != nil || !strings.Contains(problems.Error(), c.want) {
				t.Errorf("got %v, want %s", problems, c.want)
			}
		})
	}
}

func TestWhatOthersWaitForIsAWarning(t *testing.T) {
	t.Parallel()
	file, problems := parse(t, document(map[string]string{"step": "onFailure: [{name: again, type: retry, retryAfter: 1800}]"}))
	if problems != nil || len(file.Warnings) != 1 || !strings.Contains(file.Warnings[0].Error(), "other engines wait 1800 seconds") {
		t.Errorf("got %v, %+v", problems, file)
	}
}

func TestStepsThatAnotherRunnerMixesUpAreAWarning(t *testing.T) {
	t.Parallel()
	other := "- workflowId: other\n  steps: [{stepId: open, operationId: $sourceDescriptions.admin.version, outputs: {commit: $response.body#/commit}}]"
	file, problems := parse(t, document(map[string]string{"workflows": other}))
	if problems != nil || len(file.Warnings) != 1 || !strings.Contains(file.Warnings[0].Error(), "workflow other has a step open too, without the output mode") {
		t.Errorf("got %v, %+v", problems, file)
	}
}

// Whatever a file holds, it is read or refused.
func FuzzParse(f *testing.F) {
	set, err := contracts()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(document(nil))
	f.Add(document(map[string]string{"steps": "- {stepId: x, workflowId: story, parameters: [{name: sandbox, value: {a: [$inputs.seed]}}]}", "step": "onSuccess: [{name: a, type: end}]"}))
	for _, name := range scenarios.Library() {
		text, _ := scenarios.Text(name)
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		file, problems := scenarios.Parse(set, "fuzz", []byte(text))
		if (file == nil) == (len(problems) == 0) {
			t.Errorf("got a file: %t, and %d problems", file != nil, len(problems))
		}
		for _, p := range problems {
			if p.Line < 1 || p.Column < 1 || strings.Contains(p.Message, "\n") {
				t.Errorf("odd problem: %+v", p)
			}
		}
	})
}
