// Package look is what the pages of the portal and those of the control room
// share: a palette, the files that pages refer to, and the headers that keep a
// browser from doing anything for strangers.
package look

import (
	"crypto/sha256"
	_ "embed" // the palette
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"slices"

	"github.com/gin-gonic/gin"
)

//go:embed palette.css
var palette []byte

// Protect sets the headers that keep a browser from doing anything for strangers:
// no inline script or style, no frame, no form to elsewhere, nothing kept.
func Protect(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "+
		"form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}

// Assets are the files that pages refer to. The version of them all belongs in
// their addresses, so that a browser keeps them for ever and never too long.
type Assets struct {
	Version string
	byName  map[string]asset
}

type asset struct {
	kind string
	body []byte
}

// kinds are not asked of the machine, whose tables differ.
var kinds = map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml", ".LICENSE": "text/plain; charset=utf-8"}

// Load reads the files of a directory; each style sheet begins with the palette.
func Load(files fs.FS, directory string) (*Assets, error) {
	names, err := fs.Glob(files, directory+"/*")
	if err != nil {
		return nil, err
	}
	all := &Assets{byName: map[string]asset{}}
	sum := sha256.New()
	for _, name := range names {
		body, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		if path.Ext(name) == ".css" {
			body = slices.Concat(palette, body)
		}
		sum.Write(body)
		all.byName[path.Base(name)] = asset{kinds[path.Ext(name)], body}
	}
	all.Version = hex.EncodeToString(sum.Sum(nil))[:12]
	return all, nil
}

// Serve answers with a file; false when there is none of that name.
func (a *Assets) Serve(g *gin.Context, name string) bool {
	found, ok := a.byName[name]
	if ok {
		g.Header("Cache-Control", "public, max-age=31536000, immutable")
		g.Data(http.StatusOK, found.kind, found.body)
	}
	return ok
}
