package portal_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"chorus-qualif/server/clock"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/store"
	"chorus-qualif/server/wire"
)

// TestBadRequests: whatever is wrong with a request, every violation is told,
// with its place and its rule.
func TestBadRequests(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	who := h.as(manager)
	create, contact := "/structures/"+hotel+accounts, "/me/contact-email"
	for name, c := range map[string]struct {
		method, path, body string
		want               []string
	}{
		"malformed JSON":    {"POST", create, `{"contactEmail":`, []string{"body  malformed-json"}},
		"not an object":     {"POST", create, `["prep-1"]`, []string{"body  type"}},
		"two values":        {"PUT", contact, `{"contactEmail":"a@b.fr"} {}`, []string{"body  malformed-json"}},
		"not UTF-8":         {"PUT", contact, "{\"contactEmail\":\"a\xff@b.fr\"}", []string{"body  malformed-json"}},
		"several at once":   {"POST", create, `{"preparation":1,"contactEmail":"x","password":"mine"}`, []string{"body /contactEmail pattern", "body /password unknown-property", "body /preparation type"}},
		"no body":           {"PUT", contact, ``, []string{"body  missing-body"}},
		"missing property":  {"PUT", contact, `{}`, []string{"body /contactEmail required"}},
		"null":              {"PUT", contact, `{"contactEmail":null}`, []string{"body /contactEmail type"}},
		"too long":          {"PUT", contact, `{"contactEmail":"` + strings.Repeat("é", 250) + `@b.fr"}`, []string{"body /contactEmail maxLength"}},
		"empty login":       {"PUT", "/structures/" + hotel + "/gestionnaire-principal", `{"login":""}`, []string{"body /login minLength"}},
		"unknown status":    {"GET", create + "?status=DORMANT", ``, []string{"query status enum"}},
		"empty status":      {"GET", create + "?status=", ``, []string{"query status enum"}},
		"two statuses":      {"GET", create + "?status=ACTIF&status=INACTIF", ``, []string{"query status repeated"}},
		"long identifier":   {"GET", "/structures/" + strings.Repeat("1", 81) + accounts, ``, []string{"path siret maxLength"}},
		"path and body":     {"PUT", accounts + "/" + strings.Repeat("T", 255) + "/contact-email", `{"contactEmail":7}`, []string{"path login maxLength", "body /contactEmail type"}},
		"empty preparation": {"POST", create, `{"preparation":""}`, []string{"body /preparation minLength"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			who := client{h.in(t), who.login, who.password, who.header}
			r := who.send(c.method, c.path, c.body).refuses(http.StatusBadRequest, "invalid-request", "")
			var got []string
			for i := range r.value("errors").([]any) {
				at := fmt.Sprintf("errors.%d.", i)
				got = append(got, r.text(at+"in")+" "+r.text(at+"pointer")+" "+r.text(at+"rule"))
				if message := r.text(at + "message"); !strings.Contains(r.text("detail"), message) {
					t.Errorf("detail: got %q, want %q in it", r.text("detail"), message)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("errors: got %q, want %q", got, c.want)
			}
		})
	}
	if got := len(h.mails()); got != 0 {
		t.Errorf("bad requests queued %d mails", got)
	}
}

// TestContentType: JSON under any spelling, or none; nothing else. Operations
// without a body do not look.
func TestContentType(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	send := func(contentType string) reply {
		return h.as(manager).with("Content-Type", contentType).put("/me/contact-email", `{"contactEmail":"a@b.fr"}`)
	}
	for _, contentType := range []string{"application/x-www-form-urlencoded", "text/plain", "application/problem+json", "json"} {
		send(contentType).refuses(http.StatusUnsupportedMediaType, "unsupported-media-type", "").
			has(map[string]any{"errors.0.in": "header", "errors.0.pointer": "Content-Type", "errors.0.rule": "content-type"})
	}
	for _, contentType := range []string{"application/json", "Application/JSON; charset=utf-8", ""} {
		send(contentType).is(http.StatusOK)
	}
	h.as(manager).with("Content-Type", "text/plain").post("/structures/"+hotel+accounts+"/preparation", "whatever").is(http.StatusOK)
}

// TestHugeBody: refused where a body is read, whether its length is announced
// or not; ignored elsewhere.
func TestHugeBody(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	huge := `{"contactEmail":"` + strings.Repeat("a", 1<<20) + `@b.fr"}`
	h.as(manager).put("/me/contact-email", huge).refuses(http.StatusRequestEntityTooLarge, "body-too-large", "")
	h.as(manager).post("/structures/"+hotel+accounts+"/preparation", huge).is(http.StatusOK)
	h.as(manager).send(http.MethodGet, "/me", huge).is(http.StatusOK)

	request, err := http.NewRequest(http.MethodPut, h.server.URL+"/portail/api/v1/me/contact-email", io.MultiReader(strings.NewReader(huge)))
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth(manager, password)
	response, err := h.server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if got, want := response.StatusCode, http.StatusRequestEntityTooLarge; got != want {
		t.Errorf("chunked: got %d, want %d", got, want)
	}
}

// unread fails the test when it is read.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.t.Error("the body was read")
	return 0, io.EOF
}

