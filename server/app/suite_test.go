package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"chorus-qualif/openapi"
	"chorus-qualif/server/app"
)

// TestEveryOperationRefusesAlike calls every operation of the APIs in each way
// that the gateway refuses, then with each kind of wrong body. The program
// checks its own answers against the contract and answers 500 to one that is
// outside: none may be.
func TestEveryOperationRefusesAlike(t *testing.T) {
	t.Parallel()
	a := start(t, app.Options{})
	good, bare := open(t, a, "suite"), open(t, a, "suite-unsubscribed")
	bare.do("PUT", "/applications/APP_SANDBOX_suite-unsubscribed@qualif.example", `{"subscriptions":[]}`, http.StatusOK)
	good.authorize()
	bare.authorize()
	_, account := good.usable()
	_, bareAccount := bare.usable()
	bearer := map[string]string{"Authorization": "Bearer " + good.token}
	with := func(header map[string]string, more ...string) map[string]string {
		all := map[string]string{}
		for name, value := range header {
			all[name] = value
		}
		for i := 0; i < len(more); i += 2 {
			all[more[i]] = more[i+1]
		}
		return all
	}
	allowed := with(bearer, "cpro-account", account)
	type way struct {
		name, body string
		header     map[string]string
		status     int
	}
	ways := []way{
		{"no bearer", `{}`, map[string]string{"cpro-account": account}, http.StatusBadRequest},
		{"unknown token", `{}`, with(allowed, "Authorization", "Bearer "+strings.Repeat("x", 54)), http.StatusUnauthorized},
		{"not subscribed", `{}`, map[string]string{"Authorization": "Bearer " + bare.token, "cpro-account": bareAccount}, http.StatusForbidden},
		{"no account", `{}`, bearer, http.StatusUnauthorized},
		{"wrong password", `{}`, with(bearer, "cpro-account", "VEVDSF8xX3g6eQ=="), http.StatusUnauthorized},
		{"clear account", `{}`, with(bearer, "cpro-account", "TECH_1_x:y"), http.StatusUnauthorized},
	}
	bodies := []way{
		{"malformed", `{"a":`, allowed, http.StatusBadRequest},
		{"unknown property", `{"inconnue":1}`, allowed, http.StatusBadRequest},
		{"no object", `[1]`, allowed, http.StatusBadRequest},
		{"a text", `"x"`, allowed, http.StatusBadRequest},
		{"not UTF-8", "{\"\xff\":1}", allowed, http.StatusBadRequest},
		{"too deep", strings.Repeat(`{"a":`, 20_000), allowed, http.StatusBadRequest},
	}
	set, err := openapi.Load()
	if err != nil {
		t.Fatal(err)
	}
	operations := 0
	for _, document := range set.Documents() {
		for _, op := range document.Operations {
			if !strings.HasPrefix(op.Path, "/cpro/") {
				continue
			}
			operations++
			t.Run(op.ID, func(t *testing.T) {
				t.Parallel()
				try := func(w way) {
					got := send(t, op.Method, a.PlatformURL()+op.Path, w.body, with(w.header, "Content-Type", "application/json"))
					if got.status != w.status {
						t.Errorf("%s: got %d %.200s (%s), want %d", w.name, got.status, got.body, got.header.Get("X-Sandbox-Explain"), w.status)
					}
				}
				for _, w := range ways {
					try(w)
				}
				for _, w := range bodies {
					if op.Method == http.MethodGet {
						w.status = http.StatusOK // its body is ignored, as clients send one
					}
					try(w)
				}
				for _, sent := range []string{"", "{}", " {} \n", "null"} {
					got := send(t, op.Method, a.PlatformURL()+op.Path, sent, with(allowed, "Content-Type", "application/json;charset=utf-8", "Accept", ""))
					if sent != "null" && got.status != http.StatusOK && got.status != http.StatusBadRequest || got.status >= 500 {
						t.Errorf("body %q: got %d %.200s (%s)", sent, got.status, got.body, got.header.Get("X-Sandbox-Explain"))
					}
				}
			})
		}
	}
	if operations < 12 {
		t.Errorf("%s", fmt.Sprintf("only %d operations are declared", operations))
	}
}
