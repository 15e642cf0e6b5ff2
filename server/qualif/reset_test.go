package qualif_test

import (
	"testing"
	"time"

	"chorus-qualif/server/qualif"
)

func TestResetIsImmediate(t *testing.T) {
	t.Parallel()
	for _, profile := range profileNames() {
		t.Run(profile, func(t *testing.T) {
			t.Parallel()
			sb := founded(t, profile)
			created := sb.active()
			login := created.Account.Login
			sb.pass(100 * 24 * time.Hour)
			reset := do(sb, qualif.Reset{By: manager, Login: login})
			if reset.Password == created.Password || !reset.EffectiveAt.Equal(sb.now) {
				t.Errorf("got %+v, want another password, at once", reset)
			}
			sb.wantVerdict(login, created.Password, "technical-account-password-replaced")
			sb.wantVerdict(login, reset.Password, qualif.CodeGranted)
			a := sb.account(login)
			if want := qualif.AddDays(sb.now, 424); !a.PasswordSetAt.Equal(sb.now) || !a.PasswordExpiresAt.Equal(want) {
				t.Errorf("set %s, expires %s, want %s", a.PasswordSetAt, a.PasswordExpiresAt, want)
			}
		})
	}
}

func TestResetRevivesAnExpiredPassword(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022")
	created := sb.active()
	login := created.Account.Login
	sb.to(created.Account.PasswordExpiresAt)
	sb.wantVerdict(login, created.Password, "technical-account-password-expired")
	reset := do(sb, qualif.Reset{By: manager, Login: login})
	sb.wantVerdict(login, reset.Password, qualif.CodeGranted)
	sb.to(reset.Account.PasswordExpiresAt.Add(-time.Millisecond))
	sb.wantVerdict(login, reset.Password, qualif.CodeGranted)
}

func TestResetOfWhoeverIsManager(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022")
	login := sb.active().Account.Login
	for _, by := range []string{deputy, colleague, retired, stranger, "nobody@example.fr", login} {
		refused(sb, "not-primary-manager", qualif.Reset{By: by, Login: login})
	}
	refused(sb, "account-unknown", qualif.Reset{By: manager, Login: "TECH_9_" + supplier + "@cpro.fr"})
	do(sb, qualif.TransferManager{By: manager, Siret: supplier, To: colleague})
	refused(sb, "not-primary-manager", qualif.Reset{By: manager, Login: login})
	do(sb, qualif.Reset{By: colleague, Login: login})
}

func TestResetWhilePending(t *testing.T) {
	t.Parallel()
	for status, arrange := range map[qualif.Status]func(sb *sandbox) string{
		qualif.EnCreation: func(sb *sandbox) string { return sb.create().Account.Login },
		qualif.EnDesactivation: func(sb *sandbox) string {
			login := sb.active().Account.Login
			do(sb, qualif.Deactivate{By: manager, Login: login})
			return login
		},
		qualif.EnReactivation: func(sb *sandbox) string {
			login := sb.inactive().Account.Login
			do(sb, qualif.Activate{By: manager, Login: login})
			return login
		},
	} {
		t.Run(string(status), func(t *testing.T) {
			t.Parallel()
			sb := founded(t, "portail-2022")
			login := arrange(sb)
			sb.wantStatus(login, status)
			refused(sb, "account-pending", qualif.Reset{By: manager, Login: login})

			lax := founded(t, "portail-2022", withSwitch(qualif.SwitchWhilePending, "allow"))
			login = arrange(lax)
			reset := do(lax, qualif.Reset{By: manager, Login: login})
			lax.wantStatus(login, status)
			lax.pass(30 * time.Minute)
			want := qualif.CodeGranted
			if status == qualif.EnDesactivation {
				want = "technical-account-inactive"
			}
			lax.wantVerdict(login, reset.Password, want)
		})
	}
}

func TestResetOfAnInactiveAccount(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022")
	login := sb.inactive().Account.Login
	reset := do(sb, qualif.Reset{By: manager, Login: login})
	sb.wantVerdict(login, reset.Password, "technical-account-inactive")
	sb.to(sb.now.AddDate(0, 3, 0))
	refused(sb, "reactivation-window-over", qualif.Reset{By: manager, Login: login})
}

// inactive makes an account that is deactivated.
func (sb *sandbox) inactive() qualif.Created {
	sb.t.Helper()
	created := sb.active()
	sb.to(do(sb, qualif.Deactivate{By: manager, Login: created.Account.Login}).EffectiveAt)
	return created
}
