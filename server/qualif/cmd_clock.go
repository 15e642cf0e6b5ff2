package qualif

import "time"

// firstInstant and lastInstant bound a sandbox's time: there was no Chorus Pro
// before, and after it the dates counted from an instant (424 days, 60 days)
// might not fit the four digits of a year.
var (
	firstInstant = time.Date(2000, time.January, 1, 0, 0, 0, 0, Paris)
	lastInstant  = time.Date(9990, time.January, 1, 0, 0, 0, 0, Paris)
)

// The values of Advance.Until.
const (
	// UntilNext is the next due instant, with all that is due then.
	UntilNext = "next"
	// UntilIdle goes on until nothing is due.
	UntilIdle = "idle"
)

// Advance moves the state's time forward; everything due on the way fires in
// order, each at its own instant, cascades included. Going back, going past the
// year 9989 and an unknown Until are refused.
type Advance struct {
	// To is the target, rounded down to the millisecond; it is ignored when
	// Until is set.
	To time.Time
	// Until is "", UntilNext or UntilIdle.
	Until string
	// MaxEvents bounds how many things may fire; 0 is no bound. What is due
	// at one instant fires together, so the last one may run over it.
	MaxEvents int
}

// Advanced is what an Advance did.
type Advanced struct {
	From, To time.Time
	// Fired lists what happened by itself on the way, in order.
	Fired []Fired
	// Next is what is due first after To; nil when nothing is.
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
	before := len(t.fired)
	done := t.fire(to, c.MaxEvents)
	if !done || c.Until == UntilIdle {
		to = later(from, t.s.Now)
	}
	t.now = to
	t.emit(ClockAdvanced{From: FormatInstant(from), To: FormatInstant(to)})
	return t.advanced(from, before, !done), nil
}

func (c Advance) target(t *Transaction) (time.Time, *Refusal) {
	to := c.To.In(Paris).Truncate(time.Millisecond)
	switch c.Until {
	case "":
	case UntilIdle:
		return lastInstant, nil
	case UntilNext:
		to = t.now
		if next, ok := t.s.NextDue(); ok {
			to = next.At
		}
	default:
		return to, refuse("clock-until-unknown", c.Until)
	}
	return to, checkTarget(t.now, to)
}

func checkTarget(now, to time.Time) *Refusal {
	switch {
	case to.Before(now):
		return refuse("clock-backwards", FormatInstant(now), FormatInstant(to))
	case to.After(lastInstant):
		return refuse("clock-too-far", FormatInstant(to))
	}
	return nil
}

// advanced tells what an advance to the transaction's present did.
func (t *Transaction) advanced(from time.Time, before int, exhausted bool) Advanced {
	result := Advanced{From: from, To: t.now, Fired: t.fired[before:], Exhausted: exhausted}
	if next, ok := t.s.NextDue(); ok {
		result.Next = &next
	}
	return result
}

// SetClock records that the clock moves otherwise from now on; At, when not
// zero, also jumps forward to an instant, as Advance does.
type SetClock struct {
	Clock ClockSetting
	At    time.Time
}

func (c SetClock) execute(t *Transaction) (Advanced, error) {
	if refusal := c.Clock.check(); refusal != nil {
		return Advanced{}, refusal
	}
	from, to := t.now, t.now
	if !c.At.IsZero() {
		to = c.At.In(Paris).Truncate(time.Millisecond)
		if refusal := checkTarget(from, to); refusal != nil {
			return Advanced{}, refusal
		}
	}
	before := len(t.fired)
	t.fire(to, 0)
	t.now = to
	t.emit(ClockChanged{Clock: c.Clock, From: FormatInstant(from), To: FormatInstant(to)})
	return t.advanced(from, before, false), nil
}
