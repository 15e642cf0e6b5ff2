package mailbox

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"chorus-qualif/server/qualif"
)

// DefaultFrom is the sender of the notifications: a reserved domain, as the
// platform's own is not ours to write from.
const DefaultFrom = "ne-pas-repondre@chorus-qualif.example"

// messageIDDomain ends the Message-IDs of notifications.
const messageIDDomain = "@chorus-qualif.example"

// senderName stands beside the sender's address.
const senderName = "Chorus Pro (simulateur)"

// Message is a notification as people read it.
type Message struct {
	// ID is the Message-ID without its angle brackets. The same mail of the
	// same sandbox always has the same one.
	ID      string
	Sandbox string
	Kind    qualif.MailKind
	// From and To are bare addresses. To is empty when the structure has
	// nobody to write to: such a mail cannot be sent.
	From, To string
	Subject  string
	// Date is the instant of the request, on the sandbox's clock, in Paris.
	Date time.Time
	// Text and HTML say the same, in French and then in English.
	Text, HTML string
}

// Compose writes the notification about what happened in a sandbox. The same
// mail always gives the same bytes. It holds no password: none is in the facts.
func Compose(m *qualif.Mail, sandbox string) Message {
	sum := sha256.Sum256([]byte(sandbox + "\x00" + m.ID + "\x00" + string(m.Kind) + "\x00" + m.To + "\x00" + m.Login + "\x00" + qualif.FormatInstant(m.QueuedAt)))
	letter := letterOf(m, sandbox)
	return Message{
		ID: m.ID + "." + hex.EncodeToString(sum[:12]) + messageIDDomain, Sandbox: sandbox, Kind: m.Kind,
		From: DefaultFrom, To: m.To, Subject: m.Subject, Date: m.QueuedAt.In(qualif.Paris),
		Text: letter.text(), HTML: letter.html(),
	}
}

// letter is what both bodies say, in one form.
type letter struct {
	Subject string
	Parts   []section
}

// section is the letter in one language.
type section struct {
	Lang, Title, Greeting string
	// Happened says what happened, Next what it means for the reader.
	Happened, Next string
	Facts          []fact
	Secret, Notice string
}

// fact is a line of the table: Strong ones are dates to remember.
type fact struct {
	Label, Value string
	Strong       bool
}

func letterOf(m *qualif.Mail, sandbox string) letter {
	return letter{Subject: m.Subject, Parts: []section{french.section(m, sandbox), english.section(m, sandbox)}}
}
