package faults

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
)

// forbidden refuses calls with a 403.
type forbidden struct{}

type forbiddenSettings struct {
	Body string `doc:"nothing, the request's own, or {}" choices:"empty,echo,braces"`
}

func (forbidden) Name() string { return "forbidden" }

func (forbidden) Doc() string {
	return "Refuses a call with 403, with one of the gateway's three bodies."
}

func (forbidden) On() Place { return API }

func (forbidden) Settings() []Setting { return describe(forbiddenSettings{"empty"}) }

func (forbidden) Read(raw json.RawMessage) (Effect, error) {
	s, wrong := read(raw, forbiddenSettings{"empty"})
	refusal := Answer{Status: http.StatusForbidden}
	switch s.Body {
	case "echo":
		refusal.ContentType, refusal.Echo = "application/json", true
	case "braces":
		refusal.ContentType, refusal.Body = "application/json", []byte("{}")
	}
	return Effect{Strike: func(_ *Call, _ *rand.Rand, p *Plan) string {
		p.Answer = &refusal
		return "refused with 403"
	}}, wrong.err()
}
