package control_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"chorus-qualif/server/command/control"
	"chorus-qualif/server/command/control/table"
)

// A page as the control API answers it, with a name that would move the cursor.
const calls = `{"requests":[{"id":1,"wall":"2026-03-01T09:00:00Z","virtual":"2026-03-01T09:00:00+01:00","latencyMs":1,"operation":"","method":"GET",
"target":"/portail/` + "\\u001b[2J" + `très/long/chemin/qui/ne/tient/pas/sur/une/ligne/de/ce/terminal","status":404,"code":"","why":"","login":"","application":"",
"faults":[],"firstEvent":null,"lastEvent":null}],"next":null,"kept":1,"bytes":1,"evicted":3}`

func list(t *testing.T, width int, environment map[string]string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(calls))
	}))
	t.Cleanup(server.Close)
	parser, err := kong.New(&struct{ control.Commands }{})
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := parser.Parse([]string{"requests", "list", "--admin-url", server.URL})
	if err != nil {
		t.Fatal(err)
	}
	var out, errors bytes.Buffer
	err = parsed.Run(&control.Run{
		Context: t.Context(), Stdout: &out, Stderr: &errors, Width: width, Source: func(flag string) string { return flag },
		Lookup: func(name string) (string, bool) { value, ok := environment[name]; return value, ok },
	})
	if err != nil || !strings.Contains(errors.String(), "3 earlier calls made room") {
		t.Fatalf("%v %s", err, errors.String())
	}
	return out.String()
}

func TestATerminalHasColoursAndAnEdge(t *testing.T) {
	t.Parallel()
	const width = 70
	got := list(t, width, map[string]string{"TERM": "xterm"})
	if !strings.Contains(got, "\x1b[33m404\x1b[0m") || !strings.Contains(got, "…") {
		t.Errorf("got %q, want a yellow 404 and a cut", got)
	}
	plain := strings.NewReplacer("\x1b[33m", "", "\x1b[1m", "", "\x1b[0m", "").Replace(got)
	for line := range strings.Lines(plain) {
		if n := table.Columns(strings.TrimSuffix(line, "\n")); n > width {
			t.Errorf("%q takes %d columns", line, n)
		}
	}
	if strings.Contains(plain, "\x1b") {
		t.Errorf("got %q, with what the terminal would obey", plain)
	}
	for _, quiet := range []map[string]string{{"NO_COLOR": "1"}, {"TERM": "dumb"}} {
		if got := list(t, width, quiet); strings.Contains(got, "\x1b") || !strings.Contains(got, "…") {
			t.Errorf("%v: got %q", quiet, got)
		}
	}
}

func TestAPipeHasNeither(t *testing.T) {
	t.Parallel()
	got := list(t, 0, map[string]string{"TERM": "xterm"})
	if strings.Contains(got, "\x1b") || strings.Contains(got, "…") || !strings.Contains(got, "/portail/\ufffd[2Jtrès/long/chemin/qui/ne/tient/pas/sur/une/ligne/de/ce/terminal  404") {
		t.Errorf("got %q", got)
	}
}
