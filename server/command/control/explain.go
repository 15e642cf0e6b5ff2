package control

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"chorus-qualif/server/client"
	"chorus-qualif/server/command/control/table"
)

type explain struct {
	Remote remote `embed:""`

	Account   explainAccount   `cmd:"" help:"Tell whether a technical account would work now; if not why, and when it will: what happened to it, then what will by itself." example:"explain account TECH_1_41783652090157@cpro.fr"`
	Token     explainToken     `cmd:"" help:"Tell what an access token is worth now: whose it is, until when, and which APIs it opens." example:"explain token 5kq3PaW1nXbQ7gY0cHtVdS2mLz8RfJ4eUo6iTyNxBvCwAsDpKjGhZM"`
	Structure explainStructure `cmd:"" help:"Tell how a structure stands: who manages it, its technical accounts, the PISTE applications that it declared." example:"explain structure 84965690500015"`
	Flow      explainFlow      `cmd:"" help:"Tell what becomes of a deposited flow and of each invoice in it: what happened, then what will by itself." example:"explain flow CPP0011100000000000425001"`
}

type explainAccount struct {
	Login string `arg:"" help:"The technical account." placeholder:"LOGIN" complete:"login"`
}

// Run implements the command.
func (c *explainAccount) Run(r *Run, g *explain) error {
	return talk(r, &g.Remote, func(s *session) (client.AccountExplained, error) { return s.sandbox.ExplainAccount(s.Context, c.Login) }, showAccount)
}

func showAccount(s *session, a client.AccountExplained) error {
	t := card("login", a.Login, "works", yes(a.Works), "status", a.Status, "code", a.Code, "why", a.Why)
	also(t, "remedy", a.Remedy, "works from", moment(a.WorksFrom), "works until", moment(a.WorksUntil))
	line := table.New("AT", "WHAT", "EVENT", "WORKS FROM THEN ON", "CODE")
	for _, m := range a.Timeline {
		works := any("")
		if m.Works != nil {
			works = yes(*m.Works)
		}
		line.Add(moment(m.At), m.Kind, eventOf(m.Event), works, m.Code)
	}
	return s.pages(t, line)
}

// also adds to a card what is not empty.
func also(t *table.Table, pairs ...string) {
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			t.Add(table.Cell{Text: pairs[i], Style: table.Subtle}, pairs[i+1])
		}
	}
}

// eventOf is a place in the journal, or what stands for none yet.
func eventOf(seq int64) string {
	if seq == 0 {
		return "to come"
	}
	return fmt.Sprintf("#%d", seq)
}

// pages prints tables one below the other, empty ones left out.
func (s *session) pages(all ...*table.Table) error {
	all = slices.DeleteFunc(all, func(t *table.Table) bool { return t.Len() == 0 })
	for i, t := range all {
		if i > 0 {
			if _, err := fmt.Fprintln(s.Stdout); err != nil {
				return err
			}
		}
		if err := t.Print(s.screen()); err != nil {
			return err
		}
	}
	return nil
}

type explainToken struct {
	Token string `arg:"" help:"The access token; - reads it from the standard input, so that no list of processes shows it." placeholder:"TOKEN|-"`
}

// Run implements the command.
func (c *explainToken) Run(r *Run, g *explain) error {
	token := c.Token
	if token == "-" {
		text, err := io.ReadAll(io.LimitReader(r.Stdin, 1<<20))
		if err != nil {
			return &Failure{Misused, fmt.Errorf("the standard input: %w", err)}
		}
		token = string(text)
	}
	if token = strings.TrimSpace(token); token == "" {
		return &Failure{Misused, errors.New("no token is given")}
	}
	return talk(r, &g.Remote, func(s *session) (client.TokenExplained, error) { return s.sandbox.ExplainToken(s.Context, token) }, showToken)
}

