package admin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"chorus-qualif/server/clock"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/wire"
)

// condition is what an advance goes on for: exactly one of the three.
type condition struct {
	Event *struct {
		Kind    string `json:"kind"`
		Subject string `json:"subject"`
	} `json:"event"`
	Mail *struct {
		To      string `json:"to"`
		Subject string `json:"subject"`
		Kind    string `json:"kind"`
		After   string `json:"after"`
	} `json:"mail"`
	State *struct {
		Account string        `json:"account"`
		Status  qualif.Status `json:"status"`
	} `json:"state"`
}

// String is the condition in words.
func (c *condition) String() string {
	switch {
	case c.Event != nil:
		return strings.TrimSpace("event " + c.Event.Kind + " " + c.Event.Subject)
	case c.Mail != nil:
		return fmt.Sprintf("a mail to %q, kind %q, subject %q", c.Mail.To, c.Mail.Kind, c.Mail.Subject)
	}
	return c.State.Account + " " + string(c.State.Status)
}

// about is the subject that the condition is about, if it names one.
func (c *condition) about() string {
	switch {
	case c.Event != nil:
		return c.Event.Subject
	case c.State != nil:
		return c.State.Account
	}
	return ""
}

func (c *condition) met(s *qualif.State, fired []qualif.Fired, events []qualif.Event) bool {
	switch {
	case c.Event != nil:
		fits := func(kind, subject string) bool {
			return strings.EqualFold(kind, c.Event.Kind) && (c.Event.Subject == "" || strings.EqualFold(subject, c.Event.Subject))
		}
		return slices.ContainsFunc(fired, func(f qualif.Fired) bool { return fits(string(f.Kind), f.Subject) }) ||
			slices.ContainsFunc(events, func(e qualif.Event) bool { return fits(string(e.Payload.Kind()), e.Payload.Subject()) })
	case c.Mail != nil:
		after := c.Mail.After == ""
		return slices.ContainsFunc(s.Mails(), func(m *qualif.Mail) bool {
			if !after {
				after = m.ID == c.Mail.After
				return false
			}
			return (c.Mail.To == "" || strings.EqualFold(m.To, c.Mail.To)) && strings.Contains(m.Subject, c.Mail.Subject) &&
				(c.Mail.Kind == "" || string(m.Kind) == c.Mail.Kind)
		})
	}
	a, ok := s.Account(c.State.Account)
	return ok && a.Status == c.State.Status
}

// conditional reads an advance whose until is an object; false when it is
// another.
func conditional(body []byte) (c *condition, deadline string, maxEvents int, ok bool) {
	var given struct {
		Until     json.RawMessage `json:"until"`
		Deadline  string          `json:"deadline"`
		MaxEvents int             `json:"maxEvents"`
	}
	if json.Unmarshal(body, &given) != nil || !bytes.HasPrefix(bytes.TrimSpace(given.Until), []byte("{")) {
		return nil, "", 0, false
	}
	c = &condition{}
	if json.Unmarshal(given.Until, c) != nil || (c.Event == nil && c.Mail == nil && c.State == nil) {
		return nil, "", 0, false
	}
	return c, given.Deadline, given.MaxEvents, true
}

// defaultDeadline is beyond the life of a password and the window after a
// deactivation.
const defaultDeadline = "P500D"

// deadlineAt reads a deadline: an instant, or a length of time from now.
func deadlineAt(text string, now time.Time) (time.Time, error) {
	if text == "" {
		text = defaultDeadline
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, nil
	}
	span, err := clock.ParseSpan(text)
	if err != nil {
		return now, fmt.Errorf("want an instant or a duration: %w", err)
	}
	return span.From(now), nil
}

// moveUntil advances, or tells what an advance would do, up to a condition.
func (a *Admin) moveUntil(sb *sandboxes.Sandbox, c *condition, deadline string, maxEvents int, dry bool) wire.Reply {
	at, err := deadlineAt(deadline, sb.Now())
	if err != nil {
		return wire.Reject(wire.Problem{Status: http.StatusUnprocessableEntity, Code: "invalid-deadline", Field: "deadline", Detail: err.Error()})
	}
	found, err := sb.AdvanceUntil(c.met, at, maxEvents, dry)
	switch {
	case err != nil:
		return a.refused(err)
	case found.Met:
		return wire.JSON(http.StatusOK, viewAdvance(found.Advanced))
	}
	near := nearest(found.Pending, c.about(), found.From)
	detail := fmt.Sprintf("%s does not come about by %s; the clock stays at %s", c, qualif.FormatInstant(at), qualif.FormatInstant(found.From))
	if len(near) == 0 {
		detail += ", and nothing is due"
	} else {
		detail += fmt.Sprintf("; the nearest is %s of %s on %s", near[0].Kind, near[0].Subject, near[0].Due)
	}
	refusal := wire.Refuse(http.StatusConflict, "condition-not-met", detail)
	refusal.Body = struct {
		wire.Problem
		Nearest []timelineEntry `json:"nearest"`
	}{refusal.Body.(wire.Problem), near}
	return refusal
}

// maxNearest is how much of what is due a diagnosis tells.
const maxNearest = 5

// nearest lists what is due about a subject first, then the rest, each in order.
func nearest(pending []qualif.Due, subject string, now time.Time) []timelineEntry {
	about := func(d qualif.Due) int {
		if subject != "" && strings.EqualFold(d.Subject, subject) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(pending, func(a, b qualif.Due) int { return about(a) - about(b) })
	near := []timelineEntry{}
	for _, d := range pending[:min(len(pending), maxNearest)] {
		near = append(near, viewTimeline(d, now))
	}
	return near
}

func (a *Admin) fireDue(g *gin.Context, sb *sandboxes.Sandbox, _ []byte) wire.Reply {
	order, _ := strconv.ParseUint(g.Param("due"), 10, 64)
	result, err := sb.Fire(order)
	if err != nil {
		return a.refused(err)
	}
	return wire.JSON(http.StatusOK, viewAdvance(result))
}
