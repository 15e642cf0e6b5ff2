// Package wire is what every HTTP adapter shares: reading bodies within limits,
// answering JSON and RFC 9457 problems, checking both against the contract, and
// the headers that tell a reader which sandbox answered and why.
package wire

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"chorus-qualif/openapi"
)

// Problem is an RFC 9457 problem: how our own APIs (portal, admin) say no. The
// emulated APIs never answer one.
type Problem struct {
	Type     string `json:"type"`
	Title    string `json:"title"`
	Status   int    `json:"status"`
	Detail   string `json:"detail,omitempty"`
	Instance string `json:"instance,omitempty"`
	// Code is stable: tests assert on it, not on the texts.
	Code string `json:"code"`
	// Field names the one input at fault, if it is one.
	Field string `json:"field,omitempty"`
	// Errors lists every violation of the contract.
	Errors []openapi.Violation `json:"errors,omitempty"`
}

// Reply is an answer before it is written.
type Reply struct {
	Status int
	// Body is written as JSON unless it is nil, or Raw is given.
	Body any
	// Raw is written as it is, with ContentType.
	Raw         []byte
	ContentType string
	Header      http.Header
	// Stream, when given, writes the body after the headers, until the request's
	// context ends. The body of such an answer is not checked.
	Stream func(w gin.ResponseWriter)
}

// Refuse is a Reply that carries a problem; its type is "about:blank" and its
// title the status's own text.
func Refuse(status int, code, detail string) Reply {
	return Reject(Problem{Status: status, Code: code, Detail: detail})
}

// Reject completes a problem and makes it a Reply.
func Reject(p Problem) Reply {
	if p.Type == "" {
		p.Type = "about:blank"
	}
	if p.Title == "" {
		p.Title = http.StatusText(p.Status)
	}
	return Reply{Status: p.Status, Body: p, ContentType: "application/problem+json"}
}

// JSON is a Reply with a JSON body.
func JSON(status int, body any) Reply { return Reply{Status: status, Body: body} }
