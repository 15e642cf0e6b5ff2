package client_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"chorus-qualif/server/app"
	"chorus-qualif/server/app/apptest"
	"chorus-qualif/server/client"
)

// start runs a server for one test and gives a client of it.
func start(t testing.TB, options app.Options) (*app.App, *client.Client) {
	t.Helper()
	a := apptest.Start(t, options)
	return a, dial(t, a.AdminURL(), client.Options{Token: options.AdminToken})
}

func dial(t testing.TB, baseURL string, o client.Options) *client.Client {
	t.Helper()
	c, err := client.New(baseURL, o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// must is the value of a call that has to succeed.
func must[T any](value T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if w, ok := t.(*walker); ok {
			w.compare(value)
		}
		return value
	}
}

func paris(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// morning is a sandbox that stands at nine on a Sunday in March.
func morning(t testing.TB, c *client.Client, name string) *client.Sandbox {
	t.Helper()
	sb := c.Sandbox(name)
	must(sb.Put(t.Context(), client.Spec{Clock: client.Frozen(paris(t, "2026-03-01T09:00:00+01:00"))}))(t)
	return sb
}

// visit calls the platform as a client would: a token, then a search with the
// header cpro-account. It returns the token and the status of the search.
func visit(t testing.TB, sb *client.Sandbox, cproAccount string) (token string, status int) {
	t.Helper()
	c := must(sb.Credentials(t.Context()))(t)
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {c.ClientID}, "client_secret": {c.ClientSecret}, "scope": {"openid"}}
	var granted struct {
		Token string `json:"access_token"`
	}
	_, text := post(t, c.OAuthURL, form.Encode(), http.Header{"Content-Type": {"application/x-www-form-urlencoded"}})
	if err := json.Unmarshal(text, &granted); err != nil || granted.Token == "" {
		t.Fatalf("no token: %v in %s", err, text)
	}
	status, _ = post(t, c.APIURL+"/cpro/structures/v1/rechercher", `{"structure":{"identifiantStructure":"12345678200051","typeIdentifiantStructure":"SIRET"}}`,
		http.Header{"Content-Type": {"application/json"}, "Authorization": {"Bearer " + granted.Token}, "Cpro-Account": {cproAccount}})
	return granted.Token, status
}

func post(t testing.TB, target, body string, header http.Header) (int, []byte) {
	t.Helper()
	request, err := http.NewRequest(http.MethodPost, target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header = header
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, text
}

// create asks for a technical account, as the first manager does on the portal.
func create(t testing.TB, sb *client.Sandbox) (login string) {
	t.Helper()
	c := must(sb.Credentials(t.Context()))(t)
	m := c.Managers[0]
	status, text := post(t, c.APIURL+"/portail/api/v1/structures/"+m.Structures[0]+"/technical-accounts", `{}`, http.Header{
		"Content-Type": {"application/json"}, "X-Sandbox": {sb.Name()},
		"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte(m.Login+":"+m.Password))},
	})
	var created struct {
		TechnicalAccount struct{ Login string }
	}
	if err := json.Unmarshal(text, &created); err != nil || status != http.StatusCreated {
		t.Fatalf("create: %d %s", status, text)
	}
	return created.TechnicalAccount.Login
}
