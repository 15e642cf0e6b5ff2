package faults

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"chorus-qualif/server/qualif"
)

// staleReads makes the gateway know the old password for a while after a reset.
type staleReads struct{}

type staleSettings struct {
	For Duration `doc:"how long after the reset"`
}

func (staleReads) Name() string { return "stale-reads" }

func (staleReads) Doc() string {
	return "For a while after a reset the gateway takes the replaced password and refuses the new one."
}

func (staleReads) On() Place { return API }

func (staleReads) defaults() staleSettings { return staleSettings{Duration(5 * time.Minute)} }

func (r staleReads) Settings() []Setting { return describe(r.defaults()) }

func (r staleReads) Read(raw json.RawMessage) (Effect, error) {
	s, wrong := read(raw, r.defaults())
	stale := func(v qualif.Verdict, now time.Time) qualif.Verdict {
		a := v.Account
		if a == nil || a.ReplacedDigest == "" || !now.Before(a.PasswordSetAt.Add(time.Duration(s.For))) {
			return v
		}
		why := fmt.Sprintf("%s was reset on %s, and a fault keeps the old password for %s", a.Login, qualif.FormatInstant(a.PasswordSetAt), s.For)
		switch {
		case v.Granted():
			return qualif.Verdict{Code: "technical-account-password-wrong", Why: why, Account: a}
		case v.Code == "technical-account-password-replaced":
			return qualif.Verdict{Code: qualif.CodeGranted, Why: why, Account: a}
		}
		return v
	}
	return Effect{Strike: func(_ *Call, _ *rand.Rand, p *Plan) string {
		p.Judges = append(p.Judges, stale)
		return "the gateway knows the old password for " + s.For.String() + " after a reset"
	}}, wrong.err()
}
