package inbox_test

import (
	"fmt"
	"strings"
	"testing"

	"chorus-qualif/server/mailbox/inbox"
)

// Recipients and subjects that are all different are the worst that an index of
// different texts can meet.
func different(n int) inbox.Incoming {
	return letter("default", "sender@example.test", fmt.Sprintf("user-%d.%x@tenant-%d.example.test", n, n*7919, n%97), fmt.Sprintf("Order %d is ready", n), strings.Repeat("x", 4000))
}

func BenchmarkAddAtTheBound(b *testing.B) {
	x := newInbox(b, inbox.Limits{Messages: 10_000, SandboxMessages: 10_000, Bytes: 1 << 30, SandboxBytes: 1 << 30})
	n := 0
	for ; n < 10_000; n++ {
		x.Add(different(n))
	}
	b.ReportAllocs()
	for b.Loop() {
		x.Add(different(n))
		n++
	}
}

func BenchmarkFindAmong10000(b *testing.B) {
	x := newInbox(b, inbox.Limits{Messages: 10_000, SandboxMessages: 10_000, Bytes: 1 << 30, SandboxBytes: 1 << 30})
	for n := range 10_000 {
		x.Add(different(n))
	}
	for _, part := range []string{"user-4242.", "tenant-42.", "test", "zz", "not there"} {
		b.Run(part, func(b *testing.B) {
			for b.Loop() {
				x.Find("default", inbox.Recipients, part)
			}
		})
	}
}
