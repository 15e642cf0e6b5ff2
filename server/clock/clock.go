// Package clock keeps virtual time. Each sandbox owns one Clock; nothing else
// in the program may read the machine's time, except through Wall.
package clock

import (
	"fmt"
	"time"
)

// Mode names how a clock moves.
type Mode string

// The four modes. A clock in mode Offset ticks like the wall from another
// instant; Scaled ticks faster or slower; Frozen moves only when told.
const (
	Real   Mode = "real"
	Offset Mode = "offset"
	Scaled Mode = "scaled"
	Frozen Mode = "frozen"
)

// Precision is what a reading is rounded down to: Chorus Pro shows
// milliseconds, and finer digits would only make journals differ.
const Precision = time.Millisecond

// MaxRate bounds Scaled: a year per second is more than any rehearsal needs,
// and keeps elapsed x rate inside time.Duration for nine years of uptime.
const MaxRate = 366 * 24 * 3600

// Clock is a virtual clock: an immutable value, replaced on each change. The
// zero Clock is not usable; make one with At.
//
// Each change folds the time elapsed so far into the anchor before it
// re-anchors, so no sequence of changes can make a clock run backwards.
type Clock struct {
	mode          Mode
	rate          float64
	anchorVirtual time.Time
	anchorReal    time.Time
}

// At starts a clock that reads virtual when the wall reads real.
//
// Rate is used by mode Scaled only (virtual seconds a wall second, more than 0
// and at most MaxRate). Mode Real ignores virtual: it is the wall itself.
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

// CheckRate tells whether a rate is one that mode Scaled takes.
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
// Precision. A wall that steps back does not take the clock with it.
func (c Clock) Reading(real time.Time) time.Time {
	return c.raw(real).Truncate(Precision)
}

func (c Clock) raw(real time.Time) time.Time {
	elapsed := real.Sub(c.anchorReal)
	if c.rate == 0 || elapsed <= 0 {
		return c.anchorVirtual
	}
	if c.rate == 1 {
		return c.anchorVirtual.Add(elapsed)
	}
	virtual := float64(elapsed) * c.rate
	if virtual >= float64(1<<62) {
		return c.anchorVirtual.Add(1 << 62)
	}
	return c.anchorVirtual.Add(time.Duration(virtual))
}

// MovedTo is the clock set to a later (or equal) virtual instant, in the same
// mode: a Real clock that is moved becomes Offset.
func (c Clock) MovedTo(virtual, real time.Time) Clock {
	if now := c.raw(real); virtual.Before(now) {
		virtual = now
	}
	if c.mode == Real && virtual.Sub(c.raw(real)) >= Precision {
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

// ScaledBy is the clock ticking rate times as fast from where it stands.
func (c Clock) ScaledBy(rate float64, real time.Time) (Clock, error) {
	return At(Scaled, c.raw(real), real, rate)
}

// Until is how long the wall must run, from real, before the clock reads
// virtual. It is zero when that instant has come, and ok is false when the
// clock is frozen before it or it is more than a hundred wall years away.
func (c Clock) Until(virtual, real time.Time) (wait time.Duration, ok bool) {
	missing := virtual.Sub(c.raw(real))
	if missing <= 0 {
		return 0, true
	}
	if c.rate == 0 {
		return 0, false
	}
	wall := float64(missing)/c.rate + 1
	if wall >= float64(100*365*24*time.Hour) {
		return 0, false
	}
	return time.Duration(wall), true
}
