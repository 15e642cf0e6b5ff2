package gateway

import (
	"net/http"
	"strconv"
	"strings"

	"chorus-qualif/server/faults"
	"chorus-qualif/server/requests"
	"chorus-qualif/server/sandboxes"
)

// strike lets the sandbox's faults, and those that the call itself asks for, do
// what they do before the call is judged: hold it, or answer in the platform's
// place. It costs nothing where no fault was ever asked for.
func (g *Gateway) strike(x *exchange, clientID func() string) *answer {
	asked := x.Request.Header[faults.Header]
	var book *faults.Book
	if g.faults != nil {
		book = g.faults.Of(x.sandbox)
	}
	if book == nil && asked == nil {
		return nil
	}
	call := g.seen(x, clientID)
	var err error
	if x.plan, err = faults.StrikeOnce(x.sandbox, asked, call, book.Strike(call)); err != nil {
		return &answer{status: http.StatusBadRequest, reason: reason{"fault-header-invalid", err.Error()}}
	}
	if x.plan == nil {
		return nil
	}
	if len(x.plan.Deeds) > 0 {
		x.before = x.sandbox.LastSeq() // what is done meanwhile is of this call
	}
	x.plan.Carry(x.sandbox)
	x.plan.Hold(x.Request.Context(), x.sandbox, call.Present)
	if x.plan.Answer == nil {
		return nil
	}
	return g.instead(x, x.plan.Answer)
}

// seen is what faults can look at.
func (g *Gateway) seen(x *exchange, clientID func() string) *faults.Call {
	operation, place := Undeclared, faults.API
	if x.declared != nil {
		operation = x.declared.ID
	}
	if x.declared == g.token {
		place = faults.Token
	}
	if clientID == nil {
		clientID = func() string { return x.bearerOf() }
	}
	return &faults.Call{
		Place: place, Operation: operation, Method: x.Request.Method, Path: x.Request.URL.Path, Header: x.Request.Header,
		Present: x.sandbox.Now(), Wall: x.sandbox.WallNow(), ClientID: clientID,
		Login: func() string {
			given, _ := parseAccount(x.Request.Header[accountHeader], true)
			return given.login
		},
	}
}

// bearerOf is the client_id that the call's token was issued to.
func (x *exchange) bearerOf() (clientID string) {
	text, _ := bearerOf(x.Request.Header)
	t, ok := parseToken(text)
	if !ok {
		return ""
	}
	x.sandbox.Read(func(v sandboxes.View) {
		if application, ok := v.Application(t.application()); ok {
			clientID = application.ClientID
		}
	})
	return clientID
}

// instead is a fault's answer.
func (g *Gateway) instead(x *exchange, said *faults.Answer) *answer {
	a := &answer{status: said.Status, contentType: said.ContentType, body: said.Body, reason: faultReason(x.plan)}
	if said.Echo {
		echo(x, a)
	}
	for name, value := range said.Header {
		x.Writer.Header().Set(name, value)
	}
	return a
}

func faultReason(p *faults.Plan) reason {
	code, why := p.Reason()
	return reason{code, why}
}

// bend changes an answer as the plan says, before it is written.
func (x *exchange) bend(a *answer) {
	if x.plan == nil {
		return
	}
	if len(x.plan.Struck) > 0 && (a.code == "" || !strings.HasPrefix(a.code, "fault-")) {
		struck := faultReason(x.plan)
		if a.code == "" {
			a.reason = struck
		} else {
			a.why += " (" + struck.why + ")"
		}
	}
	a.body, a.contentType = x.plan.Wire.Bend(a.body, a.contentType)
	if x.plan.Wire.Cut != nil {
		x.Writer.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	}
}

// struck lists the faults for the request journal.
func (x *exchange) struck() []requests.Fault {
	if x.plan == nil {
		return nil
	}
	all := make([]requests.Fault, len(x.plan.Struck))
	for i, s := range x.plan.Struck {
		all[i] = requests.Fault(s)
	}
	return all
}

// write puts an answer on the wire, as badly as the plan says.
func (x *exchange) write(a answer) {
	if x.plan != nil && x.plan.Wire != (faults.Wire{}) {
		x.plan.Wire.Send(x.Writer, x.Request, x.sandbox, a.status, a.body)
		return
	}
	w := x.Writer
	w.WriteHeader(a.status)
	w.WriteHeaderNow()
	if x.Request.Method != http.MethodHead && len(a.body) > 0 {
		// A client that left misses the answer, and nobody else does.
		_, _ = w.Write(a.body)
	}
}
