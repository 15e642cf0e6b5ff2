package mailbox_test

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"chorus-qualif/server/mailbox"
	"chorus-qualif/server/mailbox/inbox"
)

var filler = strings.Repeat("Le contenu de ce message sert à la mesure, rien de plus. 0123456789 abcdef\r\n", 60)

// sample is a message of 4 KB; the n-th has its own words.
func sample(n int) string {
	head := fmt.Sprintf("From: <sender@example.test>\r\nTo: <box%d@example.test>\r\nSubject: Message %d\r\nMessage-ID: <m%d@bench.example.test>\r\n"+
		"Date: Mon, 02 Jan 2006 15:04:05 +0000\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nneedle-%06d\r\n", n%50, n, n, n)
	return head + filler[:4096-len(head)-2] + "\r\n"
}

// pour sends messages over several kept connections.
func pour(t testing.TB, addr string, connections, messages int) {
	t.Helper()
	var next atomic.Int64
	var all sync.WaitGroup
	for range connections {
		all.Go(func() {
			conn, err := net.Dial("tcp", addr)
			if err != nil {
				t.Error(err)
				return
			}
			defer func() { _ = conn.Close() }()
			in := bufio.NewReader(conn)
			say := func(text, want string) bool {
				_, err := conn.Write([]byte(text))
				for err == nil {
					var line []byte
					if line, err = in.ReadSlice('\n'); err == nil && len(line) > 3 && line[3] == ' ' {
						if !bytes.HasPrefix(line, []byte(want)) {
							t.Errorf("%.20q: %s", text, line)
							return false
						}
						return true
					}
				}
				t.Error(err)
				return false
			}
			if !say("", "220") || !say("EHLO bench\r\n", "250") {
				return
			}
			for n := int(next.Add(1)) - 1; n < messages; n = int(next.Add(1)) - 1 {
				if !say("MAIL FROM:<sender@example.test>\r\n", "250") || !say(fmt.Sprintf("RCPT TO:<box%d@example.test>\r\n", n%50), "250") ||
					!say("DATA\r\n", "354") || !say(sample(n)+".\r\n", "250") {
					return
				}
			}
		})
	}
	all.Wait()
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// 100,000 messages of 4 KB are 400 MB; what is kept is bounded all along.
func TestMemoryStaysFlat(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	messages := 100_000
	if raced {
		messages = 8_000
	}
	const kept = 8 << 20
	h := open(t, mailbox.Options{MaxMessageBytes: 1 << 20, Limits: inbox.Limits{Bytes: kept, SandboxBytes: kept}})
	empty := heap()
	full := 2 * kept / 4096
	pour(t, h.SMTPAddr(), 8, full)
	early := heap()
	pour(t, h.SMTPAddr(), 8, messages-full)
	late := heap()
	if early > empty+2*kept {
		t.Errorf("%d KB of heap for %d KB of mail", (early-empty)>>10, kept>>10)
	}
	if late > early+kept/4 {
		t.Errorf("the heap grew from %d to %d KB", early>>10, late>>10)
	}
	if s := h.Stats().Inbox; s.Received != uint64(messages) || s.Evicted != uint64(messages-s.Messages) || s.Bytes > kept {
		t.Errorf("%+v", s)
	}
}

func BenchmarkAcceptOver8Connections(b *testing.B) {
	h := open(b, mailbox.Options{})
	b.ResetTimer()
	pour(b, h.SMTPAddr(), 8, b.N)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msg/s")
}

// BenchmarkAt10000 asks a mailbox of 10,000 messages, over HTTP.
func BenchmarkAt10000(b *testing.B) {
	h := open(b, mailbox.Options{})
	pour(b, h.SMTPAddr(), 8, 10_000)
	for _, question := range []struct{ name, path string }{
		{"list-50", "/api/v2/messages?limit=50"},
		{"list-250", "/api/v2/messages?limit=250"},
		{"last-page", "/api/v2/messages?start=9950"},
		{"search-to", "/api/v2/search?kind=to&query=box42"},
		{"search-from-all", "/api/v2/search?kind=from&query=sender"},
		{"search-containing-one", "/api/v2/search?kind=containing&query=needle-000042"},
		{"search-containing-all", "/api/v2/search?kind=containing&query=mesure"},
		{"search-containing-none", "/api/v2/search?kind=containing&query=introuvable"},
	} {
		b.Run(question.name, func(b *testing.B) {
			for b.Loop() {
				response, err := http.Get("http://" + h.HTTPAddr() + question.path)
				if err != nil {
					b.Fatal(err)
				}
				n, err := discard(response)
				if err != nil || response.StatusCode != http.StatusOK || n == 0 {
					b.Fatalf("%d, %d bytes: %v", response.StatusCode, n, err)
				}
			}
		})
	}
}
