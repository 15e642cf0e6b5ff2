package control

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"chorus-qualif/server/client"
	"chorus-qualif/server/command/control/table"
)

type sandboxes struct {
	Remote remote `embed:""`

	List        sandboxesList        `cmd:"" help:"List the sandboxes." example:"sandboxes list; sandboxes list --search test- --json"`
	Create      sandboxesCreate      `cmd:"" help:"Create a sandbox, or set it anew: the same flags always lead to the same sandbox." example:"sandboxes create demo --clock frozen@2026-03-01T09:00:00+01:00; sandboxes create demo --seed 7 --profile cpp-2020 --switch gateway.realm=by-route"`
	Show        sandboxesShow        `cmd:"" help:"Show a sandbox: its settings, its clock, how much is in it." example:"sandboxes show demo"`
	Credentials sandboxesCredentials `cmd:"" help:"Give all that a client needs to call a sandbox." example:"sandboxes credentials demo; sandboxes credentials demo --format dotenv"`
	Reset       sandboxesReset       `cmd:"" help:"Start a sandbox again, from what it was created with." example:"sandboxes reset demo"`
	Fork        sandboxesFork        `cmd:"" help:"Copy the sandbox under another name." example:"sandboxes fork test-17 --sandbox demo; sandboxes fork test-18 --sandbox demo --snapshot ready"`
	Snapshot    sandboxesSnapshot    `cmd:"" help:"Keep the sandbox as it is, under a name." example:"sandboxes snapshot ready --sandbox demo"`
	Snapshots   sandboxesSnapshots   `cmd:"" help:"List the snapshots of the sandbox." example:"sandboxes snapshots --sandbox demo"`
	Restore     sandboxesRestore     `cmd:"" help:"Take the sandbox back to a snapshot, its clock too." example:"sandboxes restore ready --sandbox demo"`
	Forget      sandboxesForget      `cmd:"" help:"Forget a snapshot of the sandbox." example:"sandboxes forget ready --sandbox demo"`
	Delete      sandboxesDelete      `cmd:"" help:"Delete sandboxes; one that does not exist is no error." example:"sandboxes delete demo test-17"`
}

type sandboxesList struct {
	Search string `help:"Only names that contain this." placeholder:"TEXT"`
	After  string `help:"Only names after this one." placeholder:"NAME"`
	Limit  string `default:"100" help:"How many at most, up to 1000. [${default}]" placeholder:"N"`
}

// Run implements the command.
func (c *sandboxesList) Run(r *Run, g *sandboxes) error {
	k := read(r)
	query := client.SandboxQuery{Search: c.Search, After: c.After, Limit: int(k.whole("limit", c.Limit, 1))}
	if err := k.wrong(); err != nil {
		return err
	}
	return talk(r, &g.Remote, func(s *session) (client.SandboxPage, error) { return s.client.Sandboxes(s.Context, query) },
		func(s *session, page client.SandboxPage) error {
			t := table.New("NAME", "PROFILE", "CLOCK", "NOW", "ACCOUNTS", "MAILS", "EVENTS", "NEXT")
			for _, i := range page.Sandboxes {
				t.Add(i.Name, i.Profile, i.Clock.Mode, moment(i.Clock.Now), i.TechnicalAccounts, i.Mails, i.Events, due(i.Clock.Next))
			}
			if err := s.print(t, "no sandboxes"); err != nil || page.Next == "" {
				return err
			}
			return s.more(page.Next)
		})
}

type sandboxesCreate struct {
	Name     string   `arg:"" help:"1 to 63 letters, digits, dots, underscores or hyphens." placeholder:"NAME" complete:"sandbox"`
	Seed     string   `help:"Everything generated follows from it. [the server's]" placeholder:"N"`
	Profile  string   `help:"Portal generation: portail-2022 or cpp-2020. [the server's]" placeholder:"NAME" complete:"profile"`
	Clock    string   `help:"How the clock starts: real, frozen, frozen@INSTANT, offset@INSTANT, or a number of virtual seconds a second. [the server's]" placeholder:"CLOCK" complete:"clock"`
	Fixtures string   `help:"A data set: a file, our YAML or the portal's CSV, or the name of one that the server knows. [the server's]" placeholder:"FILE|NAME" complete:"file"`
	Switch   []string `help:"Behaviour to change, as key=value; repeatable." placeholder:"KEY=VALUE" complete:"switch" sep:","`
}

