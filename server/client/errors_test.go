package client_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"chorus-qualif/server/app"
	"chorus-qualif/server/client"
)

func TestARefusalTellsEverything(t *testing.T) {
	t.Parallel()
	_, c := start(t, app.Options{})
	sb := c.Sandbox("a")
	_, err := sb.Get(t.Context())
	var refused *client.Error
	if !errors.As(err, &refused) || refused.Status != http.StatusNotFound || client.Code(err) != "sandbox-unknown" || refused.Title != "Not Found" {
		t.Fatalf("got %v", err)
	}
	_, err = c.Sandbox("a!").Put(t.Context(), client.Spec{Profile: "portail-1999", Clock: &client.ClockSpec{Mode: "sideways"}})
	if !errors.As(err, &refused) || refused.Status != http.StatusBadRequest || len(refused.Errors) != 3 {
		t.Fatalf("got %v", err)
	}
	for _, want := range []string{"path name: ", "body /profile: ", "body /clock/mode: "} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %q", want, err)
		}
	}
	if _, err = sb.Put(t.Context(), client.Spec{Switches: map[string]string{"gateway.colour": "red"}}); !errors.As(err, &refused) || refused.Field != "switches" {
		t.Errorf("got %v", err)
	}
}

func TestAnExpectationThatDoesNotHoldNamesTheNearest(t *testing.T) {
	t.Parallel()
	_, c := start(t, app.Options{})
	sb := morning(t, c, "a")
	visit(t, sb, "bm9ib2R5OndyaXR0ZW4=")
	_, err := sb.Verify(t.Context(), client.Exactly(2, client.Criteria{Operation: "rechercherStructure", Status: "200"}))
	var refused *client.Error
	if !errors.As(err, &refused) {
		t.Fatalf("got %v", err)
	}
	v, ok := refused.Verification()
	if !ok || v.Found != 0 || len(v.Nearest) != 2 || v.Nearest[1].Misses[0] != (client.Miss{Field: "status", Want: "200", Got: "401"}) {
		t.Errorf("got %+v", v)
	}
	_, err = sb.Verify(t.Context(), client.InOrder(client.Criteria{Operation: "issueToken"}, client.Criteria{Operation: "consulterStructure"}))
	if !errors.As(err, &refused) {
		t.Fatalf("got %v", err)
	}
	if v, ok := refused.Verification(); !ok || v.MissingStep == nil || *v.MissingStep != 1 {
		t.Errorf("got %+v", v)
	}
	if _, ok := refused.Stopped(); ok {
		t.Error("an expectation is not an advance")
	}
}

func TestAnAdvanceThatStopsTellsHowFarItCame(t *testing.T) {
	t.Parallel()
	_, c := start(t, app.Options{})
	sb := morning(t, c, "a")
	login := create(t, sb)
	_, err := sb.Advance(t.Context(), client.UntilState(login, "INACTIF").Within("PT1H"))
	var refused *client.Error
	if !errors.As(err, &refused) {
		t.Fatalf("got %v", err)
	}
	if s, ok := refused.Stopped(); !ok || s.Advance != nil || len(s.Nearest) == 0 || s.Nearest[0].Subject != login {
		t.Errorf("got %+v from %v", s, err)
	}
	if _, err = sb.Advance(t.Context(), client.Idle().AtMost(1)); !errors.As(err, &refused) {
		t.Fatalf("got %v", err)
	}
	if s, ok := refused.Stopped(); !ok || s.Advance == nil || len(s.Advance.Fired) == 0 {
		t.Errorf("got %+v from %v", s, err)
	}
	if _, err = sb.WaitEvent(t.Context(), client.EventWait{Kind: "PasswordExpired", Timeout: "1ms"}); !errors.As(err, &refused) {
		t.Fatalf("got %v", err)
	}
	if s, ok := refused.Stopped(); !ok || s.Advance != nil || len(s.Nearest) == 0 {
		t.Errorf("got %+v from %v", s, err)
	}
	if _, err = sb.SetClock(t.Context(), paris(t, "2020-01-01T00:00:00+01:00")); client.Code(err) != "clock-backwards" {
		t.Errorf("got %v", err)
	}
}

