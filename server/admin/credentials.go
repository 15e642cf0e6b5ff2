package admin

import (
	"encoding/base64"
	"encoding/json"
	"net/http"

	"github.com/gin-gonic/gin"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/wire"
)

// Credentials are all that a client needs, ready to paste.
type Credentials struct {
	Sandbox           string               `json:"sandbox"`
	OAuthURL          string               `json:"oauthUrl"`
	APIURL            string               `json:"apiUrl"`
	ClientID          string               `json:"clientId"`
	ClientSecret      string               `json:"clientSecret"`
	ApplicationName   string               `json:"applicationName"`
	TechnicalAccounts []AccountCredentials `json:"technicalAccounts"`
	Managers          []ManagerCredentials `json:"managers"`
}

// AccountCredentials are a technical account's. Password and CproAccount are
// nil when nobody but the account's owner knows the password.
type AccountCredentials struct {
	Login       string        `json:"login"`
	Password    *string       `json:"password"`
	CproAccount *string       `json:"cproAccount"`
	Status      qualif.Status `json:"status"`
	Usable      bool          `json:"usable"`
	Structure   string        `json:"structure"`
}

// ManagerCredentials are those of a gestionnaire principal on the portal.
// BasicCredentials is what goes after "Basic " in Authorization (RFC 7617), for
// scenarios, which cannot encode it themselves.
type ManagerCredentials struct {
	Login            string   `json:"login"`
	Password         *string  `json:"password"`
	BasicCredentials *string  `json:"basicCredentials"`
	Structures       []string `json:"structures"`
}

// CredentialsOf collects a sandbox's credentials; platformURL is where the
// platform listens.
func CredentialsOf(sb *sandboxes.Sandbox, platformURL string) Credentials {
	c := Credentials{Sandbox: sb.Name(), OAuthURL: platformURL + "/api/oauth/token", APIURL: platformURL}
	sb.Read(func(v sandboxes.View) {
		app := v.Applications()[0]
		c.ClientID, c.ClientSecret, c.ApplicationName = app.ClientID, v.ClientSecret(app), app.Name
		c.TechnicalAccounts = accountsOf(v)
		c.Managers = managersOf(v)
	})
	return c
}

// accountsOf lists the accounts in the order of the data set, then those that
// were created since.
func accountsOf(v sandboxes.View) []AccountCredentials {
	all := []AccountCredentials{}
	for _, a := range v.Accounts() {
		account := AccountCredentials{Login: a.Login, Status: a.Status, Usable: a.Usable(v.Present), Structure: a.Siret}
		if password, ok := v.KnownPassword(a); ok {
			header := basicOf(a.Login, password)
			account.Password, account.CproAccount = &password, &header
		}
		all = append(all, account)
	}
	return all
}

func basicOf(login, password string) string {
	return base64.StdEncoding.EncodeToString([]byte(login + ":" + password))
}

// maxManagers keeps the answer readable when the data set is a large generated
// one; the portal's own CSV lists everybody.
const maxManagers = 1000

// managersOf lists the managers of structures that have technical accounts, in
// the order of the accounts, then the others.
func managersOf(v sandboxes.View) []ManagerCredentials {
	all, seen := []ManagerCredentials{}, map[string]bool{}
	add := func(login string) {
		person, ok := v.Data().Person(login)
		if !ok || person.Inactif || seen[person.Login] || len(all) == maxManagers {
			return
		}
		seen[person.Login] = true
		if manager := credentialsOfPerson(v, person); len(manager.Structures) > 0 {
			all = append(all, manager)
		}
	}
	for _, account := range v.Accounts() {
		if login, ok := v.ManagerOf(account.StructureID); ok {
			add(login)
		}
	}
	people := v.Data().People
	for i := range people {
		add(people[i].Login)
	}
	return all
}

func credentialsOfPerson(v sandboxes.View, person *qualif.Person) ManagerCredentials {
	password := v.PersonPassword(person)
	basic := basicOf(person.Login, password)
	manager := ManagerCredentials{Login: person.Login, Password: &password, BasicCredentials: &basic, Structures: []string{}}
	for _, structure := range v.ManagedBy(person.Login) {
		manager.Structures = append(manager.Structures, structure.Identifiant)
	}
	return manager
}

func (a *Admin) getPersonCredentials(g *gin.Context, sb *sandboxes.Sandbox, _ []byte) wire.Reply {
	var found *ManagerCredentials
	sb.Read(func(v sandboxes.View) {
		if person, ok := v.Data().Person(g.Param("login")); ok {
			one := credentialsOfPerson(v, person)
			found = &one
		}
	})
	if found == nil {
		return wire.Refuse(http.StatusNotFound, "person-unknown", "nobody in sandbox "+sb.Name()+" has the login "+g.Param("login"))
	}
	return wire.JSON(http.StatusOK, found)
}

func (a *Admin) getCredentials(_ *gin.Context, sb *sandboxes.Sandbox, _ []byte) wire.Reply {
	return wire.JSON(http.StatusOK, CredentialsOf(sb, a.o.PlatformURL()))
}

type applicationView struct {
	Name          string   `json:"name"`
	ClientID      string   `json:"clientId"`
	ClientSecret  string   `json:"clientSecret"`
	Enabled       bool     `json:"enabled"`
	Subscriptions []string `json:"subscriptions"`
	Terms         []string `json:"terms"`
	Raccordements []string `json:"raccordements"`
}

func viewApplication(v sandboxes.View, app *qualif.Application) applicationView {
	view := applicationView{
		Name: app.Name, ClientID: app.ClientID, ClientSecret: v.ClientSecret(app), Enabled: app.Enabled,
		Subscriptions: app.Subscriptions, Terms: app.Terms, Raccordements: []string{},
	}
	for _, id := range app.Raccordements {
		if structure, ok := v.Data().Structure(id); ok {
			view.Raccordements = append(view.Raccordements, structure.Identifiant)
		}
	}
	return view
}

func (a *Admin) listApplications(_ *gin.Context, sb *sandboxes.Sandbox, _ []byte) wire.Reply {
	list := struct {
		Applications []applicationView `json:"applications"`
	}{[]applicationView{}}
	sb.Read(func(v sandboxes.View) {
		for _, app := range v.Applications() {
			list.Applications = append(list.Applications, viewApplication(v, app))
		}
	})
	return wire.JSON(http.StatusOK, list)
}

func (a *Admin) putApplication(g *gin.Context, sb *sandboxes.Sandbox, body []byte) wire.Reply {
	var given struct {
		Enabled       *bool    `json:"enabled"`
		Subscriptions []string `json:"subscriptions"`
		Terms         []string `json:"terms"`
		Raccordements []string `json:"raccordements"`
	}
	if len(body) > 0 {
		if err := json.Unmarshal(body, &given); err != nil {
			return wire.Refuse(http.StatusBadRequest, "invalid-request", err.Error())
		}
	}
	app, err := sandboxes.Do(sb, qualif.PutApplication{
		Name: g.Param("application"), Enabled: given.Enabled,
		Subscriptions: given.Subscriptions, Terms: given.Terms, Raccordements: given.Raccordements,
	})
	if err != nil {
		return a.refused(err)
	}
	var view applicationView
	sb.Read(func(v sandboxes.View) { view = viewApplication(v, app) })
	return wire.JSON(http.StatusOK, view)
}
