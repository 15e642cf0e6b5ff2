package gateway

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// tokenLife is what PISTE grants, and what expires_in says.
const tokenLife = time.Hour

// token is an access token, opaque to its bearer and self-verifying: whoever
// holds the sandbox's key can check it, so nothing is stored.
//
//	 0  the sandbox's mark           8 bytes
//	 8  the application's id         4 bytes
//	12  the instant of issue, in ms  6 bytes
//	18  the serial number            4 bytes
//	22  HMAC-SHA256 of all that     18 bytes, the first of 32
type token [tokenBytes]byte

const signedBytes = 22

func newToken(mark uint64, application uint32, issued time.Time, serial uint32, key [32]byte) *token {
	t := &token{}
	binary.BigEndian.PutUint64(t[0:], mark)
	binary.BigEndian.PutUint32(t[8:], application)
	var millis [8]byte
	binary.BigEndian.PutUint64(millis[:], uint64(issued.UnixMilli()))
	copy(t[12:18], millis[2:])
	binary.BigEndian.PutUint32(t[18:], serial)
	copy(t[signedBytes:], t.signature(key))
	return t
}

// parseToken reads a token without checking it; false when the text never was
// one.
func parseToken(text string) (*token, bool) {
	t := &token{}
	ok := decode62(text, (*[tokenBytes]byte)(t))
	return t, ok
}

func (t *token) text() string { return encode62((*[tokenBytes]byte)(t)) }

func (t *token) mark() uint64 { return binary.BigEndian.Uint64(t[0:]) }

func (t *token) application() uint32 { return binary.BigEndian.Uint32(t[8:]) }

func (t *token) issued() time.Time {
	// The shifts extend the sign of the six bytes.
	millis := int64(binary.BigEndian.Uint64(t[10:])<<16) >> 16
	return time.UnixMilli(millis)
}

func (t *token) genuine(key [32]byte) bool {
	return hmac.Equal(t[signedBytes:], t.signature(key))
}

func (t *token) signature(key [32]byte) []byte {
	mac := hmac.New(sha256.New, key[:])
	mac.Write(t[:signedBytes])
	return mac.Sum(nil)[:tokenBytes-signedBytes]
}

// What the gateway says of a bad token, in the words of the product it runs on.
const (
	tokenUnknown    = "Unable to find the access token in persistent storage."
	tokenExpired    = "The access token expired."
	clientNotUsable = "The client app was not found or is disabled."
)

// verify finds the application that a token was issued to, or refuses it.
func (t *token) verify(v sandboxes.View, now time.Time) (*qualif.Application, *answer) {
	issued := t.issued()
	ends := issued.Add(tokenLife)
	switch {
	case !t.genuine(v.TokenKey()):
		return nil, refuseToken(tokenUnknown, reason{"token-unknown",
			"the token names sandbox " + v.Name + ", which did not issue it as it is now: it was altered, or the sandbox was made anew with another seed"})
	case issued.After(now):
		return nil, refuseToken(tokenUnknown, reason{"token-unknown", fmt.Sprintf(
			"the token was issued on %s, and the clock of sandbox %s reads %s: it was set back by a reset",
			qualif.FormatInstant(issued), v.Name, qualif.FormatInstant(now))})
	case !now.Before(ends):
		return nil, refuseToken(tokenExpired, reason{"token-expired", fmt.Sprintf(
			"the token was issued on %s and expired %s, %d s later; the clock of sandbox %s reads %s",
			qualif.FormatInstant(issued), qualif.FormatInstant(ends), tokenLife/time.Second, v.Name, qualif.FormatInstant(now))})
	}
	application, ok := v.Application(t.application())
	switch {
	case !ok:
		return nil, refuseToken(clientNotUsable, reason{"application-unknown",
			fmt.Sprintf("the token was issued to application %d, which sandbox %s no longer has", t.application(), v.Name)})
	case !application.Enabled:
		return nil, refuseToken(clientNotUsable, reason{"application-disabled", "application " + application.Name + " is disabled"})
	}
	return application, nil
}

// tokenClock is the present instant on the clock that tokens live by.
func tokenClock(v sandboxes.View, sb *sandboxes.Sandbox) time.Time {
	if v.Switches.Get(qualif.SwitchTokenClock) == "wall" {
		return sb.WallNow()
	}
	return v.Present
}
