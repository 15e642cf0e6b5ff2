// Package storetest holds the tests that every implementation of
// store.Journals passes.
package storetest

import (
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/store"
)

// Run tests an implementation; open returns an empty one.
func Run(t *testing.T, open func(t *testing.T) store.Journals) {
	t.Helper()
	tests := map[string]func(*testing.T, store.Journals){
		"a journal never begun is empty":        neverBegun,
		"events come back in order and pages":   pages,
		"a gap is refused and nothing is kept":  gap,
		"journals are separate":                 separate,
		"a dropped journal begins anew":         dropped,
		"what was read is the reader's own":     readersOwn,
		"writers of other sandboxes in a crowd": crowd,
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

var start = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// events makes consecutive events from first to last.
func events(first, last uint64) []qualif.Event {
	var all []qualif.Event
	for seq := first; seq <= last; seq++ {
		all = append(all, qualif.Event{
			Seq: seq, At: start.Add(time.Duration(seq) * time.Second), Cause: seq / 2,
			Payload: qualif.PasswordExpired{Login: fmt.Sprintf("TECH_%d_00000000415049@cpro.fr", seq)},
		})
	}
	return all
}

func mustAppend(t *testing.T, j store.Journals, sandbox string, all []qualif.Event) {
	t.Helper()
	if err := j.Append(sandbox, all); err != nil {
		t.Fatal(err)
	}
}

func mustRead(t *testing.T, j store.Journals, sandbox string, after uint64, limit int) []qualif.Event {
	t.Helper()
	all, err := j.Read(sandbox, after, limit)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func same(t *testing.T, got, want []qualif.Event) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got %d events, want %d", len(got), len(want))
	}
	for i := range want {
		if !got[i].At.Equal(want[i].At) || got[i].Seq != want[i].Seq || got[i].Cause != want[i].Cause || !reflect.DeepEqual(got[i].Payload, want[i].Payload) {
			t.Errorf("got %+v, want %+v", got[i], want[i])
		}
	}
}

func neverBegun(t *testing.T, j store.Journals) {
	same(t, mustRead(t, j, "nobody", 0, 0), nil)
	if err := j.Drop("nobody"); err != nil {
		t.Error(err)
	}
}

func pages(t *testing.T, j store.Journals) {
	mustAppend(t, j, "a", events(1, 3))
	mustAppend(t, j, "a", nil)
	mustAppend(t, j, "a", events(4, 10))
	same(t, mustRead(t, j, "a", 0, 0), events(1, 10))
	same(t, mustRead(t, j, "a", 2, 3), events(3, 5))
	same(t, mustRead(t, j, "a", 9, 100), events(10, 10))
	same(t, mustRead(t, j, "a", 10, 5), nil)
	same(t, mustRead(t, j, "a", 1<<60, 5), nil)
}

func gap(t *testing.T, j store.Journals) {
	mustAppend(t, j, "a", events(1, 2))
	for _, wrong := range [][]qualif.Event{events(4, 5), events(2, 3), events(1, 1), append(events(3, 3), events(5, 5)...)} {
		if err := j.Append("a", wrong); !errors.Is(err, store.ErrGap) {
			t.Errorf("events from %d: got %v, want ErrGap", wrong[0].Seq, err)
		}
	}
	if err := j.Append("b", events(2, 2)); !errors.Is(err, store.ErrGap) {
		t.Errorf("a journal that begins with event 2: got %v, want ErrGap", err)
	}
	same(t, mustRead(t, j, "a", 0, 0), events(1, 2))
}

func separate(t *testing.T, j store.Journals) {
	mustAppend(t, j, "a", events(1, 3))
	mustAppend(t, j, "b", events(1, 1))
	same(t, mustRead(t, j, "a", 0, 0), events(1, 3))
	same(t, mustRead(t, j, "b", 0, 0), events(1, 1))
}

func dropped(t *testing.T, j store.Journals) {
	mustAppend(t, j, "a", events(1, 3))
	mustAppend(t, j, "b", events(1, 1))
	if err := j.Drop("a"); err != nil {
		t.Fatal(err)
	}
	same(t, mustRead(t, j, "a", 0, 0), nil)
	mustAppend(t, j, "a", events(1, 1))
	same(t, mustRead(t, j, "a", 0, 0), events(1, 1))
	same(t, mustRead(t, j, "b", 0, 0), events(1, 1))
}

func readersOwn(t *testing.T, j store.Journals) {
	mustAppend(t, j, "a", events(1, 3))
	read := mustRead(t, j, "a", 0, 0)
	read[0].Seq = 99
	mustAppend(t, j, "a", events(4, 4))
	same(t, mustRead(t, j, "a", 0, 0), events(1, 4))
}

func crowd(t *testing.T, j store.Journals) {
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			name := fmt.Sprint("s", i)
			for seq := uint64(1); seq <= 50; seq++ {
				if err := j.Append(name, events(seq, seq)); err != nil {
					t.Error(err)
				}
				if _, err := j.Read(name, seq-1, 1); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	for i := range 20 {
		same(t, mustRead(t, j, fmt.Sprint("s", i), 0, 0), events(1, 50))
	}
}
