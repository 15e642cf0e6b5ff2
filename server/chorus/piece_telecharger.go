package chorus

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"chorus-qualif/server/chorus/rendu"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

type telechargerPJParam struct {
	Objet           string `json:"objetPieceJointe"`
	DemandePaiement struct {
		Avec  string `json:"avecPiecesJointesComplementaires"`
		Liste []struct {
			ID int64 `json:"idFacture"`
		} `json:"listeFacture"`
	} `json:"demandePaiement"`
	Structure designation `json:"structure"`
}

type telechargerPJRetour struct {
	Envelope
	// PieceJointe is written as base64.
	PieceJointe []byte `json:"pieceJointe"`
}

// telechargerPJ hands over attachments, in a ZIP when there are several: those of
// invoices, of a structure or of the caller's account. Of the other objects the
// sandbox has none.
func telechargerPJ(c *Call, p *telechargerPJParam) Answer {
	var found []rendu.Piece
	var total int64
	var refused *Answer
	var structure *qualif.Structure
	if p.Objet == "STRUCTURE_PIECEJOINTE" {
		if structure, refused = p.structure(c); refused != nil {
			return *refused
		}
	}
	c.Sandbox.Read(func(v sandboxes.View) {
		var all []*qualif.PieceJointe
		switch p.Objet {
		case "":
			refused = refuse(opTelechargerPJ, objetMissing, "the request has no objetPieceJointe")
		case "DEMANDE_PAIEMENT":
			all, refused = p.ofInvoices(c, v)
		case "STRUCTURE_PIECEJOINTE":
			all = piecesIn(v, func(piece *qualif.PieceJointe) bool { return piece.StructureID == structure.ID })
		case "UTILISATEUR":
			all = piecesIn(v, func(piece *qualif.PieceJointe) bool { return piece.StructureID == 0 && piece.Par == c.Principal.Login })
		}
		for i, piece := range all {
			if content, ok := c.Files.Content(piece.Empreinte); ok {
				name := strconv.Itoa(i+1) + "_" + clean(nomFichier(piece))
				found, total = append(found, rendu.Piece{Nom: name, Contenu: content}), total+int64(len(content))
			}
		}
	})
	if refused != nil {
		return *refused
	}
	return handOver(c, found, total)
}

func (p *telechargerPJParam) structure(c *Call) (*qualif.Structure, *Answer) {
	structure, refused := p.Structure.find(dataOf(c), opTelechargerPJ)
	if refused != nil {
		return nil, refused
	}
	return structureReached(c, opTelechargerPJ, structure.ID)
}

// ofInvoices lists the main attachment of each invoice and, where asked for, the
// others.
func (p *telechargerPJParam) ofInvoices(c *Call, v sandboxes.View) (all []*qualif.PieceJointe, refused *Answer) {
	switch wanted := len(p.DemandePaiement.Liste); {
	case wanted == 0:
		return nil, refuse(opTelechargerPJ, facturesMissing, "demandePaiement has no listeFacture")
	case wanted > maxDownloaded:
		return nil, refuse(opTelechargerPJ, tooMany, "the request names %d invoices: this simulator takes %d", wanted, maxDownloaded)
	}
	for _, item := range p.DemandePaiement.Liste {
		f, no := factureDesParties(c, v, opTelechargerPJ, item.ID)
		if no != nil {
			return nil, no
		}
		for i, link := range pieces(f) {
			if main := i == 0 && f.Principale != nil; !main && !strings.EqualFold(p.DemandePaiement.Avec, "OUI") {
				continue
			}
			if piece, ok := v.PieceJointe(link.PieceID); ok {
				all = append(all, piece)
			}
		}
	}
	return all, nil
}

// handOver answers files: one as it is, several in an archive.
func handOver(c *Call, found []rendu.Piece, total int64) Answer {
	switch {
	case len(found) == 0:
		return *refuse(opTelechargerPJ, nothingFound, "there is no attachment")
	case total > maxTelecharge:
		return Answer{
			Status: http.StatusRequestEntityTooLarge, Code: "download-too-large",
			Why: fmt.Sprintf("the files have %d bytes, and a download at most %d (120 Mo)", total, maxTelecharge),
		}
	case c.Reserve != nil && !c.Reserve(memoryPerByte*total):
		return Answer{Status: http.StatusServiceUnavailable, Code: "caller-gone", Why: "the caller left before there was room for the answer"}
	}
	content := found[0].Contenu
	if len(found) > 1 {
		var err error
		if content, err = zipped(found, rendu.Document{Le: c.Present}); err != nil {
			return Answer{Status: http.StatusInternalServerError, Code: "file-unwritable", Why: err.Error()}
		}
	}
	return Answer{Body: &telechargerPJRetour{Done, content}}
}

type detacherPJParam struct {
	LienID int64 `json:"idPieceJointeObjet"`
}

type detacherPJRetour struct{ Envelope }

// detacherPJ takes an attachment from an invoice that its supplier may still
// change.
func detacherPJ(c *Call, p *detacherPJParam) Answer {
	if p.LienID == 0 {
		return *refuse(opDetacherPJ, lienNotNamed, "the request has no idPieceJointeObjet")
	}
	if _, err := sandboxes.Do(c.Sandbox, qualif.DetacherPiece{Pour: c.Principal, LienID: p.LienID}); err != nil {
		return refuseActe(opDetacherPJ, err)
	}
	return Answer{Body: &detacherPJRetour{Created}}
}
