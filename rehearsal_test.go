package main_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// target is a running server, as a client sees it.
type target struct {
	admin, platform string
	http            *http.Client
}

// rehearsal is one sandbox driven from outside.
type rehearsal struct {
	t *testing.T
	target
	sandbox string
	credentials
	token string
}

type credentials struct {
	OAuthURL          string `json:"oauthUrl"`
	APIURL            string `json:"apiUrl"`
	ClientID          string `json:"clientId"`
	ClientSecret      string `json:"clientSecret"`
	TechnicalAccounts []struct {
		Login, Status, Structure string
		Usable                   bool
		Password, CproAccount    *string
	} `json:"technicalAccounts"`
	Managers []struct {
		Login      string   `json:"login"`
		Password   string   `json:"password"`
		Structures []string `json:"structures"`
	} `json:"managers"`
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

func (a answer) explain() string { return a.header.Get("X-Sandbox-Explain") }

// code is the stable part of the explanation.
func (a answer) code() string {
	code, _, _ := strings.Cut(a.explain(), ":")
	return code
}

// begin creates a sandbox whose clock stands at nine on a Sunday in March.
func begin(t *testing.T, server target, name, spec string) *rehearsal {
	t.Helper()
	r := &rehearsal{t: t, target: server, sandbox: name}
	if spec == "" {
		spec = `{"clock":{"mode":"frozen","at":"2026-03-01T09:00:00+01:00"}}`
	}
	if got := r.send("PUT", r.admin+"/__admin/v1/sandboxes/"+name, spec, nil); got.status/100 != 2 {
		t.Fatalf("PUT sandbox: %d %s", got.status, got.body)
	}
	r.read("/credentials", &r.credentials)
	if len(r.Managers) == 0 || len(r.TechnicalAccounts) == 0 {
		t.Fatalf("the data set gives no credentials: %+v", r.credentials)
	}
	r.authorize()
	return r
}

func (r *rehearsal) send(method, address, body string, header map[string]string) answer {
	r.t.Helper()
	request, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for name, value := range header {
		if name == "Host" {
			request.Host = value
		}
		request.Header.Set(name, value)
	}
	response, err := r.http.Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(text)}
}

// read gets something from the sandbox's admin API.
func (r *rehearsal) read(path string, into any) {
	r.t.Helper()
	got := r.send("GET", r.admin+"/__admin/v1/sandboxes/"+r.sandbox+path, "", nil)
	if got.status != http.StatusOK {
		r.t.Fatalf("GET %s: %d %s", path, got.status, got.body)
	}
	if err := json.Unmarshal([]byte(got.body), into); err != nil {
		r.t.Fatalf("GET %s: %v in %s", path, err, got.body)
	}
}

// advance moves the sandbox's clock.
func (r *rehearsal) advance(by string) {
	r.t.Helper()
	got := r.send("POST", r.admin+"/__admin/v1/sandboxes/"+r.sandbox+"/clock/advance", `{"by":"`+by+`"}`, nil)
	if got.status != http.StatusOK {
		r.t.Fatalf("advance %s: %d %s", by, got.status, got.body)
	}
}

// authorize asks PISTE for a token, as clients do.
func (r *rehearsal) authorize() {
	r.t.Helper()
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {r.ClientID}, "client_secret": {r.ClientSecret}, "scope": {"openid"}}
	got := r.send("POST", r.OAuthURL, form.Encode(), map[string]string{"Content-Type": "application/x-www-form-urlencoded"})
	var token struct {
		AccessToken string `json:"access_token"`
		ExpiresIn   int    `json:"expires_in"`
	}
	if err := json.Unmarshal([]byte(got.body), &token); err != nil || got.status != http.StatusOK || len(token.AccessToken) != 54 || token.ExpiresIn != 3600 {
		r.t.Fatalf("token: %d %s", got.status, got.body)
	}
	r.token = token.AccessToken
}

const (
	rechercher = "/cpro/structures/v1/rechercher"
	sansParam  = `{"structure":{"identifiantStructure":"12345678200051","typeIdentifiantStructure":"SIRET"}}`
)

// call searches a structure with a cpro-account value, with the token at hand.
func (r *rehearsal) call(cproAccount string) answer {
	r.t.Helper()
	return r.send("POST", r.APIURL+rechercher, sansParam, map[string]string{"Authorization": "Bearer " + r.token, "cpro-account": cproAccount})
}

// passes and refused assert on what a technical account is told, with a fresh
// token each: time has passed.
func (r *rehearsal) passes(step, cproAccount string) {
	r.t.Helper()
	r.authorize()
	got := r.call(cproAccount)
	if got.status != http.StatusOK || !strings.Contains(got.body, `"codeRetour":0`) || !strings.Contains(got.body, "12345678200051") {
		r.t.Errorf("%s: got %d %s (%s), want 200", step, got.status, got.body, got.explain())
	}
	if got.explain() != "" {
		r.t.Errorf("%s: a plain success is explained: %s", step, got.explain())
	}
}

const wrongAccount = `Bearer realm="PISTE",error="Unauthorized",error_description="login or password incorrects"`

