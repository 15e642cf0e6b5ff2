package main_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"chorus-qualif/openapi"
	"chorus-qualif/scenarios/qualify"
	"chorus-qualif/scenarios/replay"
	"chorus-qualif/server/command"
	"chorus-qualif/server/qualif"
)

// The documents are part of the product: what they name must exist.

// documents reads every Markdown page of the project.
func documents(t *testing.T) map[string]string {
	t.Helper()
	pages, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, page := range append(pages, "README.md", "CONTRIBUTING.md", "CHANGELOG.md") {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		all[page] = string(text)
	}
	return all
}

// help is what --help prints, for every command.
func help(t *testing.T) string {
	t.Helper()
	var out strings.Builder
	all, err := command.Commands()
	if err != nil {
		t.Fatal(err)
	}
	for _, words := range all {
		args := append(words, "--help")
		code := command.Run(context.Background(), command.Environment{
			Args: args, Stdout: &out, Stderr: &out, Stdin: strings.NewReader(""), Lookup: func(string) (string, bool) { return "", false },
		})
		if code != command.OK {
			t.Fatalf("%v: exit code %d\n%s", args, code, out.String())
		}
	}
	return out.String()
}

func TestDocumentedFlagsExist(t *testing.T) {
	t.Parallel()
	text := help(t)
	known := regexp.MustCompile(`--[a-z][a-z-]*`).FindAllString(text, -1)
	variables := regexp.MustCompile(`QUALIF_[A-Z_]+`).FindAllString(text, -1)
	variables = append(variables, "QUALIF_REQUIRE", "QUALIF_CONFIG", "QUALIF_OUTPUT_ACCOUNT")
	for _, input := range []string{"clientId", "clientSecret", "account"} {
		variables = append(variables, replay.Variable(input))
	}
	for _, v := range qualify.Variables() {
		variables = append(variables, v.Name)
	}
	ours := regexp.MustCompile("(?:chorus-qualif|go run \\.)[^`\n|]*|`--[^`]*`")
	for page, content := range documents(t) {
		for _, place := range ours.FindAllString(content, -1) {
			for _, flag := range regexp.MustCompile(`--[a-z][a-z-]*`).FindAllString(place, -1) {
				if !slices.Contains(known, flag) {
					t.Errorf("%s names %s in %q, which no command has", page, flag, place)
				}
			}
		}
		for _, variable := range regexp.MustCompile(`QUALIF_[A-Z_]+`).FindAllString(content, -1) {
			if !slices.Contains(variables, variable) {
				t.Errorf("%s names %s, which nothing reads", page, variable)
			}
		}
	}
}

func TestDocumentedRoutesExist(t *testing.T) {
	t.Parallel()
	set, err := openapi.Load()
	if err != nil {
		t.Fatal(err)
	}
	var known []*regexp.Regexp
	for _, document := range set.Documents() {
		for _, op := range document.Operations {
			parts := strings.Split(op.Path, "/")
			for i, part := range parts {
				if strings.Contains(part, "{") {
					parts[i] = `[^/]+`
				} else {
					parts[i] = regexp.QuoteMeta(part)
				}
			}
			known = append(known, regexp.MustCompile("^"+strings.Join(parts, "/")+"$"))
		}
	}
	route := regexp.MustCompile(`/(?:__admin/v1|cpro/[a-z]|portail/api/v1|api/oauth|openapi/)[A-Za-z0-9_{}./$-]*`)
	for page, content := range documents(t) {
		for _, path := range route.FindAllString(content, -1) {
			path = strings.TrimRight(path, "./")
			if path == "/__admin/v1" || path == "/portail/api/v1" || strings.HasSuffix(path, ".yaml") && strings.HasPrefix(path, "/openapi/") {
				continue
			}
			if !slices.ContainsFunc(known, func(r *regexp.Regexp) bool { return r.MatchString(path) }) {
				t.Errorf("%s names %s, which no document declares", page, path)
			}
		}
	}
}

// Paths in code quotes that look like files of the project must be there.
func TestDocumentedFilesExist(t *testing.T) {
	t.Parallel()
	file := regexp.MustCompile("`((?:docs|server|openapi|fixtures|scenarios|tools|\\.ci)/[A-Za-z0-9_./*-]*|[A-Za-z0-9_]+\\.(?:md|go|yaml))`")
	for page, content := range documents(t) {
		for _, match := range file.FindAllStringSubmatch(content, -1) {
			found, err := filepath.Glob(strings.TrimSuffix(match[1], "/"))
			if err != nil || len(found) == 0 {
				t.Errorf("%s names %s, which does not exist", page, match[1])
			}
		}
		link := regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`)
		for _, match := range link.FindAllStringSubmatch(content, -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), match[1])); err != nil {
				t.Errorf("%s links to %s, which does not exist", page, match[1])
			}
		}
	}
}

// docs/fidelity.md is a table: every test it names must exist, and every switch
// must have its row.
func TestFidelityNamesRealTestsAndAllSwitches(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("docs/fidelity.md")
	if err != nil {
		t.Fatal(err)
	}
	tests := testNames(t)
	rows := 0
	for line := range strings.SplitSeq(string(text), "\n") {
		cells := strings.Split(line, "|")
		if len(cells) != 6 || strings.Contains(cells[1], "---") || strings.TrimSpace(cells[1]) == "Behaviour" {
			continue
		}
		rows++
		names := regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z0-9_]+)`").FindAllStringSubmatch(cells[4], -1)
		if len(names) == 0 {
			t.Errorf("no test proves: %s", line)
		}
		for _, name := range names {
			if !tests[name[1]] {
				t.Errorf("test %s does not exist: %s", name[1], line)
			}
		}
		for _, name := range regexp.MustCompile("`([a-z]+\\.[a-z-]+)`").FindAllStringSubmatch(cells[3], -1) {
			if !slices.ContainsFunc(qualif.AllSwitches(), func(s qualif.Switch) bool { return s.Key == name[1] }) {
				t.Errorf("switch %s does not exist: %s", name[1], line)
			}
		}
	}
	if rows < 40 {
		t.Errorf("got %d rows; the table is not being read", rows)
	}
	for _, s := range qualif.AllSwitches() {
		if !strings.Contains(string(text), "`"+s.Key+"`") {
			t.Errorf("switch %s has no row", s.Key)
		}
	}
}

func testNames(t *testing.T) map[string]bool {
	t.Helper()
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)[A-Za-z0-9_]+)\(`)
	names := map[string]bool{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, match := range declared.FindAllSubmatch(text, -1) {
			names[string(match[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
