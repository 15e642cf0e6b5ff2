// Package app is the program as a type: it builds every part, starts the
// listeners, and stops them. It is the only place that knows everyone; tests
// start several of it in one process, on port 0.
package app

import (
	"cmp"
	"fmt"
	"log/slog"
	"time"

	"chorus-qualif/fixtures"
	"chorus-qualif/openapi"
	"chorus-qualif/server/admin"
	"chorus-qualif/server/clock"
	"chorus-qualif/server/mailbox"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/wire"
)

// Options are everything the program can be told. The zero Options are those
// of the command line, but for the ports: an empty address is a free port on
// the loopback interface.
type Options struct {
	// Addr, AdminAddr, MailAddr and SMTPAddr are host:port; port 0 takes a
	// free one.
	Addr, AdminAddr, MailAddr, SMTPAddr string
	// PlatformURL is how clients reach the platform, when that is not its
	// own address (a published container port).
	PlatformURL string
	// AdminToken, when not empty, is asked of every admin call.
	AdminToken string
	// AdminHosts are more host names that the admin listener serves.
	AdminHosts []string
	// DataSets are indexed; the built-in one is always there too. The first
	// one given serves sandboxes that ask for none.
	DataSets []*qualif.DataSet
	// Seed, Profile, Clock, ClockAt, ClockRate and Switches are those of
	// sandboxes that do not say otherwise, default included.
	Seed      int64
	Profile   string
	Clock     clock.Mode
	ClockAt   time.Time
	ClockRate float64
	Switches  qualif.Switches
	// HideExplanations removes the header X-Sandbox-Explain.
	HideExplanations bool
	// ValidateRequests and ValidateAnswers are wire.Enforce when empty.
	ValidateRequests, ValidateAnswers wire.Mode
	// MaxSandboxes bounds how many there are; 0 is no bound.
	MaxSandboxes int
	// AutoSandboxes makes the header X-Sandbox, and the control API's paths,
	// create the sandboxes that they name.
	AutoSandboxes bool
	// IdleAfter is how long a sandbox may go unused, on the wall clock, before
	// it is deleted; 0 is for ever.
	IdleAfter time.Duration
	// Mail holds what the mail room can be told besides its addresses.
	Mail mailbox.Options
	// Requests is how many calls each sandbox keeps (a thousand when 0, none
	// when negative), RequestsBytes how much memory they may take, and
	// RequestsTotalBytes those of all the sandboxes together.
	Requests, RequestsBytes, RequestsTotalBytes int
	// RequestsBodyBytes is how much of each body is kept (64 KiB when 0).
	RequestsBodyBytes int
	// FilesTotalBytes is how many bytes the files of all the sandboxes may
	// take (files.DefaultLimit when 0, no bound when negative).
	FilesTotalBytes int64
	// BodiesTotalBytes is how many bytes of large request bodies may be in
	// work at once, while others wait (gateway.DefaultBodiesBytes when 0).
	BodiesTotalBytes int64
	// WebhookPrivate lets webhooks reach addresses that are not public.
	WebhookPrivate bool
	// Log is where the program writes; nowhere when nil.
	Log *slog.Logger
	// Wall is the machine's time; clock.System() when nil.
	Wall clock.Wall
	// Contracts spares the compilation of the documents, when several
	// programs share one set.
	Contracts *openapi.Set
	Version   admin.Version

	lives []sandboxes.LifeObserver
}

// loopback is an address on which nobody else can call, at a free port.
const loopback = "127.0.0.1:0"

func (o Options) withDefaults() (Options, error) {
	for _, addr := range []*string{&o.Addr, &o.AdminAddr, &o.MailAddr, &o.SMTPAddr} {
		*addr = cmp.Or(*addr, loopback)
	}
	o.Seed = cmp.Or(o.Seed, 1)
	o.Profile = cmp.Or(o.Profile, qualif.DefaultProfile)
	o.Clock = cmp.Or(o.Clock, clock.Real)
	o.ValidateRequests = cmp.Or(o.ValidateRequests, wire.Enforce)
	o.ValidateAnswers = cmp.Or(o.ValidateAnswers, wire.Enforce)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Wall == nil {
		o.Wall = clock.System()
	}
	if o.Contracts == nil {
		set, err := openapi.Load()
		if err != nil {
			return o, fmt.Errorf("the embedded contracts are broken: %w", err)
		}
		o.Contracts = set
	}
	return o, nil
}

// mailbox is what the mail room is told.
func (o Options) mailbox() mailbox.Options {
	m := o.Mail
	m.SMTPAddr, m.HTTPAddr, m.Wall, m.Log = o.SMTPAddr, o.MailAddr, o.Wall, o.Log
	return m
}

// registry makes the sandboxes' home, whose notifications go to the mail room,
// and which carry some luggage.
func (o Options) registry(mails *mailbox.Mailbox, luggage func() sandboxes.Luggage) (*sandboxes.Registry, error) {
	builtin, err := fixtures.Builtin()
	if err != nil {
		return nil, fmt.Errorf("the built-in data set is broken: %w", err)
	}
	library, err := sandboxes.NewLibrary(append([]*qualif.DataSet{builtin}, o.DataSets...)...)
	if err != nil {
		return nil, err
	}
	first := builtin
	if len(o.DataSets) > 0 {
		first = o.DataSets[0]
	}
	return sandboxes.New(sandboxes.Options{
		Wall: o.Wall, Journals: newJournals(), Library: library, Max: o.MaxSandboxes, Observers: []sandboxes.Observer{mails.Observe},
		Lives: append(o.lives, func(sb *sandboxes.Sandbox, turn sandboxes.Life) {
			if turn == sandboxes.Deleted || turn == sandboxes.Restored {
				mails.Forget(sb.Name())
			}
		}),
		Auto: o.AutoSandboxes, IdleAfter: o.IdleAfter, Luggage: luggage,
		Defaults: sandboxes.Spec{
			Seed: o.Seed, Profile: o.Profile, Switches: o.Switches, Mode: o.Clock, At: o.ClockAt, Rate: o.ClockRate, DataSet: first,
		},
	})
}
