package qualiftest_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"chorus-qualif/server/app"
	"chorus-qualif/server/client"
	"chorus-qualif/server/qualiftest"
)

const search = "/cpro/structures/v1/rechercher"

var shared = sync.OnceValues(func() (*qualiftest.Server, error) { return qualiftest.New() })

func TestMain(m *testing.M) {
	code := m.Run()
	if q, err := shared(); err == nil {
		if err := q.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = max(code, 1)
		}
	}
	os.Exit(code)
}

func server(t *testing.T) *qualiftest.Server {
	t.Helper()
	q, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// Five hundred tests at once, each with its own sandbox, clock, fault and mails.
func TestFiveHundredTestsInParallel(t *testing.T) {
	t.Parallel()
	q := server(t)
	var mu sync.Mutex
	seen := map[string]bool{}
	for i := range 500 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			sb := q.Sandbox(t, client.Spec{Seed: int64(i + 1)})
			account := sb.CreateAccount()
			erp := sb.HTTPClientAs(account.CproAccount)
			mail := sb.WaitMail(client.MailWait{Event: "account-creation", Text: account.Login, Timeout: "60s"})
			sb.Advance(time.Duration(30+i) * time.Minute)
			sb.Fault("gateway-down", client.FaultSpec{Preset: "gateway-down", Times: 1, Match: &client.FaultMatch{Path: "/cpro/*"}})
			first, second := sb.Post(erp, search, "{}"), sb.Post(erp, search, "{}")
			if first.Status != 503 || second.Status != 200 {
				t.Errorf("got %d, then %d, want 503, then 200", first.Status, second.Status)
			}
			if want := qualiftest.Began().Add(time.Duration(30+i) * time.Minute); !sb.Now().Equal(want) {
				t.Errorf("got %s, want %s", sb.Now(), want)
			}
			sb.Verify(client.Exactly(2, client.Criteria{Operation: "rechercherStructure"}))
			if usage := sb.Usage(); usage.OperationsMet < 3 {
				t.Errorf("got %d operations met", usage.OperationsMet)
			}
			mu.Lock()
			defer mu.Unlock()
			if seen[mail.ID] || seen[account.Password] {
				t.Errorf("%s or its password is another's", mail.ID)
			}
			seen[mail.ID], seen[account.Password] = true, true
		})
	}
}

func TestTheClientRenewsItsToken(t *testing.T) {
	t.Parallel()
	sb := server(t).Sandbox(t)
	erp := sb.HTTPClient()
	for range 3 {
		if got := sb.Post(erp, search, "{}"); got.Status != http.StatusOK {
			t.Fatalf("got %d %s (%s)", got.Status, got.Body, got.Explain)
		}
		sb.Advance(40 * time.Minute)
	}
	sb.Verify(client.Exactly(2, client.Criteria{Operation: "issueToken"}))
	sb.Verify(client.Exactly(0, client.Criteria{Status: "4xx"}))
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, sb.URL(search), strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer mine")
	request.Header.Set("cpro-account", "mine")
	response, err := erp.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusUnauthorized || request.Header.Get("Authorization") != "Bearer mine" {
		t.Errorf("got %d: a request's own headers are left alone", response.StatusCode)
	}
}

func TestAPasswordResetOnTheSide(t *testing.T) {
	t.Parallel()
	sb := server(t).Sandbox(t)
	before := sb.Account()
	reset := sb.ResetPassword(before.Login)
	got := sb.Post(sb.HTTPClientAs(before.CproAccount), search, "{}")
	if got.Status != http.StatusUnauthorized || !strings.HasPrefix(got.Explain, "technical-account-password-replaced") {
		t.Errorf("the old one: got %d %s", got.Status, got.Explain)
	}
	if got := sb.Post(sb.HTTPClientAs(reset.CproAccount), search, map[string]any{}); got.Status != http.StatusOK || reset.Login != before.Login {
		t.Errorf("the new one: got %d %s", got.Status, got.Explain)
	}
}

func TestSnapshotsAndForks(t *testing.T) {
	t.Parallel()
	sb := server(t).Sandbox(t)
	sb.Snapshot("ready")
	sb.Until(client.Next())
	if !sb.Now().After(qualiftest.Began()) {
		t.Errorf("got %s", sb.Now())
	}
	fork := sb.Fork(t)
	sb.Restore("ready")
	if !sb.Now().Equal(qualiftest.Began()) || !fork.Now().After(qualiftest.Began()) || fork.Name() == sb.Name() {
		t.Errorf("got %s, and %s in the copy", sb.Now(), fork.Now())
	}
	fault := sb.Fault("gateway-down")
	sb.FaultOff("gateway-down")
	if got := sb.Post(sb.HTTPClient(), search, "{}"); fault.Kind != "server-error" || got.Status != http.StatusOK {
		t.Errorf("got %+v, then %d", fault, got.Status)
	}
	if n := len(sb.Requests(client.RequestQuery{Operation: "issueToken"})); n != 1 {
		t.Errorf("got %d token requests", n)
	}
}

