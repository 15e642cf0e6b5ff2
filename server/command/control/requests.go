package control

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"chorus-qualif/server/client"
	"chorus-qualif/server/command/control/table"
)

type requests struct {
	Remote remote `embed:""`

	List   requestsList   `cmd:"" help:"List the calls that clients made, the oldest first." example:"requests list --status 4xx; requests list --operation rechercherStructure --json"`
	Show   requestsShow   `cmd:"" help:"Show a call: headers, bodies, its way through the checks." example:"requests show 7"`
	Count  requestsCount  `cmd:"" help:"Count the calls that fit." example:"requests count --status 401 --login TECH_1_41783652090157@cpro.fr"`
	Verify requestsVerify `cmd:"" help:"Verify what clients called. Exit code 1 when it does not hold, with the calls that came nearest." example:"requests verify --operation rechercherStructure --exactly 2; requests verify --step operation=issueToken,status=200 --step 'path=/cpro/*,status=200'"`
	HAR    requestsHar    `cmd:"" name:"har" help:"Export the calls as an HTTP Archive 1.2." example:"requests har >calls.har"`
	Usage  requestsUsage  `cmd:"" help:"Tell which operations and refusals the clients have met, and which they never have." example:"requests usage"`
	Clear  requestsClear  `cmd:"" help:"Forget the calls and the usage report." example:"requests clear"`
}

// filter chooses calls.
type filter struct {
	Path        []string `help:"The path, * standing for anything; repeatable, any of these will do." placeholder:"PATH" sep:"none"`
	Method      string   `help:"The method." placeholder:"METHOD"`
	Status      string   `help:"A status such as 401, or a class such as 4xx." placeholder:"STATUS"`
	Operation   string   `help:"The operationId; undeclared for what no contract declares." placeholder:"ID" complete:"operation"`
	Code        string   `help:"The code of the explanation." placeholder:"CODE" complete:"code"`
	Login       string   `help:"The technical account or the person." placeholder:"LOGIN" complete:"login"`
	Application string   `help:"The PISTE application." placeholder:"NAME"`
	Since       string   `help:"Only calls at this instant of the sandbox or later." placeholder:"INSTANT"`
	Until       string   `help:"Only calls at this instant of the sandbox or earlier." placeholder:"INSTANT"`
	After       string   `help:"Only calls after this one." placeholder:"ID"`
}

func (f filter) query(k *reader) client.RequestQuery {
	paths := slices.DeleteFunc(slices.Clone(f.Path), func(path string) bool { return path == "" })
	return client.RequestQuery{Paths: paths, Method: f.Method, Status: f.Status, Operation: f.Operation, Code: f.Code, Login: f.Login,
		Application: f.Application, Since: k.instant("since", f.Since), Until: k.instant("until", f.Until), After: k.whole("after", f.After, 0)}
}

type requestsList struct {
	Filter filter `embed:""`
	Limit  string `default:"100" help:"How many at most, up to 1000. [${default}]" placeholder:"N"`
}

// Run implements the command.
func (c *requestsList) Run(r *Run, g *requests) error {
	k := read(r)
	query := c.Filter.query(k)
	query.Limit = int(k.whole("limit", c.Limit, 1))
	if err := k.wrong(); err != nil {
		return err
	}
	return talk(r, &g.Remote, func(s *session) (client.RequestPage, error) { return s.sandbox.Requests(s.Context, query) },
		func(s *session, page client.RequestPage) error {
			t := table.New("ID", "AT", "METHOD", "TARGET", "STATUS", "CODE", "LOGIN")
			for _, q := range page.Requests {
				t.Add(q.ID, moment(q.Virtual), q.Method, q.Target, statusCell(q.Status), q.Code, q.Login)
			}
			if err := s.print(t, "no calls"); err != nil {
				return err
			}
			if page.Evicted > 0 {
				fmt.Fprintf(s.Stderr, "%d earlier calls made room for these\n", page.Evicted)
			}
			if page.Next == 0 {
				return nil
			}
			return s.more(page.Next)
		})
}

func statusCell(status int) table.Cell {
	style := table.Good
	switch {
	case status >= 500:
		style = table.Bad
	case status >= 400:
		style = table.Warn
	}
	return table.Cell{Text: strconv.Itoa(status), Style: style}
}

type requestsShow struct {
	ID      string `arg:"" help:"Its ID in the list." placeholder:"ID" complete:"request"`
	Secrets bool   `help:"Show tokens and passwords."`
}

// Run implements the command.
func (c *requestsShow) Run(r *Run, g *requests) error {
	k := read(r)
	id := k.whole("id", c.ID, 1)
	if err := k.wrong(); err != nil {
		return err
	}
	return talk(r, &g.Remote, func(s *session) (client.Request, error) { return s.sandbox.Request(s.Context, id, c.Secrets) }, showRequest)
}

