package mailhog

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/coder/websocket"

	"chorus-qualif/server/mailbox/inbox"
)

// MailHog's own intervals.
const (
	keepAlive  = time.Minute
	pingPeriod = 54 * time.Second
	writeWait  = 10 * time.Second
)

// events streams new messages as server-sent events.
func (f *Face) events(w http.ResponseWriter, r *http.Request) {
	f.streams.Add(1)
	defer f.streams.Done()
	sub := f.o.Inbox.Subscribe(scopeOf(r))
	defer sub.Close()
	w.Header().Del("Access-Control-Allow-Headers")
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("Connection", "keep-alive")
	out := http.NewResponseController(w)
	send := func(text string) bool {
		// Where a deadline cannot be set, the connection's own end will do.
		_ = out.SetWriteDeadline(f.o.Wall.Now().Add(writeWait))
		_, err := w.Write([]byte(text))
		return err == nil && out.Flush() == nil
	}
	if out.Flush() != nil {
		return
	}
	f.follow(r.Context(), sub, keepAlive, func(m *inbox.Mail) bool {
		text, err := json.MarshalIndent(m.Message(), "", "  ")
		return err == nil && send("data: "+strings.ReplaceAll(string(text), "\n", "\ndata: ")+"\n\n")
	}, func() bool { return send("keepalive: \n\n") })
}

// follow hands new messages on until the reader or the server goes, and lets
// the connection know now and then that it is alive.
func (f *Face) follow(ctx context.Context, sub *inbox.Subscription, every time.Duration, show func(*inbox.Mail) bool, beat func() bool) {
	ticks := make(chan struct{}, 1)
	for {
		stop := f.o.Wall.AfterFunc(every, func() {
			select {
			case ticks <- struct{}{}:
			default:
			}
		})
		ok := false
		select {
		case m, open := <-sub.C:
			ok = open && show(m)
		case <-ticks:
			ok = beat()
		case <-ctx.Done():
		case <-f.ctx.Done():
		}
		stop()
		if !ok {
			return
		}
	}
}

// websocket streams new messages as JSON texts. Pages of another origin are
// refused, unless the configuration allows them.
func (f *Face) websocket(w http.ResponseWriter, r *http.Request) {
	f.streams.Add(1)
	defer f.streams.Done()
	options := &websocket.AcceptOptions{CompressionMode: websocket.CompressionDisabled}
	if f.o.CORSOrigin == "*" {
		options.InsecureSkipVerify = true
	} else if f.o.CORSOrigin != "" {
		options.OriginPatterns = []string{strings.TrimPrefix(strings.TrimPrefix(f.o.CORSOrigin, "https://"), "http://")}
	}
	sub := f.o.Inbox.Subscribe(scopeOf(r))
	defer sub.Close()
	conn, err := websocket.Accept(w, r, options)
	if err != nil {
		return // Accept answered already
	}
	defer func() { _ = conn.CloseNow() }()
	ctx := conn.CloseRead(f.ctx)
	within := func(do func(context.Context) error) bool {
		bounded, cancel := context.WithCancel(ctx)
		defer cancel()
		defer f.o.Wall.AfterFunc(writeWait, cancel)()
		return do(bounded) == nil
	}
	f.follow(ctx, sub, pingPeriod, func(m *inbox.Mail) bool {
		text, err := json.Marshal(m.Message())
		return err == nil && within(func(ctx context.Context) error {
			return conn.Write(ctx, websocket.MessageText, append(text, '\n'))
		})
	}, func() bool { return within(conn.Ping) })
	if f.ctx.Err() == nil {
		_ = conn.Close(websocket.StatusGoingAway, "")
	}
}
