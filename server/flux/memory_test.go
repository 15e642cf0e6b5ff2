package flux_test

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"chorus-qualif/server/flux"
	"chorus-qualif/server/flux/fluxtest"
)

// flows are large deposits of each kind. In plain XML the attachment makes one
// of 30 MiB, the largest that the API takes; what compresses or has many
// elements is of packed bytes, because only ratios are looked at and the race
// detector makes it slow.
func flows(tb testing.TB, packed int) map[string]struct {
	syntaxe flux.Syntaxe
	data    []byte
} {
	tb.Helper()
	// Repeated further apart than gzip looks back, so it does not compress.
	block := make([]byte, 256<<10)
	x := uint32(1)
	for i := range block {
		x = x*1664525 + 1013904223
		block[i] = byte(x >> 24)
	}
	noise := bytes.Repeat(block, 88)
	with := func(size int) fluxtest.Spec {
		s := full()
		s.Attachments = []fluxtest.File{{Name: "plan.zip", MIME: "application/zip", Content: noise[:size]}}
		return s
	}
	one := fluxtest.UBL(full())
	head, rest, _ := bytes.Cut(one, []byte("  <cac:InvoiceLine>"))
	line, _, _ := bytes.Cut(rest, []byte("  <cac:InvoiceLine>"))
	line = append([]byte("  <cac:InvoiceLine>"), line...)
	lines := append(bytes.Clone(head), bytes.Repeat(line, packed/len(line))...)
	lines = append(lines, "</Invoice>"...)
	var lot []fluxtest.File
	content := fluxtest.UBL(with(packed / 100))
	for n := range 100 {
		lot = append(lot, fluxtest.File{Name: fmt.Sprint(n, ".xml"), Content: content})
	}
	type flow = struct {
		syntaxe flux.Syntaxe
		data    []byte
	}
	return map[string]flow{
		"UBL with an attachment": {flux.E1UBLInvoice, fluxtest.UBL(with(len(noise)))},
		"CII with an attachment": {flux.E1CII16B, fluxtest.CII(with(len(noise)))},
		"UBL of lines":           {flux.E1UBLInvoice, lines},
		"Factur-X":               {flux.E2CIIFacturX, fluxtest.FacturX(with(packed / 2))},
		"tar.gz":                 {flux.E1UBLInvoice, fluxtest.TarGz(lot...)},
		"noise":                  {flux.E1UBLInvoice, []byte("<a>" + strings.Repeat("&#65;<b/>", packed/9))},
	}
}

// Not parallel: it measures the whole process, which is alone with it then.
// What stays once a flow is read is little more than the flow unpacked, and what
// passes through memory a small multiple of it (lines pass and go).
func TestMemoryOfLargeFlows(t *testing.T) {
	all := flows(t, 2<<20)
	for name, flow := range all {
		var before, read, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		d := flux.Read(flow.data, "flux", flow.syntaxe, false, flux.Limits{File: 40 << 20})
		runtime.ReadMemStats(&read)
		runtime.GC()
		runtime.ReadMemStats(&after)
		size := float64(len(flow.data))
		passed, kept := float64(read.TotalAlloc-before.TotalAlloc)/size, (float64(after.HeapAlloc)-float64(before.HeapAlloc))/size
		t.Logf("%s: %.1f MB, %d invoices, %d errors: %.2f times its size passed, %.2f kept", name, size/1e6, len(d.Invoices), len(d.Errors), passed, kept)
		if kept > 2.5 {
			t.Errorf("%s: %.2f times its size is kept", name, kept)
		}
		// A tree of the smallest elements is bounded by how many it may hold.
		if passed > 15 && passed*size > 100<<20 || strings.Contains(name, "attachment") && passed > 0.1 {
			t.Errorf("%s: %.2f times its size passed through memory", name, passed)
		}
		runtime.KeepAlive(d)
	}
	runtime.KeepAlive(all)
}

func BenchmarkRead(b *testing.B) {
	for name, flow := range flows(b, 25<<20) {
		b.Run(strings.ReplaceAll(name, " ", "_"), func(b *testing.B) {
			b.SetBytes(int64(len(flow.data)))
			b.ReportAllocs()
			for b.Loop() {
				flux.Read(flow.data, "flux", flow.syntaxe, false, flux.Limits{File: 40 << 20})
			}
		})
	}
	for name, data := range map[string]struct {
		syntaxe flux.Syntaxe
		data    []byte
	}{"small_UBL": {flux.E1UBLInvoice, fluxtest.UBL(full())}, "small_Factur-X": {flux.E2CIIFacturX, fluxtest.FacturX(full())}} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data.data)))
			b.ReportAllocs()
			for b.Loop() {
				flux.Read(data.data, "flux", data.syntaxe, false, flux.Limits{})
			}
		})
	}
}
