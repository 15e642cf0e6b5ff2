// Package record turns what clients and people did in a sandbox into a scenario
// that does it again: an Arazzo document in the style of the library, which
// passes [scenarios.Parse] and replays in a sandbox set up in the same way.
//
// Values that the sandbox made up (tokens, passwords, numbers of flows) are
// outputs of the step that first answered them, and references where they were
// used. No secret is written: those that the sandbox accepted come from its
// credentials, those that it refused are replaced by made-up ones of the same
// shape.
package record

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"chorus-qualif/openapi"
	"chorus-qualif/scenarios"
	"chorus-qualif/server/client"
)

// Options say where calls come from, and what to call the scenario.
type Options struct {
	Contracts *openapi.Set
	// Name is the workflowId: a letter, then letters, digits, - and _;
	// "recorded" when empty. Title is "Recorded in sandbox NAME" when empty.
	Name, Title string
	// Credentials are those of the sandbox as it was at its start, and only
	// they: a password that was reset since is no longer known then.
	Credentials client.Credentials
	// Events is the whole journal of the sandbox, as [Read] gives it. The first
	// event says how it was set up; changes that no call made were made on the
	// portal's pages or by the control API.
	Events []client.Event
	// DataSet is the name to load the data set by; the built-in one when empty.
	DataSet string
	// Since is the identifier of the first call to tell; all when 0. Earlier
	// calls are told too when they changed the sandbox, or gave a token that is
	// used later.
	Since int64
	// Skip are calls to leave out.
	Skip []int64
}

// founded is the part of the event SandboxCreated that a sandbox is set up by.
type founded struct {
	Name     string            `json:"name"`
	Seed     int64             `json:"seed"`
	Profile  string            `json:"profile"`
	Switches map[string]string `json:"switches"`
	Clock    struct {
		Mode string `json:"mode"`
	} `json:"clock"`
}

// Scenario writes calls, the oldest first and with their secrets, as an Arazzo
// 1.0.1 document. The error tells everything that cannot be expressed, a line
// each.
func Scenario(calls []client.Request, o Options) ([]byte, error) {
	if o.Contracts == nil {
		return nil, errors.New("record: Contracts are needed")
	}
	o.Name = cmp.Or(o.Name, "recorded")
	t := &tape{o: o, known: map[string]source{}, own: map[string]bool{}, ids: map[string]bool{}}
	if err := t.found(); err != nil {
		return nil, err
	}
	moments := t.history(calls)
	if len(moments) == 0 {
		return nil, errors.New("there is no call to record")
	}
	t.prelude()
	for _, m := range moments {
		t.move(m)
		switch {
		case m.call != nil:
			t.call(m)
		case m.fault != nil:
			t.fault(m.fault)
		default:
			t.act(m.event)
		}
	}
	if len(t.problems) > 0 {
		return nil, errors.Join(t.problems...)
	}
	text, err := t.document()
	if err != nil {
		return nil, err
	}
	if _, problems := scenarios.Parse(o.Contracts, o.Name+scenarios.Extension, text); len(problems) > 0 {
		return nil, fmt.Errorf("what was recorded makes no valid scenario:\n%w", problems)
	}
	return text, nil
}

// tape is a scenario while it is written.
type tape struct {
	o     Options
	start founded
	// exact tells that the clock moved only when it was told to.
	exact    bool
	steps    []*step
	first    *step
	ids      map[string]bool
	problems []error
	// known finds where a value came from; own are those that the client chose
	// before the sandbox ever answered them.
	known map[string]source
	own   map[string]bool
	now   instant
	// resets are the steps that gave an account a password on the portal's
	// pages, where nobody wrote it down.
	resets map[string]source
	// people are the steps that gave somebody's credentials, by login in lower
	// case; clients those that registered a PISTE application, by client_id.
	people, clients map[string]*step
	// changes are those of the faults, in the order of their events.
	changes []client.FaultChange
}

func (t *tape) fail(what, format string, args ...any) {
	t.problems = append(t.problems, fmt.Errorf("%s: %s", what, fmt.Sprintf(format, args...)))
}

// found reads how the sandbox was set up.
func (t *tape) found() error {
	if len(t.o.Events) == 0 || t.o.Events[0].Kind != "SandboxCreated" {
		return errors.New("the journal does not begin with SandboxCreated: how the sandbox was set up is not known")
	}
	if err := json.Unmarshal(t.o.Events[0].Data, &t.start); err != nil {
		return fmt.Errorf("the event SandboxCreated cannot be read: %w", err)
	}
	t.o.Title = cmp.Or(t.o.Title, "Recorded in sandbox "+t.start.Name)
	t.now = instant{t.o.Events[0].At}
	t.exact = t.start.Clock.Mode == "frozen"
	for _, e := range t.o.Events {
		if e.Kind == faultChanged {
			var change client.FaultChange
			if err := json.Unmarshal(e.Data, &change); err != nil {
				return fmt.Errorf("the event %s cannot be read: %w", faultChanged, err)
			}
			t.changes = append(t.changes, change)
		}
		if e.Kind == "ClockChanged" && !strings.Contains(string(e.Data), `"mode":"frozen"`) {
			t.exact = false
		}
	}
	t.resets, t.people, t.clients = map[string]source{}, map[string]*step{}, map[string]*step{}
	return nil
}
