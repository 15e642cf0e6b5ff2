package main_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"chorus-qualif/server/flux/fluxtest"
)

// megabytes of a file; the largest flow has thirty.
const megabytes = 1 << 20

// largeFlows are deposits of a size whose weight is in different things: an
// attachment, lines, or nothing.
func largeFlows(tb testing.TB, size int) map[string][]byte {
	tb.Helper()
	spec := fluxtest.Spec{Number: "GRANDE-1", Supplier: "41783652090157", IssueDate: "2026-02-27"}
	noise := make([]byte, size/4*3-30<<10)
	x := uint32(1)
	for i := range noise {
		x = x*1664525 + 1013904223
		noise[i] = byte(x >> 24)
	}
	attached := spec
	attached.Attachments = []fluxtest.File{{Name: "plan.zip", MIME: "application/zip", Content: noise}}
	one := fluxtest.UBL(spec)
	head, rest, _ := bytes.Cut(one, []byte("  <cac:InvoiceLine>"))
	line, tail, found := bytes.Cut(rest, []byte("  </cac:InvoiceLine>\n"))
	if !found {
		tb.Fatal("the invoice has no line")
	}
	lines := append(append([]byte("  <cac:InvoiceLine>"), line...), "  </cac:InvoiceLine>\n"...)
	long := append(bytes.Clone(head), bytes.Repeat(lines, (size-len(one))/len(lines))...)
	return map[string][]byte{
		"attachment": fluxtest.UBL(attached),
		"lines":      append(long, tail...),
		"blanks":     append(bytes.Clone(one), bytes.Repeat([]byte(" "), size-len(one))...),
	}
}

// supplierAccount is a token and the cpro-account of the first account that works.
func supplierAccount(tb testing.TB, server target) (token, account string) {
	tb.Helper()
	read := func(answer *http.Response, err error, into any) {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
		defer answer.Body.Close()
		if err := json.NewDecoder(answer.Body).Decode(into); err != nil {
			tb.Fatal(err)
		}
	}
	var c credentials
	answer, err := http.Get(server.admin + "/__admin/v1/sandboxes/default/credentials")
	read(answer, err, &c)
	var granted struct {
		Token string `json:"access_token"`
	}
	answer, err = http.PostForm(c.OAuthURL, url.Values{"grant_type": {"client_credentials"}, "client_id": {c.ClientID}, "client_secret": {c.ClientSecret}})
	read(answer, err, &granted)
	for _, a := range c.TechnicalAccounts {
		if a.Usable && a.CproAccount != nil {
			return granted.Token, *a.CproAccount
		}
	}
	tb.Fatal("no account works")
	return "", ""
}

// cost is what a program took: time on the wall, time of processors, and the most
// memory that it had, in bytes.
type cost struct {
	wall, processors time.Duration
	peak             int64
}

// depositAll deposits a flow so many times at once, on a program of its own.
func depositAll(tb testing.TB, flow []byte, times int, environment []string, args ...string) cost {
	tb.Helper()
	if runtime.GOOS != "linux" {
		tb.Skip("the peak of a process is read from /proc")
	}
	p := runIn(tb, environment, args...)
	token, account := supplierAccount(tb, p.target)
	body, err := json.Marshal(map[string]any{
		"fichierFlux": base64.StdEncoding.EncodeToString(flow), "nomFichier": "grand.xml", "syntaxeFlux": "IN_DP_E1_UBL_INVOICE", "avecSignature": false,
	})
	if err != nil {
		tb.Fatal(err)
	}
	began := time.Now()
	var all sync.WaitGroup
	for range times {
		all.Go(func() {
			request, err := http.NewRequest(http.MethodPost, p.platform+"/cpro/factures/v1/deposer/flux", bytes.NewReader(body))
			if err != nil {
				tb.Error(err)
				return
			}
			request.Header = http.Header{"Authorization": {"Bearer " + token}, "Cpro-Account": {account}, "Content-Type": {"application/json;charset=utf-8"}}
			answer, err := http.DefaultClient.Do(request)
			if err != nil {
				tb.Error(err)
				return
			}
			defer answer.Body.Close()
			text, _ := io.ReadAll(answer.Body)
			if answer.StatusCode != http.StatusOK || !strings.Contains(string(text), `"codeRetour":0,`) {
				tb.Errorf("got %d %.200s (%s)", answer.StatusCode, text, answer.Header.Get("X-Sandbox-Explain"))
			}
		})
	}
	all.Wait()
	took := time.Since(began)
	peak := peakOf(tb, p.cmd.Process.Pid)
	_ = p.cmd.Process.Kill()
	<-p.ended
	ended := p.cmd.ProcessState
	return cost{took, ended.UserTime() + ended.SystemTime(), peak}
}

