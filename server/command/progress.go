package command

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode"

	"golang.org/x/term"

	"chorus-qualif/scenarios/result"
)

// progress prints a replay while it runs: a line for each workflow and, on a
// terminal, one that tells where it is.
type progress struct {
	out      io.Writer
	terminal bool
	colours  bool
	done     int
	of       int
}

func newProgress(r *run, of int) *progress {
	p := &progress{out: r.Stdout, terminal: terminal(r.Stdout), of: of}
	_, plain := r.Lookup("NO_COLOR")
	p.colours = p.terminal && !plain
	return p
}

// RunBegan implements replay.Watcher.
func (p *progress) RunBegan(run *result.Run) { p.at(run.Workflow) }

// StepEnded implements replay.Watcher.
func (p *progress) StepEnded(run *result.Run, step *result.Step) {
	p.at(run.Workflow + " › " + step.ID)
}

// at rewrites the last line of a terminal. A line that the terminal would break
// is cut: its first part could not be written over.
func (p *progress) at(where string) {
	if !p.terminal {
		return
	}
	line := fmt.Sprintf("[%d/%d] %s", p.done, p.of, where)
	if f, ok := p.out.(*os.File); ok {
		if columns, _, err := term.GetSize(int(f.Fd())); err == nil && columns > 1 {
			line = cut(line, columns-1)
		}
	}
	fmt.Fprintf(p.out, "\r\x1b[K%s", line)
}

