package record_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"chorus-qualif/scenarios/result"
	"chorus-qualif/server/app"
	"chorus-qualif/server/client"
)

// put asks for a fault.
func (p *person) put(name string, spec client.FaultSpec) {
	p.t.Helper()
	if _, err := p.sandbox.PutFault(p.t.Context(), name, spec); err != nil {
		p.t.Fatal(err)
	}
}

// forget forgets a fault, or all of them.
func (p *person) forget(name string) {
	p.t.Helper()
	if name != "" {
		if err := p.sandbox.DeleteFault(p.t.Context(), name); err != nil {
			p.t.Fatal(err)
		}
		return
	}
	if err := p.sandbox.ClearFaults(p.t.Context()); err != nil {
		p.t.Fatal(err)
	}
}

// cut makes a call whose answer does not come whole.
func (p *person) cut(path, body string) {
	p.t.Helper()
	request, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, p.app.PlatformURL()+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	for name, value := range map[string]string{"Content-Type": "application/json", "Authorization": "Bearer " + p.token, "cpro-account": p.account()} {
		request.Header.Set(name, value)
	}
	// A transport of its own: that of everybody tries again by itself.
	transport := &http.Transport{DisableKeepAlives: true}
	response, err := transport.RoundTrip(request)
	if err == nil {
		_ = response.Body.Close() // what came of it is in the journal
	}
}

// half strikes every other call, the same ones for the same seed.
func half() *float64 {
	p := 0.5
	return &p
}

// faultyMorning has most of the ways to fail: those that are refused, those that
// count, those of an application, one that lets a colleague act, and calls that
// were cut and tried again.
func faultyMorning(t *testing.T) *person {
	p := somebody(t, frozen())
	p.put("flaky", client.FaultSpec{Kind: "invalid-client", Match: &client.FaultMatch{ClientID: p.given.ClientID}, Times: 2})
	for range 2 {
		if status, _ := p.askForToken(); status < 400 {
			t.Fatalf("got %d", status)
		}
	}
	p.logIn()
	p.put("chance", client.FaultSpec{Kind: "unauthorized", Probability: half(), Match: &client.FaultMatch{Login: p.given.TechnicalAccounts[0].Login}})
	for range 6 {
		status, _ := p.send("POST", searchPath, "application/json", supplier, "Authorization", "Bearer "+p.token, "cpro-account", p.account())
		if status != 200 && status != 401 {
			t.Fatalf("got %d", status)
		}
	}
	p.forget("chance")
	p.put("quota", client.FaultSpec{Kind: "quota", Settings: map[string]any{"limit": 1}})
	p.api(200, searchPath, p.account(), supplier)
	p.api(429, searchPath, p.account(), supplier)
	p.advance("1m")
	p.api(200, searchPath, p.account(), supplier)
	p.put("closed", client.FaultSpec{Kind: "server-error", Match: &client.FaultMatch{Operation: "healthCheck"}}) // met by nobody
	p.forget("")
	for _, kind := range []string{"connection-reset", "truncated-body", "malformed-json"} {
		p.put("cut", client.FaultSpec{Kind: kind, Times: 2})
		p.cut(searchPath, supplier)
		p.cut(searchPath, supplier)
		p.api(200, searchPath, p.account(), supplier)
	}
	p.forget("cut")
	p.send("POST", searchPath, "application/json", supplier, "Authorization", "Bearer "+p.token, "cpro-account", p.account(), "X-Sandbox-Fault", "unauthorized; as=account")
	p.put("colleague", client.FaultSpec{Kind: "meanwhile", Settings: map[string]any{"do": "reset", "by": "P2D"}, Match: &client.FaultMatch{Nth: 2}})
	p.api(200, searchPath, p.account(), supplier)
	p.api(401, searchPath, p.account(), supplier)
	p.logIn()
	p.api(401, searchPath, p.account(), supplier)
	return p
}

