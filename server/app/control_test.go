package app_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"chorus-qualif/server/app"
	"chorus-qualif/server/app/apptest"
	"chorus-qualif/server/qualif"
)

func start(t testing.TB, options app.Options) *app.App {
	t.Helper()
	return apptest.Start(t, options)
}

type reply struct {
	status int
	header http.Header
	body   string
}

// field reads a value of the JSON body by its path ("clock.now").
func (r reply) field(t testing.TB, path string) any {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(r.body), &value); err != nil {
		t.Fatalf("%v in %s", err, r.body)
	}
	for key := range strings.SplitSeq(path, ".") {
		object, ok := value.(map[string]any)
		if !ok {
			t.Fatalf("no %s in %s", path, r.body)
		}
		value = object[key]
	}
	return value
}

func send(t testing.TB, method, url, body string, header map[string]string) reply {
	t.Helper()
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
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
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{response.StatusCode, response.Header, string(text)}
}

const frozen = `{"clock":{"mode":"frozen","at":"2026-03-01T09:00:00+01:00"}}`

func TestPutSandboxTakesEverything(t *testing.T) {
	t.Parallel()
	url := start(t, app.Options{}).AdminURL() + "/__admin/v1/sandboxes/a"
	yaml, _ := json.Marshal("structures:\n  - siret: \"00000000415049\"\n    raisonSociale: Une structure\n")
	csv, _ := json.Marshal("Entite;Libelle;Valeur\nFournisseur;SIRET Structure;93125027408770\nFournisseur;Login compte GP;GEST_PRIVE_1_93125027408770@cpro.fr\nFournisseur;Mot de passe Compte GP;secret&1\n")
	for name, test := range map[string]struct {
		body, field string
		want        any
	}{
		"nothing":  {"", "profile", "portail-2022"},
		"empty":    {"{}", "seed", 1.0},
		"seed":     {`{"seed":42}`, "seed", 42.0},
		"profile":  {`{"profile":"cpp-2020"}`, "profile", "cpp-2020"},
		"frozen":   {frozen, "clock.now", "2026-03-01T09:00:00.000+01:00"},
		"scaled":   {`{"clock":{"mode":"scaled","rate":60}}`, "clock.rate", 60.0},
		"offset":   {`{"clock":{"mode":"offset","at":"2026-03-01T09:00:00+01:00"}}`, "clock.mode", "offset"},
		"switches": {`{"switches":{"gateway.realm":"by-route"}}`, "switches", nil},
		"builtin":  {`{"fixtures":"qualification"}`, "dataSet.name", "qualification"},
		"yaml":     {`{"fixtures":{"yaml":` + string(yaml) + `}}`, "dataSet.structures", 1.0},
		"csv":      {`{"fixtures":{"csv":` + string(csv) + `}}`, "dataSet.people", 1.0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := send(t, "PUT", url+"-"+name, test.body, nil)
			if got.status != http.StatusCreated {
				t.Fatalf("got %d %s", got.status, got.body)
			}
			if value := got.field(t, test.field); test.want != nil && value != test.want {
				t.Errorf("%s: got %v, want %v", test.field, value, test.want)
			}
			if name == "switches" && got.field(t, "switches").(map[string]any)["gateway.realm"] != "by-route" {
				t.Errorf("the switch is not set: %s", got.body)
			}
			if again := send(t, "PUT", url+"-"+name, test.body, nil); again.status != http.StatusOK {
				t.Errorf("again: got %d, want 200", again.status)
			}
		})
	}
}

func TestPutSandboxRefusesPrecisely(t *testing.T) {
	t.Parallel()
	a := start(t, app.Options{MaxSandboxes: 2})
	base := a.AdminURL() + "/__admin/v1/sandboxes/"
	if got := send(t, "PUT", base+"only", "", nil); got.status != http.StatusCreated {
		t.Fatalf("got %d %s", got.status, got.body)
	}
	for name, test := range map[string]struct {
		path, body string
		status     int
		code, says string
	}{
		"name":            {"-a", "", 400, "invalid-request", "1 to 63 letters"},
		"limit":           {"third", "", 409, "sandbox-limit", "--max-sandboxes"},
		"not JSON":        {"only", "{", 400, "invalid-request", ""},
		"unknown key":     {"only", `{"sed":1}`, 400, "invalid-request", "sed"},
		"profile":         {"only", `{"profile":"portail-1999"}`, 400, "invalid-request", "profile"},
		"mode":            {"only", `{"clock":{"mode":"stopped"}}`, 400, "invalid-request", "mode"},
		"instant":         {"only", `{"clock":{"mode":"frozen","at":"yesterday"}}`, 400, "invalid-request", "at"},
		"no rate":         {"only", `{"clock":{"mode":"scaled"}}`, 422, "clock-refused", "rate"},
		"switch":          {"only", `{"switches":{"no.such":"x"}}`, 422, "switches-refused", `no.such`},
		"switch value":    {"only", `{"switches":{"gateway.realm":"purple"}}`, 422, "switches-refused", "default, by-route"},
		"data set":        {"only", `{"fixtures":"nope"}`, 422, "fixtures-refused", "qualification"},
		"broken data set": {"only", `{"fixtures":{"yaml":"structures: 7"}}`, 422, "fixtures-refused", "1"},
		"two data sets":   {"only", `{"fixtures":{"yaml":"a","csv":"b"}}`, 400, "invalid-request", "fixtures"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := send(t, "PUT", base+test.path, test.body, nil)
			if got.status != test.status || got.field(t, "code") != test.code || !strings.Contains(got.body, test.says) {
				t.Errorf("got %d %s\nwant %d %s saying %q", got.status, got.body, test.status, test.code, test.says)
			}
			if kind := got.header.Get("Content-Type"); kind != "application/problem+json" {
				t.Errorf("got content type %s", kind)
			}
		})
	}
}

