package qualif

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Verdict is why the gateway lets a technical account pass or refuses it. The
// wire shows the same 401 for every refusal; the code and the sentence are for
// people and tests.
type Verdict struct {
	// Code is stable: CodeGranted or "technical-account-password-expired" and
	// the like.
	Code string
	// Why is one sentence with the instant and the rule.
	Why string
	// Account is the account named, if there is one.
	Account *TechnicalAccount
	// Person is set instead when a person's own login was accepted.
	Person *Person
}

// CodeGranted is the verdict that lets a call pass.
const CodeGranted = "granted"

// Granted tells whether the call may pass.
func (v Verdict) Granted() bool { return v.Code == CodeGranted }

// Authenticate judges the login and password of a technical account at an
// instant, up to which the state must be caught up. It changes nothing. A wrong
// password comes before any other reason, so that nobody learns the state of an
// account without its password.
func (s *State) Authenticate(now time.Time, login, password string) Verdict {
	a, ok := s.Account(login)
	if !ok {
		return s.stranger(login, password)
	}
	return s.judge(now, a, password)
}

func (s *State) judge(now time.Time, a *TechnicalAccount, password string) Verdict {
	given := digest(s.key, a.Login, password)
	right := sameText(given, a.PasswordDigest)
	switch {
	case !right && a.ReplacedDigest != "" && sameText(given, a.ReplacedDigest):
		return a.refused("password-replaced", "was given the password that the reset of %s replaced: a reset is immediate", FormatInstant(a.PasswordSetAt))
	case !right && strings.HasSuffix(password, "\n"):
		return a.refused("password-newline", "was given a password that ends with a newline, as echo without -n adds one")
	case !right:
		return a.refused("password-wrong", "was given a wrong password (the present one was set on %s)", FormatInstant(a.PasswordSetAt))
	}
	return s.standing(now, a)
}

// standing judges an account whose password was right.
func (s *State) standing(now time.Time, a *TechnicalAccount) Verdict {
	switch {
	case a.Locked:
		return a.refused("locked", "is locked after %d wrong passwords in a row, until its next reset (switch %s)", a.Failures, SwitchLockAfter)
	case a.Status == EnCreation:
		return a.refused("creation-pending", "was created on %s and is effective on %s, %s later", FormatInstant(a.CreatedAt), FormatInstant(a.PendingAt), a.PendingAt.Sub(a.CreatedAt))
	case a.Status == EnReactivation:
		return a.refused("reactivation-pending", "is being reactivated: effective on %s", FormatInstant(a.PendingAt))
	case a.Status == Inactif:
		return a.refused("inactive", "is inactive since %s; it can be reactivated until %s", FormatInstant(a.DeactivatedAt), FormatInstant(a.ReactivableUntil))
	case a.Status == Supprime:
		return a.refused("deleted", "is lost: it was not reactivated before %s, %d days after its deactivation", FormatInstant(a.ReactivableUntil), s.Profile.ReactivationDays)
	case a.PasswordExpired(now):
		return a.refused("password-expired", "expired %s, %d days after its last reset", FormatInstant(a.PasswordExpiresAt), s.Profile.PasswordValidityDays)
	}
	return Verdict{Code: CodeGranted, Why: a.Login + " is " + string(a.Status), Account: a}
}

// refused is the verdict against an account.
func (a *TechnicalAccount) refused(code, why string, values ...any) Verdict {
	return Verdict{Code: "technical-account-" + code, Why: a.Login + " " + fmt.Sprintf(why, values...), Account: a}
}

// stranger judges a login that is no technical account here.
func (s *State) stranger(login, password string) Verdict {
	if p, ok := s.data.Person(login); ok {
		return s.human(p, password)
	}
	siret := siretOf(login)
	if _, here := s.data.ByIdentifier(SIRET, siret); siret != "" && !here {
		return Verdict{Code: "technical-account-other-environment", Why: login + " names SIRET " + siret + ", which this data set does not have: accounts belong to one environment"}
	}
	return Verdict{Code: "technical-account-unknown", Why: "no technical account is called " + login + " in this sandbox"}
}

