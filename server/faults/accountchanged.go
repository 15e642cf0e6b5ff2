package faults

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
)

// accountChanged is what a client meets after a colleague has changed the
// technical account's parameters: a 401 on one call, a 403 on another (OCA issue
// 349).
type accountChanged struct{}

func (accountChanged) Name() string { return "account-changed" }

func (accountChanged) Doc() string {
	return "Refuses calls with 401 and 403 in turn, as after a colleague changed the technical account."
}

func (accountChanged) On() Place { return API }

func (accountChanged) Settings() []Setting { return nil }

func (accountChanged) Read(raw json.RawMessage) (Effect, error) {
	_, wrong := read(raw, struct{}{})
	first := refusals["account"]
	second := Answer{Status: http.StatusForbidden}
	struck := 0
	return Effect{Strike: func(_ *Call, _ *rand.Rand, p *Plan) string {
		if struck++; struck%2 == 1 {
			p.Answer = &first
			return "refused with 401, as if the account had changed"
		}
		p.Answer = &second
		return "refused with 403, as if the account had changed"
	}}, wrong.err()
}
