package sandboxes_test

import (
	"fmt"
	"runtime"
	"testing"

	"chorus-qualif/server/sandboxes"
)

// TestTenThousandSandboxesAreSmall measures what a live sandbox with the
// built-in data set weighs. It is not parallel: it reads the heap.
func TestTenThousandSandboxesAreSmall(t *testing.T) {
	const limit = 700 << 20
	r := builtin(t)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for i := range many {
		sb, _, err := r.Put(fmt.Sprint("s", i), sandboxes.Spec{Seed: int64(i + 1)})
		if err != nil {
			t.Fatal(err)
		}
		sb.Read(func(v sandboxes.View) { _ = v.Seq })
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	used := after.HeapAlloc - before.HeapAlloc
	t.Logf("%d sandboxes: %d MiB, %d KiB each", many, used>>20, used/many>>10)
	if used > limit {
		t.Errorf("got %d MiB, want at most %d", used>>20, limit>>20)
	}
	runtime.KeepAlive(r)
}

// BenchmarkAmong finds and reads a sandbox alone, and among ten thousand.
func BenchmarkAmong(b *testing.B) {
	for _, others := range []int{0, 10_000} {
		r := builtin(b)
		for i := range others {
			if _, _, err := r.Put(fmt.Sprint("s", i), sandboxes.Spec{}); err != nil {
				b.Fatal(err)
			}
		}
		mark := sandboxes.Mark(sandboxes.Default)
		b.Run(fmt.Sprint(others), func(b *testing.B) {
			for b.Loop() {
				sb, _ := r.ByMark(mark)
				sb.Read(func(v sandboxes.View) { _ = v.Seq })
			}
		})
	}
}
