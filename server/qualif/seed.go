package qualif

import (
	"slices"
	"time"
)

// seeded is a data set's account with the login it has in a generation.
type seeded struct {
	*AccountSeed
	login string
}

// seedAccounts lists the accounts that a generation takes from a data set, in
// its order. The logins that the set leaves open are numbered after the highest
// one it gives on the structure, whatever the mail domain: rows of cpp2021.fr
// are followed by the next number on cpro.fr.
func seedAccounts(seeds []AccountSeed, p Profile, structures map[int64]*Structure) []seeded {
	highest := map[int64]int{}
	var all []seeded
	for i := range seeds {
		seed := &seeds[i]
		if structures[seed.StructureID] == nil || len(seed.Profiles) > 0 && !slices.Contains(seed.Profiles, p.Name) {
			continue
		}
		highest[seed.StructureID] = max(highest[seed.StructureID], numberOf(seed.Login))
		all = append(all, seeded{seed, seed.Login})
	}
	for i := range all {
		if all[i].login == "" {
			id := all[i].StructureID
			highest[id]++
			all[i].login = p.loginFor(highest[id], structures[id].Identifiant)
		}
	}
	return all
}

// SeedPassword is the password a technical account of the data set started
// with; false when the account is not one of those.
func (s *State) SeedPassword(login string) (string, bool) {
	seed, ok := s.seeds[foldLogin(login)]
	if !ok {
		return "", false
	}
	return s.seedPassword(seed), true
}

// KnownPassword is the present password of an account if it is still the one
// the data set handed out: any other is known to nobody but its owner.
func (s *State) KnownPassword(a *TechnicalAccount) (string, bool) {
	password, ok := s.SeedPassword(a.Login)
	if !ok || !sameText(digest(s.key, a.Login, password), a.PasswordDigest) {
		return "", false
	}
	return password, true
}

func (s *State) seedPassword(seed seeded) string {
	if seed.Password != "" {
		return seed.Password
	}
	return generatePassword(s.Profile.PasswordGenerator, s.Seed, "account "+foldLogin(seed.login))
}

// imported places a data set's account on the calendar before the start.
func (s *State) imported(seed seeded, start time.Time) TechnicalAccount {
	structure, _ := s.data.Structure(seed.StructureID)
	manager, _ := s.ManagerOf(structure.ID)
	a := TechnicalAccount{
		Login: seed.login, Number: numberOf(seed.login), StructureID: structure.ID, Siret: structure.Identifiant,
		Contact: seed.Contact, Status: seed.Status, CreatedBy: manager,
		PasswordDigest: digest(s.key, seed.login, s.seedPassword(seed)), PasswordSetAt: addDays(start, -seed.PasswordDays),
	}
	if a.Contact == "" || s.Profile.ContactMode == "follow" {
		a.Contact = s.ContactOf(manager)
	}
	s.placeStatus(&a, start, addDays(start, -seed.ChangedDays).Add(-time.Duration(seed.ChangedMinutes)*time.Minute))
	a.PasswordExpiresAt = addDays(a.PasswordSetAt, s.Profile.PasswordValidityDays)
	return a
}

// pendingWait is how long a pending status of the data set lasts, in every
// generation: the set says so, not the portal.
const pendingWait = 30 * time.Minute

// placeStatus dates an account's past from its status and the change that led
// to it, so that what must have come first did: creation, effect, request,
// deactivation, end of the window.
func (s *State) placeStatus(a *TechnicalAccount, start, changed time.Time) {
	worked := start // by then the account had taken effect
	switch a.Status {
	case EnCreation:
		a.CreatedAt, a.PasswordSetAt, a.PendingAt = changed, changed, changed.Add(pendingWait)
		return
	case EnDesactivation:
		worked, a.PendingAt = changed, changed.Add(pendingWait)
		a.PasswordSetAt = earlier(a.PasswordSetAt, changed)
	case EnReactivation:
		a.DeactivatedAt, a.PendingAt = addDays(changed, -1), changed.Add(pendingWait)
		a.PasswordSetAt = earlier(a.PasswordSetAt, changed)
	case Inactif:
		a.DeactivatedAt = changed
	case Supprime:
		// The window must be over, however few days the data set says.
		over := earlier(addDays(changed, s.Profile.ReactivationDays), start)
		a.DeactivatedAt, a.ReactivableUntil = earlier(changed, addDays(over, -s.Profile.ReactivationDays)), over
	}
	if !a.DeactivatedAt.IsZero() {
		worked = a.DeactivatedAt.Add(-s.Profile.ToggleDelay)
		if a.ReactivableUntil.IsZero() {
			a.ReactivableUntil = addDays(a.DeactivatedAt, s.Profile.ReactivationDays)
		}
		a.PasswordSetAt = earlier(a.PasswordSetAt, a.ReactivableUntil)
	}
	a.EffectiveAt = earlier(worked, a.PasswordSetAt.Add(s.Profile.CreateDelay))
	a.CreatedAt = a.EffectiveAt.Add(-s.Profile.CreateDelay)
}
