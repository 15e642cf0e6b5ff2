package record

import (
	"fmt"
	"slices"

	"chorus-qualif/server/client"
)

// Until leaves out what came after a call: the later calls and the later events.
// Calls and events are those of [Read]. A call that is not among them is an
// error.
func Until(calls []client.Request, events []client.Event, id int64) ([]client.Request, []client.Event, error) {
	at := slices.IndexFunc(calls, func(c client.Request) bool { return c.ID == id })
	if at < 0 {
		return nil, nil, fmt.Errorf("call %d, the last that is wanted, is not among those that the sandbox remembers", id)
	}
	last := max(calls[at].AfterEvent, calls[at].LastEvent)
	var before []client.Event
	for _, e := range events {
		if e.Seq <= last {
			before = append(before, e)
		}
	}
	return calls[:at+1], before, nil
}
