package portal

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// requestType is an entry of "Type de demande".
type requestType string

// The five request types, in the order of the list ("Création d'un compte
// technique pour un accès API en Production", AIFE, April 2022).
const (
	activateRequest   requestType = "activer"
	contactRequest    requestType = "changer-email"
	createRequest     requestType = "creer"
	deactivateRequest requestType = "desactiver"
	resetRequest      requestType = "reinitialiser"
)

var requestTypes = []requestType{activateRequest, contactRequest, createRequest, deactivateRequest, resetRequest}

// option is an entry of a list to choose from.
type option struct {
	Value, Text string
	Chosen      bool
}

// accountForm is the form of the application "Compte technique" as it stands.
type accountForm struct {
	Types, Structures, Accounts []option
	Type                        requestType
	Structure, Account          string
	Preparation                 string
	Login, Contact, Password    string
	// Others are the accounts that the structure has already.
	Others []*qualif.TechnicalAccount
	// Creating shows the block of a creation, Choosing the choice of an
	// account, Empty tells that there is none to choose from.
	Creating, Choosing, Empty bool
	// AskContact shows the field of the contact address.
	AskContact bool
}

func (c *call) showAccountForm() {
	c.showForm(http.StatusOK, c.accountForm(accountForm{}))
}

// read is what the browser sent of the form.
func (c *call) readAccountForm() accountForm {
	sent := accountForm{
		Type: requestType(c.g.PostForm("type")), Structure: c.g.PostForm("structure"), Account: c.g.PostForm("account"),
		Preparation: c.g.PostForm("preparation"), Contact: c.g.PostForm("contactEmail"),
	}
	if !slices.Contains(requestTypes, sent.Type) {
		sent.Type = ""
	}
	return sent
}

// showAccountFields shows the form with the fields that the choices made so far
// call for: the button "Continuer" of a browser without scripts, or htmx.
func (c *call) showAccountFields() {
	sent := c.readAccountForm()
	if !c.live() {
		c.demand(sent)
	}
	form := c.accountForm(sent)
	if c.live() {
		c.showPart("comptetechnique.2022", "formulaire", form)
		return
	}
	c.showForm(c.outcome(), form)
}

// demand notes the mandatory choices that are missing.
func (c *call) demand(sent accountForm) {
	if sent.Type == "" {
		c.errors["type"] = c.locale.say("mandatory")
	}
	if sent.Structure == "" {
		c.errors["siret"] = c.locale.say("mandatory")
	}
}

