package qualif

import (
	"strconv"
	"time"
)

// preparationLife is how long an unsubmitted form keeps its proposal. Our
// choice: as long as a session of the portal.
const preparationLife = time.Hour

// Prepare is the form of a creation once the structure is chosen: it shows a
// login, a contact address and a password, and creates nothing. The number of
// the login is not reserved: it goes to the first form submitted. A form lives
// an hour.
type Prepare struct {
	// By is the login of the person asking.
	By    string
	Siret string
}

// Prepared is what the form shows.
type Prepared struct {
	// ID is what Create takes as Preparation.
	ID      string
	Login   string
	Contact string
	// Password is "" in a generation that shows it after the creation only.
	Password  string
	ExpiresAt time.Time
	// Others are the accounts that the structure has already.
	Others []*TechnicalAccount
}

func (c Prepare) execute(t *Transaction) (Prepared, error) {
	s := t.s
	p, refusal := s.proposal(c.By, c.Siret)
	if refusal != nil {
		return Prepared{}, refusal
	}
	p.ID, p.ExpiresAt = "prep-"+strconv.Itoa(s.prepared+1), t.now.Add(preparationLife)
	t.emit(p)
	shown := Prepared{ID: p.ID, Login: p.Login, Contact: p.Contact, ExpiresAt: p.ExpiresAt, Others: s.AccountsOf(p.StructureID)}
	if s.Profile.PasswordReveal == "form" {
		shown.Password = s.requested(p.PasswordNumber)
	}
	return shown, nil
}

// proposal is what a creation on a structure would be now.
func (s *State) proposal(by, siret string) (TechnicalAccountPrepared, *Refusal) {
	var p TechnicalAccountPrepared
	structure, refusal := s.managed(by, siret)
	if refusal != nil {
		return p, refusal
	}
	n := s.nextNumber(structure.ID)
	login := s.Profile.loginFor(n, structure.Identifiant)
	_, taken := s.Account(login)
	limit := s.Profile.MaxAccounts
	switch {
	case structure.Inactive:
		return p, refuse("structure-inactive", siret)
	case taken || limit > 0 && len(s.AccountsOf(structure.ID)) >= limit:
		return p, refuse("account-limit", siret)
	}
	return TechnicalAccountPrepared{
		By: s.personLogin(by), StructureID: structure.ID, Login: login, Number: n,
		Contact: s.ContactOf(by), PasswordNumber: s.passwords + 1,
	}, nil
}

// nextNumber is one more than the highest ever issued on a structure, whatever
// its mail domain: a number is never used again. It is 0 in a generation whose
// logins have none.
func (s *State) nextNumber(structureID int64) int {
	if !s.Profile.numbersLogins() {
		return 0
	}
	return s.highest[structureID] + 1
}

// requested is the nth password generated on request.
func (s *State) requested(n int) string {
	return generatePassword(s.Profile.PasswordGenerator, s.Seed, passwordPurpose(n))
}

// Create is "Soumettre" on a creation, with or without a prepared form.
type Create struct {
	// By is the login of the person asking.
	By    string
	Siret string
	// Preparation is the form's id, or "".
	Preparation string
	// Contact replaces the proposed contact address unless "". A profile
	// whose contact follows the manager takes no other.
	Contact string
}

// Created is an account with the only showing of its new password, after a
// creation or a reset.
type Created struct {
	Account  *TechnicalAccount
	Password string
	// EffectiveAt is when the password works.
	EffectiveAt time.Time
}

func (c Create) execute(t *Transaction) (Created, error) {
	s := t.s
	p, refusal := s.proposal(c.By, c.Siret)
	if refusal != nil {
		return Created{}, refusal
	}
	if c.Preparation != "" {
		if p, refusal = s.form(c.Preparation, p); refusal != nil {
			return Created{}, refusal
		}
	}
	if c.Contact != "" {
		if refusal := s.contactAllowed(c.By, c.Contact); refusal != nil {
			return Created{}, refusal
		}
		p.Contact = c.Contact
	}
	password := s.requested(p.PasswordNumber)
	effective := t.now.Add(s.Profile.CreateDelay)
	t.because(t.emit(TechnicalAccountRequested{
		Login: p.Login, Number: p.Number, StructureID: p.StructureID, Siret: c.Siret, Contact: p.Contact,
		By: p.By, Preparation: c.Preparation, PasswordNumber: p.PasswordNumber, PasswordDigest: digest(s.key, p.Login, password),
		PasswordExpiresAt: addDays(t.now, s.Profile.PasswordValidityDays), EffectiveAt: effective,
	}))
	account, _ := s.Account(p.Login)
	t.notify(MailCreation, account, effective, zeroInstant)
	t.fire(t.now, 0)
	account, _ = s.Account(p.Login)
	return Created{account, password, effective}, nil
}

// form finds the prepared form that a creation submits, where another would be
// proposed now.
func (s *State) form(id string, now TechnicalAccountPrepared) (TechnicalAccountPrepared, *Refusal) {
	form, ok := s.preparations[id]
	if !ok || form.StructureID != now.StructureID || form.By != now.By {
		return now, refuse("preparation-unknown", id)
	}
	if _, taken := s.Account(form.Login); taken {
		return now, refuse("preparation-stale", form.Login)
	}
	submitted := *form
	if s.Profile.ContactMode == "follow" {
		submitted.Contact = now.Contact
	}
	return submitted, nil
}

// contactAllowed checks a contact address that somebody typed for a new account.
func (s *State) contactAllowed(by, contact string) *Refusal {
	if s.Profile.ContactMode == "follow" && contact != s.ContactOf(by) {
		return refuse("contact-follows-manager")
	}
	return checkEmail(contact)
}
