package clock_test

import (
	"strings"
	"testing"
	"time"

	"chorus-qualif/server/clock"
)

// A Clock relies on the wall's monotonic reading: without it a corrected date
// would take clocks with it.
func TestSystemIsMonotonic(t *testing.T) {
	t.Parallel()
	wall := clock.System()
	first := wall.Now()
	if !strings.Contains(first.String(), " m=") {
		t.Errorf("%s has no monotonic reading", first)
	}
	for range 1000 {
		if next := wall.Now(); next.Sub(first) < 0 {
			t.Fatalf("%s follows %s", next, first)
		}
	}
}

func TestSystemAfterFunc(t *testing.T) {
	t.Parallel()
	wall, rung := clock.System(), make(chan struct{})
	stopNever := wall.AfterFunc(24*time.Hour, func() { t.Error("a stopped timer rang") })
	if !stopNever() {
		t.Error("a timer that was stopped in time says it was not")
	}
	stop := wall.AfterFunc(0, func() { close(rung) })
	<-rung
	if stop() {
		t.Error("a timer that rang says it was stopped")
	}
}
