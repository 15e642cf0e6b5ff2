package app_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"chorus-qualif/scenarios"
	"chorus-qualif/scenarios/replay"
	"chorus-qualif/scenarios/result"
	"chorus-qualif/server/app"
	"chorus-qualif/server/app/apptest"
	"chorus-qualif/server/clock"
)

const recordedPath = "/cpro/structures/v1/rechercher"

// recorder drives a sandbox as a client, a manager and a test suite do.
type recorder struct {
	*testing.T
	app           *app.App
	credentials   reply
	token, manage string
}

func newRecorder(t *testing.T, o app.Options) *recorder {
	t.Helper()
	o.AdminToken = "secret"
	r := &recorder{T: t, app: start(t, o)}
	r.admin(http.StatusCreated, "PUT", "/sandboxes/mine", `{"seed":42,"profile":"cpp-2020","clock":{"mode":"frozen","at":"2026-03-02T09:00:00+01:00"}}`)
	r.credentials = r.admin(http.StatusOK, "GET", "/sandboxes/mine/credentials", "")
	manager := r.credentials.field(t, "managers").([]any)[0].(map[string]any)
	r.manage = manager["basicCredentials"].(string)
	return r
}

func (r *recorder) admin(want int, method, path, body string) reply {
	r.Helper()
	got := send(r, method, r.app.AdminURL()+"/__admin/v1"+path, body, map[string]string{"Authorization": "Bearer secret"})
	if got.status != want {
		r.Fatalf("%s %s: got %d %.2000s, want %d", method, path, got.status, got.body, want)
	}
	return got
}

func (r *recorder) account() map[string]any {
	return r.credentials.field(r.T, "technicalAccounts").([]any)[0].(map[string]any)
}

func (r *recorder) logIn() {
	r.Helper()
	form := url.Values{"grant_type": {"client_credentials"}, "scope": {"openid"},
		"client_id": {r.credentials.field(r.T, "clientId").(string)}, "client_secret": {r.credentials.field(r.T, "clientSecret").(string)}}
	got := send(r, "POST", r.app.PlatformURL()+"/api/oauth/token", form.Encode(), map[string]string{"Content-Type": "application/x-www-form-urlencoded"})
	if got.status != http.StatusOK {
		r.Fatalf("no token: %d %s", got.status, got.body)
	}
	r.token = got.field(r.T, "access_token").(string)
}

func (r *recorder) search(want int, path, cproAccount string) {
	r.Helper()
	body := `{"structure": {"identifiantStructure": "41783652090157", "typeIdentifiantStructure": "SIRET"}}`
	got := send(r, "POST", r.app.PlatformURL()+path, body, map[string]string{"Authorization": "Bearer " + r.token, "cpro-account": cproAccount})
	if got.status != want {
		r.Fatalf("%s: got %d %s, want %d", path, got.status, got.body, want)
	}
}

// reset resets the password of the account, and gives its new header.
func (r *recorder) reset() string {
	r.Helper()
	got := send(r, "POST", r.app.PlatformURL()+"/portail/api/v1/technical-accounts/"+r.account()["login"].(string)+"/password-reset", "",
		map[string]string{"Authorization": "Basic " + r.manage, "X-Sandbox": "mine"})
	if got.status != http.StatusOK {
		r.Fatalf("reset: got %d %s", got.status, got.body)
	}
	return got.field(r.T, "cproAccount").(string)
}

// replayed replays a document in another server, as the command does.
func (r *recorder) replayed(text string) *result.Run {
	r.Helper()
	set := apptest.Contracts(r)
	file, problems := scenarios.Parse(set, "told.arazzo.yaml", []byte(text))
	if len(problems) > 0 {
		r.Fatalf("%v\n%s", problems, text)
	}
	other := start(r.T, app.Options{})
	replayer, err := replay.New(replay.Options{Contracts: set, Wall: clock.System(), Target: replay.Target{Kind: result.Server, Platform: other.PlatformURL(), Admin: other.AdminURL()}})
	if err != nil {
		r.Fatal(err)
	}
	return replayer.Run(r.Context(), []replay.Story{{File: file, Workflow: file.Workflows[0]}}).Runs[0]
}

