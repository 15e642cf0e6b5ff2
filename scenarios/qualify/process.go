package qualify

import (
	"context"
	"errors"
	"io/fs"
	"os/exec"
	"strings"
	"sync"
	"time"

	"chorus-qualif/server/clock"
)

// Exit codes of a command that could not be started, as a shell has them.
const (
	ExitCannotExecute = 126
	ExitNotFound      = 127
)

// ExitCode is that of a command after Wait or Run, as a shell has it: its own,
// 128 and the signal's number when a signal ended it, ExitNotFound or
// ExitCannotExecute when it could not be started.
func ExitCode(err error) int {
	var ended *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &ended):
		if number := signalOf(ended.ProcessState); number > 0 {
			return 128 + number
		}
		return ended.ExitCode()
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, fs.ErrNotExist):
		return ExitNotFound
	}
	return ExitCannotExecute
}

// grace is how long a command that was told to end has before it is killed.
const grace = 2 * time.Second

// outcome is what became of a command.
type outcome struct {
	// failed is why it did not start.
	failed error
	exit   int
	// signal is what ended it, 0 when it ended by itself.
	signal   int
	timedOut bool
	output   tail
	began    time.Time
	ended    time.Time
}

// execute runs a command without input, with everything it starts, until it ends
// or its time is over.
func execute(ctx context.Context, command, environ []string, timeout time.Duration, wall clock.Wall) *outcome {
	o := &outcome{}
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	cmd := exec.CommandContext(limited, command[0], command[1:]...)
	cmd.Env, cmd.Stdout, cmd.Stderr = environ, &o.output, &o.output
	cmd.WaitDelay = grace
	together(cmd)
	o.began = wall.Now()
	if o.failed = cmd.Start(); o.failed != nil {
		o.ended, o.exit = wall.Now(), ExitCode(o.failed)
		return o
	}
	err := cmd.Wait()
	o.ended = wall.Now()
	killRest(cmd)
	o.timedOut = ctx.Err() == nil && limited.Err() != nil
	o.signal = signalOf(cmd.ProcessState)
	if o.exit = cmd.ProcessState.ExitCode(); o.signal > 0 {
		o.exit = 128 + o.signal
	}
	_ = err // the state says it all; a pipe that a child left open is no failure
	return o
}

// maxTail is how much of a command's output is kept, in bytes.
const maxTail = 16 << 10

// tail keeps the end of what is written. It is safe for concurrent use.
type tail struct {
	mu      sync.Mutex
	kept    []byte
	written int
}

// Write implements io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.written += len(p)
	t.kept = append(t.kept, p[max(0, len(p)-maxTail):]...)
	if over := len(t.kept) - maxTail; over > 0 {
		t.kept = append(t.kept[:0], t.kept[over:]...)
	}
	return len(p), nil
}

// text is what was kept, without what no report could show.
func (t *tail) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	text := strings.ToValidUTF8(string(t.kept), "�")
	return strings.TrimSpace(strings.Map(func(c rune) rune {
		if c < ' ' && c != '\n' && c != '\t' || c == 0x7f || c == 0xfffe || c == 0xffff {
			return -1
		}
		return c
	}, text))
}
