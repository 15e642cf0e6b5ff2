package portal_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"chorus-qualif/server/clock"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// The pages that people see, by generation.
var pages = map[string][]string{
	"portail-2022": {"/aife_qual", "/aife_qual/domaines/marche", raccordements, formulaire, raccordements + "/api", raccordements + "/api/declaration",
		"/aife_qual/domaines/matelas-de-donnees", "/aife_qual/domaines/matelas-de-donnees/generation", "/aife_qual/documentation",
		"/aife_qual/recherche?q=compte", "/aife_qual/hors-simulation?rubrique=support"},
	"cpp-2020": {"/cpp/accueil", "/cpp/mon-compte", "/cpp/gestionnaire", fiche, fiche + "/utilisateur-technique/saisie", "/cpp/hors-simulation"},
}

var loginPages = map[string]string{"portail-2022": "/aife_qual/connexion", "cpp-2020": "/cpp/connexion"}

// Every page is guarded, is dated by the sandbox, keeps nothing in the browser,
// and runs no script of its own.
func TestEveryPageIsGuarded(t *testing.T) {
	t.Parallel()
	for profile, paths := range pages {
		v := open(t, profile).logged(t, loginPages[profile], manager)
		for _, path := range append(paths, loginPages[profile]) {
			v.get(path)
			if v.page.status != http.StatusOK {
				t.Errorf("%s: got %d", path, v.page.status)
			}
			policy := v.page.header.Get("Content-Security-Policy")
			for _, rule := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"} {
				if !strings.Contains(policy, rule) {
					t.Errorf("%s: the policy %q lacks %q", path, policy, rule)
				}
			}
			for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Cache-Control": "no-store",
				"Referrer-Policy": "same-origin", "Date": "Sun, 01 Mar 2026 08:00:00 GMT", "X-Sandbox": "default"} {
				if got := v.page.header.Get(name); got != want {
					t.Errorf("%s: %s is %q, want %q", path, name, got, want)
				}
			}
			for _, inline := range []string{"<style", " style=", " onclick=", "javascript:", "<script>"} {
				v.hides(inline)
			}
			v.says("Simulateur : ce n'est pas le portail de l'État").says("01/03/2026 09:00:00")
		}
	}
}

// A stranger is led to the login page, and then where they wanted to go.
func TestPagesNeedALogin(t *testing.T) {
	t.Parallel()
	for profile, paths := range pages {
		h := open(t, profile)
		for _, path := range paths {
			if path == "/aife_qual" {
				continue // empty, and public
			}
			v := h.visit(t).get(path).is(http.StatusOK, loginPages[profile])
			v.submit(loginPages[profile], "login", manager, "mot-de-passe", password, "sandbox", "default", "retour", v.found(returnShape))
			if got, _, _ := strings.Cut(path, "?"); v.page.path != got {
				t.Errorf("after the login: at %s, want %s", v.page.path, path)
			}
		}
	}
}

func TestNoOpenRedirect(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	for _, target := range []string{"https://evil.example/", "//evil.example", `/\evil.example`, "/aife_qual/../../evil", "/aife_qual//evil.example", "javascript:alert(1)",
		"/aife_qual\\@evil.example", "http:/aife_qual", "/api/oauth/token", "/aife_qualx", "/aife_qual/%2e%2e/x", "/aife_qual\n/x", "https:aife_qual/"} {
		v := h.visit(t)
		v.get("/aife_qual/connexion?retour="+url.QueryEscape(target)).is(http.StatusOK, "/aife_qual/connexion")
		if got := v.found(returnShape); got != "" {
			t.Errorf("%q: the form returns to %q", target, got)
		}
		v.submit("/aife_qual/connexion", "login", manager, "mot-de-passe", password, "sandbox", "default", "retour", target).is(http.StatusOK, "/aife_qual")
	}
}

// A form of another site, or of another session, does nothing.
func TestForgedForms(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	mine, other := h.logged(t, "/aife_qual/connexion", manager), h.logged(t, "/aife_qual/connexion", manager)
	other.get(formulaire)
	account := "TECH_1_" + hotel + "@cpp2021.fr"
	deactivate := func(token string) {
		t.Helper()
		mine.post(formulaire, "jeton", token, "type", "desactiver", "structure", hotel, "account", account).is(http.StatusForbidden, formulaire)
		mine.says("Ce formulaire ne vient pas de cette page")
	}
	deactivate("")
	deactivate("guess")
	deactivate(other.token())
	mine.get(formulaire)
	genuine := mine.token()
	mine.header.Set("Sec-Fetch-Site", "cross-site")
	deactivate(genuine)
	mine.header = http.Header{"Origin": {"https://evil.example"}}
	deactivate(genuine)
	mine.header = http.Header{}
	h.sandbox().Read(func(v sandboxes.View) {
		if a, _ := v.Account(account); a.Status != qualif.Actif {
			t.Errorf("a forged form made the account %s", a.Status)
		}
	})
	mine.post("/aife_qual/deconnexion").is(http.StatusForbidden, "/aife_qual/deconnexion")
	h.visit(t).post("/aife_qual/connexion", "login", manager, "mot-de-passe", password, "sandbox", "default").is(http.StatusForbidden, "/aife_qual/connexion")
	mine.post(formulaire, "jeton", genuine, "type", "desactiver", "structure", hotel, "account", account).is(http.StatusOK, raccordements)
}

