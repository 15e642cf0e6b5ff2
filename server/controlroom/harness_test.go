package controlroom_test

import (
	"encoding/base64"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"chorus-qualif/server/admin"
	"chorus-qualif/server/app"
	"chorus-qualif/server/app/apptest"
)

// house is the whole program with one browser-like client.
type house struct {
	testing.TB
	app    *app.App
	client *http.Client
	url    string
}

func start(t testing.TB, options app.Options) *house {
	t.Helper()
	a := apptest.Start(t, options)
	h := &house{TB: t, app: a, url: a.AdminURL()}
	h.client = h.newClient()
	return h
}

func (h *house) newClient() *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.Fatal(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

type answer struct {
	status int
	header http.Header
	body   string
}

func (h *house) send(method, path, body string, header map[string]string) answer {
	h.Helper()
	address := path
	if strings.HasPrefix(path, "/") {
		address = h.url + path
	}
	r, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		h.Fatal(err)
	}
	for name, value := range header {
		if name == "Host" {
			r.Host = value
		}
		r.Header.Set(name, value)
	}
	got, err := h.client.Do(r)
	if err != nil {
		h.Fatal(err)
	}
	defer func() { _ = got.Body.Close() }()
	text, err := io.ReadAll(got.Body)
	if err != nil {
		h.Fatal(err)
	}
	return answer{got.StatusCode, got.Header, string(text)}
}

func (h *house) get(path string) answer {
	h.Helper()
	return h.send("GET", path, "", map[string]string{"Accept": "text/html"})
}

// page is a page that must be there.
func (h *house) page(path string) string {
	h.Helper()
	got := h.get(path)
	if got.status != http.StatusOK {
		h.Fatalf("GET %s: %d %s", path, got.status, got.body)
	}
	return got.body
}

var tokenShape = regexp.MustCompile(`name="form-token" value="([0-9a-f]+)"`)

// press sends a form of a page, with the token that the page gave.
func (h *house) press(from, action string, fields ...string) answer {
	h.Helper()
	found := tokenShape.FindStringSubmatch(h.page(from))
	if found == nil {
		h.Fatalf("%s has no form", from)
	}
	form := url.Values{"form-token": {found[1]}}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return h.send("POST", action, form.Encode(), map[string]string{"Content-Type": "application/x-www-form-urlencoded", "Origin": h.url})
}

// pressed is a form that must be taken; it follows the redirection.
func (h *house) pressed(from, action string, fields ...string) string {
	h.Helper()
	got := h.press(from, action, fields...)
	if got.status != http.StatusSeeOther {
		h.Fatalf("POST %s %q: %d %s", action, fields, got.status, got.body)
	}
	to, _, _ := strings.Cut(got.header.Get("Location"), "#")
	return h.page(to)
}

// open makes a sandbox that stands at nine on a Sunday in March.
func (h *house) open(name string) string {
	h.Helper()
	h.put(name, `{"clock":{"mode":"frozen","at":"2026-03-01T09:00:00+01:00"}}`)
	return "/sandboxes/" + name
}

func (h *house) put(name, body string) {
	h.Helper()
	got := h.send("PUT", "/__admin/v1/sandboxes/"+name, body, map[string]string{"Content-Type": "application/json"})
	if got.status/100 != 2 {
		h.Fatalf("PUT %s: %d %s", name, got.status, got.body)
	}
}

func (h *house) credentials(name string) (c admin.Credentials) {
	h.Helper()
	got := h.send("GET", "/__admin/v1/sandboxes/"+name+"/credentials", "", nil)
	if err := json.Unmarshal([]byte(got.body), &c); err != nil {
		h.Fatal(err)
	}
	return c
}

// createAccount asks for one on the portal, as a manager does.
func (h *house) createAccount(name string) (login, cproAccount string) {
	h.Helper()
	m := h.credentials(name).Managers[0]
	got := h.send("POST", h.app.PlatformURL()+"/portail/api/v1/structures/"+m.Structures[0]+"/technical-accounts", "{}", map[string]string{
		"Content-Type": "application/json", "Authorization": "Basic " + base64.StdEncoding.EncodeToString([]byte(m.Login+":"+*m.Password)), "X-Sandbox": name,
	})
	var created struct {
		TechnicalAccount struct{ Login string }
		CproAccount      string
	}
	if err := json.Unmarshal([]byte(got.body), &created); err != nil || got.status != http.StatusCreated {
		h.Fatalf("create: %d %s", got.status, got.body)
	}
	return created.TechnicalAccount.Login, created.CproAccount
}

// call gets a token and searches a structure as an account.
func (h *house) call(name, cproAccount string) answer {
	h.Helper()
	c := h.credentials(name)
	granted := h.send("POST", c.OAuthURL, url.Values{"grant_type": {"client_credentials"}, "client_id": {c.ClientID}, "client_secret": {c.ClientSecret}, "scope": {"openid"}}.Encode(),
		map[string]string{"Content-Type": "application/x-www-form-urlencoded"})
	var token struct {
		Value string `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(granted.body), &token); err != nil {
		h.Fatalf("token: %d %s", granted.status, granted.body)
	}
	return h.send("POST", c.APIURL+"/cpro/structures/v1/rechercher", `{"structure":{"identifiantStructure":"12345678200051","typeIdentifiantStructure":"SIRET"}}`,
		map[string]string{"Content-Type": "application/json", "Authorization": "Bearer " + token.Value, "cpro-account": cproAccount})
}

// text is what a person reads at a data-testid, spaces made one.
func text(page, id string) string {
	_, after, ok := strings.Cut(page, `data-testid="`+id+`"`)
	if !ok {
		return "(" + id + " is not on the page)"
	}
	_, after, _ = strings.Cut(after, ">")
	for _, end := range []string{"</tbody>", "</p>", "</ul>", "</ol>", "</pre>", "</dd>", "</td>", "</time>", "</div>"} {
		if at := strings.Index(after, end); at >= 0 && (end == "</tbody>" || end == "</ul>" || end == "</ol>" || !strings.Contains(after[:at], "<tr")) {
			after = after[:at]
		}
	}
	return strings.Join(strings.Fields(html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(after, " "))), " ")
}

func wants(t testing.TB, what, got string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(got, part) {
			t.Errorf("%s: got %q, want %q in it", what, got, part)
		}
	}
}
