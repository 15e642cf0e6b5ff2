package mailbox_test

import (
	"mime"
	"net/mail"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"chorus-qualif/server/mailbox"
	"chorus-qualif/server/qualif"
)

// Whatever the subject, a standard reader finds it again, on lines that are
// short enough, and a reader that only replaces encoded words in place finds
// the subjects of the platform too.
func TestSubjectsSurviveTheirHeader(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := notice(qualif.MailCreation)
		m.Subject = strings.TrimSpace(rapid.StringMatching(`[A-Za-zéÉ \[\]èêàçœ’=?_-]{0,120}`).Draw(t, "subject"))
		raw, err := mailbox.Compose(m, "default").MIME()
		if err != nil {
			t.Fatal(err)
		}
		read, err := mail.ReadMessage(strings.NewReader(string(raw)))
		if err != nil {
			t.Fatal(err)
		}
		got, err := new(mime.WordDecoder).DecodeHeader(read.Header.Get("Subject"))
		if err != nil || got != m.Subject {
			t.Fatalf("subject = %q (%v), want %q", got, err, m.Subject)
		}
		head, _, _ := strings.Cut(string(raw), "\r\n\r\n")
		for _, line := range strings.Split(head, "\r\n") {
			if len(line) > 78 && strings.Contains(line, "=?UTF-8") {
				t.Fatalf("header line of %d columns: %q", len(line), line)
			}
		}
	})
}

func TestPlatformSubjectsReadWordByWord(t *testing.T) {
	t.Parallel()
	for _, subject := range []string{
		"[Chorus Pro] Création du compte utilisateur technique",
		"[Chorus Pro] Réinitialisation du mot de passe du compte utilisateur technique",
		"[Chorus Pro] Désactivation de votre compte utilisateur",
		"[Chorus Pro] Réactivation de votre compte utilisateur",
		"[Chorus Pro] Modification de l'adresse de contact du compte utilisateur technique",
	} {
		m := notice(qualif.MailCreation)
		m.Subject = subject
		raw, err := mailbox.Compose(m, "default").MIME()
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(raw), "Subject: ")
		value, _, _ := strings.Cut(rest, "\r\nTo: ")
		var words []string
		for _, word := range strings.Fields(value) {
			plain, err := new(mime.WordDecoder).DecodeHeader(word)
			if err != nil {
				t.Fatal(err)
			}
			words = append(words, plain)
		}
		if got := strings.Join(words, " "); got != subject {
			t.Errorf("word by word the subject reads %q, want %q", got, subject)
		}
	}
}
