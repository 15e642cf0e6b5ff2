package qualif_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"chorus-qualif/server/qualif"
)

// Each type that is an event's payload can be read back from a journal, under
// its own name.
func TestEveryPayloadIsRegistered(t *testing.T) {
	t.Parallel()
	var types []string
	for _, file := range sources(t) {
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv != nil && f.Name.Name == "apply" {
				types = append(types, f.Recv.List[0].Type.(*ast.Ident).Name)
			}
		}
	}
	if len(types) < 20 {
		t.Fatalf("found only the payloads %v", types)
	}
	for _, name := range types {
		if _, ok := qualif.Payloads[qualif.Kind(name)]; !ok {
			t.Errorf("%s is not registered", name)
		}
	}
	for kind := range qualif.Payloads {
		if !slices.Contains(types, string(kind)) {
			t.Errorf("%s is registered and is no type", kind)
		}
	}
}

// fill gives every exported field a value of its own.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("é<%d>&\"", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Uint32:
		v.SetUint(uint64(*n))
	case reflect.Float64:
		v.SetFloat(float64(*n) / 8)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), n)
		fill(v.Index(1), n)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("key"), reflect.ValueOf("value"))
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(noon.AddDate(0, *n, 0).Add(time.Duration(*n) * time.Millisecond)))
			return
		}
		if v.Type() == reflect.TypeFor[qualif.Montant]() {
			v.Set(reflect.ValueOf(qualif.MontantDe(int64(*n))))
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(v.Field(i), n)
			}
		}
	default:
		panic("no value for a " + v.Kind().String())
	}
}

func TestEventsAreReadBack(t *testing.T) {
	t.Parallel()
	for kind, read := range qualif.Payloads {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			zero, err := read([]byte("{}"))
			if err != nil {
				t.Fatal(err)
			}
			filled := reflect.New(reflect.TypeOf(zero)).Elem()
			n := 0
			fill(filled, &n)
			for _, payload := range []qualif.Payload{zero, filled.Interface().(qualif.Payload)} {
				if payload.Kind() != kind || payload.Version() != 1 {
					t.Errorf("got kind %s, version %d", payload.Kind(), payload.Version())
				}
				want := qualif.Event{Seq: 12, At: noon.Add(7 * time.Millisecond), Cause: 3, Payload: payload}
				text, err := json.Marshal(want)
				if err != nil {
					t.Fatal(err)
				}
				var got qualif.Event
				if err := json.Unmarshal(text, &got); err != nil {
					t.Fatal(err)
				}
				if !reflect.DeepEqual(got, want) {
					t.Errorf("got %+v\nwant %+v\nfrom %s", got, want, text)
				}
			}
		})
	}
}

// The form of a journal is a promise: stores and people's tools read it.
func TestJournalForm(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022")
	login := sb.create().Account.Login
	sb.pass(time.Hour)
	got, err := json.Marshal(sb.journal[len(sb.journal)-1])
	if err != nil {
		t.Fatal(err)
	}
	want := `{"seq":6,"at":"2026-03-01T12:30:00.000+01:00","kind":"TechnicalAccountEffective","version":1,"subject":"` + login + `","cause":4,"data":{"login":"` + login + `"}}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	wantSubjects := []string{"test", "small", "APP_SANDBOX_test@qualif.example", login, qualif.Subjects["portail-2022"][qualif.MailCreation], login}
	for i, e := range sb.journal {
		if got := e.Payload.Subject(); got != wantSubjects[i] {
			t.Errorf("event %d: got subject %q, want %q", e.Seq, got, wantSubjects[i])
		}
	}
}

func TestEventsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"seq":4,"at":"2026-03-01T12:30:00.000+01:00","kind":"Nothing","version":1,"data":{}}`:                `event 4: kind "Nothing" is unknown`,
		`{"seq":4,"at":"2026-03-01T12:30:00.000+01:00","kind":"PasswordReset","version":2,"data":{}}`:          "event 4 (PasswordReset): version 2, this program reads 1",
		`{"seq":4,"at":"2026-03-01T12:30:00.000+01:00","kind":"PasswordReset","version":1,"data":{"login":4}}`: "event 4 (PasswordReset)",
		`{"seq":4,"at":"yesterday","kind":"PasswordReset","version":1,"data":{}}`:                              "event 4: instant",
		`{"seq":"four"}`: "seq",
	} {
		var e qualif.Event
		if err := json.Unmarshal([]byte(text), &e); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", text, err, want)
		}
	}
}

