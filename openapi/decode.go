package openapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"unicode/utf8"
	"unsafe"

	"github.com/bytedance/sonic"
	"github.com/bytedance/sonic/decoder"
)

// maxDepth is how deep arrays and objects may nest. The deepest schema needs
// less than ten levels; deeper values only serve to exhaust a stack.
const maxDepth = 100

// codec keeps numbers as they are written, so that a large identifier is not
// rounded before its bounds are checked.
var codec = sonic.Config{UseNumber: true, ValidateString: true}.Froze()

// decodedJSON is a decoded body. Its strings are parts of the body's own bytes
// where nothing in them is escaped: it must be dropped before whoever has the
// body may change it.
type decodedJSON struct {
	value any
	// oddNumbers tells that some number has a fraction, an exponent or more
	// digits than a float64 carries exactly.
	oddNumbers bool
}

// decodeJSON decodes a body that must hold exactly one JSON value.
func decodeJSON(body []byte) (decodedJSON, *Violation) {
	deepAt, oddNumbers := scan(body)
	if deepAt >= 0 {
		return decodedJSON{}, &Violation{In: inBody, Rule: RuleTooDeep,
			Message: "the JSON is nested deeper than " + strconv.Itoa(maxDepth) + " levels at " + position(body, deepAt)}
	}
	// RFC 8259 section 8.1; the decoder would replace the wrong bytes in silence.
	if !utf8.Valid(body) {
		return decodedJSON{}, malformed(body, invalidUTF8(body), "it is not UTF-8")
	}
	decoded := decodedJSON{oddNumbers: oddNumbers}
	// The decoder's own Unmarshal copies the body first: 40 MB of a flow.
	text := unsafe.String(unsafe.SliceData(body), len(body))
	if err := codec.UnmarshalFromString(text, &decoded.value); err != nil {
		return decodedJSON{}, syntaxViolation(body, err)
	}
	return decoded, nil
}

// scan reads the structure of a JSON text once, before any decoder does: where
// it nests too deep (-1 if nowhere), and whether it has numbers that need a
// closer look. On malformed text it may say anything.
func scan(body []byte) (deepAt int, oddNumbers bool) {
	depth, digits := 0, 0
	for i := 0; i < len(body); i++ {
		c := body[i]
		if c >= '0' && c <= '9' {
			if digits++; digits > 15 {
				oddNumbers = true
			}
			continue
		}
		if digits > 0 && (c == '.' || c == 'e' || c == 'E') {
			oddNumbers = true
		}
		digits = 0
		switch c {
		case '"':
			i = endOfString(body, i)
		case '{', '[':
			if depth++; depth > maxDepth {
				return i, oddNumbers
			}
		case '}', ']':
			depth--
		}
	}
	return -1, oddNumbers
}

// endOfString is the index of the quote that closes the string opened at start.
func endOfString(body []byte, start int) int {
	for i := start + 1; ; i++ {
		next := bytes.IndexByte(body[i:], '"')
		if next < 0 {
			return len(body)
		}
		i += next
		backslashes := 0
		for body[i-1-backslashes] == '\\' {
			backslashes++
		}
		if backslashes%2 == 0 {
			return i
		}
	}
}

func syntaxViolation(body []byte, err error) *Violation {
	var ours decoder.SyntaxError
	var std *json.SyntaxError
	switch {
	case errors.As(err, &ours) && ours.Pos < len(body):
		return malformed(body, ours.Pos, "a character is out of place")
	case errors.As(err, &std) && int(std.Offset) < len(body):
		return malformed(body, int(std.Offset)-1, "a character is out of place")
	}
	return malformed(body, len(body), "it ends too early")
}

func malformed(body []byte, at int, why string) *Violation {
	return &Violation{In: inBody, Rule: RuleMalformedJSON, Message: "the JSON is malformed at " + position(body, at) + ": " + why}
}

// position counts lines and bytes from 1, as editors do.
func position(body []byte, at int) string {
	before := body[:min(max(at, 0), len(body))]
	line := 1 + bytes.Count(before, []byte{'\n'})
	column := len(before) - bytes.LastIndexByte(before, '\n')
	return "line " + strconv.Itoa(line) + ", column " + strconv.Itoa(column)
}

func invalidUTF8(body []byte) int {
	for i := 0; i < len(body); {
		if body[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRune(body[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return len(body)
}
