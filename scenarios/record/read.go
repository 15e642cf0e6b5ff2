package record

import (
	"context"
	"encoding/json"
	"fmt"

	"chorus-qualif/server/client"
)

// page is how many calls or events are asked for at once.
const page = 1000

// Read reads all that a sandbox remembers: the calls, with their secrets, and
// its journal, both the oldest first. Among the events are the changes of its
// faults, which are no events of the journal: their kind is FaultChanged. Since
// is the first call that is wanted. It is an error when any call had to make room
// for later ones: what it did would be missing.
func Read(ctx context.Context, sb *client.Sandbox, since int64) ([]client.Request, []client.Event, error) {
	var calls []client.Request
	for after := int64(0); ; {
		list, err := sb.Requests(ctx, client.RequestQuery{After: after, Limit: page})
		if err != nil {
			return nil, nil, err
		}
		if list.Evicted > 0 && after == 0 {
			return nil, nil, fmt.Errorf("sandbox %s has forgotten its first %d calls, so what came before is not known: do it again in a fresh sandbox, or let the server keep more (--requests, --requests-bytes)", sb.Name(), list.Evicted)
		}
		for _, brief := range list.Requests {
			whole, err := sb.Request(ctx, brief.ID, true)
			if err != nil {
				return nil, nil, err
			}
			calls = append(calls, whole)
		}
		if after = list.Next; after == 0 {
			break
		}
	}
	if since > 0 && (len(calls) == 0 || calls[len(calls)-1].ID < since) {
		return nil, nil, fmt.Errorf("sandbox %s has no call %d or later", sb.Name(), since)
	}
	var events []client.Event
	for after := int64(0); ; {
		list, err := sb.Journal(ctx, after, page)
		if err != nil {
			return nil, nil, err
		}
		events = append(events, list.Events...)
		if after = list.Next; after == 0 {
			break
		}
	}
	events, err := withFaults(ctx, sb, events)
	return calls, events, err
}

// SetUp sets a sandbox, of any server, up as the one that a journal is of, and
// returns the credentials that it starts with, and the name that its data set is
// loaded by: empty for the built-in one. A data set that was given as a file is
// an error, as a scenario cannot name it.
func SetUp(ctx context.Context, other *client.Sandbox, events []client.Event) (client.Credentials, string, error) {
	t := &tape{o: Options{Events: events}}
	if err := t.found(); err != nil {
		return client.Credentials{}, "", err
	}
	var loaded struct{ Name, Digest string }
	for _, e := range events {
		if e.Kind == "DataSetLoaded" {
			if err := json.Unmarshal(e.Data, &loaded); err != nil {
				return client.Credentials{}, "", fmt.Errorf("the event DataSetLoaded cannot be read: %w", err)
			}
			break
		}
	}
	spec := client.Spec{Seed: t.start.Seed, Profile: t.start.Profile, Switches: t.start.Switches, Clock: client.Frozen(t.now.Time)}
	for _, name := range []string{"", loaded.Name} {
		spec.Fixtures.Name = name
		info, err := other.Put(ctx, spec)
		if err == nil && info.DataSet.Digest == loaded.Digest {
			given, err := other.Credentials(ctx)
			return given, name, err
		}
		if err != nil && name == "" {
			return client.Credentials{}, "", err
		}
	}
	return client.Credentials{}, "", fmt.Errorf("the sandbox was made from data set %s, which was given to it as a file: a scenario can only name a data set, so give the file in the scenario's first step by hand", loaded.Name)
}