func TestUnknownSandboxIsNamed(t *testing.T) {
	t.Parallel()
	base := start(t, app.Options{}).AdminURL() + "/__admin/v1/sandboxes/nobody"
	for _, path := range []string{"", "/credentials", "/clock", "/timeline", "/technical-accounts", "/mails", "/journal", "/applications"} {
		if got := send(t, "GET", base+path, "", nil); got.status != 404 || got.field(t, "code") != "sandbox-unknown" || !strings.Contains(got.body, "nobody") {
			t.Errorf("GET %s: got %d %s", path, got.status, got.body)
		}
	}
	if got := send(t, "DELETE", base, "", nil); got.status != 204 {
		t.Errorf("DELETE: got %d, want 204 for what does not exist", got.status)
	}
}

func TestClockOverHTTP(t *testing.T) {
	t.Parallel()
	base := start(t, app.Options{}).AdminURL() + "/__admin/v1/sandboxes/a"
	send(t, "PUT", base, frozen, nil)
	clock := func(action, body string) reply { return send(t, "POST", base+"/clock/"+action, body, nil) }
	for _, step := range []struct {
		action, body string
		status       int
		field        string
		want         any
	}{
		{"advance", `{"by":"30m"}`, 200, "to", "2026-03-01T09:30:00.000+01:00"},
		{"advance", `{"by":"P1D"}`, 200, "to", "2026-03-02T09:30:00.000+01:00"},
		{"peek", `{"by":"P60D"}`, 200, "from", "2026-03-02T09:30:00.000+01:00"},
		{"advance", `{"to":"2026-03-29T01:30:00+01:00"}`, 200, "to", "2026-03-29T01:30:00.000+01:00"},
		{"advance", `{"by":"PT1H"}`, 200, "to", "2026-03-29T03:30:00.000+02:00"},
		{"advance", `{"by":"P1D"}`, 200, "to", "2026-03-30T03:30:00.000+02:00"},
		{"advance", `{"to":"2026-03-01T00:00:00Z"}`, 409, "code", "clock-backwards"},
		{"advance", `{"by":"soon"}`, 400, "code", "invalid-request"},
		{"advance", `{"by":"-1h"}`, 400, "code", "invalid-request"},
		{"advance", `{"by":"1h","to":"2027-01-01T00:00:00Z"}`, 400, "code", "invalid-request"},
		{"advance", `{}`, 400, "code", "invalid-request"},
		{"set", `{"at":"2026-04-01T00:00:00+02:00"}`, 200, "now", "2026-04-01T00:00:00.000+02:00"},
		{"set", `{"at":"2025-04-01T00:00:00+02:00"}`, 409, "code", "clock-backwards"},
		{"scale", `{"rate":0}`, 400, "code", "invalid-request"},
		{"scale", `{"rate":3600}`, 200, "mode", "scaled"},
		{"resume", ``, 200, "mode", "offset"},
		{"freeze", `{"at":"2030-01-01T00:00:00+01:00"}`, 200, "now", "2030-01-01T00:00:00.000+01:00"},
		{"freeze", ``, 200, "mode", "frozen"},
	} {
		got := clock(step.action, step.body)
		if got.status != step.status || got.field(t, step.field) != step.want {
			t.Errorf("%s %s: got %d %s, want %d with %s %v", step.action, step.body, got.status, got.body, step.status, step.field, step.want)
		}
	}
}

