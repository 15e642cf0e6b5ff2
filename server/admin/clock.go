package admin

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"chorus-qualif/server/clock"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/wire"
)

type dueView struct {
	Due     string         `json:"due"`
	Kind    qualif.DueKind `json:"kind"`
	Subject string         `json:"subject"`
}

func viewDue(d *qualif.Due) *dueView {
	if d == nil {
		return nil
	}
	return &dueView{qualif.FormatInstant(d.At), d.Kind, d.Subject}
}

type clockView struct {
	Mode clock.Mode `json:"mode"`
	Now  string     `json:"now"`
	Rate float64    `json:"rate"`
	Next *dueView   `json:"next"`
}

func viewClock(r sandboxes.Reading) clockView {
	return clockView{r.Mode, qualif.FormatInstant(r.Now), r.Rate, viewDue(r.Next)}
}

type firedView struct {
	dueView
	Events []uint64 `json:"events"`
}

type advanceView struct {
	From  string      `json:"from"`
	To    string      `json:"to"`
	Fired []firedView `json:"fired"`
	Next  *dueView    `json:"next"`
}

func viewAdvance(r qualif.Advanced) advanceView {
	view := advanceView{qualif.FormatInstant(r.From), qualif.FormatInstant(r.To), []firedView{}, viewDue(r.Next)}
	for _, f := range r.Fired {
		view.Fired = append(view.Fired, firedView{*viewDue(&f.Due), f.Events})
	}
	return view
}

func (a *Admin) getClock(_ *gin.Context, sb *sandboxes.Sandbox, _ []byte) wire.Reply {
	return wire.JSON(http.StatusOK, viewClock(sb.Clock()))
}

// moveOf reads how far to advance; the contract has checked that exactly one
// way is given.
func moveOf(body []byte) (m sandboxes.Move, field string, err error) {
	var given struct {
		By        *string    `json:"by"`
		To        *time.Time `json:"to"`
		Until     string     `json:"until"`
		MaxEvents int        `json:"maxEvents"`
	}
	if err := json.Unmarshal(body, &given); err != nil {
		return m, "to", err
	}
	m.Until, m.MaxEvents = given.Until, given.MaxEvents
	if given.To != nil {
		m.To = *given.To
	}
	if given.By != nil {
		m.By, err = clock.ParseSpan(*given.By)
	}
	return m, "by", err
}

func (a *Admin) advanceClock(_ *gin.Context, sb *sandboxes.Sandbox, body []byte) wire.Reply {
	if c, deadline, most, ok := conditional(body); ok {
		return a.moveUntil(sb, c, deadline, most, false)
	}
	return a.move(body, sb.Advance)
}

func (a *Admin) peekClock(_ *gin.Context, sb *sandboxes.Sandbox, body []byte) wire.Reply {
	if c, deadline, most, ok := conditional(body); ok {
		return a.moveUntil(sb, c, deadline, most, true)
	}
	return a.move(body, sb.Peek)
}

func (a *Admin) move(body []byte, how func(sandboxes.Move) (qualif.Advanced, error)) wire.Reply {
	m, field, err := moveOf(body)
	if err != nil {
		return wire.Reject(wire.Problem{Status: http.StatusUnprocessableEntity, Code: "invalid-" + field, Field: field, Detail: err.Error()})
	}
	result, err := how(m)
	if err != nil {
		return a.refused(err)
	}
	if !result.Exhausted {
		return wire.JSON(http.StatusOK, viewAdvance(result))
	}
	refusal := wire.Reject(wire.Problem{
		Status: http.StatusConflict, Code: "advance-budget-exceeded",
		Detail: fmt.Sprintf("%d due events fired up to %s and more are due: the same request goes on from there, a larger maxEvents goes further",
			len(result.Fired), qualif.FormatInstant(result.To)),
	})
	refusal.Body = struct {
		wire.Problem
		Advance advanceView `json:"advance"`
	}{refusal.Body.(wire.Problem), viewAdvance(result)}
	return refusal
}

func (a *Admin) clocked(r sandboxes.Reading, err error) wire.Reply {
	if err != nil {
		return a.refused(err)
	}
	return wire.JSON(http.StatusOK, viewClock(r))
}

// instantIn reads the optional property "at".
func instantIn(body []byte) (at time.Time, err error) {
	var given struct {
		At *time.Time `json:"at"`
	}
	if len(body) > 0 {
		err = json.Unmarshal(body, &given)
	}
	if given.At != nil {
		at = *given.At
	}
	return at, err
}

func (a *Admin) freezeClock(_ *gin.Context, sb *sandboxes.Sandbox, body []byte) wire.Reply {
	return a.at(body, sb.Freeze)
}

func (a *Admin) setClock(_ *gin.Context, sb *sandboxes.Sandbox, body []byte) wire.Reply {
	return a.at(body, sb.Set)
}

func (a *Admin) at(body []byte, how func(time.Time) (sandboxes.Reading, error)) wire.Reply {
	at, err := instantIn(body)
	if err != nil {
		return wire.Reject(wire.Problem{Status: http.StatusUnprocessableEntity, Code: "invalid-at", Field: "at", Detail: err.Error()})
	}
	return a.clocked(how(at))
}

func (a *Admin) resumeClock(_ *gin.Context, sb *sandboxes.Sandbox, _ []byte) wire.Reply {
	return a.clocked(sb.Resume())
}

func (a *Admin) scaleClock(_ *gin.Context, sb *sandboxes.Sandbox, body []byte) wire.Reply {
	var given struct {
		Rate float64 `json:"rate"`
	}
	err := json.Unmarshal(body, &given)
	if err == nil {
		err = clock.CheckRate(given.Rate)
	}
	if err != nil {
		return wire.Reject(wire.Problem{Status: http.StatusUnprocessableEntity, Code: "invalid-rate", Field: "rate", Detail: err.Error()})
	}
	return a.clocked(sb.Scale(given.Rate))
}