// outcome is the status of a form that is shown again.
func (c *call) outcome() int {
	if len(c.errors) > 0 {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

func (c *call) showForm(status int, form accountForm) {
	c.show(status, "comptetechnique.2022", "application.compte-technique", "domaines", form)
}

// accountForm completes what was sent with the lists and the generated values.
func (c *call) accountForm(sent accountForm) accountForm {
	form := sent
	for _, t := range requestTypes {
		form.Types = append(form.Types, option{string(t), c.locale.say("request." + string(t)), t == sent.Type})
	}
	mine := false
	for _, m := range c.structures() {
		if m.Role == qualif.GestionnairePrincipal {
			id := m.Structure.Identifiant
			form.Structures = append(form.Structures, option{id, id, id == sent.Structure})
			mine = mine || id == sent.Structure
		}
	}
	if len(form.Structures) == 0 {
		c.errors["siret"] = c.locale.say("no-structure")
	}
	switch {
	case sent.Type == "" || sent.Structure == "":
	case !mine:
		if _, err := c.accounts(sent.Structure, ""); err != nil {
			c.refuse(err, "siret")
		}
	case sent.Type == createRequest:
		c.fillCreation(&form)
	default:
		c.fillChoice(&form)
	}
	return form
}

// fillCreation shows what a creation would generate. What was shown once is
// shown again as long as it holds, and so is the address that was typed.
func (c *call) fillCreation(form *accountForm) {
	key := string(createRequest) + " " + form.Structure
	prepared, ok := c.shown(key)
	if !ok {
		var err error
		if prepared, err = c.prepare(form.Structure); err != nil {
			c.refuse(err, "siret")
			return
		}
		c.session.forms[key] = prepared
	}
	form.Creating, form.AskContact = true, true
	if form.Preparation != prepared.ID {
		form.Contact = prepared.Contact
	}
	form.Preparation, form.Login, form.Password, form.Others = prepared.ID, prepared.Login, prepared.Password, prepared.Others
}

// shown is a form shown before and not submitted, if it can still be.
func (c *call) shown(key string) (prepared qualif.Prepared, ok bool) {
	prepared, ok = c.session.forms[key]
	if !ok || !c.now.Before(prepared.ExpiresAt) {
		return prepared, false
	}
	if strings.HasPrefix(key, string(createRequest)+" ") {
		c.sandbox.Read(func(s sandboxes.View) {
			_, taken := s.Account(prepared.Login)
			ok = !taken
		})
	}
	return prepared, ok
}

// fillChoice shows the accounts to choose from ("vous ne trouverez dans la liste
// que les utilisateurs dont le compte technique est au statut « Inactif »", for
// a reactivation; all of them else), and what the one chosen calls for.
func (c *call) fillChoice(form *accountForm) {
	status := qualif.Status("")
	if form.Type == activateRequest {
		status = qualif.Inactif
	}
	found, err := c.accounts(form.Structure, status)
	if err != nil {
		c.refuse(err, "siret")
		return
	}
	form.Choosing, form.Empty = true, len(found) == 0
	chosen := false
	var contact string
	for _, a := range found {
		form.Accounts = append(form.Accounts, option{a.Login, a.Login, a.Login == form.Account})
		if a.Login == form.Account {
			chosen, contact = true, a.Contact
		}
	}
	if !chosen {
		form.Account = ""
		return
	}
	form.Login = form.Account
	switch form.Type {
	case contactRequest:
		form.AskContact = true
		if form.Preparation != form.Account {
			form.Contact = contact
		}
		form.Preparation = form.Account
	case resetRequest:
		c.fillReset(form)
	}
}

// fillReset shows the new password before "Soumettre", where the generation
// does.
func (c *call) fillReset(form *accountForm) {
	if c.profile.PasswordReveal != "form" {
		return
	}
	key := string(resetRequest) + " " + form.Account
	prepared, ok := c.shown(key)
	if !ok {
		var err error
		if prepared, err = c.prepareReset(form.Account); err != nil {
			c.refuse(err, "login")
			return
		}
		c.session.forms[key] = prepared
	}
	form.Preparation, form.Password = prepared.ID, prepared.Password
}

// submitAccountForm is "Soumettre". A form sent before its fields were shown is
// shown with them.
func (c *call) submitAccountForm() {
	sent := c.readAccountForm()
	c.demand(sent)
	if len(c.errors) > 0 || !c.complete(sent) {
		form := c.accountForm(sent)
		c.showForm(c.outcome(), form)
		return
	}
	message, err := c.perform(sent)
	if err != nil {
		c.refuse(err, "siret", "login", "contactEmail")
		var refused *qualif.Refusal
		if errors.As(err, &refused) && refused.Field == "preparation" {
			clear(c.session.forms)
			sent.Preparation = ""
		}
		c.showForm(http.StatusUnprocessableEntity, c.accountForm(sent))
		return
	}
	clear(c.session.forms)
	c.tell(true, message)
	c.redirect(connections2022)
}

// complete tells whether the fields of the request were there to be filled, and
// notes those that were left empty.
func (c *call) complete(sent accountForm) bool {
	if sent.Type == createRequest {
		if sent.Preparation != "" && sent.Contact == "" {
			c.errors["contactEmail"] = c.locale.say("mandatory")
			return false
		}
		return sent.Preparation != ""
	}
	if sent.Account == "" {
		if _, asked := c.g.GetPostForm("account"); asked {
			c.errors["login"] = c.locale.say("mandatory")
		}
		return false
	}
	if _, asked := c.g.GetPostForm("contactEmail"); sent.Type == contactRequest && (!asked || sent.Preparation != sent.Account) {
		return false
	}
	if sent.Type == contactRequest && sent.Contact == "" {
		c.errors["contactEmail"] = c.locale.say("mandatory")
		return false
	}
	return sent.Type != resetRequest || c.profile.PasswordReveal != "form" || sent.Preparation != ""
}

// perform does what the form asks for and returns the green message.
func (c *call) perform(sent accountForm) (string, error) {
	switch sent.Type {
	case createRequest:
		done, err := c.create(sent.Structure, sent.Preparation, sent.Contact)
		return done.Message, err
	case resetRequest:
		done, err := c.resetPrepared(sent.Account, sent.Preparation)
		return done.Message, err
	case deactivateRequest:
		done, err := c.deactivate(sent.Account)
		return done.Message, err
	case activateRequest:
		done, err := c.activate(sent.Account)
		return done.Message, err
	}
	done, err := c.changeContact(sent.Account, sent.Contact)
	return done.Message, err
}
