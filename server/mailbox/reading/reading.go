// Package reading takes captured messages apart for tests and people: decoded
// text and HTML, attachments, links. Whatever is broken in a message, what can
// be read is read.
package reading

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/textproto"
	"strings"

	"golang.org/x/net/html/charset"

	"chorus-qualif/server/mailbox/inbox"
)

// Message is what a message says.
type Message struct {
	// Text and HTML are the first parts of their kind, in UTF-8; "" when
	// there is none.
	Text, HTML  string
	Attachments []Attachment
}

// Attachment is a part that is not the message's own text.
type Attachment struct {
	// Name is "" when the message gives none.
	Name string
	// ContentType is without parameters, "application/octet-stream" when
	// the message gives none that can be read.
	ContentType string
	Content     []byte
}

// Bounds on what is read of one message.
const (
	maxParts = 1000
	maxDepth = 10
)

// Read takes a raw message apart.
func Read(raw string) Message {
	headers, body := inbox.Split(raw)
	r := reader{parts: maxParts}
	header := textproto.MIMEHeader{}
	for name, values := range headers {
		key := textproto.CanonicalMIMEHeaderKey(name)
		header[key] = append(header[key], values...)
	}
	r.part(header, body, 0)
	return r.message
}

type reader struct {
	message Message
	parts   int
}

// part reads one part and those within it.
func (r *reader) part(header textproto.MIMEHeader, body string, depth int) {
	if r.parts--; r.parts < 0 {
		return
	}
	kind, params, err := mime.ParseMediaType(header.Get("Content-Type"))
	switch {
	case header.Get("Content-Type") == "":
		kind = "text/plain"
	case err != nil && kind == "":
		kind = "application/octet-stream"
	}
	if strings.HasPrefix(kind, "multipart/") && params["boundary"] != "" && depth < maxDepth {
		r.multipart(body, params["boundary"], depth)
		return
	}
	content := decode(body, header.Get("Content-Transfer-Encoding"))
	disposition, about, _ := mime.ParseMediaType(header.Get("Content-Disposition"))
	name := about["filename"]
	if name == "" {
		name = params["name"]
	}
	switch {
	case disposition == "attachment":
	case kind == "text/plain" && r.message.Text == "":
		r.message.Text = text(content, params["charset"])
		return
	case kind == "text/html" && r.message.HTML == "":
		r.message.HTML = text(content, params["charset"])
		return
	}
	r.message.Attachments = append(r.message.Attachments, Attachment{inbox.Decode(name), kind, content})
}

func (r *reader) multipart(body, boundary string, depth int) {
	parts := multipart.NewReader(strings.NewReader(body), boundary)
	for r.parts > 0 {
		part, err := parts.NextRawPart()
		if err != nil {
			return
		}
		// A part that breaks off is read as far as it goes.
		content, err := io.ReadAll(part)
		r.part(part.Header, string(content), depth+1)
		if err != nil {
			return
		}
	}
}

// decode undoes the transfer encoding, as far as it can be undone.
func decode(body, encoding string) []byte {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "base64":
		kept := bytes.Map(func(c rune) rune {
			if c == '+' || c == '/' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' {
				return c
			}
			return -1
		}, []byte(body))
		out := make([]byte, base64.RawStdEncoding.DecodedLen(len(kept)))
		n, _ := base64.RawStdEncoding.Decode(out, kept)
		return out[:n]
	case "quoted-printable":
		out, _ := io.ReadAll(quotedprintable.NewReader(strings.NewReader(body)))
		return out
	}
	return []byte(body)
}

// text reads content in its charset; line breaks become LF.
func text(content []byte, label string) string {
	out := string(content)
	if label != "" {
		if r, err := charset.NewReaderLabel(label, bytes.NewReader(content)); err == nil {
			if decoded, err := io.ReadAll(r); err == nil {
				out = string(decoded)
			}
		}
	}
	return strings.ReplaceAll(strings.ToValidUTF8(out, "\uFFFD"), "\r\n", "\n")
}