func TestAdvanceBudget(t *testing.T) {
	t.Parallel()
	base := start(t, app.Options{}).AdminURL() + "/__admin/v1/sandboxes/a"
	send(t, "PUT", base, frozen, nil)
	got := send(t, "POST", base+"/clock/advance", `{"by":"P400D","maxEvents":1}`, nil)
	if got.status != 409 || got.field(t, "code") != "advance-budget-exceeded" {
		t.Fatalf("got %d %s", got.status, got.body)
	}
	stopped := got.field(t, "advance.to")
	if now := send(t, "GET", base+"/clock", "", nil).field(t, "now"); now != stopped {
		t.Errorf("the clock reads %v, the answer said %v", now, stopped)
	}
	if got = send(t, "POST", base+"/clock/advance", `{"to":"2027-04-05T09:00:00+02:00"}`, nil); got.status != 200 || got.field(t, "from") != stopped {
		t.Errorf("going on: got %d %s", got.status, got.body)
	}
}

func TestApplicationsLeadToEach403(t *testing.T) {
	t.Parallel()
	base := start(t, app.Options{}).AdminURL() + "/__admin/v1/sandboxes/a"
	send(t, "PUT", base, frozen, nil)
	name := send(t, "GET", base+"/credentials", "", nil).field(t, "applicationName").(string)
	got := send(t, "PUT", base+"/applications/"+name, `{"subscriptions":["structures"],"terms":[],"raccordements":["41783652090157"],"enabled":false}`, nil)
	if got.status != 200 || got.field(t, "enabled") != false || fmt.Sprint(got.field(t, "subscriptions")) != "[structures]" || fmt.Sprint(got.field(t, "raccordements")) != "[41783652090157]" {
		t.Errorf("got %d %s", got.status, got.body)
	}
	if got = send(t, "PUT", base+"/applications/second", "", nil); got.status != 200 || got.field(t, "clientId") == "" {
		t.Errorf("a second application: got %d %s", got.status, got.body)
	}
	if got = send(t, "PUT", base+"/applications/second", `{"raccordements":["99999999999999"]}`, nil); got.status != 404 || got.field(t, "code") != "structure-unknown" {
		t.Errorf("unknown SIRET: got %d %s", got.status, got.body)
	}
	if got = send(t, "GET", base+"/applications", "", nil); strings.Count(got.body, `"clientId"`) != 2 {
		t.Errorf("got %s, want two applications", got.body)
	}
}

func TestJournalInPagesRebuildsTheState(t *testing.T) {
	t.Parallel()
	a := start(t, app.Options{})
	base := a.AdminURL() + "/__admin/v1/sandboxes/a"
	send(t, "PUT", base, frozen, nil)
	send(t, "POST", base+"/clock/advance", `{"by":"P100D"}`, nil)
	var events []qualif.Event
	after := uint64(0)
	for page := 0; ; page++ {
		var journal struct {
			Events []qualif.Event
			Next   *uint64
		}
		got := send(t, "GET", fmt.Sprintf("%s/journal?limit=5&after=%d", base, after), "", nil)
		if err := json.Unmarshal([]byte(got.body), &journal); err != nil {
			t.Fatalf("%v in %s", err, got.body)
		}
		events = append(events, journal.Events...)
		if journal.Next == nil {
			break
		}
		after = *journal.Next
	}
	if len(events) < 10 {
		t.Fatalf("got %d events", len(events))
	}
	state := qualif.NewState(a.Registry().Library())
	if err := state.Replay(events); err != nil {
		t.Fatal(err)
	}
	var want string
	for _, account := range state.Accounts() {
		want += account.Login + " " + string(account.Status) + "\n"
	}
	var list struct {
		TechnicalAccounts []struct{ Login, Status string }
	}
	got := send(t, "GET", base+"/technical-accounts", "", nil)
	if err := json.Unmarshal([]byte(got.body), &list); err != nil {
		t.Fatal(err)
	}
	var have string
	for _, account := range list.TechnicalAccounts {
		have += account.Login + " " + account.Status + "\n"
	}
	if have != want {
		t.Errorf("got\n%swant\n%s", have, want)
	}
}

