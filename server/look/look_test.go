package look_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/gin-gonic/gin"

	"chorus-qualif/server/look"
)

func load(t *testing.T, css string) *look.Assets {
	t.Helper()
	assets, err := look.Load(fstest.MapFS{"assets/page.css": {Data: []byte(css)}, "assets/page.js": {Data: []byte("1")}, "other/x.js": {Data: []byte("2")}}, "assets")
	if err != nil {
		t.Fatal(err)
	}
	return assets
}

func TestAssetsAreServedForEver(t *testing.T) {
	t.Parallel()
	gin.SetMode(gin.ReleaseMode)
	engine, assets := gin.New(), load(t, "p { color: var(--ink) }")
	engine.GET("/:file", func(g *gin.Context) {
		look.Protect(g.Writer.Header())
		if !assets.Serve(g, g.Param("file")) {
			g.Status(http.StatusNotFound)
		}
	})
	get := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		engine.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		return w
	}
	got := get("/page.css")
	if body := got.Body.String(); !strings.Contains(body, "--ink: #") || !strings.HasSuffix(body, "p { color: var(--ink) }") {
		t.Errorf("got %s", body)
	}
	for name, want := range map[string]string{
		"Content-Type": "text/css; charset=utf-8", "Cache-Control": "public, max-age=31536000, immutable", "X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff",
	} {
		if header := got.Header().Get(name); header != want {
			t.Errorf("%s: got %q, want %q", name, header, want)
		}
	}
	if got := get("/page.js"); got.Body.String() != "1" {
		t.Errorf("got %s", got.Body)
	}
	missing := get("/x.js")
	if missing.Code != http.StatusNotFound || missing.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("got %d %v", missing.Code, missing.Header())
	}
	for _, part := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"} {
		if policy := missing.Header().Get("Content-Security-Policy"); !strings.Contains(policy, part) || strings.Contains(policy, "unsafe") {
			t.Errorf("got %s, want %s in it", policy, part)
		}
	}
}

func TestTheVersionFollowsTheFiles(t *testing.T) {
	t.Parallel()
	first, again, other := load(t, "a"), load(t, "a"), load(t, "b")
	if first.Version != again.Version || first.Version == other.Version || len(first.Version) != 12 {
		t.Errorf("got %s, %s, %s", first.Version, again.Version, other.Version)
	}
}
