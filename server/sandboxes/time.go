package sandboxes

import (
	"time"

	"chorus-qualif/server/clock"
	"chorus-qualif/server/qualif"
)

// Move is how far to advance a clock: exactly one of By, To and Until.
type Move struct {
	By    clock.Span
	To    time.Time
	Until string
	// MaxEvents bounds what may fire; 0 is DefaultMaxEvents.
	MaxEvents int
}

// DefaultMaxEvents bounds an advance that names no bound of its own: beyond it
// a scenario is more likely wrong than long.
const DefaultMaxEvents = 10_000

func (m Move) command(now time.Time) qualif.Advance {
	c := qualif.Advance{To: m.To, Until: m.Until, MaxEvents: m.MaxEvents}
	if m.MaxEvents == 0 {
		c.MaxEvents = DefaultMaxEvents
	}
	if m.Until == "" && m.To.IsZero() {
		c.To = m.By.From(now)
	}
	return c
}

// Reading is a clock as people see it.
type Reading struct {
	Mode clock.Mode
	Now  time.Time
	Rate float64
	Next *qualif.Due
}

// Clock reads the sandbox's clock.
func (sb *Sandbox) Clock() Reading {
	var r Reading
	sb.Read(func(v View) { r = sb.describe(v.Present) })
	return r
}

// describe is the clock with what is due next; a lock is held.
func (sb *Sandbox) describe(now time.Time) Reading {
	r := Reading{Mode: sb.clock.Mode(), Now: now, Rate: sb.clock.Rate()}
	if next, ok := sb.state.NextDue(); ok {
		r.Next = &next
	}
	return r
}

// Advance moves the clock forward and lets everything due on the way happen.
func (sb *Sandbox) Advance(m Move) (qualif.Advanced, error) {
	sb.mu.Lock()
	defer sb.mu.Unlock()
	now := sb.reading()
	result, events, err := qualif.Execute(sb.state, now, m.command(now))
	if err == nil {
		sb.clock = sb.clock.MovedTo(result.To, sb.registry.wall.Now())
	}
	if kept := sb.keep(events); kept != nil {
		return result, kept
	}
	return result, err
}

// Peek tells what an Advance would do, and changes nothing.
func (sb *Sandbox) Peek(m Move) (qualif.Advanced, error) {
	sb.mu.RLock()
	now := sb.reading()
	copied := sb.state.Clone()
	sb.mu.RUnlock()
	result, _, err := qualif.Execute(copied, now, m.command(now))
	return result, err
}

// Freeze stops the clock, at a later instant if one is given.
func (sb *Sandbox) Freeze(at time.Time) (Reading, error) {
	return sb.reclock(at, func(c clock.Clock, real time.Time) (clock.Clock, error) { return c.FrozenAt(real), nil })
}

// Resume lets the clock tick at the wall's pace from where it stands.
func (sb *Sandbox) Resume() (Reading, error) {
	return sb.reclock(time.Time{}, func(c clock.Clock, real time.Time) (clock.Clock, error) { return c.Resumed(real), nil })
}

// Scale lets the clock tick rate times as fast from where it stands.
func (sb *Sandbox) Scale(rate float64) (Reading, error) {
	return sb.reclock(time.Time{}, func(c clock.Clock, real time.Time) (clock.Clock, error) { return c.ScaledBy(rate, real) })
}

// Set moves the clock to a later instant in the mode it is in.
func (sb *Sandbox) Set(at time.Time) (Reading, error) {
	return sb.reclock(at, func(c clock.Clock, _ time.Time) (clock.Clock, error) { return c, nil })
}

func (sb *Sandbox) reclock(at time.Time, change func(clock.Clock, time.Time) (clock.Clock, error)) (Reading, error) {
	sb.mu.Lock()
	defer sb.mu.Unlock()
	real := sb.registry.wall.Now()
	now := sb.clock.Reading(real).In(qualif.Paris)
	target := now
	if !at.IsZero() {
		target = at
	}
	changed, err := change(sb.clock.MovedTo(target, real), real)
	if err != nil {
		return Reading{}, err
	}
	setting := qualif.ClockSetting{Mode: string(changed.Mode()), Rate: changed.Rate()}
	result, events, err := qualif.Execute(sb.state, now, qualif.SetClock{Clock: setting, At: at})
	if err == nil {
		sb.clock = changed
	}
	if kept := sb.keep(events); kept != nil {
		return Reading{}, kept
	}
	return sb.describe(result.To), err
}
