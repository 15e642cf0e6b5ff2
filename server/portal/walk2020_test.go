package portal_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chorus-qualif/server/look/looktest"
	"chorus-qualif/server/qualif"
)

// words are the labels of the portal of 2020 in one language, word for word.
type words struct {
	lang string

	tabs                                                 []string
	managerTab, myStructures, exportCSV, edit            string
	columns, buttons                                     []string
	rowsPerPage, rowsCount                               string
	structurePage, attachedUsers                         string
	manager, technical, expiry, total, principal, active string
	userColumns, users, userButtons                      []string
	create, entry, createSubmit, summary, never          string
	export, back, reset, confirm, gone                   string
	created, hasBeenReset, contactChanged, transferred   string
	contactFollowed, reserved, pdfTitle, pdfPassword     string
	mandatory, simulator, accountTechnical, activity     string
	definition, rights, advice, technicalRefused         string
}

var french = words{
	lang:       "fr",
	tabs:       []string{"Accueil connecté", "Mon compte", "ACTIVITÉS DU GESTIONNAIRE", "Demande de remboursement TIC", "FACTURES ÉMISES", "SOLLICITATIONS ÉMISES"},
	managerTab: "Activités du gestionnaire", myStructures: "MES STRUCTURES", exportCSV: "Exporter au format CSV", edit: "Modifier la fiche structure",
	columns:     []string{"Identifiant structure", "Raison sociale", "Date de création", "Services", "Statut"},
	buttons:     []string{"Rattacher un utilisateur", "Créer une nouvelle structure"},
	rowsPerPage: "5 lignes par page", rowsCount: "(4 ligne(s))",
	structurePage: "Modification de la structure", attachedUsers: "UTILISATEURS RATTACHÉS À LA STRUCTURE",
	manager:   "Gestionnaire Principal : Saignard Hélène (gp@hotel.example)",
	technical: "Utilisateur technique : TECH_0" + auteuil + "@cpp2017.fr (ACTIF)",
	expiry:    "Expiration du mot de passe de l'utilisateur technique : 29/04/2027 09:00:00",
	total:     "Total de 2 utilisateur(s).", principal: "Gestionnaire Principal", active: "Actif",
	userColumns: []string{"Nom", "Prénom", "Adresse de connexion", "Rôle", "Statut utilisateur", "Date de réactivation", "Date dernière connexion",
		"Services rattachés", "Statut du rattachement", "Actions", "Sélectionner"},
	users:       []string{"Saignard", "Hélène", manager, "Gestionnaire Principal", "Actif", "", "01/08/2019", "", "Validé", "", ""},
	userButtons: []string{"Rattacher un utilisateur", "Désactiver des utilisateurs", "Réactiver des utilisateurs", "Supprimer les utilisateurs sélectionnés"},
	create:      "Créer un utilisateur technique", entry: "Saisie utilisateur technique", createSubmit: "Créer l'utilisateur technique",
	summary: "Récapitulatif", never: "Attention : le mot de passe ne sera jamais réaffiché en dehors de cet écran.",
	export: "Exporter les informations de connexion", back: "Retour sur la fiche structure",
	reset: "Réinitialiser le mot de passe (utilisateur technique)", confirm: "Confirmer",
	gone:            "Le récapitulatif n'est plus disponible : le mot de passe n'est affiché qu'une fois.",
	created:         "Votre demande de création du compte technique TECH_0" + auteuil + "@cpp2017.fr a bien été prise en compte. Elle est effective immédiatement.",
	hasBeenReset:    "Votre demande de réinitialisation du mot de passe du compte technique TECH_0" + auteuil + "@cpp2017.fr a bien été prise en compte. Elle est effective immédiatement.",
	contactChanged:  "Votre adresse de contact a bien été modifiée.",
	transferred:     "Le rôle de gestionnaire principal de la structure " + auteuil + " a bien été transféré à " + second + ".",
	contactFollowed: "L'adresse de contact de l'utilisateur technique TECH_0" + auteuil + "@cpp2017.fr est celle du gestionnaire principal.",
	reserved:        "Seul le gestionnaire principal de la structure peut créer l'utilisateur technique ou réinitialiser son mot de passe.",
	pdfTitle:        "Informations de connexion de l'utilisateur technique", pdfPassword: "Mot de passe",
	mandatory: "Ce champ est obligatoire.", simulator: "Simulateur : ce n'est pas le portail de l'État",
	accountTechnical: "Utilisateur technique", activity: "Activité du gestionnaire",
	definition:       "L'utilisateur technique permet à un système d'information externe de se connecter en mode API. Il ne permet pas de se connecter au portail.",
	rights:           "y compris sur les autres structures de ce gestionnaire.",
	advice:           "Ce mot de passe est complexe (longueur, caractères spéciaux) : copiez-le",
	technicalRefused: "Le compte technique TECH_2_" + mairie + "@cpro.fr ne permet pas de se connecter au portail : il ne sert que pour les appels API.",
}

