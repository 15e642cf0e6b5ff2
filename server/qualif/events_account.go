package qualif

import "time"

// TechnicalAccountImported is an account that came with the data set.
type TechnicalAccountImported struct {
	v1
	Account TechnicalAccount `json:"account"`
}

// TechnicalAccountPrepared is the form of 2022 once a structure is chosen for a
// creation, or an account for a reset: a login and a password are shown, nothing
// has changed yet. The password is computed anew from PasswordNumber when the
// form is submitted.
type TechnicalAccountPrepared struct {
	v1
	ID             string    `json:"id"`
	By             string    `json:"by"`
	StructureID    int64     `json:"idStructure"`
	Login          string    `json:"login"`
	Number         int       `json:"number"`
	Contact        string    `json:"contact"`
	PasswordNumber int       `json:"passwordNumber"`
	ExpiresAt      time.Time `json:"expiresAt"`
	// Reset tells the form of a reset from that of a creation.
	Reset bool `json:"reset,omitempty"`
}

// PreparationExpired is a form left unsubmitted for too long.
type PreparationExpired struct {
	v1
	ID string `json:"id"`
}

// TechnicalAccountRequested is an accepted creation.
type TechnicalAccountRequested struct {
	v1
	Login       string `json:"login"`
	Number      int    `json:"number"`
	StructureID int64  `json:"idStructure"`
	Siret       string `json:"siret"`
	Contact     string `json:"contact"`
	By          string `json:"by"`
	Preparation string `json:"preparation,omitempty"`
	// PasswordNumber is that of the preparation if there was one.
	PasswordNumber    int       `json:"passwordNumber"`
	PasswordDigest    string    `json:"passwordDigest"`
	PasswordExpiresAt time.Time `json:"passwordExpiresAt"`
	EffectiveAt       time.Time `json:"effectiveAt"`
}

// TechnicalAccountEffective is the end of the creation's delay.
type TechnicalAccountEffective struct {
	v1
	Login string `json:"login"`
}

// PasswordReset is an accepted reset: the old password stops at once.
type PasswordReset struct {
	v1
	Login             string    `json:"login"`
	By                string    `json:"by"`
	Preparation       string    `json:"preparation,omitempty"`
	PasswordNumber    int       `json:"passwordNumber"`
	PasswordDigest    string    `json:"passwordDigest"`
	PasswordExpiresAt time.Time `json:"passwordExpiresAt"`
}

// PasswordExpired is the last instant of a password.
type PasswordExpired struct {
	v1
	Login string `json:"login"`
}

// DeactivationRequested is an accepted deactivation; the account still works.
type DeactivationRequested struct {
	v1
	Login       string    `json:"login"`
	By          string    `json:"by"`
	EffectiveAt time.Time `json:"effectiveAt"`
}

// TechnicalAccountDeactivated is the end of the deactivation's delay; the
// window to come back opens.
type TechnicalAccountDeactivated struct {
	v1
	Login            string    `json:"login"`
	ReactivableUntil time.Time `json:"reactivableUntil"`
}

// ReactivationRequested is an accepted reactivation; the account does not work
// yet.
type ReactivationRequested struct {
	v1
	Login       string    `json:"login"`
	By          string    `json:"by"`
	EffectiveAt time.Time `json:"effectiveAt"`
}

// TechnicalAccountReactivated is the end of the reactivation's delay.
type TechnicalAccountReactivated struct {
	v1
	Login string `json:"login"`
}

// TechnicalAccountDeleted is the end of the window to come back.
type TechnicalAccountDeleted struct {
	v1
	Login string `json:"login"`
}

// ContactChanged is a new contact address of a technical account, asked for or
// following its manager's.
type ContactChanged struct {
	v1
	Login   string `json:"login"`
	Contact string `json:"contact"`
	By      string `json:"by"`
}

// AuthenticationFailed is one more wrong password in a row; recorded only with
// the switch account.lock-after.
type AuthenticationFailed struct {
	v1
	Login  string `json:"login"`
	Locked bool   `json:"locked"`
}

// AuthenticationFailuresCleared is a right password after wrong ones.
type AuthenticationFailuresCleared struct {
	v1
	Login string `json:"login"`
}

// Kind, Version and Subject of each payload are those of the Payload interface.

func (TechnicalAccountImported) Kind() Kind      { return "TechnicalAccountImported" }
func (TechnicalAccountPrepared) Kind() Kind      { return "TechnicalAccountPrepared" }
func (PreparationExpired) Kind() Kind            { return "PreparationExpired" }
func (TechnicalAccountRequested) Kind() Kind     { return "TechnicalAccountRequested" }
func (TechnicalAccountEffective) Kind() Kind     { return "TechnicalAccountEffective" }
func (PasswordReset) Kind() Kind                 { return "PasswordReset" }
func (PasswordExpired) Kind() Kind               { return "PasswordExpired" }
func (DeactivationRequested) Kind() Kind         { return "DeactivationRequested" }
func (TechnicalAccountDeactivated) Kind() Kind   { return "TechnicalAccountDeactivated" }
func (ReactivationRequested) Kind() Kind         { return "ReactivationRequested" }
func (TechnicalAccountReactivated) Kind() Kind   { return "TechnicalAccountReactivated" }
func (TechnicalAccountDeleted) Kind() Kind       { return "TechnicalAccountDeleted" }
func (ContactChanged) Kind() Kind                { return "ContactChanged" }
func (AuthenticationFailed) Kind() Kind          { return "AuthenticationFailed" }
func (AuthenticationFailuresCleared) Kind() Kind { return "AuthenticationFailuresCleared" }

func (p TechnicalAccountImported) Subject() string      { return p.Account.Login }
func (p TechnicalAccountPrepared) Subject() string      { return p.Login }
func (p PreparationExpired) Subject() string            { return p.ID }
func (p TechnicalAccountRequested) Subject() string     { return p.Login }
func (p TechnicalAccountEffective) Subject() string     { return p.Login }
func (p PasswordReset) Subject() string                 { return p.Login }
func (p PasswordExpired) Subject() string               { return p.Login }
func (p DeactivationRequested) Subject() string         { return p.Login }
func (p TechnicalAccountDeactivated) Subject() string   { return p.Login }
func (p ReactivationRequested) Subject() string         { return p.Login }
func (p TechnicalAccountReactivated) Subject() string   { return p.Login }
func (p TechnicalAccountDeleted) Subject() string       { return p.Login }
func (p ContactChanged) Subject() string                { return p.Login }
func (p AuthenticationFailed) Subject() string          { return p.Login }
func (p AuthenticationFailuresCleared) Subject() string { return p.Login }
