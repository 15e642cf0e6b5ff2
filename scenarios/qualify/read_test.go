package qualify_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chorus-qualif/scenarios/qualify"
	"chorus-qualif/server/app"
)

// The built-in situations say all there is to say, and any server knows what
// they are made of.
func TestBuiltinSituations(t *testing.T) {
	t.Parallel()
	all := pick(t)
	if len(all) < 25 || all[0].Name != qualify.Nominal {
		t.Fatalf("got %d situations, the first %q", len(all), all[0].Name)
	}
	seen := map[string]bool{}
	for _, s := range all {
		if seen[s.Name] {
			t.Errorf("%s is there twice", s.Name)
		}
		seen[s.Name] = true
		for _, text := range []string{s.Happens, s.Good, s.Advice} {
			if !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, `."`) && !strings.HasSuffix(text, ").") {
				t.Errorf("%s: %q is no sentence", s.Name, text)
			}
		}
		if len(s.Met) == 0 && s.Name != qualify.Nominal {
			t.Errorf("%s: nothing proves that it was met", s.Name)
		}
	}
	b := start(t, app.Options{})
	if err := qualify.Check(t.Context(), b.Admin, all); err != nil {
		t.Error(err)
	}
	all[3].Met = []string{"technical-account-gone"}
	all[4].Faults = map[string]qualify.Fault{"x": {"kind": "earthquake"}}
	err := qualify.Check(t.Context(), b.Admin, all)
	if err == nil || !strings.Contains(err.Error(), "has the code technical-account-gone") || !strings.Contains(err.Error(), `no kind or preset "earthquake"`) {
		t.Errorf("got %v", err)
	}
}

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "mine.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// A file changes what it names and leaves the rest.
func TestAFileChangesSituationsAndAddsOthers(t *testing.T) {
	t.Parallel()
	known := pick(t)
	all, err := qualify.Read(write(t, `
situations:
  - name: token-expired-mid-run
    expect: stop
    within: 5s
    says: (?i)token
  - name: maintenance
    retries: 0
  - name: ours
    happens: The answer is a teapot.
    good: It stops.
    expect: stop
    met: [fault-answer]
    clock: {mode: offset, at: 2026-03-02T10:00:00+01:00}
    switches: {account.lock-after: "3"}
    prepare:
      - advance: P1D
      - portal: reset
    faults:
      tea: {kind: answer, settings: {status: 418}, match: {nth: mid}}
`), known)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != len(known)+1 {
		t.Fatalf("got %d situations", len(all))
	}
	by := map[string]qualify.Situation{}
	for _, s := range all {
		by[s.Name] = s
	}
	if s := by["token-expired-mid-run"]; s.Expect != qualify.Stop || s.Within != 5*time.Second || s.Retries != qualify.DefaultStopRetries || s.Says == nil || s.Happens == "" || len(s.Faults) != 1 {
		t.Errorf("changed: got %+v", s)
	}
	if s := by["maintenance"]; s.Retries != 0 || s.Expect != qualify.Stop {
		t.Errorf("changed: got %+v", s)
	}
	if s := by["ours"]; s.Clock.Mode != "offset" || len(s.Prepare) != 2 || s.Retries != qualify.DefaultStopRetries || s.Within != qualify.DefaultWithin {
		t.Errorf("added: got %+v", s)
	}
	if original := pick(t, "token-expired-mid-run")[0]; original.Expect != qualify.Survive {
		t.Error("the built-in one has changed")
	}
	b := start(t, app.Options{})
	for behaviour, want := range map[string]qualify.Verdict{"stops": qualify.Stopped, "ignores": qualify.WentOn} {
		report := b.run(t, behaviour, func(o *qualify.Options) {
			o.Situations = append(o.Situations, by["ours"])
		}, qualify.Nominal)
		if got := report.Rows[1]; got.Verdict != want || got.Decisive[0].Status != 418 {
			t.Errorf("%s: got %s: %s", behaviour, got.Verdict, got.Reason)
		}
	}
}

// Every mistake of a file is told at once, with its place.
func TestMistakesOfAFileAreToldTogether(t *testing.T) {
	t.Parallel()
	path := write(t, `situations:
  - name: token-expired-mid-run
    expect: hope
    within: soon
    says: "("
    colour: red
  - expect: stop
  - name: new
    happens: It rains.
    prepare:
      - {advance: P1D, portal: reset}
      - portal: delete
      - passwordExpiry: now
      - walk: away
    faults:
      x: {kind: answer, wings: 2}
      y: {kind: answer, times: often}
  - name: two
    happens: x.
    good: y.
    expect: stop
    met: rain
    clock: {mode: [1]}
other: 1
`)
	_, err := qualify.Read(path, pick(t))
	if err == nil {
		t.Fatal("got no error")
	}
	for _, want := range []string{
		`:3:13: token-expired-mid-run: expect: "hope": want survive, stop or either`,
		`:4:13: token-expired-mid-run: within: "soon": want a length of time such as 30s`,
		`:5:11: token-expired-mid-run: says: error parsing regexp`,
		`:6:5: token-expired-mid-run: there is no property colour; there are advice,`,
		`a situation needs a name`,
		`new: good is missing`, `new: expect is missing`, `new: met is missing`,
		`unknown field "walk"`,
		`unknown field "wings"`,
		`two: met: `,
		`two: clock: mode: a array is no string`,
		`:24:1: want situations: and a list under it`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("not told: %s", want)
		}
	}
	if t.Failed() {
		t.Log(err)
	}
}

func TestFilesThatAreNone(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                       "want one document",
		"- a":                    "want situations: and a list",
		"situations: 3":          "want situations: and a list",
		"situations:\n  - 3":     "a situation needs a name",
		"situations: [":          ":1:",
		"a: b: c":                ":1:",
		"\x00":                   "mine.yaml",
		strings.Repeat("#", 2e6): "more than 1048576 bytes",
	} {
		if _, err := qualify.Read(write(t, text), nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20q: got %v, want %q", text, err, want)
		}
	}
	if _, err := qualify.Read(filepath.Join(t.TempDir(), "none.yaml"), nil); !os.IsNotExist(err) {
		t.Errorf("got %v", err)
	}
}
