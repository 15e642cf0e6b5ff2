package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"slices"

	"golang.org/x/term"
)

// passThrough runs a command in our place: it has our standard input, output and
// error, and the signals that we get.
func passThrough(r *run, h *host, command, environ []string) error {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = environ, r.Stdin, r.Stdout, r.Stderr
	signals := make(chan os.Signal, 16)
	if wanted := slices.DeleteFunc(forwarded(), signal.Ignored); len(wanted) > 0 {
		signal.Notify(signals, wanted...)
		defer signal.Stop(signals)
	}
	if r.ctx.Err() != nil { // by a signal that came before these were ours
		return errInterrupted
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	over := make(chan error, 1)
	go func() { over <- cmd.Wait() }()
	keyboard := onTerminal(r.Stdin)
	cancelled := r.ctx.Done()
	for {
		select {
		case err := <-over:
			return err
		case got := <-signals:
			if keyboard && typed(got) {
				continue // the terminal has sent it to the command itself
			}
			_ = cmd.Process.Signal(got) // it may have ended meanwhile
		case <-cancelled:
			cancelled = nil
			if context.Cause(r.ctx) == context.Canceled { // by a caller; a signal has a cause of its own
				_ = cmd.Process.Signal(polite())
			}
		case err := <-h.app.Failed():
			fmt.Fprintf(r.Stderr, "chorus-qualif: %v\n", err)
		}
	}
}

var errInterrupted = errors.New("interrupted before the command was started")

// ran tells whether a command was started.
func ran(err error) bool {
	var over *exec.ExitError
	return err == nil || errors.As(err, &over)
}

// onTerminal tells whether a reader is a person's terminal.
func onTerminal(in io.Reader) bool {
	f, ok := in.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
