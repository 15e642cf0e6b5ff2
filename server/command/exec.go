package command

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"chorus-qualif/openapi"
	"chorus-qualif/scenarios/qualify"
	"chorus-qualif/server/app"
	"chorus-qualif/server/client"
	"chorus-qualif/server/sandboxes"
)

// execute is the command that runs another one beside a server of its own.
type execute struct {
	Scenario []string `group:"Command" sep:"," help:"Replay a scenario first, in the command's sandbox: a file or a name of the library, up to and with a step when one is named; repeatable." placeholder:"NAME[:STEP]"`
	Sandbox  string   `group:"Command" default:"default" help:"Sandbox that the command is given. [${default}]" placeholder:"NAME"`
	Env      []string `group:"Command" sep:"," help:"More variables for the command, under the names that it reads: PISTE_CLIENT_ID={{clientId}}; repeatable. docs/qualify.md lists what goes between braces." placeholder:"NAME=TEMPLATE"`
	EnvFile  string   `group:"Command" help:"Write all of it to a .env file too, for its owner alone; it is removed at the end." placeholder:"FILE"`
	Keep     bool     `group:"Command" help:"Leave the .env file there."`

	Quiet     bool   `group:"Reports" help:"Do not print at the end what the command has met."`
	UsageJSON string `name:"usage-json" group:"Reports" help:"Write what it has met, and what it never has, as JSON." placeholder:"FILE"`
	HAR       string `name:"har" group:"Reports" help:"Write the calls that it made as an HTTP Archive, secrets masked." placeholder:"FILE"`

	serve

	Command []string `arg:"" help:"What to run, after --." placeholder:"COMMAND"`
}

// ended is the exit code of what was run, which becomes the program's.
type ended int

func (e ended) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// Run implements the command.
func (c *execute) Run(r *run) error {
	mistakes := errors.Join(from(r, "env", qualify.CheckTemplates(c.Env)), c.checkEnvFile(r))
	contracts, err := openapi.Load()
	if err != nil {
		return err
	}
	preludes, err := c.preludes(r, contracts)
	h, err := c.host(r, errors.Join(mistakes, err), contracts)
	if err != nil {
		return err
	}
	defer h.stop(r)
	ctx := context.WithoutCancel(r.ctx)
	environ, err := c.environ(r.ctx, r, h, func() (map[string]string, error) { return c.play(r.ctx, r, h, contracts, preludes) })
	if err != nil {
		return err
	}
	if c.EnvFile != "" {
		if err := c.writeEnvFile(environ); err != nil {
			return err
		}
		if !c.Keep {
			defer func() { _ = os.Remove(c.EnvFile) }() // it may be gone, which is what is wanted
		}
	}
	failed := passThrough(r, h, c.Command, qualify.Merge(os.Environ(), environ))
	code := qualify.ExitCode(failed)
	switch {
	case errors.Is(failed, errInterrupted):
		return failed
	case !ran(failed):
		fmt.Fprintf(r.Stderr, "chorus-qualif: %v\n", failed)
		return ended(code)
	}
	if err := c.report(ctx, r, h); err != nil {
		fmt.Fprintf(r.Stderr, "chorus-qualif: %v\n", err)
		if code == OK {
			code = Failed
		}
	}
	return ended(code)
}

// from puts the source of a flag before each of its mistakes.
func from(r *run, flag string, err error) error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return err
	}
	var all []error
	for _, each := range joined.Unwrap() {
		all = append(all, fmt.Errorf("%s: %w", r.source(flag), each))
	}
	return errors.Join(all...)
}

