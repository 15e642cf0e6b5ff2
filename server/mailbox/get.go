package mailbox

import (
	"strings"

	"chorus-qualif/server/mailbox/inbox"
	"chorus-qualif/server/mailbox/outbox"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// Latest stands for a sandbox's newest mail where an id is wanted.
const Latest = "latest"

// Get finds a mail of a sandbox: by MailHog's id, by the id of a notification
// ("mail-1"), by its Message-ID, or the newest one by Latest.
func (m *Mailbox) Get(sandbox, id string) (*inbox.Mail, bool) {
	if id == Latest {
		page, _ := m.inbox.Page(sandbox, 0, 1)
		if len(page) == 0 {
			return nil, false
		}
		return page[0], true
	}
	if mail, ok := m.inbox.Get(sandbox, id); ok {
		return mail, true
	}
	if notification, ok := m.notification(sandbox, id); ok {
		id = Compose(notification, sandbox).ID
	}
	return m.inbox.ByMessageID(sandbox, trimID(id))
}

// notification finds a sandbox's notification by its id.
func (m *Mailbox) notification(sandbox, id string) (found *qualif.Mail, ok bool) {
	if d, ok := m.outbox.Delivery(sandbox, id); ok {
		return d.Mail, true
	}
	sb, ok := m.sandbox(sandbox)
	if !ok {
		return nil, false
	}
	sb.Read(func(v sandboxes.View) {
		for _, mail := range v.Mails() {
			if mail.ID == id {
				found = mail
			}
		}
	})
	return found, found != nil
}

// notificationOf is the id of the notification that a captured mail is, "" when
// it is somebody else's.
func notificationOf(mail *inbox.Mail) string {
	local, ours := strings.CutSuffix(mail.MessageID, messageIDDomain)
	if !ours || mail.Event == "" {
		return ""
	}
	id, _, _ := strings.Cut(local, ".")
	return id
}

// Delivery tells what became of a notification; of settled ones only the latest
// are remembered, and those of before the start are not known.
func (m *Mailbox) Delivery(sandbox, mailID string) (outbox.Delivery, bool) {
	return m.outbox.Delivery(sandbox, mailID)
}

// Undelivered lists the notifications still waiting. After Shutdown it is what
// Options.Undelivered of another Mailbox takes.
func (m *Mailbox) Undelivered() []outbox.Delivery { return m.outbox.Undelivered() }

// Stats count mail since the start.
type Stats struct {
	Inbox  inbox.Stats
	Outbox outbox.Stats
	// Arriving are the bytes of messages that are being sent to the embedded
	// server now.
	Arriving int64
}

// Stats counts the mail of all sandboxes.
func (m *Mailbox) Stats() Stats {
	return Stats{m.inbox.Stats(), m.outbox.Stats(), m.catcher.Arriving()}
}

// SandboxStats counts one sandbox's captured mail.
func (m *Mailbox) SandboxStats(sandbox string) inbox.Stats { return m.inbox.SandboxStats(sandbox) }