var english = words{
	lang:       "en",
	tabs:       []string{"Home", "My account", "MANAGER ACTIVITIES", "TIC refund request", "ISSUED INVOICES", "ISSUED REQUESTS"},
	managerTab: "Manager activities", myStructures: "MY STRUCTURES", exportCSV: "Export to CSV", edit: "Edit",
	columns:     []string{"Structure identifier", "Company name", "Creation date", "Services", "Status"},
	buttons:     []string{"Attach a user", "Create a new structure"},
	rowsPerPage: "5 rows per page", rowsCount: "(4 row(s))",
	structurePage: "Structure modification", attachedUsers: "STRUCTURE CONNECTED USERS",
	manager:   "Primary Manager: Saignard Hélène (gp@hotel.example)",
	technical: "Technical user: TECH_0" + auteuil + "@cpp2017.fr (ACTIVE)",
	expiry:    "Expiry of the technical user's password: 29/04/2027 09:00:00",
	total:     "2 user(s) in total.", principal: "Primary Manager", active: "Active",
	userColumns: []string{"Last name", "First name", "Login address", "Role", "User status", "Reactivation date", "Last login date",
		"Attached services", "Attachment status", "Actions", "Select"},
	users:       []string{"Saignard", "Hélène", manager, "Primary Manager", "Active", "", "01/08/2019", "", "Validated", "", ""},
	userButtons: []string{"Attach a user", "Deactivate users", "Reactivate users", "Delete the selected users"},
	create:      "Create a technical user", entry: "Technical user input screen", createSubmit: "Create technical user",
	summary: "Summary", never: "N.B.: the password will never be redisplayed outside this screen.",
	export: "Export the connection information", back: "Back on the structure page",
	reset: "Reset password", confirm: "Confirm",
	gone:            "The summary is no longer available: the password is shown once.",
	created:         "Your request to create technical account TECH_0" + auteuil + "@cpp2017.fr has been registered. It is effective immediately.",
	hasBeenReset:    "Your request to reset the password of technical account TECH_0" + auteuil + "@cpp2017.fr has been registered. It is effective immediately.",
	contactChanged:  "Your contact address has been changed.",
	transferred:     "The role of primary manager of structure " + auteuil + " has been handed to " + second + ".",
	contactFollowed: "The contact address of technical user TECH_0" + auteuil + "@cpp2017.fr is that of the primary manager.",
	reserved:        "Only the primary manager of the structure may create the technical user or reset its password.",
	pdfTitle:        "Connection information of the technical user", pdfPassword: "Password",
	mandatory: "This field is mandatory.", simulator: "Simulator: this is not the State's portal",
	accountTechnical: "Technical user", activity: "Manager activity",
	definition:       "The technical user allows an external information system to connect in API mode. It cannot log in to the portal.",
	rights:           "including on the other structures of that manager.",
	advice:           "This password is complex (length, special characters): copy it",
	technicalRefused: "Technical account TECH_2_" + mairie + "@cpro.fr cannot log in to the portal: it is for API calls only.",
}

const fiche = "/cpp/structures/" + auteuil

