package qualif_test

import (
	"testing"

	"chorus-qualif/server/qualif"
)

func TestChangeContact(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022")
	login := sb.active().Account.Login
	for _, contact := range []string{"hotel@paris.fr", "other@paris.fr"} {
		a := do(sb, qualif.ChangeContact{By: manager, Login: login, Contact: contact})
		if a.Contact != contact || sb.account(login).Contact != contact {
			t.Errorf("got %s, want %s at once", a.Contact, contact)
		}
	}
	refused(sb, "email-invalid", qualif.ChangeContact{By: manager, Login: login, Contact: ""})
	refused(sb, "email-invalid", qualif.ChangeContact{By: manager, Login: login, Contact: "paris"})
	refused(sb, "account-unknown", qualif.ChangeContact{By: manager, Login: "nobody", Contact: "a@b.fr"})
	refused(sb, "not-primary-manager", qualif.ChangeContact{By: deputy, Login: login, Contact: "a@b.fr"})
	do(sb, qualif.Deactivate{By: manager, Login: login})
	do(sb, qualif.ChangeContact{By: manager, Login: login, Contact: "pending@paris.fr"})
	sb.to(sb.now.AddDate(1, 0, 0))
	refused(sb, "reactivation-window-over", qualif.ChangeContact{By: manager, Login: login, Contact: "a@b.fr"})
}

func TestChangeContactIsNotOfferedIn2020(t *testing.T) {
	t.Parallel()
	sb := founded(t, "cpp-2020")
	refused(sb, "contact-follows-manager", qualif.ChangeContact{By: manager, Login: sb.active().Account.Login, Contact: "a@b.fr"})
}

// When managers change their own address, the technical accounts of all their
// structures follow in 2020, none does in 2022; those of others never do.
func TestManagerChangesOwnContact(t *testing.T) {
	t.Parallel()
	for profile, follows := range map[string]bool{"portail-2022": false, "cpp-2020": true} {
		t.Run(profile, func(t *testing.T) {
			t.Parallel()
			sb := founded(t, profile)
			mine := []string{sb.active().Account.Login, do(sb, qualif.Create{By: manager, Siret: branch}).Account.Login}
			other := do(sb, qualif.Create{By: colleague, Siret: partner}).Account.Login
			followed := do(sb, qualif.ChangeMyContact{By: "CATHERINE@example.FR", Contact: "new@mail.example"})
			if got := sb.ContactOf(manager); got != "new@mail.example" {
				t.Errorf("the manager's own contact is %s", got)
			}
			want := "c.allavoine@mail.example"
			if follows {
				want = "new@mail.example"
			}
			for _, login := range mine {
				if got := sb.account(login).Contact; got != want {
					t.Errorf("%s: got %s, want %s", login, got, want)
				}
			}
			if got := sb.account(other).Contact; got != "t.trois@mail.example" {
				t.Errorf("another's account went to %s", got)
			}
			if (len(followed) == 2) != follows || !follows && len(followed) != 0 {
				t.Errorf("%d accounts are said to have followed", len(followed))
			}
			if got := do(sb, qualif.ChangeMyContact{By: manager, Contact: "new@mail.example"}); len(got) != 0 {
				t.Errorf("%d accounts followed to where they were", len(got))
			}
		})
	}
}

func TestOwnContactIsAnybodys(t *testing.T) {
	t.Parallel()
	for _, profile := range profileNames() {
		sb := founded(t, profile)
		login := sb.active().Account.Login
		if got := sb.ContactOf("DEPUTY@example.fr"); got != deputy {
			t.Errorf("got %s, want the login where the data set has no contact", got)
		}
		do(sb, qualif.ChangeMyContact{By: deputy, Contact: "d@mail.example"})
		if got := sb.ContactOf(deputy); got != "d@mail.example" {
			t.Errorf("got %s", got)
		}
		if got := sb.account(login).Contact; got != "c.allavoine@mail.example" {
			t.Errorf("%s: the account followed someone who is not its manager, to %s", profile, got)
		}
		refused(sb, "email-invalid", qualif.ChangeMyContact{By: deputy, Contact: "d"})
		refused(sb, "person-unknown", qualif.ChangeMyContact{By: login, Contact: "d@mail.example"})
	}
}
