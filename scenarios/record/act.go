package record

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"chorus-qualif/server/client"
)

// pageAct is what the portal's JSON does as well as its pages.
type pageAct struct {
	operation string
	// by is the property of the event that tells who did it.
	by string
	// field is the property of the body, and given that of the event, that says
	// what is wanted; empty for none.
	field, given string
}

// pageActs finds the equivalent of an event that a page led to.
func pageActs() map[string]pageAct {
	return map[string]pageAct{
		"PasswordReset":             {operation: "resetPassword", by: "by"},
		"DeactivationRequested":     {operation: "deactivateTechnicalAccount", by: "by"},
		"ReactivationRequested":     {operation: "activateTechnicalAccount", by: "by"},
		"ContactChanged":            {"changeContactEmail", "by", "contactEmail", "contact"},
		"TechnicalAccountRequested": {"createTechnicalAccount", "by", "contactEmail", "contact"},
		"PersonContactChanged":      {"changeMyContactEmail", "login", "contactEmail", "contact"},
		"ManagerChanged":            {"transferManager", "from", "login", "to"},
	}
}

// act tells a change that no call made: what somebody did on the portal's pages,
// as the same operation of the portal's JSON, or what the control API did.
func (t *tape) act(e *client.Event) {
	what := fmt.Sprintf("event %d (%s %s)", e.Seq, e.Kind, e.Subject)
	equivalent, ok := pageActs()[e.Kind]
	var data map[string]any
	err := json.Unmarshal(e.Data, &data)
	switch {
	case err != nil:
		t.fail(what, "it cannot be read: %v", err)
		return
	case e.Kind == "ApplicationChanged":
		t.application(what, e)
		return
	case e.Kind == "SandboxForked":
		t.fail(what, "the sandbox is a fork: record the one that it was made from, or a sandbox that began by itself")
		return
	case !ok:
		t.fail(what, "no recorded call made this change, and no operation makes it; leave its cause out, or add a step by hand")
		return
	}
	by, _ := data[equivalent.by].(string)
	person := t.person(by)
	op, declared := t.o.Contracts.Operation(equivalent.operation)
	if by == "" || !declared {
		t.fail(what, "who did it is not known")
		return
	}
	s := t.step(op.ID, op, fmt.Sprintf("Done on the pages of the portal by %s.", by))
	subject := map[string]any{"login": e.Subject, "siret": data["siret"]}
	for _, p := range op.Parameters {
		if p.In == "path" {
			value, _ := subject[p.Name].(string)
			s.parameter(p.Name, "path", t.reference("login", value))
		}
	}
	s.parameter(sandboxHeader, "header", "$inputs.sandbox")
	s.parameter("Authorization", "header", "Basic {"+person+"}")
	if equivalent.field != "" {
		s.contentType, s.payload = op.BodyType(), mapping(text(equivalent.field), text(fmt.Sprint(data[equivalent.given])))
	}
	s.criterion("$statusCode < 300")
	if e.Kind == "PasswordReset" || e.Kind == "TechnicalAccountRequested" {
		t.resets[strings.ToLower(e.Subject)] = source{step: s, pointer: "/cproAccount"}
	}
	if e.Kind == "TechnicalAccountRequested" {
		t.learn("s"+e.Subject, source{step: s, pointer: "/technicalAccount/login"})
	}
}

// person is the reference to what somebody logs in to the portal with: the
// sandbox gives it of managers, and of others when asked for them.
func (t *tape) person(login string) string {
	for _, m := range t.o.Credentials.Managers {
		if strings.EqualFold(m.Login, login) && m.BasicCredentials != "" {
			return t.reference("", m.BasicCredentials)
		}
	}
	s, asked := t.people[strings.ToLower(login)]
	if !asked {
		s = t.control("getPersonCredentials", "getPersonCredentials", "What "+login+" logs in to the portal with.")
		s.parameter("login", "path", t.reference("login", login))
		s.criterion("$statusCode == 200")
		t.people[strings.ToLower(login)] = s
	}
	return s.output(source{step: s, pointer: "/basicCredentials"})
}

// introduce asks for the credentials of somebody who called the portal's JSON
// with them, and is no manager of the data set.
func (t *tape) introduce(c *client.Request) {
	scheme, value, _ := strings.Cut(header(c, "Authorization"), " ")
	login, ok := loginOf(value)
	if _, known := t.known["s"+value]; known || !ok || !strings.EqualFold(scheme, "Basic") || c.Operation == tokenOperation || refused(c, "") {
		return
	}
	t.person(login)
	t.learn("s"+value, source{step: t.people[strings.ToLower(login)], pointer: "/basicCredentials"})
}

// loginOf is the login in a base64 of login:password.
func loginOf(value string) (login string, ok bool) {
	plain, err := base64.StdEncoding.DecodeString(value)
	login, _, ok = strings.Cut(string(plain), ":")
	return login, err == nil && ok
}

// early refuses what the control API made happen before its time.
func (t *tape) early(e *client.Event, calls []client.Request) {
	due := map[string]string{
		"TechnicalAccountEffective": "effectiveAt", "TechnicalAccountDeactivated": "effectiveAt", "TechnicalAccountReactivated": "effectiveAt",
		"TechnicalAccountDeleted": "reactivableUntil", "PasswordExpired": "passwordExpiresAt",
	}[e.Kind]
	if due == "" || during(calls, e, map[int64]bool{}) {
		return
	}
	for i := range t.o.Events {
		cause := &t.o.Events[i]
		if cause.Seq != e.Cause || cause.Kind == faultChanged {
			continue
		}
		var told map[string]any
		_ = json.Unmarshal(cause.Data, &told) // what cannot be read tells no instant
		if inner, ok := told["account"].(map[string]any); ok {
			told = inner
		}
		at, _ := told[due].(string)
		if on, err := time.Parse(time.RFC3339, at); err == nil && on.After(e.At) {
			t.fail(fmt.Sprintf("event %d (%s %s)", e.Seq, e.Kind, e.Subject), "the control API made it happen before its time (fireDue), by a number that is another in each sandbox: let the time pass instead")
		}
	}
}
