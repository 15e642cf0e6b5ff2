package qualif

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strconv"
)

const (
	lowers = "abcdefghijklmnopqrstuvwxyz"
	uppers = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits = "0123456789"
	// specials2022 and specials2020 add to the characters seen in real
	// passwords (_ $ ( . and : ; & | { - +) those that break naive clients:
	// the separator of the header, shell and .env syntax, CSV and XML.
	specials2022 = "_$(.:&;<"
	specials2020 = ":;&|{-+$("
)

// secret derives everything unpredictable in a sandbox from its seed, so that
// the same seed gives the same bytes and nothing drifts when one more value is
// drawn elsewhere.
func secret(seed int64, purpose string) [32]byte {
	var key [8]byte
	binary.BigEndian.PutUint64(key[:], uint64(seed))
	mac := hmac.New(sha256.New, key[:])
	mac.Write([]byte("chorus-qualif/1 " + purpose))
	return [32]byte(mac.Sum(nil))
}

func stream(seed int64, purpose string) *rand.Rand {
	return rand.New(rand.NewChaCha8(secret(seed, purpose)))
}

// generatePassword makes the password for a purpose in the shape of a
// generation, as the examples in public code show it: the 13 characters of 2022
// (10 lower case, one upper case, one digit, one special) or the 16 of 2020 (all
// kinds, many specials, the header's separator always among them).
func generatePassword(generator string, seed int64, purpose string) string {
	r := stream(seed, "password "+purpose)
	pick := func(from string) byte { return from[r.IntN(len(from))] }
	var out []byte
	switch generator {
	case "16-many-specials":
		out = append(out, ':', pick(specials2020), pick(specials2020), pick(specials2020), pick(specials2020))
		out = append(out, pick(lowers), pick(uppers), pick(digits))
		for len(out) < 16 {
			out = append(out, pick(lowers+uppers+digits))
		}
	default:
		for range 10 {
			out = append(out, pick(lowers))
		}
		out = append(out, pick(uppers), pick(digits), pick(specials2022))
	}
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return string(out)
}

// digest is what is kept of a technical account's password: a MAC under the
// sandbox's key, bound to the login.
func digest(key [32]byte, login, password string) string {
	mac := hmac.New(sha256.New, key[:])
	mac.Write([]byte(foldLogin(login)))
	mac.Write([]byte{0})
	mac.Write([]byte(password))
	return base64.RawStdEncoding.EncodeToString(mac.Sum(nil))
}

func sameText(a, b string) bool {
	return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}

// uuid makes a PISTE identifier (8-4-4-4-12 hexadecimal digits, version 4).
func uuid(seed int64, purpose string) string {
	b := secret(seed, "uuid "+purpose)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
}

// passwordPurpose names the nth password that a sandbox generates on request.
func passwordPurpose(n int) string { return "request " + strconv.Itoa(n) }