// Run implements the command.
func (c *sandboxesCreate) Run(r *Run, g *sandboxes) error {
	k := read(r)
	spec := client.Spec{
		Seed: k.whole("seed", c.Seed, 1), Profile: c.Profile, Clock: k.clock(c.Clock), Fixtures: k.fixtures(c.Fixtures), Switches: k.pairs("switch", c.Switch),
	}
	if err := k.wrong(); err != nil {
		return err
	}
	return talk(r, &g.Remote, func(s *session) (client.SandboxInfo, error) { return s.client.Sandbox(c.Name).Put(s.Context, spec) }, showSandbox)
}

// clock reads real, frozen, frozen@INSTANT, offset@INSTANT or a rate.
func (g *reader) clock(value string) *client.ClockSpec {
	mode, at, dated := strings.Cut(value, "@")
	_, err := strconv.ParseFloat(mode, 64)
	switch {
	case value == "":
		return nil
	case dated && (mode == "frozen" || mode == "offset"):
		return &client.ClockSpec{Mode: mode, At: g.instant("clock", at)}
	case value == "real" || value == "frozen":
		return &client.ClockSpec{Mode: mode}
	case err == nil:
		return &client.ClockSpec{Mode: "scaled", Rate: g.rate("clock", mode), At: g.instant("clock", at)}
	}
	g.fail("clock", value, "real, frozen, frozen@INSTANT, offset@INSTANT or a rate such as 60")
	return nil
}

// fixtures reads a file where there is one, and takes the text for a name
// otherwise.
func (g *reader) fixtures(value string) client.Fixtures {
	extension := strings.ToLower(filepath.Ext(value))
	isFile := slices.Contains([]string{".yaml", ".yml", ".csv"}, extension) || strings.ContainsRune(value, filepath.Separator)
	if !isFile {
		return client.Fixtures{Name: value}
	}
	text, err := os.ReadFile(value)
	switch {
	case err != nil:
		g.errs = append(g.errs, fmt.Errorf("%s: %w", g.source("fixtures"), err))
	case extension == ".csv":
		return client.Fixtures{CSV: string(text)}
	}
	return client.Fixtures{YAML: string(text)}
}

// pairs reads key=value.
func (g *reader) pairs(flag string, given []string) map[string]string {
	all := map[string]string{}
	for _, text := range given {
		key, value, ok := strings.Cut(text, "=")
		if !ok || key == "" {
			g.fail(flag, text, "key=value")
		}
		all[key] = value
	}
	return all
}

type sandboxesShow struct {
	Name *string `arg:"" optional:"" help:"The sandbox; that of --sandbox when absent." placeholder:"NAME" complete:"sandbox"`
}

// Run implements the command.
func (c *sandboxesShow) Run(r *Run, g *sandboxes) error {
	at, err := g.about(r, c.Name)
	if err != nil {
		return err
	}
	return talk(r, at, func(s *session) (client.SandboxInfo, error) { return s.sandbox.Get(s.Context) }, showSandbox)
}

// about is the remote with the sandbox that was named as an argument, if one was.
func (g *sandboxes) about(r *Run, name *string) (*remote, error) {
	at := g.Remote
	if name != nil {
		k := read(r)
		if at.Sandbox = *name; at.Sandbox == "" {
			k.fail("name", "", "the name of a sandbox")
		}
		return &at, k.wrong()
	}
	return &at, nil
}

func showSandbox(s *session, i client.SandboxInfo) error {
	t := card("name", i.Name, "seed", i.Seed, "profile", i.Profile, "clock", clockWords(i.Clock), "now", moment(i.Clock.Now), "next", due(i.Clock.Next),
		"data set", fmt.Sprintf("%s: %d structures, %d people", i.DataSet.Name, i.DataSet.Structures, i.DataSet.People),
		"technical accounts", i.TechnicalAccounts, "mails", i.Mails, "events", i.Events)
	label := "switches"
	for _, key := range slices.Sorted(maps.Keys(i.Switches)) {
		t.Add(table.Cell{Text: label, Style: table.Subtle}, key+"="+i.Switches[key])
		label = ""
	}
	return t.Print(s.screen())
}

