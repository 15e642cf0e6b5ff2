package files_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"chorus-qualif/server/clock"
	"chorus-qualif/server/files"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/store"
)

const (
	login    = "TECH_1_11111111100001@cpro.fr"
	supplier = "11111111100001"
	mairie   = "22222222200002"
)

var start = time.Date(2026, 3, 1, 9, 0, 0, 0, qualif.Paris)

// lab is a registry whose sandboxes keep their files in one store.
type lab struct {
	testing.TB
	registry *sandboxes.Registry
	files    *files.Store
	machine  *machine
}

// machine is the machine's clock, that only a test moves.
type machine struct {
	mu    sync.Mutex
	now   time.Time
	rings []func()
}

func (m *machine) Now() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now
}

func (m *machine) AfterFunc(_ time.Duration, ring func()) func() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.rings = append(m.rings, ring)
	return func() bool { return true }
}

// pass lets time pass, and every timer ring.
func (m *machine) pass(d time.Duration) {
	m.mu.Lock()
	m.now = m.now.Add(d)
	rings := m.rings
	m.rings = nil
	m.mu.Unlock()
	for _, ring := range rings {
		ring()
	}
}

func newLab(t testing.TB, limit int64) *lab {
	t.Helper()
	data := &qualif.DataSet{
		Name: "files",
		Structures: []qualif.Structure{
			{ID: 1, TypeIdentifiant: qualif.SIRET, Identifiant: supplier, RaisonSociale: "Fournisseur"},
			{ID: 2, TypeIdentifiant: qualif.SIRET, Identifiant: mairie, RaisonSociale: "Mairie", Publique: true},
		},
		People:        []qualif.Person{{ID: 1, Login: "gp@example.fr"}},
		Rattachements: []qualif.Rattachement{{ID: 1, Login: "gp@example.fr", StructureID: 1, Role: qualif.GestionnairePrincipal}},
		Accounts:      []qualif.AccountSeed{{StructureID: 1, Login: login, Status: qualif.Actif, PasswordDays: 1}},
	}
	if err := data.Index(); err != nil {
		t.Fatal(err)
	}
	library, err := sandboxes.NewLibrary(data)
	if err != nil {
		t.Fatal(err)
	}
	l := &lab{TB: t, files: files.New(limit), machine: &machine{now: start}}
	l.registry, err = sandboxes.New(sandboxes.Options{
		Wall: l.machine, Journals: store.NewMemory(), Library: library, Luggage: l.files.Luggage, IdleAfter: time.Hour,
		Defaults: sandboxes.Spec{Seed: 1, Profile: qualif.DefaultProfile, Mode: clock.Frozen, At: start, DataSet: data},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.registry.Stop)
	return l
}

func (l *lab) sandbox(name string) *sandboxes.Sandbox {
	l.Helper()
	sb, _, err := l.registry.Put(name, sandboxes.Spec{})
	if err != nil {
		l.Fatal(err)
	}
	return sb
}

func principal(sb *sandboxes.Sandbox) (p qualif.Principal) {
	sb.Read(func(v sandboxes.View) {
		account, _ := v.Account(login)
		p = v.Principal(qualif.Verdict{Code: qualif.CodeGranted, Account: account})
	})
	return p
}

// add puts a file into a sandbox as ajouter/fichier does.
func (l *lab) add(sb *sandboxes.Sandbox, content string) *qualif.PieceJointe {
	l.Helper()
	deposit := l.files.Begin()
	defer deposit.End()
	digest, err := deposit.Add([]byte(content))
	if err != nil {
		l.Fatal(err)
	}
	piece, err := sandboxes.Do(sb, qualif.AjouterFichier{Pour: principal(sb), Piece: qualif.PieceJointe{Nom: "a.txt", Empreinte: digest}})
	if err != nil {
		l.Fatal(err)
	}
	return piece
}

// held wants exactly these contents in the store.
func (l *lab) held(when string, contents ...string) {
	l.Helper()
	want := files.Usage{Files: len(contents), Limit: l.files.Usage().Limit}
	for _, content := range contents {
		want.Bytes += int64(len(content))
		if got, ok := l.files.Content(digest(content)); !ok || string(got) != content {
			l.Errorf("%s: content %q: got %q, %v", when, content, got, ok)
		}
	}
	if got := l.files.Usage(); got != want {
		l.Errorf("%s: got %+v, want %+v", when, got, want)
	}
}

func digest(content string) qualif.Empreinte {
	s := files.New(0)
	d, err := s.Begin().Add([]byte(content))
	if err != nil {
		panic(err)
	}
	return d
}

func must(t testing.TB) func(err error) {
	return func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestDigestIsSHA256(t *testing.T) {
	t.Parallel()
	if got, want := digest("abc"), qualif.Empreinte("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestOneContentServesEverySandbox(t *testing.T) {
	t.Parallel()
	l := newLab(t, 0)
	one, two := l.sandbox("one"), l.sandbox("two")
	l.held("at the beginning")
	l.add(one, "same")
	l.add(one, "same")
	l.add(two, "same")
	l.add(two, "other")
	l.held("in two sandboxes", "same", "other")
	must(t)(l.registry.Delete("two"))
	l.held("in one", "same")
	must(t)(one.Reset())
	l.held("after a reset")
}

func TestWhatNobodyTakesGoes(t *testing.T) {
	t.Parallel()
	l := newLab(t, 0)
	deposit := l.files.Begin()
	for _, content := range []string{"a", "b", "a"} {
		if _, err := deposit.Add([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	l.held("before the end", "a", "b")
	deposit.End()
	deposit.End()
	l.held("after it")
}

// A file put into a sandbox that was deleted meanwhile belongs to nobody.
func TestFileForASandboxThatIsGone(t *testing.T) {
	t.Parallel()
	l := newLab(t, 0)
	sb := l.sandbox("short")
	must(t)(l.registry.Delete("short"))
	l.add(sb, "late")
	l.held("after the deletion")
}

func TestSnapshotsAndForksShare(t *testing.T) {
	t.Parallel()
	l := newLab(t, 0)
	base := l.sandbox("base")
	l.add(base, "kept")
	if _, err := base.Snapshot("s"); err != nil {
		t.Fatal(err)
	}
	l.add(base, "later")
	must(t)(base.Restore("s"))
	l.held("restored", "kept")

	fork, _, err := l.registry.Fork("base", "s", "fork")
	must(t)(err)
	now, _, err := l.registry.Fork("base", "", "now")
	must(t)(err)
	l.add(fork, "of the fork")
	l.held("forked", "kept", "of the fork")
	must(t)(l.registry.Delete("base"))
	l.held("without the base", "kept", "of the fork")
	must(t)(fork.Reset())
	l.held("after the fork's reset", "kept")
	must(t)(l.registry.Delete("fork"))
	l.held("with one left", "kept")
	var piece *qualif.PieceJointe
	now.Read(func(v sandboxes.View) { piece, _ = v.PieceJointe(v.PiecesJointes()[0]) })
	if got, ok := l.files.Content(piece.Empreinte); !ok || string(got) != "kept" {
		t.Errorf("the fork's file: got %q, %v", got, ok)
	}
	if _, _, err := l.registry.Put("now", sandboxes.Spec{}); err != nil {
		t.Fatal(err)
	}
	l.held("when the last one is set anew")
}

func TestSnapshotsHoldUntilDropped(t *testing.T) {
	t.Parallel()
	l := newLab(t, 0)
	sb := l.sandbox("sb")
	take := func() {
		t.Helper()
		if _, err := sb.Snapshot("s"); err != nil {
			t.Fatal(err)
		}
	}
	l.add(sb, "first")
	take()
	must(t)(sb.Reset())
	l.held("a snapshot survives a reset", "first")
	l.add(sb, "second")
	take()
	l.held("replaced", "second")
	must(t)(sb.Reset())
	sb.DropSnapshot("s")
	l.held("dropped")
}

// What a fork resets to is its own: it stays when the snapshot is dropped.
func TestForkOutlivesTheSnapshotItCameFrom(t *testing.T) {
	t.Parallel()
	l := newLab(t, 0)
	base := l.sandbox("base")
	l.add(base, "kept")
	if _, err := base.Snapshot("s"); err != nil {
		t.Fatal(err)
	}
	fork, _, err := l.registry.Fork("base", "s", "fork")
	must(t)(err)
	must(t)(l.registry.Delete("base"))
	must(t)(fork.Reset())
	l.held("in the fork, reset", "kept")
	must(t)(l.registry.Delete("fork"))
	l.held("at the end")
}

func TestIdleSandboxesLetGo(t *testing.T) {
	t.Parallel()
	l := newLab(t, 0)
	l.add(l.sandbox("idle"), "forgotten")
	l.machine.pass(2 * time.Hour)
	l.held("after an hour unused")
}

// flow deposits a flow of invoices, each with one file; a faulty one is refused.
func (l *lab) flow(sb *sandboxes.Sandbox, faults map[string]bool) string {
	l.Helper()
	deposit := l.files.Begin()
	defer deposit.End()
	c := qualif.DeposerFlux{Pour: principal(sb), Interface: "1117", Syntaxe: "IN_DP_E2_CII_FACTURX"}
	for content, faulty := range faults {
		digest, err := deposit.Add([]byte(content))
		must(l)(err)
		lue := qualif.FactureLue{
			Numero: content, Type: "FACTURE", DateFacture: start, Cadre: "A1_FACTURE_FOURNISSEUR",
			Fournisseur: qualif.Identifier{Type: qualif.SIRET, Value: supplier}, Destinataire: qualif.Identifier{Type: qualif.SIRET, Value: mairie},
			Pieces: []qualif.PieceJointe{{Nom: "f.pdf", Empreinte: digest}},
		}
		if faulty {
			lue.Fautes = []string{"faux"}
		}
		c.Lues = append(c.Lues, lue)
	}
	flux, err := sandboxes.Do(sb, c)
	must(l)(err)
	return flux.Numero
}

// The files of a flow are there until it is treated; then only those of the
// invoices that were accepted.
func TestRefusedInvoicesLetGo(t *testing.T) {
	t.Parallel()
	l := newLab(t, 0)
	sb := l.sandbox("sb")
	l.add(sb, "bad but mine")
	numero := l.flow(sb, map[string]bool{"good": false, "bad": true, "bad but mine": true})
	l.held("deposited", "good", "bad", "bad but mine")
	if _, _, err := l.registry.Fork("sb", "", "fork"); err != nil {
		t.Fatal(err)
	}
	if _, err := sb.Advance(sandboxes.Move{By: clock.Span{Exact: time.Minute}}); err != nil {
		t.Fatal(err)
	}
	var etat qualif.EtatFlux
	sb.Read(func(v sandboxes.View) {
		flux, _ := v.Flux(numero)
		etat = flux.Etat
	})
	if etat != qualif.FluxIntegrePartiel {
		t.Fatalf("got %s, want IN_INTEGRE_PARTIEL", etat)
	}
	l.held("treated, but not in the fork", "good", "bad", "bad but mine")
	must(t)(l.registry.Delete("fork"))
	l.held("treated", "good", "bad but mine")
}

// What is not there cannot be held, and is not let go of in another's place.
func TestUnknownContentIsNobodys(t *testing.T) {
	t.Parallel()
	l := newLab(t, 0)
	one, two := l.sandbox("one"), l.sandbox("two")
	if _, err := sandboxes.Do(one, qualif.AjouterFichier{Pour: principal(one), Piece: qualif.PieceJointe{Empreinte: digest("x")}}); err != nil {
		t.Fatal(err)
	}
	l.add(two, "x")
	must(t)(l.registry.Delete("one"))
	l.held("after the deletion of the one without", "x")
}

// One deposit at a time is large, until its end; being large twice is no error.
func TestOneDepositIsLarge(t *testing.T) {
	t.Parallel()
	store := files.New(0)
	first := store.Begin()
	first.Large()
	first.Large()
	var large atomic.Int32
	large.Add(1)
	started := make(chan struct{}, 8)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			d := store.Begin()
			defer d.End()
			started <- struct{}{}
			d.Large()
			if large.Add(1) != 1 {
				t.Error("two deposits are large")
			}
			large.Add(-1)
		})
	}
	for range 8 {
		<-started
	}
	large.Add(-1)
	first.End()
	all.Wait()
}

func TestBound(t *testing.T) {
	t.Parallel()
	l := newLab(t, 10)
	sb := l.sandbox("sb")
	l.add(sb, "12345678")
	deposit := l.files.Begin()
	defer deposit.End()
	_, err := deposit.Add([]byte("abc"))
	var full *files.FullError
	if !errors.As(err, &full) || *full != (files.FullError{Asked: 3, Held: 8, Limit: 10}) || !strings.Contains(err.Error(), "--files-total-bytes") {
		t.Errorf("got %v, want a FullError of 3 beside 8 of 10 that names the flag", err)
	}
	if _, err := deposit.Add([]byte("12345678")); err != nil {
		t.Errorf("what is there already takes no room: %v", err)
	}
	if _, err := deposit.Add([]byte("ab")); err != nil {
		t.Errorf("up to the bound: %v", err)
	}
	must(t)(sb.Reset())
	deposit.End()
	if _, err := deposit.Add(bytes.Repeat([]byte("z"), 10)); err != nil {
		t.Errorf("once everything is gone: %v", err)
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	l := newLab(t, 0)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			name := fmt.Sprint("sb", i)
			sb := l.sandbox(name)
			for j := range 50 {
				l.add(sb, fmt.Sprint("file", j%7))
				if j%10 == 9 {
					if _, _, err := l.registry.Fork(name, "", name+"-fork"); err != nil {
						t.Error(err)
					}
				}
			}
			if err := errors.Join(l.registry.Delete(name), l.registry.Delete(name+"-fork")); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	l.held("after all")
}