func showToken(s *session, x client.TokenExplained) error {
	t := card("works", yes(x.Works))
	also(t, "code", x.Code, "why", x.Why, "sandbox", x.Sandbox, "application", x.Application, "issued", moment(x.IssuedAt), "expires", moment(x.ExpiresAt))
	apis := table.New("API", "OPEN", "CODE", "WHY NOT")
	for _, a := range x.APIs {
		apis.Add(a.API, yes(a.Code == ""), a.Code, a.Why)
	}
	return s.pages(t, apis)
}

type explainStructure struct {
	Siret string `arg:"" help:"Its identifier, a SIRET for most." placeholder:"SIRET" complete:"siret"`
}

// Run implements the command.
func (c *explainStructure) Run(r *Run, g *explain) error {
	return talk(r, &g.Remote, func(s *session) (client.StructureExplained, error) {
		return s.sandbox.ExplainStructure(s.Context, c.Siret)
	}, showStructure)
}

func showStructure(s *session, x client.StructureExplained) error {
	t := card("structure", x.SIRET, "known", yes(x.Known))
	if x.Known {
		also(t, "name", x.Name)
		t.Add(table.Cell{Text: "active", Style: table.Subtle}, yes(x.Active))
		also(t, "manager", x.Manager)
		t.Add(table.Cell{Text: "may ask for an account", Style: table.Subtle}, yes(x.CanCreate))
	}
	also(t, "code", x.Code, "why", x.Why)
	accounts := table.New("TECHNICAL ACCOUNT", "STATUS", "WORKS", "WORKS FROM", "CODE", "WHY")
	for _, a := range x.Accounts {
		accounts.Add(a.Login, a.Status, yes(a.Works), moment(a.WorksFrom), a.Code, a.Why)
	}
	applications := table.New("APPLICATION", "RACCORDEMENT")
	for _, a := range x.Applications {
		applications.Add(a.Name, yes(a.Raccordement))
	}
	return s.pages(t, accounts, applications)
}

type explainFlow struct {
	Numero string `arg:"" help:"Its numeroFluxDepot." placeholder:"NUMERO" complete:"flow"`
}

// Run implements the command.
func (c *explainFlow) Run(r *Run, g *explain) error {
	return talk(r, &g.Remote, func(s *session) (client.FluxExplained, error) { return s.sandbox.ExplainFlux(s.Context, c.Numero) }, showFlow)
}

func showFlow(s *session, x client.FluxExplained) error {
	t := card("flow", x.Numero, "known", yes(x.Known))
	also(t, "state", x.Etat, "code", x.Code, "why", x.Why, "remedy", x.Remedy)
	if x.Known {
		also(t, "file", fmt.Sprintf("%s, %d bytes, %s", x.File, x.Bytes, x.Syntaxe), "deposited by", x.By)
	}
	line := table.New("AT", "WHAT", "EVENT", "STATE FROM THEN ON")
	for _, m := range x.Timeline {
		line.Add(moment(m.At), m.Kind, eventOf(m.Event), m.Etat)
	}
	for _, next := range x.Next {
		what := next.Etat
		if what == "" {
			what = "what its treatment decides"
		}
		line.Add(moment(next.At), "flux-suivant", eventOf(0), what)
	}
	invoices := table.New("INVOICE", "SUPPLIER", "RECIPIENT", "ACCEPTED", "ID", "STATUS", "FAULTS")
	for _, f := range x.Invoices {
		accepted, id := any("not yet"), any("")
		if f.Accepted != nil {
			accepted = yes(*f.Accepted)
		}
		if f.IdentifiantFactureCPP != 0 {
			id = f.IdentifiantFactureCPP
		}
		invoices.Add(f.Number, f.Supplier, f.Recipient, accepted, id, f.Statut, strings.Join(f.Faults, "; "))
	}
	faults := table.New("CODE", "WHAT IS WRONG WITH THE FILE")
	for _, e := range x.FileErrors {
		faults.Add(e.Code, e.Text)
	}
	return s.pages(t, line, invoices, faults)
}
