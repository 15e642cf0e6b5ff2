package qualif

import (
	"fmt"
	"time"
)

// Command is something a person, an administrator or the platform asks for. It
// either changes nothing and returns a Refusal, or yields events and an R.
type Command[R any] interface {
	execute(t *Transaction) (R, error)
}

// Transaction collects the events of one command while it applies them.
type Transaction struct {
	s      *State
	now    time.Time
	cause  uint64
	events []Event
	fired  []Fired
}

// Fired is something that happened by itself, with the events it led to.
type Fired struct {
	Due
	Events []uint64 `json:"events"`
}

// Execute runs a command at an instant: whatever was due before it fires first,
// each at its own instant, and whatever the command makes due at once fires
// after it. The events are applied to the state and returned for the journal,
// also when the command is refused (time may have passed all the same).
//
// An instant before the state's own is taken for the state's own: time never
// runs backwards.
func Execute[R any](s *State, at time.Time, command Command[R]) (R, []Event, error) {
	t := &Transaction{s: s, now: later(s.Now, at.In(Paris).Truncate(time.Millisecond))}
	t.fire(t.now, 0)
	result, err := command.execute(t)
	if err == nil {
		t.fire(t.now, 0)
	}
	return result, t.events, err
}

// CatchUp fires whatever is due up to an instant and returns the events.
func (s *State) CatchUp(at time.Time) []Event {
	t := &Transaction{s: s}
	t.fire(at, 0)
	return t.events
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// emit applies an event; its cause is the transaction's.
func (t *Transaction) emit(p Payload) uint64 {
	e := Event{Seq: t.s.Seq + 1, At: t.now, Cause: t.cause, Payload: p}
	t.s.Apply(e)
	t.events = append(t.events, e)
	return e.Seq
}

// because makes an event the cause of those that follow.
func (t *Transaction) because(seq uint64) { t.cause = seq }

// fire lets everything due up to an instant happen, in order, cascades
// included, and reports whether it got there before firing limit things
// (0 is no limit).
func (t *Transaction) fire(until time.Time, limit int) bool {
	now, cause := t.now, t.cause
	defer func() { t.now, t.cause = now, cause }()
	for count := 0; ; count++ {
		d, ok := t.s.due.first()
		if !ok || d.At.After(until) {
			return true
		}
		if limit > 0 && count == limit {
			return false
		}
		t.now, t.cause = later(t.s.Now, d.At), d.Cause
		before := len(t.events)
		t.happen(d)
		fired := Fired{Due: d}
		for _, e := range t.events[before:] {
			fired.Events = append(fired.Events, e.Seq)
		}
		t.fired = append(t.fired, fired)
	}
}

// happen turns something due into its event.
func (t *Transaction) happen(d Due) {
	switch d.Kind {
	case DueAccountEffective:
		t.emit(TechnicalAccountEffective{Login: d.Subject})
	case DueAccountDeactivated:
		t.emit(TechnicalAccountDeactivated{Login: d.Subject, ReactivableUntil: addDays(t.now, t.s.Profile.ReactivationDays)})
	case DueAccountReactivated:
		t.emit(TechnicalAccountReactivated{Login: d.Subject})
	case DueAccountDeleted:
		t.emit(TechnicalAccountDeleted{Login: d.Subject})
	case DuePasswordExpiry:
		t.emit(PasswordExpired{Login: d.Subject})
	case DueExpiryReminder:
		a, _ := t.s.Account(d.Subject)
		t.notify(MailExpiryReminder, a, t.now, zeroInstant)
	case DuePreparationExpiry:
		t.emit(PreparationExpired{ID: d.Subject})
	default:
		panic(fmt.Sprintf("due kind %q has no event", d.Kind))
	}
}
