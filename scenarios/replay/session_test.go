package replay_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"chorus-qualif/scenarios"
	"chorus-qualif/scenarios/replay"
	"chorus-qualif/scenarios/result"
	"chorus-qualif/server/client"
	"chorus-qualif/server/clock"
)

// log writes down what a watcher is told.
type log struct{ lines []string }

func (l *log) RunBegan(run *result.Run) { l.lines = append(l.lines, "began "+run.Workflow) }
func (l *log) StepEnded(run *result.Run, step *result.Step) {
	l.lines = append(l.lines, step.ID+" "+string(step.Verdict))
}
func (l *log) RunEnded(run *result.Run) {
	l.lines = append(l.lines, "ended "+run.Workflow+" "+string(run.Verdict))
}

func flowStories(t *testing.T, ids ...string) []replay.Story {
	t.Helper()
	return slices.DeleteFunc(told(t, "flow.arazzo.yaml"), func(s replay.Story) bool { return !slices.Contains(ids, s.Workflow.ID) })
}

func TestAWatcherIsToldWhatHappens(t *testing.T) {
	t.Parallel()
	l := &log{}
	replayed(t, replay.Options{Target: sandbox(server(t)), Watcher: l}, flowStories(t, "goes-elsewhere", "output-missing"))
	want := "began goes-elsewhere, sandbox passed, left passed, right passed, ended goes-elsewhere passed, began output-missing, sandbox broken, ended output-missing broken"
	if got := strings.Join(l.lines, ", "); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAfterAFailureNothingMoreBeginsWhenThatIsAsked(t *testing.T) {
	t.Parallel()
	a := server(t)
	for failFast, want := range map[bool]string{true: "[broken skipped] workflow output-missing did not pass (--fail-fast)", false: "[broken passed] "} {
		stories := flowStories(t, "goes-elsewhere", "output-missing")
		slices.Reverse(stories)
		all := replayed(t, replay.Options{Target: sandbox(a), FailFast: failFast}, stories)
		verdicts := []result.Verdict{all.Runs[0].Verdict, all.Runs[1].Verdict}
		if got := fmt.Sprint(verdicts, " ", all.Runs[1].Reason); got != want {
			t.Errorf("fail fast %t: got %s, want %s", failFast, got, want)
		}
		if all.Passed() {
			t.Errorf("fail fast %t: the replay passed", failFast)
		}
	}
}

func TestAGateHoldsEachStep(t *testing.T) {
	t.Parallel()
	var asked []string
	run := replayed(t, replay.Options{Target: sandbox(server(t)), Gate: func(_ context.Context, run *result.Run, step *result.Step) error {
		asked = append(asked, fmt.Sprint(step.ID, " after ", len(run.Steps)-1))
		if step.ID == "left" {
			return errors.New("stopped by hand")
		}
		return nil
	}}, flowStories(t, "goes-elsewhere")).Runs[0]
	if got, want := fmt.Sprint(asked), "[sandbox after 0 left after 1]"; got != want {
		t.Errorf("asked %s, want %s", got, want)
	}
	if got, want := problem(run), "broken  at left: stopped by hand"; !strings.HasPrefix(got, want) {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAnInterruptionBreaksWhatRunsAndSkipsTheRest(t *testing.T) {
	t.Parallel()
	set, err := contracts()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	a := server(t)
	r, err := replay.New(replay.Options{Target: sandbox(a), Contracts: set, Wall: clock.System(), Gate: func(_ context.Context, _ *result.Run, step *result.Step) error {
		if step.ID == "left" {
			cancel()
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	all := r.Run(ctx, flowStories(t, "goes-elsewhere", "output-missing"))
	if got, want := fmt.Sprint(all.Runs[0].Verdict, " ", all.Runs[1].Verdict, " ", all.Runs[1].Reason), "broken skipped the replay was interrupted"; got != want {
		t.Errorf("got %s (%s), want %s", got, problem(all.Runs[0]), want)
	}
	if got := sandboxes(t, a.AdminURL()); len(got) > 0 {
		t.Errorf("sandboxes are left: %v", got)
	}
}

// sandboxes are those that replays have left.
func sandboxes(t *testing.T, admin string) []string {
	t.Helper()
	c, err := client.New(admin, client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	page, err := c.Sandboxes(t.Context(), client.SandboxQuery{Search: "replay-"})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, one := range page.Sandboxes {
		all = append(all, one.Name)
	}
	return all
}

// Each run has a sandbox of its own, deleted at the end unless it is kept, or
// was named; one that is there is never taken.
func TestSandboxesAreFreshAndDoNotStay(t *testing.T) {
	t.Parallel()
	a := server(t)
	stories := flowStories(t, "goes-elsewhere")
	replayed(t, replay.Options{Target: sandbox(a)}, stories)
	if got := sandboxes(t, a.AdminURL()); len(got) > 0 {
		t.Errorf("got %v, want none left", got)
	}
	var names []string
	for range 2 {
		names = append(names, replayed(t, replay.Options{Target: sandbox(a), Keep: true}, stories).Runs[0].Sandbox)
	}
	want := []string{"replay-flow.goes-elsewhere", "replay-flow.goes-elsewhere-2"}
	replayed(t, replay.Options{Target: sandbox(a), Inputs: map[string]any{"sandbox": "replay-mine"}}, stories)
	if got := sandboxes(t, a.AdminURL()); !slices.Equal(got, append(want, "replay-mine")) || !slices.Equal(names, want) {
		t.Errorf("got %v and %v, want %v, and the one that was named", names, got, want)
	}
}

func TestNobodyAnswers(t *testing.T) {
	t.Parallel()
	run := replayed(t, replay.Options{Target: replay.Target{Kind: result.Server, Platform: "http://127.0.0.1:1", Admin: "http://127.0.0.1:1"}}, flowStories(t, "goes-elsewhere")).Runs[0]
	if got := problem(run); !strings.Contains(got, "broken  at sandbox: no answer came: dial: connect: connection refused") {
		t.Errorf("got %s", got)
	}
}

func TestStoriesAreChosen(t *testing.T) {
	t.Parallel()
	all := library(t, "active", "expired-password", "expiring-soon")
	files := func(workflows, tags []string) string {
		var names []string
		stories, err := replay.Select([]*scenarios.File{all[0].File, all[1].File, all[2].File}, workflows, tags)
		for _, s := range stories {
			names = append(names, s.Workflow.ID)
		}
		if err != nil {
			return err.Error()
		}
		return strings.Join(names, " ")
	}
	for _, c := range []struct {
		workflows, tags []string
		want            string
	}{
		{nil, nil, "active expired-password expiring-soon expiring-soon-with-reminder"},
		{[]string{"expiring-soon", "active"}, nil, "active expiring-soon"},
		{[]string{"activ"}, []string{"accont"}, "no file has a workflow \"activ\"; did you mean \"active\"?\nno workflow has the tag \"accont\"; did you mean \"account\"?"},
	} {
		if got := files(c.workflows, c.tags); got != c.want {
			t.Errorf("%v %v: got %q, want %q", c.workflows, c.tags, got, c.want)
		}
	}
	if got := files(nil, []string{"account"}); !strings.Contains(got, "expired-password") {
		t.Errorf("tag account: got %s", got)
	}
}
