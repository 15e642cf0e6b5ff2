package record

import (
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strings"

	"chorus-qualif/openapi"
	"chorus-qualif/server/client"
)

// faultHeader asks for a fault on the call that carries it.
const faultHeader = "X-Sandbox-Fault"

// unheard tells why no step can pass with what came of a call; "" when one can.
// Repeating tells that a step can pass that makes the call again.
func (t *tape) unheard(c *client.Request) (why string, repeating bool) {
	for _, f := range c.Faults {
		what := fmt.Sprintf("fault %s (%s) struck it: ", f.Name, f.Kind)
		again := header(c, faultHeader) == ""
		switch {
		case strings.HasSuffix(f.What, "on the virtual clock"):
			return what + "it waited until somebody moved the sandbox's clock, and the steps of a scenario come one after the other", false
		case f.Kind == "connection-reset", f.Kind == "truncated-body":
			return what + "no whole answer came, and a scenario judges answers", again
		case f.Kind == "malformed-json":
			return what + "the answer is no JSON, and a scenario judges what it can read", again
		}
	}
	op, ok := t.o.Contracts.Operation(c.Operation)
	if !ok {
		return "", false
	}
	answer := http.Header{}
	for name, value := range c.ResponseHeaders {
		answer.Set(name, value)
	}
	for _, v := range op.ValidateResponse(c.Status, answer, []byte(c.ResponseBody.Text)) {
		if v.Rule == openapi.RuleUndeclaredStatus || v.Rule == openapi.RuleContentType {
			kind, _, _ := mime.ParseMediaType(answer.Get("Content-Type"))
			return fmt.Sprintf("its answer (%d, %s) is none that the contract declares, and a step with such an answer fails", c.Status, kind), len(c.Faults) > 0 && header(c, faultHeader) == ""
		}
	}
	return "", false
}

// again makes one moment of a call whose answer nobody could judge and the same
// call, repeated at once: a step that tries again says both.
func (t *tape) again(all []moment) []moment {
	for i := len(all) - 2; i >= 0; i-- {
		this, next := all[i], all[i+1]
		if this.call == nil || next.call == nil {
			continue
		}
		why, repeating := t.unheard(this.call)
		if why == "" || !repeating || !t.same(this, next) {
			continue
		}
		all[i+1].retries++
		all = slices.Delete(all, i, i+1)
	}
	return all
}

// same tells whether a call repeats another without delay.
func (t *tape) same(first, second moment) bool {
	a, b := first.call, second.call
	gap := second.at.Sub(first.at)
	return a.Operation == b.Operation && a.Target == b.Target && a.RequestBody.Text == b.RequestBody.Text &&
		(gap == 0 || !t.exact && gap.Seconds() < 1)
}
