package gateway_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"chorus-qualif/openapi"
	"chorus-qualif/server/chorus"
	"chorus-qualif/server/clock"
	"chorus-qualif/server/gateway"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/store"
	"chorus-qualif/server/wire"
)

const (
	siretA = "11111111100001"
	siretB = "22222222200002"
	siretC = "33333333300003"

	manager = "gp.fournisseur@example.fr"
	human   = "humain"

	active = "TECH_1_" + siretA + "@cpro.fr"
	// secret has what breaks naive clients, colons first of all.
	secret = "m:o$t&(1:x"

	search    = "/cpro/structures/v1/rechercher"
	health    = "/cpro/transverses/v1/health-check"
	tokenPath = "/api/oauth/token"
)

// start is where the tests' clocks begin.
var start = time.Date(2026, 3, 1, 9, 0, 0, 0, qualif.Paris)

func account(n, domain string, status qualif.Status, change func(*qualif.AccountSeed)) qualif.AccountSeed {
	a := qualif.AccountSeed{StructureID: 1, Login: "TECH_" + n + siretA + "@" + domain, Password: secret, Status: status, PasswordDays: 100}
	if change != nil {
		change(&a)
	}
	return a
}

func dataSet(t testing.TB) *qualif.DataSet {
	t.Helper()
	minutes := func(n int) func(*qualif.AccountSeed) { return func(a *qualif.AccountSeed) { a.ChangedMinutes = n } }
	days := func(n int) func(*qualif.AccountSeed) { return func(a *qualif.AccountSeed) { a.ChangedDays = n } }
	age := func(n int) func(*qualif.AccountSeed) { return func(a *qualif.AccountSeed) { a.PasswordDays = n } }
	d := &qualif.DataSet{
		Name: "gateway",
		Structures: []qualif.Structure{
			{ID: 1, TypeIdentifiant: qualif.SIRET, Identifiant: siretA, RaisonSociale: "Fournisseur <A> & fils"},
			{ID: 2, TypeIdentifiant: qualif.SIRET, Identifiant: siretB, RaisonSociale: "Fournisseur B"},
			{ID: 3, TypeIdentifiant: qualif.SIRET, Identifiant: siretC, RaisonSociale: "Autre"},
		},
		People: []qualif.Person{
			{ID: 1, Login: manager, Nom: "Martin", Prenom: "Claire", Password: human},
			{ID: 2, Login: "gp.autre@example.fr", Nom: "Durand", Prenom: "Paul", Password: human},
		},
		Rattachements: []qualif.Rattachement{
			{ID: 1, Login: manager, StructureID: 1, Role: qualif.GestionnairePrincipal},
			{ID: 2, Login: manager, StructureID: 2, Role: qualif.GestionnairePrincipal},
			{ID: 3, Login: "gp.autre@example.fr", StructureID: 3, Role: qualif.GestionnairePrincipal},
		},
		Accounts: []qualif.AccountSeed{
			account("1_", "cpro.fr", qualif.Actif, nil),
			account("2_", "cpro.fr", qualif.Actif, age(424)),
			account("3_", "cpro.fr", qualif.EnCreation, minutes(10)),
			account("4_", "cpro.fr", qualif.EnDesactivation, minutes(10)),
			account("5_", "cpro.fr", qualif.Inactif, days(59)),
			account("6_", "cpro.fr", qualif.EnReactivation, minutes(10)),
			account("7_", "cpro.fr", qualif.Inactif, days(61)),
			account("8_", "cpro.fr", qualif.Actif, func(a *qualif.AccountSeed) { a.Password = "pâssé€:ü" }),
			account("9_", "cpp2021.fr", qualif.Actif, nil),
			account("10_", "cpro.fr", qualif.Actif, age(409)),
			account("0", "cpp2017.fr", qualif.Actif, nil),
			{StructureID: 3, Login: "TECH_1_" + siretC + "@cpro.fr", Password: secret, Status: qualif.Actif, PasswordDays: 100},
		},
	}
	if err := d.Index(); err != nil {
		t.Fatal(err)
	}
	return d
}

