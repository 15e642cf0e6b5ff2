package portal_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

const (
	raccordements = "/aife_qual/domaines/raccordements"
	formulaire    = raccordements + "/compte-technique"
)

// green is the message that follows an accepted request.
func green(p *tab, want string) {
	p.Helper()
	p.isAt(raccordements)
	p.reads("message-succes", want)
}

// request opens the application by the home page and picks a type and a
// structure.
func (p *tab) request(kind, structure string) {
	p.Helper()
	p.open("/aife_qual")
	p.press("acceder-domaine-raccordements")
	p.press("acceder-compte-technique")
	p.choose("type-de-demande", kind)
	p.choose("choisir-la-structure", structure)
}

// TestHome2022 walks the items of the checklist about what one sees before the
// application: 2 to 13, 30 to 36, 39.
func TestHome2022(t *testing.T) {
	t.Parallel()
	p := open(t, "portail-2022").browse(t, "2022")
	p.open("/cpp/utilisateur?execution=e1s1")
	p.isAt("/aife_qual")
	p.absent("domaines", "acceder-domaine-raccordements", "menu")
	p.reads("lien-connexion", "Se connecter")
	p.look("01-accueil-deconnecte")
	p.press("lien-connexion")
	p.look("02-connexion")
	p.fill("login", manager)
	p.fill("mot-de-passe", "wrong")
	p.press("se-connecter")
	p.reads("erreur-login", "Login ou mot de passe incorrect.")
	p.look("03-connexion-refusee")
	p.fill("login", "TECH_1_"+hotel+"@cpp2021.fr")
	p.fill("mot-de-passe", password)
	p.press("se-connecter")
	p.reads("erreur-login", "Le compte technique TECH_1_"+hotel+"@cpp2021.fr ne permet pas de se connecter au portail : il ne sert que pour les appels API.")
	p.fill("login", manager)
	p.fill("mot-de-passe", password)
	p.press("se-connecter")
	p.isAt("/aife_qual")
	p.look("04-accueil")
	p.reads("utilisateur", "Hélène Saignard")
	p.reads("marque", "Chorus Pro Portail de services")
	p.lists(`[data-testid="publics"] a`, "Entreprise", "Entité publique", "Particulier", "Association")
	p.reads(`[data-testid="publics"] [aria-current]`, "Entreprise")
	p.reads("h1", "Les domaines Chorus Pro")
	p.lists(`[data-testid="domaines"] h2`, "Marché", "Commande", "Facturation", "Organisation", "Raccordements", "Outils")
	p.lists(`[data-testid="domaines"] p`, "Passation", "Engagements, cessions", "Factures, factures de travaux, frais de justice, remboursement de taxes",
		"Structures, habilitations, annuaire", "Raccordements EDI, API", "Signature")
	p.lists(`[data-testid="domaines"] a`, "Accéder au domaine", "Accéder au domaine", "Accéder au domaine", "Accéder au domaine", "Accéder au domaine", "Accéder au domaine")
	p.lists(".mise-en-avant h2", "Raccordements")
	if got := p.js(`document.querySelector("#recherche").placeholder`); got != "Je veux créer mon compte..." {
		t.Errorf("the search box suggests %q", got)
	}
	p.reads(".colonne h2", "Bienvenue sur le Portail Chorus Pro")
	p.reads(".colonne h3", "Fonctionnalités les plus utilisées")
	p.reads("saisir-memoire", "Saisir un mémoire de frais de justice")
	p.lists(`[data-testid="menu"] a`, "ACCUEIL", "DOMAINES", "ACTUALITÉS", "APPROBATIONS", "SUPPORT", "COMMUNICATION")
	p.lists(`[data-testid="pied"] a`, "Nous suivre", "Nous connaître", "Nos engagements", "Sites connexes")
	p.press("public-association")
	p.reads(`[data-testid="publics"] [aria-current]`, "Association")
	p.fill("recherche", "compte")
	p.press("rechercher")
	p.lists(`[data-testid="resultats"] a`, "Compte technique")
	p.look("05-recherche")
	p.open("/aife_qual")
	p.press("acceder-domaine-marche")
	p.look("06-domaine-hors-simulation")
	p.press("saisir-memoire")
	p.look("07-hors-simulation")
}

