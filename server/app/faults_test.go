package app_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"chorus-qualif/server/app"
)

func (l *lab) fault(name, spec string) {
	l.Helper()
	l.do("PUT", "/faults/"+name, spec, http.StatusOK)
}

// try makes a call whose answer may not arrive.
func (l *lab) try(cproAccount string, header map[string]string) (status int, body string, err error) {
	l.Helper()
	request, err := http.NewRequest("POST", l.platform+searched, strings.NewReader(`{"structure":{"identifiantStructure":"12345678200051"}}`))
	if err != nil {
		l.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+l.token)
	request.Header.Set("Cpro-Account", cproAccount)
	for name, value := range header {
		request.Header.Set(name, value)
	}
	// Without keep-alive nothing is tried a second time behind our back.
	response, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(request)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, string(text), err
}

func TestPresetsDoWhatTheySay(t *testing.T) {
	t.Parallel()
	a := start(t, app.Options{})
	for preset, want := range map[string]struct {
		status          int
		body, challenge string
	}{
		"wrong-account":      {401, "", `Bearer realm="PISTE",error="Unauthorized",error_description="login or password incorrects"`},
		"legacy-401-body":    {401, `{"codeRetour":401,"libelle":"Impossible d'authentifier l'utilisateur dans le LDAP."}`, `Bearer realm="PISTE",error="Unauthorized",error_description="login or password incorrects"`},
		"api-not-subscribed": {403, "", ""},
		"no-raccordement":    {403, `{"structure":{"identifiantStructure":"12345678200051","typeIdentifiantStructure":"SIRET"}}`, ""},
		"unknown-route":      {403, "{}", ""},
		"gateway-down":       {503, "", ""},
		"proxy-page":         {200, "<html><body>Bad gateway</body></html>", ""},
	} {
		t.Run(preset, func(t *testing.T) {
			t.Parallel()
			l := open(t, a, preset)
			_, header := l.usable()
			l.authorize()
			l.fault("x", `{"preset":"`+preset+`"}`)
			got := l.call(header, nil)
			if got.status != want.status || got.body != want.body || got.header.Get("Www-Authenticate") != want.challenge {
				t.Errorf("got %d %q %q", got.status, got.body, got.header.Get("Www-Authenticate"))
			}
			if !strings.HasPrefix(got.header.Get("X-Sandbox-Explain"), "fault-") {
				t.Errorf("explained as %q", got.header.Get("X-Sandbox-Explain"))
			}
			kept := l.kept("?operation=rechercherStructure")[0].(map[string]any)
			if faults := kept["faults"].([]any); len(faults) != 1 || faults[0].(map[string]any)["name"] != "x" {
				t.Errorf("the journal tells of %v", faults)
			}
			l.do("DELETE", "/faults/x", "", http.StatusNoContent)
			if got := l.call(header, nil); got.status != http.StatusOK || got.header.Get("X-Sandbox-Explain") != "" {
				t.Errorf("without the fault: got %d %s", got.status, got.header.Get("X-Sandbox-Explain"))
			}
		})
	}
}

func TestFaultsOfTheTokenEndpoint(t *testing.T) {
	t.Parallel()
	l := open(t, start(t, app.Options{}), "a")
	l.fault("x", `{"preset":"invalid-client"}`)
	if got := l.grant(nil); got.status != 400 || got.field(t, "error") != "invalid_client" {
		t.Errorf("got %d %s", got.status, got.body)
	}
	l.fault("x", `{"preset":"empty-token"}`)
	if got := l.grant(nil); got.status != 200 || got.field(t, "access_token") != "" {
		t.Errorf("got %d %s", got.status, got.body)
	}
	l.fault("x", `{"kind":"empty-token","settings":{"missing":true},"match":{"clientId":"another"}}`)
	if got := l.grant(nil); got.status != 200 || got.field(t, "access_token") == nil {
		t.Errorf("another client's fault: got %d %s", got.status, got.body)
	}
	if step := l.get("/requests/1").field(t, "trail").([]any)[2].(map[string]any); step["check"] != "fault" || step["outcome"] != "struck" {
		t.Errorf("got %v", step)
	}
}

