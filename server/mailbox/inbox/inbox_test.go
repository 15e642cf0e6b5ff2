package inbox_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mailhog/data"
	"pgregory.net/rapid"

	"chorus-qualif/server/mailbox/inbox"
)

var plenty = inbox.Limits{Messages: 1000, SandboxMessages: 1000, Bytes: 1 << 30, SandboxBytes: 1 << 30}

func newInbox(t interface{ Fatal(...any) }, limits inbox.Limits) *inbox.Inbox {
	x, err := inbox.New(limits, "mailhog.example")
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func letter(sandbox, from, to, subject, body string) inbox.Incoming {
	return inbox.Incoming{
		Sandbox: sandbox, Helo: "client.example", From: from, To: []string{to}, At: time.Unix(1772352000, 0).UTC(),
		Raw: "From: <" + from + ">\r\nTo: <" + to + ">\r\nSubject: " + subject + "\r\n\r\n" + body,
	}
}

func ids(mails []*inbox.Mail) []string {
	out := make([]string, len(mails))
	for i, m := range mails {
		out[i] = m.ID
	}
	return out
}

// The index and the bookkeeping are judged by a list that is looked through
// from end to end, as MailHog does it.
func TestInboxAnswersLikeAPlainList(t *testing.T) {
	t.Parallel()
	word := rapid.SampledFrom([]string{"ana", "Banane", "rené", "X", "", "a@b", "needle-7", "compte technique", "é"})
	box := rapid.SampledFrom([]string{"default", "a", "b"})
	rapid.Check(t, func(t *rapid.T) {
		limits := inbox.Limits{Messages: 9, SandboxMessages: 4, Bytes: 1 << 20, SandboxBytes: 1 << 20}
		x := newInbox(t, limits)
		var model []*inbox.Mail
		t.Repeat(map[string]func(*rapid.T){
			"add": func(t *rapid.T) {
				m := x.Add(letter(box.Draw(t, "sandbox"), word.Draw(t, "from")+"@from.example", word.Draw(t, "to")+"@to.example", word.Draw(t, "subject"), word.Draw(t, "body")))
				model = evicted(append(model, m), m.Sandbox, limits)
			},
			"delete": func(t *rapid.T) {
				scope := rapid.SampledFrom([]string{"default", "a", inbox.All}).Draw(t, "scope")
				if len(model) == 0 {
					return
				}
				m := rapid.SampledFrom(model).Draw(t, "mail")
				inScope := scope == inbox.All || m.Sandbox == scope
				if got := x.Delete(scope, m.ID); got != inScope {
					t.Fatalf("Delete(%q) = %v, want %v", scope, got, inScope)
				}
				if inScope {
					model = slices.DeleteFunc(model, func(o *inbox.Mail) bool { return o == m })
				}
			},
			"clear": func(t *rapid.T) {
				scope := rapid.SampledFrom([]string{"default", "a", "never", inbox.All}).Draw(t, "scope")
				x.Clear(scope)
				model = slices.DeleteFunc(model, func(m *inbox.Mail) bool { return scope == inbox.All || m.Sandbox == scope })
			},
			"": func(t *rapid.T) { compare(t, x, model, word) },
		})
	})
}

// evicted is what stays of a list, by the limits.
func evicted(model []*inbox.Mail, sandbox string, limits inbox.Limits) []*inbox.Mail {
	count := 0
	for _, m := range model {
		if m.Sandbox == sandbox {
			count++
		}
	}
	if count > limits.SandboxMessages {
		oldest := slices.IndexFunc(model, func(m *inbox.Mail) bool { return m.Sandbox == sandbox })
		model = slices.Delete(model, oldest, oldest+1)
	}
	if len(model) > limits.Messages {
		model = model[1:]
	}
	return slices.Clone(model)
}

func compare(t *rapid.T, x *inbox.Inbox, model []*inbox.Mail, word *rapid.Generator[string]) {
	scope := rapid.SampledFrom([]string{"default", "b", inbox.All}).Draw(t, "scope")
	var all []*inbox.Mail
	for _, m := range model {
		if scope == inbox.All || m.Sandbox == scope {
			all = append(all, m)
		}
	}
	slices.Reverse(all)
	start := rapid.IntRange(0, 5).Draw(t, "start")
	page, total := x.Page(scope, start, 3)
	want := all[min(start, len(all)):min(start+3, len(all))]
	if !slices.Equal(ids(page), ids(want)) || total != len(all) {
		t.Fatalf("page from %d = %v of %d, want %v of %d", start, ids(page), total, ids(want), len(all))
	}
	part := word.Draw(t, "part")
	for field, texts := range map[inbox.Field]func(*data.Message) []string{inbox.Recipients: recipients, inbox.Senders: senders, inbox.Subjects: subjects} {
		if got, want := ids(x.Find(scope, field, part)), ids(matching(all, part, texts)); !slices.Equal(got, want) {
			t.Fatalf("find %v %q = %v, want %v", field, part, got, want)
		}
	}
	if got, want := ids(x.Containing(scope, part)), ids(matching(all, part, everything)); !slices.Equal(got, want) {
		t.Fatalf("containing %q = %v, want %v", part, got, want)
	}
	if got := x.Stats().Messages; got != len(model) {
		t.Fatalf("%d messages kept, want %d", got, len(model))
	}
}

func matching(all []*inbox.Mail, part string, texts func(*data.Message) []string) []*inbox.Mail {
	part = strings.ToLower(part)
	var found []*inbox.Mail
	for _, m := range all {
		if slices.ContainsFunc(texts(m.Message()), func(text string) bool { return strings.Contains(strings.ToLower(text), part) }) {
			found = append(found, m)
		}
	}
	return found
}

func recipients(m *data.Message) []string {
	all := slices.Clone(m.Content.Headers["To"])
	for _, to := range m.To {
		all = append(all, to.Mailbox+"@"+to.Domain)
	}
	return all
}

func senders(m *data.Message) []string {
	return append([]string{m.From.Mailbox + "@" + m.From.Domain}, m.Content.Headers["From"]...)
}

func subjects(m *data.Message) []string {
	return []string{inbox.Decode(m.Content.Headers["Subject"][0])}
}

func everything(m *data.Message) []string {
	all := []string{m.Content.Body}
	for _, values := range m.Content.Headers {
		all = append(all, values...)
	}
	return all
}

func TestTheOldestGoWhenBytesRunOut(t *testing.T) {
	t.Parallel()
	x := newInbox(t, inbox.Limits{Messages: 1000, SandboxMessages: 1000, Bytes: 60_000, SandboxBytes: 30_000})
	for i := range 100 {
		x.Add(letter(fmt.Sprint("box", i%3), "a@b.example", "c@d.example", fmt.Sprint("n", i), strings.Repeat("x", 4000)))
	}
	stats := x.Stats()
	if stats.Bytes > 60_000 || stats.Messages < 9 || stats.Received != 100 || stats.Evicted != uint64(100-stats.Messages) {
		t.Errorf("after 100 messages: %+v", stats)
	}
	if page, _ := x.Page("box0", 0, 1); len(page) != 1 || page[0].Subject != "n99" {
		t.Errorf("the newest is not kept: %v", page)
	}
	if got := x.SandboxStats("box0"); got.Bytes > 30_000 || got.Evicted == 0 {
		t.Errorf("one sandbox: %+v", got)
	}
}

func TestOneSandboxCannotPushOutAnother(t *testing.T) {
	t.Parallel()
	x := newInbox(t, inbox.Limits{Messages: 50, SandboxMessages: 10, Bytes: 1 << 20, SandboxBytes: 1 << 19})
	quiet := x.Add(letter("quiet", "a@b.example", "c@d.example", "kept", ""))
	for range 90 {
		x.Add(letter("noisy", "a@b.example", "c@d.example", "", ""))
	}
	if _, ok := x.Get("quiet", quiet.ID); !ok {
		t.Error("another sandbox's mail was evicted")
	}
}

func TestTheIndexForgetsWhatLeft(t *testing.T) {
	x := newInbox(t, inbox.Limits{Messages: 100, SandboxMessages: 100, Bytes: 1 << 30, SandboxBytes: 1 << 30})
	fill := func(from, to int) uint64 {
		for n := from; n < to; n++ {
			x.Add(letter("default", "s@x.example", fmt.Sprintf("user-%d-%x@y.example", n, n*7919), fmt.Sprint("Order ", n), ""))
		}
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	early := fill(0, 1000)
	if late := fill(1000, 6_000); late > early+1<<19 {
		t.Errorf("the heap grew from %d to %d KB", early>>10, late>>10)
	}
	if got := len(x.Find("default", inbox.Recipients, "user-")); got != 100 {
		t.Errorf("%d messages found, want the 100 kept", got)
	}
}

func TestTheSameMailHasTheSameID(t *testing.T) {
	t.Parallel()
	in := letter("default", "a@b.example", "c@d.example", "s", "b")
	first, second := newInbox(t, plenty), newInbox(t, plenty)
	a1, a2 := first.Add(in), first.Add(in)
	b1 := second.Add(in)
	if a1.ID != b1.ID || a1.ID == a2.ID {
		t.Errorf("ids %s, %s and %s: want the first and the last equal, the second another", a1.ID, a2.ID, b1.ID)
	}
	if !strings.HasSuffix(a1.ID, "@mailhog.example") || len(a1.ID) != 44+len("@mailhog.example") {
		t.Errorf("id %q has not MailHog's shape", a1.ID)
	}
}

func TestStreamsCarryTheirOwnScopeAndDropTheSlow(t *testing.T) {
	t.Parallel()
	x := newInbox(t, plenty)
	all, mine, slow := x.Subscribe(inbox.All), x.Subscribe("a"), x.Subscribe("b")
	defer all.Close()
	defer mine.Close()
	watch := x.Watch("a")
	x.Add(letter("b", "a@b.example", "c@d.example", "other", ""))
	select {
	case <-watch:
		t.Error("a watcher was woken by another sandbox")
	default:
	}
	x.Add(letter("a", "a@b.example", "c@d.example", "mine", ""))
	<-watch
	if got := (<-mine.C).Subject; got != "mine" {
		t.Errorf("stream of a: %q", got)
	}
	if first, second := (<-all.C).Subject, (<-all.C).Subject; first != "other" || second != "mine" {
		t.Errorf("stream of all: %q, %q", first, second)
	}
	for range 300 {
		x.Add(letter("b", "a@b.example", "c@d.example", "", ""))
	}
	n := 0
	for range slow.C {
		n++
	}
	if n != 256 {
		t.Errorf("a slow reader got %d messages before it was dropped, want 256", n)
	}
	slow.Close()
}

func TestLimitsMustKeepSomething(t *testing.T) {
	t.Parallel()
	_, err := inbox.New(inbox.Limits{Messages: 1, Bytes: -1, SandboxBytes: 1}, "h")
	if err == nil || !strings.Contains(err.Error(), "messages of a sandbox") || !strings.Contains(err.Error(), "bytes in all") {
		t.Errorf("error = %v, want both limits named", err)
	}
}

// Looking through bodies must find what lower-casing everything would.
func TestContainingIgnoresCase(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		x := newInbox(t, plenty)
		m := x.Add(letter("default", "s@from.example", "r@to.example", "", rapid.StringMatching(`[aAbBeEzZ0 é-]{0,40}`).Draw(t, "body")))
		part := rapid.StringMatching(`[aAbBeEzZ0 éÉ-]{0,4}`).Draw(t, "part")
		if got, want := len(x.Containing(inbox.All, part)), len(matching([]*inbox.Mail{m}, part, everything)); got != want {
			t.Fatalf("containing %q: %d messages, want %d", part, got, want)
		}
	})
}
