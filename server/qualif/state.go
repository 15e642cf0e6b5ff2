package qualif

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Library holds the data sets by content, so that thousands of sandboxes share
// one copy and journals only name it.
type Library interface {
	// DataSet finds an indexed data set by its digest.
	DataSet(digest string) (*DataSet, bool)
}

// State is a sandbox's whole state. It is changed by Apply only, and is not
// safe for concurrent use: each sandbox has one writer.
type State struct {
	Name     string
	Seed     int64
	Profile  Profile
	Switches Switches
	Clock    ClockSetting
	// Seq is the last event's; Now the latest instant the State knows of.
	Seq       uint64
	Now       time.Time
	StartedAt time.Time

	library Library
	key     [32]byte
	data    *DataSet
	// seeds holds the data set's accounts by folded login.
	seeds map[string]seeded

	// accounts by folded login; the values are replaced, never changed, so
	// that a clone shares them.
	accounts    map[string]*TechnicalAccount
	logins      []string
	byStructure map[int64][]string
	// highest is the highest number ever taken on a structure.
	highest map[int64]int
	// preparations by id; prepared and passwords count those ever made.
	preparations map[string]*TechnicalAccountPrepared
	prepared     int
	passwords    int

	// contacts by folded login and roles by attachment: what differs from
	// the data set.
	contacts map[string]string
	roles    map[int64]Role
	// applications by name, clients the same by client_id.
	applications map[string]*Application
	clients      map[string]*Application
	mails        []*Mail
	registre     registre
	due          dueQueue
}

// NewState is the state before any event.
func NewState(library Library) *State {
	return &State{
		library: library, accounts: map[string]*TechnicalAccount{}, byStructure: map[int64][]string{}, highest: map[int64]int{},
		preparations: map[string]*TechnicalAccountPrepared{}, contacts: map[string]string{}, roles: map[int64]Role{},
		applications: map[string]*Application{}, clients: map[string]*Application{}, registre: newRegistre(), due: newDueQueue(),
	}
}

// Replay applies a journal, or the rest of one, to the state; the first event
// that does not fit is an error naming its place, and those before it are
// applied.
func (s *State) Replay(events []Event) error {
	for _, e := range events {
		if err := s.fits(e); err != nil {
			return fmt.Errorf("event %d (%s): %w", e.Seq, e.Payload.Kind(), err)
		}
		s.Apply(e)
	}
	return nil
}

// fits tells why an event cannot be the next one: a journal may come from
// another program or library, or have been edited.
func (s *State) fits(e Event) error {
	switch {
	case e.Seq != s.Seq+1:
		return fmt.Errorf("it follows event %d", s.Seq)
	case e.At.Before(s.Now):
		return fmt.Errorf("it is at %s, before %s", FormatInstant(e.At), FormatInstant(s.Now))
	}
	created, isCreation := e.Payload.(SandboxCreated)
	loaded, isLoading := e.Payload.(DataSetLoaded)
	switch {
	case isCreation != (e.Seq == 1):
		return errors.New("a journal begins with SandboxCreated and has no other")
	case isCreation:
		_, err := ProfileNamed(created.Profile)
		return errors.Join(err, created.Switches.Check())
	case isLoading:
		if _, ok := s.library.DataSet(loaded.Digest); !ok {
			return fmt.Errorf("data set %s (%s) is not in the library", loaded.Name, loaded.Digest)
		}
		return nil
	case s.data == nil:
		return errors.New("no data set is loaded")
	}
	return s.fitsData(e.Payload)
}

// fitsData tells what a payload refers to and the state does not have.
func (s *State) fitsData(p Payload) error {
	structure := func(id int64) error {
		if _, ok := s.data.Structure(id); !ok {
			return fmt.Errorf("structure %d does not exist", id)
		}
		return nil
	}
	switch p := p.(type) {
	case TechnicalAccountImported:
		return structure(p.Account.StructureID)
	case TechnicalAccountPrepared:
		return structure(p.StructureID)
	case TechnicalAccountRequested:
		return structure(p.StructureID)
	case ManagerChanged:
		return structure(p.StructureID)
	case FactureDeposee, FactureStatut, FactureModifiee, FactureAction, FluxAvance, FluxTraite, PieceJointeDetachee:
		return s.fitsRegistre(p)
	case TechnicalAccountEffective, PasswordReset, PasswordExpired, DeactivationRequested, TechnicalAccountDeactivated,
		ReactivationRequested, TechnicalAccountReactivated, TechnicalAccountDeleted, ContactChanged,
		AuthenticationFailed, AuthenticationFailuresCleared:
		if _, ok := s.Account(p.Subject()); !ok {
			return fmt.Errorf("technical account %s does not exist", p.Subject())
		}
	}
	return nil
}

