package outbox

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"chorus-qualif/server/clock"
)

// errUTF8 is the failure of a mail that the relay has no way to take.
var errUTF8 = errors.New("the relay cannot take an address with letters beyond ASCII: it does not offer SMTPUTF8")

// dial opens a conversation with a relay: connected, and encrypted as it asks.
// opened is told the connection's own address before anything is
// said. hangUp is never nil and must be called.
func dial(ctx context.Context, r Relay, hostname string, command, submission time.Duration, wall clock.Wall, opened func(address string)) (client *smtp.Client, address string, hangUp func(), err error) {
	conn, err := (&net.Dialer{Timeout: command}).DialContext(ctx, "tcp", r.Address)
	if err != nil {
		return nil, "", func() {}, err
	}
	address = conn.LocalAddr().String()
	opened(address)
	// The library begins encryption with a patience of its own.
	watchdog := wall.AfterFunc(2*command, func() { _ = conn.Close() })
	defer watchdog()
	release := context.AfterFunc(ctx, func() { _ = conn.Close() })
	hangUp = func() {
		release()
		_ = conn.Close()
	}
	client, err = greet(ctx, conn, r)
	if err != nil {
		return nil, address, hangUp, err
	}
	client.CommandTimeout, client.SubmissionTimeout = command, submission
	return client, address, hangUp, client.Hello(hostname)
}

func greet(ctx context.Context, conn net.Conn, r Relay) (*smtp.Client, error) {
	host, _, _ := net.SplitHostPort(r.Address)
	config := &tls.Config{ServerName: host, InsecureSkipVerify: r.AnyCertificate, MinVersion: tls.VersionTLS12}
	switch r.Security {
	case StartTLS:
		return smtp.NewClientStartTLS(conn, config)
	case TLS:
		encrypted := tls.Client(conn, config)
		if err := encrypted.HandshakeContext(ctx); err != nil {
			return nil, err
		}
		return smtp.NewClient(encrypted), nil
	}
	return smtp.NewClient(conn), nil
}

// logIn logs in by the first way that the relay offers, or the one asked for.
func logIn(client *smtp.Client, r Relay) error {
	for _, way := range []struct {
		name   string
		client sasl.Client
	}{
		{"CRAM-MD5", &cram{user: r.User, secret: r.Password}},
		{sasl.Plain, sasl.NewPlainClient("", r.User, r.Password)},
		{sasl.Login, sasl.NewLoginClient(r.User, r.Password)},
	} {
		if r.Mechanism == way.name || (r.Mechanism == "" && way.name != "CRAM-MD5" && client.SupportsAuth(way.name)) {
			return client.Auth(way.client)
		}
	}
	return errors.New("the relay offers no way to log in that this program knows (PLAIN, LOGIN)")
}

// talk hands one message over. begun tells whether the relay said yes to
// anything of it.
func talk(client *smtp.Client, letter Letter) (said string, begun bool, err error) {
	options := &smtp.MailOptions{Size: int64(len(letter.Raw)), UTF8: !ascii(letter.From + letter.To)}
	if offered, _ := client.Extension("SMTPUTF8"); options.UTF8 && !offered {
		return "", false, errUTF8
	}
	if err := client.Mail(letter.From, options); err != nil {
		return "", false, err
	}
	if err := client.Rcpt(letter.To, nil); err != nil {
		return "", true, err
	}
	data, err := client.Data()
	if err != nil {
		return "", true, err
	}
	if _, err := data.Write(letter.Raw); err != nil {
		return "", true, err
	}
	answer, err := data.CloseWithResponse()
	if err != nil {
		return "", true, err
	}
	return "250 " + answer.StatusText, true, nil
}

// Send hands one message to a relay, once.
func Send(ctx context.Context, r Relay, hostname string, patience time.Duration, wall clock.Wall, letter Letter) error {
	client, _, hangUp, err := dial(ctx, r, hostname, patience, patience, wall, func(string) {})
	defer func() { hangUp() }()
	if err != nil {
		return err
	}
	if encrypts, _ := client.Extension("STARTTLS"); encrypts && r.Security == IfOffered {
		// The library can only encrypt from a conversation's beginning.
		hangUp()
		r.Security = StartTLS
		if client, _, hangUp, err = dial(ctx, r, hostname, patience, patience, wall, func(string) {}); err != nil {
			return err
		}
	}
	if r.User != "" {
		if err := logIn(client, r); err != nil {
			return err
		}
	}
	if _, _, err := talk(client, letter); err != nil {
		return err
	}
	_ = client.Quit()
	return nil
}

// wordsOf is an error as the relay said it.
func wordsOf(err error) string {
	var said *smtp.SMTPError
	if !errors.As(err, &said) {
		return err.Error()
	}
	words := fmt.Sprint(said.Code)
	if c := said.EnhancedCode; c[0] > 0 {
		words += fmt.Sprintf(" %d.%d.%d", c[0], c[1], c[2])
	}
	return words + " " + strings.ReplaceAll(said.Message, "\n", " ")
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
