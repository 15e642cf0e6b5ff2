package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// RequestQuery chooses calls; what is zero is not asked.
type RequestQuery struct {
	// Path may hold *, which stands for anything; Paths are others, any of
	// which will do.
	Path, Method string
	Paths        []string
	// Status is one such as 401, or a class such as 4xx.
	Status string
	// Operation is an operationId, or undeclared.
	Operation string
	// Code is that of the explanation.
	Code               string
	Login, Application string
	// Since and Until are instants of the sandbox's clock.
	Since, Until time.Time
	// After is the identifier of a call: only later ones.
	After int64
	// Limit is how many at most: 100 when 0, 1000 at most.
	Limit int
	// Secrets shows tokens and passwords, in a HAR only.
	Secrets bool
}

func (q RequestQuery) values() url.Values {
	query := values("path", q.Path, "method", q.Method, "status", q.Status, "operation", q.Operation, "code", q.Code, "login", q.Login,
		"application", q.Application, "since", instant(q.Since), "until", instant(q.Until), "after", number(q.After))
	for _, path := range q.Paths {
		query.Add("path", path)
	}
	return query
}

// Criteria are what must all hold of a call; what is zero is not asked. The
// first ones are those of [RequestQuery].
type Criteria struct {
	Path        string    `json:"path,omitempty"`
	Paths       []string  `json:"paths,omitempty"`
	Method      string    `json:"method,omitempty"`
	Status      string    `json:"status,omitempty"`
	Operation   string    `json:"operation,omitempty"`
	Code        string    `json:"code,omitempty"`
	Login       string    `json:"login,omitempty"`
	Application string    `json:"application,omitempty"`
	Since       time.Time `json:"since,omitzero"`
	Until       time.Time `json:"until,omitzero"`
	After       int64     `json:"after,omitempty"`
	// Header holds values by name, * standing for anything.
	Header map[string]string `json:"header,omitempty"`
	// BodyContains is a part of the request's body.
	BodyContains string `json:"bodyContains,omitempty"`
	// JSON holds values of the request's body by JSON pointer.
	JSON map[string]any `json:"json,omitempty"`
}

// Expectation is what clients should have called: calls that fit Match, at
// least one when no number is given, or calls that fit each of Sequence in this
// order.
type Expectation struct {
	Match    *Criteria  `json:"match,omitempty"`
	Exactly  *int       `json:"exactly,omitempty"`
	AtLeast  *int       `json:"atLeast,omitempty"`
	AtMost   *int       `json:"atMost,omitempty"`
	Sequence []Criteria `json:"sequence,omitempty"`
}

// Exactly expects so many calls that fit.
func Exactly(n int, match Criteria) Expectation { return Expectation{Match: &match, Exactly: &n} }

// AtLeast expects so many calls that fit, or more.
func AtLeast(n int, match Criteria) Expectation { return Expectation{Match: &match, AtLeast: &n} }

// AtMost expects so many calls that fit, or fewer.
func AtMost(n int, match Criteria) Expectation { return Expectation{Match: &match, AtMost: &n} }

// InOrder expects a call that fits each of these, one after the other, others in
// between.
func InOrder(steps ...Criteria) Expectation { return Expectation{Sequence: steps} }

// RequestPage is a page of calls, the oldest first; Next is what to give as
// After for the next page, and 0 when there is no more.
type RequestPage struct {
	Requests []RequestBrief `json:"requests"`
	Next     int64          `json:"next"`
	// Kept calls take about Bytes of memory; Evicted made room for them.
	Kept    int64 `json:"kept"`
	Bytes   int64 `json:"bytes"`
	Evicted int64 `json:"evicted"`
}

// RequestBrief is a call that a client made.
type RequestBrief struct {
	// ID counts from 1 in the sandbox.
	ID int64 `json:"id"`
	// Wall is when it came on the machine's clock, Virtual on the sandbox's.
	Wall      time.Time `json:"wall"`
	Virtual   time.Time `json:"virtual"`
	LatencyMs float64   `json:"latencyMs"`
	// Operation is the operationId, undeclared, or empty for a page.
	Operation string `json:"operation"`
	Method    string `json:"method"`
	// Target is the path and the query.
	Target string `json:"target"`
	Status int    `json:"status"`
	// Code and Why are the explanation; empty for a plain success.
	Code        string `json:"code"`
	Why         string `json:"why"`
	Login       string `json:"login"`
	Application string `json:"application"`
	// Faults are what was done to the call on purpose.
	Faults []StruckFault `json:"faults"`
	// FirstEvent and LastEvent bound the events recorded while it was
	// answered; 0 when there were none.
	FirstEvent int64 `json:"firstEvent"`
	LastEvent  int64 `json:"lastEvent"`
	// AfterEvent is the place of the last event before it; 0 for none.
	AfterEvent int64 `json:"afterEvent"`
}

// StruckFault is what was done to a call on purpose.
type StruckFault struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
	What string `json:"what"`
}

