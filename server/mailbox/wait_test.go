package mailbox_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"chorus-qualif/server/mailbox"
	"chorus-qualif/server/mailbox/outbox"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// brief is a wait that gives up at once.
func (h *house) brief(sandbox string, c mailbox.Criteria) mailbox.Waited {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return h.Wait(ctx, sandbox, c)
}

func TestAWaitEndsWhenTheMailComes(t *testing.T) {
	t.Parallel()
	h := open(t, mailbox.Options{})
	sb := h.put(t, "a")
	got := make(chan string, 1)
	go func() {
		m, _ := h.await(t, "a", mailbox.Criteria{Subject: "RÉINITIALISATION", To: "claire", Event: "password-reset", Text: "ne  fonctionne plus : tant"})
		got <- m.Subject
	}()
	resetPassword(t, sb)
	if subject := <-got; !strings.Contains(subject, "Réinitialisation") {
		t.Errorf("waited for %q", subject)
	}
}

func TestAWaitGoesOnFromItsCursor(t *testing.T) {
	t.Parallel()
	h := open(t, mailbox.Options{})
	for _, subject := range []string{"one", "two", "three"} {
		h.deliver(t, "a", "x@x.example", "y@y.example", "Subject: "+subject+"\r\n\r\nbody of "+subject)
	}
	newest, _ := h.await(t, "a", mailbox.Criteria{})
	if newest.Subject != "three" {
		t.Errorf("without a cursor: %q, want the newest", newest.Subject)
	}
	first, cursor := h.await(t, "a", mailbox.Criteria{Text: "body of one"})
	second, cursor := h.await(t, "a", mailbox.Criteria{After: cursor})
	third, cursor := h.await(t, "a", mailbox.Criteria{After: cursor})
	if got := first.Subject + second.Subject + third.Subject; got != "onetwothree" {
		t.Errorf("from cursor to cursor: %s", got)
	}
	w := h.brief("a", mailbox.Criteria{After: cursor})
	if w.Mail != nil || w.Cursor != cursor {
		t.Errorf("after the last: %+v", w)
	}
}

func TestAWaitThatGivesUpTellsWhatCameNearest(t *testing.T) {
	t.Parallel()
	h := open(t, mailbox.Options{})
	h.deliver(t, "a", "x@x.example", "claire@y.example", "Subject: Other\r\n\r\nsome words")
	h.deliver(t, "a", "x@x.example", "bob@y.example", "Subject: Réinitialisation\r\n\r\nother words")
	h.deliver(t, "a", "x@x.example", "claire@y.example", "Subject: =?UTF-8?Q?R=C3=A9initialisation?=\r\n\r\nother\r\nwords")
	h.deliver(t, "b", "x@x.example", "claire@y.example", "Subject: Réinitialisation\r\n\r\nsome words")
	w := h.brief("a", mailbox.Criteria{To: "claire", Subject: "réinitialisation", Text: "some words"})
	if w.Mail != nil || len(w.Nearest) != 3 {
		t.Fatalf("%+v", w)
	}
	for i, want := range []string{"to,subject but not text", "to,text but not subject", "subject but not to,text"} {
		near := w.Nearest[i]
		if got := strings.Join(near.Met, ",") + " but not " + strings.Join(near.Missed, ","); got != want {
			t.Errorf("nearest %d: %s, want %s", i, got, want)
		}
	}
	w = h.brief("a", mailbox.Criteria{Text: "other words", To: "claire", After: w.Cursor})
	if len(w.Nearest) == 0 || !slices.Equal(w.Nearest[0].Missed, []string{"after"}) {
		t.Errorf("after everything: %+v", w.Nearest)
	}
}