func clockWords(c client.Clock) string {
	if c.Mode == "scaled" {
		return fmt.Sprintf("%s, %g seconds a second", c.Mode, c.Rate)
	}
	return c.Mode
}

type sandboxesReset struct {
	Name *string `arg:"" optional:"" help:"The sandbox; that of --sandbox when absent." placeholder:"NAME" complete:"sandbox"`
}

// Run implements the command.
func (c *sandboxesReset) Run(r *Run, g *sandboxes) error {
	at, err := g.about(r, c.Name)
	if err != nil {
		return err
	}
	return talk(r, at, func(s *session) (client.SandboxInfo, error) { return s.sandbox.Reset(s.Context) }, showSandbox)
}

type sandboxesFork struct {
	As       string `arg:"" help:"Name of the copy; a sandbox of that name is replaced." placeholder:"NAME"`
	Snapshot string `help:"Copy this snapshot of the sandbox. [as it is now]" placeholder:"NAME" complete:"snapshot"`
}

// Run implements the command.
func (c *sandboxesFork) Run(r *Run, g *sandboxes) error {
	return talk(r, &g.Remote, func(s *session) (client.SandboxInfo, error) { return s.sandbox.Fork(s.Context, c.As, c.Snapshot) }, showSandbox)
}

type sandboxesSnapshot struct {
	Name string `arg:"" help:"Name of the snapshot; one of that name is replaced." placeholder:"SNAPSHOT" complete:"snapshot"`
}

// Run implements the command.
func (c *sandboxesSnapshot) Run(r *Run, g *sandboxes) error {
	return talk(r, &g.Remote, func(s *session) (client.Snapshot, error) { return s.sandbox.Snapshot(s.Context, c.Name) },
		func(s *session, kept client.Snapshot) error { return listSnapshots(s, []client.Snapshot{kept}) })
}

type sandboxesSnapshots struct{}

// Run implements the command.
func (c *sandboxesSnapshots) Run(r *Run, g *sandboxes) error {
	return talk(r, &g.Remote, func(s *session) ([]client.Snapshot, error) { return s.sandbox.Snapshots(s.Context) }, listSnapshots)
}

func listSnapshots(s *session, all []client.Snapshot) error {
	t := table.New("SNAPSHOT", "AT", "EVENTS")
	for _, each := range all {
		t.Add(each.Name, moment(each.At), each.Events)
	}
	return s.print(t, "no snapshots")
}

type sandboxesRestore struct {
	Snapshot string `arg:"" help:"Name of the snapshot." placeholder:"SNAPSHOT" complete:"snapshot"`
}

// Run implements the command.
func (c *sandboxesRestore) Run(r *Run, g *sandboxes) error {
	return talk(r, &g.Remote, func(s *session) (client.SandboxInfo, error) { return s.sandbox.Restore(s.Context, c.Snapshot) }, showSandbox)
}

type sandboxesForget struct {
	Snapshot string `arg:"" help:"Name of the snapshot." placeholder:"SNAPSHOT" complete:"snapshot"`
}

// Run implements the command.
func (c *sandboxesForget) Run(r *Run, g *sandboxes) error {
	return talk(r, &g.Remote, func(s *session) (nothing, error) { return done(s.sandbox.DeleteSnapshot(s.Context, c.Snapshot)) },
		say("there is no snapshot %s any more", c.Snapshot))
}

type sandboxesDelete struct {
	Names []string `arg:"" name:"name" help:"The sandboxes." placeholder:"NAME" complete:"sandbox"`
}

// Run implements the command.
func (c *sandboxesDelete) Run(r *Run, g *sandboxes) error {
	return talk(r, &g.Remote, func(s *session) (nothing, error) {
		for _, name := range c.Names {
			if err := s.client.Sandbox(name).Delete(s.Context); err != nil {
				return nothing{}, err
			}
		}
		return nothing{}, nil
	}, say("deleted: %s", strings.Join(c.Names, ", ")))
}
