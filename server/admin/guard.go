package admin

import (
	"crypto/subtle"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"chorus-qualif/server/wire"
)

// open lists the paths that need no token: probes know none.
var open = []string{"/livez", "/readyz", "/version"}

// guard keeps strangers out: browsers led here by a name that is not ours (DNS
// rebinding), pages of another origin, and callers without the token.
func (a *Admin) guard(g *gin.Context) {
	r := g.Request
	var reply wire.Reply
	switch {
	case !a.hosts(r.Host):
		reply = wire.Refuse(http.StatusForbidden, "host-refused", "host "+r.Host+" is not served here: use an IP address, localhost, a name without a dot, or one given with --admin-hosts")
	case !sameOrigin(r):
		reply = wire.Refuse(http.StatusForbidden, "origin-refused", "origin "+r.Header.Get("Origin")+" is not this listener's own")
	case !a.knows(r):
		reply = wire.Refuse(http.StatusUnauthorized, "admin-token-refused", "the admin token is missing or wrong: send Authorization: Bearer with the value of --admin-token")
		reply.Header = http.Header{"Www-Authenticate": {`Bearer realm="chorus-qualif admin"`}}
	default:
		return
	}
	a.o.Contract.Write(g, nil, reply)
	g.Abort()
}

// hosts tells whether a Host header names this listener. Names without a dot
// (localhost, a container's name) cannot be published in the DNS for others.
func (a *Admin) hosts(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.Trim(name, "[]")
	return net.ParseIP(name) != nil || (name != "" && !strings.Contains(name, ".")) || slices.Contains(a.o.Hosts, strings.ToLower(name))
}

func sameOrigin(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host == r.Host
}

func (a *Admin) knows(r *http.Request) bool {
	if a.o.Token == "" || slices.Contains(open, r.URL.Path) {
		return true
	}
	given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return ok && subtle.ConstantTimeCompare([]byte(given), []byte(a.o.Token)) == 1
}
