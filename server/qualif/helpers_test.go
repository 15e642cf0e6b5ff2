package qualif_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"chorus-qualif/server/qualif"
)

// The people and structures of the small data set that most tests share.
const (
	manager   = "Catherine@example.fr" // manages supplier and branch
	deputy    = "deputy@example.fr"    // gestionnaire secondaire of supplier
	colleague = "colleague@example.fr" // utilisateur of supplier and of its branch, manager of partner
	retired   = "retired@example.fr"   // inactive, attached to supplier
	stranger  = "stranger@example.fr"  // attached to nothing

	supplier = "39012665400024"
	branch   = "84965690500015"
	partner  = "93125027408770"
	closed   = "12345678200051" // inactive, managed by manager
	orphan   = "11000201100044" // public, without a manager
	foreign  = "be0123456789"   // no SIRET, managed by manager
)

const (
	supplierID = 101 + iota
	branchID
	partnerID
	closedID
	orphanID
	foreignID
)

// noon is a winter's day on which no clock changes.
var noon = paris("2026-03-01 12:00:00")

// paris reads a local time, with or without an offset.
func paris(text string) time.Time {
	for _, layout := range []string{"2006-01-02 15:04:05", "2006-01-02 15:04:05.000", "2006-01-02 15:04:05 -0700"} {
		if at, err := time.ParseInLocation(layout, text, qualif.Paris); err == nil {
			return at.In(qualif.Paris)
		}
	}
	panic("not a local time: " + text)
}

// library is a Library of a few sets.
type library []*qualif.DataSet

func (l library) DataSet(digest string) (*qualif.DataSet, bool) {
	i := slices.IndexFunc(l, func(d *qualif.DataSet) bool { return d.Digest() == digest })
	if i < 0 {
		return nil, false
	}
	return l[i], true
}

// unindexed is the small data set, with the accounts given.
func unindexed(accounts ...qualif.AccountSeed) *qualif.DataSet {
	link := func(id int64, login string, structure int64, role qualif.Role) qualif.Rattachement {
		return qualif.Rattachement{ID: id, Login: login, StructureID: structure, Role: role}
	}
	return &qualif.DataSet{
		Name: "small",
		Structures: []qualif.Structure{
			{ID: supplierID, TypeIdentifiant: qualif.SIRET, Identifiant: supplier, RaisonSociale: "78 RUE D'AUTEUIL"},
			{ID: branchID, TypeIdentifiant: qualif.SIRET, Identifiant: branch, RaisonSociale: "Agence"},
			{ID: partnerID, TypeIdentifiant: qualif.SIRET, Identifiant: partner, RaisonSociale: "Fournisseur partenaire"},
			{ID: closedID, TypeIdentifiant: qualif.SIRET, Identifiant: closed, RaisonSociale: "Fermée", Inactive: true},
			{ID: orphanID, TypeIdentifiant: qualif.SIRET, Identifiant: orphan, RaisonSociale: "Destinataire Etat", Publique: true},
			{ID: foreignID, TypeIdentifiant: qualif.UEHorsFrance, Identifiant: "BE0123456789", RaisonSociale: "Buur"},
		},
		People: []qualif.Person{
			{ID: 1, Login: manager, Nom: "Allavoine", Prenom: "Catherine", Contact: "c.allavoine@mail.example", Password: "Manager:1"},
			{ID: 2, Login: deputy, Nom: "Deux", Prenom: "Denis", Password: "deputy"},
			{ID: 3, Login: colleague, Nom: "Trois", Prenom: "Tara", Contact: "t.trois@mail.example"},
			{ID: 4, Login: retired, Inactif: true, Password: "retired"},
			{ID: 5, Login: stranger},
		},
		Rattachements: []qualif.Rattachement{
			link(1, manager, supplierID, qualif.GestionnairePrincipal),
			link(2, manager, branchID, qualif.GestionnairePrincipal),
			link(3, manager, closedID, qualif.GestionnairePrincipal),
			link(4, manager, foreignID, qualif.GestionnairePrincipal),
			link(5, deputy, supplierID, qualif.GestionnaireSecondaire),
			link(6, colleague, supplierID, qualif.Utilisateur),
			link(7, colleague, branchID, qualif.Utilisateur),
			link(8, colleague, partnerID, qualif.GestionnairePrincipal),
			link(9, retired, supplierID, qualif.Utilisateur),
		},
		Accounts: accounts,
	}
}

func dataSet(t testing.TB, accounts ...qualif.AccountSeed) *qualif.DataSet {
	t.Helper()
	d := unindexed(accounts...)
	if err := d.Index(); err != nil {
		t.Fatal(err)
	}
	return d
}

// sandbox is a state with its journal and a clock that only tests move.
type sandbox struct {
	t testing.TB
	*qualif.State
	library library
	now     time.Time
	journal []qualif.Event
}

// founded is a sandbox of a profile at noon, changed as asked.
func founded(t testing.TB, profile string, changes ...func(*qualif.Found)) *sandbox {
	t.Helper()
	return foundedAt(t, noon, profile, changes...)
}

