package faults

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"time"
)

// maxWallDelay bounds what holds a connection on the machine's clock.
const maxWallDelay = 10 * time.Minute

// latency holds calls.
type latency struct{}

func (latency) Name() string { return "latency" }

func (latency) Doc() string {
	return "Holds a call: fixed, or between min and max (uniform), or around median with sigma (lognormal, at most max); clock is wall, or virtual, which holds it until the sandbox's clock gets there."
}

func (latency) Read(raw json.RawMessage) (Effect, error) {
	s, err := read(raw, struct {
		Fixed, Min, Max, Median Duration
		Sigma                   float64
		Clock                   string
	}{Sigma: 0.5, Clock: "wall"})
	if err != nil {
		return Effect{}, err
	}
	virtual, err := onClock(s.Clock)
	if err != nil {
		return Effect{}, err
	}
	var draw func(*rand.Rand) time.Duration
	switch {
	case s.Fixed > 0 && s.Min+s.Max+s.Median == 0:
		draw = func(*rand.Rand) time.Duration { return time.Duration(s.Fixed) }
	case s.Median > 0 && s.Fixed+s.Min == 0 && s.Sigma >= 0 && s.Sigma <= 5:
		most := time.Duration(s.Max)
		if most == 0 {
			most = maxWallDelay
		}
		draw = func(r *rand.Rand) time.Duration {
			return time.Duration(min(float64(s.Median)*math.Exp(s.Sigma*r.NormFloat64()), float64(most)))
		}
	case s.Max > 0 && s.Min <= s.Max && s.Fixed+s.Median == 0:
		draw = func(r *rand.Rand) time.Duration {
			return time.Duration(s.Min) + time.Duration(r.Int64N(int64(s.Max-s.Min)+1))
		}
	default:
		return Effect{}, errors.New("settings: want fixed, or min and max with min at most max, or median with a sigma from 0 to 5")
	}
	return Effect{Strike: func(_ *Call, r *rand.Rand, p *Plan) string {
		by := draw(r)
		if !virtual {
			by = min(by, maxWallDelay)
		}
		by = by.Round(time.Microsecond)
		p.Delays = append(p.Delays, Delay{by, virtual})
		return fmt.Sprintf("held for %s on the %s clock", by, s.Clock)
	}}, nil
}