// TestTheSameSeedGivesTheSameFaults makes the same calls twice with each seed.
func TestTheSameSeedGivesTheSameFaults(t *testing.T) {
	t.Parallel()
	a := start(t, app.Options{})
	runs := map[string][]string{}
	for _, seed := range []int{1, 2} {
		for run := range 2 {
			name := fmt.Sprintf("seed-%d-%d", seed, run)
			send(t, "PUT", a.AdminURL()+"/__admin/v1/sandboxes/"+name, fmt.Sprintf(`{"seed":%d,"clock":{"mode":"frozen"}}`, seed), nil)
			l := enter(t, a, name)
			_, header := l.usable()
			l.authorize()
			l.fault("flaky", `{"kind":"server-error","probability":0.3}`)
			if run == 1 { // another fault shifts nothing
				l.fault("another", `{"kind":"latency","settings":{"max":"1ms"},"probability":0.5}`)
			}
			var outcome strings.Builder
			for range 60 {
				fmt.Fprint(&outcome, l.call(header, nil).status/100)
			}
			runs[fmt.Sprint(seed)] = append(runs[fmt.Sprint(seed)], outcome.String())
		}
	}
	if runs["1"][0] != runs["1"][1] || runs["2"][0] != runs["2"][1] {
		t.Errorf("the same seed gives other faults: %v", runs)
	}
	if runs["1"][0] == runs["2"][0] {
		t.Error("two seeds give the same faults")
	}
	if struck := strings.Count(runs["1"][0], "5"); struck < 8 || struck > 30 {
		t.Errorf("%d of 60 calls were struck at a probability of 0.3", struck)
	}
}

func TestFaultsStrikeTheCallsThatAreMeant(t *testing.T) {
	t.Parallel()
	a := start(t, app.Options{})
	for name, test := range map[string]struct{ spec, want string }{
		"nth":         {`{"kind":"server-error","match":{"nth":3}}`, "225222"},
		"every":       {`{"kind":"server-error","match":{"every":2}}`, "252525"},
		"times":       {`{"kind":"server-error","times":2}`, "552222"},
		"burst":       {`{"kind":"server-error","match":{"nth":2},"burst":3}`, "255522"},
		"operation":   {`{"kind":"server-error","match":{"operation":"rechercher*","method":"post","path":"/cpro/*"}}`, "555555"},
		"elsewhere":   {`{"kind":"server-error","match":{"operation":"consulter*"}}`, "222222"},
		"login":       {`{"kind":"server-error","match":{"login":"nobody"}}`, "222222"},
		"header":      {`{"kind":"server-error","match":{"header":{"content-type":"application/*"}}}`, "555555"},
		"off":         {`{"kind":"server-error","enabled":false}`, "222222"},
		"over":        {`{"kind":"server-error","until":"2026-03-01T09:00:00+01:00"}`, "222222"},
		"not yet":     {`{"kind":"server-error","from":"2026-03-01T09:00:01+01:00"}`, "222222"},
		"quota":       {`{"kind":"quota","settings":{"limit":4,"window":"1m"}}`, "222244"},
		"spacing":     {`{"preset":"too-fast-401"}`, "244444"},
		"changed":     {`{"preset":"account-changed","times":2}`, "442222"},
		"maintenance": {`{"kind":"maintenance","settings":{"from":"08:30","to":"09:30"}}`, "555555"},
		"open":        {`{"preset":"maintenance-night"}`, "222222"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := open(t, a, "m-"+strings.ReplaceAll(name, " ", "-"))
			_, header := l.usable()
			l.authorize()
			l.fault("x", test.spec)
			var got strings.Builder
			for range 6 {
				fmt.Fprint(&got, l.call(header, nil).status/100)
			}
			if got.String() != test.want {
				t.Errorf("got %s, want %s", got.String(), test.want)
			}
		})
	}
}

func TestTheQuotaFollowsTheSandboxsClock(t *testing.T) {
	t.Parallel()
	l := open(t, start(t, app.Options{}), "a")
	_, header := l.usable()
	l.authorize()
	l.fault("x", `{"kind":"quota","settings":{"limit":1,"window":"1m"},"match":{"path":"/cpro/*"}}`)
	l.call(header, nil)
	l.post("/clock/advance", `{"by":"20s"}`)
	if got := l.call(header, nil); got.status != 429 || got.header.Get("Retry-After") != "40" {
		t.Errorf("got %d, Retry-After %q; want 429 and 40", got.status, got.header.Get("Retry-After"))
	}
	l.post("/clock/advance", `{"by":"40s"}`)
	if got := l.call(header, nil); got.status != 200 {
		t.Errorf("a minute later: got %d", got.status)
	}
}

