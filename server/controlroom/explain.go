package controlroom

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// explainedPart is a question about an account, a token or a structure, with
// what the control API says of it.
type explainedPart struct {
	About []choice
	Value string
	Wrong []string
	// At is the instant that the answer is of.
	At        time.Time
	Account   *accountExplained
	Token     *tokenExplained
	Structure *structureExplained
}

// The questions.
const (
	aboutAccount   = "account"
	aboutToken     = "token"
	aboutStructure = "structure"
)

// accountExplained, tokenExplained and structureExplained are the answers of the
// control API.
type accountExplained struct {
	Login             string
	Known, Works      bool
	Status            *qualif.Status
	Code, Why, Remedy string
	WorksFrom         *time.Time
	WorksUntil        *time.Time
	Timeline          []explainedPoint

	// Points are those that are shown, Before how many came before them.
	Points []explainedPoint `json:"-"`
	Before int              `json:"-"`
}

type explainedPoint struct {
	At    time.Time
	Kind  string
	Event *uint64
	Works *bool
	Code  *string
	// Future marks what is due.
	Future bool `json:"-"`
}

type tokenExplained struct {
	Works                           bool
	Code, Why, Sandbox, Application string
	IssuedAt, ExpiresAt             *time.Time
	APIs                            []struct{ API, Code, Why string }
}

type structureExplained struct {
	Siret, Name              string
	Known, Active, CanCreate bool
	Manager                  *string
	Code, Why                string
	Accounts                 []struct {
		Login     string
		Status    qualif.Status
		Works     bool
		Code, Why string
		WorksFrom *time.Time
		// Address leads to the account's own explanation.
		Address string `json:"-"`
	}
	Applications []struct {
		Name         string
		Raccordement bool
	}
}

// explained answers what the address asks; a token never comes in an address.
func (p *page) explained(v *visit, sb *sandboxes.Sandbox) {
	about := p.Query.Get("about")
	if about == aboutToken {
		about = ""
	}
	p.answer(v, sb, about, strings.TrimSpace(p.Query.Get("value")))
}

// explain answers the form. What is no secret gets an address of its own, to
// keep and to follow.
func (r *Room) explain(v *visit, sb *sandboxes.Sandbox) {
	about, value := v.g.PostForm("about"), strings.TrimSpace(v.g.PostForm("value"))
	if about != aboutToken && value != "" {
		query := url.Values{"about": {about}, "value": {value}}
		v.g.Redirect(http.StatusSeeOther, "/sandboxes/"+sb.Name()+"/explain?"+query.Encode())
		return
	}
	one := screenNamed("explain")
	one.parts = []string{"clock"}
	v.showScreen(http.StatusOK, sb, one, func(p *page) { p.answer(v, sb, about, value) })
}

// answer asks the control API and keeps what it says.
func (p *page) answer(v *visit, sb *sandboxes.Sandbox, about, value string) {
	part := &explainedPart{Value: value, At: p.Clock.Now}
	for _, one := range []choice{{aboutAccount, "technical account", false}, {aboutToken, "access token", false}, {aboutStructure, "structure (SIRET)", false}} {
		one.Chosen = one.Value == about
		part.About = append(part.About, one)
	}
	p.Explained = part
	var err error
	switch {
	case about == "" && value == "":
		return
	case value == "":
		err = errForm("Which one? Give a login, a token or a SIRET.")
	case about == aboutAccount:
		part.Account = &accountExplained{}
		if err = v.ask(sb, http.MethodGet, nil, "explain", "account", value).read(part.Account); err == nil {
			part.Account.arrange()
		}
	case about == aboutToken:
		part.Token = &tokenExplained{}
		err = v.ask(sb, http.MethodPost, map[string]string{"token": value}, "explain", "token").read(part.Token)
	case about == aboutStructure:
		part.Structure = &structureExplained{}
		err = v.ask(sb, http.MethodGet, nil, "explain", "structure", value).read(part.Structure)
		for i := range part.Structure.Accounts {
			a := &part.Structure.Accounts[i]
			a.Address = p.Base + "/explain?" + url.Values{"about": {aboutAccount}, "value": {a.Login}}.Encode()
		}
	default:
		err = errForm(fmt.Sprintf("Nothing is known about %q: ask about an account, a token or a structure.", about))
	}
	if err != nil {
		part.Wrong, part.Account, part.Token, part.Structure = reasons(err), nil, nil, nil
	}
}

// maxPast is how much of an account's past is shown.
const maxPast = 20

// arrange puts the latest of the past before what is due.
func (a *accountExplained) arrange() {
	past := 0
	for i := range a.Timeline {
		if a.Timeline[i].Event == nil {
			a.Timeline[i].Future = true
			a.Timeline[i].Kind = happening(qualif.DueKind(a.Timeline[i].Kind))
			continue
		}
		past++
	}
	a.Before = max(0, past-maxPast)
	a.Points = a.Timeline[a.Before:]
}

// ExplainAddress leads from an account to its explanation.
func (r accountRow) ExplainAddress(base string) string {
	return base + "/explain?" + url.Values{"about": {aboutAccount}, "value": {r.Login}}.Encode()
}
