package qualif_test

import (
	"strings"
	"testing"
	"time"

	"chorus-qualif/server/qualif"
)

func TestCreation(t *testing.T) {
	t.Parallel()
	for profile, want := range map[string]struct {
		login   string
		number  int
		delay   time.Duration
		status  qualif.Status
		contact string
	}{
		"portail-2022": {"TECH_1_" + supplier + "@cpro.fr", 1, 30 * time.Minute, qualif.EnCreation, "c.allavoine@mail.example"},
		"cpp-2020":     {"TECH_0" + supplier + "@cpp2017.fr", 0, 0, qualif.Actif, "c.allavoine@mail.example"},
	} {
		t.Run(profile, func(t *testing.T) {
			t.Parallel()
			sb := founded(t, profile)
			created := do(sb, qualif.Create{By: strings.ToUpper(manager), Siret: supplier})
			a := created.Account
			if a.Login != want.login || a.Number != want.number || a.Contact != want.contact || a.Status != want.status {
				t.Errorf("got %s, number %d, contact %s, %s; want %+v", a.Login, a.Number, a.Contact, a.Status, want)
			}
			if a.StructureID != supplierID || a.Siret != supplier || a.CreatedBy != manager || !a.CreatedAt.Equal(noon) || !a.PasswordSetAt.Equal(noon) {
				t.Errorf("got %+v", a)
			}
			if got := created.EffectiveAt; !got.Equal(noon.Add(want.delay)) {
				t.Errorf("effective at %s, want %s later", got, want.delay)
			}
			sb.to(created.EffectiveAt)
			sb.wantVerdict(a.Login, created.Password, qualif.CodeGranted)
			if got := sb.account(a.Login); !got.EffectiveAt.Equal(created.EffectiveAt) || !got.PendingAt.IsZero() {
				t.Errorf("got effective %s, pending %s", got.EffectiveAt, got.PendingAt)
			}
		})
	}
}

func TestCreationTakesHalfAnHourToTheMillisecond(t *testing.T) {
	t.Parallel()
	for name, at := range map[string]string{
		"a winter's day":        "2026-03-01 12:00:00",
		"across the spring gap": "2026-03-29 01:45:00 +0100",
		"into the overlap":      "2026-10-25 02:45:00 +0200",
		"end of a leap year":    "2028-12-31 23:45:00",
		"29 February":           "2028-02-29 23:59:59",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sb := foundedAt(t, paris(at), "portail-2022")
			created := sb.create()
			sb.pass(30*time.Minute - time.Millisecond)
			sb.wantVerdict(created.Account.Login, created.Password, "technical-account-creation-pending")
			sb.pass(time.Millisecond)
			sb.wantVerdict(created.Account.Login, created.Password, qualif.CodeGranted)
		})
	}
}

func TestNumbersAreNeverUsedAgain(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022", withAccounts(t,
		qualif.AccountSeed{StructureID: supplierID, Login: "TECH_2_" + supplier + "@cpp2021.fr", Status: qualif.Inactif, ChangedDays: 59, PasswordDays: 90},
		qualif.AccountSeed{StructureID: supplierID, Login: "TECH_1_" + supplier + "@cpp2021.fr", Status: qualif.Actif, PasswordDays: 30},
		qualif.AccountSeed{StructureID: branchID, Login: "TECH_0" + branch + "@cpp2017.fr", Status: qualif.Actif, PasswordDays: 1},
	))
	want := func(siret, login string) {
		t.Helper()
		if got := do(sb, qualif.Create{By: manager, Siret: siret}).Account.Login; got != login {
			t.Errorf("got %s, want %s", got, login)
		}
	}
	want(supplier, "TECH_3_"+supplier+"@cpro.fr")
	want(branch, "TECH_1_"+branch+"@cpro.fr")
	sb.pass(2 * 24 * time.Hour)
	sb.wantStatus("TECH_2_"+supplier+"@cpp2021.fr", qualif.Supprime)
	want(supplier, "TECH_4_"+supplier+"@cpro.fr")

	do(sb, qualif.Deactivate{By: manager, Login: "TECH_3_" + supplier + "@cpro.fr"})
	sb.to(sb.now.AddDate(1, 0, 0))
	sb.wantStatus("TECH_3_"+supplier+"@cpro.fr", qualif.Supprime)
	want(supplier, "TECH_5_"+supplier+"@cpro.fr")
	if got := len(sb.AccountsOf(supplierID)); got != 3 {
		t.Errorf("the structure shows %d accounts, want the 3 that are not SUPPRIME", got)
	}
	if got := len(sb.Accounts()); got != 7 {
		t.Errorf("the sandbox knows %d accounts, want all 7", got)
	}
}

