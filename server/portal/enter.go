package portal

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"chorus-qualif/openapi"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/wire"
)

// maxBody bounds a request's body, in bytes: the largest that makes sense holds
// one address.
const maxBody = 1 << 20

const visitKey = "portal.visit"

// enter finds the sandbox and the person of a request before anything else of
// it is read, so that strangers learn nothing and cost nothing. The sandbox's
// faults strike first.
func (p *Portal) enter(op *openapi.Operation) gin.HandlerFunc {
	return func(g *gin.Context) {
		header := g.Writer.Header()
		header.Set("Cache-Control", "no-store")
		header.Set("Vary", "Authorization, Accept-Language, "+wire.SandboxHeader)
		limitBody(g, op)
		v := visit{locale: p.spoken(g.GetHeader("Accept-Language"))}
		var refused *wire.Reply
		if v.sandbox, refused = p.sandbox(g, op, v.locale); refused != nil {
			p.contract.Write(g, op, *refused)
			g.Abort()
			return
		}
		plan, err := p.strike(g, v.sandbox, op.ID)
		switch {
		case err != nil:
			p.contract.Write(g, op, wire.Refuse(http.StatusBadRequest, headerInvalid, err.Error()))
			g.Abort()
		case plan != nil:
			p.suffer(g, v.sandbox, plan, func() { p.admit(g, op, v) })
		default:
			p.admit(g, op, v)
		}
	}
}

// admit lets a person in, who is then answered.
func (p *Portal) admit(g *gin.Context, op *openapi.Operation, v visit) {
	var refused *wire.Reply
	if v.person, refused = p.authenticate(g, v); refused != nil {
		p.contract.Write(g, op, *refused)
		g.Abort()
		return
	}
	g.Set(visitKey, v)
	g.Next()
}

func limitBody(g *gin.Context, op *openapi.Operation) {
	if !op.Body {
		g.Request.Body = http.NoBody
		return
	}
	g.Request.Body = http.MaxBytesReader(g.Writer, g.Request.Body, maxBody)
}

// sandbox finds the sandbox that the request names, or the default one. The
// refusal of another is dated by the default one's clock: none may show the
// machine's.
func (p *Portal) sandbox(g *gin.Context, op *openapi.Operation, l locale) (*sandboxes.Sandbox, *wire.Reply) {
	name := sandboxes.Default
	if names := g.Request.Header.Values(wire.SandboxHeader); len(names) > 0 {
		name = names[0]
	}
	if sandbox, err := p.registry.Resolve(name); err == nil {
		wire.Stamp(g.Writer.Header(), sandbox.Name(), sandbox.Now())
		return sandbox, nil
	}
	if sandbox, ok := p.registry.Get(sandboxes.Default); ok {
		wire.Stamp(g.Writer.Header(), sandbox.Name(), sandbox.Now())
	}
	if misnamed := p.misnamed(g, op); len(misnamed) > 0 {
		reply := wire.Violations(misnamed)
		return nil, &reply
	}
	reply := p.refuse(op, l, refusal("sandbox-unknown", name))
	return nil, &reply
}

// misnamed lists what is wrong with the name of the sandbox itself.
func (p *Portal) misnamed(g *gin.Context, op *openapi.Operation) []openapi.Violation {
	var misnamed []openapi.Violation
	for _, violation := range p.contract.CheckRequest(op, wire.RequestOf(g, nil)) {
		if violation.In == "header" && violation.Pointer == wire.SandboxHeader {
			misnamed = append(misnamed, violation)
		}
	}
	return misnamed
}

func (p *Portal) authenticate(g *gin.Context, v visit) (*qualif.Person, *wire.Reply) {
	login, password, refused := basic(g.Request.Header)
	if refused == nil {
		var person *qualif.Person
		if person, refused = p.attempts.logIn(v.sandbox, login, password); refused == nil {
			return person, nil
		}
	}
	reply := wire.Refuse(http.StatusUnauthorized, refused.Code, refused.Message(string(v.locale)))
	reply.Header = http.Header{"Www-Authenticate": {challenge}, "Content-Language": {string(v.locale)}}
	return nil, &reply
}
