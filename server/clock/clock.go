// Package clock keeps virtual time. Each sandbox owns one Clock; nothing else
// in the program may read the machine's time, except through Wall.
package clock

import (
	"fmt"
	"math"
	"time"
)

// Mode names how a clock moves, in the words of the admin API.
type Mode string

// The four modes. Real is the wall itself; a clock in mode Offset ticks like
// the wall from another instant; Scaled ticks faster or slower; Frozen moves
// only when told.
const (
	Real   Mode = "real"
	Offset Mode = "offset"
	Scaled Mode = "scaled"
	Frozen Mode = "frozen"
)

// Precision is what a reading is rounded down to: Chorus Pro shows
// milliseconds, and finer digits would only make journals differ.
const Precision = time.Millisecond

// MaxRate bounds Scaled, in virtual seconds a wall second: a year a second is
// more than any rehearsal needs.
const MaxRate = 366 * 24 * 3600

// last is where every clock stops: the last instant that RFC 3339 can write.
var last = time.Date(9999, time.December, 31, 23, 59, 59, 999_000_000, time.UTC)

// Clock is a virtual clock: an immutable value, replaced on each change. The
// zero Clock is not usable; make one with At.
//
// Each change folds the time elapsed so far into the anchor before it
// re-anchors, so no sequence of changes can make a clock run backwards: its
// readings never decrease while those of the Wall do not, and a wall that was
// set back never takes the clock to before its last change.
type Clock struct {
	mode          Mode
	rate          float64
	anchorVirtual time.Time
	anchorReal    time.Time
}

// At starts a clock that reads virtual when the wall reads real.
//
// Rate is used by mode Scaled only (virtual seconds a wall second, more than 0
// and at most MaxRate). Mode Real ignores virtual: it is the wall itself. An
// unknown mode, or a rate that CheckRate refuses, is an error.
func At(mode Mode, virtual, real time.Time, rate float64) (Clock, error) {
	c := Clock{mode: mode, anchorVirtual: virtual, anchorReal: real}
	switch mode {
	case Real:
		c.rate, c.anchorVirtual = 1, real.Round(0)
	case Offset:
		c.rate = 1
	case Frozen:
		c.rate = 0
	case Scaled:
		if err := CheckRate(rate); err != nil {
			return Clock{}, err
		}
		c.rate = rate
	default:
		return Clock{}, fmt.Errorf("clock mode %q: want real, offset, scaled or frozen", mode)
	}
	return c, nil
}

// CheckRate refuses a rate that mode Scaled does not take: it wants more than 0
// and at most MaxRate virtual seconds a wall second.
func CheckRate(rate float64) error {
	if !(rate > 0 && rate <= MaxRate) {
		return fmt.Errorf("clock rate %v: want more than 0 and at most %d virtual seconds a second", rate, MaxRate)
	}
	return nil
}

// Mode tells how the clock moves.
func (c Clock) Mode() Mode { return c.mode }

// Rate is the number of virtual seconds a wall second; 0 when frozen.
func (c Clock) Rate() float64 { return c.rate }

// Reading is the virtual instant when the wall reads real, rounded down to
// Precision. A wall that reads less than at the last change leaves the clock
// where that change put it.
func (c Clock) Reading(real time.Time) time.Time {
	return c.raw(real).Truncate(Precision)
}

func (c Clock) raw(real time.Time) time.Time {
	reading := c.anchorVirtual
	switch elapsed := real.Sub(c.anchorReal); {
	case c.rate == 0 || elapsed <= 0:
	case c.rate == 1:
		reading = reading.Add(elapsed)
	default:
		reading = addNanoseconds(reading, float64(elapsed)*c.rate)
	}
	if reading.After(last) {
		return last
	}
	return reading
}

// addNanoseconds adds what may be more than a time.Duration holds (292 years).
// The remainder is exact, so that more nanoseconds never give an earlier instant.
func addNanoseconds(t time.Time, n float64) time.Time {
	rest := math.Mod(n, float64(time.Second))
	seconds := math.Round((n - rest) / float64(time.Second))
	if seconds > float64(last.Unix()-t.Unix()) {
		return last
	}
	return time.Unix(t.Unix()+int64(seconds), int64(t.Nanosecond())+int64(rest)).In(t.Location())
}

// MovedTo is the clock set to a virtual instant, in the same mode: a Real clock
// that is moved becomes Offset. An instant that is past already leaves the
// clock where it stands.
func (c Clock) MovedTo(virtual, real time.Time) Clock {
	now := c.raw(real)
	if virtual.Before(now) {
		virtual = now
	}
	if c.mode == Real {
		if virtual.Sub(now) < Precision {
			return c // still the wall: a drift nobody can read must not add up
		}
		c.mode = Offset
	}
	c.anchorVirtual, c.anchorReal = virtual, real
	return c
}

// FrozenAt is the clock stopped where it stands when the wall reads real.
func (c Clock) FrozenAt(real time.Time) Clock {
	return Clock{mode: Frozen, anchorVirtual: c.raw(real), anchorReal: real}
}

// Resumed is the clock ticking at the wall's pace from where it stands.
func (c Clock) Resumed(real time.Time) Clock {
	return Clock{mode: Offset, rate: 1, anchorVirtual: c.raw(real), anchorReal: real}
}

// ScaledBy is the clock ticking rate virtual seconds a wall second from where
// it stands; a rate that CheckRate refuses is an error.
func (c Clock) ScaledBy(rate float64, real time.Time) (Clock, error) {
	return At(Scaled, c.raw(real), real, rate)
}

// Until is how long the wall must run, from real, before the clock reads
// virtual. It is zero when that instant has come, and ok is false when the
// clock never gets there (frozen before it, or past the year 9999) or only in
// more than a hundred wall years.
func (c Clock) Until(virtual, real time.Time) (wait time.Duration, ok bool) {
	const century = 100 * 365 * 24 * time.Hour
	now := c.raw(real)
	if !virtual.After(now) {
		return 0, true
	}
	if c.rate == 0 || virtual.After(last) {
		return 0, false
	}
	missing := float64(virtual.Unix()-now.Unix())*float64(time.Second) + float64(virtual.Nanosecond()-now.Nanosecond())
	if missing/c.rate >= float64(century) {
		return 0, false
	}
	// The division may fall short of the instant by its rounding.
	wait = time.Duration(missing / c.rate)
	for step := time.Duration(1); c.raw(real.Add(wait)).Before(virtual); step *= 2 {
		wait += step
	}
	return wait, true
}
