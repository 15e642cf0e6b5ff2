package portal_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"chorus-qualif/server/clock"
	"chorus-qualif/server/look/looktest"
	"chorus-qualif/server/portal"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/store"
)

// TestRequestsWithoutScripts does the five requests by forms alone, step by step,
// as a browser without scripts sends them.
func TestRequestsWithoutScripts(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	v := h.logged(t, "/aife_qual/connexion", manager)
	account := "TECH_1_" + hotel + "@cpp2021.fr"
	const fields = formulaire + "/champs"

	v.get(formulaire).submit(fields).is(http.StatusUnprocessableEntity, fields).says("Ce champ est obligatoire.")
	v.submit(fields, "type", "creer", "structure", hotel).is(http.StatusOK, fields)
	login, secret, form := v.field("login"), v.field("mot-de-passe"), v.field("preparation")
	v.submit(formulaire, "type", "creer", "structure", hotel, "preparation", form, "contactEmail", "").is(http.StatusUnprocessableEntity, formulaire).says("Ce champ est obligatoire.")
	if got := v.field("mot-de-passe"); got != secret {
		t.Errorf("shown again, the form has the password %q, want %q", got, secret)
	}
	v.submit(formulaire, "type", "creer", "structure", hotel, "preparation", form, "contactEmail", "a@b.fr").is(http.StatusOK, raccordements).says("création du compte technique " + login)
	v.get(raccordements).hides("message-succes")
	h.advance("30m")
	h.sandbox().Read(func(s sandboxes.View) {
		if got := s.Authenticate(s.Present, login, secret).Code; got != qualif.CodeGranted {
			t.Errorf("the password of the form: %s", got)
		}
	})

	// "Soumettre" too early shows the fields, and does nothing.
	v.get(formulaire).submit(formulaire, "type", "reinitialiser", "structure", hotel).is(http.StatusOK, formulaire).says("Compte technique *").hides("mot-de-passe")
	v.submit(formulaire, "type", "reinitialiser", "structure", hotel, "account", account).is(http.StatusOK, formulaire)
	reset := v.field("mot-de-passe")
	v.submit(formulaire, "type", "reinitialiser", "structure", hotel, "account", account, "preparation", v.field("preparation")).is(http.StatusOK, raccordements)
	if got := h.verdict(account, reset); got != qualif.CodeGranted {
		t.Errorf("the password of the reset's form: %s", got)
	}
	v.get(formulaire).submit(fields, "type", "changer-email", "structure", hotel, "account", account).is(http.StatusOK, fields)
	v.submit(formulaire, "type", "changer-email", "structure", hotel, "account", account, "preparation", v.field("preparation"), "contactEmail", "c@d.fr").is(http.StatusOK, raccordements)
	v.get(formulaire).submit(formulaire, "type", "desactiver", "structure", hotel, "account", account).is(http.StatusOK, raccordements)
	h.advance("30m")
	v.get(formulaire).submit(formulaire, "type", "activer", "structure", hotel, "account", account).is(http.StatusOK, raccordements).says("Elle sera effective dans 30 minutes.")
	h.sandbox().Read(func(s sandboxes.View) {
		if a, _ := s.Account(account); a.Status != qualif.EnReactivation || a.Contact != "c@d.fr" {
			t.Errorf("got %s, %s", a.Status, a.Contact)
		}
	})
}

// A form that another took the number from is shown with another login.
func TestStaleForm(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	const fields = formulaire + "/champs"
	first, second := h.logged(t, "/aife_qual/connexion", manager), h.logged(t, "/aife_qual/connexion", manager)
	for _, v := range []*visitor{first, second} {
		v.get(formulaire).submit(fields, "type", "creer", "structure", auteuil)
	}
	late, secret := second.field("preparation"), second.field("mot-de-passe")
	first.submit(formulaire, "type", "creer", "structure", auteuil, "preparation", first.field("preparation"), "contactEmail", "a@b.fr").is(http.StatusOK, raccordements)
	second.submit(formulaire, "type", "creer", "structure", auteuil, "preparation", late, "contactEmail", "a@b.fr").is(http.StatusUnprocessableEntity, formulaire)
	second.says("a été attribué entre-temps")
	if second.field("login") != "TECH_2_"+auteuil+"@cpro.fr" || second.field("mot-de-passe") == secret {
		t.Errorf("got %s, %s, want the next number and another password", second.field("login"), second.field("mot-de-passe"))
	}
}