func TestFaultsAreToldAsTheyWereAskedFor(t *testing.T) {
	t.Parallel()
	p := faultyMorning(t)
	text := p.green(0)
	wants(t, text, "clientId: $steps.credentials.outputs.clientId", "name: fault, in: path, value: flaky", "kind: invalid-client", "times: 2", "probability: 0.5", "stepId: deleteFault",
		"settings: {limit: 1}", "{name: again, type: retry, retryLimit: 2}", "{name: X-Sandbox-Fault, in: header, value: 'unauthorized; as=account'}", "settings: {by: P2D, do: reset}",
		"stepId: clearFaults", "condition: $statusCode == 429")
	lacks(t, text, "closed", "resetPassword", "clock-2", "burst:", "enabled:", p.given.ClientID)
	if run := seeded(t, text, 7); run.Verdict != result.Passed {
		t.Errorf("with another seed: %s", problem(run))
	}
	p.red(text, "settings: {limit: 1}", "settings: {limit: 3}", "rechercherStructure-8")
	p.red(text, "do: reset", "do: activate", "rechercherStructure-16")
	if run := replayed(t, strings.Replace(text, "retryLimit: 2", "retryLimit: 1", 1)); run.Verdict != result.Broken || run.Culprit() == nil || run.Culprit().ID != "rechercherStructure-10" {
		t.Errorf("with one try less: %s, want step rechercherStructure-10 to break", problem(run))
	}
}

// A fault that is switched off, or replaced by one that strikes nobody, is over
// in the recording too.
func TestFaultsThatAreSwitchedOff(t *testing.T) {
	t.Parallel()
	p := somebody(t, frozen())
	p.logIn()
	off := false
	p.put("burst", client.FaultSpec{Kind: "unauthorized"})
	p.api(401, searchPath, p.account(), supplier)
	p.put("burst", client.FaultSpec{Kind: "unauthorized", Enabled: &off})
	p.put("other", client.FaultSpec{Kind: "unauthorized", Enabled: &off})
	p.api(200, searchPath, p.account(), supplier)
	p.forget("other")
	p.forget("burst")
	p.api(200, searchPath, p.account(), supplier)
	text := p.green(0)
	wants(t, text, "enabled: false", "stepId: putFault-2", "stepId: deleteFault\n")
	lacks(t, text, "other", "putFault-3", "deleteFault-2")
	p.red(text, "enabled: false", "enabled: true", "rechercherStructure-2")
}

// What a person did in the control room is told as what a program asks for.
func TestFaultsOfTheControlRoom(t *testing.T) {
	t.Parallel()
	p := somebody(t, frozen())
	b := p.browser()
	faults := p.app.AdminURL() + "/sandboxes/demo/faults"
	b.visit(faults, nil)
	form := url.Values{"form-token": {b.found(`name="form-token" value="([^"]*)"`)}, "name": {"invalid-client"}, "do": {"ask"}}
	b.visit(faults, form)
	if status, _ := p.askForToken(); status == http.StatusOK {
		t.Fatal("the fault did not strike")
	}
	form.Set("do", "off")
	b.visit(faults, form)
	p.logIn()
	form.Set("do", "remove")
	b.visit(faults, form)
	p.api(200, searchPath, p.account(), supplier)
	text := p.green(0)
	wants(t, text, "stepId: putFault\n", "kind: invalid-client", "stepId: putFault-2\n", "enabled: false", "stepId: deleteFault\n")
	p.red(text, "kind: invalid-client", "kind: empty-token", "issueToken")
}

// A call that is left out on purpose is one strike less of the fault that struck
// it.
func TestStrikesThatAreLeftOut(t *testing.T) {
	t.Parallel()
	p := somebody(t, frozen())
	p.logIn()
	p.put("twice", client.FaultSpec{Kind: "unauthorized", Times: 2})
	p.api(401, searchPath, p.account(), supplier)
	p.api(401, searchPath, p.account(), supplier)
	p.api(200, searchPath, p.account(), supplier)
	wants(t, p.green(0), "times: 2")
	wants(t, p.green(0, 2), "times: 1")
	lacks(t, p.green(0, 2, 3), "putFault")
}