// TestConnections2022 walks the items about the domain "Raccordements": 10 to
// 13, 29, 35, 36, 49.
func TestConnections2022(t *testing.T) {
	t.Parallel()
	p := open(t, "portail-2022").browse(t, "2022")
	p.logIn("/aife_qual/connexion", manager)
	p.press("acceder-domaine-raccordements")
	p.isAt(raccordements)
	p.look("10-raccordements")
	p.reads("h1", "Les applications du domaine Raccordements")
	p.lists(`[data-testid="applications"] h2`, "EDI", "API", "Suivi des flux", "Compte technique")
	p.lists(`[data-testid="applications"] .etat`, "Disponible", "Disponible", "Disponible", "Disponible")
	p.lists(`[data-testid="applications"] a`, "Accéder", "Accéder", "Accéder", "Accéder")
	p.lists("details", "Plus de détails", "Plus de détails", "Plus de détails")
	p.reads(`[data-testid="application-compte-technique"] p:not(.etat)`, "Gestion du compte technique nécessaire pour les appels en mode API.")
	p.reads("retour-domaines", "Retour aux domaines")
	p.lists(".colonne h2", "Raccordements")
	p.reads(".colonne h2 + p", "Raccordements EDI, API")
	p.reads("documentation", "Accéder à la documentation")
	p.reads(".colonne h3", "Actualités Raccordements")
	p.reads(".colonne h3 + p", "Voir toutes les actualités")
	p.reads("saisir-memoire", "Saisir un mémoire de frais de justice")
	p.press("documentation")
	p.look("11-documentation")
	p.present(`a[href="https://communaute.chorus-pro.gouv.fr/documentation/creation-dun-compte-technique-pour-un-acces-api-en-production/"]`)
	for _, words := range []string{"utilisateur technique", "ne permet pas de se connecter au portail", "y compris sur les autres structures",
		"Environnement de qualification du Portail de services Chorus Pro", "Spécifications externes"} {
		if got := p.text("main"); !strings.Contains(got, words) {
			t.Errorf("the documentation does not say %q", words)
		}
	}
	p.open(raccordements)
	p.press("acceder-compte-technique")
	p.isAt(formulaire)
	p.lists(`[data-testid="fil-ariane"] li`, "Accueil", "Raccordements", "Compte technique")
}

