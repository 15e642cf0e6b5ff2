package admin

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"chorus-qualif/server/clock"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/wire"
)

const (
	// maxListeners bounds the streams and waits of the process.
	maxListeners = 2000
	// beat is how often a silent stream says that it lives.
	beat = 15 * time.Second
	// batch is how many events are read at a time.
	batch = 500

	defaultWait = 10 * time.Second
	longestWait = 5 * time.Minute
)

// listening makes room for one more listener; leave gives it back.
func (a *Admin) listening() (leave func(), refused *wire.Reply) {
	if a.listeners.Add(1) > maxListeners {
		a.listeners.Add(-1)
		reply := wire.Refuse(http.StatusServiceUnavailable, "too-many-listeners", fmt.Sprintf("%d streams and waits are open already", maxListeners))
		return nil, &reply
	}
	return func() { a.listeners.Add(-1) }, nil
}

// filter says which events are wanted.
type filter struct{ kind, subject string }

func (f filter) fits(e qualif.Event) bool {
	return (f.kind == "" || strings.EqualFold(f.kind, string(e.Payload.Kind()))) && (f.subject == "" || strings.EqualFold(f.subject, e.Payload.Subject()))
}

// cursor is a place in a sandbox's journal; the epoch tells that the journal is
// still the one that was read.
type cursor struct{ epoch, seq uint64 }

func (c cursor) String() string { return fmt.Sprintf("%d-%d", c.epoch, c.seq) }

func parseCursor(text string) (c cursor, ok bool) {
	epoch, seq, found := strings.Cut(text, "-")
	var errs [2]error
	c.epoch, errs[0] = strconv.ParseUint(epoch, 10, 64)
	c.seq, errs[1] = strconv.ParseUint(seq, 10, 64)
	return c, found && errs[0] == nil && errs[1] == nil
}

// streamEvents is a stream of server-sent events (HTML Living Standard, section
// 9.2): the journal from a place on, then what happens.
func (a *Admin) streamEvents(g *gin.Context, sb *sandboxes.Sandbox, _ []byte) wire.Reply {
	leave, refused := a.listening()
	if refused != nil {
		return *refused
	}
	after, _ := strconv.ParseUint(g.Query("after"), 10, 64)
	from := cursor{sb.Epoch(), after}
	restarted := false
	if last, ok := parseCursor(g.GetHeader("Last-Event-ID")); ok {
		if restarted = last.epoch != from.epoch; !restarted {
			from.seq = last.seq
		} else {
			from.seq = 0
		}
	}
	s := &stream{
		sb: sb, at: from, wanted: filter{g.Query("kind"), g.Query("subject")}, calls: g.Query("requests") == "true", admin: a, restarted: restarted,
	}
	if s.calls {
		s.seen = a.o.Requests.Of(sb).Last()
	}
	return wire.Reply{
		Status: http.StatusOK, ContentType: "text/event-stream", Header: http.Header{"Cache-Control": {"no-store"}, "X-Accel-Buffering": {"no"}},
		Stream: func(w gin.ResponseWriter) {
			defer leave()
			s.run(g.Request.Context(), w)
		},
	}
}

// stream is one listener.
type stream struct {
	sb        *sandboxes.Sandbox
	at        cursor
	wanted    filter
	admin     *Admin
	restarted bool
	// calls tells that calls are wanted too; seen is the last one that was
	// sent.
	calls bool
	seen  uint64
}

func (s *stream) run(ctx context.Context, w gin.ResponseWriter) {
	journal := s.admin.o.Requests.Of(s.sb)
	for ctx.Err() == nil {
		changed := s.sb.Changed()
		var called <-chan struct{}
		if s.calls {
			called = journal.Changed()
		}
		more, err := s.send(w)
		switch {
		case err != nil || s.sb.Gone():
			return
		case more:
			continue
		}
		rung, stop := s.sb.After(beat)
		select {
		case <-changed:
		case <-called:
		case <-rung:
			_, err = fmt.Fprint(w, ": still here\n\n")
			w.Flush()
		case <-ctx.Done():
		}
		stop()
		if err != nil {
			return
		}
		s.sb.Touch()
	}
}

