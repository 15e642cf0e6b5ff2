package gateway

import (
	"bytes"
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

const accountHeader = "Cpro-Account"

// account is what the header cpro-account says.
type account struct{ login, password string }

// parseAccount reads the header cpro-account, the standard base64 of the UTF-8
// bytes of login:password, split at the first colon since passwords have colons
// too. Lenient decoding also takes the URL-safe alphabet and missing padding.
//
// The reasons never repeat what was sent, which may be a password.
func parseAccount(values []string, lenient bool) (account, reason) {
	decoded, malformed := decodeAccount(values, lenient)
	if malformed.code != "" {
		return account{}, malformed
	}
	login, password, found := strings.Cut(string(decoded), ":")
	switch {
	case bytes.IndexByte(decoded, 0) >= 0:
		return account{}, reason{"cpro-account-not-utf8", "cpro-account decodes to text with NUL bytes, probably UTF-16: encode the UTF-8 bytes of login:password"}
	case !utf8.Valid(decoded):
		return account{}, reason{"cpro-account-not-utf8", "cpro-account decodes to bytes that are not UTF-8, probably ISO-8859-1: encode the UTF-8 bytes of login:password"}
	case !found:
		return account{}, reason{"cpro-account-no-colon", "cpro-account decodes to a text without a colon: encode login:password"}
	case login == "":
		return account{}, reason{"cpro-account-no-login", "cpro-account decodes to a text that begins with the colon: the login is missing"}
	}
	return account{login, password}, reason{}
}

func decodeAccount(values []string, lenient bool) ([]byte, reason) {
	switch {
	case len(values) == 0:
		return nil, reason{"cpro-account-missing", "there is no header cpro-account: it takes the base64 of login:password of a technical account"}
	case len(values) > 1:
		return nil, reason{"cpro-account-repeated", "the header cpro-account is there more than once"}
	case values[0] == "":
		return nil, reason{"cpro-account-empty", "the header cpro-account is empty"}
	}
	value := values[0]
	decoded, err := base64.StdEncoding.DecodeString(value)
	if err == nil {
		return decoded, reason{}
	}
	decoded, err = base64.RawStdEncoding.DecodeString(strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(value, "=")))
	if err == nil && lenient {
		return decoded, reason{}
	}
	return nil, notBase64(value, err == nil)
}

// notBase64 tells in which of the usual ways a value is not standard base64;
// near tells that only its alphabet or padding are at fault.
func notBase64(value string, near bool) reason {
	const prefix = "basic "
	switch {
	case len(value) > len(prefix) && strings.EqualFold(value[:len(prefix)], prefix):
		return reason{"cpro-account-basic-prefix", "cpro-account begins with \"Basic\": it takes the base64 alone"}
	case strings.Contains(value, ":"):
		return reason{"cpro-account-clear-text", "cpro-account has a colon, so it was sent in clear: it takes the base64 of login:password"}
	case near && strings.ContainsAny(value, "-_"):
		return reason{"cpro-account-url-safe", "cpro-account is in the URL-safe alphabet: it takes standard base64, with + and / (switch gateway.account-encoding)"}
	case near:
		return reason{"cpro-account-unpadded", "the padding of cpro-account is missing or wrong: it takes standard base64, which ends with = where needed (switch gateway.account-encoding)"}
	}
	return reason{"cpro-account-not-base64", "cpro-account is not base64"}
}

// withoutNewline drops the end of line that echo without -n leaves.
func withoutNewline(password string) string {
	return strings.TrimSuffix(strings.TrimSuffix(password, "\n"), "\r")
}
