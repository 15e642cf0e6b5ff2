package replay_test

import (
	"testing"

	"chorus-qualif/scenarios"
	"chorus-qualif/scenarios/replay"
	"chorus-qualif/server/clock"
)

// BenchmarkLibrary replays the whole library, one workflow after the other, in
// one server; a workflow and a step are told beside it.
func BenchmarkLibrary(b *testing.B) {
	set, err := contracts()
	if err != nil {
		b.Fatal(err)
	}
	files, err := scenarios.Load(set)
	if err != nil {
		b.Fatal(err)
	}
	stories, err := replay.Select(files, nil, nil)
	if err != nil {
		b.Fatal(err)
	}
	r, err := replay.New(replay.Options{Target: sandbox(server(b)), Contracts: set, Wall: clock.System()})
	if err != nil {
		b.Fatal(err)
	}
	steps := 0
	for b.Loop() {
		all := r.Run(b.Context(), stories)
		if !all.Passed() {
			b.Fatalf("%+v", all.Counts)
		}
		steps += all.Counts.Steps
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(stories)), "µs/workflow")
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(steps), "µs/step")
}

// BenchmarkLoad reads and checks the whole library.
func BenchmarkLoad(b *testing.B) {
	set, err := contracts()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := scenarios.Load(set); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(scenarios.Library())), "µs/file")
}
