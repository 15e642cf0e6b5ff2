package command_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chorus-qualif/scenarios"
	"chorus-qualif/server/client"
	"chorus-qualif/server/command"
)

// replays runs the replay command.
func replays(ctx context.Context, variables map[string]string, args ...string) outcome {
	var stdout, stderr bytes.Buffer
	code := command.Run(ctx, command.Environment{
		Args: append([]string{"replay"}, args...), Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr,
		Lookup: func(name string) (string, bool) { v, ok := variables[name]; return v, ok },
	})
	return outcome{code, stdout.String(), stderr.String()}
}

// scenarioFile writes a scenario of the library with some words replaced.
func scenarioFile(t *testing.T, name string, replace ...string) string {
	t.Helper()
	text, ok := scenarios.Text(name)
	if !ok {
		t.Fatalf("the library has no %s", name)
	}
	changed := strings.NewReplacer(replace...).Replace(string(text))
	if changed == string(text) && len(replace) > 0 {
		t.Fatalf("%s does not contain what is to be replaced", name)
	}
	path := filepath.Join(t.TempDir(), name+scenarios.Extension)
	if err := os.WriteFile(path, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func wants(t *testing.T, got string, all ...string) {
	t.Helper()
	for _, want := range all {
		if !strings.Contains(got, want) {
			t.Errorf("got\n%s\nwant %s", got, want)
		}
	}
}

func TestReplayTellsEachWorkflowAndTheWhole(t *testing.T) {
	t.Parallel()
	got := replays(t.Context(), nil, "active", "fresh-account", "--parallel", "2")
	if got.code != command.OK || got.errors != "" {
		t.Errorf("exit code %d, %s", got.code, got.errors)
	}
	wants(t, got.out, "ok    active  ", "ok    fresh-account  ", "(30m0s of the sandbox's time)", "2 workflows: 2 passed; ")
	if strings.Contains(got.out, "\x1b") {
		t.Errorf("there are escapes, and this is no terminal:\n%q", got.out)
	}
}

func TestReplayTellsWhyAWorkflowFailed(t *testing.T) {
	t.Parallel()
	path := scenarioFile(t, "expired-password", "condition: $statusCode == 401", "condition: $statusCode == 200")
	got := replays(t.Context(), nil, path)
	if got.code != command.Failed {
		t.Errorf("exit code %d, want %d", got.code, command.Failed)
	}
	wants(t, got.out, "FAIL  expired-password", "      step ", " → 401", "does not hold: $statusCode == 200 ("+path+":", "actual value: 401",
		"explanation: technical-account-password-expired: ", "journal:", "#1 2026-03-02 09:00:00.000 SandboxCreated replay-expired-password", "1 workflow: 0 passed, 1 failed; ")
}

func TestReplayTellsEveryMistakeOfAFileAndRunsNothing(t *testing.T) {
	t.Parallel()
	path := scenarioFile(t, "active", "$statusCode == 200", "$statusCode = 200", "healthCheck", "healthChek")
	got := replays(t.Context(), nil, path, "activ")
	if got.code != command.Misused || got.out != "" {
		t.Errorf("exit code %d, printed %s", got.code, got.out)
	}
	wants(t, got.errors, `: "$statusCode = 200" is no condition; write it as $statusCode == 200`, `no operation is named "healthChek" in transverses; did you mean "healthCheck"?`,
		`activ: there is no such file or directory, and no scenario of the library has this name; did you mean "active"?`, "chorus-qualif: "+path+":")
}

func TestReplayTellsEveryMistakeOnTheCommandLine(t *testing.T) {
	t.Parallel()
	wrong := filepath.Join(t.TempDir(), "inputs.yaml")
	if err := os.WriteFile(wrong, []byte("- a"), 0o600); err != nil {
		t.Fatal(err)
	}
	got := replays(t.Context(), map[string]string{"QUALIF_SEED": "x"}, "active", "--admin-target", "http://a", "--oauth-target", "ftp://o", "--parallel=-1", "--wait", "soon", "--input", "x", "--inputs", wrong)
	if got.code != command.Misused {
		t.Errorf("exit code %d, want %d", got.code, command.Misused)
	}
	wants(t, got.errors, `environment variable QUALIF_SEED: "x": want a whole number`, `flag --admin-target: "http://a": needs --target too`, `flag --oauth-target: "ftp://o": want a URL`,
		`flag --parallel: "-1": want a whole number`, `flag --wait: "soon": want a duration`, `flag --input: "x": want name=value`, `flag --inputs: "`+wrong+`": want a mapping of inputs`)
	for args, want := range map[string]string{
		"--workflow nope":          `no file has a workflow "nope"`,
		"--tag nope":               `no workflow has the tag "nope"`,
		"--input sed=2":            `no workflow has an input "sed"; did you mean "seed"?`,
		"--input seed=two":         `input seed of workflow active: two is no integer`,
		"--inputs missing.yaml":    "cannot be read: no such file or directory",
		"--target http://p":        "its output clientId is needed: give --input clientId=..., or QUALIF_INPUT_CLIENT_ID in the environment",
		"--target http://[::1":     "want a URL",
		"--fail-fast --nope":       "unknown flag --nope",
		"--admin-target http://ad": "needs --target too",
	} {
		got := replays(t.Context(), nil, append([]string{"active"}, strings.Fields(args)...)...)
		if got.code != command.Misused || !strings.Contains(got.errors, want) {
			t.Errorf("%s: exit code %d, %s; want %s", args, got.code, got.errors, want)
		}
	}
}

func TestReplayListsTheLibrary(t *testing.T) {
	t.Parallel()
	got := replays(t.Context(), nil, "--list", "--tag", "account")
	if got.code != command.OK || strings.Contains(got.out, "\n  burst-401") {
		t.Errorf("exit code %d:\n%s", got.code, got.out)
	}
	wants(t, got.out, "\nexpired-password ", "\n  expired-password ", "[account, situation]")
}

func TestReplayRunsAgainstAServer(t *testing.T) {
	t.Parallel()
	s := open(t)
	args := []string{"active", "--target", s.app.PlatformURL(), "--admin-target", s.app.AdminURL(), "--keep"}
	got := replays(t.Context(), s.variables, args...)
	if got.code != command.OK {
		t.Errorf("exit code %d\n%s%s", got.code, got.out, got.errors)
	}
	wants(t, got.out, "1 workflow: 1 passed", "kept: "+s.app.AdminURL()+"/sandboxes/replay-active (active)")
	if _, err := s.client.Sandbox("replay-active").Get(t.Context()); err != nil {
		t.Errorf("the sandbox was not kept: %v", err)
	}
	without := replays(t.Context(), nil, args...)
	if without.code != command.Failed {
		t.Errorf("without the token of the control API: exit code %d\n%s", without.code, without.out)
	}
	wants(t, without.out, "FAIL  active", "→ 401")
}

// A platform is anything that has no control API, here the same server.
func TestReplayRunsAgainstAPlatform(t *testing.T) {
	t.Parallel()
	s := open(t)
	// The story is about a data set made on that day.
	spec := client.Spec{Clock: client.Frozen(time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC))}
	if _, err := s.client.Sandbox("default").Put(t.Context(), spec); err != nil {
		t.Fatal(err)
	}
	credentials, err := s.client.Sandbox("default").Credentials(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	account, _ := credentials.Usable()
	variables := map[string]string{"QUALIF_INPUT_CLIENT_ID": credentials.ClientID, "QUALIF_INPUT_CLIENT_SECRET": credentials.ClientSecret, "QUALIF_INPUT_ACCOUNT": account.CproAccount}
	got := replays(t.Context(), variables, "active", "--target", s.app.PlatformURL())
	if got.code != command.OK {
		t.Errorf("exit code %d\n%s%s", got.code, got.out, got.errors)
	}
	wants(t, got.out, "ok    active", "passed over: step sandbox: the platform has no putSandbox", "1 passed")
	if strings.Contains(got.out+got.errors, credentials.ClientSecret) {
		t.Error("the secret is printed")
	}
	variables["QUALIF_INPUT_ACCOUNT"] = "bm90OnJpZ2h0"
	refused := replays(t.Context(), variables, "active", "--target", s.app.PlatformURL())
	if refused.code != command.Failed {
		t.Errorf("with a wrong account: exit code %d", refused.code)
	}
	wants(t, refused.out, "drift: step ", ": status: sandbox 200, target 401 (active.arazzo.yaml:", "drift: the target answered differently from the sandbox in ")
}

// What a platform answers is printed without what would move the cursor.
func TestReplayPrintsNothingThatATerminalObeys(t *testing.T) {
	t.Parallel()
	hostile := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("X-Sandbox-Explain", "why: \x9b2J")
		_, _ = io.WriteString(w, "\x1b[2Jnobody saw\r\nthis")
	}))
	t.Cleanup(hostile.Close)
	got := replays(t.Context(), nil, "active", "--target", hostile.URL, "--input", "clientId=client", "--input", "clientSecret=secret", "--input", "account=account")
	if got.code != command.Failed || strings.ContainsAny(got.out, "\x1b\u009b\r") {
		t.Errorf("exit code %d, %q", got.code, got.out)
	}
	wants(t, got.out, "[2Jnobody saw this")
}

// until is a writer that calls once a text was written.
type until struct {
	bytes.Buffer
	text string
	call func()
}

func (u *until) Write(p []byte) (int, error) {
	n, err := u.Buffer.Write(p)
	if strings.Contains(u.String(), u.text) {
		u.call()
	}
	return n, err
}

func TestReplayKeepsItsSandboxesUntilItIsStopped(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	var kept error
	out := &until{text: "press Ctrl-C"}
	out.call = func() {
		_, rest, _ := strings.Cut(out.String(), "kept: ")
		address, _, _ := strings.Cut(rest, "/sandboxes/")
		c, err := client.New(address, client.Options{})
		if err == nil {
			_, err = c.Sandbox("replay-active").Get(ctx)
		}
		kept = err
		cancel()
	}
	var stderr bytes.Buffer
	code := command.Run(ctx, command.Environment{
		Args: []string{"replay", "active", "--keep"}, Stdin: strings.NewReader(""), Stdout: out, Stderr: &stderr, Lookup: func(string) (string, bool) { return "", false },
	})
	if code != command.OK || kept != nil {
		t.Errorf("exit code %d, kept: %v\n%s%s", code, kept, out.String(), stderr.String())
	}
}
