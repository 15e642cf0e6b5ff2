package reference

import "slices"

// The kinds of payment requests (official sample of recuperer/typedp).
const (
	Facture              = "FACTURE"
	FactureTravaux       = "FACTURE_TRAVAUX"
	MemoireJustice       = "MEMOIRE_JUSTICE"
	DemandeRemboursement = "DEMANDE_REMBOURSEMENT"
)

// TypesDemandePaiement are the kinds of payment requests, in the order of the
// official sample.
func TypesDemandePaiement() []string {
	return []string{Facture, FactureTravaux, MemoireJustice, DemandeRemboursement}
}

// cadre is an invoicing framework and the kind of request that it is for.
type cadre struct{ code, kind string }

// cadres are the 25 official codes. The four of invoices are those that
// factures/v1/soumettre takes (official); the others' kinds are inferred from
// their names.
var cadres = []cadre{
	{"A1_FACTURE_FOURNISSEUR", Facture},
	{"A2_FACTURE_FOURNISSEUR_DEJA_PAYEE", Facture},
	{"A3_MEMOIRE_JUSTICE", MemoireJustice},
	{"A4_PROJET_DECOMPTE_MENSUEL_FOURNISSEUR", FactureTravaux},
	{"A5_ETAT_ACOMPTE_FOURNISSEUR", FactureTravaux},
	{"A6_ETAT_ACOMPTE_VALIDE_FOURNISSEUR", FactureTravaux},
	{"A7_PROJET_DECOMPTE_FINAL_FOURNISSEUR", FactureTravaux},
	{"A8_DECOMPTE_GENERAL_DEFINITIF_FOURNISSEUR", FactureTravaux},
	{"A9_FACTURE_SOUSTRAITANT", Facture},
	{"A10_PROJET_DECOMPTE_MENSUEL_SOUSTRAITANT", FactureTravaux},
	{"A11_PROJET_DECOMPTE_FINAL_SOUSTRAITANT", FactureTravaux},
	{"A12_FACTURE_COTRAITANT", Facture},
	{"A13_PROJET_DECOMPTE_MENSUEL_COTRAITANT", FactureTravaux},
	{"A14_PROJET_DECOMPTE_FINAL_COTRAITANT", FactureTravaux},
	{"A15_ETAT_ACOMPTE_MOE", FactureTravaux},
	{"A16_ETAT_ACOMPTE_VALIDE_MOE", FactureTravaux},
	{"A17_PROJET_DECOMPTE_GENERAL_MOE", FactureTravaux},
	{"A18_DECOMPTE_GENERAL_MOE", FactureTravaux},
	{"A19_ETAT_ACOMPTE_VALIDE_MOA", FactureTravaux},
	{"A20_DECOMPTE_GENERAL_MOA", FactureTravaux},
	{"A21_DEMANDE_REMBOURSEMENT_TIC", DemandeRemboursement},
	{"A22_PROJET_DECOMPTE_GENERAL_FOURNISSEUR_PROCEDURE_TACITE", FactureTravaux},
	{"A23_DECOMPTE_GENERAL_DEFINITIF_TACITE_FOURNISSEUR", FactureTravaux},
	{"A24_DECOMPTE_GENERAL_DEFINITIF_TACITE_MOE", FactureTravaux},
	{"A25_DECOMPTE_GENERAL_DEFINITIF_MOE_PROCEDURE_TACITE", FactureTravaux},
}

// CadresFacturation are the invoicing frameworks of a kind of payment request,
// or all of them for "".
func CadresFacturation(typeDemandePaiement string) []string {
	var codes []string
	for _, c := range cadres {
		if typeDemandePaiement == "" || c.kind == typeDemandePaiement {
			codes = append(codes, c.code)
		}
	}
	return codes
}

// Which kinds of requests may have a status.
const (
	pourFacture = 1 << iota
	pourTravaux
	pourMemoire
	pourRemboursement

	pourTout     = pourFacture | pourTravaux | pourMemoire | pourRemboursement
	pourValideur = pourFacture | pourTravaux
)

