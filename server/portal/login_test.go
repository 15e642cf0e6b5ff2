package portal_test

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

const challenge = `Basic realm="Portail Chorus Pro (simulateur)", charset="UTF-8"`

func basicHeader(pair string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(pair))
}

// TestLoginRefused walks through everybody who may not come in, in both
// languages.
func TestLoginRefused(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	for name, c := range map[string]struct{ header, code, fr, en string }{
		"nobody":             {"", "login-required", "Connectez-vous", "Log in"},
		"wrong password":     {basicHeader(manager + ":" + password + "x"), "login-refused", "Login ou mot de passe incorrect.", "Login or password incorrect."},
		"unknown":            {basicHeader("nobody@hotel.example:" + password), "login-refused", "incorrect", "incorrect"},
		"empty":              {basicHeader(":"), "login-refused", "incorrect", "incorrect"},
		"inactive":           {basicHeader(inactive + ":" + password), "login-inactive", inactive + " est inactif", inactive + " is inactive"},
		"inactive, wrong":    {basicHeader(inactive + ":wrong"), "login-refused", "incorrect", "incorrect"},
		"technical":          {basicHeader("TECH_1_" + hotel + "@cpp2021.fr:wrong"), "technical-account-cannot-log-in", "ne permet pas de se connecter au portail", "cannot log in to the portal"},
		"technical, deleted": {basicHeader("tech_1_" + mairie + "@CPRO.fr:x"), "technical-account-cannot-log-in", "que pour les appels API", "for API calls only"},
		"token":              {"Bearer 0123456789", "authorization-not-basic", "jetons", "no tokens"},
		"scheme alone":       {"Basic", "authorization-without-colon", "login", "login"},
		"no scheme":          {base64.StdEncoding.EncodeToString([]byte(manager + ":" + password)), "authorization-not-basic", "jetons", "no tokens"},
		"clear text":         {"Basic " + manager + ":pass", "authorization-not-base64", "base64 standard", "standard base64"},
		"unpadded":           {strings.TrimRight(basicHeader("a:bc"), "="), "authorization-not-base64", "base64 standard", "standard base64"},
		"URL-safe":           {"Basic -_-_", "authorization-not-base64", "base64 standard", "standard base64"},
		"Latin-1":            {basicHeader(manager + ":pass:w\xf6rd$&<("), "authorization-not-utf8", "UTF-8", "UTF-8"},
		"no colon":           {basicHeader(manager), "authorization-without-colon", "« : »", "no colon"},
		"newline":            {basicHeader(manager + ":" + password + "\n"), "authorization-control-character", "retour à la ligne", "newline"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := h.in(t)
			who := client{house: h, header: http.Header{}}
			if c.header != "" {
				who = who.with("Authorization", c.header)
			}
			for language, text := range map[string]string{"": c.fr, "en": c.en} {
				r := who.with("Accept-Language", language).get("/me").refuses(http.StatusUnauthorized, c.code, "")
				if got := r.header.Get("WWW-Authenticate"); got != challenge {
					t.Errorf("WWW-Authenticate: got %q, want %q", got, challenge)
				}
				if got := r.text("detail"); !strings.Contains(got, text) {
					t.Errorf("detail in %q: got %q, want %q in it", language, got, text)
				}
			}
		})
	}
}

// TestLoginTechnicalAccountRightPassword: the right password does not help.
func TestLoginTechnicalAccountRightPassword(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	created := h.as(manager).post("/structures/"+auteuil+"/technical-accounts", "").is(http.StatusCreated)
	h.advance("30m")
	technical := client{h, created.text("technicalAccount.login"), created.text("password"), http.Header{}}
	for _, path := range []string{"/me", "/structures", "/structures/" + auteuil + "/technical-accounts"} {
		technical.get(path).refuses(http.StatusUnauthorized, "technical-account-cannot-log-in", "")
	}
	technical.post("/technical-accounts/"+technical.login+"/password-reset", "").refuses(http.StatusUnauthorized, "technical-account-cannot-log-in", "")
}

// TestLoginRepeated: two Authorization headers are ambiguous.
func TestLoginRepeated(t *testing.T) {
	t.Parallel()
	who := client{house: open(t, "portail-2022"), header: http.Header{}}
	for range 2 {
		who = who.with("Authorization", basicHeader(manager+":"+password))
	}
	who.get("/me").refuses(http.StatusUnauthorized, "authorization-repeated", "")
}

// TestLoginGranted: the scheme and the login are read without regard to case,
// the password is all that follows the first colon.
func TestLoginGranted(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	for _, header := range []string{
		basicHeader(manager + ":" + password),
		strings.Replace(basicHeader(manager+":"+password), "Basic", "bASIC", 1),
		strings.Replace(basicHeader(manager+":"+password), "Basic ", "Basic   ", 1),
		basicHeader(strings.ToUpper(manager) + ":" + password),
	} {
		r := client{house: h, header: http.Header{}}.with("Authorization", header).get("/me").is(http.StatusOK)
		if got := r.text("login"); got != manager {
			t.Errorf("%s: got login %q, want %q", header, got, manager)
		}
	}
}

// TestLoginComesFirst: whoever is not logged in learns nothing of what is
// wrong with the rest of the request.
func TestLoginComesFirst(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	who := client{h, manager, "wrong", http.Header{}}
	who.put("/me/contact-email", `{"nonsense":`).refuses(http.StatusUnauthorized, "login-refused", "")
	who.put("/me/contact-email", strings.Repeat("x", 2<<20)).refuses(http.StatusUnauthorized, "login-refused", "")
	who.get("/structures/12/technical-accounts?status=NO").refuses(http.StatusUnauthorized, "login-refused", "")
}

// FuzzBasic gives anything as Authorization: it is the right login exactly when
// another reader of RFC 7617 finds the right one, and is refused by a 401 that
// says why otherwise.
func FuzzBasic(f *testing.F) {
	for _, seed := range []string{
		"", "Basic", "Basic ", "basic " + basicHeader(manager + ":" + password)[6:], basicHeader(manager + ":" + password),
		basicHeader("GP@HOTEL.example:" + password), basicHeader(manager + ":"), basicHeader(":"), basicHeader("\x00:\xff"), "Bearer x", "Basic ====",
		"Basic\t" + basicHeader(manager + ":" + password)[6:], basicHeader("TECH_1_" + hotel + "@cpp2021.fr:x"), "Basic \xff\xfe",
	} {
		f.Add(seed)
	}
	h := open(f, "portail-2022")
	f.Fuzz(func(t *testing.T, header string) {
		request := httptest.NewRequest(http.MethodGet, "/portail/api/v1/me", nil)
		// The other reader takes one space after the scheme, RFC 9110 several.
		scheme, rest, _ := strings.Cut(header, " ")
		request.Header.Set("Authorization", scheme+" "+strings.TrimLeft(rest, " "))
		login, given, ok := request.BasicAuth()
		granted := ok && strings.ToLower(login) == manager && given == password
		request.Header["Authorization"] = []string{header}
		recorder := httptest.NewRecorder()
		h.engine.ServeHTTP(recorder, request)
		switch {
		case granted != (recorder.Code == http.StatusOK):
			t.Fatalf("%q: status %d, granted is %t", header, recorder.Code, granted)
		case !granted && (recorder.Code != http.StatusUnauthorized || recorder.Header().Get("WWW-Authenticate") != challenge):
			t.Fatalf("%q: status %d without a challenge: %s", header, recorder.Code, recorder.Body)
		}
	})
}
