package record_test

import (
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"chorus-qualif/server/client"
)

const (
	siret     = "41783652090157"
	secondary = "USER_PRIVE_2_41783652090157@cpro.fr"
	form2022  = "/aife_qual/domaines/raccordements/compte-technique"
)

// onPortal2022 is a morning of a manager on the pages of the portal of 2022: all
// five requests of the form "Compte technique", and a raccordement, with a client
// at work between them.
func onPortal2022(t *testing.T) (p *person, shown []string) {
	p = somebody(t, frozen())
	p.logIn()
	b := p.browser()
	b.logIn("/aife_qual/connexion", p.given.Managers[0])

	b.open(form2022)
	b.open(form2022, "type", "creer", "structure", siret)
	created, password := b.value("login"), b.value("mot-de-passe")
	b.open(form2022, "type", "creer", "structure", siret, "preparation", b.found(`name="preparation" id="preparation" value="([^"]*)"`), "contactEmail", "integration@caron.example")
	p.api(401, searchPath, basic(created, password), supplier)
	p.advance("30m")
	p.api(200, searchPath, basic(created, password), supplier)

	b.open(form2022, "type", "reinitialiser", "structure", siret, "account", created)
	other := b.value("mot-de-passe")
	b.open(form2022, "type", "reinitialiser", "structure", siret, "account", created, "preparation", b.found(`name="preparation" id="preparation" value="([^"]*)"`))
	p.api(401, searchPath, basic(created, password), supplier)
	p.api(200, searchPath, basic(created, other), supplier)

	b.open(form2022, "type", "changer-email", "structure", siret, "account", created)
	b.open(form2022, "type", "changer-email", "structure", siret, "account", created, "preparation", created, "contactEmail", "nouveau@caron.example")
	b.open(form2022, "type", "desactiver", "structure", siret, "account", created)
	p.api(200, searchPath, basic(created, other), supplier)
	p.advance("31m")
	p.api(401, searchPath, basic(created, other), supplier)
	b.open(form2022, "type", "activer", "structure", siret, "account", created)
	p.advance("31m")
	p.logIn()
	p.api(200, searchPath, basic(created, other), supplier)
	return p, []string{password, other, basic(created, password), basic(created, other), p.given.Managers[0].Password}
}

func TestASessionOnThePortalOf2022(t *testing.T) {
	t.Parallel()
	p, secrets := onPortal2022(t)
	text := p.green(0)
	wants(t, text, "stepId: createTechnicalAccount", "stepId: resetPassword", "stepId: changeContactEmail", "stepId: deactivateTechnicalAccount", "stepId: activateTechnicalAccount",
		"contactEmail: nouveau@caron.example", "value: $steps.createTechnicalAccount.outputs.login", "value: $steps.createTechnicalAccount.outputs.cproAccount",
		"value: $steps.resetPassword.outputs.cproAccount", "Done on the pages of the portal by "+p.given.Managers[0].Login)
	lacks(t, text, append(secrets, "profile:", basic("TECH_2_"+siret+"@cpro.fr", "not-the-password"))...)
	p.red(text, "to: '2026-03-02T09:30:00+01:00'", "to: '2026-03-02T09:29:59+01:00'", "rechercherStructure-2")
}

// onPortal2020 is the same on the pages of the portal of 2020: a manager's own
// contact address, a transfer of the role, then a reset by the new manager.
func onPortal2020(t *testing.T) (p *person, shown []string) {
	spec := frozen()
	spec.Profile = "cpp-2020"
	p = somebody(t, spec)
	p.logIn()
	p.api(200, searchPath, p.account(), supplier)
	login, manager := p.given.TechnicalAccounts[0].Login, p.given.Managers[0]
	b := p.browser()
	b.logIn("/cpp/connexion", manager)
	b.open("/cpp/mon-compte")
	b.open("/cpp/mon-compte", "contactEmail", "claire@moreau.example")
	p.advance("50m")
	b.open("/cpp/structures/" + siret)
	b.open("/cpp/structures/"+siret+"/gestionnaire", "login", secondary)
	given, err := p.sandbox.PersonCredentials(t.Context(), secondary)
	if err != nil {
		t.Fatal(err)
	}
	after := p.browser()
	after.logIn("/cpp/connexion", given)
	reset := "/cpp/structures/" + siret + "/utilisateur-technique/reinitialisation"
	after.open(reset + "?login=" + url.QueryEscape(login))
	after.open(reset, "login", login)
	password := after.value("mot-de-passe")
	p.logIn()
	p.api(401, searchPath, p.account(), supplier)
	p.api(200, searchPath, basic(login, password), supplier)
	p.portal(403, "POST", "/portail/api/v1/technical-accounts/"+login+"/password-reset", "", manager.BasicCredentials)
	p.portal(200, "POST", "/portail/api/v1/technical-accounts/"+login+"/password-reset", "", given.BasicCredentials)
	p.api(401, searchPath, basic(login, password), supplier)
	return p, []string{password, basic(login, password), manager.Password, given.BasicCredentials}
}

