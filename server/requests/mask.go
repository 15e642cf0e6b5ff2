package requests

import (
	"net/http"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Mask replaces a secret.
const Mask = "***"

// secretHeaders are those whose values let their bearer in. A set of Set-Cookie
// is the platform's own.
var secretHeaders = []string{"Authorization", "Cpro-Account", "Cookie", "Set-Cookie", "Proxy-Authorization"}

// secretJSON and secretForm find the secrets of bodies; a body that was cut may
// end inside one.
var (
	secretJSON = regexp.MustCompile(`(?i)("(?:[a-z_]*password|cpro-?account|access_token|client_?secret|mot[-_]?de[-_]?passe|secret)"\s*:\s*)"(?:[^"\\]|\\.)*(?:"|$)`)
	secretForm = regexp.MustCompile(`(?i)((?:^|&)(?:[a-z_]*password|client_secret|mot[-_]?de[-_]?passe|jeton|access_token)=)[^&]*`)
)

// masked is a header's value without its secret; the scheme of an Authorization
// stays.
func masked(name, value string) string {
	for _, secret := range secretHeaders {
		if !strings.EqualFold(name, secret) || value == "" {
			continue
		}
		if scheme, _, ok := strings.Cut(value, " "); ok && strings.EqualFold(name, "Authorization") {
			return scheme + " " + Mask
		}
		return Mask
	}
	return value
}

// Headers is a header with one text a name, its secrets masked unless they are
// asked for.
func Headers(header http.Header, secrets bool) map[string]string {
	shown := make(map[string]string, len(header))
	for name, values := range header {
		value := strings.Join(values, ", ")
		if !secrets {
			value = masked(name, value)
		}
		shown[name] = strings.ToValidUTF8(value, "\uFFFD")
	}
	return shown
}

// Text is a body for a reader, its secrets masked unless they are asked for. A
// body that is neither JSON nor a form cannot be masked: it is withheld. One that
// is not UTF-8 is not shown.
func (c Content) Text(contentType string, secrets bool) (text string, withheld bool) {
	if len(c.Bytes) == 0 {
		return "", false
	}
	text = string(c.Bytes)
	if c.Cut() {
		text = strings.ToValidUTF8(text, "")
	}
	if !utf8.ValidString(text) {
		return "", true
	}
	if secrets {
		return text, false
	}
	kind, _, _ := strings.Cut(strings.ToLower(contentType), ";")
	kind = strings.TrimSpace(kind)
	trimmed := strings.TrimSpace(text)
	switch {
	case strings.HasSuffix(kind, "json") || strings.HasPrefix(trimmed, "{") || strings.HasPrefix(trimmed, "["):
		return secretJSON.ReplaceAllString(text, `${1}"`+Mask+`"`), false
	case kind == "application/x-www-form-urlencoded" || kind == "":
		return secretForm.ReplaceAllString(text, "${1}"+Mask), false
	}
	return "", true
}
