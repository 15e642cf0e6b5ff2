package main_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"chorus-qualif/server/app"
	"chorus-qualif/server/app/apptest"
)

// binary builds the program once for all the tests that drive it from outside.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "chorus-qualif")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "chorus-qualif")
	if out, err := exec.Command("go", "build", "-tags", "nomsgpack", "-ldflags", "-X main.version=test", "-o", path, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

// process is the program running on its own.
type process struct {
	target
	// mail shows what was captured, smtp takes it.
	mail, smtp string

	cmd   *exec.Cmd
	lines chan string
	ended chan error
}

// run starts the built program on free ports and waits until it says where it
// listens.
func run(t testing.TB, args ...string) *process {
	t.Helper()
	return runIn(t, nil, args...)
}

// runIn is run with more in the environment, as NAME=value.
func runIn(t testing.TB, environment []string, args ...string) *process {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	args = append([]string{"serve", "--addr=127.0.0.1:0", "--admin-addr=127.0.0.1:0", "--mail-addr=127.0.0.1:0", "--smtp-addr=127.0.0.1:0", "--log=json"}, args...)
	p := &process{cmd: exec.Command(path, args...), lines: make(chan string, 1000), ended: make(chan error, 1)}
	p.cmd.Env = append(os.Environ(), environment...)
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.cmd.Stderr = os.Stderr
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		for scanner := bufio.NewScanner(out); scanner.Scan(); {
			p.lines <- scanner.Text()
		}
		close(p.lines)
		p.ended <- p.cmd.Wait()
	}()
	t.Cleanup(func() { _ = p.cmd.Process.Kill() })
	for line := range p.lines {
		var ready readyLine
		if ready.read(line) {
			p.mail, p.smtp = ready.MailURL, ready.SMTPAddr
			p.target = newTarget(ready.AdminURL, ready.APIURL)
			return p
		}
	}
	t.Fatalf("the program ended before it was ready: %v", <-p.ended)
	return nil
}

// end waits for the process to end and returns its exit code.
func (p *process) end(t *testing.T) int {
	t.Helper()
	select {
	case <-p.ended:
	case <-time.After(20 * time.Second):
		t.Fatal("the program does not end")
	}
	return p.cmd.ProcessState.ExitCode()
}

// inProcess starts the program as a type, so that the race detector sees it.
func inProcess(t testing.TB, options app.Options) (*app.App, target) {
	t.Helper()
	a := apptest.Start(t, options)
	return a, newTarget(a.AdminURL(), a.PlatformURL())
}

// The whole life of a technical account, on the built binary, from outside.
func TestRehearsalOnTheBinary(t *testing.T) {
	t.Parallel()
	p := run(t)
	began := time.Now()
	begin(t, p.target, "rehearsal", "").live()
	t.Logf("two years of a technical account in %s", time.Since(began).Round(time.Millisecond))
}

// Two hundred sandboxes at once, under the race detector, with their own
// seeds, and none sees another.
func TestTwoHundredRehearsalsInParallel(t *testing.T) {
	t.Parallel()
	_, server := inProcess(t, app.Options{})
	for i := range 200 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			spec := fmt.Sprintf(`{"seed":%d,"clock":{"mode":"frozen","at":"2026-03-01T09:00:00+01:00"}}`, i+1)
			begin(t, server, fmt.Sprintf("parallel-%d", i), spec).live()
		})
	}
}

