package controlroom

import (
	"fmt"
	"math"
	"time"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/requests"
	"chorus-qualif/server/sandboxes"
)

// The picture's measures, in its own units.
const (
	pictureWidth = 1000.0
	plotLeft     = 205.0
	plotRight    = 990.0
	laneHeight   = 26.0
	rowHeight    = 31.0
	barHeight    = 22.0
	axisHeight   = 30.0
	// letterWidth is about what a letter of a label takes.
	letterWidth = 6.2
	// presentAt is where the present stands in the window.
	presentAt = 0.4
)

type timelinePart struct {
	Width, Height, Left, Right, Bottom float64
	Now, FutureWidth, PlotHeight       float64
	NowLabel                           string
	Ticks                              []tick
	Lanes                              []lane
	Rows                               []timelineRow
	Windows                            []windowChoice
	From, To                           time.Time
	Summary                            string
	Legend                             []legendEntry
	Due                                []dueRow
	MoreDue                            int
}

type tick struct {
	X     float64
	Label string
}

// lane is a line of marks above the accounts.
type lane struct {
	Name     string
	Y, TextY float64
	Marks    []mark
}

type mark struct {
	X            float64
	Class, Title string
	Future       bool
}

type timelineRow struct {
	Login, Short string
	Y, TextY     float64
	Bars         []bar
	Words        []string
}

type bar struct {
	X, Y, Width, Height, TextX, TextY float64
	Class, Label, Title               string
	Future                            bool
}

type windowChoice struct {
	Label, Address string
	Chosen         bool
}

type legendEntry struct{ Class, Label string }

// span of a window, with the ticks of its axis.
type window struct {
	name, label string
	span        time.Duration
	step        func(time.Time) time.Time
	format      string
}

const day = 24 * time.Hour

func every(d time.Duration) func(time.Time) time.Time {
	return func(t time.Time) time.Time { return t.Add(d) }
}

func days(n int) func(time.Time) time.Time {
	return func(t time.Time) time.Time { return t.AddDate(0, 0, n) }
}

func months(n int) func(time.Time) time.Time {
	return func(t time.Time) time.Time { return t.AddDate(0, n, 0) }
}

func windows() []window {
	return []window{
		{"2h", "2 hours", 2 * time.Hour, every(15 * time.Minute), "15:04"},
		{"1d", "1 day", day, every(3 * time.Hour), "2 Jan 15:04"},
		{"1w", "1 week", 7 * day, days(1), "Mon 2 Jan"},
		{"3mo", "3 months", 91 * day, days(14), "2 Jan"},
		{"2y", "2 years", 730 * day, months(3), "Jan 2006"},
	}
}

// frame is a window placed around the present.
type frame struct {
	window
	now, from, to time.Time
}

func (f frame) x(at time.Time) float64 {
	share := float64(at.Sub(f.from)) / float64(f.span)
	x := plotLeft + share*(plotRight-plotLeft)
	return math.Round(10*math.Min(math.Max(x, plotLeft), plotRight)) / 10
}

func (f frame) shows(at time.Time) bool { return !at.Before(f.from) && !at.After(f.to) }

// frameOf places the window that is asked for, or else the smallest one in which
// there is something to see.
func frameOf(v sandboxes.View, h *history, asked string) frame {
	all := windows()
	chosen := all[len(all)-1]
	near := func(w window) bool {
		if next, ok := v.NextDue(); ok && next.At.Sub(v.Present) < time.Duration(float64(w.span)*(1-presentAt)) {
			return true
		}
		last := h.lastMoved()
		return !last.IsZero() && v.Present.Sub(last) < time.Duration(float64(w.span)*presentAt)
	}
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].name == asked {
			chosen = all[i]
			break
		}
		if asked == "" && near(all[i]) {
			chosen = all[i]
		}
	}
	from := v.Present.Add(-time.Duration(float64(chosen.span) * presentAt))
	return frame{chosen, v.Present, from, from.Add(chosen.span)}
}

// lastMoved is when something last happened to an account.
func (h *history) lastMoved() time.Time {
	for i := len(h.briefs) - 1; i >= 0; i-- {
		switch b := h.briefs[i]; {
		case b.Imported:
			return time.Time{}
		case b.Kind != "ClockAdvanced" && b.Kind != "ClockChanged" && b.Kind != "ApplicationChanged":
			return b.At
		}
	}
	return time.Time{}
}

