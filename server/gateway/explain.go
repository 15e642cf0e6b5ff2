package gateway

import (
	"time"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// TokenFacts are what an access token is worth now.
type TokenFacts struct {
	// Sandbox and Application are "" when the token names none that is known.
	Sandbox, Application string
	// Issued and Expires are zero when it is not a token of this server.
	Issued, Expires time.Time
	// Code and Why are those of the refusal that a call with it would meet
	// before its account is looked at; "" when it is good.
	Code, Why string
	// APIs tells which APIs its application may use.
	APIs []Access
}

// Access is whether an application may use an API; Code and Why say why not.
type Access struct{ API, Code, Why string }

// ExplainToken tells what a token is worth now.
func (g *Gateway) ExplainToken(text string) TokenFacts {
	t, ok := parseToken(text)
	if !ok {
		return TokenFacts{Code: "token-malformed", Why: "the token is not one of PISTE's 54 letters and digits, so it was cut, altered or made elsewhere"}
	}
	sb, ok := g.registry.ByMark(t.mark())
	if !ok {
		return TokenFacts{Code: "token-unknown", Why: "the token names no sandbox of this server: it was issued elsewhere, altered, or its sandbox was deleted"}
	}
	facts := TokenFacts{Sandbox: sb.Name()}
	sb.Read(func(v sandboxes.View) {
		application, refused := t.verify(v, tokenClock(v, sb))
		if t.genuine(v.TokenKey()) {
			facts.Issued = t.issued().In(qualif.Paris)
			facts.Expires = facts.Issued.Add(tokenLife)
		}
		if refused != nil {
			facts.Code, facts.Why = refused.code, refused.why
			return
		}
		facts.Application = application.Name
		for _, api := range qualif.APIs {
			code, why := v.RefusesAPI(application, api)
			facts.APIs = append(facts.APIs, Access{api, code, why})
		}
	})
	return facts
}
