package schema

import (
	"bytes"
	"time"
)

// Valid tells whether a text is in the lexical space of an XML Schema
// datatype, white space around it aside.
func Valid(kind Kind, text []byte) bool {
	if kind == Base64 {
		return validBase64(text)
	}
	text = bytes.Trim(text, " \t\r\n")
	switch kind {
	case Decimal:
		return validDecimal(text)
	case Boolean:
		s := string(text)
		return s == "true" || s == "false" || s == "1" || s == "0"
	case Date:
		_, ok := ParseDate(string(text))
		return ok
	case Time:
		return validTime(string(text))
	}
	return true
}

func validDecimal(text []byte) bool {
	if len(text) > 0 && (text[0] == '+' || text[0] == '-') {
		text = text[1:]
	}
	digits, points := 0, 0
	for _, c := range text {
		switch {
		case '0' <= c && c <= '9':
			digits++
		case c == '.':
			points++
		default:
			return false
		}
	}
	return digits > 0 && points <= 1
}

// ParseDate reads an xs:date. Its time zone, which invoices do not mean, is
// let go.
func ParseDate(s string) (time.Time, bool) {
	if len(s) < len("2006-01-02") {
		return time.Time{}, false
	}
	day, err := time.Parse("2006-01-02", s[:10])
	if err != nil || !validZone(s[10:]) {
		return time.Time{}, false
	}
	return day, true
}

func validZone(s string) bool {
	if s == "" || s == "Z" {
		return true
	}
	if len(s) != len("+01:00") || (s[0] != '+' && s[0] != '-') {
		return false
	}
	_, err := time.Parse("15:04", s[1:])
	return err == nil
}

func validTime(s string) bool {
	if len(s) < len("15:04:05") {
		return false
	}
	rest := s[8:]
	if len(rest) > 1 && rest[0] == '.' {
		n := 1
		for n < len(rest) && '0' <= rest[n] && rest[n] <= '9' {
			n++
		}
		if n == 1 {
			return false
		}
		rest = rest[n:]
	}
	_, err := time.Parse("15:04:05", s[:8])
	return err == nil && validZone(rest)
}

// The classes of characters in base64; 0 is none of them.
const (
	symbol = iota + 1
	space
	pad
)

var base64Class = func() (class [256]uint8) {
	for _, c := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/" {
		class[c] = symbol
	}
	class[' '], class['\t'], class['\r'], class['\n'], class['='] = space, space, space, space, pad
	return class
}()

func validBase64(text []byte) bool {
	symbols, padding := 0, 0
	for _, c := range text {
		switch base64Class[c] {
		case symbol:
			if padding > 0 {
				return false
			}
			symbols++
		case pad:
			padding++
		case space:
		default:
			return false
		}
	}
	return padding <= 2 && (symbols+padding)%4 == 0
}
