package controlroom

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

type mailsPart struct {
	Rows   []mailRow
	Pager  pager
	MailAt string
}

// mailRow is a notification beside what caused it.
type mailRow struct {
	ID, To, Subject, State, Text string
	At                           time.Time
	Login                        string
	Event                        uint64
	Cause                        *brief
}

const mailsAtOnce = 8

func (p *page) mails(r *Room, h *history, mails []*qualif.Mail) {
	from, to, pager := p.Query.pageOf("mails", "mails", "mails", len(mails), mailsAtOnce)
	part := &mailsPart{Pager: pager, MailAt: p.MailURL}
	for i := from; i < to; i++ {
		m := mails[len(mails)-1-i]
		text, _ := r.o.Compose(m, p.Name)
		row := mailRow{
			ID: m.ID, To: m.To, Subject: m.Subject, State: r.o.MailState(p.Name, m.ID), Text: text, At: m.QueuedAt, Login: m.Login, Event: h.mails[m.ID],
		}
		if e, ok := h.at(row.Event); ok {
			row.Cause = h.causeOf(e)
		}
		part.Rows = append(part.Rows, row)
	}
	p.Mails = part
}

// causeOf is what led to an event; a mail that a command sent comes right after
// the event that it is about.
func (h *history) causeOf(e brief) *brief {
	cause, ok := h.at(e.Cause)
	if !ok {
		return nil
	}
	return &cause
}

type eventsPart struct {
	Rows   []eventRow
	Pager  pager
	Search string
}

type eventRow struct {
	brief
	CauseKind qualif.Kind
	Data      string
	// Calls leads to the calls during which it happened, when that is known.
	Call uint64
}

const eventsAtOnce = 20

// events lists the journal, the latest first.
func (p *page) events(sb *sandboxes.Sandbox, h *history) error {
	search := strings.ToLower(strings.TrimSpace(p.Query.Get("subject")))
	var fitting []brief
	for i := len(h.briefs) - 1; i >= 0; i-- {
		b := h.briefs[i]
		if b.answers(search) {
			fitting = append(fitting, b)
		}
	}
	from, to, pager := p.Query.pageOf("events", "events", "events", len(fitting), eventsAtOnce)
	part := &eventsPart{Pager: pager, Search: p.Query.Get("subject")}
	for _, b := range fitting[from:to] {
		row := eventRow{brief: b, Call: p.Calls.during(b.Seq)}
		if cause, ok := h.at(b.Cause); ok {
			row.CauseKind = cause.Kind
		}
		events, _, err := sb.Journal(b.Seq-1, 1)
		if err != nil {
			return err
		}
		if len(events) == 1 {
			row.Data = indented(events[0].Payload)
		}
		part.Rows = append(part.Rows, row)
	}
	p.Events = part
	return nil
}

// answers tells whether an event is one that a person searches: by its number
// ("#12"), or by a part of its kind or subject.
func (b brief) answers(search string) bool {
	if strings.HasPrefix(search, "#") {
		return search == fmt.Sprintf("#%d", b.Seq)
	}
	return strings.Contains(strings.ToLower(string(b.Kind)+" "+b.Subject), search)
}

// indented is a value as JSON that a person reads.
func indented(value any) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		return err.Error()
	}
	return strings.TrimSpace(out.String())
}