// What a test that fails leaves in its log.
func TestAFailedTestTellsWhatHappened(t *testing.T) {
	t.Parallel()
	q := server(t)
	inner := newT("inner/test with spaces, accents é and a name that goes on and on and on")
	sb := q.Sandbox(inner)
	sb.Post(sb.HTTPClientAs("bm9ib2R5OndyaXR0ZW4="), search, "{}")
	if sb.Verify(client.Exactly(1, client.Criteria{Operation: "rechercherStructure", Status: "200"})) {
		t.Error("it holds, and should not")
	}
	name := sb.Name()
	inner.cancel()
	for _, f := range slices.Backward(inner.cleanup) {
		f()
	}
	log := strings.Join(inner.log, "\n")
	for _, want := range []string{
		"found 0 calls, want exactly 1", `status: got "401", want "200"`,
		"sandbox " + name + ", 2026-03-01T09:00:00+01:00: its last 2 of 2 calls",
		"  401 POST /cpro/structures/v1/rechercher\n\t\ttechnical-account-unknown: ",
	} {
		if !strings.Contains(log, want) {
			t.Errorf("got\n%s\nwithout %q", log, want)
		}
	}
	if _, err := q.API.Sandbox(name).Get(t.Context()); client.Code(err) != "sandbox-unknown" {
		t.Errorf("the sandbox outlives its test: %v", err)
	}
}

func TestHelpersEndTheTest(t *testing.T) {
	t.Parallel()
	q := server(t)
	for name, test := range map[string]struct {
		do   func(*qualiftest.Sandbox)
		want string
	}{
		"a mail":     {func(sb *qualiftest.Sandbox) { sb.WaitMail(client.MailWait{Event: "nothing", Timeout: "1ms"}) }, "wait for a mail: no such mail"},
		"an advance": {func(sb *qualiftest.Sandbox) { sb.Until(client.UntilState("nobody", "ACTIF").Within("P1D")) }, "\n\tdue in PT20M: "},
		"a fault":    {func(sb *qualiftest.Sandbox) { sb.Fault("nothing") }, "fault nothing: "},
		"a reset":    {func(sb *qualiftest.Sandbox) { sb.ResetPassword("nobody") }, "there is no technical account nobody"},
		"a restore":  {func(sb *qualiftest.Sandbox) { sb.Restore("nothing") }, "restore nothing: "},
		"a body":     {func(sb *qualiftest.Sandbox) { sb.Post(sb.HTTPClient(), search, make(chan int)) }, "unsupported type"},
		"a spec":     {func(sb *qualiftest.Sandbox) { q.Sandbox(newT("x"), client.Spec{Profile: "nothing"}) }, ""},
		"no accounts": {func(sb *qualiftest.Sandbox) {
			q.Sandbox(newT("y"), client.Spec{Fixtures: client.Fixtures{YAML: "structures: []\n"}}).HTTPClient()
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inner := newT(name)
			defer func() {
				ended, _ := recover().(fatal)
				if ended == "" || !strings.Contains(string(ended), test.want) {
					t.Errorf("got %q, want %q", ended, test.want)
				}
			}()
			test.do(q.Sandbox(inner))
		})
	}
}

func TestOptionsAndAddresses(t *testing.T) {
	t.Parallel()
	q := qualiftest.Start(t, func(o *app.Options) { o.AdminToken = "s3cret" }, func(o *app.Options) { o.HideExplanations = true })
	sb := q.Sandbox(t)
	if got := sb.Post(sb.HTTPClientAs("nothing"), search, "{}"); got.Status != http.StatusUnauthorized || got.Explain != "" {
		t.Errorf("got %d %q, want no explanation", got.Status, got.Explain)
	}
	if token := sb.Token(); token == "" {
		t.Error("no token")
	}
	response, err := http.Get(q.MailURL() + "/api/v2/messages")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK || !strings.Contains(q.SMTPAddr(), ":") {
		t.Errorf("got %d, %s", response.StatusCode, q.SMTPAddr())
	}
	if _, err := qualiftest.New(func(o *app.Options) { o.Profile = "nothing" }); err == nil {
		t.Error("a profile that there is none of: no error")
	}
	if _, err := qualiftest.New(func(o *app.Options) { o.Addr = strings.TrimPrefix(q.URL(), "http://") }); err == nil {
		t.Error("an address that is taken: no error")
	}
}

// Another module may import the package.
func TestAnotherModuleImportsIt(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	ours, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	_, requires, _ := strings.Cut(string(ours), "\nrequire")
	for name, text := range map[string]string{
		"go.mod": "module example.com/erp\n\ngo 1.26.0\n\nrequire chorus-qualif v0.0.0\n\nreplace chorus-qualif => " + root + "\n\nrequire" + requires,
		"erp_test.go": "package erp\n\nimport (\n\t\"testing\"\n\n\t\"chorus-qualif/server/qualiftest\"\n)\n\n" +
			"func TestERP(t *testing.T) {\n\tq := qualiftest.Start(t)\n\tsb := q.Sandbox(t)\n\t_ = sb.HTTPClient()\n}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "go.sum"), sums, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "go", "vet", ".")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
