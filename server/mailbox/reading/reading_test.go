package reading_test

import (
	"slices"
	"strings"
	"testing"

	"chorus-qualif/server/mailbox/reading"
)

const mixed = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=out\r\n\r\npreamble\r\n--out\r\n" +
	"Content-Type: multipart/alternative; boundary=in\r\n\r\n--in\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" +
	"Cr=E9ation =\r\nfaite\r\n--in\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Création <b>faite</b>.</p><a href=\"https://example.test/a?x=1&amp;y=2\">ici\r\n même</a>\r\n--in--\r\n" +
	"--out\r\nContent-Type: application/pdf; name=\"x.pdf\"\r\nContent-Disposition: attachment; filename=\"=?UTF-8?Q?re=C3=A7u.pdf?=\"\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0x\r\nLjQK!\r\n" +
	"--out\r\nContent-Type: text/plain\r\nContent-Disposition: inline\r\n\r\nsecond text\r\n--out--\r\nepilogue"

func TestReadTakesAMessageApart(t *testing.T) {
	t.Parallel()
	m := reading.Read(mixed)
	if got, want := m.Text, "Création faite"; got != want {
		t.Errorf("text = %q, want %q", got, want)
	}
	if !strings.HasPrefix(m.HTML, "<p>Création") || strings.Contains(m.HTML, "\r") {
		t.Errorf("html = %q", m.HTML)
	}
	if len(m.Attachments) != 2 {
		t.Fatalf("attachments = %+v", m.Attachments)
	}
	if a := m.Attachments[0]; a.Name != "reçu.pdf" || a.ContentType != "application/pdf" || string(a.Content) != "%PDF-1.4\n" {
		t.Errorf("attachment = %q %q %q", a.Name, a.ContentType, a.Content)
	}
	if a := m.Attachments[1]; a.ContentType != "text/plain" || string(a.Content) != "second text" {
		t.Errorf("second attachment = %+v", a)
	}
	if got, want := strings.Join(strings.Fields(reading.Visible(m.HTML)), " "), "Création faite. ici même"; got != want {
		t.Errorf("visible = %q, want %q", got, want)
	}
}

func TestLinksAreFoundOnceInOrder(t *testing.T) {
	t.Parallel()
	m := reading.Message{
		HTML: `<a href="https://b.test/x">B</a> <a href="javascript:alert('http://no.test')">no</a> <a href='http://c.test'><img></a> <a href="mailto:x@y.test">m</a>`,
		Text: "Voir https://b.test/x, puis (https://d.test/(e)) et <http://f.test/?q=1>. Fin : HTTPS://G.test/…",
	}
	got := m.Links()
	want := []reading.Link{{"https://b.test/x", "B"}, {"http://c.test", ""}, {"https://d.test/(e)", "https://d.test/(e)"}, {"http://f.test/?q=1", "http://f.test/?q=1"}, {"HTTPS://G.test/", "HTTPS://G.test/"}}
	if !slices.Equal(got, want) {
		t.Errorf("links = %q, want %q", got, want)
	}
}

// odd messages have to be read as far as they go, and quickly.
var odd = []string{
	"", "no headers", "Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nbroken header\r\n\r\nx", "Content-Transfer-Encoding: base64\r\n\r\n!!!!AA",
	"Content-Type: text/plain; charset=no-such\r\n\r\n\xff\xfe", "Content-Type: ;;;\r\n\r\nx", "Content-Transfer-Encoding: quoted-printable\r\n\r\n=ZZ=",
	strings.Repeat("Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n", 5000),
	"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + strings.Repeat("--a\r\n\r\n\r\n", 20_000),
	"Content-Type: text/html\r\n\r\n<a href=http://x.test>" + strings.Repeat("<b>y", 100_000),
	"Content-Type: text/html\r\n\r\n" + strings.Repeat("<a href=http://x.test/", 50_000),
}

func TestOddMessagesAreReadAsFarAsTheyGo(t *testing.T) {
	t.Parallel()
	for _, raw := range odd {
		m := reading.Read(raw)
		m.Links()
		reading.Visible(m.HTML)
	}
	if got := reading.Read(odd[3]).Text; got != "\x00" {
		t.Errorf("broken base64 = %q, want what can be read", got)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(mixed)
	for _, raw := range odd[:7] {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		m := reading.Read(raw)
		for _, link := range m.Links() {
			if !strings.HasPrefix(strings.ToLower(link.URL), "http") {
				t.Errorf("link %q", link.URL)
			}
		}
		reading.Visible(m.HTML)
	})
}
