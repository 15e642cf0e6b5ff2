package portal

import (
	"net/http"
	"slices"

	"chorus-qualif/server/qualif"
)

// The addresses of the portal of 2020.
const (
	account2020      = "/cpp/mon-compte"
	manager2020      = "/cpp/gestionnaire"
	structuresCSV    = manager2020 + "/structures.csv"
	structures2020   = "/cpp/structures/"
	notSimulated2020 = "/cpp/hors-simulation"
)

func (p *Portal) routes2020() []route {
	get, post := http.MethodGet, http.MethodPost
	of2020 := func(method, path string, serve func(*call)) route {
		return route{method: method, path: path, serve: serve, home: home2020}
	}
	keeping := func(r route) route { r.keeps = true; return r }
	structure := structures2020 + ":identifiant"
	technical := structure + "/utilisateur-technique"
	return []route{
		of2020(get, home2020, (*call).showHome2020),
		of2020(get, account2020, (*call).showMyAccount),
		of2020(post, account2020, (*call).changeMyAccount),
		of2020(get, manager2020, (*call).showManager),
		of2020(get, structuresCSV, (*call).exportStructures),
		of2020(get, structure, (*call).showStructure),
		of2020(post, structure+"/gestionnaire", (*call).transferRole),
		of2020(get, technical, (*call).showTechnicalUser),
		of2020(get, technical+"/saisie", (*call).showEntry),
		of2020(post, technical+"/saisie", (*call).createTechnicalUser),
		of2020(get, technical+"/reinitialisation", (*call).confirmReset),
		of2020(post, technical+"/reinitialisation", (*call).resetTechnicalUser),
		keeping(of2020(get, technical+"/recapitulatif", (*call).showSummary)),
		keeping(of2020(get, technical+"/informations-de-connexion.pdf", (*call).exportConnection)),
		of2020(get, notSimulated2020, (*call).showNotSimulated2020),
	}
}

// roleKeys are the sentences that name the roles.
var roleKeys = map[qualif.Role]string{
	qualif.GestionnairePrincipal: "role.principal", qualif.GestionnaireSecondaire: "role.secondary", qualif.Utilisateur: "role.user",
}

// managed lists the structures whose screens the person may see.
func (c *call) managed() []membership {
	return slices.DeleteFunc(c.structures(), func(m membership) bool { return m.Role == qualif.Utilisateur })
}

func (c *call) showHome2020() {
	c.show(http.StatusOK, "accueil.2020", "home2020", "accueil", c.managed())
}

func (c *call) showNotSimulated2020() {
	c.show(http.StatusOK, "horssimulation.2020", "not-simulated", c.g.Query("rubrique"), nil)
}

// myAccountPage is "Mon compte".
type myAccountPage struct {
	Person  *qualif.Person
	Contact string
}

func (c *call) showMyAccount() {
	_, contact := c.myContact()
	c.show(http.StatusOK, "moncompte.2020", "my-account", "compte", myAccountPage{c.person, contact})
}

// changeMyAccount gives the person another contact address; where the profile
// says so, the technical users of their structures follow.
func (c *call) changeMyAccount() {
	contact := c.g.PostForm("contactEmail")
	if contact == "" {
		c.errors["contactEmail"] = c.locale.say("mandatory")
	} else if done, err := c.changeMyContact(contact); err != nil {
		c.refuse(err, "contactEmail")
	} else {
		message := done.Message
		for _, login := range done.Logins {
			message += " " + c.locale.say("contact-followed", login)
		}
		c.tell(true, message)
		c.redirect(account2020)
		return
	}
	c.show(http.StatusUnprocessableEntity, "moncompte.2020", "my-account", "compte", myAccountPage{c.person, contact})
}
