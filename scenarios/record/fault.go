package record

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"chorus-qualif/server/client"
)

// faultChanged is the kind of event that stands for a change of the faults,
// which the journal does not have; its data is a client.FaultChange.
const faultChanged = "FaultChanged"

// withFaults puts the changes of a sandbox's faults among its events.
func withFaults(ctx context.Context, sb *client.Sandbox, events []client.Event) ([]client.Event, error) {
	history, err := sb.FaultChanges(ctx)
	if err != nil {
		return nil, err
	}
	if history.Forgotten > 0 {
		return nil, fmt.Errorf("sandbox %s has forgotten the first %d changes of its faults, so what came before is not known: do it again in a fresh sandbox", sb.Name(), history.Forgotten)
	}
	for _, change := range history.Changes {
		data, err := json.Marshal(change)
		if err != nil {
			return nil, err
		}
		at := len(events)
		for at > 0 && events[at-1].Seq > change.AfterEvent {
			at--
		}
		events = slices.Insert(events, at, client.Event{Seq: change.AfterEvent, At: change.At, Kind: faultChanged, Subject: change.Name, Data: data})
	}
	return events, nil
}

// ends tells whether a later change of the faults replaces or forgets a fault.
func ends(fault string, later *client.FaultChange) bool {
	return later.Name == fault || later.Name == "" && later.Fault == nil
}

// struck tells whether a fault struck a call.
func struck(c *client.Request, fault string) bool {
	return slices.ContainsFunc(c.Faults, func(f client.StruckFault) bool { return f.Name == fault })
}

// shown leaves out the changes of faults that struck no call that is told, unless
// they end another that did.
func shown(all []moment) []moment {
	// strikes tells whether a fault asked for before a place struck a call.
	strikes := func(from int, fault string) bool {
		for _, m := range all[from:] {
			switch {
			case m.call != nil && struck(m.call, fault):
				return true
			case m.fault != nil && ends(fault, m.fault):
				return false
			}
		}
		return false
	}
	var kept []moment
	standing := map[string]bool{}
	for i, m := range all {
		switch {
		case m.fault == nil:
		case m.fault.Fault != nil:
			if !standing[m.fault.Name] && !strikes(i+1, m.fault.Name) {
				continue
			}
			standing[m.fault.Name] = true
		case m.fault.Name != "":
			if !standing[m.fault.Name] {
				continue
			}
			delete(standing, m.fault.Name)
		default:
			if len(standing) == 0 {
				continue
			}
			clear(standing)
		}
		kept = append(kept, m)
	}
	for len(kept) > 0 && kept[len(kept)-1].fault != nil {
		kept = kept[:len(kept)-1] // nothing shows it
	}
	return kept
}

// counts tells whether what a fault does to a call depends on those it met
// before.
func counts(f *client.FaultSpec) bool {
	return f.Times > 0 || f.Burst > 1 || f.Probability != nil && *f.Probability < 1 || f.Match != nil && (f.Match.Nth > 0 || f.Match.Every > 1) ||
		slices.Contains([]string{"account-changed", "quota", "latency"}, f.Kind) || f.Settings["spacing"] != nil
}

// counted is the first call that has to be told so that the faults that count,
// and struck a call that is told, count right; since when there is none before.
// A strike that is left out on purpose is one that a fault has less.
func (t *tape) counted(calls []client.Request, told map[int64]bool, since int64) int64 {
	first := since
	for i := range t.changes {
		change := &t.changes[i]
		if change.Fault == nil || !counts(change.Fault) {
			continue
		}
		end := slices.IndexFunc(t.changes[i+1:], func(later client.FaultChange) bool { return ends(change.Name, &later) })
		for j := range calls {
			c := &calls[j]
			within := c.ID > change.AfterCall && (end < 0 || c.ID <= t.changes[i+1+end].AfterCall)
			if told[c.ID] && within && struck(c, change.Name) {
				first = min(first, change.AfterCall+1)
			}
		}
	}
	return first
}

// spared takes the strikes on calls that are left out on purpose from how often
// faults strike.
func (t *tape) spared(calls []client.Request) {
	for i := range calls {
		if c := &calls[i]; slices.Contains(t.o.Skip, c.ID) {
			for j := range t.changes {
				if change := &t.changes[len(t.changes)-1-j]; change.AfterCall < c.ID && change.Fault != nil && struck(c, change.Name) {
					change.Fault.Times = max(change.Fault.Times-1, 0)
					break
				}
			}
		}
	}
}

// fault tells a change of the faults.
func (t *tape) fault(change *client.FaultChange) {
	switch {
	case change.Fault != nil:
		s := t.control("putFault", "putFault", fmt.Sprintf("Fault %s (%s) is asked for.", change.Name, change.Fault.Kind))
		s.parameter("fault", "path", change.Name)
		s.payload = t.asked(change)
		s.criterion("$statusCode == 200")
	case change.Name != "":
		s := t.control("deleteFault", "deleteFault", "Fault "+change.Name+" is forgotten.")
		s.parameter("fault", "path", change.Name)
		s.criterion("$statusCode == 204")
	default:
		s := t.control("clearFaults", "clearFaults", "Every fault is forgotten.")
		s.criterion("$statusCode == 204")
	}
}

// asked is the body that asks for a fault, without what is the default. Chance
// follows from the seed that it followed from.
func (t *tape) asked(change *client.FaultChange) *yaml.Node {
	spec := *change.Fault
	if spec.Probability != nil && *spec.Probability == 1 {
		spec.Probability = nil
	}
	if spec.Enabled != nil && *spec.Enabled {
		spec.Enabled = nil
	}
	if spec.Burst == 1 {
		spec.Burst = 0
	}
	if spec.Seed == nil && t.start.Seed != 0 && (spec.Probability != nil || spec.Kind == "latency") {
		spec.Seed = &t.start.Seed // whatever seed the replay has
	}
	what := "fault " + change.Name
	if spec.Match != nil {
		for name, value := range spec.Match.Header {
			if secretHeader(name) && strings.Trim(value, "*") != "" {
				t.fail(what, "it looks for the secret header %s, which is not written down: match something else", name)
			}
		}
		empty, err := json.Marshal(spec.Match)
		if err == nil && bytes.Equal(empty, []byte("{}")) {
			spec.Match = nil
		}
	}
	text, err := json.Marshal(spec)
	if err != nil {
		t.fail(what, "%v", err)
		return mapping()
	}
	value, err := decoded(string(text))
	if err != nil {
		t.fail(what, "%v", err)
		return mapping()
	}
	return t.plainNode(what, value, "")
}

// secretHeader tells the headers that carry secrets.
func secretHeader(name string) bool {
	return slices.ContainsFunc([]string{"Authorization", "cpro-account", "Cookie"}, func(secret string) bool { return strings.EqualFold(secret, name) })
}
