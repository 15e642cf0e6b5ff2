package faults

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
)

// answer says anything at all.
type answer struct{}

func (answer) Name() string { return "answer" }

func (answer) Doc() string {
	return "Answers with any status from 200 to 599, with a body, a contentType and headers."
}

func (answer) Read(raw json.RawMessage) (Effect, error) {
	s, err := read(raw, struct {
		Status            int
		Body, ContentType string
		Headers           map[string]string
	}{})
	switch {
	case err != nil:
		return Effect{}, err
	case s.Status < 200 || s.Status > 599:
		return Effect{}, errors.New("settings: want a status from 200 to 599")
	}
	said := Answer{Status: s.Status, ContentType: s.ContentType, Body: []byte(s.Body), Header: map[string]string{}}
	for name, value := range s.Headers {
		if !isToken(name) || !isText(value) {
			return Effect{}, fmt.Errorf("settings: header %q cannot be sent", name)
		}
		said.Header[http.CanonicalHeaderKey(name)] = value
	}
	return Effect{Strike: func(_ *Call, _ *rand.Rand, p *Plan) string {
		p.Answer = &said
		return fmt.Sprintf("answered %d", s.Status)
	}}, nil
}

func isToken(name string) bool {
	for _, c := range name {
		if c != '-' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return name != ""
}

func isText(value string) bool {
	for _, c := range value {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}
