package mailhog

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/bytedance/sonic"

	"chorus-qualif/server/mailbox/inbox"
	"chorus-qualif/server/mailbox/outbox"
)

// v1Limit is how many messages MailHog's first list shows at most.
const v1Limit = 1000

func (f *Face) list(w http.ResponseWriter, r *http.Request) {
	mails, _ := f.o.Inbox.Page(scopeOf(r), 0, v1Limit)
	w.Header().Set("Content-Type", "text/json")
	f.write(w, "[", mails, "]")
}

// write sends messages one at a time: a page of large ones is never in memory
// as a whole.
func (f *Face) write(w io.Writer, before string, mails []*inbox.Mail, after string) {
	var b bytes.Buffer
	b.WriteString(before)
	for i, m := range mails {
		if i > 0 {
			b.WriteByte(',')
		}
		text, err := sonic.ConfigStd.Marshal(m.Message())
		if err != nil {
			f.o.Log.Error("message cannot be shown", "id", m.ID, "error", err)
			text = []byte("null")
		}
		b.Write(text)
		if b.Len() >= 64<<10 {
			if _, err := b.WriteTo(w); err != nil {
				return
			}
		}
	}
	b.WriteString(after)
	_, _ = b.WriteTo(w)
}

// one shows a message; of an unknown one MailHog says null.
func (f *Face) one(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/json")
	m, ok := f.o.Inbox.Get(scopeOf(r), r.PathValue("id"))
	if !ok {
		_, _ = io.WriteString(w, "null")
		return
	}
	f.write(w, "", []*inbox.Mail{m}, "")
}

func (f *Face) deleteAll(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/json")
	f.o.Inbox.Clear(scopeOf(r))
}

// deleteOne removes a message; MailHog answers 500 for an unknown one.
func (f *Face) deleteOne(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/json")
	if !f.o.Inbox.Delete(scopeOf(r), r.PathValue("id")) {
		w.WriteHeader(http.StatusInternalServerError)
	}
}

func (f *Face) download(w http.ResponseWriter, r *http.Request) {
	m, ok := f.o.Inbox.Get(scopeOf(r), r.PathValue("id"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "message/rfc822")
	w.Header().Set("Content-Disposition", `attachment; filename="`+m.ID+`.eml"`)
	_, _ = io.WriteString(w, m.Eml())
}

// contained keeps a part of a message that a browser shows from acting.
const contained = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"

// downloadPart sends a part of a message with the headers it came with: those
// about its content, as others could change the answer itself.
func (f *Face) downloadPart(w http.ResponseWriter, r *http.Request) {
	m, ok := f.o.Inbox.Get(scopeOf(r), r.PathValue("id"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	// As in MailHog, what is no number is part 0.
	number, _ := strconv.Atoi(r.PathValue("part"))
	message := m.Message()
	if message.MIME == nil || number < 0 || number >= len(message.MIME.Parts) {
		http.NotFound(w, r)
		return
	}
	part := message.MIME.Parts[number]
	header := w.Header()
	header.Set("Content-Disposition", `attachment; filename="`+m.ID+`-part-`+r.PathValue("part")+`"`)
	header.Set("Content-Security-Policy", contained)
	encoding := ""
	for name, values := range part.Headers {
		key := http.CanonicalHeaderKey(name)
		if !strings.HasPrefix(key, "Content-") || key == "Content-Length" || key == "Content-Encoding" || key == "Content-Security-Policy" {
			continue
		}
		header.Set(key, strings.Map(printable, values[0]))
		if key == "Content-Transfer-Encoding" {
			encoding = strings.ToLower(strings.TrimSpace(values[0]))
		}
	}
	body := []byte(part.Body)
	if encoding == "base64" {
		// What cannot be decoded any more is cut off, as in MailHog.
		decoded := make([]byte, base64.StdEncoding.DecodedLen(len(body)))
		n, _ := base64.StdEncoding.Decode(decoded, body)
		body = decoded[:n]
	}
	_, _ = w.Write(body)
}

func printable(r rune) rune {
	if r < ' ' && r != '\t' || r == 0x7f {
		return ' '
	}
	return r
}

// maxBody bounds the requests, which are small.
const maxBody = 64 << 10

// release sends a message on to a configured server, by its name or its host
// and port. MailHog sends to any; that would let whoever reaches this page use
// it to reach others.
func (f *Face) release(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/json")
	m, ok := f.o.Inbox.Get(scopeOf(r), r.PathValue("id"))
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	var asked Outgoing
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&asked); err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = io.WriteString(w, "Error decoding request body")
		return
	}
	server, ok := f.configured(asked)
	if !ok {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, "Only configured servers can be used here: see api/v2/outgoing-smtp")
		return
	}
	if asked.Email != "" {
		server.Email = asked.Email
	}
	letter := outbox.Letter{From: "nobody@" + f.o.Hostname, To: server.Email, Raw: []byte(m.Eml())}
	if err := outbox.Send(r.Context(), relayOf(server), f.o.Hostname, f.o.Patience, f.o.Wall, letter); err != nil {
		f.o.Log.Info("mail not released", "server", server.Name, "error", err)
		w.WriteHeader(http.StatusInternalServerError)
	}
}

// configured finds the server that a release asks for.
func (f *Face) configured(asked Outgoing) (Outgoing, bool) {
	if asked.Save {
		return Outgoing{}, false
	}
	if asked.Name != "" {
		server, ok := f.o.Outgoing[asked.Name]
		return server, ok
	}
	for _, server := range f.o.Outgoing {
		if server.Host == asked.Host && server.Port == asked.Port {
			return server, true
		}
	}
	return Outgoing{}, false
}