// TestCreation2022 walks the items about the form and a creation: 14 to 28, 31,
// 37, 38, 40 to 42.
func TestCreation2022(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	p := h.browse(t, "2022")
	p.logIn("/aife_qual/connexion", manager)
	p.open(formulaire)
	p.look("20-formulaire")
	p.reads("h1", "Compte technique")
	p.reads("sous-titre", "Gestion du compte technique nécessaire pour les appels en mode API.")
	p.reads("avertissement", "Attention, le compte technique ne sert que pour les services API, si vous ne les utilisez pas, la création est inutile.")
	p.lists("form#formulaire-compte-technique label", "Type de demande *", "Choisir la structure *")
	p.lists("form#formulaire-compte-technique button", "Soumettre")
	p.lists("#type-de-demande option", "-- Aucun --", "Activer un compte technique", "Changer l'email du contact d'un compte technique",
		"Création d'un compte technique", "Désactiver un compte technique", "Réinitialisation du mot de passe d'un compte technique")
	p.lists("#choisir-la-structure option", "", closed, ridet, auteuil, hotel)
	p.press("soumettre")
	p.reads("erreur-type", "Ce champ est obligatoire.")
	p.reads("erreur-siret", "Ce champ est obligatoire.")
	p.look("21-champs-obligatoires")

	p.choose("type-de-demande", "Création d'un compte technique")
	p.poll(`document.querySelector("[data-testid=erreur-type]") === null`)
	p.absent("login", "mot-de-passe")
	p.choose("choisir-la-structure", hotel)
	p.appears("mot-de-passe")
	p.look("22-creation")
	p.lists("form#formulaire-compte-technique label", "Type de demande *", "Choisir la structure *", "Login", "E-mail du contact *", "Mot de passe")
	login, secret := p.value("login"), p.value("mot-de-passe")
	if login != "TECH_3_"+hotel+"@cpro.fr" || len(secret) != 13 || p.value("email-du-contact") != "hotel@paris.example" {
		t.Errorf("got %s, %s, %s", login, secret, p.value("email-du-contact"))
	}
	for _, id := range []string{"login", "mot-de-passe"} {
		if p.js(`document.querySelector("#`+id+`").readOnly`) != "true" {
			t.Errorf("%s can be edited", id)
		}
	}
	p.reads("copier-login", "Copier")
	p.reads("copier-mot-de-passe", "Copier")
	p.do(chromedp.Click(chromedp.CSS(at("copier-mot-de-passe"))))
	p.poll(`document.querySelector("[data-testid=copier-mot-de-passe]").textContent === "Copié"`)
	p.lists("#liste-des-comptes-techniques caption", "Liste des comptes techniques")
	p.lists("#liste-des-comptes-techniques th", "ID d'utilisateur", "Compte")
	p.lists("#liste-des-comptes-techniques td", "TECH_1_"+hotel+"@cpp2021.fr", hotel, "TECH_2_"+hotel+"@cpp2021.fr", hotel)
	p.fill("email-du-contact", "not an address")
	p.press("soumettre")
	p.reads("erreur-contactEmail", "« not an address » n'est pas une adresse électronique valide.")
	if got := p.value("mot-de-passe"); got != secret {
		t.Errorf("a form shown again shows the password %q, want the same %q", got, secret)
	}
	p.look("23-adresse-refusee")
	p.fill("email-du-contact", "hotel@paris.fr")
	p.press("soumettre")
	green(p, "Votre demande de création du compte technique "+login+" a bien été prise en compte. Elle sera effective dans 30 minutes.")
	p.look("24-message-vert")
	h.mailed(t, "[Chorus Pro] Création du compte utilisateur technique", "hotel@paris.fr")
	if got := h.verdict(login, secret); got != "technical-account-creation-pending" {
		t.Errorf("before 30 minutes: %s", got)
	}
	h.advance("30m")
	if got := h.verdict(login, secret); got != qualif.CodeGranted {
		t.Errorf("the password shown before the submission: %s", got)
	}
	p.request("Création d'un compte technique", auteuil)
	p.appears("mot-de-passe")
	p.absent("liste-des-comptes-techniques")
	p.choose("choisir-la-structure", closed)
	p.appears("erreur-siret")
	p.reads("erreur-siret", "La structure "+closed+" est inactive.")
	p.absent("mot-de-passe")
}

// mailed fails unless the last mail is that one.
func (h *house) mailed(t *testing.T, subject, to string) {
	t.Helper()
	h.sandbox().Read(func(v sandboxes.View) {
		mails := v.Mails()
		if len(mails) == 0 {
			t.Fatalf("no mail, want %q", subject)
		}
		if last := mails[len(mails)-1]; last.Subject != subject || last.To != to {
			t.Errorf("got the mail %q to %s, want %q to %s", last.Subject, last.To, subject, to)
		}
	})
}

