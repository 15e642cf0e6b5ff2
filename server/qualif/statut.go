package qualif

import "slices"

// Statut is where an invoice stands (official enum STATUT, 56 values).
type Statut string

// The statuses that the sandbox brings about, in the order of a life.
const (
	StatutInterpreteeOCR         Statut = "INTERPRETEE_OCR"
	StatutAValider1              Statut = "A_VALIDER_1"
	StatutErreurValideur         Statut = "ERREUR_FOURNISSEUR_SUR_VALIDEUR"
	StatutRefusee1               Statut = "REFUSEE_1"
	StatutValidee1               Statut = "VALIDEE_1"
	StatutAbsenceValidation1     Statut = "ABSENCE_VALIDATION_1_HORS_DELAI"
	StatutDeposee                Statut = "DEPOSEE"
	StatutEnCoursAcheminement    Statut = "EN_COURS_ACHEMINEMENT"
	StatutMiseADisposition       Statut = "MISE_A_DISPOSITION"
	StatutServiceFait            Statut = "SERVICE_FAIT"
	StatutMandatee               Statut = "MANDATEE"
	StatutMiseADispositionCompta Statut = "MISE_A_DISPOSITION_COMPTABLE"
	StatutComptabilisee          Statut = "COMPTABILISEE"
	StatutMiseEnPaiement         Statut = "MISE_EN_PAIEMENT"
	StatutSuspendue              Statut = "SUSPENDUE"
	StatutCompletee              Statut = "COMPLETEE"
	StatutRejetee                Statut = "REJETEE"
	StatutARecycler              Statut = "A_RECYCLER"
	StatutEnAttenteRecyclage     Statut = "EN_ATTENTE_RECYCLAGE_FOURNISSEUR"
	StatutBrouillon              Statut = "BROUILLON"
	StatutSupprimee              Statut = "SUPPRIMEE"
)

// traitements is what a recipient may make of an invoice, by its status: the
// row of MISE_A_DISPOSITION is official (recuperer/etats/traitement, in its
// order, the status itself included); the others are ours, each the rest of the
// nominal path from there. What is not listed cannot be treated.
var traitements = map[Statut][]Statut{
	StatutMiseADisposition: {
		StatutMiseADisposition, StatutSuspendue, StatutRejetee, StatutMandatee, StatutMiseEnPaiement, StatutComptabilisee,
		StatutMiseADispositionCompta, StatutARecycler,
	},
	StatutCompletee: {
		StatutCompletee, StatutSuspendue, StatutRejetee, StatutMandatee, StatutMiseEnPaiement, StatutComptabilisee,
		StatutMiseADispositionCompta, StatutARecycler,
	},
	StatutServiceFait: {
		StatutServiceFait, StatutSuspendue, StatutRejetee, StatutMandatee, StatutMiseEnPaiement, StatutComptabilisee, StatutMiseADispositionCompta,
	},
	StatutMandatee: {
		StatutMandatee, StatutSuspendue, StatutRejetee, StatutMiseADispositionCompta, StatutComptabilisee, StatutMiseEnPaiement,
	},
	StatutMiseADispositionCompta: {StatutMiseADispositionCompta, StatutSuspendue, StatutRejetee, StatutComptabilisee, StatutMiseEnPaiement},
	StatutComptabilisee:          {StatutComptabilisee, StatutMiseEnPaiement},
}

// Traitements lists the statuses that a recipient may give to an invoice at a
// status, its own first; empty when it can no longer, or not yet, be treated.
func Traitements(depuis Statut) []Statut { return slices.Clone(traitements[depuis]) }

// Traitable tells whether a recipient may take an invoice from a status to
// another: a status listed as its own successor changes nothing and is refused.
func Traitable(depuis, vers Statut) bool {
	return depuis != vers && slices.Contains(traitements[depuis], vers)
}

// ExigeMotif tells whether a recipient must give a reason for a status
// (official: "obligatoire lors d'un rejet ou d'une suspension").
func (s Statut) ExigeMotif() bool {
	return s == StatutSuspendue || s == StatutRejetee || s == StatutARecycler
}

// ChezDestinataire tells whether an invoice has come to its recipient, who
// sees it from then on.
func (s Statut) ChezDestinataire() bool {
	switch s {
	case StatutMiseADisposition, StatutServiceFait, StatutMandatee, StatutMiseADispositionCompta, StatutComptabilisee,
		StatutMiseEnPaiement, StatutSuspendue, StatutCompletee, StatutRejetee, StatutARecycler, StatutEnAttenteRecyclage:
		return true
	}
	return false
}

// StatutsValideur lists the statuses in which a validator may find an invoice,
// in the order of the official enum: those of the validation and whatever
// follows it here.
func StatutsValideur() []Statut {
	return []Statut{
		StatutAValider1, StatutErreurValideur, StatutRefusee1, StatutValidee1, StatutAbsenceValidation1, StatutDeposee,
		StatutEnCoursAcheminement, StatutMiseADisposition, StatutARecycler, StatutSuspendue, StatutRejetee, StatutMandatee,
		StatutMiseEnPaiement, StatutComptabilisee, StatutMiseADispositionCompta, StatutCompletee, StatutServiceFait,
	}
}
