package admin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"chorus-qualif/server/qualif"
)

// condition is what an advance goes on for: exactly one of the three.
type condition struct {
	Event *struct {
		Kind    string `json:"kind"`
		Subject string `json:"subject"`
	} `json:"event"`
	Mail *struct {
		To      string `json:"to"`
		Subject string `json:"subject"`
		Kind    string `json:"kind"`
		After   string `json:"after"`
	} `json:"mail"`
	State *struct {
		accountState
		factureState
		fluxState
	} `json:"state"`
}

// target is a state that something is to be in.
type target interface {
	// String is the state in words, subject what it is about.
	String() string
	subject() string
	// met tells whether the subject is there; an invoice also when it came
	// there in what just happened, and went on at once.
	met(s *qualif.State, events []qualif.Event) bool
	// standing tells where the subject is, and where it goes by itself.
	standing(s *qualif.State) string
}

// state is which of the three states is wanted, nil when the condition is
// another.
func (c *condition) state() target {
	switch {
	case c.State == nil:
		return nil
	case c.State.Facture != 0:
		return c.State.factureState
	case c.State.Flux != "":
		return c.State.fluxState
	}
	return c.State.accountState
}

// String is the condition in words.
func (c *condition) String() string {
	switch {
	case c.Event != nil:
		return strings.TrimSpace("event " + c.Event.Kind + " " + c.Event.Subject)
	case c.Mail != nil:
		return fmt.Sprintf("a mail to %q, kind %q, subject %q", c.Mail.To, c.Mail.Kind, c.Mail.Subject)
	}
	return c.state().String()
}

// about is the subject that the condition is about, if it names one.
func (c *condition) about() string {
	switch {
	case c.Event != nil:
		return c.Event.Subject
	case c.State != nil:
		return c.state().subject()
	}
	return ""
}

func (c *condition) met(s *qualif.State, fired []qualif.Fired, events []qualif.Event) bool {
	switch {
	case c.Event != nil:
		fits := func(kind, subject string) bool {
			return strings.EqualFold(kind, c.Event.Kind) && (c.Event.Subject == "" || strings.EqualFold(subject, c.Event.Subject))
		}
		return slices.ContainsFunc(fired, func(f qualif.Fired) bool { return fits(string(f.Kind), f.Subject) }) ||
			slices.ContainsFunc(events, func(e qualif.Event) bool { return fits(string(e.Payload.Kind()), e.Payload.Subject()) })
	case c.Mail != nil:
		after := c.Mail.After == ""
		return slices.ContainsFunc(s.Mails(), func(m *qualif.Mail) bool {
			if !after {
				after = m.ID == c.Mail.After
				return false
			}
			return (c.Mail.To == "" || strings.EqualFold(m.To, c.Mail.To)) && strings.Contains(m.Subject, c.Mail.Subject) &&
				(c.Mail.Kind == "" || string(m.Kind) == c.Mail.Kind)
		})
	}
	return c.state().met(s, events)
}

// conditional reads an advance whose until is an object; false when it is
// another.
func conditional(body []byte) (c *condition, deadline string, maxEvents int, ok bool) {
	var given struct {
		Until     json.RawMessage `json:"until"`
		Deadline  string          `json:"deadline"`
		MaxEvents int             `json:"maxEvents"`
	}
	if json.Unmarshal(body, &given) != nil || !bytes.HasPrefix(bytes.TrimSpace(given.Until), []byte("{")) {
		return nil, "", 0, false
	}
	c = &condition{}
	if json.Unmarshal(given.Until, c) != nil || (c.Event == nil && c.Mail == nil && c.State == nil) {
		return nil, "", 0, false
	}
	return c, given.Deadline, given.MaxEvents, true
}

// accountState is the status of a technical account.
type accountState struct {
	Account string        `json:"account"`
	Status  qualif.Status `json:"status"`
}

func (w accountState) String() string { return w.Account + " " + string(w.Status) }

func (w accountState) subject() string { return w.Account }

func (w accountState) met(s *qualif.State, _ []qualif.Event) bool {
	a, ok := s.Account(w.Account)
	return ok && a.Status == w.Status
}

func (w accountState) standing(s *qualif.State) string {
	a, ok := s.Account(w.Account)
	if !ok {
		return "there is no technical account " + w.Account
	}
	return "the account is " + string(a.Status)
}

// factureState is the status of an invoice.
type factureState struct {
	Facture int64         `json:"facture"`
	Statut  qualif.Statut `json:"statut"`
}

func (w factureState) String() string { return fmt.Sprintf("invoice %d %s", w.Facture, w.Statut) }

func (w factureState) subject() string { return strconv.FormatInt(w.Facture, 10) }

func (w factureState) met(s *qualif.State, events []qualif.Event) bool {
	f, ok := s.Facture(w.Facture)
	return ok && f.Statut == w.Statut || slices.ContainsFunc(events, func(e qualif.Event) bool {
		came, isIt := e.Payload.(qualif.FactureStatut)
		return isIt && came.FactureID == w.Facture && came.Statut == w.Statut
	})
}

func (w factureState) standing(s *qualif.State) string {
	f, ok := s.Facture(w.Facture)
	if !ok {
		return fmt.Sprintf("there is no invoice %d", w.Facture)
	}
	var path []string
	for _, step := range f.Suite {
		path = append(path, string(step.Statut))
	}
	return "the invoice is " + string(f.Statut) + onwards(path)
}

// fluxState is the state of a deposited flow.
type fluxState struct {
	Flux string          `json:"flux"`
	Etat qualif.EtatFlux `json:"etat"`
}

func (w fluxState) String() string { return "flow " + w.Flux + " " + string(w.Etat) }

func (w fluxState) subject() string { return w.Flux }

func (w fluxState) met(s *qualif.State, _ []qualif.Event) bool {
	f, ok := s.Flux(w.Flux)
	return ok && f.Etat == w.Etat
}

func (w fluxState) standing(s *qualif.State) string {
	f, ok := s.Flux(w.Flux)
	if !ok {
		return "there is no flow " + w.Flux
	}
	var path []string
	for _, step := range f.Suite {
		if step.Etat == "" {
			path = append(path, "what its treatment decides, on "+qualif.FormatInstant(step.A))
		} else {
			path = append(path, string(step.Etat))
		}
	}
	return "the flow is " + string(f.Etat) + onwards(path)
}

// onwards tells where something goes by itself.
func onwards(path []string) string {
	if len(path) == 0 {
		return " and stays so by itself"
	}
	return " and comes by itself to " + strings.Join(path, ", ")
}
