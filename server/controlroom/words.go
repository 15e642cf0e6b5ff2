package controlroom

import (
	"fmt"
	"strings"
	"time"

	"chorus-qualif/server/qualif"
)

// words is a length of time as a person says it: the two largest units.
func words(d time.Duration) string {
	if d < 0 {
		d = -d
	}
	units := []struct {
		name string
		size time.Duration
	}{{"day", 24 * time.Hour}, {"hour", time.Hour}, {"minute", time.Minute}, {"second", time.Second}}
	var said []string
	for i, u := range units {
		n := d / u.size
		d -= n * u.size
		if n == 0 {
			if len(said) > 0 {
				break
			}
			continue
		}
		plural := "s"
		if n == 1 {
			plural = ""
		}
		said = append(said, fmt.Sprintf("%d %s%s", n, u.name, plural))
		if len(said) == 2 || i == 0 && n > 30 {
			break
		}
	}
	if len(said) == 0 {
		return "less than a second"
	}
	return strings.Join(said, " ")
}

// happening says what is due in words.
func happening(kind qualif.DueKind) string {
	switch kind {
	case qualif.DueAccountEffective:
		return "account becomes effective"
	case qualif.DueAccountDeactivated:
		return "account is deactivated"
	case qualif.DueAccountReactivated:
		return "account is active again"
	case qualif.DueAccountDeleted:
		return "account is lost for good"
	case qualif.DuePasswordExpiry:
		return "password expires"
	case qualif.DueExpiryReminder:
		return "reminder of the password's expiry"
	case qualif.DuePreparationExpiry:
		return "unsubmitted form is forgotten"
	case qualif.DueFlux:
		return "flow comes to its next state"
	case qualif.DueFacture:
		return "invoice comes to its next status"
	}
	return strings.ReplaceAll(string(kind), "-", " ")
}

// stateNames says the statuses in English, as the bars are labelled.
var stateNames = map[string]string{
	string(qualif.EnCreation): "creation pending", string(qualif.Actif): "active", string(qualif.EnDesactivation): "deactivation pending",
	string(qualif.Inactif): "inactive", string(qualif.EnReactivation): "reactivation pending", string(qualif.Supprime): "lost",
	stateExpired: "password expired", stateLocked: "locked",
}

// stateClasses are the style sheet's names for them.
var stateClasses = map[string]string{
	string(qualif.EnCreation): "creation", string(qualif.Actif): "active", string(qualif.EnDesactivation): "leaving",
	string(qualif.Inactif): "inactive", string(qualif.EnReactivation): "returning", string(qualif.Supprime): "lost",
	stateExpired: "expired", stateLocked: "locked",
}

// hindrance tells why an account cannot be used now, and when it can; "" for one
// that can. The wire says the same 401 for all of them.
func hindrance(v *qualif.State, a *qualif.TechnicalAccount, now time.Time) string {
	switch {
	case a.Status == qualif.EnCreation:
		return fmt.Sprintf("its creation takes effect on %s, in %s", showInstant(a.PendingAt), words(a.PendingAt.Sub(now)))
	case a.Status == qualif.EnReactivation:
		return fmt.Sprintf("its reactivation takes effect on %s, in %s", showInstant(a.PendingAt), words(a.PendingAt.Sub(now)))
	case a.Status == qualif.Inactif:
		return fmt.Sprintf("deactivated on %s; it can be reactivated until %s", showInstant(a.DeactivatedAt), showInstant(a.ReactivableUntil))
	case a.Status == qualif.Supprime:
		return fmt.Sprintf("not reactivated within %d days: lost on %s", v.Profile.ReactivationDays, showInstant(a.ReactivableUntil))
	case a.Locked:
		return fmt.Sprintf("locked after %d wrong passwords in a row, until its next reset", a.Failures)
	case a.PasswordExpired(now):
		return fmt.Sprintf("its password expired on %s, %d days after it was set; a reset gives a new one at once", showInstant(a.PasswordExpiresAt), v.Profile.PasswordValidityDays)
	}
	return ""
}

// ending tells what will stop a usable account; "" when only its password does.
func ending(a *qualif.TechnicalAccount, now time.Time) string {
	if a.Status == qualif.EnDesactivation {
		return fmt.Sprintf("still works: its deactivation takes effect on %s, in %s", showInstant(a.PendingAt), words(a.PendingAt.Sub(now)))
	}
	return ""
}
