package controlroom

import (
	"encoding/base64"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

type credentialsPart struct {
	Fields   []field
	Accounts []choice
	Snippets []Snippet
	// Account is the login that is shown; "" when no password is known.
	Account string
	Manager []field
	// Structures are some of the manager's.
	Structures []string
}

// field is a value to copy.
type field struct{ ID, Label, Value string }

// maxChoices bounds the list of accounts, whose passwords cost something: others
// are reached by their link in the table.
const maxChoices = 50

// credentials shows those of one account: the one that is asked for, or else the
// first that works.
func (p *page) credentials(r *Room, v sandboxes.View) {
	app := v.Applications()[0]
	client := Client{
		TokenURL: r.o.PlatformURL() + "/api/oauth/token", APIURL: r.o.PlatformURL(), ClientID: app.ClientID, ClientSecret: v.ClientSecret(app),
	}
	part := &credentialsPart{Fields: []field{
		{"token-url", "Token URL", client.TokenURL}, {"api-url", "API URL", client.APIURL},
		{"client-id", "client_id", client.ClientID}, {"client-secret", "client_secret", client.ClientSecret},
	}}
	var account *qualif.TechnicalAccount
	account, client.Password = part.choose(v, p.Query.Get("as"))
	if account != nil {
		part.Account, client.Login, client.Structure = account.Login, account.Login, account.Siret
		part.Fields = append(part.Fields, field{"login", "Technical account", account.Login}, field{"password", "Password", client.Password},
			field{"cpro-account", "cpro-account", base64.StdEncoding.EncodeToString([]byte(account.Login + ":" + client.Password))})
		part.Snippets = Snippets(client)
	}
	part.manager(v, account)
	p.Credentials = part
}

// choose finds the account to show, with its password, and lists others; nil
// when no password is known.
func (part *credentialsPart) choose(v sandboxes.View, as string) (chosen *qualif.TechnicalAccount, password string) {
	if a, ok := v.Account(as); ok {
		if known, ok := v.KnownPassword(a); ok {
			chosen, password = a, known
		}
	}
	for _, a := range v.Accounts() {
		if len(part.Accounts) == maxChoices && chosen != nil {
			break
		}
		known, ok := v.KnownPassword(a)
		if !ok {
			continue
		}
		usable := a.Usable(v.Present)
		if chosen == nil && usable {
			chosen, password = a, known
		}
		if len(part.Accounts) == maxChoices {
			continue
		}
		label := a.Login
		if !usable {
			label += " (not usable now)"
		}
		part.Accounts = append(part.Accounts, choice{Value: a.Login, Label: label, Chosen: chosen == a})
	}
	return chosen, password
}

// manager is who can log in to the portal for the account that is shown.
func (part *credentialsPart) manager(v sandboxes.View, account *qualif.TechnicalAccount) {
	login := ""
	if account != nil {
		login, _ = v.ManagerOf(account.StructureID)
	}
	people := v.Data().People
	for i := 0; i < len(people) && login == ""; i++ {
		if !people[i].Inactif && len(v.ManagedBy(people[i].Login)) > 0 {
			login = people[i].Login
		}
	}
	person, ok := v.Data().Person(login)
	if !ok {
		return
	}
	part.Manager = []field{{"manager", "Manager's login", person.Login}, {"manager-password", "Manager's password", v.PersonPassword(person)}}
	const named = 3
	for _, structure := range v.ManagedBy(person.Login) {
		if len(part.Structures) == named {
			break
		}
		part.Structures = append(part.Structures, structure.Identifiant)
	}
}
