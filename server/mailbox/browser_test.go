package mailbox_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"

	"chorus-qualif/server/mailbox"
)

// require ends a test that lacks something: as a failure where QUALIF_REQUIRE
// is 1, as in continuous integration, and otherwise as a skip.
func require(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("QUALIF_REQUIRE") == "1" {
		t.Fatalf("QUALIF_REQUIRE=1, but %s", what)
	}
	t.Skip(what)
}

// browse starts a browser of its own.
func browse(t testing.TB) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		require(t, "there is no Chromium (Debian: apt-get install chromium)")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("disable-dev-shm-usage", true))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx) // waits until the browser is gone
		cancel()
	})
	return ctx
}

// sees waits until a script's answer holds what is wanted.
func sees(t testing.TB, ctx context.Context, script, want string) {
	t.Helper()
	got := ""
	defer func() {
		if t.Failed() {
			t.Logf("%s\nlast said %q, want %q", script, got, want)
		}
	}()
	eventually(t, script, func() bool {
		var err error
		got, err = chromedp.Run(ctx, chromedp.Evaluate[string]("String("+script+")"))
		return err == nil && strings.Contains(got, want)
	})
}

const subjects = `[...document.querySelectorAll(".msglist-message .subject")].map(e => e.textContent).join("|")`

func TestAPersonReadsANotificationInMailHogAsItArrives(t *testing.T) {
	t.Parallel()
	ctx := browse(t)
	h := open(t, mailbox.Options{})
	sb := h.put(t, "equipe-a")
	if err := chromedp.Do(ctx, chromedp.Navigate("http://"+h.HTTPAddr()+"/sandboxes/equipe-a/")); err != nil {
		t.Fatal(err)
	}
	sees(t, ctx, `document.body.innerText`, "Connected")
	sees(t, ctx, `document.body.innerText`, "Inbox (0)")
	resetPassword(t, sb)
	resetPassword(t, h.put(t, "equipe-b"))
	sees(t, ctx, subjects, "[Chorus Pro] Réinitialisation du mot de passe du compte utilisateur technique")
	sees(t, ctx, `document.body.innerText`, "Inbox (1)")
	sees(t, ctx, `document.querySelector(".msglist-message").innerText`, "Chorus Pro (simulateur)")
	sees(t, ctx, `(document.querySelector(".msglist-message").click(), "clicked")`, "clicked")
	inside := `document.querySelector("#preview-html").contentDocument.body.innerText`
	sees(t, ctx, inside, "Le mot de passe d'un compte technique a été réinitialisé.")
	sees(t, ctx, inside, "Structure\tFournisseur")
	sees(t, ctx, inside, "texte du simulateur, pas de l'État")
	sees(t, ctx, `document.querySelector("#preview-plain").textContent`, "dimanche 1er mars 2026 à 9 h 00 (heure de Paris, UTC+1)")
}

func TestAMailDoesNoHarmToWhoReadsIt(t *testing.T) {
	t.Parallel()
	ctx := browse(t)
	h := open(t, mailbox.Options{})
	var reached atomic.Int32
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
	t.Cleanup(elsewhere.Close)
	h.deliver(t, "", "a@x.example", "b@x.example", "From: a@x.example\r\nSubject: nasty\r\nContent-Type: text/html\r\n\r\n"+
		"<script>parent.document.title='owned'</script><img src=x onerror=\"parent.document.title='owned'\"><img src='"+elsewhere.URL+"/pixel'>"+
		"<link rel=stylesheet href='"+elsewhere.URL+"/style'><iframe src='"+elsewhere.URL+"'></iframe><a href=\"javascript:parent.document.title='owned'\">click</a><p>read me</p>")
	if err := chromedp.Do(ctx, chromedp.Navigate("http://"+h.HTTPAddr()+"/")); err != nil {
		t.Fatal(err)
	}
	sees(t, ctx, subjects, "nasty")
	sees(t, ctx, `(document.querySelector(".msglist-message").click(), "clicked")`, "clicked")
	sees(t, ctx, `document.querySelector("#preview-html").contentDocument.body.innerText`, "read me")
	sees(t, ctx, `(document.querySelector("#preview-html").contentDocument.querySelector("a").click(), "clicked")`, "clicked")
	sees(t, ctx, `new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => r("later"))))`, "")
	sees(t, ctx, `document.title`, "MailHog")
	if n := reached.Load(); n > 0 {
		t.Errorf("reading a mail reached another server %d times", n)
	}
}
