package faults

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
)

// invalidClient refuses credentials that are good, as PISTE does now and then.
type invalidClient struct{}

func (invalidClient) Name() string { return "invalid-client" }

func (invalidClient) Doc() string {
	return "Refuses a token request whose credentials are good, with the 400 invalid_client of PISTE."
}

func (invalidClient) On() Place { return Token }

func (invalidClient) Settings() []Setting { return nil }

func (invalidClient) Read(raw json.RawMessage) (Effect, error) {
	_, wrong := read(raw, struct{}{})
	return Effect{Strike: func(_ *Call, _ *rand.Rand, p *Plan) string {
		p.Answer = &Answer{
			Status: http.StatusBadRequest, ContentType: "application/json",
			Body: []byte(`{"error":"invalid_client","error_description":"Client authentication failed"}`),
		}
		return "good credentials refused"
	}}, wrong.err()
}
