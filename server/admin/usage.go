package admin

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/wire"
)

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
	r := a.o.Requests.Of(sb).Report(a.o.Contract.Set, a.o.Refusals)
	view := usageView{
		Operations: []operationUse{}, Refusals: []refusalUse{},
		OperationsMet: r.OperationsMet, OperationsDeclared: len(r.Operations), RefusalsMet: r.RefusalsMet, RefusalsKnown: len(r.Refusals),
	}
	for _, op := range r.Operations {
		use := operationUse{op.Operation, op.Document, op.Times, []answerUse{}}
		for _, m := range op.Answers {
			use.Answers = append(use.Answers, answerUse{m.Status, m.Code, m.Times})
		}
		view.Operations = append(view.Operations, use)
	}
	for _, one := range r.Refusals {
		view.Refusals = append(view.Refusals, refusalUse{one.Code, one.Check, one.Times})
	}
	return wire.JSON(http.StatusOK, view)
}
