package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"chorus-qualif/scenarios/qualify"
)

// patience is how long a run of the program may take before it is killed, on a
// machine that does much else.
const patience = 3 * time.Minute

// program runs the built program to its end.
func program(t *testing.T, stdin string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var out, told bytes.Buffer
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &told
	err = cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return out.String(), told.String(), cmd.ProcessState.ExitCode()
}

// documented is the table of docs/qualify.md: names of variables by key.
func documented(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("docs/qualify.md")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `(QUALIF_[A-Z_]+)` \\| `([a-zA-Z]+)` \\| ").FindAllSubmatch(text, -1) {
		found[string(row[2])] = string(row[1])
	}
	return found
}

// What the document lists is what a command is given, under both names.
func TestExecGivesWhatTheDocumentSays(t *testing.T) {
	t.Parallel()
	table := documented(t)
	args := []string{"exec", "--admin-token", "s3cret", "--quiet"}
	for _, v := range qualify.Variables() {
		if table[v.Key] != v.Name {
			t.Errorf("the document has %q for %s, want %s", table[v.Key], v.Key, v.Name)
		}
		if v.Key != "situation" {
			args = append(args, "--env", "MY_"+strings.ToUpper(v.Key)+"={{"+v.Key+"}}")
		}
	}
	if len(table) != len(qualify.Variables()) {
		t.Errorf("the document lists %d variables, want %d", len(table), len(qualify.Variables()))
	}
	out, told, code := program(t, "", append(args, "--", "env", "-0")...)
	if code != 0 || told != "" {
		t.Fatalf("exit code %d: %s", code, told)
	}
	given := map[string]string{}
	for line := range strings.SplitSeq(out, "\x00") {
		name, value, _ := strings.Cut(line, "=")
		given[name] = value
	}
	for _, v := range qualify.Variables() {
		if v.Key != "situation" && (given[v.Name] == "" || given["MY_"+strings.ToUpper(v.Key)] != given[v.Name]) {
			t.Errorf("%s is %q, and %q by template", v.Name, given[v.Name], given["MY_"+strings.ToUpper(v.Key)])
		}
	}
	// The server is not there any more.
	u, err := url.Parse(given["QUALIF_API_URL"])
	if err != nil {
		t.Fatal(err)
	}
	if conn, err := net.Dial("tcp", u.Host); err == nil {
		_ = conn.Close()
		t.Errorf("%s still listens", u.Host)
	}
}

// The command's exit code is the program's, as a shell has it.
func TestExecReturnsTheCommandsExitCode(t *testing.T) {
	t.Parallel()
	script := filepath.Join(t.TempDir(), "not-executable")
	if err := os.WriteFile(script, []byte("#!/bin/sh\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, command := range map[int][]string{
		0: {"true"}, 1: {"false"}, 42: {"sh", "-c", "exit 42"}, 2: {"sh", "-c", "exit 2"},
		126: {script}, 127: {"no-such-command"}, 128 + 15: {"sh", "-c", "kill -TERM $$"}, 128 + 9: {"sh", "-c", "kill -KILL $$"},
	} {
		if _, told, code := program(t, "", append([]string{"exec", "--quiet", "--"}, command...)...); code != want {
			t.Errorf("%q: got exit code %d, want %d\n%s", command, code, want, told)
		}
	}
}

// What the command reads and writes is its own; the report comes after, on the
// standard error.
func TestExecLeavesStandardStreamsAlone(t *testing.T) {
	t.Parallel()
	out, told, code := program(t, "in\x00put", "exec", "--", "sh", "-c", "cat; echo warning >&2")
	if out != "in\x00put" || code != 0 || !strings.HasPrefix(told, "warning\nchorus-qualif: the command met 0 of ") {
		t.Errorf("got %q, %q, exit code %d", out, told, code)
	}
}

// Each signal that the program gets is the command's to deal with.
func TestExecForwardsSignals(t *testing.T) {
	t.Parallel()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	for name, sent := range map[string]syscall.Signal{"TERM": syscall.SIGTERM, "INT": syscall.SIGINT, "USR1": syscall.SIGUSR1, "HUP": syscall.SIGHUP} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			var told bytes.Buffer
			cmd := exec.CommandContext(ctx, path, "exec", "--quiet", "--", "sh", "-c", `trap 'echo got; exit 7' `+name+`; echo ready; while :; do sleep 0.02; done`)
			cmd.Stderr = &told
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			ready := make([]byte, len("ready\n"))
			if _, err := io.ReadFull(out, ready); err != nil {
				t.Fatalf("%v: %s", err, told.String())
			}
			if err := cmd.Process.Signal(sent); err != nil {
				t.Fatal(err)
			}
			rest, err := io.ReadAll(out)
			_ = cmd.Wait()
			if got := cmd.ProcessState.ExitCode(); got != 7 || string(rest) != "got\n" || err != nil {
				t.Errorf("got exit code %d, %q, %v\n%s", got, rest, err, told.String())
			}
		})
	}
}

