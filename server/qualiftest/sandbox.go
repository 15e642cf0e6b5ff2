package qualiftest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"chorus-qualif/server/client"
)

// Sandbox is one test's sandbox. Its methods end the test when they fail, but
// for Verify, which marks it failed and lets it go on.
type Sandbox struct {
	// API has every call of the control API on the sandbox, with their errors.
	API *client.Sandbox

	t      TB
	server *Server
}

// Name is the sandbox's name, for the header X-Sandbox.
func (sb *Sandbox) Name() string { return sb.API.Name() }

// fatal ends the test unless the error is nil.
func (sb *Sandbox) fatal(what string, err error) {
	sb.t.Helper()
	if err != nil {
		sb.t.Fatalf("sandbox %s: %s: %v", sb.Name(), what, explained(err))
	}
}

// Info shows the sandbox's settings, its clock and how much is in it.
func (sb *Sandbox) Info() client.SandboxInfo {
	sb.t.Helper()
	info, err := sb.API.Get(sb.t.Context())
	sb.fatal("show", err)
	return info
}

// Now is the sandbox's present instant.
func (sb *Sandbox) Now() time.Time {
	sb.t.Helper()
	clock, err := sb.API.Clock(sb.t.Context())
	sb.fatal("clock", err)
	return clock.Now
}

// Advance moves the clock by an exact length of time; what is due on the way
// happens. For days on the calendar, give [client.Span] to Until.
func (sb *Sandbox) Advance(by time.Duration) client.Advanced {
	sb.t.Helper()
	return sb.Until(client.By(by))
}

// Until moves the clock as a step says: [client.UntilState],
// [client.UntilFacture], [client.UntilFlux], [client.UntilEvent],
// [client.UntilMail], [client.Next], [client.Idle], [client.To], [client.Span].
func (sb *Sandbox) Until(step client.Step) client.Advanced {
	sb.t.Helper()
	done, err := sb.API.Advance(sb.t.Context(), step)
	sb.fatal("advance", err)
	return done
}

// WaitMail waits for a mail that arrives, at once when it is there already. The
// clock does not move meanwhile.
func (sb *Sandbox) WaitMail(wanted client.MailWait) client.CapturedMail {
	sb.t.Helper()
	mail, err := sb.API.WaitMail(sb.t.Context(), wanted)
	sb.fatal("wait for a mail", err)
	return mail
}

// Fault lets something go wrong: the preset of that name, or what the spec says.
func (sb *Sandbox) Fault(name string, spec ...client.FaultSpec) client.Fault {
	sb.t.Helper()
	s := client.FaultSpec{Preset: name}
	if len(spec) > 0 {
		s = spec[0]
	}
	fault, err := sb.API.PutFault(sb.t.Context(), name, s)
	sb.fatal("fault "+name, err)
	return fault
}

// FaultOff lets it go well again.
func (sb *Sandbox) FaultOff(name string) {
	sb.t.Helper()
	sb.fatal("fault "+name, sb.API.DeleteFault(sb.t.Context(), name))
}

// Verify checks what the client called; the test has failed when it does not
// hold, with the calls that came nearest.
func (sb *Sandbox) Verify(expected client.Expectation) bool {
	sb.t.Helper()
	_, err := sb.API.Verify(sb.t.Context(), expected)
	if client.Code(err) == "requests-not-verified" {
		sb.t.Errorf("sandbox %s: %v", sb.Name(), explained(err))
		return false
	}
	sb.fatal("verify", err)
	return true
}

// Requests lists the calls that the client made.
func (sb *Sandbox) Requests(query client.RequestQuery) []client.RequestBrief {
	sb.t.Helper()
	page, err := sb.API.Requests(sb.t.Context(), query)
	sb.fatal("requests", err)
	return page.Requests
}

// Usage tells which operations and refusals the client has met, and which it
// never has.
func (sb *Sandbox) Usage() client.Usage {
	sb.t.Helper()
	usage, err := sb.API.Usage(sb.t.Context())
	sb.fatal("usage", err)
	return usage
}

