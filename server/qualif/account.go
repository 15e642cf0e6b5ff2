package qualif

import "time"

// Status is where a technical account stands in its life; whether its password
// has expired is another matter. The words on screen are "ACTIF" (2020) and
// "Inactif" (2022); the others are ours.
type Status string

// The statuses, in the order of a life.
const (
	EnCreation      Status = "EN_CREATION"
	Actif           Status = "ACTIF"
	EnDesactivation Status = "EN_DESACTIVATION"
	Inactif         Status = "INACTIF"
	EnReactivation  Status = "EN_REACTIVATION"
	Supprime        Status = "SUPPRIME"
)

// Statuses lists every status in the order of a life.
var Statuses = []Status{EnCreation, Actif, EnDesactivation, Inactif, EnReactivation, Supprime}

// Works tells whether the platform takes calls from an account in this status:
// a request is "effective au bout de 30 minutes", so a pending deactivation
// still works, a pending creation or reactivation does not yet.
func (s Status) Works() bool { return s == Actif || s == EnDesactivation }

// Pending tells whether a request is waiting for its effect.
func (s Status) Pending() bool {
	return s == EnCreation || s == EnDesactivation || s == EnReactivation
}

// TechnicalAccount is the account that stands for connected software. The
// values are facts at the State's present instant; instants that have not come
// about are zero.
type TechnicalAccount struct {
	// Login is unique in its sandbox, whatever the case.
	Login string `json:"login"`
	// Number is n of TECH_<n>_<SIRET>; 0 for logins without one.
	Number      int    `json:"number"`
	StructureID int64  `json:"idStructure"`
	Siret       string `json:"siret"`
	// Contact is the bare address that notifications go to in 2022.
	Contact string `json:"contact"`
	Status  Status `json:"status"`
	// CreatedBy is the gestionnaire principal who asked for it.
	CreatedBy string `json:"createdBy"`
	// CreatedAt is when it was asked for, EffectiveAt when it first worked.
	CreatedAt   time.Time `json:"createdAt"`
	EffectiveAt time.Time `json:"effectiveAt,omitzero"`
	// PendingAt is when the pending request takes effect.
	PendingAt time.Time `json:"pendingAt,omitzero"`
	// DeactivatedAt is when it last became INACTIF.
	DeactivatedAt time.Time `json:"deactivatedAt,omitzero"`
	// ReactivatedAt is when it was last ACTIF again.
	ReactivatedAt time.Time `json:"reactivatedAt,omitzero"`
	// ReactivableUntil is the end of the window, 60 days after; the account is
	// SUPPRIME from that instant.
	ReactivableUntil time.Time `json:"reactivableUntil,omitzero"`
	// PasswordDigest is all that is kept of the password.
	PasswordDigest string `json:"passwordDigest"`
	// PasswordSetAt is the last creation or reset, PasswordExpiresAt the same
	// local time 424 days later: the first instant at which it fails.
	PasswordSetAt     time.Time `json:"passwordSetAt"`
	PasswordExpiresAt time.Time `json:"passwordExpiresAt"`
	// ReplacedDigest is the previous password's, so that a refusal can be
	// explained by the reset that caused it.
	ReplacedDigest string `json:"replacedDigest,omitempty"`
	// Failures counts wrong passwords in a row, Locked tells that they were
	// too many; both only with the switch account.lock-after.
	Failures int  `json:"failures,omitempty"`
	Locked   bool `json:"locked,omitempty"`
}

// PasswordExpired tells whether the password is past its last instant.
func (a *TechnicalAccount) PasswordExpired(now time.Time) bool {
	return !now.Before(a.PasswordExpiresAt)
}

// Usable tells whether a call with the right password would pass now.
func (a *TechnicalAccount) Usable(now time.Time) bool {
	return a.Status.Works() && !a.PasswordExpired(now) && !a.Locked
}
