package mailbox_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"chorus-qualif/server/mailbox"
	"chorus-qualif/server/mailbox/outbox"
)

// selfSigned is a certificate that nobody vouches for.
func selfSigned(t testing.TB) *tls.Config {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "relay.example"}, NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}

func TestEncryptedRelays(t *testing.T) {
	t.Parallel()
	config := selfSigned(t)
	for _, way := range []struct {
		scheme, query string
		wrap          bool
		state         outbox.State
		words         string
	}{
		{"smtp+starttls", "?certificate=any", false, outbox.Sent, "250 2.0.0 taken"},
		{"smtps", "?certificate=any", true, outbox.Sent, "250 2.0.0 taken"},
		{"smtp+starttls", "", false, outbox.Queued, "certificate"},
		{"smtps", "", true, outbox.Queued, "certificate"},
		{"smtps", "?certificate=any", false, outbox.Queued, "tls"},
	} {
		t.Run(way.scheme+way.query+way.words, func(t *testing.T) {
			t.Parallel()
			r := startRelayAt(t, "127.0.0.1:0", &relay{tls: config, wrap: way.wrap})
			h := open(t, mailbox.Options{Relay: way.scheme + "://us%40er:pa:ss@" + r.l.Addr().String() + way.query, CommandTimeout: 2 * time.Second})
			resetPassword(t, h.put(t, "default"))
			eventually(t, "it was tried", func() bool {
				d, _ := h.Delivery("default", "mail-1")
				return d.Attempts > 0
			})
			d, _ := h.Delivery("default", "mail-1")
			if d.State != way.state || !strings.Contains(d.Words, way.words) {
				t.Errorf("delivery = %+v, want %s with %q", d, way.state, way.words)
			}
			if way.state != outbox.Sent {
				return
			}
			if got, want := r.logins()[0], "AUTH PLAIN "+base64Of("\x00us@er\x00pa:ss"); got != want {
				t.Errorf("login %q, want %q", got, want)
			}
		})
	}
}

func TestARelayThatDoesNotEncryptIsNotTrustedWhenItMust(t *testing.T) {
	t.Parallel()
	r := startRelay(t, onFirst(99, "EHLO", "250 plain.example"))
	h := open(t, mailbox.Options{Relay: strings.Replace(r.url(), "smtp:", "smtp+starttls:", 1)})
	resetPassword(t, h.put(t, "default"))
	eventually(t, "it was tried", func() bool {
		d, _ := h.Delivery("default", "mail-1")
		return d.Attempts > 0
	})
	if d, _ := h.Delivery("default", "mail-1"); d.State != outbox.Queued || !strings.Contains(d.Words, "STARTTLS") || r.times("MAIL") != 0 {
		t.Errorf("delivery = %+v after %d MAIL", d, r.times("MAIL"))
	}
}

func TestRelayAddresses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]outbox.Relay{
		"smtp://mail":                           {Address: "mail:25"},
		"smtp://[::1]:2525":                     {Address: "[::1]:2525"},
		"smtp+starttls://u:p%40@mail.example":   {Address: "mail.example:587", User: "u", Password: "p@", Security: outbox.StartTLS},
		"smtps://mail.example/?certificate=any": {Address: "mail.example:465", Security: outbox.TLS, AnyCertificate: true},
	} {
		if got, err := outbox.ParseRelay(text); got != want || err != nil {
			t.Errorf("%s = %+v (%v), want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "mail:25", "http://mail", "smtp://", "smtp://mail:99999", "smtp://mail/x", "smtp://mail?tls=no", "smtp://u:secret@mail:no", "smtp://u:secret@%zz"} {
		if _, err := outbox.ParseRelay(text); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: error %v, want one without the password", text, err)
		}
	}
}
