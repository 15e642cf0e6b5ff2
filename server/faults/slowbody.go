package faults

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"
)

// slowBody lets answers drip.
type slowBody struct{}

type slowSettings struct {
	Chunk int      `doc:"bytes at a time, 1 or more"`
	Pause Duration `doc:"before each chunk, on the machine's clock, at most 10m"`
}

func (slowBody) Name() string { return "slow-body" }

func (slowBody) Doc() string {
	return "Sends the body a few bytes at a time, with a pause before each."
}

func (slowBody) On() Place { return Everywhere }

func (slowBody) defaults() slowSettings { return slowSettings{16, Duration(100 * time.Millisecond)} }

func (b slowBody) Settings() []Setting { return describe(b.defaults()) }

func (b slowBody) Read(raw json.RawMessage) (Effect, error) {
	s, wrong := read(raw, b.defaults())
	wrong.unless(s.Chunk >= 1 && time.Duration(s.Pause) <= maxWallDelay, "settings: want a chunk of 1 or more, and a pause of at most 10m")
	return Effect{Strike: func(_ *Call, _ *rand.Rand, p *Plan) string {
		p.Wire.Chunk, p.Wire.Pause = s.Chunk, time.Duration(s.Pause)
		return fmt.Sprintf("body sent %d bytes at a time, every %s", s.Chunk, s.Pause)
	}}, wrong.err()
}