// human judges a person's own login.
func (s *State) human(p *Person, password string) Verdict {
	if s.Switches.Get(SwitchHumanLogin) != "accept" {
		return Verdict{Code: "technical-account-human-login", Why: p.Login + " is a person's login: cpro-account takes a technical account"}
	}
	switch _, outcome := s.LogIn(p.Login, password); outcome {
	case LoginGranted:
		return Verdict{Code: CodeGranted, Why: p.Login + " is a person (switch " + SwitchHumanLogin + ")", Person: p}
	case LoginInactive:
		return Verdict{Code: "technical-account-human-inactive", Why: p.Login + " is a person whose account is inactive"}
	}
	return Verdict{Code: "technical-account-password-wrong", Why: p.Login + " is a person's login and was given a wrong password"}
}

// Principal is on whose behalf a call acts: a technical account has the rights
// of its manager on all of his structures.
type Principal struct {
	// Login is the technical account's (or the person's).
	Login string
	// Account is nil for a person.
	Account *TechnicalAccount
	// Manager is the login of the gestionnaire principal whose rights they are.
	Manager string
	// Structures lists what is reached, in the order of idStructureCPP.
	Structures []*Structure
}

// Principal gives the rights of a granted verdict: those of a technical account,
// or of the person on all the structures they are attached to.
func (s *State) Principal(v Verdict) Principal {
	if v.Person != nil {
		return Principal{Login: v.Person.Login, Manager: v.Person.Login, Structures: s.attached(v.Person.Login)}
	}
	return Principal{
		Login: v.Account.Login, Account: v.Account,
		Manager: s.managerFor(v.Account), Structures: s.StructuresOf(v.Account),
	}
}

// attached lists the structures a person is attached to, whatever the role, by
// id.
func (s *State) attached(login string) []*Structure {
	var all []*Structure
	for _, r := range s.RattachementsOf(login) {
		structure, _ := s.data.Structure(r.StructureID)
		all = append(all, structure)
	}
	slices.SortFunc(all, byStructureID)
	return all
}

// Reaches tells whether a structure (idStructureCPP) is among the principal's
// own.
func (p Principal) Reaches(id int64) bool {
	_, found := slices.BinarySearchFunc(p.Structures, id, func(s *Structure, id int64) int { return cmp.Compare(s.ID, id) })
	return found
}

// RefusesAPI tells why the gateway would not let an application use an API (one
// of APIs): a stable code and a sentence, or two empty strings.
func (s *State) RefusesAPI(a *Application, api string) (code, why string) { return a.refusal(api) }

// Unconnected tells why an account may not pass through an application that
// its own structure has not declared, where the switch
// gateway.raccordement-scope asks for it: a code and a sentence, or two empty
// strings.
func (s *State) Unconnected(a *Application, v Verdict) (code, why string) {
	if v.Account == nil || s.Switches.Get(SwitchRaccordementScope) != "structure" {
		return "", ""
	}
	if _, found := slices.BinarySearch(a.Raccordements, v.Account.StructureID); found {
		return "", ""
	}
	return "raccordement-missing", "structure " + v.Account.Siret + " has not declared a raccordement for application " + a.Name
}

// NoteAttempt records the outcome of an authentication where the switch
// account.lock-after asks for it; without it, it yields no event.
type NoteAttempt struct {
	Login string
	Right bool
}

func (c NoteAttempt) execute(t *Transaction) (struct{}, error) {
	limit := t.s.LockLimit()
	a, ok := t.s.Account(c.Login)
	switch {
	case limit == 0 || !ok || a.Locked:
	case c.Right && a.Failures > 0:
		t.emit(AuthenticationFailuresCleared{Login: a.Login})
	case !c.Right:
		t.emit(AuthenticationFailed{Login: a.Login, Locked: a.Failures+1 >= limit})
	}
	return struct{}{}, nil
}

// LockLimit is how many wrong passwords in a row lock an account; 0 is never.
func (s *State) LockLimit() int {
	limit, err := strconv.Atoi(s.Switches.Get(SwitchLockAfter))
	if err != nil {
		return 0 // "off"
	}
	return limit
}
