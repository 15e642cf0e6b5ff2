package portal

import (
	"errors"
	"net/http"
	"net/url"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// userRow is a person attached to a structure.
type userRow struct {
	Nom, Prenom, Login, Role, Status, LastLogin, Services string
	// Candidate may be given the role of gestionnaire principal.
	Candidate bool
}

// technicalUser is a technical account as the header of the block shows it.
type technicalUser struct {
	account
	Status, Expiry, Created string
	Path, ResetPath         string
}

// structurePage is the screen "Modification de la structure".
type structurePage struct {
	Structure *qualif.Structure
	Status    string
	Created   string
	Path      string
	Manager   string
	Users     []userRow
	Pager     pager
	Technical []technicalUser
	// CanCreate tells that the structure has room for a technical user,
	// Principal that the person may create and reset one.
	CanCreate, Principal bool
	Candidates           []userRow
	// Confirm is the account whose reset is to be confirmed.
	Confirm *technicalUser
}

func structurePath(identifiant string) string { return structures2020 + url.PathEscape(identifiant) }

func technicalPath(identifiant string) string {
	return structurePath(identifiant) + "/utilisateur-technique"
}

// statusKeys are the sentences that name the statuses; "ACTIF" is the one that
// the guides show.
var statusKeys = map[qualif.Status]string{
	qualif.EnCreation: "status.creation", qualif.Actif: "status.active", qualif.EnDesactivation: "status.deactivation",
	qualif.Inactif: "status.inactive", qualif.EnReactivation: "status.reactivation", qualif.Supprime: "status.deleted",
}

// structure is the screen of the structure in the address. It reports false when
// the person may not see it, and has told them so.
func (c *call) structure() (page structurePage, ok bool) {
	identifiant := c.g.Param("identifiant")
	var refused error
	c.sandbox.Read(func(v sandboxes.View) {
		if page.Structure, refused = consulted(v, c.person.Login, identifiant); refused != nil {
			return
		}
		s := page.Structure
		page.Path, page.Status, page.Created = structurePath(s.Identifiant), structureStatus(s), screenDay(s.DateCreation)
		manager, _ := v.ManagerOf(s.ID)
		page.Principal = manager == c.person.Login
		for _, r := range v.RattachementsTo(s.ID) {
			row := c.userRow(v, r)
			if r.Login == manager {
				page.Manager = row.Nom + " " + row.Prenom + " (" + row.Login + ")"
			}
			if page.Users = append(page.Users, row); row.Candidate {
				page.Candidates = append(page.Candidates, row)
			}
		}
	})
	if refused != nil {
		c.failFor(refused)
		return page, false
	}
	found, _ := c.accounts(page.Structure.Identifiant, "") // consulted above
	for _, a := range found {
		page.Technical = append(page.Technical, c.technicalUser(a))
	}
	limit := c.profile.MaxAccounts
	page.CanCreate = limit == 0 || len(found) < limit
	page.Users, page.Pager = cut(page.Users, c.g.Query("page"), func(n string) string { return withQuery(page.Path, "page", n) })
	return page, true
}

func (c *call) userRow(v sandboxes.View, r *qualif.Rattachement) userRow {
	person, _ := v.Data().Person(r.Login)
	role := v.RoleIn(r)
	row := userRow{
		Nom: person.Nom, Prenom: person.Prenom, Login: person.Login, Role: c.locale.say(roleKeys[role]), Status: c.locale.say("user.active"),
		LastLogin: screenDay(person.DerniereConnexion), Services: count(len(r.Services)),
		Candidate: role != qualif.GestionnairePrincipal && !person.Inactif,
	}
	if person.Inactif {
		row.Status = c.locale.say("user.inactive")
	}
	return row
}

func (c *call) technicalUser(a account) technicalUser {
	path := technicalPath(a.Siret)
	return technicalUser{
		account: a, Status: c.locale.say(statusKeys[a.Status]), Expiry: screenInstant(a.PasswordExpiresAt), Created: screenInstant(a.CreatedAt),
		Path: withQuery(path, "login", a.Login), ResetPath: withQuery(path+"/reinitialisation", "login", a.Login),
	}
}

// failFor answers with a page that says why a screen cannot be seen.
func (c *call) failFor(err error) {
	status := http.StatusForbidden
	var refused *qualif.Refusal
	if errors.As(err, &refused) && refused.Category == qualif.Unknown {
		status = http.StatusNotFound
	}
	c.refuse(err)
	message := c.errors[""]
	delete(c.errors, "")
	c.fail(status, message)
}

func (c *call) showStructure() {
	if page, ok := c.structure(); ok {
		c.showStructurePage(http.StatusOK, page)
	}
}

func (c *call) showStructurePage(status int, page structurePage) {
	c.show(status, "fiche.2020", "structure-page", "gestionnaire", page)
}

// transferRole hands the role of gestionnaire principal to somebody else.
func (c *call) transferRole() {
	to := c.g.PostForm("login")
	page, ok := c.structure()
	if !ok {
		return
	}
	if to == "" {
		c.errors["login"] = c.locale.say("mandatory")
		c.showStructurePage(http.StatusUnprocessableEntity, page)
		return
	}
	done, err := c.transfer(page.Structure.Identifiant, to)
	if err != nil {
		c.refuse(err, "login")
		c.showStructurePage(http.StatusUnprocessableEntity, page)
		return
	}
	message := done.Message
	for _, login := range done.Logins {
		message += " " + c.locale.say("contact-followed", login)
	}
	c.tell(true, message)
	c.redirect(page.Path)
}

// the finds the technical user that the address or the form names, or the only
// one.
func (c *call) the(page structurePage, login string) (*technicalUser, bool) {
	for i := range page.Technical {
		if page.Technical[i].Login == login || login == "" {
			return &page.Technical[i], true
		}
	}
	c.failFor(refusal("account-not-here", login, page.Structure.Identifiant))
	return nil, false
}
