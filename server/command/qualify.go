package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"chorus-qualif/openapi"
	"chorus-qualif/scenarios/qualify"
	"chorus-qualif/server/clock"
	"chorus-qualif/server/sandboxes"
)

// rehearse is the command qualify: it runs another command in one situation
// after the other and tells what it survives.
type rehearse struct {
	Situation     []string `group:"Situations" sep:"," help:"Only this one, after the nominal one; repeatable. [all]" placeholder:"NAME"`
	SituationFile string   `group:"Situations" help:"YAML file that changes situations or adds others. docs/qualify.md has its form." placeholder:"FILE"`
	List          bool     `group:"Situations" help:"List the situations, what happens in each, and what a good client does."`
	After         string   `group:"Situations" default:"1" help:"How many calls pass before what happens in the middle of a run does. [${default}]" placeholder:"N"`
	Retries       string   `group:"Situations" help:"How many refused calls may follow each other after the first one, in every situation. [each its own]" placeholder:"N"`
	AllowFail     []string `group:"Situations" sep:"," help:"Situation that need not hold; repeatable." placeholder:"NAME"`
	Incomplete    bool     `group:"Situations" help:"Do not ask of a run that it gets as many answers as the nominal one: for commands whose number of calls varies."`
	KeepGoing     bool     `group:"Situations" help:"Go on although the nominal situation fails."`

	Parallel  string   `group:"Command" help:"How many runs at once. [the processors, 4 at most]" placeholder:"N"`
	Timeout   string   `group:"Command" default:"2m" help:"How long a run may last. [${default}]" placeholder:"DURATION"`
	OwnServer bool     `group:"Command" help:"Start a server for each run, for commands that need fixed ports (--addr): one run at a time, in the default sandbox."`
	Env       []string `group:"Command" sep:"," help:"More variables for the command, under the names that it reads: PISTE_CLIENT_ID={{clientId}}; repeatable. docs/qualify.md lists what goes between braces." placeholder:"NAME=TEMPLATE"`

	JSON  string `name:"json" group:"Reports" help:"Write the report as JSON." placeholder:"FILE"`
	JUnit string `name:"junit" group:"Reports" help:"Write it as JUnit XML." placeholder:"FILE"`
	HTML  string `name:"html" group:"Reports" help:"Write it as one HTML file, for a screen or for paper." placeholder:"FILE"`

	serve

	Command []string `arg:"" optional:"" help:"The client's own test command, after --." placeholder:"COMMAND"`
}

// Run implements the command.
func (c *rehearse) Run(r *run) error {
	k := &checker{source: r.source}
	o, known := c.options(r, k)
	if c.List && len(k.errs) == 0 {
		return qualify.WriteList(r.Stdout, known)
	}
	mistakes := errors.Join(append(k.errs, from(r, "env", qualify.CheckTemplates(c.Env)))...)
	if len(c.Command) == 0 {
		mistakes = errors.Join(mistakes, errors.New("say what to run, after --"))
	}
	// A first server finds the mistakes that only a server can, and serves all
	// the runs unless each has its own.
	first, err := c.host(r, mistakes, nil)
	if err != nil {
		return err
	}
	defer first.stop(r)
	if err := qualify.Check(r.ctx, first.Admin, o.Situations); err != nil {
		return misuse{err}
	}
	o.Profile = first.profile
	o.Open = func(_ context.Context, situation string) (qualify.Place, error) {
		return qualify.Place{Server: first.Server, Sandbox: situation, Close: func() {}}, nil
	}
	if c.OwnServer {
		first.stop(r)
		o.Parallel, o.Open = 1, c.anew(r)
	}
	report, err := qualify.Run(r.ctx, o)
	if err != nil {
		return err
	}
	return c.tell(r, report)
}

