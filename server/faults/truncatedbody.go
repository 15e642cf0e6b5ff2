package faults

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
)

// truncatedBody cuts answers.
type truncatedBody struct{}

type truncatedSettings struct {
	Fraction float64 `doc:"how much of the body leaves, from 0 to less than 1"`
}

func (truncatedBody) Name() string { return "truncated-body" }

func (truncatedBody) Doc() string {
	return "Closes the connection when a part of the body has left, under the Content-Length of all of it."
}

func (truncatedBody) On() Place { return Everywhere }

func (truncatedBody) Settings() []Setting { return describe(truncatedSettings{0.5}) }

func (truncatedBody) Read(raw json.RawMessage) (Effect, error) {
	s, wrong := read(raw, truncatedSettings{0.5})
	wrong.unless(s.Fraction >= 0 && s.Fraction < 1, "settings: want a fraction from 0 to less than 1")
	return Effect{Strike: func(_ *Call, _ *rand.Rand, p *Plan) string {
		p.Wire.Cut = &s.Fraction
		return fmt.Sprintf("connection closed after %g of the body", s.Fraction)
	}}, wrong.err()
}
