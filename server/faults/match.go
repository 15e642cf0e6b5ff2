package faults

import (
	"net/http"
	"strings"

	"chorus-qualif/server/wire"
)

// fits tells whether a call has all that is asked for, apart from its number.
func (m *Match) fits(c *Call) bool {
	if c.Place == Portal && m.Operation == "" && m.Path == "" {
		return false
	}
	if m.Method != "" && !strings.EqualFold(m.Method, c.Method) || !like(m.Operation, c.Operation) || !like(m.Path, c.Path) {
		return false
	}
	if m.Login != "" && !like(strings.ToLower(m.Login), strings.ToLower(c.Login())) || m.ClientID != "" && !strings.EqualFold(m.ClientID, c.ClientID()) {
		return false
	}
	for name, want := range m.Header {
		if !like(want, strings.Join(c.Header[http.CanonicalHeaderKey(name)], ", ")) {
			return false
		}
	}
	return true
}

// like tells whether a text fits a pattern; an empty one asks for nothing.
func like(pattern, text string) bool { return pattern == "" || wire.Like(pattern, text) }
