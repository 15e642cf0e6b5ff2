package faults

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"time"
)

// maxWallDelay bounds what holds a connection on the machine's clock.
const maxWallDelay = 10 * time.Minute

// latency holds calls.
type latency struct{}

type latencySettings struct {
	Fixed  Duration `doc:"always this long"`
	Min    Duration `doc:"between this and max, each as likely"`
	Max    Duration `doc:"the longest, with min or median"`
	Median Duration `doc:"around this (lognormal)"`
	Sigma  float64  `doc:"how far around the median, from 0 to 5"`
	Clock  string   `doc:"virtual holds the call until the sandbox's clock gets there" choices:"wall,virtual"`
}

func (latency) Name() string { return "latency" }

func (latency) Doc() string {
	return "Holds a call for a fixed time, a time between two bounds, or one around a median; at most 10m on the machine's clock."
}

func (latency) On() Place { return Everywhere }

func (latency) defaults() latencySettings { return latencySettings{Sigma: 0.5, Clock: "wall"} }

func (l latency) Settings() []Setting { return describe(l.defaults()) }

func (l latency) Read(raw json.RawMessage) (Effect, error) {
	s, wrong := read(raw, l.defaults())
	draw := s.draw()
	wrong.unless(draw != nil || len(wrong) > 0, "settings: want fixed, or min and max with min at most max, or median with a sigma from 0 to 5")
	return Effect{Strike: func(_ *Call, r *rand.Rand, p *Plan) string {
		by := draw(r)
		if s.Clock == "wall" {
			by = min(by, maxWallDelay)
		}
		by = by.Round(time.Microsecond)
		p.Delays = append(p.Delays, Delay{by, s.Clock == "virtual"})
		return fmt.Sprintf("held for %s on the %s clock", by, s.Clock)
	}}, wrong.err()
}

// draw makes a length of time of chance; nil when the settings do not say how.
func (s latencySettings) draw() func(*rand.Rand) time.Duration {
	switch {
	case s.Fixed > 0 && s.Min+s.Max+s.Median == 0:
		return func(*rand.Rand) time.Duration { return time.Duration(s.Fixed) }
	case s.Median > 0 && s.Fixed+s.Min == 0 && s.Sigma >= 0 && s.Sigma <= 5:
		most := time.Duration(s.Max)
		if most == 0 {
			most = maxWallDelay
		}
		return func(r *rand.Rand) time.Duration {
			return time.Duration(min(float64(s.Median)*math.Exp(s.Sigma*r.NormFloat64()), float64(most)))
		}
	case s.Max > 0 && s.Min <= s.Max && s.Fixed+s.Median == 0:
		return func(r *rand.Rand) time.Duration {
			return time.Duration(s.Min) + time.Duration(r.Int64N(int64(s.Max-s.Min)+1))
		}
	}
	return nil
}
