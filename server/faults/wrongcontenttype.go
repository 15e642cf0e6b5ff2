package faults

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
)

// wrongContentType mislabels answers, as a proxy's error page does.
type wrongContentType struct{}

func (wrongContentType) Name() string { return "wrong-content-type" }

func (wrongContentType) Doc() string {
	return "Sends another contentType (text/html by default), and a page instead of the body when one is given."
}

func (wrongContentType) Read(raw json.RawMessage) (Effect, error) {
	s, err := read(raw, struct{ ContentType, Page string }{ContentType: "text/html; charset=utf-8"})
	if err == nil && (s.ContentType == "" || !isText(s.ContentType)) {
		err = errors.New("settings: contentType cannot be sent")
	}
	return Effect{Strike: func(_ *Call, _ *rand.Rand, p *Plan) string {
		p.Wire.ContentType, p.Wire.Page = s.ContentType, s.Page
		return "Content-Type " + s.ContentType
	}}, err
}
