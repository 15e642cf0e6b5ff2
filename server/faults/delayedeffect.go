package faults

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"chorus-qualif/server/qualif"
)

// delayedEffect makes the gateway learn late what has taken effect on a
// technical account: a creation, or a deactivation.
type delayedEffect struct{}

func (delayedEffect) Name() string { return "delayed-effect" }

func (delayedEffect) Doc() string {
	return "The gateway learns of a technical account's creation and deactivation by (30m by default) after they took effect."
}

func (delayedEffect) Read(raw json.RawMessage) (Effect, error) {
	s, err := read(raw, struct{ By Duration }{Duration(30 * time.Minute)})
	late := func(v qualif.Verdict, now time.Time) qualif.Verdict {
		a := v.Account
		switch {
		case a == nil:
		case v.Granted() && !a.EffectiveAt.IsZero() && now.Before(a.EffectiveAt.Add(time.Duration(s.By))):
			return qualif.Verdict{Code: "technical-account-creation-pending", Account: a,
				Why: fmt.Sprintf("%s took effect on %s, and a fault tells the gateway %s later", a.Login, qualif.FormatInstant(a.EffectiveAt), s.By)}
		case v.Code == "technical-account-inactive" && now.Before(a.DeactivatedAt.Add(time.Duration(s.By))):
			return qualif.Verdict{Code: qualif.CodeGranted, Account: a,
				Why: fmt.Sprintf("%s is inactive since %s, and a fault tells the gateway %s later", a.Login, qualif.FormatInstant(a.DeactivatedAt), s.By)}
		}
		return v
	}
	return Effect{On: onCalls, Strike: func(_ *Call, _ *rand.Rand, p *Plan) string {
		p.Judges = append(p.Judges, late)
		return "the gateway learns what took effect " + s.By.String() + " late"
	}}, err
}
