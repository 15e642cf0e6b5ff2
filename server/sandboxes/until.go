package sandboxes

import (
	"time"

	"chorus-qualif/server/qualif"
)

// Condition tells whether what an advance goes on for has come, from the state
// at an instant and from what happened there; nothing has happened yet when it is
// first asked.
type Condition func(s *qualif.State, fired []qualif.Fired, events []qualif.Event) bool

// Search is what an advance up to a condition did.
type Search struct {
	qualif.Advanced
	// Met tells that the condition came about: at Advanced.To. When it did
	// not, nothing has changed.
	Met bool
	// Pending is what is due, in order, when it did not.
	Pending []qualif.Due
}

// AdvanceUntil moves the clock to the first instant at which a condition holds,
// the present one included; everything due up to there happens. When it does not
// hold by the deadline, or after as many due things as maxEvents, nothing changes
// at all. A dry search changes nothing in any case.
func (sb *Sandbox) AdvanceUntil(met Condition, deadline time.Time, maxEvents int, dry bool) (Search, error) {
	if maxEvents <= 0 {
		maxEvents = DefaultMaxEvents
	}
	sb.mu.Lock()
	defer sb.mu.Unlock()
	now := sb.reading()
	copied := sb.state.Clone()
	copied.CatchUp(now)
	target, ok := look(copied, now, met, deadline, maxEvents)
	if !ok {
		return Search{Advanced: qualif.Advanced{From: now, To: now}, Pending: sb.state.Due(time.Time{})}, nil
	}
	state := sb.state
	if dry {
		state = sb.state.Clone()
	}
	result, events, err := qualif.Execute(state, now, qualif.Advance{To: target})
	if dry {
		return Search{Advanced: result, Met: true}, err
	}
	if err == nil {
		sb.clock = sb.clock.MovedTo(result.To, sb.registry.wall.Now())
	}
	if kept := sb.keep(events); kept != nil {
		err = kept
	}
	return Search{Advanced: result, Met: err == nil}, err
}

// look finds the instant at which a condition holds, on a state of its own.
func look(s *qualif.State, now time.Time, met Condition, deadline time.Time, maxEvents int) (time.Time, bool) {
	if met(s, nil, nil) {
		return now, true
	}
	for fired := 0; fired < maxEvents; {
		next, ok := s.NextDue()
		if !ok || next.At.After(deadline) {
			return now, false
		}
		result, events, err := qualif.Execute(s, now, qualif.Advance{To: next.At})
		if err != nil {
			return now, false
		}
		if met(s, result.Fired, events) {
			return result.To, true
		}
		now, fired = result.To, fired+len(result.Fired)
	}
	return now, false
}

// Fire lets something that is due later happen now; the clock stays where it is.
// An order that nothing has is a qualif.Refusal.
func (sb *Sandbox) Fire(order uint64) (qualif.Advanced, error) {
	return Do(sb, qualif.FireDue{Order: order})
}