// A fault that counts is told from its first call on, whatever calls were asked
// for; one that was over before them is not told.
func TestTheLastCallsUnderAFault(t *testing.T) {
	t.Parallel()
	p := somebody(t, frozen())
	p.logIn()
	p.put("over", client.FaultSpec{Kind: "unauthorized"})
	p.api(401, searchPath, p.account(), supplier)
	p.forget("over")
	p.put("third", client.FaultSpec{Kind: "unauthorized", Match: &client.FaultMatch{Nth: 3}})
	p.api(200, searchPath, p.account(), supplier)
	p.api(200, searchPath, p.account(), supplier)
	p.api(401, searchPath, p.account(), supplier)
	p.api(200, "/cpro/structures/v1/consulter", p.account(), `{"idStructureCPP": 1}`)
	text := p.green(5)
	wants(t, text, "value: third", "nth: 3", "stepId: rechercherStructure-3", "stepId: consulterStructureAvecTVAIntraCom")
	lacks(t, text, "value: over", "rechercherStructure-4")

	lacks(t, p.green(6), "value: third", "rechercherStructure")

	p.forget("")
	p.put("always", client.FaultSpec{Kind: "unauthorized"})
	p.api(401, searchPath, p.account(), supplier)
	p.api(401, searchPath, p.account(), supplier)
	text = p.green(8)
	wants(t, text, "value: always", "stepId: rechercherStructure")
	lacks(t, text, "third", "rechercherStructure-2")
}

// What a step cannot judge is said, with the fault that did it.
func TestCallsThatNoStepCanJudgeAreSaid(t *testing.T) {
	t.Parallel()
	p := somebody(t, frozen())
	p.logIn()
	p.put("cut", client.FaultSpec{Kind: "connection-reset", Times: 1})
	p.cut(searchPath, supplier)
	p.api(200, "/cpro/structures/v1/consulter", p.account(), `{"idStructureCPP": 1}`)
	p.put("odd", client.FaultSpec{Kind: "answer", Settings: map[string]any{"status": 418}, Times: 1})
	p.api(418, searchPath, p.account(), supplier)
	p.advance("1m")
	p.api(200, searchPath, p.account(), supplier)
	p.put("page", client.FaultSpec{Kind: "server-error", Match: &client.FaultMatch{Path: "/aife_qual"}, Times: 1})
	response, err := http.Get(p.app.PlatformURL() + "/aife_qual?sandbox=demo")
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close() // what came of it is in the journal
	p.put("secret", client.FaultSpec{Kind: "unauthorized", Match: &client.FaultMatch{Header: map[string]string{"authorization": "Bearer " + p.token[:8] + "*"}}})
	p.api(401, searchPath, p.account(), supplier)
	_, err = p.recorded(0)
	if err == nil {
		t.Fatal("it was recorded")
	}
	wants(t, err.Error(), "call 2 (POST "+searchPath+"): fault cut (connection-reset) struck it: no whole answer came, and a scenario judges answers; repeated at once",
		"call 4 (POST "+searchPath+"): its answer (418, ", "is none that the contract declares",
		"call 6 (GET /aife_qual?sandbox=demo): it is a page of the portal, which was kept as a fault struck it",
		"fault secret: it looks for the secret header authorization")
	p.forget("secret")
	wants(t, p.green(0, 2, 4, 6, 7), "stepId: issueToken")
}

// Bodies are told whatever their size when the journal kept them, and the flag
// that keeps them is named when it did not.
func TestLargeBodies(t *testing.T) {
	t.Parallel()
	const size = 300_000
	large := `{"fichierFlux": "` + strings.Repeat("QUJD", size/4) + `", "nomFichier": "large.xml", "syntaxeFlux": "IN_DP_E1_UBL_INVOICE", "avecSignature": false}`
	deposit := func(p *person) *person {
		p.logIn()
		p.api(200, "/cpro/factures/v1/deposer/flux", p.account(), large)
		return p
	}
	wants(t, deposit(at(t, serverWith(t, app.Options{RequestsBodyBytes: 2 * size}), frozen())).green(0), strings.Repeat("QUJD", size/4))
	_, err := deposit(somebody(t, frozen())).recorded(0)
	if err == nil || !strings.Contains(err.Error(), "was not kept whole: start the server with --requests-body-bytes 300109 ") {
		t.Errorf("got %v, want to hear of the flag", err)
	}
}
