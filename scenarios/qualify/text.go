package qualify

import (
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"
	"text/tabwriter"
)

// WriteJSON writes the report as JSON.
func (r *Report) WriteJSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(r)
}

// WriteText writes the matrix for a terminal, then what there is to know of each
// expectation that does not hold.
func (r *Report) WriteText(w io.Writer) error {
	var out strings.Builder
	table := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "\tSITUATION\tEXPECTED\tVERDICT\tEXIT\tTIME\tCALLS\tMET IN\tREFUSALS")
	for i := range r.Rows {
		row := &r.Rows[i]
		if row.Verdict == NotRun {
			continue
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%.1fs\t%d\t%d\t%s\n", row.Mark(), row.Situation, row.Expect, row.Verdict, row.ExitText(),
			row.Seconds, row.Calls, row.Refused, row.refusals())
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for i := range r.Rows {
		if row := &r.Rows[i]; !row.Held && row.Verdict != NotRun {
			row.details(&out)
		}
	}
	fmt.Fprintf(&out, "\n%s\n", r.Summary())
	_, err := io.WriteString(w, trailing.ReplaceAllString(out.String(), ""))
	return err
}

// trailing is what a table leaves after an empty cell.
var trailing = regexp.MustCompile(`(?m) +$`)

// Summary is the report in a sentence.
func (r *Report) Summary() string {
	c := r.Counts
	text := fmt.Sprintf("%d of %d expectations hold", c.Held, c.Situations-c.NotApplicable)
	if c.Allowed > 0 {
		text += fmt.Sprintf(", %d do not and may", c.Allowed)
	}
	if c.NotHeld > 0 {
		text += fmt.Sprintf(", %d do not", c.NotHeld)
	}
	if c.NotRun > 0 {
		text += fmt.Sprintf(", %d were not run", c.NotRun)
	}
	if c.NotApplicable > 0 {
		text += fmt.Sprintf("; %d do not apply to %s", c.NotApplicable, r.Profile)
	}
	return text + "."
}

// Mark is "ok" for an expectation that holds, "NO" for one that does not, "no"
// where it may.
func (row *Row) Mark() string {
	switch {
	case row.Verdict == NotApplicable || row.Verdict == NotRun:
		return "-"
	case row.Held:
		return "ok"
	case row.Allowed:
		return "no"
	}
	return "NO"
}

// ExitText is the exit code, or a dash.
func (row *Row) ExitText() string {
	if row.Exit == nil {
		return "-"
	}
	return fmt.Sprint(*row.Exit)
}

func (row *Row) refusals() string {
	all := make([]string, len(row.Refusals))
	for i, refusal := range row.Refusals {
		all[i] = refusal.Code
		if refusal.Times > 1 {
			all[i] += fmt.Sprintf(" x%d", refusal.Times)
		}
	}
	return strings.Join(all, ", ")
}

// String is the call in a line.
func (c Call) String() string {
	line := fmt.Sprintf("#%d %s %s %d", c.ID, c.Method, c.Target, c.Status)
	if c.Code != "" {
		line += " " + c.Code + ": " + c.Why
	}
	return line
}

// maxShown is how many lines of a command's output a terminal gets.
const maxShown = 12

func (row *Row) details(out *strings.Builder) {
	fmt.Fprintf(out, "\n%s: %s\n", row.Situation, row.Verdict)
	label(out, "what happens", row.Happens)
	label(out, "a good client", row.Good)
	label(out, "what it did", row.Reason)
	label(out, "advice", row.Advice)
	for i, call := range row.Decisive {
		label(out, []string{"calls", ""}[min(i, 1)], call.String())
	}
	if row.Output == "" {
		return
	}
	lines := strings.Split(row.Output, "\n")
	for i, line := range lines[max(0, len(lines)-maxShown):] {
		fmt.Fprintf(out, "  %-15s| %s\n", []string{"output", ""}[min(i, 1)], line)
	}
}

// label writes a text in lines behind its name.
func label(out *strings.Builder, name, text string) {
	for _, line := range wrapped(text, 100) {
		fmt.Fprintf(out, "  %-15s%s\n", name, line)
		name = ""
	}
}

// wrapped breaks a text at spaces into lines of so many bytes, where it can.
func wrapped(text string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		switch {
		case line == "":
			line = word
		case len(line)+1+len(word) > width:
			lines, line = append(lines, line), word
		default:
			line += " " + word
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// WriteList writes situations for a person who chooses among them.
func WriteList(w io.Writer, all []Situation) error {
	var out strings.Builder
	for _, s := range all {
		fmt.Fprintf(&out, "%s (%s)\n", s.Name, s.Expect)
		label(&out, "what happens", s.Happens)
		label(&out, "a good client", s.Good)
	}
	_, err := io.WriteString(w, out.String())
	return err
}
