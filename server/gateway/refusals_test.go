package gateway_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"chorus-qualif/server/clock"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/wire"
)

const (
	noToken      = `Bearer realm="DefaultRealm",error="invalid_request",error_description="Unable to find token in the message"`
	unknownToken = `Bearer realm="DefaultRealm",error="invalid_token",error_description="Unable to find the access token in persistent storage."`
	oldToken     = `Bearer realm="DefaultRealm",error="invalid_token",error_description="The access token expired."`
	badClient    = `Bearer realm="DefaultRealm",error="invalid_token",error_description="The client app was not found or is disabled."`
	badAccount   = `Bearer realm="PISTE",error="Unauthorized",error_description="login or password incorrects"`

	malformedBody = `{"codeRetour":400,"libelle":"Requête mal formulée"}`
	serviceType   = "application/json;charset=UTF-8"
)

// attempt is one call that the platform refuses.
type attempt struct {
	name     string
	switches qualif.Switches
	// prepare changes the sandbox before the call, once the token is there.
	prepare func(testing.TB, *sandboxes.Sandbox)
	method  string
	path    string
	// header replaces those of a call that passes; "" leaves one out.
	header map[string]string
	body   string

	status      int
	challenge   string
	contentType string
	answer      string
	code        string
}

func with(name, value string) map[string]string { return map[string]string{name: value} }

// as calls with another technical account of structure A.
func as(n, domain, password string) map[string]string {
	return with("cpro-account", basic("TECH_"+n+siretA+"@"+domain, password))
}

func application(change func(*qualif.PutApplication)) func(testing.TB, *sandboxes.Sandbox) {
	return func(t testing.TB, sb *sandboxes.Sandbox) {
		t.Helper()
		put := qualif.PutApplication{Name: "APP_SANDBOX_" + sb.Name() + "@qualif.example"}
		change(&put)
		if _, err := sandboxes.Do(sb, put); err != nil {
			t.Fatal(err)
		}
	}
}

func off(p *qualif.PutApplication) { disabled := false; p.Enabled = &disabled }

func onSwitch(key, value string) qualif.Switches { return qualif.Switches{key: value} }

// The ordered checks, one after the other.
func tokenRefusals() []attempt {
	past := func(t testing.TB, sb *sandboxes.Sandbox) { advance(t, sb, time.Hour) }
	return []attempt{
		{name: "no Authorization", header: with("Authorization", ""), status: 400, challenge: noToken, code: "authorization-missing"},
		{name: "no Authorization, unknown route", path: "/cpro/structures/v1/inconnue", header: with("Authorization", ""), status: 400, challenge: noToken, code: "authorization-missing"},
		{name: "no Authorization, realm by route", switches: onSwitch(qualif.SwitchRealm, "by-route"), header: with("Authorization", ""),
			status: 400, challenge: strings.Replace(noToken, "DefaultRealm", "PISTE", 1), code: "authorization-missing"},
		{name: "no Authorization, unknown route, realm by route", switches: onSwitch(qualif.SwitchRealm, "by-route"), path: "/cpro/x",
			header: with("Authorization", ""), status: 400, challenge: noToken, code: "authorization-missing"},
		{name: "basic-in-authorization", header: with("Authorization", "Basic "+basic(active, secret)), status: 400, challenge: noToken, code: "authorization-technical-account"},
		{name: "Basic of the application", header: with("Authorization", "Basic "+basic("6f1ed002-ab5d-4b1e-9d6c-2f0f4dcb7a11", "x")), status: 400, challenge: noToken, code: "authorization-basic"},
		{name: "Basic of nothing", header: with("Authorization", "Basic %%%"), status: 400, challenge: noToken, code: "authorization-basic"},
		{name: "another scheme", header: with("Authorization", "Digest x"), status: 400, challenge: noToken, code: "authorization-not-bearer"},
		{name: "the token without its scheme", header: with("Authorization", strings.Repeat("A", 54)), status: 400, challenge: noToken, code: "authorization-not-bearer"},
		{name: "Bearer without a token", header: with("Authorization", "Bearer"), status: 400, challenge: noToken, code: "authorization-empty"},
		{name: "a JWT", header: with("Authorization", "Bearer eyJhbGciOiJub25lIn0.e30."), status: 401, challenge: unknownToken, code: "token-malformed"},
		{name: "a number too large", header: with("Authorization", "Bearer "+strings.Repeat("z", 54)), status: 401, challenge: unknownToken, code: "token-malformed"},
		{name: "a token of nowhere", header: with("Authorization", "Bearer "+strings.Repeat("A", 54)), status: 401, challenge: unknownToken, code: "token-unknown"},
		{name: "bad token before unknown route", path: "/cpro/x", header: with("Authorization", "Bearer x"), status: 401, challenge: unknownToken, code: "token-malformed"},
		{name: "expired", prepare: past, status: 401, challenge: oldToken, code: "token-expired"},
		{name: "expired before a wrong account", prepare: past, header: with("cpro-account", "x"), status: 401, challenge: oldToken, code: "token-expired"},
		{name: "application disabled", prepare: application(off), status: 401, challenge: badClient, code: "application-disabled"},
		{name: "application disabled before unknown route", prepare: application(off), path: "/cpro/x", status: 401, challenge: badClient, code: "application-disabled"},
	}
}