// A structure that is not the person's own is refused beside its field, and a
// plain user has none to choose from.
func TestOthersStructures(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	v := h.logged(t, "/aife_qual/connexion", manager)
	v.get(formulaire).submit(formulaire, "type", "creer", "structure", mairie).is(http.StatusUnprocessableEntity, formulaire).says("Seul le gestionnaire principal")
	v.submit(formulaire, "type", "desactiver", "structure", mairie, "account", "TECH_2_"+mairie+"@cpro.fr").is(http.StatusUnprocessableEntity, formulaire)
	h.logged(t, "/aife_qual/connexion", mate).get(formulaire).says("Vous n'êtes gestionnaire principal d'aucune structure.")
}

// exported is the PDF of a new account's connection information.
func exported(t *testing.T, lang string) []byte {
	t.Helper()
	v := open(t, "cpp-2020").logged(t, "/cpp/connexion", manager)
	v.get(fiche + "/utilisateur-technique/saisie?lang=" + lang)
	v.submit(fiche+"/utilisateur-technique/saisie").is(http.StatusOK, fiche+"/utilisateur-technique/recapitulatif")
	const pdf = fiche + "/utilisateur-technique/informations-de-connexion.pdf"
	v.get("/aife_qual/horloge").get(pdf)
	if got := v.page.header.Get("Content-Disposition"); got != `attachment; filename="informations-de-connexion-`+auteuil+`.pdf"` {
		t.Errorf("got the file %q", got)
	}
	body := v.page.body
	v.get(fiche).get(pdf).is(http.StatusOK, fiche)
	return []byte(body)
}

// The same clock, seed and clicks give the same PDF to the byte, in each
// language; once the screen is left it is gone.
func TestPDFIsDeterministic(t *testing.T) {
	t.Parallel()
	first, again, other := exported(t, "fr"), exported(t, "fr"), exported(t, "en")
	if !bytes.HasPrefix(first, []byte("%PDF-")) || !bytes.Equal(first, again) {
		t.Error("the same summary gives another PDF")
	}
	if bytes.Equal(first, other) {
		t.Error("the PDF is the same in both languages")
	}
	for i := range 4 {
		t.Run(fmt.Sprintf("several at once, %d", i), func(t *testing.T) {
			t.Parallel()
			if !bytes.Equal(exported(t, "fr"), first) {
				t.Error("a PDF made beside others is another one")
			}
		})
	}
}

// The list of structures is cut in pages of five.
func TestPagesOfFive(t *testing.T) {
	t.Parallel()
	data := &qualif.DataSet{Name: "many", People: []qualif.Person{{ID: 1, Login: manager, Nom: "A", Prenom: "B", Password: password}}}
	for i := range 12 {
		data.Structures = append(data.Structures, qualif.Structure{ID: int64(i + 1), TypeIdentifiant: qualif.SIRET, Identifiant: fmt.Sprintf("%014d", i+1), RaisonSociale: fmt.Sprintf("S%02d", 12-i)})
		data.Rattachements = append(data.Rattachements, qualif.Rattachement{ID: int64(i + 1), Login: manager, StructureID: int64(i + 1), Role: qualif.GestionnairePrincipal})
	}
	v := openOn(t, "cpp-2020", data).logged(t, "/cpp/connexion", manager)
	row := regexp.MustCompile(`<td id="structure-(\d+)">`)
	rows := func(path string) (found []string) {
		for _, match := range row.FindAllStringSubmatch(v.get(path).page.body, -1) {
			found = append(found, match[1][12:])
		}
		return found
	}
	for path, want := range map[string][]string{
		"/cpp/gestionnaire":                                  {"01", "02", "03", "04", "05"},
		"/cpp/gestionnaire?page=3":                           {"11", "12"},
		"/cpp/gestionnaire?page=99":                          {"11", "12"},
		"/cpp/gestionnaire?tri=raison-sociale":               {"12", "11", "10", "09", "08"},
		"/cpp/gestionnaire?tri=identifiant&sens=desc&page=2": {"07", "06", "05", "04", "03"},
	} {
		if got := rows(path); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", path, got, want)
		}
	}
	v.get("/cpp/gestionnaire?page=2").says("(12 ligne(s))")
	for _, page := range []string{"1", "3"} {
		if !strings.Contains(v.page.body, `href="/cpp/gestionnaire?page=`+page+`"`) {
			t.Errorf("page 2 has no link to page %s", page)
		}
	}
	v.get("/cpp/gestionnaire/structures.csv")
	if got := strings.Count(v.page.body, "\r\n"); got != 13 {
		t.Errorf("the CSV has %d lines, want all 12 and the heading", got)
	}
}

