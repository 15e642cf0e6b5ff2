package client_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"chorus-qualif/server/admin"
	"chorus-qualif/server/app"
	"chorus-qualif/server/app/apptest"
	"chorus-qualif/server/client"
)

const byReplay = "for people and their pages; programs have package replay, and the command"

// unreached are the operations that the client leaves out, with the reason.
var unreached = map[string]string{
	"livez": "for the supervisor of the process; what a client asks is whether the server is ready",

	"listScenarios": byReplay, "getScenario": byReplay, "startScenarioRun": byReplay, "listScenarioRuns": byReplay,
	"getScenarioRun": byReplay, "stepScenarioRun": byReplay, "deleteScenarioRun": byReplay,
	"getScenarioOutline": byReplay, "startRecordingRun": byReplay,
}

// walker calls everything. It keeps the method and path of every call, and
// compares what the client made of an answer with the answer.
type walker struct {
	*testing.T
	mu    sync.Mutex
	calls []string
	last  []byte
}

func (w *walker) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := http.DefaultTransport.RoundTrip(request)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = append(w.calls, request.Method+" "+request.URL.EscapedPath())
	w.last = nil
	if err != nil || response.Header.Get("Content-Type") != "application/json" {
		return response, err
	}
	w.last, err = io.ReadAll(response.Body)
	response.Body = io.NopCloser(bytes.NewReader(w.last))
	return response, err
}

// compare finds what an answer said that the client's value does not have.
func (w *walker) compare(value any) {
	w.Helper()
	var said, kept any
	text, err := json.Marshal(value)
	if err != nil || json.Unmarshal(text, &kept) != nil || json.Unmarshal(w.last, &said) != nil {
		return // a text, or nothing
	}
	missing := lost("", said, kept)
	if object, ok := said.(map[string]any); ok && len(object) <= 2 {
		for _, inner := range object { // an envelope
			if reflect.TypeOf(inner) == reflect.TypeOf(kept) && len(lost("", inner, kept)) == 0 {
				return
			}
		}
	}
	if _, opaque := kept.(string); len(missing) > 0 && !opaque {
		w.Errorf("%s: the client's value lacks %v of\n%s", w.calls[len(w.calls)-1], missing, w.last)
	}
}

// lost lists the properties that are said and not kept; what is null or empty
// may be left out.
func lost(path string, said, kept any) (all []string) {
	switch said := said.(type) {
	case map[string]any:
		object, _ := kept.(map[string]any)
		for name, value := range said {
			all = append(all, lost(path+"/"+name, value, object[name])...)
		}
	case []any:
		list, _ := kept.([]any)
		if len(list) != len(said) {
			return []string{path}
		}
		for i := range said {
			all = append(all, lost(fmt.Sprintf("%s/%d", path, i), said[i], list[i])...)
		}
	case nil:
	default:
		if !reflect.ValueOf(said).IsZero() && (kept == nil || reflect.ValueOf(kept).IsZero()) {
			return []string{path}
		}
	}
	return all
}

// What the contract declares, the client reaches, and nothing else; each call
// here answers as the contract says, or the server would say 400.
func TestEveryOperationIsReached(t *testing.T) {
	t.Parallel()
	a, _ := start(t, app.Options{WebhookPrivate: true, Version: admin.Version{Version: "1.2.3"}})
	seen := &walker{T: t}
	c := dial(t, a.AdminURL(), client.Options{HTTP: &http.Client{Transport: seen}})
	everything(seen, c)

	declared := operations(t)
	if len(declared) < 50 {
		t.Fatalf("got %d operations: the contract is not being read", len(declared))
	}
	reached := map[string]bool{}
	for _, call := range seen.calls {
		// The fixed paths come first: /requests/count is not /requests/{id}.
		i := slices.IndexFunc(declared, func(o operation) bool { return o.shape.MatchString(call) })
		if i < 0 {
			t.Errorf("%s is no operation of the contract", call)
			continue
		}
		reached[declared[i].id] = true
	}
	for _, o := range declared {
		if reason := unreached[o.id]; reached[o.id] == (reason != "") {
			t.Errorf("%s: reached %v, listed as not reached because %q", o.id, reached[o.id], reason)
		}
	}
}

type operation struct {
	id         string
	shape      *regexp.Regexp
	parameters int
}

