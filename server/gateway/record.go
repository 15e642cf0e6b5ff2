package gateway

import (
	"net/http"
	"time"

	"chorus-qualif/openapi"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/requests"
	"chorus-qualif/server/wire"
)

// facts are what a call shows of itself on its way through the checks.
type facts struct {
	arrived, issued    time.Time
	before             uint64
	check              requests.Check
	body               []byte
	violations         []openapi.Violation
	lenient            string
	login, application string
	status             qualif.Status
}

// unread is the body of a call that was refused before it was read, unless
// that would make the caller wait for a permission to send it.
func (g *Gateway) unread(x *exchange) []byte {
	length := x.Request.ContentLength
	if x.body != nil || length <= 0 || length > int64(g.journals.Limits().Body) || x.Request.Header["Expect"] != nil {
		return x.body
	}
	body, _ := wire.ReadBody(x.Request, length) // what came is what there is to show
	return body
}

// record keeps a call and its answer before the answer leaves. Nothing is
// copied or encoded here: bodies and headers are referred to, since nobody
// changes them any more.
func (g *Gateway) record(x *exchange, operation string, a answer) {
	if g.journals == nil || !g.journals.Keeps() {
		return
	}
	if w, ok := x.Writer.(*requests.Writer); ok {
		w.Kept()
	}
	r := x.Request
	x.body = g.unread(x)
	e := &requests.Entry{
		Wall: x.arrived, Virtual: x.present, Operation: operation, Method: r.Method, Target: r.URL.RequestURI(), Host: r.Host,
		Remote: r.RemoteAddr, Header: r.Header, Body: g.journals.Content(x.body), Status: a.status, AnswerHeader: x.Writer.Header(),
		Answer: g.journals.Content(a.body), Code: a.code, Why: a.why, Login: x.login, Application: x.application,
		Account: string(x.status), TokenIssued: x.issued, Check: x.check, Violations: x.violations, Lenient: x.lenient,
		Faults: x.struck(),
	}
	var into http.Header
	if g.explain {
		into = e.AnswerHeader
	}
	g.journals.Take(x.sandbox, e, x.before, into)
}
