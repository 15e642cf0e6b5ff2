package replay_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"chorus-qualif/openapi"
	"chorus-qualif/scenarios"
	"chorus-qualif/scenarios/replay"
	"chorus-qualif/scenarios/result"
	"chorus-qualif/server/app"
	"chorus-qualif/server/clock"
)

var contracts = sync.OnceValues(openapi.Load)

// server starts a sandbox server for a test, or for those below it.
func server(t testing.TB) *app.App {
	t.Helper()
	set, err := contracts()
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.New(app.Options{Contracts: set, Clock: clock.Frozen, ClockAt: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)})
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

// sandbox is a server as a target.
func sandbox(a *app.App) replay.Target {
	return replay.Target{Kind: result.Server, Platform: a.PlatformURL(), Admin: a.AdminURL()}
}

// platform is the same server as one without a control API.
func platform(a *app.App) replay.Target {
	return replay.Target{Kind: result.Platform, Platform: a.PlatformURL()}
}

// library reads scenarios of the library, all of them when none is named.
func library(t *testing.T, names ...string) []replay.Story {
	t.Helper()
	set, err := contracts()
	if err != nil {
		t.Fatal(err)
	}
	files, err := scenarios.Load(set, names...)
	if err != nil {
		t.Fatal(err)
	}
	stories, err := replay.Select(files, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return stories
}

// told reads scenarios from testdata, where "# prelude" stands for the steps
// that open a sandbox.
func told(t *testing.T, name string, replace ...string) []replay.Story {
	t.Helper()
	set, err := contracts()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	content := strings.NewReplacer(replace...).Replace(string(text))
	file, problems := scenarios.Parse(set, name, []byte(content))
	if problems != nil {
		t.Fatal(problems)
	}
	stories, err := replay.Select([]*scenarios.File{file}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return stories
}

// replayed replays stories and returns what came of them.
func replayed(t *testing.T, o replay.Options, stories []replay.Story) *result.Replay {
	t.Helper()
	set, err := contracts()
	if err != nil {
		t.Fatal(err)
	}
	o.Contracts, o.Wall = set, clock.System()
	r, err := replay.New(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Check(stories); err != nil {
		t.Fatal(err)
	}
	return r.Run(t.Context(), stories)
}

// problem says what stopped a run, for messages of tests.
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

// step finds a step of a run by its id and attempt.
func step(t *testing.T, run *result.Run, id string, attempt int) *result.Step {
	t.Helper()
	for _, s := range run.Steps {
		if s.ID == id && s.Attempt == attempt {
			return s
		}
	}
	t.Fatalf("workflow %s has no step %s, attempt %d: %s", run.Workflow, id, attempt, problem(run))
	return nil
}

// path is the steps of a run with their verdicts, in order.
func path(run *result.Run) string {
	var all []string
	for _, s := range run.Steps {
		all = append(all, s.ID+" "+string(s.Verdict))
	}
	return strings.Join(all, ", ")
}
