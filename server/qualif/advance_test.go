package qualif_test

import (
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"chorus-qualif/server/qualif"
)

// kinds lists what fired, and checks that it did in order.
func kinds(t testing.TB, fired []qualif.Fired) []qualif.DueKind {
	t.Helper()
	var all []qualif.DueKind
	for i, f := range fired {
		if i > 0 && (f.At.Before(fired[i-1].At) || f.At.Equal(fired[i-1].At) && f.Order <= fired[i-1].Order) {
			t.Errorf("%s at %s fired after %s at %s", f.Kind, f.At, fired[i-1].Kind, fired[i-1].At)
		}
		if len(f.Events) == 0 {
			t.Errorf("%s at %s led to no event", f.Kind, f.At)
		}
		all = append(all, f.Kind)
	}
	return all
}

// One advance over years runs a whole life, cascades included, each event at
// its own instant.
func TestAdvanceIsOrderedAndComplete(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022", withSwitch(qualif.SwitchExpiryReminder, "15-days"))
	kept := sb.create().Account
	sb.pass(30 * time.Minute)
	leaving := sb.create().Account
	sb.pass(30 * time.Minute)
	deactivation := do(sb, qualif.Deactivate{By: manager, Login: leaving.Login})
	do(sb, qualif.Prepare{By: manager, Siret: supplier})

	from := sb.now
	to := from.AddDate(2, 0, 0)
	advanced := do(sb, qualif.Advance{To: to})
	want := []qualif.DueKind{
		qualif.DueAccountDeactivated, qualif.DuePreparationExpiry, qualif.DueAccountDeleted, qualif.DueExpiryReminder, qualif.DuePasswordExpiry,
	}
	if got := kinds(t, advanced.Fired); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if !advanced.From.Equal(from) || !advanced.To.Equal(to) || advanced.Next != nil || advanced.Exhausted || !sb.Now.Equal(to) {
		t.Errorf("got %+v", advanced)
	}
	deleted := advanced.Fired[2]
	if want := qualif.AddDays(deactivation.EffectiveAt, 60); !deleted.At.Equal(want) || deleted.Subject != leaving.Login {
		t.Errorf("got %+v, want the end of the window at %s", deleted, want)
	}
	for _, f := range advanced.Fired {
		for _, seq := range f.Events {
			if e := sb.journal[seq-1]; !e.At.Equal(f.At) || e.Cause != f.Cause {
				t.Errorf("%s: event %+v is not at its own instant %s", f.Kind, e, f.At)
			}
		}
	}
	if a := sb.account(kept.Login); !a.PasswordExpired(sb.Now) {
		t.Error("the password is not expired")
	}
}

func TestAdvanceAYearOverThousands(t *testing.T) {
	t.Parallel()
	const accounts = 3000
	sb := founded(t, "portail-2022")
	for range accounts {
		sb.create()
		sb.pass(time.Minute)
	}
	advanced := do(sb, qualif.Advance{To: sb.now.AddDate(2, 0, 0)})
	if got := len(kinds(t, advanced.Fired)); got < accounts {
		t.Errorf("got %d, want the expiry of %d accounts at least", got, accounts)
	}
	for _, a := range sb.Accounts() {
		if a.Status != qualif.Actif || !a.PasswordExpired(sb.Now) {
			t.Fatalf("got %+v, want it expired", a)
		}
	}
}

func TestAdvanceUntilNext(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022")
	first := sb.create()
	sb.create() // at the same instant
	sb.pass(time.Minute)
	later := sb.create()
	advanced := do(sb, qualif.Advance{Until: qualif.UntilNext})
	if got := len(kinds(t, advanced.Fired)); got != 2 || !advanced.To.Equal(first.EffectiveAt) {
		t.Errorf("got %d at %s, want both of %s", got, advanced.To, first.EffectiveAt)
	}
	if advanced.Next == nil || !advanced.Next.At.Equal(later.EffectiveAt) || advanced.Next.Subject != later.Account.Login {
		t.Errorf("got next %+v, want %s", advanced.Next, later.EffectiveAt)
	}
	sb.to(advanced.To)
	do(sb, qualif.Advance{Until: qualif.UntilIdle})
	before := sb.Now
	if idle := do(sb, qualif.Advance{Until: qualif.UntilNext}); !idle.To.Equal(before) || len(idle.Fired) > 0 || idle.Next != nil {
		t.Errorf("with nothing due: got %+v", idle)
	}
}

