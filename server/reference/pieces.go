package reference

import "slices"

// TypePiece is a type of attachment.
type TypePiece struct {
	ID            int64
	Code, Libelle string
	// Objet is what the attachment belongs to (15 official values).
	Objet string
}

// Transverse is the object of types that go with everything.
const Transverse = "TRANSVERSE"

// pieces are the types of attachments. Those of MEMOIRE and DMD_RBST with ids
// of 5 digits are from the official sample, which shows the beginning of its
// list; so is DIVERS, "Pièce jointe standard", 104, of which no source tells the
// object. Those of invoices are the kinds of attachments of the AFNOR profile
// of EN 16931 (XP Z12-012), their ids ours.
var pieces = []TypePiece{
	{104, "DIVERS", "Pièce jointe standard", Transverse},
	{105, "RIB", "Relevé d'identité bancaire", Facture},
	{106, "LISIBLE", "Représentation lisible de la facture", Facture},
	{107, "BON_LIVRAISON", "Bon de livraison", Facture},
	{108, "BON_COMMANDE", "Bon de commande", Facture},
	{109, "DOCUMENT_ANNEXE", "Document annexe", Facture},
	{110, "BORDEREAU_SUIVI", "Bordereau de suivi", Facture},
	{111, "BORDEREAU_SUIVI_VALIDATION", "Bordereau de suivi de validation", Facture},
	{112, "FACTURE_PAIEMENT_DIRECT", "Facture de paiement direct", Facture},
	{113, "RECAPITULATIF_COTRAITANCE", "Récapitulatif de cotraitance", Facture},
	{114, "ETAT_ACOMPTE", "État d'acompte", FactureTravaux},
	{54051, "ASF", "Attestation service fait", "MEMOIRE"},
	{54058, "APS", "Attestation perte de salaire", "MEMOIRE"},
	{54062, "AUT", "Autre", "MEMOIRE"},
	{54064, "BFD", "Bordereau Frais de déplacement", "MEMOIRE"},
	{54068, "AAR", "Attest.régime social marins", "DMD_RBST"},
	{54069, "ACE", "Attest.cotisations employeur", "DMD_RBST"},
	{54072, "APC", "Appel à cotisation", "DMD_RBST"},
	{54073, "ACS", "Attest. cotisation solidarité", "DMD_RBST"},
	{54074, "AUJ", "Autre Justificatif", "DMD_RBST"},
}

// objets are what an attachment may belong to (a client's enum, which the
// official sample agrees with).
var objets = []string{
	"STRUCTURE", "UTILISATEUR", "CB", "MANDAT", "FICHE_RACCORDEMENT", "EJ", "MEMOIRE", "DMD_RBST", Transverse, FactureTravaux, Facture,
	"DMDE_CPTE_DEV_SI_EXT", "SOLLICITATION", "CERTIFICAT", "PJ_REJET_EDI",
}

// Objets are what an attachment may belong to.
func Objets() []string { return slices.Clone(objets) }

// TypesPiece are the types of attachments that go with an object, those that go
// with everything included. For what is no object it is all of them: the
// official sample asks for "20" and is answered several objects.
func TypesPiece(objet string) []TypePiece {
	if !slices.Contains(objets, objet) {
		return slices.Clone(pieces)
	}
	return slices.DeleteFunc(slices.Clone(pieces), func(p TypePiece) bool { return p.Objet != objet && p.Objet != Transverse })
}

// TypePieceDe finds a type of attachment by its id.
func TypePieceDe(id int64) (TypePiece, bool) {
	at := slices.IndexFunc(pieces, func(p TypePiece) bool { return p.ID == id })
	if at < 0 {
		return TypePiece{}, false
	}
	return pieces[at], true
}

// Categorie is what a request for help (sollicitation) is about.
type Categorie struct {
	ID            int64
	Code, Libelle string
	Actif         bool
	Sous          []SousCategorie
}

// SousCategorie is a part of a category.
type SousCategorie struct {
	ID            int64
	Code, Libelle string
	Actif         bool
}

// categories are ours: no source shows one. One of each is inactive, so that
// clients meet both.
var categories = []Categorie{
	{1, "COMPTES", "Comptes utilisateurs", true, []SousCategorie{
		{11, "CREATION", "Création de compte", true}, {12, "MOT_DE_PASSE", "Mot de passe", true}, {13, "RATTACHEMENT", "Rattachement à une structure", true},
	}},
	{2, "STRUCTURES", "Structures", true, []SousCategorie{
		{21, "CREATION", "Création de structure", true}, {22, "PARAMETRAGE", "Paramétrage et services", true},
	}},
	{3, "FACTURES", "Factures", true, []SousCategorie{
		{31, "DEPOT", "Dépôt de factures", true}, {32, "SUIVI", "Suivi du traitement", true}, {33, "REJET", "Rejet et suspension", true},
		{34, "PAPIER", "Factures sur papier", false},
	}},
	{4, "TRAVAUX", "Factures de travaux", true, []SousCategorie{{41, "DEPOT", "Dépôt de factures de travaux", true}}},
	{5, "RACCORDEMENT", "Raccordement technique", true, []SousCategorie{
		{51, "API", "Raccordement en API", true}, {52, "EDI", "Raccordement en EDI", true}, {53, "COMPTE_TECHNIQUE", "Compte technique", true},
	}},
	{6, "DEPLOIEMENT", "Déploiement", false, []SousCategorie{{61, "PILOTE", "Entités pilotes", false}}},
}

// Categories are the categories of requests for help, with their parts.
func Categories() []Categorie { return slices.Clone(categories) }
