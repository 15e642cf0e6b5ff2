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

// subjects holds the tables of subjects by the name a profile gives. That of
// 2022 has the four known ones word for word (AIFE, "Création d'un compte
// technique pour un accès API en Production", 27 April 2022), their asymmetry
// included ("compte utilisateur technique", then the generic "votre compte
// utilisateur"), and two of ours.
var subjects = map[string]map[MailKind]string{
	"portail-2022": {
		MailCreation:       "[Chorus Pro] Création du compte utilisateur technique",
		MailPasswordReset:  "[Chorus Pro] Réinitialisation du mot de passe du compte utilisateur technique",
		MailDeactivation:   "[Chorus Pro] Désactivation de votre compte utilisateur",
		MailReactivation:   "[Chorus Pro] Réactivation de votre compte utilisateur",
		MailContactChange:  "[Chorus Pro] Modification de l'adresse de contact du compte utilisateur technique",
		MailExpiryReminder: "[Chorus Pro] Expiration prochaine du mot de passe du compte utilisateur technique",
	},
}

// Mail is a notification as the domain knows it: the facts, not the text. The
// password is never among them.
type Mail struct {
	// ID is unique in its sandbox: "mail-1", "mail-2" in the order of sending.
	ID   string   `json:"id"`
	Kind MailKind `json:"kind"`
	// To is a bare address.
	To      string `json:"to"`
	Subject string `json:"subject"`
	// QueuedAt is the instant of the request it confirms.
	QueuedAt time.Time `json:"queuedAt"`
	Login    string    `json:"login"`
	Siret    string    `json:"siret"`
	// Structure is the structure's designation.
	Structure string `json:"structure"`
	// EffectiveAt is when the request takes effect (QueuedAt when at once).
	EffectiveAt       time.Time `json:"effectiveAt"`
	PasswordExpiresAt time.Time `json:"passwordExpiresAt"`
	// ReactivableUntil is set for a deactivation.
	ReactivableUntil time.Time `json:"reactivableUntil,omitzero"`
	// Facture is set for a notification about an invoice; Login is then who
	// deposited it.
	Facture *MailFacture `json:"facture,omitempty"`
}

// notify queues the mail about an account: it confirms the request, at its
// instant, and nothing is sent when the request takes effect.
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
		ID: "mail-" + strconv.Itoa(len(s.mails)+1), Kind: kind, To: to, Subject: subjects[s.Profile.MailSubjects][kind], QueuedAt: t.now,
		Login: a.Login, Siret: a.Siret, Structure: structure.Designation(), EffectiveAt: effectiveAt,
		PasswordExpiresAt: a.PasswordExpiresAt, ReactivableUntil: reactivableUntil,
	}})
}

// Mails lists the notifications in the order of sending. The slice and its
// elements are shared: they must not be changed.
func (s *State) Mails() []*Mail { return s.mails }
