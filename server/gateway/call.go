package gateway

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/bytedance/sonic"
	"github.com/gin-gonic/gin"

	"chorus-qualif/server/chorus"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/requests"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/wire"
)

// maxEcho bounds what is read of a call only to be answered again.
const maxEcho = 16 << 20

// pass takes a call through the checks, and to its operation.
func (g *Gateway) pass(x *exchange, r route) answer {
	principal, refused := g.admit(x)
	if refused != nil {
		return *refused
	}
	x.check = requests.CheckBody
	var body []byte
	if x.declared.Body {
		var err error
		body, err = g.readBody(x, r.limit)
		x.body = body
		switch {
		case errors.Is(err, errNoRoom):
			return answer{status: http.StatusServiceUnavailable, reason: reason{"body-not-awaited", err.Error()}}
		case errors.Is(err, wire.ErrTooLarge):
			return answer{status: http.StatusRequestEntityTooLarge, reason: reason{"body-too-large", err.Error()}}
		case err != nil:
			return refuseBody(reason{"body-unreadable", err.Error()})
		}
	}
	body, violations := g.read(x, body)
	if len(violations) > 0 {
		x.violations = violations
		return refuseViolations(violations)
	}
	x.check = requests.CheckOperation
	said := r.answer(&chorus.Call{
		Sandbox: x.sandbox, Operation: x.declared, Principal: principal, Present: x.present, Body: body, Files: g.files,
		Reserve: func(size int64) bool { return x.reserve(g.room, size) },
	})
	return g.encode(x, said)
}

func (g *Gateway) encode(x *exchange, said chorus.Answer) answer {
	a := answer{status: said.Status, reason: reason{said.Code, said.Why}}
	if a.status == 0 {
		a.status = http.StatusOK
	}
	if said.Body == nil {
		return a
	}
	var err error
	if a.body, err = g.json.Marshal(said.Body); err != nil {
		return g.failure(x, err)
	}
	a.contentType = serviceJSON
	return a
}

// admit judges a call's credentials and route, in the gateway's order, against
// one reading of the sandbox that its token names.
func (g *Gateway) admit(x *exchange) (principal qualif.Principal, refused *answer) {
	x.check = requests.CheckBearer
	text, missing := bearerOf(x.Request.Header)
	var t *token
	var unknown reason
	if missing.code == "" {
		x.check = requests.CheckToken
		t, unknown = g.recognise(x, text)
	}
	if struck := g.strike(x, nil); struck != nil {
		x.check = requests.CheckFault
		return principal, struck
	}
	var verdict qualif.Verdict
	x.sandbox.Read(func(v sandboxes.View) {
		x.saw(v)
		switch {
		case missing.code != "":
			refused = refuseMissing(realmFor(v.Switches, x.declared != nil), missing)
		case unknown.code != "":
			refused = refuseToken(tokenUnknown, unknown)
		default:
			verdict, refused = g.judge(x, v, t)
		}
		if refused == nil {
			principal = v.Principal(verdict)
		}
	})
	g.note(x, verdict)
	if refused != nil && refused.status == http.StatusForbidden && x.switches.Get(qualif.SwitchForbiddenBody) == "echo" {
		echo(x, refused)
	}
	return principal, refused
}

// recognise reads a token, and makes the sandbox that it names the exchange's.
func (g *Gateway) recognise(x *exchange, text string) (*token, reason) {
	t, ok := parseToken(text)
	if !ok {
		return nil, reason{"token-malformed", "the token is not one of PISTE's 54 letters and digits, so it was cut, altered or made elsewhere"}
	}
	sb, ok := g.registry.ByMark(t.mark())
	if !ok {
		return nil, reason{"token-unknown", "the token names no sandbox of this server: it was issued elsewhere, altered, or its sandbox was deleted"}
	}
	x.enter(sb)
	return t, reason{}
}

