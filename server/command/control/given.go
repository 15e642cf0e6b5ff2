package control

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"chorus-qualif/server/client"
	"chorus-qualif/server/command/control/table"
)

// reader reads the texts of flags, and collects every mistake with the place
// that the text came from.
type reader struct {
	source func(flag string) string
	errs   []error
}

func read(r *Run) *reader { return &reader{source: r.Source} }

func (g *reader) fail(flag, value, want string) {
	g.errs = append(g.errs, fmt.Errorf("%s: %q: want %s", g.source(flag), value, want))
}

// wrong is every mistake, or nil.
func (g *reader) wrong() error {
	if len(g.errs) == 0 {
		return nil
	}
	return &Failure{Misused, errors.Join(g.errs...)}
}

// whole reads a whole number, 0 when the text is empty.
func (g *reader) whole(flag, value string, least int64) int64 {
	if value == "" {
		return 0
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil || n < least {
		g.fail(flag, value, fmt.Sprintf("a whole number, %d or more", least))
	}
	return n
}

// rate reads a number of virtual seconds a second.
func (g *reader) rate(flag, value string) float64 {
	n, err := strconv.ParseFloat(value, 64)
	if err != nil || !(n > 0) || math.IsInf(n, 0) {
		g.fail(flag, value, "a number above 0, such as 60")
	}
	return n
}

// share reads a probability; nil when the text is empty.
func (g *reader) share(flag, value string) *float64 {
	if value == "" {
		return nil
	}
	n, err := strconv.ParseFloat(value, 64)
	if err != nil || !(n >= 0 && n <= 1) {
		g.fail(flag, value, "a share from 0 to 1")
	}
	return &n
}

// instant reads an instant, zero when the text is empty.
func (g *reader) instant(flag, value string) time.Time {
	if value == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, value)
	if err != nil {
		g.fail(flag, value, "an instant such as 2026-03-01T09:00:00+01:00")
	}
	return at
}

// moment writes an instant as flags read it; empty for none.
func moment(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.Format(time.RFC3339)
}

func due(d *client.Due) string {
	if d == nil {
		return "nothing is due"
	}
	return moment(d.Due) + " " + d.Kind + " " + d.Subject
}

func yes(on bool) table.Cell {
	if on {
		return table.Cell{Text: "yes", Style: table.Good}
	}
	return table.Cell{Text: "no", Style: table.Bad}
}

// card is a table of names and values, without a header.
func card(pairs ...any) *table.Table {
	t := table.New()
	for i := 0; i+1 < len(pairs); i += 2 {
		t.Add(table.Cell{Text: fmt.Sprint(pairs[i]), Style: table.Subtle}, pairs[i+1])
	}
	return t
}
