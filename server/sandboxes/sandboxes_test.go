package sandboxes_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"chorus-qualif/server/clock"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/store"
)

const (
	siret   = "00000000415049"
	manager = "gest@example.fr"
)

// start is where the tests' clocks begin.
var start = time.Date(2026, 3, 1, 9, 0, 0, 0, qualif.Paris)

func dataSet(t testing.TB, name string) *qualif.DataSet {
	t.Helper()
	d := &qualif.DataSet{
		Name: name,
		Structures: []qualif.Structure{
			{ID: 26149301, TypeIdentifiant: qualif.SIRET, Identifiant: siret, RaisonSociale: "Fournisseur"},
		},
		People:        []qualif.Person{{ID: 1, Login: manager, Nom: "Martin", Prenom: "Claire"}},
		Rattachements: []qualif.Rattachement{{ID: 1, Login: manager, StructureID: 26149301, Role: qualif.GestionnairePrincipal}},
	}
	if err := d.Index(); err != nil {
		t.Fatal(err)
	}
	return d
}

// wall is a machine's clock that a test moves.
type wall struct {
	mu     sync.Mutex
	now    time.Time
	timers []*timer
}

type timer struct {
	at   time.Time
	ring func()
	done bool
}

func (w *wall) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *wall) AfterFunc(d time.Duration, f func()) func() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	set := &timer{at: w.now.Add(d), ring: f}
	w.timers = append(w.timers, set)
	return func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		stopped := !set.done
		set.done = true
		return stopped
	}
}

// move passes time on the machine and rings the timers whose time has come.
func (w *wall) move(d time.Duration) {
	w.mu.Lock()
	w.now = w.now.Add(d)
	var ringing []func()
	for _, set := range w.timers {
		if !set.done && !set.at.After(w.now) {
			set.done = true
			ringing = append(ringing, set.ring)
		}
	}
	w.mu.Unlock()
	for _, ring := range ringing {
		ring()
	}
}

type fixture struct {
	*sandboxes.Registry
	wall *wall
	seen *[]string
}

