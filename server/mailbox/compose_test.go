package mailbox_test

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/mailhog/data"

	"chorus-qualif/server/mailbox"
	"chorus-qualif/server/qualif"
)

// notice is a notification such as the domain queues.
func notice(kind qualif.MailKind) *qualif.Mail {
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, qualif.Paris)
	m := &qualif.Mail{
		ID: "mail-1", Kind: kind, To: "hotel@paris.example", Subject: "[Chorus Pro] Réinitialisation du mot de passe du compte utilisateur technique",
		QueuedAt: at, Login: "TECH_3_84965690500015@cpro.fr", Siret: "84965690500015", Structure: "HÔTEL <DE> PARIS & FILS",
		EffectiveAt: at.Add(30 * time.Minute), PasswordExpiresAt: at.AddDate(0, 0, 424),
	}
	if kind == qualif.MailDeactivation {
		m.ReactivableUntil = m.EffectiveAt.AddDate(0, 0, 60)
	}
	return m
}

var kinds = []qualif.MailKind{
	qualif.MailCreation, qualif.MailPasswordReset, qualif.MailDeactivation,
	qualif.MailReactivation, qualif.MailContactChange, qualif.MailExpiryReminder,
}

func TestComposeSaysEverythingInFrenchThenEnglish(t *testing.T) {
	t.Parallel()
	got := mailbox.Compose(notice(qualif.MailDeactivation), "equipe-a").Text
	rest := got
	for _, want := range []string{
		"Bonjour,", "La désactivation d'un compte technique", "TECH_3_84965690500015@cpro.fr", "HÔTEL <DE> PARIS & FILS (SIRET 84965690500015)",
		"dimanche 1er mars 2026 à 9 h 00 (heure de Paris, UTC+1)", "dimanche 1er mars 2026 à 9 h 30 (heure de Paris, UTC+1)",
		"jeudi 30 avril 2026 à 9 h 30 (heure de Paris, UTC+2)", "jeudi 29 avril 2027 à 9 h 00 (heure de Paris, UTC+2)",
		"texte du simulateur, pas de l'État", "« equipe-a »",
		"Hello,", "The deactivation of a technical account", "Sunday 1 March 2026 at 09:30 (Paris time, UTC+1)",
		"Thursday 30 April 2026 at 09:30 (Paris time, UTC+2)", "Thursday 29 April 2027 at 09:00 (Paris time, UTC+2)", "simulator's text",
	} {
		_, after, ok := strings.Cut(strings.ReplaceAll(rest, "\n", " "), want)
		if !ok {
			t.Fatalf("the text lacks %q, in that order:\n%s", want, got)
		}
		rest = after
	}
}

func TestComposeTextStaysWithinMailLines(t *testing.T) {
	t.Parallel()
	for _, kind := range kinds {
		for _, line := range strings.Split(mailbox.Compose(notice(kind), "default").Text, "\n") {
			if n := len([]rune(line)); n > 76 {
				t.Errorf("%s: line of %d columns: %q", kind, n, line)
			}
		}
	}
}

func TestComposeEffectAtOnceIsSaidSo(t *testing.T) {
	t.Parallel()
	m := notice(qualif.MailCreation)
	m.EffectiveAt = m.QueuedAt
	got := mailbox.Compose(m, "default").Text
	for _, want := range []string{"immédiate", "at once", "utilisable dès maintenant"} {
		if !strings.Contains(got, want) {
			t.Errorf("the text lacks %q:\n%s", want, got)
		}
	}
	if strings.Contains(got, "Jusqu'à sa prise d'effet") {
		t.Errorf("the text speaks of a delay that is not:\n%s", got)
	}
}

func TestComposeHTMLHoldsNothingRemoteAndEscapes(t *testing.T) {
	t.Parallel()
	for _, kind := range kinds {
		html := mailbox.Compose(notice(kind), "default").HTML
		for _, bad := range []string{"http:", "https:", "//", "src=", "href=", "url(", "<script", "<DE>"} {
			if strings.Contains(html, bad) {
				t.Errorf("%s: the HTML holds %q", kind, bad)
			}
		}
		if want := "HÔTEL &lt;DE&gt; PARIS &amp; FILS"; !strings.Contains(html, want) {
			t.Errorf("%s: the HTML lacks %q", kind, want)
		}
	}
}

func TestMIMEIsTheSameBytesEachTime(t *testing.T) {
	t.Parallel()
	for _, kind := range kinds {
		first, err := mailbox.Compose(notice(kind), "default").MIME()
		if err != nil {
			t.Fatal(err)
		}
		for range 20 {
			again, err := mailbox.Compose(notice(kind), "default").MIME()
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(first, again) {
				t.Fatalf("%s: two composings differ:\n%s\n%s", kind, first, again)
			}
		}
	}
}

