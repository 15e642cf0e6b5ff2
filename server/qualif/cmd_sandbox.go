package qualif

import (
	"fmt"
	"slices"
	"time"
)

// Found creates a sandbox: the first command on an empty state. It registers
// the default PISTE application, with a raccordement for every structure whose
// accounts the data set brings, and the technical accounts themselves.
type Found struct {
	Name     string
	Seed     int64
	Profile  string
	Switches Switches
	Clock    ClockSetting
	DataSet  *DataSet
}

func (c Found) execute(t *Transaction) (struct{}, error) {
	if _, err := ProfileNamed(c.Profile); err != nil {
		return struct{}{}, err
	}
	if err := c.Switches.Check(); err != nil {
		return struct{}{}, err
	}
	t.because(t.emit(SandboxCreated{Name: c.Name, Seed: c.Seed, Profile: c.Profile, Switches: c.Switches, Clock: c.Clock}))
	t.emit(DataSetLoaded{Name: c.DataSet.Name, Digest: c.DataSet.Digest()})
	if t.s.data == nil {
		return struct{}{}, fmt.Errorf("data set %s is not in the library", c.DataSet.Digest())
	}
	t.emit(ApplicationChanged{Application: defaultApplication(t.s)})
	for _, seed := range c.DataSet.Accounts {
		if seed.in(t.s.Profile) {
			t.emit(TechnicalAccountImported{Account: t.s.imported(seed, t.now)})
		}
	}
	return struct{}{}, nil
}

// defaultApplication is the one PISTE creates for every developer, connected
// for every structure that has a manager: the platform's own steps are done.
func defaultApplication(s *State) Application {
	app := Application{
		Name: "APP_SANDBOX_" + s.Name + "@qualif.example", ID: 1, ClientID: uuid(s.Seed, "client id "+s.Name),
		Enabled: true, Subscriptions: slices.Clone(APIs), Terms: slices.Clone(APIs),
	}
	for _, r := range s.data.Rattachements {
		if r.Role == GestionnairePrincipal {
			app.Raccordements = append(app.Raccordements, r.StructureID)
		}
	}
	slices.Sort(app.Raccordements)
	return app
}

// SeedPassword is the password a technical account of the data set started
// with.
func (s *State) SeedPassword(login string) (string, bool) {
	for _, seed := range s.data.Accounts {
		structure, _ := s.data.Structure(seed.StructureID)
		if seed.in(s.Profile) && foldLogin(s.seedLogin(seed, structure)) == foldLogin(login) {
			return s.seedPassword(seed, login), true
		}
	}
	return "", false
}

// KnownPassword is the present password of an account if it is still the one
// the data set handed out: any other is known to nobody but its owner.
func (s *State) KnownPassword(a *TechnicalAccount) (string, bool) {
	password, ok := s.SeedPassword(a.Login)
	return password, ok && sameText(digest(s.key, a.Login, password), a.PasswordDigest)
}

func (s *State) seedPassword(seed AccountSeed, login string) string {
	if seed.Password != "" {
		return seed.Password
	}
	return generatePassword(s.Profile.PasswordGenerator, s.Seed, "account "+foldLogin(login))
}

func (a AccountSeed) in(p Profile) bool {
	return len(a.Profiles) == 0 || slices.Contains(a.Profiles, p.Name)
}

func (s *State) seedLogin(seed AccountSeed, structure *Structure) string {
	if seed.Login != "" {
		return seed.Login
	}
	return s.Profile.loginFor(1, structure.Identifiant)
}

// imported places a data set's account on the calendar before the start.
func (s *State) imported(seed AccountSeed, start time.Time) TechnicalAccount {
	structure, _ := s.data.Structure(seed.StructureID)
	manager, _ := s.ManagerOf(structure.ID)
	login := s.seedLogin(seed, structure)
	changed := addDays(start, -seed.ChangedDays).Add(-time.Duration(seed.ChangedMinutes) * time.Minute)
	set := addDays(start, -seed.PasswordDays)
	a := TechnicalAccount{
		Login: login, Number: numberOf(login), StructureID: structure.ID, Siret: structure.Identifiant,
		Contact: seed.Contact, Status: seed.Status, CreatedBy: manager, CreatedAt: set, EffectiveAt: set.Add(s.Profile.CreateDelay),
		PasswordDigest: digest(s.key, login, s.seedPassword(seed, login)), PasswordSetAt: set,
		PasswordExpiresAt: addDays(set, s.Profile.PasswordValidityDays),
	}
	if a.Contact == "" || s.Profile.ContactMode == "follow" {
		a.Contact = s.ContactOf(manager)
	}
	s.placeStatus(&a, changed)
	return a
}

// placeStatus dates the account's present status from the change that led to
// it. A pending status lasts half an hour in every generation here: the data
// set says so, not the portal.
func (s *State) placeStatus(a *TechnicalAccount, changed time.Time) {
	const wait = 30 * time.Minute
	if changed.Before(a.CreatedAt) {
		a.CreatedAt, a.EffectiveAt = changed, changed
	}
	switch a.Status {
	case EnCreation:
		a.CreatedAt, a.PasswordSetAt, a.EffectiveAt = changed, changed, zeroInstant
		a.PasswordExpiresAt = addDays(changed, s.Profile.PasswordValidityDays)
		a.PendingAt = changed.Add(wait)
	case EnDesactivation:
		a.PendingAt = changed.Add(wait)
	case EnReactivation:
		a.DeactivatedAt = addDays(changed, -1)
		a.PendingAt = changed.Add(wait)
	case Inactif, Supprime:
		a.DeactivatedAt = changed
		a.ReactivableUntil = addDays(changed, s.Profile.ReactivationDays)
	}
}
