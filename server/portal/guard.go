package portal

import (
	"crypto/subtle"
	"net/http"
	"net/url"
	"path"
	"strings"
)

// The cookies: a session, and the token of a login form before there is one.
const (
	sessionCookie = "chorus_qualif_session"
	loginCookie   = "chorus_qualif_connexion"
)

// tokenField is the hidden field of every form that changes something.
const tokenField = "jeton"

// newCookie keeps a value in the browser as long as it is open: no date, so that
// the machine's time shows nowhere.
func newCookie(r *http.Request, name, value string) *http.Cookie {
	return &http.Cookie{Name: name, Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.TLS != nil}
}

func cookieValue(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

// genuine tells whether a form carries the token that its page was given.
func genuine(given, expected string) bool {
	return expected != "" && subtle.ConstantTimeCompare([]byte(given), []byte(expected)) == 1
}

// inside is a path of the portal's own pages to go to after the login, or "":
// whatever else a link asks for is not followed.
func inside(target string) string {
	u, err := url.Parse(target)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" || strings.ContainsAny(target, "\\\r\n\t") {
		return ""
	}
	if u.Path != path.Clean(u.Path) || !(u.Path == home2022 || strings.HasPrefix(u.Path, home2022+"/") || strings.HasPrefix(u.Path, "/cpp/")) {
		return ""
	}
	return (&url.URL{Path: u.Path, RawQuery: u.RawQuery}).String()
}
