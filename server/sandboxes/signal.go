package sandboxes

import (
	"context"
	"errors"
	"sync"
	"time"
)

// ErrRestarted is returned to those who waited in a sandbox that was deleted,
// or whose life was started over.
var ErrRestarted = errors.New("the sandbox was deleted or started over")

// signal wakes everybody who waits for something to change.
type signal struct {
	mu      sync.Mutex
	changed chan struct{}
}

func (s *signal) wait() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.changed == nil {
		s.changed = make(chan struct{})
	}
	return s.changed
}

func (s *signal) fire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.changed != nil {
		close(s.changed)
		s.changed = nil
	}
}

// Changed is closed at the next event or move of the sandbox's clock. Take it
// before looking at the sandbox, and nothing is missed.
func (sb *Sandbox) Changed() <-chan struct{} { return sb.signal.wait() }

// WaitUntil returns when the sandbox's clock reads an instant, however it gets
// there. It returns the context's error when that ends first, and ErrRestarted
// when the sandbox has no such future any more.
func (sb *Sandbox) WaitUntil(ctx context.Context, at time.Time) error {
	epoch := sb.Epoch()
	for {
		changed := sb.Changed()
		wait, running, arrived := sb.until(at)
		switch {
		case arrived:
			return nil
		case sb.Epoch() != epoch || sb.Gone():
			return ErrRestarted
		}
		rung := make(chan struct{})
		stop := func() bool { return true }
		if running {
			stop = sb.registry.wall.AfterFunc(wait, func() { close(rung) })
		}
		select {
		case <-changed:
		case <-rung:
		case <-ctx.Done():
			stop()
			return ctx.Err()
		}
		stop()
	}
}

// Pause returns after a length of wall time, or when the context ends.
func (sb *Sandbox) Pause(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	rung, stop := sb.After(d)
	select {
	case <-rung:
	case <-ctx.Done():
		stop()
	}
}

// After is closed once a length of wall time has passed, unless it is stopped.
func (sb *Sandbox) After(d time.Duration) (rung <-chan struct{}, stop func() bool) {
	ringing := make(chan struct{})
	return ringing, sb.registry.wall.AfterFunc(d, func() { close(ringing) })
}

// until is how long the wall must run before the clock reads an instant; a
// clock that stands never does.
func (sb *Sandbox) until(at time.Time) (wait time.Duration, running, arrived bool) {
	sb.mu.RLock()
	defer sb.mu.RUnlock()
	real := sb.registry.wall.Now()
	if !sb.clock.Reading(real).Before(at) {
		return 0, false, true
	}
	wait, running = sb.clock.Until(at, real)
	return wait, running, false
}
