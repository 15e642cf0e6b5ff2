package mailbox

import (
	"fmt"
	"time"

	"chorus-qualif/server/qualif"
)

// wording is what one language says of one kind of mail. AtOnce replaces Next
// when the request takes effect immediately.
type wording struct{ Title, Happened, Next, AtOnce string }

// tongue is a language. The bodies are ours: none of the platform's is public.
type tongue struct {
	lang, greeting, secret, notice                         string
	account, structure, contact, recorded, effect          string
	immediate, reactivable, expires, otherTitle, otherText string
	instant                                                func(time.Time) string
	words                                                  map[qualif.MailKind]wording
}

// section writes the letter in the language.
func (t tongue) section(m *qualif.Mail, sandbox string) section {
	if m.Facture != nil {
		return t.invoice(m, sandbox)
	}
	w, ok := t.words[m.Kind]
	if !ok {
		w = wording{Title: t.otherTitle, Happened: t.otherText}
	}
	later := m.EffectiveAt.After(m.QueuedAt)
	if !later && w.AtOnce != "" {
		w.Next = w.AtOnce
	}
	s := section{Lang: t.lang, Title: w.Title, Greeting: t.greeting, Happened: w.Happened, Next: w.Next, Secret: t.secret, Notice: fmt.Sprintf(t.notice, sandbox)}
	add := func(label, value string, strong bool) { s.Facts = append(s.Facts, fact{label, value, strong}) }
	add(t.account, m.Login, false)
	add(t.structure, structureOf(m), false)
	if m.Kind == qualif.MailContactChange {
		add(t.contact, m.To, true)
	}
	if m.Kind != qualif.MailExpiryReminder {
		add(t.recorded, t.instant(m.QueuedAt), false)
		effect := t.immediate
		if later {
			effect = t.instant(m.EffectiveAt)
		}
		add(t.effect, effect, true)
	}
	if !m.ReactivableUntil.IsZero() {
		add(t.reactivable, t.instant(m.ReactivableUntil), true)
	}
	if !m.PasswordExpiresAt.IsZero() {
		add(t.expires, t.instant(m.PasswordExpiresAt), true)
	}
	return s
}

func structureOf(m *qualif.Mail) string {
	if m.Structure == "" {
		return "SIRET " + m.Siret
	}
	return m.Structure + " (SIRET " + m.Siret + ")"
}

