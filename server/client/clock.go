package client

import (
	"context"
	"strconv"
	"time"
)

// Clock is a reading of a sandbox's clock.
type Clock struct {
	// Mode is real, offset, scaled or frozen.
	Mode string    `json:"mode"`
	Now  time.Time `json:"now"`
	// Rate is how many virtual seconds pass in a second; 0 when frozen.
	Rate float64 `json:"rate"`
	// Next is what happens next by itself, or nil.
	Next *Due `json:"next"`
}

// Due is something that will happen by itself.
type Due struct {
	// ID is what to fire it by; 0 outside timelines.
	ID   int64     `json:"id,omitempty"`
	Due  time.Time `json:"due"`
	Kind string    `json:"kind"`
	// Subject is a login, or the identifier of a preparation.
	Subject string `json:"subject"`
	// In is how long from now, ISO 8601, days counted on the calendar of
	// Paris as [Span] does; empty outside timelines.
	In string `json:"in,omitempty"`
}

// Advanced is what an advance did, or would do.
type Advanced struct {
	From  time.Time `json:"from"`
	To    time.Time `json:"to"`
	Fired []Fired   `json:"fired"`
	// Next is what is due next, or nil.
	Next *Due `json:"next"`
}

// Fired is something that was due and happened.
type Fired struct {
	Due     time.Time `json:"due"`
	Kind    string    `json:"kind"`
	Subject string    `json:"subject"`
	// Events are the places in the journal of what it led to.
	Events []int64 `json:"events"`
}

// Step is how far to advance a clock: [By], [Span], [To], [Next], [Idle],
// [UntilEvent], [UntilMail], [UntilState], [UntilFacture] or [UntilFlux].
type Step struct {
	By        string     `json:"by,omitempty"`
	To        *time.Time `json:"to,omitempty"`
	Until     any        `json:"until,omitempty"`
	Deadline  string     `json:"deadline,omitempty"`
	MaxEvents int        `json:"maxEvents,omitempty"`
}

// By is an exact length of time: half an hour is half an hour.
func By(d time.Duration) Step { return Step{By: d.String()} }

// Span is a length of time as a text, Go (30m) or ISO 8601 (P60D); days and
// longer are counted on the calendar of Paris.
func Span(text string) Step { return Step{By: text} }

// To is an instant, not in the past.
func To(at time.Time) Step { return Step{To: &at} }

// Next goes to the next thing that is due.
func Next() Step { return Step{Until: "next"} }

// Idle goes on until nothing is due.
func Idle() Step { return Step{Until: "idle"} }

// UntilEvent goes on until an event happens on the way: the kind of an event
// (TechnicalAccountEffective) or of what is due (technical-account-effective),
// about any subject when it is empty.
func UntilEvent(kind, subject string) Step {
	return Step{Until: map[string]any{"event": compact("kind", kind, "subject", subject)}}
}

// MailCriteria is what a notification must be; what is empty is not asked.
type MailCriteria struct {
	// To is the recipient, Subject a part of the subject, Kind what it is
	// about, After the identifier of a mail: only later ones count.
	To, Subject, Kind, After string
}

// UntilMail goes on until a notification is there.
func UntilMail(m MailCriteria) Step {
	return Step{Until: map[string]any{"mail": compact("to", m.To, "subject", m.Subject, "kind", m.Kind, "after", m.After)}}
}

// UntilState goes on until a technical account has a status, such as ACTIF.
func UntilState(login, status string) Step {
	return Step{Until: map[string]any{"state": map[string]string{"account": login, "status": status}}}
}

// UntilFacture goes on until an invoice (identifiantFactureCPP) has a
// statutFacture, such as MISE_A_DISPOSITION, or has passed it on the way. The
// invoice need not be there yet.
func UntilFacture(id int64, statut string) Step {
	return Step{Until: map[string]any{"state": map[string]any{"facture": id, "statut": statut}}}
}

// UntilFlux goes on until a deposited flow (numeroFluxDepot) has an
// etatCourantFlux, such as IN_INTEGRE.
func UntilFlux(numero, etat string) Step {
	return Step{Until: map[string]any{"state": map[string]string{"flux": numero, "etat": etat}}}
}

// Within bounds a condition: an instant of the sandbox or a length of time;
// P500D when it is not said.
func (s Step) Within(deadline string) Step {
	s.Deadline = deadline
	return s
}

// AtMost bounds how many due events may fire.
func (s Step) AtMost(events int) Step {
	s.MaxEvents = events
	return s
}

func compact(pairs ...string) map[string]string {
	all := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			all[pairs[i]] = pairs[i+1]
		}
	}
	return all
}

// Clock reads the clock.
func (s *Sandbox) Clock(ctx context.Context) (Clock, error) {
	return ask[Clock](ctx, s.c, s.get(nil, "clock"))
}

// Advance moves the clock forward; what is due on the way happens in order. An
// error tells with [Error.Stopped] how far it went.
func (s *Sandbox) Advance(ctx context.Context, step Step) (Advanced, error) {
	return ask[Advanced](ctx, s.c, s.post(step, "clock", "advance"))
}

// Peek tells what an advance would do; nothing changes.
func (s *Sandbox) Peek(ctx context.Context, step Step) (Advanced, error) {
	return ask[Advanced](ctx, s.c, s.post(step, "clock", "peek"))
}

// Freeze stops the clock, at a later instant unless it is zero.
func (s *Sandbox) Freeze(ctx context.Context, at time.Time) (Clock, error) {
	body := struct {
		At time.Time `json:"at,omitzero"`
	}{at}
	return ask[Clock](ctx, s.c, s.post(body, "clock", "freeze"))
}

// Resume lets the clock run at the pace of real time, from where it stands.
func (s *Sandbox) Resume(ctx context.Context) (Clock, error) {
	return ask[Clock](ctx, s.c, s.post(nil, "clock", "resume"))
}

// Scale lets the clock run at another pace: with 60, a minute passes each
// second.
func (s *Sandbox) Scale(ctx context.Context, rate float64) (Clock, error) {
	return ask[Clock](ctx, s.c, s.post(map[string]float64{"rate": rate}, "clock", "scale"))
}

// SetClock sets the clock to a later instant; what is due until then happens.
func (s *Sandbox) SetClock(ctx context.Context, at time.Time) (Clock, error) {
	return ask[Clock](ctx, s.c, s.post(map[string]time.Time{"at": at}, "clock", "set"))
}

// Timeline lists what is due, in the order in which it will happen, until an
// instant unless it is zero.
func (s *Sandbox) Timeline(ctx context.Context, until time.Time) (now time.Time, due []Due, err error) {
	list, err := ask[struct {
		Now time.Time `json:"now"`
		Due []Due     `json:"due"`
	}](ctx, s.c, s.get(values("until", instant(until)), "timeline"))
	return list.Now, list.Due, err
}

// Fire lets something of the timeline happen now; the clock stays.
func (s *Sandbox) Fire(ctx context.Context, id int64) (Advanced, error) {
	return ask[Advanced](ctx, s.c, s.post(nil, "timeline", strconv.FormatInt(id, 10), "fire"))
}
