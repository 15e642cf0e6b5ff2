package replay_test

import (
	"encoding/base64"
	"os"
	"strings"
	"testing"
	"time"

	"chorus-qualif/scenarios/replay"
	"chorus-qualif/scenarios/result"
	"chorus-qualif/server/client"
	"chorus-qualif/server/clock"
)

// moving lets the time of a sandbox pass instead of waiting for real.
type moving struct {
	clock.Wall
	t       *testing.T
	sandbox *client.Sandbox
}

func (m *moving) AfterFunc(d time.Duration, f func()) (stop func() bool) {
	if _, err := m.sandbox.Advance(m.t.Context(), client.By(d)); err != nil {
		m.t.Error(err)
	}
	f()
	return func() bool { return false }
}

// Stories that a platform can run name nothing of the data set that cannot be
// given: on one whose structures are others they pass, and nothing drifts.
func TestTypicalSequencesPassWhereTheStructuresAreOthers(t *testing.T) {
	t.Parallel()
	others := strings.NewReplacer("41783652090157", "50123456700018", "28394016572830", "60123456700019", "12345678200028", "70123456700020", "12345678200051", "80123456700021")
	data, err := os.ReadFile("../../fixtures/builtin.yaml")
	if err != nil {
		t.Fatal(err)
	}
	a := server(t)
	c, err := client.New(a.AdminURL(), client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	home := c.Sandbox("default")
	spec := client.Spec{Seed: 9, Clock: client.Frozen(time.Date(2027, 5, 3, 7, 0, 0, 0, time.UTC)), Fixtures: client.Fixtures{YAML: others.Replace(string(data))}}
	if _, err := home.Put(t.Context(), spec); err != nil {
		t.Fatal(err)
	}
	credentials := given(t, a.AdminURL())
	account, _ := credentials.Usable()
	stories := library(t, "active", "directory-sync", "api-entry", "flow-deposit")
	var invoice string
	for _, i := range stories[len(stories)-2].Workflow.Inputs {
		if i.Name == "file" {
			text, err := base64.StdEncoding.DecodeString(i.Default.(string))
			if err != nil {
				t.Fatal(err)
			}
			invoice = others.Replace(string(text))
		}
	}
	inputs := map[string]any{
		"clientId": credentials.ClientID, "clientSecret": credentials.ClientSecret, "credentials.account": account.CproAccount,
		"supplier": "50123456700018", "recipient": "60123456700019", "strict": "70123456700020", "bare": "80123456700021",
	}
	replayIt := func(inputs map[string]any, stories []replay.Story) []*result.Run {
		t.Helper()
		set, err := contracts()
		if err != nil {
			t.Fatal(err)
		}
		reference := sandbox(server(t))
		r, err := replay.New(replay.Options{
			Contracts: set, Wall: &moving{clock.System(), t, home}, Target: platform(a), Reference: &reference, Inputs: inputs, Wait: time.Hour,
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Check(stories); err != nil {
			t.Fatal(err)
		}
		return r.Run(t.Context(), stories).Runs
	}
	// Each takes another number, as the platform takes each once.
	inputs["number"], inputs["date"] = "FA-2027-0001", "2027-05-03"
	runs := replayIt(inputs, stories[:len(stories)-2])
	inputs["number"], inputs["file"] = "FA-2027-0002", base64.StdEncoding.EncodeToString([]byte(strings.NewReplacer("FA-2026-0042", "FA-2027-0002", "2026-03-02", "2027-05-03").Replace(invoice)))
	delete(inputs, "date")
	for _, needless := range []string{"supplier", "recipient", "strict", "bare"} {
		delete(inputs, needless)
	}
	for _, run := range append(runs, replayIt(inputs, stories[len(stories)-2:len(stories)-1])...) {
		if run.Verdict != result.Passed {
			t.Errorf("%s: %s", run.Workflow, problem(run))
		}
		for _, s := range run.Steps {
			if len(s.Drift) > 0 {
				t.Errorf("%s, step %s drifts: %+v", run.Workflow, s.ID, s.Drift)
			}
		}
	}
}
