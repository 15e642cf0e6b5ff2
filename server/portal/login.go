package portal

import (
	"encoding/base64"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// challenge is the WWW-Authenticate of every 401 (RFC 7617).
const challenge = `Basic realm="Portail Chorus Pro (simulateur)", charset="UTF-8"`

// logIn finds the person of a login and password in a sandbox. A technical
// account is told so: the guides say that it cannot be used on the portal.
func logIn(sandbox *sandboxes.Sandbox, login, password string) (*qualif.Person, *qualif.Refusal) {
	var person *qualif.Person
	var outcome qualif.LoginRefusal
	sandbox.Read(func(s sandboxes.View) { person, outcome = s.LogIn(login, password) })
	switch outcome {
	case qualif.LoginGranted:
		return person, nil
	case qualif.LoginTechnical:
		return nil, refusal("technical-account-cannot-log-in", login)
	case qualif.LoginInactive:
		return nil, refusal("login-inactive", login)
	}
	return nil, refusal("login-refused")
}

// basic reads the login and password of a request (RFC 7617, UTF-8): the
// password is all that follows the first colon.
func basic(h http.Header) (login, password string, refused *qualif.Refusal) {
	values := h.Values("Authorization")
	switch len(values) {
	case 0:
		return "", "", refusal("login-required")
	case 1:
	default:
		return "", "", refusal("authorization-repeated", len(values))
	}
	scheme, encoded, _ := strings.Cut(values[0], " ")
	if !strings.EqualFold(scheme, "Basic") {
		return "", "", refusal("authorization-not-basic")
	}
	pair, err := base64.StdEncoding.DecodeString(strings.TrimLeft(encoded, " "))
	switch {
	case err != nil:
		return "", "", refusal("authorization-not-base64")
	case !utf8.Valid(pair):
		return "", "", refusal("authorization-not-utf8")
	case strings.ContainsFunc(string(pair), unicode.IsControl):
		return "", "", refusal("authorization-control-character")
	}
	login, password, found := strings.Cut(string(pair), ":")
	if !found {
		return "", "", refusal("authorization-without-colon")
	}
	return login, password, nil
}