// Request is a call with headers and bodies, and its way through the checks.
type Request struct {
	RequestBrief
	Host string `json:"host"`
	// Remote is the caller's address.
	Remote          string            `json:"remote"`
	RequestHeaders  map[string]string `json:"requestHeaders"`
	RequestBody     Content           `json:"requestBody"`
	ResponseHeaders map[string]string `json:"responseHeaders"`
	ResponseBody    Content           `json:"responseBody"`
	// Trail is the way through the gateway's checks; empty for the portal.
	Trail      []TrailStep `json:"trail"`
	Violations []Violation `json:"violations"`
}

// Content is a body.
type Content struct {
	Text string `json:"text"`
	// Size is that of the whole, in bytes; Cut tells that only the beginning
	// was kept, Withheld that the text is not shown.
	Size     int64 `json:"size"`
	Cut      bool  `json:"cut"`
	Withheld bool  `json:"withheld"`
}

// TrailStep is one check of the gateway; Outcome is passed, refused, struck or
// not-reached.
type TrailStep struct {
	Check   string `json:"check"`
	Outcome string `json:"outcome"`
	Detail  string `json:"detail"`
}

// Verified is an expectation that holds, with the calls that made it hold.
type Verified struct {
	Found int     `json:"found"`
	IDs   []int64 `json:"ids"`
}

// Verification is an expectation that does not hold.
type Verification struct {
	Verified
	// MissingStep is the first step of a sequence that was not found, from 0;
	// nil for other expectations.
	MissingStep *int       `json:"missingStep"`
	Nearest     []NearMiss `json:"nearest"`
}

// NearMiss is a call that came near, and what kept it from fitting.
type NearMiss struct {
	ID     int64  `json:"id"`
	Target string `json:"target"`
	Misses []Miss `json:"misses"`
}

// Miss is one field of a call that does not fit.
type Miss struct {
	Field string `json:"field"`
	Want  string `json:"want"`
	Got   string `json:"got"`
}

// Requests lists the calls that clients made.
func (s *Sandbox) Requests(ctx context.Context, q RequestQuery) (RequestPage, error) {
	query := q.values()
	if q.Limit != 0 {
		query.Set("limit", strconv.Itoa(q.Limit))
	}
	return ask[RequestPage](ctx, s.c, s.get(query, "requests"))
}

// Request shows a call, with its secrets masked unless asked for.
func (s *Sandbox) Request(ctx context.Context, id int64, secrets bool) (Request, error) {
	return ask[Request](ctx, s.c, s.get(values("secrets", flag(secrets)), "requests", strconv.FormatInt(id, 10)))
}

// CountRequests counts the calls that fit.
func (s *Sandbox) CountRequests(ctx context.Context, match Criteria) (int, error) {
	answer, err := ask[struct {
		Count int `json:"count"`
	}](ctx, s.c, s.post(match, "requests", "count"))
	return answer.Count, err
}

// Verify checks what clients called. An expectation that does not hold is an
// *[Error] whose [Error.Verification] tells what came nearest.
func (s *Sandbox) Verify(ctx context.Context, e Expectation) (Verified, error) {
	return ask[Verified](ctx, s.c, s.post(e, "requests", "verify"))
}

// HAR exports the calls as an HTTP Archive 1.2, as JSON.
func (s *Sandbox) HAR(ctx context.Context, q RequestQuery) ([]byte, error) {
	query := q.values()
	if q.Secrets {
		query.Set("secrets", "true")
	}
	return ask[[]byte](ctx, s.c, s.get(query, "requests.har"))
}

// ClearRequests forgets the calls and the usage report.
func (s *Sandbox) ClearRequests(ctx context.Context) error {
	return s.c.do(ctx, call{method: http.MethodDelete, path: s.path("requests")})
}

// Usage tells which operations and which refusals the sandbox's clients have
// met, and which they never have.
type Usage struct {
	Operations         []OperationUsage `json:"operations"`
	Refusals           []RefusalUsage   `json:"refusals"`
	OperationsMet      int              `json:"operationsMet"`
	OperationsDeclared int              `json:"operationsDeclared"`
	RefusalsMet        int              `json:"refusalsMet"`
	RefusalsKnown      int              `json:"refusalsKnown"`
}

// OperationUsage is how often an operation was called and what it answered.
type OperationUsage struct {
	Operation string `json:"operation"`
	// Document is the contract that declares it.
	Document string        `json:"document"`
	Times    int64         `json:"times"`
	Answers  []AnswerUsage `json:"answers"`
}

// AnswerUsage is how often an operation answered so.
type AnswerUsage struct {
	Status int    `json:"status"`
	Code   string `json:"code"`
	Times  int64  `json:"times"`
}

// RefusalUsage is how often a refusal was met; Check is where in the gateway, or
// operation.
type RefusalUsage struct {
	Code  string `json:"code"`
	Check string `json:"check"`
	Times int64  `json:"times"`
}

// Usage tells what the sandbox's clients have met.
func (s *Sandbox) Usage(ctx context.Context) (Usage, error) {
	return ask[Usage](ctx, s.c, s.get(nil, "usage"))
}
