package portal_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"chorus-qualif/fixtures"
	"chorus-qualif/openapi"
	"chorus-qualif/server/clock"
	"chorus-qualif/server/faults"
	"chorus-qualif/server/portal"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/requests"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/store"
	"chorus-qualif/server/wire"
)

const (
	hotel    = "84965690500015"
	auteuil  = "39012665400024"
	mairie   = "12345678200051"
	closed   = "00000000415049"
	orphan   = "11000201100044"
	ridet    = "0123456"
	manager  = "gp@hotel.example"
	mate     = "colleague@hotel.example"
	second   = "second@hotel.example"
	inactive = "gone@hotel.example"
	mayor    = "mayor@mairie.example"
	stranger = "stranger@other.example"
	// password is everybody's: it breaks clients that split on every colon or
	// encode Latin-1.
	password = "pass:wörd$&<("
)

var start = time.Date(2026, time.March, 1, 9, 0, 0, 0, qualif.Paris)

// dataSet has a structure of each kind and a person of each role.
func dataSet() *qualif.DataSet {
	return &qualif.DataSet{
		Name: "portal-test",
		Structures: []qualif.Structure{
			{ID: 26311042, TypeIdentifiant: qualif.SIRET, Identifiant: hotel, RaisonSociale: "Hôtel de Paris", DateCreation: start.AddDate(-4, 0, 0)},
			{ID: 26311043, TypeIdentifiant: qualif.SIRET, Identifiant: auteuil, RaisonSociale: "78 RUE D'AUTEUIL"},
			{ID: 26311044, TypeIdentifiant: qualif.SIRET, Identifiant: mairie, Libelle: "Destinataire sans paramètre", Publique: true},
			{ID: 26311045, TypeIdentifiant: qualif.SIRET, Identifiant: closed, RaisonSociale: "Fermée", Inactive: true},
			{ID: 26311046, TypeIdentifiant: qualif.RIDET, Identifiant: ridet, Nom: "Kanak", Prenom: "Marie"},
			{ID: 26311047, TypeIdentifiant: qualif.SIRET, Identifiant: orphan, RaisonSociale: "Sans gestionnaire"},
		},
		People: []qualif.Person{
			{ID: 1, Login: manager, Nom: "Saignard", Prenom: "Hélène", Contact: "hotel@paris.example", Password: password, DerniereConnexion: time.Date(2019, time.August, 1, 15, 7, 50, 0, qualif.Paris)},
			{ID: 2, Login: mate, Nom: "Suignard", Prenom: "Paul", Contact: "paul@paris.example", Password: password},
			{ID: 3, Login: second, Nom: "Allavoine", Prenom: "Catherine", Password: password},
			{ID: 4, Login: inactive, Nom: "Parti", Prenom: "Jean", Password: password, Inactif: true},
			{ID: 5, Login: mayor, Nom: "Maire", Prenom: "Anne", Password: password},
			{ID: 6, Login: stranger, Nom: "Autre", Prenom: "Luc", Password: password},
		},
		Rattachements: []qualif.Rattachement{
			{ID: 1, Login: manager, StructureID: 26311042, Role: qualif.GestionnairePrincipal},
			{ID: 2, Login: manager, StructureID: 26311043, Role: qualif.GestionnairePrincipal},
			{ID: 3, Login: manager, StructureID: 26311045, Role: qualif.GestionnairePrincipal},
			{ID: 4, Login: manager, StructureID: 26311046, Role: qualif.GestionnairePrincipal},
			{ID: 5, Login: mate, StructureID: 26311042, Role: qualif.Utilisateur},
			{ID: 6, Login: second, StructureID: 26311042, Role: qualif.GestionnaireSecondaire},
			{ID: 7, Login: second, StructureID: 26311043, Role: qualif.GestionnaireSecondaire},
			{ID: 8, Login: inactive, StructureID: 26311042, Role: qualif.Utilisateur},
			{ID: 9, Login: mayor, StructureID: 26311044, Role: qualif.GestionnairePrincipal},
			{ID: 10, Login: mate, StructureID: 26311047, Role: qualif.Utilisateur},
		},
		Accounts: []qualif.AccountSeed{
			{StructureID: 26311042, Login: "TECH_1_" + hotel + "@cpp2021.fr", Status: qualif.Actif, ChangedDays: 30, PasswordDays: 30, Profiles: []string{"portail-2022"}},
			{StructureID: 26311042, Login: "TECH_2_" + hotel + "@cpp2021.fr", Status: qualif.Inactif, ChangedDays: 59, PasswordDays: 90, Profiles: []string{"portail-2022"}},
			{StructureID: 26311044, Login: "TECH_1_" + mairie + "@cpro.fr", Status: qualif.Inactif, ChangedDays: 61, PasswordDays: 90},
			{StructureID: 26311044, Login: "TECH_2_" + mairie + "@cpro.fr", Status: qualif.Actif, PasswordDays: 425},
			{StructureID: 26311044, Login: "TECH_3_" + mairie + "@cpro.fr", Status: qualif.EnCreation, ChangedMinutes: 10},
		},
	}
}

