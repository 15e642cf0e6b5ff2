package qualif_test

import (
	"testing"
	"time"

	"chorus-qualif/server/qualif"
)

// The screenshot of AIFE's guide to the reset: the manager was last connected on
// 01/08/2019, and the password expires on 28/09/2020 at 15:07:50.
func TestExpiryOfTheScreenshot(t *testing.T) {
	t.Parallel()
	sb := foundedAt(t, paris("2019-08-01 15:07:50"), "cpp-2020")
	created := sb.create()
	if got, want := created.Account.PasswordExpiresAt, paris("2020-09-28 15:07:50"); !got.Equal(want) {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := created.Account.Login, "TECH_039012665400024@cpp2017.fr"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestPasswordLasts424Days(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ set, expires string }{
		"winter to spring":       {"2026-03-01 12:00:00", "2027-04-29 12:00:00 +0200"},
		"summer to autumn":       {"2026-07-14 18:30:15", "2027-09-11 18:30:15 +0200"},
		"over 29 February":       {"2027-02-01 12:00:00", "2028-03-31 12:00:00 +0200"},
		"from 29 February":       {"2028-02-29 12:00:00", "2029-04-28 12:00:00 +0200"},
		"to 29 February":         {"2027-01-01 12:00:00", "2028-02-29 12:00:00"},
		"from a month's end":     {"2026-12-31 23:59:59", "2028-02-28 23:59:59"},
		"into the spring gap":    {"2025-01-28 02:30:00", "2026-03-28 02:30:00"},
		"into the gap itself":    {"2025-01-29 02:30:00", "2026-03-29 03:30:00 +0200"},
		"into the autumn's hour": {"2025-08-27 02:30:00", "2026-10-25 02:30:00 +0100"},
		"from the first 02:30":   {"2026-10-25 02:30:00 +0200", "2027-12-23 02:30:00"},
		"from the second 02:30":  {"2026-10-25 02:30:00 +0100", "2027-12-23 02:30:00"},
		"with milliseconds":      {"2026-03-01 12:00:00.789", "2027-04-29 12:00:00.789"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, profile := range profileNames() {
				sb := foundedAt(t, paris(test.set), profile)
				created := sb.create()
				login, expires := created.Account.Login, paris(test.expires)
				if got := created.Account.PasswordExpiresAt; !got.Equal(expires) {
					t.Errorf("%s: got %s, want %s", profile, got, expires)
				}
				sb.to(expires.Add(-time.Millisecond))
				sb.wantVerdict(login, created.Password, qualif.CodeGranted)
				if a := sb.account(login); !a.Usable(sb.now) || a.PasswordExpired(sb.now) {
					t.Errorf("%s: the account is not usable just before %s", profile, expires)
				}
				sb.to(expires)
				sb.wantVerdict(login, created.Password, "technical-account-password-expired")
				if a := sb.account(login); a.Usable(sb.now) || !a.PasswordExpired(sb.now) || a.Status != qualif.Actif {
					t.Errorf("%s: got %+v, want an ACTIF account with an expired password", profile, a)
				}
			}
		})
	}
}

func TestReminder(t *testing.T) {
	t.Parallel()
	silent := founded(t, "portail-2022")
	silent.active()
	silent.to(noon.AddDate(2, 0, 0))
	if got := len(silent.Mails()); got != 1 {
		t.Errorf("got %d mails, want only the creation's: nothing is sent before an expiry by default", got)
	}

	sb := founded(t, "portail-2022", withSwitch(qualif.SwitchExpiryReminder, "15-days"))
	a := sb.active().Account
	sb.to(qualif.AddDays(a.PasswordExpiresAt, -15).Add(-time.Millisecond))
	if got := len(sb.Mails()); got != 1 {
		t.Fatalf("got %d mails before the reminder is due", got)
	}
	sb.pass(time.Millisecond)
	m := sb.mail()
	if m.Kind != qualif.MailExpiryReminder || m.To != a.Contact || !m.QueuedAt.Equal(sb.now) || !m.PasswordExpiresAt.Equal(a.PasswordExpiresAt) {
		t.Errorf("got %+v", m)
	}
	do(sb, qualif.Reset{By: manager, Login: a.Login})
	sb.to(a.PasswordExpiresAt.AddDate(0, 1, 0))
	if got := len(sb.Mails()); got != 3 {
		t.Errorf("got %d mails, want creation, reminder, reset: the reset moves the next reminder", got)
	}
	sb.to(sb.now.AddDate(2, 0, 0))
	if got := len(sb.Mails()); got != 4 {
		t.Errorf("got %d mails, want one more reminder", got)
	}
}

// A data set's account may start inside the fifteen days: the mail of its
// fifteenth day is then past, or sent at the start.
func TestReminderOfImportedAccounts(t *testing.T) {
	t.Parallel()
	for days, want := range map[int]int{408: 0, 409: 1, 410: 0, 423: 0, 424: 0, 500: 0} {
		sb := founded(t, "portail-2022", withSwitch(qualif.SwitchExpiryReminder, "15-days"),
			withAccounts(t, qualif.AccountSeed{StructureID: supplierID, Status: qualif.Actif, PasswordDays: days}))
		if got := len(sb.Mails()); got != want {
			t.Errorf("password of %d days: got %d mails at the start, want %d", days, got, want)
		}
	}
}

func TestDeletedAccountsHaveNoReminder(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022", withSwitch(qualif.SwitchExpiryReminder, "15-days"))
	sb.inactive()
	sent := len(sb.Mails())
	sb.to(sb.now.AddDate(3, 0, 0))
	if got := len(sb.Mails()); got != sent {
		t.Errorf("got %d mails, want %d", got, sent)
	}
	if left := sb.Due(time.Time{}); len(left) > 0 {
		t.Errorf("%v is still due", left)
	}
}