// inBoth runs a walk in both languages, each in a portal of its own.
func inBoth(t *testing.T, walk func(p *tab, w words)) {
	for _, w := range []words{french, english} {
		t.Run(w.lang, func(t *testing.T) {
			t.Parallel()
			p := open(t, "cpp-2020").browse(t, "2020-"+w.lang)
			p.audit = w.lang == "fr"
			p.open("/cpp/connexion?lang=" + w.lang)
			walk(p, w)
		})
	}
}

func (p *tab) logInHere(login string) {
	p.Helper()
	p.fill("login", login)
	p.fill("mot-de-passe", password)
	p.press("se-connecter")
}

// TestManager2020 walks the items about what comes before the technical user:
// 54, 66, 67, 76, 77, and the languages (51).
func TestManager2020(t *testing.T) {
	t.Parallel()
	inBoth(t, func(p *tab, w words) {
		p.look("01-connexion")
		p.press("se-connecter")
		p.reads("erreur-login", w.mandatory)
		p.logInHere("TECH_2_" + mairie + "@cpro.fr")
		p.reads("erreur-login", w.technicalRefused)
		p.logInHere(manager)
		p.isAt("/cpp/accueil")
		p.reads("#bloc-activite", w.activity)
		p.contains("main", w.definition, w.rights)
		if got := p.js("document.documentElement.lang"); got != w.lang {
			p.Errorf("the page is in %q, want %q", got, w.lang)
		}
		p.reads("mention-simulateur", w.simulator)
		p.lists(`[data-testid="onglets"] a`, w.tabs...)
		p.look("02-accueil-connecte")
		if got := p.js(`document.querySelector("[data-testid=onglet-gestionnaire]").textContent`); got != w.managerTab {
			p.Errorf("the tab is called %q, want %q", got, w.managerTab)
		}
		p.press("onglet-gestionnaire")
		p.look("03-mes-structures")
		p.reads(`[data-testid="mes-structures"] h2`, w.myStructures)
		p.reads("exporter-csv", w.exportCSV)
		p.reads(".par-page", w.rowsPerPage)
		p.reads("lignes", w.rowsCount)
		p.reads("page-courante", "1")
		p.columns(w)
		p.lists(`[data-testid="mes-structures"] button`, w.buttons...)
		if got := p.js(`document.querySelector("[data-testid=modifier-` + auteuil + `]").title`); got != w.edit {
			p.Errorf("the pencil says %q, want %q", got, w.edit)
		}
		p.checkCSV(w, []string{closed, ridet, auteuil, hotel})
		p.press("tri-raison-sociale")
		p.lists("tbody tr td:nth-child(2)", "78 RUE D'AUTEUIL", "Fermée", "Hôtel de Paris", "Marie Kanak")
		p.press("tri-raison-sociale")
		p.lists("tbody tr td:nth-child(1)", ridet, hotel, closed, auteuil)
		p.checkCSV(w, []string{ridet, hotel, closed, auteuil})
		p.press("modifier-" + auteuil)
		p.isAt(fiche)
		p.reads("h1", w.structurePage)
	})
}

// columns checks the headings, without their arrows.
func (p *tab) columns(w words) {
	p.Helper()
	var got []string
	for _, heading := range p.texts("thead th a") {
		got = append(got, strings.TrimSpace(strings.TrimRight(heading, " ↓↑")))
	}
	if !slices.Equal(got, w.columns) {
		p.Errorf("columns: got %q, want %q", got, w.columns)
	}
}