func TestAFaultForOneCall(t *testing.T) {
	t.Parallel()
	l := open(t, start(t, app.Options{}), "a")
	_, header := l.usable()
	l.authorize()
	got := l.call(header, map[string]string{"X-Sandbox-Fault": "server-error; status=502; retryAfter=30"})
	if got.status != 502 || got.header.Get("Retry-After") != "30" {
		t.Errorf("got %d %v", got.status, got.header)
	}
	if got := l.call(header, map[string]string{"X-Sandbox-Fault": "flaky-oauth"}); got.status != 200 {
		t.Errorf("a fault of the token endpoint on a call: got %d", got.status)
	}
	if got := l.grant(map[string]string{"X-Sandbox-Fault": "flaky-oauth"}); got.status != 400 {
		t.Errorf("a preset strikes for sure when it is asked for: got %d", got.status)
	}
	if got := l.call(header, map[string]string{"X-Sandbox-Fault": "nonsense"}); got.status != 400 || !strings.HasPrefix(got.header.Get("X-Sandbox-Explain"), "fault-header-invalid") {
		t.Errorf("got %d %s", got.status, got.header.Get("X-Sandbox-Explain"))
	}
	if got := l.call(header, nil); got.status != 200 {
		t.Errorf("the next call: got %d", got.status)
	}
}

func TestFaultsOnTheWire(t *testing.T) {
	t.Parallel()
	l := open(t, start(t, app.Options{}), "a")
	_, header := l.usable()
	l.authorize()
	ask := func(fault string) (int, string, error) {
		return l.try(header, map[string]string{"X-Sandbox-Fault": fault})
	}
	_, whole, err := ask("latency; fixed=1ms")
	if err != nil || !json.Valid([]byte(whole)) {
		t.Fatalf("got %q, %v", whole, err)
	}
	if _, _, err := ask("connection-reset"); err == nil || !strings.Contains(err.Error(), "reset") {
		t.Errorf("connection-reset: got %v", err)
	}
	if status, body, err := ask("truncated-body; fraction=0.5"); status != 200 || err != io.ErrUnexpectedEOF || body != whole[:len(whole)/2] {
		t.Errorf("truncated-body: got %d %q, %v", status, body, err)
	}
	if status, body, err := ask("malformed-json"); status != 200 || err != nil || json.Valid([]byte(body)) || len(body) != len(whole) {
		t.Errorf("malformed-json: got %d %q, %v", status, body, err)
	}
	if status, body, err := ask("slow-body; chunk=50; pause=1ms"); status != 200 || err != nil || body != whole {
		t.Errorf("slow-body: got %d %q, %v", status, body, err)
	}
	var seen []string
	for _, one := range l.kept("?operation=rechercherStructure") {
		for _, f := range one.(map[string]any)["faults"].([]any) {
			seen = append(seen, f.(map[string]any)["kind"].(string))
		}
	}
	if want := []string{"latency", "connection-reset", "truncated-body", "malformed-json", "slow-body"}; !slices.Equal(seen, want) {
		t.Errorf("the journal has %v, want %v", seen, want)
	}
}

func TestACallIsHeldUntilTheClockMoves(t *testing.T) {
	t.Parallel()
	l := open(t, start(t, app.Options{}), "a")
	_, header := l.usable()
	l.authorize()
	l.fault("x", `{"preset":"held","match":{"path":"/cpro/*"}}`)
	answered := make(chan reply, 1)
	go func() { answered <- l.call(header, nil) }()
	for l.get("/faults/x").field(t, "struck") != 1.0 { // it has arrived
		if t.Context().Err() != nil {
			return
		}
	}
	l.post("/clock/advance", `{"by":"59s"}`)
	select {
	case got := <-answered:
		t.Fatalf("answered %d after 59 s of a minute", got.status)
	case <-time.After(20 * time.Millisecond):
	}
	l.post("/clock/advance", `{"by":"1s"}`)
	if got := <-answered; got.status != 200 || got.header.Get("Date") != "Sun, 01 Mar 2026 08:01:00 GMT" {
		t.Errorf("got %d at %s", got.status, got.header.Get("Date"))
	}
}

