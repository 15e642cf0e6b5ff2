// Package control is the commands that talk to a running server's control API:
// sandboxes, clock, mails, requests, faults, accounts, events, explanations,
// PISTE applications, webhooks.
package control

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"chorus-qualif/server/client"
	"chorus-qualif/server/command/control/table"
)

// Exit codes, besides 0 for what was done.
const (
	// Refused: the server said no, or what was expected or awaited did not
	// come.
	Refused = 1
	// Misused: a mistake on the command line or around it; nothing was asked.
	Misused = 2
	// NoServer: nothing answers at the address.
	NoServer = 3
)

// Commands are the commands, to embed in a grammar of kong.
type Commands struct {
	Sandboxes    sandboxes    `cmd:"" control:"" help:"List, create, copy, reset and delete sandboxes, and show their credentials."`
	Clock        clock        `cmd:"" control:"" help:"Read a sandbox's clock and move it forward."`
	Mails        mails        `cmd:"" control:"" help:"Read a sandbox's mails, and wait for one."`
	Requests     requests     `cmd:"" control:"" help:"Read what clients called, count it and verify it."`
	Faults       faults       `cmd:"" control:"" help:"Let things go wrong."`
	Accounts     accounts     `cmd:"" control:"" help:"List the technical accounts, and tell whether one would work."`
	Events       events       `cmd:"" control:"" help:"Read what happened in a sandbox, follow it, wait for it."`
	Explain      explain      `cmd:"" control:"" help:"Tell what an account, a token, a structure or a deposited flow is worth now, and why."`
	Applications applications `cmd:"" control:"" help:"List the PISTE applications, register and change them."`
	Webhooks     webhooks     `cmd:"" control:"" help:"Have events sent to an address; see what became of them, and send them again."`
}

// Run is one execution of the program.
type Run struct {
	Context context.Context
	Stdin   io.Reader
	Stdout  io.Writer
	Stderr  io.Writer
	// Lookup reads a variable of the environment.
	Lookup func(name string) (value string, ok bool)
	// Source tells where the value of a flag came from.
	Source func(flag string) string
	// Width is how many columns the terminal has; 0 when Stdout is none.
	Width int
}

// Failure is an error with the exit code that it leads to.
type Failure struct {
	Code int
	Err  error
}

func (f *Failure) Error() string { return f.Err.Error() }

func (f *Failure) Unwrap() error { return f.Err }

// ExitCode implements kong.ExitCoder.
func (f *Failure) ExitCode() int { return f.Code }

// Outside tells whether a flag of a command may be given by the environment or
// a file of settings: only what says which server and which sandbox is meant.
// The other flags of these commands are for one call.
func Outside(node *kong.Node, flag string) bool {
	for ; node != nil; node = node.Parent {
		if node.Tag != nil && node.Tag.Has("control") {
			return flag == "admin-url" || flag == "admin-token" || flag == "sandbox"
		}
	}
	return true
}

// remote says which server and sandbox are meant, and how to answer.
type remote struct {
	AdminURL   string `name:"admin-url" group:"Server" default:"http://127.0.0.1:8081" help:"Where the server's control API is. [${default}, $$QUALIF_ADMIN_URL]" placeholder:"URL"`
	AdminToken string `name:"admin-token" group:"Server" help:"Its bearer token, when it was started with one. [$$QUALIF_ADMIN_TOKEN]" placeholder:"TOKEN"`
	Sandbox    string `group:"Server" default:"default" help:"Which sandbox is meant. [${default}, $$QUALIF_SANDBOX]" placeholder:"NAME" complete:"sandbox"`
	JSON       bool   `name:"json" group:"Server" help:"Print the answer of the control API, as JSON."`
}

// session is a conversation with the server about a sandbox.
type session struct {
	*Run
	client  *client.Client
	sandbox *client.Sandbox
	given   remote
	tape    *tape
}

