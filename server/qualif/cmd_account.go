package qualif

import "time"

// Toggled is an account whose status changes at EffectiveAt.
type Toggled struct {
	Account     *TechnicalAccount
	EffectiveAt time.Time
}

// Deactivate is "Désactiver un compte technique": the account still works
// until the request takes effect, half an hour later; it can then come back for
// 60 days.
type Deactivate struct {
	// By is the login of the person asking.
	By    string
	Login string
}

func (c Deactivate) execute(t *Transaction) (Toggled, error) {
	a, err := togglable(t.s, c.By, c.Login)
	if err != nil {
		return Toggled{}, err
	}
	if a.Status != Actif {
		return Toggled{}, refuse("account-not-active", a.Login, a.Status)
	}
	effective := t.now.Add(t.s.Profile.ToggleDelay)
	t.because(t.emit(DeactivationRequested{Login: a.Login, By: t.s.personLogin(c.By), EffectiveAt: effective}))
	return toggled(t, a.Login, MailDeactivation, effective, addDays(effective, t.s.Profile.ReactivationDays)), nil
}

// Activate is "Activer un compte technique": only for an account at the status
// "Inactif", within the window; it does not work until the request takes effect,
// half an hour later.
type Activate struct {
	// By is the login of the person asking.
	By    string
	Login string
}

func (c Activate) execute(t *Transaction) (Toggled, error) {
	a, err := togglable(t.s, c.By, c.Login)
	if err != nil {
		return Toggled{}, err
	}
	if a.Status != Inactif {
		return Toggled{}, refuse("account-not-inactive", a.Login, a.Status)
	}
	effective := t.now.Add(t.s.Profile.ToggleDelay)
	t.because(t.emit(ReactivationRequested{Login: a.Login, By: t.s.personLogin(c.By), EffectiveAt: effective}))
	return toggled(t, a.Login, MailReactivation, effective, zeroInstant), nil
}

func togglable(s *State, by, login string) (*TechnicalAccount, error) {
	a, refusal := s.managedAccount(by, login)
	switch {
	case refusal != nil:
		return nil, refusal
	case !s.Profile.OfferToggle:
		return nil, refuse("operation-not-offered", s.Profile.Name)
	case a.Status == Supprime:
		return nil, s.gone(a)
	case a.Status.Pending():
		return nil, pending(a)
	}
	return a, nil
}

func toggled(t *Transaction, login string, kind MailKind, effective, until time.Time) Toggled {
	a, _ := t.s.Account(login)
	t.notify(kind, a, effective, until)
	t.fire(t.now, 0)
	a, _ = t.s.Account(login)
	return Toggled{a, effective}
}

func pending(a *TechnicalAccount) *Refusal {
	return refuse("account-pending", a.Login, FormatInstant(a.PendingAt))
}

// gone refuses what comes after the end of the window.
func (s *State) gone(a *TechnicalAccount) *Refusal {
	return refuse("reactivation-window-over", a.Login, s.Profile.ReactivationDays, FormatInstant(a.ReactivableUntil))
}

// ChangeContact is "Changer l'email du contact d'un compte technique"; it takes
// effect at once (our choice: the guide names the operation and says no more).
type ChangeContact struct {
	// By is the login of the person asking.
	By      string
	Login   string
	Contact string
}

func (c ChangeContact) execute(t *Transaction) (*TechnicalAccount, error) {
	s := t.s
	a, refusal := s.managedAccount(c.By, c.Login)
	switch {
	case refusal != nil:
		return nil, refusal
	case s.Profile.ContactMode == "follow":
		return nil, refuse("contact-follows-manager")
	case a.Status == Supprime:
		return nil, s.gone(a)
	}
	if refusal := checkEmail(c.Contact); refusal != nil {
		return nil, refusal
	}
	t.because(t.emit(ContactChanged{Login: a.Login, Contact: c.Contact, By: s.personLogin(c.By)}))
	a, _ = s.Account(a.Login)
	if s.Switches.Get(SwitchContactMail) == "on" {
		t.notify(MailContactChange, a, t.now, zeroInstant)
	}
	return a, nil
}
