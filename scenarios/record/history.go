package record

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"chorus-qualif/server/client"
)

// moment is one thing that was done: a call, a change that no call made, or a
// change of the faults.
type moment struct {
	call  *client.Request
	event *client.Event
	fault *client.FaultChange
	at    time.Time
	// retries is how often the call was tried in vain before.
	retries int
}

// instant is a time of the sandbox, as scenarios write it.
type instant struct{ time.Time }

func (i instant) String() string {
	if i.Nanosecond() == 0 {
		return i.Format(time.RFC3339)
	}
	return i.Format("2006-01-02T15:04:05.000Z07:00")
}

// history is what has to be done, in order: the calls asked for, those before
// them that they need, what people did on the portal's pages, and the faults.
func (t *tape) history(calls []client.Request) []moment {
	calls = slices.Clone(calls)
	slices.SortFunc(calls, func(a, b client.Request) int { return cmp.Compare(a.ID, b.ID) })
	t.forward(calls)
	t.spared(calls)
	acts, owned := t.acts(calls)
	told := t.wanted(calls, owned)
	var all []moment
	next := 0
	for i := range calls {
		c := &calls[i]
		for ; next < len(acts) && !acts[next].after(c); next++ {
			all = append(all, acts[next])
		}
		if told[c.ID] {
			all = append(all, moment{call: c, at: t.arrival(c)})
		}
	}
	return t.again(shown(append(all, acts[next:]...)))
}

// forward refuses a sandbox that became a snapshot again: what its calls did
// then is no more, and the journal does not have it. Calls that overlap may be
// out of order.
func (t *tape) forward(calls []client.Request) {
	for i := 1; i < len(calls); i++ {
		c, before := &calls[i], &calls[i-1]
		over := before.Wall.Add(time.Duration(before.LatencyMs * float64(time.Millisecond)))
		if c.AfterEvent < max(before.AfterEvent, before.LastEvent) && c.Wall.After(over) {
			t.fail(name(c), "the sandbox had become an earlier one again, by a snapshot, and what that undid is not told: record one that only went forward")
		}
	}
}

// tokenOperation gives tokens.
const tokenOperation = "issueToken"

// wanted are the calls to tell, by ID: those asked for, those that changed the
// sandbox, those that gave a token that is used, and those that a fault counted
// which struck one of these.
func (t *tape) wanted(calls []client.Request, owned map[int64]bool) map[int64]bool {
	for since := t.o.Since; ; {
		told := t.needed(calls, owned, since)
		earlier := t.counted(calls, told, since)
		if earlier == since {
			return told
		}
		since = earlier
	}
}

func (t *tape) needed(calls []client.Request, owned map[int64]bool, since int64) map[int64]bool {
	told, used := map[int64]bool{}, map[string]bool{}
	for i := range calls {
		if c := &calls[i]; c.ID >= since || owned[c.ID] {
			_, token, _ := strings.Cut(header(c, "Authorization"), " ")
			used[token] = true
		}
	}
	for i := range calls {
		c := &calls[i]
		var given struct {
			Token string `json:"access_token"`
		}
		if c.Operation == tokenOperation {
			_ = json.Unmarshal([]byte(c.ResponseBody.Text), &given) // a refusal gives no token
		}
		wanted := c.ID >= since || owned[c.ID] || given.Token != "" && used[given.Token]
		if wanted && !slices.Contains(t.o.Skip, c.ID) {
			told[c.ID] = true
		}
	}
	return told
}

// acts are the changes that no call made, in order, and the calls that made one.
// What follows from something else is neither; nor are moves of the clock, which
// the calls' own instants tell, and forms that were only opened.
func (t *tape) acts(calls []client.Request) ([]moment, map[int64]bool) {
	var acts []moment
	changes := 0
	owned := map[int64]bool{}
	for i := range t.o.Events {
		e := &t.o.Events[i]
		switch {
		case e.Kind == faultChanged:
			acts = append(acts, moment{fault: &t.changes[changes], at: e.At})
			changes++
		case e.Cause != 0:
			t.early(e, calls)
		case during(calls, e, owned):
		case slices.Contains([]string{"SandboxCreated", "ClockAdvanced", "ClockChanged", "TechnicalAccountPrepared"}, e.Kind):
		default:
			acts = append(acts, moment{event: e, at: e.At})
		}
	}
	return acts, owned
}

// arrival is when a call came: it is judged later when a fault let time pass.
func (t *tape) arrival(c *client.Request) time.Time {
	for i := range t.o.Events {
		e := &t.o.Events[i]
		var moved struct {
			From string `json:"from"`
		}
		if e.Kind != "ClockAdvanced" || e.Seq < c.FirstEvent || e.Seq > c.LastEvent || json.Unmarshal(e.Data, &moved) != nil {
			continue
		}
		if from, err := time.Parse(time.RFC3339, moved.From); err == nil {
			return from
		}
	}
	return c.Virtual
}

// during tells whether an event happened while a call was answered, and marks
// the call.
func during(calls []client.Request, e *client.Event, owned map[int64]bool) bool {
	for i := range calls {
		if c := &calls[i]; c.FirstEvent != 0 && c.FirstEvent <= e.Seq && e.Seq <= c.LastEvent {
			owned[c.ID] = true
			return true
		}
	}
	return false
}

// after tells whether something was done after a call came.
func (m moment) after(c *client.Request) bool {
	if m.fault != nil {
		return m.fault.AfterCall >= c.ID
	}
	return !follows(c, m.event)
}

// follows tells whether a call came after an event that it did not make.
func follows(c *client.Request, a *client.Event) bool { return a.Seq <= c.AfterEvent }
