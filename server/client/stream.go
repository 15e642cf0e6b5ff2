package client

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"mime"
	"net/http"
	"strings"
	"time"
)

// StreamQuery chooses what a stream says; what is zero is not asked.
type StreamQuery struct {
	// After is a place in the journal: the stream begins after it.
	After int64
	// From is the ID of an item of an earlier stream: the stream goes on
	// after it, and After does not count.
	From          string
	Kind, Subject string
	// Requests adds each call that a client makes.
	Requests bool
	// Retries is how often a stream that broke is tried again before it is
	// given up, a second apart; 5 when 0, never when negative.
	Retries int
}

// StreamItem is something that happened in a sandbox: exactly one of Event,
// Request and Restarted is there.
type StreamItem struct {
	// ID is the place in the stream, for [StreamQuery].From.
	ID      string
	Event   *Event
	Request *RequestBrief
	// Restarted tells that the sandbox was reset or restored: its journal
	// comes again from the beginning.
	Restarted bool
	// Data is the JSON as it came.
	Data json.RawMessage
}

const (
	defaultRetries = 5
	retryPause     = time.Second
	// maxItem bounds a line of a stream.
	maxItem = 16 << 20
)

// errEnded is a stream that the server ended, as when it stops.
var errEnded = errors.New("the stream ended")

// Stream yields what happens in the sandbox: the journal after a place, then
// each event as it comes. A stream that breaks is resumed where it was. It ends
// with the context, silently, or with the error that could not be got over.
func (s *Sandbox) Stream(ctx context.Context, q StreamQuery) iter.Seq2[StreamItem, error] {
	return func(yield func(StreamItem, error) bool) {
		retries, failed := q.Retries, 0
		if retries == 0 {
			retries = defaultRetries
		}
		for {
			err := s.listen(ctx, &q, func(item StreamItem) bool {
				failed = 0
				return yield(item, nil)
			})
			if err == nil || ctx.Err() != nil {
				return
			}
			var refused *Error
			if failed++; errors.As(err, &refused) || failed > retries {
				yield(StreamItem{}, err)
				return
			}
			pause := time.NewTimer(retryPause)
			select {
			case <-pause.C:
			case <-ctx.Done():
				pause.Stop()
				return
			}
		}
	}
}

// listen reads one connection's items until it breaks; nil means that the
// reader has had enough.
func (s *Sandbox) listen(ctx context.Context, q *StreamQuery, yield func(StreamItem) bool) error {
	request := call{method: http.MethodGet, path: s.path("events"), header: http.Header{"Accept": {"text/event-stream"}},
		query: values("after", number(q.After), "kind", q.Kind, "subject", q.Subject, "requests", flag(q.Requests))}
	if q.From != "" {
		request.header.Set("Last-Event-ID", q.From)
	}
	response, err := s.c.open(ctx, request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if media, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type")); media != "text/event-stream" {
		return &Error{Status: response.StatusCode, Title: http.StatusText(response.StatusCode),
			Detail: fmt.Sprintf("%s: the answer is %q, not a stream of events", s.c.url(request), media)}
	}
	for item, err := range items(response.Body) {
		if err != nil {
			return s.c.cut(request, err)
		}
		q.From = item.ID
		if !yield(item) {
			return nil
		}
	}
	return s.c.cut(request, errEnded)
}

// items reads server-sent events as this server writes them (HTML Living
// Standard, section 9.2): one field a line, an empty line after each event.
func items(body io.Reader) iter.Seq2[StreamItem, error] {
	return func(yield func(StreamItem, error) bool) {
		lines := bufio.NewScanner(body)
		lines.Buffer(nil, maxItem)
		var id, kind, data string
		for lines.Scan() {
			name, value, _ := strings.Cut(lines.Text(), ":")
			value = strings.TrimPrefix(value, " ")
			switch name {
			case "id":
				id = value
			case "event":
				kind = value
			case "data":
				data = value
			}
			if lines.Text() != "" || data == "" {
				continue
			}
			item, err := itemOf(id, kind, data)
			kind, data = "", ""
			if !yield(item, err) || err != nil {
				return
			}
		}
		if err := lines.Err(); err != nil {
			yield(StreamItem{}, err)
		}
	}
}

func itemOf(id, kind, data string) (StreamItem, error) {
	item := StreamItem{ID: id, Data: json.RawMessage(data)}
	switch kind {
	case "restarted":
		item.Restarted = true
		return item, nil
	case "request":
		item.Request = &RequestBrief{}
		return item, json.Unmarshal(item.Data, item.Request)
	}
	item.Event = &Event{}
	return item, json.Unmarshal(item.Data, item.Event)
}