// RunEnded implements replay.Watcher.
func (p *progress) RunEnded(run *result.Run) {
	p.done++
	if p.terminal {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
	c := run.Counts
	fmt.Fprintf(p.out, "%s  %s  %s, %s", p.word(run.Verdict), run.Workflow, counted(c.Steps-c.Skipped, "step"), rounded(run.Wall))
	if v := run.Virtual(); v > 0 {
		fmt.Fprintf(p.out, " (%s of the sandbox's time)", span(v))
	}
	fmt.Fprintln(p.out)
	if run.Reason != "" {
		fmt.Fprintf(p.out, "      %s\n", short(run.Reason))
	}
	if culprit := run.Culprit(); culprit != nil {
		p.step(culprit)
	}
	p.passedOver(run)
	p.drift(run)
}

// word is a verdict, of one width.
func (p *progress) word(v result.Verdict) string {
	text, colour := "ok  ", "32"
	switch v {
	case result.Failed:
		text, colour = "FAIL", "31"
	case result.Broken:
		text, colour = "BROK", "31"
	case result.Skipped:
		text, colour = "skip", "33"
	}
	if p.colours {
		return "\x1b[" + colour + "m" + text + "\x1b[0m"
	}
	return text
}

// step prints the step that stopped a run: what was asked, what came back, what
// should have, and why.
func (p *progress) step(s *result.Step) {
	fmt.Fprintf(p.out, "      step %s (%s)\n", s.ID, where(s.Position))
	if s.Description != "" {
		fmt.Fprintf(p.out, "        %s\n", printable(s.Description))
	}
	if s.Request != nil {
		fmt.Fprintf(p.out, "        %s %s", s.Request.Method, s.Request.URL)
		if s.Answer != nil {
			fmt.Fprintf(p.out, " → %d", s.Answer.Status)
		}
		fmt.Fprintln(p.out)
	}
	if s.Reason != "" {
		fmt.Fprintf(p.out, "        %s\n", short(s.Reason))
	}
	for _, c := range s.Criteria {
		if c.Passed {
			continue
		}
		condition := c.Condition
		if c.Context != "" {
			condition = fmt.Sprintf("%s of %s, %s", c.Type, c.Context, condition)
		}
		fmt.Fprintf(p.out, "        does not hold: %s (%s)\n", condition, where(c.Position))
		if c.Problem != "" {
			fmt.Fprintf(p.out, "          %s\n", short(c.Problem))
			continue
		}
		fmt.Fprintf(p.out, "          actual value: %s\n", short(asJSON(c.Actual)))
	}
	if s.Explanation != "" {
		fmt.Fprintf(p.out, "        explanation: %s\n", printable(s.Explanation))
	}
	if s.Answer != nil && s.Answer.Body != nil {
		fmt.Fprintf(p.out, "        answer: %s\n", short(s.Answer.Body.Text))
	}
	p.journal(s.Journal)
}

// shownEvents is how much of the journal fits beside a failure.
const shownEvents = 8

func (p *progress) journal(events []result.Event) {
	if len(events) == 0 {
		return
	}
	fmt.Fprintln(p.out, "        journal:")
	for _, e := range events[max(0, len(events)-shownEvents):] {
		fmt.Fprintf(p.out, "          #%d %s %s %s\n", e.Seq, e.At.Format("2006-01-02 15:04:05.000"), e.Kind, e.Subject)
	}
}

// passedOver prints the steps that nobody answers on a platform.
func (p *progress) passedOver(run *result.Run) {
	for _, s := range run.Steps {
		if s.Verdict == result.Skipped && s.Attempt > 0 {
			fmt.Fprintf(p.out, "      passed over: step %s: %s\n", s.ID, s.Reason)
		}
	}
}

func (p *progress) drift(run *result.Run) {
	for _, s := range run.Steps {
		for _, d := range s.Drift {
			fmt.Fprintf(p.out, "      drift: step %s: %s: sandbox %s, target %s (%s)\n", s.ID, d.What, d.Sandbox, d.Target, where(s.Position))
		}
	}
}

// summary prints the counts.
func (p *progress) summary(all *result.Replay) {
	c := all.Counts
	parts := []string{fmt.Sprintf("%d passed", c.RunsPassed)}
	if c.RunsFailed > 0 {
		parts = append(parts, fmt.Sprintf("%d failed", c.RunsFailed))
	}
	if c.RunsSkipped > 0 {
		parts = append(parts, fmt.Sprintf("%d skipped", c.RunsSkipped))
	}
	fmt.Fprintf(p.out, "%s: %s; %s, %s; %s\n", counted(c.Runs, "workflow"), strings.Join(parts, ", "), counted(c.Steps-c.Skipped, "step"), criteria(c.Criteria), rounded(all.Wall))
	if c.Drifts > 0 {
		fmt.Fprintf(p.out, "drift: the target answered differently from the sandbox in %s\n", counted(c.Drifts, "place"))
	}
}

func criteria(n int) string {
	if n == 1 {
		return "1 criterion"
	}
	return fmt.Sprintf("%d criteria", n)
}

// kept prints where the sandboxes are that were left.
func (p *progress) kept(all *result.Replay) {
	for _, run := range all.Runs {
		if run.Sandbox != "" && run.Verdict != result.Skipped {
			fmt.Fprintf(p.out, "kept: %s/sandboxes/%s (%s)\n", all.Target.Admin, run.Sandbox, run.Workflow)
		}
	}
	if all.Target.Kind == result.InProcess {
		fmt.Fprintln(p.out, "press Ctrl-C to end")
	}
}

func where(at result.Position) string {
	return fmt.Sprintf("%s:%d:%d", at.File, at.Line, at.Column)
}

func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

// rounded is a wall duration that a person reads.
func rounded(d time.Duration) string {
	if d < 10*time.Millisecond {
		return d.Round(100 * time.Microsecond).String()
	}
	return d.Round(time.Millisecond).String()
}

// span is a length of the sandbox's time: in days once there are two.
func span(d time.Duration) string {
	const day = 24 * time.Hour
	if d < 2*day {
		return d.String()
	}
	return fmt.Sprintf("%d days", d/day)
}

func asJSON(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(text)
}

// printable is a text on one line, without what would move a terminal's cursor:
// what a server answers is printed too.
func printable(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) || unicode.IsSpace(r) {
			return r
		}
		return unicode.ReplacementChar
	}, text)
	return strings.Join(strings.Fields(text), " ")
}

// short is the beginning of a long text, on one line.
func short(text string) string {
	const room = 300
	return cut(printable(text), room)
}

// cut is a text of at most so many characters.
func cut(text string, room int) string {
	if runes := []rune(text); len(runes) > room {
		return string(runes[:room-1]) + "…"
	}
	return text
}
