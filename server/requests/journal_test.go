package requests_test

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"chorus-qualif/fixtures"
	"chorus-qualif/server/clock"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/requests"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/store"
)

func registry(t testing.TB, journals *requests.Journals) *sandboxes.Registry {
	t.Helper()
	set, err := fixtures.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	library, err := sandboxes.NewLibrary(set)
	if err != nil {
		t.Fatal(err)
	}
	r, err := sandboxes.New(sandboxes.Options{
		Wall: clock.System(), Journals: store.NewMemory(), Library: library, Lives: []sandboxes.LifeObserver{journals.Observe},
		Defaults: sandboxes.Spec{Seed: 1, Profile: qualif.DefaultProfile, Mode: clock.Frozen, At: time.Date(2026, 3, 1, 9, 0, 0, 0, qualif.Paris), DataSet: set},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Stop)
	return r
}

func entry(body int) *requests.Entry {
	return &requests.Entry{
		Method: "POST", Target: "/cpro/structures/v1/rechercher", Operation: "rechercherStructure", Status: 200,
		Header: http.Header{"Authorization": {"Bearer x"}}, Body: requests.Content{Bytes: make([]byte, body), Size: body},
	}
}

func TestJournalsAreBoundedTogether(t *testing.T) {
	t.Parallel()
	limits := requests.Limits{Count: 1000, Bytes: 1 << 20, Total: 200_000, Body: 1000}
	journals := requests.New(limits)
	r := registry(t, journals)
	var all sync.WaitGroup
	for i := range 20 {
		sb, _, err := r.Put(fmt.Sprint("s", i), sandboxes.Spec{})
		if err != nil {
			t.Fatal(err)
		}
		all.Go(func() {
			for range 200 {
				journals.Of(sb).Append(entry(1000), nil)
				journals.Of(sb).All()
			}
		})
	}
	all.Wait()
	total := 0
	for _, name := range r.Names() {
		sb, _ := r.Find(name)
		size := journals.Of(sb).Size()
		if name != sandboxes.Default && (size.Count == 0 || uint64(size.Count)+size.Evicted != 200) {
			t.Errorf("%s: %+v, want the last call at least, and 200 with those that made room", name, size)
		}
		total += size.Bytes
	}
	// Each sandbox keeps its last call whatever the others hold.
	if total > limits.Total+20*3000 {
		t.Errorf("%d bytes are kept, want at most about %d", total, limits.Total)
	}
	for _, name := range r.Names() {
		if err := r.Delete(name); err != nil {
			t.Fatal(err)
		}
	}
	sb, _ := r.Find(sandboxes.Default)
	journals.Of(sb).Append(entry(10), nil)
	if got := journals.Of(sb).Size(); got.Count != 1 || got.Evicted != 0 {
		t.Errorf("deleted sandboxes still take room: %+v", got)
	}
}

// TestMemoryIsFlatUnderLoad is not parallel: it reads the heap.
func TestMemoryIsFlatUnderLoad(t *testing.T) {
	journals := requests.New(requests.DefaultLimits)
	sb, _ := registry(t, journals).Find(sandboxes.Default)
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	journal := journals.Of(sb)
	for range 2000 {
		journal.Append(entry(600), nil)
	}
	before := heap()
	for range 200_000 {
		journal.Append(entry(600), nil)
	}
	if after := heap(); after > before+1<<20 {
		t.Errorf("200,000 calls later the heap has grown from %d to %d KiB", before>>10, after>>10)
	}
	if size := journal.Size(); size.Count != 1000 || size.Evicted != 201_000 {
		t.Errorf("got %+v", size)
	}
}

func TestSecretsNeverLeave(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ kind, body, want string }{
		{"application/json", `{"password":"p:\"x","login":"l"}`, `{"password":"***","login":"l"}`},
		{"application/json", `{"access_token": "abc`, `{"access_token": "***"`},
		{"application/json;charset=UTF-8", `{"cproAccount":"YQ==","clientSecret":"s"}`, `{"cproAccount":"***","clientSecret":"***"}`},
		{"application/x-www-form-urlencoded", "grant_type=x&client_secret=s%26&scope=openid", "grant_type=x&client_secret=***&scope=openid"},
		{"", "client_secret=s", "client_secret=***"},
		{"text/html", "<b>secret</b>", ""},
		{"text/plain", "\xff", ""},
	} {
		got, withheld := requests.Content{Bytes: []byte(test.body), Size: len(test.body)}.Text(test.kind, false)
		if got != test.want || withheld != (test.want == "") {
			t.Errorf("%s %s: got %q, %v", test.kind, test.body, got, withheld)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add("application/json", `{"password":"abc`)
	f.Fuzz(func(t *testing.T, kind, body string) {
		text, _ := requests.Content{Bytes: []byte(body), Size: len(body) + 1}.Text(kind, false)
		if strings.Contains(text, `"password":"hunter`) {
			t.Error(text)
		}
	})
}

func BenchmarkAppend(b *testing.B) {
	journals := requests.New(requests.DefaultLimits)
	sb, _ := registry(b, journals).Find(sandboxes.Default)
	body := make([]byte, 500)
	header := http.Header{"Authorization": {"Bearer x"}, "Content-Type": {"application/json"}, "Cpro-Account": {"x"}, "User-Agent": {"x"}}
	b.ReportAllocs()
	for b.Loop() {
		e := &requests.Entry{Method: "POST", Target: "/cpro/structures/v1/rechercher", Operation: "o", Status: 200, Header: header, AnswerHeader: header, Body: journals.Content(body), Wall: sb.WallNow()}
		journals.Take(sb, e, 0, nil)
	}
}
