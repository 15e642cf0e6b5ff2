package qualiftest_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// The Go of docs/go.md is that of the examples, which run.
func TestTheDocumentShowsWhatRuns(t *testing.T) {
	t.Parallel()
	var runs strings.Builder
	for _, file := range []string{"example_test.go", "../client/example_test.go"} {
		runs.WriteString(bare(t, file))
	}
	page, err := os.ReadFile("../../docs/go.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	if len(blocks) < 6 {
		t.Fatalf("got %d blocks: the page is not being read", len(blocks))
	}
	for _, block := range blocks {
		text := regexp.MustCompile(`(?m)^(func Test.*|\})\n`).ReplaceAllString(block[1], "")
		if !strings.Contains(runs.String(), lines(text)) {
			t.Errorf("no example runs\n%s", text)
		}
	}
}

func bare(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return lines(string(text))
}

// lines are the lines of a text that hold something, without what is around them.
func lines(text string) string {
	var all []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	return strings.Join(all, "\n") + "\n"
}