func routeRefusals() []attempt {
	echo := onSwitch(qualif.SwitchForbiddenBody, "echo")
	none := application(func(p *qualif.PutApplication) { p.Subscriptions = []string{"transverses"} })
	terms := application(func(p *qualif.PutApplication) { p.Terms = []string{} })
	alone := application(func(p *qualif.PutApplication) { p.Raccordements = []string{} })
	elsewhere := application(func(p *qualif.PutApplication) { p.Raccordements = []string{siretB} })
	const json = "application/json"
	return []attempt{
		{name: "unknown-route", path: "/cpro/factures/v1/consulter/cr", status: 403, code: "route-undeclared"},
		{name: "unknown route before a wrong account", path: "/cpro/x", header: with("cpro-account", "x"), status: 403, code: "route-undeclared"},
		{name: "unknown route, echo", switches: echo, path: "/cpro/x", body: `{"a":1}`, status: 403, contentType: json, answer: "{}", code: "route-undeclared"},
		{name: "wrong method", method: http.MethodGet, status: 403, code: "route-undeclared"},
		{name: "OPTIONS", method: http.MethodOptions, status: 403, code: "route-undeclared"},
		{name: "HEAD", method: http.MethodHead, status: 403, code: "route-undeclared"},
		{name: "a slash too many", path: search + "/", status: 403, code: "route-undeclared"},
		{name: "another case", path: "/cpro/structures/v1/Rechercher", status: 403, code: "route-undeclared"},
		{name: "a doubled slash", path: "/cpro//structures/v1/rechercher", status: 403, code: "route-undeclared"},
		{name: "the root", path: "/cpro", status: 403, code: "route-undeclared"},
		{name: "api-not-subscribed", prepare: none, status: 403, code: "api-not-subscribed"},
		{name: "api not subscribed before a wrong account", prepare: none, header: with("cpro-account", ""), status: 403, code: "api-not-subscribed"},
		{name: "terms not accepted", prepare: terms, status: 403, code: "terms-not-accepted"},
		{name: "no-raccordement", prepare: alone, status: 403, code: "raccordement-missing"},
		{name: "no raccordement, echo", switches: echo, prepare: alone, body: `{"structure":{"nomStructure":"<é&>"}}`,
			status: 403, contentType: json, answer: `{"structure":{"nomStructure":"<é&>"}}`, code: "raccordement-missing"},
		{name: "no raccordement, echo of what is not JSON", switches: echo, prepare: alone, body: `{"structure"`, status: 403, code: "raccordement-missing"},
		{name: "raccordement of another structure", switches: onSwitch(qualif.SwitchRaccordementScope, "structure"), prepare: elsewhere, status: 403, code: "raccordement-missing"},
		{name: "raccordement of another structure, wrong account", switches: onSwitch(qualif.SwitchRaccordementScope, "structure"), prepare: elsewhere,
			header: with("cpro-account", basic(active, "x")), status: 401, challenge: badAccount, code: "technical-account-password-wrong"},
	}
}

