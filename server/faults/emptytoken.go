package faults

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
)

// emptyToken grants nothing: a 200 whose access_token is empty or missing, as
// Pastell's clients met (issue 1682).
type emptyToken struct{}

type emptySettings struct {
	Missing bool `doc:"leaves access_token out instead"`
}

func (emptyToken) Name() string { return "empty-token" }

func (emptyToken) Doc() string {
	return "Answers a token request with 200 and an empty access_token, or none at all."
}

func (emptyToken) On() Place { return Token }

func (emptyToken) Settings() []Setting { return describe(emptySettings{}) }

func (emptyToken) Read(raw json.RawMessage) (Effect, error) {
	s, wrong := read(raw, emptySettings{})
	body := `{"access_token":"","token_type":"Bearer","expires_in":3600,"scope":"openid"}`
	if s.Missing {
		body = `{"token_type":"Bearer","expires_in":3600,"scope":"openid"}`
	}
	return Effect{Strike: func(_ *Call, _ *rand.Rand, p *Plan) string {
		p.Answer = &Answer{Status: http.StatusOK, ContentType: "application/json", Body: []byte(body)}
		return "no token in the answer"
	}}, wrong.err()
}