// TestBodyLeftUnread: strangers and operations without a body cost no memory.
func TestBodyLeftUnread(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	for target, password := range map[string]string{"PUT /me/contact-email": "wrong", "GET /me": password, "POST /structures/" + hotel + accounts + "/preparation": password} {
		method, path, _ := strings.Cut(target, " ")
		request := httptest.NewRequest(method, "/portail/api/v1"+path, unread{t})
		request.SetBasicAuth(manager, password)
		recorder := httptest.NewRecorder()
		h.engine.ServeHTTP(recorder, request)
		if recorder.Code != http.StatusOK && recorder.Code != http.StatusUnauthorized {
			t.Errorf("%s: got %d: %s", target, recorder.Code, recorder.Body)
		}
	}
}

// TestDateFollowsTheOperation: however fast the sandbox's clock, an answer is
// not dated before what it tells.
func TestDateFollowsTheOperation(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	if _, _, err := h.registry.Put("fast", sandboxes.Spec{Mode: clock.Scaled, Rate: clock.MaxRate / 100, At: start}); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		r := h.as(manager).with("X-Sandbox", "fast").post("/structures/"+auteuil+accounts, "").is(http.StatusCreated)
		created, err := time.Parse(time.RFC3339, r.text("technicalAccount.createdAt"))
		if err != nil {
			t.Fatal(err)
		}
		dated, err := http.ParseTime(r.header.Get("Date"))
		if err != nil {
			t.Fatal(err)
		}
		if dated.Before(created.Truncate(time.Second)) {
			t.Errorf("dated %s, created %s", dated, created)
		}
	}
}

// TestSandboxHeader: it chooses the sandbox, and every answer tells which one
// answered, dated by its clock; refusals too.
func TestSandboxHeader(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	at := start.AddDate(1, 0, 0)
	if _, _, err := h.registry.Put("other", sandboxes.Spec{Profile: "cpp-2020", Mode: "frozen", At: at}); err != nil {
		t.Fatal(err)
	}
	who := h.as(manager)
	nobody := client{house: h, header: http.Header{}}
	for name, c := range map[string]struct {
		r       reply
		sandbox string
		date    string
	}{
		"default":            {who.get("/me").is(200), "default", "Sun, 01 Mar 2026 08:00:00 GMT"},
		"other":              {who.with("X-Sandbox", "other").get("/me").is(200).has(map[string]any{"profile": "cpp-2020"}), "other", "Mon, 01 Mar 2027 08:00:00 GMT"},
		"other, no login":    {nobody.with("X-Sandbox", "other").get("/me").is(401), "other", "Mon, 01 Mar 2027 08:00:00 GMT"},
		"other, bad request": {who.with("X-Sandbox", "other").put("/me/contact-email", "{").is(400), "other", "Mon, 01 Mar 2027 08:00:00 GMT"},
		"other, refusal":     {who.with("X-Sandbox", "other").post(accounts+"/x/activation", "").is(404), "other", "Mon, 01 Mar 2027 08:00:00 GMT"},
		"unknown":            {who.with("X-Sandbox", "nowhere").get("/me").is(404), "default", "Sun, 01 Mar 2026 08:00:00 GMT"},
	} {
		if got := c.r.header.Get("X-Sandbox"); got != c.sandbox {
			t.Errorf("%s: X-Sandbox: got %q, want %q", name, got, c.sandbox)
		}
		if got := c.r.header.Get("Date"); got != c.date {
			t.Errorf("%s: Date: got %q, want %q", name, got, c.date)
		}
		if got, want := c.r.header.Get("Cache-Control"), "no-store"; got != want {
			t.Errorf("%s: Cache-Control: got %q, want %q", name, got, want)
		}
	}
}

