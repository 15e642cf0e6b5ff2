package qualif

import "strconv"

// PrepareReset is the form of a reset once the account is chosen, in the
// generation whose form shows the new password: people note it, then click
// "Soumettre" (AIFE, "Bonne pratique: réinitialiser le mot de passe du compte
// technique"). It changes nothing on the account and lives an hour.
type PrepareReset struct {
	// By is the login of the person asking.
	By    string
	Login string
}

func (c PrepareReset) execute(t *Transaction) (Prepared, error) {
	s := t.s
	a, refusal := s.resettable(c.By, c.Login)
	if refusal != nil {
		return Prepared{}, refusal
	}
	p := TechnicalAccountPrepared{
		ID: "prep-" + strconv.Itoa(s.prepared+1), By: s.personLogin(c.By), StructureID: a.StructureID, Login: a.Login, Number: a.Number,
		Contact: a.Contact, PasswordNumber: s.passwords + 1, ExpiresAt: t.now.Add(preparationLife), Reset: true,
	}
	t.emit(p)
	shown := Prepared{ID: p.ID, Login: p.Login, Contact: p.Contact, ExpiresAt: p.ExpiresAt}
	if s.Profile.PasswordReveal == "form" {
		shown.Password = s.requested(p.PasswordNumber)
	}
	return shown, nil
}

// Reset is "Réinitialisation du mot de passe d'un compte technique": the old
// password stops at once, the new one lasts 424 days.
type Reset struct {
	// By is the login of the person asking.
	By    string
	Login string
	// Preparation is the id of the form that showed the new password, or "".
	Preparation string
}

func (c Reset) execute(t *Transaction) (Created, error) {
	s := t.s
	a, refusal := s.resettable(c.By, c.Login)
	if refusal != nil {
		return Created{}, refusal
	}
	n := s.passwords + 1
	if c.Preparation != "" {
		form, ok := s.preparations[c.Preparation]
		if !ok || !form.Reset || form.Login != a.Login || form.By != s.personLogin(c.By) {
			return Created{}, refuse("preparation-unknown", c.Preparation)
		}
		n = form.PasswordNumber
	}
	password := s.requested(n)
	t.because(t.emit(PasswordReset{
		Login: a.Login, By: s.personLogin(c.By), Preparation: c.Preparation, PasswordNumber: n,
		PasswordDigest: digest(s.key, a.Login, password), PasswordExpiresAt: addDays(t.now, s.Profile.PasswordValidityDays),
	}))
	a, _ = s.Account(a.Login)
	t.notify(MailPasswordReset, a, t.now, zeroInstant)
	return Created{a, password, t.now}, nil
}

// resettable finds an account whose password a person may reset now.
func (s *State) resettable(by, login string) (*TechnicalAccount, *Refusal) {
	a, refusal := s.managedAccount(by, login)
	switch {
	case refusal != nil:
		return nil, refusal
	case a.Status == Supprime:
		return nil, s.gone(a)
	case a.Status.Pending() && s.Switches.Get(SwitchWhilePending) == "refuse":
		return nil, pending(a)
	}
	return a, nil
}