// judge is everything the gateway checks once there is a token.
func (g *Gateway) judge(x *exchange, v sandboxes.View, t *token) (qualif.Verdict, *answer) {
	application, refused := t.verify(v, tokenClock(v, x.sandbox))
	if refused == nil {
		x.application, x.issued, x.check = application.Name, t.issued(), requests.CheckRoute
	}
	switch {
	case refused != nil:
		return qualif.Verdict{}, refused
	case x.declared == nil:
		return qualif.Verdict{}, forbid(reason{"route-undeclared", g.whyUndeclared(x.Request)})
	}
	x.check = requests.CheckAPI
	if code, why := v.RefusesAPI(application, x.declared.API); code != "" {
		return qualif.Verdict{}, forbid(reason{code, why})
	}
	x.check = requests.CheckAccount
	given, malformed := parseAccount(x.Request.Header[accountHeader], v.Switches.Get(qualif.SwitchAccountEncoding) == "lenient")
	if malformed.code != "" {
		return qualif.Verdict{}, refuseMalformed(v.Switches, malformed)
	}
	if strings.HasSuffix(given.password, "\n") && v.Switches.Get(qualif.SwitchTrailingNewline) == "trim" {
		given.password = withoutNewline(given.password)
	}
	verdict := x.judged(v.Authenticate(v.Present, given.login, given.password), v.Present)
	x.login = given.login
	if verdict.Account != nil {
		x.status = verdict.Account.Status
	}
	if !verdict.Granted() {
		return verdict, refuseAccount(v.Switches, reason{verdict.Code, verdict.Why})
	}
	x.check = requests.CheckRaccordement
	if code, why := v.Unconnected(application, verdict); code != "" {
		return verdict, forbid(reason{code, why})
	}
	return verdict, nil
}

// judged is a verdict after the faults have had their say.
func (x *exchange) judged(verdict qualif.Verdict, now time.Time) qualif.Verdict {
	if x.plan != nil {
		for _, judge := range x.plan.Judges {
			verdict = judge(verdict, now)
		}
	}
	return verdict
}

// refuseMalformed tells a header that is not there from one that is wrong.
func refuseMalformed(switches qualif.Switches, why reason) *answer {
	if why.code == "cpro-account-missing" && switches.Get(qualif.SwitchAccountMissing) == "400" {
		return &answer{status: http.StatusBadRequest, reason: why}
	}
	return refuseAccount(switches, why)
}

// note records an attempt where the sandbox counts them, unless it would change
// nothing: only writers wait for each other.
func (g *Gateway) note(x *exchange, verdict qualif.Verdict) {
	if verdict.Account == nil || x.switches.Get(qualif.SwitchLockAfter) == "off" {
		return
	}
	right := !wrongPassword(verdict.Code)
	if right && verdict.Account.Failures == 0 {
		return
	}
	if _, err := sandboxes.Do(x.sandbox, qualif.NoteAttempt{Login: verdict.Account.Login, Right: right}); err != nil {
		g.log.Error("attempt not noted", "sandbox", x.sandbox.Name(), "login", verdict.Account.Login, "error", err)
	}
}

// wrongPassword tells the verdicts on a password from those on an account.
func wrongPassword(code string) bool {
	switch code {
	case "technical-account-password-wrong", "technical-account-password-replaced", "technical-account-password-newline":
		return true
	}
	return false
}

// echo gives a refusal the body that one diagnosis shows: {} for an unknown
// route, the request's own for a refused one.
func echo(x *exchange, refused *answer) {
	if x.declared == nil {
		refused.contentType, refused.body = jsonType, []byte("{}")
		return
	}
	// What is not JSON was never seen echoed, nor can the contract have it.
	body, err := wire.ReadBody(x.Request, maxEcho)
	x.body = body
	if err == nil && sonic.Valid(body) {
		refused.contentType, refused.body = jsonType, body
	}
}

// undeclared answers whatever no route does. Under /cpro/ the gateway checks a
// token before it looks at the route; elsewhere there is nothing.
func (g *Gateway) undeclared(c *gin.Context) {
	// Gin lists the methods of a path that is there; the gateway does not.
	c.Writer.Header().Del("Allow")
	x := g.arrival(c, nil)
	path := c.Request.URL.Path
	switch {
	case under(path, apiRoot):
		x.correlated = true
		g.respond(x, func(x *exchange) answer {
			_, refused := g.admit(x)
			return *refused
		})
	case under(path, portalRoot):
		g.send(x, answer{status: http.StatusNotFound, reason: reason{"page-unknown", "the portal has no page here"}})
	default:
		g.send(x, *forbid(reason{"route-undeclared", g.whyUndeclared(c.Request)}))
	}
}

func under(path, root string) bool {
	return strings.HasPrefix(path, root) || path == strings.TrimSuffix(root, "/")
}

func (g *Gateway) whyUndeclared(r *http.Request) string {
	why := "no API declares " + r.Method + " " + r.URL.Path
	if methods := g.methods[r.URL.Path]; len(methods) > 0 {
		why += ", only " + strings.Join(methods, " and ")
	}
	return why + ": the real gateway answers 403, and not 404, to a route that it does not know"
}
