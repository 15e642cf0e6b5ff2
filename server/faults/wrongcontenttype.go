package faults

import (
	"encoding/json"
	"math/rand/v2"
)

// wrongContentType mislabels answers, as a proxy's error page does.
type wrongContentType struct{}

type wrongTypeSettings struct {
	ContentType string `doc:"what the answer says it is"`
	Page        string `doc:"sent instead of the body; nothing leaves it"`
}

func (wrongContentType) Name() string { return "wrong-content-type" }

func (wrongContentType) Doc() string {
	return "Sends another Content-Type, and another body when one is given."
}

func (wrongContentType) On() Place { return Everywhere }

func (wrongContentType) defaults() wrongTypeSettings {
	return wrongTypeSettings{ContentType: "text/html; charset=utf-8"}
}

func (t wrongContentType) Settings() []Setting { return describe(t.defaults()) }

func (t wrongContentType) Read(raw json.RawMessage) (Effect, error) {
	s, wrong := read(raw, t.defaults())
	wrong.unless(s.ContentType != "" && isText(s.ContentType), "settings: contentType cannot be sent")
	return Effect{Strike: func(_ *Call, _ *rand.Rand, p *Plan) string {
		p.Wire.ContentType, p.Wire.Page = s.ContentType, s.Page
		return "Content-Type " + s.ContentType
	}}, wrong.err()
}