// Whoever plants a cookie before the login has nothing after it.
func TestNoSessionFixation(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	base, _ := url.Parse(h.server.URL)
	v := h.visit(t)
	v.client.Jar.SetCookies(base, []*http.Cookie{{Name: "chorus_qualif_session", Value: "planted", Path: "/"}})
	v.get("/aife_qual/connexion").submit("/aife_qual/connexion", "login", manager, "mot-de-passe", password, "sandbox", "default").is(http.StatusOK, "/aife_qual")
	value := func() string {
		for _, c := range v.client.Jar.Cookies(base) {
			if c.Name == "chorus_qualif_session" {
				return c.Value
			}
		}
		return ""
	}
	first := value()
	if first == "planted" || len(first) < 22 {
		t.Fatalf("the session is %q", first)
	}
	v.get("/aife_qual").submit("/aife_qual/deconnexion").is(http.StatusOK, "/aife_qual/connexion").says("Vous êtes déconnecté.")
	v.client.Jar.SetCookies(base, []*http.Cookie{{Name: "chorus_qualif_session", Value: first, Path: "/"}})
	v.get(formulaire).is(http.StatusOK, "/aife_qual/connexion").says("Votre session a expiré")
	v.submit("/aife_qual/connexion", "login", manager, "mot-de-passe", password, "sandbox", "default").is(http.StatusOK, "/aife_qual")
	if value() == first {
		t.Error("two logins have the same session")
	}
}

func TestCookiesAreNotForScripts(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	v := h.visit(t)
	v.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	seen := v.get("/aife_qual/connexion").page.header.Values("Set-Cookie")
	seen = append(seen, v.submit("/aife_qual/connexion", "login", manager, "mot-de-passe", password, "sandbox", "default").page.header.Values("Set-Cookie")...)
	if len(seen) < 3 {
		t.Fatalf("got %q", seen)
	}
	for _, cookie := range seen {
		for _, want := range []string{"Path=/", "HttpOnly", "SameSite=Lax"} {
			if !strings.Contains(cookie, want) {
				t.Errorf("%q lacks %s", cookie, want)
			}
		}
		if strings.Contains(cookie, "Expires") {
			t.Errorf("%q tells the machine's time", cookie)
		}
	}
}

// A session lasts an hour without a request, on the sandbox's clock, and no
// longer than the sandbox's life.
func TestSessionsEndOnTheSandboxsClock(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	v := h.logged(t, "/aife_qual/connexion", manager)
	h.advance("60m")
	v.get(formulaire).is(http.StatusOK, formulaire)
	h.advance("59m")
	v.get("/aife_qual/horloge").says("01/03/2026 10:59:00") // no sign of life
	h.advance("2m")
	v.get(formulaire).is(http.StatusOK, "/aife_qual/connexion").says("Votre session a expiré : connectez-vous de nouveau.")

	again := h.logged(t, "/aife_qual/connexion", manager)
	if _, _, err := h.registry.Put("default", sandboxes.Spec{Mode: clock.Frozen, At: h.sandbox().Now().Add(time.Minute)}); err != nil {
		t.Fatal(err)
	}
	again.get(formulaire).is(http.StatusOK, "/aife_qual/connexion").says("Votre session a expiré")
}

// hostile is a data set whose every name attacks the page it is shown on.
func hostile() *qualif.DataSet {
	const attack = `"><script>alert(1)</script><img src=x onerror='alert(2)'>{{.}}`
	return &qualif.DataSet{
		Name:       "hostile" + attack,
		Structures: []qualif.Structure{{ID: 1, TypeIdentifiant: qualif.SIRET, Identifiant: hotel, RaisonSociale: attack, Libelle: attack}},
		People: []qualif.Person{
			{ID: 1, Login: manager, Nom: attack, Prenom: attack, Contact: `o'brien&co@evil.example`, Password: password},
			{ID: 2, Login: mate, Nom: attack, Prenom: attack, Password: attack},
		},
		Rattachements: []qualif.Rattachement{
			{ID: 1, Login: manager, StructureID: 1, Role: qualif.GestionnairePrincipal},
			{ID: 2, Login: mate, StructureID: 1, Role: qualif.Utilisateur},
		},
	}
}

