package control

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"chorus-qualif/server/client"
)

// criteria are a filter, and what else can be asked of a call.
type criteria struct {
	Filter       filter   `embed:""`
	Header       []string `help:"A header, as NAME=VALUE, * standing for anything; repeatable." placeholder:"NAME=VALUE" sep:"none"`
	BodyContains string   `help:"Part of the request's body." placeholder:"TEXT"`
	Body         []string `help:"A value in the request's body, as /POINTER=TEXT, or /POINTER:=JSON for what is no text; repeatable." placeholder:"/POINTER=TEXT" sep:"none"`
}

func (c criteria) read(k *reader) client.Criteria {
	q := c.Filter.query(k)
	all := client.Criteria{Paths: q.Paths, Method: q.Method, Status: q.Status, Operation: q.Operation, Code: q.Code, Login: q.Login,
		Application: q.Application, Since: q.Since, Until: q.Until, After: q.After, BodyContains: c.BodyContains}
	if len(c.Header) > 0 {
		all.Header = k.pairs("header", c.Header)
	}
	for _, text := range c.Body {
		pointer, value, ok := strings.Cut(text, "=")
		var parsed any = value
		if name, isJSON := strings.CutSuffix(pointer, ":"); isJSON {
			pointer = name
			ok = ok && json.Unmarshal([]byte(value), &parsed) == nil
		}
		if !ok || !strings.HasPrefix(pointer, "/") {
			k.fail("body", text, "/POINTER=TEXT or /POINTER:=JSON, such as /structure/identifiantStructure=84965690500015")
			continue
		}
		if all.JSON == nil {
			all.JSON = map[string]any{}
		}
		all.JSON[pointer] = parsed
	}
	return all
}

type requestsCount struct {
	Criteria criteria `embed:""`
}

// Run implements the command.
func (c *requestsCount) Run(r *Run, g *requests) error {
	k := read(r)
	match := c.Criteria.read(k)
	if err := k.wrong(); err != nil {
		return err
	}
	return talk(r, &g.Remote, func(s *session) (int, error) { return s.sandbox.CountRequests(s.Context, match) },
		func(s *session, n int) error {
			_, err := fmt.Fprintln(s.Stdout, n)
			return err
		})
}

type requestsVerify struct {
	Criteria criteria `embed:""`
	Exactly  string   `help:"That so many calls fit." placeholder:"N"`
	AtLeast  string   `help:"That so many fit, or more. [1]" placeholder:"N"`
	AtMost   string   `help:"That so many fit, or fewer." placeholder:"N"`
	Step     []string `help:"That calls which fit each step came in this order, others in between: KEY=VALUE,… of operation, status, path, method, code, login, application; repeatable." placeholder:"KEY=VALUE,…" sep:"none"`
}

// Run implements the command.
func (c *requestsVerify) Run(r *Run, g *requests) error {
	k := read(r)
	expected := c.expectation(k)
	if err := k.wrong(); err != nil {
		return err
	}
	return talk(r, &g.Remote, func(s *session) (client.Verified, error) { return s.sandbox.Verify(s.Context, expected) },
		func(s *session, v client.Verified) error {
			_, err := fmt.Fprintf(s.Stdout, "it holds: %d calls %s\n", v.Found, strings.Trim(fmt.Sprint(v.IDs), "[]"))
			return err
		})
}

func (c *requestsVerify) expectation(k *reader) client.Expectation {
	number := func(flag, value string) *int {
		if value == "" {
			return nil
		}
		n := int(k.whole(flag, value, 0))
		return &n
	}
	match := c.Criteria.read(k)
	e := client.Expectation{Exactly: number("exactly", c.Exactly), AtLeast: number("at-least", c.AtLeast), AtMost: number("at-most", c.AtMost)}
	for _, text := range c.Step {
		e.Sequence = append(e.Sequence, k.step(text))
	}
	counted := e.Exactly != nil || e.AtLeast != nil || e.AtMost != nil
	switch {
	case len(c.Step) == 0:
		e.Match = &match
	case counted || !isZero(match):
		k.errs = append(k.errs, errors.New("--step stands alone: what it asks goes in its KEY=VALUE"))
	}
	return e
}

func isZero(match client.Criteria) bool {
	text, err := json.Marshal(match)
	return err == nil && string(text) == "{}"
}

// step reads KEY=VALUE,….
func (g *reader) step(text string) (all client.Criteria) {
	fields := map[string]*string{"operation": &all.Operation, "status": &all.Status, "path": &all.Path, "method": &all.Method,
		"code": &all.Code, "login": &all.Login, "application": &all.Application}
	for part := range strings.SplitSeq(text, ",") {
		key, value, _ := strings.Cut(part, "=")
		if fields[key] == nil || value == "" {
			g.fail("step", text, "KEY=VALUE,… of operation, status, path, method, code, login, application")
			return all
		}
		*fields[key] = value
	}
	return all
}

// nearestCalls tells, below a refusal, which calls came nearest and why they do
// not fit.
func nearestCalls(e *client.Error) string {
	v, ok := e.Verification()
	if !ok {
		return ""
	}
	var b strings.Builder
	if v.MissingStep != nil {
		fmt.Fprintf(&b, "\n  step %d was not found", *v.MissingStep+1)
	}
	for _, near := range v.Nearest {
		fmt.Fprintf(&b, "\n  nearest: call %d %s", near.ID, near.Target)
		for i, m := range near.Misses {
			b.WriteString([]string{": ", "; "}[min(i, 1)])
			fmt.Fprintf(&b, "%s is %s, want %s", m.Field, orNothing(m.Got), orNothing(m.Want))
		}
	}
	return b.String()
}

func orNothing(text string) string {
	if text == "" {
		return "nothing"
	}
	return text
}
