package command

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"chorus-qualif/openapi"
	"chorus-qualif/scenarios"
	"chorus-qualif/scenarios/replay"
	"chorus-qualif/scenarios/result"
	"chorus-qualif/server/app"
	"chorus-qualif/server/clock"
)

// replayed is the command that replays scenarios.
type replayed struct {
	Sources []string `arg:"" optional:"" name:"scenario" help:"Files, directories, or names of the library; the whole library when none is given." placeholder:"FILE|DIR|NAME"`

	Target      string `group:"Target" help:"Replay against this address instead of in process: a running sandbox server, with --admin-target, or the real platform. [$$QUALIF_TARGET]" placeholder:"URL"`
	AdminTarget string `group:"Target" help:"The control API of the running server. [$$QUALIF_ADMIN_TARGET]" placeholder:"URL"`
	OauthTarget string `group:"Target" help:"Where the platform gives tokens, when that is elsewhere. [that of --target, $$QUALIF_OAUTH_TARGET]" placeholder:"URL"`
	AdminToken  string `group:"Target" help:"Bearer token of the control API. [$$QUALIF_ADMIN_TOKEN]" placeholder:"TOKEN"`
	Wait        string `group:"Target" default:"0s" help:"How long a step may really wait that moves the clock of a sandbox, on a platform that has none; a story ends before a longer one. [${default}, $$QUALIF_WAIT]" placeholder:"DURATION"`

	Input    []string `group:"Inputs" sep:"none" help:"An input, as name=value; repeatable. Those not given are looked for in $$QUALIF_INPUT_NAME." placeholder:"NAME=VALUE"`
	Inputs   string   `group:"Inputs" help:"YAML or JSON file of inputs, by name. [$$QUALIF_INPUTS]" placeholder:"FILE"`
	Seed     string   `group:"Inputs" default:"1" help:"What every generated value follows from; 0 leaves it to the files. [${default}, $$QUALIF_SEED]" placeholder:"N"`
	Workflow []string `group:"Choice" sep:"," help:"Only workflows of this id; repeatable." placeholder:"ID"`
	Tag      []string `group:"Choice" sep:"," help:"Only workflows with this tag; repeatable." placeholder:"TAG"`
	List     bool     `group:"Choice" help:"List the workflows, and run none."`

	Parallel string `group:"Run" default:"1" help:"How many workflows run at once; 0 is one for each processor. [${default}, $$QUALIF_PARALLEL]" placeholder:"N"`
	FailFast bool   `group:"Run" help:"Begin no workflow after one that did not pass."`
	Keep     bool   `group:"Run" help:"Leave the sandboxes as they are at the end, for a look; in process, until Ctrl-C."`

	replayReports `embed:""`
}

// reporter writes what a replay left, somewhere.
type reporter func(*result.Replay) error

// Run implements the command.
func (c *replayed) Run(r *run) error {
	set, err := openapi.Load()
	if err != nil {
		return err
	}
	k := &checker{source: r.source}
	o := c.options(k, r, set)
	files, failed := scenarios.Load(set, c.Sources...)
	if err := errors.Join(append(k.errs, failed)...); err != nil {
		return misuse{err}
	}
	stories, err := replay.Select(files, c.Workflow, c.Tag)
	if err != nil {
		return misuse{err}
	}
	if c.List {
		return listStories(r, stories)
	}
	warn(r, files)
	return c.replay(r, o, stories, c.reporters(r))
}

// options reads every flag; the mistakes are the checker's.
func (c *replayed) options(k *checker, r *run, set *openapi.Set) replay.Options {
	o := replay.Options{
		Tool: "chorus-qualif " + versionOf(r).Version, Contracts: set, Wall: clock.System(), Environment: r.Lookup, Inputs: c.inputs(k),
		Seed: k.number("seed", c.Seed, 0), Parallel: int(k.number("parallel", c.Parallel, 0)), FailFast: c.FailFast, Keep: c.Keep, Wait: k.duration("wait", c.Wait),
	}
	if o.Parallel == 0 {
		o.Parallel = runtime.NumCPU()
	}
	o.Target = replay.Target{
		Kind: result.InProcess, Platform: k.baseURL("target", c.Target), OAuth: k.baseURL("oauth-target", c.OauthTarget),
		Admin: k.baseURL("admin-target", c.AdminTarget), AdminToken: c.AdminToken,
	}
	switch {
	case c.Target != "" && c.AdminTarget != "":
		o.Target.Kind = result.Server
	case c.Target != "":
		o.Target.Kind = result.Platform
	case c.AdminTarget != "":
		k.fail("admin-target", c.AdminTarget, "needs --target too: the address of the same server's platform")
	case c.OauthTarget != "":
		k.fail("oauth-target", c.OauthTarget, "needs --target too: the address of the APIs")
	}
	return o
}

