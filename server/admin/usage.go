package admin

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/wire"
)

// Refusal is an explanation that clients can meet, and where.
type Refusal struct {
	Code  string
	Check string
}

type usageView struct {
	Operations         []operationUse `json:"operations"`
	Refusals           []refusalUse   `json:"refusals"`
	OperationsMet      int            `json:"operationsMet"`
	OperationsDeclared int            `json:"operationsDeclared"`
	RefusalsMet        int            `json:"refusalsMet"`
	RefusalsKnown      int            `json:"refusalsKnown"`
}

type operationUse struct {
	Operation string      `json:"operation"`
	Document  string      `json:"document"`
	Times     uint64      `json:"times"`
	Answers   []answerUse `json:"answers"`
}

type answerUse struct {
	Status int    `json:"status"`
	Code   string `json:"code"`
	Times  uint64 `json:"times"`
}

type refusalUse struct {
	Code  string `json:"code"`
	Check string `json:"check"`
	Times uint64 `json:"times"`
}

func (a *Admin) getUsage(_ *gin.Context, sb *sandboxes.Sandbox, _ []byte) wire.Reply {
	answers, times, codes := map[string][]answerUse{}, map[string]uint64{}, map[string]uint64{}
	for _, m := range a.o.Requests.Of(sb).Usage() {
		answers[m.Operation] = append(answers[m.Operation], answerUse{m.Status, m.Code, m.Times})
		times[m.Operation] += m.Times
		codes[m.Code] += m.Times
	}
	view := usageView{Refusals: []refusalUse{}}
	for _, document := range a.o.Contract.Set.Documents() {
		if document.API == "" && document.Name != "piste" && document.Name != "portal" {
			continue
		}
		for _, op := range document.Operations {
			view.OperationsDeclared++
			if times[op.ID] > 0 {
				view.OperationsMet++
			}
			view.Operations = append(view.Operations, operationUse{op.ID, document.Name, times[op.ID], append([]answerUse{}, answers[op.ID]...)})
		}
	}
	for _, r := range a.o.Refusals {
		view.RefusalsKnown++
		if codes[r.Code] > 0 {
			view.RefusalsMet++
		}
		view.Refusals = append(view.Refusals, refusalUse{r.Code, r.Check, codes[r.Code]})
	}
	return wire.JSON(http.StatusOK, view)
}
