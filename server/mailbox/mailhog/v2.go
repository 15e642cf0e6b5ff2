package mailhog

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"chorus-qualif/server/mailbox/inbox"
	"chorus-qualif/server/mailbox/jim"
)

// The page that MailHog sends when it is asked for none, and at most.
const (
	defaultLimit = 50
	maxLimit     = 250
)

func window(q url.Values) (start, limit int) {
	limit = defaultLimit
	if n, err := strconv.ParseInt(q.Get("start"), 10, 64); err == nil && n > 0 {
		start = int(n)
	}
	if n, err := strconv.ParseInt(q.Get("limit"), 10, 64); err == nil && n > 0 {
		limit = int(min(n, maxLimit))
	}
	return start, limit
}

// overshoot is the start that MailHog's paging really begins at: a page right
// after the last message shows the oldest one again.
func overshoot(start, total int) int {
	if start == total && total > 0 {
		return total - 1
	}
	return start
}

func (f *Face) messages(w http.ResponseWriter, r *http.Request) {
	start, limit := window(r.URL.Query())
	page, total := f.o.Inbox.Page(scopeOf(r), start, limit)
	if real := overshoot(start, total); real != start {
		page, _ = f.o.Inbox.Page(scopeOf(r), real, 1)
	}
	w.Header().Set("Content-Type", "text/json")
	f.result(w, total, start, page)
}

func (f *Face) result(w http.ResponseWriter, total, start int, page []*inbox.Mail) {
	f.write(w, fmt.Sprintf(`{"total":%d,"count":%d,"start":%d,"items":[`, total, len(page), start), page, "]}")
}

func (f *Face) search(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	start, limit := window(q)
	query := q.Get("query")
	if query == "" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	var found []*inbox.Mail
	switch q.Get("kind") {
	case "from":
		found = f.o.Inbox.Find(scopeOf(r), inbox.Senders, query)
	case "to":
		found = f.o.Inbox.Find(scopeOf(r), inbox.Recipients, query)
	case "containing":
		found = f.o.Inbox.Containing(scopeOf(r), query)
	default:
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	total := len(found)
	if start > total {
		f.result(w, 0, start, nil)
		return
	}
	real := overshoot(start, total)
	if real != start {
		limit = 1
	}
	f.result(w, total, start, found[real:min(real+limit, total)])
}

func (f *Face) jim(w http.ResponseWriter, r *http.Request) {
	settings, ok := f.o.Party.Settings(scopeOf(r))
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	f.json(w, settings)
}

func (f *Face) json(w http.ResponseWriter, value any) {
	text, err := json.Marshal(value)
	if err != nil {
		f.o.Log.Error("answer cannot be written", "error", err)
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(text)
}

// inviteJim takes his settings from the body, if it can be read.
func (f *Face) inviteJim(w http.ResponseWriter, r *http.Request) {
	var settings *jim.Settings
	if s, err := settingsOf(w, r); err == nil {
		settings = &s
	}
	if !f.o.Party.Invite(scopeOf(r), settings) {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusCreated)
}

func settingsOf(w http.ResponseWriter, r *http.Request) (jim.Settings, error) {
	var s jim.Settings
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&s)
	return s, err
}

func (f *Face) instructJim(w http.ResponseWriter, r *http.Request) {
	if _, ok := f.o.Party.Settings(scopeOf(r)); !ok {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	settings, err := settingsOf(w, r)
	switch {
	case err != nil:
		w.WriteHeader(http.StatusBadRequest)
	case !f.o.Party.Instruct(scopeOf(r), settings):
		w.WriteHeader(http.StatusNotFound)
	}
}

func (f *Face) dismissJim(w http.ResponseWriter, r *http.Request) {
	if !f.o.Party.Dismiss(scopeOf(r)) {
		w.WriteHeader(http.StatusNotFound)
	}
}

// outgoing lists the configured servers. MailHog shows their passwords too.
func (f *Face) outgoing(w http.ResponseWriter, _ *http.Request) {
	shown := make(map[string]Outgoing, len(f.o.Outgoing))
	for name, server := range f.o.Outgoing {
		server.Password = ""
		shown[name] = server
	}
	f.json(w, shown)
}