// checkCSV downloads and parses the export of "Mes structures".
func (p *tab) checkCSV(w words, order []string) {
	p.Helper()
	body := p.download("exporter-csv")
	text, marked := bytes.CutPrefix(body, []byte("\ufeff"))
	if !marked {
		p.Error("the CSV does not begin with the mark of UTF-8")
	}
	reader := csv.NewReader(bytes.NewReader(text))
	reader.Comma = ';'
	rows, err := reader.ReadAll()
	if err != nil {
		p.Fatal(err)
	}
	if len(rows) != len(order)+1 || !slices.Equal(rows[0], w.columns) {
		p.Fatalf("got %q", rows)
	}
	for i, identifier := range order {
		if rows[i+1][0] != identifier {
			p.Errorf("row %d: got %q, want %s", i+1, rows[i+1], identifier)
		}
		if identifier == hotel && !slices.Equal(rows[i+1], []string{hotel, "Hôtel de Paris", "01/03/2022", "", "ACTIF"}) {
			p.Errorf("got %q", rows[i+1])
		}
	}
}

// TestTechnicalUser2020 walks the items about the creation and the reset: 52 to
// 62, 68 to 71, 75, 78 to 87.
func TestTechnicalUser2020(t *testing.T) {
	t.Parallel()
	inBoth(t, func(p *tab, w words) {
		p.logInHere(manager)
		p.open(fiche)
		p.look("10-fiche-sans-utilisateur-technique")
		p.reads("#bloc-utilisateurs", w.attachedUsers)
		p.lists(`[data-testid="lignes-entete"] p`, w.manager)
		p.lists(`[data-testid="tableau-utilisateurs"] th`, w.userColumns...)
		p.reads("total-utilisateurs", w.total)
		p.lists(`[data-testid="boutons-utilisateurs"] > *`, append(slices.Clone(w.userButtons), w.create)...)
		if got := p.texts(`[data-testid="tableau-utilisateurs"] tbody tr:first-child td`); strings.Join(got, "|") != strings.Join(trimmed(w.users), "|") {
			p.Errorf("got the row %q, want %q", got, w.users)
		}
		p.press("creer-un-utilisateur-technique")
		p.reads("h1", w.entry)
		p.reads("login", "TECH_0"+auteuil+"@cpp2017.fr")
		p.reads("adresse-de-contact", "hotel@paris.example")
		p.absent("mot-de-passe")
		p.look("11-saisie")
		p.reads("creer", w.createSubmit)
		p.press("creer")
		secret := p.summary(w, w.created, "12-recapitulatif")
		p.h.mailed(p.T, "[Chorus Pro] Création du compte utilisateur technique", "hotel@paris.example")
		p.press("retour-fiche")
		p.isAt(fiche)
		p.look("13-fiche-avec-utilisateur-technique")
		p.lists(`[data-testid="lignes-entete"] p`, w.manager, w.technical, w.expiry)
		p.lists(`[data-testid="boutons-utilisateurs"] > *`, append(slices.Clone(w.userButtons), w.reset)...)
		p.reads("total-utilisateurs", w.total)
		p.open(fiche + "/utilisateur-technique/recapitulatif")
		p.isAt(fiche)
		p.reads("message-information", w.gone)

		p.h.advance("10m")
		p.press("reinitialiser")
		p.look("14-confirmation")
		p.reads("confirmer", w.confirm)
		if got := p.js(`document.activeElement.id`); got != "confirmer" {
			p.Errorf("the window gives the focus to %q", got)
		}
		if got := p.h.verdict("TECH_0"+auteuil+"@cpp2017.fr", secret); got != qualif.CodeGranted {
			p.Errorf("before the confirmation: %s", got)
		}
		p.press("annuler")
		p.isAt(fiche)
		p.press("reinitialiser")
		p.press("confirmer")
		renewed := p.summary(w, w.hasBeenReset, "15-recapitulatif-reinitialisation")
		p.present("point-attention")
		p.h.mailed(p.T, "[Chorus Pro] Réinitialisation du mot de passe du compte utilisateur technique", "hotel@paris.example")
		if got := p.h.verdict("TECH_0"+auteuil+"@cpp2017.fr", secret); got != "technical-account-password-replaced" {
			p.Errorf("the old password: %s", got)
		}
		if secret == renewed {
			p.Error("the reset gave the same password")
		}
	})
}

// trimmed drops the empty cells at the end, which a joined text has not.
func trimmed(cells []string) []string {
	for len(cells) > 0 && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	return append(slices.Clone(cells), "", "")
}

