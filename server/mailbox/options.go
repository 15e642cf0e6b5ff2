package mailbox

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/mail"
	"net/url"
	"strings"
	"time"

	"chorus-qualif/server/clock"
	"chorus-qualif/server/mailbox/inbox"
	"chorus-qualif/server/mailbox/jim"
	"chorus-qualif/server/mailbox/mailhog"
	"chorus-qualif/server/mailbox/outbox"
)

// Options are what a Mailbox can be told; the zero Options are good, on free
// ports of the loopback interface.
type Options struct {
	// SMTPAddr and HTTPAddr are host:port; port 0 takes a free one.
	SMTPAddr, HTTPAddr string
	// Relay, when not empty, is the SMTP server that notifications go to
	// instead of the embedded one, as outbox.ParseRelay reads it.
	Relay string
	// From is the sender of notifications: DefaultFrom when empty. A real
	// server may take only senders that it knows.
	From string
	// Hostname introduces the servers, and ends MailHog's ids
	// (MH_HOSTNAME). It is "mailhog.example" when empty.
	Hostname string
	// WebPath is a prefix of every path of MailHog's face (MH_UI_WEB_PATH).
	WebPath string
	// CORSOrigin may call MailHog's API from its pages (MH_CORS_ORIGIN).
	CORSOrigin string
	// Outgoing are servers that messages may be released to
	// (MH_OUTGOING_SMTP, read by ReadOutgoing). The relay is one of them.
	Outgoing map[string]mailhog.Outgoing
	// Jim, when not nil, is there from the start (MH_INVITE_JIM).
	Jim *jim.Settings

	// Limits bound what is kept, and Limits.Bytes also what is arriving at a
	// time; each that is 0 has its default.
	Limits inbox.Limits
	// MaxMessageBytes, MaxRecipients and MaxConnections bound what the
	// embedded server takes; each that is 0 has its default.
	MaxMessageBytes               int64
	MaxRecipients, MaxConnections int
	// Idle is how long an SMTP client may be silent.
	Idle time.Duration

	// Retry is when a notification that failed for now is sent again.
	Retry outbox.Retry
	// Connections are those to the relay at once.
	Connections int
	// Undelivered are notifications that an earlier Mailbox left.
	Undelivered []outbox.Delivery
	// MaxQueued bounds the notifications waiting, MaxSettled those whose end
	// is remembered.
	MaxQueued, MaxSettled int
	// CommandTimeout and SubmissionTimeout bound the wait for the relay.
	CommandTimeout, SubmissionTimeout time.Duration

	// Wall is the machine's time; clock.System() when nil.
	Wall clock.Wall
	// Log is where faults are written; nowhere when nil.
	Log *slog.Logger
}

// The defaults. A sandbox holds the 10,000 messages of 4 KB that a large test
// run makes, and four such sandboxes fit in.
const (
	defaultMessages        = 50_000
	defaultSandboxMessages = 20_000
	defaultBytes           = 256 << 20
	defaultSandboxBytes    = 64 << 20
	defaultMessageBytes    = 25 << 20
	defaultRecipients      = 1000
	defaultConnections     = 1000
	relayName              = "smtp-relay"
)

