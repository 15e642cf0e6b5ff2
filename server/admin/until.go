package admin

import (
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
	if state := c.state(); state != nil {
		sb.Read(func(v sandboxes.View) { detail += "; " + state.standing(v.State) })
	}
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