// TestSandboxUnknown names the one that is not there, even to a stranger; a
// name that can be nobody's is a bad request.
func TestSandboxUnknown(t *testing.T) {
	t.Parallel()
	nobody := client{house: open(t, "portail-2022"), header: http.Header{}}
	for _, path := range []string{"/me", "/structures/1/technical-accounts?status=NO"} {
		nobody.with("X-Sandbox", "nowhere").get(path).refuses(http.StatusNotFound, "sandbox-unknown", "X-Sandbox").has(map[string]any{
			"detail":      "Il n'y a pas de bac à sable nommé « nowhere » sur ce serveur.",
			"errors.0.in": "header", "errors.0.pointer": "X-Sandbox",
		})
	}
	nobody.with("X-Sandbox", "nowhere").with("Accept-Language", "en").get("/me").refuses(404, "sandbox-unknown", "X-Sandbox").
		has(map[string]any{"detail": `This server has no sandbox named "nowhere".`})
	for _, name := range []string{"", "a b", "é", "../x", strings.Repeat("x", 64)} {
		nobody.with("X-Sandbox", name).put("/me/contact-email", "").refuses(http.StatusBadRequest, "invalid-request", "").
			has(map[string]any{"errors.0.in": "header", "errors.0.pointer": "X-Sandbox", "errors.0.rule": "pattern", "errors.1": nil})
	}
}

// TestLanguages: French, unless English is preferred to it.
func TestLanguages(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	for header, want := range map[string]string{
		"": "fr", "fr": "fr", "en": "en", "EN-us": "en", "en-GB,en;q=0.9": "en", "fr,en": "fr", "en,fr;q=0.9": "en",
		"en;q=0.1, fr;q=0.9": "fr", "de,en;q=0.5": "en", "de": "fr", "*": "fr", "en;q=0": "fr", "en;q=nonsense": "fr",
		";;;,,,": "fr", "fr;q=0.5,en;q=0.5": "fr", "en ; q=0.3": "en",
	} {
		r := h.as(manager).with("Accept-Language", header).put("/me/contact-email", `{"contactEmail":"a@b.fr"}`).is(http.StatusOK)
		message := "Votre adresse de contact a bien été modifiée."
		if want == "en" {
			message = "Your contact address has been changed."
		}
		if got := r.text("message"); got != message {
			t.Errorf("%q: got %q, want %q", header, got, message)
		}
		if got := r.header.Get("Content-Language"); got != want {
			t.Errorf("%q: Content-Language: got %q, want %q", header, got, want)
		}
	}
}

