package pdf

import (
	"bytes"
	"compress/zlib"
	"encoding/ascii85"
	"errors"
	"io"
)

var (
	errTooLarge    = errors.New("PDF content inflates beyond the bound")
	errUnsupported = errors.New("PDF filter not supported")
)

// decode undoes a stream's filters, within what is left of the bound on
// inflated bytes.
func (f *file) decode(o object) ([]byte, error) {
	d, ok := o.value.(dict)
	if !ok || o.stream == nil {
		return nil, errSyntax
	}
	var filters []any
	switch v := f.resolve(d["Filter"]).value.(type) {
	case name:
		filters = []any{v}
	case []any:
		filters = v
	}
	if len(filters) > 4 {
		return nil, errUnsupported
	}
	content := o.stream
	for _, filter := range filters {
		var err error
		if content, err = f.undo(f.resolve(filter).value, content); err != nil {
			return nil, err
		}
	}
	return content, nil
}

func (f *file) undo(filter any, content []byte) ([]byte, error) {
	switch filter {
	case name("FlateDecode"), name("Fl"):
		r, err := zlib.NewReader(bytes.NewReader(content))
		if err != nil {
			return nil, err
		}
		return f.take(r)
	case name("ASCII85Decode"), name("A85"):
		content, _, _ = bytes.Cut(content, []byte("~>"))
		return f.take(ascii85.NewDecoder(bytes.NewReader(bytes.TrimPrefix(content, []byte("<~")))))
	case name("ASCIIHexDecode"), name("AHx"):
		content, _, _ = bytes.Cut(content, []byte(">"))
		return f.take(bytes.NewReader(unhex(content)))
	}
	return nil, errUnsupported
}

// take reads what a filter gives. Truncated data counts for what it gives,
// as in every reader.
func (f *file) take(r io.Reader) ([]byte, error) {
	out, err := io.ReadAll(&metered{io.LimitReader(r, int64(f.inflate)+1), f.limits.Takes})
	if len(out) > f.inflate {
		return nil, errTooLarge
	}
	f.inflate -= len(out)
	if err != nil && len(out) == 0 {
		return nil, err
	}
	return out, nil
}

// metered tells of bytes as they are read.
type metered struct {
	from  io.Reader
	takes func(n int)
}

// Read is io.Reader's.
func (m *metered) Read(p []byte) (int, error) {
	n, err := m.from.Read(p)
	if m.takes != nil {
		m.takes(n)
	}
	return n, err
}
