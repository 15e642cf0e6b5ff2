package main_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// account finds a technical account of the data set by its status and whether
// it works.
func (r *rehearsal) account(siret string) (login, password, cproAccount string) {
	r.t.Helper()
	for _, a := range r.TechnicalAccounts {
		if a.Structure == siret && a.CproAccount != nil {
			return a.Login, *a.Password, *a.CproAccount
		}
	}
	r.t.Fatalf("structure %s has no account", siret)
	return "", "", ""
}

// application changes the PISTE application as its own pages would.
func (r *rehearsal) application(change string) {
	r.t.Helper()
	var list struct{ Applications []struct{ Name string } }
	r.read("/applications", &list)
	path := r.admin + "/__admin/v1/sandboxes/" + r.sandbox + "/applications/" + url.PathEscape(list.Applications[0].Name)
	if got := r.send("PUT", path, change, nil); got.status != http.StatusOK {
		r.t.Fatalf("application %s: %d %s", change, got.status, got.body)
	}
}

func b64(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

const supplier = "41783652090157"

// Every refusal of a technical account that a client meets, on the built
// binary: the wire says the same each time, the explanation does not.
func TestAccountRefusalsOnTheBinary(t *testing.T) {
	t.Parallel()
	p := run(t)
	r := begin(t, p.target, "account-refusals", "")
	login, password, works := r.account(supplier)
	manager := r.Managers[0]
	_, _, pending := r.account("70516283940265")
	_, _, expired := r.account("28394016572830")
	_, _, expiring := r.account("21650937481206")
	_, _, inactive := r.account("53907164820493")
	_, _, deleted := r.account("27481930561748")
	_, _, deactivating := r.account("88240517396621")
	_, _, reactivating := r.account("00000000530162")
	_, _, old2017 := r.account("39012665400024")
	_, _, old2021 := r.account("84965690500015")

	for name, header := range map[string]string{
		"nominal": works, "expiring soon": expiring, "deactivation pending": deactivating, "login of 2017": old2017, "login of 2021": old2021,
	} {
		r.passes(name, header)
	}
	for name, test := range map[string]struct{ header, code string }{
		"fresh account":        {pending, "technical-account-creation-pending"},
		"expired password":     {expired, "technical-account-password-expired"},
		"inactive":             {inactive, "technical-account-inactive"},
		"reactivation pending": {reactivating, "technical-account-reactivation-pending"},
		"day 61":               {deleted, "technical-account-deleted"},
		"wrong password":       {b64(login + ":x" + password), "technical-account-password-wrong"},
		"unknown account":      {b64("TECH_9_" + supplier + "@cpro.fr:x"), "technical-account-unknown"},
		"other environment":    {b64("TECH_1_13002526500013@cpro.fr:x"), "technical-account-other-environment"},
		"human login":          {b64(manager.Login + ":" + manager.Password), "technical-account-human-login"},
		"trailing newline":     {b64(login + ":" + password + "\n"), "technical-account-password-newline"},
		"missing":              {"", "cpro-account-empty"},
		"bad base64":           {"%%%", "cpro-account-not-base64"},
		"clear text":           {login + ":" + password, "cpro-account-clear-text"},
		"Basic in front":       {"Basic " + works, "cpro-account-basic-prefix"},
		"no colon":             {b64(login), "cpro-account-no-colon"},
		"URL-safe":             {base64.URLEncoding.EncodeToString([]byte(login + ":\xc3\xbf\xc3\xbf?>")), "cpro-account-url-safe"},
		"not UTF-8":            {b64(login + ":\xe9"), "cpro-account-not-utf8"},
	} {
		t.Run(name, func(t *testing.T) {
			one := *r
			one.t = t
			one.refused(name, test.header, test.code)
		})
	}
	basic := map[string]string{"Authorization": "Basic " + b64(login+":"+password), "X-Sandbox": r.sandbox}
	if got := r.send("GET", r.platform+"/portail/api/v1/me", "", basic); got.status != 401 || !strings.Contains(got.body, `"technical-account-cannot-log-in"`) {
		t.Errorf("a technical account on the portal: got %d %s", got.status, got.body)
	}
	if got := r.send("POST", r.APIURL+rechercher, sansParam, basic); got.status != 400 || got.code() != "authorization-technical-account" {
		t.Errorf("a technical account in Authorization: got %d %s", got.status, got.explain())
	}
	// The account of one structure acts on the other one of its manager.
	bearer := map[string]string{"Authorization": "Bearer " + r.token, "cpro-account": works}
	mine := r.send("POST", r.APIURL+"/cpro/transverses/v1/recuperer/structuresPourUtilisateur", "{}", bearer)
	if !strings.Contains(mine.body, supplier) || !strings.Contains(mine.body, "88240517396621") {
		t.Errorf("structures of a manager of two: got %d %s", mine.status, mine.body)
	}
}

// Every refusal of the gateway before and after the technical account, on the
// built binary, in the gateway's order.
func TestGatewayRefusalsOnTheBinary(t *testing.T) {
	t.Parallel()
	p := run(t)
	r := begin(t, p.target, "gateway-refusals", "")
	_, _, works := r.account(supplier)
	post := func(path, body string, header map[string]string) answer {
		all := map[string]string{"Authorization": "Bearer " + r.token, "cpro-account": works}
		for name, value := range header {
			all[name] = value
		}
		return r.send("POST", r.APIURL+path, body, all)
	}
	expect := func(name string, got answer, status int, says, code string) {
		t.Helper()
		if got.status != status || !strings.Contains(got.header.Get("Www-Authenticate")+got.body, says) || got.code() != code {
			t.Errorf("%s: got %d %q %s (%s), want %d saying %q (%s)", name, got.status, got.header.Get("Www-Authenticate"), got.body, got.explain(), status, says, code)
		}
	}
	expect("no bearer", r.send("POST", r.APIURL+rechercher, sansParam, nil), 400, `realm="DefaultRealm",error="invalid_request",error_description="Unable to find token in the message"`, "authorization-missing")
	expect("unknown token", post(rechercher, sansParam, map[string]string{"Authorization": "Bearer abc"}), 401, `error="invalid_token"`, "token-malformed")
	expect("unknown route", post("/cpro/factures/v1/consulter/cr", "{}", nil), 403, "", "route-undeclared")
	expect("unknown route, bad account", post("/cpro/factures/v1/consulter/cr", "{}", map[string]string{"cpro-account": "x"}), 403, "", "route-undeclared")
	expect("not JSON", post(rechercher, "{", nil), 400, `"codeRetour"`, "body-invalid")
	expect("unknown property", post(rechercher, `{"parametre":{}}`, nil), 400, `"codeRetour"`, "body-invalid")
	expect("wrong media type", post(rechercher, "x", map[string]string{"Content-Type": "text/plain"}), 415, "", "content-type-unsupported")
	for name, change := range map[string]struct{ change, code string }{
		"api-not-subscribed": {`{"subscriptions":["transverses"]}`, "api-not-subscribed"},
		"terms":              {`{"subscriptions":["structures"],"terms":[]}`, "terms-not-accepted"},
	} {
		r.application(change.change)
		expect(name, post(rechercher, sansParam, nil), 403, "", change.code)
		r.application(`{"subscriptions":["structures","transverses"],"terms":["structures","transverses"]}`)
	}
	r.application(`{"raccordements":[]}`)
	expect("no raccordement", post(rechercher, sansParam, nil), 403, "", "raccordement-missing")
	r.application(`{"raccordements":["` + supplier + `"],"enabled":false}`)
	expect("application disabled", post(rechercher, sansParam, nil), 401, "The client app was not found or is disabled.", "application-disabled")
	r.application(`{"enabled":true}`)
	r.advance("1h")
	expect("expired token", post(rechercher, sansParam, nil), 401, `error_description="The access token expired."`, "token-expired")

	form := func(values string) answer {
		return r.send("POST", r.OAuthURL, values, map[string]string{"Content-Type": "application/x-www-form-urlencoded"})
	}
	unknown := form("grant_type=client_credentials&client_id=nobody&client_secret=x")
	wrong := form("grant_type=client_credentials&client_id=" + r.ClientID + "&client_secret=x")
	expect("unknown client", unknown, 400, `"error":"invalid_client"`, "client-unknown")
	expect("wrong secret", wrong, 400, `"error":"invalid_client"`, "client-secret-wrong")
	if unknown.body != wrong.body {
		t.Errorf("got %s and %s, want the same bytes", unknown.body, wrong.body)
	}
	expect("grant", form("grant_type=password&client_id="+r.ClientID+"&client_secret="+r.ClientSecret), 400, "unsupported_grant_type", "grant-unsupported")
}