// Explain tells whether a technical account would work now, and if not why, and
// when it will.
func (sb *Sandbox) Explain(login string) client.AccountExplained {
	sb.t.Helper()
	account, err := sb.API.ExplainAccount(sb.t.Context(), login)
	sb.fatal("explain "+login, err)
	return account
}

// Snapshot keeps the sandbox as it is, for Restore and Fork.
func (sb *Sandbox) Snapshot(name string) {
	sb.t.Helper()
	_, err := sb.API.Snapshot(sb.t.Context(), name)
	sb.fatal("snapshot "+name, err)
}

// Restore takes the sandbox back to a snapshot. Tokens since then are no good:
// take a new HTTPClient.
func (sb *Sandbox) Restore(snapshot string) {
	sb.t.Helper()
	_, err := sb.API.Restore(sb.t.Context(), snapshot)
	sb.fatal("restore "+snapshot, err)
}

// Fork copies the sandbox as it is for another test, or for a subtest. It has
// the same accounts, and credentials of its own.
func (sb *Sandbox) Fork(t TB) *Sandbox {
	t.Helper()
	copied := sb.server.adopt(t, sb.server.name(t))
	_, err := sb.API.Fork(t.Context(), copied.Name(), "")
	copied.fatal("fork of "+sb.Name(), err)
	return copied
}

// explained adds to a refusal what it knows besides its words.
func explained(err error) error {
	var refused *client.Error
	if !errors.As(err, &refused) {
		return err
	}
	var b strings.Builder
	b.WriteString(err.Error())
	if v, ok := refused.Verification(); ok {
		for _, near := range v.Nearest {
			fmt.Fprintf(&b, "\n\tnearest: call %d %s", near.ID, near.Target)
			for _, miss := range near.Misses {
				fmt.Fprintf(&b, "\n\t\t%s: got %q, want %q", miss.Field, miss.Got, miss.Want)
			}
		}
	}
	if stopped, ok := refused.Stopped(); ok {
		for _, due := range stopped.Nearest {
			fmt.Fprintf(&b, "\n\tdue in %s: %s %s", due.In, due.Kind, due.Subject)
		}
	}
	if missing, ok := refused.MailMissing(); ok {
		for _, near := range missing.Nearest {
			fmt.Fprintf(&b, "\n\tnearest: %q to %v misses %v", near.Subject, near.To, near.Missed)
		}
	}
	return errors.New(b.String())
}

// shown is how many calls a failed test shows.
const shown = 10

// story is what a failed test shows: where the clock stands, and the last calls
// with their explanations.
func (sb *Sandbox) story(ctx context.Context) string {
	var b strings.Builder
	fmt.Fprintf(&b, "sandbox %s", sb.Name())
	if clock, err := sb.API.Clock(ctx); err == nil {
		fmt.Fprintf(&b, ", %s", clock.Now.Format(time.RFC3339))
	}
	var all []client.RequestBrief
	for after := int64(0); ; {
		page, err := sb.API.Requests(ctx, client.RequestQuery{After: after, Limit: 1000})
		if err != nil {
			fmt.Fprintf(&b, ": its calls cannot be read: %v", err)
			return b.String()
		}
		all = append(all, page.Requests...)
		if after = page.Next; after == 0 {
			break
		}
	}
	if len(all) == 0 {
		b.WriteString(": no call has reached it")
		return b.String()
	}
	last := all[max(0, len(all)-shown):]
	fmt.Fprintf(&b, ": its last %d of %d calls", len(last), len(all))
	for _, q := range last {
		fmt.Fprintf(&b, "\n\t%d  %s  %d %s %s", q.ID, q.Virtual.Format(time.RFC3339), q.Status, q.Method, q.Target)
		if q.Code != "" {
			fmt.Fprintf(&b, "\n\t\t%s: %s", q.Code, q.Why)
		}
		for _, fault := range q.Faults {
			fmt.Fprintf(&b, "\n\t\tfault %s: %s", fault.Name, fault.What)
		}
	}
	return b.String()
}
