package qualif_test

import (
	"testing"
	"time"

	"chorus-qualif/server/qualif"
)

// The form of 2022 shows the password before "Soumettre"; what it showed is
// what the account gets.
func TestPreparationShowsWhatIsCreated(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022", withAccounts(t,
		qualif.AccountSeed{StructureID: supplierID, Login: "TECH_1_" + supplier + "@cpp2021.fr", Status: qualif.Actif},
		qualif.AccountSeed{StructureID: supplierID, Login: "TECH_2_" + supplier + "@cpp2021.fr", Status: qualif.Supprime}))
	form := do(sb, qualif.Prepare{By: manager, Siret: supplier})
	if form.Login != "TECH_3_"+supplier+"@cpro.fr" || form.Contact != "c.allavoine@mail.example" || len(form.Password) != 13 {
		t.Errorf("got %+v", form)
	}
	if len(form.Others) != 1 || form.Others[0].Number != 1 {
		t.Errorf("the form lists %v, want the one account that is left", form.Others)
	}
	if _, exists := sb.Account(form.Login); exists || len(sb.Mails()) > 0 {
		t.Error("a preparation created something")
	}
	sb.pass(10 * time.Minute)
	created := do(sb, qualif.Create{By: manager, Siret: supplier, Preparation: form.ID, Contact: "hotel@paris.fr"})
	if created.Account.Login != form.Login || created.Password != form.Password || created.Account.Contact != "hotel@paris.fr" {
		t.Errorf("got %s, %s, %s; want what the form showed", created.Account.Login, created.Password, created.Account.Contact)
	}
	if want := sb.now.Add(30 * time.Minute); !created.EffectiveAt.Equal(want) {
		t.Errorf("effective %s, want half an hour after the submission", created.EffectiveAt)
	}
	if want := qualif.AddDays(sb.now, 424); !created.Account.PasswordExpiresAt.Equal(want) {
		t.Errorf("the password expires %s, want 424 days after the submission", created.Account.PasswordExpiresAt)
	}
	refused(sb, "preparation-unknown", qualif.Create{By: manager, Siret: supplier, Preparation: form.ID})
}

func TestPreparationWithoutPasswordIn2020(t *testing.T) {
	t.Parallel()
	sb := founded(t, "cpp-2020")
	form := do(sb, qualif.Prepare{By: manager, Siret: supplier})
	if form.Password != "" {
		t.Errorf("the form of 2020 shows the password %q before the creation", form.Password)
	}
	created := do(sb, qualif.Create{By: manager, Siret: supplier, Preparation: form.ID})
	sb.wantVerdict(form.Login, created.Password, qualif.CodeGranted)
}

func TestPreparationLivesAnHour(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022")
	late, early := do(sb, qualif.Prepare{By: manager, Siret: branch}), do(sb, qualif.Prepare{By: manager, Siret: supplier})
	if want := noon.Add(time.Hour); !late.ExpiresAt.Equal(want) {
		t.Errorf("got %s, want %s", late.ExpiresAt, want)
	}
	sb.pass(time.Hour - time.Millisecond)
	do(sb, qualif.Create{By: manager, Siret: supplier, Preparation: early.ID})
	sb.pass(time.Millisecond)
	refused(sb, "preparation-unknown", qualif.Create{By: manager, Siret: branch, Preparation: late.ID})
}

func TestPreparationsDoNotReserve(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022")
	first, second := do(sb, qualif.Prepare{By: manager, Siret: supplier}), do(sb, qualif.Prepare{By: manager, Siret: supplier})
	if first.Login != second.Login || first.ID == second.ID || first.Password == second.Password {
		t.Errorf("got %+v and %+v, want the same login, other passwords", first, second)
	}
	created := do(sb, qualif.Create{By: manager, Siret: supplier, Preparation: second.ID})
	if created.Password != second.Password {
		t.Errorf("got %s, want the password of the form submitted", created.Password)
	}
	refused(sb, "preparation-stale", qualif.Create{By: manager, Siret: supplier, Preparation: first.ID})
	if got, want := sb.create().Account.Number, 2; got != want {
		t.Errorf("got number %d, want %d", got, want)
	}
}

func TestPreparationIsItsAuthors(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022")
	form := do(sb, qualif.Prepare{By: manager, Siret: supplier})
	refused(sb, "preparation-unknown", qualif.Create{By: manager, Siret: branch, Preparation: form.ID})
	refused(sb, "preparation-unknown", qualif.Create{By: manager, Siret: supplier, Preparation: "prep-99"})
	do(sb, qualif.TransferManager{By: manager, Siret: supplier, To: colleague})
	refused(sb, "not-primary-manager", qualif.Create{By: manager, Siret: supplier, Preparation: form.ID})
	refused(sb, "preparation-unknown", qualif.Create{By: colleague, Siret: supplier, Preparation: form.ID})
}

// Between the form and its submission a manager may change their own address:
// where the contact follows, it follows then too.
func TestPreparationFollowsContact(t *testing.T) {
	t.Parallel()
	for profile, want := range map[string]string{"portail-2022": "c.allavoine@mail.example", "cpp-2020": "new@mail.example"} {
		sb := founded(t, profile)
		form := do(sb, qualif.Prepare{By: manager, Siret: supplier})
		do(sb, qualif.ChangeMyContact{By: manager, Contact: "new@mail.example"})
		if got := do(sb, qualif.Create{By: manager, Siret: supplier, Preparation: form.ID}).Account.Contact; got != want {
			t.Errorf("%s: got %s, want %s", profile, got, want)
		}
	}
}
