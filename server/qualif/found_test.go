package qualif_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"chorus-qualif/server/qualif"
)

func TestFoundIsRefused(t *testing.T) {
	t.Parallel()
	loose := unindexed()
	elsewhere := manyStructures(t, 1)
	for name, test := range map[string]struct {
		change func(*qualif.Found)
		at     time.Time
		want   string
	}{
		"an unknown profile":        {func(f *qualif.Found) { f.Profile = "x" }, noon, `profile "x"`},
		"a wrong switch":            {func(f *qualif.Found) { f.Switches = qualif.Switches{"x": "y"} }, noon, `switch "x"`},
		"no data set":               {func(f *qualif.Found) { f.DataSet = nil }, noon, "missing or not indexed"},
		"a data set not indexed":    {func(f *qualif.Found) { f.DataSet = loose }, noon, "missing or not indexed"},
		"one not in the library":    {func(f *qualif.Found) { f.DataSet = elsewhere }, noon, "not in the library"},
		"an endless rate":           {func(f *qualif.Found) { f.Clock.Rate = 1e300 }, noon, "clock-rate-invalid"},
		"before there was a Chorus": {func(*qualif.Found) {}, paris("1999-12-31 23:59:59"), "clock-too-early"},
		"no instant":                {func(*qualif.Found) {}, time.Time{}, "clock-too-early"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := dataSet(t)
			s, untouched := qualif.NewState(library{d}), qualif.NewState(library{d})
			found := qualif.Found{Name: "test", Profile: "portail-2022", DataSet: d}
			test.change(&found)
			_, events, err := qualif.Execute(s, test.at, found)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			if len(events) > 0 || !reflect.DeepEqual(s, untouched) {
				t.Errorf("a sandbox that was refused left %d events", len(events))
			}
		})
	}
	sb := founded(t, "portail-2022")
	if _, err := try(sb, qualif.Found{Name: "again", Profile: "cpp-2020", DataSet: sb.Data()}); err == nil || sb.Name != "test" {
		t.Errorf("got %v: a sandbox was founded on another", err)
	}
}

func TestFoundKeepsNoHoldOfItsSwitches(t *testing.T) {
	t.Parallel()
	switches := qualif.Switches{qualif.SwitchLockAfter: "3"}
	sb := founded(t, "portail-2022", func(f *qualif.Found) { f.Switches = switches })
	switches[qualif.SwitchLockAfter] = "5"
	if got := sb.LockLimit(); got != 3 {
		t.Errorf("got %d: the caller changed a sandbox's switches", got)
	}
}

func TestFoundWithNoSwitchesIsReadBack(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022", func(f *qualif.Found) { f.Switches = qualif.Switches{} })
	if !reflect.DeepEqual(sb.State, sb.replayed()) {
		t.Error("the journal does not rebuild the state")
	}
}

// An account of the data set has a past that can have been: created, then
// effective, then its password, then what became of it, all before the start.
func TestImportedAccountsAreConsistent(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	var seeds []qualif.AccountSeed
	for _, status := range qualif.Statuses {
		for _, changed := range []time.Duration{0, 29 * time.Minute, 30 * time.Minute, day, 59 * day, 60 * day, 61 * day, 3000 * day} {
			if status.Pending() && changed >= 30*time.Minute {
				continue
			}
			for _, age := range []int{0, 1, 59, 61, 423, 424, 425, 3650} {
				seeds = append(seeds, qualif.AccountSeed{
					StructureID: supplierID, Login: fmt.Sprintf("TECH_%d_%s@cpp2021.fr", len(seeds)+1, supplier), Status: status,
					ChangedDays: int(changed / day), ChangedMinutes: int(changed % day / time.Minute), PasswordDays: age,
				})
			}
		}
	}
	for _, profile := range profileNames() {
		for _, at := range []string{
			"2026-03-01 12:00:00", "2026-03-29 03:15:00 +0200", "2026-10-25 02:30:00 +0200", "2026-10-25 02:30:00 +0100",
			"2028-02-29 23:59:59", "2000-01-01 00:00:00",
		} {
			t.Run(profile+" "+at, func(t *testing.T) {
				t.Parallel()
				sb := foundedAt(t, paris(at), profile, withAccounts(t, seeds...))
				for _, seed := range seeds {
					checkImported(t, sb, seed)
				}
				if !reflect.DeepEqual(sb.State, sb.replayed()) {
					t.Error("the journal does not rebuild the state")
				}
			})
		}
	}
}