func TestGuard(t *testing.T) {
	t.Parallel()
	url := start(t, app.Options{AdminToken: "s3cret", AdminHosts: []string{"sandbox.example"}}).AdminURL()
	right := map[string]string{"Authorization": "Bearer s3cret"}
	with := func(extra ...string) map[string]string {
		all := map[string]string{"Authorization": right["Authorization"]}
		for i := 0; i < len(extra); i += 2 {
			all[extra[i]] = extra[i+1]
		}
		return all
	}
	for name, test := range map[string]struct {
		path   string
		header map[string]string
		status int
		code   string
	}{
		"no token":           {"/__admin/v1/sandboxes", nil, 401, "admin-token-refused"},
		"wrong token":        {"/__admin/v1/sandboxes", map[string]string{"Authorization": "Bearer x"}, 401, "admin-token-refused"},
		"basic":              {"/__admin/v1/sandboxes", map[string]string{"Authorization": "Basic s3cret"}, 401, "admin-token-refused"},
		"right token":        {"/__admin/v1/sandboxes", right, 200, ""},
		"probe":              {"/livez", nil, 200, ""},
		"metrics":            {"/metrics", nil, 401, "admin-token-refused"},
		"rebinding":          {"/__admin/v1/sandboxes", with("Host", "evil.example"), 403, "host-refused"},
		"rebinding a probe":  {"/readyz", map[string]string{"Host": "evil.example:8081"}, 403, "host-refused"},
		"allowed host":       {"/__admin/v1/sandboxes", with("Host", "sandbox.example:8081"), 200, ""},
		"container name":     {"/__admin/v1/sandboxes", with("Host", "chorus-qualif:8081"), 200, ""},
		"IPv6":               {"/__admin/v1/sandboxes", with("Host", "[::1]:8081"), 200, ""},
		"another origin":     {"/__admin/v1/sandboxes", with("Origin", "http://evil.example"), 403, "origin-refused"},
		"an opaque origin":   {"/__admin/v1/sandboxes", with("Origin", "null"), 403, "origin-refused"},
		"its own origin":     {"/__admin/v1/sandboxes", with("Origin", url), 200, ""},
		"unknown path":       {"/nope", right, 404, "path-unknown"},
		"unknown document":   {"/openapi/nope.yaml", right, 404, "document-unknown"},
		"a document":         {"/openapi/structures.yaml", right, 200, ""},
		"a document as JSON": {"/openapi/admin.json", right, 200, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := send(t, "GET", url+test.path, "", test.header)
			if got.status != test.status {
				t.Fatalf("got %d %.300s, want %d", got.status, got.body, test.status)
			}
			if test.code != "" && got.field(t, "code") != test.code {
				t.Errorf("got %s, want code %s", got.body, test.code)
			}
		})
	}
	if got := send(t, "PATCH", url+"/livez", "", right); got.status != 405 {
		t.Errorf("PATCH /livez: got %d, want 405", got.status)
	}
}

func TestStartTellsEveryAddressThatIsTaken(t *testing.T) {
	t.Parallel()
	var taken []string
	for range 2 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = l.Close() }()
		taken = append(taken, l.Addr().String())
	}
	a, err := app.New(app.Options{Addr: taken[0], AdminAddr: taken[1]})
	if err != nil {
		t.Fatal(err)
	}
	err = a.Start()
	var bind *app.BindError
	if !errors.As(err, &bind) || !strings.Contains(err.Error(), "--addr "+taken[0]) || !strings.Contains(err.Error(), "--admin-addr "+taken[1]) {
		t.Errorf("got %v, want both addresses", err)
	}
}

func TestExplanationsCanBeHidden(t *testing.T) {
	t.Parallel()
	for hide, want := range map[bool]bool{true: false, false: true} {
		a := start(t, app.Options{HideExplanations: hide})
		got := send(t, "POST", a.PlatformURL()+rechercher, search, nil)
		if got.status != 400 || (got.header.Get("X-Sandbox-Explain") != "") != want {
			t.Errorf("hidden %v: got %d, explained %q", hide, got.status, got.header.Get("X-Sandbox-Explain"))
		}
	}
}

func TestMetricsCountAnswers(t *testing.T) {
	t.Parallel()
	a := start(t, app.Options{})
	send(t, "POST", a.PlatformURL()+rechercher, search, nil)
	got := send(t, "GET", a.AdminURL()+"/metrics", "", nil)
	for _, want := range []string{
		`chorus_qualif_answers_total{code="authorization-missing",operation="rechercherStructure",status="400"} 1`,
		"chorus_qualif_sandboxes 1", "go_goroutines",
	} {
		if !strings.Contains(got.body, want) {
			t.Errorf("no %s in\n%.2000s", want, got.body)
		}
	}
}

func TestSandboxesAreListedInPages(t *testing.T) {
	t.Parallel()
	url := start(t, app.Options{}).AdminURL() + "/__admin/v1/sandboxes"
	for i := range 5 {
		send(t, "PUT", fmt.Sprintf("%s/page-%d", url, i), "", nil)
	}
	var names []string
	for after := ""; ; {
		var list struct {
			Sandboxes []struct{ Name string }
			Next      *string
		}
		got := send(t, "GET", url+"?search=page-&limit=2&after="+after, "", nil)
		if err := json.Unmarshal([]byte(got.body), &list); err != nil {
			t.Fatal(err)
		}
		for _, sb := range list.Sandboxes {
			names = append(names, sb.Name)
		}
		if list.Next == nil {
			break
		}
		after = *list.Next
	}
	if got, want := fmt.Sprint(names), "[page-0 page-1 page-2 page-3 page-4]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
