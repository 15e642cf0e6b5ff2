package faults

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
)

// serverError is a back end that is down.
type serverError struct{}

func (serverError) Name() string { return "server-error" }

func (serverError) Doc() string {
	return "Answers with a status from 500 to 599 (503 by default), with a body and a contentType, and retryAfter in seconds."
}

func (serverError) Read(raw json.RawMessage) (Effect, error) {
	s, err := read(raw, struct {
		Status, RetryAfter int
		Body, ContentType  string
	}{Status: http.StatusServiceUnavailable})
	switch {
	case err != nil:
		return Effect{}, err
	case s.Status < 500 || s.Status > 599 || s.RetryAfter < 0:
		return Effect{}, errors.New("settings: want a status from 500 to 599, and a retryAfter of 0 or more")
	}
	failure := Answer{Status: s.Status, ContentType: s.ContentType, Body: []byte(s.Body)}
	if s.RetryAfter > 0 {
		failure.Header = map[string]string{"Retry-After": strconv.Itoa(s.RetryAfter)}
	}
	return Effect{Strike: func(_ *Call, _ *rand.Rand, p *Plan) string {
		p.Answer = &failure
		return fmt.Sprintf("answered %d", s.Status)
	}}, nil
}
