package portal_test

import (
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// visitor is a browser without scripts, without a screen: it keeps cookies,
// follows redirections, and sends the hidden token of the last page.
type visitor struct {
	t      testing.TB
	h      *house
	client *http.Client
	header http.Header
	// page is the last one.
	page page
}

type page struct {
	status int
	path   string
	header http.Header
	body   string
}

func (h *house) visit(t testing.TB) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{t: t, h: h, client: &http.Client{Jar: jar, Transport: h.server.Client().Transport}, header: http.Header{}}
}

// logged is a visitor who has logged in by the form.
func (h *house) logged(t testing.TB, path, login string) *visitor {
	t.Helper()
	v := h.visit(t)
	v.get(path).submit(path, "login", login, "mot-de-passe", password, "sandbox", "default")
	if v.page.status != http.StatusOK || !strings.Contains(v.page.body, `data-testid="utilisateur"`) {
		t.Fatalf("not logged in: %d %s", v.page.status, v.page.body)
	}
	return v
}

func (v *visitor) get(path string) *visitor {
	v.t.Helper()
	return v.send(http.MethodGet, path, nil)
}

// submit sends a form with the token of the last page.
func (v *visitor) submit(path string, fields ...string) *visitor {
	v.t.Helper()
	return v.post(path, append([]string{"jeton", v.token()}, fields...)...)
}

// post sends a form as it is.
func (v *visitor) post(path string, fields ...string) *visitor {
	v.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return v.send(http.MethodPost, path, form)
}

func (v *visitor) send(method, path string, form url.Values) *visitor {
	v.t.Helper()
	request, err := http.NewRequest(method, v.h.server.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	for name, values := range v.header {
		request.Header[name] = values
	}
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := v.client.Do(request)
	if err != nil {
		v.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	v.page = page{response.StatusCode, response.Request.URL.Path, response.Header, string(body)}
	return v
}

var (
	tokenShape  = regexp.MustCompile(`name="jeton" value="([^"]*)"`)
	returnShape = regexp.MustCompile(`name="retour" value="([^"]*)"`)
	tags        = regexp.MustCompile(`<[^>]*>`)
)

func (v *visitor) token() string { return v.found(tokenShape) }

func (v *visitor) found(shape *regexp.Regexp) string {
	match := shape.FindStringSubmatch(v.page.body)
	if match == nil {
		return ""
	}
	return html.UnescapeString(match[1])
}

// field is the value of the input of that id.
func (v *visitor) field(id string) string {
	v.t.Helper()
	return v.found(regexp.MustCompile(`<input[^>]*id="` + id + `"[^>]*value="([^"]*)"`))
}

// words is what the page says, without its marks.
func (v *visitor) words() string {
	return strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(v.page.body, " "))), " ")
}

func (v *visitor) is(status int, path string) *visitor {
	v.t.Helper()
	if v.page.status != status || v.page.path != path {
		v.t.Fatalf("got %d at %s, want %d at %s: %s", v.page.status, v.page.path, status, path, v.words())
	}
	return v
}

func (v *visitor) says(text string) *visitor {
	v.t.Helper()
	if got := v.words(); !strings.Contains(got, text) {
		v.t.Errorf("%s says %q, want %q in it", v.page.path, got, text)
	}
	return v
}

func (v *visitor) hides(text string) *visitor {
	v.t.Helper()
	if strings.Contains(v.page.body, text) {
		v.t.Errorf("%s has %q", v.page.path, text)
	}
	return v
}
