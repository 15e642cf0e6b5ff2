package faults

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"chorus-qualif/server/qualif"
)

// delayedEffect makes the gateway learn late what has taken effect on a
// technical account: its creation, its deactivation, its reactivation.
type delayedEffect struct{}

type delayedSettings struct {
	By Duration `doc:"how late"`
	Of string   `doc:"what it learns late" choices:"any,creation,deactivation,reactivation"`
}

func (delayedEffect) Name() string { return "delayed-effect" }

func (delayedEffect) Doc() string {
	return "The gateway learns of what took effect on a technical account (its creation, deactivation or reactivation) some time later."
}

func (delayedEffect) On() Place { return API }

func (delayedEffect) defaults() delayedSettings {
	return delayedSettings{Duration(30 * time.Minute), "any"}
}

func (d delayedEffect) Settings() []Setting { return describe(d.defaults()) }

func (d delayedEffect) Read(raw json.RawMessage) (Effect, error) {
	s, wrong := read(raw, d.defaults())
	return Effect{Strike: func(_ *Call, _ *rand.Rand, p *Plan) string {
		p.Judges = append(p.Judges, s.judge)
		what := "what took effect"
		if s.Of != "any" {
			what = "of a " + s.Of
		}
		return fmt.Sprintf("the gateway learns %s %s late", what, s.By)
	}}, wrong.err()
}

// judge gives the verdict of a gateway that does not know yet.
func (s delayedSettings) judge(v qualif.Verdict, now time.Time) qualif.Verdict {
	a := v.Account
	if a == nil {
		return v
	}
	late := func(of string, since time.Time) bool {
		return slices.Contains([]string{"any", of}, s.Of) && !since.IsZero() && !now.Before(since) && now.Before(since.Add(time.Duration(s.By)))
	}
	told := func(code, what string, since time.Time) qualif.Verdict {
		return qualif.Verdict{Code: code, Account: a,
			Why: fmt.Sprintf("%s %s on %s, and a fault tells the gateway %s later", a.Login, what, qualif.FormatInstant(since), s.By)}
	}
	switch {
	case v.Granted() && late("reactivation", a.ReactivatedAt):
		return told("technical-account-reactivation-pending", "was active again", a.ReactivatedAt)
	case v.Granted() && late("creation", a.EffectiveAt):
		return told("technical-account-creation-pending", "took effect", a.EffectiveAt)
	case v.Code == "technical-account-inactive" && !a.PasswordExpired(now) && late("deactivation", a.DeactivatedAt):
		return told(qualif.CodeGranted, "became inactive", a.DeactivatedAt)
	}
	return v
}
