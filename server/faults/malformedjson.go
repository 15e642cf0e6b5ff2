package faults

import (
	"encoding/json"
	"math/rand/v2"
)

// malformedJSON spoils answers.
type malformedJSON struct{}

func (malformedJSON) Name() string { return "malformed-json" }

func (malformedJSON) Doc() string {
	return "Sends a body that is no JSON any more, under its own Content-Type and length."
}

func (malformedJSON) On() Place { return Everywhere }

func (malformedJSON) Settings() []Setting { return nil }

func (malformedJSON) Read(raw json.RawMessage) (Effect, error) {
	_, wrong := read(raw, struct{}{})
	return Effect{Strike: func(_ *Call, _ *rand.Rand, p *Plan) string {
		p.Wire.Spoil = true
		return "the body is not JSON"
	}}, wrong.err()
}
