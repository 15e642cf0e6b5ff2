package catcher

import (
	"bytes"
	"io"
	"strings"
	"sync"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"chorus-qualif/server/mailbox/inbox"
	"chorus-qualif/server/mailbox/jim"
)

// session is one client's conversation. A message in chunks (BDAT) is read
// beside the conversation, hence the lock.
type session struct {
	server *Server
	conn   *smtp.Conn
	guest  *guest

	mu   sync.Mutex
	user string
	own  Own
	from string
	to   []string
	// monkey is the Jim of the sandbox that the session is known to be of.
	monkey *jim.Monkey
	met    string
}

func (s *Server) session(c *smtp.Conn) (smtp.Session, error) {
	g, ok := c.Conn().(*guest)
	if !ok {
		g = &guest{Conn: c.Conn(), wall: s.o.Wall, gone: make(chan struct{}), leave: func() {}}
	}
	n := &session{server: s, conn: c, guest: g}
	if s.o.Own != nil {
		if own, ok := s.o.Own(c.Conn().RemoteAddr().String()); ok {
			n.own = own
		}
	}
	return n, nil
}

// cut ends the connection without a word, as Jim does.
func (s *session) cut() error {
	_ = s.guest.Close()
	return &smtp.SMTPError{Code: 421, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "Jim was here"}
}

// meetJim lets the Jim of the sandbox look at the session, as soon as it is
// known whose it is; the lock is held.
func (s *session) meetJim() (refused bool) {
	name := s.server.o.Fallback
	switch {
	case s.own != nil:
		name = s.own.Sandbox()
	case s.user != "":
		name = s.user
	}
	if s.met == name {
		return false
	}
	s.met, s.monkey = name, s.server.o.Party.Meet(name)
	s.guest.slowDown(s.monkey.LinkSpeed())
	return s.monkey.RefusesConnection()
}

// disconnects tells whether a Jim ends the connection at this command.
func (s *session) disconnects() bool {
	return s.guest.monkey.Disconnects() || s.monkey.Disconnects()
}

// AuthMechanisms lists what is offered; any login is accepted.
func (s *session) AuthMechanisms() []string { return []string{sasl.Plain, sasl.Login, "CRAM-MD5"} }

// Auth accepts any login: the user names the sandbox.
func (s *session) Auth(mechanism string) (sasl.Server, error) {
	switch mechanism {
	case sasl.Plain:
		return sasl.NewPlainServer(func(_, user, _ string) error { return s.login(user) }), nil
	case sasl.Login:
		return &loginServer{login: s.login}, nil
	case "CRAM-MD5":
		return &cramServer{login: s.login}, nil
	}
	return nil, smtp.ErrAuthUnknownMechanism
}

func (s *session) login(user string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server.o.Named(user) {
		s.user = user
	}
	if s.meetJim() || s.disconnects() {
		return s.cut()
	}
	if s.guest.monkey.RefusesAuth() || s.monkey.RefusesAuth() {
		return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "Authentication failed (Jim)"}
	}
	return nil
}

// Mail begins a message.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.meetJim() || s.disconnects() {
		return s.cut()
	}
	if s.guest.monkey.RefusesSender() || s.monkey.RefusesSender() {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 8}, Message: "Invalid sender " + from}
	}
	s.from, s.to = from, nil
	return nil
}

// Rcpt adds a recipient.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.disconnects() {
		return s.cut()
	}
	if s.guest.monkey.RefusesRecipient() || s.monkey.RefusesRecipient() {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "Invalid recipient " + to}
	}
	s.to = append(s.to, to)
	return nil
}

// errWithdrawn answers a notification whose sandbox began anew meanwhile.
var errWithdrawn = &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "Withdrawn: its sandbox began anew"}

// Data keeps the message.
func (s *session) Data(r io.Reader) error {
	s.mu.Lock()
	in := inbox.Incoming{Helo: s.conn.Hostname(), From: s.from, To: s.to}
	user, own, cut := s.user, s.own, s.disconnects()
	s.mu.Unlock()
	if cut {
		return s.cut()
	}
	raw, err := s.server.receive(r)
	if err != nil {
		return err
	}
	in.Raw = strings.TrimSuffix(raw, "\r\n")
	in.Sandbox = s.owner(user, own, in.Raw)
	in.At = s.server.o.Now(in.Sandbox)
	if own == nil {
		s.server.o.Inbox.Add(in)
		return nil
	}
	if !own.Deliver(func() { s.server.o.Inbox.Add(in) }) {
		return errWithdrawn
	}
	return nil
}

// errFull answers a message that arrives while too many others do.
var errFull = &smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 3, 1}, Message: "Too much mail is arriving, try again later"}

// keptBuffer is the largest buffer that is used again.
const keptBuffer = 256 << 10

// receive reads a message. What all clients together are sending at a time is
// bounded.
func (s *Server) receive(r io.Reader) (string, error) {
	b := s.buffers.Get().(*bytes.Buffer)
	held := int64(0)
	defer func() {
		s.arriving.Add(-held)
		if b.Cap() <= keptBuffer {
			b.Reset()
			s.buffers.Put(b)
		}
	}()
	for {
		n, err := io.CopyN(b, r, 32<<10)
		held += n
		switch {
		case s.arriving.Add(n) > s.o.MaxArriving:
			return "", errFull
		case err == io.EOF:
			return b.String(), nil
		case err != nil:
			return "", err
		}
	}
}

// owner is the sandbox a message belongs to: the one that the login names,
// else the header, else the fallback.
func (s *session) owner(user string, own Own, raw string) string {
	if own != nil {
		return own.Sandbox()
	}
	if user != "" {
		return user
	}
	if name := inbox.Header(raw, "X-Sandbox"); s.server.o.Named(name) {
		return name
	}
	return s.server.o.Fallback
}

// Reset drops the message begun.
func (s *session) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.from, s.to = "", nil
}

// Logout ends the session; there is nothing to free.
func (s *session) Logout() error { return nil }

// loginServer is the LOGIN mechanism: the name, then the password.
type loginServer struct {
	login func(user string) error
	user  *string
}

// Next answers the client's next response.
func (l *loginServer) Next(response []byte) (challenge []byte, done bool, err error) {
	switch {
	case l.user == nil && response == nil:
		return []byte("Username:"), false, nil
	case l.user == nil:
		user := string(response)
		l.user = &user
		return []byte("Password:"), false, nil
	}
	return nil, true, l.login(*l.user)
}

// cramServer is the CRAM-MD5 mechanism; its digest is not looked at.
type cramServer struct {
	login func(user string) error
	asked bool
}

// Next answers the client's next response.
func (c *cramServer) Next(response []byte) (challenge []byte, done bool, err error) {
	if !c.asked {
		c.asked = true
		return []byte("<1896.697170952@chorus-qualif.example>"), false, nil
	}
	user, _, _ := strings.Cut(string(response), " ")
	return nil, true, c.login(user)
}
