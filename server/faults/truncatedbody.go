package faults

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
)

// truncatedBody cuts answers.
type truncatedBody struct{}

func (truncatedBody) Name() string { return "truncated-body" }

func (truncatedBody) Doc() string {
	return "Closes the connection when a fraction of the body has left (0.5 by default), under the Content-Length of all of it."
}

func (truncatedBody) Read(raw json.RawMessage) (Effect, error) {
	s, err := read(raw, struct{ Fraction float64 }{0.5})
	if err == nil && !(s.Fraction >= 0 && s.Fraction < 1) {
		err = errors.New("settings: want a fraction from 0 to less than 1")
	}
	return Effect{Strike: func(_ *Call, _ *rand.Rand, p *Plan) string {
		p.Wire.Cut = &s.Fraction
		return fmt.Sprintf("connection closed after %g of the body", s.Fraction)
	}}, err
}
