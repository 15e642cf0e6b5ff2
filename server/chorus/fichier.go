package chorus

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"unsafe"

	"github.com/bytedance/sonic"
	"github.com/bytedance/sonic/decoder"
)

// The largest files: 30 Mo a flow through the API (AIFE, 30/04/2026, 5.4.1),
// 10 Mo elsewhere (official descriptions). A Mo is taken for 2^20 bytes, as the
// larger of its two meanings refuses nothing that the platform takes.
const (
	mo            = 1 << 20
	maxFlux       = 30 * mo
	maxFichier    = 10 * mo
	maxTelecharge = 120 * mo
)

// MaxBody is how many bytes of body an operation takes; a larger one is a 413,
// whatever is in it. Where a file that is too large has an answer of its own, the
// body may be somewhat larger than the file as base64.
func MaxBody(operation string) int64 {
	switch operation {
	case opDeposerFlux:
		return 64 * mo
	case opAjouterFichier:
		return 32 * mo
	}
	return 16 * mo
}

// fichier is a file in a request, as base64. It refers to the bytes of the
// request's body, which may be 40 MB.
type fichier struct {
	// encoded is the JSON text between the quotes, escapes included.
	encoded []byte
}

// UnmarshalJSON takes a JSON string, or null for no file.
func (f *fichier) UnmarshalJSON(text []byte) error {
	switch {
	case string(text) == "null":
	case len(text) < 2 || text[0] != '"':
		return errors.New("a file is a string")
	default:
		f.encoded = text[1 : len(text)-1]
	}
	return nil
}

// absent tells no file, or an empty one.
func (f *fichier) absent() bool { return len(f.encoded) == 0 }

// decode is the file. Line ends and blanks among the base64 are ignored, since
// clients end it with a newline or fold it.
func (f *fichier) decode() ([]byte, error) {
	const spare = bytes.MinRead
	decoded := bytes.NewBuffer(make([]byte, 0, base64.StdEncoding.DecodedLen(len(f.encoded))+spare))
	if _, err := decoded.ReadFrom(base64.NewDecoder(base64.StdEncoding, &unescaper{rest: f.encoded})); err != nil {
		return nil, fmt.Errorf("the file is not standard padded base64: %w", err)
	}
	return decoded.Bytes(), nil
}

// unescaper reads the text of a JSON string without its blanks.
type unescaper struct{ rest []byte }

func (u *unescaper) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) && len(u.rest) > 0 {
		plain := u.rest[:min(len(u.rest), len(p)-n)]
		for _, special := range []byte{'\\', ' '} {
			if at := bytes.IndexByte(plain, special); at >= 0 {
				plain = plain[:at]
			}
		}
		if len(plain) > 0 {
			n += copy(p[n:], plain)
			u.rest = u.rest[len(plain):]
			continue
		}
		c, width, err := u.next()
		if err != nil {
			return n, err
		}
		u.rest = u.rest[width:]
		if c > ' ' {
			p[n] = c
			n++
		}
	}
	if n == 0 && len(u.rest) == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// next is the next character, and how many bytes write it; one that base64
// cannot have comes as it is, or as an error.
func (u *unescaper) next() (c byte, width int, err error) {
	c = u.rest[0]
	if c != '\\' {
		return c, 1, nil
	}
	switch {
	case len(u.rest) < 2:
	case u.rest[1] == '/':
		return '/', 2, nil
	case bytes.IndexByte([]byte("nrtbf"), u.rest[1]) >= 0:
		return ' ', 2, nil
	case u.rest[1] == 'u' && len(u.rest) >= 6:
		if code, err := strconv.ParseUint(string(u.rest[2:6]), 16, 16); err == nil && code < 0x80 {
			return byte(code), 6, nil
		}
	}
	return 0, 0, fmt.Errorf("it has %q", u.rest[:min(len(u.rest), 6)])
}

// fileCodec copies the short strings of a request, so that whoever keeps one does
// not keep the file beside it.
var fileCodec = sonic.Config{CaseSensitive: true, CopyString: true}.Froze()

// decodedFile is decoded for a request that carries a file: the body is not
// copied.
func decodedFile[P any](answer func(*Call, *P) Answer) Operation {
	_ = decoder.Pretouch(reflect.TypeFor[P]())
	return func(c *Call) Answer {
		var params P
		if !blank(c.Body) {
			text := unsafe.String(unsafe.SliceData(c.Body), len(c.Body))
			if err := fileCodec.UnmarshalFromString(text, &params); err != nil {
				return unreadable()
			}
		}
		return answer(c, &params)
	}
}

// notBase64 answers a file that cannot be decoded as the service answers what it
// cannot read.
func notBase64(err error) Answer {
	return Answer{
		Status: http.StatusBadRequest, Body: Envelope{http.StatusBadRequest, "Requête mal formulée"},
		Code: "file-not-base64", Why: err.Error(),
	}
}

// filesFull answers a file for which there is no room in memory, as the gateway
// answers a service that is down.
func filesFull(err error) Answer {
	return Answer{Status: http.StatusServiceUnavailable, Code: "files-full", Why: err.Error()}
}