func TestAsManyAccountsAsNeeded(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022")
	for range 50 {
		sb.create()
	}
	all := sb.AccountsOf(supplierID)
	if len(all) != 50 || all[0].Number != 1 || all[49].Number != 50 {
		t.Errorf("got %d accounts, from %d to %d, want 1 to 50", len(all), all[0].Number, all[len(all)-1].Number)
	}
}

func TestOneAccountAStructureIn2020(t *testing.T) {
	t.Parallel()
	sb := founded(t, "cpp-2020")
	sb.create()
	refused(sb, "account-limit", qualif.Create{By: manager, Siret: supplier})
	refused(sb, "account-limit", qualif.Prepare{By: manager, Siret: supplier})
	do(sb, qualif.Create{By: manager, Siret: branch})
}

// A login without a number cannot be given twice, even when its account is lost.
func TestLostLoginIsNotGivenAgainIn2020(t *testing.T) {
	t.Parallel()
	sb := founded(t, "cpp-2020", withAccounts(t, qualif.AccountSeed{StructureID: supplierID, Status: qualif.Supprime}))
	refused(sb, "account-limit", qualif.Prepare{By: manager, Siret: supplier})
	refused(sb, "account-limit", qualif.Create{By: manager, Siret: supplier})
}

func TestCreationIsRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		by, siret, want string
	}{
		"an unknown structure":       {manager, "00000000000000", "structure-unknown"},
		"a structure without SIRET":  {manager, "BE0123456789", "structure-without-siret"},
		"the same in lower case":     {manager, foreign, "structure-without-siret"},
		"an inactive structure":      {manager, closed, "structure-inactive"},
		"another's structure":        {manager, partner, "not-primary-manager"},
		"a structure nobody manages": {manager, orphan, "not-primary-manager"},
		"a secondary manager":        {deputy, supplier, "not-primary-manager"},
		"a plain user":               {colleague, supplier, "not-primary-manager"},
		"a person attached nowhere":  {stranger, supplier, "not-primary-manager"},
		"nobody":                     {"", supplier, "not-primary-manager"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, profile := range profileNames() {
				sb := founded(t, profile)
				refused(sb, test.want, qualif.Prepare{By: test.by, Siret: test.siret})
				refused(sb, test.want, qualif.Create{By: test.by, Siret: test.siret})
			}
		})
	}
}

func TestContactAtCreation(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022")
	if got := do(sb, qualif.Create{By: manager, Siret: supplier, Contact: "hotel@paris.fr"}).Account.Contact; got != "hotel@paris.fr" {
		t.Errorf("got contact %s, want the one typed", got)
	}
	for _, wrong := range []string{"hotel", "hotel@", "@paris.fr", "hotel@paris", "Hôtel <hotel@paris.fr>", "a@b.fr, c@d.fr", "a@b.fr\r\nBcc: c@d.fr", " a@b.fr", "\xff@b.fr", strings.Repeat("a", 250) + "@b.fr"} {
		if r := refused(sb, "email-invalid", qualif.Create{By: manager, Siret: supplier, Contact: wrong}); r.Field != "contactEmail" || r.Category != qualif.Invalid {
			t.Errorf("got %+v", r)
		}
	}
	old := founded(t, "cpp-2020")
	refused(old, "contact-follows-manager", qualif.Create{By: manager, Siret: supplier, Contact: "hotel@paris.fr"})
	do(old, qualif.Create{By: manager, Siret: supplier, Contact: "c.allavoine@mail.example"})
}
