package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"chorus-qualif/server/app"
)

// kept is a list of calls.
func (l *lab) kept(query string) []any {
	l.Helper()
	return l.get("/requests"+query).field(l, "requests").([]any)
}

func TestEveryCallIsKeptWithItsWayThroughTheGateway(t *testing.T) {
	t.Parallel()
	l := open(t, start(t, app.Options{}), "a")
	login, header := l.create()
	l.authorize()
	answer := l.call(header, nil)
	send(t, "GET", l.platform+"/cpro/nowhere?x=1", "", map[string]string{"Authorization": "Bearer " + l.token})

	all := l.kept("")
	if len(all) != 4 {
		t.Fatalf("got %d calls, want 4: %v", len(all), all)
	}
	var seen []string
	for _, one := range all {
		call := one.(map[string]any)
		seen = append(seen, fmt.Sprint(call["id"], " ", call["operation"], " ", call["status"], " ", call["code"]))
	}
	want := []string{"1 createTechnicalAccount 201 ", "2 issueToken 200 ", "3 rechercherStructure 401 technical-account-creation-pending", "4 undeclared 403 route-undeclared"}
	if strings.Join(seen, "\n") != strings.Join(want, "\n") {
		t.Errorf("got %q\nwant %q", seen, want)
	}
	if got := answer.header.Get("X-Sandbox-Request-Id"); got != "3" {
		t.Errorf("the answer says it is call %q", got)
	}

	call := l.get("/requests/3")
	if call.field(t, "virtual") != "2026-03-01T09:00:00.000+01:00" || call.field(t, "login") != login || call.field(t, "target") != searched {
		t.Errorf("got %s", call.body)
	}
	steps := map[string]string{}
	for _, step := range call.field(t, "trail").([]any) {
		s := step.(map[string]any)
		steps[s["check"].(string)] = s["outcome"].(string)
	}
	for check, outcome := range map[string]string{"bearer": "passed", "token": "passed", "route": "passed", "api": "passed", "technical-account": "refused", "body": "not-reached", "operation": "not-reached"} {
		if steps[check] != outcome {
			t.Errorf("check %s: got %s, want %s", check, steps[check], outcome)
		}
	}
	created := l.get("/requests/1")
	if created.field(t, "firstEvent") == nil || created.field(t, "trail").([]any) == nil {
		t.Errorf("the creation caused no event: %s", created.body)
	}
}

func TestSecretsAreMaskedUnlessAskedFor(t *testing.T) {
	t.Parallel()
	l := open(t, start(t, app.Options{}), "a")
	_, header := l.create()
	l.authorize()
	l.call(header, nil)
	secrets := []string{l.ClientSecret, l.token, header}
	for id := 1; id <= 3; id++ {
		masked := l.get(fmt.Sprint("/requests/", id)).body
		for _, secret := range secrets {
			if strings.Contains(masked, secret) {
				t.Errorf("call %d shows %s: %s", id, secret, masked)
			}
		}
	}
	if har := l.get("/requests.har").body; strings.Contains(har, l.token) || strings.Contains(har, header) || strings.Contains(har, l.ClientSecret) {
		t.Error("the archive shows secrets")
	}
	if shown := l.get("/requests/2?secrets=true").body; !strings.Contains(shown, l.token) || !strings.Contains(shown, l.ClientSecret) {
		t.Errorf("asked for, they are not shown: %s", shown)
	}
	if har := l.get("/requests.har?secrets=true&operation=rechercherStructure"); !strings.Contains(har.body, header) ||
		len(har.field(t, "log.entries").([]any)) != 1 || !strings.Contains(har.body, l.platform+searched) {
		t.Errorf("got %s", har.body)
	}
}

func TestViolationsAreKeptWithTheirPointers(t *testing.T) {
	t.Parallel()
	l := open(t, start(t, app.Options{}), "a")
	_, header := l.usable()
	l.authorize()
	send(t, "POST", l.platform+searched, `{"structure":{"estMOA":"oui"},"nope":1}`, map[string]string{"Authorization": "Bearer " + l.token, "cpro-account": header})
	call := l.get("/requests/2")
	var pointers []string
	for _, v := range call.field(t, "violations").([]any) {
		pointers = append(pointers, v.(map[string]any)["pointer"].(string))
	}
	if strings.Join(pointers, " ") != "/nope /structure/estMOA" {
		t.Errorf("got %v", pointers)
	}
}

