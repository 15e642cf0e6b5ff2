package clock_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chorus-qualif/server/clock"
)

var (
	wallStart    = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	virtualStart = time.Date(2031, 7, 14, 10, 30, 0, 0, time.UTC)
)

func at(t *testing.T, mode clock.Mode, rate float64) clock.Clock {
	t.Helper()
	c, err := clock.At(mode, virtualStart, wallStart, rate)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestReading(t *testing.T) {
	t.Parallel()
	const hour = time.Hour
	for name, test := range map[string]struct {
		mode    clock.Mode
		rate    float64
		elapsed time.Duration
		want    time.Time
	}{
		"real is the wall":                {clock.Real, 0, hour, wallStart.Add(hour)},
		"offset keeps the wall's pace":    {clock.Offset, 0, hour, virtualStart.Add(hour)},
		"frozen does not move":            {clock.Frozen, 0, hour, virtualStart},
		"scaled up":                       {clock.Scaled, 60, 30 * time.Second, virtualStart.Add(30 * time.Minute)},
		"scaled down":                     {clock.Scaled, 0.5, hour, virtualStart.Add(30 * time.Minute)},
		"scaled by a year a second":       {clock.Scaled, clock.MaxRate, time.Second, virtualStart.AddDate(0, 0, 366)},
		"more than a duration holds":      {clock.Scaled, clock.MaxRate, 1000 * time.Second, virtualStart.AddDate(0, 0, 366_000)},
		"stops at the end of the year":    {clock.Scaled, clock.MaxRate, hour * 24, time.Date(9999, 12, 31, 23, 59, 59, 999e6, time.UTC)},
		"rounded down to the millisecond": {clock.Offset, 0, 1999 * time.Microsecond, virtualStart.Add(time.Millisecond)},
		"a wall set back":                 {clock.Offset, 0, -hour, virtualStart},
		"a wall set back, scaled":         {clock.Scaled, 60, -hour, virtualStart},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := at(t, test.mode, test.rate).Reading(wallStart.Add(test.elapsed)); !got.Equal(test.want) {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestAtRefuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		mode clock.Mode
		rate float64
		want string
	}{
		"no mode":           {"", 1, `clock mode ""`},
		"an unknown mode":   {"fast", 1, `clock mode "fast"`},
		"a rate of zero":    {clock.Scaled, 0, "clock rate 0"},
		"a negative rate":   {clock.Scaled, -1, "clock rate -1"},
		"too high a rate":   {clock.Scaled, clock.MaxRate + 1, "clock rate"},
		"no number":         {clock.Scaled, math.NaN(), "clock rate NaN"},
		"an infinite rate":  {clock.Scaled, math.Inf(1), "clock rate +Inf"},
		"a rate just above": {clock.Scaled, math.Nextafter(clock.MaxRate, math.Inf(1)), "clock rate"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := clock.At(test.mode, virtualStart, wallStart, test.rate); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want one with %q", err, test.want)
			}
		})
	}
	if _, err := at(t, clock.Frozen, 0).ScaledBy(0, wallStart); err == nil {
		t.Error("ScaledBy took a rate of 0")
	}
}

func TestChangesKeepTheReading(t *testing.T) {
	t.Parallel()
	later := wallStart.Add(90*time.Minute + 400*time.Microsecond)
	for name, test := range map[string]struct {
		from   clock.Clock
		change func(clock.Clock) clock.Clock
		mode   clock.Mode
		rate   float64
		shift  time.Duration
	}{
		"freeze": {at(t, clock.Offset, 0), func(c clock.Clock) clock.Clock { return c.FrozenAt(later) }, clock.Frozen, 0, 0},
		"resume": {at(t, clock.Frozen, 0), func(c clock.Clock) clock.Clock { return c.Resumed(later) }, clock.Offset, 1, 0},
		"scale": {at(t, clock.Offset, 0), func(c clock.Clock) clock.Clock {
			scaled, err := c.ScaledBy(60, later)
			if err != nil {
				t.Error(err)
			}
			return scaled
		}, clock.Scaled, 60, 0},
		"move a frozen clock": {at(t, clock.Frozen, 0), func(c clock.Clock) clock.Clock {
			return c.MovedTo(c.Reading(later).Add(time.Hour), later)
		}, clock.Frozen, 0, time.Hour},
		"move a real clock": {at(t, clock.Real, 0), func(c clock.Clock) clock.Clock {
			return c.MovedTo(c.Reading(later).Add(time.Hour), later)
		}, clock.Offset, 1, time.Hour},
		"move a real clock nowhere": {at(t, clock.Real, 0), func(c clock.Clock) clock.Clock {
			return c.MovedTo(c.Reading(later), later)
		}, clock.Real, 1, 0},
		"move backwards": {at(t, clock.Scaled, 2), func(c clock.Clock) clock.Clock {
			return c.MovedTo(virtualStart, later)
		}, clock.Scaled, 2, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed := test.change(test.from)
			if got, want := changed.Reading(later), test.from.Reading(later).Add(test.shift); !got.Equal(want) {
				t.Errorf("got %s, want %s", got, want)
			}
			if changed.Mode() != test.mode || changed.Rate() != test.rate {
				t.Errorf("got %s at %v, want %s at %v", changed.Mode(), changed.Rate(), test.mode, test.rate)
			}
		})
	}
}

