package admin

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"chorus-qualif/server/clock"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/wire"
)

type timelineEntry struct {
	dueView
	ID uint64 `json:"id"`
	In string `json:"in"`
}

func viewTimeline(d qualif.Due, now time.Time) timelineEntry {
	return timelineEntry{*viewDue(&d), d.Order, clock.Between(now, d.At).String()}
}

func (a *Admin) getTimeline(g *gin.Context, sb *sandboxes.Sandbox, _ []byte) wire.Reply {
	until := time.Time{}
	if text := g.Query("until"); text != "" {
		parsed, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return wire.Reject(wire.Problem{Status: http.StatusBadRequest, Code: "invalid-request", Field: "until", Detail: err.Error()})
		}
		until = parsed
	}
	timeline := struct {
		Now string          `json:"now"`
		Due []timelineEntry `json:"due"`
	}{Due: []timelineEntry{}}
	sb.Read(func(v sandboxes.View) {
		timeline.Now = qualif.FormatInstant(v.Present)
		for _, d := range v.Due(until) {
			timeline.Due = append(timeline.Due, viewTimeline(d, v.Present))
		}
	})
	return wire.JSON(http.StatusOK, timeline)
}

type managedAccount struct {
	wire.TechnicalAccount
	Manager *string `json:"manager"`
}

func (a *Admin) listAccounts(_ *gin.Context, sb *sandboxes.Sandbox, _ []byte) wire.Reply {
	list := struct {
		TechnicalAccounts []managedAccount `json:"technicalAccounts"`
	}{[]managedAccount{}}
	sb.Read(func(v sandboxes.View) {
		for _, account := range v.Accounts() {
			view := managedAccount{TechnicalAccount: wire.ViewAccount(account, v.Present)}
			if manager, ok := v.ManagerOf(account.StructureID); ok {
				view.Manager = &manager
			}
			list.TechnicalAccounts = append(list.TechnicalAccounts, view)
		}
	})
	return wire.JSON(http.StatusOK, list)
}

type mailView struct {
	ID                string          `json:"id"`
	Kind              qualif.MailKind `json:"kind"`
	To                string          `json:"to"`
	Subject           string          `json:"subject"`
	QueuedAt          string          `json:"queuedAt"`
	State             string          `json:"state"`
	Attempts          int             `json:"attempts"`
	Words             string          `json:"words"`
	Login             string          `json:"login"`
	Siret             string          `json:"siret"`
	Structure         string          `json:"structure"`
	EffectiveAt       *string         `json:"effectiveAt"`
	PasswordExpiresAt *string         `json:"passwordExpiresAt"`
	ReactivableUntil  *string         `json:"reactivableUntil"`
	Text              string          `json:"text"`
	HTML              string          `json:"html"`
}

func (a *Admin) viewMail(sandbox string, m *qualif.Mail) mailView {
	text, html := a.o.Compose(m, sandbox)
	state, attempts, words := a.o.Delivery(sandbox, m.ID)
	return mailView{
		ID: m.ID, Kind: m.Kind, To: m.To, Subject: m.Subject, QueuedAt: qualif.FormatInstant(m.QueuedAt),
		State: state, Attempts: attempts, Words: words, Login: m.Login, Siret: m.Siret, Structure: m.Structure,
		EffectiveAt: wire.InstantOrNull(m.EffectiveAt), PasswordExpiresAt: wire.InstantOrNull(m.PasswordExpiresAt),
		ReactivableUntil: wire.InstantOrNull(m.ReactivableUntil), Text: text, HTML: html,
	}
}

func (a *Admin) listMails(g *gin.Context, sb *sandboxes.Sandbox, _ []byte) wire.Reply {
	var mails []*qualif.Mail
	sb.Read(func(v sandboxes.View) { mails = v.Mails() })
	list := struct {
		Mails []mailView `json:"mails"`
		Next  *string    `json:"next"`
	}{Mails: []mailView{}}
	limit, after := limitOf(g), g.Query("after")
	for _, m := range mails {
		if after != "" {
			if m.ID == after {
				after = ""
			}
			continue
		}
		if !wanted(g, m) {
			continue
		}
		if len(list.Mails) == limit {
			last := list.Mails[limit-1].ID
			list.Next = &last
			break
		}
		list.Mails = append(list.Mails, a.viewMail(sb.Name(), m))
	}
	return wire.JSON(http.StatusOK, list)
}

func wanted(g *gin.Context, m *qualif.Mail) bool {
	to, subject, kind := g.Query("to"), g.Query("subject"), g.Query("kind")
	return (to == "" || strings.EqualFold(m.To, to)) && strings.Contains(m.Subject, subject) && (kind == "" || string(m.Kind) == kind)
}

func (a *Admin) getJournal(g *gin.Context, sb *sandboxes.Sandbox, _ []byte) wire.Reply {
	after, _ := strconv.ParseUint(g.Query("after"), 10, 64)
	events, last, err := sb.Journal(after, limitOf(g))
	if err != nil {
		return a.refused(err)
	}
	journal := struct {
		Events []qualif.Event `json:"events"`
		Next   *uint64        `json:"next"`
	}{Events: events}
	if len(events) == 0 {
		journal.Events = []qualif.Event{}
	} else if seq := events[len(events)-1].Seq; seq < last {
		journal.Next = &seq
	}
	return wire.JSON(http.StatusOK, journal)
}