// environ prepares the sandbox and tells what the command is given, under our
// names and under its own.
func (c *execute) environ(ctx context.Context, r *run, h *host, play func() (map[string]string, error)) ([]string, error) {
	if c.Sandbox != sandboxes.Default {
		if _, err := h.Admin.Sandbox(c.Sandbox).Put(ctx, client.Spec{}); err != nil {
			return nil, misuse{fmt.Errorf("%s: %q: %w", r.source("sandbox"), c.Sandbox, err)}
		}
	}
	outputs, err := play()
	if err != nil {
		return nil, err
	}
	handout, err := h.Handout(ctx, c.Sandbox)
	if err != nil {
		return nil, err
	}
	handout.Outputs(outputs)
	// What was asked until now is not the command's doing.
	if err := h.Admin.Sandbox(c.Sandbox).ClearRequests(ctx); err != nil {
		return nil, err
	}
	named, err := handout.Fill(c.Env)
	if err != nil {
		return nil, misuse{from(r, "env", err)}
	}
	return append(handout.Environ(), named...), nil
}

// envFileHead is the first line of the .env files that we write, and may write
// over.
const envFileHead = "# Written by chorus-qualif exec, for a sandbox that lasts as long as the command.\n"

// checkEnvFile refuses to write over somebody else's file.
func (c *execute) checkEnvFile(r *run) error {
	if c.EnvFile == "" {
		return nil
	}
	found, err := os.ReadFile(c.EnvFile)
	switch {
	case errors.Is(err, os.ErrNotExist):
		_, err = os.Stat(filepath.Dir(c.EnvFile))
	case err == nil && !bytes.HasPrefix(found, []byte(envFileHead)):
		err = errors.New("there is a file already, which we did not write")
	}
	if err != nil {
		return fmt.Errorf("%s: %q: %w", r.source("env-file"), c.EnvFile, err)
	}
	return nil
}

func (c *execute) writeEnvFile(environ []string) error {
	// The file is new, so that nobody else's rights on an old one matter.
	if err := os.Remove(c.EnvFile); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.WriteFile(c.EnvFile, append([]byte(envFileHead), qualify.DotEnv(environ)...), 0o600)
}

// report tells what the command has met.
func (c *execute) report(ctx context.Context, r *run, h *host) error {
	sb := h.Admin.Sandbox(c.Sandbox)
	usage, err := sb.Usage(ctx)
	if err != nil {
		return err
	}
	if !c.Quiet {
		err = qualify.WriteUsage(r.Stderr, usage)
	}
	if c.UsageJSON != "" {
		err = errors.Join(err, output(r, c.UsageJSON, func(w io.Writer) error {
			encoder := json.NewEncoder(w)
			encoder.SetIndent("", "  ")
			return encoder.Encode(usage)
		}))
	}
	if c.HAR != "" {
		err = errors.Join(err, output(r, c.HAR, func(w io.Writer) error {
			archive, err := sb.HAR(ctx, client.RequestQuery{})
			if err == nil {
				_, err = w.Write(archive)
			}
			return err
		}))
	}
	return err
}

// host is a server of one's own.
type host struct {
	qualify.Server
	app     *app.App
	drain   time.Duration
	profile string
}

// host starts a server on the addresses of the flags, by default free ports. Its
// mistakes are told with those that were found before. Its log goes to the
// standard error: the standard output is the command's. Compiled contracts spare
// the time to compile them.
func (c *serve) host(r *run, found error, contracts *openapi.Set) (*host, error) {
	beside := *r
	beside.Stdout = r.Stderr
	s, mistakes := c.settings(&beside)
	s.options.Contracts = contracts
	a, err := app.New(s.options)
	if err != nil {
		return nil, misuse{errors.Join(found, mistakes, err)}
	}
	err = a.Start()
	if err = errors.Join(found, mistakes, located(err, r.source)); err != nil {
		_ = a.Stop(context.Background())
		return nil, misuse{err}
	}
	admin, err := client.New(a.AdminURL(), client.Options{Token: s.options.AdminToken})
	return &host{
		Server: qualify.Server{Admin: admin, AdminToken: s.options.AdminToken, MailURL: a.MailURL(), SMTPAddr: reachable(a.SMTPAddr())},
		app:    a, drain: s.drain, profile: s.options.Profile,
	}, err
}

// stop ends the server. What its command left under way ends at once.
func (h *host) stop(r *run) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.ctx), min(h.drain, time.Second))
	defer cancel()
	if err := h.app.Stop(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		fmt.Fprintf(r.Stderr, "chorus-qualif: %v\n", err)
	}
}
