package mailbox

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"chorus-qualif/server/mailbox/catcher"
	"chorus-qualif/server/mailbox/inbox"
	"chorus-qualif/server/mailbox/jim"
	"chorus-qualif/server/mailbox/mailhog"
	"chorus-qualif/server/mailbox/outbox"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// Mailbox is the program's mail: a catcher, what it caught, MailHog's face on
// it, and the outbox of the notifications. Listen once, Serve once, then
// Shutdown.
type Mailbox struct {
	o       Options
	inbox   *inbox.Inbox
	party   *jim.Party
	catcher *catcher.Server
	face    *mailhog.Face
	outbox  *outbox.Outbox
	http    *http.Server
	// relayed tells that notifications go to another server.
	relayed bool
	// waits ends with EndWaits.
	waits    context.Context
	endWaits context.CancelFunc

	mu       sync.RWMutex
	registry *sandboxes.Registry
	smtpL    net.Listener
	httpL    net.Listener
}

// sandboxName is the shape of names that sandboxes can have.
var sandboxName = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$`)

// New builds every part; nothing listens yet. Every mistake in the options is
// reported at once.
func New(options Options) (*Mailbox, error) {
	o, relay, err := options.complete()
	if err != nil {
		return nil, err
	}
	m := &Mailbox{o: o, party: jim.NewParty(), relayed: o.Relay != ""}
	m.waits, m.endWaits = context.WithCancel(context.Background())
	if m.inbox, err = inbox.New(o.Limits, o.Hostname); err != nil {
		return nil, err
	}
	if o.Jim != nil {
		m.party.Invite(inbox.All, o.Jim)
	}
	m.outbox = m.newOutbox(relay)
	m.catcher = catcher.New(catcher.Options{
		Inbox: m.inbox, Party: m.party, Wall: o.Wall, Log: o.Log, Hostname: o.Hostname,
		MaxMessageBytes: o.MaxMessageBytes, MaxRecipients: o.MaxRecipients, MaxConnections: o.MaxConnections, Idle: o.Idle,
		MaxArriving: o.Limits.Bytes,
		Now:         m.now, Named: sandboxName.MatchString, Fallback: sandboxes.Default,
		Own: func(remote string) (catcher.Own, bool) {
			own, ok := m.outbox.Own(remote)
			return own, ok
		},
	})
	m.face, err = mailhog.New(mailhog.Options{
		Inbox: m.inbox, Party: m.party, Wall: o.Wall, Log: o.Log, Hostname: o.Hostname, WebPath: o.WebPath,
		CORSOrigin: o.CORSOrigin, Outgoing: o.Outgoing, Patience: o.CommandTimeout, Named: sandboxName.MatchString,
	})
	if err != nil {
		return nil, err
	}
	m.http = &http.Server{
		Handler: m.face, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(o.Log.Handler(), slog.LevelDebug),
	}
	return m, nil
}

// newOutbox sends to the relay, or to the catcher of this mailbox.
func (m *Mailbox) newOutbox(relay outbox.Relay) *outbox.Outbox {
	o := outbox.Options{
		Wall: m.o.Wall, Log: m.o.Log, Hostname: m.o.Hostname, Retry: m.o.Retry,
		Connections: m.o.Connections, MaxQueued: m.o.MaxQueued, MaxSettled: m.o.MaxSettled,
		Command: m.o.CommandTimeout, Submission: m.o.SubmissionTimeout,
		Compose: m.letter, Resume: m.o.Undelivered,
	}
	if m.relayed {
		o.Relay, o.Copied = func() outbox.Relay { return relay }, m.copied
	} else {
		o.Embedded = true
		o.Relay = func() outbox.Relay { return outbox.Relay{Address: reachable(m.SMTPAddr())} }
	}
	return outbox.New(o)
}

// Use tells the mailbox where the sandboxes are: their clocks date what
// arrives. Call it before Serve; Observe may be called before.
func (m *Mailbox) Use(registry *sandboxes.Registry) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.registry = registry
}

// sandbox finds a sandbox, once there is a registry.
func (m *Mailbox) sandbox(name string) (*sandboxes.Sandbox, bool) {
	m.mu.RLock()
	registry := m.registry
	m.mu.RUnlock()
	if registry == nil {
		return nil, false
	}
	return registry.Get(name)
}

// now is a sandbox's present; mail for a name that no sandbox has is dated by
// the machine's.
func (m *Mailbox) now(name string) time.Time {
	if sb, ok := m.sandbox(name); ok {
		return sb.Now()
	}
	return m.o.Wall.Now().In(qualif.Paris).Truncate(time.Millisecond)
}

// Observe queues the notifications among a sandbox's new events. A sandbox that
// begins anew begins with no mail. It is a sandboxes.Observer: it never waits.
func (m *Mailbox) Observe(sb *sandboxes.Sandbox, events []qualif.Event) {
	for _, e := range events {
		switch p := e.Payload.(type) {
		case qualif.SandboxCreated:
			m.Forget(sb.Name())
		case qualif.MailQueued:
			mail := p.Mail
			m.outbox.Put(sb.Name(), &mail)
		}
	}
}

// Forget removes everything of a sandbox: its mail, what is on its way, and its
// Jim. It is for a sandbox that was deleted.
func (m *Mailbox) Forget(sandbox string) {
	m.outbox.Forget(sandbox)
	m.inbox.Clear(sandbox)
	m.party.Forget(sandbox)
}

// letter composes a notification for the outbox.
func (m *Mailbox) letter(mail *qualif.Mail, sandbox string) (outbox.Letter, error) {
	message := Compose(mail, sandbox)
	message.From = m.o.From
	raw, err := message.MIME()
	return outbox.Letter{From: message.From, To: message.To, Raw: raw}, err
}

// copied keeps a copy of a notification that another server took, so that the
// waits and the readings of the control API see it as they see the others; not
// when that server is this program after all.
func (m *Mailbox) copied(sandbox string, letter outbox.Letter) (keep func()) {
	raw := string(letter.Raw)
	at, id := m.now(sandbox), trimID(inbox.Header(raw, "Message-ID"))
	return func() {
		if _, ok := m.inbox.ByMessageID(sandbox, id); !ok {
			m.inbox.Add(inbox.Incoming{Sandbox: sandbox, Helo: m.o.Hostname, From: letter.From, To: []string{letter.To}, Raw: raw, At: at})
		}
	}
}

// trimID is a Message-ID without its angle brackets.
func trimID(id string) string { return strings.Trim(strings.TrimSpace(id), "<>") }

// Listen binds both listeners. An address that cannot be bound is an error that
// names its setting, and then nothing is left listening.
func (m *Mailbox) Listen() error {
	smtpL, err1 := listen("smtp-addr", m.o.SMTPAddr)
	httpL, err2 := listen("mail-addr", m.o.HTTPAddr)
	if err := errors.Join(err1, err2); err != nil {
		for _, l := range []net.Listener{smtpL, httpL} {
			if l != nil {
				_ = l.Close()
			}
		}
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.smtpL, m.httpL = smtpL, httpL
	return nil
}

// BindError is an address that cannot be listened on.
type BindError struct {
	// Setting is the option's name on the command line ("smtp-addr").
	Setting, Addr string
	Err           error
}

func (e *BindError) Error() string { return "--" + e.Setting + " " + e.Addr + ": " + e.Err.Error() }

// Unwrap is the operating system's reason.
func (e *BindError) Unwrap() error { return e.Err }

func listen(setting, addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if err == nil {
		return l, nil
	}
	var op *net.OpError
	if errors.As(err, &op) {
		err = op.Err
	}
	return nil, &BindError{setting, addr, err}
}

// SMTPAddr is where mail is taken, once Listen has returned.
func (m *Mailbox) SMTPAddr() string {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.smtpL.Addr().String()
}

// HTTPAddr is where MailHog's page and API are, once Listen has returned.
func (m *Mailbox) HTTPAddr() string {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.httpL.Addr().String()
}

// reachable is a listener's address as a caller on this machine writes it: all
// interfaces are reached on the loopback one.
func reachable(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return addr
	}
	// A listener on [::] takes IPv4 too, and ::1 is not everywhere.
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// Serve takes mail and answers HTTP until Shutdown, and then returns nil. A
// listener that fails ends it with its error.
func (m *Mailbox) Serve() error {
	m.outbox.Open()
	failed := make(chan error, 2)
	go func() { failed <- m.catcher.Serve(m.smtpL) }()
	go func() {
		err := m.http.Serve(m.httpL)
		if errors.Is(err, http.ErrServerClosed) {
			err = nil
		}
		failed <- err
	}()
	first := <-failed
	if first != nil {
		return first
	}
	return <-failed
}

// EndWaits ends the waits of the control API at once: they hold its listener up
// when it is to stop (http.Server.RegisterOnShutdown takes it).
func (m *Mailbox) EndWaits() { m.endWaits() }

// Shutdown lets the notifications that wait leave, each with one more attempt,
// until that is done or the context is; then it ends every session and stream.
// The error is outbox.ErrUndelivered when some are left: Undelivered lists
// them.
func (m *Mailbox) Shutdown(ctx context.Context) error {
	m.EndWaits()
	left := m.outbox.Close(ctx)
	m.face.Close()
	err := m.http.Shutdown(ctx)
	if err != nil {
		err = errors.Join(err, m.http.Close())
	}
	m.face.Wait()
	err = errors.Join(err, m.catcher.Close())
	for _, l := range []net.Listener{m.smtpL, m.httpL} {
		if l != nil {
			_ = l.Close() // closed already, unless nothing served it
		}
	}
	return errors.Join(left, err)
}
