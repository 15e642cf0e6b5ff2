package gateway

import (
	"errors"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"chorus-qualif/server/faults"
	"chorus-qualif/server/requests"
	"chorus-qualif/server/sandboxes"
)

// strike lets the sandbox's faults, and the one that the call itself asks for,
// do what they do before the call is judged: hold it, or answer in the
// platform's place. It costs nothing where no fault was ever asked for.
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
	x.plan = book.Strike(call)
	for _, text := range asked {
		var err error
		if x.plan, err = faults.StrikeOnce(x.sandbox, text, call, x.plan); err != nil {
			return &answer{status: http.StatusBadRequest, reason: reason{"fault-header-invalid", "the header " + faults.Header + ": " + err.Error()}}
		}
	}
	if x.plan == nil {
		return nil
	}
	x.plan.Carry(x.sandbox)
	for _, delay := range x.plan.Delays {
		if delay.Virtual {
			// A client that left, and a sandbox that began anew, are told
			// what there is to tell now.
			_ = x.sandbox.WaitUntil(x.Request.Context(), call.Present.Add(delay.By))
			continue
		}
		x.sandbox.Pause(x.Request.Context(), delay.By)
	}
	if x.plan.Answer == nil {
		return nil
	}
	return g.instead(x, x.plan.Answer)
}

// seen is what faults can look at.
func (g *Gateway) seen(x *exchange, clientID func() string) *faults.Call {
	operation := Undeclared
	if x.declared != nil {
		operation = x.declared.ID
	}
	if clientID == nil {
		clientID = func() string { return x.bearerOf() }
	}
	return &faults.Call{
		Operation: operation, Method: x.Request.Method, Path: x.Request.URL.Path, Header: x.Request.Header,
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
	var code string
	var why []string
	for _, s := range p.Struck {
		if code == "" {
			code = "fault-" + s.Kind
		}
		why = append(why, "fault "+s.Name+": "+s.What)
	}
	return reason{code, strings.Join(why, "; ")}
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
	w := &x.plan.Wire
	if w.Spoil && len(a.body) > 0 {
		a.body = append([]byte("{,"), a.body[min(2, len(a.body)):]...)
	}
	if w.Page != "" {
		a.body = []byte(w.Page)
	}
	if w.ContentType != "" {
		a.contentType = w.ContentType
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
	w := x.Writer
	silent := x.Request.Method == http.MethodHead || len(a.body) == 0
	if x.plan == nil || x.plan.Wire == (faults.Wire{}) {
		w.WriteHeader(a.status)
		w.WriteHeaderNow()
		if !silent {
			// A client that left misses the answer, and nobody else does.
			_, _ = w.Write(a.body)
		}
		return
	}
	plan := x.plan.Wire
	if plan.Reset {
		x.hangUp()
	}
	body := a.body
	if plan.Cut != nil {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		body = body[:int(float64(len(body))*(*plan.Cut))]
	}
	w.WriteHeader(a.status)
	w.WriteHeaderNow()
	if !silent {
		x.drip(body, plan.Chunk, plan.Pause)
	}
	if plan.Cut != nil {
		w.Flush()
		panic(http.ErrAbortHandler) // the server closes the connection
	}
}

// drip writes a body a few bytes at a time; a chunk of 0 is all at once.
func (x *exchange) drip(body []byte, chunk int, pause time.Duration) {
	if chunk <= 0 {
		chunk = max(len(body), 1)
	}
	for len(body) > 0 && x.Request.Context().Err() == nil {
		x.sandbox.Pause(x.Request.Context(), pause)
		n := min(chunk, len(body))
		if _, err := x.Writer.Write(body[:n]); err != nil {
			return
		}
		x.Writer.Flush()
		body = body[n:]
	}
}

// hangUp closes the connection with a TCP reset. It does not return.
func (x *exchange) hangUp() {
	conn, _, err := x.Writer.Hijack()
	if err == nil {
		err = errors.New("no TCP connection")
		if tcp, ok := conn.(*net.TCPConn); ok {
			err = tcp.SetLinger(0)
		}
		err = errors.Join(err, conn.Close())
	}
	_ = err // whatever came of it, nothing is answered
	panic(http.ErrAbortHandler)
}