// inputs are those of the file, then those of the flags.
func (c *replayed) inputs(k *checker) map[string]any {
	all := map[string]any{}
	if c.Inputs != "" {
		text, err := os.ReadFile(c.Inputs)
		if err != nil {
			var at *os.PathError
			if errors.As(err, &at) {
				err = at.Err
			}
			k.fail("inputs", c.Inputs, "cannot be read: %v", err)
		} else if err := yaml.Unmarshal(text, &all); err != nil {
			k.fail("inputs", c.Inputs, "want a mapping of inputs: %s", strings.SplitN(yaml.FormatError(err, false, false), "\n", 2)[0])
		}
	}
	for _, given := range c.Input {
		name, value, ok := strings.Cut(given, "=")
		if !ok || name == "" {
			k.fail("input", given, "want name=value")
			continue
		}
		all[name] = value
	}
	return all
}

// replay runs the stories, prints what happens, and writes the reports.
func (c *replayed) replay(r *run, o replay.Options, stories []replay.Story, reports []reporter) error {
	var local *inProcess
	if o.Target.Kind != result.Server {
		var err error
		if local, err = startInProcess(o.Contracts, c.Keep); err != nil {
			return err
		}
		defer local.stop(r)
		if o.Target.Kind == result.Platform {
			o.Reference = &local.target
		} else {
			o.Target = local.target
		}
	}
	shown := newProgress(c.shownOn(r), len(stories))
	o.Watcher = shown
	replayer, err := replay.New(o)
	if err != nil {
		return misuse{err}
	}
	if err := replayer.Check(stories); err != nil {
		return misuse{err}
	}
	all := replayer.Run(r.ctx, stories)
	shown.summary(all)
	var errs []error
	for _, report := range reports {
		errs = append(errs, report(all))
	}
	if c.Keep && r.ctx.Err() == nil {
		shown.kept(all)
		if o.Target.Kind == result.InProcess {
			<-r.ctx.Done()
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	if !all.Passed() {
		return ended(Failed)
	}
	return nil
}

// inProcess is a sandbox server that lives as long as the replay.
type inProcess struct {
	app    *app.App
	target replay.Target
}

// The names under which the server in process is reached: results show them,
// and are the same each time, whatever port was free.
const (
	processPlatform = "platform.chorus-qualif.example"
	processAdmin    = "admin.chorus-qualif.example"
)

// processClock is where clocks stand that a scenario does not set: a Monday at
// nine.
const processClock = "2026-03-02T09:00:00+01:00"

// startInProcess starts a server on free ports. It is reached under names of its
// own, unless people are to reach it too.
func startInProcess(set *openapi.Set, forPeople bool) (*inProcess, error) {
	at, err := time.Parse(time.RFC3339, processClock)
	if err != nil {
		return nil, err
	}
	o := app.Options{Contracts: set, Clock: clock.Frozen, ClockAt: at}
	if !forPeople {
		o.PlatformURL, o.AdminHosts = "http://"+processPlatform, []string{processAdmin}
	}
	a, err := app.New(o)
	if err != nil {
		return nil, err
	}
	if err := a.Start(); err != nil {
		return nil, err
	}
	p := &inProcess{app: a, target: replay.Target{Kind: result.InProcess, Platform: a.PlatformURL(), Admin: a.AdminURL()}}
	if forPeople {
		return p, nil
	}
	p.target.Admin = "http://" + processAdmin
	places := map[string]string{processPlatform + ":80": a.Addr(), processAdmin + ":80": a.AdminAddr()}
	var dialer net.Dialer
	p.target.HTTP = &http.Client{Transport: &http.Transport{
		MaxIdleConnsPerHost: runtime.NumCPU(),
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, places[address])
		},
	}}
	return p, nil
}

// stop ends the server; what is still under way ends with the replay.
func (p *inProcess) stop(r *run) {
	const enough = 2 * time.Second
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.ctx), enough)
	defer cancel()
	if p.target.HTTP != nil {
		p.target.HTTP.CloseIdleConnections()
	}
	_ = p.app.Stop(ctx) // the process ends, whatever it says
}

// listStories prints the workflows, file by file.
func listStories(r *run, stories []replay.Story) error {
	var b strings.Builder
	file := ""
	for _, s := range stories {
		if s.File.Name != file {
			file = s.File.Name
			fmt.Fprintf(&b, "%s\t%s\n", strings.TrimSuffix(file, scenarios.Extension), s.File.Title)
		}
		fmt.Fprintf(&b, "  %s\t%s", s.Workflow.ID, s.Workflow.Summary)
		if len(s.Workflow.Tags) > 0 {
			fmt.Fprintf(&b, " [%s]", strings.Join(s.Workflow.Tags, ", "))
		}
		b.WriteString("\n")
	}
	_, err := fmt.Fprint(r.Stdout, aligned(b.String()))
	return err
}

// aligned puts what follows a tab into one column.
func aligned(text string) string {
	width := 0
	for line := range strings.Lines(text) {
		name, _, _ := strings.Cut(line, "\t")
		width = max(width, len([]rune(name)))
	}
	var b strings.Builder
	for line := range strings.Lines(text) {
		name, rest, _ := strings.Cut(line, "\t")
		fmt.Fprintf(&b, "%-"+strconv.Itoa(width)+"s  %s", name, rest)
	}
	return b.String()
}

// warn prints what the files' readers had to say that is no mistake.
func warn(r *run, files []*scenarios.File) {
	for _, f := range files {
		for _, w := range f.Warnings {
			fmt.Fprintln(r.Stderr, "chorus-qualif: warning:", w.Error())
		}
	}
}