func TestRequestsAreFilteredCountedAndPaged(t *testing.T) {
	t.Parallel()
	l := open(t, start(t, app.Options{}), "a")
	login, header := l.usable()
	for range 3 {
		l.call(header, nil)
	}
	l.post("/clock/advance", `{"by":"10m"}`)
	l.call("x", nil)
	for query, want := range map[string]int{
		"": 5, "?status=4xx": 1, "?status=200": 4, "?operation=issueToken": 1, "?path=/cpro/*": 4, "?path=/cpro/*&path=/api/*": 5, "?path=*token&path=/nowhere": 1, "?path=": 5, "?path=&path=/nowhere": 0, "?path=/cpro": 0, "?login=" + login: 3,
		"?since=2026-03-01T09:10:00%2B01:00": 1, "?until=2026-03-01T09:09:59%2B01:00": 4, "?after=3": 2, "?code=cpro-account-not-base64": 1, "?method=get": 0,
	} {
		if got := len(l.kept(query)); got != want {
			t.Errorf("%s: got %d calls, want %d", query, got, want)
		}
	}
	page := l.get("/requests?limit=2")
	if page.field(t, "next") != 2.0 || len(l.kept("?limit=2&after=4")) != 1 {
		t.Errorf("got %s", page.body)
	}
	for body, want := range map[string]float64{
		`{}`: 5, `{"json":{"/structure/identifiantStructure":"12345678200051"}}`: 4, `{"header":{"content-type":"application/json"}}`: 4,
		`{"header":{"content-type":"*form*"}}`: 1, `{"bodyContains":"grant_type"}`: 1, `{"status":"2xx","path":"*rechercher"}`: 3, `{"paths":["*rechercher","/api/*"]}`: 5, `{"path":"/api/*","paths":["/nowhere"]}`: 1, `{"paths":[]}`: 5, `{"paths":null}`: 5, `{"json":{"/structure/x/0":1}}`: 0,
	} {
		if got := l.post("/requests/count", body).field(t, "count"); got != want {
			t.Errorf("%s: got %v, want %v", body, got, want)
		}
	}
	l.do("GET", "/requests?status=9", "", http.StatusBadRequest)
	l.do("GET", "/requests?status=200&status=401", "", http.StatusBadRequest)
	l.do("GET", "/requests?path="+strings.Repeat("a", 501)+"&path=b", "", http.StatusBadRequest)
	if got := l.get("/requests.har?path=/api/*&path=/nowhere").body; strings.Count(got, `"request"`) != 1 {
		t.Errorf("got %s", got)
	}
	l.do("GET", "/requests/99", "", http.StatusNotFound)
	l.do("DELETE", "/requests", "", http.StatusNoContent)
	if got := l.kept(""); len(got) != 0 {
		t.Errorf("got %v after DELETE", got)
	}
	l.call(header, nil)
	if got := l.kept(""); got[0].(map[string]any)["id"] != 6.0 {
		t.Errorf("identifiers began anew: %v", got)
	}
	l.post("/reset", "")
	if got := l.kept(""); len(got) != 0 {
		t.Errorf("got %v after a reset", got)
	}
}

func TestVerifyTellsTheNearestMisses(t *testing.T) {
	t.Parallel()
	l := open(t, start(t, app.Options{}), "a")
	_, header := l.usable()
	l.call(header, nil)
	l.call("x", nil)
	for _, body := range []string{
		`{"match":{"operation":"rechercherStructure"},"exactly":2}`, `{"match":{"status":"401"},"atLeast":1,"atMost":1}`, `{"match":{"status":"500"},"exactly":0}`,
		`{"match":{"operation":"issueToken"}}`, `{"sequence":[{"operation":"issueToken"},{"status":"200","path":"/cpro/*"},{"status":"401"}]}`,
	} {
		l.post("/requests/verify", body)
	}
	missed := l.do("POST", "/requests/verify", `{"match":{"operation":"rechercherStructure","status":"401","method":"GET"},"exactly":1}`, http.StatusUnprocessableEntity)
	nearest := missed.field(t, "verification.nearest").([]any)[0].(map[string]any)
	if missed.field(t, "code") != "requests-not-verified" || nearest["id"] != 3.0 || fmt.Sprint(nearest["misses"]) != "[map[field:method got:POST want:GET]]" {
		t.Errorf("got %s", missed.body)
	}
	paths := l.do("POST", "/requests/verify", `{"match":{"path":"/a","paths":["/b/*"]}}`, http.StatusUnprocessableEntity)
	if !strings.Contains(paths.body, `{"field":"path","want":"/a or /b/*","got":"/`) {
		t.Errorf("got %s", paths.body)
	}
	order := l.do("POST", "/requests/verify", `{"sequence":[{"status":"401"},{"operation":"issueToken"}]}`, http.StatusUnprocessableEntity)
	if order.field(t, "verification.missingStep") != 1.0 || order.field(t, "verification.found") != 1.0 {
		t.Errorf("got %s", order.body)
	}
	l.do("POST", "/requests/verify", `{"match":{"status":"4x"}}`, http.StatusBadRequest)
}

