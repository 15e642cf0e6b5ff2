package controlroom

import (
	"chorus-qualif/server/admin"
	"chorus-qualif/server/sandboxes"
)

type credentialsPart struct {
	Fields   []field
	Accounts []choice
	Snippets []Snippet
	// Account is the one that is shown; nil when no password is known.
	Account *admin.AccountCredentials
	Manager []field
	// Structures are those of the manager.
	Structures []string
}

// field is a value to copy.
type field struct{ ID, Label, Value string }

// maxChoices bounds the list of accounts: others are reached by their link in
// the table.
const maxChoices = 50

func (p *page) credentials(r *Room, sb *sandboxes.Sandbox) {
	c := r.o.Credentials(sb, r.o.PlatformURL())
	part := &credentialsPart{}
	as := p.Query.Get("as")
	for i := range c.TechnicalAccounts {
		a := &c.TechnicalAccounts[i]
		if a.Password == nil {
			continue
		}
		if a.Login == as || as == "" && a.Usable && part.Account == nil {
			part.Account = a
		}
		if len(part.Accounts) < maxChoices {
			label := a.Login
			if !a.Usable {
				label += " (not usable now)"
			}
			part.Accounts = append(part.Accounts, choice{Value: a.Login, Label: label})
		}
	}
	part.Fields = []field{
		{"token-url", "Token URL", c.OAuthURL}, {"api-url", "API URL", c.APIURL}, {"client-id", "client_id", c.ClientID}, {"client-secret", "client_secret", c.ClientSecret},
	}
	if a := part.Account; a != nil {
		part.Fields = append(part.Fields, field{"login", "Technical account", a.Login}, field{"password", "Password", *a.Password}, field{"cpro-account", "cpro-account", *a.CproAccount})
		part.Snippets = Snippets(Client{
			TokenURL: c.OAuthURL, APIURL: c.APIURL, ClientID: c.ClientID, ClientSecret: c.ClientSecret, Login: a.Login, Password: *a.Password, Structure: a.Structure,
		})
		for i := range part.Accounts {
			part.Accounts[i].Chosen = part.Accounts[i].Value == a.Login
		}
	}
	part.manager(c)
	p.Credentials = part
}

// manager is who can log in to the portal for the account that is shown.
func (part *credentialsPart) manager(c admin.Credentials) {
	for _, m := range c.Managers {
		fits := part.Account == nil
		for _, s := range m.Structures {
			fits = fits || s == part.Account.Structure
		}
		if !fits || m.Password == nil {
			continue
		}
		part.Manager = []field{{"manager", "Manager's login", m.Login}, {"manager-password", "Manager's password", *m.Password}}
		const named = 3
		part.Structures = m.Structures[:min(named, len(m.Structures))]
		return
	}
}