// The sandbox chosen at the login is the one that is worked in.
func TestSandboxOfTheSession(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	if _, _, err := h.registry.Put("blue", sandboxes.Spec{Profile: "cpp-2020", Mode: clock.Frozen, At: start.AddDate(3, 0, 0)}); err != nil {
		t.Fatal(err)
	}
	v := h.visit(t)
	v.get("/aife_qual/connexion?sandbox=blue").says("01/03/2029 09:00:00")
	v.submit("/aife_qual/connexion", "login", manager, "mot-de-passe", password, "sandbox", "red").says("Il n'y a pas de bac à sable nommé « red » sur ce serveur.")
	v.submit("/aife_qual/connexion", "login", manager, "mot-de-passe", password, "sandbox", "blue").is(http.StatusOK, "/cpp/accueil").says("01/03/2029 09:00:00")
	v.submit("/cpp/deconnexion").is(http.StatusOK, "/cpp/connexion").says("Vous êtes déconnecté.")
	if got := v.field("sandbox"); got != "blue" {
		t.Errorf("after the logout the form names %q, want the same sandbox", got)
	}
}

// A journal that cannot be kept is told as the simulator's fault.
func TestPagesWhenTheJournalBreaks(t *testing.T) {
	t.Parallel()
	h := openWith(t, "portail-2022", "enforce", brokenJournals{store.NewMemory()})
	v := h.logged(t, "/aife_qual/connexion", manager)
	v.get(formulaire).submit(formulaire, "type", "desactiver", "structure", hotel, "account", "TECH_1_"+hotel+"@cpp2021.fr")
	v.is(http.StatusUnprocessableEntity, formulaire).says("Le simulateur n'a pas pu enregistrer votre demande")
}

// Every word that a template asks for is in the table, in English too where the
// generation speaks it.
func TestTemplatesFindTheirWords(t *testing.T) {
	t.Parallel()
	asked := regexp.MustCompile(`\.T "([^"]+)"`)
	names, err := filepath.Glob("templates/*.html")
	if err != nil || len(names) < 15 {
		t.Fatalf("got %v, %v", names, err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range asked.FindAllStringSubmatch(string(text), -1) {
			fr, en := portal.Sentence(match[1])
			if fr == "" {
				t.Errorf("%s: no sentence is called %q", name, match[1])
			}
			if en == "" && strings.Contains(name, "2020") {
				t.Errorf("%s: %q has no English", name, match[1])
			}
		}
	}
}

// The embedded htmx is the one that npm has, licence included.
func TestHtmxIsTheRegistrys(t *testing.T) {
	t.Parallel()
	root := os.DirFS(filepath.Join("testdata", "axe", "node_modules", "htmx.org"))
	for embedded, name := range map[string]string{"htmx.min.js": "dist/htmx.min.js", "htmx.LICENSE": "LICENSE"} {
		want, err := fs.ReadFile(root, name)
		if err != nil {
			looktest.Lacking(t, "htmx.org is missing (npm ci in server/portal/testdata/axe): %v", err)
		}
		if got, err := os.ReadFile(filepath.Join("assets", embedded)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("assets/%s is not %s of the package: %v", embedded, name, err)
		}
	}
}