// operations are those of the control API, those with the fewest parameters in
// their path first.
func operations(t *testing.T) []operation {
	t.Helper()
	var all []operation
	for _, document := range apptest.Contracts(t).Documents() {
		if document.Name != "admin" {
			continue
		}
		for _, op := range document.Operations {
			path := regexp.MustCompile(`\\\{[^}]*\\\}`).ReplaceAllString(regexp.QuoteMeta(op.Path), `[^/]+`)
			all = append(all, operation{op.ID, regexp.MustCompile("^" + op.Method + " " + path + "$"), strings.Count(op.Path, "{")})
		}
	}
	slices.SortStableFunc(all, func(a, b operation) int { return a.parameters - b.parameters })
	return all
}

// everything calls each operation once.
func everything(t *walker, c *client.Client) {
	t.Helper()
	ctx := t.Context()
	sb := morning(t, c, "walk")
	info := must(sb.Get(ctx))(t)
	if info.Name != "walk" || info.Clock.Mode != "frozen" || info.Profile != "portail-2022" || info.DataSet.Structures == 0 {
		t.Errorf("got %+v", info)
	}
	must(c.Sandboxes(ctx, client.SandboxQuery{Search: "walk", Limit: 10}))(t)
	must(sb.Applications(ctx))(t)
	on := true
	must(sb.PutApplication(ctx, "APP_2", client.ApplicationSpec{Enabled: &on, Subscriptions: &[]string{"structures"}}))(t)
	must(sb.Snapshot(ctx, "ready"))(t)
	must(sb.Snapshots(ctx))(t)
	if fork := must(sb.Fork(ctx, "walk-2", "ready"))(t); fork.Name != "walk-2" {
		t.Errorf("got %+v", fork)
	}
	given := must(sb.Credentials(ctx))(t)
	if one := must(sb.PersonCredentials(ctx, given.Managers[0].Login))(t); one.BasicCredentials != given.Managers[0].BasicCredentials {
		t.Errorf("got %+v, want those of %+v", one, given.Managers[0])
	}
	account, ok := given.Usable()
	if !ok {
		t.Fatal("no account is usable")
	}
	token, status := visit(t, sb, account.CproAccount)
	if status != http.StatusOK {
		t.Fatalf("the search: got %d", status)
	}
	theClock(t, sb)
	theMails(t, sb)
	theCalls(t, sb, token, account)
	theFaults(t, c, sb)
	theRecording(t, c)
	must(sb.Webhooks(ctx))(t)
	theWebhooks(t, sb)
	must(sb.Restore(ctx, "ready"))(t)
	must(sb.Reset(ctx))(t)
	if err := sb.DeleteSnapshot(ctx, "ready"); err != nil {
		t.Error(err)
	}
	if err := sb.Delete(ctx); err != nil {
		t.Error(err)
	}
	theServer(t, c)
}

func theClock(t *walker, sb *client.Sandbox) {
	t.Helper()
	ctx := t.Context()
	login := create(t, sb)
	now, due, err := sb.Timeline(ctx, time.Time{})
	if err != nil || len(due) == 0 || due[0].ID == 0 {
		t.Fatalf("timeline: %v %v %v", now, due, err)
	}
	if peeked := must(sb.Peek(ctx, client.Next()))(t); len(peeked.Fired) == 0 {
		t.Errorf("peek: got %+v", peeked)
	}
	if done := must(sb.Advance(ctx, client.UntilState(login, "ACTIF").Within("P1D").AtMost(100)))(t); !done.To.Equal(now.Add(30 * time.Minute)) {
		t.Errorf("advanced to %v, want half an hour after %v", done.To, now)
	}
	if _, err := sb.Peek(ctx, client.UntilFlux("CPP0011100000000000425001", "IN_INTEGRE").Within("PT1S")); client.Code(err) != "condition-not-met" || !strings.Contains(err.Error(), "no flow CPP0011100000000000425001") {
		t.Errorf("got %v", err)
	}
	must(sb.Fire(ctx, must3(sb.Timeline(ctx, time.Time{}))(t)[0].ID))(t)
	must(sb.Freeze(ctx, time.Time{}))(t)
	must(sb.Resume(ctx))(t)
	must(sb.Scale(ctx, 60))(t)
	if clock := must(sb.SetClock(ctx, paris(t, "2026-03-02T09:00:00+01:00")))(t); clock.Mode != "scaled" {
		t.Errorf("got %+v", clock)
	}
	if clock := must(sb.Clock(ctx))(t); clock.Now.Before(now) {
		t.Errorf("got %+v", clock)
	}
	must(sb.Accounts(ctx))(t)
	if explained := must(sb.ExplainAccount(ctx, login))(t); !explained.Known || len(explained.Timeline) == 0 {
		t.Errorf("got %+v", explained)
	}
	must(sb.ExplainFlux(ctx, "CPP0011100000000000425001"))(t)
	must(sb.ExplainStructure(ctx, "84965690500015"))(t)
	must(sb.ExplainFlux(ctx, "CPP0011100000000000425001"))(t)
	if page := must(sb.Journal(ctx, 0, 1))(t); len(page.Events) != 1 || page.Next != 1 {
		t.Errorf("got %+v", page)
	}
	event := must(sb.WaitEvent(ctx, client.EventWait{Kind: "TechnicalAccountEffective", Subject: login, Timeout: "1s"}))(t)
	if event.Subject != login {
		t.Errorf("got %+v", event)
	}
	for item, err := range sb.Stream(ctx, client.StreamQuery{Kind: "TechnicalAccountEffective", Subject: login, Requests: true}) {
		if err != nil || item.Event == nil || item.Event.Seq != event.Seq {
			t.Errorf("got %+v %v, want event %d", item, err, event.Seq)
		}
		break
	}
}

