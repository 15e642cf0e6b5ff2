package command_test

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"chorus-qualif/server/command"
)

// onTerminal runs a line of a shell in a pseudo-terminal, and returns all that it
// was sent.
func onTerminal(t *testing.T, line string, environment ...string) string {
	t.Helper()
	need(t, "script") // Debian's bsdutils has it, which is on every Debian
	return ran(t, exec.CommandContext(t.Context(), "script", "-qec", line, "/dev/null"), environment...)
}

// ran runs the program, or something that runs it, and returns what it wrote.
func ran(t *testing.T, process *exec.Cmd, environment ...string) string {
	t.Helper()
	process.Env = append((&shell{}).install(t), environment...)
	out, err := process.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%q", err, out)
	}
	return string(out)
}

// screen is what is left to see of lines that were written over; one that is
// longer than the terminal is wide is written over in part only.
func screen(t *testing.T, sent string, columns int) string {
	t.Helper()
	var all []string
	for line := range strings.SplitSeq(strings.ReplaceAll(sent, "\r\n", "\n"), "\n") {
		parts := strings.Split(line, "\r\x1b[K")
		for _, part := range parts[:len(parts)-1] {
			if wide := len([]rune(part)); wide >= columns {
				t.Errorf("%q takes %d columns of %d, so it is not written over", part, wide, columns)
			}
		}
		all = append(all, parts[len(parts)-1])
	}
	return strings.Join(all, "\n")
}

// timeless is a text without durations of the machine.
func timeless(text string) string {
	return regexp.MustCompile(`, [0-9.]+(?:µs|ms|s)\b|; [0-9.]+(?:µs|ms|s)\b`).ReplaceAllString(text, " in T")
}

// On a terminal a line tells where the replay is, and is written over; what is
// left to see is what is printed without a terminal, in colours.
func TestReplayShowsWhereItIsOnATerminal(t *testing.T) {
	t.Parallel()
	const line = "chorus-qualif replay active fresh-account"
	sent := onTerminal(t, "stty cols 80; "+line)
	wants(t, sent, "\r\x1b[K[0/2] active › sandbox", "\r\x1b[K[0/2] active › token", "\r\x1b[K[1/2] fresh-account", "\x1b[32mok  \x1b[0m  active")
	plain := replays(t.Context(), nil, "active", "fresh-account")
	if plain.code != command.OK {
		t.Fatalf("exit code %d, %s", plain.code, plain.errors)
	}
	seen := strings.NewReplacer("\x1b[32m", "", "\x1b[0m", "").Replace(screen(t, sent, 80))
	if got, want := timeless(seen), timeless(plain.out); got != want {
		t.Errorf("left on the screen:\n%q\nwant what is printed elsewhere:\n%q", got, want)
	}
	sent = onTerminal(t, "stty cols 80; "+line, "NO_COLOR=1")
	if strings.Contains(sent, "\x1b[3") || !strings.Contains(sent, "\r\x1b[K[1/2]") {
		t.Errorf("with NO_COLOR: got\n%q", sent)
	}
}

// A narrow terminal would break the line in two, of which one would stay.
func TestReplayFitsANarrowTerminal(t *testing.T) {
	t.Parallel()
	sent := onTerminal(t, "stty cols 24; chorus-qualif replay --workflow guide-creation-compte-technique", "NO_COLOR=1")
	wants(t, sent, "\r\x1b[K[0/1] guide-creation-c…", "ok    guide-creation-compte-technique")
	if seen := screen(t, sent, 24); strings.Contains(seen, "[0/1]") {
		t.Errorf("left on the screen:\n%s", seen)
	}
}

// Without a terminal nothing is written over and nothing is coloured, whatever
// TERM says.
func TestReplayWithoutATerminalHasNoControlSequences(t *testing.T) {
	t.Parallel()
	for name, process := range map[string]*exec.Cmd{
		"a pipe": exec.CommandContext(t.Context(), "sh", "-c", "chorus-qualif replay active 2>&1 | cat"),
		"a file": exec.CommandContext(t.Context(), "sh", "-c", "f=$(mktemp) && chorus-qualif replay active >$f 2>&1; cat $f; rm $f"),
	} {
		if out := ran(t, process); strings.ContainsAny(out, "\x1b\r") || !strings.Contains(out, "ok    active  ") {
			t.Errorf("%s: got %q", name, out)
		}
	}
	// With the report on the standard output, where it is goes to the terminal.
	out := onTerminal(t, "stty cols 80; f=$(mktemp) && chorus-qualif replay active --json - >$f; cat $f; rm $f", "NO_COLOR=1")
	told, report, _ := strings.Cut(out, "{")
	wants(t, told, "\r\x1b[K[0/1] active › token", "1 workflow: 1 passed")
	if strings.Contains(report, "\x1b") {
		t.Errorf("the report has control sequences: %q", report)
	}
}
