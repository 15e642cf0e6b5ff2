package mailbox

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"chorus-qualif/server/clock"
	"chorus-qualif/server/mailbox/inbox"
	"chorus-qualif/server/mailbox/outbox"
	"chorus-qualif/server/mailbox/reading"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// Criteria are what a mail must be. All that are not empty must hold; each is
// part of what it is compared with, regardless of case.
type Criteria struct {
	// To is part of a recipient, of the envelope or of the header.
	To string
	// Subject is part of the decoded subject, Event of the header
	// X-Chorus-Event.
	Subject, Event string
	// Text is part of the text or of what the HTML shows, any white space
	// being one space.
	Text string
	// After is a Cursor of an earlier answer: only later mail counts. 0 is
	// from the beginning.
	After uint64
}

// Waited is what a wait came to.
type Waited struct {
	// Mail is what was waited for, nil when it did not come in time.
	Mail *inbox.Mail
	// Cursor is where to go on: after Mail, or after the newest mail there is.
	Cursor uint64
	// Nearest lists mail that met some of the criteria but not all, the
	// nearest first.
	Nearest []Near
	// Undelivered lists notifications that meet the criteria but have not
	// arrived.
	Undelivered []outbox.Delivery
	// Advance is the advance of the sandbox's clock that would bring such a
	// mail, nil when none would.
	Advance *Advance
}

// Near is a mail that met the criteria named in Met and not those in Missed.
type Near struct {
	Mail        *inbox.Mail
	Met, Missed []string
}

// Advance is how far to move a clock, and the mail that comes then.
type Advance struct {
	By   clock.Span
	To   time.Time
	Mail *qualif.Mail
}

// Bounds on what an answer that nothing came looks at and shows.
const (
	nearestLooked    = 500
	nearestShown     = 5
	undeliveredShown = 20
	forecastSteps    = 500
)

// Wait answers as soon as the sandbox has a mail that meets the criteria: the
// first after the cursor, or the newest when no cursor is given. It gives up
// when the context ends, and then tells what came nearest.
func (m *Mailbox) Wait(ctx context.Context, sandbox string, c Criteria) Waited {
	seen := c.After
	for {
		changed := m.inbox.Watch(sandbox)
		fresh := m.inbox.After(sandbox, seen)
		if seen == 0 {
			slices.Reverse(fresh)
		}
		for _, mail := range fresh {
			if c.met(mail) {
				return Waited{Mail: mail, Cursor: mail.Seq}
			}
			if ctx.Err() != nil {
				break
			}
		}
		for _, mail := range fresh {
			seen = max(seen, mail.Seq)
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return m.gaveUp(sandbox, c)
		}
	}
}

// met tells whether a mail meets all the criteria, the dear one last.
func (c Criteria) met(mail *inbox.Mail) bool {
	_, missed := c.judge(mail.Addressed(c.To), mail.Subject, mail.Event, nil)
	return len(missed) == 0 && (c.Text == "" || says(mail.Raw, c.Text))
}

// judge sorts the criteria that are given into those met and missed; text is
// left out when nil.
func (c Criteria) judge(addressed bool, subject, event string, text func(part string) bool) (met, missed []string) {
	sort := func(name, wanted string, holds bool) {
		switch {
		case wanted == "":
		case holds:
			met = append(met, name)
		default:
			missed = append(missed, name)
		}
	}
	sort("to", c.To, addressed)
	sort("subject", c.Subject, contains(subject, c.Subject))
	sort("event", c.Event, contains(event, c.Event))
	if text != nil && c.Text != "" {
		sort("text", c.Text, text(c.Text))
	}
	return met, missed
}

func contains(text, part string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(part))
}

// says tells whether a raw message says something.
func says(raw, part string) bool {
	message := reading.Read(raw)
	part = plain(part)
	return contains(plain(message.Text), part) || contains(plain(reading.Visible(message.HTML)), part)
}

// plain is a text whose white space is single spaces.
func plain(text string) string { return strings.Join(strings.Fields(text), " ") }

// gaveUp tells what came nearest.
func (m *Mailbox) gaveUp(sandbox string, c Criteria) Waited {
	w := Waited{Cursor: c.After}
	page, _ := m.inbox.Page(sandbox, 0, nearestLooked)
	if len(page) > 0 {
		w.Cursor = max(w.Cursor, page[0].Seq)
	}
	for _, mail := range page {
		met, missed := c.judge(mail.Addressed(c.To), mail.Subject, mail.Event, func(part string) bool { return says(mail.Raw, part) })
		if mail.Seq <= c.After {
			missed = append(missed, "after")
		}
		if len(met) > 0 && len(missed) > 0 {
			w.Nearest = append(w.Nearest, Near{mail, met, missed})
		}
	}
	slices.SortStableFunc(w.Nearest, func(a, b Near) int { return cmp.Compare(len(a.Missed), len(b.Missed)) })
	w.Nearest = w.Nearest[:min(len(w.Nearest), nearestShown)]
	for _, d := range m.outbox.Unsent(sandbox) {
		if c.metBy(d.Mail, sandbox) && len(w.Undelivered) < undeliveredShown {
			w.Undelivered = append(w.Undelivered, d)
		}
	}
	w.Advance = m.forecast(sandbox, c)
	return w
}

// metBy tells whether a notification will meet the criteria once it is there.
func (c Criteria) metBy(mail *qualif.Mail, sandbox string) bool {
	_, missed := c.judge(contains(mail.To, c.To), mail.Subject, string(mail.Kind), func(part string) bool {
		return contains(plain(Compose(mail, sandbox).Text), plain(part))
	})
	return len(missed) == 0
}

// forecast lets a copy of the sandbox's time run on until such a notification
// is sent.
func (m *Mailbox) forecast(sandbox string, c Criteria) *Advance {
	sb, ok := m.sandbox(sandbox)
	if !ok {
		return nil
	}
	var copied *qualif.State
	var now time.Time
	sb.Read(func(v sandboxes.View) { copied, now = v.Clone(), v.Present })
	at := now
	for range forecastSteps {
		if _, due := copied.NextDue(); !due {
			return nil
		}
		_, events, err := qualif.Execute(copied, at, qualif.Advance{Until: qualif.UntilNext})
		if err != nil {
			return nil
		}
		for _, e := range events {
			if queued, ok := e.Payload.(qualif.MailQueued); ok && c.metBy(&queued.Mail, sandbox) {
				return &Advance{By: clock.Between(now, e.At), To: e.At, Mail: &queued.Mail}
			}
			at = e.At
		}
	}
	return nil
}