// open makes a session; nothing is called yet. A flag that is there and empty is a
// variable of a script that is not set: the default sandbox is not what was
// meant.
func (at remote) open(r *Run) (*session, error) {
	k := read(r)
	for _, given := range [][2]string{{"admin-url", at.AdminURL}, {"sandbox", at.Sandbox}} {
		if flag, value := given[0], given[1]; value == "" && r.Source(flag) == "flag --"+flag {
			k.fail(flag, value, "something")
		}
	}
	if err := k.wrong(); err != nil {
		return nil, err
	}
	at.AdminURL, at.Sandbox = cmp.Or(at.AdminURL, client.DefaultURL), cmp.Or(at.Sandbox, "default")
	recorder := &tape{}
	c, err := client.New(at.AdminURL, client.Options{Token: at.AdminToken, HTTP: &http.Client{Transport: recorder}})
	if err != nil {
		return nil, &Failure{Misused, fmt.Errorf("%s: %w", r.Source("admin-url"), err)}
	}
	return &session{Run: r, client: c, sandbox: c.Sandbox(at.Sandbox), given: at, tape: recorder}, nil
}

// talk opens a session, asks, and prints what the API answered: as it is, or for
// people.
func talk[T any](r *Run, at *remote, ask func(*session) (T, error), human func(*session, T) error) error {
	s, err := at.open(r)
	if err != nil {
		return err
	}
	answer, err := ask(s)
	if err != nil {
		return s.failed(err)
	}
	if at.JSON {
		return s.json(s.tape.last)
	}
	return human(s, answer)
}

// nothing is the answer of what answers nothing.
type nothing struct{}

// done is for calls that answer nothing: on success a sentence is printed.
func done(err error) (nothing, error) { return nothing{}, err }

func say(format string, args ...any) func(*session, nothing) error {
	return func(s *session, _ nothing) error {
		_, err := fmt.Fprintf(s.Stdout, format+"\n", args...)
		return err
	}
}

// json prints the bytes of an answer.
func (s *session) json(text []byte) error {
	if len(text) == 0 {
		return nil
	}
	_, err := fmt.Fprintln(s.Stdout, strings.TrimRight(string(text), "\n"))
	return err
}

// failed turns an error of the client into one that helps, with its exit code.
func (s *session) failed(err error) error {
	var gone *client.Unreachable
	var refused *client.Error
	switch {
	case errors.As(err, &gone):
		return &Failure{NoServer, fmt.Errorf("%w\nstart one with: chorus-qualif serve; or name another address with --admin-url (this one: %s)", err, s.Source("admin-url"))}
	case errors.As(err, &refused):
		if s.given.JSON && json.Valid(refused.Body) {
			_ = s.json(refused.Body)
		}
		return &Failure{Refused, errors.New(lines(err.Error() + s.advice(refused)))}
	}
	return &Failure{Refused, err}
}

// lines cleans each line of a text: refusals quote what clients sent.
func lines(text string) string {
	all := strings.Split(text, "\n")
	for i, line := range all {
		all[i] = table.Clean(line)
	}
	return strings.Join(all, "\n")
}

// advice is what to do about some refusals, after a line break.
func (s *session) advice(e *client.Error) string {
	switch e.Code {
	case "sandbox-unknown":
		return "\nchorus-qualif sandboxes list shows those there are; chorus-qualif sandboxes create makes one"
	case "admin-token-refused":
		return "\ngive the server's token with --admin-token or QUALIF_ADMIN_TOKEN"
	case "requests-not-verified":
		return nearestCalls(e)
	}
	if missing, ok := e.MailMissing(); ok && missing.Advance != nil {
		return "\n  chorus-qualif clock advance --to " + missing.Advance.To.Format(time.RFC3339Nano) + " --sandbox " + s.sandbox.Name()
	}
	if stopped, ok := e.Stopped(); ok {
		return nearestDue(stopped)
	}
	return ""
}

// screen is where tables go.
func (s *session) screen() table.Screen {
	no, _ := s.Lookup("NO_COLOR") // https://no-color.org
	term, _ := s.Lookup("TERM")
	return table.Screen{Out: s.Stdout, Width: s.Width, Color: s.Width > 0 && no == "" && term != "dumb"}
}

// print writes a table, or says on the error stream that there is nothing.
func (s *session) print(t *table.Table, none string) error {
	if t.Len() == 0 {
		_, err := fmt.Fprintln(s.Stderr, none)
		return err
	}
	return t.Print(s.screen())
}

// more tells that a list has another page.
func (s *session) more(after any) error {
	_, err := fmt.Fprintf(s.Stderr, "there is more: --after %v goes on, --limit N shows up to 1000 at a time\n", after)
	return err
}
