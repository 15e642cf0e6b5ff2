package portal_test

import (
	"strings"
	"testing"

	"chorus-qualif/fixtures"
	"chorus-qualif/server/look/looktest"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// TestMatelas walks the domain "Matelas de données": generation with its
// confirmation and its time, consultation, and the portal's own file.
func TestMatelas(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	p := h.browse(t, "2022")
	p.logIn("/aife_qual/connexion", manager)
	p.press("acceder-domaine-matelas-de-donnees")
	p.look("40-matelas")
	p.reads("statut-chorus-pro", "Disponible")
	p.reads("generer-un-matelas", "Générer un matelas de données")
	p.press("generer-un-matelas")
	p.look("41-matelas-confirmation")
	p.press("annuler")
	p.absent("fenetre-confirmation")
	p.press("generer-un-matelas")
	p.reads("confirmer", "Confirmer")
	p.press("confirmer")
	p.reads("message-succes", "Votre demande de génération a bien été prise en compte. Le matelas sera disponible dans 5 minutes.")
	p.reads("statut-chorus-pro", "En cours")
	p.reads("statut-annuaire", "En cours")
	p.reads("attente", "Le matelas sera disponible le 01/03/2026 09:05:00.")
	p.absent("telecharger-matelas", "structures-du-matelas")
	p.look("42-matelas-en-cours")
	h.advance("4m59s")
	p.open("/aife_qual/domaines/matelas-de-donnees")
	p.reads("statut-chorus-pro", "En cours")
	h.advance("1s")
	p.open("/aife_qual/domaines/matelas-de-donnees")
	p.reads("statut-chorus-pro", "Disponible")
	p.reads("statut-annuaire", "Disponible")
	p.reads("telecharger-matelas", "Générer et télécharger le fichier CSV du matelas structures et utilisateurs")
	p.lists("#structures-du-matelas tbody tr:nth-child(3) td", "Public", mairie, "Destinataire sans paramètre", mayor, password)
	read, _, err := fixtures.ReadCSV("download", strings.NewReader(string(p.download("telecharger-matelas"))))
	if err != nil {
		t.Fatal(err)
	}
	if structure, ok := read.ByIdentifier(qualif.SIRET, hotel); !ok || structure.ID != 26311042 {
		t.Errorf("the file has no %s, or another id: %+v", hotel, structure)
	}
	if person, ok := read.Person(manager); !ok || person.Password != password {
		t.Errorf("the file has no %s with the password", manager)
	}
}

// TestRaccordement walks "Gérer raccordement API": without a declaration the
// gateway answers 403, with one it does not.
func TestRaccordement(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	app := "APP_SANDBOX_default@qualif.example"
	refusal := func() (code string) {
		h.sandbox().Read(func(v sandboxes.View) { code, _ = v.RefusesAPI(v.Applications()[0], "structures") })
		return code
	}
	if _, err := sandboxes.Do(h.sandbox(), qualif.PutApplication{Name: app, Raccordements: []string{}}); err != nil {
		t.Fatal(err)
	}
	if got := refusal(); got != "raccordement-missing" {
		t.Fatalf("got %q before the declaration", got)
	}
	p := h.browse(t, "2022")
	p.logIn("/aife_qual/connexion", manager)
	p.open(raccordements)
	p.press("acceder-api")
	p.reads("h1", "Raccordement EDI et API")
	p.reads("gerer-raccordement-api", "Gérer raccordement API")
	p.present("aucun-raccordement")
	p.reads("declarer-un-raccordement-piste", "Déclarer un raccordement PISTE")
	p.press("declarer-un-raccordement-piste")
	p.press("soumettre")
	for _, field := range []string{"siret", "application", "usage"} {
		p.reads("erreur-"+field, "Ce champ est obligatoire.")
	}
	p.look("50-raccordement-obligatoire")
	p.choose("structure", auteuil)
	p.fill("application", app)
	p.choose("usage", "Émission de factures")
	p.press("soumettre")
	p.reads("erreur-siret", "La structure "+auteuil+" n'a pas de compte technique : créez-en un avant de déclarer un raccordement.")
	p.choose("structure", hotel)
	p.fill("application", "APP_OTHER")
	p.press("soumettre")
	p.reads("erreur-application", "L'application PISTE « APP_OTHER » est inconnue.")
	p.fill("application", app)
	p.press("soumettre")
	p.reads("message-succes", "Le raccordement de l'application "+app+" a bien été déclaré pour la structure "+hotel+".")
	p.lists("#raccordements td", hotel, "Hôtel de Paris", app)
	p.look("51-raccordements")
	if got := refusal(); got != "" {
		t.Errorf("after the declaration the gateway still refuses: %s", got)
	}
}

// TestWithoutScripts goes through a creation and a reset in a browser that runs
// no scripts: nothing needs them.
func TestWithoutScripts(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	p := h.browse(t, "sans-script")
	looktest.WithoutScripts(p, p.ctx)
	p.open("/aife_qual/connexion")
	p.do(typed("login", manager), typed("mot-de-passe", password))
	p.press("se-connecter")
	p.open(formulaire)
	p.present("continuer")
	if p.js(`document.querySelector("#continuer") !== null && document.querySelector("#continuer").offsetParent !== null`) != "true" {
		t.Fatal("the button « Continuer » is not shown")
	}
	p.pick("type-de-demande", "creer")
	p.pick("choisir-la-structure", auteuil)
	p.press("continuer")
	p.shoot("creation")
	login, secret := p.value("login"), p.value("mot-de-passe")
	if login != "TECH_1_"+auteuil+"@cpro.fr" || len(secret) != 13 {
		t.Fatalf("got %s, %s", login, secret)
	}
	if p.js(`document.querySelector("#login + button").hidden`) != "true" {
		t.Error("a button that needs scripts is shown")
	}
	p.press("soumettre")
	green(p, "Votre demande de création du compte technique "+login+" a bien été prise en compte. Elle sera effective dans 30 minutes.")
	h.advance("30m")
	if got := h.verdict(login, secret); got != qualif.CodeGranted {
		t.Errorf("got %s", got)
	}
}
