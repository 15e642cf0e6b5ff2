package outbox

import (
	"crypto/hmac"
	"crypto/md5" // the mechanism's own, RFC 2195
	"encoding/hex"
)

// cram is the client's side of CRAM-MD5, which the SASL library lacks and
// MailHog's release form offers.
type cram struct{ user, secret string }

// Start begins without a word: the server's challenge comes first.
func (c *cram) Start() (mechanism string, response []byte, err error) { return "CRAM-MD5", nil, nil }

// Next answers the challenge.
func (c *cram) Next(challenge []byte) ([]byte, error) {
	digest := hmac.New(md5.New, []byte(c.secret))
	digest.Write(challenge)
	return []byte(c.user + " " + hex.EncodeToString(digest.Sum(nil))), nil
}
