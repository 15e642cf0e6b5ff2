package mailbox_test

import (
	"bufio"
	"crypto/tls"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// relay is an SMTP server that misbehaves when told to. It is not ours: it
// knows nothing of the packages it serves to test.
type relay struct {
	t testing.TB
	l net.Listener
	// misbehave answers the n-th time (from 1) that a verb is heard: "" is the
	// usual answer, drop and hang are not answers. The end of a message is the
	// verb ".", the connection itself "connect".
	misbehave func(n int, verb string) string
	tls       *tls.Config
	// wrap encrypts from the first byte.
	wrap  bool
	users []string

	mu    sync.Mutex
	heard map[string]int
	taken []string
	open  map[net.Conn]bool
	done  sync.WaitGroup
}

const (
	drop = "drop"
	hang = "hang"
)

func startRelay(t testing.TB, misbehave func(n int, verb string) string) *relay {
	t.Helper()
	return startRelayAt(t, "127.0.0.1:0", &relay{misbehave: misbehave})
}

func startRelayAt(t testing.TB, addr string, r *relay) *relay {
	t.Helper()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	r.t, r.l, r.heard, r.open = t, l, map[string]int{}, map[net.Conn]bool{}
	r.done.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			r.mu.Lock()
			r.open[conn] = true
			r.mu.Unlock()
			r.done.Go(func() { r.serve(conn) })
		}
	})
	t.Cleanup(r.stop)
	return r
}

// stop ends the relay and everybody's connection to it.
func (r *relay) stop() {
	_ = r.l.Close()
	r.mu.Lock()
	for conn := range r.open {
		_ = conn.Close()
	}
	r.mu.Unlock()
	r.done.Wait()
}

func (r *relay) url() string { return "smtp://" + r.l.Addr().String() }

// messages lists what was taken, in order.
func (r *relay) messages() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.taken...)
}

func (r *relay) times(verb string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.heard[verb]
}

// logins lists the AUTH commands.
func (r *relay) logins() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.users...)
}

// answer is what to say to a verb.
func (r *relay) answer(verb, usual string) string {
	r.mu.Lock()
	r.heard[verb]++
	n := r.heard[verb]
	r.mu.Unlock()
	if r.misbehave != nil {
		if other := r.misbehave(n, verb); other != "" {
			return other
		}
	}
	return usual
}

// usual are the answers of a server without faults.
var usual = map[string]string{
	"connect": "220 relay.example ESMTP", "EHLO": "250-relay.example\r\n250-SIZE\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN", "MAIL": "250 2.1.0 OK",
	"RCPT": "250 2.1.5 OK", "DATA": "354 go on", ".": "250 2.0.0 taken", "QUIT": "221 bye", "RSET": "250 OK", "STARTTLS": "220 go on", "AUTH": "235 2.7.0 welcome",
}

func (r *relay) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(patience))
	if r.wrap {
		conn = tls.Server(conn, r.tls)
	}
	in := bufio.NewReader(conn)
	verb, message := "connect", ""
	for {
		said := r.answer(verb, usual[verb])
		switch said {
		case drop:
			return
		case hang:
			_, _ = in.ReadByte() // until either side closes
			return
		case "":
			said = "500 what?"
		}
		if verb == "." && said[0] == '2' {
			r.mu.Lock()
			r.taken = append(r.taken, message)
			r.mu.Unlock()
		}
		if _, err := conn.Write([]byte(said + "\r\n")); err != nil || verb == "QUIT" {
			return
		}
		if verb == "STARTTLS" && r.tls != nil {
			encrypted := tls.Server(conn, r.tls)
			conn, in = encrypted, bufio.NewReader(encrypted)
		}
		if verb == "DATA" && said[0] == '3' {
			var ok bool
			if message, ok = untilDot(in); !ok {
				return
			}
			verb = "."
			continue
		}
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		verb, _, _ = strings.Cut(strings.ToUpper(strings.TrimSpace(line)), " ")
		if verb == "AUTH" {
			r.mu.Lock()
			r.users = append(r.users, strings.TrimSpace(line))
			r.mu.Unlock()
		}
	}
}

func untilDot(in *bufio.Reader) (string, bool) {
	var b strings.Builder
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return "", false
		}
		if line == ".\r\n" {
			return b.String(), true
		}
		b.WriteString(strings.TrimPrefix(line, "."))
	}
}
