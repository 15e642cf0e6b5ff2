package portal

import (
	"net/http"
	"time"

	"chorus-qualif/server/qualif"
)

// summary is the screen that follows a creation or a reset: the only one that
// ever shows the password.
type summary struct {
	Structure *qualif.Structure
	Technical technicalUser
	Password  string
	Manager   string
	Message   string
	// Reset tells a reset from a creation.
	Reset bool
	At    time.Time
	// Path is the structure's screen, PDF the export, "" when the generation
	// has none.
	Path, PDF string
}

// entryPage is "Saisie utilisateur technique".
type entryPage struct {
	structurePage
	Login, Contact, Preparation string
}

// showEntry shows the general information of the account before it is created.
func (c *call) showEntry() {
	page, ok := c.structure()
	if !ok {
		return
	}
	prepared, err := c.prepare(page.Structure.Identifiant)
	if err != nil {
		c.refuseOn(page, err)
		return
	}
	c.show(http.StatusOK, "saisie.2020", "entry", "gestionnaire", entryPage{page, prepared.Login, prepared.Contact, prepared.ID})
}

// refuseOn shows the structure's screen with the reason why something was not
// done.
func (c *call) refuseOn(page structurePage, err error) {
	c.refuse(err)
	c.showStructurePage(http.StatusUnprocessableEntity, page)
}

func (c *call) createTechnicalUser() {
	page, ok := c.structure()
	if !ok {
		return
	}
	done, err := c.create(page.Structure.Identifiant, c.g.PostForm("preparation"), "")
	if err != nil {
		c.refuseOn(page, err)
		return
	}
	c.summarise(page, done, false)
}

// showTechnicalUser is what a click on the technical user shows.
func (c *call) showTechnicalUser() {
	page, ok := c.structure()
	if !ok {
		return
	}
	if technical, there := c.the(page, c.g.Query("login")); there {
		page.Technical = []technicalUser{*technical}
		c.show(http.StatusOK, "utilisateurtechnique.2020", "technical-user", "gestionnaire", page)
	}
}

// confirmReset is the confirmation window, over the structure's screen.
func (c *call) confirmReset() {
	page, ok := c.structure()
	if !ok {
		return
	}
	technical, there := c.the(page, c.g.Query("login"))
	switch {
	case !there:
	case !page.Principal:
		c.refuseOn(page, refusal("reset-not-primary-manager", page.Structure.Identifiant))
	case c.profile.Confirm != "popup":
		c.redirect(page.Path)
	default:
		page.Confirm, c.modal = technical, true
		c.showStructurePage(http.StatusOK, page)
	}
}

func (c *call) resetTechnicalUser() {
	page, ok := c.structure()
	if !ok {
		return
	}
	technical, there := c.the(page, c.g.PostForm("login"))
	if !there {
		return
	}
	done, err := c.resetPassword(technical.Login)
	if err != nil {
		c.refuseOn(page, err)
		return
	}
	c.summarise(page, done, true)
}

// summarise keeps what the summary shows until another screen is asked for.
func (c *call) summarise(page structurePage, done revealed, reset bool) {
	path := technicalPath(page.Structure.Identifiant)
	s := &summary{
		Structure: page.Structure, Technical: c.technicalUser(done.Account), Password: done.Password, Manager: page.Manager,
		Message: done.Message, Reset: reset, At: done.Account.Present, Path: page.Path,
	}
	if c.profile.ExportPDF {
		s.PDF = path + "/informations-de-connexion.pdf"
	}
	c.session.summary = s
	c.redirect(path + "/recapitulatif")
}

func (c *call) showSummary() {
	if c.session.summary == nil {
		c.tooLate()
		return
	}
	c.show(http.StatusOK, "recapitulatif.2020", "summary", "gestionnaire", c.session.summary)
}

// tooLate leads back from a summary that is gone: a password is never shown
// again.
func (c *call) tooLate() {
	c.tell(false, c.locale.say("summary-gone"))
	c.redirect(structurePath(c.g.Param("identifiant")))
}

// exportConnection is "Exporter les informations de connexion", while the
// summary is on screen.
func (c *call) exportConnection() {
	if c.session.summary == nil || c.session.summary.PDF == "" {
		c.tooLate()
		return
	}
	body, err := c.connectionPDF(c.session.summary)
	if err != nil {
		c.fail(http.StatusInternalServerError, c.locale.say("page-broken"))
		c.p.log.Error("the PDF cannot be written", "error", err)
		return
	}
	c.download("informations-de-connexion-"+c.session.summary.Structure.Identifiant+".pdf", "application/pdf", body)
}
