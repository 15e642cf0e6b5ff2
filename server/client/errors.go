package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
)

// Error is an answer that is no success: problem details (RFC 9457).
type Error struct {
	// Status is that of HTTP, and Title the same in words.
	Status int    `json:"status"`
	Title  string `json:"title"`
	Type   string `json:"type"`
	// Detail is one sentence for people, Code a stable word for programs,
	// such as sandbox-unknown; Code is empty when something else than the
	// control API answered.
	Detail   string `json:"detail"`
	Code     string `json:"code"`
	Instance string `json:"instance"`
	// Field is the property of the request that is refused, when there is one.
	Field string `json:"field"`
	// Errors lists everything in the request that does not fit the contract.
	Errors []Violation `json:"errors"`
	// Body is the whole answer.
	Body []byte `json:"-"`
}

// Violation is one thing in a request that does not fit the contract.
type Violation struct {
	// In is body, query, path or header.
	In string `json:"in"`
	// Pointer is a JSON pointer into the body, or the parameter's name.
	Pointer string `json:"pointer"`
	// Rule is the broken rule, such as required or type.
	Rule    string `json:"rule"`
	Message string `json:"message"`
}

func (e *Error) Error() string {
	var out strings.Builder
	out.WriteString(e.Detail)
	if e.Detail == "" {
		fmt.Fprintf(&out, "%d %s", e.Status, e.Title)
	}
	if e.Code != "" {
		fmt.Fprintf(&out, " (%s)", e.Code)
	}
	for _, v := range e.Errors {
		fmt.Fprintf(&out, "\n  %s %s: %s", v.In, v.Pointer, v.Message)
	}
	for _, r := range e.Reasons() {
		out.WriteString("\n  " + r.Message)
	}
	return out.String()
}

// Unreachable is a server that does not answer at an address.
type Unreachable struct {
	// URL is the base URL that was tried.
	URL string
	Err error
}

func (e *Unreachable) Error() string { return "no server answers at " + e.URL + ": " + e.Err.Error() }

func (e *Unreachable) Unwrap() error { return e.Err }

// Code is the code of the *Error in err's tree, such as sandbox-unknown; empty
// when there is none.
func Code(err error) string {
	var refused *Error
	if errors.As(err, &refused) {
		return refused.Code
	}
	return ""
}

// maxProblem bounds what is read of an answer that is no success.
const maxProblem = 16 << 20

func refusal(response *http.Response) error {
	e := &Error{}
	e.Body, _ = io.ReadAll(io.LimitReader(response.Body, maxProblem))
	media, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	if media != "application/problem+json" || json.Unmarshal(e.Body, e) != nil {
		const enough = 200
		text := strings.TrimSpace(string(e.Body))
		if len(text) > enough {
			text = strings.ToValidUTF8(text[:enough], "") + "…"
		}
		*e = Error{Body: e.Body, Title: http.StatusText(response.StatusCode), Detail: fmt.Sprintf("%s %s answered %s: %s",
			response.Request.Method, response.Request.URL, response.Status, text)}
	}
	e.Status = response.StatusCode
	return e
}

// Stopped is how far an advance went before it was refused, and what is due.
type Stopped struct {
	// Advance is what had happened; nil when nothing had.
	Advance *Advanced `json:"advance"`
	// Nearest is what is due, about the same subject first.
	Nearest []Due `json:"nearest"`
}

// Stopped tells how far an advance or a wait for an event came; false for
// other errors.
func (e *Error) Stopped() (s Stopped, ok bool) {
	ok = e.Status == http.StatusConflict && json.Unmarshal(e.Body, &s) == nil
	return s, ok && (s.Advance != nil || s.Nearest != nil)
}

// Verification tells what came nearest to an expectation that does not hold;
// false for other errors.
func (e *Error) Verification() (v Verification, ok bool) {
	var body struct {
		Verification *Verification `json:"verification"`
	}
	if e.Code != "requests-not-verified" || json.Unmarshal(e.Body, &body) != nil || body.Verification == nil {
		return v, false
	}
	return *body.Verification, true
}
