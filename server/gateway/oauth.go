package gateway

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/requests"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/wire"
)

const (
	tokenPath = "/api/oauth/token"
	formType  = "application/x-www-form-urlencoded"
	// maxTokenRequest is far above the few hundred bytes of a token request.
	maxTokenRequest = 64 << 10
)

// The refusals of RFC 6749 section 5.2, with a description each, since clients
// log both. PISTE answers 400 to all of them.
const (
	invalidRequest   = `{"error":"invalid_request","error_description":"The request is missing a required parameter, repeats a parameter or is otherwise malformed"}`
	invalidClient    = `{"error":"invalid_client","error_description":"Client authentication failed"}`
	unsupportedGrant = `{"error":"unsupported_grant_type","error_description":"The authorization grant type is not supported"}`
	invalidScope     = `{"error":"invalid_scope","error_description":"The requested scope is invalid, unknown or malformed"}`
)

func refuseGrant(body, code, why string) answer {
	return answer{status: http.StatusBadRequest, contentType: jsonType, body: []byte(body), reason: reason{code, why}}
}

// tokenRequest is a request for a token, wherever its credentials were.
type tokenRequest struct{ grant, id, secret, scope string }

// issue answers POST /api/oauth/token.
func (g *Gateway) issue(x *exchange) answer {
	header := x.Writer.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("Pragma", "no-cache")
	x.check = requests.CheckBody
	body, err := wire.ReadBody(x.Request, maxTokenRequest)
	x.body = body
	switch {
	case errors.Is(err, wire.ErrTooLarge):
		return answer{status: http.StatusRequestEntityTooLarge, reason: reason{"body-too-large", err.Error()}}
	case err != nil:
		return refuseGrant(invalidRequest, "token-request-unreadable", err.Error())
	}
	violations := g.contract.CheckRequest(x.declared, wire.RequestOf(x.Context, body))
	asked, invalid := readTokenRequest(x.Request, body)
	switch {
	case invalid.code != "":
		return refuseGrant(invalidRequest, invalid.code, invalid.why)
	case len(violations) > 0:
		x.violations = violations
		return refuseGrant(invalidRequest, "token-request-invalid", listed(violations))
	case asked.grant != "client_credentials":
		return refuseGrant(unsupportedGrant, "grant-unsupported", "grant_type must be client_credentials")
	}
	x.check = requests.CheckClient
	sb, ok := g.registry.ByClientID(asked.id)
	if !ok {
		return refuseGrant(invalidClient, "client-unknown", "no sandbox of this server has an application with this client_id")
	}
	x.enter(sb)
	if struck := g.strike(x, func() string { return asked.id }); struck != nil {
		x.check = requests.CheckFault
		return *struck
	}
	var a answer
	sb.Read(func(v sandboxes.View) {
		x.saw(v)
		a = grant(sb, v, asked)
		if application, ok := v.ApplicationByClientID(asked.id); ok {
			x.application = application.Name
		}
	})
	if a.status == http.StatusOK {
		x.check = requests.CheckOperation
	}
	return a
}

// grant issues a token. An application that is disabled, or may not use any
// API, gets one all the same: the call that uses it is refused.
func grant(sb *sandboxes.Sandbox, v sandboxes.View, asked tokenRequest) answer {
	application, ok := v.ApplicationByClientID(asked.id)
	switch {
	case !ok:
		return refuseGrant(invalidClient, "client-unknown", "sandbox "+v.Name+" has no application with this client_id, to the letter")
	case subtle.ConstantTimeCompare([]byte(v.ClientSecret(application)), []byte(asked.secret)) != 1:
		return refuseGrant(invalidClient, "client-secret-wrong", "the client_secret is not that of application "+application.Name)
	}
	if scope, ok := unknownScope(asked.scope); ok && v.Switches.Get(qualif.SwitchUnknownScope) == "refuse" {
		return refuseGrant(invalidScope, "scope-unknown", fmt.Sprintf("scope %q is none of %s (switch %s)", scope, strings.Join(scopes(), ", "), qualif.SwitchUnknownScope))
	}
	t := newToken(sandboxes.Mark(v.Name), application.ID, tokenClock(v, sb), sb.NextSerial(), v.TokenKey())
	body := fmt.Appendf(nil, `{"access_token":"%s","token_type":"Bearer","expires_in":%d,"scope":"openid"}`, t.text(), tokenLife/time.Second)
	return answer{status: http.StatusOK, contentType: jsonType, body: body}
}

// scopes are those that clients of the real gateway ask for. Whichever they
// are, openid is granted.
func scopes() []string { return []string{"openid", "profile", "resource.READ"} }

func unknownScope(asked string) (scope string, unknown bool) {
	for scope := range strings.FieldsSeq(asked) {
		if !slices.Contains(scopes(), scope) {
			return scope, true
		}
	}
	return "", false
}

// readTokenRequest reads the form, and the credentials from it or from HTTP
// Basic. Both may be there when they agree.
func readTokenRequest(r *http.Request, body []byte) (tokenRequest, reason) {
	contentType, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if contentType = strings.TrimSpace(contentType); contentType != "" && !strings.EqualFold(contentType, formType) {
		return tokenRequest{}, reason{"token-request-content-type", "Content-Type must be " + formType}
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return tokenRequest{}, reason{"token-request-malformed", "the body is not a well-formed form"}
	}
	for _, name := range []string{"grant_type", "client_id", "client_secret", "scope"} {
		if len(form[name]) > 1 {
			return tokenRequest{}, reason{"token-request-repeated", name + " is there more than once"}
		}
	}
	asked := tokenRequest{form.Get("grant_type"), form.Get("client_id"), form.Get("client_secret"), form.Get("scope")}
	if wrong := asked.authenticate(r); wrong.code != "" {
		return tokenRequest{}, wrong
	}
	for _, required := range []struct{ name, value string }{{"grant_type", asked.grant}, {"client_id", asked.id}, {"client_secret", asked.secret}} {
		if required.value == "" {
			return tokenRequest{}, reason{"token-request-incomplete", required.name + " is missing"}
		}
	}
	return asked, reason{}
}

// authenticate takes the credentials from HTTP Basic, if they are there.
func (asked *tokenRequest) authenticate(r *http.Request) reason {
	scheme, _, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Basic") {
		return reason{}
	}
	id, secret, ok := r.BasicAuth()
	switch {
	case !ok:
		return reason{"token-request-basic", "the header Authorization is not the base64 of client_id:client_secret"}
	case (asked.id != "" && asked.id != id) || (asked.secret != "" && asked.secret != secret):
		return reason{"token-request-conflict", "the form and the header Authorization carry different credentials"}
	}
	asked.id, asked.secret = id, secret
	return reason{}
}
