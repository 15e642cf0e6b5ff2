//go:build !unix

package command

import "os"

// polite asks a process to end, as well as the system lets one.
func polite() os.Signal { return os.Kill }

// forwarded are the signals that are somebody's wish.
func forwarded() []os.Signal { return []os.Signal{os.Interrupt} }

// typed are the signals that a terminal sends for a key.
func typed(os.Signal) bool { return true }
