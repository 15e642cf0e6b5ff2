package mailbox

import (
	"bytes"
	"errors"
	"fmt"
	"net/mail"
	"strings"

	gomail "github.com/wneessen/go-mail"
)

// Headers by which a mail tells where it belongs and what it is about.
const (
	SandboxHeader = "X-Sandbox"
	EventHeader   = "X-Chorus-Event"
)

// ErrNoRecipient is the failure of a mail that has nobody to go to.
var ErrNoRecipient = errors.New("the mail has no recipient")

// MIME is the message as it travels: multipart/alternative, text first. The
// same message always gives the same bytes. It fails when an address is empty
// or cannot be written in a header.
func (m Message) MIME() ([]byte, error) {
	if m.To == "" {
		return nil, ErrNoRecipient
	}
	to, err := mail.ParseAddress(m.To)
	if err != nil {
		return nil, fmt.Errorf("recipient %q: %w", m.To, err)
	}
	boundary, _, _ := strings.Cut(m.ID, "@")
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithBoundary(boundary))
	if err := msg.FromFormat(senderName, m.From); err != nil {
		return nil, fmt.Errorf("sender %q: %w", m.From, err)
	}
	msg.SetMessageIDWithValue(m.ID)
	msg.SetGenHeader(gomail.HeaderDate, m.Date.Format("Mon, 02 Jan 2006 15:04:05 -0700"))
	msg.SetGenHeader(gomail.Header("Auto-Submitted"), "auto-generated")
	// The library folds a long value right after the name, which MailHog
	// cannot read (the header is lost there), and writes preformatted
	// headers in no order: so one preformatted block holds all the headers
	// whose values may be long.
	msg.SetGenHeaderPreformatted(gomail.HeaderSubject, strings.Join([]string{
		encodeHeader(m.Subject, len("Subject: ")),
		"To: " + to.String(),
		SandboxHeader + ": " + m.Sandbox,
		EventHeader + ": " + string(m.Kind),
	}, "\r\n"))
	msg.SetBodyString(gomail.TypeTextPlain, crlf(m.Text))
	msg.AddAlternativeString(gomail.TypeTextHTML, crlf(m.HTML))
	var b bytes.Buffer
	if _, err := msg.WriteTo(&b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func crlf(text string) string { return strings.ReplaceAll(text, "\n", "\r\n") }

// maxLine is how long a header line with encoded words may be (RFC 2047 §2).
const maxLine = 76

// encodeHeader writes text for a header whose name takes up used columns. Only
// the words that are not printable ASCII are encoded, neighbours together:
// some readers of MailHog's API keep the space between two encoded words, and
// none errs on a space beside a plain one.
func encodeHeader(text string, used int) string {
	var words []string
	var run []string
	flush := func() {
		if len(run) > 0 {
			words = append(words, encodedWords(strings.Join(run, " "), used)...)
			run = nil
		}
	}
	for _, word := range strings.Split(text, " ") {
		if mustEncode(word) {
			run = append(run, word)
			continue
		}
		flush()
		words = append(words, word)
	}
	flush()
	var b strings.Builder
	for i, word := range words {
		switch {
		case i == 0:
		case used+1+len(word) > maxLine:
			b.WriteString("\r\n ")
			used = 1
		default:
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		used += len(word)
	}
	return b.String()
}

// encodedWords writes text as encoded words of whole characters, the first of
// which leaves room for a name of used columns before it.
func encodedWords(text string, used int) []string {
	const open, end = "=?UTF-8?Q?", "?="
	var words []string
	var word strings.Builder
	for _, r := range text {
		letter := quoted(r)
		if word.Len() > 0 && used+len(open)+word.Len()+len(letter)+len(end) > maxLine {
			words = append(words, open+word.String()+end)
			word.Reset()
			used = 1
		}
		word.WriteString(letter)
	}
	return append(words, open+word.String()+end)
}

// quoted is a character in the Q encoding.
func quoted(r rune) string {
	switch {
	case r == ' ':
		return "_"
	case r >= '0' && r <= '9', r >= 'A' && r <= 'Z', r >= 'a' && r <= 'z':
		return string(r)
	}
	var b strings.Builder
	for _, octet := range []byte(string(r)) {
		fmt.Fprintf(&b, "=%02X", octet)
	}
	return b.String()
}

// mustEncode tells whether a word cannot stand in a header as it is. An empty
// one (two spaces in a row) is encoded with its neighbours, lest it be folded
// away.
func mustEncode(word string) bool {
	for i := range len(word) {
		if word[i] <= ' ' || word[i] > '~' {
			return true
		}
	}
	return word == "" || strings.Contains(word, "=?")
}
