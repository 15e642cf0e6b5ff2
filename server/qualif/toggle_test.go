package qualif_test

import (
	"testing"
	"time"

	"chorus-qualif/server/qualif"
)

func TestDeactivation(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022")
	created := sb.active()
	login := created.Account.Login
	toggled := do(sb, qualif.Deactivate{By: manager, Login: login})
	if want := sb.now.Add(30 * time.Minute); !toggled.EffectiveAt.Equal(want) || toggled.Account.Status != qualif.EnDesactivation || !toggled.Account.PendingAt.Equal(want) {
		t.Errorf("got %+v, want pending until %s", toggled, want)
	}
	sb.pass(30*time.Minute - time.Millisecond)
	sb.wantVerdict(login, created.Password, qualif.CodeGranted)
	sb.pass(time.Millisecond)
	sb.wantVerdict(login, created.Password, "technical-account-inactive")
	a := sb.account(login)
	if want := qualif.AddDays(toggled.EffectiveAt, 60); a.Status != qualif.Inactif || !a.DeactivatedAt.Equal(toggled.EffectiveAt) || !a.ReactivableUntil.Equal(want) || !a.PendingAt.IsZero() {
		t.Errorf("got %+v, want inactive since %s until %s", a, toggled.EffectiveAt, want)
	}
}

func TestReactivation(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022")
	created := sb.inactive()
	login := created.Account.Login
	sb.pass(24 * time.Hour)
	toggled := do(sb, qualif.Activate{By: manager, Login: login})
	if want := sb.now.Add(30 * time.Minute); !toggled.EffectiveAt.Equal(want) || toggled.Account.Status != qualif.EnReactivation {
		t.Errorf("got %+v, want pending until %s", toggled, want)
	}
	sb.pass(30*time.Minute - time.Millisecond)
	sb.wantVerdict(login, created.Password, "technical-account-reactivation-pending")
	sb.pass(time.Millisecond)
	sb.wantVerdict(login, created.Password, qualif.CodeGranted)
	if a := sb.account(login); !a.ReactivableUntil.IsZero() || !a.PendingAt.IsZero() {
		t.Errorf("got %+v, want nothing pending", a)
	}
	sb.to(sb.now.AddDate(0, 6, 0))
	sb.wantStatus(login, qualif.Actif)
}

// "Vous disposez de 60 jours": the last millisecond of the window is good, its
// end is not. Days are Paris's: they keep the local time across the changes of
// 29 March and 25 October 2026.
func TestReactivationWindow(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ inactive, end string }{
		"in winter":              {"2026-01-05 12:00:00", "2026-03-06 12:00:00"},
		"across the spring":      {"2026-03-01 12:00:00", "2026-04-30 12:00:00 +0200"},
		"across the autumn":      {"2026-10-01 12:00:00", "2026-11-30 12:00:00 +0100"},
		"into the spring gap":    {"2026-01-28 02:30:00", "2026-03-29 03:30:00 +0200"},
		"into the autumn's hour": {"2026-08-26 02:30:00", "2026-10-25 02:30:00 +0100"},
		"over 29 February":       {"2028-01-15 12:00:00", "2028-03-15 12:00:00"},
		"over no 29 February":    {"2027-01-15 12:00:00", "2027-03-16 12:00:00"},
		"from a month's end":     {"2026-12-31 23:59:59", "2027-03-01 23:59:59"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sb := foundedAt(t, paris(test.inactive).Add(-time.Hour), "portail-2022")
			login := sb.inactive().Account.Login
			if got := sb.account(login).DeactivatedAt; !got.Equal(paris(test.inactive)) {
				t.Fatalf("inactive since %s, want %s", got, test.inactive)
			}
			end := paris(test.end)
			if got := sb.account(login).ReactivableUntil; !got.Equal(end) {
				t.Errorf("got a window until %s, want %s", got, end)
			}
			sb.to(end.Add(-time.Millisecond))
			lastChance := *sb
			lastChance.State = sb.Clone()
			do(&lastChance, qualif.Activate{By: manager, Login: login})
			lastChance.pass(30 * time.Minute)
			lastChance.wantStatus(login, qualif.Actif)

			sb.to(end)
			sb.wantStatus(login, qualif.Supprime)
			refused(sb, "reactivation-window-over", qualif.Activate{By: manager, Login: login})
		})
	}
}

func TestReactivationDays59And61(t *testing.T) {
	t.Parallel()
	for days, want := range map[int]bool{0: true, 1: true, 59: true, 60: false, 61: false, 400: false} {
		sb := founded(t, "portail-2022")
		created := sb.inactive()
		sb.to(sb.now.AddDate(0, 0, days))
		if !want {
			refused(sb, "reactivation-window-over", qualif.Activate{By: manager, Login: created.Account.Login})
			sb.wantVerdict(created.Account.Login, created.Password, "technical-account-deleted")
			continue
		}
		do(sb, qualif.Activate{By: manager, Login: created.Account.Login})
		sb.pass(30 * time.Minute)
		sb.wantVerdict(created.Account.Login, created.Password, qualif.CodeGranted)
	}
}

// Each deactivation opens a window of its own.
func TestWindowStartsAnew(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022")
	login := sb.inactive().Account.Login
	for range 3 {
		sb.pass(50 * 24 * time.Hour)
		sb.to(do(sb, qualif.Activate{By: manager, Login: login}).EffectiveAt)
		sb.to(do(sb, qualif.Deactivate{By: manager, Login: login}).EffectiveAt)
	}
	sb.wantStatus(login, qualif.Inactif)
	if want := qualif.AddDays(sb.now, 60); !sb.account(login).ReactivableUntil.Equal(want) {
		t.Errorf("got %s, want %s", sb.account(login).ReactivableUntil, want)
	}
}

func TestToggleIsRefused(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022")
	pending, working, resting := sb.create().Account.Login, sb.active().Account.Login, sb.inactive().Account.Login
	leaving := sb.active().Account.Login
	do(sb, qualif.Deactivate{By: manager, Login: leaving})
	fresh := sb.create().Account.Login
	sb.wantStatus(pending, qualif.Actif)

	refused(sb, "account-not-active", qualif.Deactivate{By: manager, Login: resting})
	refused(sb, "account-not-inactive", qualif.Activate{By: manager, Login: working})
	for _, login := range []string{leaving, fresh} {
		refused(sb, "account-pending", qualif.Deactivate{By: manager, Login: login})
		refused(sb, "account-pending", qualif.Activate{By: manager, Login: login})
	}
	refused(sb, "account-unknown", qualif.Deactivate{By: manager, Login: "nobody@cpro.fr"})
	refused(sb, "account-unknown", qualif.Activate{By: manager, Login: "nobody@cpro.fr"})
	refused(sb, "not-primary-manager", qualif.Deactivate{By: colleague, Login: working})
	refused(sb, "not-primary-manager", qualif.Activate{By: colleague, Login: resting})
	sb.to(sb.now.AddDate(1, 0, 0))
	refused(sb, "reactivation-window-over", qualif.Deactivate{By: manager, Login: resting})
}

func TestToggleIsNotOfferedIn2020(t *testing.T) {
	t.Parallel()
	sb := founded(t, "cpp-2020")
	login := sb.active().Account.Login
	refused(sb, "operation-not-offered", qualif.Deactivate{By: manager, Login: login})
	refused(sb, "operation-not-offered", qualif.Activate{By: manager, Login: login})
}
