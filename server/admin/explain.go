package admin

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/wire"
)

// TokenFacts are what an access token is worth now; the zero instants and empty
// texts are what is not known of it.
type TokenFacts struct {
	Sandbox, Application string
	Issued, Expires      time.Time
	// Code and Why say why it is refused; "" when it is not.
	Code, Why string
	APIs      []Access
}

// Access is whether an application may use an API; Code and Why say why not.
type Access struct {
	API  string `json:"api"`
	Code string `json:"code"`
	Why  string `json:"why"`
}

type accountExplained struct {
	Login      string           `json:"login"`
	Known      bool             `json:"known"`
	Status     *qualif.Status   `json:"status"`
	Works      bool             `json:"works"`
	Code       string           `json:"code"`
	Why        string           `json:"why"`
	Remedy     string           `json:"remedy"`
	WorksFrom  *string          `json:"worksFrom"`
	WorksUntil *string          `json:"worksUntil"`
	Timeline   []explainedPoint `json:"timeline"`
}

// explainedPoint is something that happened, or will by itself.
type explainedPoint struct {
	At    string  `json:"at"`
	Kind  string  `json:"kind"`
	Event *uint64 `json:"event"`
	Works *bool   `json:"works"`
	Code  *string `json:"code"`
}

// remedies say what a person can do about a verdict.
var remedies = map[string]string{
	"technical-account-creation-pending":     "wait, or advance the clock",
	"technical-account-reactivation-pending": "wait, or advance the clock",
	"technical-account-inactive":             "reactivate it on the portal before the window ends",
	"technical-account-password-expired":     "reset its password on the portal",
	"technical-account-locked":               "reset its password on the portal",
	"technical-account-deleted":              "create another one on the portal",
	"technical-account-unknown":              "check the login and the sandbox",
}

func (a *Admin) explainAccount(g *gin.Context, sb *sandboxes.Sandbox, _ []byte) wire.Reply {
	login := g.Param("login")
	events, _, err := sb.Journal(0, 0)
	if err != nil {
		return a.refused(err)
	}
	var told accountExplained
	sb.Read(func(v sandboxes.View) {
		standings := v.Standings(v.Present, login)
		now := standings[0]
		told = accountExplained{Login: login, Works: now.Granted(), Code: now.Code, Why: now.Why, Remedy: remedies[now.Code], Timeline: past(events, login)}
		if now.Account != nil {
			told.Login, told.Known, told.Status = now.Account.Login, true, &now.Account.Status
		}
		for _, then := range standings[1:] {
			works := then.Granted()
			at := qualif.FormatInstant(then.At)
			told.Timeline = append(told.Timeline, explainedPoint{At: at, Kind: string(then.Because), Works: &works, Code: &then.Code})
			if works && !told.Works && told.WorksFrom == nil {
				told.WorksFrom = &at
			}
			if !works && told.WorksUntil == nil && (told.Works || told.WorksFrom != nil) {
				told.WorksUntil = &at
			}
		}
	})
	return wire.JSON(http.StatusOK, told)
}

// past is what happened about a login.
func past(events []qualif.Event, login string) []explainedPoint {
	points := []explainedPoint{}
	for _, e := range events {
		if strings.EqualFold(e.Payload.Subject(), login) {
			points = append(points, explainedPoint{At: qualif.FormatInstant(e.At), Kind: string(e.Payload.Kind()), Event: &e.Seq})
		}
	}
	return points
}

func (a *Admin) explainToken(_ *gin.Context, sb *sandboxes.Sandbox, body []byte) wire.Reply {
	given, refused := read[struct {
		Token string `json:"token"`
	}](body)
	if refused != nil {
		return *refused
	}
	facts := a.o.ExplainToken(strings.TrimSpace(given.Token))
	if facts.Code == "" && facts.Sandbox != sb.Name() {
		facts.Code, facts.Why = "token-other-sandbox", "the token is one of sandbox "+facts.Sandbox+", where a call with it lands"
	}
	return wire.JSON(http.StatusOK, struct {
		Works       bool     `json:"works"`
		Code        string   `json:"code"`
		Why         string   `json:"why"`
		Sandbox     string   `json:"sandbox"`
		Application string   `json:"application"`
		IssuedAt    *string  `json:"issuedAt"`
		ExpiresAt   *string  `json:"expiresAt"`
		APIs        []Access `json:"apis"`
	}{facts.Code == "", facts.Code, facts.Why, facts.Sandbox, facts.Application, wire.InstantOrNull(facts.Issued), wire.InstantOrNull(facts.Expires),
		append([]Access{}, facts.APIs...)})
}

type structureExplained struct {
	Siret        string                `json:"siret"`
	Known        bool                  `json:"known"`
	Name         string                `json:"name"`
	Active       bool                  `json:"active"`
	Manager      *string               `json:"manager"`
	CanCreate    bool                  `json:"canCreate"`
	Code         string                `json:"code"`
	Why          string                `json:"why"`
	Accounts     []accountBrief        `json:"accounts"`
	Applications []applicationOfOthers `json:"applications"`
}

type accountBrief struct {
	Login     string        `json:"login"`
	Status    qualif.Status `json:"status"`
	Works     bool          `json:"works"`
	Code      string        `json:"code"`
	Why       string        `json:"why"`
	WorksFrom *string       `json:"worksFrom"`
}

type applicationOfOthers struct {
	Name         string `json:"name"`
	Raccordement bool   `json:"raccordement"`
}

func (a *Admin) explainStructure(g *gin.Context, sb *sandboxes.Sandbox, _ []byte) wire.Reply {
	siret := g.Param("siret")
	told := structureExplained{Siret: siret, Accounts: []accountBrief{}, Applications: []applicationOfOthers{}}
	sb.Read(func(v sandboxes.View) {
		var refusal *qualif.Refusal
		if err := v.CreationRefused(v.Present, siret); errors.As(err, &refusal) {
			told.Code, told.Why = refusal.Code, refusal.EN
		}
		told.CanCreate = told.Code == ""
		structure, ok := v.Data().ByIdentifier(qualif.SIRET, siret)
		if !ok {
			return
		}
		told.Known, told.Name, told.Active = true, structure.Designation(), !structure.Inactive
		if manager, ok := v.ManagerOf(structure.ID); ok {
			told.Manager = &manager
		}
		for _, account := range v.AccountsOf(structure.ID) {
			told.Accounts = append(told.Accounts, briefAccount(v, account))
		}
		for _, app := range v.Applications() {
			told.Applications = append(told.Applications, applicationOfOthers{app.Name, slices.Contains(app.Raccordements, structure.ID)})
		}
	})
	return wire.JSON(http.StatusOK, told)
}

func briefAccount(v sandboxes.View, account *qualif.TechnicalAccount) accountBrief {
	standings := v.Standings(v.Present, account.Login)
	now := standings[0]
	brief := accountBrief{Login: account.Login, Status: account.Status, Works: now.Granted(), Code: now.Code, Why: now.Why}
	for _, then := range standings[1:] {
		if then.Granted() && !brief.Works {
			at := qualif.FormatInstant(then.At)
			brief.WorksFrom = &at
			break
		}
	}
	return brief
}
