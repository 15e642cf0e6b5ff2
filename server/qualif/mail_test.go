package qualif_test

import (
	"testing"
	"time"

	"chorus-qualif/server/qualif"
)

// Each accepted request is confirmed at once by one mail, to the contact in
// 2022, to the manager in 2020. The subjects are AIFE's.
func TestMails(t *testing.T) {
	t.Parallel()
	const half = 30 * time.Minute
	type want struct {
		subject string
		kind    qualif.MailKind
		to      string
		delay   time.Duration
	}
	check := func(t *testing.T, sb *sandbox, a *qualif.TechnicalAccount, count int, w want) {
		t.Helper()
		if got := len(sb.Mails()); got != count {
			t.Fatalf("got %d mails, want %d", got, count)
		}
		m := sb.mail()
		if m.Subject != w.subject || m.Kind != w.kind || m.To != w.to {
			t.Errorf("got %q (%s) to %s, want %+v", m.Subject, m.Kind, m.To, w)
		}
		if !m.QueuedAt.Equal(sb.now) || !m.EffectiveAt.Equal(sb.now.Add(w.delay)) {
			t.Errorf("queued %s, effective %s; want %s and %s later", m.QueuedAt, m.EffectiveAt, sb.now, w.delay)
		}
		if m.Login != a.Login || m.Siret != supplier || m.Structure != "78 RUE D'AUTEUIL" || !m.PasswordExpiresAt.Equal(sb.account(a.Login).PasswordExpiresAt) {
			t.Errorf("got %+v", m)
		}
	}
	t.Run("portail-2022", func(t *testing.T) {
		t.Parallel()
		sb := founded(t, "portail-2022")
		a := do(sb, qualif.Create{By: manager, Siret: supplier, Contact: "hotel@paris.fr"}).Account
		check(t, sb, a, 1, want{"[Chorus Pro] Création du compte utilisateur technique", qualif.MailCreation, "hotel@paris.fr", half})
		sb.pass(half)
		do(sb, qualif.Reset{By: manager, Login: a.Login})
		check(t, sb, a, 2, want{"[Chorus Pro] Réinitialisation du mot de passe du compte utilisateur technique", qualif.MailPasswordReset, "hotel@paris.fr", 0})
		do(sb, qualif.Deactivate{By: manager, Login: a.Login})
		check(t, sb, a, 3, want{"[Chorus Pro] Désactivation de votre compte utilisateur", qualif.MailDeactivation, "hotel@paris.fr", half})
		until := sb.mail().ReactivableUntil
		sb.pass(half)
		if got := sb.account(a.Login).ReactivableUntil; !got.Equal(until) {
			t.Errorf("the mail says %s, the window ends %s", until, got)
		}
		do(sb, qualif.Activate{By: manager, Login: a.Login})
		check(t, sb, a, 4, want{"[Chorus Pro] Réactivation de votre compte utilisateur", qualif.MailReactivation, "hotel@paris.fr", half})
		do(sb, qualif.ChangeContact{By: manager, Login: a.Login, Contact: "new@paris.fr"})
		check(t, sb, a, 5, want{qualif.Subjects["portail-2022"][qualif.MailContactChange], qualif.MailContactChange, "new@paris.fr", 0})
		sb.to(sb.now.AddDate(3, 0, 0))
		if got := len(sb.Mails()); got != 5 {
			t.Errorf("got %d mails: nothing is sent when a request takes effect", got)
		}
		for i, id := range []string{"mail-1", "mail-2", "mail-3", "mail-4", "mail-5"} {
			if got := sb.Mails()[i].ID; got != id {
				t.Errorf("got id %s, want %s", got, id)
			}
		}
	})
	t.Run("cpp-2020", func(t *testing.T) {
		t.Parallel()
		sb := founded(t, "cpp-2020")
		a := sb.create().Account
		check(t, sb, a, 1, want{"[Chorus Pro] Création du compte utilisateur technique", qualif.MailCreation, "c.allavoine@mail.example", 0})
		do(sb, qualif.TransferManager{By: manager, Siret: supplier, To: colleague})
		do(sb, qualif.Reset{By: colleague, Login: a.Login})
		check(t, sb, a, 2, want{"[Chorus Pro] Réinitialisation du mot de passe du compte utilisateur technique", qualif.MailPasswordReset, "t.trois@mail.example", 0})
		do(sb, qualif.ChangeMyContact{By: colleague, Contact: "tara@mail.example"})
		do(sb, qualif.Reset{By: colleague, Login: a.Login})
		check(t, sb, a, 3, want{qualif.Subjects["portail-2022"][qualif.MailPasswordReset], qualif.MailPasswordReset, "tara@mail.example", 0})
	})
}

// Who gets the mail is the profile's business alone, not that of the contact.
func TestMailToTheManagerWhateverTheContact(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022")
	sb.Profile.MailTo = "manager"
	do(sb, qualif.Create{By: manager, Siret: supplier, Contact: "hotel@paris.fr"})
	if got := sb.mail().To; got != "c.allavoine@mail.example" {
		t.Errorf("got %s, want the manager", got)
	}
}

func TestMailsCanBeOff(t *testing.T) {
	t.Parallel()
	quiet := founded(t, "portail-2022", withSwitch(qualif.SwitchContactMail, "off"))
	login := quiet.active().Account.Login
	do(quiet, qualif.ChangeContact{By: manager, Login: login, Contact: "new@paris.fr"})
	if got := quiet.mail().Kind; got != qualif.MailCreation {
		t.Errorf("got a mail of %s with the switch off", got)
	}
	silent := founded(t, "portail-2022", withSwitch(qualif.SwitchExpiryReminder, "15-days"))
	silent.Profile.MailsOn = false
	silent.active()
	silent.to(noon.AddDate(2, 0, 0))
	if got := len(silent.Mails()); got != 0 {
		t.Errorf("got %d mails from a profile without", got)
	}
}

func TestEveryMailHasASubject(t *testing.T) {
	t.Parallel()
	for _, p := range qualif.Profiles() {
		for _, kind := range []qualif.MailKind{qualif.MailCreation, qualif.MailPasswordReset, qualif.MailDeactivation, qualif.MailReactivation, qualif.MailContactChange, qualif.MailExpiryReminder} {
			if qualif.Subjects[p.MailSubjects][kind] == "" {
				t.Errorf("%s: %s has no subject in table %q", p.Name, kind, p.MailSubjects)
			}
		}
	}
}
