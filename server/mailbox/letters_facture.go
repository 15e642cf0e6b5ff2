package mailbox

import (
	"fmt"

	"chorus-qualif/server/qualif"
)

// invoiceTongue is what one language says of an invoice's new status. The bodies
// are ours: none of the platform's is public.
type invoiceTongue struct {
	title                                                  string
	number, id, supplier, recipient, status, reason, since string
	words                                                  map[qualif.Statut]invoiceWording
	other                                                  invoiceWording
}

// invoiceWording is what happened, and what it means for the reader.
type invoiceWording struct{ Happened, Next string }

// invoice writes the letter about an invoice in the language.
func (t tongue) invoice(m *qualif.Mail, sandbox string) section {
	w := invoiceTongues[t.lang]
	f := m.Facture
	said, ok := w.words[f.Statut]
	if !ok {
		said = w.other
	}
	s := section{
		Lang: t.lang, Title: fmt.Sprintf(w.title, f.Numero), Greeting: t.greeting, Happened: said.Happened, Next: said.Next,
		Secret: t.secret, Notice: fmt.Sprintf(t.notice, sandbox),
	}
	add := func(label, value string, strong bool) {
		if value != "" {
			s.Facts = append(s.Facts, fact{label, value, strong})
		}
	}
	add(w.number, f.Numero, false)
	add(w.id, fmt.Sprint(f.ID), false)
	add(w.supplier, f.Fournisseur, false)
	add(w.recipient, f.Destinataire, false)
	add(w.status, string(f.Statut), true)
	add(w.reason, f.Motif, true)
	add(w.since, t.instant(m.QueuedAt), false)
	return s
}

var invoiceTongues = map[string]invoiceTongue{
	"fr": {
		title: "Facture %s : nouveau statut", number: "Numéro de facture", id: "Identifiant Chorus Pro", supplier: "Fournisseur", recipient: "Destinataire",
		status: "Statut", reason: "Motif ou commentaire", since: "Depuis le",
		other: invoiceWording{Happened: "Une facture a changé de statut."},
		words: map[qualif.Statut]invoiceWording{
			qualif.StatutMiseADisposition: {"Une facture est à votre disposition.", "Vous pouvez la télécharger et la traiter."},
			qualif.StatutCompletee:        {"Le fournisseur a complété une facture que vous aviez suspendue.", "Vous pouvez reprendre son traitement."},
			qualif.StatutAValider1:        {"Une facture attend votre validation.", "Sans réponse de votre part dans les quinze jours, elle est réputée acceptée."},
			qualif.StatutValidee1:         {"Le valideur a accepté votre facture.", "Elle est transmise à son destinataire."},
			qualif.StatutAbsenceValidation1: {"Le valideur n'a pas répondu dans les quinze jours : votre facture est réputée acceptée.",
				"Elle est transmise à son destinataire."},
			qualif.StatutRefusee1:               {"Le valideur a refusé votre facture.", "Elle n'est pas transmise à son destinataire."},
			qualif.StatutErreurValideur:         {"La structure que vous avez désignée n'est pas le valideur de votre facture.", "Désignez un autre valideur : elle attend jusque-là."},
			qualif.StatutSuspendue:              {"Le destinataire a suspendu votre facture.", "Ajoutez la pièce demandée ou un commentaire : le traitement reprend ensuite."},
			qualif.StatutRejetee:                {"Le destinataire a rejeté votre facture.", "Prenez acte du rejet, puis déposez une nouvelle facture sous un autre numéro."},
			qualif.StatutARecycler:              {"Le destinataire demande que votre facture soit recyclée.", "Corrigez le destinataire, le service ou le numéro d'engagement, puis renvoyez-la."},
			qualif.StatutMandatee:               {"Le destinataire a mandaté votre facture.", ""},
			qualif.StatutMiseADispositionCompta: {"Votre facture est à la disposition du comptable.", ""},
			qualif.StatutComptabilisee:          {"Votre facture est comptabilisée.", ""},
			qualif.StatutMiseEnPaiement:         {"Votre facture est mise en paiement.", ""},
		},
	},
	"en": {
		title: "Invoice %s: new status", number: "Invoice number", id: "Chorus Pro identifier", supplier: "Supplier", recipient: "Recipient",
		status: "Status", reason: "Reason or comment", since: "Since",
		other: invoiceWording{Happened: "An invoice has come to another status."},
		words: map[qualif.Statut]invoiceWording{
			qualif.StatutMiseADisposition: {"An invoice is at your disposal.", "You may download it and treat it."},
			qualif.StatutCompletee:        {"The supplier has completed an invoice that you had suspended.", "You may go on with it."},
			qualif.StatutAValider1:        {"An invoice waits for your validation.", "Without an answer within fifteen days it is taken for accepted."},
			qualif.StatutValidee1:         {"The validator has accepted your invoice.", "It goes to its recipient."},
			qualif.StatutAbsenceValidation1: {"The validator has not answered within fifteen days: your invoice is taken for accepted.",
				"It goes to its recipient."},
			qualif.StatutRefusee1:               {"The validator has refused your invoice.", "It does not go to its recipient."},
			qualif.StatutErreurValideur:         {"The structure that you named is not the validator of your invoice.", "Name another validator: it waits until then."},
			qualif.StatutSuspendue:              {"The recipient has suspended your invoice.", "Add the document that is asked for, or a comment: it then goes on."},
			qualif.StatutRejetee:                {"The recipient has rejected your invoice.", "Take note of the rejection, then send a new invoice under another number."},
			qualif.StatutARecycler:              {"The recipient demands that your invoice be recycled.", "Correct the recipient, the service or the commitment number, then send it again."},
			qualif.StatutMandatee:               {"The recipient has ordered the payment of your invoice.", ""},
			qualif.StatutMiseADispositionCompta: {"Your invoice is at the accountant's disposal.", ""},
			qualif.StatutComptabilisee:          {"Your invoice is in the accounts.", ""},
			qualif.StatutMiseEnPaiement:         {"Your invoice is being paid.", ""},
		},
	},
}