func TestMIMEReadsBackWithTheStandardLibrary(t *testing.T) {
	t.Parallel()
	m := notice(qualif.MailPasswordReset)
	m.To = strings.Repeat("tres-long.", 6) + "x@" + strings.Repeat("etablissement-", 4) + "public.example"
	sandbox := "a" + strings.Repeat("b", 62)
	composed := mailbox.Compose(m, sandbox)
	raw, err := composed.MIME()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(string(raw), "\r\n") {
		if strings.Contains(line, "\n") || len(line) > 998 {
			t.Errorf("line breaks or length: %q", line)
		}
	}
	read, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(read.Header.Get("Subject"))
	if err != nil || subject != m.Subject {
		t.Errorf("subject = %q (%v), want %q", subject, err, m.Subject)
	}
	if date, err := read.Header.Date(); err != nil || !date.Equal(m.QueuedAt) {
		t.Errorf("date = %v (%v), want %v", date, err, m.QueuedAt)
	}
	for name, want := range map[string]string{
		"To": "<" + m.To + ">", "X-Sandbox": sandbox, "X-Chorus-Event": string(m.Kind), "Message-Id": "<" + composed.ID + ">",
		"Auto-Submitted": "auto-generated", "Mime-Version": "1.0",
	} {
		if got := read.Header.Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	wantParts(t, read, []string{"text/plain; charset=UTF-8", "text/html; charset=UTF-8"}, []string{composed.Text, composed.HTML})
}

func wantParts(t *testing.T, read *mail.Message, types, bodies []string) {
	t.Helper()
	kind, params, err := mime.ParseMediaType(read.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("content type = %q (%v)", kind, err)
	}
	parts := multipart.NewReader(read.Body, params["boundary"])
	for i := range types {
		part, err := parts.NextRawPart()
		if err != nil {
			t.Fatal(err)
		}
		if got := part.Header.Get("Content-Type"); got != types[i] {
			t.Errorf("part %d: content type = %q, want %q", i, got, types[i])
		}
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.ReplaceAll(string(body), "\r\n", "\n"); strings.TrimRight(got, "\n") != strings.TrimRight(bodies[i], "\n") {
			t.Errorf("part %d: got\n%q\nwant\n%q", i, got, bodies[i])
		}
	}
	if _, err := parts.NextRawPart(); err != io.EOF {
		t.Errorf("after the parts: %v, want the end", err)
	}
}

// A stock MailHog reads a header only when its value begins on the line of its
// name: its own parser is the judge.
func TestMIMEShowsItsHeadersInAStockMailHog(t *testing.T) {
	t.Parallel()
	m := notice(qualif.MailPasswordReset)
	m.To = strings.Repeat("x", 64) + "@" + strings.Repeat("y", 60) + ".example"
	raw, err := mailbox.Compose(m, strings.Repeat("s", 63)).MIME()
	if err != nil {
		t.Fatal(err)
	}
	content := data.ContentFromString(string(raw))
	for _, name := range []string{"Subject", "To", "From", "Date", "Message-ID", "X-Sandbox", "X-Chorus-Event", "Content-Type", "MIME-Version"} {
		if len(content.Headers[name]) != 1 || strings.TrimSpace(content.Headers[name][0]) == "" {
			t.Errorf("MailHog reads %s as %q", name, content.Headers[name])
		}
	}
	if parts := content.ParseMIMEBody().Parts; len(parts) < 2 || !strings.HasPrefix(parts[0].Headers["Content-Type"][0], "text/plain") {
		t.Errorf("MailHog reads the parts as %+v", parts)
	}
}

func TestMessagesOfDifferentMailsHaveDifferentIDs(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, sandbox := range []string{"a", "b"} {
		for _, kind := range kinds {
			seen[mailbox.Compose(notice(kind), sandbox).ID] = true
		}
	}
	if got, want := len(seen), 2*len(kinds); got != want {
		t.Errorf("%d different Message-IDs, want %d", got, want)
	}
}

func TestMIMERefusesWhatCannotBeAddressed(t *testing.T) {
	t.Parallel()
	for _, to := range []string{"", "nobody", "a@b.example\r\nBcc: c@d.example", "a@"} {
		m := notice(qualif.MailCreation)
		m.To = to
		if raw, err := mailbox.Compose(m, "default").MIME(); err == nil {
			t.Errorf("recipient %q gave a message:\n%s", to, raw)
		}
	}
}