var kinds = map[string]int{
	Facture: pourFacture, FactureTravaux: pourTravaux, MemoireJustice: pourMemoire, DemandeRemboursement: pourRemboursement, "": pourTout,
}

// statuts are the 56 official statuses in the order of the official document.
// Which kinds of requests may have which is ours: those that name a maître
// d'œuvre or d'ouvrage are of works, those of validators of invoices and works,
// the others of all.
var statuts = []struct {
	code  string
	kinds int
}{
	{"BROUILLON", pourTout}, {"A_VALIDER_1", pourValideur}, {"ERREUR_FOURNISSEUR_SUR_VALIDEUR", pourValideur}, {"REFUSEE_1", pourValideur},
	{"VALIDEE_1", pourValideur}, {"ABSENCE_VALIDATION_1_HORS_DELAI", pourValideur}, {"A_VALIDER_2", pourValideur},
	{"ERREUR_COTRAITANT_SUR_VALIDEUR", pourValideur}, {"REFUSEE_2", pourValideur}, {"VALIDEE_2", pourValideur},
	{"ABSENCE_VALIDATION_2_HORS_DELAI", pourValideur}, {"DEPOSEE", pourTout}, {"ERREUR_FOURNISSEUR_SUR_MOE", pourTravaux},
	{"EN_COURS_ACHEMINEMENT", pourTout}, {"MISE_A_DISPOSITION", pourTout}, {"A_RECYCLER", pourValideur}, {"SUSPENDUE", pourTout},
	{"REJETEE", pourTout}, {"MANDATEE", pourTout}, {"MISE_EN_PAIEMENT", pourTout}, {"COMPTABILISEE", pourTout},
	{"MISE_A_DISPOSITION_COMPTABLE", pourTout}, {"ABANDONNEE", pourTout}, {"SUPPRIMEE", pourTout}, {"ASSOCIEE", pourTravaux},
	{"EN_COURS_TRAITEMENT_PIVOT_S", pourTout}, {"A_VALIDER_MOE", pourTravaux}, {"REFUSEE_MOE", pourTravaux},
	{"EN_ATTENTE_RECYCLAGE_FOURNISSEUR", pourValideur}, {"ERREUR_MOE_SUR_FOURNISSEUR", pourTravaux}, {"ERREUR_MOA_SUR_FOURNISSEUR", pourTravaux},
	{"INTERPRETEE_OCR", pourTout}, {"COMPLETEE", pourTout}, {"ERREUR_FOURNISSEUR_SUR_MOA", pourTravaux}, {"ERREUR_MOE_SUR_MOA", pourTravaux},
	{"ERREUR_DESTINATAIRE_PD", pourValideur}, {"ERREUR_DESTINATAIRE_EA", pourTravaux}, {"SERVICE_FAIT", pourTout}, {"NON_CONFORME", pourTravaux},
	{"A_ASSOCIER_MOE", pourTravaux}, {"ERREUR_DE_MOE", pourTravaux}, {"MISE_A_DISPOSITION_MOE", pourTravaux}, {"PRISE_EN_COMPTE_MOE", pourTravaux},
	{"A_ASSOCIER_MOA", pourTravaux}, {"ERREUR_DE_MOA", pourTravaux}, {"REFUSEE_MOA", pourTravaux}, {"A_ASSOCIER_FOURNISSEUR", pourTravaux},
	{"REFUSEE_FOURNISSEUR", pourTravaux}, {"A_COMPLETER", pourTravaux}, {"TRANSMISE_MOA", pourTravaux}, {"PRISE_EN_COMPTE_DESTINATAIRE", pourTravaux},
	{"REMPLACEE_PAR_A22", pourTravaux}, {"DUPLIQUE_APRES_REFUS", pourTravaux}, {"MISE_A_DISPOSITION_MOA", pourTravaux},
	{"PRISE_EN_COMPTE_MOA", pourTravaux}, {"TECHNIQUE_INCONNU", pourTout},
}

// Statuts are the statuses that a kind of payment request may have, or all 56
// for "".
func Statuts(typeDemandePaiement string) []string {
	var codes []string
	for _, s := range statuts {
		if s.kinds&kinds[typeDemandePaiement] != 0 {
			codes = append(codes, s.code)
		}
	}
	return codes
}

