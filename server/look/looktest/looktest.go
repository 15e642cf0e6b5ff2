// Package looktest lets tests look at pages in a real browser: one browser for
// the tests of a package, a private window for each.
package looktest

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Patience bounds what a person waits for.
const Patience = 60 * time.Second

// windows bounds how many are open at once: a browser shared by more is slower
// for all.
const windows = 3

// Browser is a Chromium that starts when a test first needs it.
type Browser struct {
	start func() (context.Context, error)
	seats chan struct{}
	axe   func() (string, error)
}

// New is a browser that has not started. Its audits are made with the axe-core
// that npm ci puts below a directory.
func New(axe string) *Browser {
	return &Browser{
		start: sync.OnceValues(launch), seats: make(chan struct{}, windows),
		axe: sync.OnceValues(func() (string, error) {
			text, err := os.ReadFile(filepath.Join(axe, "node_modules", "axe-core", "axe.min.js"))
			return string(text), err
		}),
	}
}

func launch() (context.Context, error) {
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		return nil, errors.New("no Chromium on this machine (Debian package chromium)")
	}
	allocator, _ := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("lang", "en-US"),
	)...)
	ctx, _ := chromedp.NewContext(allocator)
	return ctx, chromedp.Do(ctx)
}

// Run runs the tests of a package, for its TestMain, and ends the browser with
// them.
func (b *Browser) Run(m *testing.M) (code int) {
	code = m.Run()
	if ctx, err := b.start(); err == nil {
		_ = chromedp.Cancel(ctx) // the tests are over, whatever comes of it
	}
	return code
}

// Window opens a private window of that many pixels, which is closed when the
// test ends. Whatever the browser complains of meanwhile fails the test: a page
// that breaks its own policy, a script that fails.
func (b *Browser) Window(t testing.TB, width, height int64) context.Context {
	t.Helper()
	parent, err := b.start()
	if err != nil {
		Lacking(t, "%v", err)
	}
	b.seats <- struct{}{}
	t.Cleanup(func() { <-b.seats })
	var heard complaints
	ctx, cancel := chromedp.NewContext(parent, chromedp.WithNewBrowserContext(), chromedp.WithListener(heard.hear))
	t.Cleanup(func() {
		for _, text := range heard.all() {
			t.Errorf("the browser complains: %s", text)
		}
	})
	ctx, stop := context.WithTimeout(ctx, 4*Patience)
	t.Cleanup(func() { stop(); cancel() })
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, height)); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// complaints are what the browser says of a page.
type complaints struct {
	mu    sync.Mutex
	texts []string
}

func (c *complaints) hear(event any) {
	text := ""
	switch event := event.(type) {
	case *log.EventEntryAdded:
		if event.Entry.Source != log.EntrySourceNetwork { // a refused form is a 422
			text = string(event.Entry.Level) + ": " + event.Entry.Text
		}
	case *runtime.EventExceptionThrown:
		text = event.ExceptionDetails.Text
	}
	if text != "" {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.texts = append(c.texts, text)
	}
}

func (c *complaints) all() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.texts)
}

// Audit fails the test on every violation of accessibility that axe-core finds
// on a window's page, whatever its impact.
func (b *Browser) Audit(t testing.TB, window context.Context, page string) {
	t.Helper()
	source, err := b.axe()
	if err != nil {
		if required() {
			t.Fatalf("axe-core is missing (npm ci beside its package.json): %v", err)
		}
		t.Log("axe-core is missing (npm ci beside its package.json): accessibility is not audited")
		return
	}
	const ask = `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.map(v => v.impact + ": " + v.id + ": " + v.help + ": " +
		v.nodes.map(n => n.html + " " + n.failureSummary).join("\n   ")).join("\n"))`
	if _, err := chromedp.Run(window, chromedp.Evaluate[bool]("(() => {"+source+"})(), true")); err != nil {
		t.Fatal(err)
	}
	found, err := chromedp.Run(window, chromedp.Evaluate[string](ask, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	if found != "" {
		t.Errorf("%s: axe finds\n%s", page, found)
	}
}

// WithoutScripts makes a window run no script from now on.
func WithoutScripts(t testing.TB, window context.Context) {
	t.Helper()
	err := chromedp.Do(window, chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	}))
	if err != nil {
		t.Fatal(err)
	}
}

// Artefacts is where screenshots are left, "" for nowhere: the directory that
// QUALIF_ARTEFACTS names.
func Artefacts(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("QUALIF_ARTEFACTS")
	if dir == "" {
		return ""
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Lacking skips a test for want of something on this machine. Where
// QUALIF_REQUIRE is set, as by .ci/run, the lack is a failure.
func Lacking(t testing.TB, what string, values ...any) {
	t.Helper()
	if required() {
		t.Fatalf(what, values...)
	}
	t.Skipf(what, values...)
}

func required() bool { return strings.TrimSpace(os.Getenv("QUALIF_REQUIRE")) != "" }
