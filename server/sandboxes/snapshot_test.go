package sandboxes_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"chorus-qualif/fixtures"
	"chorus-qualif/server/clock"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/store"
)

// replayed is the state that the sandbox's journal rebuilds.
func replayed(t testing.TB, r fixture, sb *sandboxes.Sandbox) *qualif.State {
	t.Helper()
	events, _, err := sb.Journal(0, 0)
	if err != nil {
		t.Fatal(err)
	}
	state := qualif.NewState(r.Library())
	if err := state.Replay(events); err != nil {
		t.Fatalf("the journal of %s does not replay: %v", sb.Name(), err)
	}
	return state
}

// same compares what two states say of accounts, applications, mails and what
// is due.
func same(t *testing.T, got *qualif.State, sb *sandboxes.Sandbox) {
	t.Helper()
	sb.Read(func(v sandboxes.View) {
		for what, pair := range map[string][2]any{
			"name": {got.Name, v.Name}, "seq": {got.Seq, v.Seq}, "accounts": {got.Accounts(), v.Accounts()},
			"applications": {got.Applications(), v.Applications()}, "mails": {got.Mails(), v.Mails()}, "due": {got.Due(time.Time{}), v.Due(time.Time{})},
			"key": {got.TokenKey(), v.TokenKey()},
		} {
			a, _ := json.Marshal(pair[0])
			b, _ := json.Marshal(pair[1])
			if string(a) != string(b) {
				t.Errorf("%s: a replay gives %s\nwant %s", what, a, b)
			}
		}
	})
}

func TestForkIsItsOwnSandboxWithTheSameAccounts(t *testing.T) {
	t.Parallel()
	r := registry(t, 0)
	golden := put(t, r, "golden", sandboxes.Spec{})
	account := create(t, golden)
	fork, created, err := r.Fork("golden", "", "copy")
	if err != nil || !created {
		t.Fatal(created, err)
	}
	login := account.Account.Login
	if got := status(fork, login); got != qualif.EnCreation {
		t.Fatalf("the fork has the account at %q", got)
	}
	var ofGolden, ofFork qualif.Application
	var secrets [2]string
	golden.Read(func(v sandboxes.View) { ofGolden = *v.Applications()[0]; secrets[0] = v.ClientSecret(&ofGolden) })
	fork.Read(func(v sandboxes.View) {
		ofFork = *v.Applications()[0]
		secrets[1] = v.ClientSecret(&ofFork)
		if verdict := v.Authenticate(v.Present.Add(time.Hour), login, account.Password); verdict.Code == "technical-account-password-wrong" {
			t.Error("the password of the account is not that of the source")
		}
	})
	if ofGolden.ClientID == ofFork.ClientID || secrets[0] == secrets[1] {
		t.Error("the fork has the source's credentials")
	}
	if found, ok := r.ByClientID(ofFork.ClientID); !ok || found != fork {
		t.Error("the fork's client_id does not lead to it")
	}
	if found, ok := r.ByClientID(ofGolden.ClientID); !ok || found != golden {
		t.Error("the source's client_id no longer leads to it")
	}
	if !strings.Contains(ofFork.Name, "copy") {
		t.Errorf("the fork's application is called %s", ofFork.Name)
	}
	// What happens in one does not happen in the other.
	if _, err := fork.Advance(sandboxes.Move{By: clock.Span{Exact: time.Hour}}); err != nil {
		t.Fatal(err)
	}
	if got := status(golden, login); got != qualif.EnCreation {
		t.Errorf("the source's account is %s", got)
	}
	same(t, replayed(t, r, fork), fork)
	same(t, replayed(t, r, golden), golden)
}

