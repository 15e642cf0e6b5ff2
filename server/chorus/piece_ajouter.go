package chorus

import (
	"net/http"

	"chorus-qualif/server/flux"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

type ajouterFichierParam struct {
	Fichier   fichier `json:"pieceJointeFichier"`
	Nom       string  `json:"pieceJointeNom"`
	TypeMime  string  `json:"pieceJointeTypeMime"`
	Extension string  `json:"pieceJointeExtension"`
}

type ajouterFichierRetour struct {
	Envelope
	PieceJointeID int64 `json:"pieceJointeId"`
}

// ajouterFichier puts a file among those of the caller's account.
func ajouterFichier(c *Call, p *ajouterFichierParam) Answer {
	refused := incomplete(opAjouterFichier, []given{
		{fichierMissing, "pieceJointeFichier", p.Fichier.absent()}, {nomMissing, "pieceJointeNom", p.Nom == ""},
		{extensionMissing, "pieceJointeExtension", p.Extension == ""},
	})
	if refused != nil {
		return *refused
	}
	content, err := p.Fichier.decode()
	switch {
	case err != nil:
		return notBase64(err)
	case len(content) == 0:
		return *refuse(opAjouterFichier, fichierMissing, "pieceJointeFichier is blank")
	case len(content) > maxFichier:
		return *refuse(opAjouterFichier, fichierTooLarge, "the file has %d bytes, and may have %d (10 Mo)", len(content), maxFichier)
	}
	deposit := c.Files.Begin()
	defer deposit.End()
	digest, err := deposit.Add(content)
	if err != nil {
		return filesFull(err)
	}
	piece, err := sandboxes.Do(c.Sandbox, qualif.AjouterFichier{Pour: c.Principal, Piece: qualif.PieceJointe{
		Nom: p.Nom, Extension: p.Extension, TypeMime: p.TypeMime, Taille: int64(len(content)), Empreinte: digest,
	}})
	if err != nil {
		return refuseActe(opAjouterFichier, err)
	}
	return Answer{Body: &ajouterFichierRetour{Created, piece.ID}}
}

type deposerPDFParam struct {
	Fichier fichier `json:"fichierFacture"`
	Nom     string  `json:"nomFichier"`
	Format  string  `json:"formatDepot"`
}

// deposerPDFRetour is what the platform's character recognition made of a PDF:
// next to nothing in recorded answers, nothing here.
type deposerPDFRetour struct {
	Envelope
	NumeroFacture        *string  `json:"numeroFacture"`
	DateFacture          *string  `json:"dateFacture"`
	CodeDestinataire     *string  `json:"codeDestinataire"`
	CodeServiceExecutant *string  `json:"codeServiceExecutant"`
	CodeFournisseur      *string  `json:"codeFournisseur"`
	CodeDeviseFacture    *string  `json:"codeDeviseFacture"`
	TypeFacture          string   `json:"typeFacture"`
	TypeTVA              *string  `json:"typeTva"`
	NumeroBonCommande    *string  `json:"numeroBonCommande"`
	MontantTTCAvant      *float64 `json:"montantTtcAvantRemiseGlobalTTC"`
	MontantAPayer        *float64 `json:"montantAPayer"`
	MontantHT            *float64 `json:"montantHtTotal"`
	MontantTVA           *float64 `json:"montantTVA"`
	PieceJointeID        int64    `json:"pieceJointeId"`
}

// deposerPDF makes a draft of a PDF, which soumettre sends.
func deposerPDF(c *Call, p *deposerPDFParam) Answer {
	refused := incomplete(opDeposerPDF, []given{
		{fichierMissing, "fichierFacture", p.Fichier.absent()}, {nomMissing, "nomFichier", p.Nom == ""}, {formatMissing, "formatDepot", p.Format == ""},
	})
	if refused != nil {
		return *refused
	}
	content, err := p.Fichier.decode()
	switch {
	case err != nil:
		return notBase64(err)
	case len(content) == 0:
		return *refuse(opDeposerPDF, fichierMissing, "fichierFacture is blank")
	case len(content) > maxFichier:
		return Answer{Status: http.StatusRequestEntityTooLarge, Code: fichierTooLarge, Why: "the file is larger than 10 Mo"}
	}
	deposit := c.Files.Begin()
	defer deposit.End()
	if !flux.ReadPDF(content, p.Nom, flux.Limits{File: maxFichier, Room: deposit.Large}).Valid {
		return *refuse(opDeposerPDF, notPDF, "the file is not a PDF that can be read")
	}
	digest, err := deposit.Add(content)
	if err != nil {
		return filesFull(err)
	}
	mode := "DEPOT_PDF_API"
	if p.Format != "PDF_NON_SIGNE" {
		mode = "DEPOT_PDF_SIGNE_API"
	}
	piece, err := sandboxes.Do(c.Sandbox, qualif.DeposerPDF{Pour: c.Principal, ModeDepot: mode, Piece: qualif.PieceJointe{
		Nom: p.Nom, Extension: "PDF", TypeMime: "application/pdf", Taille: int64(len(content)), Empreinte: digest,
	}})
	if err != nil {
		return refuseActe(opDeposerPDF, err)
	}
	return Answer{Body: &deposerPDFRetour{Envelope: Created, TypeFacture: "FACTURE", PieceJointeID: piece.ID}}
}
