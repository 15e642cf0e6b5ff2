package gateway_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"chorus-qualif/server/gateway"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/wire"
)

const formType = "application/x-www-form-urlencoded"

var tokenShape = regexp.MustCompile(`^[0-9A-Za-z]{54}$`)

// form is a token request; values that are "" are left out.
func form(grant, id, secret, scope string) url.Values {
	all := url.Values{}
	for name, value := range map[string]string{"grant_type": grant, "client_id": id, "client_secret": secret, "scope": scope} {
		if value != "" {
			all.Set(name, value)
		}
	}
	return all
}

func TestTokenForms(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	sb := p.sandbox(t, "forms", nil)
	id, secret := credentials(sb)
	const grant = "client_credentials"
	for name, request := range map[string]struct {
		header map[string]string
		form   url.Values
	}{
		"form with scope":                {nil, form(grant, id, secret, "openid")},
		"form without scope":             {nil, form(grant, id, secret, "")},
		"form with two scopes":           {nil, form(grant, id, secret, "openid resource.READ")},
		"form with the profile":          {nil, form(grant, id, secret, "openid profile")},
		"HTTP Basic":                     {with("Authorization", "Basic "+basic(id, secret)), form(grant, "", "", "")},
		"HTTP Basic in lower case":       {with("Authorization", "basic "+basic(id, secret)), form(grant, "", "", "")},
		"HTTP Basic and the same form":   {with("Authorization", "Basic "+basic(id, secret)), form(grant, id, secret, "openid")},
		"another Authorization":          {with("Authorization", "Bearer x"), form(grant, id, secret, "openid")},
		"Content-Type with a charset":    {with("Content-Type", formType+"; charset=UTF-8"), form(grant, id, secret, "")},
		"Content-Type absent":            {with("Content-Type", ""), form(grant, id, secret, "")},
		"parameters that nobody defined": {nil, url.Values{"grant_type": {grant}, "client_id": {id}, "client_secret": {secret}, "autre": {"x", "y"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			header := map[string]string{"Content-Type": formType}
			maps.Copy(header, request.header)
			r := p.send(t, http.MethodPost, tokenPath, header, request.form.Encode())
			expect(t, r, http.StatusOK, "")
			var issued map[string]any
			if err := json.Unmarshal([]byte(r.body), &issued); err != nil {
				t.Fatalf("%s: %v", r.body, err)
			}
			token, _ := issued["access_token"].(string)
			if !tokenShape.MatchString(token) {
				t.Errorf("access_token %q is not 54 letters and digits", token)
			}
			if want := `{"access_token":"` + token + `","token_type":"Bearer","expires_in":3600,"scope":"openid"}`; r.body != want {
				t.Errorf("got %s\nwant %s", r.body, want)
			}
			for name, want := range map[string]string{
				"Content-Type": "application/json", "Cache-Control": "no-store", "Pragma": "no-cache", wire.SandboxHeader: "forms",
				"Date": start.UTC().Format(http.TimeFormat), "X-Correlationid": "",
			} {
				if got := r.header.Get(name); got != want {
					t.Errorf("%s: got %q, want %q", name, got, want)
				}
			}
			expect(t, p.call(t, token), http.StatusOK, "")
		})
	}
}

func TestTokenErrors(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	id, secret := credentials(p.sandbox(t, "errors", nil))
	const grant = "client_credentials"
	basicHeader := with("Authorization", "Basic "+basic(id, secret))
	for name, row := range map[string]struct {
		header      map[string]string
		body        string
		error, code string
	}{
		"unknown client":             {nil, form(grant, "6f1ed002-ab5d-4b1e-9d6c-2f0f4dcb7a11", secret, "openid").Encode(), "invalid_client", "client-unknown"},
		"client in capitals":         {nil, form(grant, strings.ToUpper(id), secret, "openid").Encode(), "invalid_client", "client-unknown"},
		"wrong secret":               {nil, form(grant, id, id, "openid").Encode(), "invalid_client", "client-secret-wrong"},
		"wrong secret, Basic":        {with("Authorization", "Basic "+basic(id, "x")), form(grant, "", "", "").Encode(), "invalid_client", "client-secret-wrong"},
		"wrong secret, wrong scope":  {nil, form(grant, id, id, "rien").Encode(), "invalid_client", "client-secret-wrong"},
		"another grant":              {nil, form("password", id, secret, "openid").Encode(), "unsupported_grant_type", "grant-unsupported"},
		"another grant, wrong too":   {nil, form("authorization_code", id, id, "openid").Encode(), "unsupported_grant_type", "grant-unsupported"},
		"unknown scope":              {nil, form(grant, id, secret, "openid rien").Encode(), "invalid_scope", "scope-unknown"},
		"no grant_type":              {nil, form("", id, secret, "openid").Encode(), "invalid_request", "token-request-incomplete"},
		"empty grant_type":           {nil, form("", id, secret, "openid").Encode() + "&grant_type=", "invalid_request", "token-request-incomplete"},
		"no client_id":               {nil, form(grant, "", secret, "openid").Encode(), "invalid_request", "token-request-incomplete"},
		"no client_secret":           {nil, form(grant, id, "", "openid").Encode(), "invalid_request", "token-request-incomplete"},
		"repeated parameter":         {nil, form(grant, id, secret, "openid").Encode() + "&client_id=" + id, "invalid_request", "token-request-repeated"},
		"JSON":                       {with("Content-Type", "application/json"), `{"grant_type":"client_credentials"}`, "invalid_request", "token-request-content-type"},
		"not a form":                 {nil, "grant_type=client_credentials;client_id=%zz", "invalid_request", "token-request-malformed"},
		"no body":                    {nil, "", "invalid_request", "token-request-incomplete"},
		"Basic that is not base64":   {with("Authorization", "Basic %%"), form(grant, "", "", "").Encode(), "invalid_request", "token-request-basic"},
		"Basic and another form id":  {basicHeader, form(grant, "x", "", "").Encode(), "invalid_request", "token-request-conflict"},
		"Basic and another secret":   {basicHeader, form(grant, id, "x", "").Encode(), "invalid_request", "token-request-conflict"},
		"Basic without a grant_type": {basicHeader, form("", "", "", "openid").Encode(), "invalid_request", "token-request-incomplete"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			header := map[string]string{"Content-Type": formType}
			maps.Copy(header, row.header)
			r := p.send(t, http.MethodPost, tokenPath, header, row.body)
			expect(t, r, http.StatusBadRequest, row.code)
			var said struct {
				Error       string `json:"error"`
				Description string `json:"error_description"`
			}
			if err := json.Unmarshal([]byte(r.body), &said); err != nil || said.Error != row.error || said.Description == "" {
				t.Errorf("got %s, want error %s and a description", r.body, row.error)
			}
			if got := r.header.Get("Cache-Control"); got != "no-store" {
				t.Errorf("Cache-Control: got %q", got)
			}
		})
	}
	t.Cleanup(func() {
		if got := p.violations("answer"); len(got) > 0 {
			t.Errorf("answers that break the contract: %v\n%s", got, p.log)
		}
	})
}

