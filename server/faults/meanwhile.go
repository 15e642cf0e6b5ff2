package faults

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
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
	return "Before the call is judged, the gestionnaire principal acts on the portal, then time passes: the call meets what came of it."
}

func (meanwhile) On() Place { return API }

type meanwhileSettings struct {
	Do    string `doc:"what the gestionnaire principal does" choices:"reset,deactivate,activate"`
	Login string `doc:"to which technical account; the one that the call names when not given"`
	By    span   `doc:"how much time passes then, days too (P424D)"`
}

func (meanwhile) Settings() []Setting { return describe(meanwhileSettings{}) }

func (meanwhile) Read(raw json.RawMessage) (Effect, error) {
	s, wrong := read(raw, meanwhileSettings{})
	passes := clock.Span(s.By) != clock.Span{}
	wrong.unless(s.Do != "" || passes || len(wrong) > 0, "settings: want do, by or both")
	return Effect{Strike: func(c *Call, _ *rand.Rand, p *Plan) string {
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
	}}, wrong.err()
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
