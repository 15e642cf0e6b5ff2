package portal

import (
	"net/http"
	"strings"

	"chorus-qualif/server/sandboxes"
)

// commonRoutes are those of both generations.
func (p *Portal) commonRoutes() []route {
	get, post := http.MethodGet, http.MethodPost
	return []route{
		{method: get, path: "/", serve: (*call).goHome, public: true},
		// The guides of editors still give this address of the portal of 2017.
		{method: get, path: "/cpp/utilisateur", serve: (*call).goHome, public: true},
		{method: get, path: home2022 + "/assets/:fichier", serve: (*call).serveAsset, public: true, quiet: true},
		{method: get, path: home2022 + "/horloge", serve: (*call).showClock, public: true, quiet: true},
		{method: get, path: home2022 + "/connexion", serve: (*call).showLogin, public: true},
		{method: post, path: home2022 + "/connexion", serve: (*call).login, public: true, entrance: true},
		{method: post, path: home2022 + "/deconnexion", serve: (*call).logout},
		{method: get, path: "/cpp/connexion", serve: (*call).showLogin, public: true},
		{method: post, path: "/cpp/connexion", serve: (*call).login, public: true, entrance: true},
		{method: post, path: "/cpp/deconnexion", serve: (*call).logout},
	}
}

func (c *call) goHome() { c.redirect(c.home()) }

func (c *call) showClock() { c.showPart("accueil.2022", "horloge", nil) }

// onPages2020 tells which generation's frame fits the address asked for.
func (c *call) onPages2020() bool { return strings.HasPrefix(c.g.Request.URL.Path, "/cpp/") }

// loginPage is where people of a generation log in.
func loginPage(home string) string {
	if home == home2020 {
		return "/cpp/connexion"
	}
	return home2022 + "/connexion"
}

// loginForm is what the login page shows again when it refuses.
type loginForm struct {
	Action, Sandbox, Login, Return string
	// Reason tells why the page is shown, when nobody asked for it.
	Reason string
}

// reasons are the sentences that a link to the login page can ask for.
var reasons = map[string]string{"session-expiree": "session-expired", "deconnexion": "logged-out"}

func (c *call) showLogin() {
	if c.session != nil {
		c.goHome()
		return
	}
	form := loginForm{Sandbox: c.g.Query("sandbox"), Return: inside(c.g.Query("retour"))}
	if form.Sandbox == "" {
		form.Sandbox = sandboxes.Default
	}
	if key, ok := reasons[c.g.Query("motif")]; ok {
		form.Reason = c.locale.say(key)
	}
	c.loginPage(http.StatusOK, form)
}

// loginPage shows the form with a token that its own cookie repeats: nobody is
// logged in yet, so there is no session to keep it.
func (c *call) loginPage(status int, form loginForm) {
	token := c.p.sessions.secret()
	http.SetCookie(c.g.Writer, newCookie(c.g.Request, loginCookie, token))
	name := "connexion.2022"
	form.Action = home2022 + "/connexion"
	if c.onPages2020() {
		name, form.Action = "connexion.2020", withQuery("/cpp/connexion", "lang", c.g.Query("lang"))
	}
	v := c.view(c.locale.say("login-page"), "connexion", form)
	v.Token = token
	c.write(status, name, "", v)
}

// login opens a session. It gets a new value, whatever the browser had.
func (c *call) login() {
	if !genuine(c.g.PostForm(tokenField), cookieValue(c.g.Request, loginCookie)) {
		c.refuseForgery()
		return
	}
	form := loginForm{
		Sandbox: strings.TrimSpace(c.g.PostForm("sandbox")), Login: strings.TrimSpace(c.g.PostForm("login")), Return: inside(c.g.PostForm("retour")),
	}
	password := c.g.PostForm("mot-de-passe")
	for field, value := range map[string]string{"sandbox": form.Sandbox, "login": form.Login, "mot-de-passe": password} {
		if value == "" {
			c.errors[field] = c.locale.say("mandatory")
		}
	}
	sandbox, known := c.p.registry.Get(form.Sandbox)
	if !known && form.Sandbox != "" {
		c.errors["sandbox"] = refusal("sandbox-unknown", form.Sandbox).Message(string(c.locale))
	}
	if len(c.errors) == 0 {
		person, refused := c.p.attempts.logIn(sandbox, form.Login, password)
		if refused == nil {
			c.welcome(sandbox, person.Login, form.Return)
			return
		}
		c.errors["login"] = refused.Message(string(c.locale))
	}
	c.loginPage(http.StatusUnprocessableEntity, form)
}

// welcome opens the session and shows the page asked for, or the first one.
func (c *call) welcome(sandbox *sandboxes.Sandbox, login, target string) {
	if c.session != nil {
		c.session.ended = true
		c.p.sessions.close(c.session.id)
	}
	s := c.p.sessions.open(sandbox, login, c.locale)
	http.SetCookie(c.g.Writer, newCookie(c.g.Request, sessionCookie, s.id))
	c.drop(loginCookie)
	if target == "" {
		sandbox.Read(func(v sandboxes.View) { c.profile = v.Profile })
		target = c.home()
	}
	c.redirect(target)
}

func (c *call) logout() {
	c.session.ended = true
	c.p.sessions.close(c.session.id)
	c.drop(sessionCookie)
	c.redirect(withQuery(loginPage(c.home()), "motif", "deconnexion", "sandbox", c.session.sandbox, "lang", c.otherThanFrench()))
}

func (c *call) otherThanFrench() string {
	if c.locale == french {
		return ""
	}
	return string(c.locale)
}

func (c *call) drop(cookie string) {
	gone := newCookie(c.g.Request, cookie, "")
	gone.MaxAge = -1
	http.SetCookie(c.g.Writer, gone)
}