func (r *rehearsal) refused(step, cproAccount, code string) {
	r.t.Helper()
	r.authorize()
	got := r.call(cproAccount)
	if got.status != http.StatusUnauthorized || got.header.Get("Www-Authenticate") != wrongAccount || got.body != "" {
		r.t.Errorf("%s: got %d %q %q, want the 401 of PISTE", step, got.status, got.header.Get("Www-Authenticate"), got.body)
	}
	if got.code() != code {
		r.t.Errorf("%s: explained as %q, want %s", step, got.explain(), code)
	}
}

// shown is an account with the password that was shown once.
type shown struct {
	TechnicalAccount struct {
		Login, Status string
	} `json:"technicalAccount"`
	Password    string `json:"password"`
	CproAccount string `json:"cproAccount"`
}

// portal does something as the gestionnaire principal and returns the answer.
func (r *rehearsal) portal(method, path, body string) answer {
	r.t.Helper()
	manager := r.Managers[0]
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(manager.Login+":"+manager.Password))
	return r.send(method, r.platform+"/portail/api/v1"+path, body, map[string]string{"Authorization": basic, "X-Sandbox": r.sandbox, "Accept-Language": "en"})
}

func (r *rehearsal) operate(method, path, body string, status int) shown {
	r.t.Helper()
	got := r.portal(method, path, body)
	var s shown
	if err := json.Unmarshal([]byte(got.body), &s); err != nil || got.status != status {
		r.t.Fatalf("%s %s: got %d %s, want %d", method, path, got.status, got.body, status)
	}
	return s
}

// live is a technical account's whole life, as a client and its manager live it.
func (r *rehearsal) live() {
	r.t.Helper()
	siret := r.Managers[0].Structures[0]
	accounts := "/structures/" + siret + "/technical-accounts"

	account := r.operate("POST", accounts, `{"contactEmail":"dsi@mairie.example"}`, http.StatusCreated)
	login := "/technical-accounts/" + url.PathEscape(account.TechnicalAccount.Login)
	r.refused("just created", account.CproAccount, "technical-account-creation-pending")
	r.advance("29m59.999s")
	r.refused("a millisecond before it is effective", account.CproAccount, "technical-account-creation-pending")
	r.advance("1ms")
	r.passes("after half an hour", account.CproAccount)

	reset := r.operate("POST", login+"/password-reset", "", http.StatusOK)
	r.refused("the old password after a reset", account.CproAccount, "technical-account-password-replaced")
	r.passes("the new password at once", reset.CproAccount)

	r.operate("POST", login+"/deactivation", "", http.StatusOK)
	r.passes("deactivation pending", reset.CproAccount)
	r.advance("30m")
	r.refused("inactive", reset.CproAccount, "technical-account-inactive")

	r.advance("P59D")
	r.operate("POST", login+"/activation", "", http.StatusOK)
	r.refused("reactivation pending", reset.CproAccount, "technical-account-reactivation-pending")
	r.advance("30m")
	r.passes("reactivated at day 59", reset.CproAccount)

	r.operate("POST", login+"/deactivation", "", http.StatusOK)
	r.advance("30m")
	r.advance("P61D")
	if got := r.portal("POST", login+"/activation", ""); got.status != http.StatusConflict || !strings.Contains(got.body, `"code":"reactivation-window-over"`) {
		r.t.Errorf("reactivation at day 61: got %d %s, want 409 reactivation-window-over", got.status, got.body)
	}
	r.refused("after the window", reset.CproAccount, "technical-account-deleted")

	second := r.operate("POST", accounts, "", http.StatusCreated)
	if second.TechnicalAccount.Login == account.TechnicalAccount.Login {
		r.t.Errorf("number used again: %s", second.TechnicalAccount.Login)
	}
	r.advance("P423D")
	r.passes("the day before the password expires", second.CproAccount)
	r.advance("PT23H59M59.999S")
	r.passes("the last millisecond of the password", second.CproAccount)
	r.advance("1ms")
	r.refused("day 424", second.CproAccount, "technical-account-password-expired")
	r.subjects(account.TechnicalAccount.Login, account.Password, reset.Password)
}

// subjects asserts on the mails about an account: one a request, exact
// subjects, to its contact address, never a password.
func (r *rehearsal) subjects(login string, passwords ...string) {
	r.t.Helper()
	var list struct {
		Mails []struct{ Login, To, Subject, Text, HTML string }
	}
	r.read("/mails?limit=1000", &list)
	var got []string
	for _, m := range list.Mails {
		for _, password := range passwords {
			if strings.Contains(m.Text+m.HTML+m.Subject, password) {
				r.t.Errorf("mail %q shows a password", m.Subject)
			}
		}
		if m.Login != login {
			continue
		}
		if m.To != "dsi@mairie.example" {
			r.t.Errorf("mail %q went to %s", m.Subject, m.To)
		}
		got = append(got, m.Subject)
	}
	want := []string{
		"[Chorus Pro] Création du compte utilisateur technique",
		"[Chorus Pro] Réinitialisation du mot de passe du compte utilisateur technique",
		"[Chorus Pro] Désactivation de votre compte utilisateur",
		"[Chorus Pro] Réactivation de votre compte utilisateur",
		"[Chorus Pro] Désactivation de votre compte utilisateur",
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		r.t.Errorf("mails about %s:\ngot  %q\nwant %q", login, got, want)
	}
}

func newTarget(admin, platform string) target {
	return target{admin: admin, platform: platform, http: &http.Client{
		Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}
