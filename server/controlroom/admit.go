package controlroom

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"chorus-qualif/server/look"
)

const (
	visitCookie  = "chorus_qualif_room"
	noticeCookie = "chorus_qualif_room_notice"
	// tokenField is the hidden field of every form that changes something.
	tokenField = "form-token"
	// maxForm bounds a form, in bytes.
	maxForm = 64 << 10
)

// The two kinds of visitors, as their cookies tell.
const (
	stranger = "visitor"
	admitted = "admitted"
)

// Admit goes before the admin listener's guard, which asks for the admin token:
// browsers cannot send one, so whoever has logged in is vouched for, and so are
// the login page and the files it is made of. The guard checks everything else
// itself. Only the control room's own paths are concerned: the control API never
// takes a cookie.
func (r *Room) Admit(g *gin.Context) {
	if r.o.Token == "" || !own(g.Request.URL.Path) || g.GetHeader("Authorization") != "" {
		return
	}
	kind := r.kindOf(cookieValue(g.Request, visitCookie))
	path := g.Request.URL.Path
	switch {
	case kind == admitted, path == "/login", strings.HasPrefix(path, "/room/"):
		g.Request.Header.Set("Authorization", "Bearer "+r.o.Token)
	case g.Request.Method == http.MethodGet && strings.Contains(g.GetHeader("Accept"), "text/html"):
		look.Protect(g.Writer.Header())
		g.Redirect(http.StatusSeeOther, "/login?next="+url.QueryEscape(g.Request.URL.RequestURI()))
		g.Abort()
	}
}

// own tells the control room's paths.
func own(path string) bool {
	return path == "/" || path == "/login" || path == "/logout" || path == "/sandboxes" || path == "/scenarios" ||
		slices.ContainsFunc([]string{"/sandboxes/", "/scenarios/", "/scenario-runs/", "/room/"}, func(prefix string) bool { return strings.HasPrefix(path, prefix) })
}

// sign makes a text that only this process could have made.
func (r *Room) sign(parts ...string) string {
	mac := hmac.New(sha256.New, r.key)
	mac.Write([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(mac.Sum(nil))
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// newVisit is the value of a visitor's cookie: its kind, something nobody can
// guess, and the proof that it is ours.
func (r *Room) newVisit(kind string) string {
	nonce := r.o.Secret()
	return kind + "." + nonce + "." + r.sign("visit", kind, nonce)
}

func (r *Room) kindOf(cookie string) string {
	parts := strings.Split(cookie, ".")
	if len(parts) != 3 || !same(parts[2], r.sign("visit", parts[0], parts[1])) {
		return ""
	}
	return parts[0]
}

// formToken is what a visitor's forms carry.
func (r *Room) formToken(cookie string) string { return r.sign("form", cookie) }

// newCookie keeps a value in the browser as long as it is open: no date, so that
// the machine's time shows nowhere.
func newCookie(g *gin.Context, name, value string) *http.Cookie {
	return &http.Cookie{Name: name, Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: g.Request.TLS != nil}
}

func cookieValue(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

const visitKey = "controlroom.visit"

// enter begins a visit: it sets the headers of every page, and gives a cookie to
// those who have none.
func (r *Room) enter(g *gin.Context) {
	look.Protect(g.Writer.Header())
	g.Request.Body = http.MaxBytesReader(g.Writer, g.Request.Body, maxForm)
	v := &visit{room: r, g: g, cookie: cookieValue(g.Request, visitCookie)}
	if kind := r.kindOf(v.cookie); kind == "" {
		v.cookie = r.newVisit(stranger)
		if !strings.HasPrefix(g.Request.URL.Path, "/room/") {
			http.SetCookie(g.Writer, newCookie(g, visitCookie, v.cookie))
		}
	} else {
		v.admitted = kind == admitted
	}
	g.Set(visitKey, v)
}

func visitOf(g *gin.Context) *visit { return g.MustGet(visitKey).(*visit) }

// change lets a form through that carries the token its page was given.
func (r *Room) change(answer gin.HandlerFunc) gin.HandlerFunc {
	return func(g *gin.Context) {
		v := visitOf(g)
		if err := g.Request.ParseForm(); err != nil {
			v.problem(http.StatusBadRequest, "The form cannot be read: "+err.Error())
			return
		}
		if !same(g.Request.PostForm.Get(tokenField), r.formToken(v.cookie)) {
			v.problem(http.StatusForbidden, "This form is not one that the control room gave to this browser, or the program was restarted since. Go back, reload the page and try again.")
			return
		}
		answer(g)
	}
}

type loginForm struct{ Next, Wrong string }

func (r *Room) loginPage(g *gin.Context) {
	v := visitOf(g)
	if r.o.Token == "" || v.admitted {
		g.Redirect(http.StatusSeeOther, inside(g.Query("next")))
		return
	}
	v.show(http.StatusOK, "login", "Log in", loginForm{Next: inside(g.Query("next"))})
}

func (r *Room) logIn(g *gin.Context) {
	v := visitOf(g)
	next := inside(g.PostForm("next"))
	if !same(g.PostForm("token"), r.o.Token) {
		v.show(http.StatusForbidden, "login", "Log in", loginForm{Next: next, Wrong: "This is not the admin token: it is the value of --admin-token (QUALIF_ADMIN_TOKEN)."})
		return
	}
	http.SetCookie(g.Writer, newCookie(g, visitCookie, r.newVisit(admitted)))
	g.Redirect(http.StatusSeeOther, next)
}

func (r *Room) logOut(g *gin.Context) {
	http.SetCookie(g.Writer, newCookie(g, visitCookie, r.newVisit(stranger)))
	g.Redirect(http.StatusSeeOther, "/login")
}

// inside is one of the control room's own pages to go to, or its first: whatever
// else a link asks for is not followed.
func inside(target string) string {
	u, err := url.Parse(target)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || strings.ContainsAny(target, "\\\r\n\t") ||
		(!own(u.Path) || strings.HasPrefix(u.Path, "/room/") || u.Path == "/login" || u.Path == "/logout" || u.Path == "/sandboxes") || strings.Contains(u.Path, "//") {
		return "/"
	}
	return (&url.URL{Path: u.Path, RawQuery: u.RawQuery}).String()
}

// encodeNotice and decodeNotice carry a message through a redirection; nobody
// but the room can write one.
func (r *Room) encodeNotice(n notice) string {
	kind := "bad"
	if n.Good {
		kind = "good"
	}
	body := base64.RawURLEncoding.EncodeToString([]byte(n.Text))
	return kind + "." + body + "." + r.sign("notice", kind, body)
}

func (r *Room) decodeNotice(value string) *notice {
	parts := strings.Split(value, ".")
	if len(parts) != 3 || !same(parts[2], r.sign("notice", parts[0], parts[1])) {
		return nil
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil
	}
	return &notice{parts[0] == "good", string(text)}
}
