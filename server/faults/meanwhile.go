package faults

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"chorus-qualif/server/clock"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// Deed is done to the sandbox after a fault struck and before the call is
// judged, which so meets what it led to.
type Deed struct {
	// Do returns the domain's refusal, which is told beside the answer.
	Do func(sb *sandboxes.Sandbox) error
	// Struck is the place in Plan.Struck of the fault that does it.
	Struck int
}

// Carry does what the plan's faults do to the sandbox, in order, and tells
// beside each what was refused.
func (p *Plan) Carry(sb *sandboxes.Sandbox) {
	for _, d := range p.Deeds {
		if err := d.Do(sb); err != nil {
			p.Struck[d.Struck].What += "; that was refused: " + err.Error()
		}
	}
}

// meanwhile lets something happen while a client is at work: a colleague acts on
// the portal, time passes. What comes of it follows the ordinary rules.
type meanwhile struct{}

func (meanwhile) Name() string { return "meanwhile" }

func (meanwhile) Doc() string {
	return "Before the call is judged, the gestionnaire principal does reset, deactivate or activate to login (the account that the call names by default), then time passes by a duration (30m, P424D)."
}

func (meanwhile) Read(raw json.RawMessage) (Effect, error) {
	s, err := read(raw, struct {
		Do, Login string
		By        span
	}{})
	if err != nil {
		return Effect{}, err
	}
	passes := clock.Span(s.By) != clock.Span{}
	acts := []string{"", "reset", "deactivate", "activate"}
	switch {
	case !slices.Contains(acts, s.Do):
		return Effect{}, fmt.Errorf("settings: do %q: want %s", s.Do, strings.Join(acts[1:], ", "))
	case s.Do == "" && !passes:
		return Effect{}, errors.New("settings: want do, by or both")
	}
	return Effect{On: onCalls, Strike: func(c *Call, _ *rand.Rand, p *Plan) string {
		var what []string
		if s.Do != "" {
			login := cmp.Or(s.Login, c.Login())
			p.Deeds = append(p.Deeds, Deed{func(sb *sandboxes.Sandbox) error { return act(sb, s.Do, login) }, len(p.Struck)})
			what = append(what, fmt.Sprintf("the gestionnaire principal did %s to %q", s.Do, login))
		}
		if passes {
			p.Deeds = append(p.Deeds, Deed{func(sb *sandboxes.Sandbox) error { return pass(sb, clock.Span(s.By)) }, len(p.Struck)})
			what = append(what, s.By.text()+" passed")
		}
		return "meanwhile " + strings.Join(what, ", then ")
	}}, nil
}

// act is what the manager of the account's structure does on the portal.
func act(sb *sandboxes.Sandbox, do, login string) error {
	var by string
	sb.Read(func(v sandboxes.View) {
		if a, ok := v.Account(login); ok {
			by, _ = v.ManagerOf(a.StructureID)
		}
	})
	var err error
	switch do {
	case "reset":
		_, err = sandboxes.Do(sb, qualif.Reset{By: by, Login: login})
	case "deactivate":
		_, err = sandboxes.Do(sb, qualif.Deactivate{By: by, Login: login})
	case "activate":
		_, err = sandboxes.Do(sb, qualif.Activate{By: by, Login: login})
	}
	return err
}

func pass(sb *sandboxes.Sandbox, by clock.Span) error {
	_, err := sb.Advance(sandboxes.Move{By: by})
	return err
}

// span is a length of time with its days and longer, as the control API reads
// one to advance a clock.
type span clock.Span

// UnmarshalJSON reads what clock.ParseSpan reads.
func (s *span) UnmarshalJSON(text []byte) error {
	var written string
	if err := json.Unmarshal(text, &written); err != nil {
		return errors.New(`want a duration such as "30m" or "P424D"`)
	}
	parsed, err := clock.ParseSpan(written)
	*s = span(parsed)
	return err
}

func (s span) text() string {
	var parts []string
	for _, unit := range []struct {
		n    int
		name string
	}{{s.Years, "years"}, {s.Months, "months"}, {s.Days, "days"}} {
		if unit.n > 0 {
			parts = append(parts, fmt.Sprint(unit.n, " ", unit.name))
		}
	}
	if s.Exact > 0 {
		parts = append(parts, s.Exact.String())
	}
	return strings.Join(parts, " and ")
}
