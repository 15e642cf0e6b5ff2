package qualif_test

import (
	"testing"
	"time"

	"chorus-qualif/server/qualif"
)

// The form of 2022 shows the new password before "Soumettre", for a reset too:
// what it showed is what the account gets, and nothing changes until then.
func TestResetFormShowsWhatIsSet(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022")
	created := sb.create()
	login := created.Account.Login
	sb.pass(30 * time.Minute)
	form := do(sb, qualif.PrepareReset{By: manager, Login: login})
	if form.Login != login || len(form.Password) != 13 || form.Password == created.Password {
		t.Errorf("got %+v, want a new password for %s", form, login)
	}
	sb.wantVerdict(login, created.Password, qualif.CodeGranted)
	do(sb, qualif.ChangeMyContact{By: manager, Contact: "new@mail.example"})
	between := do(sb, qualif.Prepare{By: manager, Siret: branch})
	reset := do(sb, qualif.Reset{By: manager, Login: login, Preparation: form.ID})
	if reset.Password != form.Password || between.Password == form.Password {
		t.Errorf("got %s, want the password of the form", reset.Password)
	}
	sb.wantVerdict(login, created.Password, "technical-account-password-replaced")
	sb.wantVerdict(login, form.Password, qualif.CodeGranted)
	refused(sb, "preparation-unknown", qualif.Reset{By: manager, Login: login, Preparation: form.ID})
}

func TestResetFormIsItsAuthorsAndItsAccounts(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022")
	login := sb.create().Account.Login
	refused(sb, "account-pending", qualif.PrepareReset{By: manager, Login: login})
	sb.pass(30 * time.Minute)
	refused(sb, "not-primary-manager", qualif.PrepareReset{By: deputy, Login: login})
	refused(sb, "account-unknown", qualif.PrepareReset{By: manager, Login: "TECH_9@cpro.fr"})
	form := do(sb, qualif.PrepareReset{By: manager, Login: login})
	other := do(sb, qualif.Prepare{By: manager, Siret: supplier})
	refused(sb, "preparation-unknown", qualif.Reset{By: manager, Login: login, Preparation: other.ID})
	refused(sb, "preparation-stale", qualif.Create{By: manager, Siret: supplier, Preparation: form.ID})
	second := sb.active().Account.Login // what the other form proposed: that form is of no use for a reset
	refused(sb, "preparation-unknown", qualif.Reset{By: manager, Login: second, Preparation: other.ID})
	refused(sb, "preparation-unknown", qualif.Reset{By: manager, Login: second, Preparation: form.ID})
	do(sb, qualif.TransferManager{By: manager, Siret: supplier, To: colleague})
	refused(sb, "preparation-unknown", qualif.Reset{By: colleague, Login: login, Preparation: form.ID})
	late := do(sb, qualif.PrepareReset{By: colleague, Login: login})
	sb.pass(time.Hour)
	refused(sb, "preparation-unknown", qualif.Reset{By: colleague, Login: login, Preparation: late.ID})
}

func TestResetFormWithoutPasswordIn2020(t *testing.T) {
	t.Parallel()
	sb := founded(t, "cpp-2020")
	login := sb.create().Account.Login
	if form := do(sb, qualif.PrepareReset{By: manager, Login: login}); form.Password != "" {
		t.Errorf("the form of 2020 shows the password %q before the reset", form.Password)
	}
}

func TestDeclareRaccordement(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022")
	app := sb.Applications()[0].Name
	do(sb, qualif.PutApplication{Name: app, Raccordements: []string{partner}})
	refused(sb, "raccordement-without-account", qualif.DeclareRaccordement{By: manager, Siret: supplier, Application: app})
	sb.create()
	refused(sb, "application-unknown", qualif.DeclareRaccordement{By: manager, Siret: supplier, Application: "APP_OTHER"})
	refused(sb, "not-primary-manager", qualif.DeclareRaccordement{By: deputy, Siret: supplier, Application: app})
	refused(sb, "structure-inactive", qualif.DeclareRaccordement{By: manager, Siret: closed, Application: app})
	refused(sb, "structure-without-siret", qualif.DeclareRaccordement{By: manager, Siret: "BE0123456789", Application: app})
	refused(sb, "email-invalid", qualif.DeclareRaccordement{By: manager, Siret: supplier, Application: app, Contact: "nobody"})
	for range 2 {
		got := do(sb, qualif.DeclareRaccordement{By: manager, Siret: supplier, Application: app}).Raccordements
		if len(got) != 2 || got[0] != supplierID || got[1] != partnerID {
			t.Errorf("got %v, want the structure added once, in order", got)
		}
	}
}
