package faults

import (
	"encoding/json"
	"math/rand/v2"
)

// connectionReset closes connections.
type connectionReset struct{}

func (connectionReset) Name() string { return "connection-reset" }

func (connectionReset) Doc() string {
	return "Closes the connection with a TCP reset instead of answering; no settings. The platform has done what was asked."
}

func (connectionReset) Read(raw json.RawMessage) (Effect, error) {
	_, err := read(raw, struct{}{})
	return Effect{Strike: func(_ *Call, _ *rand.Rand, p *Plan) string {
		p.Wire.Reset = true
		return "connection reset instead of the answer"
	}}, err
}
