package record

import (
	"fmt"
	"slices"

	"chorus-qualif/server/client"
)

// Until leaves out what came after a call: the later calls, and the events that
// came later. Calls and events are those of [Read]. What was done at the call's
// own instant, without a call, came after it unless a call that stays shows the
// contrary. A call that is not among them is an error.
func Until(calls []client.Request, events []client.Event, id int64) ([]client.Request, []client.Event, error) {
	at := slices.IndexFunc(calls, func(c client.Request) bool { return c.ID == id })
	if at < 0 {
		return nil, nil, fmt.Errorf("call %d, the last that is wanted, is not among those that the sandbox remembers", id)
	}
	kept := calls[:at+1]
	var before []client.Event
	for i := range events {
		// What another event led to is never told by itself.
		if e := &events[i]; i == 0 || e.Cause != 0 || e.At.Before(kept[at].Virtual) || precedes(e, kept) {
			before = append(before, *e)
		}
	}
	return kept, before, nil
}

// precedes tells whether an event happened before one of some calls, or during
// it.
func precedes(e *client.Event, calls []client.Request) bool {
	return slices.ContainsFunc(calls, func(c client.Request) bool { return e.Seq <= c.LastEvent || follows(&c, e) })
}
