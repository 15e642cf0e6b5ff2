package admin

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"chorus-qualif/openapi"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/requests"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/wire"
)

type requestBrief struct {
	ID          uint64        `json:"id"`
	Wall        string        `json:"wall"`
	Virtual     string        `json:"virtual"`
	LatencyMs   float64       `json:"latencyMs"`
	Operation   string        `json:"operation"`
	Method      string        `json:"method"`
	Target      string        `json:"target"`
	Status      int           `json:"status"`
	Code        string        `json:"code"`
	Why         string        `json:"why"`
	Login       string        `json:"login"`
	Application string        `json:"application"`
	Faults      []struckFault `json:"faults"`
	FirstEvent  *uint64       `json:"firstEvent"`
	LastEvent   *uint64       `json:"lastEvent"`
	AfterEvent  uint64        `json:"afterEvent"`
}

type struckFault struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
	What string `json:"what"`
}

type requestView struct {
	requestBrief
	Host            string              `json:"host"`
	Remote          string              `json:"remote"`
	RequestHeaders  map[string]string   `json:"requestHeaders"`
	RequestBody     contentView         `json:"requestBody"`
	ResponseHeaders map[string]string   `json:"responseHeaders"`
	ResponseBody    contentView         `json:"responseBody"`
	Trail           []stepView          `json:"trail"`
	Violations      []openapi.Violation `json:"violations"`
}

type contentView struct {
	Text     string `json:"text"`
	Size     int    `json:"size"`
	Cut      bool   `json:"cut"`
	Withheld bool   `json:"withheld"`
}

type stepView struct {
	Check   string `json:"check"`
	Outcome string `json:"outcome"`
	Detail  string `json:"detail"`
}

func briefRequest(e *requests.Entry) requestBrief {
	view := requestBrief{
		ID: e.ID, Wall: e.Wall.UTC().Format(time.RFC3339Nano), Virtual: qualif.FormatInstant(e.Virtual),
		LatencyMs: float64(e.Latency.Microseconds()) / 1000, Operation: e.Operation, Method: e.Method, Target: e.Target, Status: e.Status,
		Code: e.Code, Why: e.Why, Login: e.Login, Application: e.Application, Faults: []struckFault{}, AfterEvent: e.AfterEvent,
	}
	for _, f := range e.Faults {
		view.Faults = append(view.Faults, struckFault(f))
	}
	if e.LastEvent > 0 {
		view.FirstEvent, view.LastEvent = &e.FirstEvent, &e.LastEvent
	}
	return view
}

func viewRequest(e *requests.Entry, secrets bool) requestView {
	view := requestView{
		requestBrief: briefRequest(e), Host: e.Host, Remote: e.Remote,
		RequestHeaders: requests.Headers(e.Header, secrets), ResponseHeaders: requests.Headers(e.AnswerHeader, secrets),
		RequestBody:  viewContent(e.Body, e.Header.Get("Content-Type"), secrets),
		ResponseBody: viewContent(e.Answer, e.AnswerHeader.Get("Content-Type"), secrets),
		Trail:        []stepView{}, Violations: append([]openapi.Violation{}, e.Violations...),
	}
	for _, step := range e.Trail() {
		view.Trail = append(view.Trail, stepView(step))
	}
	return view
}

func viewContent(c requests.Content, contentType string, secrets bool) contentView {
	text, withheld := c.Text(contentType, secrets)
	return contentView{text, c.Size, c.Cut(), withheld}
}

// criteriaIn reads the criteria of a query; the contract has checked them.
func criteriaIn(g *gin.Context) *requests.Criteria {
	after, _ := strconv.ParseUint(g.Query("after"), 10, 64)
	since, _ := time.Parse(time.RFC3339, g.Query("since"))
	until, _ := time.Parse(time.RFC3339, g.Query("until"))
	paths := slices.DeleteFunc(g.QueryArray("path"), func(path string) bool { return path == "" })
	return &requests.Criteria{
		Method: g.Query("method"), Paths: paths, Status: g.Query("status"), Operation: g.Query("operation"), Code: g.Query("code"),
		Login: g.Query("login"), Application: g.Query("application"), Since: since, Until: until, After: after,
	}
}