// operations answers every declared operation in its declared shape; a search
// lists what the caller's own rights reach.
func operations(set *openapi.Set) map[string]chorus.Operation {
	all := map[string]chorus.Operation{}
	for _, document := range set.Documents() {
		for _, declared := range document.Operations {
			if document.API != "" {
				all[declared.ID] = func(*chorus.Call) chorus.Answer { return chorus.Answer{Body: chorus.Done} }
			}
		}
	}
	all["healthCheck"] = func(*chorus.Call) chorus.Answer {
		return chorus.Answer{Body: map[string]any{"statusCodeValue": 200, "statusCode": "OK", "body": "L'API CPRO est actuellement disponible et fonctionnel."}}
	}
	all["rechercherStructure"] = reached
	all["rechercherFactureRecipiendaire"] = seen
	return all
}

// seen tells, beside its answer, the body that it got.
func seen(c *chorus.Call) chorus.Answer {
	return chorus.Answer{Body: chorus.Done, Code: "seen", Why: string(c.Body)}
}

func reached(c *chorus.Call) chorus.Answer {
	type item struct {
		ID          int64  `json:"idStructureCPP"`
		Siret       string `json:"identifiantStructure"`
		Designation string `json:"designationStructure"`
	}
	list := []item{}
	for _, s := range c.Principal.Structures {
		list = append(list, item{s.ID, s.Identifiant, s.Designation()})
	}
	return chorus.Answer{Body: struct {
		chorus.Envelope
		List []item `json:"listeStructures"`
	}{chorus.Done, list}}
}

// machine is the machine's clock, that only a test moves.
type machine struct {
	mu  sync.Mutex
	now time.Time
}

func (m *machine) Now() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now
}

func (m *machine) AfterFunc(time.Duration, func()) func() bool { return func() bool { return true } }

func (m *machine) move(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = m.now.Add(d)
}

// record is a log that can be read while it is written.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

type platform struct {
	testing.TB
	url      string
	engine   *gin.Engine
	registry *sandboxes.Registry
	machine  *machine
	log      *record
	options  gateway.Options

	mu       sync.Mutex
	violated []string
	answered []answered
}

type answered struct {
	operation string
	status    int
	code      string
}

// client is the tests' own: a test server that closes cuts the idle connections of
// the default one, and with them calls of other tests.
var client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}

// contracts are compiled once for all the tests, and never change.
var contracts = sync.OnceValues(openapi.Load)

