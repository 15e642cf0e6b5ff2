package clock

import "time"

// Wall is the machine's time, as a dependency: the only way to it.
type Wall interface {
	// Now is the machine's present instant. It never runs backwards between
	// two calls in one process: System keeps the monotonic reading, so a
	// machine whose date is corrected does not disturb a Clock.
	Now() time.Time
	// AfterFunc calls f in its own goroutine once d has passed; stop
	// prevents it and reports whether it did.
	AfterFunc(d time.Duration, f func()) (stop func() bool)
}

// System is the machine's own clock.
func System() Wall { return system{} }

type system struct{}

func (system) Now() time.Time { return time.Now() }

func (system) AfterFunc(d time.Duration, f func()) func() bool {
	return time.AfterFunc(d, f).Stop
}
