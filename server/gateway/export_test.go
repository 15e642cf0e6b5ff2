package gateway

import "time"

// What the tests need to forge tokens and to measure their check alone.

// ForgeToken makes the token that a sandbox with this key would.
func ForgeToken(mark uint64, application uint32, issued time.Time, serial uint32, key [32]byte) string {
	return newToken(mark, application, issued, serial, key).text()
}

// CheckToken reads a token and verifies its signature.
func CheckToken(text string, key [32]byte) (mark uint64, application uint32, issued time.Time, genuine bool) {
	t, ok := parseToken(text)
	if !ok {
		return 0, 0, time.Time{}, false
	}
	return t.mark(), t.application(), t.issued(), t.genuine(key)
}

// Encode62 and Decode62 are the alphabet of tokens.
func Encode62(raw [tokenBytes]byte) string { return encode62(&raw) }

// Decode62 undoes Encode62.
func Decode62(text string) (raw [tokenBytes]byte, ok bool) {
	ok = decode62(text, &raw)
	return raw, ok
}
