package qualif

import (
	"crypto/sha256"
	"fmt"
	"time"
)

// Facture is an invoice (demande de paiement of type FACTURE) on the platform.
// Its values are replaced, never changed, so that a clone of the state shares
// them.
type Facture struct {
	// ID is identifiantFactureCPP: seven digits, unique in its sandbox.
	ID int64 `json:"id"`
	// Numero is at most 20 characters; unique with the year of issue and the
	// supplier's SIREN.
	Numero string `json:"numero"`
	// Type is FACTURE or AVOIR.
	Type   string `json:"type"`
	Statut Statut `json:"statut"`
	// Depuis is when it came to that status.
	Depuis time.Time `json:"depuis"`
	// ModeDepot is SAISIE_API, DEPOT_PDF_API, DEPOT_PDF_SIGNE_API, EDI_XML_STRUCT…
	ModeDepot string `json:"modeDepot"`
	// Cadre is A1_FACTURE_FOURNISSEUR and the like.
	Cadre string `json:"cadre"`
	// DateFacture is a day, at midnight in Paris; DateEcheance too, or zero.
	DateFacture  time.Time `json:"dateFacture,omitzero"`
	DateEcheance time.Time `json:"dateEcheance,omitzero"`
	DateDepot    time.Time `json:"dateDepot"`
	// Flux is the numeroFluxDepot it came in, "" when it was entered.
	Flux string `json:"flux,omitempty"`
	// Auteur is the login that deposited it.
	Auteur string `json:"auteur"`

	Fournisseur  Partie  `json:"fournisseur"`
	Destinataire Partie  `json:"destinataire"`
	Valideur     *Partie `json:"valideur,omitempty"`
	// CoordonneesBancaires is the supplier's idCoordonneeBancaire, 0 for none.
	CoordonneesBancaires int64 `json:"coordonneesBancaires,omitempty"`

	Devise               string `json:"devise,omitempty"`
	TypeTVA              string `json:"typeTva,omitempty"`
	MotifExoneration     string `json:"motifExoneration,omitempty"`
	NumeroMarche         string `json:"numeroMarche,omitempty"`
	NumeroBonCommande    string `json:"numeroBonCommande,omitempty"`
	NumeroFactureOrigine string `json:"numeroFactureOrigine,omitempty"`
	ModePaiement         string `json:"modePaiement,omitempty"`
	Commentaire          string `json:"commentaire,omitempty"`

	Lignes   []Ligne    `json:"lignes,omitempty"`
	TVA      []LigneTVA `json:"tva,omitempty"`
	Montants Montants   `json:"montants"`

	Principale      *PieceLiee  `json:"principale,omitempty"`
	Complementaires []PieceLiee `json:"complementaires,omitempty"`

	Historique []Passage           `json:"historique,omitempty"`
	Actions    []ActionUtilisateur `json:"actions,omitempty"`
	// Telechargee is factureTelechargeeParDestinataire, RejetTraite what
	// traiterRejet sets.
	Telechargee bool `json:"telechargee,omitempty"`
	RejetTraite bool `json:"rejetTraite,omitempty"`
	// NumeroDPMandat is what the recipient gave with a MANDATEE.
	NumeroDPMandat string `json:"numeroDPMandat,omitempty"`
	// Suite is what will become of it by itself, the next step first.
	Suite []Etape `json:"suite,omitempty"`
}

// Partie is a structure in a role on an invoice, with one of its services or 0.
type Partie struct {
	StructureID int64 `json:"idStructure"`
	ServiceID   int64 `json:"idService,omitempty"`
}

// Ligne is a line of an invoice.
type Ligne struct {
	Numero       int64   `json:"numero"`
	Reference    string  `json:"reference,omitempty"`
	Denomination string  `json:"denomination,omitempty"`
	Quantite     Montant `json:"quantite,omitzero"`
	Unite        string  `json:"unite,omitempty"`
	PrixUnitaire Montant `json:"prixUnitaire,omitzero"`
	Remise       Montant `json:"remise,omitzero"`
	// TauxCode is a code of recuperer/tauxtva, Taux the percentage; one, or
	// both.
	TauxCode  string  `json:"tauxCode,omitempty"`
	Taux      Montant `json:"taux,omitzero"`
	MontantHT Montant `json:"montantHT,omitzero"`
}

// LigneTVA is the VAT of one rate.
type LigneTVA struct {
	TauxCode string  `json:"tauxCode,omitempty"`
	Taux     Montant `json:"taux,omitzero"`
	BaseHT   Montant `json:"baseHT,omitzero"`
	Montant  Montant `json:"montant,omitzero"`
}

// Montants are the totals of an invoice.
type Montants struct {
	HT               Montant `json:"ht,omitzero"`
	TVA              Montant `json:"tva,omitzero"`
	TTC              Montant `json:"ttc,omitzero"`
	RemiseGlobaleTTC Montant `json:"remiseGlobaleTTC,omitzero"`
	MotifRemise      string  `json:"motifRemise,omitempty"`
	APayer           Montant `json:"aPayer,omitzero"`
}

// Passage is a row of the history of statuses.
type Passage struct {
	// ID counts from 1 in a sandbox, over all its invoices.
	ID          int64     `json:"id"`
	Statut      Statut    `json:"statut"`
	Le          time.Time `json:"le"`
	Commentaire string    `json:"commentaire,omitempty"`
	// Par is the login that brought it about, "" for the platform.
	Par string `json:"par,omitempty"`
}

// The codes of ActionUtilisateur (official enum of histoActionCode).
const (
	ActionTelechargement  = "TELECHARGEMENT_FACTURE"
	ActionAcquitteRejet   = "ACQUITTEMENT_REJET"
	ActionAcquitteSuspens = "ACQUITTEMENT_SUSPENSION"
	ActionTraiteRejet     = "TRAITEMENT_REJET"
)

// ActionUtilisateur is a row of the history of what people did.
type ActionUtilisateur struct {
	ID   int64     `json:"id"`
	Code string    `json:"code"`
	Le   time.Time `json:"le"`
	Par  string    `json:"par"`
}

// Etape is a status that an invoice comes to by itself, some time after the
// previous one.
type Etape struct {
	Statut Statut        `json:"statut"`
	Apres  time.Duration `json:"apres"`
	Motif  string        `json:"motif,omitempty"`
	// Destinataire tells what the automatic recipient does from what the
	// platform does.
	Destinataire bool `json:"destinataire,omitempty"`
}

// Annee is the year of issue on which the uniqueness of the number rests.
func (f *Facture) Annee() int { return f.DateFacture.In(Paris).Year() }

// EmpreinteDepot is the SHA-256 of what the platform took note of at an
// invoice's deposit: empreinteCertificatDepot. What is digested is ours; the
// same deposit has the same one.
func (f *Facture) EmpreinteDepot() [sha256.Size]byte {
	return sha256.Sum256(fmt.Appendf(nil, "%d\n%s\n%s\n%s\n%s\n%d/%d\n%d/%d\n%s\n%s\n%s\n%s\n%s\n%s\n",
		f.ID, f.Numero, f.Type, f.ModeDepot, f.Cadre, f.Fournisseur.StructureID, f.Fournisseur.ServiceID,
		f.Destinataire.StructureID, f.Destinataire.ServiceID, FormatInstant(f.DateFacture), FormatInstant(f.DateDepot), f.Auteur,
		f.Montants.HT, f.Montants.TVA, f.Montants.APayer))
}
