package outbox

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
)

// Security is how a relay's connection is encrypted.
type Security int

// Plain never encrypts, StartTLS must, once connected, and TLS does from the
// first byte. IfOffered, which only Send knows, encrypts when the relay can.
const (
	Plain Security = iota
	StartTLS
	TLS
	IfOffered
)

// Relay is an SMTP server that takes mail to send.
type Relay struct {
	// Address is host:port.
	Address string
	// User and Password log in; an empty User does not.
	User, Password string
	Security       Security
	// Mechanism is the way to log in; "" is the best that the relay offers.
	Mechanism string
	// AnyCertificate accepts certificates that nobody vouches for.
	AnyCertificate bool
}

// relayForms is the part of an error that helps.
const relayForms = "want smtp://, smtp+starttls:// or smtps://, then [user:password@]host[:port], and ?certificate=any for a self-signed one"

// ParseRelay reads a relay's URL: smtp://[user:password@]host[:port] (port 25,
// never encrypted), smtp+starttls:// (port 587, must encrypt) or smtps:// (port
// 465, encrypted from the start). The query certificate=any accepts
// certificates that nobody vouches for. The error never holds the password.
func ParseRelay(text string) (Relay, error) {
	u, err := url.Parse(text)
	if err != nil {
		// url.Error repeats the text, password included.
		return Relay{}, fmt.Errorf("relay is not a URL: %s", relayForms)
	}
	var r Relay
	port := ""
	switch u.Scheme {
	case "smtp":
		port = "25"
	case "smtp+starttls":
		r.Security, port = StartTLS, "587"
	case "smtps":
		r.Security, port = TLS, "465"
	default:
		return Relay{}, fmt.Errorf("relay scheme %q: %s", u.Scheme, relayForms)
	}
	if u.Port() != "" {
		port = u.Port()
	}
	if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 || u.Hostname() == "" {
		return Relay{}, fmt.Errorf("relay host %q: %s", u.Host, relayForms)
	}
	r.Address = net.JoinHostPort(u.Hostname(), port)
	r.User = u.User.Username()
	r.Password, _ = u.User.Password()
	return r, r.options(u)
}

// options reads what follows the host.
func (r *Relay) options(u *url.URL) error {
	if strings.Trim(u.Path, "/") != "" || u.Fragment != "" {
		return errors.New("relay has a path: " + relayForms)
	}
	for key, values := range u.Query() {
		if key != "certificate" || len(values) != 1 || values[0] != "any" {
			return fmt.Errorf("relay option %s=%s: %s", key, strings.Join(values, ","), relayForms)
		}
		r.AnyCertificate = true
	}
	return nil
}

// String names the relay without its password.
func (r Relay) String() string {
	scheme := map[Security]string{Plain: "smtp://", IfOffered: "smtp://", StartTLS: "smtp+starttls://", TLS: "smtps://"}[r.Security]
	if r.User != "" {
		scheme += url.User(r.User).String() + "@"
	}
	return scheme + r.Address
}