// What was done becomes a document that replays green, on the same server under
// the eyes of who asked, and on another.
func TestASandboxIsRecordedByTheControlAPI(t *testing.T) {
	t.Parallel()
	r := newRecorder(t, app.Options{})
	before := r.account()["cproAccount"].(string)
	r.logIn()                                     // 1
	r.search(http.StatusOK, recordedPath, before) // 2
	r.admin(http.StatusOK, "POST", "/sandboxes/mine/clock/advance", `{"by":"2h"}`)
	after := r.reset()                                      // 3
	r.logIn()                                               // 4
	r.search(http.StatusUnauthorized, recordedPath, before) // 5
	r.search(http.StatusOK, recordedPath, after)            // 6

	got := r.admin(http.StatusOK, "GET", "/sandboxes/mine/recording?workflow=told&title=Told", "")
	if got.header.Get("Content-Type") != "application/yaml" || got.header.Get("Content-Disposition") != `attachment; filename="told.arazzo.yaml"` {
		t.Errorf("got %v", got.header)
	}
	for _, want := range []string{"workflowId: told\n", "title: Told\n", "profile: cpp-2020", "default: 42", "stepId: resetPassword", "to: '2026-03-02T11:00:00+01:00'", "value: $steps.resetPassword.outputs.cproAccount"} {
		if !strings.Contains(got.body, want) {
			t.Errorf("no %q in\n%s", want, got.body)
		}
	}
	password, _ := base64.StdEncoding.DecodeString(after)
	_, word, _ := strings.Cut(string(password), ":")
	for _, secret := range []string{before, after, word, r.manage, r.token, r.credentials.field(t, "clientSecret").(string)} {
		if strings.Contains(got.body, secret) {
			t.Errorf("the secret %q is in\n%s", secret, got.body)
		}
	}
	if run := r.replayed(got.body); run.Verdict != result.Passed {
		t.Errorf("elsewhere: %s %s %+v\n%s", run.Verdict, run.Reason, run.Culprit(), got.body)
	}

	run := r.admin(http.StatusCreated, "POST", "/sandboxes/mine/recording?workflow=told", `{"keep":true}`)
	if run.field(t, "state") != "ended" || run.field(t, "verdict") != "passed" || run.field(t, "recorded") != "mine" || run.field(t, "kept") != true || len(run.field(t, "plan").([]any)) != 9 {
		t.Errorf("got %.3000s", run.body)
	}
	r.admin(http.StatusOK, "GET", "/sandboxes/"+run.field(t, "sandbox").(string), "")
	hand := r.admin(http.StatusCreated, "POST", "/sandboxes/mine/recording?until=2", `{"byHand":true}`)
	if hand.field(t, "state") != "waiting" || hand.field(t, "next") != "sandbox" || hand.field(t, "scenario") != "recorded" {
		t.Errorf("got %.500s", hand.body)
	}
	r.admin(http.StatusNoContent, "DELETE", "/scenario-runs/"+hand.field(t, "id").(string), "")
	if list := r.admin(http.StatusOK, "GET", "/sandboxes?search=recording-", "").body; !strings.Contains(list, `"sandboxes":[]`) {
		t.Errorf("what was made aside is still there: %s", list)
	}
}

// A span has two ends; what the calls in it need comes with them, what came
// after it does not.
func TestASpanIsRecorded(t *testing.T) {
	t.Parallel()
	r := newRecorder(t, app.Options{})
	before := r.account()["cproAccount"].(string)
	r.logIn()                                               // 1
	r.search(http.StatusOK, recordedPath, before)           // 2
	after := r.reset()                                      // 3
	r.search(http.StatusUnauthorized, recordedPath, before) // 4
	r.search(http.StatusOK, recordedPath, after)            // 5
	for query, want := range map[string]string{
		"":                           "issueToken rechercherStructure resetPassword rechercherStructure-2 rechercherStructure-3",
		"until=2":                    "issueToken rechercherStructure",
		"until=3":                    "issueToken rechercherStructure resetPassword",
		"since=4&until=4":            "issueToken resetPassword rechercherStructure",
		"since=5":                    "issueToken resetPassword rechercherStructure",
		"since=2&until=5&skip=2,4":   "issueToken resetPassword rechercherStructure",
		"since=1&until=1&workflow=A": "issueToken",
	} {
		text := r.admin(http.StatusOK, "GET", "/sandboxes/mine/recording?"+query, "").body
		var steps []string
		for _, line := range strings.Split(text, "\n") {
			if _, id, ok := strings.Cut(line, "- stepId: "); ok {
				steps = append(steps, id)
			}
		}
		if got := strings.Join(steps, " "); got != "sandbox credentials "+want {
			t.Errorf("%q: got %s, want %s", query, got, want)
		}
		if run := r.replayed(text); run.Verdict != result.Passed {
			t.Errorf("%q: %s %s %+v", query, run.Verdict, run.Reason, run.Culprit())
		}
	}
}