func accountRefusals() []attempt {
	encoded := basic(active, secret)
	latin1 := base64.StdEncoding.EncodeToString([]byte("TECH_8_" + siretA + "@cpro.fr:p\xe2ss\xe9"))
	utf16 := base64.StdEncoding.EncodeToString([]byte("T\x00E\x00:\x00x\x00"))
	colonless := base64.StdEncoding.EncodeToString([]byte(active))
	rows := []attempt{
		{name: "missing-cpro-account", header: with("cpro-account", ""), code: "cpro-account-missing"},
		{name: "Basic before the base64", header: with("cpro-account", "Basic "+encoded), code: "cpro-account-basic-prefix"},
		{name: "clear-text-header", header: with("cpro-account", active+":"+secret), code: "cpro-account-clear-text"},
		{name: "bad-base64", header: with("cpro-account", "%"+encoded), code: "cpro-account-not-base64"},
		{name: "url-safe-base64", header: with("cpro-account", urlSafe()), code: "cpro-account-url-safe"},
		{name: "missing padding", header: with("cpro-account", unpadded()), code: "cpro-account-unpadded"},
		{name: "too much padding", header: with("cpro-account", unpadded()+"==="), code: "cpro-account-unpadded"},
		{name: "no colon", header: with("cpro-account", colonless), code: "cpro-account-no-colon"},
		{name: "empty login", header: with("cpro-account", basic("", secret)), code: "cpro-account-no-login"},
		{name: "ISO-8859-1", header: with("cpro-account", latin1), code: "cpro-account-not-utf8"},
		{name: "UTF-16", header: with("cpro-account", utf16), code: "cpro-account-not-utf8"},
		{name: "trailing-newline-in-base64", header: with("cpro-account", basic(active, secret+"\n")), code: "technical-account-password-newline"},
		{name: "wrong password", header: with("cpro-account", basic(active, "faux")), code: "technical-account-password-wrong"},
		{name: "empty password", header: with("cpro-account", basic(active, "")), code: "technical-account-password-wrong"},
		{name: "password cut at its colon", header: with("cpro-account", basic(active, "m")), code: "technical-account-password-wrong"},
		{name: "wrong login", header: as("99_", "cpro.fr", secret), code: "technical-account-unknown"},
		{name: "fresh-account", header: as("3_", "cpro.fr", secret), code: "technical-account-creation-pending"},
		{name: "expired-password", header: as("2_", "cpro.fr", secret), code: "technical-account-password-expired"},
		{name: "inactive-day-59", header: as("5_", "cpro.fr", secret), code: "technical-account-inactive"},
		{name: "inactive-day-61", header: as("7_", "cpro.fr", secret), code: "technical-account-deleted"},
		{name: "reactivation-pending", header: as("6_", "cpro.fr", secret), code: "technical-account-reactivation-pending"},
		{name: "human-login-as-technical", header: with("cpro-account", basic(manager, human)), code: "technical-account-human-login"},
		{name: "wrong-environment", header: with("cpro-account", basic("TECH_1_98765432100012@cpro.fr", secret)), code: "technical-account-other-environment"},
		{name: "the account before the body", header: with("cpro-account", "x"), body: "{", code: "cpro-account-not-base64"},
		{name: "on health-check too", method: http.MethodGet, path: health, header: with("cpro-account", basic(active, "faux")), code: "technical-account-password-wrong"},
	}
	for i := range rows {
		rows[i].status, rows[i].challenge = 401, badAccount
	}
	return append(rows,
		attempt{name: "missing-cpro-account is 400", switches: onSwitch(qualif.SwitchAccountMissing, "400"), header: with("cpro-account", ""), status: 400, code: "cpro-account-missing"},
		attempt{name: "gateway's body", switches: onSwitch(qualif.SwitchAccountRefusalBody, "axway"), header: with("cpro-account", "x"), status: 401, challenge: badAccount,
			contentType: "application/json", answer: `{"ErrorCode":"401","Description":"[invalid field]"}`, code: "cpro-account-not-base64"},
		attempt{name: "legacy-401-body", switches: onSwitch(qualif.SwitchAccountRefusalBody, "ldap"), header: with("cpro-account", basic(active, "faux")), status: 401, challenge: badAccount,
			contentType: "application/json", answer: `{"codeRetour":401,"libelle":"Impossible d'authentifier l'utilisateur dans le LDAP."}`, code: "technical-account-password-wrong"})
}