func TestForksAreDeterministic(t *testing.T) {
	t.Parallel()
	var journals []string
	for range 2 {
		r := registry(t, 0)
		create(t, put(t, r, "golden", sandboxes.Spec{}))
		fork, _, err := r.Fork("golden", "", "copy")
		if err != nil {
			t.Fatal(err)
		}
		create(t, fork)
		journals = append(journals, journal(t, fork))
	}
	if journals[0] != journals[1] {
		t.Errorf("got %s\nthen %s", journals[0], journals[1])
	}
}

func TestResetOfAForkGoesBackToWhatItWasForkedFrom(t *testing.T) {
	t.Parallel()
	r := registry(t, 0)
	golden := put(t, r, "golden", sandboxes.Spec{})
	login := create(t, golden).Account.Login
	fork, _, err := r.Fork("golden", "", "copy")
	if err != nil {
		t.Fatal(err)
	}
	before := journal(t, fork)
	if _, err := fork.Advance(sandboxes.Move{By: clock.Span{Days: 2}}); err != nil {
		t.Fatal(err)
	}
	if err := r.Delete("golden"); err != nil {
		t.Fatal(err)
	}
	if err := fork.Reset(); err != nil {
		t.Fatal(err)
	}
	if got := journal(t, fork); got != before || status(fork, login) != qualif.EnCreation {
		t.Errorf("got %s\nwant %s", got, before)
	}
	// PUT makes it an ordinary sandbox again.
	put(t, r, "copy", sandboxes.Spec{})
	if err := fork.Reset(); err != nil || status(fork, login) != "" {
		t.Errorf("after PUT and reset the account is %q, %v", status(fork, login), err)
	}
}

func TestRestoreGoesBackInTimeAndLosesNothing(t *testing.T) {
	t.Parallel()
	for _, mode := range []clock.Mode{clock.Frozen, clock.Real, clock.Offset, clock.Scaled} {
		t.Run(string(mode), func(t *testing.T) {
			t.Parallel()
			r := registry(t, 0)
			sb := put(t, r, "a", sandboxes.Spec{Mode: mode, At: start, Rate: 60})
			login := create(t, sb).Account.Login
			taken, err := sb.Snapshot("ready")
			if err != nil || taken.Name != "ready" || taken.Events != sb.LastSeq() {
				t.Fatalf("got %+v, %v", taken, err)
			}
			epoch := sb.Epoch()
			r.wall.move(time.Hour)
			if _, err := sb.Advance(sandboxes.Move{By: clock.Span{Days: 500}}); err != nil {
				t.Fatal(err)
			}
			if err := sb.Restore("ready"); err != nil {
				t.Fatal(err)
			}
			if now := sb.Now(); !now.Equal(taken.At) || status(sb, login) != qualif.EnCreation {
				t.Errorf("restored at %s with the account %s, want %s", now, status(sb, login), taken.At)
			}
			if sb.Epoch() == epoch {
				t.Error("nobody can tell that the journal was taken back")
			}
			same(t, replayed(t, r, sb), sb)
			r.wall.move(31 * time.Minute)
			want := qualif.Actif
			if mode == clock.Frozen {
				want = qualif.EnCreation
			}
			if got := status(sb, login); got != want {
				t.Errorf("half an hour later the account is %s, want %s", got, want)
			}
			var client string
			sb.Read(func(v sandboxes.View) { client = v.Applications()[0].ClientID })
			if found, ok := r.ByClientID(client); !ok || found != sb {
				t.Error("the client_id leads nowhere after the restoration")
			}
		})
	}
}

