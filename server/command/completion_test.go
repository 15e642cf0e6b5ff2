package command_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"chorus-qualif/server/command"
)

// TestMain lets the test binary be the program, for shells to run.
func TestMain(m *testing.M) {
	if os.Getenv("COMMAND_TEST_PROGRAM") == "" {
		os.Exit(m.Run())
	}
	os.Exit(command.Run(context.Background(), command.Environment{
		Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Lookup: os.LookupEnv,
	}))
}

// install puts the program in a directory of its own and returns the environment
// of a shell that finds it first.
func (s *shell) install(t *testing.T) []string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	script := fmt.Sprintf("#!/bin/sh\nCOMMAND_TEST_PROGRAM=1 exec '%s' \"$@\"\n", self)
	if err := os.WriteFile(filepath.Join(dir, "chorus-qualif"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	environment := []string{"PATH=" + dir + ":" + os.Getenv("PATH"), "HOME=" + dir, "TERM=xterm", "LC_ALL=C.UTF-8", "HISTFILE="}
	for name, value := range s.variables {
		environment = append(environment, name+"="+value)
	}
	return environment
}

// offered are the candidates for the last of some words, without their meaning.
func (s *shell) offered(t *testing.T, words ...string) []string {
	t.Helper()
	got := s.words(append([]string{"complete"}, words...)...)
	if got.code != command.OK || got.errors != "" {
		t.Fatalf("%q: exit code %d, %s", words, got.code, got.errors)
	}
	var all []string
	for line := range strings.Lines(got.out) {
		value, _, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		all = append(all, value)
	}
	return all
}

func TestWhatMayComeNext(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.done(t, "sandboxes create zebra --clock frozen@2026-03-01T09:00:00+01:00")
	for line, want := range map[string][]string{
		"clo":                                     {"clock"},
		"sandboxes ":                              {"list", "create", "show", "credentials", "reset", "fork", "snapshot", "snapshots", "restore", "forget", "delete"},
		"clock un":                                {"until"},
		"clock until ":                            {"event", "mail", "state", "invoice", "flow"},
		"clock until state TECH_1_4178":           {"TECH_1_41783652090157@cpro.fr"},
		"clock until state x AC":                  {"ACTIF"},
		"clock until state x ACTIF --de":          {"--deadline"},
		"sandboxes show ze":                       {"zebra"},
		"sandboxes show zebra ":                   nil,
		"sandboxes delete zebra d":                {"default"},
		"sandboxes --sandbox zebra res":           {"reset", "restore"},
		"sandboxes restore --sandbox ze":          {"zebra"},
		"sandboxes restore --sandbox=ze":          {"--sandbox=zebra"},
		"sandboxes credentials --format d":        {"dotenv"},
		"sandboxes credentials --format=":         {"--format=curl", "--format=dotenv", "--format=env", "--format=json", "--format=table"},
		"sandboxes create a --profile c":          {"cpp-2020"},
		"sandboxes create a --switch mail.con":    {"mail.contact-change=off", "mail.contact-change=on"},
		"sandboxes create a --fixtures ":          {":file"},
		"sandboxes create a --clock f":            {"frozen", "frozen@"},
		"faults on gateway-f":                     {"gateway-flaky"},
		"faults on a --kind server":               {"server-error"},
		"requests list --operation rechercherStr": {"rechercherStructure"},
		"completion ":                             {"bash", "fish", "zsh"},
		"fixtures validate ":                      {":file"},
		"fixtures generate --output ":             {":file"},
		"fixtures generate -o ":                   {":file"},
		"mails show --as r":                       {"raw"},
		"clock advance -- ":                       {"1h", "30m", "P1D", "P424D", "P60D", "idle", "next"},
		"nonsense ":                               nil,
		"comp":                                    {"completion"},
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			got := s.offered(t, strings.Split(line, " ")...)
			if !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestWhatMayComeNextComesFromTheServer(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.variables["QUALIF_SANDBOX"] = "zebra"
	s.done(t, "sandboxes create zebra --clock frozen@2026-03-01T09:00:00+01:00")
	s.done(t, "sandboxes snapshot ready")
	s.done(t, "faults on slow --kind latency --set fixed=1ms")
	for line, want := range map[string]string{
		"sandboxes restore ": "ready", "faults off ": "slow", "clock until event technical-account-d": "technical-account-deactivated",
		"sandboxes show --": "--sandbox", "serve --ad": "--addr", "--ad": "--addr", "clock fire ": "1", "mails list --kind ": "",
		"requests list --code password": "", "requests show ": "", "mails show mail": "",
	} {
		if got := s.offered(t, strings.Split(line, " ")...); want != "" && !slices.Contains(got, want) {
			t.Errorf("%s: got %q, want %q in it", line, got, want)
		}
	}
	if got := s.offered(t, "sandboxes", "show", "--json", "--j"); len(got) != 0 {
		t.Errorf("a flag that is there already: got %q", got)
	}
	if got := s.run("complete"); got.code != command.OK || got.out != "" {
		t.Errorf("nothing typed: got %+v", got)
	}
	s.variables["QUALIF_ADMIN_URL"] = nobody(t)
	if got := s.offered(t, "sandboxes", "show", ""); len(got) != 0 {
		t.Errorf("no server: got %q", got)
	}
}

// typed is what a person types in a shell on a terminal, and what comes back.
func (s *shell) typed(t *testing.T, interpreter, keys string) string {
	t.Helper()
	need(t, "script")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "script", "-qec", interpreter, "/dev/null")
	cmd.Env, cmd.Dir = s.install(t), t.TempDir()
	if err := os.WriteFile(filepath.Join(cmd.Dir, "somefile.yaml"), []byte("structures: []\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd.Stdin = strings.NewReader(keys)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", interpreter, err, out.String())
	}
	return out.String()
}

// Each line ends in what only the right completion makes the program print.
func TestCompletionInBash(t *testing.T) {
	t.Parallel()
	need(t, "bash")
	s := open(t)
	s.done(t, "sandboxes create zebra --clock frozen@2026-03-01T09:00:00+01:00")
	got := s.typed(t, "bash --norc -i", strings.Join([]string{
		"source <(chorus-qualif completion bash)",
		"chorus-qualif clo\tsh\t--san\tze\t", // commands, a flag and its value, each with its space
		"chorus-qualif accounts explain --sandbox=ze\tTECH_1_4178\t",
		"chorus-qualif sandboxes create file-a --fixtures some\t",
		"chorus-qualif sandboxes create file-b --fixtures=some\t",
		"exit 0", "",
	}, "\n"))
	for _, want := range []string{"now    2026-03-01T09:00:00+01:00", "login        TECH_1_41783652090157@cpro.fr", "name                file-a", "name                file-b"} {
		if !strings.Contains(got, want) {
			t.Errorf("got\n%s\nwithout %q", got, want)
		}
	}
}

func TestCompletionInFish(t *testing.T) {
	t.Parallel()
	need(t, "fish")
	s := open(t)
	s.done(t, "sandboxes create zebra --clock frozen@2026-03-01T09:00:00+01:00")
	for line, want := range map[string]string{
		"chorus-qualif clock sh":                                     "show\tRead the clock",
		"chorus-qualif clock show --sandbox ze":                      "zebra\t2026-03-01",
		"chorus-qualif clock show --sandbox=ze":                      "--sandbox=zebra\t2026-03-01",
		"chorus-qualif accounts explain --sandbox zebra TECH_1_4178": "TECH_1_41783652090157@cpro.fr\tACTIF",
		"chorus-qualif sandboxes create a --fixtures some":           "somefile.yaml",
	} {
		cmd := exec.CommandContext(t.Context(), "fish", "--no-config", "-c", "chorus-qualif completion fish | source; complete -C '"+line+"'")
		cmd.Env, cmd.Dir = s.install(t), t.TempDir()
		if err := os.WriteFile(filepath.Join(cmd.Dir, "somefile.yaml"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := cmd.CombinedOutput(); err != nil || !strings.HasPrefix(string(out), want) {
			t.Errorf("%s: got %s %v, want %q", line, out, err, want)
		}
	}
}

func TestCompletionInZsh(t *testing.T) {
	t.Parallel()
	need(t, "zsh")
	s := open(t)
	s.done(t, "sandboxes create zebra --clock frozen@2026-03-01T09:00:00+01:00")
	got := s.typed(t, "zsh -f -i", strings.Join([]string{
		"autoload -Uz compinit && compinit -u -D",
		"source <(chorus-qualif completion zsh)",
		"chorus-qualif clo\tsh\t--san\tze\t",
		"chorus-qualif accounts explain --sandbox=ze\tTECH_1_4178\t",
		"chorus-qualif sandboxes create file-a --fixtures some\t",
		"chorus-qualif sandboxes create file-b --fixtures=some\t",
		"exit 0", "",
	}, "\n"))
	for _, want := range []string{"now    2026-03-01T09:00:00+01:00", "login        TECH_1_41783652090157@cpro.fr", "name                file-a", "name                file-b"} {
		if !strings.Contains(got, want) {
			t.Errorf("got\n%s\nwithout %q", got, want)
		}
	}
}

// Every example is a command line that the program takes.
func TestTheHelpHasAnExampleOfEachCommand(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.done(t, "sandboxes create demo --clock frozen@2026-03-01T09:00:00+01:00")
	all, err := command.Commands()
	if err != nil {
		t.Fatal(err)
	}
	groups := []string{"sandboxes", "clock", "mails", "requests", "faults", "accounts", "events", "explain", "applications", "webhooks"}
	taught := 0
	for i, words := range all {
		if len(words) < 2 || !slices.Contains(groups, words[0]) || (i+1 < len(all) && len(all[i+1]) > len(words)) {
			continue // not one of these, or a group of others
		}
		help := s.done(t, strings.Join(words, " ")+" --help")
		_, examples, found := strings.Cut(help, "For example:\n")
		if !found {
			t.Errorf("%v: no example in\n%s", words, help)
		}
		for line := range strings.Lines(examples) {
			example, ok := strings.CutPrefix(strings.TrimSpace(line), "chorus-qualif ")
			if !ok {
				continue
			}
			taught++
			if !strings.HasPrefix(example, strings.Join(words, " ")) {
				t.Errorf("%v: %q is of another command", words, example)
			}
			example, _, _ = strings.Cut(example, " >")
			if got := s.run("complete " + example); got.code != command.OK {
				t.Errorf("%s: %s", example, got.errors)
			}
			s.parses(t, strings.ReplaceAll(example, "'", ""))
		}
	}
	if taught < 40 {
		t.Errorf("got %d examples", taught)
	}
}

// parses runs an example where no server is: it is well made when it gets as far
// as that.
func (s *shell) parses(t *testing.T, example string) {
	t.Helper()
	alone := shell{variables: map[string]string{"QUALIF_ADMIN_URL": nobody(t)}, ctx: t.Context()}
	if got := alone.run(example); got.code == command.Misused {
		t.Errorf("%s: %s", example, got.errors)
	}
}