// peakOf is the most memory that a program which still runs had. What wait4(2)
// tells is not that: there, a child begins with the peak of its parent.
func peakOf(tb testing.TB, pid int) int64 {
	tb.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		tb.Fatal(err)
	}
	_, after, found := strings.Cut(string(status), "\nVmHWM:")
	var kilobytes int64
	if _, err := fmt.Sscan(after, &kilobytes); !found || err != nil {
		tb.Fatalf("no peak in the status of process %d: %v", pid, err)
	}
	return kilobytes << 10
}

// With room for one large body, eight at once take little more memory than one:
// without a bound, what is in use at once would be more than a gigabyte. The
// collector is told to hurry, so that what is measured is what is in use, and
// not how busy the machine is.
func TestLargeFlowsWaitForMemory(t *testing.T) {
	t.Parallel()
	for name, flow := range largeFlows(t, 30*megabytes) {
		if name == "lines" {
			continue // what is read of it stays: it is the state
		}
		got := depositAll(t, flow, 8, []string{"GOMEMLIMIT=480MiB"}, "--bodies-total-bytes=1")
		t.Logf("%s: %+v", name, got)
		if got.peak > 640*megabytes {
			t.Errorf("%s: eight flows of 30 MiB took %d MiB", name, got.peak/megabytes)
		}
	}
}

// An archive of a few hundred kilobytes unpacks to nearly the 300 MB that may be:
// while one is read, others wait, however many come.
func TestArchivesThatUnpackToMuchWaitForMemory(t *testing.T) {
	t.Parallel()
	zeros := make([]byte, 20*megabytes)
	var files []fluxtest.File
	for i := range 10 {
		files = append(files, fluxtest.File{Name: fmt.Sprintf("f%d.xml", i), Content: fluxtest.UBL(fluxtest.Spec{
			Number: fmt.Sprintf("LOT-%d", i), Supplier: "41783652090157", IssueDate: "2026-02-27",
			Attachments: []fluxtest.File{{Name: "plan.zip", MIME: "application/zip", Content: zeros}},
		})})
	}
	archive := fluxtest.TarGz(files...)
	if len(archive) > megabytes {
		t.Fatalf("the archive has %d bytes", len(archive))
	}
	got := depositAll(t, archive, 6, []string{"GOMEMLIMIT=700MiB"})
	t.Logf("%d bytes: %+v", len(archive), got)
	if got.peak > 1200*megabytes {
		t.Errorf("six archives at once took %d MiB", got.peak/megabytes)
	}
}

// BenchmarkLargeFlows deposits fifty flows of 30 MiB at once.
func BenchmarkLargeFlows(b *testing.B) {
	for name, flow := range largeFlows(b, 30*megabytes) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				got := depositAll(b, flow, 50, nil)
				b.ReportMetric(got.wall.Seconds(), "s")
				b.ReportMetric(got.processors.Seconds(), "cpu-s")
				b.ReportMetric(float64(got.peak)/megabytes, "peak-MiB")
			}
		})
	}
}
