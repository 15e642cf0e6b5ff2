package app_test

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"chorus-qualif/server/app"
)

// listener reads a stream of server-sent events.
type listener struct {
	t      *testing.T
	lines  *bufio.Scanner
	cancel context.CancelFunc
}

type heard struct{ id, name, data string }

func (l *lab) listen(query, lastID string) *listener {
	l.Helper()
	ctx, cancel := context.WithTimeout(l.Context(), 20*time.Second)
	request, err := http.NewRequestWithContext(ctx, "GET", l.admin+"/events"+query, nil)
	if err != nil {
		l.Fatal(err)
	}
	if lastID != "" {
		request.Header.Set("Last-Event-ID", lastID)
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil || response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != "text/event-stream" {
		l.Fatal(response, err)
	}
	l.Cleanup(func() { cancel(); _ = response.Body.Close() })
	return &listener{l.T, bufio.NewScanner(response.Body), cancel}
}

// next is the next event; false at the end of the stream.
func (l *listener) next() (h heard, ok bool) {
	for l.lines.Scan() {
		name, value, _ := strings.Cut(l.lines.Text(), ": ")
		switch name {
		case "id":
			h.id = value
		case "event":
			h.name = value
		case "data":
			h.data = value
		case "":
			if h.name != "" {
				return h, true
			}
		}
	}
	return h, false
}

func (l *listener) until(name string) heard {
	l.t.Helper()
	for {
		h, ok := l.next()
		if !ok {
			l.t.Fatalf("the stream ended before an event %s: %v", name, l.lines.Err())
		}
		if h.name == name {
			return h
		}
	}
}

func TestEventsAreStreamedAndResumed(t *testing.T) {
	t.Parallel()
	l := open(t, start(t, app.Options{}), "a")
	stream := l.listen("", "")
	if first, _ := stream.next(); first.name != "SandboxCreated" || !strings.HasPrefix(first.data, `{"seq":1,`) {
		t.Errorf("got %+v", first)
	}
	login, _ := l.create()
	asked := stream.until("TechnicalAccountRequested")
	if !strings.Contains(asked.data, login) {
		t.Errorf("got %+v", asked)
	}
	stream.cancel()
	l.post("/clock/advance", `{"by":"30m"}`)
	resumed := l.listen("", asked.id)
	if next, _ := resumed.next(); next.name != "MailQueued" {
		t.Errorf("resumed after %s: got %+v", asked.id, next)
	}
	resumed.until("TechnicalAccountEffective")

	// A life that begins anew is told, to those who listen and those who return.
	last := resumed.until("ClockAdvanced")
	l.post("/reset", "")
	resumed.until("restarted")
	if first, _ := resumed.next(); first.name != "SandboxCreated" {
		t.Errorf("got %+v", first)
	}
	if first, _ := l.listen("", last.id).next(); first.name != "restarted" {
		t.Errorf("got %+v", first)
	}
	if only, _ := l.listen("?kind=DataSetLoaded", "").next(); only.name != "DataSetLoaded" {
		t.Errorf("got %+v", only)
	}
}

func TestCallsAreStreamedToo(t *testing.T) {
	t.Parallel()
	l := open(t, start(t, app.Options{}), "a")
	stream := l.listen("?requests=true&after=1000", "")
	l.call("x", nil)
	stream.until("request")
	if second := stream.until("request"); !strings.Contains(second.data, `"code":"cpro-account-not-base64"`) {
		t.Errorf("got %+v", second)
	}
}

func TestStreamsEndWithTheSandboxAndTheProgram(t *testing.T) {
	t.Parallel()
	a := start(t, app.Options{})
	l, other := open(t, a, "a"), open(t, a, "b")
	stream, kept := l.listen("", ""), other.listen("", "")
	stream.next()
	kept.next()
	l.do("DELETE", "", "", http.StatusNoContent)
	for ok := true; ok; {
		_, ok = stream.next()
	}
	began := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := a.Stop(ctx); err != nil || time.Since(began) > 5*time.Second {
		t.Errorf("the program took %s to stop: %v", time.Since(began), err)
	}
	for ok := true; ok; {
		_, ok = kept.next()
	}
}

func TestWaitForAnEvent(t *testing.T) {
	t.Parallel()
	l := open(t, start(t, app.Options{}), "a")
	login, _ := l.create()
	wait := `{"kind":"TechnicalAccountEffective","subject":"` + login + `","timeout":"10s"}`
	seen := make(chan reply, 1)
	go func() { seen <- send(t, "POST", l.admin+"/events/wait", wait, nil) }()
	l.post("/clock/advance", `{"by":"30m"}`)
	got := <-seen
	if got.status != http.StatusOK || got.field(t, "data.login") != login {
		t.Fatalf("got %d %s", got.status, got.body)
	}
	l.post("/events/wait", wait) // it is there already
	missed := l.do("POST", "/events/wait", `{"kind":"PasswordExpired","subject":"`+login+`","timeout":"1ms"}`, http.StatusConflict)
	if near := missed.field(t, "nearest").([]any)[0].(map[string]any); missed.field(t, "code") != "event-not-seen" || near["kind"] != "password-expired" || near["subject"] != login {
		t.Errorf("got %s", missed.body)
	}
	l.do("POST", "/events/wait", `{"timeout":"6m"}`, http.StatusUnprocessableEntity)
}
