package controlroom

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// accountRow is a technical account as the page shows it.
type accountRow struct {
	*qualif.TechnicalAccount
	Usable         bool
	Why            string
	State, Class   string
	Structure      string
	Manager        string
	ExpiresIn      string
	Expired        bool
	PasswordsKnown bool
}

type accountsPart struct {
	Rows  []accountRow
	Pager pager
	// Statuses are the choices of the filter.
	Statuses []choice
	Search   string
	Usable   int
	All      int
}

// choice is an entry of a list.
type choice struct {
	Value, Label string
	Chosen       bool
}

const accountsAtOnce = 15

// accounts lists those that fit, what moved last first: a sandbox with a
// thousand accounts has few that anything happened to.
func (p *page) accounts(v sandboxes.View, h *history) {
	search, state := strings.ToLower(strings.TrimSpace(p.Query.Get("account"))), p.Query.Get("state")
	part := &accountsPart{Search: p.Query.Get("account")}
	var fitting []*qualif.TechnicalAccount
	for _, a := range v.Accounts() {
		part.All++
		usable := a.Usable(v.Present)
		if usable {
			part.Usable++
		}
		if fits(a, usable, search, state) {
			fitting = append(fitting, a)
		}
	}
	moved := func(a *qualif.TechnicalAccount) uint64 {
		if t, ok := h.tracks[a.Login]; ok {
			return t.Last
		}
		return 0
	}
	slices.SortStableFunc(fitting, func(a, b *qualif.TechnicalAccount) int { return cmp.Compare(moved(b), moved(a)) })
	from, to, pager := p.Query.pageOf("accounts", "accounts", "accounts", len(fitting), accountsAtOnce)
	part.Pager = pager
	for _, a := range fitting[from:to] {
		part.Rows = append(part.Rows, rowOf(v, a))
	}
	part.Statuses = append(part.Statuses, choice{"", "any state", state == ""}, choice{"usable", "usable now", state == "usable"}, choice{"unusable", "not usable now", state == "unusable"})
	for _, s := range qualif.Statuses {
		part.Statuses = append(part.Statuses, choice{string(s), string(s) + " (" + stateNames[string(s)] + ")", state == string(s)})
	}
	p.Accounts = part
}

func fits(a *qualif.TechnicalAccount, usable bool, search, state string) bool {
	switch state {
	case "":
	case "usable":
		if !usable {
			return false
		}
	case "unusable":
		if usable {
			return false
		}
	default:
		if string(a.Status) != state {
			return false
		}
	}
	return search == "" || strings.Contains(strings.ToLower(a.Login), search) || strings.Contains(strings.ToLower(a.Contact), search)
}

func rowOf(v sandboxes.View, a *qualif.TechnicalAccount) accountRow {
	row := accountRow{
		TechnicalAccount: a, Usable: a.Usable(v.Present), Why: hindrance(v.State, a, v.Present),
		State: stateNames[string(a.Status)], Class: stateClasses[string(a.Status)],
		Expired: a.PasswordExpired(v.Present), ExpiresIn: words(a.PasswordExpiresAt.Sub(v.Present)),
	}
	if row.Usable {
		row.Why = ending(a, v.Present)
	}
	if structure, ok := v.Data().Structure(a.StructureID); ok {
		row.Structure = structure.Designation()
	}
	row.Manager, _ = v.ManagerOf(a.StructureID)
	_, row.PasswordsKnown = v.KnownPassword(a)
	return row
}

// dueRow is something that will happen by itself.
type dueRow struct {
	At            time.Time
	In            string
	What, Subject string
	Cause         uint64
	// Local is the instant as the clock's form sends it.
	Local string
}

const dueAtOnce = 5

func dueRows(v sandboxes.View) (rows []dueRow, more int) {
	all := v.Due(time.Time{})
	for i, d := range all {
		if i == dueAtOnce {
			return rows, len(all) - i
		}
		rows = append(rows, dueRow{d.At, words(d.At.Sub(v.Present)), happening(d.Kind), d.Subject, d.Cause, qualif.FormatInstant(d.At)})
	}
	return rows, 0
}
