package client

import (
	"context"
	"encoding/json"
	"time"
)

// Event is a fact of a sandbox's journal.
type Event struct {
	// Seq is its place, from 1, without gaps.
	Seq int64     `json:"seq"`
	At  time.Time `json:"at"`
	// Kind is the type, Version that of the type's data.
	Kind    string `json:"kind"`
	Version int    `json:"version"`
	// Subject is what it is about; may be empty.
	Subject string `json:"subject"`
	// Cause is the place of the event that led to it, 0 for a command's own
	// first event.
	Cause int64 `json:"cause"`
	// Data is the fact, in the shape of its type.
	Data json.RawMessage `json:"data"`
}

// JournalPage is a page of events; Next is what to give as after for the next
// page, and 0 when there is no more.
type JournalPage struct {
	Events []Event `json:"events"`
	Next   int64   `json:"next"`
}

// Journal reads everything that happened in the sandbox after a place, 0 for
// the beginning; limit is 100 when 0, 1000 at most.
func (s *Sandbox) Journal(ctx context.Context, after int64, limit int) (JournalPage, error) {
	return ask[JournalPage](ctx, s.c, s.get(values("after", number(after), "limit", number(limit)), "journal"))
}

// EventWait chooses an event; what is zero is not asked.
type EventWait struct {
	Kind    string `json:"kind,omitempty"`
	Subject string `json:"subject,omitempty"`
	// After is a place in the journal: only later events count.
	After int64 `json:"after,omitempty"`
	// Timeout is real time: 10s when empty, 5m at most.
	Timeout string `json:"timeout,omitempty"`
}

// WaitEvent waits for an event, on the machine's clock; one that is in the
// journal already is answered at once. When none comes the *[Error] tells with
// [Error.Stopped] what is due.
func (s *Sandbox) WaitEvent(ctx context.Context, w EventWait) (Event, error) {
	return ask[Event](ctx, s.c, s.post(w, "events", "wait"))
}