// anew makes a server for each run.
func (c *rehearse) anew(r *run) func(context.Context, string) (qualify.Place, error) {
	contracts, broken := openapi.Load()
	return func(context.Context, string) (qualify.Place, error) {
		if broken != nil {
			return qualify.Place{}, broken
		}
		h, err := c.host(r, nil, contracts)
		if err != nil {
			return qualify.Place{}, err
		}
		return qualify.Place{Server: h.Server, Sandbox: sandboxes.Default, Close: func() { h.stop(r) }}, nil
	}
}

// options are the checked values of the command, and every situation there is.
func (c *rehearse) options(r *run, k *checker) (o qualify.Options, known []qualify.Situation) {
	known, err := qualify.Builtin()
	if err == nil && c.SituationFile != "" {
		known, err = qualify.Read(c.SituationFile, known)
	}
	if err != nil {
		k.errs = append(k.errs, err)
	}
	if c.Requests == "0" {
		k.fail("requests", c.Requests, "what a client did is read from the journal of calls: want 1 or more")
	}
	if err == nil { // else nobody knows which names there are
		k.known("situation", c.Situation, known)
		k.known("allow-fail", c.AllowFail, known)
	}
	o = qualify.Options{
		Situations: chosen(c.Situation, known), Command: c.Command, Environ: os.Environ(), Named: c.Env,
		After: int(k.number("after", c.After, 0)), Parallel: min(runtime.NumCPU(), 4), Allowed: c.AllowFail, KeepGoing: c.KeepGoing, Incomplete: c.Incomplete,
		Wall: clock.System(), Tool: "chorus-qualif " + versionOf(r).Version,
	}
	if c.Parallel != "" {
		o.Parallel = int(k.number("parallel", c.Parallel, 1))
	}
	if c.Retries != "" {
		n := int(k.number("retries", c.Retries, 0))
		o.Retries = &n
	}
	if o.Timeout, err = time.ParseDuration(c.Timeout); err != nil || o.Timeout <= 0 {
		k.fail("timeout", c.Timeout, "want a duration such as 2m")
	}
	done := 0
	o.Done = func(row qualify.Row) {
		done++
		if row.Verdict != qualify.NotRun {
			fmt.Fprintf(r.Stderr, "[%*d/%d] %-2s %s: %s\n", len(strconv.Itoa(len(o.Situations))), done, len(o.Situations), row.Mark(), row.Situation, row.Verdict)
		}
	}
	return o, known
}

// chosen are the situations asked for, with the nominal one; all when none is.
func chosen(asked []string, known []qualify.Situation) []qualify.Situation {
	if len(asked) == 0 {
		return known
	}
	return slices.DeleteFunc(slices.Clone(known), func(s qualify.Situation) bool {
		return s.Name != qualify.Nominal && !slices.Contains(asked, s.Name)
	})
}

// known finds the names that no situation has.
func (c *checker) known(flag string, asked []string, known []qualify.Situation) {
	names := make([]string, len(known))
	for i, s := range known {
		names[i] = s.Name
	}
	for _, name := range asked {
		if !slices.Contains(names, name) {
			c.fail(flag, name, "want one of %s", strings.Join(names, ", "))
		}
	}
}

// tell prints the report and writes those asked for.
func (c *rehearse) tell(r *run, report *qualify.Report) error {
	errs := []error{report.WriteText(r.Stdout)}
	for _, one := range []struct {
		path  string
		write func(io.Writer) error
	}{{c.JSON, report.WriteJSON}, {c.JUnit, report.WriteJUnit}, {c.HTML, report.WriteHTML}} {
		if one.path != "" {
			errs = append(errs, output(r, one.path, one.write))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	started := func(row qualify.Row) bool { return row.Verdict == qualify.NotStarted }
	if report.Counts.NotRun > 0 && r.ctx.Err() == nil {
		fmt.Fprintln(r.Stderr, "chorus-qualif: make the nominal situation pass first; --keep-going runs the others all the same")
	}
	switch {
	case slices.ContainsFunc(report.Rows, started):
		return ended(Misused)
	case !report.Passed:
		return ended(Failed)
	}
	return nil
}