func checkImported(t *testing.T, sb *sandbox, seed qualif.AccountSeed) {
	t.Helper()
	a, start := sb.account(seed.Login), sb.now
	wrong := func(is bool, rule string) {
		t.Helper()
		if is {
			t.Errorf("%+v: %s\n%+v", seed, rule, a)
		}
	}
	ordered := func(rule string, instants ...time.Time) {
		t.Helper()
		wrong(!slices.IsSortedFunc(instants, time.Time.Compare), "want "+rule)
	}
	ordered("created <= password set <= start", a.CreatedAt, a.PasswordSetAt, start)
	wrong(!a.PasswordExpiresAt.Equal(qualif.AddDays(a.PasswordSetAt, 424)), "the password does not last 424 days")
	if a.Status != qualif.EnCreation && a.Status != qualif.Supprime {
		twice := a.PasswordExpiresAt.Sub(start) == time.Hour // at 02:30, before it comes again
		wrong(a.PasswordExpired(start) != (seed.PasswordDays >= 424) && !twice, "424 days and more is expired, less is not")
	}
	if a.Status != qualif.EnCreation {
		ordered("created <= effective <= start", a.CreatedAt, a.EffectiveAt, start)
	}
	wrong(a.Status.Pending() == a.PendingAt.IsZero(), "pending without an instant, or the reverse")
	switch a.Status {
	case qualif.EnCreation, qualif.EnDesactivation, qualif.EnReactivation:
		ordered("start < pending, for half an hour at most", start.Add(time.Millisecond), a.PendingAt, start.Add(30*time.Minute))
		ordered("created <= requested", a.CreatedAt, a.PendingAt.Add(-30*time.Minute))
	case qualif.Inactif:
		ordered("effective <= deactivation asked for, deactivated <= start < end of the window", a.EffectiveAt.Add(sb.Profile.ToggleDelay), a.DeactivatedAt, start, a.ReactivableUntil.Add(-time.Millisecond))
	case qualif.Supprime:
		ordered("effective <= deactivation asked for, deactivated <= end of the window <= start", a.EffectiveAt.Add(sb.Profile.ToggleDelay), a.DeactivatedAt, a.ReactivableUntil, start)
		ordered("no password after the end of the window", a.PasswordSetAt, a.ReactivableUntil)
	}
	password, ok := sb.KnownPassword(a)
	wrong(!ok || sb.Authenticate(start, a.Login, password).Granted() != a.Usable(start), "the password handed out does not open a usable account")
}

// What was due by the start happens at the start.
func TestImportedStatus(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status        qualif.Status
		days, minutes int
		want          qualif.Status
	}{
		"fresh":                     {qualif.EnCreation, 0, 10, qualif.EnCreation},
		"nearly over":               {qualif.EnCreation, 0, 29, qualif.EnCreation},
		"being deactivated":         {qualif.EnDesactivation, 0, 29, qualif.EnDesactivation},
		"being reactivated":         {qualif.EnReactivation, 0, 1, qualif.EnReactivation},
		"inactive for 59 days":      {qualif.Inactif, 59, 0, qualif.Inactif},
		"inactive for 61 days":      {qualif.Inactif, 61, 0, qualif.Supprime},
		"lost":                      {qualif.Supprime, 61, 0, qualif.Supprime},
		"lost, says the data set":   {qualif.Supprime, 0, 0, qualif.Supprime},
		"active, whatever it was":   {qualif.Actif, 12, 5, qualif.Actif},
		"inactive since this start": {qualif.Inactif, 0, 0, qualif.Inactif},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sb := founded(t, "portail-2022", withAccounts(t, qualif.AccountSeed{StructureID: supplierID, Status: test.status, ChangedDays: test.days, ChangedMinutes: test.minutes}))
			sb.wantStatus("TECH_1_"+supplier+"@cpro.fr", test.want)
		})
	}
}

