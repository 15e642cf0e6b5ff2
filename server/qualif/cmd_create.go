package qualif

import (
	"strconv"
	"strings"
	"time"
)

// preparationLife is how long an unsubmitted form keeps its proposal. Our
// choice: as long as a session of the portal.
const preparationLife = time.Hour

// Prepare is the form of a creation once the structure is chosen: it shows a
// login, a contact address and a password, and creates nothing.
type Prepare struct {
	// By is the login of the person asking.
	By    string
	Siret string
}

// Prepared is what the form shows.
type Prepared struct {
	ID        string
	Login     string
	Contact   string
	Password  string
	ExpiresAt time.Time
	// Others are the accounts that the structure has already.
	Others []*TechnicalAccount
}

func (c Prepare) execute(t *Transaction) (Prepared, error) {
	s := t.s
	structure, err := creatable(s, c.By, c.Siret)
	if err != nil {
		return Prepared{}, err
	}
	n := s.nextNumber(structure)
	p := TechnicalAccountPrepared{
		ID: "prep-" + strconv.Itoa(s.prepared+1), By: c.By, StructureID: structure.ID,
		Login: s.Profile.loginFor(n, structure.Identifiant), Number: n, Contact: s.ContactOf(c.By),
		PasswordNumber: s.passwords + 1, ExpiresAt: t.now.Add(preparationLife),
	}
	others := s.AccountsOf(structure.ID)
	t.emit(p)
	return Prepared{p.ID, p.Login, p.Contact, s.requested(p.PasswordNumber), p.ExpiresAt, others}, nil
}

// nextNumber is one more than the highest ever issued on a structure, whatever
// its mail domain: a number is never used again. It is 0 in a generation whose
// logins have none.
func (s *State) nextNumber(structure *Structure) int {
	if !strings.Contains(s.Profile.LoginPattern, "{n}") {
		return 0
	}
	return s.highest[structure.ID] + 1
}

// requested is the nth password generated on request.
func (s *State) requested(n int) string {
	return generatePassword(s.Profile.PasswordGenerator, s.Seed, passwordPurpose(n))
}

func creatable(s *State, by, siret string) (*Structure, error) {
	structure, refusal := s.managed(by, siret)
	switch {
	case refusal != nil:
		return nil, refusal
	case structure.Inactive:
		return nil, refuse("structure-inactive", siret)
	case s.Profile.MaxAccounts > 0 && len(s.AccountsOf(structure.ID)) >= s.Profile.MaxAccounts:
		return nil, refuse("account-limit", siret)
	}
	return structure, nil
}

// Create is "Soumettre" on a creation, with or without a prepared form.
type Create struct {
	By    string
	Siret string
	// Preparation is the form's id, or "".
	Preparation string
	// Contact replaces the proposed contact address unless "". A profile
	// whose contact follows the manager takes no other.
	Contact string
}

// Created is a new account with the only showing of its password.
type Created struct {
	Account     *TechnicalAccount
	Password    string
	EffectiveAt time.Time
}

func (c Create) execute(t *Transaction) (Created, error) {
	s := t.s
	structure, err := creatable(s, c.By, c.Siret)
	if err != nil {
		return Created{}, err
	}
	p, fresh, refusal := c.proposal(s, structure)
	if refusal != nil {
		return Created{}, refusal
	}
	if c.Contact != "" {
		if refusal := s.contactAllowed(c.By, c.Contact); refusal != nil {
			return Created{}, refusal
		}
		p.Contact = c.Contact
	}
	password := s.requested(p.PasswordNumber)
	request := TechnicalAccountRequested{
		Login: p.Login, Number: p.Number, StructureID: structure.ID, Siret: structure.Identifiant, Contact: p.Contact,
		By: c.By, Preparation: c.Preparation, PasswordDigest: digest(s.key, p.Login, password),
		PasswordExpiresAt: addDays(t.now, s.Profile.PasswordValidityDays), EffectiveAt: t.now.Add(s.Profile.CreateDelay),
	}
	if fresh {
		request.PasswordNumber = p.PasswordNumber
	}
	t.because(t.emit(request))
	account, _ := s.Account(p.Login)
	t.notify(MailCreation, account, request.EffectiveAt, zeroInstant)
	t.fire(t.now, 0)
	account, _ = s.Account(p.Login)
	return Created{account, password, request.EffectiveAt}, nil
}

// proposal is the prepared form, or the one that would be prepared now.
func (c Create) proposal(s *State, structure *Structure) (p TechnicalAccountPrepared, fresh bool, refusal *Refusal) {
	n := s.nextNumber(structure)
	login := s.Profile.loginFor(n, structure.Identifiant)
	if c.Preparation == "" {
		if s.loginTaken(login) {
			return p, false, refuse("account-limit", structure.Identifiant)
		}
		return TechnicalAccountPrepared{Login: login, Number: n, Contact: s.ContactOf(c.By), PasswordNumber: s.passwords + 1}, true, nil
	}
	prepared, ok := s.preparations[c.Preparation]
	if !ok || prepared.StructureID != structure.ID || foldLogin(prepared.By) != foldLogin(c.By) {
		return p, false, refuse("preparation-unknown", c.Preparation)
	}
	if s.loginTaken(prepared.Login) {
		return p, false, refuse("preparation-stale", prepared.Login)
	}
	return *prepared, false, nil
}

func (s *State) loginTaken(login string) bool {
	_, taken := s.Account(login)
	return taken
}

// contactAllowed checks a contact address that somebody typed.
func (s *State) contactAllowed(by, contact string) *Refusal {
	if s.Profile.ContactMode == "follow" && contact != s.ContactOf(by) {
		return refuse("contact-follows-manager")
	}
	return checkEmail(contact)
}