// Nothing takes a clock past the last instant that can be written, nor back
// from it.
func TestClocksEnd(t *testing.T) {
	t.Parallel()
	end := time.Date(9999, 12, 31, 23, 59, 59, 999e6, time.UTC)
	c := at(t, clock.Frozen, 0).MovedTo(end.AddDate(1, 0, 0), wallStart)
	for name, c := range map[string]clock.Clock{"frozen": c, "resumed": c.Resumed(wallStart), "moved": c.MovedTo(end, wallStart)} {
		for _, elapsed := range []time.Duration{0, 1, time.Hour} {
			if got := c.Reading(wallStart.Add(elapsed)); !got.Equal(end) {
				t.Errorf("%s, after %s: got %s, want %s", name, elapsed, got, end)
			}
		}
	}
}

// A real clock that is asked to go where it is must stay the wall, however
// often.
func TestRealClockDoesNotDrift(t *testing.T) {
	t.Parallel()
	c, wall := at(t, clock.Real, 0), wallStart
	for range 10_000 {
		wall = wall.Add(999 * time.Microsecond)
		c = c.MovedTo(wall.Add(900*time.Microsecond), wall)
	}
	if got, want := c.Reading(wall), wall.Truncate(time.Millisecond); !got.Equal(want) || c.Mode() != clock.Real {
		t.Errorf("got %s in mode %s, want %s", got, c.Mode(), want)
	}
}

func TestUntil(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for name, test := range map[string]struct {
		mode   clock.Mode
		rate   float64
		target time.Time
		want   time.Duration
		ok     bool
	}{
		"come already":            {clock.Offset, 0, virtualStart.Add(-time.Hour), 0, true},
		"now":                     {clock.Frozen, 0, virtualStart, 0, true},
		"frozen before it":        {clock.Frozen, 0, virtualStart.Add(time.Millisecond), 0, false},
		"at the wall's pace":      {clock.Offset, 0, virtualStart.Add(time.Hour), time.Hour, true},
		"scaled":                  {clock.Scaled, 60, virtualStart.Add(time.Hour), time.Minute, true},
		"within a hundred years":  {clock.Offset, 0, virtualStart.AddDate(0, 0, 36_000), 36_000 * day, true},
		"more than a hundred":     {clock.Offset, 0, virtualStart.AddDate(101, 0, 0), 0, false},
		"a thousand, scaled":      {clock.Scaled, 100, virtualStart.AddDate(0, 0, 365_000), 3650 * day, true},
		"past the end":            {clock.Scaled, clock.MaxRate, time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), 0, false},
		"a pace that never comes": {clock.Scaled, 1e-12, virtualStart.Add(time.Hour), 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok := at(t, test.mode, test.rate).Until(test.target, wallStart)
			if ok != test.ok || (got-test.want).Abs() > time.Millisecond {
				t.Errorf("got %s, %v; want %s, %v", got, ok, test.want, test.ok)
			}
		})
	}
}

// move is one thing that can happen to a clock or to the wall it follows.
type move struct {
	name string
	do   func(t *rapid.T, c clock.Clock, wall time.Time) (clock.Clock, time.Time)
}

var pauses = rapid.Int64Range(0, int64(400*24*time.Hour))

