package controlroom

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"chorus-qualif/server/sandboxes"
)

// The pace of a live page, on the wall: at most that often, and a sign of life.
const (
	livePace = 100 * time.Millisecond
	// heartbeat is also how late what nobody announces is seen: a fault asked
	// for elsewhere.
	heartbeat = 3 * time.Second
)

// live streams the names of the parts that changed (Server-Sent Events); what
// they show is asked for by the page, in one request however much changed.
func (r *Room) live(v *visit, sb *sandboxes.Sandbox) {
	seen := r.look(sb)
	r.stream(v, feed{
		of:      sb.Name(),
		changed: func() (a, b <-chan struct{}) { return sb.Changed(), r.o.Requests.Of(sb).Changed() },
		look: func() (parts []string, there bool) {
			if sb.Gone() {
				return nil, false
			}
			now := r.look(sb)
			parts, seen = now.since(seen), now
			return parts, true
		},
	})
}

// feed is what a page follows.
type feed struct {
	of string
	// changed are closed when something may have changed since they were asked
	// for.
	changed func() (a, b <-chan struct{})
	// look names the parts that changed since it last did; false when there is
	// nothing to follow any more.
	look func() (parts []string, there bool)
}

// stream answers with a feed until the visit ends.
func (r *Room) stream(v *visit, f feed) {
	header := v.g.Writer.Header()
	header.Set("Content-Type", "text/event-stream")
	header.Set("X-Accel-Buffering", "no")
	v.g.Status(http.StatusOK)
	stream := http.NewResponseController(v.g.Writer)
	send := func(format string, values ...any) bool {
		_, err := fmt.Fprintf(v.g.Writer, format, values...)
		return err == nil && stream.Flush() == nil
	}
	if !send("retry: 1000\nevent: hello\ndata: %s\n\n", f.of) {
		return
	}
	for {
		one, other := f.changed()
		parts, there := f.look()
		if !there {
			send("event: gone\ndata: %s\n\n", f.of)
			return
		}
		if len(parts) > 0 {
			if !send("event: changed\ndata: %s\n\n", strings.Join(parts, ",")) || !r.rest(v, livePace) {
				return
			}
			continue
		}
		beat, stop := r.after(heartbeat)
		select {
		case <-one:
		case <-other:
		case <-beat:
			if !send(": still here\n\n") {
				return
			}
		case <-r.closed:
			stop()
			return
		case <-v.g.Request.Context().Done():
			stop()
			return
		}
		stop()
	}
}

// after is closed once that much wall time has passed.
func (r *Room) after(d time.Duration) (passed <-chan struct{}, stop func() bool) {
	rung := make(chan struct{})
	return rung, r.o.Wall.AfterFunc(d, func() { close(rung) })
}

// rest waits; false when the visit ends first.
func (r *Room) rest(v *visit, d time.Duration) bool {
	passed, stop := r.after(d)
	defer stop()
	select {
	case <-passed:
		return true
	case <-r.closed:
	case <-v.g.Request.Context().Done():
	}
	return false
}

// sight is what tells whether a page is out of date.
type sight struct {
	epoch, seq uint64
	mode       string
	calls      int
	evicted    uint64
	// faults, snapshots and hooks are what is there, in a text.
	faults, snapshots, hooks string
}

func (r *Room) look(sb *sandboxes.Sandbox) sight {
	reading := sb.Clock()
	journal := r.o.Requests.Of(sb)
	size := journal.Size()
	s := sight{
		epoch: sb.Epoch(), seq: sb.LastSeq(), mode: fmt.Sprint(reading.Mode, reading.Rate), calls: size.Count, evicted: size.Evicted,
		snapshots: fmt.Sprint(sb.Snapshots()),
	}
	for _, f := range r.o.Faults.Of(sb).List() {
		s.faults += fmt.Sprint(f.Name, f.Off, f.Times, f.Struck, " ")
	}
	for _, h := range r.o.Webhooks.List(sb) {
		s.hooks += fmt.Sprint(h.Name, h.URL, h.Sent, h.Dropped, h.LastError, len(h.Deliveries), " ")
	}
	return s
}

// since names the parts that may show something else than before.
func (s sight) since(before sight) []string {
	if s.epoch != before.epoch || s.seq != before.seq || s.mode != before.mode {
		return partNames()
	}
	var parts []string
	if s.calls != before.calls || s.evicted != before.evicted {
		parts = append(parts, "timeline", "calls", "faults", "usage", "moments")
	} else if s.faults != before.faults {
		parts = append(parts, "faults", "moments")
	}
	if s.snapshots != before.snapshots {
		parts = append(parts, "snapshots")
	}
	if s.hooks != before.hooks {
		parts = append(parts, "webhooks")
	}
	return parts
}
