package faults

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// quota refuses calls beyond a number in a window of the sandbox's time.
type quota struct{}

func (quota) Name() string { return "quota" }

func (quota) Doc() string {
	return "Refuses calls beyond limit in each window, on the sandbox's clock, with 429; retryAfter is seconds (the default), date or none."
}

func (quota) Read(raw json.RawMessage) (Effect, error) {
	s, err := read(raw, struct {
		Limit      int
		Window     Duration
		RetryAfter string
	}{10, Duration(time.Minute), "seconds"})
	switch {
	case err != nil:
		return Effect{}, err
	case s.Limit < 0 || s.Window <= 0:
		return Effect{}, errors.New("settings: want a limit of 0 or more, and a window that lasts")
	case s.RetryAfter != "seconds" && s.RetryAfter != "date" && s.RetryAfter != "none":
		return Effect{}, fmt.Errorf("settings: retryAfter %q: want seconds, date or none", s.RetryAfter)
	}
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
	}}, nil
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
