package gateway

import (
	"encoding/binary"
	"math/bits"
)

const (
	tokenBytes = 40
	// tokenDigits is how many digits of base 62 hold tokenBytes: the length
	// of PISTE's own tokens.
	tokenDigits = 54
	tokenLimbs  = tokenBytes / 8

	digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	base   = uint64(len(digits))
	// stride is how many digits are worked on at a time: as many as fit a
	// machine word.
	stride     = 10
	strideBase = base * base * base * base * base * base * base * base * base * base
	// headDigits are left over before the strides.
	headDigits = tokenDigits % stride
)

// encode62 writes bytes as a number in base 62, of fixed width.
func encode62(raw *[tokenBytes]byte) string {
	var limbs [tokenLimbs]uint64
	for i := range limbs {
		limbs[i] = binary.BigEndian.Uint64(raw[i*8:])
	}
	var out [tokenDigits]byte
	for end := tokenDigits; end > 0; end -= stride {
		rest := divide(&limbs, strideBase)
		for i := end - 1; i >= max(end-stride, 0); i-- {
			out[i] = digits[rest%base]
			rest /= base
		}
	}
	return string(out[:])
}

// decode62 undoes encode62; false when the text is not what encode62 writes for
// some bytes.
func decode62(text string, raw *[tokenBytes]byte) bool {
	if len(text) != tokenDigits {
		return false
	}
	var limbs [tokenLimbs]uint64
	for start, end := 0, headDigits; start < tokenDigits; start, end = end, end+stride {
		word := uint64(0)
		for _, c := range []byte(text[start:end]) {
			digit, ok := digitOf(c)
			if !ok {
				return false
			}
			word = word*base + digit
		}
		if overflow := multiplyAdd(&limbs, strideBase, word); overflow {
			return false
		}
	}
	for i, limb := range limbs {
		binary.BigEndian.PutUint64(raw[i*8:], limb)
	}
	return true
}

func digitOf(c byte) (uint64, bool) {
	switch {
	case c >= '0' && c <= '9':
		return uint64(c - '0'), true
	case c >= 'A' && c <= 'Z':
		return uint64(c-'A') + 10, true
	case c >= 'a' && c <= 'z':
		return uint64(c-'a') + 36, true
	}
	return 0, false
}

// divide leaves the quotient in the limbs, the most significant one first, and
// returns the remainder.
func divide(limbs *[tokenLimbs]uint64, by uint64) (remainder uint64) {
	for i := range limbs {
		limbs[i], remainder = bits.Div64(remainder, limbs[i], by)
	}
	return remainder
}

// multiplyAdd is limbs*by + add; it tells whether that overflows them.
func multiplyAdd(limbs *[tokenLimbs]uint64, by, add uint64) (overflow bool) {
	for i := tokenLimbs - 1; i >= 0; i-- {
		high, low := bits.Mul64(limbs[i], by)
		sum, carry := bits.Add64(low, add, 0)
		limbs[i], add = sum, high+carry
	}
	return add != 0
}