func TestLateEffectsAndStaleReads(t *testing.T) {
	t.Parallel()
	l := open(t, start(t, app.Options{}), "a")
	login, first := l.create()
	l.fault("slow", `{"preset":"slow-creation"}`)
	l.post("/clock/advance", `{"by":"59m"}`)
	l.authorize()
	if got := l.call(first, nil); got.status != 401 || !strings.Contains(got.header.Get("X-Sandbox-Explain"), "a fault tells the gateway") {
		t.Errorf("got %d %s", got.status, got.header.Get("X-Sandbox-Explain"))
	}
	l.post("/clock/advance", `{"by":"1m"}`)
	l.authorize()
	if got := l.call(first, nil); got.status != 200 {
		t.Errorf("an hour later: got %d %s", got.status, got.header.Get("X-Sandbox-Explain"))
	}
	l.do("DELETE", "/faults", "", http.StatusNoContent)
	l.fault("stale", `{"preset":"stale-reset"}`)
	var second struct{ CproAccount string }
	if err := json.Unmarshal([]byte(l.portal("POST", "/technical-accounts/"+login+"/password-reset", "").body), &second); err != nil || second.CproAccount == "" {
		t.Fatal(err, second)
	}
	if old, fresh := l.call(first, nil).status, l.call(second.CproAccount, nil).status; old != 200 || fresh != 401 {
		t.Errorf("just after the reset: the old password gets %d and the new one %d", old, fresh)
	}
	l.post("/clock/advance", `{"by":"5m"}`)
	if old, fresh := l.call(first, nil).status, l.call(second.CproAccount, nil).status; old != 401 || fresh != 200 {
		t.Errorf("five minutes later: the old password gets %d and the new one %d", old, fresh)
	}
}

func TestFaultsAreRefusedPrecisely(t *testing.T) {
	t.Parallel()
	a := start(t, app.Options{})
	l := open(t, a, "a")
	for body, want := range map[string]struct {
		status int
		says   string
	}{
		`{}`:                 {422, "preset or a kind"},
		`{"kind":"nope"}`:    {422, "is none of latency, invalid-client"},
		`{"preset":"nope"}`:  {422, "no preset is called nope"},
		`{"kind":"latency"}`: {422, "want fixed"},
		`{"kind":"latency","settings":{"fixed":"P1D"}}`:                    {422, "hours, minutes and seconds"},
		`{"kind":"latency","settings":{"fixed":"1s","clock":"sun"}}`:       {422, "want wall or virtual"},
		`{"kind":"quota","settings":{"limits":1}}`:                         {422, "unknown field"},
		`{"kind":"server-error","settings":{"status":200}}`:                {422, "from 500 to 599"},
		`{"kind":"maintenance","settings":{"from":"25:00"}}`:               {422, "is not an hour"},
		`{"kind":"truncated-body","settings":{"fraction":1}}`:              {422, "less than 1"},
		`{"kind":"answer","settings":{"status":200,"headers":{"a b":""}}}`: {422, "cannot be sent"},
		`{"kind":"server-error","probability":2}`:                          {400, "probability"},
		`{"kind":"server-error","match":{"nth":0}}`:                        {400, "nth"},
	} {
		if got := l.do("PUT", "/faults/x", body, want.status); !strings.Contains(got.body, want.says) {
			t.Errorf("%s: got %s", body, got.body)
		}
	}
	for i := range 100 {
		l.fault(fmt.Sprint("f", i), `{"kind":"forbidden","enabled":false}`)
	}
	l.do("PUT", "/faults/more", `{"kind":"forbidden"}`, http.StatusConflict)
	l.fault("f1", `{"kind":"forbidden"}`)
	if got := l.get("/faults"); len(got.field(t, "faults").([]any)) != 100 {
		t.Errorf("got %s", got.body[:100])
	}
	l.post("/reset", "")
	if got := l.get("/faults"); got.body != `{"faults":[]}` {
		t.Errorf("after a reset: %s", got.body)
	}
	kinds := send(t, "GET", a.AdminURL()+"/__admin/v1/fault-kinds", "", nil)
	for _, p := range kinds.field(t, "presets").([]any) {
		l.fault("p", `{"preset":"`+p.(map[string]any)["name"].(string)+`"}`)
	}
	if got := len(kinds.field(t, "kinds").([]any)); got != 18 {
		t.Errorf("got %d kinds", got)
	}
}
