package app

import (
	"fmt"
	"io"
	"log/slog"

	"chorus-qualif/server/admin"
	"chorus-qualif/server/sandboxes"
)

// Card is what a newcomer needs to point a client here.
type Card struct {
	admin.Credentials
	AdminURL string
	// MailURL shows the captured mail, SMTPAddr takes it.
	MailURL, SMTPAddr string
	// FilesBytes is how many bytes the files of all the sandboxes may take; 0
	// is no bound.
	FilesBytes int64
	// Account is a technical account that works now, Manager a gestionnaire
	// principal who can log in; nil when the data set has none.
	Account *admin.AccountCredentials
	Manager *admin.ManagerCredentials
}

// Card describes the default sandbox of a started program.
func (a *App) Card() Card {
	sb, _ := a.registry.Get(sandboxes.Default)
	card := Card{Credentials: admin.CredentialsOf(sb, a.PlatformURL()), AdminURL: a.AdminURL(), MailURL: a.MailURL(), SMTPAddr: a.SMTPAddr(),
		FilesBytes: a.watch.files.Usage().Limit}
	for i, account := range card.TechnicalAccounts {
		if account.Usable && account.Password != nil {
			card.Account = &card.TechnicalAccounts[i]
			break
		}
	}
	for i, manager := range card.Managers {
		if card.Account == nil || contains(manager.Structures, card.Account.Structure) {
			card.Manager = &card.Managers[i]
			break
		}
	}
	return card
}

func contains(all []string, one string) bool {
	for _, s := range all {
		if s == one {
			return true
		}
	}
	return false
}

// Print writes the card for a person.
func (c Card) Print(w io.Writer) {
	row := func(label, value string) { fmt.Fprintf(w, "  %-19s %s\n", label, value) }
	fmt.Fprintf(w, "chorus-qualif: a simulator of the Chorus Pro qualification environment, not the State's portal\n\n")
	row("token URL", c.OAuthURL)
	row("API URL", c.APIURL+"/cpro/...")
	row("client_id", c.ClientID)
	row("client_secret", c.ClientSecret)
	if c.Account != nil {
		row("technical account", c.Account.Login)
		row("password", *c.Account.Password)
		row("cpro-account", *c.Account.CproAccount)
	}
	if c.Manager != nil {
		row("gestionnaire", c.Manager.Login)
		row("password", *c.Manager.Password)
	}
	row("portal", c.APIURL+"/aife_qual")
	row("mail", c.MailURL+"  (SMTP on "+c.SMTPAddr+")")
	row("control room, admin", c.AdminURL)
	row("files", "in memory, "+bound(c.FilesBytes)+" (--files-total-bytes)")
	fmt.Fprintln(w)
}

// bound tells a number of bytes to a person.
func bound(bytes int64) string {
	switch {
	case bytes == 0:
		return "without a bound"
	case bytes%(1<<20) == 0:
		return fmt.Sprintf("%d MiB at most", bytes>>20)
	}
	return fmt.Sprintf("%d bytes at most", bytes)
}

// Log writes the card as one structured line.
func (c Card) Log(log *slog.Logger) {
	attributes := []any{
		"oauthUrl", c.OAuthURL, "apiUrl", c.APIURL, "adminUrl", c.AdminURL, "mailUrl", c.MailURL, "smtpAddr", c.SMTPAddr, "filesTotalBytes", c.FilesBytes, "clientId", c.ClientID, "clientSecret", c.ClientSecret,
	}
	if c.Account != nil {
		attributes = append(attributes, "technicalAccount", c.Account.Login, "technicalAccountPassword", *c.Account.Password, "cproAccount", *c.Account.CproAccount)
	}
	if c.Manager != nil {
		attributes = append(attributes, "manager", c.Manager.Login, "managerPassword", *c.Manager.Password)
	}
	log.Info("ready", attributes...)
}
