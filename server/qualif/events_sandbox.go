package qualif

import "fmt"

// ClockSetting is how a sandbox's clock moves. The State only records it, for
// replay and for people.
type ClockSetting struct {
	// Mode is "real", "offset", "scaled" or "frozen".
	Mode string `json:"mode"`
	// Rate is in virtual seconds a wall second; 0 when frozen.
	Rate float64 `json:"rate"`
}

// check refuses what no journal could carry; the rest is for package clock.
func (c ClockSetting) check() *Refusal {
	if !(c.Rate >= 0 && c.Rate <= 1e9) {
		return refuse("clock-rate-invalid", fmt.Sprint(c.Rate))
	}
	return nil
}

// SandboxCreated is the first event of every journal.
type SandboxCreated struct {
	v1
	Name     string       `json:"name"`
	Seed     int64        `json:"seed"`
	Profile  string       `json:"profile"`
	Switches Switches     `json:"switches,omitempty"`
	Clock    ClockSetting `json:"clock"`
}

// DataSetLoaded names the matelas de données by its content; the set itself is
// shared by many sandboxes and kept once, in a Library.
type DataSetLoaded struct {
	v1
	Name   string `json:"name"`
	Digest string `json:"digest"`
}

// ClockChanged is a clock frozen, resumed, scaled or set. From and To are the
// instants of a jump (as FormatInstant writes them), equal when there is none.
type ClockChanged struct {
	v1
	Clock ClockSetting `json:"clock"`
	From  string       `json:"from"`
	To    string       `json:"to"`
}

// ClockAdvanced is a jump forward, after everything due on the way has fired.
// From and To are as FormatInstant writes them.
type ClockAdvanced struct {
	v1
	From string `json:"from"`
	To   string `json:"to"`
}

// ApplicationChanged is a PISTE application registered, or changed: it holds
// all of its values.
type ApplicationChanged struct {
	v1
	Application Application `json:"application"`
}

// PersonContactChanged is a person's new contact address.
type PersonContactChanged struct {
	v1
	Login   string `json:"login"`
	Contact string `json:"contact"`
}

// ManagerChanged is the role of gestionnaire principal passed on.
type ManagerChanged struct {
	v1
	StructureID int64  `json:"idStructure"`
	Siret       string `json:"siret"`
	From        string `json:"from"`
	To          string `json:"to"`
	// FromRole is what the former manager becomes.
	FromRole Role `json:"fromRole"`
}

// MailQueued is a notification handed to the mail room, at the instant of the
// request it confirms.
type MailQueued struct {
	v1
	Mail Mail `json:"mail"`
}

// Kind, Version and Subject of each payload are those of the Payload interface.

func (SandboxCreated) Kind() Kind       { return "SandboxCreated" }
func (DataSetLoaded) Kind() Kind        { return "DataSetLoaded" }
func (ClockChanged) Kind() Kind         { return "ClockChanged" }
func (ClockAdvanced) Kind() Kind        { return "ClockAdvanced" }
func (ApplicationChanged) Kind() Kind   { return "ApplicationChanged" }
func (PersonContactChanged) Kind() Kind { return "PersonContactChanged" }
func (ManagerChanged) Kind() Kind       { return "ManagerChanged" }
func (MailQueued) Kind() Kind           { return "MailQueued" }

func (p SandboxCreated) Subject() string       { return p.Name }
func (p DataSetLoaded) Subject() string        { return p.Name }
func (p ClockChanged) Subject() string         { return "" }
func (p ClockAdvanced) Subject() string        { return "" }
func (p ApplicationChanged) Subject() string   { return p.Application.Name }
func (p PersonContactChanged) Subject() string { return p.Login }
func (p ManagerChanged) Subject() string       { return p.Siret }
func (p MailQueued) Subject() string           { return p.Mail.Subject }

func (p SandboxCreated) apply(s *State, e Event) {
	s.Name, s.Seed, s.Clock = p.Name, p.Seed, p.Clock
	s.Profile, _ = ProfileNamed(p.Profile)
	s.Switches = p.Switches
	s.key = secret(p.Seed, "password digest")
	s.StartedAt = e.At
}

func (p DataSetLoaded) apply(s *State, _ Event) {
	s.data, _ = s.library.DataSet(p.Digest)
	s.registre.vues = newVues()
	s.seeds = map[string]seeded{}
	for _, seed := range seedAccounts(s.data.Accounts, s.Profile, s.data.index.byID) {
		s.seeds[foldLogin(seed.login)] = seed
	}
}

func (p ClockChanged) apply(s *State, _ Event) { s.Clock = p.Clock }

func (p ClockAdvanced) apply(*State, Event) {}

func (p ApplicationChanged) apply(s *State, _ Event) {
	app := p.Application
	s.applications[app.Name], s.clients[app.ClientID] = &app, &app
}

func (p PersonContactChanged) apply(s *State, _ Event) { s.contacts[foldLogin(p.Login)] = p.Contact }

func (p ManagerChanged) apply(s *State, _ Event) {
	for _, r := range s.data.index.byStructure[p.StructureID] {
		switch foldLogin(r.Login) {
		case foldLogin(p.From):
			s.roles[r.ID] = p.FromRole
		case foldLogin(p.To):
			s.roles[r.ID] = GestionnairePrincipal
		}
	}
}

func (p MailQueued) apply(s *State, _ Event) {
	mail := p.Mail
	s.mails = append(s.mails, &mail)
	if mail.Kind == MailExpiryReminder {
		s.due.cancel(DueExpiryReminder, mail.Login)
	}
}
