package outbox

import (
	"errors"
	"sync"

	"github.com/emersion/go-smtp"
)

// outcome is what came of an attempt.
type outcome int

const (
	// taken: the relay has it.
	taken outcome = iota
	// refused: for good.
	refused
	// deferred: for now.
	deferred
	// down: there was no conversation to be had.
	down
)

// link is a worker's connection to the relay, kept for the next mail.
type link struct {
	outbox *Outbox
	client *smtp.Client
	hangUp func()

	mu    sync.Mutex
	entry *entry
}

// links are the open connections by their own address: the embedded server
// knows them by it.
type links struct {
	mu        sync.Mutex
	byAddress map[string]*link
}

// Own finds the connection of this outbox that has that address.
func (x *Outbox) Own(address string) (*Own, bool) {
	x.links.mu.Lock()
	defer x.links.mu.Unlock()
	l := x.links.byAddress[address]
	return &Own{l}, l != nil
}

// Own is a connection of the outbox, as the server at its other end sees it.
type Own struct{ link *link }

// Sandbox is whose notification is being sent.
func (o *Own) Sandbox() string { return o.link.current().Sandbox }

// Deliver calls keep, unless the notification was withdrawn.
func (o *Own) Deliver(keep func()) bool { return o.link.current().deliver(keep) }

func (l *link) current() *entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.entry
}

// send tries to hand a mail over.
func (l *link) send(e *entry) (outcome, string) {
	l.mu.Lock()
	l.entry = e
	l.mu.Unlock()
	letter, err := l.outbox.o.Compose(e.Mail, e.Sandbox)
	if err != nil {
		return refused, err.Error()
	}
	reused := l.client != nil
	what, words, stale := l.try(letter)
	if reused && stale {
		// A relay may close a kept connection at any time; that says nothing
		// about the mail.
		what, words, _ = l.try(letter)
	}
	if what == taken && l.outbox.o.Copied != nil {
		e.deliver(l.outbox.o.Copied(e.Sandbox, letter))
	}
	return what, words
}

// try hands a mail over, connecting first when need be. stale tells that the
// connection turned out to be closed before the relay said anything about the
// mail.
func (l *link) try(letter Letter) (what outcome, words string, stale bool) {
	if l.client == nil {
		if err := l.connect(); err != nil {
			return down, wordsOf(err), false
		}
	}
	said, begun, err := talk(l.client, letter)
	if err == nil {
		return taken, said, false
	}
	var refusal *smtp.SMTPError
	switch {
	case errors.Is(err, errUTF8):
		return refused, err.Error(), false
	case !errors.As(err, &refusal):
		l.drop()
		return deferred, wordsOf(err), !begun
	case refusal.Code == 421:
		l.drop()
		return deferred, wordsOf(err), !begun
	case l.client.Reset() != nil:
		l.drop()
	}
	if refusal.Code/100 == 5 {
		return refused, wordsOf(err), false
	}
	return deferred, wordsOf(err), false
}

func (l *link) connect() error {
	o := &l.outbox.o
	relay := o.Relay()
	client, address, hangUp, err := dial(l.outbox.ctx, relay, o.Hostname, o.Command, o.Submission, o.Wall, func(address string) {
		if o.Embedded {
			l.outbox.links.mu.Lock()
			defer l.outbox.links.mu.Unlock()
			l.outbox.links.byAddress[address] = l
		}
	})
	if relay.User != "" && err == nil {
		err = logIn(client, relay)
	}
	l.client = client
	l.hangUp = func() {
		hangUp()
		l.outbox.links.mu.Lock()
		defer l.outbox.links.mu.Unlock()
		delete(l.outbox.links.byAddress, address)
	}
	if err != nil {
		l.drop()
	}
	return err
}

// drop forgets the connection.
func (l *link) drop() {
	if l.hangUp != nil {
		l.hangUp()
	}
	l.client, l.hangUp = nil, nil
}

// quit takes leave of the relay.
func (l *link) quit() {
	if l.client != nil {
		// Whatever was sent was taken already: nothing depends on the answer.
		_ = l.client.Quit()
	}
	l.drop()
}