func registry(t testing.TB, limit int) fixture {
	t.Helper()
	set := dataSet(t, "small")
	library, err := sandboxes.NewLibrary(set)
	if err != nil {
		t.Fatal(err)
	}
	w := &wall{now: start}
	var mu sync.Mutex
	seen := []string{}
	r, err := sandboxes.New(sandboxes.Options{
		Wall: w, Journals: store.NewMemory(), Library: library, Max: limit,
		Defaults: sandboxes.Spec{Seed: 1, Profile: qualif.DefaultProfile, Mode: clock.Frozen, At: start, DataSet: set},
		Observers: []sandboxes.Observer{func(sb *sandboxes.Sandbox, events []qualif.Event) {
			mu.Lock()
			defer mu.Unlock()
			for _, e := range events {
				seen = append(seen, fmt.Sprintf("%s %d %s", sb.Name(), e.Seq, e.Payload.Kind()))
			}
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Stop)
	return fixture{r, w, &seen}
}

func put(t testing.TB, r fixture, name string, spec sandboxes.Spec) *sandboxes.Sandbox {
	t.Helper()
	sb, _, err := r.Put(name, spec)
	if err != nil {
		t.Fatal(err)
	}
	return sb
}

func create(t testing.TB, sb *sandboxes.Sandbox) qualif.Created {
	t.Helper()
	created, err := sandboxes.Do(sb, qualif.Create{By: manager, Siret: siret})
	if err != nil {
		t.Fatal(err)
	}
	return created
}

func status(sb *sandboxes.Sandbox, login string) qualif.Status {
	var s qualif.Status
	sb.Read(func(v sandboxes.View) {
		if a, ok := v.Account(login); ok {
			s = a.Status
		}
	})
	return s
}

func journal(t testing.TB, sb *sandboxes.Sandbox) string {
	t.Helper()
	events, last, err := sb.Journal(0, 0)
	if err != nil {
		t.Fatal(err)
	}
	if last != uint64(len(events)) {
		t.Errorf("the journal ends with event %d and holds %d", last, len(events))
	}
	text, err := json.Marshal(events)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestPutReplacesAndNamesAreChecked(t *testing.T) {
	t.Parallel()
	r := registry(t, 0)
	sb, created, err := r.Put("a", sandboxes.Spec{})
	if err != nil || !created {
		t.Fatalf("got created %v, %v; want a new sandbox", created, err)
	}
	account := create(t, sb)
	again, created, err := r.Put("a", sandboxes.Spec{Profile: "cpp-2020"})
	if err != nil || created || again != sb {
		t.Fatalf("got created %v, same %v, %v; want the same sandbox set anew", created, again == sb, err)
	}
	if got := status(sb, account.Account.Login); got != "" {
		t.Errorf("an account of before is still there: %s", got)
	}
	for _, name := range []string{"", "-a", "a/b", "é", "a b", string(make([]byte, 64))} {
		if _, _, err := r.Put(name, sandboxes.Spec{}); !errors.Is(err, sandboxes.ErrName) {
			t.Errorf("name %q: got %v, want ErrName", name, err)
		}
	}
}

func TestPutRefusedLeavesNothing(t *testing.T) {
	t.Parallel()
	r := registry(t, 0)
	for name, spec := range map[string]sandboxes.Spec{
		"profile": {Profile: "portail-1999"},
		"switch":  {Switches: qualif.Switches{"no.such": "x"}},
		"mode":    {Mode: "sideways"},
		"rate":    {Mode: clock.Scaled, Rate: -1},
	} {
		if _, _, err := r.Put(name, spec); err == nil {
			t.Errorf("%s: no error", name)
		}
		if _, ok := r.Get(name); ok {
			t.Errorf("%s: the refused sandbox exists", name)
		}
	}
	sb := put(t, r, "kept", sandboxes.Spec{})
	account := create(t, sb)
	if _, _, err := r.Put("kept", sandboxes.Spec{Profile: "portail-1999"}); err == nil {
		t.Error("no error for an unknown profile")
	}
	if got := status(sb, account.Account.Login); got != qualif.EnCreation {
		t.Errorf("a refused PUT changed the sandbox: account is %q", got)
	}
}

func TestLimit(t *testing.T) {
	t.Parallel()
	r := registry(t, 3)
	put(t, r, "a", sandboxes.Spec{})
	put(t, r, "b", sandboxes.Spec{})
	if _, _, err := r.Put("c", sandboxes.Spec{}); !errors.Is(err, sandboxes.ErrFull) {
		t.Fatalf("got %v, want ErrFull", err)
	}
	put(t, r, "a", sandboxes.Spec{})
	if err := r.Delete("a"); err != nil {
		t.Fatal(err)
	}
	put(t, r, "c", sandboxes.Spec{})
	if got, want := r.Names(), []string{"b", "c", "default"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestDelete(t *testing.T) {
	t.Parallel()
	r := registry(t, 0)
	sb := put(t, r, "a", sandboxes.Spec{})
	var client string
	sb.Read(func(v sandboxes.View) { client = v.Applications()[0].ClientID })
	if found, ok := r.ByClientID(client); !ok || found != sb {
		t.Fatal("the client_id does not lead to the sandbox")
	}
	if found, ok := r.ByMark(sandboxes.Mark("a")); !ok || found != sb {
		t.Fatal("the mark does not lead to the sandbox")
	}
	if err := r.Delete("a"); err != nil {
		t.Fatal(err)
	}
	if err := r.Delete("a"); !errors.Is(err, sandboxes.ErrNone) {
		t.Errorf("got %v, want ErrNone", err)
	}
	if _, ok := r.ByClientID(client); ok {
		t.Error("the client_id of a deleted sandbox still leads somewhere")
	}
	if _, ok := r.ByMark(sandboxes.Mark("a")); ok {
		t.Error("the mark of a deleted sandbox still leads somewhere")
	}
	if err := r.Delete(sandboxes.Default); err != nil {
		t.Error(err)
	}
	if _, ok := r.Get(sandboxes.Default); !ok {
		t.Error("the default sandbox is gone")
	}
}

func TestResetIsAsNew(t *testing.T) {
	t.Parallel()
	r := registry(t, 0)
	sb := put(t, r, "a", sandboxes.Spec{Seed: 7})
	before := journal(t, sb)
	first := create(t, sb)
	if _, err := sb.Advance(sandboxes.Move{By: clock.Span{Days: 500}}); err != nil {
		t.Fatal(err)
	}
	if err := sb.Reset(); err != nil {
		t.Fatal(err)
	}
	if got := journal(t, sb); got != before {
		t.Errorf("got journal %s\nwant %s", got, before)
	}
	if got, want := sb.Now(), start; !got.Equal(want) {
		t.Errorf("the clock reads %s, want %s", got, want)
	}
	if again := create(t, sb); again.Account.Login != first.Account.Login || again.Password != first.Password {
		t.Error("the same command after a reset gives another account")
	}
}

func TestSandboxesAreIsolated(t *testing.T) {
	t.Parallel()
	r := registry(t, 0)
	a, b := put(t, r, "a", sandboxes.Spec{}), put(t, r, "b", sandboxes.Spec{})
	account := create(t, a)
	if _, err := a.Advance(sandboxes.Move{By: clock.Span{Exact: time.Hour}}); err != nil {
		t.Fatal(err)
	}
	if got := status(b, account.Account.Login); got != "" {
		t.Errorf("sandbox b has the account of a: %s", got)
	}
	if !b.Now().Equal(start) {
		t.Errorf("the clock of b moved with that of a: %s", b.Now())
	}
	var ofA, ofB qualif.Application
	a.Read(func(v sandboxes.View) { ofA = *v.Applications()[0] })
	b.Read(func(v sandboxes.View) { ofB = *v.Applications()[0] })
	if ofA.ClientID == ofB.ClientID {
		t.Error("two sandboxes share a client_id")
	}
}

func TestTimeFiresByItself(t *testing.T) {
	t.Parallel()
	for mode, test := range map[clock.Mode]struct {
		rate  float64
		pass  time.Duration
		fired bool
	}{
		clock.Real:   {0, 30 * time.Minute, true},
		clock.Offset: {0, 30 * time.Minute, true},
		clock.Scaled: {60, 30 * time.Second, true},
		clock.Frozen: {0, 24 * time.Hour, false},
	} {
		t.Run(string(mode), func(t *testing.T) {
			t.Parallel()
			r := registry(t, 0)
			sb := put(t, r, "a", sandboxes.Spec{Mode: mode, At: start.AddDate(1, 0, 0), Rate: test.rate})
			login := create(t, sb).Account.Login
			effective := fmt.Sprintf("a %d TechnicalAccountEffective", 6)
			r.wall.move(test.pass - time.Millisecond)
			if slices.Contains(*r.seen, effective) {
				t.Fatal("the account is effective too early")
			}
			r.wall.move(2 * time.Millisecond)
			if got := slices.Contains(*r.seen, effective); got != test.fired {
				t.Errorf("after %s nobody asked: fired %v, want %v; seen %v", test.pass, got, test.fired, *r.seen)
			}
			want := qualif.Actif
			if !test.fired {
				want = qualif.EnCreation
			}
			if got := status(sb, login); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func TestReadCatchesUpWithoutTimer(t *testing.T) {
	t.Parallel()
	r := registry(t, 0)
	sb := put(t, r, "a", sandboxes.Spec{Mode: clock.Real})
	login := create(t, sb).Account.Login
	r.Stop()
	r.wall.move(31 * time.Minute)
	if got := status(sb, login); got != qualif.Actif {
		t.Errorf("got %s, want ACTIF", got)
	}
	events, _, err := sb.Journal(0, 0)
	if err != nil {
		t.Fatal(err)
	}
	last := events[len(events)-1]
	if want := start.Add(30 * time.Minute); !last.At.Equal(want) || last.Payload.Kind() != "TechnicalAccountEffective" {
		t.Errorf("got %s at %s, want the account effective at its own instant %s", last.Payload.Kind(), last.At, want)
	}
}

func TestClock(t *testing.T) {
	t.Parallel()
	r := registry(t, 0)
	sb := put(t, r, "a", sandboxes.Spec{})
	login := create(t, sb).Account.Login

	peeked, err := sb.Peek(sandboxes.Move{By: clock.Span{Exact: time.Hour}})
	if err != nil || len(peeked.Fired) != 1 || peeked.Fired[0].Subject != login {
		t.Fatalf("peek: got %+v, %v; want the account effective", peeked, err)
	}
	if got := status(sb, login); got != qualif.EnCreation || !sb.Now().Equal(start) {
		t.Errorf("a peek changed something: %s at %s", got, sb.Now())
	}
	advanced, err := sb.Advance(sandboxes.Move{Until: "next"})
	if err != nil || !advanced.To.Equal(start.Add(30*time.Minute)) || !sb.Now().Equal(advanced.To) {
		t.Errorf("until next: got %+v, %v", advanced, err)
	}
	var refusal *qualif.Refusal
	if _, err := sb.Set(start); !errors.As(err, &refusal) || refusal.Code != "clock-backwards" {
		t.Errorf("set to the past: got %v, want clock-backwards", err)
	}
	if _, err := sb.Advance(sandboxes.Move{To: start}); !errors.As(err, &refusal) || refusal.Code != "clock-backwards" {
		t.Errorf("advance to the past: got %v, want clock-backwards", err)
	}
	reading, err := sb.Resume()
	if err != nil || reading.Mode != clock.Offset || reading.Rate != 1 {
		t.Errorf("resume: got %+v, %v", reading, err)
	}
	r.wall.move(time.Minute)
	if got, want := sb.Now(), start.Add(31*time.Minute); !got.Equal(want) {
		t.Errorf("resumed: got %s, want %s", got, want)
	}
	if reading, err = sb.Scale(60); err != nil || reading.Mode != clock.Scaled {
		t.Errorf("scale: got %+v, %v", reading, err)
	}
	r.wall.move(time.Minute)
	if got, want := sb.Now(), start.Add(91*time.Minute); !got.Equal(want) {
		t.Errorf("scaled: got %s, want %s", got, want)
	}
	target := start.AddDate(0, 0, 3)
	if reading, err = sb.Freeze(target); err != nil || reading.Mode != clock.Frozen || !reading.Now.Equal(target) {
		t.Errorf("freeze at: got %+v, %v", reading, err)
	}
	if reading, err = sb.Set(target.AddDate(0, 0, 1)); err != nil || reading.Mode != clock.Frozen {
		t.Errorf("set: got %+v, %v", reading, err)
	}
	r.wall.move(time.Hour)
	if got, want := sb.Now(), target.AddDate(0, 0, 1); !got.Equal(want) {
		t.Errorf("frozen: got %s, want %s", got, want)
	}
	if _, err := sb.Scale(0); err == nil {
		t.Error("a rate of 0 is no error")
	}
}

func TestInlineDataSetsLeaveWithTheirLastSandbox(t *testing.T) {
	t.Parallel()
	r := registry(t, 0)
	inline := dataSet(t, "inline")
	put(t, r, "a", sandboxes.Spec{DataSet: inline})
	put(t, r, "b", sandboxes.Spec{DataSet: dataSet(t, "inline")})
	if _, ok := r.Library().DataSet(inline.Digest()); !ok {
		t.Fatal("the data set is not in the library")
	}
	put(t, r, "a", sandboxes.Spec{})
	if _, ok := r.Library().DataSet(inline.Digest()); !ok {
		t.Fatal("the data set left while sandbox b uses it")
	}
	if err := r.Delete("b"); err != nil {
		t.Fatal(err)
	}
	if _, ok := r.Library().DataSet(inline.Digest()); ok {
		t.Error("the data set is kept though nobody uses it")
	}
	if _, err := r.Library().Named("nope"); err == nil {
		t.Error("no error for an unknown name")
	}
}

func TestManySandboxesInParallel(t *testing.T) {
	t.Parallel()
	r := registry(t, 0)
	var all sync.WaitGroup
	for i := range 100 {
		all.Go(func() {
			name := fmt.Sprintf("s%d", i%50)
			sb, _, err := r.Put(name, sandboxes.Spec{Seed: int64(i + 1)})
			if err != nil {
				t.Error(err)
				return
			}
			for range 5 {
				_, _ = sandboxes.Do(sb, qualif.Create{By: manager, Siret: siret})
				_, _ = sb.Advance(sandboxes.Move{By: clock.Span{Exact: 10 * time.Minute}})
				sb.Read(func(v sandboxes.View) { _ = v.Accounts() })
				_ = r.Names()
			}
			if i%3 == 0 {
				_ = r.Delete(name)
			}
		})
	}
	all.Wait()
	for _, name := range r.Names() {
		if sb, ok := r.Get(name); ok {
			journal(t, sb)
		}
	}
}

// A sandbox that is deleted takes nothing with it of another that has its name.
func TestANameIsFreeOnceNothingIsLeftOfIt(t *testing.T) {
	t.Parallel()
	r := registry(t, 0)
	const names = 400
	var all sync.WaitGroup
	for i := range 2 * names {
		all.Go(func() {
			name := fmt.Sprint("n", i%names)
			sb, _, err := r.Put(name, sandboxes.Spec{})
			if err != nil {
				t.Error(err)
				return
			}
			for range 3 {
				_, _ = sandboxes.Do(sb, qualif.Create{By: manager, Siret: siret})
				_ = r.Names()
			}
			if i < names {
				_ = r.Delete(name)
			}
		})
	}
	all.Wait()
	for _, name := range r.Names() {
		if sb, ok := r.Get(name); ok {
			journal(t, sb)
		}
	}
}

func BenchmarkPut(b *testing.B) {
	r := registry(b, 0)
	for i := 0; b.Loop(); i++ {
		put(b, r, fmt.Sprint("s", i), sandboxes.Spec{})
	}
}

func BenchmarkRead(b *testing.B) {
	r := registry(b, 0)
	sb := put(b, r, "a", sandboxes.Spec{Mode: clock.Real})
	create(b, sb)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			sb.Read(func(v sandboxes.View) { _ = v.Seq })
		}
	})
}