// Nobody learns from the answer whether a client_id exists.
func TestUnknownClientAndWrongSecretAreTheSameBytes(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	id, _ := credentials(p.sandbox(t, sandboxes.Default, nil))
	header := with("Content-Type", formType)
	unknown := p.send(t, http.MethodPost, tokenPath, header, form("client_credentials", "6f1ed002-ab5d-4b1e-9d6c-2f0f4dcb7a11", "x", "openid").Encode())
	wrong := p.send(t, http.MethodPost, tokenPath, header, form("client_credentials", id, "x", "openid").Encode())
	if unknown.status != wrong.status || unknown.body != wrong.body {
		t.Errorf("unknown client: %d %s\nwrong secret: %d %s", unknown.status, unknown.body, wrong.status, wrong.body)
	}
	if want := `{"error":"invalid_client","error_description":"Client authentication failed"}`; wrong.body != want {
		t.Errorf("got %s, want %s", wrong.body, want)
	}
	unknown.header.Del(wire.ExplainHeader)
	wrong.header.Del(wire.ExplainHeader)
	if !maps.EqualFunc(unknown.header, wrong.header, func(a, b []string) bool { return strings.Join(a, "\n") == strings.Join(b, "\n") }) {
		t.Errorf("headers differ: %v\n%v", unknown.header, wrong.header)
	}
}

func TestUnknownScopeIgnored(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	id, secret := credentials(p.sandbox(t, "scopes", onSwitch(qualif.SwitchUnknownScope, "ignore")))
	r := p.send(t, http.MethodPost, tokenPath, with("Content-Type", formType), form("client_credentials", id, secret, "openid rien").Encode())
	expect(t, r, http.StatusOK, "")
	if !strings.Contains(r.body, `"scope":"openid"`) {
		t.Errorf("got %s", r.body)
	}
}

// A disabled application still gets a token; the call is what is refused.
func TestDisabledApplicationGetsAToken(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	sb := p.sandbox(t, "disabled", nil)
	application(off)(t, sb)
	expect(t, p.call(t, p.token(t, sb)), http.StatusUnauthorized, "application-disabled")
}

func TestTokenEndpointMethods(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodHead, http.MethodOptions, http.MethodDelete} {
		r := p.send(t, method, tokenPath, nil, "")
		expect(t, r, http.StatusForbidden, "route-undeclared")
		if r.body != "" || r.header.Get("Allow") != "" {
			t.Errorf("%s: body %q, Allow %q, want neither", method, r.body, r.header.Get("Allow"))
		}
	}
}

// A second application of a sandbox has credentials of its own.
func TestSecondApplication(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	sb := p.sandbox(t, "two", nil)
	app, err := sandboxes.Do(sb, qualif.PutApplication{Name: "Seconde", Raccordements: []string{siretA}})
	if err != nil {
		t.Fatal(err)
	}
	var secret string
	sb.Read(func(v sandboxes.View) { secret = v.ClientSecret(app) })
	second := p.tokenFor(t, app.ClientID, secret)
	first := p.token(t, sb)
	application(off)(t, sb)
	expect(t, p.call(t, second), http.StatusOK, "")
	expect(t, p.call(t, first), http.StatusUnauthorized, "application-disabled")
	if err := sb.Reset(); err != nil {
		t.Fatal(err)
	}
	expect(t, p.call(t, second), http.StatusUnauthorized, "application-unknown")
}

func TestTokenRequestTooLarge(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	r := p.send(t, http.MethodPost, tokenPath, with("Content-Type", formType), strings.Repeat("a", 64<<10)+"=1")
	expect(t, r, http.StatusRequestEntityTooLarge, "body-too-large")
	if r.body != "" {
		t.Errorf("body: got %q, want none", r.body)
	}
}

// The endpoint answers the same whatever the contract does about requests.
func TestTokenErrorsWithoutTheContract(t *testing.T) {
	t.Parallel()
	for _, mode := range wire.Modes {
		p := newPlatform(t, func(o *gateway.Options) { o.Contract.Requests = mode })
		r := p.send(t, http.MethodPost, tokenPath, with("Content-Type", formType), "client_id=x")
		expect(t, r, http.StatusBadRequest, "token-request-incomplete")
	}
}
