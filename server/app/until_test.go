package app_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"chorus-qualif/server/app"
)

func TestAdvanceUntilAConditionHolds(t *testing.T) {
	t.Parallel()
	l := open(t, start(t, app.Options{}), "a")
	login, header := l.create()
	state := `{"until":{"state":{"account":"` + login + `","status":"ACTIF"}},"deadline":"PT1H"}`
	peeked := l.post("/clock/peek", state)
	if peeked.field(t, "to") != "2026-03-01T09:30:00.000+01:00" || l.get("/clock").field(t, "now") != "2026-03-01T09:00:00.000+01:00" {
		t.Errorf("peek: got %s", peeked.body)
	}
	if got := l.post("/clock/advance", state); got.field(t, "to") != "2026-03-01T09:30:00.000+01:00" || !strings.Contains(got.body, login) {
		t.Errorf("got %s", got.body)
	}
	if got := l.call(header, nil); got.status != http.StatusOK {
		t.Errorf("the account does not work: %d", got.status)
	}
	// It holds already: nothing has to pass.
	if got := l.post("/clock/advance", state); got.field(t, "to") != got.field(t, "from") {
		t.Errorf("got %s", got.body)
	}
	l.post("/clock/advance", `{"until":{"event":{"kind":"PasswordExpired","subject":"`+login+`"}}}`)
	if got := l.get("/clock").field(t, "now"); got != "2027-04-29T09:00:00.000+02:00" {
		t.Errorf("the clock reads %v, want the end of the password", got)
	}
	l.post("/clock/advance", `{"until":{"mail":{"kind":"technical-account-creation"}}}`)
}

func TestACommonDiagnosisInsteadOfATimeOut(t *testing.T) {
	t.Parallel()
	l := open(t, start(t, app.Options{}), "a")
	login, _ := l.create()
	missed := l.do("POST", "/clock/advance", `{"until":{"state":{"account":"`+login+`","status":"ACTIF"}},"deadline":"PT10M"}`, http.StatusConflict)
	near := missed.field(t, "nearest").([]any)[0].(map[string]any)
	if missed.field(t, "code") != "condition-not-met" || near["kind"] != "technical-account-effective" || near["subject"] != login || near["in"] != "PT30M" {
		t.Errorf("got %s", missed.body)
	}
	if got := l.get("/clock").field(t, "now"); got != "2026-03-01T09:00:00.000+01:00" {
		t.Errorf("the clock moved to %v", got)
	}
	for _, body := range []string{`{"until":{}}`, `{"until":{"event":{"kind":"x"},"mail":{}}}`, `{"until":{"state":{"account":"x","status":"NOPE"}}}`, `{"until":"x"}`} {
		l.do("POST", "/clock/advance", body, http.StatusBadRequest)
	}
	l.do("POST", "/clock/advance", `{"until":{"mail":{"to":"x"}},"deadline":"soon"}`, http.StatusUnprocessableEntity)
	l.do("POST", "/clock/advance", `{"until":{"mail":{"to":"nobody@example.fr"}},"deadline":"2026-03-02T00:00:00+01:00"}`, http.StatusConflict)
}

func TestFireSomethingNow(t *testing.T) {
	t.Parallel()
	l := open(t, start(t, app.Options{}), "a")
	login, header := l.create()
	for _, kind := range []string{"technical-account-effective", "password-expired"} {
		for _, one := range l.get("/timeline").field(t, "due").([]any) {
			due := one.(map[string]any)
			if due["subject"] != login || due["kind"] != kind {
				continue
			}
			id := strings.TrimSuffix(jsonOf(t, due["id"]), ".0")
			got := l.post("/timeline/"+id+"/fire", "")
			if got.field(t, "from") != got.field(t, "to") || !strings.Contains(got.body, kind) {
				t.Errorf("got %s", got.body)
			}
			l.do("POST", "/timeline/"+id+"/fire", "", http.StatusNotFound)
		}
		want := map[string]int{"technical-account-effective": 200, "password-expired": 401}[kind]
		if got := l.call(header, nil); got.status != want {
			t.Errorf("after %s: got %d %s", kind, got.status, got.header.Get("X-Sandbox-Explain"))
		}
	}
	l.do("POST", "/timeline/x/fire", "", http.StatusBadRequest)
}

func TestARetriedStepDoesNotAdvanceTwice(t *testing.T) {
	t.Parallel()
	l := open(t, start(t, app.Options{}), "a")
	key := map[string]string{"Idempotency-Key": "step-1"}
	var all sync.WaitGroup
	answers := make([]reply, 8)
	for i := range answers {
		all.Go(func() { answers[i] = send(t, "POST", l.admin+"/clock/advance", `{"by":"10m"}`, key) })
	}
	all.Wait()
	replayed := 0
	for _, got := range answers {
		if got.status != http.StatusOK || got.body != answers[0].body {
			t.Errorf("got %d %s", got.status, got.body)
		}
		if got.header.Get("Idempotency-Replayed") == "true" {
			replayed++
		}
	}
	if now := l.get("/clock").field(t, "now"); now != "2026-03-01T09:10:00.000+01:00" || replayed != 7 {
		t.Errorf("the clock reads %v after 8 times the same step, %d of them replayed", now, replayed)
	}
	if got := send(t, "POST", l.admin+"/clock/advance", `{"by":"20m"}`, key); got.status != http.StatusUnprocessableEntity {
		t.Errorf("another body: got %d", got.status)
	}
	if got := send(t, "POST", l.admin+"/clock/peek", `{"by":"20m"}`, key); got.status != http.StatusOK {
		t.Errorf("another operation: got %d", got.status)
	}
	// A sandbox made anew has seen no key.
	send(t, "PUT", l.admin, frozen, nil)
	if got := send(t, "POST", l.admin+"/clock/advance", `{"by":"20m"}`, key); got.status != http.StatusOK || got.header.Get("Idempotency-Replayed") != "" {
		t.Errorf("in a new life: got %d", got.status)
	}
}
