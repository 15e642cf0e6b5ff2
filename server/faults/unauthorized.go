package faults

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"
)

// unauthorized refuses calls that are good with a 401, as the gateway does to
// calls that follow each other too fast.
type unauthorized struct{}

func (unauthorized) Name() string { return "unauthorized" }

func (unauthorized) Doc() string {
	return "Refuses a call with 401: as token (the default), account, or legacy (the LDAP body of before PISTE); with spacing, only a call less than that after the previous one, on the clock virtual (the default) or wall."
}

// The challenges are the gateway's own.
const (
	tokenChallenge   = `Bearer realm="DefaultRealm",error="invalid_token",error_description="Unable to find the access token in persistent storage."`
	accountChallenge = `Bearer realm="PISTE",error="Unauthorized",error_description="login or password incorrects"`
	legacyBody       = `{"codeRetour":401,"libelle":"Impossible d'authentifier l'utilisateur dans le LDAP."}`
)

func refusalAs(as string) (Answer, error) {
	a := Answer{Status: http.StatusUnauthorized, Header: map[string]string{"Www-Authenticate": accountChallenge}}
	switch as {
	case "token":
		a.Header = map[string]string{"Www-Authenticate": tokenChallenge}
	case "account":
	case "legacy":
		a.ContentType, a.Body = "application/json", []byte(legacyBody)
	default:
		return a, fmt.Errorf("settings: as %q: want token, account or legacy", as)
	}
	return a, nil
}

func (unauthorized) Read(raw json.RawMessage) (Effect, error) {
	s, err := read(raw, struct {
		As, Clock string
		Spacing   Duration
	}{As: "token", Clock: "virtual"})
	if err != nil {
		return Effect{}, err
	}
	virtual, err := onClock(s.Clock)
	if err != nil {
		return Effect{}, err
	}
	refusal, err := refusalAs(s.As)
	var previous time.Time
	return Effect{On: onCalls, Strike: func(c *Call, _ *rand.Rand, p *Plan) string {
		now := c.Wall
		if virtual {
			now = c.Present
		}
		since := now.Sub(previous)
		early := !previous.IsZero() && since < time.Duration(s.Spacing)
		previous = now
		if s.Spacing > 0 && !early {
			return ""
		}
		p.Answer = &refusal
		if early {
			return fmt.Sprintf("refused: %s after the previous call, want %s", since, s.Spacing)
		}
		return "a good call refused"
	}}, err
}
