package record

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"chorus-qualif/server/client"
)

// moment is one thing that was done: a call, or an act on the portal's pages.
type moment struct {
	call  *client.Request
	event *client.Event
	at    time.Time
}

// instant is a time of the sandbox, as scenarios write it.
type instant struct{ time.Time }

func (i instant) String() string {
	if i.Nanosecond() == 0 {
		return i.Format(time.RFC3339)
	}
	return i.Format("2006-01-02T15:04:05.000Z07:00")
}

// history is what has to be done, in order: the calls asked for, those before
// them that they need, and what people did on the portal's pages.
func (t *tape) history(calls []client.Request) []moment {
	calls = slices.Clone(calls)
	slices.SortFunc(calls, func(a, b client.Request) int { return cmp.Compare(a.ID, b.ID) })
	acts, owned := t.acts(calls)
	var all []moment
	used := map[string]bool{}
	for i := range calls {
		if c := &calls[i]; c.ID >= t.o.Since || owned[c.ID] {
			_, token, _ := strings.Cut(header(c, "Authorization"), " ")
			used[token] = true
		}
	}
	for i := range calls {
		c := &calls[i]
		var given struct {
			Token string `json:"access_token"`
		}
		if c.Operation == tokenOperation {
			_ = json.Unmarshal([]byte(c.ResponseBody.Text), &given) // a refusal gives no token
		}
		wanted := c.ID >= t.o.Since || owned[c.ID] || given.Token != "" && used[given.Token]
		if wanted && !slices.Contains(t.o.Skip, c.ID) {
			all = append(all, moment{call: c, at: c.Virtual})
		}
	}
	for _, a := range acts {
		at := slices.IndexFunc(all, func(m moment) bool { return m.call != nil && follows(m.call, a) })
		if at < 0 {
			at = len(all)
		}
		all = slices.Insert(all, at, moment{event: a, at: a.At})
	}
	return all
}

// tokenOperation gives tokens.
const tokenOperation = "issueToken"

// acts are the changes that no call made, and the calls that made one. What
// follows from something else is neither; nor are moves of the clock, which the
// calls' own instants tell, and forms that were only opened.
func (t *tape) acts(calls []client.Request) ([]*client.Event, map[int64]bool) {
	var acts []*client.Event
	owned := map[int64]bool{}
	for i := range t.o.Events {
		e := &t.o.Events[i]
		switch {
		case e.Cause != 0 || during(calls, e, owned):
		case slices.Contains([]string{"SandboxCreated", "ClockAdvanced", "ClockChanged", "TechnicalAccountPrepared"}, e.Kind):
		default:
			acts = append(acts, e)
		}
	}
	return acts, owned
}

// during tells whether an event happened while a call was answered, and marks
// the call.
func during(calls []client.Request, e *client.Event, owned map[int64]bool) bool {
	for i := range calls {
		if c := &calls[i]; c.FirstEvent != 0 && c.FirstEvent <= e.Seq && e.Seq <= c.LastEvent {
			owned[c.ID] = true
			return true
		}
	}
	return false
}

// follows tells whether a call came after an act on a page. The journals of
// calls and of events share the sandbox's clock only; at one instant a call
// comes after what it shows the effect of.
func follows(c *client.Request, a *client.Event) bool {
	switch {
	case c.FirstEvent != 0:
		return c.FirstEvent > a.Seq
	case !c.Virtual.Equal(a.At):
		return c.Virtual.After(a.At)
	}
	return a.Kind == "PasswordReset" && c.Code == "technical-account-password-replaced" && strings.EqualFold(c.Login, a.Subject)
}

// pageAct is what the portal's JSON does as well as its pages.
type pageAct struct {
	operation string
	// field is the property of the body, and of the event, that says what is
	// wanted; empty for none.
	field, given string
}

// pageActs finds the equivalent of an event that a page led to.
func pageActs() map[string]pageAct {
	return map[string]pageAct{
		"PasswordReset":             {operation: "resetPassword"},
		"DeactivationRequested":     {operation: "deactivateTechnicalAccount"},
		"ReactivationRequested":     {operation: "activateTechnicalAccount"},
		"ContactChanged":            {"changeContactEmail", "contactEmail", "contact"},
		"TechnicalAccountRequested": {"createTechnicalAccount", "contactEmail", "contact"},
	}
}

// act tells what somebody did on the portal's pages as the same operation of the
// portal's JSON.
func (t *tape) act(e *client.Event) {
	what := fmt.Sprintf("event %d (%s %s)", e.Seq, e.Kind, e.Subject)
	equivalent, ok := pageActs()[e.Kind]
	var data map[string]any
	if err := json.Unmarshal(e.Data, &data); err != nil || !ok {
		t.fail(what, "no recorded call made this change, and it has no equivalent among the portal's JSON operations; make it by a call, or add a step by hand")
		return
	}
	by, _ := data["by"].(string)
	manager, known := t.manager(by)
	op, declared := t.o.Contracts.Operation(equivalent.operation)
	if !known || !declared {
		t.fail(what, "it was done by %q, whose credentials the sandbox does not give", by)
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
	s.parameter("Authorization", "header", "Basic {"+manager+"}")
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

// manager is the reference to the credentials of a person of the portal.
func (t *tape) manager(login string) (string, bool) {
	for _, m := range t.o.Credentials.Managers {
		if strings.EqualFold(m.Login, login) && m.BasicCredentials != "" {
			return t.reference("", m.BasicCredentials), true
		}
	}
	return "", false
}

// loginOf is the login in a base64 of login:password.
func loginOf(value string) (login string, ok bool) {
	plain, err := base64.StdEncoding.DecodeString(value)
	login, _, ok = strings.Cut(string(plain), ":")
	return login, err == nil && ok
}