func (a *Admin) listRequests(g *gin.Context, sb *sandboxes.Sandbox, _ []byte) wire.Reply {
	journal := a.o.Requests.Of(sb)
	found, more := journal.Find(criteriaIn(g), limitOf(g))
	size := journal.Size()
	list := struct {
		Requests []requestBrief `json:"requests"`
		Next     *uint64        `json:"next"`
		Kept     int            `json:"kept"`
		Bytes    int            `json:"bytes"`
		Evicted  uint64         `json:"evicted"`
	}{Requests: []requestBrief{}, Kept: size.Count, Bytes: size.Bytes, Evicted: size.Evicted}
	for _, e := range found {
		list.Requests = append(list.Requests, briefRequest(e))
	}
	if more {
		list.Next = &found[len(found)-1].ID
	}
	return wire.JSON(http.StatusOK, list)
}

func (a *Admin) clearRequests(_ *gin.Context, sb *sandboxes.Sandbox, _ []byte) wire.Reply {
	a.o.Requests.Of(sb).Clear()
	return wire.Reply{Status: http.StatusNoContent}
}

func (a *Admin) getRequest(g *gin.Context, sb *sandboxes.Sandbox, _ []byte) wire.Reply {
	id, _ := strconv.ParseUint(g.Param("id"), 10, 64)
	journal := a.o.Requests.Of(sb)
	e, ok := journal.Get(id)
	if !ok {
		return wire.Refuse(http.StatusNotFound, "request-unknown",
			fmt.Sprintf("call %s is not kept: it was never made in sandbox %s, or made room for later ones (%d did)", g.Param("id"), sb.Name(), journal.Size().Evicted))
	}
	return wire.JSON(http.StatusOK, viewRequest(e, g.Query("secrets") == "true"))
}

// criteria is requests.Criteria as the control API writes it.
type criteria struct {
	Method       string            `json:"method"`
	Path         string            `json:"path"`
	Paths        []string          `json:"paths"`
	Operation    string            `json:"operation"`
	Code         string            `json:"code"`
	Login        string            `json:"login"`
	Application  string            `json:"application"`
	Status       string            `json:"status"`
	Since        *time.Time        `json:"since"`
	Until        *time.Time        `json:"until"`
	After        uint64            `json:"after"`
	Header       map[string]string `json:"header"`
	BodyContains string            `json:"bodyContains"`
	JSON         map[string]any    `json:"json"`
}

func (c *criteria) meant() requests.Criteria {
	meant := requests.Criteria{
		Method: c.Method, Path: c.Path, Paths: c.Paths, Operation: c.Operation, Code: c.Code, Login: c.Login, Application: c.Application, Status: c.Status,
		After: c.After, Header: c.Header, BodyContains: c.BodyContains, JSON: c.JSON,
	}
	if c.Since != nil {
		meant.Since = *c.Since
	}
	if c.Until != nil {
		meant.Until = *c.Until
	}
	return meant
}

func (a *Admin) countRequests(_ *gin.Context, sb *sandboxes.Sandbox, body []byte) wire.Reply {
	given, refused := read[criteria](body)
	if refused != nil {
		return *refused
	}
	meant := given.meant()
	found, _ := a.o.Requests.Of(sb).Find(&meant, 0)
	return wire.JSON(http.StatusOK, struct {
		Count int `json:"count"`
	}{len(found)})
}

// read decodes a body that the contract has checked; none at all reads as an
// empty one.
func read[T any](body []byte) (value T, refused *wire.Reply) {
	if len(body) == 0 {
		return value, nil
	}
	if err := json.Unmarshal(body, &value); err != nil {
		reply := wire.Refuse(http.StatusBadRequest, "invalid-request", err.Error())
		return value, &reply
	}
	return value, nil
}
