package replay_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"chorus-qualif/scenarios/replay"
	"chorus-qualif/scenarios/result"
)

// The whole library passes, twice the same but for wall durations, one workflow
// at a time or several. Only the cursors of mails count those of all sandboxes.
func TestTheLibraryPassesAndIsDeterministic(t *testing.T) {
	t.Parallel()
	var texts []string
	cursor := regexp.MustCompile(`\\"cursor\\":\\"\d+\\"|"name": "Content-Length",\s+"value": "\d+"`)
	for _, parallel := range []int{1, 4} {
		all := replayed(t, replay.Options{Target: sandbox(server(t)), Seed: 1, Parallel: parallel}, library(t))
		for _, run := range all.Runs {
			if run.Verdict != result.Passed {
				t.Errorf("%s %s: %s", run.File, run.Workflow, problem(run))
			}
			if run.Sandbox == "" || run.Before.IsZero() || run.Counts.Steps == 0 {
				t.Errorf("%s: got %+v", run.Workflow, run)
			}
		}
		if !all.Passed() || all.Counts.RunsPassed != len(all.Runs) {
			t.Errorf("got %+v", all.Counts)
		}
		text, err := json.MarshalIndent(all.Timeless(), "", " ")
		if err != nil {
			t.Fatal(err)
		}
		shown := strings.NewReplacer(all.Target.Platform, "PLATFORM", all.Target.Admin, "ADMIN").Replace(string(text))
		texts = append(texts, cursor.ReplaceAllString(shown, "CURSOR"))
	}
	if at := differ(texts[0], texts[1]); at != "" {
		t.Errorf("two replays differ: %s", at)
	}
}

// differ shows the first line in which two texts differ.
func differ(a, b string) string {
	left, right := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(left), len(right)) {
		if left[i] != right[i] {
			return fmt.Sprintf("line %d:\n%s\n%s\nafter %s", i, left[i], right[i], strings.Join(left[max(0, i-12):i], "\n"))
		}
	}
	if len(left) != len(right) {
		return fmt.Sprintf("%d and %d lines", len(left), len(right))
	}
	return ""
}

func TestASeedIsGivenToThoseThatAskForOne(t *testing.T) {
	t.Parallel()
	a := server(t)
	for seed, want := range map[int64]string{7: "7", 0: "1"} {
		run := replayed(t, replay.Options{Target: sandbox(a), Seed: seed}, library(t, "expired-password")).Runs[0]
		if got := fmt.Sprint(run.Inputs["seed"]); got != want {
			t.Errorf("seed %d: the workflow was given %s, want %s", seed, got, want)
		}
	}
}

// flow replays one workflow of testdata/flow.arazzo.yaml.
func flow(t *testing.T, workflow string, o replay.Options) *result.Run {
	t.Helper()
	stories := slices.DeleteFunc(told(t, "flow.arazzo.yaml"), func(s replay.Story) bool { return s.Workflow.ID != workflow })
	if o.Target.Kind == "" {
		o.Target = sandbox(server(t))
	}
	return replayed(t, o, stories).Runs[0]
}

func TestAWorkflowCallsAnother(t *testing.T) {
	t.Parallel()
	run := flow(t, "calls-another", replay.Options{})
	if got, want := path(run), "begin passed, sandbox passed, credentials passed, token passed, search passed"; got != want || run.Verdict != result.Passed {
		t.Fatalf("got %s (%s), want %s", got, problem(run), want)
	}
	if got := step(t, run, "token", 1).Workflow; got != "open" {
		t.Errorf("the token is of workflow %s, want open", got)
	}
	if got, want := fmt.Sprint(run.Outputs["now"], " ", step(t, run, "begin", 1).Outputs), "2026-04-01T12:00:00.000+02:00 map[now:2026-04-01T12:00:00.000+02:00]"; got != want {
		t.Errorf("outputs: got %s, want %s", got, want)
	}
	if !strings.HasPrefix(fmt.Sprint(run.Outputs["bearer"]), "Bearer ") {
		t.Errorf("outputs: got %v", run.Outputs)
	}
}

func TestStepsGoWhereTheirActionsSay(t *testing.T) {
	t.Parallel()
	a := server(t)
	for way, want := range map[string]string{
		"left":  "sandbox passed, left passed, right passed, straight skipped",
		"right": "sandbox passed, right passed, straight skipped, left skipped",
		"on":    "sandbox passed, straight passed, left skipped, right skipped",
	} {
		run := flow(t, "goes-elsewhere", replay.Options{Target: sandbox(a), Inputs: map[string]any{"way": way, "sandbox": "way-" + way}})
		if got := path(run); got != want {
			t.Errorf("%s: got %s (%s), want %s", way, got, problem(run), want)
		}
		first, last := step(t, run, "sandbox", 1).Next, run.Steps[len(run.Steps)-1]
		if goes := map[string]string{"left": "goto left", "right": "goto right"}[way]; first != goes {
			t.Errorf("%s: next is %q, want %q", way, first, goes)
		}
		if last.Verdict == result.Skipped && (last.Reason != "the workflow ended before" || last.Attempt != 0 || last.Answer != nil) {
			t.Errorf("%s: the step that was not reached is %+v", way, last)
		}
	}
}