func TestReplayOfAnotherJournal(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022")
	login := sb.create().Account.Login
	do(sb, qualif.TransferManager{By: manager, Siret: supplier, To: colleague})
	sb.pass(time.Hour)
	tamper := func(i int, change func(*qualif.Event)) []qualif.Event {
		events := slices.Clone(sb.journal)
		change(&events[i])
		return events
	}
	payload := func(p qualif.Payload) func(*qualif.Event) { return func(e *qualif.Event) { e.Payload = p } }
	for name, test := range map[string]struct {
		events []qualif.Event
		want   string
	}{
		"a gap":                   {slices.Delete(slices.Clone(sb.journal), 4, 5), "event 6 (ManagerChanged): it follows event 4"},
		"the end of one":          {sb.journal[3:], "event 4 (TechnicalAccountRequested): it follows event 0"},
		"back in time":            {tamper(5, func(e *qualif.Event) { e.At = noon.Add(-time.Second) }), "event 6 (ManagerChanged): it is at 2026-03-01T11:59:59.000+01:00, before 2026-03-01T12:00:00.000+01:00"},
		"no creation":             {tamper(0, payload(qualif.PasswordExpired{Login: login})), "a journal begins with SandboxCreated"},
		"two creations":           {tamper(3, payload(qualif.SandboxCreated{Profile: "portail-2022"})), "a journal begins with SandboxCreated"},
		"an unknown profile":      {tamper(0, payload(qualif.SandboxCreated{Profile: "portail-2030"})), `profile "portail-2030"`},
		"an unknown switch":       {tamper(0, payload(qualif.SandboxCreated{Profile: "cpp-2020", Switches: qualif.Switches{"x": "y"}})), `switch "x"`},
		"another data set":        {tamper(1, payload(qualif.DataSetLoaded{Name: "big", Digest: "sha256:0"})), "data set big (sha256:0) is not in the library"},
		"no data set":             {tamper(1, payload(qualif.PersonContactChanged{Login: manager})), "no data set is loaded"},
		"an account from nowhere": {tamper(4, payload(qualif.PasswordReset{Login: "TECH_9@cpro.fr"})), "technical account TECH_9@cpro.fr does not exist"},
		"a request on nothing":    {tamper(3, payload(qualif.TechnicalAccountRequested{StructureID: 9})), "structure 9 does not exist"},
		"a form on nothing":       {tamper(3, payload(qualif.TechnicalAccountPrepared{StructureID: 9})), "structure 9 does not exist"},
		"an import on nothing":    {tamper(3, payload(qualif.TechnicalAccountImported{})), "structure 0 does not exist"},
		"a manager of nothing":    {tamper(3, payload(qualif.ManagerChanged{StructureID: 9})), "structure 9 does not exist"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := qualif.NewState(sb.library).Replay(test.events)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
	if !reflect.DeepEqual(sb.State, sb.replayed()) {
		t.Error("the journal as it is does not rebuild the state")
	}
}

// A journal about invoices that are not there is refused, whoever edited it.
func TestReplayOfAnotherJournalOfInvoices(t *testing.T) {
	t.Parallel()
	sb := facturation(t)
	do(sb, saisie(sb))
	last := len(sb.journal) - 1
	deposited := sb.journal[last].Payload.(qualif.FactureDeposee)
	foreign := deposited
	foreign.Facture.Valideur = &qualif.Partie{StructureID: 9}
	nobody := deposited
	nobody.Facture.Destinataire.StructureID = 9
	for want, payload := range map[string]qualif.Payload{
		"structure 9 does not exist":  foreign,
		"structure 9 does not exist ": nobody,
		"8420009 does not exist":      qualif.FactureStatut{FactureID: 8420009, Statut: qualif.StatutMandatee},
		"8420008 does not exist":      qualif.FactureModifiee{FactureID: 8420008},
		"8420007 does not exist":      qualif.FactureAction{FactureID: 8420007},
		"8420006 does not exist":      qualif.PieceJointeDetachee{FactureID: 8420006},
		"CPP does not exist":          qualif.FluxAvance{Numero: "CPP"},
		"FSO does not exist":          qualif.FluxTraite{Numero: "FSO"},
	} {
		events := slices.Clone(sb.journal)
		events[last].Payload = payload
		err := qualif.NewState(sb.library).Replay(events)
		if err == nil || !strings.Contains(err.Error(), strings.TrimSpace(want)) {
			t.Errorf("%T: got %v, want %q", payload, err, want)
		}
	}
	id := deposited.Facture.ID
	moved := append(slices.Clone(sb.journal), qualif.Event{Seq: uint64(last + 2), At: sb.now, Payload: qualif.FactureModifiee{FactureID: id, Destinataire: &qualif.Partie{StructureID: 9}}})
	if err := qualif.NewState(sb.library).Replay(moved); err == nil || !strings.Contains(err.Error(), "structure 9 does not exist") {
		t.Errorf("got %v", err)
	}
}

// Instants that come back from JSON are in Paris time, as they were: an offset
// would count days wrongly across a change.
func TestReplayedInstantsAreInParis(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022")
	a := sb.create().Account
	replayed, _ := sb.replayed().Account(a.Login)
	for name, at := range map[string]time.Time{"created": replayed.CreatedAt, "pending": replayed.PendingAt, "expires": replayed.PasswordExpiresAt} {
		if at.Location() != qualif.Paris {
			t.Errorf("%s is in %s", name, at.Location())
		}
	}
}

// A password is shown once and is in no event and no mail.
func TestNoPasswordInTheJournal(t *testing.T) {
	t.Parallel()
	for _, profile := range profileNames() {
		sb := founded(t, profile, withAccounts(t, qualif.AccountSeed{StructureID: branchID, Status: qualif.Actif}))
		form := do(sb, qualif.Prepare{By: manager, Siret: supplier})
		created := do(sb, qualif.Create{By: manager, Siret: supplier, Preparation: form.ID})
		sb.to(created.EffectiveAt)
		reset := do(sb, qualif.Reset{By: manager, Login: created.Account.Login})
		seeded, _ := sb.SeedPassword(sb.AccountsOf(branchID)[0].Login)
		for _, password := range []string{created.Password, reset.Password, seeded} {
			wantNowhere(t, sb.journal, password)
		}
	}
}

// wantNowhere looks for a secret in a journal, as it is and as JSON escapes it.
func wantNowhere(t interface{ Errorf(string, ...any) }, journal []qualif.Event, secret string) {
	for _, e := range journal {
		text, err := json.Marshal(e)
		if err != nil {
			t.Errorf("event %d: %v", e.Seq, err)
		}
		escaped, err := json.Marshal(secret)
		if err != nil {
			t.Errorf("%q: %v", secret, err)
		}
		if strings.Contains(string(text), secret) || strings.Contains(string(text), strings.Trim(string(escaped), `"`)) {
			t.Errorf("event %d tells %s", e.Seq, secret)
		}
	}
}
