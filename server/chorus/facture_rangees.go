package chorus

import (
	"encoding/json"
	"time"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// The kind of every payment request of the sandbox.
const typeFacture = "FACTURE"

// nombre is an amount on the wire, left out when it was not given.
type nombre = json.Number

func nombreDe(m qualif.Montant) nombre { return nombre(m.String()) }

// jour spells a day; "" for none.
func jour(at time.Time) string { return spell(at, time.DateOnly) }

// rangeeCommune is what a found invoice shows in all of a supplier's searches.
type rangeeCommune struct {
	Identifiant            int64                 `json:"identifiantFactureCPP"`
	TypeDemandePaiement    string                `json:"typeDemandePaiement"`
	CodeFournisseur        string                `json:"codeFournisseur,omitempty"`
	TypeFournisseur        qualif.IdentifierType `json:"typeIdentifiantFournisseur,omitempty"`
	DesignationFournisseur string                `json:"designationFournisseur,omitempty"`
	CodeServiceFournisseur string                `json:"codeServiceFournisseur,omitempty"`
	NomServiceFournisseur  string                `json:"nomServiceFournisseur,omitempty"`
	IDDestinataire         int64                 `json:"idDestinataire,omitempty"`
	CodeDestinataire       string                `json:"codeDestinataire,omitempty"`
	DesignationDest        string                `json:"designationDestinataire,omitempty"`
	IDServiceExecutant     int64                 `json:"idServiceExecutant,omitempty"`
	CodeServiceExecutant   string                `json:"codeServiceExecutant,omitempty"`
	NomServiceExecutant    string                `json:"nomServiceExecutant,omitempty"`
	TypeFacture            string                `json:"typeFacture,omitempty"`
	NumeroFacture          string                `json:"numeroFacture,omitempty"`
	DateFacture            string                `json:"dateFacture,omitempty"`
	DateDepot              string                `json:"dateDepot,omitempty"`
	MontantHT              nombre                `json:"montantHT,omitempty"`
	MontantTTC             nombre                `json:"montantTTC,omitempty"`
	MontantAPayer          nombre                `json:"montantAPayer,omitempty"`
	Devise                 string                `json:"devise,omitempty"`
	Statut                 qualif.Statut         `json:"statut"`
	NumeroMarche           string                `json:"numeroMarche,omitempty"`
	NumeroBonCommande      string                `json:"numeroBonCommande,omitempty"`
	Taille                 int64                 `json:"taille,omitempty"`
}

func communeDe(v sandboxes.View, f *qualif.Facture, taille bool) rangeeCommune {
	supplier, supplierService := nommer(v.Data(), f.Fournisseur)
	recipient, service := nommer(v.Data(), f.Destinataire)
	r := rangeeCommune{
		Identifiant: f.ID, TypeDemandePaiement: typeFacture,
		CodeFournisseur: supplier.Identifiant, TypeFournisseur: supplier.TypeIdentifiant, DesignationFournisseur: supplier.Designation(),
		CodeServiceFournisseur: supplierService.Code, NomServiceFournisseur: supplierService.Libelle,
		IDDestinataire: recipient.ID, CodeDestinataire: recipient.Identifiant, DesignationDest: recipient.Designation(),
		IDServiceExecutant: service.ID, CodeServiceExecutant: service.Code, NomServiceExecutant: service.Libelle,
		TypeFacture: f.Type, NumeroFacture: f.Numero, DateFacture: jour(f.DateFacture), DateDepot: jour(f.DateDepot),
		MontantHT: nombreDe(f.Montants.HT), MontantTTC: nombreDe(f.Montants.TTC), MontantAPayer: nombreDe(f.Montants.APayer),
		Devise: f.Devise, Statut: f.Statut, NumeroMarche: f.NumeroMarche, NumeroBonCommande: f.NumeroBonCommande,
	}
	if taille {
		r.Taille = tailleDe(v, f)
	}
	return r
}

// tailleDe is the size of an invoice's files, in bytes: the unit is not
// documented.
func tailleDe(v sandboxes.View, f *qualif.Facture) int64 {
	total := int64(0)
	for _, l := range pieces(f) {
		if p, ok := v.PieceJointe(l.PieceID); ok {
			total += p.Taille
		}
	}
	return total
}

// pieces lists the attachments of an invoice, the main one first.
func pieces(f *qualif.Facture) []qualif.PieceLiee {
	if f.Principale == nil {
		return f.Complementaires
	}
	return append([]qualif.PieceLiee{*f.Principale}, f.Complementaires...)
}

// rangeeEmise is an invoice found by rechercher/fournisseur.
type rangeeEmise struct {
	rangeeCommune
	NumeroFluxDepot         string                `json:"numeroFluxDepot,omitempty"`
	TypeIdentifiantValideur qualif.IdentifierType `json:"typeIdentifiantValideur1,omitempty"`
	CodeValideur            string                `json:"codeValideur1,omitempty"`
	RaisonSocialeValideur   string                `json:"raisonSocialeValideur1,omitempty"`
	DateValidation          string                `json:"dateValidation1,omitempty"`
	NumeroFactureOrigine    string                `json:"numeroFactureOrigine,omitempty"`
	ModeDepot               string                `json:"modeDepot,omitempty"`
	Createur                string                `json:"nomPrenomUtilisateurCreateur,omitempty"`
	DateHeureEtatCourant    string                `json:"dateHeureEtatCourant,omitempty"`
	CommentaireEtatCourant  string                `json:"commentaireEtatCourant,omitempty"`
	RejetTraite             bool                  `json:"rejetTraite"`
}

func emiseDe(v sandboxes.View, f *qualif.Facture, taille bool) rangeeEmise {
	valideur, _ := nommer(v.Data(), valideurDe(f))
	return rangeeEmise{
		rangeeCommune: communeDe(v, f, taille), NumeroFluxDepot: f.Flux,
		TypeIdentifiantValideur: valideur.TypeIdentifiant, CodeValideur: valideur.Identifiant, RaisonSocialeValideur: valideur.Designation(),
		DateValidation: jour(validation(f)), NumeroFactureOrigine: f.NumeroFactureOrigine, ModeDepot: f.ModeDepot,
		Createur: createur(v, f), DateHeureEtatCourant: isoDate(f.Depuis), CommentaireEtatCourant: etatCommente(f), RejetTraite: f.RejetTraite,
	}
}

// createur is who deposited an invoice: the name of a person, the login of a
// technical account.
func createur(v sandboxes.View, f *qualif.Facture) string {
	if p, ok := v.Data().Person(f.Auteur); ok {
		return p.Nom + " " + p.Prenom
	}
	return f.Auteur
}

// etatCommente is what was said when an invoice came to its present status.
func etatCommente(f *qualif.Facture) string {
	if len(f.Historique) == 0 {
		return ""
	}
	return f.Historique[len(f.Historique)-1].Commentaire
}

// validation is when an invoice was validated; the zero time when it was not.
func validation(f *qualif.Facture) time.Time {
	for i := len(f.Historique) - 1; i >= 0; i-- {
		if f.Historique[i].Statut == qualif.StatutValidee1 {
			return f.Historique[i].Le
		}
	}
	return time.Time{}
}