func TestHostileNamesAreEscaped(t *testing.T) {
	t.Parallel()
	for profile, paths := range pages {
		h := openOn(t, profile, hostile())
		v := h.logged(t, loginPages[profile], manager)
		paths = append(paths, "/aife_qual/recherche?q="+url.QueryEscape(`"><script>alert(1)</script>`), loginPages[profile]+"?sandbox="+url.QueryEscape(`"><script>`),
			"/cpp/structures/"+hotel, "/cpp/structures/"+url.PathEscape(`"><script>alert(1)</script>`), "/cpp/hors-simulation?rubrique="+url.QueryEscape(`"><script>`))
		for _, path := range paths {
			v.get(path).hides("<script>").hides("<img").hides("onerror='")
		}
		if profile == "portail-2022" {
			v.get("/aife_qual/domaines/matelas-de-donnees").says(`"><script>alert(1)</script>`)
			v.submit(formulaire, "type", `"><script>`, "structure", `"><script>`, "contactEmail", `"><script>`, "preparation", `"><script>`).hides("<script>").hides("<img")
		}
		stranger := h.visit(t).get(loginPages[profile])
		stranger.submit(loginPages[profile], "login", `"><script>`, "mot-de-passe", "x", "sandbox", `"><script>`).hides("<script>")
		if stranger.page.status != http.StatusUnprocessableEntity {
			t.Errorf("got %d", stranger.page.status)
		}
	}
}

// The switch portal.login-attempts closes a login for a quarter of an hour, on
// the pages and in the JSON API alike.
func TestLoginAttempts(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	if _, _, err := h.registry.Put("strict", sandboxes.Spec{Mode: clock.Frozen, At: start, Switches: qualif.Switches{qualif.SwitchLoginAttempts: "5"}}); err != nil {
		t.Fatal(err)
	}
	v := h.visit(t)
	try := func(sandbox, login, secret string) *visitor {
		return v.get("/aife_qual/connexion").submit("/aife_qual/connexion", "login", login, "mot-de-passe", secret, "sandbox", sandbox)
	}
	for range 5 {
		try("strict", manager, "wrong").is(http.StatusUnprocessableEntity, "/aife_qual/connexion").says("Login ou mot de passe incorrect.")
		try("default", manager, "wrong")
	}
	const closed = "Trop de tentatives (5) avec un mot de passe incorrect : ce compte peut se reconnecter à partir du 01/03/2026 09:15:00."
	try("strict", strings.ToUpper(manager), password).says(closed)
	h.as(manager).with("X-Sandbox", "strict").get("/me").refuses(http.StatusUnauthorized, "login-attempts", "")
	try("strict", mate, password).is(http.StatusOK, "/aife_qual")
	v.submit("/aife_qual/deconnexion")
	try("default", manager, password).is(http.StatusOK, "/aife_qual")
	strict, _ := h.registry.Get("strict")
	span, _ := clock.ParseSpan("15m")
	if _, err := strict.Advance(sandboxes.Move{By: span}); err != nil {
		t.Fatal(err)
	}
	v.submit("/aife_qual/deconnexion")
	try("strict", manager, password).is(http.StatusOK, "/aife_qual")
}

// What a method or a size does not fit is refused, and nothing panics.
func TestOddRequests(t *testing.T) {
	t.Parallel()
	h := open(t, "cpp-2020")
	v := h.logged(t, "/cpp/connexion", manager)
	v.get("/cpp/mon-compte")
	v.submit("/cpp/mon-compte", "contactEmail", strings.Repeat("x", 100_000)).is(http.StatusBadRequest, "/cpp/mon-compte").says("illisible ou trop grand")
	v.get("/cpp/structures/99999999999999").is(http.StatusNotFound, "/cpp/structures/99999999999999").says("La structure 99999999999999 est inconnue.")
	v.get("/cpp/structures/"+mairie).is(http.StatusForbidden, "/cpp/structures/"+mairie)
	v.get("/cpp/structures/"+hotel+"/utilisateur-technique?login=TECH_9").is(http.StatusNotFound, "/cpp/structures/"+hotel+"/utilisateur-technique")
	v.get("/cpp/gestionnaire?page=-3&tri=nothing&sens=sideways").is(http.StatusOK, "/cpp/gestionnaire")
	v.get("/cpp/gestionnaire?page=99999999999999999999").is(http.StatusOK, "/cpp/gestionnaire")
	v.get("/aife_qual/assets/nothing.css").is(http.StatusNotFound, "/aife_qual/assets/nothing.css")
	v.get("/aife_qual").is(http.StatusOK, "/cpp/accueil")
	v.get(formulaire).is(http.StatusOK, "/cpp/accueil")
	v.get("/").is(http.StatusOK, "/cpp/accueil")
	if v.send(http.MethodDelete, "/cpp/mon-compte", nil); v.page.status == http.StatusOK {
		t.Error("DELETE is answered")
	}
	simple := h.logged(t, "/cpp/connexion", mate)
	simple.get("/cpp/accueil").hides("onglet-gestionnaire").says("réservé aux gestionnaires")
}
