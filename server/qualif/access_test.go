package qualif_test

import (
	"strings"
	"testing"
	"time"

	"chorus-qualif/server/qualif"
)

// Each situation in which a real integrator's call is refused with the same 401
// has a verdict of its own, which says when and by which rule.
func TestVerdicts(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		arrange func(sb *sandbox) (login, password string)
		code    string
		why     string
	}{
		"active": {func(sb *sandbox) (string, string) {
			c := sb.active()
			return c.Account.Login, c.Password
		}, qualif.CodeGranted, "is ACTIF"},
		"fresh account": {func(sb *sandbox) (string, string) {
			c := sb.create()
			return c.Account.Login, c.Password
		}, "technical-account-creation-pending", "effective on 2026-03-01T12:30:00.000+01:00, 30m0s later"},
		"expired password": {func(sb *sandbox) (string, string) {
			c := sb.active()
			sb.to(c.Account.PasswordExpiresAt)
			return c.Account.Login, c.Password
		}, "technical-account-password-expired", "expired 2027-04-29T12:00:00.000+02:00, 424 days after"},
		"reset by a colleague": {func(sb *sandbox) (string, string) {
			c := sb.active()
			do(sb, qualif.Reset{By: manager, Login: c.Account.Login})
			return c.Account.Login, c.Password
		}, "technical-account-password-replaced", "the reset of 2026-03-01T12:30:00.000+01:00"},
		"deactivation pending": {func(sb *sandbox) (string, string) {
			c := sb.active()
			do(sb, qualif.Deactivate{By: manager, Login: c.Account.Login})
			return c.Account.Login, c.Password
		}, qualif.CodeGranted, "is EN_DESACTIVATION"},
		"inactive": {func(sb *sandbox) (string, string) {
			c := sb.inactive()
			return c.Account.Login, c.Password
		}, "technical-account-inactive", "since 2026-03-01T13:00:00.000+01:00; it can be reactivated until 2026-04-30T13:00:00.000+02:00"},
		"reactivation pending": {func(sb *sandbox) (string, string) {
			c := sb.inactive()
			do(sb, qualif.Activate{By: manager, Login: c.Account.Login})
			return c.Account.Login, c.Password
		}, "technical-account-reactivation-pending", "effective on 2026-03-01T13:30:00.000+01:00"},
		"inactive for 61 days": {func(sb *sandbox) (string, string) {
			c := sb.inactive()
			sb.pass(61 * 24 * time.Hour)
			return c.Account.Login, c.Password
		}, "technical-account-deleted", "before 2026-04-30T13:00:00.000+02:00, 60 days after"},
		"wrong password": {func(sb *sandbox) (string, string) {
			c := sb.active()
			return c.Account.Login, strings.ToUpper(c.Password)
		}, "technical-account-password-wrong", "set on 2026-03-01T12:00:00.000+01:00"},
		"wrong password of a pending account": {func(sb *sandbox) (string, string) {
			return sb.create().Account.Login, "x"
		}, "technical-account-password-wrong", ""},
		"no password": {func(sb *sandbox) (string, string) {
			return sb.active().Account.Login, ""
		}, "technical-account-password-wrong", ""},
		"echo without -n": {func(sb *sandbox) (string, string) {
			c := sb.active()
			return c.Account.Login, c.Password + "\n"
		}, "technical-account-password-newline", "echo without -n"},
		"human login": {func(*sandbox) (string, string) {
			return manager, "Manager:1"
		}, "technical-account-human-login", "takes a technical account"},
		"human login, wrong password": {func(*sandbox) (string, string) {
			return strings.ToUpper(manager), "x"
		}, "technical-account-human-login", ""},
		"wrong environment": {func(*sandbox) (string, string) {
			return "TECH_1_55203253400646@cpro.fr", "x"
		}, "technical-account-other-environment", "SIRET 55203253400646"},
		"unknown number": {func(*sandbox) (string, string) {
			return "TECH_1_" + supplier + "@cpro.fr", "x"
		}, "technical-account-unknown", ""},
		"unknown DEV account": {func(*sandbox) (string, string) {
			return "DEV_DESTTAA001@cpp2017.fr", "x"
		}, "technical-account-unknown", ""},
		"nobody": {func(*sandbox) (string, string) { return "", "" }, "technical-account-unknown", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sb := founded(t, "portail-2022")
			login, password := test.arrange(sb)
			v := sb.wantVerdict(login, password, test.code)
			if !strings.Contains(v.Why, test.why) {
				t.Errorf("got %q, want %q in it", v.Why, test.why)
			}
			if v.Granted() != (test.code == qualif.CodeGranted) {
				t.Errorf("%s is granted: %v", v.Code, v.Granted())
			}
			if password != "" && password != "x" && strings.Contains(v.Why, password) {
				t.Errorf("%q tells the password", v.Why)
			}
		})
	}
}