// newPlatform serves a gateway on a free port, after change has had its say.
func newPlatform(t testing.TB, change func(*gateway.Options)) *platform {
	t.Helper()
	set, err := contracts()
	if err != nil {
		t.Fatal(err)
	}
	data := dataSet(t)
	library, err := sandboxes.NewLibrary(data)
	if err != nil {
		t.Fatal(err)
	}
	p := &platform{TB: t, machine: &machine{now: start.Add(1000 * time.Hour)}, log: &record{}}
	p.registry, err = sandboxes.New(sandboxes.Options{
		Wall: p.machine, Journals: store.NewMemory(), Library: library,
		Defaults: sandboxes.Spec{Seed: 1, Profile: qualif.DefaultProfile, Mode: clock.Frozen, At: start, DataSet: data},
	})
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(p.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	p.options = gateway.Options{
		Registry: p.registry, Operations: operations(set), Explain: true, Log: log, Answered: p.saw,
		Contract: &wire.Contract{Set: set, Requests: wire.Enforce, Answers: wire.Enforce, Log: log, Violated: p.violation},
	}
	if change != nil {
		change(&p.options)
	}
	g, err := gateway.New(p.options)
	if err != nil {
		t.Fatal(err)
	}
	gin.SetMode(gin.ReleaseMode)
	p.engine = gin.New()
	g.Register(p.engine)
	server := httptest.NewServer(p.engine)
	t.Cleanup(server.Close)
	p.url = server.URL
	return p
}

func (p *platform) saw(operation string, status int, code string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answered = append(p.answered, answered{operation, status, code})
}

func (p *platform) violation(direction, operation string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.violated = append(p.violated, direction+" "+operation)
}

// violations lists what the contract counted in a direction.
func (p *platform) violations(direction string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []string
	for _, v := range p.violated {
		if strings.HasPrefix(v, direction+" ") {
			all = append(all, strings.TrimPrefix(v, direction+" "))
		}
	}
	return all
}

// sandbox makes a sandbox of that name, frozen at the start.
func (p *platform) sandbox(t testing.TB, name string, switches qualif.Switches) *sandboxes.Sandbox {
	t.Helper()
	sb, _, err := p.registry.Put(name, sandboxes.Spec{Switches: switches})
	if err != nil {
		t.Fatal(err)
	}
	return sb
}

func advance(t testing.TB, sb *sandboxes.Sandbox, by time.Duration) {
	t.Helper()
	if _, err := sb.Advance(sandboxes.Move{By: clock.Span{Exact: by}}); err != nil {
		t.Fatal(err)
	}
}

// credentials are those of a sandbox's first application.
func credentials(sb *sandboxes.Sandbox) (id, secret string) {
	sb.Read(func(v sandboxes.View) {
		app := v.Applications()[0]
		id, secret = app.ClientID, v.ClientSecret(app)
	})
	return id, secret
}

type reply struct {
	status int
	header http.Header
	body   string
}

// code is that of the explanation.
func (r reply) code() string {
	code, _, _ := strings.Cut(r.header.Get(wire.ExplainHeader), ":")
	return code
}

// send makes a request; header values that are "" are left out.
func (p *platform) send(t testing.TB, method, path string, header map[string]string, body string) reply {
	t.Helper()
	request, err := http.NewRequest(method, p.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range header {
		if value != "" {
			request.Header.Set(name, value)
		}
	}
	return do(t, request)
}

func do(t testing.TB, request *http.Request) reply {
	t.Helper()
	answer, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{answer.StatusCode, answer.Header, string(text)}
}

// token gets an access token of a sandbox, as most clients do.
func (p *platform) token(t testing.TB, sb *sandboxes.Sandbox) string {
	t.Helper()
	id, secret := credentials(sb)
	return p.tokenFor(t, id, secret)
}

func (p *platform) tokenFor(t testing.TB, id, secret string) string {
	t.Helper()
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {id}, "client_secret": {secret}, "scope": {"openid"}}
	r := p.send(t, http.MethodPost, tokenPath, map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, form.Encode())
	var issued struct {
		Token string `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(r.body), &issued); err != nil || r.status != http.StatusOK {
		t.Fatalf("token: %d %s", r.status, r.body)
	}
	return issued.Token
}

func basic(login, password string) string {
	return base64.StdEncoding.EncodeToString([]byte(login + ":" + password))
}

// headers are those of a call that passes.
func headers(token string) map[string]string {
	return map[string]string{
		"Authorization": "Bearer " + token,
		"cpro-account":  basic(active, secret),
		"Content-Type":  "application/json;charset=utf-8",
	}
}

// call searches with a token and an account that works.
func (p *platform) call(t testing.TB, token string) reply {
	t.Helper()
	return p.send(t, http.MethodPost, search, headers(token), "{}")
}

func expect(t testing.TB, r reply, status int, code string) {
	t.Helper()
	if r.status != status || r.code() != code {
		t.Errorf("got %d %q (%s), want %d %q", r.status, r.code(), r.header.Get(wire.ExplainHeader), status, code)
	}
}

// serve makes a request without the network, for what is tried thousands of
// times.
func (p *platform) serve(method, path string, header map[string]string, body string) reply {
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	for name, value := range header {
		if value != "" {
			request.Header.Set(name, value)
		}
	}
	recorder := httptest.NewRecorder()
	p.engine.ServeHTTP(recorder, request)
	return reply{recorder.Code, recorder.Header(), recorder.Body.String()}
}
