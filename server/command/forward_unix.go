//go:build unix

package command

import (
	"os"
	"syscall"
)

// polite asks a process to end.
func polite() os.Signal { return syscall.SIGTERM }

// forwarded are the signals that are somebody's wish.
func forwarded() []os.Signal {
	return []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGUSR1, syscall.SIGUSR2}
}

// typed are the signals that a terminal sends for a key, to all that runs in
// front.
func typed(s os.Signal) bool { return s == syscall.SIGINT || s == syscall.SIGQUIT }
