package qualif

import (
	"strconv"
	"time"
)

// MailKind names what a notification is about.
type MailKind string

// The notifications.
const (
	MailCreation       MailKind = "technical-account-creation"
	MailPasswordReset  MailKind = "technical-account-password-reset"
	MailDeactivation   MailKind = "technical-account-deactivation"
	MailReactivation   MailKind = "technical-account-reactivation"
	MailContactChange  MailKind = "technical-account-contact-change"
	MailExpiryReminder MailKind = "technical-account-expiry-reminder"
)

// subjects holds the four subjects of 2022 word for word, their asymmetry
// included ("compte utilisateur technique", then the generic "votre compte
// utilisateur"), and two of ours.
var subjects = map[MailKind]string{
	MailCreation:       "[Chorus Pro] Création du compte utilisateur technique",
	MailPasswordReset:  "[Chorus Pro] Réinitialisation du mot de passe du compte utilisateur technique",
	MailDeactivation:   "[Chorus Pro] Désactivation de votre compte utilisateur",
	MailReactivation:   "[Chorus Pro] Réactivation de votre compte utilisateur",
	MailContactChange:  "[Chorus Pro] Modification de l'adresse de contact du compte utilisateur technique",
	MailExpiryReminder: "[Chorus Pro] Expiration prochaine du mot de passe du compte utilisateur technique",
}

// Mail is a notification as the domain knows it: the facts, not the text. The
// password is never among them.
type Mail struct {
	// ID is unique in its sandbox, in the order of sending.
	ID      string   `json:"id"`
	Kind    MailKind `json:"kind"`
	To      string   `json:"to"`
	Subject string   `json:"subject"`
	// QueuedAt is the instant of the request it confirms.
	QueuedAt  time.Time `json:"queuedAt"`
	Login     string    `json:"login"`
	Siret     string    `json:"siret"`
	Structure string    `json:"structure"`
	// EffectiveAt is when the request takes effect (QueuedAt when at once).
	EffectiveAt       time.Time `json:"effectiveAt"`
	PasswordExpiresAt time.Time `json:"passwordExpiresAt"`
	// ReactivableUntil is set for a deactivation.
	ReactivableUntil time.Time `json:"reactivableUntil,omitzero"`
}

// notify queues the mail that confirms a request about an account.
func (t *Transaction) notify(kind MailKind, a *TechnicalAccount, effectiveAt, reactivableUntil time.Time) {
	s := t.s
	if !s.Profile.MailsOn {
		return
	}
	to := a.Contact
	if s.Profile.MailTo == "manager" {
		if manager, ok := s.ManagerOf(a.StructureID); ok {
			to = s.ContactOf(manager)
		}
	}
	structure, _ := s.data.Structure(a.StructureID)
	t.emit(MailQueued{Mail: Mail{
		ID: "mail-" + strconv.Itoa(len(s.mails)+1), Kind: kind, To: to, Subject: subjects[kind], QueuedAt: t.now,
		Login: a.Login, Siret: a.Siret, Structure: structure.Designation(), EffectiveAt: effectiveAt,
		PasswordExpiresAt: a.PasswordExpiresAt, ReactivableUntil: reactivableUntil,
	}})
}

// Mails lists the notifications in the order of sending. The slice grows, its
// elements never change.
func (s *State) Mails() []*Mail { return s.mails }