// Apply makes an event part of the state. It must be the next one: events that
// come from elsewhere go through Replay.
func (s *State) Apply(e Event) {
	s.Seq, s.Now = e.Seq, e.At
	e.Payload.apply(s, e)
}

// Clone is a copy that shares nothing that changes, in time proportional to
// the technical accounts, mails, invoices and changes of the sandbox, whatever the size of
// its data set.
func (s *State) Clone() *State {
	c := *s
	c.accounts = maps.Clone(s.accounts)
	c.logins = slices.Clone(s.logins)
	c.byStructure = make(map[int64][]string, len(s.byStructure))
	for id, logins := range s.byStructure {
		c.byStructure[id] = slices.Clone(logins)
	}
	c.highest = maps.Clone(s.highest)
	c.preparations = maps.Clone(s.preparations)
	c.contacts = maps.Clone(s.contacts)
	c.roles = maps.Clone(s.roles)
	c.applications = maps.Clone(s.applications)
	c.clients = maps.Clone(s.clients)
	c.mails = slices.Clone(s.mails)
	c.registre = s.registre.clone()
	c.due = s.due.clone()
	return &c
}

// Data is the sandbox's data set.
func (s *State) Data() *DataSet { return s.data }

// Due lists what will happen by itself up to and including an instant
// (everything when zero), in the order it will fire.
func (s *State) Due(until time.Time) []Due { return s.due.sorted(until) }

// NextDue is the first thing that will happen by itself; false when nothing
// will.
func (s *State) NextDue() (Due, bool) { return s.due.first() }

// Account finds a technical account by login, whatever its case; those that
// are SUPPRIME are found too.
func (s *State) Account(login string) (*TechnicalAccount, bool) {
	a, ok := s.accounts[foldLogin(login)]
	return a, ok
}

// AccountsOf lists the accounts of a structure by order of creation, without
// those that are SUPPRIME.
func (s *State) AccountsOf(structureID int64) []*TechnicalAccount {
	var all []*TechnicalAccount
	for _, login := range s.byStructure[structureID] {
		if a := s.accounts[login]; a.Status != Supprime {
			all = append(all, a)
		}
	}
	return all
}

// Accounts lists every account, those that are SUPPRIME too: the data set's in
// its order, then the others in the order of creation.
func (s *State) Accounts() []*TechnicalAccount {
	all := make([]*TechnicalAccount, len(s.logins))
	for i, login := range s.logins {
		all[i] = s.accounts[login]
	}
	return all
}

// amend replaces an account by a changed copy.
func (s *State) amend(login string, change func(*TechnicalAccount)) *TechnicalAccount {
	a := *s.accounts[foldLogin(login)]
	change(&a)
	s.accounts[foldLogin(login)] = &a
	return &a
}

// add makes an account known and its number taken.
func (s *State) add(a TechnicalAccount) {
	s.accounts[foldLogin(a.Login)] = &a
	s.logins = append(s.logins, foldLogin(a.Login))
	s.byStructure[a.StructureID] = append(s.byStructure[a.StructureID], foldLogin(a.Login))
	s.highest[a.StructureID] = max(s.highest[a.StructureID], a.Number)
}

// schedulePassword makes the expiry of an account's password due, and the
// reminder if there is one, unless its instant was before the sandbox's start.
func (s *State) schedulePassword(a *TechnicalAccount, cause uint64) {
	s.due.schedule(a.PasswordExpiresAt, DuePasswordExpiry, a.Login, cause)
	s.due.cancel(DueExpiryReminder, a.Login)
	reminder := addDays(a.PasswordExpiresAt, -reminderDays)
	if s.Profile.MailsOn && s.Switches.Get(SwitchExpiryReminder) == "15-days" && !reminder.Before(s.Now) {
		s.due.schedule(reminder, DueExpiryReminder, a.Login, cause)
	}
}

// reminderDays is what clients that built their own reminder chose (OCA's
// l10n_fr_chorus_account).
const reminderDays = 15