func bodyRefusals() []attempt {
	rows := []attempt{
		{name: "malformed JSON", body: `{"structure":`, code: "body-invalid"},
		{name: "not an object", body: `[]`, code: "body-invalid"},
		{name: "unknown property", body: `{"parametresRechercher":{}}`, code: "body-invalid"},
		{name: "wrong type", body: `{"restreindreStructuresPrivees":"oui"}`, code: "body-invalid"},
	}
	for i := range rows {
		rows[i].status, rows[i].contentType, rows[i].answer = 400, serviceType, malformedBody
	}
	return append(rows,
		attempt{name: "another Content-Type", header: with("Content-Type", "text/xml"), body: "<x/>", status: 415, code: "content-type-unsupported"},
		attempt{name: "a form", header: with("Content-Type", "application/x-www-form-urlencoded"), body: "a=b", status: 415, code: "content-type-unsupported"},
		attempt{name: "unknown property with a wrong type, when unknown ones are accepted", switches: onSwitch(qualif.SwitchUnknownProperties, "accept"),
			body: `{"inconnue":1,"restreindreStructuresPrivees":"oui"}`, status: 400, contentType: serviceType, answer: malformedBody, code: "body-invalid"})
}

func TestTokenRefusals(t *testing.T)   { t.Parallel(); refuse(t, tokenRefusals()) }
func TestRouteRefusals(t *testing.T)   { t.Parallel(); refuse(t, routeRefusals()) }
func TestAccountRefusals(t *testing.T) { t.Parallel(); refuse(t, accountRefusals()) }
func TestBodyRefusals(t *testing.T)    { t.Parallel(); refuse(t, bodyRefusals()) }

func refuse(t *testing.T, attempts []attempt) {
	p := newPlatform(t, nil)
	for i, a := range attempts {
		t.Run(a.name, func(t *testing.T) {
			sb := p.sandbox(t, fmt.Sprintf("row-%d", i), a.switches)
			r := p.attempt(t, sb, a)
			a.check(t, r)
			a.checkBeside(t, r, sb)
		})
	}
	if got := p.violations("answer"); len(got) > 0 {
		t.Errorf("answers that break the contract: %v\n%s", got, p.log)
	}
}

func (p *platform) attempt(t testing.TB, sb *sandboxes.Sandbox, a attempt) reply {
	t.Helper()
	header := headers(p.token(t, sb))
	// A call without a token chooses its sandbox by this header.
	header[wire.SandboxHeader] = sb.Name()
	for name, value := range a.header {
		header[name] = value
	}
	if a.prepare != nil {
		a.prepare(t, sb)
	}
	method, path, body := http.MethodPost, search, "{}"
	if a.method != "" {
		method = a.method
	}
	if a.path != "" {
		path = a.path
	}
	if a.body != "" {
		body = a.body
	}
	return p.send(t, method, path, header, body)
}

func (a attempt) check(t *testing.T, r reply) {
	t.Helper()
	expect(t, r, a.status, a.code)
	if got := r.header.Values("WWW-Authenticate"); strings.Join(got, "\n") != a.challenge {
		t.Errorf("WWW-Authenticate: got %q, want %q", got, a.challenge)
	}
	if r.body != a.answer {
		t.Errorf("body: got %q, want %q", r.body, a.answer)
	}
	if got := r.header.Get("Content-Type"); got != a.contentType {
		t.Errorf("Content-Type: got %q, want %q", got, a.contentType)
	}
}

var correlated = regexp.MustCompile(`^Id-[0-9a-f]{24} 0$`)

// checkBeside looks at what every answer carries.
func (a attempt) checkBeside(t *testing.T, r reply, sb *sandboxes.Sandbox) {
	t.Helper()
	if got := r.header.Get("x-correlationid"); !correlated.MatchString(got) {
		t.Errorf("x-correlationid: got %q", got)
	}
	if got, want := r.header.Get("Date"), sb.Now().UTC().Format(http.TimeFormat); got != want {
		t.Errorf("Date: got %q, want the sandbox's %q", got, want)
	}
	if got := r.header.Get(wire.SandboxHeader); got != sb.Name() {
		t.Errorf("X-Sandbox: got %q, want %q", got, sb.Name())
	}
	explanation := r.header.Get(wire.ExplainHeader)
	if !strings.HasPrefix(explanation, a.code+": ") || len(explanation) < len(a.code)+12 {
		t.Errorf("explanation %q is no code and a sentence", explanation)
	}
	if strings.Contains(explanation, secret) {
		t.Errorf("explanation %q tells the password", explanation)
	}
}

