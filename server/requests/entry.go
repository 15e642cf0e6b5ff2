// Package requests keeps what clients asked of the platform and what they were
// told: a journal of calls for each sandbox, bounded in number and in bytes, with
// the questions that tests ask of it.
package requests

import (
	"net/http"
	"strings"
	"time"

	"chorus-qualif/openapi"
)

// Entry is one call and its answer. It is never changed once it is kept.
type Entry struct {
	// ID counts from 1 in each sandbox, in the order of the answers.
	ID uint64
	// Wall is when it arrived on the machine's clock, Virtual the instant on
	// the sandbox's clock at which it was judged.
	Wall, Virtual time.Time
	// Latency is wall time from arrival until the answer was ready to leave.
	Latency time.Duration
	// Operation is the operationId, "undeclared", or "" for a page.
	Operation string
	Method    string
	// Target is the path with the query, as received.
	Target string
	Host   string
	// Remote is the caller's address.
	Remote       string
	Header       http.Header
	Body         Content
	Status       int
	AnswerHeader http.Header
	Answer       Content
	// Code and Why explain the answer; "" for a plain success.
	Code, Why string
	// Login and Application are who called, as far as it was learnt.
	Login, Application string
	// Account is the state of the technical account, "" when none was found.
	Account string
	// TokenIssued is when the access token was issued; zero without one.
	TokenIssued time.Time
	// Check is how far a call got through the gateway; None for what does not
	// pass through it.
	Check      Check
	Violations []openapi.Violation
	// Lenient is what of the body the contract does not have and was read all
	// the same; "" when nothing.
	Lenient string
	// Faults tells what was done to the call on purpose.
	Faults []Fault
	// FirstEvent and LastEvent are the sequence numbers of the events
	// recorded in the sandbox while the call was answered; 0 for none.
	FirstEvent, LastEvent uint64
	// AfterEvent is the number of the last event before the call, 0 for none:
	// what places it among what no call did.
	AfterEvent uint64

	// size is what the entry was found to weigh when it was kept.
	size int
}

// Fault is a fault that struck a call.
type Fault struct{ Name, Kind, What string }

// Content is a body, or its beginning.
type Content struct {
	Bytes []byte
	// Size is the whole body's, in bytes.
	Size int
}

// Cut tells whether only the beginning was kept.
func (c Content) Cut() bool { return c.Size > len(c.Bytes) }

// Path is the path without the query.
func (e *Entry) Path() string {
	path, _, _ := strings.Cut(e.Target, "?")
	return path
}

// base is about what an entry weighs apart from its texts, in bytes.
const base = 640

// weight is about what the entry weighs, in bytes.
func (e *Entry) weight() int {
	n := base + len(e.Body.Bytes) + len(e.Answer.Bytes) + len(e.Target) + len(e.Why)
	for _, header := range [...]http.Header{e.Header, e.AnswerHeader} {
		for name, values := range header {
			n += len(name) + 64
			for _, value := range values {
				n += len(value)
			}
		}
	}
	return n + len(e.Lenient) + 128*len(e.Violations) + 96*len(e.Faults)
}

// keep makes a content of a body that nobody changes any more: it is referred
// to, unless only its beginning is kept.
func keep(body []byte, limit int) Content {
	if len(body) <= limit {
		return Content{body, len(body)}
	}
	return Content{append([]byte(nil), body[:limit]...), len(body)}
}
