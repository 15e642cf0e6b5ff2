package stage

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"chorus-qualif/scenarios"
	"chorus-qualif/scenarios/record"
	"chorus-qualif/scenarios/replay"
	"chorus-qualif/server/client"
	"chorus-qualif/server/wire"
)

// Recording says which span of a sandbox's life is to become a scenario.
type Recording struct {
	Sandbox string
	// Workflow is the workflowId, "recorded" when empty; Title is made of the
	// sandbox's name when empty.
	Workflow, Title string
	// Since and Until are the first and the last call, by their identifiers; 0
	// leaves the span open on that side. Skip are calls to leave out.
	Since, Until int64
	Skip         []int64
}

// Record tells a span of a sandbox's life as a scenario. What cannot be told is
// in the error, a line each; a *client.Error is what the control API refused,
// such as a sandbox that does not exist.
func (s *Stage) Record(ctx context.Context, r Recording) ([]byte, error) {
	target := s.o.Target()
	server, err := client.New(target.Admin, client.Options{Token: target.AdminToken})
	if err != nil {
		return nil, err
	}
	sandbox := server.Sandbox(r.Sandbox)
	now, err := sandbox.Credentials(ctx)
	if err != nil {
		return nil, err
	}
	calls, events, err := record.Read(ctx, sandbox, r.Since)
	if err != nil {
		return nil, err
	}
	if r.Until > 0 {
		if calls, events, err = record.Until(calls, events, r.Until); err != nil {
			return nil, err
		}
	}
	o := record.Options{Contracts: s.o.Contracts, Name: r.Workflow, Title: r.Title, Events: events, Since: r.Since, Skip: r.Skip}
	if o.Credentials, o.DataSet, err = s.beginning(ctx, server, events); err != nil {
		return nil, err
	}
	// Passwords follow from the seed; these two from the sandbox's name too.
	o.Credentials.ClientID, o.Credentials.ClientSecret = now.ClientID, now.ClientSecret
	return record.Scenario(calls, o)
}

// beginning is what a sandbox began with: its credentials, and the data set that
// has to be named. A sandbox set up in the same way tells.
func (s *Stage) beginning(ctx context.Context, server *client.Client, events []client.Event) (client.Credentials, string, error) {
	name, err := s.spareName(ctx, server)
	if err != nil {
		return client.Credentials{}, "", err
	}
	aside := server.Sandbox(name)
	defer func() {
		const enough = 5 * time.Second
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), enough)
		defer cancel()
		_ = aside.Delete(ctx) // there is none when it could not be made
	}()
	given, dataSet, err := record.SetUp(ctx, aside, events)
	if err != nil {
		return client.Credentials{}, "", err
	}
	if dataSet == "" {
		// This server's usual data set need not be another's.
		info, err := aside.Get(ctx)
		if err != nil {
			return client.Credentials{}, "", err
		}
		if info.DataSet.Name != s.o.DataSet {
			dataSet = info.DataSet.Name
		}
	}
	return given, dataSet, nil
}

// spareName is a name that no sandbox has, and no other recording takes.
func (s *Stage) spareName(ctx context.Context, server *client.Client) (string, error) {
	const prefix = "recording-"
	for {
		s.turn.Lock()
		s.recordings++
		name := prefix + strconv.Itoa(s.recordings)
		s.turn.Unlock()
		page, err := server.Sandboxes(ctx, client.SandboxQuery{Search: name, Limit: 1000})
		if err != nil {
			return "", err
		}
		taken := page.Next != ""
		for _, one := range page.Sandboxes {
			taken = taken || one.Name == name
		}
		if !taken {
			return name, nil
		}
	}
}

// BeginRecording records, and performs what came of it at once. The error is
// that of Record, or ErrFull.
func (s *Stage) BeginRecording(ctx context.Context, r Recording, byHand, keep bool) (*Performance, error) {
	text, err := s.Record(ctx, r)
	if err != nil {
		return nil, err
	}
	file, problems := scenarios.Parse(s.o.Contracts, recordingFile(r), text)
	if len(problems) > 0 {
		return nil, problems
	}
	story := replay.Story{File: file, Workflow: file.Workflows[0]}
	return s.perform(ctx, story, Request{ByHand: byHand, Keep: keep}, &Performance{Scenario: story.Workflow.ID, Recorded: r.Sandbox})
}

