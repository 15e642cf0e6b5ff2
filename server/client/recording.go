package client

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
)

// RecordingQuery says which span of a sandbox's life becomes a scenario; the
// zero one is all of it.
type RecordingQuery struct {
	// Since and Until are the first and the last call, by their IDs. Earlier
	// ones are told too when they changed the sandbox, or gave a token that is
	// used.
	Since, Until int64
	// Skip are calls to leave out.
	Skip []int64
	// Workflow is the workflowId, "recorded" when empty; Title is made of the
	// sandbox's name when empty.
	Workflow, Title string
}

// Recording tells what was done in a sandbox, by clients and on the portal, as
// an Arazzo document without secrets. When no scenario can express it, the error
// is an *[Error] whose [Error.Reasons] tells why.
func (s *Sandbox) Recording(ctx context.Context, q RecordingQuery) ([]byte, error) {
	skip := make([]string, len(q.Skip))
	for i, id := range q.Skip {
		skip[i] = strconv.FormatInt(id, 10)
	}
	query := values("since", number(q.Since), "until", number(q.Until), "skip", strings.Join(skip, ","), "workflow", q.Workflow, "title", q.Title)
	return ask[[]byte](ctx, s.c, s.get(query, "recording"))
}

// RecordingReason is one thing that stands in the way of a recording.
type RecordingReason struct {
	// Request is the call that it is about, Event the event; 0 for neither.
	Request int64  `json:"request"`
	Event   int64  `json:"event"`
	Message string `json:"message"`
}

// Reasons are what stands in the way of a recording, all of it; none for other
// errors.
func (e *Error) Reasons() []RecordingReason {
	var told struct {
		Reasons []RecordingReason `json:"reasons"`
	}
	_ = json.Unmarshal(e.Body, &told) // no JSON gives no reason
	return told.Reasons
}
