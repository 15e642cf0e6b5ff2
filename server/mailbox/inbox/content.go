package inbox

import (
	"mime"
	"strings"

	"github.com/mailhog/data"
)

// Bounds on the parts that are read of one message: MailHog has none, and a
// small message can nest or split into millions.
const (
	maxParts = 1000
	maxDepth = 10
)

// splitHead cuts a message at its first empty line. A message without one has
// no headers, as MailHog reads it; but lines that end in a bare LF count here
// too, and headers that nothing follows (whose empty line was the last, and is
// not kept), where MailHog shows nothing.
func splitHead(raw string) (head, body string, ok bool) {
	if head, body, ok = strings.Cut(raw, "\r\n\r\n"); ok {
		return head, body, true
	}
	if head, body, ok = strings.Cut(raw, "\n\n"); ok && !strings.Contains(head, "\r") {
		return strings.ReplaceAll(head, "\n", "\r\n"), body, true
	}
	if head, ok = strings.CutSuffix(raw, "\r\n"); ok && headed(head) {
		return head, "", true
	}
	return "", raw, false
}

// headed tells whether a text begins with a header's name.
func headed(text string) bool {
	name, _, ok := strings.Cut(text, ":")
	return ok && name != "" && !strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' })
}

// parseHeaders reads headers into MailHog's form: names as they are written,
// continuation lines joined with their leading space. Unlike MailHog's own
// reader it keeps a value that begins on the next line or right after the
// colon, and every one of repeated headers.
func parseHeaders(head string) map[string][]string {
	headers := map[string][]string{}
	last := ""
	for _, line := range strings.Split(head, "\r\n") {
		if last != "" && (strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t")) {
			values := headers[last]
			if values[len(values)-1] == "" {
				line = strings.TrimLeft(line, " \t")
			}
			values[len(values)-1] += line
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		if name = strings.TrimRight(name, " \t"); !ok || name == "" {
			continue
		}
		headers[name] = append(headers[name], strings.TrimPrefix(value, " "))
		last = name
	}
	return headers
}

// contentReader reads messages into MailHog's model, part by part, up to a
// number of parts.
type contentReader struct{ parts int }

func (r *contentReader) content(text string) *data.Content {
	head, body, _ := splitHead(text)
	return &data.Content{Size: len(text), Headers: parseHeaders(head), Body: body}
}

// multipart reads the parts of a multipart content. As MailHog has it, what
// follows the last boundary is a part too, and a boundary that cannot be read
// leaves no parts.
func (r *contentReader) multipart(c *data.Content, depth int) *data.MIMEBody {
	_, params, err := mime.ParseMediaType(c.Headers["Content-Type"][0])
	boundary := params["boundary"]
	if err != nil || boundary == "" {
		return &data.MIMEBody{}
	}
	var parts []*data.Content
	for _, piece := range strings.SplitN(c.Body, "--"+boundary, max(r.parts, 1)) {
		if piece == "" || r.parts <= 0 {
			continue
		}
		r.parts--
		part := r.content(strings.Trim(piece, "\r\n"))
		if part.IsMIME() && depth < maxDepth {
			part.MIME = r.multipart(part, depth+1)
		}
		parts = append(parts, part)
	}
	return &data.MIMEBody{Parts: parts}
}

// Split reads a raw message's headers, by their names as written, and finds its
// body.
func Split(raw string) (headers map[string][]string, body string) {
	head, body, _ := splitHead(raw)
	return parseHeaders(head), body
}

// Header reads one header of a raw message, "" when it is missing. It is
// decoded.
func Header(raw, name string) string {
	head, _, _ := splitHead(raw)
	return Decode(strings.TrimSpace(first(parseHeaders(head), name)))
}
