package qualif

import "time"

// PieceJointe is a file that was put on the platform. Its content is elsewhere,
// under its digest: the state holds facts only.
type PieceJointe struct {
	// ID is pieceJointeId: seven digits, unique in its sandbox.
	ID int64 `json:"id"`
	// Nom is at most 50 characters when a client gives it, with its extension
	// or without.
	Nom string `json:"nom"`
	// Extension is upper case, without a point ("PDF").
	Extension string    `json:"extension,omitempty"`
	TypeMime  string    `json:"typeMime,omitempty"`
	Taille    int64     `json:"taille"`
	Empreinte Empreinte `json:"empreinte"`
	// Par is the login that brought it, Le when.
	Par string    `json:"par"`
	Le  time.Time `json:"le"`
	// StructureID is the structure in whose space it lies, 0 for the login's
	// own.
	StructureID int64 `json:"idStructure,omitempty"`
}

// Empreinte is the SHA-256 of a content, in lower-case hexadecimal.
type Empreinte string

// PieceLiee is an attachment of an invoice.
type PieceLiee struct {
	// LienID is idPieceJointeObjet, PieceID the file's pieceJointeId.
	LienID      int64  `json:"idLien"`
	PieceID     int64  `json:"idPiece"`
	Designation string `json:"designation,omitempty"`
	// Type is a code of recuperer/typespj.
	Type        string `json:"type,omitempty"`
	NumeroLigne int32  `json:"numeroLigne,omitempty"`
	LiaisonID   int64  `json:"idLiaison,omitempty"`
}