func TestAWaitTellsOfMailThatDidNotArrive(t *testing.T) {
	t.Parallel()
	r := startRelay(t, onFirst(1, "RCPT", "550 5.1.1 nobody here"))
	h := open(t, mailbox.Options{Relay: r.url()})
	resetPassword(t, h.put(t, "a"))
	h.settled(t, "a", "mail-1")
	w := h.brief("a", mailbox.Criteria{To: contact, Text: "ne fonctionne plus"})
	if len(w.Undelivered) != 1 || w.Undelivered[0].State != outbox.Failed || w.Undelivered[0].Words != "550 5.1.1 nobody here" {
		t.Errorf("undelivered: %+v", w.Undelivered)
	}
	if w := h.brief("a", mailbox.Criteria{To: "somebody else"}); len(w.Undelivered) != 0 {
		t.Errorf("undelivered for somebody else: %+v", w.Undelivered)
	}
}

func TestAWaitTellsWhichAdvanceWouldBringTheMail(t *testing.T) {
	t.Parallel()
	h := open(t, mailbox.Options{})
	sb, _, err := h.registry.Put("a", sandboxes.Spec{Switches: qualif.Switches{qualif.SwitchExpiryReminder: "15-days"}})
	if err != nil {
		t.Fatal(err)
	}
	resetPassword(t, sb)
	h.settled(t, "a", "mail-1")
	w := h.brief("a", mailbox.Criteria{Event: "expiry-reminder", Text: account})
	want := start.AddDate(0, 0, 424-15)
	if w.Advance == nil || !w.Advance.To.Equal(want) || w.Advance.By.String() != "P409D" || w.Advance.Mail.Login != account {
		t.Fatalf("advance = %+v, want to %v", w.Advance, want)
	}
	if got := h.brief("a", mailbox.Criteria{Event: "creation"}).Advance; got != nil {
		t.Errorf("an advance is told that brings nothing: %+v", got)
	}
	if got := sb.Now(); !got.Equal(start) {
		t.Errorf("looking ahead moved the clock to %v", got)
	}
	if _, err := sb.Advance(sandboxes.Move{To: w.Advance.To}); err != nil {
		t.Fatal(err)
	}
	h.await(t, "a", mailbox.Criteria{Event: "expiry-reminder", Text: account})
}

func TestAMailIsFoundByAnyOfItsNames(t *testing.T) {
	t.Parallel()
	h := open(t, mailbox.Options{MaxSettled: 1})
	sb := h.put(t, "a")
	resetPassword(t, sb)
	first, cursor := h.await(t, "a", mailbox.Criteria{})
	resetPassword(t, sb)
	m, _ := h.await(t, "a", mailbox.Criteria{After: cursor})
	h.settled(t, "a", "mail-2")
	if got, ok := h.Get("a", "mail-1"); !ok || got != first {
		t.Errorf("a notification that the outbox has forgotten: %v %v", got, ok)
	}
	for _, id := range []string{m.ID, m.MessageID, "<" + m.MessageID + ">", "mail-2", "latest"} {
		if got, ok := h.Get("a", id); !ok || got != m {
			t.Errorf("%q: %v %v", id, got, ok)
		}
		if _, ok := h.Get("b", id); ok {
			t.Errorf("%q is found in another sandbox", id)
		}
	}
	for _, id := range []string{"mail-3", "", "nothing"} {
		if got, ok := h.Get("a", id); ok {
			t.Errorf("%q is %v", id, got)
		}
	}
}

func TestManyWaitersEachGetTheirOwn(t *testing.T) {
	t.Parallel()
	h := open(t, mailbox.Options{})
	const n = 40
	done := make(chan string, n)
	for i := range n {
		name := string(rune('a'+i%26)) + strings.Repeat("x", i/26)
		sb := h.put(t, name)
		go func() {
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			w := h.Wait(ctx, name, mailbox.Criteria{Event: "reset"})
			if w.Mail == nil {
				done <- name + " got nothing"
				return
			}
			if w.Mail.Sandbox != name {
				done <- name + " got mail of " + w.Mail.Sandbox
				return
			}
			done <- ""
		}()
		resetPassword(t, sb)
	}
	for range n {
		if fault := <-done; fault != "" {
			t.Error(fault)
		}
	}
}
