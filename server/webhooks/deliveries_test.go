package webhooks_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"chorus-qualif/server/clock"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/store"
	"chorus-qualif/server/webhooks"
)

// hasty is a machine on which no pause lasts.
type hasty struct{ clock.Wall }

func (h hasty) AfterFunc(_ time.Duration, f func()) func() bool { return h.Wall.AfterFunc(0, f) }

func open(t *testing.T) (*sandboxes.Sandbox, *webhooks.Hooks) {
	t.Helper()
	data := &qualif.DataSet{Name: "webhooks-test"}
	if err := data.Index(); err != nil {
		t.Fatal(err)
	}
	library, err := sandboxes.NewLibrary(data)
	if err != nil {
		t.Fatal(err)
	}
	hooks := webhooks.New(webhooks.Options{Private: true, Ending: t.Context()})
	registry, err := sandboxes.New(sandboxes.Options{
		Wall: hasty{clock.System()}, Journals: store.NewMemory(), Library: library, Lives: []sandboxes.LifeObserver{hooks.Observe},
		Defaults: sandboxes.Spec{Seed: 1, Profile: "portail-2022", Mode: clock.Frozen, At: time.Date(2026, time.March, 1, 9, 0, 0, 0, qualif.Paris), DataSet: data},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(registry.Stop)
	sb, _ := registry.Get(sandboxes.Default)
	return sb, hooks
}

// Each delivery tells how often it was tried and what came of it, and the latest
// are remembered.
func TestDeliveriesAreRemembered(t *testing.T) {
	t.Parallel()
	sb, hooks := open(t)
	var asked, refused atomic.Int64
	taker := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) <= refused.Load() {
			w.WriteHeader(http.StatusBadGateway)
		}
	}))
	t.Cleanup(taker.Close)
	if _, err := hooks.Put(sb, "ci", webhooks.Spec{URL: taker.URL}); err != nil {
		t.Fatal(err)
	}
	told := func() webhooks.Hook { return hooks.List(sb)[0] }
	// happens makes an event, and waits until its delivery has ended.
	happens := func() webhooks.Delivery {
		t.Helper()
		before := told().Sent + told().Dropped
		if _, err := sb.Advance(sandboxes.Move{By: clock.Span{Exact: time.Minute}}); err != nil {
			t.Fatal(err)
		}
		for told().Sent+told().Dropped == before {
			if t.Context().Err() != nil {
				t.Fatal("no delivery ends")
			}
		}
		all := told().Deliveries
		return all[len(all)-1]
	}
	first := happens()
	if first.Outcome != webhooks.Taken || first.Attempts != 1 || first.Kind != "ClockAdvanced" || first.Error != "" || !first.At.Equal(sb.Now()) || first.Event != sb.LastSeq() {
		t.Errorf("got %+v", first)
	}
	refused.Store(asked.Load() + 3)
	if got := happens(); got.Outcome != webhooks.Taken || got.Attempts != 4 || told().LastError != "" {
		t.Errorf("the fourth time: got %+v", got)
	}
	refused.Store(asked.Load() + 8)
	got := happens()
	if got.Outcome != webhooks.GivenUp || got.Attempts != 8 || !strings.HasSuffix(got.Error, "502 Bad Gateway") {
		t.Errorf("given up: got %+v", got)
	}
	if h := told(); h.Sent != 2 || h.Dropped != 1 || h.LastError != got.Error || len(h.Deliveries) != 3 {
		t.Errorf("got %+v", h)
	}
	for range 20 {
		happens()
	}
	if h := told(); len(h.Deliveries) != 20 || h.Sent != 22 || h.Deliveries[19].Event != sb.LastSeq() || h.Deliveries[0].Event != sb.LastSeq()-19 {
		t.Errorf("got %d deliveries, %d sent", len(h.Deliveries), h.Sent)
	}
}
