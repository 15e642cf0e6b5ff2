package inbox

// streamBuffer is how many messages a reader of a stream may lag behind before
// it is dropped, as in MailHog.
const streamBuffer = 256

// Subscription is a stream of a scope's new mail.
type Subscription struct {
	// C is closed when the reader lags too far behind, and by Close.
	C     <-chan *Mail
	c     chan *Mail
	scope string
	inbox *Inbox
}

// Subscribe streams a scope's mail from now on. The Subscription must be
// closed.
func (x *Inbox) Subscribe(scope string) *Subscription {
	c := make(chan *Mail, streamBuffer)
	s := &Subscription{C: c, c: c, scope: scope, inbox: x}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.subs[s] = struct{}{}
	return s
}

// Close ends the stream. It may be called more than once.
func (s *Subscription) Close() {
	s.inbox.mu.Lock()
	defer s.inbox.mu.Unlock()
	s.inbox.unsubscribe(s)
}

// unsubscribe closes a stream once; the lock is held.
func (x *Inbox) unsubscribe(s *Subscription) {
	if _, ok := x.subs[s]; ok {
		delete(x.subs, s)
		close(s.c)
	}
}

// Watch returns a channel that is closed when the sandbox's next message
// arrives, or when its mail is cleared.
func (x *Inbox) Watch(sandbox string) <-chan struct{} {
	x.mu.Lock()
	defer x.mu.Unlock()
	c := x.watch[sandbox]
	if c == nil {
		c = make(chan struct{})
		x.watch[sandbox] = c
	}
	return c
}

// tell lets streams and watchers know of a message; the lock is held.
func (x *Inbox) tell(m *Mail) {
	if c := x.watch[m.Sandbox]; c != nil {
		delete(x.watch, m.Sandbox)
		close(c)
	}
	for s := range x.subs {
		if s.scope != All && s.scope != m.Sandbox {
			continue
		}
		select {
		case s.c <- m:
		default:
			x.unsubscribe(s)
		}
	}
}
