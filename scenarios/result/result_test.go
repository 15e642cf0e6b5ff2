package result_test

import (
	"encoding/json"
	"testing"
	"time"

	"chorus-qualif/scenarios/result"
)

func replay() *result.Replay {
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	all := &result.Replay{Wall: time.Second, Runs: []*result.Run{
		{Workflow: "good", Verdict: result.Passed, Wall: time.Second, Before: at, After: at.Add(time.Hour), Steps: []*result.Step{
			{ID: "a", Verdict: result.Handled, Wall: 1, Criteria: make([]result.Criterion, 2)}, {ID: "a", Verdict: result.Passed}, {ID: "b", Verdict: result.Skipped},
		}},
		{Workflow: "bad", Verdict: result.Broken, Steps: []*result.Step{
			{ID: "c", Verdict: result.Passed, Drift: make([]result.Difference, 1)}, {ID: "d", Verdict: result.Broken}, {ID: "e", Verdict: result.Failed},
		}},
		{Workflow: "none", Verdict: result.Skipped},
	}}
	all.Counts = all.Sum()
	return all
}

func TestCountsAddUp(t *testing.T) {
	t.Parallel()
	all := replay()
	want := result.Counts{Runs: 3, RunsPassed: 1, RunsFailed: 1, RunsSkipped: 1, Steps: 6, Passed: 2, Failed: 1, Handled: 1, Broken: 1, Skipped: 1, Criteria: 2, Drifts: 1}
	if all.Counts != want {
		t.Errorf("got %+v, want %+v", all.Counts, want)
	}
	if all.Passed() {
		t.Error("a replay with a broken run passed")
	}
	all.Runs = all.Runs[:1]
	if all.Counts = all.Sum(); !all.Passed() {
		t.Error("a replay whose run passed did not")
	}
	all.Runs = nil
	if all.Counts = all.Sum(); all.Passed() {
		t.Error("a replay of nothing passed")
	}
}

func TestTheCulpritIsTheFirstStepThatStopsARun(t *testing.T) {
	t.Parallel()
	all := replay()
	if got := all.Runs[0].Culprit(); got != nil {
		t.Errorf("got %s, want none", got.ID)
	}
	if got := all.Runs[1].Culprit(); got == nil || got.ID != "d" {
		t.Errorf("got %+v, want d", got)
	}
}

// What two replays have in common is there without wall durations, and the
// original is left alone.
func TestWallDurationsAreLeftOut(t *testing.T) {
	t.Parallel()
	all := replay()
	timeless := all.Timeless()
	if timeless.Wall != 0 || timeless.Runs[0].Wall != 0 || timeless.Runs[0].Steps[0].Wall != 0 {
		t.Errorf("got %+v", timeless)
	}
	if all.Wall == 0 || all.Runs[0].Wall == 0 || all.Runs[0].Steps[0].Wall == 0 {
		t.Error("the original lost its durations")
	}
	if got := timeless.Runs[0].Virtual(); got != time.Hour {
		t.Errorf("got %s of virtual time, want 1h", got)
	}
	if got := timeless.Runs[1].Virtual(); got != 0 {
		t.Errorf("got %s of virtual time, want none", got)
	}
}

func TestHeadersAreFoundWhateverTheirCase(t *testing.T) {
	t.Parallel()
	all := []result.Header{{Name: "Date", Value: "1"}, {Name: "X-A", Value: "2"}, {Name: "x-a", Value: "3"}}
	if got := result.Value(all, "x-A"); got != "2" {
		t.Errorf("got %q, want 2", got)
	}
	if got := result.Value(all, "X-B"); got != "" {
		t.Errorf("got %q, want none", got)
	}
}

func TestWhatIsNotKnownIsNotWritten(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(result.Step{ID: "a"})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"file":"","id":"a","workflow":"","operation":{"document":"","id":"","method":"","path":""},"verdict":"","wallNanoseconds":0}`
	if string(text) != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
}
