package qualif

import (
	"strconv"
	"time"
)

// PieceJointeAjoutee is a file put on the platform. The content is not in the
// journal: its digest is.
type PieceJointeAjoutee struct {
	v1
	Piece PieceJointe `json:"piece"`
}

// PieceJointeDetachee is an attachment taken from an invoice.
type PieceJointeDetachee struct {
	v1
	FactureID int64  `json:"idFacture"`
	LienID    int64  `json:"idLien"`
	Par       string `json:"par"`
}

// FluxDepose is a flow received and read, but not treated yet.
type FluxDepose struct {
	v1
	Flux Flux `json:"flux"`
}

// FluxAvance is a flow that came to another state on its way.
type FluxAvance struct {
	v1
	Numero string   `json:"numero"`
	Etat   EtatFlux `json:"etat"`
}

// FluxTraite is the end of a flow's treatment: the invoices that it became have
// their own events.
type FluxTraite struct {
	v1
	Numero    string       `json:"numero"`
	Etat      EtatFlux     `json:"etat"`
	Resultats []ResultatDP `json:"resultats,omitempty"`
}

// FactureDeposee is an invoice that came to be, or a draft that was sent: it
// replaces the invoice of the same id, if there is one.
type FactureDeposee struct {
	v1
	Facture Facture `json:"facture"`
	// Pieces are the files that came with it (those of a flow).
	Pieces []PieceJointe `json:"pieces,omitempty"`
	// Saisie is the rank of the number that the platform gave it, 0 when the
	// number is the supplier's.
	Saisie int64 `json:"saisie,omitempty"`
}

// FactureStatut is an invoice that came to another status.
type FactureStatut struct {
	v1
	FactureID int64  `json:"idFacture"`
	Statut    Statut `json:"statut"`
	Motif     string `json:"motif,omitempty"`
	// Par is the login that asked for it, "" for the platform; Automatique
	// tells the automatic recipient.
	Par         string `json:"par,omitempty"`
	Automatique bool   `json:"automatique,omitempty"`
	// NumeroDPMandat is what a recipient gives with MANDATEE.
	NumeroDPMandat string `json:"numeroDPMandat,omitempty"`
	// Arrete drops what was to become of it by itself; Suite, when there is
	// one, takes its place.
	Arrete bool    `json:"arrete,omitempty"`
	Suite  []Etape `json:"suite,omitempty"`
}

// FactureModifiee is an invoice completed, recycled, or given another
// validator: the values that are not nil replace its own.
type FactureModifiee struct {
	v1
	FactureID            int64       `json:"idFacture"`
	Par                  string      `json:"par"`
	Commentaire          *string     `json:"commentaire,omitempty"`
	Destinataire         *Partie     `json:"destinataire,omitempty"`
	Valideur             *Partie     `json:"valideur,omitempty"`
	References           *References `json:"references,omitempty"`
	Complementaires      []PieceLiee `json:"complementaires,omitempty"`
	CoordonneesBancaires *int64      `json:"coordonneesBancaires,omitempty"`
	// DateDepot is when it was sent again, zero when it was not.
	DateDepot time.Time `json:"dateDepot,omitzero"`
}

// References are the values of an invoice that a recycling may change; an empty
// one stays as it was.
type References struct {
	Devise               string `json:"devise,omitempty"`
	Type                 string `json:"type,omitempty"`
	TypeTVA              string `json:"typeTva,omitempty"`
	MotifExoneration     string `json:"motifExoneration,omitempty"`
	NumeroMarche         string `json:"numeroMarche,omitempty"`
	NumeroBonCommande    string `json:"numeroBonCommande,omitempty"`
	NumeroFactureOrigine string `json:"numeroFactureOrigine,omitempty"`
	ModePaiement         string `json:"modePaiement,omitempty"`
}

// FactureAction is something that a person did with an invoice and that changes
// no status: a download, a rejection taken note of.
type FactureAction struct {
	v1
	FactureID int64  `json:"idFacture"`
	Code      string `json:"code"`
	Par       string `json:"par"`
}

func (PieceJointeAjoutee) Kind() Kind  { return "PieceJointeAjoutee" }
func (PieceJointeDetachee) Kind() Kind { return "PieceJointeDetachee" }
func (FluxDepose) Kind() Kind          { return "FluxDepose" }
func (FluxAvance) Kind() Kind          { return "FluxAvance" }
func (FluxTraite) Kind() Kind          { return "FluxTraite" }
func (FactureDeposee) Kind() Kind      { return "FactureDeposee" }
func (FactureStatut) Kind() Kind       { return "FactureStatut" }
func (FactureModifiee) Kind() Kind     { return "FactureModifiee" }
func (FactureAction) Kind() Kind       { return "FactureAction" }

// The subject of an event about a file, a flow or an invoice is its number.

func (p PieceJointeAjoutee) Subject() string  { return sujet(p.Piece.ID) }
func (p PieceJointeDetachee) Subject() string { return sujet(p.FactureID) }
func (p FluxDepose) Subject() string          { return p.Flux.Numero }
func (p FluxAvance) Subject() string          { return p.Numero }
func (p FluxTraite) Subject() string          { return p.Numero }
func (p FactureDeposee) Subject() string      { return sujet(p.Facture.ID) }
func (p FactureStatut) Subject() string       { return sujet(p.FactureID) }
func (p FactureModifiee) Subject() string     { return sujet(p.FactureID) }
func (p FactureAction) Subject() string       { return sujet(p.FactureID) }

func sujet(id int64) string { return strconv.FormatInt(id, 10) }
