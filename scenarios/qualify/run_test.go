package qualify_test

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"chorus-qualif/fixtures"
	"chorus-qualif/scenarios/qualify"
	"chorus-qualif/server/app"
	"chorus-qualif/server/app/apptest"
	"chorus-qualif/server/client"
	"chorus-qualif/server/clock"
	"chorus-qualif/server/qualif"
)

// bench is a server and what is run beside it.
type bench struct {
	*testing.T
	qualify.Server
	runs atomic.Int64
}

func start(t *testing.T, o app.Options) *bench {
	t.Helper()
	a := apptest.Start(t, o)
	admin, err := client.New(a.AdminURL(), client.Options{Token: o.AdminToken})
	if err != nil {
		t.Fatal(err)
	}
	return &bench{T: t, Server: qualify.Server{Admin: admin, AdminToken: o.AdminToken, MailURL: a.MailURL(), SMTPAddr: a.SMTPAddr()}}
}

// run runs the test's own client in situations.
func (b *bench) run(t *testing.T, behaviour string, change func(*qualify.Options), names ...string) *qualify.Report {
	t.Helper()
	n := b.runs.Add(1)
	o := qualify.Options{
		Situations: pick(t, names...), Command: []string{os.Args[0]}, Environ: []string{"CLIENT=" + behaviour}, Named: []string{"MY_ID={{clientId}}"},
		Open: func(_ context.Context, situation string) (qualify.Place, error) {
			return qualify.Place{Server: b.Server, Sandbox: fmt.Sprintf("t%d-%s", n, situation), Close: func() {}}, nil
		},
		Parallel: 2, Timeout: time.Minute, After: 1, Wall: clock.System(), Tool: "test", Profile: "portail-2022",
	}
	if change != nil {
		change(&o)
	}
	report, err := qualify.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// pick takes built-in situations by name; all when none is named.
func pick(t *testing.T, names ...string) []qualify.Situation {
	t.Helper()
	all, err := qualify.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	if len(names) == 0 {
		return all
	}
	var some []qualify.Situation
	for _, s := range all {
		if slices.Contains(names, s.Name) {
			some = append(some, s)
		}
	}
	return some
}

// What a client does decides the verdict, and the verdict whether the expectation
// holds.
func TestVerdicts(t *testing.T) {
	t.Parallel()
	b := start(t, app.Options{})
	fast := func(o *qualify.Options) { o.Timeout = 10 * time.Second }
	late := func(o *qualify.Options) { o.Situations[1].Within = time.Nanosecond }
	says := func(pattern string) func(*qualify.Options) {
		return func(o *qualify.Options) { o.Situations[1].Says = regexp.MustCompile(pattern) }
	}
	either := func(o *qualify.Options) { o.Situations[1].Expect = qualify.Either }
	for _, test := range []struct {
		situation, behaviour string
		change               func(*qualify.Options)
		want                 qualify.Verdict
		held                 bool
		says                 string
	}{
		{"password-expired", "stops", nil, qualify.Stopped, true, "exit code 4"},
		{"password-expired", "stops", late, qualify.Late, false, "1ns is fine"},
		{"password-expired", "stops", says("expired"), qualify.Stopped, true, ""},
		{"password-expired", "stops", says("périmé"), qualify.Silent, false, `matches "périmé"`},
		{"password-expired", "stops", either, qualify.Stopped, true, ""},
		{"password-expired", "renews", nil, qualify.Stopped, true, "with 2 calls refused"},
		{"password-expired", "ignores", nil, qualify.WentOn, false, "as if nothing had been refused"},
		{"password-expired", "insists", nil, qualify.Hammered, false, "21 calls in a row; 3 after the first one"},
		{"password-expired", "insists", func(o *qualify.Options) { n := 20; o.Retries = &n }, qualify.Stopped, true, ""},
		{"password-expired", "insists and waits", fast, qualify.Hammered, false, "It was still running after 10s"},
		{"password-expired", "hangs", fast, qualify.Hung, false, "10s"},
		{"password-expired", "dies", nil, qualify.Crashed, false, "Signal 9"},
		{"password-expires-mid-run", "once", nil, qualify.NeverMet, false, "after 2 calls"},
		{"password-expires-mid-run", "once", func(o *qualify.Options) { o.After = 0 }, qualify.Stopped, true, ""},
		{"password-reset-by-colleague", "stops", nil, qualify.Stopped, true, ""},
		{"token-expired-mid-run", "renews", nil, qualify.Survived, true, ""},
		{"token-expired-mid-run", "renews", either, qualify.Survived, true, ""},
		{"token-expired-mid-run", "stops", nil, qualify.Failed, false, "exit code 4"},
		{"token-expired-mid-run", "stops", either, qualify.Stopped, true, ""},
		{"token-expired-mid-run", "ignores", nil, qualify.WentOn, false, "rechercherStructure 1 of 3"},
		{"token-expired-mid-run", "ignores", func(o *qualify.Options) { o.Incomplete = true }, qualify.Survived, true, ""},
	} {
		t.Run(test.situation+" "+test.behaviour, func(t *testing.T) {
			t.Parallel()
			report := b.run(t, test.behaviour, test.change, qualify.Nominal, test.situation)
			got := report.Rows[1]
			if got.Verdict != test.want || got.Held != test.held || !strings.Contains(got.Reason, test.says) {
				t.Errorf("got %s, held %v: %s\n%s", got.Verdict, got.Held, got.Reason, got.Output)
			}
			if report.Passed != test.held || (got.Advice == "") != test.held {
				t.Errorf("passed %v, advice %q", report.Passed, got.Advice)
			}
			if met := got.Verdict != qualify.NeverMet; got.Met != met || met && (got.Refused == 0 || got.Decisive[0].Code == "") {
				t.Errorf("met %v in %d calls: %v", got.Met, got.Refused, got.Decisive)
			}
		})
	}
}

// What counts as hammering is a row of refusals: a client that gets over each of
// many may go on for long.
func TestRefusalsThatDoNotFollowEachOtherAreNoHammering(t *testing.T) {
	t.Parallel()
	b := start(t, app.Options{})
	change := func(o *qualify.Options) {
		o.Situations[1].Retries = 0
		o.Situations[1].Faults = map[string]qualify.Fault{"x": {"kind": "server-error", "settings": map[string]any{"status": 502}, "match": map[string]any{"path": "/cpro/*", "every": 2}}}
	}
	report := b.run(t, "renews", change, qualify.Nominal, "gateway-502")
	if got := report.Rows[1]; got.Verdict != qualify.Survived || got.Refused != 2 {
		t.Errorf("got %s, met in %d calls: %s", got.Verdict, got.Refused, got.Reason)
	}
}

// A client that stops without a word is told from one that says why.
func TestSilenceIsNoMessage(t *testing.T) {
	t.Parallel()
	b := start(t, app.Options{})
	report := b.run(t, "stops", func(o *qualify.Options) {
		o.Command = []string{"sh", "-c", `"$0" >/dev/null 2>&1`, os.Args[0]}
	}, qualify.Nominal, "api-not-subscribed")
	if got := report.Rows[1]; got.Verdict != qualify.Silent || got.Held || *got.Exit != 4 {
		t.Errorf("got %s, exit code %d: %s", got.Verdict, *got.Exit, got.Reason)
	}
}

// What does not work when nothing happens proves nothing when something does.
func TestNominalComesFirst(t *testing.T) {
	t.Parallel()
	b := start(t, app.Options{})
	for _, test := range []struct {
		behaviour string
		command   []string
		want      qualify.Verdict
	}{
		{"idle", nil, qualify.NeverMet},
		{"idle and fails", nil, qualify.NeverMet},
		{"stops", []string{"/nowhere/client"}, qualify.NotStarted},
	} {
		t.Run(test.behaviour, func(t *testing.T) {
			t.Parallel()
			change := func(o *qualify.Options) {
				if test.command != nil {
					o.Command = test.command
				}
			}
			report := b.run(t, test.behaviour, change, "password-expired", qualify.Nominal)
			if nominal, other := report.Rows[0], report.Rows[1]; nominal.Verdict != test.want || other.Verdict != qualify.NotRun || report.Passed {
				t.Errorf("got %s, then %s, passed %v", nominal.Verdict, other.Verdict, report.Passed)
			}
		})
	}
	report := b.run(t, "idle", func(o *qualify.Options) { o.KeepGoing = true }, qualify.Nominal, "password-expired")
	if got := report.Rows[1].Verdict; got != qualify.NeverMet || report.Counts.NotHeld != 2 {
		t.Errorf("kept going: got %s, %+v", got, report.Counts)
	}
	report = b.run(t, "stops", func(o *qualify.Options) { o.Allowed = []string{"token-expired-mid-run"} }, qualify.Nominal, "token-expired-mid-run")
	if !report.Passed || report.Counts.Allowed != 1 || report.Rows[1].Held {
		t.Errorf("allowed to fail: got %+v, passed %v", report.Counts, report.Passed)
	}
}

// A run that is interrupted says so of what it did not do.
func TestInterruption(t *testing.T) {
	t.Parallel()
	b := start(t, app.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	report, err := qualify.Run(ctx, qualify.Options{
		Situations: pick(t, qualify.Nominal, "password-expired"), Command: []string{os.Args[0]}, Environ: []string{"CLIENT=waits"},
		Open: func(context.Context, string) (qualify.Place, error) {
			cancel()
			return qualify.Place{Server: b.Server, Sandbox: "interrupted", Close: func() {}}, nil
		},
		Timeout: time.Hour, Wall: clock.System(),
	})
	if err != nil || report.Passed || report.Counts.NotRun+report.Counts.NotHeld != 2 {
		t.Errorf("got %+v, %v", report, err)
	}
}

// What can only happen in one generation of the portal is left out of the other;
// a data set without an account says so.
func TestOtherGenerationsAndDataSets(t *testing.T) {
	t.Parallel()
	b := start(t, app.Options{Profile: "cpp-2020", AdminToken: "s3cret", HideExplanations: true})
	report := b.run(t, "stops", nil, qualify.Nominal, "account-deactivated", "password-expired")
	if got := report.Rows[2]; got.Verdict != qualify.NotApplicable || !report.Passed || report.Counts.NotApplicable != 1 {
		t.Errorf("got %s, passed %v", got.Verdict, report.Passed)
	}
	set, _, err := fixtures.Parse("inline", []byte(withoutAccounts))
	if err != nil {
		t.Fatal(err)
	}
	b = start(t, app.Options{DataSets: []*qualif.DataSet{set}})
	report = b.run(t, "stops", nil, qualify.Nominal)
	if got := report.Rows[0]; got.Verdict != qualify.NotPrepared || !strings.Contains(got.Reason, "no technical account that works") || report.Passed {
		t.Errorf("got %s: %s", got.Verdict, got.Reason)
	}
	handout, err := b.Handout(t.Context(), "default")
	if err != nil || handout["siret"] != "41783652090157" || handout["managerPassword"] == "" || handout["cproAccount"] != "" {
		t.Errorf("got %v, %v", handout, err)
	}
	if _, err := handout.Fill([]string{"A={{cproAccount}}"}); err == nil || !strings.Contains(err.Error(), "sandbox default has no cproAccount") {
		t.Errorf("got %v", err)
	}
}

const withoutAccounts = `
name: none
structures:
  - siret: "41783652090157"
    raisonSociale: Fournisseur
    people:
      - {login: gp@example.fr, role: GESTIONNAIRE_PRINCIPAL, nom: A, prenom: B, contact: gp@example.fr}
`