// A colon is the header's separator: a password that holds one must pass.
func TestPasswordWithColon(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022", withAccounts(t, qualif.AccountSeed{StructureID: supplierID, Password: "a:b:c\u00e9", Status: qualif.Actif}))
	sb.wantVerdict("TECH_1_"+supplier+"@cpro.fr", "a:b:c\u00e9", qualif.CodeGranted)
	sb.wantVerdict("TECH_1_"+supplier+"@cpro.fr", "a", "technical-account-password-wrong")
}

func TestHumanLoginCanBeAccepted(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022", withSwitch(qualif.SwitchHumanLogin, "accept"))
	v := sb.wantVerdict(strings.ToUpper(manager), "Manager:1", qualif.CodeGranted)
	if v.Account != nil || v.Person == nil || v.Person.Login != manager {
		t.Errorf("got %+v, want the person", v)
	}
	p := sb.Principal(v)
	if p.Login != manager || p.Manager != manager || p.Account != nil || len(p.Structures) != 4 {
		t.Errorf("got %+v", p)
	}
	sb.wantVerdict(manager, "x", "technical-account-password-wrong")
	sb.wantVerdict(retired, "retired", "technical-account-human-inactive")
	sb.wantVerdict(retired, "x", "technical-account-password-wrong")
	// A plain user reaches all that they are attached to, by id.
	person, _ := sb.Data().Person(colleague)
	p = sb.Principal(sb.wantVerdict(colleague, sb.PersonPassword(person), qualif.CodeGranted))
	if got := ids(p.Structures); len(got) != 3 || got[0] != supplierID || got[1] != branchID || got[2] != partnerID {
		t.Errorf("got %v", got)
	}
}

func TestLock(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022", withSwitch(qualif.SwitchLockAfter, "3"))
	if got := sb.LockLimit(); got != 3 {
		t.Fatalf("got a limit of %d", got)
	}
	created := sb.active()
	login := created.Account.Login
	attempt := func(right bool) { do(sb, qualif.NoteAttempt{Login: strings.ToLower(login), Right: right}) }
	attempt(false)
	attempt(false)
	attempt(true) // they must be in a row
	attempt(false)
	attempt(false)
	sb.wantVerdict(login, created.Password, qualif.CodeGranted)
	attempt(false)
	v := sb.wantVerdict(login, created.Password, "technical-account-locked")
	if !strings.Contains(v.Why, "3 wrong passwords") || sb.account(login).Usable(sb.now) {
		t.Errorf("got %q", v.Why)
	}
	sb.wantVerdict(login, "x", "technical-account-password-wrong")
	seq := sb.Seq
	attempt(false)
	attempt(true)
	do(sb, qualif.NoteAttempt{Login: "nobody"})
	if sb.Seq != seq {
		t.Error("an attempt on a locked account, or on none, was recorded")
	}
	reset := do(sb, qualif.Reset{By: manager, Login: login})
	sb.wantVerdict(login, reset.Password, qualif.CodeGranted)
}

func TestNoLockByDefault(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022")
	created := sb.active()
	seq := sb.Seq
	for range 100 {
		do(sb, qualif.NoteAttempt{Login: created.Account.Login})
	}
	sb.wantVerdict(created.Account.Login, created.Password, qualif.CodeGranted)
	if sb.Seq != seq || sb.LockLimit() != 0 {
		t.Error("attempts are recorded though nothing counts them")
	}
}