func must3(_ time.Time, due []client.Due, err error) func(testing.TB) []client.Due {
	return must(due, err)
}

func theMails(t *walker, sb *client.Sandbox) {
	t.Helper()
	ctx := t.Context()
	mail := must(sb.WaitMail(ctx, client.MailWait{Timeout: "5s"}))(t)
	if mail.Cursor == "" || mail.Notification == "" || mail.Text == "" {
		t.Errorf("got %+v", mail)
	}
	if page := must(sb.Mails(ctx, client.MailQuery{To: mail.To[0], Limit: 1}))(t); len(page.Mails) != 1 {
		t.Errorf("got %+v", page)
	}
	if again := must(sb.Mail(ctx, client.Latest))(t); again.Subject == "" {
		t.Errorf("got %+v", again)
	}
	must(sb.MailRaw(ctx, mail.ID))(t)
	if text := must(sb.MailText(ctx, mail.ID))(t); !strings.Contains(text, "compte technique") && text == "" {
		t.Errorf("got %q", text)
	}
	must(sb.MailHTML(ctx, mail.ID))(t)
	must(sb.MailLinks(ctx, mail.ID))(t)
	if _, err := sb.MailAttachment(ctx, mail.ID, 0); client.Code(err) == "" {
		t.Errorf("got %v, want a refusal: nothing is attached", err)
	}
	if d := must(sb.MailDelivery(ctx, mail.Notification))(t); d.State != "sent" {
		t.Errorf("got %+v", d)
	}
}

func theCalls(t *walker, sb *client.Sandbox, token string, account client.AccountCredentials) {
	t.Helper()
	ctx := t.Context()
	page := must(sb.Requests(ctx, client.RequestQuery{Operation: "rechercherStructure", Limit: 5}))(t)
	if len(page.Requests) != 1 || page.Requests[0].Login != account.Login {
		t.Fatalf("got %+v", page)
	}
	request := must(sb.Request(ctx, page.Requests[0].ID, true))(t)
	if len(request.Trail) == 0 || request.RequestHeaders["Cpro-Account"] != account.CproAccount {
		t.Errorf("got %+v", request)
	}
	if n := must(sb.CountRequests(ctx, client.Criteria{Status: "2xx"}))(t); n < 2 {
		t.Errorf("got %d calls", n)
	}
	found := must(sb.Verify(ctx, client.InOrder(client.Criteria{Operation: "issueToken"}, client.Criteria{Operation: "rechercherStructure", Status: "200"})))(t)
	if len(found.IDs) != 2 {
		t.Errorf("got %+v", found)
	}
	if har := must(sb.HAR(ctx, client.RequestQuery{Status: "200", Secrets: true}))(t); !strings.Contains(string(har), account.CproAccount) {
		t.Errorf("got %s", har)
	}
	if usage := must(sb.Usage(ctx))(t); usage.OperationsMet < 2 {
		t.Errorf("got %+v", usage)
	}
	if explained := must(sb.ExplainToken(ctx, token))(t); explained.Sandbox != sb.Name() {
		t.Errorf("got %+v", explained)
	}
	if err := sb.ClearRequests(ctx); err != nil {
		t.Error(err)
	}
}

