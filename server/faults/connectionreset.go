package faults

import (
	"encoding/json"
	"math/rand/v2"
)

// connectionReset closes connections.
type connectionReset struct{}

func (connectionReset) Name() string { return "connection-reset" }

func (connectionReset) Doc() string {
	return "Closes the connection with a TCP reset instead of answering. The platform has done what was asked."
}

func (connectionReset) On() Place { return Everywhere }

func (connectionReset) Settings() []Setting { return nil }

func (connectionReset) Read(raw json.RawMessage) (Effect, error) {
	_, wrong := read(raw, struct{}{})
	return Effect{Strike: func(_ *Call, _ *rand.Rand, p *Plan) string {
		p.Wire.Reset = true
		return "connection reset instead of the answer"
	}}, wrong.err()
}
