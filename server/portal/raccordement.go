package portal

import (
	"net/http"
	"slices"
	"strings"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// raccordement is a structure that declared a PISTE application.
type raccordement struct{ Siret, Structure, Application string }

type raccordementsPage struct {
	domainPage
	Declared []raccordement
}

// raccordements lists the declarations for the structures of the person.
func (c *call) raccordements() (declared []raccordement) {
	c.sandbox.Read(func(v sandboxes.View) {
		for _, m := range memberships(v, c.person.Login) {
			for _, app := range v.Applications() {
				if _, found := slices.BinarySearch(app.Raccordements, m.Structure.ID); found {
					declared = append(declared, raccordement{m.Structure.Identifiant, m.Structure.Designation(), app.Name})
				}
			}
		}
	})
	return declared
}

func (c *call) showRaccordements() {
	c.show(http.StatusOK, "api.2022", "raccordement-edi-api", "domaines", raccordementsPage{c.domainPage("raccordements", nil), c.raccordements()})
}

// declaration is the form "Déclarer un raccordement PISTE": what the guides of
// editors say that it asks.
type declaration struct {
	Structures, Uses     []option
	Applications         []string
	Application, Contact string
}

var uses = []string{"emission", "reception", "emission-reception"}

func (c *call) showDeclaration() {
	_, contact := c.myContact()
	c.showDeclarationForm(http.StatusOK, "", declaration{Contact: contact}, "")
}

func (c *call) showDeclarationForm(status int, siret string, form declaration, use string) {
	for _, m := range c.structures() {
		if m.Role == qualif.GestionnairePrincipal {
			id := m.Structure.Identifiant
			form.Structures = append(form.Structures, option{id, id, id == siret})
		}
	}
	if len(form.Structures) == 0 {
		c.errors["siret"] = c.locale.say("no-structure")
	}
	for _, key := range uses {
		form.Uses = append(form.Uses, option{key, c.locale.say("use." + key), key == use})
	}
	c.sandbox.Read(func(v sandboxes.View) {
		for _, app := range v.Applications() {
			form.Applications = append(form.Applications, app.Name)
		}
	})
	c.show(status, "declaration.2022", "declare-raccordement", "domaines", form)
}

// declare is "Soumettre" on a declaration. The type of use and the contact are
// asked and change nothing: no source says what the platform makes of them.
func (c *call) declare() {
	form := declaration{Application: strings.TrimSpace(c.g.PostForm("application")), Contact: strings.TrimSpace(c.g.PostForm("contactEmail"))}
	siret, use := c.g.PostForm("structure"), c.g.PostForm("usage")
	for field, value := range map[string]string{"siret": siret, "application": form.Application, "usage": use, "contactEmail": form.Contact} {
		if value == "" {
			c.errors[field] = c.locale.say("mandatory")
		}
	}
	if use != "" && !slices.Contains(uses, use) {
		c.errors["usage"] = c.locale.say("mandatory")
	}
	if len(c.errors) == 0 {
		err := c.declareRaccordement(siret, form.Application, form.Contact)
		if err == nil {
			c.tell(true, c.locale.say("raccordement-declared", form.Application, siret))
			c.redirect(api2022)
			return
		}
		c.refuse(err, "siret", "application", "contactEmail")
	}
	c.showDeclarationForm(http.StatusUnprocessableEntity, siret, form, use)
}

// declareRaccordement is "Déclarer un raccordement PISTE".
func (v visit) declareRaccordement(siret, application, contact string) error {
	_, err := sandboxes.Do(v.sandbox, qualif.DeclareRaccordement{By: v.person.Login, Siret: siret, Application: application, Contact: contact})
	return err
}

// myContact is the person's name and contact address now.
func (c *call) myContact() (name, contact string) {
	who := c.me()
	return who.Person.Prenom + " " + who.Person.Nom, who.Contact
}