func TestAdvanceUntilIdle(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022")
	a := sb.create().Account
	advanced := do(sb, qualif.Advance{Until: qualif.UntilIdle})
	if got, want := kinds(t, advanced.Fired), []qualif.DueKind{qualif.DueAccountEffective, qualif.DuePasswordExpiry}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if !advanced.To.Equal(a.PasswordExpiresAt) || !sb.Now.Equal(advanced.To) || advanced.Next != nil {
		t.Errorf("got %+v, want to stop at the last thing due, %s", advanced, a.PasswordExpiresAt)
	}
	sb.to(advanced.To.Add(time.Hour))
	if again := do(sb, qualif.Advance{Until: qualif.UntilIdle}); !again.To.Equal(sb.now) || len(again.Fired) > 0 {
		t.Errorf("with nothing due: got %+v, want to stay at %s", again, sb.now)
	}
}

// A budget ends with what was done; the same command goes on, and in all the
// same things have fired as without a budget.
func TestAdvanceBudgetIsResumable(t *testing.T) {
	t.Parallel()
	arrange := func() *sandbox {
		sb := founded(t, "portail-2022")
		for i := range 30 {
			sb.create()
			if i%7 == 6 { // seven at an instant
				sb.pass(time.Minute)
			}
		}
		return sb
	}
	whole := arrange()
	to := whole.now.AddDate(2, 0, 0)
	want := do(whole, qualif.Advance{To: to})
	for _, budget := range []int{1, 2, 7, 8, 59, 60, 61, math.MaxInt} {
		sb := arrange()
		var fired []qualif.Fired
		calls := 0
		for advanced := (qualif.Advanced{Exhausted: true}); advanced.Exhausted; calls++ {
			advanced = do(sb, qualif.Advance{To: to, MaxEvents: budget})
			fired = append(fired, advanced.Fired...)
			sb.now = advanced.To
			if !sb.Now.Equal(advanced.To) {
				t.Fatalf("the state is at %s, the answer at %s", sb.Now, advanced.To)
			}
			if advanced.Exhausted {
				last := advanced.Fired[len(advanced.Fired)-1]
				if !advanced.To.Equal(last.At) || advanced.Next == nil || !advanced.Next.At.After(last.At) || len(advanced.Fired) < budget {
					t.Fatalf("budget %d: stopped at %s after %d, next %+v", budget, advanced.To, len(advanced.Fired), advanced.Next)
				}
			}
		}
		if len(fired) != len(want.Fired) {
			t.Fatalf("budget %d: %d fired in %d calls, want %d", budget, len(fired), calls, len(want.Fired))
		}
		for i, f := range fired {
			if f.Due != want.Fired[i].Due {
				t.Errorf("budget %d: %+v fired, want %+v", budget, f.Due, want.Fired[i].Due)
			}
		}
		if budget <= 7 != (calls > 8) {
			t.Errorf("budget %d took %d calls", budget, calls)
		}
	}
}

// A peek is an advance of a copy.
func TestPeekLeavesTheOriginal(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022")
	sb.create()
	do(sb, qualif.Prepare{By: manager, Siret: supplier})
	untouched := sb.replayed()
	copied := sb.Clone()
	if !reflect.DeepEqual(copied, sb.State) {
		t.Fatal("a clone is not equal")
	}
	peeked, _, err := qualif.Execute(copied, sb.now, qualif.Advance{To: sb.now.AddDate(3, 0, 0)})
	if err != nil || len(peeked.Fired) != 3 {
		t.Errorf("got %d, %v; want three", len(peeked.Fired), err)
	}
	if !reflect.DeepEqual(sb.State, untouched) {
		t.Error("a peek changed the original")
	}
	if advanced := do(sb, qualif.Advance{To: sb.now.AddDate(3, 0, 0)}); !reflect.DeepEqual(advanced, peeked) {
		t.Errorf("the peek told %+v, the advance did %+v", peeked, advanced)
	}
}

// What grows in a copy grows apart from the original: their lists have no room
// in common.
func TestClonesGrowApart(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022")
	do(sb, qualif.Create{By: manager, Siret: branch})
	for range 4 { // a slice that grows by doubling has room for a sixth
		sb.create()
	}
	do(sb, qualif.PutApplication{Name: "mine", Raccordements: []string{supplier, partner, supplier, partner}})
	untouched := sb.replayed()
	twin := *sb
	twin.State = sb.Clone()
	do(&twin, qualif.Create{By: manager, Siret: supplier, Contact: "twin@mail.example"})
	do(&twin, qualif.TransferManager{By: manager, Siret: branch, To: colleague})
	do(&twin, qualif.DeclareRaccordement{By: colleague, Siret: branch, Application: "mine"})
	if !reflect.DeepEqual(sb.State, untouched) {
		t.Error("the copy's growth shows in the original")
	}
	do(sb, qualif.Create{By: manager, Siret: supplier, Contact: "original@mail.example"})
	if got := twin.mail().To; got != "twin@mail.example" {
		t.Errorf("the copy's last mail goes to %s", got)
	}
	if got := sb.mail().To; got != "original@mail.example" {
		t.Errorf("the original's last mail goes to %s", got)
	}
}