// Everything that stands in the way of a recording is told at once.
func TestARecordingThatCannotBeIsRefused(t *testing.T) {
	t.Parallel()
	r := newRecorder(t, app.Options{MaxSandboxes: 2})
	r.logIn() // 1
	r.search(http.StatusForbidden, "/cpro/nowhere/v1/x", "x")
	r.admin(http.StatusConflict, "GET", "/sandboxes/mine/recording", "")
	if got := r.admin(http.StatusConflict, "GET", "/sandboxes/mine/recording", ""); got.field(t, "code") == "recording-impossible" || !strings.Contains(got.body, "sandboxes") {
		t.Errorf("no room for one more sandbox: got %s", got.body)
	}

	r = newRecorder(t, app.Options{})
	r.logIn()                                                 // 1
	r.search(http.StatusForbidden, "/cpro/nowhere/v1/x", "x") // 2
	odd := send(t, "POST", r.app.PlatformURL()+recordedPath, `{"structure": {"designationStructure": "$inputs.sandbox"}}`,
		map[string]string{"Authorization": "Bearer " + r.token, "cpro-account": r.account()["cproAccount"].(string)}) // 3
	if odd.status == http.StatusUnauthorized {
		t.Fatalf("got %d %s", odd.status, odd.body)
	}
	got := r.admin(http.StatusConflict, "GET", "/sandboxes/mine/recording", "")
	reasons := got.field(t, "reasons").([]any)
	if len(reasons) != 2 || reasons[0].(map[string]any)["request"] != 2.0 || reasons[1].(map[string]any)["request"] != 3.0 ||
		!strings.Contains(got.body, "call 2 (POST /cpro/nowhere/v1/x): no contract declares it") || !strings.Contains(got.body, "2 things stand in the way") {
		t.Errorf("got %s", got.body)
	}
	if again := r.admin(http.StatusConflict, "POST", "/sandboxes/mine/recording", ""); again.body != got.body {
		t.Errorf("got %s", again.body)
	}
	r.admin(http.StatusOK, "GET", "/sandboxes/mine/recording?until=1", "")
	for query, want := range map[string]string{
		"until=99": "call 99", "since=99": "no call 99", "skip=1,2&until=2": "there is no call to record", "skip=2": "call 3 (POST ",
	} {
		if got := r.admin(http.StatusConflict, "GET", "/sandboxes/mine/recording?"+query, ""); !strings.Contains(got.body, want) {
			t.Errorf("%s: got %s", query, got.body)
		}
	}
	r.admin(http.StatusNotFound, "GET", "/sandboxes/nobody/recording", "")
	bad := r.admin(http.StatusBadRequest, "GET", "/sandboxes/mine/recording?until=x&since=0&skip=1,,2&workflow=1a&title="+strings.Repeat("x", 201), "")
	if got := len(bad.field(t, "errors").([]any)); got != 5 {
		t.Errorf("%d mistakes are told: %s", got, bad.body)
	}
	r.admin(http.StatusBadRequest, "POST", "/sandboxes/mine/recording", `{"byhand":true}`)
}

// A scenario says what is in it.
func TestAScenarioIsOutlined(t *testing.T) {
	t.Parallel()
	a := start(t, app.Options{})
	got := send(t, "GET", a.AdminURL()+"/__admin/v1/scenarios/expired-password/outline", "", nil)
	for _, want := range []string{
		`"title":"An expired password"`, "A good client remembers", `{"name":"seed","type":"integer","description":"What every generated value follows from","required":false,"default":"1"}`,
		`"operation":{"document":"admin","id":"putSandbox","method":"PUT","path":"/__admin/v1/sandboxes/{name}"}`, `{"condition":"$statusCode == 200","type":"simple"}`,
	} {
		if !strings.Contains(got.body, want) {
			t.Errorf("no %s in %.1500s", want, got.body)
		}
	}
	if got := send(t, "GET", a.AdminURL()+"/__admin/v1/scenarios/no-such/outline", "", nil); got.status != http.StatusNotFound {
		t.Errorf("got %d", got.status)
	}
}
