package faults

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
)

// answer says anything at all.
type answer struct{}

type answerSettings struct {
	Status      int               `doc:"from 200 to 599"`
	Body        string            `doc:"what is answered, as it is"`
	ContentType string            `doc:"of the body, such as application/json"`
	Headers     map[string]string `doc:"more headers, as a JSON object of texts"`
}

func (answer) Name() string { return "answer" }

func (answer) Doc() string {
	return "Answers with any status, body and headers in place of the platform's."
}

func (answer) On() Place { return Everywhere }

func (answer) Settings() []Setting { return describe(answerSettings{}) }

func (answer) Read(raw json.RawMessage) (Effect, error) {
	s, wrong := read(raw, answerSettings{})
	wrong.unless(s.Status >= 200 && s.Status <= 599, "settings: want a status from 200 to 599")
	wrong.unless(isText(s.ContentType), "settings: contentType cannot be sent")
	said := Answer{Status: s.Status, ContentType: s.ContentType, Body: []byte(s.Body), Header: map[string]string{}}
	for _, name := range slices.Sorted(maps.Keys(s.Headers)) {
		wrong.unless(isToken(name) && isText(s.Headers[name]), "settings: header %q cannot be sent", name)
		said.Header[http.CanonicalHeaderKey(name)] = s.Headers[name]
	}
	return Effect{Strike: func(_ *Call, _ *rand.Rand, p *Plan) string {
		p.Answer = &said
		return fmt.Sprintf("answered %d", s.Status)
	}}, wrong.err()
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
