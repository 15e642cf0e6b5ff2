package faults

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"chorus-qualif/server/qualif"
)

// maintenance closes the platform at some hours.
type maintenance struct{}

type maintenanceSettings struct {
	From       string `doc:"the hour at which it closes, in Paris on the sandbox's clock"`
	To         string `doc:"the hour at which it opens again"`
	RetryAfter string `doc:"form of the header Retry-After" choices:"seconds,date,none"`
}

func (maintenance) Name() string { return "maintenance" }

func (maintenance) Doc() string { return "Answers 503 from an hour to another." }

func (maintenance) On() Place { return Everywhere }

func (maintenance) defaults() maintenanceSettings {
	return maintenanceSettings{"22:00", "06:00", "seconds"}
}

func (m maintenance) Settings() []Setting { return describe(m.defaults()) }

func (m maintenance) Read(raw json.RawMessage) (Effect, error) {
	s, wrong := read(raw, m.defaults())
	from, err := minuteOf(s.From)
	wrong.add(err)
	to, err := minuteOf(s.To)
	wrong.add(err)
	return Effect{Strike: func(c *Call, _ *rand.Rand, p *Plan) string {
		local := c.Present.In(qualif.Paris)
		minute := local.Hour()*60 + local.Minute()
		open := from <= to && (minute < from || minute >= to) || from > to && minute < from && minute >= to
		if open {
			return ""
		}
		ends := time.Date(local.Year(), local.Month(), local.Day(), to/60, to%60, 0, 0, qualif.Paris)
		if !ends.After(local) {
			ends = ends.AddDate(0, 0, 1)
		}
		p.Answer = &Answer{Status: http.StatusServiceUnavailable, Header: retryAfter(s.RetryAfter, local, ends)}
		return fmt.Sprintf("closed for maintenance from %s to %s", s.From, s.To)
	}}, wrong.err()
}

func minuteOf(hour string) (int, error) {
	at, err := time.Parse("15:04", hour)
	if err != nil {
		return 0, fmt.Errorf("settings: %q is not an hour such as 22:00", hour)
	}
	return at.Hour()*60 + at.Minute(), nil
}