func TestAMailThatDoesNotComeTellsWhatWouldBringIt(t *testing.T) {
	t.Parallel()
	_, c := start(t, app.Options{})
	sb := c.Sandbox("a")
	must(sb.Put(t.Context(), client.Spec{Clock: client.Frozen(paris(t, "2026-03-01T09:00:00+01:00")), Switches: map[string]string{"mail.expiry-reminder": "15-days"}}))(t)
	login := create(t, sb)
	_, err := sb.WaitMail(t.Context(), client.MailWait{Event: "expiry-reminder", Text: login, Timeout: "1ms"})
	var refused *client.Error
	if !errors.As(err, &refused) {
		t.Fatalf("got %v", err)
	}
	m, ok := refused.MailMissing()
	if !ok || m.Advance == nil {
		t.Fatalf("got %+v from %v", m, err)
	}
	must(sb.Advance(t.Context(), client.To(m.Advance.To)))(t)
	mail := must(sb.WaitMail(t.Context(), client.MailWait{Event: "expiry-reminder", Text: login}))(t)
	if _, err := sb.WaitMail(t.Context(), client.MailWait{After: mail.Cursor, Timeout: "1ms"}); client.Code(err) == "" {
		t.Errorf("got %v, want no later mail", err)
	}
}

func TestNoServerIsNotARefusal(t *testing.T) {
	t.Parallel()
	const address = "http://127.0.0.1:1" // a free port might be another test's by now
	err := dial(t, address+"/", client.Options{}).Ready(t.Context())
	var gone *client.Unreachable
	if !errors.As(err, &gone) || gone.URL != address || client.Code(err) != "" {
		t.Errorf("got %v", err)
	}
}

func TestSomethingElseThatAnswers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status       int
		content, out string
		body         string
	}{
		"a page":            {http.StatusOK, "text/html", "is not what the control API answers", "<html>"},
		"a refusal in HTML": {http.StatusNotFound, "text/html", "404 Not Found: <html>", "<html>"},
		"a broken problem":  {http.StatusConflict, "application/problem+json", "409 Conflict: {", "{"},
		"a long page":       {http.StatusBadGateway, "text/html", "…", strings.Repeat("é", 500)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", test.content)
				w.WriteHeader(test.status)
				_, _ = w.Write([]byte(test.body))
			}))
			t.Cleanup(other.Close)
			c := dial(t, other.URL, client.Options{})
			_, err := c.Sandbox("a").Get(t.Context())
			var refused *client.Error
			if !errors.As(err, &refused) || refused.Status != test.status || refused.Code != "" || !strings.Contains(err.Error(), test.out) || len(err.Error()) > 400 {
				t.Errorf("got %v", err)
			}
			for _, err := range c.Sandbox("a").Stream(t.Context(), client.StreamQuery{}) {
				if !errors.As(err, &refused) || refused.Status != test.status {
					t.Errorf("stream: got %v", err)
				}
			}
		})
	}
}

func TestTheTokenIsSent(t *testing.T) {
	t.Parallel()
	a, c := start(t, app.Options{AdminToken: "s3cret"})
	morning(t, c, "a")
	if _, err := dial(t, a.AdminURL(), client.Options{}).Sandbox("a").Get(t.Context()); client.Code(err) != "admin-token-refused" {
		t.Errorf("got %v", err)
	}
}

func TestAKeyMakesAnAdvanceHappenOnce(t *testing.T) {
	t.Parallel()
	_, c := start(t, app.Options{})
	sb := morning(t, c, "a").WithIdempotencyKey("step-1")
	first := must(sb.Advance(t.Context(), client.By(time.Hour)))(t)
	again := must(sb.Advance(t.Context(), client.By(time.Hour)))(t)
	if !again.To.Equal(first.To) {
		t.Errorf("got %v, then %v", first.To, again.To)
	}
	if _, err := sb.Advance(t.Context(), client.By(2*time.Hour)); client.Code(err) != "idempotency-key-reused" {
		t.Errorf("got %v", err)
	}
	if next := must(c.Sandbox("a").Advance(t.Context(), client.By(time.Hour)))(t); !next.From.Equal(first.To) {
		t.Errorf("without a key: got %+v", next)
	}
}

func TestWhatCannotBeSent(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "127.0.0.1:8081", "ftp://127.0.0.1", "http://", "http://[::1", "http://a b"} {
		if _, err := client.New(address, client.Options{}); err == nil {
			t.Errorf("%q: no error", address)
		}
	}
	c := dial(t, client.DefaultURL, client.Options{})
	for _, name := range []string{"", ".", ".."} {
		if err := c.Sandbox(name).Delete(t.Context()); err == nil || !strings.Contains(err.Error(), "cannot be part of the path") {
			t.Errorf("%q: got %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Ready(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// A name with a question mark is one segment of the path.
func TestNamesAreEscaped(t *testing.T) {
	t.Parallel()
	_, c := start(t, app.Options{})
	sb := morning(t, c, "a")
	const name = "a?b=%20 é;c"
	must(sb.PutApplication(t.Context(), name, client.ApplicationSpec{}))(t)
	all := must(sb.Applications(t.Context()))(t)
	if all[len(all)-1].Name != name && all[0].Name != name {
		t.Errorf("got %+v", all)
	}
}