var french = tongue{
	lang: "fr", greeting: "Bonjour,", instant: longFR,
	secret: "Ce message ne contient aucun mot de passe.",
	notice: "Ceci est une simulation : texte du simulateur, pas de l'État. Ce message vient du bac à sable « %s », qui imite l'environnement " +
		"de qualification de Chorus Pro pour des essais. Le compte, la structure et les dates sont fictifs ; aucune action n'est attendue sur le vrai portail.",
	account: "Compte technique", structure: "Structure", contact: "Nouvelle adresse de contact", recorded: "Demande enregistrée", effect: "Prise d'effet",
	immediate: "immédiate", reactivable: "Réactivation possible jusqu'au", expires: "Expiration du mot de passe",
	otherTitle: "Notification", otherText: "Un événement concerne un compte technique.",
	words: map[qualif.MailKind]wording{
		qualif.MailCreation: {
			"Création d'un compte technique",
			"La création d'un compte technique a été demandée et acceptée.",
			"Jusqu'à sa prise d'effet, les appels API faits avec ce compte sont refusés. Le mot de passe a été affiché une seule fois, au moment de la demande.",
			"Le compte est utilisable dès maintenant. Le mot de passe a été affiché une seule fois, au moment de la demande.",
		},
		qualif.MailPasswordReset: {
			"Réinitialisation du mot de passe d'un compte technique",
			"Le mot de passe d'un compte technique a été réinitialisé.",
			"L'ancien mot de passe ne fonctionne plus : tant que le nouveau n'est pas configuré dans vos systèmes, leurs appels API sont refusés. Le nouveau a été affiché une seule fois, au moment de la demande.",
			"",
		},
		qualif.MailDeactivation: {
			"Désactivation d'un compte technique",
			"La désactivation d'un compte technique a été demandée et acceptée.",
			"Jusqu'à sa prise d'effet, le compte fonctionne encore ; ensuite, les appels API faits avec lui sont refusés. Passé le délai de réactivation, le compte est supprimé.",
			"Les appels API faits avec ce compte sont désormais refusés. Passé le délai de réactivation, le compte est supprimé.",
		},
		qualif.MailReactivation: {
			"Réactivation d'un compte technique",
			"La réactivation d'un compte technique a été demandée et acceptée.",
			"Jusqu'à sa prise d'effet, les appels API faits avec ce compte sont encore refusés. Son mot de passe n'a pas changé.",
			"Le compte est de nouveau utilisable. Son mot de passe n'a pas changé.",
		},
		qualif.MailContactChange: {
			"Modification de l'adresse de contact d'un compte technique",
			"L'adresse de contact d'un compte technique a été modifiée.",
			"Les prochaines notifications concernant ce compte arriveront à la nouvelle adresse. L'identifiant et le mot de passe n'ont pas changé.",
			"",
		},
		qualif.MailExpiryReminder: {
			"Expiration prochaine du mot de passe d'un compte technique",
			"Le mot de passe d'un compte technique va bientôt expirer.",
			"Après l'expiration, les appels API faits avec ce compte sont refusés. Le gestionnaire principal peut réinitialiser le mot de passe dès maintenant ; l'ancien cesse alors aussitôt de fonctionner.",
			"",
		},
	},
}

var english = tongue{
	lang: "en", greeting: "Hello,", instant: longEN,
	secret: "This message contains no password.",
	notice: "This is a simulation: the simulator's text, not the State's. This message comes from the sandbox \"%s\", which imitates the qualification " +
		"environment of Chorus Pro for tests. The account, the structure and the dates are fictitious; nothing is to be done on the real portal.",
	account: "Technical account", structure: "Structure", contact: "New contact address", recorded: "Request recorded", effect: "Takes effect",
	immediate: "at once", reactivable: "Can be reactivated until", expires: "Password expires",
	otherTitle: "Notification", otherText: "Something happened to a technical account.",
	words: map[qualif.MailKind]wording{
		qualif.MailCreation: {
			"Creation of a technical account",
			"The creation of a technical account was requested and accepted.",
			"Until it takes effect, API calls made with this account are refused. The password was shown once, when the request was made.",
			"The account can be used from now on. The password was shown once, when the request was made.",
		},
		qualif.MailPasswordReset: {
			"Password reset of a technical account",
			"The password of a technical account was reset.",
			"The former password no longer works: until the new one is set in your systems, their API calls are refused. The new one was shown once, when the request was made.",
			"",
		},
		qualif.MailDeactivation: {
			"Deactivation of a technical account",
			"The deactivation of a technical account was requested and accepted.",
			"Until it takes effect, the account still works; afterwards API calls made with it are refused. Once it can no longer be reactivated, the account is deleted.",
			"API calls made with this account are refused from now on. Once it can no longer be reactivated, the account is deleted.",
		},
		qualif.MailReactivation: {
			"Reactivation of a technical account",
			"The reactivation of a technical account was requested and accepted.",
			"Until it takes effect, API calls made with this account are still refused. Its password has not changed.",
			"The account can be used again. Its password has not changed.",
		},
		qualif.MailContactChange: {
			"Change of a technical account's contact address",
			"The contact address of a technical account was changed.",
			"Further notifications about this account will arrive at the new address. Login and password have not changed.",
			"",
		},
		qualif.MailExpiryReminder: {
			"A technical account's password expires soon",
			"The password of a technical account expires soon.",
			"After it expires, API calls made with this account are refused. The gestionnaire principal may reset the password now; the former one then stops working at once.",
			"",
		},
	},
}