func recordingFile(r Recording) string {
	return cmp.Or(r.Workflow, "recorded") + scenarios.Extension
}

// asked is the recording that a request asks for; the contract has checked it.
func asked(g *gin.Context) Recording {
	number := func(text string) int64 { n, _ := strconv.ParseInt(text, 10, 64); return n }
	r := Recording{Sandbox: g.Param("name"), Workflow: g.Query("workflow"), Title: g.Query("title"), Since: number(g.Query("since")), Until: number(g.Query("until"))}
	for _, one := range strings.Split(g.Query("skip"), ",") {
		if n := number(one); n > 0 {
			r.Skip = append(r.Skip, n)
		}
	}
	return r
}

func (s *Stage) getRecording(g *gin.Context, _ []byte) wire.Reply {
	r := asked(g)
	text, err := s.Record(g.Request.Context(), r)
	if err != nil {
		return impossible(err)
	}
	return wire.Reply{
		Status: http.StatusOK, Raw: text, ContentType: "application/yaml",
		Header: http.Header{"Content-Disposition": {`attachment; filename="` + recordingFile(r) + `"`}},
	}
}

func (s *Stage) startRecording(g *gin.Context, body []byte) wire.Reply {
	var given struct {
		ByHand bool `json:"byHand"`
		Keep   bool `json:"keep"`
	}
	if len(body) > 0 {
		if err := json.Unmarshal(body, &given); err != nil {
			return wire.Refuse(http.StatusBadRequest, "body-unreadable", err.Error())
		}
	}
	p, err := s.BeginRecording(g.Request.Context(), asked(g), given.ByHand, given.Keep)
	switch {
	case errors.Is(err, ErrFull):
		return wire.Refuse(http.StatusConflict, "runs-full", err.Error())
	case err != nil:
		return impossible(err)
	}
	return wire.JSON(http.StatusCreated, p.View())
}

// reason is one thing that stands in the way of a recording.
type reason struct {
	Request int64  `json:"request,omitempty"`
	Event   int64  `json:"event,omitempty"`
	Message string `json:"message"`
}

// about matches how the recorder names what it is about.
var about = regexp.MustCompile(`^(call|event) ([0-9]+) \(`)

// impossible is the refusal of a recording.
func impossible(err error) wire.Reply {
	var refused *client.Error
	if errors.As(err, &refused) {
		status := http.StatusConflict
		if refused.Code == "sandbox-unknown" {
			status = http.StatusNotFound
		}
		return wire.Refuse(status, refused.Code, refused.Detail)
	}
	var unreachable *client.Unreachable
	if errors.As(err, &unreachable) {
		return wire.Refuse(http.StatusInternalServerError, "recorder-unreachable", err.Error())
	}
	told := struct {
		wire.Problem
		Reasons []reason `json:"reasons"`
	}{Reasons: []reason{}}
	for _, line := range strings.Split(err.Error(), "\n") {
		one := reason{Message: line}
		if found := about.FindStringSubmatch(line); found != nil {
			n, _ := strconv.ParseInt(found[2], 10, 64) // an identifier, which the recorder wrote
			if found[1] == "call" {
				one.Request = n
			} else {
				one.Event = n
			}
		}
		told.Reasons = append(told.Reasons, one)
	}
	things := "1 thing stands"
	if n := len(told.Reasons); n > 1 {
		things = fmt.Sprintf("%d things stand", n)
	}
	told.Problem = wire.Problem{
		Type: "about:blank", Title: http.StatusText(http.StatusConflict), Status: http.StatusConflict, Code: "recording-impossible",
		Detail: things + " in the way of a scenario: see reasons",
	}
	return wire.Reply{Status: http.StatusConflict, Body: told, ContentType: "application/problem+json"}
}
