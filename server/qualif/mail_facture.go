package qualif

import (
	"fmt"
	"strconv"
)

// MailFactureStatut tells the other party of an invoice's new status.
const MailFactureStatut MailKind = "invoice-status"

// MailFacture is what a notification says of an invoice.
type MailFacture struct {
	ID     int64  `json:"idFacture"`
	Numero string `json:"numero"`
	Statut Statut `json:"statut"`
	Motif  string `json:"motif,omitempty"`
	// Fournisseur and Destinataire are the structures' designations.
	Fournisseur  string `json:"fournisseur"`
	Destinataire string `json:"destinataire"`
}

// notified is which party of an invoice is told that it came to a status: the
// other one than who brought it there.
func notified(f *Facture) (structureID int64, told bool) {
	switch f.Statut {
	case StatutMiseADisposition, StatutCompletee:
		return f.Destinataire.StructureID, true
	case StatutAValider1:
		return f.Valideur.StructureID, true
	case StatutSuspendue, StatutRejetee, StatutARecycler, StatutMandatee, StatutMiseADispositionCompta, StatutComptabilisee,
		StatutMiseEnPaiement, StatutRefusee1, StatutErreurValideur, StatutValidee1, StatutAbsenceValidation1:
		return f.Fournisseur.StructureID, true
	}
	return 0, false
}

// notifyFacture queues the mail about an invoice's present status, to the
// manager of the party concerned.
func (t *Transaction) notifyFacture(id int64) {
	s := t.s
	f, _ := s.Facture(id)
	structureID, told := notified(f)
	if !told || s.Switches.Get(SwitchInvoiceMail) == "off" {
		return
	}
	manager, managed := s.ManagerOf(structureID)
	structure, known := s.data.Structure(structureID)
	if !managed || !known {
		return
	}
	supplier, _ := s.data.Structure(f.Fournisseur.StructureID)
	recipient, _ := s.data.Structure(f.Destinataire.StructureID)
	t.emit(MailQueued{Mail: Mail{
		ID: "mail-" + strconv.Itoa(len(s.mails)+1), Kind: MailFactureStatut, To: s.ContactOf(manager),
		Subject:  fmt.Sprintf("[Chorus Pro] Facture %s : %s", f.Numero, f.Statut),
		QueuedAt: t.now, EffectiveAt: t.now, Login: f.Auteur, Siret: structure.Identifiant, Structure: structure.Designation(),
		Facture: &MailFacture{
			ID: f.ID, Numero: f.Numero, Statut: f.Statut, Motif: f.Historique[len(f.Historique)-1].Commentaire,
			Fournisseur: supplier.Designation(), Destinataire: recipient.Designation(),
		},
	}})
}
