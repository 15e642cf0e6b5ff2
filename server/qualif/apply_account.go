package qualif

func (p TechnicalAccountImported) apply(s *State, e Event) {
	a := p.Account
	s.add(a)
	switch a.Status {
	case EnCreation:
		s.due.schedule(a.PendingAt, DueAccountEffective, a.Login, e.Seq)
	case EnDesactivation:
		s.due.schedule(a.PendingAt, DueAccountDeactivated, a.Login, e.Seq)
	case EnReactivation:
		s.due.schedule(a.PendingAt, DueAccountReactivated, a.Login, e.Seq)
	case Inactif:
		s.due.schedule(a.ReactivableUntil, DueAccountDeleted, a.Login, e.Seq)
	}
	if a.Status != Supprime && !a.PasswordExpired(e.At) {
		s.schedulePassword(&a, e.Seq)
	}
}

func (p TechnicalAccountPrepared) apply(s *State, e Event) {
	s.preparations[p.ID] = &p
	s.prepared++
	s.passwords = max(s.passwords, p.PasswordNumber)
	s.due.schedule(p.ExpiresAt, DuePreparationExpiry, p.ID, e.Seq)
}

func (p PreparationExpired) apply(s *State, _ Event) { s.forget(p.ID) }

func (s *State) forget(preparation string) {
	delete(s.preparations, preparation)
	s.due.cancel(DuePreparationExpiry, preparation)
}

func (p TechnicalAccountRequested) apply(s *State, e Event) {
	a := TechnicalAccount{
		Login: p.Login, Number: p.Number, StructureID: p.StructureID, Siret: p.Siret, Contact: p.Contact,
		Status: EnCreation, CreatedBy: p.By, CreatedAt: e.At, PendingAt: p.EffectiveAt,
		PasswordDigest: p.PasswordDigest, PasswordSetAt: e.At, PasswordExpiresAt: p.PasswordExpiresAt,
	}
	s.add(a)
	s.forget(p.Preparation)
	s.passwords = max(s.passwords, p.PasswordNumber)
	s.due.schedule(p.EffectiveAt, DueAccountEffective, p.Login, e.Seq)
	s.schedulePassword(&a, e.Seq)
}

func (p TechnicalAccountEffective) apply(s *State, e Event) {
	s.due.cancel(DueAccountEffective, p.Login)
	s.amend(p.Login, func(a *TechnicalAccount) {
		a.Status, a.EffectiveAt = Actif, e.At
		a.PendingAt = zeroInstant
	})
}

func (p PasswordReset) apply(s *State, e Event) {
	s.forget(p.Preparation)
	s.passwords = max(s.passwords, p.PasswordNumber)
	a := s.amend(p.Login, func(a *TechnicalAccount) {
		a.ReplacedDigest, a.PasswordDigest = a.PasswordDigest, p.PasswordDigest
		a.PasswordSetAt, a.PasswordExpiresAt = e.At, p.PasswordExpiresAt
		a.Failures, a.Locked = 0, false
	})
	s.schedulePassword(a, e.Seq)
}

// The password's expiry is read from its instant; the event is there for the
// people who read the journal.
func (p PasswordExpired) apply(s *State, e Event) {
	s.due.cancel(DuePasswordExpiry, p.Login)
	if a, ok := s.Account(p.Login); ok && a.PasswordExpiresAt.After(e.At) { // somebody did not wait for it
		s.due.cancel(DueExpiryReminder, p.Login)
		s.amend(p.Login, func(a *TechnicalAccount) { a.PasswordExpiresAt = e.At })
	}
}

func (p DeactivationRequested) apply(s *State, e Event) {
	s.amend(p.Login, func(a *TechnicalAccount) { a.Status, a.PendingAt = EnDesactivation, p.EffectiveAt })
	s.due.schedule(p.EffectiveAt, DueAccountDeactivated, p.Login, e.Seq)
}

func (p TechnicalAccountDeactivated) apply(s *State, e Event) {
	s.due.cancel(DueAccountDeactivated, p.Login)
	s.amend(p.Login, func(a *TechnicalAccount) {
		a.Status, a.DeactivatedAt, a.ReactivableUntil = Inactif, e.At, p.ReactivableUntil
		a.PendingAt = zeroInstant
	})
	s.due.schedule(p.ReactivableUntil, DueAccountDeleted, p.Login, e.Seq)
}

func (p ReactivationRequested) apply(s *State, e Event) {
	s.due.cancel(DueAccountDeleted, p.Login)
	s.amend(p.Login, func(a *TechnicalAccount) { a.Status, a.PendingAt = EnReactivation, p.EffectiveAt })
	s.due.schedule(p.EffectiveAt, DueAccountReactivated, p.Login, e.Seq)
}

func (p TechnicalAccountReactivated) apply(s *State, e Event) {
	s.due.cancel(DueAccountReactivated, p.Login)
	s.amend(p.Login, func(a *TechnicalAccount) {
		a.Status, a.ReactivatedAt = Actif, e.At
		a.PendingAt, a.ReactivableUntil = zeroInstant, zeroInstant
	})
}

func (p TechnicalAccountDeleted) apply(s *State, e Event) {
	s.due.cancel(DueAccountDeleted, p.Login)
	s.due.cancel(DuePasswordExpiry, p.Login)
	s.due.cancel(DueExpiryReminder, p.Login)
	s.amend(p.Login, func(a *TechnicalAccount) {
		a.Status = Supprime
		a.ReactivableUntil = earlier(a.ReactivableUntil, e.At) // somebody may not have waited for it
	})
}

func (p ContactChanged) apply(s *State, _ Event) {
	s.amend(p.Login, func(a *TechnicalAccount) { a.Contact = p.Contact })
}

func (p AuthenticationFailed) apply(s *State, _ Event) {
	s.amend(p.Login, func(a *TechnicalAccount) { a.Failures, a.Locked = a.Failures+1, p.Locked })
}

func (p AuthenticationFailuresCleared) apply(s *State, _ Event) {
	s.amend(p.Login, func(a *TechnicalAccount) { a.Failures = 0 })
}
