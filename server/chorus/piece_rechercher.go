package chorus

import (
	"strings"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/reference"
	"chorus-qualif/server/sandboxes"
)

// typeDivers is the type of a file that nobody gave one: what the official
// samples show.
const typeDivers = "DIVERS"

type criteresPJ struct {
	TypeID      int64      `json:"pieceJointeTypeId"`
	Designation string     `json:"pieceJointeDesignation"`
	Recherche   pagination `json:"parametresRecherche"`
}

type rechercherPJStructureParam struct {
	IDStructure int64 `json:"idStructureCPP"`
	criteresPJ
}

type rechercherPJRetour[P any] struct {
	Envelope
	ListePiecesJointes []P              `json:"listePiecesJointes"`
	ParametresRetour   parametresRetour `json:"parametresRetour"`
}

// pieceTrouvee is a file found: as an attachment of an invoice when it is one,
// else by itself.
type pieceTrouvee struct {
	Designation string `json:"pieceJointeDesignation"`
	Extension   string `json:"pieceJointeExtension,omitempty"`
	ID          int64  `json:"pieceJointeId"`
	LienID      int64  `json:"pieceJointeObjetId,omitempty"`
	TypeCode    string `json:"pieceJointeTypeCode"`
	TypeLibelle string `json:"pieceJointeTypeLibelle"`
	Utilisateur int64  `json:"pieceJointeUtilisateurId,omitempty"`
}

type pieceDeStructure struct {
	pieceTrouvee
	Code          string `json:"pieceJointeStructureCode"`
	IDStructure   int64  `json:"pieceJointeStructureId"`
	RaisonSociale string `json:"pieceJointeStructureRaisonSociale,omitempty"`
}

// rechercherPJStructure lists the files in the space of a structure that the
// caller reaches: those that came with its flows.
func rechercherPJStructure(c *Call, p *rechercherPJStructureParam) Answer {
	structure, refused := structureReached(c, opRechercherPJ, p.IDStructure)
	if refused != nil {
		return *refused
	}
	found, retour := p.search(c, func(piece *qualif.PieceJointe) bool { return piece.StructureID == structure.ID }, []*qualif.Structure{structure})
	all := make([]pieceDeStructure, len(found))
	for i, piece := range found {
		all[i] = pieceDeStructure{piece, structure.Identifiant, structure.ID, structure.Designation()}
	}
	return Answer{Body: &rechercherPJRetour[pieceDeStructure]{Created, all, retour}}
}

// structureReached finds a structure that is the caller's.
func structureReached(c *Call, operation string, id int64) (*qualif.Structure, *Answer) {
	if id == 0 {
		return nil, refuse(operation, structureNotNamed, "the request names no structure (no identifier, null or 0)")
	}
	structure, ok := dataOf(c).Structure(id)
	if !ok {
		return nil, refuse(operation, structureUnknown, "no structure has identifier %d", id)
	}
	if !c.Principal.Reaches(structure.ID) {
		return nil, refuse(operation, structureOutOfScope, "%s does not reach structure %d", c.Principal.Login, structure.ID)
	}
	return structure, nil
}

// rechercherMesPJ lists the files that the caller's account put on the platform.
func rechercherMesPJ(c *Call, p *criteresPJ) Answer {
	mine := func(piece *qualif.PieceJointe) bool { return piece.StructureID == 0 && piece.Par == c.Principal.Login }
	found, retour := p.search(c, mine, c.Principal.Structures)
	return Answer{Body: &rechercherPJRetour[pieceTrouvee]{Created, found, retour}}
}

// search lists the files that fit, of a kind; what they are attached to is looked
// for among the invoices of some suppliers.
func (p *criteresPJ) search(c *Call, of func(*qualif.PieceJointe) bool, suppliers []*qualif.Structure) ([]pieceTrouvee, parametresRetour) {
	all := []pieceTrouvee{}
	wanted, known := reference.TypePieceDe(p.TypeID)
	c.Sandbox.Read(func(v sandboxes.View) {
		attached := linksOf(v, suppliers)
		for _, id := range v.PiecesJointes() {
			piece, _ := v.PieceJointe(id)
			if !of(piece) || !containsFold(piece.Nom, p.Designation) {
				continue
			}
			one := foundPiece(v, piece, attached[id])
			if p.TypeID == 0 || known && one.TypeCode == wanted.Code {
				all = append(all, one)
			}
		}
	})
	order(all, &p.Recherche, columnPJ(p.Recherche.Colonne), func(piece pieceTrouvee) int64 { return piece.ID })
	w := p.Recherche.window()
	return cut(all, w), w.among(len(all))
}

func containsFold(text, part string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(part))
}

// linksOf lists the first link of each attached file of some suppliers' invoices,
// by pieceJointeId.
func linksOf(v sandboxes.View, suppliers []*qualif.Structure) map[int64]qualif.PieceLiee {
	links := map[int64]qualif.PieceLiee{}
	for _, structure := range suppliers {
		for _, id := range v.FacturesDe(structure.ID) {
			f, _ := v.Facture(id)
			for _, link := range pieces(f) {
				if _, twice := links[link.PieceID]; !twice {
					links[link.PieceID] = link
				}
			}
		}
	}
	return links
}

func foundPiece(v sandboxes.View, piece *qualif.PieceJointe, link qualif.PieceLiee) pieceTrouvee {
	one := pieceTrouvee{Designation: piece.Nom, Extension: piece.Extension, ID: piece.ID, LienID: link.LienID, TypeCode: link.Type}
	if one.TypeCode == "" {
		one.TypeCode = typeDivers
	}
	one.TypeLibelle = libelleTypePiece(one.TypeCode)
	if person, ok := v.Data().Person(piece.Par); ok {
		one.Utilisateur = person.ID
	}
	return one
}

// columnPJ compares by a sort column: the two of the official samples, and by
// pieceJointeId otherwise.
func columnPJ(column string) func(a, b pieceTrouvee) int {
	switch column {
	case "PieceJointeDesignation":
		return func(a, b pieceTrouvee) int { return compareNames(a.Designation, b.Designation) }
	case "PieceJointeTypeCode":
		return func(a, b pieceTrouvee) int { return strings.Compare(a.TypeCode, b.TypeCode) }
	}
	return func(a, b pieceTrouvee) int { return 0 }
}

// piecesIn lists the files of a kind in the order in which they came.
func piecesIn(v sandboxes.View, of func(*qualif.PieceJointe) bool) []*qualif.PieceJointe {
	var all []*qualif.PieceJointe
	for _, id := range v.PiecesJointes() {
		if piece, _ := v.PieceJointe(id); of(piece) {
			all = append(all, piece)
		}
	}
	return all
}
