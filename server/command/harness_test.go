package command_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"

	"chorus-qualif/server/app"
	"chorus-qualif/server/app/apptest"
	"chorus-qualif/server/client"
	"chorus-qualif/server/command"
)

// shell runs command lines against one server.
type shell struct {
	app    *app.App
	client *client.Client
	// variables are the environment.
	variables map[string]string
	ctx       context.Context
}

// open starts a server and a shell that is told of it.
func open(t *testing.T) *shell {
	t.Helper()
	a := apptest.Start(t, app.Options{AdminToken: "s3cret", WebhookPrivate: true})
	c, err := client.New(a.AdminURL(), client.Options{Token: "s3cret"})
	if err != nil {
		t.Fatal(err)
	}
	return &shell{a, c, map[string]string{"QUALIF_ADMIN_URL": a.AdminURL(), "QUALIF_ADMIN_TOKEN": "s3cret"}, t.Context()}
}

type outcome struct {
	code        int
	out, errors string
}

// run executes a command line, its words separated by spaces.
func (s *shell) run(line string) outcome { return s.words(strings.Fields(line)...) }

func (s *shell) words(words ...string) outcome {
	var out, errors bytes.Buffer
	code := command.Run(s.ctx, command.Environment{
		Args: words, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errors,
		Lookup: func(name string) (string, bool) { value, ok := s.variables[name]; return value, ok },
	})
	return outcome{code, out.String(), errors.String()}
}

// done is what a command line prints, which has to succeed.
func (s *shell) done(t *testing.T, line string) string {
	t.Helper()
	got := s.run(line)
	if got.code != command.OK || got.errors != "" {
		t.Fatalf("%s: exit code %d, %s%s", line, got.code, got.out, got.errors)
	}
	return got.out
}

// want checks a command line's exit code and a part of what it prints.
func (s *shell) want(t *testing.T, line string, code int, parts ...string) {
	t.Helper()
	got := s.run(line)
	if got.code != code {
		t.Errorf("%s: exit code %d, want %d\n%s%s", line, got.code, code, got.out, got.errors)
	}
	for _, part := range parts {
		if !strings.Contains(got.out+got.errors, part) {
			t.Errorf("%s: got\n%s%s\nwithout %q", line, got.out, got.errors, part)
		}
	}
}

// nobody is an address where nothing listens: a port that was free a moment ago
// may be another test's by now, one below 1024 is not.
func nobody(t *testing.T) string {
	t.Helper()
	return "http://127.0.0.1:1"
}

// need skips a test that wants a program which this machine lacks. Where
// QUALIF_REQUIRE is set, as by .ci/run, the lack is a failure.
func need(t *testing.T, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		if os.Getenv("QUALIF_REQUIRE") != "" {
			t.Fatalf("%s is missing: .ci/run installs it", program)
		}
		t.Skipf("%s is missing: install it to run this test", program)
	}
}
