// Package command is the command line: it reads flags, environment and file,
// and calls the parts that do the work.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"chorus-qualif/server/command/control"
)

// Exit codes.
const (
	// OK is success, also after SIGTERM.
	OK = 0
	// Failed is a command that was understood and did not succeed.
	Failed = 1
	// Misused is a mistake in flags, environment or files: nothing was started.
	Misused = control.Misused
	// NoServer is an address where no server answers.
	NoServer = control.NoServer
)

// Environment is what a run gets from the outside.
type Environment struct {
	Args   []string
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
	// Lookup reads a variable of the environment.
	Lookup func(name string) (value string, ok bool)
	// Version is set by the build; "dev" when it is not.
	Version string
}

// grammar is every command; the one that runs without a name is serve.
type grammar struct {
	Serve    serve    `kong:"cmd,default='withargs',set='addr=127.0.0.1:8080',set='admin_addr=127.0.0.1:8081',set='mail_addr=127.0.0.1:8025',set='smtp_addr=127.0.0.1:1025',set='log_level=info',help='Start the sandbox server (what happens with no command too).'"`
	Exec     execute  `kong:"cmd,set='addr=127.0.0.1:0',set='admin_addr=127.0.0.1:0',set='mail_addr=127.0.0.1:0',set='smtp_addr=127.0.0.1:0',set='log_level=error',help='Run a command beside a sandbox server of its own, with all it needs in its environment.'"`
	Qualify  rehearse `kong:"cmd,set='addr=127.0.0.1:0',set='admin_addr=127.0.0.1:0',set='mail_addr=127.0.0.1:0',set='smtp_addr=127.0.0.1:0',set='log_level=error',help='Run the test command of a client in each situation that clients meet, and tell what it survives.'"`
	Replay   replayed `cmd:"" help:"Replay scenarios: in process, against a running server, or against the real platform."`
	Record   recorded `cmd:"" control:"" help:"Turn what was done in a sandbox of a running server into a scenario that does it again." example:"record --sandbox demo -o scenarios/mine.arazzo.yaml; record --sandbox demo --last 5"`
	Readyz   readyz   `cmd:"" help:"Tell whether a running server is ready: exit code 0 when it is."`
	Fixtures dataSets `cmd:"" help:"Check, convert and generate data sets (matelas de données)."`
	Version  version  `cmd:"" help:"Print the version."`

	control.Commands

	Completion completion `cmd:"" help:"Print the code that lets a shell complete what is typed: bash, zsh or fish."`
	Complete   complete   `cmd:"" hidden:"" passthrough:"" help:"Print what may come next, for the shells."`
}

const about = `A simulator of the qualification environment of Chorus Pro around the technical account (compte technique): point an API client
at it and rehearse what the real platform never lets you rehearse. It is not the State's portal.`

// misuse is an error that ends with exit code Misused.
type misuse struct{ error }

// Unwrap is the error itself.
func (m misuse) Unwrap() error { return m.error }

// ExitCode implements kong.ExitCoder.
func (misuse) ExitCode() int { return Misused }

// run is one execution of the program.
type run struct {
	Environment
	ctx context.Context
	// source tells where the value of a flag came from.
	source func(flag string) string
}

// Run executes a command line until it ends or the context does, and returns
// the exit code.
func Run(ctx context.Context, env Environment) int {
	var g grammar
	exit := -1
	file := configFile{lookup: env.Lookup, args: env.Args}
	parser, err := kong.New(&g,
		kong.Name("chorus-qualif"), kong.Description(about), kong.UsageOnError(),
		kong.Writers(env.Stdout, env.Stderr), kong.Exit(func(code int) { exit = code }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true, WrapUpperBound: 120}),
		kong.Resolvers(&file),
	)
	if err != nil {
		fmt.Fprintln(env.Stderr, "chorus-qualif:", err)
		return Misused
	}
	control.Teach(parser.Model)
	if err := file.load(); err != nil {
		return report(env, misuse{err})
	}
	parsed, err := parser.Parse(env.Args)
	if exit >= 0 {
		return exit // --help has been shown
	}
	if err != nil {
		return report(env, misuse{err})
	}
	r := &run{Environment: env, ctx: ctx, source: sources(parsed, env.Lookup, &file)}
	if err := file.unknown(parsed.Model); err != nil {
		return report(env, misuse{err})
	}
	return report(env, parsed.Run(r, r.control(), parser.Model))
}

// report prints every mistake on its own line and chooses the exit code.
func report(env Environment, err error) int {
	if err == nil {
		return OK
	}
	var code ended
	if errors.As(err, &code) {
		return int(code)
	}
	for line := range strings.SplitSeq(err.Error(), "\n") {
		fmt.Fprintln(env.Stderr, "chorus-qualif:", line)
	}
	var coder kong.ExitCoder
	if errors.As(err, &coder) {
		return coder.ExitCode()
	}
	return Failed
}

// sources tells where each flag's value came from, in the order that decides:
// the command line, the environment, the file, the default.
func sources(parsed *kong.Context, lookup func(string) (string, bool), file *configFile) func(string) string {
	given := map[string]bool{}
	for _, path := range parsed.Path {
		if path.Flag != nil && !path.Resolved {
			given[path.Flag.Name] = true
		}
	}
	node := parsed.Selected()
	return func(flag string) string {
		name := envName(flag)
		if given[flag] {
			return "flag --" + flag
		}
		if node != nil && slices.ContainsFunc(node.Positional, func(p *kong.Positional) bool { return p.Name == flag }) {
			return "argument " + flag
		}
		if node == nil || control.Outside(node, flag) {
			if _, ok := lookup(name); ok {
				return "environment variable " + name
			}
			if _, ok := file.values[flag]; ok {
				return flag + " in file " + file.path
			}
		}
		return "default of --" + flag
	}
}

// envName is the variable of the environment that stands for a flag.
func envName(flag string) string {
	return "QUALIF_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// terminal tells whether a writer is a person's terminal.
func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
