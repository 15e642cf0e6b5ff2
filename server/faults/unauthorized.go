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

type unauthorizedSettings struct {
	As      string   `doc:"what is said to be wrong; legacy is the LDAP body of before PISTE" choices:"token,account,legacy"`
	Spacing Duration `doc:"only a call less than this after the previous one"`
	Clock   string   `doc:"which clock the spacing is on" choices:"virtual,wall"`
}

func (unauthorized) Name() string { return "unauthorized" }

func (unauthorized) Doc() string {
	return "Refuses a call with 401: each one, or those that follow another too fast."
}

func (unauthorized) On() Place { return API }

func (unauthorized) defaults() unauthorizedSettings {
	return unauthorizedSettings{As: "token", Clock: "virtual"}
}

func (u unauthorized) Settings() []Setting { return describe(u.defaults()) }

// The challenges are the gateway's own.
const (
	tokenChallenge   = `Bearer realm="DefaultRealm",error="invalid_token",error_description="Unable to find the access token in persistent storage."`
	accountChallenge = `Bearer realm="PISTE",error="Unauthorized",error_description="login or password incorrects"`
	legacyBody       = `{"codeRetour":401,"libelle":"Impossible d'authentifier l'utilisateur dans le LDAP."}`
)

// refusals are the gateway's 401, by what they say is wrong.
var refusals = map[string]Answer{
	"token":   {Status: http.StatusUnauthorized, Header: map[string]string{"Www-Authenticate": tokenChallenge}},
	"account": {Status: http.StatusUnauthorized, Header: map[string]string{"Www-Authenticate": accountChallenge}},
	"legacy": {
		Status: http.StatusUnauthorized, Header: map[string]string{"Www-Authenticate": accountChallenge},
		ContentType: "application/json", Body: []byte(legacyBody),
	},
}

func (u unauthorized) Read(raw json.RawMessage) (Effect, error) {
	s, wrong := read(raw, u.defaults())
	refusal := refusals[s.As]
	var previous time.Time
	return Effect{Strike: func(c *Call, _ *rand.Rand, p *Plan) string {
		now := c.Wall
		if s.Clock == "virtual" {
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
	}}, wrong.err()
}
