package faults_test

import (
	"encoding/json"
	"strings"
	"testing"

	"chorus-qualif/server/clock"
	"chorus-qualif/server/faults"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// verdict is what the gateway says of the account, with its right password,
// under a fault.
func verdict(t *testing.T, sb *sandboxes.Sandbox, settings string) string {
	t.Helper()
	var books faults.Books
	if _, err := books.Put(sb, "late", faults.Spec{Kind: "delayed-effect", Settings: json.RawMessage(settings), Probability: 1}); err != nil {
		t.Fatal(err)
	}
	plan := books.Of(sb).Strike(callTo(faults.API, sb))
	var v qualif.Verdict
	sb.Read(func(view sandboxes.View) {
		v = view.Standings(view.Present, account)[0].Verdict
		for _, judge := range plan.Judges {
			v = judge(v, view.Present)
		}
	})
	return strings.TrimPrefix(v.Code, "technical-account-")
}

// A deactivation and a reactivation can be learnt late, as a creation can.
func TestEffectsAreLearntLate(t *testing.T) {
	t.Parallel()
	sb := open(t)
	const late, other = `{"by":"10m"}`, `{"by":"10m","of":"creation"}`
	step := func(by, settings, want string) {
		t.Helper()
		span, err := clock.ParseSpan(by)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := sb.Advance(sandboxes.Move{By: span}); err != nil {
			t.Fatal(err)
		}
		if got := verdict(t, sb, settings); got != want {
			t.Errorf("at %s with %s: got %s, want %s", qualif.FormatInstant(sb.Now()), settings, got, want)
		}
	}
	if _, err := sandboxes.Do(sb, qualif.Deactivate{By: "claire@caron.example", Login: account}); err != nil {
		t.Fatal(err)
	}
	step("29m", late, "granted")
	step("1m", other, "inactive")
	step("0s", late, "granted")
	step("0s", `{"by":"10m","of":"deactivation"}`, "granted")
	step("9m59s", late, "granted")
	step("1s", late, "inactive")
	if _, err := sandboxes.Do(sb, qualif.Activate{By: "claire@caron.example", Login: account}); err != nil {
		t.Fatal(err)
	}
	step("29m", late, "reactivation-pending")
	step("1m", other, "granted")
	step("0s", late, "reactivation-pending")
	step("0s", `{"by":"10m","of":"reactivation"}`, "reactivation-pending")
	step("0s", `{"by":"10m","of":"deactivation"}`, "granted")
	step("9m59s", late, "reactivation-pending")
	step("1s", late, "granted")
}

// A late deactivation brings no expired password back.
func TestALateDeactivationDoesNotReviveAPassword(t *testing.T) {
	t.Parallel()
	sb := open(t)
	advance := func(m sandboxes.Move) {
		t.Helper()
		if _, err := sb.Advance(m); err != nil {
			t.Fatal(err)
		}
	}
	var expires qualif.TechnicalAccount
	sb.Read(func(v sandboxes.View) { a, _ := v.Account(account); expires = *a })
	advance(sandboxes.Move{To: expires.PasswordExpiresAt.Add(-29 * 60e9)})
	if _, err := sandboxes.Do(sb, qualif.Deactivate{By: "claire@caron.example", Login: account}); err != nil {
		t.Fatal(err)
	}
	advance(sandboxes.Move{To: expires.PasswordExpiresAt.Add(2 * 60e9)})
	if got := verdict(t, sb, `{"by":"10m"}`); got != "inactive" {
		t.Errorf("got %s", got)
	}
}