// house is a portal behind real HTTP.
type house struct {
	t        testing.TB
	registry *sandboxes.Registry
	server   *httptest.Server
	engine   *gin.Engine
	faults   *faults.Books
	journals *requests.Journals
}

// contracts parses the documents once for all the tests.
var contracts = sync.OnceValues(openapi.Load)

// in is the same house for a subtest.
func (h *house) in(t testing.TB) *house {
	inside := *h
	inside.t = t
	return &inside
}

// open opens a portal whose default sandbox has a frozen clock at start. An
// answer that breaks the contract fails the test.
func open(t testing.TB, profile string) *house {
	return openWith(t, profile, wire.Enforce, store.NewMemory())
}

// openOn is open on another data set.
func openOn(t testing.TB, profile string, data *qualif.DataSet) *house {
	t.Helper()
	return openAll(t, profile, wire.Enforce, store.NewMemory(), data)
}

func openWith(t testing.TB, profile string, requests wire.Mode, journals store.Journals) *house {
	t.Helper()
	return openAll(t, profile, requests, journals, dataSet())
}

func openAll(t testing.TB, profile string, checks wire.Mode, journals store.Journals, data *qualif.DataSet) *house {
	t.Helper()
	if err := data.Index(); err != nil {
		t.Fatal(err)
	}
	library, err := sandboxes.NewLibrary(data)
	if err != nil {
		t.Fatal(err)
	}
	registry, err := sandboxes.New(sandboxes.Options{
		Wall: clock.System(), Journals: journals, Library: library,
		Defaults: sandboxes.Spec{Seed: 1, Profile: profile, Mode: clock.Frozen, At: start, DataSet: data},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(registry.Stop)
	set, err := contracts()
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	contract := &wire.Contract{Set: set, Requests: checks, Answers: wire.Enforce, Log: slog.New(slog.NewTextHandler(t.Output(), nil))}
	contract.Violated = func(direction, operation string) {
		if _, broken := journals.(brokenJournals); direction == "answer" && !broken {
			t.Errorf("an answer of %s breaks the contract", operation)
		}
	}
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.UseRawPath, engine.UnescapePathValues = true, true
	h := &house{t: t, registry: registry, engine: engine, faults: &faults.Books{}, journals: requests.New(requests.DefaultLimits)}
	engine.Use(requests.Watch("/portail/", h.journals, registry))
	portal.New(portal.Options{
		Registry: registry, Contract: contract, Log: log, Faults: h.faults, Journals: h.journals, Explain: true,
		MatelasCSV: func(w io.Writer, data *qualif.DataSet, passwords func(string) string) error {
			_, err := fixtures.WriteCSV(w, data, passwords)
			return err
		},
	}).Register(engine)
	h.server = httptest.NewServer(engine)
	t.Cleanup(h.server.Close)
	return h
}

func (h *house) sandbox() *sandboxes.Sandbox {
	sandbox, ok := h.registry.Get(sandboxes.Default)
	if !ok {
		h.t.Fatal("there is no default sandbox")
	}
	return sandbox
}

// advance moves the default sandbox's clock by a span such as "30m" or "P60D".
func (h *house) advance(by string) {
	h.t.Helper()
	span, err := clock.ParseSpan(by)
	if err != nil {
		h.t.Fatal(err)
	}
	if _, err := h.sandbox().Advance(sandboxes.Move{By: span}); err != nil {
		h.t.Fatal(err)
	}
}

// client is a person with a browser.
type client struct {
	*house
	login, password string
	header          http.Header
}

func (h *house) as(login string) client { return client{h, login, password, http.Header{}} }

// with is the same person sending one more header.
func (c client) with(name, value string) client {
	c.header = c.header.Clone()
	c.header.Add(name, value)
	return c
}

// reply is an answer.
type reply struct {
	t      testing.TB
	status int
	header http.Header
	body   []byte
}

func (c client) get(path string) reply { c.t.Helper(); return c.send(http.MethodGet, path, "") }
func (c client) post(path, body string) reply {
	c.t.Helper()
	return c.send(http.MethodPost, path, body)
}
func (c client) put(path, body string) reply { c.t.Helper(); return c.send(http.MethodPut, path, body) }

func (c client) send(method, path, body string) reply {
	c.t.Helper()
	request, err := http.NewRequest(method, c.server.URL+"/portail/api/v1"+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for name, values := range c.header {
		request.Header[name] = values
	}
	if c.login != "" {
		request.SetBasicAuth(c.login, c.password)
	}
	response, err := c.server.Client().Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return reply{c.t, response.StatusCode, response.Header, text}
}

// is fails unless the status is as wanted.
func (r reply) is(status int) reply {
	r.t.Helper()
	if r.status != status {
		r.t.Fatalf("status: got %d, want %d: %s", r.status, status, r.body)
	}
	return r
}

// refuses fails unless the answer is that problem, about that field ("" for
// none), in problem+json.
func (r reply) refuses(status int, code, field string) reply {
	r.t.Helper()
	r.is(status)
	if got, want := r.header.Get("Content-Type"), "application/problem+json"; got != want {
		r.t.Errorf("Content-Type: got %q, want %q", got, want)
	}
	if got := r.text("code"); got != code {
		r.t.Fatalf("code: got %q, want %q: %s", got, code, r.body)
	}
	if got, _ := r.value("field").(string); got != field {
		r.t.Errorf("field: got %q, want %q", got, field)
	}
	return r
}

// value is a member of the JSON body, reached by a path such as
// "technicalAccounts.0.login"; nil when it is not there.
func (r reply) value(path string) any {
	r.t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(r.body))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		r.t.Fatalf("body %q: %v", r.body, err)
	}
	for _, step := range strings.Split(path, ".") {
		switch at := value.(type) {
		case map[string]any:
			value = at[step]
		case []any:
			i := int(step[0] - '0')
			if i >= len(at) {
				return nil
			}
			value = at[i]
		default:
			return nil
		}
	}
	return value
}

func (r reply) text(path string) string {
	r.t.Helper()
	text, ok := r.value(path).(string)
	if !ok {
		r.t.Fatalf("%s: got %v, want a string: %s", path, r.value(path), r.body)
	}
	return text
}

// has fails unless each path leads to its value (a string, a bool, nil, or a
// number as text prefixed by #).
func (r reply) has(want map[string]any) reply {
	r.t.Helper()
	for path, value := range want {
		got := r.value(path)
		if n, ok := got.(json.Number); ok {
			got = "#" + n.String()
		}
		if got != value {
			r.t.Errorf("%s: got %v, want %v", path, got, value)
		}
	}
	return r
}

// lists collects a member of every element of a list.
func (r reply) lists(list, member string) []string {
	r.t.Helper()
	elements, ok := r.value(list).([]any)
	if !ok {
		r.t.Fatalf("%s is not a list: %s", list, r.body)
	}
	all := []string{}
	for _, element := range elements {
		text, ok := element.(string)
		if member != "" {
			text, ok = element.(map[string]any)[member].(string)
		}
		if !ok {
			r.t.Fatalf("%s: %v has no %s", list, element, member)
		}
		all = append(all, text)
	}
	return all
}
