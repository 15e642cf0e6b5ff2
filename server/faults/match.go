package faults

import (
	"cmp"
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

// Over is the match with another's values where it has none of its own.
func (m Match) Over(base Match) Match {
	m.Operation, m.Path, m.Method = cmp.Or(m.Operation, base.Operation), cmp.Or(m.Path, base.Path), cmp.Or(m.Method, base.Method)
	m.Login, m.ClientID = cmp.Or(m.Login, base.Login), cmp.Or(m.ClientID, base.ClientID)
	m.Nth, m.Every = cmp.Or(m.Nth, base.Nth), cmp.Or(m.Every, base.Every)
	if len(m.Header) == 0 {
		m.Header = base.Header
	}
	return m
}

// like tells whether a text fits a pattern; an empty one asks for nothing.
func like(pattern, text string) bool { return pattern == "" || wire.Like(pattern, text) }
