package main_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// need skips a test that wants a program which this machine lacks. Where
// QUALIF_REQUIRE is set, as by .ci/run, the lack is a failure.
func need(t *testing.T, programs ...string) {
	t.Helper()
	for _, program := range programs {
		if _, err := exec.LookPath(program); err != nil {
			if os.Getenv("QUALIF_REQUIRE") != "" {
				t.Fatalf("%s is missing: .ci/run installs it", program)
			}
			t.Skipf("%s is missing: install it to run this test", program)
		}
	}
}

// sessions are the shell blocks of the documents that promise their output: a
// line "#> text" after a command says what it prints.
func sessions(t *testing.T) map[string]string {
	t.Helper()
	block := regexp.MustCompile("(?s)<!-- session -->\n```sh\n(.*?)```")
	all := map[string]string{}
	for page, content := range documents(t) {
		for i, match := range block.FindAllStringSubmatch(content, -1) {
			all[fmt.Sprintf("%s#%d", page, i+1)] = match[1]
		}
	}
	return all
}

// TestDocumentedSessions runs every such block line by line against the built
// binary and looks for each promised line.
func TestDocumentedSessions(t *testing.T) {
	t.Parallel()
	need(t, "bash", "curl", "jq")
	all := sessions(t)
	if len(all) == 0 {
		t.Fatal("no document has a session")
	}
	for name, script := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := run(t)
			script = strings.NewReplacer("http://127.0.0.1:8081", p.admin, "http://127.0.0.1:8080", p.platform).Replace(script)
			dir := t.TempDir()
			steps, promises := instrument(script, dir)
			path, err := binary()
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command("bash", "-e", "-o", "pipefail", "-c", steps)
			cmd.Dir, cmd.Env = dir, append(os.Environ(), "PATH="+filepath.Dir(path)+string(os.PathListSeparator)+os.Getenv("PATH"), "QUALIF_ADMIN_URL="+p.admin)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			for i, promised := range promises {
				printed, err := os.ReadFile(filepath.Join(dir, fmt.Sprint("out", i)))
				if err != nil {
					t.Fatal(err)
				}
				for _, line := range promised {
					if !strings.Contains(string(printed), line) {
						t.Errorf("step %d printed\n%s\nnot %q", i+1, printed, line)
					}
				}
			}
		})
	}
}

// instrument sends what each group of lines prints to its own file; a group
// ends with its promises.
func instrument(script, dir string) (steps string, promises [][]string) {
	var b strings.Builder
	group := func() string { return filepath.Join(dir, fmt.Sprint("out", len(promises))) }
	fmt.Fprintf(&b, "exec >%s\n", group())
	var promised []string
	flush := func() {
		if promised != nil {
			promises = append(promises, promised)
			promised = nil
			fmt.Fprintf(&b, "exec >%s\n", group())
		}
	}
	for line := range strings.Lines(script) {
		if text, ok := strings.CutPrefix(line, "#> "); ok {
			promised = append(promised, strings.TrimSpace(text))
			continue
		}
		flush()
		b.WriteString(line)
	}
	if promised != nil {
		promises = append(promises, promised)
	}
	return b.String(), promises
}
