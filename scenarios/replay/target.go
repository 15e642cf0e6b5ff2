package replay

import (
	"net/http"

	"chorus-qualif/scenarios/result"
)

// Target is where calls go. Base URLs have no final slash.
type Target struct {
	Kind result.Kind
	// Platform answers the APIs and the portal, OAuth gives tokens (Platform
	// when empty), Admin is the control API; empty for a platform, which has
	// none.
	Platform, OAuth, Admin string
	// AdminToken is sent to Admin as a bearer, for a server that asks for one.
	AdminToken string
	// HTTP makes the calls; a client of its own when nil.
	HTTP *http.Client
}

// base is where the operations of a contract are answered; "" when nobody
// answers them.
func (t Target) base(document string) string {
	switch document {
	case "admin":
		return t.Admin
	case "piste":
		if t.OAuth != "" {
			return t.OAuth
		}
		return t.Platform
	case "portal":
		// The portal's JSON is the sandbox's own: the real one has pages only.
		if t.Kind == result.Platform {
			return ""
		}
	}
	return t.Platform
}

// described is the target as results show it.
func (t Target) described() result.Target {
	return result.Target{Kind: t.Kind, Platform: t.Platform, Admin: t.Admin}
}
