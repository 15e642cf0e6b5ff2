package qualify

import (
	"regexp"
	"time"

	"chorus-qualif/server/client"
)

// Expectation is what a good client does in a situation.
type Expectation string

// The expectations.
const (
	// Survive: it gets over what happens by itself, and its command ends with
	// exit code 0.
	Survive Expectation = "survive"
	// Stop: nothing that it could do helps, so its command ends with another
	// exit code, soon, after a message, and without sending refused
	// credentials again and again.
	Stop Expectation = "stop"
	// Either of them is fine.
	Either Expectation = "either"
)

// Nominal is the situation in which nothing happens.
const Nominal = "nominal"

// Situation is something that a client of the real platform meets.
type Situation struct {
	// Name is that of the sandbox too: letters, digits, hyphens.
	Name string
	// Happens says what happens, Good what a good client does then, Advice
	// what to change in one that does not. Each is a sentence or two.
	Happens, Good, Advice string
	Expect                Expectation
	// Met lists the codes of X-Sandbox-Explain that prove that the client has
	// met the situation. They are refusals, unless Retries is negative.
	Met []string
	// Retries bounds the calls answered with one of Met that follow each other
	// after the first one. More is hammering; negative is no bound.
	Retries int
	// Within is how soon after the first of them a client that is expected to
	// stop has done so, on the machine's clock.
	Within time.Duration
	// Says, when it is not nil, must match what a client that stops has
	// written.
	Says *regexp.Regexp
	// Profiles are the portal generations in which it can happen; empty is all.
	Profiles []string
	// Clock is how the sandbox's clock starts.
	Clock client.ClockSpec
	// Switches are those of the sandbox.
	Switches map[string]string
	// Prepare is done before the command starts, in order.
	Prepare []Step
	// Faults go wrong while it runs, by name.
	Faults map[string]Fault
}

// Step prepares a sandbox: exactly one of its fields is given.
type Step struct {
	// Advance is a length of time (30m, P424D) that passes.
	Advance string
	// PasswordExpiry moves the clock to the expiry of the account's password,
	// so much before it (-10m) or after (1m).
	PasswordExpiry string
	// Portal is what the gestionnaire principal does to the account that the
	// command is given: reset, deactivate or activate; or create, and the
	// command is given the account that this makes.
	Portal string
	// Application changes the PISTE application.
	Application *client.ApplicationSpec
}

// Fault is a fault as the control API takes it (FaultSpec), in which the number
// of a call may be the text "mid": the first one after those that are let
// through.
type Fault map[string]any

// The bounds of a situation that says nothing of them.
const (
	// DefaultStopRetries is what a retry policy of three attempts needs, and
	// one more.
	DefaultStopRetries = 3
	// DefaultSurviveRetries leaves room for more attempts, which will succeed.
	DefaultSurviveRetries = 5
	// DefaultWithin leaves room for retries with growing pauses.
	DefaultWithin = 30 * time.Second
)
