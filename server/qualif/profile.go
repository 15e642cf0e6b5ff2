package qualif

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Profile is a portal generation: every way in which the generations differ is
// a value here, and no code asks for a profile by name. The rows are those of
// the comparison of the portal's own guides (docs/fidelity.md, "Profiles").
type Profile struct {
	// Name is "portail-2022" or "cpp-2020".
	Name string
	// UIFlow is where the pages of the technical account are found.
	UIFlow string
	// MaxAccounts is the number of live technical accounts a structure may
	// have; 0 is no limit.
	MaxAccounts int
	// LoginPattern makes logins: {n} is the number, {siret} the identifier.
	LoginPattern string
	// LoginDomain is the mail domain of new logins.
	LoginDomain string
	// PasswordReveal is when a new password is shown: "form" before
	// "Soumettre", "summary" after the creation.
	PasswordReveal string
	// PasswordGenerator names the shape of generated passwords.
	PasswordGenerator string
	// CreateDelay passes between the request and a usable account.
	CreateDelay time.Duration
	// ToggleDelay passes between a deactivation or reactivation request and
	// its effect.
	ToggleDelay time.Duration
	// Confirm tells how an operation is confirmed: "popup" or "none".
	Confirm string
	// After is what is shown once an operation is accepted.
	After string
	// ExportPDF and ExportCSV tell which exports the pages offer.
	ExportPDF, ExportCSV bool
	// ShowExpiry tells whether a page shows the password's expiry.
	ShowExpiry bool
	// PasswordValidityDays counts days in Paris from creation or reset.
	PasswordValidityDays int
	// OfferToggle tells whether accounts can be deactivated and reactivated.
	OfferToggle bool
	// ReactivationDays is how long an inactive account can come back.
	ReactivationDays int
	// ContactMode is "follow" (the manager's contact address, always) or
	// "free" (chosen at creation, changed by an operation).
	ContactMode string
	// MailTo is who gets the notifications: "manager" or "contact".
	MailTo string
	// MailSubjects names the table of subjects.
	MailSubjects string
	// MailsOn tells whether accepted requests are notified at all.
	MailsOn bool
	// Roles lists the roles people can hold.
	Roles []Role
	// Locales lists the languages of the pages, the default first.
	Locales []string
	// RequestTypeLabel is the label of the field that picks the operation;
	// the guide's text calls it "Type d'identifiant" twice, by mistake.
	RequestTypeLabel string
	// CardStatus tells on how many of the four application cards the status
	// "Disponible" is shown.
	CardStatus int
	// Environment is what the banner says, whatever the guide's title was.
	Environment string
	// FollowsManager tells whether a technical account takes the rights of
	// whoever is gestionnaire principal now, or keeps those of the one who
	// was when it was created.
	FollowsManager bool
}

var profiles = []Profile{
	{
		Name: "portail-2022", UIFlow: "Domaines > Raccordements > Compte technique",
		MaxAccounts: 0, LoginPattern: "TECH_{n}_{siret}", LoginDomain: "cpro.fr",
		PasswordReveal: "form", PasswordGenerator: "13-one-special",
		CreateDelay: 30 * time.Minute, ToggleDelay: 30 * time.Minute,
		Confirm: "none", After: "message and redirect to the domain",
		ExportPDF: false, ExportCSV: false, ShowExpiry: false, PasswordValidityDays: 424,
		OfferToggle: true, ReactivationDays: 60,
		ContactMode: "free", MailTo: "contact", MailSubjects: "portail-2022", MailsOn: true,
		Roles: []Role{GestionnairePrincipal, Utilisateur}, Locales: []string{"fr"},
		RequestTypeLabel: "Type de demande", CardStatus: 4, Environment: "qualification",
		FollowsManager: true,
	},
	{
		Name: "cpp-2020", UIFlow: "Activités du gestionnaire > Mes structures > fiche structure",
		MaxAccounts: 1, LoginPattern: "TECH_0{siret}", LoginDomain: "cpp2017.fr",
		PasswordReveal: "summary", PasswordGenerator: "16-many-specials",
		CreateDelay: 0, ToggleDelay: 0,
		Confirm: "popup", After: "summary with a return button",
		ExportPDF: true, ExportCSV: true, ShowExpiry: true, PasswordValidityDays: 424,
		OfferToggle: false, ReactivationDays: 60,
		ContactMode: "follow", MailTo: "manager", MailSubjects: "portail-2022", MailsOn: true,
		Roles: []Role{GestionnairePrincipal, GestionnaireSecondaire, Utilisateur}, Locales: []string{"fr", "en"},
		RequestTypeLabel: "", CardStatus: 0, Environment: "qualification",
		FollowsManager: true,
	},
}

// DefaultProfile is the generation a sandbox emulates unless told otherwise.
const DefaultProfile = "portail-2022"

// Profiles lists the portal generations, the default one first.
func Profiles() []Profile { return slices.Clone(profiles) }

// ProfileNamed finds a profile; the error lists those there are.
func ProfileNamed(name string) (Profile, error) {
	var known []string
	for _, p := range profiles {
		if p.Name == name {
			return p, nil
		}
		known = append(known, p.Name)
	}
	return Profile{}, fmt.Errorf("profile %q: want %s", name, strings.Join(known, " or "))
}

// Row is one line of a profile, for people.
type Row struct{ Key, Value string }

// Rows lists every value of the profile under its documented key.
func (p Profile) Rows() []Row {
	roles := make([]string, len(p.Roles))
	for i, r := range p.Roles {
		roles[i] = string(r)
	}
	return []Row{
		{"ui.flow", p.UIFlow},
		{"accounts.max", fmt.Sprint(p.MaxAccounts)},
		{"login.pattern", p.LoginPattern},
		{"login.domain", p.LoginDomain},
		{"password.reveal", p.PasswordReveal},
		{"password.generator", p.PasswordGenerator},
		{"delay.create", p.CreateDelay.String()},
		{"delay.toggle", p.ToggleDelay.String()},
		{"ui.confirm", p.Confirm},
		{"ui.after", p.After},
		{"export.pdf", fmt.Sprint(p.ExportPDF)},
		{"export.csv", fmt.Sprint(p.ExportCSV)},
		{"ui.showExpiry", fmt.Sprint(p.ShowExpiry)},
		{"password.validityDays", fmt.Sprint(p.PasswordValidityDays)},
		{"ops.toggle", fmt.Sprint(p.OfferToggle)},
		{"ops.reactivationDays", fmt.Sprint(p.ReactivationDays)},
		{"contact.mode", p.ContactMode},
		{"mail.to", p.MailTo},
		{"mail.subjects", p.MailSubjects},
		{"mail.on", fmt.Sprint(p.MailsOn)},
		{"roles.model", strings.Join(roles, ",")},
		{"locales", strings.Join(p.Locales, ",")},
		{"ui.requestTypeLabel", p.RequestTypeLabel},
		{"ui.cardStatus", fmt.Sprint(p.CardStatus)},
		{"ui.environment", p.Environment},
		{"account.followsManager", fmt.Sprint(p.FollowsManager)},
	}
}

// Role is the role a person holds in this profile: a role that the generation
// does not know is a plain Utilisateur.
func (p Profile) Role(r Role) Role {
	if slices.Contains(p.Roles, r) {
		return r
	}
	return Utilisateur
}
