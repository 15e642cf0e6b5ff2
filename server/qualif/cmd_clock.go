package qualif

import "time"

// Advance moves the state's time forward; everything due on the way fires in
// order, each at its own instant, cascades included.
type Advance struct {
	// To is the target; To is ignored when Until is set.
	To time.Time
	// Until is "" , "next" (the next due instant, with all that is due
	// then) or "idle" (until nothing is due).
	Until string
	// MaxEvents bounds what may fire; 0 is no bound.
	MaxEvents int
}

// Advanced is what an Advance did.
type Advanced struct {
	From, To time.Time
	Fired    []Fired
	// Next is what is due after To.
	Next *Due
	// Exhausted tells that MaxEvents was reached: To is then the instant of
	// the last thing that fired, and the same command goes on from there.
	Exhausted bool
}

func (c Advance) execute(t *Transaction) (Advanced, error) {
	from := t.now
	to, refusal := c.target(t)
	if refusal != nil {
		return Advanced{}, refusal
	}
	earlier := len(t.fired)
	done := t.fire(to, c.MaxEvents)
	if !done || c.Until == "idle" {
		to = later(from, t.s.Now)
	}
	t.now = to
	t.emit(ClockAdvanced{From: FormatInstant(from), To: FormatInstant(to)})
	result := Advanced{From: from, To: to, Fired: t.fired[earlier:], Exhausted: !done}
	if next, ok := t.s.NextDue(); ok {
		result.Next = &next
	}
	return result, nil
}

func (c Advance) target(t *Transaction) (time.Time, *Refusal) {
	switch c.Until {
	case "next":
		if next, ok := t.s.NextDue(); ok {
			return next.At, nil
		}
		return t.now, nil
	case "idle":
		return endOfTime, nil
	}
	to := c.To.In(Paris).Truncate(time.Millisecond)
	return to, checkTarget(t.now, to)
}

// endOfTime is the last instant that the platform's date formats can write.
var endOfTime = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

func checkTarget(now, to time.Time) *Refusal {
	switch {
	case to.Before(now):
		return refuse("clock-backwards", FormatInstant(now), FormatInstant(to))
	case to.After(endOfTime):
		return refuse("clock-too-far", FormatInstant(to))
	}
	return nil
}

// SetClock records that the clock moves otherwise from now on; At, when not
// zero, also jumps forward to an instant.
type SetClock struct {
	Clock ClockSetting
	At    time.Time
}

func (c SetClock) execute(t *Transaction) (Advanced, error) {
	from, to := t.now, t.now
	if !c.At.IsZero() {
		to = c.At.In(Paris).Truncate(time.Millisecond)
		if refusal := checkTarget(from, to); refusal != nil {
			return Advanced{}, refusal
		}
	}
	earlier := len(t.fired)
	t.fire(to, 0)
	t.now = to
	t.emit(ClockChanged{Clock: c.Clock, From: FormatInstant(from), To: FormatInstant(to)})
	return Advanced{From: from, To: to, Fired: t.fired[earlier:]}, nil
}