// summary checks the screen that shows a password, and its PDF.
func (p *tab) summary(w words, message, name string) (secret string) {
	p.Helper()
	p.isAt(fiche + "/utilisateur-technique/recapitulatif")
	p.look(name)
	p.reads("h1", w.summary)
	p.reads("message-succes", message)
	p.reads("avertissement", w.never)
	p.contains("main", w.advice)
	p.reads("exporter-informations", w.export)
	p.reads("retour-fiche", w.back)
	login := p.value("login")
	secret = p.value("mot-de-passe")
	if login != "TECH_0"+auteuil+"@cpp2017.fr" || len(secret) != 16 {
		p.Errorf("got %s and a password of %d characters", login, len(secret))
	}
	if got := p.h.verdict(login, secret); got != qualif.CodeGranted {
		p.Errorf("the password shown: %s", got)
	}
	text := p.pdfText(p.download("exporter-informations"))
	for _, want := range []string{w.pdfTitle, login, secret, "hotel@paris.example", auteuil, "78 RUE D'AUTEUIL", "Saignard Hélène", w.pdfPassword, w.simulator, w.never,
		p.text("expiration")} {
		if !strings.Contains(text, want) {
			p.Errorf("the PDF has no %q:\n%s", want, text)
		}
	}
	return secret
}

// pdfText is what poppler reads in a PDF, with single spaces.
func (p *tab) pdfText(body []byte) string {
	p.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		looktest.Lacking(p, "no pdftotext on this machine (Debian package poppler-utils)")
	}
	path := filepath.Join(p.TempDir(), "export.pdf")
	if err := os.WriteFile(path, body, 0o600); err != nil {
		p.Fatal(err)
	}
	out, err := exec.Command("pdftotext", "-enc", "UTF-8", path, "-").CombinedOutput()
	if err != nil {
		p.Fatalf("%v: %s", err, out)
	}
	return strings.Join(strings.Fields(string(out)), " ")
}

// TestPropagation2020 walks the items about the contact address that follows:
// 63, 64, 72, 88, and the buttons refused to a secondary manager.
func TestPropagation2020(t *testing.T) {
	t.Parallel()
	inBoth(t, func(p *tab, w words) {
		p.logInHere(manager)
		p.open(fiche + "/utilisateur-technique/saisie")
		p.press("creer")
		p.press("[data-testid=onglet-mon-compte]")
		p.look("20-mon-compte")
		p.fill("adresse-de-contact", "nowhere")
		p.press("enregistrer")
		p.present("erreur-contactEmail")
		p.fill("adresse-de-contact", "nouvelle@paris.fr")
		p.press("enregistrer")
		p.reads("message-succes", w.contactChanged+" "+w.contactFollowed)
		p.open(fiche)
		p.press(`[data-testid="ligne-utilisateur-technique"] a`)
		p.reads("h1", w.accountTechnical)
		p.reads("adresse-de-contact", "nouvelle@paris.fr")
		p.look("21-utilisateur-technique")
		p.press("retour-fiche")
		p.press("transferer")
		p.reads("erreur-login", w.mandatory)
		p.choose("nouveau-gestionnaire", "Allavoine Catherine ("+second+")")
		p.press("transferer")
		p.reads("message-succes", w.transferred+" "+w.contactFollowed)
		p.look("22-gestionnaire-secondaire")
		p.lists(`[data-testid="boutons-utilisateurs"] > *`, append(slices.Clone(w.userButtons), w.reset)...)
		if p.js(`document.querySelector("[data-testid=reinitialiser]").disabled`) != "true" {
			p.Error("a secondary manager can press the button")
		}
		p.reads("reserve", w.reserved)
		p.absent("transferer")
		p.press("[data-testid=ligne-utilisateur-technique] a")
		p.reads("adresse-de-contact", second)
		p.absent("reinitialiser")
		p.open(fiche + "/utilisateur-technique/reinitialisation")
		p.absent("fenetre-confirmation")
		p.present("message-erreur")
	})
}
