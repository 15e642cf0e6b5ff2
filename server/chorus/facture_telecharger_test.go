package chorus_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"chorus-qualif/server/qualif"
)

// upload puts a file on the platform as clients do.
func (p *platform) upload(login, name, extension string, content []byte) int64 {
	p.tb.Helper()
	got := p.ask(login, "ajouterFichierDansSysteme", body(p.tb, object{
		"pieceJointeFichier": base64.StdEncoding.EncodeToString(content), "pieceJointeNom": name, "pieceJointeExtension": extension, "pieceJointeTypeMime": "application/octet-stream",
	}))
	var answer struct {
		PieceJointeID int64 `json:"pieceJointeId"`
	}
	if err := json.Unmarshal(got.body, &answer); err != nil || answer.PieceJointeID == 0 {
		p.tb.Fatalf("got %d %s (%s)", got.status, got.body, got.explain)
	}
	return answer.PieceJointeID
}

// carrying attaches files to an invoice.
func carrying(main, extra int64) func(*qualif.Soumettre) {
	return func(c *qualif.Soumettre) {
		c.Facture.Principale = &qualif.PieceLiee{PieceID: main, Designation: "Facture"}
		c.Facture.Complementaires = []qualif.PieceLiee{{PieceID: extra, Designation: "Bon", Type: "DIVERS"}}
	}
}

func (p *platform) download(t *testing.T, login, request string) []byte {
	t.Helper()
	got := p.ask(login, "telechargerGroupeFacture", request)
	var answer struct {
		Envelope envelope
		Fichier  []byte `json:"fichierResultat"`
	}
	if err := json.Unmarshal(got.body, &answer); err != nil || got.status != 200 || len(answer.Fichier) == 0 {
		t.Fatalf("%s: got %d %.300s (%s)", request, got.status, got.body, got.explain)
	}
	return answer.Fichier
}

func TestDownloads(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	original, note := []byte("%PDF-1.4 le document du fournisseur"), []byte("bon de livraison")
	pdf, text := p.upload(techAlpha, "Facture F-1", "PDF", original), p.upload(techAlpha, "bon.txt", "TXT", note)
	first := p.submit(invoice{numero: "F-1", ttc: 10, change: carrying(pdf, text)})
	second := p.submit(invoice{numero: "F-2", ttc: 10, change: carrying(text, pdf)})
	one := fmt.Sprintf(`[{"idFacture":%d}]`, first.ID)
	both := fmt.Sprintf(`[{"idFacture":%d},{"idFacture":%d},{"idFacture":%d}]`, first.ID, second.ID, first.ID)

	if got := p.download(t, techAlpha, `{"format":"PDF","listeFacture":`+one+`}`); !bytes.Equal(got, original) {
		t.Errorf("got %.60s, want the PDF that came with the invoice", got)
	}
	made := p.download(t, techAlpha, fmt.Sprintf(`{"format":"PDF","listeFacture":[{"idFacture":%d}]}`, second.ID))
	if archived := unzip(t, made); len(archived) != 2 || !bytes.HasPrefix(archived["8420002.pdf"], []byte("%PDF-")) || !bytes.Equal(archived["8420002/1_bon.txt"], note) {
		t.Errorf("got %v, want a PDF made of the invoice beside its main file", keys(archived))
	}
	archived := unzip(t, p.download(t, techAlpha, `{"format":"PDF","avecPiecesJointesComplementaires":"OUI","listeFacture":`+both+`}`))
	if got := strings.Join(keys(archived), " "); got != "8420001.pdf 8420001/1_bon.txt 8420002.pdf 8420002/1_bon.txt 8420002/2_Facture F-1.pdf" {
		t.Errorf("got %s in the archive", got)
	}
	xml := string(p.download(t, techAlpha, `{"format":"PIVOT","listeFacture":`+both+`}`))
	if strings.Count(xml, "<CPPFacturePivotUnitaire") != 2 || strings.Count(xml, "<PJ ") != 2 {
		t.Errorf("got %s, want two invoices with their main file each", xml)
	}
	if with := string(p.download(t, techAlpha, `{"format":"PIVOT","avecPiecesJointesComplementaires":"OUI","listeFacture":`+one+`}`)); strings.Count(with, "<PJ ") != 2 {
		t.Errorf("got %s, want both files", with)
	}

	// The recipient's downloads are noted, and only those.
	p.later(10 * time.Minute)
	if got := found(t, p.ask(techMairie, "rechercherFactureRecipiendaire", `{"factureTelechargeeParDestinataire":false}`)).numbers(); got != "F-2 F-1" {
		t.Errorf("got %q not downloaded by the recipient", got)
	}
	p.download(t, techMairie, `{"idEspace":7,"format":"PDF","listeFacture":`+one+`}`)
	if got := found(t, p.ask(techMairie, "rechercherFactureRecipiendaire", `{"factureTelechargeeParDestinataire":true}`)).numbers(); got != "F-1" {
		t.Errorf("got %q downloaded by the recipient", got)
	}
	list := strings.Repeat(`{"idFacture":8420001},`, 500) + `{"idFacture":8420001}`
	p.ask(techAlpha, "telechargerGroupeFacture", `{"format":"PDF","listeFacture":[`+list+`]}`).
		refused(20011, "GDP_MSG_99.011 - Le nombre de factures demandées est trop élevé.", "too-many-invoices")
}

// Thirteen files of 10 Mo are more than a download takes, twelve are not.
func TestTheSizeOfADownloadIsBounded(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("moves hundreds of megabytes")
	}
	p := newPlatform(t, sample())
	big := p.upload(techAlpha, "grand.pdf", "PDF", append([]byte("%PDF-"), bytes.Repeat([]byte{'x'}, 9<<20)...))
	var list []string
	for i := range 14 {
		f := p.submit(invoice{numero: fmt.Sprintf("B-%d", i), ttc: 1, change: func(c *qualif.Soumettre) { c.Facture.Principale = &qualif.PieceLiee{PieceID: big, Designation: "F"} }})
		list = append(list, fmt.Sprintf(`{"idFacture":%d}`, f.ID))
	}
	got := p.ask(techAlpha, "telechargerGroupeFacture", `{"format":"PDF","listeFacture":[`+strings.Join(list, ",")+`]}`)
	if got.status != 413 || !strings.HasPrefix(got.explain, "download-too-large") {
		t.Errorf("got %d (%s), want 413", got.status, got.explain)
	}
	if file := p.download(t, techAlpha, `{"format":"PDF","listeFacture":[`+strings.Join(list[:3], ",")+`]}`); len(unzip(t, file)) != 3 {
		t.Errorf("got %d files", len(unzip(t, file)))
	}
}

func unzip(t *testing.T, file []byte) map[string][]byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatalf("%v: %.60s", err, file)
	}
	all := map[string][]byte{}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if all[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func keys(files map[string][]byte) []string { return slices.Sorted(maps.Keys(files)) }