var moves = []move{
	{"let the wall run", func(t *rapid.T, c clock.Clock, wall time.Time) (clock.Clock, time.Time) {
		return c, wall.Add(time.Duration(pauses.Draw(t, "ran")))
	}},
	{"freeze", func(_ *rapid.T, c clock.Clock, wall time.Time) (clock.Clock, time.Time) {
		return c.FrozenAt(wall), wall
	}},
	{"resume", func(_ *rapid.T, c clock.Clock, wall time.Time) (clock.Clock, time.Time) {
		return c.Resumed(wall), wall
	}},
	{"scale", func(t *rapid.T, c clock.Clock, wall time.Time) (clock.Clock, time.Time) {
		rate := rapid.OneOf(rapid.Float64Range(1e-6, 10), rapid.Float64Range(1, clock.MaxRate), rapid.Just(60.0)).Draw(t, "rate")
		scaled, err := c.ScaledBy(rate, wall)
		if err != nil {
			t.Fatal(err)
		}
		return scaled, wall
	}},
	{"move", func(t *rapid.T, c clock.Clock, wall time.Time) (clock.Clock, time.Time) {
		by := rapid.Int64Range(-int64(time.Hour), int64(1000*24*time.Hour)).Draw(t, "by")
		return c.MovedTo(c.Reading(wall).Add(time.Duration(by)), wall), wall
	}},
}

// Whatever happens to a clock, its readings never decrease, and Until agrees
// with them.
func TestReadingsNeverDecrease(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		mode := rapid.SampledFrom([]clock.Mode{clock.Real, clock.Offset, clock.Frozen}).Draw(t, "mode")
		wall := wallStart
		c, err := clock.At(mode, virtualStart, wall, 0)
		if err != nil {
			t.Fatal(err)
		}
		previous := c.Reading(wall)
		for range rapid.IntRange(1, 60).Draw(t, "moves") {
			m := rapid.SampledFrom(moves).Draw(t, "move")
			name := m.name
			c, wall = m.do(t, c, wall)
			got := c.Reading(wall)
			if got.Before(previous) {
				t.Fatalf("%s took the clock from %s to %s", name, previous, got)
			}
			previous = got
			checkUntil(t, c, wall, got)
		}
	})
}

// checkUntil waits exactly as long as Until says for an instant, and looks.
func checkUntil(t *rapid.T, c clock.Clock, wall, now time.Time) {
	target := now.Add(time.Duration(rapid.Int64Range(0, int64(500*24*time.Hour)).Draw(t, "target"))).Truncate(clock.Precision)
	wait, ok := c.Until(target, wall)
	switch {
	case !ok:
		if got := c.Reading(wall.Add(50 * 365 * 24 * time.Hour)); !got.Before(target) {
			t.Fatalf("Until never comes to %s, yet it is %s in fifty years", target, got)
		}
	case c.Reading(wall.Add(wait)).Before(target):
		t.Fatalf("after Until's %s it is %s, before %s", wait, c.Reading(wall.Add(wait)), target)
	case wait > time.Millisecond && c.Reading(wall.Add(wait-wait/1_000_000-time.Microsecond)).After(target):
		t.Fatalf("Until's %s is too long for %s", wait, target)
	}
}

// A wall that is set back, which System's never is, takes a clock at most to
// where its last change put it.
func TestWallSetBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		wall := wallStart
		c, err := clock.At(clock.Offset, virtualStart, wall, 0)
		if err != nil {
			t.Fatal(err)
		}
		floor := c.Reading(wall)
		for range rapid.IntRange(1, 40).Draw(t, "moves") {
			if rapid.Bool().Draw(t, "set back") {
				wall = wall.Add(-time.Duration(pauses.Draw(t, "back")))
			} else {
				m := rapid.SampledFrom(moves).Draw(t, "move")
				c, wall = m.do(t, c, wall)
				if m.name != "let the wall run" {
					if got := c.Reading(wall); got.Before(floor) {
						t.Fatalf("%s took the clock to %s, before its last change at %s", m.name, got, floor)
					}
					floor = c.Reading(wall)
				}
			}
			if got := c.Reading(wall); got.Before(floor) {
				t.Fatalf("got %s, before the last change at %s", got, floor)
			}
		}
	})
}
