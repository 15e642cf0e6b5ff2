package command

import (
	"fmt"
	"net/mail"
	"os"

	"chorus-qualif/server/app"
	"chorus-qualif/server/mailbox"
	"chorus-qualif/server/mailbox/outbox"
)

// mail reads the settings of the mail room.
func (c *serve) mail(k *checker, o *app.Options) {
	if c.SMTPRelay != "" {
		if _, err := outbox.ParseRelay(c.SMTPRelay); err != nil {
			// The value holds a password: only where it came from is said.
			k.errs = append(k.errs, fmt.Errorf("%s: %w", k.source("smtp-relay"), err))
		} else {
			o.Mail.Relay = c.SMTPRelay
		}
	}
	if c.MailFrom != "" {
		if parsed, err := mail.ParseAddress(c.MailFrom); err != nil || parsed.Address != c.MailFrom {
			k.fail("mail-from", c.MailFrom, "want a bare mail address")
		} else {
			o.Mail.From = c.MailFrom
		}
	}
	if c.MailOutgoing != "" {
		k.outgoing(c.MailOutgoing, o)
	}
}

// outgoing reads the servers that captured mail may be released to.
func (c *checker) outgoing(path string, o *app.Options) {
	file, err := os.Open(path)
	if err != nil {
		c.fail("mail-outgoing", path, "%v", err)
		return
	}
	defer func() { _ = file.Close() }()
	if o.Mail.Outgoing, err = mailbox.ReadOutgoing(file); err != nil {
		c.fail("mail-outgoing", path, "%v", err)
	}
}
