// Package catcher receives mail over SMTP from anyone and puts it in an inbox.
package catcher

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emersion/go-smtp"

	"chorus-qualif/server/clock"
	"chorus-qualif/server/mailbox/inbox"
	"chorus-qualif/server/mailbox/jim"
)

// Options are a Server's dependencies and limits.
type Options struct {
	Inbox *inbox.Inbox
	Party *jim.Party
	Wall  clock.Wall
	Log   *slog.Logger
	// Hostname is how the server introduces itself.
	Hostname string
	// MaxMessageBytes, MaxRecipients (of a message) and MaxConnections (at
	// once) are answered 552, 452 and 421.
	MaxMessageBytes int64
	MaxRecipients   int
	MaxConnections  int
	// MaxArriving bounds the bytes of all the messages that are being sent at
	// a time; 452 is answered beyond.
	MaxArriving int64
	// Idle is how long a client may be silent before it is answered 421.
	Idle time.Duration
	// Now reads a sandbox's clock.
	Now func(sandbox string) time.Time
	// Named tells whether a name is one that a sandbox can have.
	Named func(name string) bool
	// Fallback is the sandbox of mail that names none.
	Fallback string
	// Own recognizes a connection of the program's own outbox by its remote
	// address. It may be nil.
	Own func(remote string) (Own, bool)
}

// Own is a connection that carries the program's own notifications, one after
// the other.
type Own interface {
	// Sandbox is whose notification it is now.
	Sandbox() string
	// Deliver calls keep unless the notification was withdrawn meanwhile, in
	// which case it reports false. No withdrawal happens during keep.
	Deliver(keep func()) bool
}

// maxLine bounds a line, of a command or of a message. RFC 5321 asks for
// 1000; real mail has longer ones.
const maxLine = 256 << 10

// Server receives mail.
type Server struct {
	o        Options
	smtp     *smtp.Server
	arriving atomic.Int64
	buffers  sync.Pool
}

// New is a Server that is not listening yet.
func New(o Options) *Server {
	s := &Server{o: o}
	s.buffers.New = func() any { return new(bytes.Buffer) }
	s.smtp = smtp.NewServer(smtp.BackendFunc(s.session))
	s.smtp.Domain = o.Hostname
	s.smtp.MaxMessageBytes = o.MaxMessageBytes
	s.smtp.MaxRecipients = o.MaxRecipients
	s.smtp.MaxLineLength = maxLine
	s.smtp.AllowInsecureAuth = true
	s.smtp.EnableSMTPUTF8 = true
	s.smtp.ReadTimeout = o.Idle
	s.smtp.WriteTimeout = o.Idle
	s.smtp.ErrorLog = quiet{o.Log}
	return s
}

// Serve receives mail on a listener until Close. It closes the listener.
func (s *Server) Serve(l net.Listener) error {
	err := s.smtp.Serve(&door{Listener: l, server: s})
	if errors.Is(err, net.ErrClosed) || errors.Is(err, smtp.ErrServerClosed) {
		return nil
	}
	return err
}

// Arriving is how many bytes of messages are being sent now.
func (s *Server) Arriving() int64 { return s.arriving.Load() }

// Close ends every session at once.
func (s *Server) Close() error {
	if err := s.smtp.Close(); err != nil && !errors.Is(err, smtp.ErrServerClosed) && !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// quiet logs what the SMTP library has to say, which is never worth more than
// a debugger's attention: clients come and go as they like.
type quiet struct{ log *slog.Logger }

// Printf is for the SMTP library.
func (q quiet) Printf(format string, v ...any) {
	q.log.Debug("smtp", "event", fmt.Sprintf(format, v...))
}

// Println is for the SMTP library.
func (q quiet) Println(v ...any) { q.log.Debug("smtp", "event", fmt.Sprint(v...)) }
