package faults

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// quota refuses calls beyond a number in a window of the sandbox's time.
type quota struct{}

type quotaSettings struct {
	Limit      int      `doc:"how many calls a window takes"`
	Window     Duration `doc:"how long a window lasts, on the sandbox's clock"`
	RetryAfter string   `doc:"form of the header Retry-After" choices:"seconds,date,none"`
}

func (quota) Name() string { return "quota" }

func (quota) Doc() string {
	return "Refuses calls beyond a number in each window of the sandbox's time, with 429."
}

func (quota) On() Place { return Everywhere }

func (quota) defaults() quotaSettings { return quotaSettings{10, Duration(time.Minute), "seconds"} }

func (q quota) Settings() []Setting { return describe(q.defaults()) }

func (q quota) Read(raw json.RawMessage) (Effect, error) {
	s, wrong := read(raw, q.defaults())
	wrong.unless(s.Limit >= 0 && s.Window > 0, "settings: want a limit of 0 or more, and a window that lasts")
	var opened time.Time
	count := 0
	return Effect{Strike: func(c *Call, _ *rand.Rand, p *Plan) string {
		if opened.IsZero() || c.Present.Before(opened) || c.Present.Sub(opened) >= time.Duration(s.Window) {
			opened, count = c.Present, 0
		}
		if count++; count <= s.Limit {
			return ""
		}
		ends := opened.Add(time.Duration(s.Window))
		p.Answer = &Answer{Status: http.StatusTooManyRequests, Header: retryAfter(s.RetryAfter, c.Present, ends)}
		return fmt.Sprintf("call %d of a window of %s that takes %d", count, s.Window, s.Limit)
	}}, wrong.err()
}

// retryAfter is the header of that name, in one of its two forms (RFC 9110
// section 10.2.3).
func retryAfter(form string, now, at time.Time) map[string]string {
	switch form {
	case "seconds":
		return map[string]string{"Retry-After": strconv.Itoa(int(math.Ceil(at.Sub(now).Seconds())))}
	case "date":
		return map[string]string{"Retry-After": at.UTC().Format(http.TimeFormat)}
	}
	return nil
}
