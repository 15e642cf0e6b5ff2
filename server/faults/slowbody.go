package faults

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// slowBody lets answers drip.
type slowBody struct{}

func (slowBody) Name() string { return "slow-body" }

func (slowBody) Doc() string {
	return "Sends the body chunk bytes at a time (16 by default) with a pause (100ms by default) before each, on the machine's clock."
}

func (slowBody) Read(raw json.RawMessage) (Effect, error) {
	s, err := read(raw, struct {
		Chunk int
		Pause Duration
	}{16, Duration(100 * time.Millisecond)})
	if err == nil && (s.Chunk < 1 || s.Pause < 0 || time.Duration(s.Pause) > maxWallDelay) {
		err = errors.New("settings: want a chunk of 1 or more, and a pause of at most 10m")
	}
	return Effect{Strike: func(_ *Call, _ *rand.Rand, p *Plan) string {
		p.Wire.Chunk, p.Wire.Pause = s.Chunk, time.Duration(s.Pause)
		return fmt.Sprintf("body sent %d bytes at a time, every %s", s.Chunk, s.Pause)
	}}, err
}