// complete fills in the defaults and reports every mistake.
func (o Options) complete() (Options, outbox.Relay, error) {
	o.SMTPAddr, o.HTTPAddr = cmp.Or(o.SMTPAddr, "127.0.0.1:0"), cmp.Or(o.HTTPAddr, "127.0.0.1:0")
	o.From, o.Hostname = cmp.Or(o.From, DefaultFrom), cmp.Or(o.Hostname, "mailhog.example")
	o.Limits.Messages = cmp.Or(o.Limits.Messages, defaultMessages)
	o.Limits.SandboxMessages = cmp.Or(o.Limits.SandboxMessages, defaultSandboxMessages)
	o.Limits.Bytes = cmp.Or(o.Limits.Bytes, defaultBytes)
	o.Limits.SandboxBytes = cmp.Or(o.Limits.SandboxBytes, defaultSandboxBytes)
	o.MaxMessageBytes = cmp.Or(o.MaxMessageBytes, defaultMessageBytes)
	o.MaxRecipients, o.MaxConnections = cmp.Or(o.MaxRecipients, defaultRecipients), cmp.Or(o.MaxConnections, defaultConnections)
	o.Idle = cmp.Or(o.Idle, 5*time.Minute)
	o.Retry.First, o.Retry.Longest = cmp.Or(o.Retry.First, 500*time.Millisecond), cmp.Or(o.Retry.Longest, time.Minute)
	o.Retry.GiveUp = cmp.Or(o.Retry.GiveUp, 72*time.Hour)
	o.Connections = cmp.Or(o.Connections, 4)
	o.MaxQueued, o.MaxSettled = cmp.Or(o.MaxQueued, 100_000), cmp.Or(o.MaxSettled, 50_000)
	o.CommandTimeout, o.SubmissionTimeout = cmp.Or(o.CommandTimeout, 30*time.Second), cmp.Or(o.SubmissionTimeout, time.Minute)
	if o.Wall == nil {
		o.Wall = clock.System()
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	relay, err := o.relay()
	return o, relay, errors.Join(err, o.check())
}

// relay reads the relay, and lets messages be released to it.
func (o *Options) relay() (outbox.Relay, error) {
	if o.Relay == "" {
		return outbox.Relay{}, nil
	}
	relay, err := outbox.ParseRelay(o.Relay)
	if err != nil {
		return relay, err
	}
	servers := map[string]mailhog.Outgoing{}
	maps.Copy(servers, o.Outgoing)
	if _, taken := servers[relayName]; !taken {
		host, port, _ := net.SplitHostPort(relay.Address)
		servers[relayName] = mailhog.Outgoing{Name: relayName, Host: host, Port: port, Username: relay.User, Relay: &relay}
	}
	o.Outgoing = servers
	return relay, nil
}

func (o *Options) check() error {
	var errs []error
	fail := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if err := o.Limits.Check(); err != nil {
		errs = append(errs, err)
	}
	if o.MaxMessageBytes < 1 || o.MaxMessageBytes > min(o.Limits.SandboxBytes, o.Limits.Bytes) {
		fail("largest message: %d bytes, want at least 1 and no more than a sandbox or all of them may keep (%d)", o.MaxMessageBytes, min(o.Limits.SandboxBytes, o.Limits.Bytes))
	}
	if o.MaxRecipients < 1 || o.MaxConnections < 1 || o.Connections < 1 || o.MaxQueued < 1 || o.MaxSettled < 1 {
		fail("limits of recipients, connections and queued mails: want at least 1 each")
	}
	if address, err := mail.ParseAddress(o.From); err != nil || address.Name != "" {
		fail("sender of notifications %q: want a bare address", o.From)
	}
	if strings.ContainsAny(o.Hostname, " \t\r\n<>@/") {
		fail("host name %q: want a name such as mail.example", o.Hostname)
	}
	if o.WebPath = strings.TrimSuffix(o.WebPath, "/"); o.WebPath != "" && o.WebPath[0] != '/' {
		o.WebPath = "/" + o.WebPath
	}
	if o.CORSOrigin != "" && o.CORSOrigin != "*" {
		if u, err := url.Parse(o.CORSOrigin); err != nil || u.Host == "" || u.Path != "" {
			fail("origin %q: want * or one such as http://localhost:3000", o.CORSOrigin)
		}
	}
	return errors.Join(errs...)
}

// ReadOutgoing reads the servers that messages may be released to, in MailHog's
// own format (its option -outgoing-smtp): an object from name to
// {"name","host","port","email","username","password","mechanism"}.
func ReadOutgoing(r io.Reader) (map[string]mailhog.Outgoing, error) {
	var servers map[string]mailhog.Outgoing
	if err := json.NewDecoder(r).Decode(&servers); err != nil {
		return nil, fmt.Errorf("outgoing servers: %w", err)
	}
	var errs []error
	for name, server := range servers {
		server.Name = cmp.Or(server.Name, name)
		servers[name] = server
		if server.Host == "" || server.Port == "" {
			errs = append(errs, fmt.Errorf("outgoing server %q: host and port are wanted", name))
		}
		switch server.Mechanism {
		case "", "PLAIN", "CRAM-MD5", "CRAMMD5", "NONE":
		default:
			errs = append(errs, fmt.Errorf("outgoing server %q: mechanism %q is none of PLAIN, CRAM-MD5", name, server.Mechanism))
		}
	}
	return servers, errors.Join(errs...)
}
