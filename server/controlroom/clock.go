package controlroom

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"chorus-qualif/server/clock"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// moveClock does what a button of the clock says.
func (r *Room) moveClock(v *visit, sb *sandboxes.Sandbox) {
	back := v.from(sb, "", "clock")
	text, err := pressed(sb, v.g.PostForm("do"), strings.TrimSpace(v.g.PostForm("value")))
	if err != nil {
		v.done(v.formError(err), back)
		return
	}
	v.done(notice{true, text}, back)
}

// pressed tells what came of a button.
func pressed(sb *sandboxes.Sandbox, do, value string) (string, error) {
	switch do {
	case "freeze":
		return reclocked(sb.Freeze(time.Time{}))
	case "resume":
		return reclocked(sb.Resume())
	case "scale":
		rate, err := strconv.ParseFloat(value, 64)
		if err == nil {
			err = clock.CheckRate(rate)
		}
		if err != nil {
			return "", errForm("The pace is a number of seconds that pass in one: more than 0, at most a year.")
		}
		return reclocked(sb.Scale(rate))
	case "by":
		span, err := clock.ParseSpan(value)
		if err != nil {
			return "", errForm("How far? " + err.Error() + ".")
		}
		return advanced(sb.Advance(sandboxes.Move{By: span}))
	case "next":
		return advanced(sb.Advance(sandboxes.Move{Until: qualif.UntilNext}))
	case "to":
		at, err := instantOf(value)
		if err != nil {
			return "", err
		}
		return advanced(sb.Advance(sandboxes.Move{To: at}))
	}
	return "", errForm("There is no such button.")
}

// instantOf reads the field of a date, in Paris, or an instant with its offset.
func instantOf(value string) (time.Time, error) {
	if at, err := time.Parse(time.RFC3339, value); err == nil {
		return at, nil
	}
	for _, layout := range []string{localLayout, "2006-01-02T15:04", "2006-01-02"} {
		if at, err := time.ParseInLocation(layout, value, qualif.Paris); err == nil {
			return at, nil
		}
	}
	return time.Time{}, errForm(fmt.Sprintf("%q is no date: write it as 2026-03-01T09:30, in Paris.", value))
}

func reclocked(r sandboxes.Reading, err error) (string, error) {
	if err != nil {
		return "", err
	}
	switch r.Mode {
	case clock.Frozen:
		return "The clock stands still at " + showInstant(r.Now) + ".", nil
	case clock.Scaled:
		return fmt.Sprintf("The clock runs at %g seconds a second from %s.", r.Rate, showInstant(r.Now)), nil
	}
	return "The clock runs at the wall's pace from " + showInstant(r.Now) + ".", nil
}

// advanced says what happened on the way.
func advanced(a qualif.Advanced, err error) (string, error) {
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "From %s to %s (%s): ", showInstant(a.From), showInstant(a.To), words(a.To.Sub(a.From)))
	const named = 5
	for i, fired := range a.Fired {
		if i == named {
			fmt.Fprintf(&b, "; and %d more", len(a.Fired)-named)
			break
		}
		if i > 0 {
			b.WriteString("; ")
		}
		fmt.Fprintf(&b, "%s (%s)", happening(fired.Kind), fired.Subject)
	}
	if len(a.Fired) == 0 {
		b.WriteString("nothing was due on the way")
	}
	b.WriteString(".")
	if a.Exhausted {
		b.WriteString(" More is due: press again to go on.")
	}
	return b.String(), nil
}
