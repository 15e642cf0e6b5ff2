package controlroom

import (
	"fmt"
	"strings"
	"time"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// row draws an account: its life so far, then what is due if nobody does
// anything.
func (f frame) row(v sandboxes.View, h *history, a *qualif.TechnicalAccount, due []qualif.Due, y float64) timelineRow {
	row := timelineRow{Login: a.Login, Short: short(a.Login), Y: y, TextY: y + 15}
	t := h.tracks[a.Login]
	if t == nil {
		t = &track{Statuses: []span{{a.CreatedAt, string(a.Status)}}}
	}
	statuses, blocks := ahead(v, a, due)
	row.Bars = f.bars(row.Bars, t.Statuses, statuses, y, barHeight)
	row.Bars = f.bars(row.Bars, t.Blocks, blocks, y+barHeight-5, 5)
	row.Words = append(said(t.Statuses, f.now, false), said(statuses, f.now, true)...)
	row.Words = append(row.Words, append(said(t.Blocks, f.now, false), said(blocks, f.now, true)...)...)
	return row
}

// short is a login that fits beside the picture: its middle tells it from others.
func short(login string) string {
	name, _, _ := strings.Cut(login, "@")
	const fits = 30
	if len(name) > fits {
		return name[:fits-1] + "…"
	}
	return name
}

// ahead is what is due of an account, as spans from the present on.
func ahead(v sandboxes.View, a *qualif.TechnicalAccount, due []qualif.Due) (statuses, blocks []span) {
	for _, d := range due {
		switch d.Kind {
		case qualif.DueAccountEffective, qualif.DueAccountReactivated:
			statuses = append(statuses, span{d.At, string(qualif.Actif)})
		case qualif.DueAccountDeactivated:
			lost := d.At.In(qualif.Paris).AddDate(0, 0, v.Profile.ReactivationDays)
			statuses = append(statuses, span{d.At, string(qualif.Inactif)}, span{lost, string(qualif.Supprime)})
		case qualif.DueAccountDeleted:
			statuses = append(statuses, span{d.At, string(qualif.Supprime)})
		case qualif.DuePasswordExpiry:
			blocks = append(blocks, span{d.At, stateExpired})
		}
	}
	return statuses, blocks
}

// bars turns spans into rectangles, in two parts: until the present, and after.
func (f frame) bars(bars []bar, past, future []span, y, height float64) []bar {
	for i, s := range past {
		end := f.now
		if i+1 < len(past) {
			end = past[i+1].From
		}
		bars = f.bar(bars, s.State, s.From, end, false, y, height)
	}
	state, from := "", f.now
	if len(past) > 0 {
		state = past[len(past)-1].State
	}
	for _, s := range future {
		bars = f.bar(bars, state, from, s.From, true, y, height)
		state, from = s.State, s.From
	}
	return f.bar(bars, state, from, f.to, true, y, height)
}

func (f frame) bar(bars []bar, state string, from, to time.Time, future bool, y, height float64) []bar {
	if state == "" || !to.After(f.from) || !from.Before(f.to) {
		return bars
	}
	x, right := f.x(from), f.x(to)
	if right-x < 1.5 && !future {
		x = right - 1.5 // what lasted no time is seen all the same
	}
	b := bar{
		X: x, Y: y, Width: right - x, Height: height, TextX: x + 6, TextY: y + 14.5, Class: stateClasses[state], Future: future,
		Title: fmt.Sprintf("%s from %s to %s", stateNames[state], showInstant(from), showInstant(to)),
	}
	if future {
		b.Title += " if nobody does anything"
	}
	if name := stateNames[state]; height >= barHeight && letterWidth*float64(len(name))+12 < b.Width && (!future || from.After(f.now)) {
		b.Label = name
	}
	if b.Width <= 0 {
		return bars
	}
	return append(bars, b)
}

// said are spans in words, for those who do not see the picture.
func said(spans []span, now time.Time, future bool) []string {
	var all []string
	for _, s := range spans {
		name := stateNames[s.State]
		if s.State == "" {
			name = "new password"
		}
		if future {
			all = append(all, fmt.Sprintf("%s from %s (due in %s)", name, showInstant(s.From), words(s.From.Sub(now))))
		} else {
			all = append(all, fmt.Sprintf("%s from %s", name, showInstant(s.From)))
		}
	}
	return all
}
