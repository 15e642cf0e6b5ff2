package mailbox

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"unicode/utf8"

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

// encodeHeader writes text for a header, by RFC 2047 when it is not printable
// ASCII: words of base64, each of whole characters, each on a line of at most
// 76 columns, the first of which follows used columns.
func encodeHeader(text string, used int) string {
	plain := true
	for _, r := range text {
		plain = plain && r >= ' ' && r <= '~'
	}
	if plain && used+len(text) <= 76 && !strings.Contains(text, "=?") {
		return text
	}
	const around = len("=?UTF-8?B??=")
	var words []string
	for text != "" {
		room := (76 - used - around) / 4 * 3
		n := 0
		for n < len(text) {
			_, size := utf8.DecodeRuneInString(text[n:])
			if n+size > room {
				break
			}
			n += size
		}
		words = append(words, "=?UTF-8?B?"+base64.StdEncoding.EncodeToString([]byte(text[:n]))+"?=")
		text, used = text[n:], 1
	}
	return strings.Join(words, "\r\n ")
}