func TestASessionOnThePortalOf2020(t *testing.T) {
	t.Parallel()
	p, secrets := onPortal2020(t)
	text := p.green(0)
	wants(t, text, "profile: cpp-2020", "stepId: changeMyContactEmail", "contactEmail: claire@moreau.example", "stepId: transferManager", "login: "+secondary,
		"stepId: getPersonCredentials", "Basic {$steps.getPersonCredentials.outputs.basicCredentials}", "value: $steps.resetPassword.outputs.cproAccount",
		"to: '2026-03-02T09:50:00+01:00'", "condition: $statusCode == 403")
	lacks(t, text, secrets...)
	p.red(text, "login: "+secondary, "login: USER_PRIVE_1_41783652090157@cpro.fr", "resetPassword")
}

// At one instant of a clock that stands still, a click is told before the calls
// that came after it and after those that came before.
func TestClicksAndCallsAtOneInstantAreInOrder(t *testing.T) {
	t.Parallel()
	p := somebody(t, frozen())
	p.logIn()
	b := p.browser()
	b.logIn("/aife_qual/connexion", p.given.Managers[0])
	login := p.given.TechnicalAccounts[0].Login
	contact := func(address string) {
		b.open(form2022, "type", "changer-email", "structure", siret, "account", login)
		b.open(form2022, "type", "changer-email", "structure", siret, "account", login, "preparation", login, "contactEmail", address)
	}
	contact("a@caron.example")
	p.api(200, searchPath, p.account(), supplier)
	contact("b@caron.example")
	p.api(200, "/cpro/structures/v1/consulter", p.account(), `{"idStructureCPP": 1}`)
	contact("c@caron.example")
	text := p.green(0)
	at := -1
	for _, next := range []string{"a@caron.example", "stepId: rechercherStructure", "b@caron.example", "stepId: consulterStructure", "c@caron.example"} {
		found := strings.Index(text, next)
		if found < at {
			t.Errorf("%s comes too early in\n%s", next, text)
		}
		at = found
	}
}

// A raccordement declared on a page lets an application's calls pass, which was
// registered by the control API.
func raccordementOnAPage(t *testing.T) *person {
	p := somebody(t, frozen())
	p.logIn()
	b := p.browser()
	b.logIn("/aife_qual/connexion", p.given.Managers[0])
	off, none := false, []string{}
	app, err := p.sandbox.PutApplication(t.Context(), "APP_NEW", client.ApplicationSpec{Raccordements: &none})
	if err != nil {
		t.Fatal(err)
	}
	p.logInAs(app)
	p.api(403, searchPath, p.account(), supplier)
	const declare = "/aife_qual/domaines/raccordements/api/declaration"
	b.open(declare)
	b.open(declare, "structure", siret, "application", "APP_NEW", "usage", "emission", "contactEmail", "claire@moreau.example")
	p.api(200, searchPath, p.account(), supplier)
	if _, err := p.sandbox.PutApplication(t.Context(), p.given.ApplicationName, client.ApplicationSpec{Enabled: &off}); err != nil {
		t.Fatal(err)
	}
	p.api(200, searchPath, p.account(), supplier)
	p.logIn()
	p.api(401, searchPath, p.account(), supplier)
	return p
}

func TestARaccordementOnAPageAndApplications(t *testing.T) {
	t.Parallel()
	p := raccordementOnAPage(t)
	text := p.green(0)
	wants(t, text, "raccordements: ['"+siret+"']", "clientId: $response.body#/clientId", "client_secret: $steps.putApplication.outputs.clientSecret", "enabled: false",
		"value: $steps.credentials.outputs.applicationName")
	lacks(t, text, p.given.ClientSecret)
	p.red(text, "raccordements: ['"+siret+"']", "raccordements: []", "rechercherStructure-2")
}