func TestSnapshotsAreNamedBoundedAndForked(t *testing.T) {
	t.Parallel()
	r := registry(t, 0)
	sb := put(t, r, "a", sandboxes.Spec{})
	for i := range 64 {
		if _, err := sb.Snapshot(fmt.Sprint("s", i)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := sb.Snapshot("one-more"); !errors.Is(err, sandboxes.ErrSnapshotLimit) {
		t.Errorf("got %v, want ErrSnapshotLimit", err)
	}
	login := create(t, sb).Account.Login
	if _, err := sb.Snapshot("s0"); err != nil {
		t.Errorf("replacing a snapshot: %v", err)
	}
	sb.DropSnapshot("s1")
	sb.DropSnapshot("s1")
	if got := sb.Snapshots(); len(got) != 63 || got[0].Name != "s0" {
		t.Errorf("got %d snapshots", len(got))
	}
	early, _, err := r.Fork("a", "s2", "early")
	if err != nil || status(early, login) != "" {
		t.Errorf("forked from before the creation: %q, %v", status(early, login), err)
	}
	late, _, err := r.Fork("a", "s0", "late")
	if err != nil || status(late, login) != qualif.EnCreation {
		t.Errorf("forked from after the creation: %q, %v", status(late, login), err)
	}
	for _, bad := range []struct {
		from, snapshot, to string
		want               error
	}{
		{"a", "s1", "x", sandboxes.ErrNoSnapshot}, {"nope", "", "x", sandboxes.ErrNone}, {"a", "", "a", sandboxes.ErrSelf}, {"a", "", "-", sandboxes.ErrName},
	} {
		if _, _, err := r.Fork(bad.from, bad.snapshot, bad.to); !errors.Is(err, bad.want) {
			t.Errorf("%+v: got %v", bad, err)
		}
	}
	if _, err := sb.Snapshot("/"); !errors.Is(err, sandboxes.ErrName) {
		t.Errorf("got %v, want ErrName", err)
	}
	if err := sb.Restore("s1"); !errors.Is(err, sandboxes.ErrNoSnapshot) {
		t.Errorf("got %v, want ErrNoSnapshot", err)
	}
}

func TestAnInlineDataSetLivesAsLongAsASnapshotOrForkNeedsIt(t *testing.T) {
	t.Parallel()
	r := registry(t, 0)
	inline := dataSet(t, "inline")
	known := func() bool { _, ok := r.Library().DataSet(inline.Digest()); return ok }
	sb := put(t, r, "a", sandboxes.Spec{DataSet: inline})
	if _, err := sb.Snapshot("s"); err != nil {
		t.Fatal(err)
	}
	put(t, r, "a", sandboxes.Spec{})
	if !known() {
		t.Fatal("the snapshot lost its data set")
	}
	fork, _, err := r.Fork("a", "s", "b")
	if err != nil {
		t.Fatal(err)
	}
	sb.DropSnapshot("s")
	if !known() || fork.Reset() != nil {
		t.Fatal("the fork lost its data set")
	}
	if err := r.Delete("b"); err != nil || known() {
		t.Errorf("the data set stays though nobody uses it: %v", err)
	}
}

func TestAutoSandboxes(t *testing.T) {
	t.Parallel()
	r := registry(t, 0)
	if _, err := r.Resolve("suite"); !errors.Is(err, sandboxes.ErrNone) {
		t.Errorf("got %v, want ErrNone", err)
	}
	set := dataSet(t, "small")
	library, err := sandboxes.NewLibrary(set)
	if err != nil {
		t.Fatal(err)
	}
	auto, err := sandboxes.New(sandboxes.Options{
		Wall: &wall{now: start}, Journals: store.NewMemory(), Library: library, Max: 2, Auto: true,
		Defaults: sandboxes.Spec{Seed: 1, Profile: qualif.DefaultProfile, Mode: clock.Frozen, At: start, DataSet: set},
	})
	if err != nil {
		t.Fatal(err)
	}
	sb, err := auto.Resolve("suite")
	if err != nil || sb.Name() != "suite" || sb.LastSeq() == 0 {
		t.Fatalf("got %v, %v", sb, err)
	}
	create(t, sb)
	if again, err := auto.Resolve("suite"); err != nil || again != sb || again.LastSeq() < 4 {
		t.Error("the second time it is made anew")
	}
	if _, err := auto.Resolve("more"); !errors.Is(err, sandboxes.ErrFull) {
		t.Errorf("got %v, want ErrFull", err)
	}
	if _, err := auto.Resolve("a/b"); !errors.Is(err, sandboxes.ErrName) {
		t.Errorf("got %v, want ErrName", err)
	}
}

func TestIdleSandboxesExpire(t *testing.T) {
	t.Parallel()
	set := dataSet(t, "small")
	library, err := sandboxes.NewLibrary(set)
	if err != nil {
		t.Fatal(err)
	}
	w := &wall{now: start}
	r, err := sandboxes.New(sandboxes.Options{
		Wall: w, Journals: store.NewMemory(), Library: library, IdleAfter: time.Hour,
		Defaults: sandboxes.Spec{Seed: 1, Profile: qualif.DefaultProfile, Mode: clock.Frozen, At: start, DataSet: set},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"idle", "used"} {
		if _, _, err := r.Put(name, sandboxes.Spec{}); err != nil {
			t.Fatal(err)
		}
	}
	for range 8 {
		w.move(10 * time.Minute)
		if _, ok := r.Get("used"); !ok {
			t.Fatal("a sandbox in use expired")
		}
		r.Find("idle") // looking is not using
	}
	if _, ok := r.Find("idle"); ok {
		t.Error("a sandbox idle for 80 minutes is still there")
	}
	if _, ok := r.Find(sandboxes.Default); !ok {
		t.Error("the default sandbox expired")
	}
	w.move(2 * time.Hour)
	w.move(2 * time.Hour)
	if got := r.Names(); len(got) != 1 {
		t.Errorf("got %v, want the default one only", got)
	}
	r.Stop()
}

func TestWaitUntil(t *testing.T) {
	t.Parallel()
	r := registry(t, 0)
	sb := put(t, r, "a", sandboxes.Spec{})
	arrived := make(chan error, 1)
	wait := func() { arrived <- sb.WaitUntil(t.Context(), start.Add(time.Hour)) }
	go wait()
	if _, err := sb.Advance(sandboxes.Move{By: clock.Span{Exact: time.Hour}}); err != nil {
		t.Fatal(err)
	}
	if err := <-arrived; err != nil {
		t.Error(err)
	}
	if err := sb.Reset(); err != nil {
		t.Fatal(err)
	}
	go wait()
	if _, err := sb.Resume(); err != nil {
		t.Fatal(err)
	}
	for done := false; !done; { // the timer may be set at any moment
		r.wall.move(20 * time.Minute)
		select {
		case err := <-arrived:
			if done = true; err != nil {
				t.Error(err)
			}
		default:
		}
	}
	if err := sb.Reset(); err != nil {
		t.Fatal(err)
	}
	go wait()
	for done := false; !done; {
		if err := sb.Reset(); err != nil {
			t.Fatal(err)
		}
		select {
		case err := <-arrived:
			if done = true; !errors.Is(err, sandboxes.ErrRestarted) {
				t.Errorf("got %v, want ErrRestarted", err)
			}
		default:
		}
	}
}

func builtin(t testing.TB) *sandboxes.Registry {
	t.Helper()
	set, err := fixtures.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	library, err := sandboxes.NewLibrary(set)
	if err != nil {
		t.Fatal(err)
	}
	r, err := sandboxes.New(sandboxes.Options{
		Wall: &wall{now: start}, Journals: store.NewMemory(), Library: library,
		Defaults: sandboxes.Spec{Seed: 1, Profile: qualif.DefaultProfile, Mode: clock.Frozen, At: start, DataSet: set},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Stop)
	return r
}

func BenchmarkForkBuiltin(b *testing.B) {
	r := builtin(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, _, err := r.Fork(sandboxes.Default, "", fmt.Sprint("f", i)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPutBuiltin(b *testing.B) {
	r := builtin(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, _, err := r.Put(fmt.Sprint("f", i), sandboxes.Spec{}); err != nil {
			b.Fatal(err)
		}
	}
}
