package qualif

import (
	"fmt"
	"time"
)

// Command is something a person, an administrator or the platform asks for. It
// either changes nothing and returns an error (a Refusal unless said
// otherwise), or yields events and an R.
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

// Fired is something that happened by itself.
type Fired struct {
	Due
	// Events holds the Seq of each event it led to.
	Events []uint64 `json:"events"`
}

// Execute runs a command at an instant: whatever was due by then fires first,
// each at its own instant, and whatever the command makes due at once fires
// after it. The events are applied to the state and returned for the journal,
// also when the command is refused (time may have passed all the same).
//
// The instant is rounded down to the millisecond. One before the state's own is
// taken for the state's own, as time never runs backwards; one past the end of
// the year 9989 for that end, as no date derived from it could be written.
func Execute[R any](s *State, at time.Time, command Command[R]) (R, []Event, error) {
	t := &Transaction{s: s, now: later(s.Now, earlier(at.In(Paris).Truncate(time.Millisecond), lastInstant))}
	t.fire(t.now, 0)
	result, err := command.execute(t)
	if err == nil {
		t.fire(t.now, 0)
	}
	return result, t.events, err
}

// CatchUp fires whatever is due up to an instant and returns the events, which
// are applied already.
func (s *State) CatchUp(at time.Time) []Event {
	t := &Transaction{s: s}
	t.fire(earlier(at, lastInstant), 0)
	return t.events
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
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
// (0 is no limit). What is due at one instant is never parted: the last
// instant's may run over the limit, and nothing overdue is left behind.
func (t *Transaction) fire(until time.Time, limit int) bool {
	now, cause := t.now, t.cause
	defer func() { t.now, t.cause = now, cause }()
	for count := 0; ; count++ {
		d, ok := t.s.due.first()
		if !ok || d.At.After(until) {
			return true
		}
		if limit > 0 && count >= limit && d.At.After(t.s.Now) {
			return false
		}
		t.now, t.cause = later(t.s.Now, d.At), d.Cause
		t.fired = append(t.fired, Fired{Due: d, Events: t.happen(d)})
	}
}

// happen turns something due into its events, one of which takes it from the
// queue.
func (t *Transaction) happen(d Due) []uint64 {
	before := len(t.events)
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
	case DueFlux:
		t.avanceFlux(d.Subject)
	case DueFacture:
		t.avanceFacture(d.Subject)
	}
	if t.s.due.has(d) {
		panic(fmt.Sprintf("%s of %s was due and has not happened", d.Kind, d.Subject))
	}
	var events []uint64
	for _, e := range t.events[before:] {
		events = append(events, e.Seq)
	}
	return events
}
