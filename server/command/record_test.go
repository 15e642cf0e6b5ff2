package command_test

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chorus-qualif/server/client"
	"chorus-qualif/server/command"
)

// still is a sandbox whose clock does not move: a recording tells when time
// passes, and how much does between two calls depends on the machine.
var still = client.Spec{Clock: client.Frozen(time.Date(2026, time.March, 1, 9, 0, 0, 0, time.UTC))}

// aToken asks for a token of the sandbox demo with a secret.
func aToken(t *testing.T, s *shell, secret string) int {
	t.Helper()
	given, err := s.client.Sandbox("demo").Credentials(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if secret == "" {
		secret = given.ClientSecret
	}
	response, err := http.PostForm(given.OAuthURL, url.Values{"grant_type": {"client_credentials"}, "client_id": {given.ClientID}, "client_secret": {secret}, "scope": {"openid"}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode
}

func TestRecordWritesAScenarioThatReplays(t *testing.T) {
	t.Parallel()
	s := open(t)
	if _, err := s.client.Sandbox("demo").Put(t.Context(), client.Spec{Seed: 7}); err != nil {
		t.Fatal(err)
	}
	if got := aToken(t, s, ""); got != http.StatusOK {
		t.Fatalf("no token: %d", got)
	}
	path := filepath.Join(t.TempDir(), "mine.arazzo.yaml")
	got := s.words("record", "--sandbox", "demo", "-o", path, "--title", "A token")
	if got.code != command.OK || got.out != "" {
		t.Fatalf("exit code %d, %s%s", got.code, got.out, got.errors)
	}
	wants(t, got.errors, "recorded 3 steps; replayed at once: passed")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	wants(t, string(text), "workflowId: mine", "title: A token", "default: 7")
	again := replays(t.Context(), nil, path)
	if again.code != command.OK {
		t.Errorf("replay: exit code %d, %s%s", again.code, again.out, again.errors)
	}
	shown := s.run("record --sandbox demo --last 1")
	if want := strings.NewReplacer("mine", "recorded", "A token", "Recorded in sandbox demo").Replace(string(text)); shown.out != want {
		t.Errorf("on the standard output: got\n%s\nwant\n%s", shown.out, want)
	}
	if got := s.words("record", "--sandbox", "demo", "-o", filepath.Join(path, "no-folder", "x")); got.code != command.Failed {
		t.Errorf("a file that cannot be written: exit code %d, %s", got.code, got.errors)
	}
}

// A fault is told with the calls that it struck; what cannot be told is said, and
// what is left out on purpose is not.
func TestRecordTellsWhatItCannot(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.want(t, "record --sandbox demo", command.Failed, "no sandbox is called demo")
	if _, err := s.client.Sandbox("demo").Put(t.Context(), still); err != nil {
		t.Fatal(err)
	}
	s.want(t, "record --sandbox demo", command.Failed, "there is no call to record")
	aToken(t, s, "")
	if _, err := s.client.Sandbox("demo").PutFault(t.Context(), "no", client.FaultSpec{Kind: "invalid-client"}); err != nil {
		t.Fatal(err)
	}
	if got := aToken(t, s, ""); got == http.StatusOK {
		t.Fatal("the fault did not strike")
	}
	s.want(t, "record --sandbox demo", command.OK, "stepId: putFault", "kind: invalid-client", "recorded 5 steps; replayed at once: passed")
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.app.PlatformURL()+"/cpro/nowhere/v1/x", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Sandbox", "demo")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close() // what came of it is in the journal
	s.want(t, "record --sandbox demo", command.Failed, "call 3 (POST /cpro/nowhere/v1/x): no contract declares it")
	s.want(t, "record --sandbox demo --skip 3", command.OK, "stepId: issueToken", "passed")
	s.want(t, "record --sandbox demo --since 4", command.Failed, "sandbox demo has no call 4 or later")
	s.want(t, "record --since 1 --last x", command.Misused, "flag --last: \"x\"", "cannot be given with --since")
	s.want(t, "record --admin-url="+nobody(t), command.NoServer, "no server answers at ", "this one: flag --admin-url")
}

// A span may end before the last call.
func TestRecordUntilACall(t *testing.T) {
	t.Parallel()
	s := open(t)
	if _, err := s.client.Sandbox("demo").Put(t.Context(), still); err != nil {
		t.Fatal(err)
	}
	aToken(t, s, "")
	aToken(t, s, "not-the-secret")
	aToken(t, s, "")
	if whole, until := s.run("record --sandbox demo").out, s.run("record --sandbox demo --until 2").out; strings.Count(whole, "stepId:") != 5 || strings.Count(until, "stepId:") != 4 || !strings.Contains(until, "stepId: issueToken-2") {
		t.Errorf("got\n%s\nof\n%s", until, whole)
	}
	s.want(t, "record --sandbox demo --until 9", command.Failed, "call 9, the last that is wanted, is not among those that the sandbox remembers")
	s.want(t, "record --until x", command.Misused, "flag --until: \"x\"")
}