func TestTimeIsBounded(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022")
	end := paris("9990-01-01 00:00:00")
	refused(sb, "clock-backwards", qualif.Advance{To: noon.Add(-time.Millisecond)})
	refused(sb, "clock-backwards", qualif.Advance{})
	refused(sb, "clock-too-far", qualif.Advance{To: end.Add(time.Millisecond)})
	refused(sb, "clock-backwards", qualif.SetClock{At: noon.Add(-time.Millisecond)})
	refused(sb, "clock-too-far", qualif.SetClock{At: end.Add(time.Millisecond)})
	refused(sb, "clock-rate-invalid", qualif.SetClock{Clock: qualif.ClockSetting{Mode: "scaled", Rate: math.NaN()}})
	refused(sb, "clock-rate-invalid", qualif.SetClock{Clock: qualif.ClockSetting{Mode: "scaled", Rate: math.Inf(1)}})
	do(sb, qualif.Advance{To: end})
	// A scaled clock may run on: the sandbox stays at its end, and every date
	// counted from it can still be written and read back.
	sb.now = end.AddDate(400, 0, 0)
	login := sb.inactiveNow()
	if !sb.Now.Equal(end) {
		t.Errorf("got %s, want %s", sb.Now, end)
	}
	if !reflect.DeepEqual(sb.State, sb.replayed()) || sb.account(login).PasswordExpiresAt.Year() < 9991 {
		t.Error("the journal does not rebuild the state at the end of time")
	}
	refused(sb, "clock-too-far", qualif.Advance{Until: qualif.UntilNext})
}

// inactiveNow deactivates an account without moving the test's clock.
func (sb *sandbox) inactiveNow() string {
	sb.t.Helper()
	sb.Profile.CreateDelay = 0
	login := sb.create().Account.Login
	sb.Profile.CreateDelay = 30 * time.Minute
	do(sb, qualif.Deactivate{By: manager, Login: login})
	return login
}

func TestSetClock(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022")
	a := sb.create().Account
	scaled := qualif.ClockSetting{Mode: "scaled", Rate: 60}
	set := do(sb, qualif.SetClock{Clock: scaled})
	if sb.Clock != scaled || !set.From.Equal(noon) || !set.To.Equal(noon) || len(set.Fired) > 0 || set.Next == nil {
		t.Errorf("got %+v", set)
	}
	frozen := qualif.ClockSetting{Mode: "frozen"}
	set = do(sb, qualif.SetClock{Clock: frozen, At: noon.Add(time.Hour)})
	if sb.Clock != frozen || !set.To.Equal(noon.Add(time.Hour)) || len(set.Fired) != 1 || !set.Next.At.Equal(a.PasswordExpiresAt) {
		t.Errorf("got %+v", set)
	}
}

// Whatever was due by a command happens before it, at its own instant; an
// instant of the past is taken for the present.
func TestCatchUpComesFirst(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022")
	created := sb.create()
	sb.now = noon.Add(time.Hour)
	do(sb, qualif.Deactivate{By: manager, Login: created.Account.Login})
	sb.now = noon.AddDate(0, 3, 0)
	refused(sb, "reactivation-window-over", qualif.Activate{By: manager, Login: created.Account.Login})
	var got []string
	for _, e := range sb.journal[3:] {
		got = append(got, string(e.Payload.Kind())+" "+e.At.Format("02/01 15:04"))
	}
	want := []string{
		"TechnicalAccountRequested 01/03 12:00", "MailQueued 01/03 12:00", "TechnicalAccountEffective 01/03 12:30",
		"DeactivationRequested 01/03 13:00", "MailQueued 01/03 13:00", "TechnicalAccountDeactivated 01/03 13:30", "TechnicalAccountDeleted 30/04 13:30",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	sb.now = noon
	if again := sb.create(); !again.Account.CreatedAt.Equal(paris("2026-04-30 13:30:00")) {
		t.Errorf("created %s: time ran backwards", again.Account.CreatedAt)
	}
}

func TestDueIsListedInOrder(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022")
	first := sb.create()
	sb.create()
	due := sb.Due(time.Time{})
	if len(due) != 4 || due[0].Subject != first.Account.Login || due[0].Kind != qualif.DueAccountEffective || due[0].Cause != 4 {
		t.Errorf("got %+v", due)
	}
	if next, ok := sb.NextDue(); !ok || next != due[0] {
		t.Errorf("got %+v, want %+v", next, due[0])
	}
	if soon := sb.Due(first.EffectiveAt); len(soon) != 2 || sb.Due(first.EffectiveAt.Add(-time.Millisecond)) != nil {
		t.Errorf("got %+v, want what is due by %s", soon, first.EffectiveAt)
	}
}
