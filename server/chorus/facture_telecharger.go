package chorus

import (
	"archive/zip"
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"chorus-qualif/server/chorus/rendu"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// maxDownloaded bounds the invoices of one call, where ten are recommended
// (official): ours.
const maxDownloaded = 500

type telechargerGroupeParam struct {
	Format string `json:"format"`
	Avec   string `json:"avecPiecesJointesComplementaires"`
	Liste  []struct {
		ID int64 `json:"idFacture"`
	} `json:"listeFacture"`
}

type telechargerGroupeRetour struct {
	Envelope
	// Fichier is written as base64.
	Fichier []byte `json:"fichierResultat"`
}

// telechargerGroupe hands over invoices that the caller sees in any role: as
// PIVOT in one XML, as PDF in one PDF or, when there are several files, in a ZIP.
// Those that the caller received are marked as downloaded.
func telechargerGroupe(c *Call, p *telechargerGroupeParam) Answer {
	if p.Format != "PDF" && p.Format != "PIVOT" {
		return *refuse(opTelechargerGroupe, formatUnknown, "format is %q, which is neither PDF nor PIVOT", p.Format)
	}
	documents, refused := p.documents(c)
	if refused != nil {
		return *refused
	}
	file, err := p.file(documents)
	if err != nil {
		return Answer{Status: http.StatusInternalServerError, Code: "file-unwritable", Why: err.Error()}
	}
	if _, err := sandboxes.Do(c.Sandbox, qualif.NoterTelechargement{Pour: c.Principal, IDs: p.ids()}); err != nil {
		return Answer{Status: http.StatusInternalServerError, Code: "journal-unwritable", Why: err.Error()}
	}
	return Answer{Body: &telechargerGroupeRetour{Done, file}}
}

// ids are the invoices asked for, each once.
func (p *telechargerGroupeParam) ids() []int64 {
	var all []int64
	for _, item := range p.Liste {
		if !slices.Contains(all, item.ID) {
			all = append(all, item.ID)
		}
	}
	return all
}

// documents finds the invoices and the files that go with them.
func (p *telechargerGroupeParam) documents(c *Call) (documents []rendu.Document, refused *Answer) {
	switch {
	case len(p.Liste) == 0:
		return nil, refuse(opTelechargerGroupe, factureUnknown, "listeFacture is empty")
	case len(p.Liste) > maxDownloaded:
		return nil, refuse(opTelechargerGroupe, tooMany, "the request names %d invoices: this simulator takes %d, ten are recommended", len(p.Liste), maxDownloaded)
	}
	total := int64(0)
	c.Sandbox.Read(func(v sandboxes.View) {
		for _, id := range p.ids() {
			f, no := factureDesParties(c, v, opTelechargerGroupe, id)
			if no != nil {
				refused = no
				return
			}
			d := p.document(c, v, f)
			for i := range d.Pieces {
				total += int64(len(d.Pieces[i].Contenu))
			}
			documents = append(documents, d)
		}
	})
	switch {
	case refused != nil:
		return nil, refused
	case total > maxTelecharge:
		return nil, &Answer{
			Status: http.StatusRequestEntityTooLarge, Code: "download-too-large",
			Why: fmt.Sprintf("the files of the invoices are %d bytes; a download has at most %d", total, maxTelecharge),
		}
	case c.Reserve != nil && !c.Reserve(memoryPerByte*total):
		return nil, &Answer{Status: http.StatusServiceUnavailable, Code: "caller-gone", Why: "the caller left before there was room for the answer"}
	}
	return documents, nil
}

// memoryPerByte is how many bytes of memory a byte of a download takes while it
// is written: in the file, as base64, and in the answer.
const memoryPerByte = 4

func (p *telechargerGroupeParam) document(c *Call, v sandboxes.View, f *qualif.Facture) rendu.Document {
	d := rendu.Document{Facture: f, Sandbox: c.Sandbox.Name(), Le: v.Present}
	d.Fournisseur, _ = nommer(v.Data(), f.Fournisseur)
	recipient, service := nommer(v.Data(), f.Destinataire)
	d.Destinataire = recipient
	if service.ID != 0 {
		d.Service = service
	}
	for i, l := range pieces(f) {
		piece, ok := v.PieceJointe(l.PieceID)
		if !ok || (i > 0 || f.Principale == nil) && !strings.EqualFold(p.Avec, "OUI") {
			continue
		}
		if content, held := c.Files.Content(piece.Empreinte); held {
			d.Pieces = append(d.Pieces, rendu.Piece{Nom: nomFichier(piece), TypeMime: piece.TypeMime, Designation: l.Designation, Contenu: content})
		}
	}
	return d
}

// nomFichier is the name of a file with its extension.
func nomFichier(p *qualif.PieceJointe) string {
	extension := "." + strings.ToLower(p.Extension)
	if extension == "." || strings.HasSuffix(strings.ToLower(p.Nom), extension) {
		return p.Nom
	}
	return p.Nom + extension
}

// file is what is handed over: the bytes, before base64.
func (p *telechargerGroupeParam) file(documents []rendu.Document) ([]byte, error) {
	if p.Format == "PIVOT" {
		return rendu.Pivot(documents)
	}
	var all []rendu.Piece
	for i := range documents {
		d := &documents[i]
		shown, rest := lisible(d)
		if shown == nil {
			content, err := rendu.PDF(d)
			if err != nil {
				return nil, err
			}
			shown = &rendu.Piece{Contenu: content}
		}
		prefix := strconv.FormatInt(d.Facture.ID, 10)
		all = append(all, rendu.Piece{Nom: prefix + ".pdf", Contenu: shown.Contenu})
		for rank, piece := range rest {
			all = append(all, rendu.Piece{Nom: prefix + "/" + strconv.Itoa(rank+1) + "_" + clean(piece.Nom), Contenu: piece.Contenu})
		}
	}
	if len(all) == 1 {
		return all[0].Contenu, nil
	}
	return zipped(all, documents[0])
}

// lisible is the PDF that came with an invoice as its main attachment, nil when
// there is none, and the other attachments.
func lisible(d *rendu.Document) (*rendu.Piece, []rendu.Piece) {
	if d.Facture.Principale == nil || len(d.Pieces) == 0 || !bytes.HasPrefix(d.Pieces[0].Contenu, []byte("%PDF-")) {
		return nil, d.Pieces
	}
	return &d.Pieces[0], d.Pieces[1:]
}

// clean makes a name safe in an archive.
func clean(name string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, name)
}

// zipped stores files in an archive, in their order: what they hold is mostly
// compressed already.
func zipped(files []rendu.Piece, of rendu.Document) ([]byte, error) {
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	for _, f := range files {
		w, err := archive.CreateHeader(&zip.FileHeader{Name: f.Nom, Method: zip.Store, Modified: of.Le})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(f.Contenu); err != nil {
			return nil, err
		}
	}
	if err := archive.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
