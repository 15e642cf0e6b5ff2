package pdf

import (
	"bytes"
	"errors"
	"strconv"
)

// The values of PDF's own language. Strings are []byte, numbers float64,
// booleans bool, null nil.
type (
	name string
	ref  int
	dict map[name]any
	// word is a keyword: obj, stream, R and the like.
	word string
)

var (
	errSyntax = errors.New("malformed PDF object")
	errBudget = errors.New("PDF takes too much work to read")
)

const maxNesting = 40

// lexer reads values from a part of a file. The budget is shared by all the
// lexers of a file: it bounds the work that unterminated strings and the like
// can cause.
type lexer struct {
	data   []byte
	pos    int
	budget *int
}

func (l *lexer) spend(n int) error {
	if *l.budget -= n; *l.budget < 0 {
		return errBudget
	}
	return nil
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func isDelimiter(c byte) bool {
	return bytes.IndexByte([]byte("()<>[]{}/%"), c) >= 0
}

func (l *lexer) skipSpace() {
	for l.pos < len(l.data) {
		switch c := l.data[l.pos]; {
		case isSpace(c):
			l.pos++
		case c == '%':
			for l.pos < len(l.data) && l.data[l.pos] != '\n' && l.data[l.pos] != '\r' {
				l.pos++
			}
		default:
			return
		}
	}
}

// value reads one value. A reference "12 0 R" is one value.
func (l *lexer) value(depth int) (any, error) {
	start := l.pos
	l.skipSpace()
	if l.pos >= len(l.data) || depth > maxNesting {
		return nil, errSyntax
	}
	var (
		v   any
		err error
	)
	switch c := l.data[l.pos]; {
	case c == '/':
		l.pos++
		v = l.name()
	case c == '(':
		v, err = l.literal()
	case c == '[':
		l.pos++
		v, err = l.array(depth)
	case c == '<' && l.pos+1 < len(l.data) && l.data[l.pos+1] == '<':
		l.pos += 2
		v, err = l.dict(depth)
	case c == '<':
		v, err = l.hex()
	case c == '+' || c == '-' || c == '.' || '0' <= c && c <= '9':
		v, err = l.number()
	case isDelimiter(c):
		return nil, errSyntax
	default:
		v = l.keyword()
	}
	if err == nil {
		err = l.spend(l.pos - start + 1)
	}
	return v, err
}

func (l *lexer) regular() []byte {
	start := l.pos
	for l.pos < len(l.data) && !isSpace(l.data[l.pos]) && !isDelimiter(l.data[l.pos]) {
		l.pos++
	}
	return l.data[start:l.pos]
}

func (l *lexer) name() name {
	raw := l.regular()
	if bytes.IndexByte(raw, '#') < 0 {
		return name(raw)
	}
	var out []byte
	for i := 0; i < len(raw); i++ {
		if raw[i] == '#' && i+2 < len(raw) {
			if b, err := strconv.ParseUint(string(raw[i+1:i+3]), 16, 8); err == nil {
				out = append(out, byte(b))
				i += 2
				continue
			}
		}
		out = append(out, raw[i])
	}
	return name(out)
}

func (l *lexer) keyword() any {
	switch w := string(l.regular()); w {
	case "true":
		return true
	case "false":
		return false
	case "null":
		return nil
	default:
		return word(w)
	}
}

func (l *lexer) number() (any, error) {
	raw := l.regular()
	if len(raw) > 32 {
		return nil, errSyntax
	}
	f, err := strconv.ParseFloat(string(raw), 64)
	if err != nil {
		return nil, errSyntax
	}
	if number, ok := l.reference(f); ok {
		return number, nil
	}
	return f, nil
}

// reference looks ahead for the rest of "12 0 R".
func (l *lexer) reference(first float64) (ref, bool) {
	if first < 0 || first != float64(int(first)) || first > 1e9 {
		return 0, false
	}
	at := l.pos
	digits := 0
	for at < len(l.data) && isSpace(l.data[at]) {
		at++
	}
	for at < len(l.data) && '0' <= l.data[at] && l.data[at] <= '9' && digits < 6 {
		at++
		digits++
	}
	space := at
	for at < len(l.data) && isSpace(l.data[at]) {
		at++
	}
	if digits == 0 || at == space || at >= len(l.data) || l.data[at] != 'R' {
		return 0, false
	}
	if at+1 < len(l.data) && !isSpace(l.data[at+1]) && !isDelimiter(l.data[at+1]) {
		return 0, false
	}
	l.pos = at + 1
	return ref(first), true
}

func (l *lexer) array(depth int) (any, error) {
	out := []any{}
	for {
		l.skipSpace()
		if l.pos < len(l.data) && l.data[l.pos] == ']' {
			l.pos++
			return out, nil
		}
		v, err := l.value(depth + 1)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
}

func (l *lexer) dict(depth int) (any, error) {
	out := dict{}
	for {
		l.skipSpace()
		if bytes.HasPrefix(l.data[l.pos:], []byte(">>")) {
			l.pos += 2
			return out, nil
		}
		if l.pos >= len(l.data) || l.data[l.pos] != '/' {
			return nil, errSyntax
		}
		l.pos++
		key := l.name()
		v, err := l.value(depth + 1)
		if err != nil {
			return nil, err
		}
		out[key] = v
	}
}

func (l *lexer) hex() (any, error) {
	end := bytes.IndexByte(l.data[l.pos:], '>')
	if end < 0 {
		return nil, l.lost()
	}
	raw := l.data[l.pos+1 : l.pos+end]
	l.pos += end + 1
	return unhex(raw), nil
}

func unhex(raw []byte) []byte {
	var out []byte
	half, have := byte(0), false
	for _, c := range raw {
		d, err := strconv.ParseUint(string(c), 16, 8)
		if err != nil {
			continue
		}
		if have {
			out = append(out, half<<4|byte(d))
		}
		half, have = byte(d), !have
	}
	if have {
		out = append(out, half<<4)
	}
	return out
}

// lost accounts for a search that went to the end of the file in vain.
func (l *lexer) lost() error {
	if err := l.spend(len(l.data) - l.pos); err != nil {
		return err
	}
	return errSyntax
}

func (l *lexer) literal() (any, error) {
	var out []byte
	start, open := l.pos, 0
	for ; l.pos < len(l.data); l.pos++ {
		switch c := l.data[l.pos]; c {
		case '(':
			if open++; open > 1 {
				out = append(out, c)
			}
		case ')':
			if open--; open == 0 {
				l.pos++
				return out, nil
			}
			out = append(out, c)
		case '\\':
			out = l.escape(out)
		default:
			out = append(out, c)
		}
	}
	l.pos = start
	return nil, l.lost()
}

func (l *lexer) escape(out []byte) []byte {
	l.pos++
	if l.pos >= len(l.data) {
		return out
	}
	c := l.data[l.pos]
	if plain := bytes.IndexByte([]byte("nrtbf"), c); plain >= 0 {
		return append(out, "\n\r\t\b\f"[plain])
	}
	switch {
	case '0' <= c && c <= '7':
		value, end := 0, min(l.pos+3, len(l.data))
		for ; l.pos < end && '0' <= l.data[l.pos] && l.data[l.pos] <= '7'; l.pos++ {
			value = value*8 + int(l.data[l.pos]-'0')
		}
		l.pos--
		return append(out, byte(value))
	case c == '\n':
		return out
	case c == '\r':
		if l.pos+1 < len(l.data) && l.data[l.pos+1] == '\n' {
			l.pos++
		}
		return out
	}
	return append(out, c)
}