// send writes what there is to say since the last time; more tells that there is
// more already.
func (s *stream) send(w gin.ResponseWriter) (more bool, err error) {
	if epoch := s.sb.Epoch(); epoch != s.at.epoch || s.restarted {
		s.at, s.restarted = cursor{epoch, 0}, false
		if _, err := fmt.Fprintf(w, "event: restarted\nid: %s\ndata: {}\n\n", s.at); err != nil {
			return false, err
		}
	}
	events, _, err := s.sb.Journal(s.at.seq, batch)
	if err != nil || s.sb.Epoch() != s.at.epoch {
		return true, err
	}
	for _, e := range events {
		s.at.seq = e.Seq
		if s.wanted.fits(e) {
			if err := writeEvent(w, s.at.String(), string(e.Payload.Kind()), e); err != nil {
				return false, err
			}
		}
	}
	if s.calls {
		for _, e := range s.admin.o.Requests.Of(s.sb).After(s.seen) {
			s.seen = e.ID
			if err := writeEvent(w, s.at.String(), "request", briefRequest(e)); err != nil {
				return false, err
			}
		}
	}
	w.Flush()
	return len(events) == batch, nil
}

func writeEvent(w gin.ResponseWriter, id, name string, data any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "id: %s\nevent: %s\ndata: %s\n\n", id, name, text)
	return err
}

func (a *Admin) waitEvent(g *gin.Context, sb *sandboxes.Sandbox, body []byte) wire.Reply {
	given, refused := read[struct {
		Kind    string `json:"kind"`
		Subject string `json:"subject"`
		After   uint64 `json:"after"`
		Timeout string `json:"timeout"`
	}](body)
	if refused != nil {
		return *refused
	}
	timeout := defaultWait
	if given.Timeout != "" {
		span, err := clock.ParseSpan(given.Timeout)
		if err != nil || span.Years+span.Months+span.Days > 0 || span.Exact > longestWait {
			return wire.Reject(wire.Problem{Status: http.StatusUnprocessableEntity, Code: "invalid-timeout", Field: "timeout", Detail: "want a duration of at most 5m"})
		}
		timeout = span.Exact
	}
	leave, refused := a.listening()
	if refused != nil {
		return *refused
	}
	defer leave()
	wanted := filter{given.Kind, given.Subject}
	if e, ok := await(g.Request.Context(), sb, wanted, given.After, timeout); ok {
		return wire.JSON(http.StatusOK, e)
	}
	var pending []qualif.Due
	sb.Read(func(v sandboxes.View) { pending = v.Due(time.Time{}) })
	refusal := wire.Refuse(http.StatusConflict, "event-not-seen", fmt.Sprintf("no event %s %s came after event %d within %s", given.Kind, given.Subject, given.After, timeout))
	refusal.Body = struct {
		wire.Problem
		Nearest []timelineEntry `json:"nearest"`
	}{refusal.Body.(wire.Problem), nearest(pending, given.Subject, sb.Now())}
	return refusal
}

// await finds the first event that fits after a sequence number, or waits for it
// on the machine's clock.
func await(ctx context.Context, sb *sandboxes.Sandbox, wanted filter, after uint64, timeout time.Duration) (qualif.Event, bool) {
	over, stop := sb.After(timeout)
	defer stop()
	at := cursor{sb.Epoch(), after}
	for {
		changed := sb.Changed()
		if epoch := sb.Epoch(); epoch != at.epoch {
			at = cursor{epoch, 0}
		}
		events, _, err := sb.Journal(at.seq, batch)
		for _, e := range events {
			if at.seq = e.Seq; wanted.fits(e) {
				return e, true
			}
		}
		if len(events) == batch {
			continue
		}
		if err != nil || sb.Gone() {
			return qualif.Event{}, false
		}
		select {
		case <-changed:
		case <-over:
			return qualif.Event{}, false
		case <-ctx.Done():
			return qualif.Event{}, false
		}
	}
}