// timeline draws the accounts that the list beside it shows.
func (p *page) timeline(v sandboxes.View, h *history, calls []*requests.Entry) {
	f := frameOf(v, h, p.Query.Get("window"))
	part := &timelinePart{Width: pictureWidth, Left: plotLeft, Right: plotRight, From: f.from, To: f.to, Now: f.x(f.now), NowLabel: f.nowLabel()}
	for _, w := range windows() {
		part.Windows = append(part.Windows, windowChoice{w.label, p.Query.With("timeline", "window", w.name), w.name == f.name})
	}
	part.Ticks = f.ticks()
	due := map[string][]qualif.Due{}
	for _, d := range v.Due(time.Time{}) {
		due[d.Subject] = append(due[d.Subject], d)
	}
	part.Lanes = f.lanes(v, h, calls)
	top := axisHeight + laneHeight*float64(len(part.Lanes)) + 4
	shown := map[string]bool{}
	for i, a := range p.Accounts.Rows {
		y := top + rowHeight*float64(i)
		row := f.row(v, h, a.TechnicalAccount, due[a.Login], y)
		for _, b := range row.Bars {
			shown[b.Class] = true
		}
		part.Rows = append(part.Rows, row)
	}
	part.Bottom = top + rowHeight*float64(len(part.Rows)) + 2
	part.Height, part.PlotHeight, part.FutureWidth = part.Bottom+6, part.Bottom-22, plotRight-part.Now
	part.Summary = fmt.Sprintf("From %s to %s, present at %s. %d accounts of %d.", showInstant(f.from), showInstant(f.to), showInstant(f.now), len(part.Rows), p.Accounts.All)
	for _, s := range qualif.Statuses {
		part.Legend = append(part.Legend, legendEntry{stateClasses[string(s)], stateNames[string(s)]})
	}
	part.Legend = append(part.Legend, legendEntry{"expired", stateNames[stateExpired]})
	if shown["locked"] {
		part.Legend = append(part.Legend, legendEntry{"locked", stateNames[stateLocked]})
	}
	part.Due, part.MoreDue = dueRows(v)
	p.Timeline = part
}

// nowLabel says the present as finely as the window shows it.
func (f frame) nowLabel() string {
	if f.span > 7*day {
		return "now " + f.now.In(qualif.Paris).Format("2 Jan")
	}
	return "now " + f.now.In(qualif.Paris).Format("15:04")
}

// ticks begin at midnight of the window's first day, so that they fall on round
// instants.
func (f frame) ticks() (ticks []tick) {
	first := f.from.In(qualif.Paris)
	at := time.Date(first.Year(), first.Month(), first.Day(), 0, 0, 0, 0, qualif.Paris)
	if f.span > 365*day {
		at = time.Date(first.Year(), 1, 1, 0, 0, 0, 0, qualif.Paris)
	}
	for ; at.Before(f.to); at = f.step(at) {
		// The present has a label of its own on the axis.
		if x := f.x(at); f.shows(at) && x < plotRight-30 && math.Abs(x-f.x(f.now)) > 66 {
			ticks = append(ticks, tick{x, at.Format(f.format)})
		}
	}
	return ticks
}

// lanes are what happened and will, the mails, and the calls of clients.
func (f frame) lanes(v sandboxes.View, h *history, calls []*requests.Entry) []lane {
	events, mails, asked := newMarks(f), newMarks(f), newMarks(f)
	for _, b := range h.briefs {
		switch {
		case b.Imported || !f.shows(b.At):
		case b.Kind == "MailQueued":
			mails.add(b.At, "mail", fmt.Sprintf("#%d %s", b.Seq, b.Subject), false)
		case b.Kind != "ClockAdvanced" && b.Kind != "ClockChanged":
			events.add(b.At, "event", fmt.Sprintf("#%d %s %s", b.Seq, b.Kind, b.Subject), false)
		}
	}
	for _, d := range v.Due(f.to) {
		events.add(d.At, "due", happening(d.Kind)+": "+d.Subject, true)
	}
	for _, e := range calls {
		if f.shows(e.Virtual) {
			asked.add(e.Virtual, statusClass(e.Status), fmt.Sprintf("call %d %s %s: %d", e.ID, e.Method, e.Path(), e.Status), false)
		}
	}
	return []lane{
		laneOf("Events", 0, events), laneOf("Mails", 1, mails), laneOf("Calls", 2, asked),
	}
}

func laneOf(name string, place float64, m *marks) lane {
	y := axisHeight + laneHeight*(place+0.5)
	return lane{name, y, y + 4, m.marks}
}

// marks gathers what would fall on the same spot into one mark.
type marks struct {
	frame
	marks []mark
	last  map[string]int
	count map[int]int
}

func newMarks(f frame) *marks { return &marks{frame: f, last: map[string]int{}, count: map[int]int{}} }

func (m *marks) add(at time.Time, class, title string, future bool) {
	const spot = 9.0
	x := m.x(at)
	title = showInstant(at) + " " + title
	key := fmt.Sprintf("%s %.0f", class, math.Floor(x/spot))
	if i, ok := m.last[key]; ok {
		m.count[i]++
		if n := m.count[i]; n < 8 {
			m.marks[i].Title += "\n" + title
		} else if n == 8 {
			m.marks[i].Title += "\n…"
		}
		return
	}
	m.last[key] = len(m.marks)
	m.count[len(m.marks)] = 1
	m.marks = append(m.marks, mark{x, class, title, future})
}

func statusClass(status int) string { return fmt.Sprintf("s%dxx", status/100) }
