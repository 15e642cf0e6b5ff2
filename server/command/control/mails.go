package control

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"chorus-qualif/server/client"
	"chorus-qualif/server/command/control/table"
)

type mails struct {
	Remote remote `embed:""`

	List       mailsList       `cmd:"" help:"List the notifications, in the order of sending." example:"mails list --to contact@erp.example; mails list --kind technical-account-creation --json"`
	Show       mailsShow       `cmd:"" help:"Show a mail that arrived, decoded." example:"mails show; mails show mail-3 --as raw"`
	Wait       mailsWait       `cmd:"" help:"Wait until a mail arrives, and show it: at once when it is there. Exit code 1 when none came in time." example:"mails wait --to contact@erp.example --subject compte --timeout 30s"`
	Links      mailsLinks      `cmd:"" help:"List the links of a mail." example:"mails links latest"`
	Attachment mailsAttachment `cmd:"" help:"Write what is attached to a mail." example:"mails attachment latest 0 >invoice.pdf"`
}

type mailsList struct {
	To      string `help:"Only those to this recipient." placeholder:"ADDRESS"`
	Subject string `help:"Only those whose subject contains this." placeholder:"TEXT"`
	Kind    string `help:"Only those about this, such as technical-account-creation." placeholder:"KIND" complete:"mail-kind"`
	After   string `help:"Only those after this one." placeholder:"ID"`
	Limit   string `default:"100" help:"How many at most, up to 1000. [${default}]" placeholder:"N"`
}

// Run implements the command.
func (c *mailsList) Run(r *Run, g *mails) error {
	k := read(r)
	query := client.MailQuery{To: c.To, Subject: c.Subject, Kind: c.Kind, After: c.After, Limit: int(k.whole("limit", c.Limit, 1))}
	if err := k.wrong(); err != nil {
		return err
	}
	return talk(r, &g.Remote, func(s *session) (client.MailPage, error) { return s.sandbox.Mails(s.Context, query) },
		func(s *session, page client.MailPage) error {
			t := table.New("ID", "QUEUED", "STATE", "TO", "KIND", "LOGIN", "SUBJECT")
			for _, m := range page.Mails {
				t.Add(m.ID, moment(m.QueuedAt), mailState(m.State), m.To, m.Kind, m.Login, m.Subject)
			}
			if err := s.print(t, "no mails"); err != nil || page.Next == "" {
				return err
			}
			return s.more(page.Next)
		})
}

func mailState(state string) table.Cell {
	switch state {
	case "sent":
		return table.Cell{Text: state, Style: table.Good}
	case "failed":
		return table.Cell{Text: state, Style: table.Bad}
	}
	return table.Cell{Text: state, Style: table.Warn}
}

type mailsShow struct {
	ID string `arg:"" default:"latest" help:"Its id, that of a notification, its Message-ID, or latest. [${default}]" placeholder:"ID" complete:"mail"`
	As string `default:"decoded" enum:"decoded,text,html,raw" help:"decoded, text, html, or raw, as it travelled. [${default}]" placeholder:"FORM"`
}

// Run implements the command.
func (c *mailsShow) Run(r *Run, g *mails) error {
	if c.As == "decoded" || g.Remote.JSON {
		return talk(r, &g.Remote, func(s *session) (client.CapturedMail, error) { return s.sandbox.Mail(s.Context, c.ID) }, showMail)
	}
	return talk(r, &g.Remote, func(s *session) (string, error) {
		switch c.As {
		case "text":
			return s.sandbox.MailText(s.Context, c.ID)
		case "html":
			return s.sandbox.MailHTML(s.Context, c.ID)
		}
		raw, err := s.sandbox.MailRaw(s.Context, c.ID)
		return string(raw), err
	}, func(s *session, text string) error {
		_, err := io.WriteString(s.Stdout, text)
		return err
	})
}

func showMail(s *session, m client.CapturedMail) error {
	t := card("id", m.ID, "from", m.From, "to", strings.Join(m.To, ", "), "subject", m.Subject, "received", moment(m.ReceivedAt), "event", m.Event, "cursor", m.Cursor)
	for _, a := range m.Attachments {
		t.Add("attachment "+strconv.Itoa(a.Number), fmt.Sprintf("%s, %s, %d bytes", a.Name, a.ContentType, a.Size))
	}
	if err := t.Print(s.screen()); err != nil {
		return err
	}
	var text strings.Builder
	text.WriteByte('\n')
	for line := range strings.Lines(strings.TrimRight(m.Text, "\r\n") + "\n") {
		text.WriteString(strings.TrimRight(table.Clean(strings.TrimRight(line, "\r\n")), " ") + "\n")
	}
	_, err := io.WriteString(s.Stdout, text.String())
	return err
}

type mailsWait struct {
	To      string `help:"Part of a recipient." placeholder:"TEXT"`
	Subject string `help:"Part of the subject." placeholder:"TEXT"`
	Event   string `help:"Part of what it is about (header X-Chorus-Event)." placeholder:"KIND" complete:"mail-kind"`
	Text    string `help:"Part of the text." placeholder:"TEXT"`
	After   string `help:"Only mail after this cursor, that of an earlier answer." placeholder:"CURSOR"`
	Timeout string `default:"10s" help:"How long to wait in real time, 5m at most. [${default}]" placeholder:"DURATION"`
}

// Run implements the command.
func (c *mailsWait) Run(r *Run, g *mails) error {
	wait := client.MailWait{To: c.To, Subject: c.Subject, Event: c.Event, Text: c.Text, After: c.After, Timeout: c.Timeout}
	return talk(r, &g.Remote, func(s *session) (client.CapturedMail, error) { return s.sandbox.WaitMail(s.Context, wait) }, showMail)
}

type mailsLinks struct {
	ID string `arg:"" default:"latest" help:"Its id, that of a notification, its Message-ID, or latest. [${default}]" placeholder:"ID" complete:"mail"`
}

// Run implements the command.
func (c *mailsLinks) Run(r *Run, g *mails) error {
	return talk(r, &g.Remote, func(s *session) ([]client.MailLink, error) { return s.sandbox.MailLinks(s.Context, c.ID) },
		func(s *session, links []client.MailLink) error {
			t := table.New("URL", "TEXT")
			for _, l := range links {
				t.Add(l.URL, l.Text)
			}
			return s.print(t, "no links")
		})
}

type mailsAttachment struct {
	ID     string `arg:"" help:"Id of the mail, or latest." placeholder:"ID" complete:"mail"`
	Number string `arg:"" help:"Number of the attachment, from 0." placeholder:"NUMBER"`
}

// Run implements the command.
func (c *mailsAttachment) Run(r *Run, g *mails) error {
	k := read(r)
	n := int(k.whole("number", c.Number, 0))
	if err := k.wrong(); err != nil {
		return err
	}
	g.Remote.JSON = false
	return talk(r, &g.Remote, func(s *session) ([]byte, error) { return s.sandbox.MailAttachment(s.Context, c.ID, n) },
		write)
}
