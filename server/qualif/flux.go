package qualif

import "time"

// EtatFlux is where a deposited flow stands: etatCourantFlux and
// etatCourantDepotFlux on the wire.
type EtatFlux string

// The states of a flow (API reference D.5).
const (
	FluxRecu                EtatFlux = "IN_RECU"
	FluxEnAttenteSE         EtatFlux = "IN_DEPOT_PORTAIL_EN_ATTENTE_TRAITEMENT_SE_CPP"
	FluxTraiteSE            EtatFlux = "IN_TRAITE_SE_CPP"
	FluxEnAttenteTraitement EtatFlux = "IN_EN_ATTENTE_TRAITEMENT_CPP"
	FluxEnCoursTraitement   EtatFlux = "IN_EN_COURS_TRAITEMENT_CPP"
	FluxEnAttenteRetraite   EtatFlux = "IN_EN_ATTENTE_RETRAITEMENT_CPP"
	FluxIncidente           EtatFlux = "IN_INCIDENTE"
	FluxIntegre             EtatFlux = "IN_INTEGRE"
	FluxIntegrePartiel      EtatFlux = "IN_INTEGRE_PARTIEL"
	FluxRejete              EtatFlux = "IN_REJETE"
)

// Final tells that a flow will not change any more.
func (e EtatFlux) Final() bool {
	return e == FluxIntegre || e == FluxIntegrePartiel || e == FluxRejete || e == FluxIncidente
}

// Flux is a deposited flow of invoices.
type Flux struct {
	// Numero is numeroFluxDepot: 25 characters.
	Numero string `json:"numero"`
	// Interface is the four digits of the syntax's interface ("1117").
	Interface string `json:"interface"`
	// Syntaxe is one of the 13 of the contract.
	Syntaxe string `json:"syntaxe"`
	// Fichier is nomFichier as it was given, Taille its size in bytes.
	Fichier string    `json:"fichier"`
	Taille  int64     `json:"taille"`
	Signe   bool      `json:"signe,omitempty"`
	Par     string    `json:"par"`
	Le      time.Time `json:"le"`
	Etat    EtatFlux  `json:"etat"`
	// Depuis is when it came to that state.
	Depuis time.Time `json:"depuis"`
	// Portee are the structures (idStructureCPP) that the login reached when
	// it deposited the flow.
	Portee []int64 `json:"portee,omitempty"`
	// Suite are the states it will come to by itself, the next one first.
	Suite []EtapeFlux `json:"suite,omitempty"`
	// Erreurs are the reasons for which it is not receivable.
	Erreurs []ErreurTechnique `json:"erreurs,omitempty"`
	// Lues are the invoices that were read in it, until it is treated.
	Lues []FactureLue `json:"lues,omitempty"`
	// Resultats are what became of each, once it is treated.
	Resultats []ResultatDP `json:"resultats,omitempty"`
}

// EtapeFlux is a state that a flow comes to by itself; Etat is "" for the
// treatment, whose outcome is not known before.
type EtapeFlux struct {
	Etat EtatFlux  `json:"etat,omitempty"`
	A    time.Time `json:"a"`
}

// ErreurTechnique is a reason for which a flow is not receivable: an element of
// listeErreurTechnique.
type ErreurTechnique struct {
	Code    string `json:"code"`
	Libelle string `json:"libelle"`
	Nature  string `json:"nature"`
}

// ResultatDP is what became of an invoice of a flow.
type ResultatDP struct {
	Numero string `json:"numero"`
	// Fournisseur and Destinataire are the identifiers, as written.
	Fournisseur  string `json:"fournisseur,omitempty"`
	Destinataire string `json:"destinataire,omitempty"`
	// FactureID is the invoice that it became, 0 when it was refused.
	FactureID int64 `json:"idFacture,omitempty"`
	// Fautes are the reasons of a refusal, in the platform's words.
	Fautes []string `json:"fautes,omitempty"`
}

// FactureLue is what an invoice of a flow says, before the directory is asked.
type FactureLue struct {
	Numero       string    `json:"numero"`
	Type         string    `json:"type"`
	ModeDepot    string    `json:"modeDepot"`
	DateFacture  time.Time `json:"dateFacture,omitzero"`
	DateEcheance time.Time `json:"dateEcheance,omitzero"`
	// Fournisseur and Destinataire are as written; a Type that is none of
	// IdentifierTypes is known by nobody.
	Fournisseur      Identifier `json:"fournisseur"`
	Destinataire     Identifier `json:"destinataire"`
	CodeService      string     `json:"codeService,omitempty"`
	NumeroEngagement string     `json:"numeroEngagement,omitempty"`
	NumeroMarche     string     `json:"numeroMarche,omitempty"`
	// Cadre is A1_FACTURE_FOURNISSEUR and the like.
	Cadre                string        `json:"cadre"`
	Devise               string        `json:"devise,omitempty"`
	ModePaiement         string        `json:"modePaiement,omitempty"`
	TypeTVA              string        `json:"typeTva,omitempty"`
	MotifExoneration     string        `json:"motifExoneration,omitempty"`
	NumeroFactureOrigine string        `json:"numeroFactureOrigine,omitempty"`
	Commentaire          string        `json:"commentaire,omitempty"`
	Lignes               []Ligne       `json:"lignes,omitempty"`
	TVA                  []LigneTVA    `json:"tva,omitempty"`
	Montants             Montants      `json:"montants"`
	Pieces               []PieceJointe `json:"pieces,omitempty"`
	// Fautes are what the rules of the format and of the amounts found
	// wrong; Textes are the words for what the directory may find.
	Fautes []string       `json:"fautes,omitempty"`
	Textes TextesAnnuaire `json:"textes"`
}

// TextesAnnuaire are what the platform says of an invoice that does not fit the
// directory: the words depend on the syntax, the rules do not.
type TextesAnnuaire struct {
	FournisseurInconnu    string `json:"fournisseurInconnu,omitempty"`
	DestinataireInconnu   string `json:"destinataireInconnu,omitempty"`
	ServiceInconnu        string `json:"serviceInconnu,omitempty"`
	ServiceObligatoire    string `json:"serviceObligatoire,omitempty"`
	EngagementObligatoire string `json:"engagementObligatoire,omitempty"`
	Doublon               string `json:"doublon,omitempty"`
}
