// Command chorus-qualif simulates the qualification environment of Chorus Pro
// around the technical account, so that API clients can be tested without it.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"chorus-qualif/server/command"
)

// version is set by the build: -ldflags "-X main.version=1.2.3".
var version = ""

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// Once the first signal is taken, the next one has its usual effect: the
	// process ends at once.
	context.AfterFunc(ctx, stop)
	os.Exit(command.Run(ctx, command.Environment{
		Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Lookup: os.LookupEnv, Version: version,
	}))
}
