package mailbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/mailhog/data"
	"go.uber.org/goleak"

	"chorus-qualif/fixtures"
	"chorus-qualif/server/clock"
	"chorus-qualif/server/mailbox"
	"chorus-qualif/server/mailbox/inbox"
	"chorus-qualif/server/mailbox/outbox"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/store"
)

// Every test closes what it opens: no goroutine may be left when all are done.
func TestMain(m *testing.M) {
	// MailHog's own reader, the judge of some tests, logs whole messages.
	data.LogHandler = func(string, ...any) {}
	code := m.Run()
	http.DefaultClient.CloseIdleConnections()
	if err := goleak.Find(); code == 0 && err != nil {
		os.Stderr.WriteString("goroutines are left: " + err.Error() + "\n")
		code = 1
	}
	os.Exit(code)
}

// patience bounds what a test waits for; nothing takes that long.
const patience = 20 * time.Second

// house is a mailbox with a registry, listening on free ports.
type house struct {
	*mailbox.Mailbox
	registry *sandboxes.Registry
}

// quick retries at once, as tests do not have the time that mail has.
var quick = outbox.Retry{First: 5 * time.Millisecond, Longest: 20 * time.Millisecond, GiveUp: time.Hour}

func open(t testing.TB, o mailbox.Options) *house {
	t.Helper()
	if o.Retry == (outbox.Retry{}) {
		o.Retry = quick
	}
	m, err := mailbox.New(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Listen(); err != nil {
		t.Fatal(err)
	}
	h := &house{m, newRegistry(t, m.Observe)}
	m.Use(h.registry)
	served := make(chan error, 1)
	go func() { served <- m.Serve() }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := m.Shutdown(ctx); err != nil && !errors.Is(err, outbox.ErrUndelivered) {
			t.Error(err)
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return h
}

func newRegistry(t testing.TB, observe sandboxes.Observer) *sandboxes.Registry {
	t.Helper()
	set, err := fixtures.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	library, err := sandboxes.NewLibrary(set)
	if err != nil {
		t.Fatal(err)
	}
	registry, err := sandboxes.New(sandboxes.Options{
		Wall: clock.System(), Journals: store.NewMemory(), Library: library, Observers: []sandboxes.Observer{observe},
		Defaults: sandboxes.Spec{Seed: 1, Profile: qualif.DefaultProfile, Mode: clock.Frozen, At: start, DataSet: set},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(registry.Stop)
	return registry
}

// start is where the clocks of tests stand still.
var start = time.Date(2026, 3, 1, 9, 0, 0, 0, qualif.Paris)

// The manager, structure and technical account that tests act with.
const (
	manager = "GEST_PRIVE_1_41783652090157@cpro.fr"
	siret   = "41783652090157"
	account = "TECH_1_41783652090157@cpro.fr"
	contact = "claire.moreau@qualif.example"
)

// put makes a sandbox as new.
func (h *house) put(t testing.TB, name string) *sandboxes.Sandbox {
	t.Helper()
	sb, _, err := h.registry.Put(name, sandboxes.Spec{})
	if err != nil {
		t.Fatal(err)
	}
	return sb
}

// resetPassword is what tests do to be sent a mail.
func resetPassword(t testing.TB, sb *sandboxes.Sandbox) {
	t.Helper()
	if _, err := sandboxes.Do(sb, qualif.Reset{By: manager, Login: account}); err != nil {
		t.Fatal(err)
	}
}

// await waits for a mail that must come.
func (h *house) await(t testing.TB, sandbox string, c mailbox.Criteria) (*inbox.Mail, uint64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	w := h.Wait(ctx, sandbox, c)
	if w.Mail == nil {
		t.Fatalf("no mail like %+v came to %s: nearest %+v, undelivered %+v", c, sandbox, w.Nearest, w.Undelivered)
	}
	return w.Mail, w.Cursor
}

// eventually looks again and again until something holds.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	again := time.NewTicker(2 * time.Millisecond)
	defer again.Stop()
	over := time.NewTimer(patience)
	defer over.Stop()
	for !holds() {
		select {
		case <-again.C:
		case <-over.C:
			t.Fatalf("never: %s", what)
		}
	}
}

// settled waits until a notification has come to an end.
func (h *house) settled(t testing.TB, sandbox, id string) outbox.Delivery {
	t.Helper()
	var d outbox.Delivery
	eventually(t, "the mail is settled", func() bool {
		d, _ = h.Delivery(sandbox, id)
		return d.State == outbox.Sent || d.State == outbox.Failed
	})
	return d
}

// answer is what an HTTP call came to.
type answer struct {
	status int
	header http.Header
	body   string
}

// call asks MailHog's face.
func (h *house) call(t testing.TB, method, path, body string, headers ...string) answer {
	t.Helper()
	request, err := http.NewRequest(method, "http://"+h.HTTPAddr()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(text)}
}

// page is a page of MailHog's second API.
type page struct {
	Total, Count, Start int
	Items               []struct {
		ID      string
		From    struct{ Mailbox, Domain string }
		Created string
		Content struct {
			Headers map[string][]string
			Body    string
			Size    int
		}
		MIME *struct {
			Parts []struct {
				Headers map[string][]string
				Body    string
			}
		}
		Raw struct{ From, Data, Helo string }
	}
}

func (h *house) page(t testing.TB, path string, headers ...string) page {
	t.Helper()
	a := h.call(t, http.MethodGet, path, "", headers...)
	var p page
	if err := json.NewDecoder(bytes.NewReader([]byte(a.body))).Decode(&p); err != nil || a.status != http.StatusOK {
		t.Fatalf("GET %s: %d %q: %v", path, a.status, a.body, err)
	}
	return p
}

// subjects lists a page's subjects as they are written.
func (p page) subjects() []string {
	var all []string
	for _, item := range p.Items {
		all = append(all, strings.Join(item.Content.Headers["Subject"], "|"))
	}
	return all
}

// timed is how long something takes.
func (h *house) timed(t testing.TB, do func()) time.Duration {
	t.Helper()
	began := time.Now()
	do()
	return time.Since(began)
}

// discard reads an answer's body to its end.
func discard(r *http.Response) (int64, error) {
	defer func() { _ = r.Body.Close() }()
	return io.Copy(io.Discard, r.Body)
}