func TestUsageTellsWhatWasNeverMet(t *testing.T) {
	t.Parallel()
	l := open(t, start(t, app.Options{Requests: 1}), "a")
	_, header := l.usable()
	l.call(header, nil)
	l.call("x", nil)
	usage := l.get("/usage")
	if usage.field(t, "operationsMet") != 2.0 || usage.field(t, "refusalsMet") != 1.0 || usage.field(t, "refusalsKnown").(float64) < 50 {
		t.Errorf("got %s", usage.body[:300])
	}
	for _, one := range usage.field(t, "operations").([]any) {
		op := one.(map[string]any)
		if want := map[any]float64{"rechercherStructure": 2, "issueToken": 1}[op["operation"]]; op["times"] != want {
			t.Errorf("%v: got %v times, want %v", op["operation"], op["times"], want)
		}
	}
}

func TestTheJournalOfCallsIsBounded(t *testing.T) {
	t.Parallel()
	a := start(t, app.Options{Requests: 10, RequestsBytes: 1 << 20})
	l := open(t, a, "a")
	_, header := l.usable()
	for range 25 {
		l.call(header, nil)
	}
	list := l.get("/requests")
	if list.field(t, "kept") != 10.0 || list.field(t, "evicted") != 16.0 || l.kept("")[0].(map[string]any)["id"] != 17.0 {
		t.Errorf("got %s", list.body[:200])
	}
	small := open(t, start(t, app.Options{RequestsBytes: 20_000}), "a")
	for range 25 {
		small.call("x", nil)
	}
	if bytes := small.get("/requests").field(t, "bytes").(float64); bytes > 20_000 || bytes == 0 {
		t.Errorf("%v bytes are kept", bytes)
	}
	none := open(t, start(t, app.Options{Requests: -1}), "a")
	none.call("x", nil)
	if got := none.kept(""); len(got) != 0 {
		t.Errorf("got %v, want nothing kept", got)
	}
}

// What was read although the contract does not have it is told beside the call.
func TestTheTrailTellsWhatWasReadLeniently(t *testing.T) {
	t.Parallel()
	l := open(t, start(t, app.Options{}), "a")
	l.authorize()
	_, account := l.usable()
	header := map[string]string{"Authorization": "Bearer " + l.token, "cpro-account": account}
	told := func(answer reply) string {
		for _, step := range l.get("/requests/"+answer.header.Get("X-Sandbox-Request-Id")).field(t, "trail").([]any) {
			if s := step.(map[string]any); s["check"] == "body" {
				return fmt.Sprint(s["outcome"], " ", s["detail"])
			}
		}
		return ""
	}
	answer := send(t, "POST", l.platform+"/cpro/structures/v1/rechercher", `{"restreindreStructuresPrivees":"false","structure":{"estMOA":"","identifiantStructure":"00000000000009"}}`, header)
	if answer.status != http.StatusOK || answer.header.Get("X-Sandbox-Explain") != "" {
		t.Fatalf("got %d %s %s", answer.status, answer.body, answer.header.Get("X-Sandbox-Explain"))
	}
	for _, want := range []string{"passed ", "/restreindreStructuresPrivees: a text counts as a boolean (validation.boolean-texts)", `/structure/estMOA: "" counts as absent (validation.empty-values)`} {
		if !strings.Contains(told(answer), want) {
			t.Errorf("the body's step is %q, without %q", told(answer), want)
		}
	}
	// Thousands are corrected in one reading of the body; twenty are told.
	many := `{"listeFournisseurs":[{"idFournisseur":26300989}` + strings.Repeat(`,{"idFournisseur":""}`, 20_000) + `]}`
	if got := told(send(t, "POST", l.platform+"/cpro/factures/v1/rechercher/recipiendaire", many, header)); !strings.HasSuffix(got, "and 19980 more") {
		t.Errorf("the body's step is %q", got)
	}
}
