package app_test

import (
	"fmt"
	"net/http"
	"testing"

	"chorus-qualif/server/app"
)

func TestExplainAccount(t *testing.T) {
	t.Parallel()
	l := open(t, start(t, app.Options{}), "a")
	login, _ := l.create()
	told := l.get("/explain/account/" + login)
	for field, want := range map[string]any{
		"known": true, "status": "EN_CREATION", "works": false, "code": "technical-account-creation-pending",
		"worksFrom": "2026-03-01T09:30:00.000+01:00", "worksUntil": "2027-04-29T09:00:00.000+02:00",
	} {
		if got := told.field(t, field); got != want {
			t.Errorf("%s: got %v, want %v", field, got, want)
		}
	}
	points := told.field(t, "timeline").([]any)
	last := points[len(points)-1].(map[string]any)
	if first := points[0].(map[string]any); first["kind"] != "TechnicalAccountRequested" || first["event"] == nil || last["kind"] != "password-expired" || last["works"] != false {
		t.Errorf("got %v", points)
	}
	l.post("/clock/advance", `{"by":"P425D"}`)
	expired := l.get("/explain/account/" + login)
	if expired.field(t, "code") != "technical-account-password-expired" || expired.field(t, "worksFrom") != nil || expired.field(t, "remedy") == "" {
		t.Errorf("got %s", expired.body)
	}
	if got := l.get("/explain/account/TECH_1_99999999999999@cpro.fr"); got.field(t, "known") != false || got.field(t, "code") != "technical-account-other-environment" {
		t.Errorf("got %s", got.body)
	}
}

func TestExplainToken(t *testing.T) {
	t.Parallel()
	a := start(t, app.Options{})
	l, other := open(t, a, "a"), open(t, a, "b")
	l.authorize()
	explain := func(in *lab, token string) reply { return in.post("/explain/token", `{"token":"`+token+`"}`) }
	good := explain(l, l.token)
	if good.field(t, "works") != true || good.field(t, "expiresAt") != "2026-03-01T10:00:00.000+01:00" || len(good.field(t, "apis").([]any)) < 3 {
		t.Errorf("got %s", good.body)
	}
	if got := explain(other, l.token); got.field(t, "code") != "token-other-sandbox" || got.field(t, "sandbox") != "a" {
		t.Errorf("got %s", got.body)
	}
	if got := explain(l, "x"); got.field(t, "code") != "token-malformed" {
		t.Errorf("got %s", got.body)
	}
	l.post("/clock/advance", `{"by":"1h"}`)
	if got := explain(l, l.token); got.field(t, "code") != "token-expired" || got.field(t, "works") != false {
		t.Errorf("got %s", got.body)
	}
}

func TestExplainStructure(t *testing.T) {
	t.Parallel()
	l := open(t, start(t, app.Options{}), "a")
	login, _ := l.create()
	siret := l.Managers[0].Structures[0]
	told := l.get("/explain/structure/" + siret)
	found := false
	for _, one := range told.field(t, "accounts").([]any) {
		account := one.(map[string]any)
		if account["login"] == login {
			found = account["works"] == false && account["worksFrom"] == "2026-03-01T09:30:00.000+01:00"
		}
	}
	if !found || told.field(t, "canCreate") != true || told.field(t, "manager") != l.Managers[0].Login {
		t.Errorf("got %s", told.body)
	}
	if got := l.get("/explain/structure/99999999999999"); got.field(t, "known") != false || got.field(t, "code") != "structure-unknown" {
		t.Errorf("got %s", got.body)
	}
}

// TestFiveHundredSuitesAtOnce is what the control API is for: each has its own
// sandbox, clock, faults and waits, and none sees another.
func TestFiveHundredSuitesAtOnce(t *testing.T) {
	t.Parallel()
	a := start(t, app.Options{})
	golden := open(t, a, "golden")
	login, header := golden.create()
	golden.do("PUT", "/snapshots/ready", "", http.StatusOK)
	for i := range 500 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			name := fmt.Sprint("suite-", i)
			send(t, "POST", a.AdminURL()+"/__admin/v1/sandboxes/golden/fork", `{"as":"`+name+`","snapshot":"ready"}`, nil)
			l := enter(t, a, name)
			l.fault("third", fmt.Sprintf(`{"kind":"server-error","settings":{"status":%d},"match":{"path":"/cpro/*","nth":3}}`, 500+i%5))
			seen := make(chan reply, 1)
			go func() {
				seen <- send(t, "POST", l.admin+"/events/wait", `{"kind":"TechnicalAccountEffective","subject":"`+login+`","timeout":"60s"}`, nil)
			}()
			refused := l.call(header, nil).status
			l.post("/clock/advance", `{"until":{"state":{"account":"`+login+`","status":"ACTIF"}}}`)
			if got := <-seen; got.status != http.StatusOK {
				t.Errorf("the wait ended with %d %s", got.status, got.body)
			}
			got := []int{refused, l.call(header, nil).status, l.call(header, nil).status, l.call(header, nil).status}
			if want := []int{401, 200, 500 + i%5, 200}; fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("got %v, want %v", got, want)
			}
			l.post("/requests/verify", `{"match":{"operation":"rechercherStructure"},"exactly":4}`)
			if now := l.get("/clock").field(t, "now"); now != "2026-03-01T09:30:00.000+01:00" {
				t.Errorf("the clock reads %v", now)
			}
			l.do("DELETE", "", "", http.StatusNoContent)
		})
	}
}
