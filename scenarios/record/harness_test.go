package record_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"chorus-qualif/openapi"
	"chorus-qualif/scenarios"
	"chorus-qualif/scenarios/record"
	"chorus-qualif/scenarios/replay"
	"chorus-qualif/scenarios/result"
	"chorus-qualif/server/app"
	"chorus-qualif/server/client"
	"chorus-qualif/server/clock"
)

var contracts = sync.OnceValues(openapi.Load)

func set(t *testing.T) *openapi.Set {
	t.Helper()
	all, err := contracts()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func server(t *testing.T) *app.App {
	t.Helper()
	return serverWith(t, app.Options{})
}

func serverWith(t *testing.T, o app.Options) *app.App {
	t.Helper()
	o.Contracts, o.Clock, o.ClockAt = set(t), clock.Frozen, time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	a, err := app.New(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_ = a.Stop(ctx) // mails under way are nobody's business here
	})
	return a
}

// person is somebody who works with a sandbox over HTTP.
type person struct {
	t       *testing.T
	app     *app.App
	sandbox *client.Sandbox
	given   client.Credentials
	token   string
	// name is that of the scenario.
	name string
}

// somebody opens a sandbox; seed and name differ from what a replay has.
func somebody(t *testing.T, spec client.Spec) *person {
	t.Helper()
	return at(t, server(t), spec)
}

// at is somebody on a server.
func at(t *testing.T, a *app.App, spec client.Spec) *person {
	t.Helper()
	c, err := client.New(a.AdminURL(), client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p := &person{t: t, app: a, sandbox: c.Sandbox("demo")}
	if _, err := p.sandbox.Put(t.Context(), spec); err != nil {
		t.Fatal(err)
	}
	if p.given, err = p.sandbox.Credentials(t.Context()); err != nil {
		t.Fatal(err)
	}
	return p
}

// frozen is a sandbox at nine on Monday 2 March 2026.
func frozen() client.Spec {
	return client.Spec{Seed: 42, Clock: client.Frozen(time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC))}
}

// send makes a call; header is name, value, name, value.
func (p *person) send(method, path, contentType, body string, header ...string) (int, map[string]any) {
	p.t.Helper()
	request, err := http.NewRequestWithContext(p.t.Context(), method, p.app.PlatformURL()+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	answer := map[string]any{}
	_ = json.Unmarshal(text, &answer) // not every answer is an object
	return response.StatusCode, answer
}

// askForToken asks for a token.
func (p *person) askForToken() (int, map[string]any) {
	p.t.Helper()
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {p.given.ClientID}, "client_secret": {p.given.ClientSecret}, "scope": {"openid"}}
	return p.send("POST", "/api/oauth/token", "application/x-www-form-urlencoded", form.Encode())
}

// logIn gets a token.
func (p *person) logIn() {
	p.t.Helper()
	status, answer := p.askForToken()
	p.token, _ = answer["access_token"].(string)
	if status != 200 || p.token == "" {
		p.t.Fatalf("no token: %d %v", status, answer)
	}
}

// api calls an API with an account, and wants a status.
func (p *person) api(want int, path, account, body string) map[string]any {
	p.t.Helper()
	status, answer := p.send("POST", path, "application/json", body, "Authorization", "Bearer "+p.token, "cpro-account", account)
	if status != want {
		p.t.Fatalf("%s: got %d %v, want %d", path, status, answer, want)
	}
	return answer
}

// portal calls the portal's JSON as a manager.
func (p *person) portal(want int, method, path, body, manager string) map[string]any {
	p.t.Helper()
	status, answer := p.send(method, path, "application/json", body, "Authorization", "Basic "+manager, "X-Sandbox", "demo")
	if status != want {
		p.t.Fatalf("%s: got %d %v, want %d", path, status, answer, want)
	}
	return answer
}

// account is the value of cpro-account for the supplier of the data set.
func (p *person) account() string { return p.given.TechnicalAccounts[0].CproAccount }

