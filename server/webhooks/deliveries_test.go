package webhooks_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
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
	for range 100 {
		happens()
	}
	if h := told(); len(h.Deliveries) != 100 || h.Sent != 102 || h.Deliveries[99].Event != sb.LastSeq() || h.Deliveries[0].Event != sb.LastSeq()-99 {
		t.Errorf("got %d deliveries, %d sent", len(h.Deliveries), h.Sent)
	}
}

// What was given up is sent again as it was, when asked for; counts are of
// events, and what was taken once stays taken.
func TestRedeliver(t *testing.T) {
	t.Parallel()
	sb, hooks := open(t)
	type letter struct{ event, signature, body string }
	var letters []letter // one at a time: nothing else happens while a delivery is on its way
	var refusing atomic.Bool
	taker := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		letters = append(letters, letter{r.Header.Get("X-Sandbox-Event"), r.Header.Get("X-Sandbox-Signature"), string(body)})
		if refusing.Load() {
			w.WriteHeader(http.StatusBadGateway)
		}
	}))
	t.Cleanup(taker.Close)
	if _, err := hooks.Put(sb, "ci", webhooks.Spec{URL: taker.URL}); err != nil {
		t.Fatal(err)
	}
	if _, err := sb.Snapshot("before"); err != nil {
		t.Fatal(err)
	}
	refusing.Store(true)
	if _, err := sb.Advance(sandboxes.Move{By: clock.Span{Exact: time.Minute}}); err != nil {
		t.Fatal(err)
	}
	told := func() webhooks.Hook {
		h, err := hooks.Get(sb, "ci")
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	for told().Dropped == 0 {
		if t.Context().Err() != nil {
			t.Fatal("the delivery is not given up")
		}
	}
	all := told().Deliveries
	d := all[len(all)-1]
	if d.Outcome != webhooks.GivenUp || d.FirstAttempt.IsZero() || d.LastAttempt.Before(d.FirstAttempt) || !d.NextAttempt.IsZero() {
		t.Errorf("got %+v", d)
	}
	if err := sb.Restore("before"); err != nil { // the event is in no journal any more
		t.Fatal(err)
	}
	again := func(want webhooks.Outcome, attempts int, wrong bool, sent, dropped uint64) {
		t.Helper()
		got, err := hooks.Redeliver(t.Context(), sb, "ci", d.ID)
		if err != nil || got.Outcome != want || got.Attempts != attempts || (got.Error != "") != wrong || got.LastAttempt.Before(d.LastAttempt) {
			t.Errorf("got %+v, %v", got, err)
		}
		if h := told(); h.Sent != sent || h.Dropped != dropped || (h.LastError != "") != wrong {
			t.Errorf("got %d sent, %d dropped, %q", h.Sent, h.Dropped, h.LastError)
		}
	}
	again(webhooks.GivenUp, 9, true, 0, 1)
	refusing.Store(false)
	again(webhooks.Taken, 10, false, 1, 0)
	again(webhooks.Taken, 11, false, 1, 0)
	refusing.Store(true)
	again(webhooks.Taken, 12, true, 1, 0)
	for _, l := range letters {
		if l != letters[0] || l.event != d.ID {
			t.Errorf("got %+v, want %+v again", l, letters[0])
		}
	}
	if len(letters) != 12 {
		t.Errorf("got %d letters", len(letters))
	}
	for _, missing := range [][2]any{{"ci", webhooks.ErrNoDelivery}, {"other", webhooks.ErrNoHook}} {
		if _, err := hooks.Redeliver(t.Context(), sb, missing[0].(string), "9-9"); !errors.Is(err, missing[1].(error)) {
			t.Errorf("got %v, want %v", err, missing[1])
		}
	}
}

// What is on its way is not sent twice at once, and tells when it is tried again.
func TestWhatIsTriedIsNotRedelivered(t *testing.T) {
	t.Parallel()
	sb, hooks := open(t)
	held, let := make(chan string, 3), make(chan struct{})
	var asked atomic.Int64
	taker := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1) == 1 {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		held <- r.Header.Get("X-Sandbox-Event")
		<-let
	}))
	t.Cleanup(taker.Close)
	defer close(let)
	if _, err := hooks.Put(sb, "ci", webhooks.Spec{URL: taker.URL}); err != nil {
		t.Fatal(err)
	}
	if _, err := sb.Advance(sandboxes.Move{By: clock.Span{Exact: time.Minute}}); err != nil {
		t.Fatal(err)
	}
	id := <-held
	h, err := hooks.Get(sb, "ci")
	if err != nil {
		t.Fatal(err)
	}
	if d := h.Deliveries[0]; d.ID != id || d.Outcome != webhooks.Trying || d.Attempts != 1 || d.Error == "" || d.NextAttempt.Sub(d.LastAttempt) < 250*time.Millisecond {
		t.Errorf("got %+v", d)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if _, err := hooks.Redeliver(ctx, sb, "ci", id); !errors.Is(err, webhooks.ErrTrying) {
		t.Errorf("got %v, want %v", err, webhooks.ErrTrying)
	}
}

// A delivery that makes room for others while it is sent again is told all the
// same.
func TestARedeliveryThatIsForgottenMeanwhile(t *testing.T) {
	t.Parallel()
	sb, hooks := open(t)
	var mu sync.Mutex
	seen := map[string]bool{}
	held, let := make(chan string), make(chan struct{})
	taker := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		id := r.Header.Get("X-Sandbox-Event")
		mu.Lock()
		again := seen[id]
		seen[id] = true
		mu.Unlock()
		if again {
			held <- id
			<-let
		}
	}))
	t.Cleanup(taker.Close)
	if _, err := hooks.Put(sb, "ci", webhooks.Spec{URL: taker.URL}); err != nil {
		t.Fatal(err)
	}
	told := func() webhooks.Hook {
		h, err := hooks.Get(sb, "ci")
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	// happen makes events, and waits until they are taken.
	happen := func(n uint64) webhooks.Hook {
		t.Helper()
		want := told().Sent + n
		for range n {
			if _, err := sb.Advance(sandboxes.Move{By: clock.Span{Exact: time.Minute}}); err != nil {
				t.Fatal(err)
			}
		}
		for told().Sent < want {
			if t.Context().Err() != nil {
				t.Fatal("the events are not taken")
			}
		}
		return told()
	}
	first := happen(1).Deliveries[0]
	done := make(chan webhooks.Delivery)
	go func() {
		d, _ := hooks.Redeliver(t.Context(), sb, "ci", first.ID)
		done <- d
	}()
	<-held
	if h := happen(100); h.Deliveries[0].ID == first.ID {
		t.Error("the first delivery is still there")
	}
	close(let)
	if d := <-done; d.ID != first.ID || d.Attempts != 2 || d.Outcome != webhooks.Taken {
		t.Errorf("got %+v, want %s once more", d, first.ID)
	}
}