// onTerminal runs a program on a terminal of its own, types Ctrl-C once it is
// ready, and prints what it said and its exit code.
const onTerminal = `
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
said, typed = b"", False
while True:
    try:
        data = os.read(terminal, 1000)
    except OSError:
        break
    if not data:
        break
    said += data
    if b"ready" in said and not typed:
        typed = True
        os.write(terminal, b"\x03")
print(said.decode(), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`

// counting counts the interrupts that it gets, a while longer than the first.
const counting = `
import signal, sys, time
interrupts, first = 0, None
def interrupted(*_):
    global interrupts, first
    interrupts, first = interrupts + 1, first or time.monotonic()
signal.signal(signal.SIGINT, interrupted)
print("ready", flush=True)
while not first or time.monotonic() - first < 0.5:
    time.sleep(0.02)
print("interrupts:", interrupts)
sys.exit(5)
`

// A key typed on a terminal reaches the command once: the terminal sends the
// signal to all that runs in front.
func TestExecOnATerminal(t *testing.T) {
	t.Parallel()
	need(t, "python3")
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	out, err := exec.CommandContext(ctx, "python3", "-c", onTerminal, path, "exec", "--quiet", "--", "python3", "-c", counting).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "interrupts: 1\r\n 5\n") {
		t.Errorf("got %q, %v", out, err)
	}
}

func TestExecWritesAnEnvFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "client.env")
	script := `stat -c %a "$0"; . "$0"; echo "$MY_ACCOUNT"; [ "$MY_ACCOUNT" = "$QUALIF_CPRO_ACCOUNT" ]`
	args := func(more ...string) []string {
		return append(append([]string{"exec", "--quiet", "--env-file", file, "--env", "MY_ACCOUNT={{cproAccount}}"}, more...), "--", "sh", "-c", script, file)
	}
	out, told, code := program(t, "", args()...)
	if code != 0 || !strings.HasPrefix(out, "600\nVEVDSF8") {
		t.Errorf("got exit code %d, %q: %s", code, out, told)
	}
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("the file is still there: %v", err)
	}
	for range 2 { // the second one finds ours, and writes over it
		if _, told, code := program(t, "", args("--keep")...); code != 0 {
			t.Errorf("got exit code %d: %s", code, told)
		}
		if _, err := os.Stat(file); err != nil {
			t.Errorf("the file is gone: %v", err)
		}
	}
	if err := os.WriteFile(file, []byte("MINE=1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, told, code = program(t, "", args()...)
	if kept, err := os.ReadFile(file); code != 2 || !strings.Contains(told, "a file already, which we did not write") || string(kept) != "MINE=1\n" {
		t.Errorf("got exit code %d, %s; the file has %q, %v", code, told, kept, err)
	}
}

// The reports tell of the command's own calls, and of no others.
func TestExecReports(t *testing.T) {
	t.Parallel()
	need(t, "curl")
	dir := t.TempDir()
	usage, har := filepath.Join(dir, "usage.json"), filepath.Join(dir, "calls.har")
	_, told, code := program(t, "", "exec", "--sandbox", "mine", "--usage-json", usage, "--har", har, "--", "sh", "-c",
		`curl -s "$QUALIF_TOKEN_URL" -d grant_type=client_credentials -d client_id="$QUALIF_CLIENT_ID" -d client_secret=wrong`)
	if code != 0 || !strings.Contains(told, "the command met 1 of ") || !strings.Contains(told, "refusals met:\n    client-secret-wrong\n") {
		t.Errorf("got exit code %d: %s", code, told)
	}
	var read struct {
		OperationsMet, RefusalsMet int
		Log                        struct {
			Entries []struct{ Response struct{ Status int } }
		}
	}
	for _, file := range []string{usage, har} {
		text, err := os.ReadFile(file)
		if err == nil {
			err = json.Unmarshal(text, &read)
		}
		if err != nil {
			t.Error(err)
		}
	}
	if read.OperationsMet != 1 || read.RefusalsMet != 1 || len(read.Log.Entries) != 1 || read.Log.Entries[0].Response.Status != http.StatusBadRequest {
		t.Errorf("got %+v", read)
	}
	_, told, code = program(t, "", "exec", "--quiet", "--usage-json", filepath.Join(dir, "nowhere", "x"), "--", "true")
	if code != 1 || !strings.Contains(told, "nowhere") {
		t.Errorf("a report that cannot be written: got exit code %d, %q", code, told)
	}
}

// A scenario prepares the sandbox up to a step; the command meets what is there.
func TestExecAfterAScenario(t *testing.T) {
	t.Parallel()
	need(t, "curl")
	const call = `token=$(curl -s "$QUALIF_TOKEN_URL" -d grant_type=client_credentials -d client_id="$QUALIF_CLIENT_ID" -d client_secret="$QUALIF_CLIENT_SECRET" | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
curl -s -i "$QUALIF_API_URL/cpro/structures/v1/rechercher" -H "Authorization: Bearer $token" -H "cpro-account: $ACCOUNT" -H 'Content-Type: application/json' -d '{"structure":{}}'`
	for scenario, want := range map[string]string{"expired-password:credentials": "technical-account-password-expired", "expired-password": "HTTP/1.1 200 OK"} {
		out, told, code := program(t, "", "exec", "--quiet", "--scenario", scenario, "--env", "ACCOUNT={{outputs.account}}", "--", "sh", "-c", call)
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("%s: got exit code %d, %q: %s", scenario, code, out, told)
		}
	}
	broken := filepath.Join(t.TempDir(), "broken.arazzo.yaml")
	text, err := os.ReadFile("scenarios/expired-password.arazzo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(broken, bytes.Replace(text, []byte("$statusCode == 401"), []byte("$statusCode == 402"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	out, told, code := program(t, "", "exec", "--scenario", broken, "--", "echo", "started")
	if code != 1 || out != "" || !strings.Contains(told, "step expired failed: $statusCode == 402 does not hold") {
		t.Errorf("got exit code %d, %q: %s", code, out, told)
	}
}

// Every mistake is told at once, and nothing is started.
func TestExecTellsMistakesTogether(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	out, told, code := program(t, "", "exec", "--addr", taken.Addr().String(), "--env", "A={{nope}}", "--env", "=x", "--env-file", "/nowhere/x.env",
		"--scenario", "no-such-scenario", "--scenario", "expired-password:nothing", "--profile", "x", "--", "echo", "started")
	if code != 2 || out != "" {
		t.Errorf("got exit code %d, %q", code, out)
	}
	for _, want := range []string{
		`flag --env: "A={{nope}}": {{nope}} is none of`, `flag --env: "=x": want NAME=TEMPLATE`, `flag --env-file: "/nowhere/x.env": `,
		`flag --scenario: "no-such-scenario": `, `flag --scenario: "expired-password:nothing": there is no step nothing`, `flag --profile: "x"`,
		`flag --addr: cannot listen on`,
	} {
		if !strings.Contains(told, want) {
			t.Errorf("not told: %s", want)
		}
	}
	if t.Failed() {
		t.Log(told)
	}
	if _, told, code := program(t, "", "exec"); code != 2 || !strings.Contains(told, "<command>") {
		t.Errorf("without a command: got exit code %d, %s", code, told)
	}
}
