package xmldoc

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

var declaredEncoding = regexp.MustCompile(`^<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']`)

// toUTF8 gives the document in UTF-8. The encodings are those that invoices
// are written in: UTF-8, UTF-16 with its mark, and the Western single-byte
// ones (PES is ISO-8859-1 by rule). Another one is an error in the words of
// Xerces.
func toUTF8(data []byte) ([]byte, *Error) {
	data, found := bytes.CutPrefix(data, []byte("\xEF\xBB\xBF"))
	if !found && (bytes.HasPrefix(data, []byte{0xFF, 0xFE}) || bytes.HasPrefix(data, []byte{0xFE, 0xFF})) {
		return decode(unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM), data)
	}
	name := ""
	if m := declaredEncoding.FindSubmatch(data[:min(len(data), 256)]); m != nil {
		name = strings.ToUpper(string(m[1]))
	}
	switch name {
	case "", "UTF-8", "UTF8", "US-ASCII", "ASCII":
		return data, badUTF8(data)
	case "ISO-8859-1", "ISO8859-1", "ISO8859_1", "LATIN1", "LATIN-1":
		return decode(charmap.ISO8859_1, data)
	case "ISO-8859-15", "ISO8859-15", "LATIN-9", "LATIN9":
		return decode(charmap.ISO8859_15, data)
	case "WINDOWS-1252", "CP1252":
		return decode(charmap.Windows1252, data)
	}
	return data, &Error{Message: `Encoding "` + name + `" is not supported.`, Offset: 0}
}

func decode(e encoding.Encoding, data []byte) ([]byte, *Error) {
	out, err := e.NewDecoder().Bytes(data)
	if err != nil {
		return data, &Error{Message: "Invalid byte 1 of 1-byte UTF-8 sequence.", Offset: 0}
	}
	return out, nil
}

// badUTF8 finds the first byte that is not UTF-8.
func badUTF8(data []byte) *Error {
	if utf8.Valid(data) {
		return nil
	}
	for at := 0; at < len(data); {
		r, size := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && size == 1 {
			return &Error{Message: invalidByte(data[at:]), Offset: at}
		}
		at += size
	}
	return nil
}

func invalidByte(rest []byte) string {
	first := rest[0]
	length := 1
	switch {
	case first&0xE0 == 0xC0:
		length = 2
	case first&0xF0 == 0xE0:
		length = 3
	case first&0xF8 == 0xF0:
		length = 4
	}
	for i := 1; i < length; i++ {
		if i >= len(rest) || rest[i]&0xC0 != 0x80 {
			return "Invalid byte " + digit(i+1) + " of " + digit(length) + "-byte UTF-8 sequence."
		}
	}
	return "Invalid byte 1 of 1-byte UTF-8 sequence."
}

func digit(n int) string { return string(rune('0' + n)) }