func showRequest(s *session, q client.Request) error {
	t := card("id", q.ID, "at", moment(q.Virtual), "call", q.Method+" "+q.Target, "operation", q.Operation, "status", statusCell(q.Status),
		"code", q.Code, "why", q.Why, "login", q.Login, "application", q.Application, "took", fmt.Sprintf("%.2f ms", q.LatencyMs))
	if q.FirstEvent > 0 {
		t.Add(table.Cell{Text: "events", Style: table.Subtle}, fmt.Sprintf("#%d to #%d", q.FirstEvent, q.LastEvent))
	}
	for _, f := range q.Faults {
		t.Add(table.Cell{Text: "fault", Style: table.Subtle}, f.Name+": "+f.What)
	}
	if err := t.Print(s.screen()); err != nil {
		return err
	}
	trail := table.New("CHECK", "OUTCOME", "DETAIL")
	outcomes := map[string]table.Style{"passed": table.Good, "refused": table.Bad, "struck": table.Bad, "not-reached": table.Subtle}
	for _, step := range q.Trail {
		trail.Add(step.Check, table.Cell{Text: step.Outcome, Style: outcomes[step.Outcome]}, step.Detail)
	}
	violations := table.New("VIOLATION", "RULE", "MESSAGE")
	for _, v := range q.Violations {
		violations.Add(v.In+" "+v.Pointer, v.Rule, v.Message)
	}
	for _, part := range []*table.Table{trail, violations, message("REQUEST", q.RequestHeaders, q.RequestBody), message("RESPONSE", q.ResponseHeaders, q.ResponseBody)} {
		if part.Len() == 0 {
			continue
		}
		if _, err := fmt.Fprintln(s.Stdout); err != nil {
			return err
		}
		if err := part.Print(s.screen()); err != nil {
			return err
		}
	}
	return nil
}

// message is the headers and the body of one way.
func message(name string, headers map[string]string, body client.Content) *table.Table {
	t := table.New(name, "")
	for _, header := range slices.Sorted(maps.Keys(headers)) {
		t.Add(header, headers[header])
	}
	text := body.Text
	switch {
	case body.Withheld:
		text = "(withheld)"
	case body.Cut:
		text += " …"
	}
	if body.Size > 0 {
		t.Add(fmt.Sprintf("%d bytes", body.Size), text)
	}
	return t
}

type requestsHar struct {
	Filter  filter `embed:""`
	Secrets bool   `help:"Show tokens and passwords."`
}

// Run implements the command.
func (c *requestsHar) Run(r *Run, g *requests) error {
	k := read(r)
	query := c.Filter.query(k)
	query.Secrets = c.Secrets
	if err := k.wrong(); err != nil {
		return err
	}
	return talk(r, &g.Remote, func(s *session) ([]byte, error) { return s.sandbox.HAR(s.Context, query) },
		func(s *session, har []byte) error { return s.json(har) })
}

type requestsUsage struct{}

// Run implements the command.
func (requestsUsage) Run(r *Run, g *requests) error {
	return talk(r, &g.Remote, func(s *session) (client.Usage, error) { return s.sandbox.Usage(s.Context) }, showUsage)
}

func showUsage(s *session, u client.Usage) error {
	operations := table.New(fmt.Sprintf("OPERATION (%d of %d met)", u.OperationsMet, u.OperationsDeclared), "TIMES", "ANSWERS")
	for _, o := range u.Operations {
		var answers []string
		for _, a := range o.Answers {
			answers = append(answers, strings.TrimSpace(fmt.Sprintf("%d× %d %s", a.Times, a.Status, a.Code)))
		}
		operations.Add(o.Operation, times(o.Times), strings.Join(answers, ", "))
	}
	refusals := table.New(fmt.Sprintf("REFUSAL (%d of %d met)", u.RefusalsMet, u.RefusalsKnown), "TIMES", "CHECK")
	for _, f := range u.Refusals {
		refusals.Add(f.Code, times(f.Times), f.Check)
	}
	if err := operations.Print(s.screen()); err != nil {
		return err
	}
	if _, err := fmt.Fprintln(s.Stdout); err != nil {
		return err
	}
	return refusals.Print(s.screen())
}

func times(n int64) table.Cell {
	if n == 0 {
		return table.Cell{Text: "never", Style: table.Warn}
	}
	return table.Cell{Text: strconv.FormatInt(n, 10), Style: table.Good}
}

type requestsClear struct{}

// Run implements the command.
func (requestsClear) Run(r *Run, g *requests) error {
	return talk(r, &g.Remote, func(s *session) (nothing, error) { return done(s.sandbox.ClearRequests(s.Context)) }, say("no calls are kept any more"))
}