func TestSIGTERMDrainsAndASecondOneEndsAtOnce(t *testing.T) {
	t.Parallel()
	t.Run("drained", func(t *testing.T) {
		t.Parallel()
		p := run(t)
		if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if code := p.end(t); code != 0 {
			t.Errorf("got exit code %d, want 0", code)
		}
	})
	t.Run("at once", func(t *testing.T) {
		t.Parallel()
		p := run(t, "--drain=1h")
		// A request whose body never comes keeps the drain waiting.
		conn, err := net.Dial("tcp", strings.TrimPrefix(p.platform, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		if _, err := fmt.Fprint(conn, "POST /api/oauth/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		// The server says so once it waits for the body.
		if line, err := bufio.NewReader(conn).ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
			t.Fatalf("got %q, %v", line, err)
		}
		if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		for line := range p.lines {
			if strings.Contains(line, `"msg":"stopping"`) {
				break
			}
		}
		// The signal is the operating system's again an instant after the
		// first one was taken.
		for ended := false; !ended; {
			_ = p.cmd.Process.Signal(syscall.SIGTERM)
			select {
			case err := <-p.ended:
				p.ended <- err
				ended = true
			case <-time.After(50 * time.Millisecond):
			}
		}
		if code := p.end(t); code == 0 {
			t.Error("got exit code 0 after a second SIGTERM")
		}
	})
}

func TestReadyzCommand(t *testing.T) {
	t.Parallel()
	p := run(t)
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	admin := strings.TrimPrefix(p.admin, "http://")
	if out, err := exec.Command(path, "readyz", "--admin-addr", admin, "--wait", "5s").CombinedOutput(); err != nil || string(out) != "ready\n" {
		t.Errorf("got %q, %v", out, err)
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	p.end(t)
	out, err := exec.Command(path, "readyz", "--admin-addr", admin).CombinedOutput()
	if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != 1 || !strings.Contains(string(out), "connection refused") {
		t.Errorf("after the end: got %q, %v; want exit code 1", out, err)
	}
}

// Every mistake of a start is told at once, one line each, and nothing starts.
func TestMistakesAreToldTogether(t *testing.T) {
	t.Parallel()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	config := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(config, []byte("profile: portail-1999\nlog-level: info\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "--addr", taken.Addr().String(), "--admin-addr", "127.0.0.1:0", "--mail-addr", "127.0.0.1:0", "--smtp-addr", "127.0.0.1:0",
		"--config", config, "--fixtures", "missing.yaml", "--explain", "maybe", "--switch", "gateway.realm=purple", "--bodies-total-bytes", "0")
	cmd.Env = append(os.Environ(), "QUALIF_SEED=many", "QUALIF_FILES_TOTAL_BYTES=1GB")
	out, err := cmd.CombinedOutput()
	if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != 2 {
		t.Fatalf("got %v, want exit code 2\n%s", err, out)
	}
	for _, want := range []string{
		`flag --addr: cannot listen on "` + taken.Addr().String() + `": bind: address already in use`,
		`flag --fixtures: "missing.yaml": `,
		`flag --explain: "maybe": want on, off`,
		`flag --switch: "gateway.realm=purple": switch gateway.realm: "purple" is none of default, by-route`,
		`environment variable QUALIF_SEED: "many": want a whole number`,
		`environment variable QUALIF_FILES_TOTAL_BYTES: "1GB": want a whole number, 0 or more`,
		`flag --bodies-total-bytes: "0": want a whole number, 1 or more`,
		`profile in file ` + config + `: "portail-1999": `,
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("not told: %s", want)
		}
	}
	if got := strings.Count(strings.TrimSpace(string(out)), "\n") + 1; got != 8 {
		t.Errorf("got %d lines, want one for each of the 8 mistakes:\n%s", got, out)
	}
}

func TestCardOnATerminalAndAsJSON(t *testing.T) {
	t.Parallel()
	p := run(t)
	ready := (&rehearsal{t: t, target: p.target}).send("GET", p.admin+"/readyz", "", nil)
	if ready.status != http.StatusOK || ready.body != "ok\n" {
		t.Errorf("readyz: got %d %q", ready.status, ready.body)
	}
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "--addr=127.0.0.1:0", "--admin-addr=127.0.0.1:0", "--mail-addr=127.0.0.1:0", "--smtp-addr=127.0.0.1:0", "--log=text")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var card strings.Builder
	for scanner := bufio.NewScanner(out); scanner.Scan() && !strings.Contains(card.String(), ", admin "); {
		card.WriteString(scanner.Text() + "\n")
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	for _, want := range []string{"token URL ", "API URL ", "client_id ", "client_secret ", "technical account ", "cpro-account ", "gestionnaire ", "portal ", "mail ", "control room, admin "} {
		if !strings.Contains(card.String(), want) {
			t.Errorf("the card has no %q:\n%s", want, card.String())
		}
	}
}