func foundedAt(t testing.TB, at time.Time, profile string, changes ...func(*qualif.Found)) *sandbox {
	t.Helper()
	found := qualif.Found{Name: "test", Seed: 1, Profile: profile, Clock: qualif.ClockSetting{Mode: "frozen"}}
	for _, change := range changes {
		change(&found)
	}
	if found.DataSet == nil {
		found.DataSet = dataSet(t)
	}
	sb := &sandbox{t: t, library: library{found.DataSet}, now: at}
	sb.State = qualif.NewState(sb.library)
	do(sb, found)
	return sb
}

func withAccounts(t testing.TB, accounts ...qualif.AccountSeed) func(*qualif.Found) {
	t.Helper()
	d := dataSet(t, accounts...)
	return func(f *qualif.Found) { f.DataSet = d }
}

func withSwitch(key, value string) func(*qualif.Found) {
	return func(f *qualif.Found) {
		if f.Switches == nil {
			f.Switches = qualif.Switches{}
		}
		f.Switches[key] = value
	}
}

// try runs a command at the sandbox's present.
func try[R any](sb *sandbox, command qualif.Command[R]) (R, error) {
	result, events, err := qualif.Execute(sb.State, sb.now, command)
	sb.journal = append(sb.journal, events...)
	return result, err
}

// do runs a command that must be accepted.
func do[R any](sb *sandbox, command qualif.Command[R]) R {
	sb.t.Helper()
	result, err := try(sb, command)
	if err != nil {
		sb.t.Fatalf("%T%+v: %v", command, command, err)
	}
	return result
}

// refused runs a command that must be refused with that code, and leave the
// state as time alone would.
func refused[R any](sb *sandbox, code string, command qualif.Command[R]) *qualif.Refusal {
	sb.t.Helper()
	before := sb.Clone()
	before.CatchUp(sb.now)
	_, err := try(sb, command)
	var refusal *qualif.Refusal
	if !errors.As(err, &refusal) || refusal.Code != code {
		sb.t.Fatalf("%T%+v: got %v, want %s", command, command, err, code)
	}
	if !reflect.DeepEqual(before, sb.State) {
		sb.t.Errorf("%T%+v was refused and changed the state", command, command)
	}
	return refusal
}

// pass lets time pass, and what is due happen.
func (sb *sandbox) pass(d time.Duration) {
	sb.to(sb.now.Add(d))
}

func (sb *sandbox) to(at time.Time) {
	sb.now = at
	sb.journal = append(sb.journal, sb.CatchUp(at)...)
}

// create makes an account of the supplier.
func (sb *sandbox) create() qualif.Created {
	sb.t.Helper()
	return do(sb, qualif.Create{By: manager, Siret: supplier})
}

// active makes an account of the supplier that works.
func (sb *sandbox) active() qualif.Created {
	sb.t.Helper()
	created := sb.create()
	sb.to(created.EffectiveAt)
	return created
}

// account is an account as it is now.
func (sb *sandbox) account(login string) *qualif.TechnicalAccount {
	sb.t.Helper()
	a, ok := sb.Account(login)
	if !ok {
		sb.t.Fatalf("there is no account %s", login)
	}
	return a
}

// wantVerdict checks what the gateway would say now.
func (sb *sandbox) wantVerdict(login, password, want string) qualif.Verdict {
	sb.t.Helper()
	sb.to(sb.now)
	v := sb.Authenticate(sb.now, login, password)
	if v.Code != want {
		sb.t.Errorf("%s at %s: got %s (%s), want %s", login, sb.now, v.Code, v.Why, want)
	}
	return v
}

func (sb *sandbox) wantStatus(login string, want qualif.Status) {
	sb.t.Helper()
	sb.to(sb.now)
	if got := sb.account(login).Status; got != want {
		sb.t.Errorf("%s at %s: got %s, want %s", login, sb.now, got, want)
	}
}

// mail is the last notification.
func (sb *sandbox) mail() *qualif.Mail {
	sb.t.Helper()
	all := sb.Mails()
	if len(all) == 0 {
		sb.t.Fatal("there is no mail")
	}
	return all[len(all)-1]
}

// journalJSON is a journal as it is kept.
func journalJSON(t testing.TB, events []qualif.Event) []byte {
	t.Helper()
	text, err := json.Marshal(events)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// replayed is the state that a journal rebuilds, through JSON.
func (sb *sandbox) replayed() *qualif.State {
	sb.t.Helper()
	var events []qualif.Event
	if err := json.Unmarshal(journalJSON(sb.t, sb.journal), &events); err != nil {
		sb.t.Fatal(err)
	}
	s := qualif.NewState(sb.library)
	if err := s.Replay(events); err != nil {
		sb.t.Fatal(err)
	}
	return s
}

// profileNames lists every profile's.
func profileNames() []string {
	var names []string
	for _, p := range qualif.Profiles() {
		names = append(names, p.Name)
	}
	return names
}