// A retry waits on the sandbox's clock: half an hour passes in no time.
func TestARetryMovesTheSandboxsClock(t *testing.T) {
	t.Parallel()
	run := flow(t, "waits", replay.Options{})
	if got, want := path(run), "sandbox passed, until handled, until handled, until passed"; got != want || run.Verdict != result.Passed {
		t.Fatalf("got %s (%s), want %s", got, problem(run), want)
	}
	first := step(t, run, "until", 1)
	if len(first.Moves) != 1 || first.Moves[0].Cause != "retryAfter" || first.Moves[0].To.Sub(first.Moves[0].From) != 10*time.Minute || first.Next != "retry after 10m0s" {
		t.Errorf("got %+v, next %q", first.Moves, first.Next)
	}
	if got := run.Virtual(); got != 20*time.Minute {
		t.Errorf("the run took %s of the sandbox's time, want 20m", got)
	}
	if run.Wall > time.Minute {
		t.Errorf("it took %s", run.Wall)
	}
	if c := run.Counts; c.Handled != 2 || c.Passed != 2 || c.Failed != 0 {
		t.Errorf("got %+v", c)
	}
}

func TestWhatHappensInTheSandboxIsToldWithItsStep(t *testing.T) {
	t.Parallel()
	run := flow(t, "anew", replay.Options{})
	later, again := step(t, run, "later", 1), step(t, run, "again", 1)
	if len(later.Moves) != 1 || later.Moves[0].Cause != "advanceClock" || later.Before.Equal(later.After) || len(later.Mails) != 0 {
		t.Errorf("later: got %+v, %+v", later.Moves, later.Mails)
	}
	if len(again.Mails) != 1 || again.Mails[0].Kind != "technical-account-expiry-reminder" || again.Mails[0].Login == "" || !again.After.Equal(again.Mails[0].At) {
		t.Errorf("again: got %+v at %s", again.Mails, again.After)
	}
}

func TestEveryCriterionIsJudgedWithItsValue(t *testing.T) {
	t.Parallel()
	run := flow(t, "waits-in-vain", replay.Options{})
	if got, want := path(run), "sandbox passed, until handled, until handled, until failed, never skipped"; got != want || run.Verdict != result.Failed {
		t.Fatalf("got %s, %s, want %s", got, problem(run), want)
	}
	failed := run.Culprit()
	if failed.Attempt != 3 {
		t.Errorf("the run was stopped by attempt %d, want 3", failed.Attempt)
	}
	var got []string
	for _, c := range failed.Criteria {
		got = append(got, fmt.Sprintf("%d %t %v %s", c.Line, c.Passed, c.Actual, c.Problem))
	}
	want := []string{
		"108 false frozen ", "109 true 0 ", `110 false <nil> JSON pointer segment "nothing" not found`,
		"111 false 2026-03-02T09:00:00.000+01:00 ", `112 false <nil> response header "X-Nothing" not found`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
	if len(failed.Journal) == 0 || failed.Journal[len(failed.Journal)-1].Seq == 0 {
		t.Errorf("the journal around the failure is missing: %+v", failed.Journal)
	}
	if never := run.Steps[len(run.Steps)-1]; never.Reason != "step until did not pass" {
		t.Errorf("the step never reached says %q", never.Reason)
	}
}

func TestWhatCannotBeAskedOrReadBreaksTheStep(t *testing.T) {
	t.Parallel()
	a := server(t)
	for workflow, want := range map[string]string{
		"cannot-ask":      "sandbox passed, ask broken|parameter name: a text is wanted",
		"cannot-evaluate": "sandbox passed, ask broken, skipped skipped|the request cannot be made: failed to evaluate parameter",
		"output-missing":  "sandbox broken|output nothing: JSON pointer",
	} {
		run := flow(t, workflow, replay.Options{Target: sandbox(a)})
		steps, reason, _ := strings.Cut(want, "|")
		culprit := run.Culprit()
		if culprit == nil || path(run) != steps || run.Verdict != result.Broken || !strings.Contains(culprit.Reason, reason) {
			t.Errorf("%s: got %s (%s), want %s", workflow, path(run), problem(run), want)
		}
	}
}