// The accounts that work: each other row of the same lists is refused.
func TestAccountsThatPass(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	token := p.token(t, p.sandbox(t, "passes", nil))
	for name, header := range map[string]map[string]string{
		"active, colon-in-password": nil,
		"login in capitals":         with("cpro-account", basic(strings.ToUpper(active), secret)),
		"expiring-soon":             as("10_", "cpro.fr", secret),
		"deactivation-pending":      as("4_", "cpro.fr", secret),
		"utf8-password":             as("8_", "cpro.fr", "pâssé€:ü"),
		"legacy-login cpp2017":      as("0", "cpp2017.fr", secret),
		"legacy-login cpp2021":      as("9_", "cpp2021.fr", secret),
		"bearer in lower case":      with("Authorization", "bearer "+token),
		"no Content-Type":           with("Content-Type", ""),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := headers(token)
			for key, value := range header {
				all[key] = value
			}
			r := p.send(t, http.MethodPost, search, all, "{}")
			expect(t, r, http.StatusOK, "")
			if got := r.header.Get("Content-Type"); got != serviceType {
				t.Errorf("Content-Type: got %q, want %q", got, serviceType)
			}
			if len(r.header.Values(wire.ExplainHeader)) > 0 {
				t.Errorf("a plain success is explained: %q", r.header.Get(wire.ExplainHeader))
			}
		})
	}
}

// A technical account has the rights of its manager on all of his structures.
func TestMultiStructureManager(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	token := p.token(t, p.sandbox(t, "multi", nil))
	r := p.call(t, token)
	want := `{"codeRetour":0,"libelle":"TRA_MSG_00.000","listeStructures":[` +
		`{"idStructureCPP":1,"identifiantStructure":"` + siretA + `","designationStructure":"Fournisseur <A> & fils"},` +
		`{"idStructureCPP":2,"identifiantStructure":"` + siretB + `","designationStructure":"Fournisseur B"}]}`
	if r.body != want {
		t.Errorf("got %s\nwant %s", r.body, want)
	}
}

// An account lives its whole life, seen from the API.
func TestAccountLife(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	sb := p.sandbox(t, "life", nil)
	created, err := sandboxes.Do(sb, qualif.Create{By: manager, Siret: siretB})
	if err != nil {
		t.Fatal(err)
	}
	login, password := created.Account.Login, created.Password
	see := func(password string, status int, code string) {
		t.Helper()
		header := headers(p.token(t, sb))
		header["cpro-account"] = basic(login, password)
		expect(t, p.send(t, http.MethodPost, search, header, "{}"), status, code)
	}
	see(password, 401, "technical-account-creation-pending")
	advance(t, sb, 30*time.Minute-time.Millisecond)
	see(password, 401, "technical-account-creation-pending")
	advance(t, sb, time.Millisecond)
	see(password, 200, "")
	reset, err := sandboxes.Do(sb, qualif.Reset{By: manager, Login: login})
	if err != nil {
		t.Fatal(err)
	}
	see(password, 401, "technical-account-password-replaced")
	see(reset.Password, 200, "")
	if _, err := sandboxes.Do(sb, qualif.Deactivate{By: manager, Login: login}); err != nil {
		t.Fatal(err)
	}
	see(reset.Password, 200, "")
	advance(t, sb, 30*time.Minute)
	see(reset.Password, 401, "technical-account-inactive")
	if _, err := sandboxes.Do(sb, qualif.Activate{By: manager, Login: login}); err != nil {
		t.Fatal(err)
	}
	see(reset.Password, 401, "technical-account-reactivation-pending")
	advance(t, sb, 30*time.Minute)
	see(reset.Password, 200, "")
	if _, err := sb.Advance(sandboxes.Move{By: clock.Span{Days: 424}}); err != nil {
		t.Fatal(err)
	}
	see(reset.Password, 401, "technical-account-password-expired")
}

// urlSafe and unpadded are the same account in the two other usual encodings.
func urlSafe() string {
	return base64.URLEncoding.EncodeToString([]byte("TECH_8_" + siretA + "@cpro.fr:???>>>~~~"))
}

func unpadded() string {
	return base64.RawStdEncoding.EncodeToString([]byte(active + ":" + secret))
}
