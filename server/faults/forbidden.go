package faults

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
)

// forbidden refuses calls with a 403.
type forbidden struct{}

func (forbidden) Name() string { return "forbidden" }

func (forbidden) Doc() string {
	return "Refuses a call with 403: body is empty (the default), echo (the request's own) or braces ({})."
}

func (forbidden) Read(raw json.RawMessage) (Effect, error) {
	s, err := read(raw, struct{ Body string }{"empty"})
	if err != nil {
		return Effect{}, err
	}
	refusal := Answer{Status: http.StatusForbidden}
	switch s.Body {
	case "empty":
	case "echo":
		refusal.ContentType, refusal.Echo = "application/json", true
	case "braces":
		refusal.ContentType, refusal.Body = "application/json", []byte("{}")
	default:
		return Effect{}, fmt.Errorf("settings: body %q: want empty, echo or braces", s.Body)
	}
	return Effect{On: onCalls, Strike: func(_ *Call, _ *rand.Rand, p *Plan) string {
		p.Answer = &refusal
		return "refused with 403"
	}}, nil
}