func TestImportedLogins(t *testing.T) {
	t.Parallel()
	all := []string{"portail-2022"}
	sb := founded(t, "portail-2022", withAccounts(t,
		qualif.AccountSeed{StructureID: supplierID, Status: qualif.Actif, Profiles: all},
		qualif.AccountSeed{StructureID: supplierID, Status: qualif.Actif, Login: "TECH_2_" + supplier + "@cpp2021.fr", Password: "given:1"},
		qualif.AccountSeed{StructureID: supplierID, Status: qualif.Actif, Profiles: all, Contact: "own@mail.example"},
		qualif.AccountSeed{StructureID: branchID, Status: qualif.Actif},
		qualif.AccountSeed{StructureID: partnerID, Status: qualif.Actif, Profiles: []string{"cpp-2020"}},
	))
	want := map[string]string{
		"TECH_2_" + supplier + "@cpp2021.fr": "c.allavoine@mail.example",
		"TECH_3_" + supplier + "@cpro.fr":    "c.allavoine@mail.example",
		"TECH_4_" + supplier + "@cpro.fr":    "own@mail.example",
		"TECH_1_" + branch + "@cpro.fr":      "c.allavoine@mail.example",
	}
	for _, a := range sb.Accounts() {
		if contact, ok := want[a.Login]; !ok || a.Contact != contact || a.CreatedBy != manager {
			t.Errorf("got %+v, want one of %v", a, want)
		}
		password, ok := sb.SeedPassword(strings.ToLower(a.Login))
		if !ok {
			t.Errorf("%s: no password", a.Login)
		}
		sb.wantVerdict(a.Login, password, qualif.CodeGranted)
		delete(want, a.Login)
	}
	if len(want) > 0 {
		t.Errorf("missing: %v", want)
	}
	if got, _ := sb.SeedPassword("TECH_2_" + supplier + "@cpp2021.fr"); got != "given:1" {
		t.Errorf("got %q, want the password given", got)
	}
	if _, ok := sb.SeedPassword("TECH_1_" + partner + "@cpro.fr"); ok {
		t.Error("an account of another profile has a password")
	}
}

// In 2020 the contact is the manager's, whatever the data set says.
func TestImportedContactFollows(t *testing.T) {
	t.Parallel()
	sb := founded(t, "cpp-2020", withAccounts(t, qualif.AccountSeed{StructureID: supplierID, Status: qualif.Actif, Contact: "own@mail.example"}))
	if got := sb.Accounts()[0].Contact; got != "c.allavoine@mail.example" {
		t.Errorf("got %s", got)
	}
}

// A password is shown by the admin API only while it is the one the data set
// handed out.
func TestKnownPassword(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022", withAccounts(t, qualif.AccountSeed{StructureID: supplierID, Status: qualif.Actif}))
	seeded := sb.Accounts()[0].Login
	if password, ok := sb.KnownPassword(sb.account(seeded)); !ok || password == "" {
		t.Errorf("got %q, %v", password, ok)
	}
	do(sb, qualif.Reset{By: manager, Login: seeded})
	if password, ok := sb.KnownPassword(sb.account(seeded)); ok || password != "" {
		t.Errorf("after a reset: got %q, %v", password, ok)
	}
	if password, ok := sb.KnownPassword(sb.create().Account); ok || password != "" {
		t.Errorf("of a new account: got %q, %v", password, ok)
	}
}
