package app_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"chorus-qualif/server/app"
)

// lab is one sandbox and a client of it.
type lab struct {
	*testing.T
	admin, platform, name string

	ClientID, ClientSecret string
	TechnicalAccounts      []struct {
		Login, Status, Structure string
		Usable                   bool
		Password, CproAccount    *string
	}
	Managers []struct {
		Login, BasicCredentials string
		Structures              []string
	}
	token string
}

// enter makes a client of a sandbox that is there.
func enter(t *testing.T, a *app.App, name string) *lab {
	t.Helper()
	l := &lab{T: t, admin: a.AdminURL() + "/__admin/v1/sandboxes/" + name, platform: a.PlatformURL(), name: name}
	if err := json.Unmarshal([]byte(l.get("/credentials").body), l); err != nil {
		t.Fatal(err)
	}
	return l
}

// open makes a sandbox that stands at nine on a Sunday in March, and a client.
func open(t *testing.T, a *app.App, name string) *lab {
	t.Helper()
	if got := send(t, "PUT", a.AdminURL()+"/__admin/v1/sandboxes/"+name, frozen, nil); got.status/100 != 2 {
		t.Fatalf("PUT %s: %d %s", name, got.status, got.body)
	}
	return enter(t, a, name)
}

func (l *lab) do(method, path, body string, status int) reply {
	l.Helper()
	got := send(l, method, l.admin+path, body, nil)
	if got.status != status {
		l.Fatalf("%s %s %s: got %d %s, want %d", method, path, body, got.status, got.body, status)
	}
	return got
}

func (l *lab) get(path string) reply { l.Helper(); return l.do("GET", path, "", http.StatusOK) }

func (l *lab) post(path, body string) reply {
	l.Helper()
	return l.do("POST", path, body, http.StatusOK)
}

// grant asks for a token.
func (l *lab) grant(header map[string]string) reply {
	l.Helper()
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {l.ClientID}, "client_secret": {l.ClientSecret}, "scope": {"openid"}}
	all := map[string]string{"Content-Type": "application/x-www-form-urlencoded"}
	for name, value := range header {
		all[name] = value
	}
	return send(l, "POST", l.platform+"/api/oauth/token", form.Encode(), all)
}

// authorize keeps a token for the calls that follow.
func (l *lab) authorize() {
	l.Helper()
	var answer struct {
		Token string `json:"access_token"`
	}
	got := l.grant(nil)
	if err := json.Unmarshal([]byte(got.body), &answer); err != nil || got.status != http.StatusOK {
		l.Fatalf("token: %d %s", got.status, got.body)
	}
	l.token = answer.Token
}

// usable is the cpro-account of an account that works.
func (l *lab) usable() (login, cproAccount string) {
	l.Helper()
	for _, a := range l.TechnicalAccounts {
		if a.Usable && a.CproAccount != nil {
			return a.Login, *a.CproAccount
		}
	}
	l.Fatal("no account works")
	return "", ""
}

const searched = "/cpro/structures/v1/rechercher"

// call searches a structure; a client that has no token asks for one first.
func (l *lab) call(cproAccount string, header map[string]string) reply {
	l.Helper()
	if l.token == "" {
		l.authorize()
	}
	all := map[string]string{"Authorization": "Bearer " + l.token, "cpro-account": cproAccount}
	for name, value := range header {
		all[name] = value
	}
	return send(l, "POST", l.platform+searched, `{"structure":{"identifiantStructure":"12345678200051","typeIdentifiantStructure":"SIRET"}}`, all)
}

// portal does something as the first manager.
func (l *lab) portal(method, path, body string) reply {
	l.Helper()
	return send(l, method, l.platform+"/portail/api/v1"+path, body, map[string]string{
		"Authorization": "Basic " + l.Managers[0].BasicCredentials, "X-Sandbox": l.name, "Accept-Language": "en",
	})
}

// create asks for an account on the first manager's first structure.
func (l *lab) create() (login, cproAccount string) {
	l.Helper()
	var answer struct {
		TechnicalAccount struct{ Login string }
		CproAccount      string
	}
	got := l.portal("POST", "/structures/"+l.Managers[0].Structures[0]+"/technical-accounts", `{}`)
	if err := json.Unmarshal([]byte(got.body), &answer); err != nil || got.status != http.StatusCreated {
		l.Fatalf("create: %d %s", got.status, got.body)
	}
	return answer.TechnicalAccount.Login, answer.CproAccount
}

func jsonOf(t testing.TB, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
