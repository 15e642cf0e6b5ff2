package inbox

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"mime"
	"slices"
	"strings"
	"time"

	"github.com/mailhog/data"
	"golang.org/x/net/html/charset"
)

// Mail is a captured message. It never changes once it is kept.
type Mail struct {
	Incoming
	// Seq counts the messages of all sandboxes by arrival, from 1.
	Seq uint64
	// ID is MailHog's, made from the message and its number in its sandbox:
	// the same mail always has the same one.
	ID string
	// MessageID and Event are headers, "" when they are missing; MessageID
	// has no angle brackets.
	MessageID, Event string
	// Subject is decoded.
	Subject string

	// texts are what each field is found by.
	texts [fieldCount][]string
	// head joins the header values as MailHog shows them.
	head     string
	headers  int
	received string
	size     int64
}

// indexCost is roughly what a byte costs that a message is found by, when no
// other message has it too.
const indexCost = 9

// headerSeparator stands between header values in Mail.head; no header holds
// it, nor does a query.
const headerSeparator = "\x00"

// read takes from a message what it is listed and found by.
func read(in Incoming) *Mail {
	m := &Mail{Incoming: in}
	head, body, _ := splitHead(in.Raw)
	m.headers = len(in.Raw) - len(body)
	headers := parseHeaders(head)
	m.Subject = Decode(first(headers, "Subject"))
	m.MessageID = strings.Trim(strings.TrimSpace(first(headers, "Message-ID")), "<>")
	m.Event = strings.TrimSpace(first(headers, "X-Chorus-Event"))
	for _, path := range in.To {
		m.find(Recipients, address(path))
	}
	for _, value := range headers["To"] {
		m.find(Recipients, value)
	}
	m.find(Senders, address(in.From))
	for _, value := range headers["From"] {
		m.find(Senders, value)
	}
	m.find(Subjects, m.Subject)
	for field := range m.texts {
		slices.Sort(m.texts[field])
		m.texts[field] = slices.Compact(m.texts[field])
	}
	var b strings.Builder
	for _, values := range headers {
		for _, value := range values {
			b.WriteString(value + headerSeparator)
		}
	}
	m.head = b.String()
	return m
}

// Bounds on what one message is found by, far beyond what mail has: the index
// is not for a message made to be a burden to it.
const (
	maxTexts      = 2048
	maxTextLength = 64 << 10
)

// find lets the message be found by a text.
func (m *Mail) find(field Field, value string) {
	if len(m.texts[field]) < maxTexts {
		m.texts[field] = append(m.texts[field], fold(value[:min(len(value), maxTextLength)]))
	}
}

// fold is the form in which fields are compared.
func fold(value string) string { return strings.ToLower(value) }

// address is a path as MailHog searches it.
func address(path string) string {
	p := data.PathFromString(path)
	return p.Mailbox + "@" + p.Domain
}

// name gives the message its id and the headers that MailHog adds.
func (m *Mail) name(hostname string, number uint64) {
	sum := sha256.New()
	sum.Write([]byte(m.Sandbox + "\x00"))
	sum.Write(binary.BigEndian.AppendUint64(nil, number))
	sum.Write([]byte(m.Raw))
	m.ID = base64.URLEncoding.EncodeToString(sum.Sum(nil)) + "@" + hostname
	m.received = "from " + m.Helo + " by " + hostname + " (MailHog)\r\n          id " + m.ID + "; " + m.At.Format(time.RFC1123Z)
	m.head += m.received + headerSeparator + "<" + m.From + ">"
	if m.MessageID == "" {
		m.head += headerSeparator + m.ID
	}
	m.size = int64(len(m.Raw)+len(m.head)) + Overhead
	for _, texts := range m.texts {
		for _, text := range texts {
			m.size += int64(len(text)) * indexCost
		}
	}
}

// Addressed tells whether part of a recipient is that, as Find would.
func (m *Mail) Addressed(part string) bool {
	part = fold(part)
	for _, to := range m.texts[Recipients] {
		if strings.Contains(to, part) {
			return true
		}
	}
	return false
}

// body is the message without its headers.
func (m *Mail) body() string { return m.Raw[m.headers:] }

// Message is the captured mail in MailHog's model.
func (m *Mail) Message() *data.Message {
	to := make([]*data.Path, len(m.To))
	for i, path := range m.To {
		to[i] = data.PathFromString(path)
	}
	r := contentReader{parts: maxParts}
	content := r.content(m.Raw)
	message := &data.Message{
		ID: data.MessageID(m.ID), From: data.PathFromString(m.From), To: to, Content: content, Created: m.At,
		Raw: &data.SMTPMessage{From: m.From, To: m.To, Data: m.Raw, Helo: m.Helo},
	}
	if content.IsMIME() {
		message.MIME = r.multipart(content, 1)
	}
	addHeader(content.Headers, "Received", m.received)
	addHeader(content.Headers, "Return-Path", "<"+m.From+">")
	if _, ok := lookup(content.Headers, "Message-ID"); !ok {
		content.Headers["Message-ID"] = []string{m.ID}
	}
	return message
}

// Eml is the message as MailHog lets it be downloaded: what it added, then the
// message byte for byte.
func (m *Mail) Eml() string {
	head := "Return-Path: <" + m.From + ">\r\nReceived: " + m.received + "\r\n"
	if m.MessageID == "" {
		head += "Message-ID: <" + m.ID + ">\r\n"
	}
	if m.headers == 0 {
		head += "\r\n"
	}
	return head + m.Raw
}

// addHeader appends to a header, however its name is written.
func addHeader(headers map[string][]string, name, value string) {
	if written, ok := lookup(headers, name); ok {
		name = written
	}
	headers[name] = append(headers[name], value)
}

// lookup finds how a header's name is written in a message.
func lookup(headers map[string][]string, name string) (written string, ok bool) {
	if _, ok := headers[name]; ok {
		return name, true
	}
	for key := range headers {
		if strings.EqualFold(key, name) && (written == "" || key < written) {
			written = key
		}
	}
	return written, written != ""
}

func first(headers map[string][]string, name string) string {
	if written, ok := lookup(headers, name); ok {
		return headers[written][0]
	}
	return ""
}

// Decode reads a header's encoded words (RFC 2047), in whatever charset; what
// cannot be read stays as it is.
func Decode(value string) string {
	if !strings.Contains(value, "=?") {
		return value
	}
	decoded, err := (&mime.WordDecoder{CharsetReader: charset.NewReaderLabel}).DecodeHeader(value)
	if err != nil {
		return value
	}
	return decoded
}
