package control

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"chorus-qualif/server/client"
	"chorus-qualif/server/command/control/table"
)

type events struct {
	Remote remote `embed:""`

	List   eventsList   `cmd:"" help:"Read the journal: everything that happened in the sandbox, in order." example:"events list --after 40"`
	Follow eventsFollow `cmd:"" help:"Print what happens as it happens, until interrupted." example:"events follow --requests; events follow --after 0 --kind MailQueued --json"`
	Wait   eventsWait   `cmd:"" help:"Wait until an event happens, and show it: at once when it has. Exit code 1 when none came in time." example:"events wait PasswordReset --timeout 30s"`
}

type eventsList struct {
	After string `default:"0" help:"Only events after this place; 0 is the beginning. [${default}]" placeholder:"N"`
	Limit string `default:"100" help:"How many at most, up to 1000. [${default}]" placeholder:"N"`
}

// Run implements the command.
func (c *eventsList) Run(r *Run, g *events) error {
	k := read(r)
	after, limit := k.whole("after", c.After, 0), int(k.whole("limit", c.Limit, 1))
	if err := k.wrong(); err != nil {
		return err
	}
	return talk(r, &g.Remote, func(s *session) (client.JournalPage, error) { return s.sandbox.Journal(s.Context, after, limit) },
		func(s *session, page client.JournalPage) error {
			if err := listEvents(s, page.Events); err != nil || page.Next == 0 {
				return err
			}
			return s.more(page.Next)
		})
}

func listEvents(s *session, all []client.Event) error {
	t := table.New("EVENT", "AT", "WHAT", "SUBJECT", "CAUSE", "DATA")
	for _, e := range all {
		cause := ""
		if e.Cause > 0 {
			cause = fmt.Sprintf("#%d", e.Cause)
		}
		t.Add(fmt.Sprintf("#%d", e.Seq), moment(e.At), e.Kind, e.Subject, cause, string(e.Data))
	}
	return s.print(t, "no events")
}

type eventsFollow struct {
	After    string `help:"Begin after this place in the journal; 0 is the beginning. [what happens from now on]" placeholder:"N"`
	Kind     string `help:"Only events of this kind." placeholder:"KIND"`
	Subject  string `help:"Only events about this, such as a login." placeholder:"SUBJECT" complete:"login"`
	Requests bool   `help:"Each call of a client too."`
}

// Run implements the command.
func (c *eventsFollow) Run(r *Run, g *events) error {
	k := read(r)
	query := client.StreamQuery{After: k.whole("after", c.After, 0), Kind: c.Kind, Subject: c.Subject, Requests: c.Requests}
	if err := k.wrong(); err != nil {
		return err
	}
	s, err := g.Remote.open(r)
	if err != nil {
		return err
	}
	if c.After == "" {
		info, err := s.sandbox.Get(s.Context)
		if err != nil {
			return s.failed(err)
		}
		query.After = info.Events
	}
	for item, err := range s.sandbox.Stream(s.Context, query) {
		if err != nil {
			return s.failed(err)
		}
		if err := s.line(item); err != nil {
			return err
		}
	}
	return nil
}

// line prints one item: its JSON on a line, or its parts at fixed places, since
// nobody knows how wide those to come are.
func (s *session) line(item client.StreamItem) error {
	var text string
	switch {
	case s.given.JSON:
		var out bytes.Buffer
		if err := json.Compact(&out, item.Data); err != nil {
			return err
		}
		if text = out.String(); item.Restarted {
			text = `{"kind":"restarted"}`
		}
	case item.Restarted:
		text = "the sandbox was reset or restored: its journal begins again"
	case item.Request != nil:
		q := item.Request
		text = fmt.Sprintf("%-7s %s  %-30s %d %s %s %s", "call "+fmt.Sprint(q.ID), moment(q.Virtual), q.Operation, q.Status, q.Method, q.Target, q.Code)
	default:
		e := item.Event
		text = fmt.Sprintf("%-7s %s  %-30s %s", fmt.Sprintf("#%d", e.Seq), moment(e.At), e.Kind, e.Subject)
	}
	_, err := fmt.Fprintln(s.Stdout, strings.TrimRight(table.Clean(text), " "))
	return err
}

type eventsWait struct {
	Kind    string `arg:"" help:"Kind of the event." placeholder:"KIND"`
	Subject string `help:"What it is about, such as a login." placeholder:"SUBJECT" complete:"login"`
	After   string `help:"Only events after this place in the journal. [anywhere]" placeholder:"N"`
	Timeout string `default:"10s" help:"How long to wait in real time, 5m at most. [${default}]" placeholder:"DURATION"`
}

// Run implements the command.
func (c *eventsWait) Run(r *Run, g *events) error {
	k := read(r)
	wait := client.EventWait{Kind: c.Kind, Subject: c.Subject, After: k.whole("after", c.After, 0), Timeout: c.Timeout}
	if err := k.wrong(); err != nil {
		return err
	}
	return talk(r, &g.Remote, func(s *session) (client.Event, error) { return s.sandbox.WaitEvent(s.Context, wait) },
		func(s *session, e client.Event) error { return listEvents(s, []client.Event{e}) })
}
