package wire

import (
	"time"

	"chorus-qualif/server/qualif"
)

// TechnicalAccount is a technical account as our own APIs show it. Instants are
// ISO 8601 with milliseconds, in Paris; nil ones have not come about.
type TechnicalAccount struct {
	Login             string        `json:"login"`
	Number            int           `json:"number"`
	Siret             string        `json:"siret"`
	Status            qualif.Status `json:"status"`
	Usable            bool          `json:"usable"`
	ContactEmail      string        `json:"contactEmail"`
	PasswordStatus    string        `json:"passwordStatus"`
	PasswordExpiresAt string        `json:"passwordExpiresAt"`
	CreatedAt         string        `json:"createdAt"`
	EffectiveAt       *string       `json:"effectiveAt"`
	Pending           *Pending      `json:"pending"`
	DeactivatedAt     *string       `json:"deactivatedAt"`
	ReactivableUntil  *string       `json:"reactivableUntil"`
}

// Pending is the status that an account will have, and when.
type Pending struct {
	Status qualif.Status `json:"status"`
	At     string        `json:"at"`
}

// outcomes says what each pending status leads to.
var outcomes = map[qualif.Status]qualif.Status{
	qualif.EnCreation: qualif.Actif, qualif.EnReactivation: qualif.Actif, qualif.EnDesactivation: qualif.Inactif,
}

// ViewAccount shows an account as it stands at an instant.
func ViewAccount(a *qualif.TechnicalAccount, now time.Time) TechnicalAccount {
	view := TechnicalAccount{
		Login: a.Login, Number: a.Number, Siret: a.Siret, Status: a.Status, Usable: a.Usable(now), ContactEmail: a.Contact,
		PasswordStatus: "valid", PasswordExpiresAt: qualif.FormatInstant(a.PasswordExpiresAt), CreatedAt: qualif.FormatInstant(a.CreatedAt),
		EffectiveAt: InstantOrNull(a.EffectiveAt), DeactivatedAt: InstantOrNull(a.DeactivatedAt), ReactivableUntil: InstantOrNull(a.ReactivableUntil),
	}
	if a.PasswordExpired(now) {
		view.PasswordStatus = "expired"
	}
	if a.Status.Pending() {
		view.Pending = &Pending{outcomes[a.Status], qualif.FormatInstant(a.PendingAt)}
	}
	return view
}

// InstantOrNull is an instant as our own APIs write it, nil when it is zero.
func InstantOrNull(at time.Time) *string {
	if at.IsZero() {
		return nil
	}
	text := qualif.FormatInstant(at)
	return &text
}
