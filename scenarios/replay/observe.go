package replay

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"chorus-qualif/scenarios/result"
	"chorus-qualif/server/client"
)

// observer watches a sandbox between steps: its clock, and what its journal
// tells since the last look.
type observer struct {
	sandbox *client.Sandbox
	now     time.Time
	events  int64
}

// maxLooked is how much of a step's events is read: more is not about one step.
const maxLooked = 1000

// look is what happened since the last look. A sandbox that is not there yet
// tells nothing.
func (o *observer) look(ctx context.Context) (before, after time.Time, events []client.Event) {
	before = o.now
	if o.sandbox == nil {
		return
	}
	info, err := o.sandbox.Get(ctx)
	if err != nil {
		o.now, o.events = time.Time{}, 0
		return before, o.now, nil
	}
	from := o.events
	if info.Events < from {
		from = 0 // the step set it anew
	}
	if info.Events > from && (from > 0 || info.Mails > 0) {
		if page, err := o.sandbox.Journal(ctx, from, maxLooked); err == nil {
			events = page.Events
		}
	}
	o.now, o.events = info.Clock.Now, info.Events
	return before, o.now, events
}

// tell writes what happened during a step into it.
func tell(step *result.Step, events []client.Event) {
	for _, e := range events {
		switch e.Kind {
		case "ClockAdvanced", "ClockChanged":
			var move struct{ From, To time.Time }
			if json.Unmarshal(e.Data, &move) == nil && !move.From.Equal(move.To) {
				step.Moves = append(step.Moves, result.Move{From: move.From, To: move.To, Cause: step.Operation.ID})
			}
		case "MailQueued":
			var queued struct {
				Mail struct {
					ID, Kind, To, Subject, Login string
					QueuedAt                     time.Time
				}
			}
			if json.Unmarshal(e.Data, &queued) == nil {
				m := queued.Mail
				step.Mails = append(step.Mails, result.Mail{ID: m.ID, At: m.QueuedAt, To: m.To, Subject: m.Subject, Kind: m.Kind, Login: m.Login})
			}
		}
	}
}

// Bounds of the wait for a mail to leave, which takes a few milliseconds.
const (
	mailPause = time.Millisecond
	mailTries = 1000
)

// posted waits until the notifications of a step have left: mail goes its own
// way, and what the next step sees of it would be another each time. One that
// the mail server does not take now is not waited for.
func (o *observer) posted(ctx context.Context, mails []result.Mail, pause func(context.Context, time.Duration) error) {
	for _, m := range mails {
		for range mailTries {
			d, err := o.sandbox.MailDelivery(ctx, m.ID)
			if err != nil || d.State == "sent" || d.State == "failed" || d.RetryIn != "" || pause(ctx, mailPause) != nil {
				break
			}
		}
	}
}

// How much of the journal a step that did not pass shows, and how much is read
// for it: what the data set brought is left out.
const (
	lastEvents = 20
	readEvents = 200
)

// journal is the end of the sandbox's journal.
func (o *observer) journal(ctx context.Context) []result.Event {
	if o.sandbox == nil || o.events == 0 {
		return nil
	}
	page, err := o.sandbox.Journal(ctx, max(o.events-readEvents, 0), readEvents)
	if err != nil {
		return nil
	}
	var all []result.Event
	for _, e := range page.Events {
		if !strings.HasSuffix(e.Kind, "Imported") {
			all = append(all, result.Event{Seq: e.Seq, At: e.At, Kind: e.Kind, Subject: e.Subject, Detail: string(e.Data)})
		}
	}
	return all[max(len(all)-lastEvents, 0):]
}