func theFaults(t *walker, c *client.Client, sb *client.Sandbox) {
	t.Helper()
	ctx := t.Context()
	kinds, presets, err := c.FaultKinds(ctx)
	if err != nil || len(kinds) == 0 || len(presets) == 0 {
		t.Errorf("got %v %v %v", kinds, presets, err)
	}
	half := 0.5
	must(sb.PutFault(ctx, "slow", client.FaultSpec{Kind: "latency", Settings: map[string]any{"fixed": "1ms"}, Probability: &half,
		Match: &client.FaultMatch{Path: "/cpro/*"}, Times: 3}))(t)
	if f := must(sb.Fault(ctx, "slow"))(t); f.Times != 3 || f.Probability != half || f.Match.Path != "/cpro/*" {
		t.Errorf("got %+v", f)
	}
	must(sb.Faults(ctx))(t)
	if err := sb.DeleteFault(ctx, "slow"); err != nil {
		t.Error(err)
	}
	if list := must(sb.FaultChanges(ctx))(t); len(list.Changes) != 2 || list.Changes[0].Fault == nil || list.Changes[0].Fault.Times != 3 || list.Changes[1].Fault != nil {
		t.Errorf("got %+v", list)
	}
	if err := sb.ClearFaults(ctx); err != nil {
		t.Error(err)
	}
}

// theWebhooks lets an event be taken, and taken again.
func theWebhooks(t *walker, sb *client.Sandbox) {
	t.Helper()
	ctx := t.Context()
	taken := make(chan string, 2)
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { taken <- r.Header.Get("X-Sandbox-Event") }))
	t.Cleanup(receiver.Close)
	must(sb.PutWebhook(ctx, "ci", client.WebhookSpec{URL: receiver.URL, Kinds: []string{"ClockAdvanced"}}))(t)
	must(sb.Advance(ctx, client.By(time.Minute)))(t)
	id := <-taken
	for len(must(sb.WebhookDeliveries(ctx, "ci", "taken"))(t)) == 0 {
		if ctx.Err() != nil {
			t.Fatal("the delivery is not told")
		}
	}
	again := must(sb.Redeliver(ctx, "ci", id))(t)
	if again.ID != id || again.Outcome != "taken" || again.Attempts != 2 || <-taken != id {
		t.Errorf("got %+v, want %s taken twice", again, id)
	}
	if _, err := sb.Redeliver(ctx, "ci", "1-99999"); client.Code(err) != "delivery-unknown" {
		t.Errorf("got %v", err)
	}
	if err := sb.DeleteWebhook(ctx, "ci"); err != nil {
		t.Error(err)
	}
	if _, err := sb.WebhookDeliveries(ctx, "ci", ""); client.Code(err) != "webhook-unknown" {
		t.Errorf("got %v", err)
	}
}

func theServer(t *walker, c *client.Client) {
	t.Helper()
	ctx := t.Context()
	if all := must(c.Switches(ctx))(t); len(all) == 0 || len(all[0].Values) == 0 {
		t.Errorf("got %+v", all)
	}
	if all := must(c.Profiles(ctx))(t); len(all) != 2 {
		t.Errorf("got %+v", all)
	}
	if v := must(c.Version(ctx))(t); v.Version != "1.2.3" {
		t.Errorf("got %+v", v)
	}
	if err := c.Ready(ctx); err != nil {
		t.Error(err)
	}
	if text := must(c.Metrics(ctx))(t); !strings.Contains(text, "# HELP") {
		t.Errorf("got %s", text)
	}
	if text := must(c.Document(ctx, "admin.yaml"))(t); !strings.HasPrefix(string(text), "openapi: 3.0.3") {
		t.Errorf("got %s", text)
	}
}

func theRecording(t *walker, c *client.Client) {
	t.Helper()
	sb := morning(t, c, "told")
	account, _ := must(sb.Credentials(t.Context()))(t).Usable()
	visit(t, sb, account.CproAccount)
	text := must(sb.Recording(t.Context(), client.RecordingQuery{Until: 2, Workflow: "walk", Title: "A walk"}))(t)
	for _, want := range []string{"workflowId: walk\n", "summary: A walk\n", "rechercherStructure"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("got no %q in\n%s", want, text)
		}
	}
	_, err := sb.Recording(t.Context(), client.RecordingQuery{Until: 99, Skip: []int64{7, 8}})
	var refused *client.Error
	if !errors.As(err, &refused) || len(refused.Reasons()) != 1 || !strings.Contains(err.Error(), "call 99") {
		t.Errorf("got %v", err)
	}
	if err := sb.Delete(t.Context()); err != nil {
		t.Error(err)
	}
}