// TestSentences: what the portal says, accepting and refusing, in both
// languages; each line is a request after the one before.
func TestSentences(t *testing.T) {
	t.Parallel()
	technical := "TECH_1_" + auteuil + "@cpro.fr"
	at, create := accounts+"/"+technical, "/structures/"+auteuil+accounts
	for language, say := range map[string]func(fr, en string) string{"fr": func(fr, _ string) string { return fr }, "en": func(_, en string) string { return en }} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			h := open(t, "portail-2022")
			who := h.as(manager).with("Accept-Language", language)
			for _, c := range []struct{ wait, method, path, body, fr, en string }{
				{"0s", "POST", create, "", "création du compte technique " + technical, "create technical account " + technical},
				{"0s", "POST", at + "/deactivation", "", "déjà en cours", "already pending"},
				{"30m", "POST", at + "/password-reset", "", "réinitialisation du mot de passe", "reset the password"},
				{"0s", "POST", at + "/activation", "", "n'est pas au statut « Inactif »", "is not inactive"},
				{"0s", "PUT", at + "/contact-email", `{"contactEmail":"x@paris.example"}`, "changement de l'email du contact", "change the contact e-mail"},
				{"0s", "POST", at + "/deactivation", "", "désactivation", "deactivate"},
				{"30m", "POST", at + "/deactivation", "", "n'est pas actif", "is not active"},
				{"P60D", "POST", at + "/activation", "", "ne peut plus être réactivé", "can no longer be reactivated"},
				{"0s", "POST", create, `{"preparation":"prep-7"}`, "a expiré ou a déjà été soumis", "has expired or was submitted"},
				{"0s", "GET", "/structures/" + mairie + accounts, "", "peut consulter ses comptes", "may see its technical accounts"},
				{"0s", "GET", "/structures/1" + accounts, "", "La structure 1 est inconnue", "Structure 1 does not exist"},
				{"0s", "PUT", "/structures/" + hotel + "/gestionnaire-principal", `{"login":"` + stranger + `"}`, "n'est pas rattaché", "is not attached"},
				{"0s", "PUT", "/structures/" + hotel + "/gestionnaire-principal", `{"login":"` + mate + `"}`, "a bien été transféré à " + mate, "handed to " + mate},
				{"0s", "POST", "/structures/" + hotel + accounts + "/preparation", "", "Seul le gestionnaire principal", "Only the primary manager"},
			} {
				h.advance(c.wait)
				r := who.send(c.method, c.path, c.body)
				member := "message"
				if r.status >= 400 {
					member = "detail"
				}
				if got, want := r.text(member), say(c.fr, c.en); !strings.Contains(got, want) {
					t.Errorf("%s %s: got %q, want %q in it", c.method, c.path, got, want)
				}
			}
		})
	}
}

// TestUncheckedRequests: without contract checks, nonsense is still refused and
// never breaks anything.
func TestUncheckedRequests(t *testing.T) {
	t.Parallel()
	for _, mode := range []wire.Mode{wire.Off, wire.Report} {
		h := openWith(t, "portail-2022", mode, store.NewMemory())
		who := h.as(manager)
		who.post("/structures/"+hotel+accounts, `{"contactEmail":`).refuses(http.StatusBadRequest, "invalid-request", "")
		who.post("/structures/"+hotel+accounts, `{"contactEmail":7}`).refuses(http.StatusBadRequest, "invalid-request", "")
		who.put("/me/contact-email", ``).refuses(http.StatusUnprocessableEntity, "email-invalid", "contactEmail")
		who.put("/structures/"+hotel+"/gestionnaire-principal", `[]`).refuses(http.StatusBadRequest, "invalid-request", "")
		who.put("/structures/"+hotel+"/gestionnaire-principal", `{}`).refuses(http.StatusNotFound, "person-unknown", "login")
		who.put(accounts+"/x/contact-email", `"x"`).refuses(http.StatusBadRequest, "invalid-request", "")
		who.get("/structures/" + hotel + accounts + "?status=NO").is(http.StatusOK).has(map[string]any{"technicalAccounts.0": nil})
		who.with("X-Sandbox", "a b").get("/me").refuses(http.StatusNotFound, "sandbox-unknown", "X-Sandbox")
		who.put("/me/contact-email", `{"contactEmail":"a@b.fr","more":1}`).is(http.StatusOK)
	}
}

// brokenJournals keep what a sandbox is founded with, and nothing after.
type brokenJournals struct{ *store.Memory }

func (b brokenJournals) Append(sandbox string, events []qualif.Event) error {
	if events[0].Seq > 1 {
		return io.ErrShortWrite
	}
	return b.Memory.Append(sandbox, events)
}

// TestJournalBroken: a change that cannot be kept is our fault, and says no
// more than that.
func TestJournalBroken(t *testing.T) {
	t.Parallel()
	h := openWith(t, "portail-2022", wire.Enforce, brokenJournals{store.NewMemory()})
	request := httptest.NewRequest(http.MethodPost, "/portail/api/v1/structures/"+hotel+accounts, nil)
	request.SetBasicAuth(manager, password)
	recorder := httptest.NewRecorder()
	h.engine.ServeHTTP(recorder, request)
	if got, want := recorder.Code, http.StatusInternalServerError; got != want {
		t.Fatalf("status: got %d, want %d", got, want)
	}
	if !bytes.Contains(recorder.Body.Bytes(), []byte(`"internal-error"`)) || bytes.Contains(recorder.Body.Bytes(), []byte("short write")) {
		t.Errorf("body: got %s", recorder.Body)
	}
}