// TypesFactureTravaux are the 11 kinds of works invoices (official enum of the
// API Factures).
func TypesFactureTravaux() []string {
	return []string{
		"DP_DE_SOUSTRAITANT_TRAVAUX", "PROJET_DECOMPTE_MENSUEL", "ETAT_ACOMPTE", "ETAT_ACOMPTE_VALIDE", "PROJET_DECOMPTE_FINAL",
		"PROJET_DECOMPTE_GENERAL", "PROJET_DECOMPTE_GENERAL_PROCEDURE_TACITE", "DECOMPTE_GENERAL", "DECOMPTE_GENERAL_SIGNE",
		"DECOMPTE_GENERAL_DEFINITIF_TACITE", "DECOMPTE_GENERAL_DEFINITIF_PROCEDURE_TACITE",
	}
}

// ModesReglement are the 6 ways to pay (official enum of factures/v1/soumettre).
func ModesReglement() []string {
	return []string{"CHEQUE", "PRELEVEMENT", "VIREMENT", "ESPECE", "AUTRE", "REPORT"}
}

// ModesDepot are the 15 ways in which invoices come in (official enum of the API
// Factures).
func ModesDepot() []string {
	return []string{
		"SAISIE_WEB", "PORTAIL_PDF", "EDI_XML_STRUCT", "EDI_MIXTE", "EDI_PDF_ARCHIVE", "SAISIE_PORTAIL", "SAISIE_API", "DEPOT_PDF_PORTAIL",
		"DEPOT_PDF_SIGNE_PORTAIL", "DEPOT_PDF_API", "DEPOT_PDF_SIGNE_API", "EDI", "UPLOAD_PORTAIL", "UPLOAD_API", "EDI_NUMERISATION",
	}
}

// FormatsFlux are the 3 families of syntaxes (a client's enum).
func FormatsFlux() []string { return []string{"IN_DP_E1_STRUCT", "IN_DP_E2_MIXTE", "IN_DP_E2_FACTURX"} }

// SyntaxesFlux are the 13 syntaxes that factures/v1/deposer/flux takes (official
// enum).
func SyntaxesFlux() []string {
	return []string{
		"IN_DP_E1_UBL_INVOICE", "IN_DP_E1_CII", "IN_DP_E1_PES_FACTURE", "IN_DP_E1_XCBL", "IN_DP_E2_UBL_INVOICE_MIN", "IN_DP_E2_CII_MIN",
		"IN_DP_E2_PES_FACTURE_MIN", "IN_DP_E2_CPP_FACTURE_MIN", "IN_DP_PDFARCHIVE_UBL_INVOICE_MUG", "IN_DP_PDFARCHIVE_CII_MUG",
		"IN_DP_E1_CII_16B", "IN_DP_E2_CII_MIN_16B", "IN_DP_E2_CII_FACTURX",
	}
}

// TypesIdentifiant are the 7 kinds of identifiers of structures, in the order of
// the official sample.
func TypesIdentifiant() []string {
	return []string{"SIRET", "UE_HORS_FRANCE", "HORS_UE", "RIDET", "TAHITI", "AUTRE", "PARTICULIER"}
}

// Motif is a reason to refuse an invoice.
type Motif struct {
	ID            int64
	Code, Libelle string
}

// motifsRefus are ours: no source shows one.
var motifsRefus = []Motif{
	{115, "MONTANT_ERRONE", "Montant erroné"},
	{116, "AUTRE", "Autre"},
	{117, "MAUVAIS_VALIDEUR", "Mauvais valideur"},
	{118, "DONNEES_ERRONEES", "Données de facturation erronées"},
	{119, "PIECE_JOINTE_MANQUANTE", "Pièce jointe manquante"},
	{120, "PRESTATION_NON_CONFORME", "Prestation non conforme"},
}

// MotifsRefus are the reasons for which a validator refuses an invoice, the same
// for every framework.
func MotifsRefus() []Motif { return slices.Clone(motifsRefus) }
