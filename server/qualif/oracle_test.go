package qualif_test

import (
	"strings"
	"time"

	"chorus-qualif/server/qualif"
)

// The oracle knows nothing of events: it works out whether a login and password
// should pass from the instants of the accepted commands and the guides' rules,
// naively, each time it is asked.

// spell is a password and when it was set; over tells that somebody did not wait
// for its last day.
type spell struct {
	password string
	since    time.Time
	over     bool
}

// wish is an accepted deactivation or activation.
type wish struct {
	asked time.Time
	up    bool
}

// life is what people asked for about one technical account.
type life struct {
	login     string
	siret     string
	worksFrom time.Time
	passwords []spell
	wishes    []wish
	// lost tells that somebody did not wait for the end of its window.
	lost bool
	// limit is after how many wrong passwords in a row it is locked.
	limit, wrong int
}

const halfHour = 30 * time.Minute

// last is the latest wish, if there is any.
func (l *life) last() (w wish, ok bool) {
	if len(l.wishes) == 0 {
		return wish{}, false
	}
	return l.wishes[len(l.wishes)-1], true
}

func (l *life) password() string { return l.passwords[len(l.passwords)-1].password }

func (l *life) locked() bool { return l.limit > 0 && l.wrong >= l.limit }

// works tells whether the platform should take calls, the password aside.
func (l *life) works(at time.Time) bool {
	if at.Before(l.worksFrom) || l.locked() {
		return false
	}
	w, ok := l.last()
	effective := !at.Before(w.asked.Add(halfHour))
	return !ok || w.up == effective
}

// passes tells whether a password should let a call through.
func (l *life) passes(at time.Time, password string) bool {
	now := l.passwords[len(l.passwords)-1]
	return l.works(at) && password == now.password && !now.over && at.Before(civilDays(now.since, 424))
}

// pending tells whether a request waits for its half hour.
func (l *life) pending(at time.Time) bool {
	w, ok := l.last()
	return at.Before(l.worksFrom) || ok && at.Before(w.asked.Add(halfHour))
}

// down tells whether the account is deactivated or lost, and lost alone.
func (l *life) down(at time.Time) (down, lost bool) {
	w, ok := l.last()
	if !ok || w.up || l.pending(at) {
		return false, false
	}
	return true, l.lost || !at.Before(civilDays(w.asked.Add(halfHour), 60))
}

// mayReset, mayDeactivate and mayActivate tell whether the manager's request
// should be accepted.
func (l *life) mayReset(at time.Time, whilePending string) bool {
	_, lost := l.down(at)
	return !lost && (whilePending == "allow" || !l.pending(at))
}

func (l *life) mayDeactivate(at time.Time) bool {
	down, _ := l.down(at)
	return !down && !l.pending(at)
}

func (l *life) mayActivate(at time.Time) bool {
	down, lost := l.down(at)
	return down && !lost && !l.pending(at)
}

// note counts an attempt as a lock would.
func (l *life) note(right bool) {
	switch {
	case l.limit == 0 || l.locked():
	case right:
		l.wrong = 0
	default:
		l.wrong++
	}
}

// hurry makes something happen at an instant instead of later.
func (l *life) hurry(kind qualif.DueKind, at time.Time) {
	switch kind {
	case qualif.DueAccountEffective:
		l.worksFrom = at
	case qualif.DueAccountDeactivated, qualif.DueAccountReactivated:
		l.wishes[len(l.wishes)-1].asked = at.Add(-halfHour)
	case qualif.DueAccountDeleted:
		l.lost = true
	case qualif.DuePasswordExpiry:
		l.passwords[len(l.passwords)-1].over = true
	}
}

// civilDays is the same time on the clocks of Paris some days later, found by
// trying both of its offsets.
func civilDays(at time.Time, days int) time.Time {
	if days == 0 {
		return at
	}
	local := at.In(qualif.Paris)
	_, offset := local.Zone()
	wall := at.Add(time.Duration(offset) * time.Second).Add(time.Duration(days) * 24 * time.Hour)
	for _, hours := range []time.Duration{1, 2} { // winter's first: the second of two
		try := wall.Add(-hours * time.Hour)
		if _, o := try.In(qualif.Paris).Zone(); time.Duration(o)*time.Second == hours*time.Hour {
			return try
		}
	}
	return wall.Add(-time.Hour) // an hour that does not exist: by winter's clock
}

// oracle is what should be known of a whole sandbox.
type oracle struct {
	profile  string
	switches qualif.Switches
	lives    []*life
	managers map[string]string
}

func newOracle(profile string, switches qualif.Switches) *oracle {
	return &oracle{profile: profile, switches: switches, managers: map[string]string{
		supplier: manager, branch: manager, partner: colleague, closed: manager,
	}}
}

func (o *oracle) limit() int {
	if o.switches.Get(qualif.SwitchLockAfter) == "3" {
		return 3
	}
	return 0
}

// born adds an account whose first password is known.
func (o *oracle) born(login, siret, password string, since, worksFrom time.Time, wishes ...wish) {
	o.lives = append(o.lives, &life{
		login: login, siret: siret, worksFrom: worksFrom, passwords: []spell{{password: password, since: since}}, wishes: wishes, limit: o.limit(),
	})
}

func (o *oracle) find(login string) *life {
	for _, l := range o.lives {
		if strings.EqualFold(l.login, login) {
			return l
		}
	}
	return nil
}

// manages tells whether somebody may act on a structure.
func (o *oracle) manages(by, siret string) bool {
	return o.managers[siret] != "" && strings.EqualFold(o.managers[siret], by)
}

// mayCreate tells whether a creation should be accepted.
func (o *oracle) mayCreate(at time.Time, by, siret string) bool {
	if !o.manages(by, siret) || siret == closed {
		return false
	}
	if o.profile == "cpp-2020" {
		for _, l := range o.lives {
			if _, lost := l.down(at); l.siret == siret && !lost {
				return false
			}
		}
	}
	return true
}
