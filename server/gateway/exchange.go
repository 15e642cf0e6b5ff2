package gateway

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/gin-gonic/gin"

	"chorus-qualif/openapi"
	"chorus-qualif/server/faults"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/wire"
)

// reason is why an answer is not a plain success: a stable code, and one
// sentence with the instants and the rule.
type reason struct{ code, why string }

// answer is what goes over the wire, and the reason beside it.
type answer struct {
	status int
	// challenge is the header WWW-Authenticate.
	challenge   string
	contentType string
	body        []byte
	reason
}

// exchange is a request on its way to its answer.
type exchange struct {
	*gin.Context
	// declared is nil when no document declares the request.
	declared *openapi.Operation
	sandbox  *sandboxes.Sandbox
	// present, seed and switches are of the reading that judged the request.
	present  time.Time
	seed     int64
	switches qualif.Switches
	// correlated tells that the answer has a correlation id.
	correlated bool
	// reserved is how many bytes of the room for large bodies it has.
	reserved int64
	// plan is what faults do to it; nil is nothing.
	plan *faults.Plan
	// facts is what the request journal wants to know.
	facts
}

// arrival is an exchange before its credentials are looked at: its sandbox is
// the one that the header names, else the default one.
func (g *Gateway) arrival(c *gin.Context, declared *openapi.Operation) *exchange {
	name := sandboxes.Default
	if named := c.Request.Header[wire.SandboxHeader]; len(named) > 0 {
		name = named[0]
	}
	sb, err := g.registry.Resolve(name)
	if err != nil {
		sb, _ = g.registry.Get(sandboxes.Default)
	}
	x := &exchange{Context: c, declared: declared, sandbox: sb}
	x.before = sb.LastSeq()
	if g.journals != nil {
		x.arrived = sb.WallNow()
	}
	return x
}

// enter makes a sandbox the exchange's: that which its credentials name.
func (x *exchange) enter(sb *sandboxes.Sandbox) { x.sandbox, x.before = sb, sb.LastSeq() }

// saw notes what the answer needs to know of the sandbox.
func (x *exchange) saw(v sandboxes.View) {
	x.present, x.seed, x.switches = v.Present, v.Seed, v.Switches
	if x.plan == nil || len(x.plan.Deeds) == 0 {
		x.before = v.Seq
	}
}

// respond sends what handle answers.
func (g *Gateway) respond(x *exchange, handle func(*exchange) answer) {
	g.send(x, g.guard(x, handle))
}

// guard makes a panic an answer. It should never be needed; one call that goes
// wrong must not end those of everybody else.
func (g *Gateway) guard(x *exchange, handle func(*exchange) answer) (a answer) {
	defer func() {
		if p := recover(); p != nil {
			a = g.failure(x, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}
	}()
	return handle(x)
}

// failure is a mistake of ours.
func (g *Gateway) failure(x *exchange, err error) answer {
	g.log.Error("call failed", "sandbox", x.sandbox.Name(), "method", x.Request.Method, "path", x.Request.URL.Path, "error", err)
	return answer{status: http.StatusInternalServerError, reason: reason{"internal-error", "a mistake of the simulator, told in its log"}}
}

func (g *Gateway) send(x *exchange, a answer) {
	if x.present.IsZero() {
		x.present = x.sandbox.Now()
	}
	x.bend(&a)
	header := x.Writer.Header()
	wire.Stamp(header, x.sandbox.Name(), x.present)
	if x.correlated {
		header.Set("X-Correlationid", x.correlation())
	}
	if a.challenge != "" {
		header.Set("Www-Authenticate", a.challenge)
	}
	if a.contentType != "" {
		header.Set("Content-Type", a.contentType)
	}
	if a.code != "" && g.explain {
		wire.Explain(header, a.code, a.why)
	}
	operation := Undeclared
	if x.declared != nil {
		operation = x.declared.ID
		if x.plan == nil { // a fault keeps to no contract
			g.contract.CheckAnswer(x.declared, a.status, header, a.body)
		}
	}
	spell(header, "Www-Authenticate", "WWW-Authenticate")
	spell(header, "X-Correlationid", "x-correlationid")
	g.record(x, operation, a)
	if g.answered != nil {
		g.answered(operation, a.status, a.code)
	}
	x.write(a)
}

// spell writes a header's name as the platform does; Go's own spelling is equal
// for HTTP, and not for a person or a script that compares bytes.
func spell(header http.Header, canonical, observed string) {
	if values, ok := header[canonical]; ok {
		delete(header, canonical)
		header[observed] = values
	}
}

// correlation makes an id of the shape that the gateway product gives its
// transactions: the second (4 bytes) and a counter (2), both little-endian, and
// 6 bytes that look like nothing. They all come from the sandbox.
func (x *exchange) correlation() string {
	serial := x.sandbox.NextSerial()
	var id [12]byte
	binary.LittleEndian.PutUint32(id[0:], uint32(x.present.Unix()))
	binary.LittleEndian.PutUint16(id[4:], uint16(serial))
	material := make([]byte, 0, 96)
	material = append(material, "correlation "...)
	material = binary.BigEndian.AppendUint64(material, uint64(x.seed))
	material = binary.BigEndian.AppendUint32(material, serial)
	sum := sha256.Sum256(append(material, x.sandbox.Name()...))
	copy(id[6:], sum[:])
	text := make([]byte, 0, 29)
	text = append(text, "Id-"...)
	return string(append(hex.AppendEncode(text, id[:]), " 0"...))
}
