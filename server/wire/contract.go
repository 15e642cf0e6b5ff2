package wire

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/bytedance/sonic"
	"github.com/gin-gonic/gin"

	"chorus-qualif/openapi"
)

// Mode tells what a violation of the contract leads to.
type Mode string

// The modes. Off does not look; Report logs and counts; Enforce refuses a
// request. An answer is never turned into an error of ours: for answers,
// Enforce reports too.
const (
	Off     Mode = "off"
	Report  Mode = "report"
	Enforce Mode = "enforce"
)

// Modes lists the modes.
var Modes = []Mode{Enforce, Report, Off}

// Contract checks requests and answers against the OpenAPI documents.
type Contract struct {
	Set      *openapi.Set
	Requests Mode
	Answers  Mode
	Log      *slog.Logger
	// Violated is called once for each request or answer with violations:
	// direction is "request" or "answer". It may be nil.
	Violated func(direction, operation string)
}

// CheckRequest returns the violations to refuse a request for; those that are
// only to be reported are logged and counted.
func (c *Contract) CheckRequest(op *openapi.Operation, r openapi.Request) []openapi.Violation {
	if c.Requests == Off {
		return nil
	}
	violations := op.ValidateRequest(r)
	if len(violations) == 0 {
		return nil
	}
	c.report("request", op.ID, violations)
	if c.Requests == Report {
		return nil
	}
	return violations
}

// CheckAnswer logs and counts the violations of an answer before it leaves.
func (c *Contract) CheckAnswer(op *openapi.Operation, status int, header http.Header, body []byte) {
	if c.Answers == Off {
		return
	}
	if violations := op.ValidateResponse(status, header, body); len(violations) > 0 {
		c.report("answer", op.ID, violations)
	}
}

func (c *Contract) report(direction, operation string, violations []openapi.Violation) {
	if c.Violated != nil {
		c.Violated(direction, operation)
	}
	level := slog.LevelDebug
	if direction == "answer" {
		level = slog.LevelError
	}
	c.Log.Log(context.Background(), level, "contract violated", "direction", direction, "operation", operation, "violations", violations)
}

// maxOwnBody bounds requests to our own APIs: an inline data set is the
// largest of them.
const maxOwnBody = 64 << 20

// Handle answers an operation of our own APIs (portal, admin): the request is
// read and checked, and what the handler replies is checked and written.
func (c *Contract) Handle(routes gin.IRoutes, operation string, answer func(*gin.Context, []byte) Reply) {
	op, ok := c.Set.Operation(operation)
	if !ok {
		panic("no document declares operation " + operation)
	}
	routes.Handle(op.Method, op.GinPath, func(g *gin.Context) {
		body, err := ReadBody(g.Request, maxOwnBody)
		switch {
		case err == ErrTooLarge:
			c.Write(g, op, Refuse(http.StatusRequestEntityTooLarge, "body-too-large", err.Error()))
			return
		case err != nil:
			c.Write(g, op, Refuse(http.StatusBadRequest, "body-unreadable", err.Error()))
			return
		}
		if violations := c.CheckRequest(op, RequestOf(g, body)); len(violations) > 0 {
			c.Write(g, op, Violations(violations))
			return
		}
		c.Write(g, op, answer(g, body))
	})
}

// RequestOf is the request as the contract sees it.
func RequestOf(g *gin.Context, body []byte) openapi.Request {
	path := make(map[string]string, len(g.Params))
	for _, p := range g.Params {
		path[p.Key] = p.Value
	}
	return openapi.Request{
		Path: path, Query: g.Request.URL.Query(), Header: g.Request.Header,
		ContentType: g.Request.Header.Get("Content-Type"), Body: body,
	}
}

// Violations is the refusal of a request to our own APIs, listing everything
// that is wrong with it.
func Violations(violations []openapi.Violation) Reply {
	p := Problem{Status: http.StatusBadRequest, Code: "invalid-request", Errors: violations}
	var detail []string
	for _, v := range violations {
		if v.Rule == "content-type" {
			p.Status, p.Code = http.StatusUnsupportedMediaType, "unsupported-media-type"
		}
		detail = append(detail, v.Message)
	}
	p.Detail = strings.Join(detail, "; ")
	return Reject(p)
}

// encoder writes JSON as people read it: maps in order, no escapes of < > &,
// which passwords are full of. What is not UTF-8 is replaced: a refusal may quote
// a path, which can be any bytes.
var encoder = sonic.Config{SortMapKeys: true, CompactMarshaler: true, ValidateString: true}.Froze()

// Noter is a response writer that wants to know what an answer means. The
// request journal is one.
type Noter interface {
	Note(operation, code, why string, violations []openapi.Violation)
}

func note(g *gin.Context, op *openapi.Operation, reply Reply) {
	noter, ok := g.Writer.(Noter)
	if !ok {
		return
	}
	operation := ""
	if op != nil {
		operation = op.ID
	}
	problem, _ := reply.Body.(Problem)
	noter.Note(operation, problem.Code, problem.Detail, problem.Errors)
}

// Write checks a reply against the contract and writes it. op may be nil for
// an answer outside any contract.
func (c *Contract) Write(g *gin.Context, op *openapi.Operation, reply Reply) {
	note(g, op, reply)
	header := g.Writer.Header()
	for name, values := range reply.Header {
		header[name] = values
	}
	if reply.Stream != nil {
		header.Set("Content-Type", reply.ContentType)
		g.Writer.WriteHeader(reply.Status)
		g.Writer.Flush()
		reply.Stream(g.Writer)
		return
	}
	body := reply.Raw
	contentType := reply.ContentType
	if body == nil && reply.Body != nil {
		var err error
		if body, err = encoder.Marshal(reply.Body); err != nil {
			c.Log.Error("answer cannot be written", "error", err)
			g.Writer.WriteHeader(http.StatusInternalServerError)
			return
		}
		if contentType == "" {
			contentType = "application/json"
		}
	}
	if contentType != "" {
		header.Set("Content-Type", contentType)
	}
	if len(body) > 0 {
		header.Set("Content-Length", strconv.Itoa(len(body)))
	}
	if op != nil {
		c.CheckAnswer(op, reply.Status, header, body)
	}
	g.Writer.WriteHeader(reply.Status)
	if len(body) > 0 && g.Request.Method != http.MethodHead {
		_, _ = g.Writer.Write(body)
		return
	}
	g.Writer.WriteHeaderNow()
}