// TestOtherRequests2022 walks the items about the four other types: 43 to 47.
func TestOtherRequests2022(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	p := h.browse(t, "2022")
	account := "TECH_1_" + hotel + "@cpp2021.fr"
	p.logIn("/aife_qual/connexion", manager)

	p.request("Réinitialisation du mot de passe d'un compte technique", hotel)
	p.appears("compte-technique")
	p.lists("form#formulaire-compte-technique label", "Type de demande *", "Choisir la structure *", "Compte technique *")
	p.lists("#compte-technique option", "", account, "TECH_2_"+hotel+"@cpp2021.fr")
	p.press("soumettre")
	p.reads("erreur-login", "Ce champ est obligatoire.")
	p.choose("compte-technique", account)
	p.appears("mot-de-passe")
	p.look("30-reinitialisation")
	secret := p.value("mot-de-passe")
	if got := h.verdict(account, secret); got != "technical-account-password-wrong" {
		t.Errorf("before the submission: %s", got)
	}
	p.press("soumettre")
	green(p, "Votre demande de réinitialisation du mot de passe du compte technique "+account+" a bien été prise en compte. Elle est effective immédiatement.")
	h.mailed(t, "[Chorus Pro] Réinitialisation du mot de passe du compte utilisateur technique", "hotel@paris.example")
	if got := h.verdict(account, secret); got != qualif.CodeGranted {
		t.Errorf("the new password: %s", got)
	}

	p.request("Changer l'email du contact d'un compte technique", hotel)
	p.appears("compte-technique")
	p.choose("compte-technique", account)
	p.appears("email-du-contact")
	p.look("31-changement-email")
	p.fill("email-du-contact", "nouveau@paris.fr")
	p.press("soumettre")
	green(p, "Votre demande de changement de l'email du contact du compte technique "+account+" a bien été prise en compte. Elle est effective immédiatement.")
	h.mailed(t, "[Chorus Pro] Modification de l'adresse de contact du compte utilisateur technique", "nouveau@paris.fr")

	p.request("Désactiver un compte technique", hotel)
	p.appears("compte-technique")
	p.choose("compte-technique", account)
	p.look("32-desactivation")
	p.press("soumettre")
	green(p, "Votre demande de désactivation du compte technique "+account+" a bien été prise en compte. Elle sera effective dans 30 minutes.")
	h.mailed(t, "[Chorus Pro] Désactivation de votre compte utilisateur", "nouveau@paris.fr")
	p.request("Désactiver un compte technique", hotel)
	p.appears("compte-technique")
	p.choose("compte-technique", account)
	p.press("soumettre")
	p.reads("erreur-login", "Une demande est déjà en cours sur le compte technique "+account+" : elle sera effective le 01/03/2026 09:30:00.")
	p.look("33-deja-en-cours")

	p.request("Activer un compte technique", hotel)
	p.appears("compte-technique")
	p.lists("#compte-technique option", "", "TECH_2_"+hotel+"@cpp2021.fr")
	h.advance("30m")
	if got := h.verdict(account, secret); got != "technical-account-inactive" {
		t.Errorf("30 minutes after the deactivation: %s", got)
	}
	p.request("Activer un compte technique", hotel)
	p.appears("compte-technique")
	p.lists("#compte-technique option", "", account, "TECH_2_"+hotel+"@cpp2021.fr")
	p.choose("compte-technique", account)
	p.look("34-activation")
	p.press("soumettre")
	green(p, "Votre demande d'activation du compte technique "+account+" a bien été prise en compte. Elle sera effective dans 30 minutes.")
	h.mailed(t, "[Chorus Pro] Réactivation de votre compte utilisateur", "nouveau@paris.fr")
	h.advance("30m")
	if got := h.verdict(account, secret); got != qualif.CodeGranted {
		t.Errorf("30 minutes after the reactivation: %s", got)
	}
	p.open("/aife_qual")
	p.request("Activer un compte technique", auteuil)
	p.appears("aucun-compte")
	p.reads("aucun-compte", "Cette structure n'a pas de compte technique au statut « Inactif ».")
	if got := p.text("main"); strings.Contains(got, "Supprimer") || strings.Contains(got, "Export") || strings.Contains(got, "Expiration") {
		t.Errorf("the form offers what this generation has not: %s", got)
	}
}
