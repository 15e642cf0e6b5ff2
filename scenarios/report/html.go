package report

import (
	_ "embed"
	"encoding/json"
	"html/template"
	"io"
	"strings"
	"time"

	"chorus-qualif/scenarios/result"
)

//go:embed report.html
var page string

// HTML writes one file that needs no other, for a screen and for paper: each
// workflow with its virtual timeline, each step with what was sent and answered,
// the mails, the clock's moves, and what was expected where a step failed.
func HTML(w io.Writer, r *result.Replay) error {
	parsed, err := template.New("report").Funcs(template.FuncMap{
		"instant": instant, "at": at, "value": value, "problems": problems, "pretty": pretty, "track": trackOf,
		"milliseconds": func(d time.Duration) string { return d.Round(10 * time.Microsecond).String() },
		"day":          func(t time.Time) string { return t.Format("02/01/2006 15:04") },
	}).Parse(page)
	if err != nil {
		return err
	}
	return parsed.Execute(w, r)
}

// pretty indents a body that is JSON, and cuts one that is very long.
func pretty(b *result.Body) string {
	const most = 20_000
	if b == nil {
		return ""
	}
	if b.Encoding != "" {
		return "(" + b.Encoding + ") " + shorten(b.Text, 200)
	}
	var parsed any
	decoder := json.NewDecoder(strings.NewReader(b.Text))
	decoder.UseNumber()
	if decoder.Decode(&parsed) != nil || decoder.More() {
		return shorten(b.Text, most)
	}
	text, err := json.MarshalIndent(parsed, "", "  ")
	if err != nil {
		return shorten(b.Text, most)
	}
	return shorten(string(text), most)
}

// track is the virtual timeline of a run: marks on a line of a hundred units.
type track struct {
	From, To time.Time
	Marks    []mark
}

// mark is one thing on the timeline.
type mark struct {
	// X is between 0 and 100.
	X float64
	// Kind is "step", "bad", "move" or "mail"; Title says what it is.
	Kind, Title string
}

// trackOf is nil where the clock is not known, or did not move: there is nothing
// to see then.
func trackOf(run *result.Run) *track {
	length := run.After.Sub(run.Before)
	if run.Before.IsZero() || length <= 0 {
		return nil
	}
	t := &track{From: run.Before, To: run.After}
	add := func(at time.Time, kind, title string) {
		if at.IsZero() || at.Before(run.Before) || at.After(run.After) {
			return
		}
		t.Marks = append(t.Marks, mark{float64(at.Sub(run.Before)) / float64(length) * 100, kind, title + " - " + instant(at)})
	}
	for _, step := range run.Steps {
		kind := "step"
		if step.Verdict == result.Failed || step.Verdict == result.Broken {
			kind = "bad"
		}
		for _, m := range step.Moves {
			add(m.To, "move", step.ID+": "+m.Cause)
		}
		add(step.Before, kind, step.ID)
		for _, m := range step.Mails {
			add(m.At, "mail", m.Subject)
		}
	}
	return t
}
