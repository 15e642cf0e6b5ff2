package requests

import (
	"fmt"

	"chorus-qualif/server/qualif"
)

// Check is a step of the gateway, in its order.
type Check uint8

// The checks. A call that got to CheckOperation passed all of the others.
const (
	None Check = iota
	CheckFault
	CheckClient
	CheckBearer
	CheckToken
	CheckRoute
	CheckAPI
	CheckAccount
	CheckRaccordement
	CheckBody
	CheckOperation
)

// calls and tokens are the steps of the two kinds of requests.
var (
	calls  = []Check{CheckFault, CheckBearer, CheckToken, CheckRoute, CheckAPI, CheckAccount, CheckRaccordement, CheckBody, CheckOperation}
	tokens = []Check{CheckBody, CheckClient, CheckFault, CheckOperation}
)

var checkNames = map[Check]string{
	CheckFault: "fault", CheckClient: "client", CheckBearer: "bearer", CheckToken: "token", CheckRoute: "route", CheckAPI: "api",
	CheckAccount: "technical-account", CheckRaccordement: "raccordement", CheckBody: "body", CheckOperation: "operation",
}

// String is the check's name in the control API.
func (c Check) String() string { return checkNames[c] }

// Step is a check and how it went: "passed", "refused", "struck" by a fault, or
// "not-reached".
type Step struct{ Check, Outcome, Detail string }

// Trail is the call's way through the checks; empty for what does not pass
// through the gateway.
func (e *Entry) Trail() []Step {
	if e.Check == None {
		return nil
	}
	steps := calls
	if e.Operation == TokenOperation {
		steps = tokens
	}
	trail := make([]Step, 0, len(steps))
	stopped := false
	for _, check := range steps {
		step := Step{Check: check.String(), Outcome: "passed", Detail: e.learnt(check)}
		switch {
		case stopped:
			step.Outcome, step.Detail = "not-reached", ""
		case check == e.Check && e.Code != "":
			step.Outcome, step.Detail, stopped = "refused", e.Code+": "+e.Why, true
		}
		if check == CheckFault && len(e.Faults) > 0 {
			step.Outcome = "struck"
		}
		trail = append(trail, step)
	}
	return trail
}

// TokenOperation is the operationId of the token endpoint, whose steps differ.
const TokenOperation = "issueToken"

// learnt is what a check that was passed found out.
func (e *Entry) learnt(check Check) string {
	switch check {
	case CheckFault:
		var what string
		for _, f := range e.Faults {
			what += fmt.Sprintf("%s (%s): %s. ", f.Name, f.Kind, f.What)
		}
		return what
	case CheckToken:
		if !e.TokenIssued.IsZero() {
			return "issued on " + qualif.FormatInstant(e.TokenIssued)
		}
	case CheckClient, CheckAPI:
		if e.Application != "" {
			return "application " + e.Application
		}
	case CheckAccount:
		if e.Login != "" {
			return e.Login + " " + e.Account
		}
	case CheckRoute:
		return e.Operation
	case CheckBody:
		return e.Lenient
	}
	return ""
}