// What no operation does the same way again is said.
func TestChangesThatNoStepCanMakeAreSaid(t *testing.T) {
	t.Parallel()
	p := somebody(t, frozen())
	p.portal(201, "POST", "/portail/api/v1/structures/"+siret+"/technical-accounts", `{"contactEmail": "a@caron.example"}`, p.given.Managers[0].BasicCredentials)
	_, timeline, err := p.sandbox.Timeline(t.Context(), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	for _, due := range timeline {
		if strings.HasPrefix(due.Subject, "TECH_2_"+siret) && due.Kind == "technical-account-effective" {
			if _, err := p.sandbox.Fire(t.Context(), due.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
	_, err = p.recorded(0)
	if err == nil || !strings.Contains(err.Error(), "(TechnicalAccountEffective TECH_2_"+siret) || !strings.Contains(err.Error(), "before its time (fireDue)") {
		t.Errorf("got %v, want to hear of what was fired", err)
	}
}

// A sandbox that became a snapshot again has calls whose effects are no more.
func TestARestoredSandboxIsSaid(t *testing.T) {
	t.Parallel()
	p := somebody(t, frozen())
	p.logIn()
	if _, err := p.sandbox.Snapshot(t.Context(), "before"); err != nil {
		t.Fatal(err)
	}
	p.portal(200, "POST", "/portail/api/v1/technical-accounts/"+p.given.TechnicalAccounts[0].Login+"/password-reset", "", p.given.Managers[0].BasicCredentials)
	if _, err := p.sandbox.Restore(t.Context(), "before"); err != nil {
		t.Fatal(err)
	}
	p.api(200, searchPath, p.account(), supplier)
	if _, err := p.recorded(0); err == nil || !strings.Contains(err.Error(), "call 3 (POST "+searchPath+"): the sandbox had become an earlier one again") {
		t.Errorf("got %v, want to hear of the snapshot", err)
	}
	// A fork has a history that is not its own.
	if _, err := p.sandbox.Fork(t.Context(), "fork", ""); err != nil {
		t.Fatal(err)
	}
	p.sandbox = must(client.New(p.app.AdminURL(), client.Options{}))(t).Sandbox("fork")
	p.send("POST", "/api/oauth/token", "application/x-www-form-urlencoded", "grant_type=client_credentials&client_id=x&client_secret=y&scope=openid", "X-Sandbox", "fork")
	if _, err := p.recorded(0); err == nil || !strings.Contains(err.Error(), "(SandboxForked fork): the sandbox is a fork") {
		t.Errorf("got %v, want to hear of the fork", err)
	}
}

// must is what comes without an error.
func must[T any](value T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// logInAs asks for a token for an application.
func (p *person) logInAs(app client.Application) {
	p.t.Helper()
	own := p.given
	p.given.ClientID, p.given.ClientSecret = app.ClientID, app.ClientSecret
	p.logIn()
	p.given = own
}

// browser is a person's browser on the pages of the portal.
type browser struct {
	*person
	client *http.Client
	page   string
}

func (p *person) browser() *browser {
	p.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		p.t.Fatal(err)
	}
	return &browser{person: p, client: &http.Client{Jar: jar}}
}

// logIn goes through the form of a login.
func (b *browser) logIn(path string, who client.ManagerCredentials) {
	b.t.Helper()
	b.open(path + "?sandbox=demo")
	b.open(path, "login", who.Login, "mot-de-passe", who.Password, "sandbox", "demo")
}

// open shows a page; fields, by name and value, are sent as its form, with the
// token of the page before.
func (b *browser) open(path string, fields ...string) {
	b.t.Helper()
	var form url.Values
	if len(fields) > 0 {
		form = url.Values{"jeton": {b.found(`name="jeton" value="([^"]*)"`)}}
		for i := 0; i+1 < len(fields); i += 2 {
			form.Set(fields[i], fields[i+1])
		}
	}
	if at := b.visit(b.app.PlatformURL()+path, form); !strings.HasPrefix(path, at) && strings.HasSuffix(at, "/connexion") {
		b.t.Fatalf("%s leads to the login", path)
	}
}

// visit shows a page, or sends a form, and returns the path that it led to.
func (b *browser) visit(address string, form url.Values) string {
	b.t.Helper()
	var response *http.Response
	var err error
	if form == nil {
		response, err = b.client.Get(address)
	} else {
		response, err = b.client.PostForm(address, form)
	}
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != 200 {
		b.t.Fatalf("%s: %d %v\n%s", address, response.StatusCode, err, text)
	}
	b.page = string(text)
	return response.Request.URL.Path
}

// value is what a field of the page holds.
func (b *browser) value(field string) string {
	b.t.Helper()
	return b.found(`<input[^>]*data-testid="` + field + `"[^>]*value="([^"]*)"`)
}

// found is what a pattern finds in the page.
func (b *browser) found(pattern string) string {
	b.t.Helper()
	match := regexp.MustCompile(pattern).FindStringSubmatch(b.page)
	if match == nil {
		b.t.Fatalf("there is no %s in\n%s", pattern, b.page)
	}
	return html.UnescapeString(match[1])
}