func (p *person) advance(by string) {
	p.t.Helper()
	if _, err := p.sandbox.Advance(p.t.Context(), client.Span(by)); err != nil {
		p.t.Fatal(err)
	}
}

// recorded records the sandbox, as the command does.
func (p *person) recorded(since int64, skip ...int64) (string, error) {
	p.t.Helper()
	calls, events, err := record.Read(p.t.Context(), p.sandbox, since)
	if err != nil {
		return "", err
	}
	aside, err := client.New(server(p.t).AdminURL(), client.Options{})
	if err != nil {
		p.t.Fatal(err)
	}
	given, dataSet, err := record.SetUp(p.t.Context(), aside.Sandbox("demo"), events)
	if err != nil {
		return "", err
	}
	text, err := record.Scenario(calls, record.Options{Contracts: set(p.t), Name: p.name, Credentials: given, Events: events, DataSet: dataSet, Since: since, Skip: skip})
	return string(text), err
}

// green records, and wants the scenario to replay without a failure in a fresh
// server.
func (p *person) green(since int64, skip ...int64) string {
	p.t.Helper()
	text, err := p.recorded(since, skip...)
	if err != nil {
		p.t.Fatal(err)
	}
	if run := replayed(p.t, text); run.Verdict != result.Passed {
		p.t.Fatalf("%s\nin\n%s", problem(run), text)
	}
	return text
}

// red breaks a scenario, and wants the named step to fail.
func (p *person) red(text, from, to, step string) {
	p.t.Helper()
	broken := strings.Replace(text, from, to, 1)
	if broken == text {
		p.t.Fatalf("there is no %q in\n%s", from, text)
	}
	run := replayed(p.t, broken)
	if run.Verdict != result.Failed || run.Culprit() == nil || run.Culprit().ID != step {
		p.t.Errorf("with %q: %s, want step %s to fail", to, problem(run), step)
	}
}

// replayed replays a scenario in a server of its own.
func replayed(t *testing.T, text string) *result.Run {
	t.Helper()
	return seeded(t, text, 0)
}

// seeded replays a scenario with another seed; 0 is its own.
func seeded(t *testing.T, text string, seed int64) *result.Run {
	t.Helper()
	file, problems := scenarios.Parse(set(t), "recorded.arazzo.yaml", []byte(text))
	if problems != nil {
		t.Fatalf("%v\n%s", problems, text)
	}
	stories, err := replay.Select([]*scenarios.File{file}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	a := server(t)
	r, err := replay.New(replay.Options{Contracts: set(t), Wall: clock.System(), Seed: seed, Target: replay.Target{Kind: result.Server, Platform: a.PlatformURL(), Admin: a.AdminURL()}})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Check(stories); err != nil {
		t.Fatal(err)
	}
	return r.Run(t.Context(), stories).Runs[0]
}

func problem(run *result.Run) string {
	text := string(run.Verdict) + " " + run.Reason
	if s := run.Culprit(); s != nil {
		text += " at " + s.ID + ": " + s.Reason + " " + s.Explanation
		for _, c := range s.Criteria {
			if !c.Passed {
				got, _ := json.Marshal(c.Actual)
				text += "; " + c.Condition + " but " + string(got) + " " + c.Problem
			}
		}
	}
	return text
}

// wants looks for all of these in a text.
func wants(t *testing.T, text string, all ...string) {
	t.Helper()
	for _, part := range all {
		if !strings.Contains(text, part) {
			t.Errorf("there is no %q in\n%s", part, text)
		}
	}
}

// basic is login:password in base64.
func basic(login, password string) string {
	return base64.StdEncoding.EncodeToString([]byte(login + ":" + password))
}

// decoded is a base64 in clear.
func decoded(t *testing.T, value string) string {
	t.Helper()
	plain, err := base64.StdEncoding.DecodeString(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(plain)
}

// lacks wants none of these in a text.
func lacks(t *testing.T, text string, all ...string) {
	t.Helper()
	for _, part := range all {
		if part == "" || strings.Contains(text, part) {
			t.Errorf("there is %q in\n%s", part, text)
		}
	}
}
