package command

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"strings"

	"chorus-qualif/openapi"
	"chorus-qualif/scenarios"
	"chorus-qualif/scenarios/record"
	"chorus-qualif/scenarios/replay"
	"chorus-qualif/scenarios/result"
	"chorus-qualif/server/client"
	"chorus-qualif/server/clock"
	"chorus-qualif/server/command/control"
)

// recorded is the command that turns what was done in a sandbox into a scenario.
type recorded struct {
	AdminURL   string `name:"admin-url" group:"Server" default:"http://127.0.0.1:8081" help:"Where the server's control API is. [${default}, $$QUALIF_ADMIN_URL]" placeholder:"URL"`
	AdminToken string `name:"admin-token" group:"Server" help:"Its bearer token, when it was started with one. [$$QUALIF_ADMIN_TOKEN]" placeholder:"TOKEN"`
	Sandbox    string `group:"Server" default:"default" help:"Which sandbox is meant. [${default}, $$QUALIF_SANDBOX]" placeholder:"NAME" complete:"sandbox"`

	Since string  `help:"The first call, by its ID. Earlier ones are recorded too when they changed the sandbox or gave a token that is used." placeholder:"ID"`
	Until string  `help:"The last call, by its ID." placeholder:"ID"`
	Last  string  `help:"Only so many of the last calls, and what they need." placeholder:"N"`
	Skip  []int64 `help:"Leave out this call, by its ID; repeatable." placeholder:"ID"`
	Title string  `help:"Title of the scenario. [Recorded in sandbox NAME]" placeholder:"TEXT"`

	Output string `short:"o" default:"-" help:"The file to write; - is the standard output. [${default}]" placeholder:"FILE"`
}

// Run implements the command.
func (c *recorded) Run(r *run) error {
	k := &checker{source: r.source}
	since, until, last := k.number("since", zeroIfEmpty(c.Since), 0), k.number("until", zeroIfEmpty(c.Until), 0), k.number("last", zeroIfEmpty(c.Last), 0)
	if c.Since != "" && c.Last != "" {
		k.fail("last", c.Last, "cannot be given with --since")
	}
	server, err := client.New(c.AdminURL, client.Options{Token: c.AdminToken})
	if err != nil {
		k.fail("admin-url", c.AdminURL, "%v", err)
	}
	if err := errors.Join(k.errs...); err != nil {
		return misuse{err}
	}
	calls, events, err := record.Read(r.ctx, server.Sandbox(c.Sandbox), since)
	if err != nil {
		return c.unreachable(r, err)
	}
	if until > 0 {
		if calls, events, err = record.Until(calls, events, until); err != nil {
			return err
		}
	}
	if last > 0 && int64(len(calls)) > last {
		since = calls[int64(len(calls))-last].ID
	}
	set, err := openapi.Load()
	if err != nil {
		return err
	}
	local, err := startInProcess(set, false)
	if err != nil {
		return err
	}
	defer local.stop(r)
	text, err := c.scenario(r, set, local, calls, record.Options{Contracts: set, Name: c.name(), Title: c.Title, Events: events, Since: since, Skip: c.Skip})
	if err != nil {
		return err
	}
	if err := output(r, c.Output, func(w io.Writer) error { _, err := w.Write(text); return err }); err != nil {
		return err
	}
	return c.check(r, set, local, text)
}

func zeroIfEmpty(given string) string {
	if given == "" {
		return "0"
	}
	return given
}

// unreachable gives the exit code of a server that does not answer.
func (c *recorded) unreachable(r *run, err error) error {
	var nobody *client.Unreachable
	if errors.As(err, &nobody) {
		return &control.Failure{Code: NoServer, Err: fmt.Errorf("%w\nstart one with: chorus-qualif serve; or name another address with --admin-url (this one: %s)", err, r.source("admin-url"))}
	}
	return err
}

// name is the workflow's: that of the file, if it can be one.
func (c *recorded) name() string {
	base := strings.TrimSuffix(filepath.Base(c.Output), scenarios.Extension)
	if regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`).MatchString(base) {
		return base
	}
	return ""
}

// scenario writes the scenario; a sandbox of the server in process tells what
// the recorded one began with.
func (c *recorded) scenario(r *run, set *openapi.Set, local *inProcess, calls []client.Request, o record.Options) ([]byte, error) {
	aside, err := client.New(local.target.Admin, client.Options{HTTP: local.target.HTTP})
	if err != nil {
		return nil, err
	}
	if o.Credentials, o.DataSet, err = record.SetUp(r.ctx, aside.Sandbox(c.Sandbox), o.Events); err != nil {
		return nil, err
	}
	return record.Scenario(calls, o)
}

// check replays what was written, and says on the standard error whether it
// passes.
func (c *recorded) check(r *run, set *openapi.Set, local *inProcess, text []byte) error {
	file, problems := scenarios.Parse(set, c.Output, text)
	if len(problems) > 0 {
		return problems
	}
	stories, err := replay.Select([]*scenarios.File{file}, nil, nil)
	if err != nil {
		return err
	}
	replayer, err := replay.New(replay.Options{Contracts: set, Wall: clock.System(), Target: local.target})
	if err != nil {
		return err
	}
	one := replayer.Run(r.ctx, stories).Runs[0]
	if one.Verdict == result.Passed {
		fmt.Fprintf(r.Stderr, "recorded %d steps; replayed at once: passed\n", len(one.Steps))
		return nil
	}
	told := fmt.Errorf("the scenario was written, but does not replay as it was recorded: %s %s", one.Verdict, one.Reason)
	if s := one.Culprit(); s != nil {
		told = fmt.Errorf("%w\nstep %s (line %d): %s %s", told, s.ID, s.Line, s.Reason, s.Explanation)
	}
	return told
}
