package faults

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
)

// serverError is a back end that is down.
type serverError struct{}

type serverErrorSettings struct {
	Status      int    `doc:"from 500 to 599"`
	RetryAfter  int    `doc:"seconds in the header Retry-After; 0 leaves it out"`
	Body        string `doc:"what is answered; nothing is usual"`
	ContentType string `doc:"of the body"`
}

func (serverError) Name() string { return "server-error" }

func (serverError) Doc() string { return "Answers with a status of 5xx." }

func (serverError) On() Place { return Everywhere }

func (serverError) defaults() serverErrorSettings {
	return serverErrorSettings{Status: http.StatusServiceUnavailable}
}

func (e serverError) Settings() []Setting { return describe(e.defaults()) }

func (e serverError) Read(raw json.RawMessage) (Effect, error) {
	s, wrong := read(raw, e.defaults())
	wrong.unless(s.Status >= 500 && s.Status <= 599, "settings: want a status from 500 to 599")
	wrong.unless(s.RetryAfter >= 0, "settings: want a retryAfter of 0 or more")
	wrong.unless(isText(s.ContentType), "settings: contentType cannot be sent")
	failure := Answer{Status: s.Status, ContentType: s.ContentType, Body: []byte(s.Body)}
	if s.RetryAfter > 0 {
		failure.Header = map[string]string{"Retry-After": strconv.Itoa(s.RetryAfter)}
	}
	return Effect{Strike: func(_ *Call, _ *rand.Rand, p *Plan) string {
		p.Answer = &failure
		return fmt.Sprintf("answered %d", s.Status)
	}}, wrong.err()
}
