package rendu

import (
	"bytes"
	"strconv"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"

	"chorus-qualif/server/qualif"
)

const (
	pageWidth = 170
	ink       = 38
)

// PDF writes an invoice for people, on as many pages as its lines need. What
// the platform's own PDF looks like is not published: the form is ours, and it
// says that it is a simulation.
func PDF(d *Document) ([]byte, error) {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetCreationDate(d.Le)
	pdf.SetModificationDate(d.Le)
	pdf.SetCatalogSort(true)
	pdf.SetLang("fr-FR")
	pdf.SetProducer("chorus-qualif", true)
	pdf.SetTitle(title(d.Facture), true)
	// The library writes into the font it is given while it cuts it down.
	pdf.AddUTF8FontFromBytes("go", "", bytes.Clone(goregular.TTF))
	pdf.AddUTF8FontFromBytes("go", "B", bytes.Clone(gobold.TTF))
	pdf.SetMargins(20, 20, 20)
	pdf.SetAutoPageBreak(true, 20)
	pdf.SetFooterFunc(func() {
		pdf.SetY(-15)
		pdf.SetFont("go", "", 7)
		pdf.CellFormat(pageWidth, 4, "Simulation - bac à sable "+d.Sandbox+" - document sans valeur - page "+strconv.Itoa(pdf.PageNo()), "T", 0, "L", false, 0, "")
	})
	pdf.AddPage()
	s := sheet{pdf}
	s.head(d)
	s.parties(d)
	s.lines(d.Facture)
	s.totals(d.Facture)
	s.history(d.Facture)
	var out bytes.Buffer
	err := pdf.Output(&out)
	return out.Bytes(), err
}

func title(f *qualif.Facture) string {
	if f.Type == "AVOIR" {
		return "Avoir " + f.Numero
	}
	return "Facture " + f.Numero
}

type sheet struct{ *fpdf.Fpdf }

func (s sheet) section(name string) {
	s.Ln(4)
	s.SetFont("go", "B", 11)
	s.SetTextColor(ink, ink, ink)
	s.CellFormat(pageWidth, 7, name, "B", 1, "L", false, 0, "")
	s.Ln(1)
}

func (s sheet) row(label, value string) {
	if value == "" {
		return
	}
	s.SetFont("go", "", 9)
	s.CellFormat(60, 5, label, "", 0, "L", false, 0, "")
	s.MultiCell(pageWidth-60, 5, value, "", "L", false)
}

func (s sheet) head(d *Document) {
	f := d.Facture
	s.SetFont("go", "B", 16)
	s.SetTextColor(ink, ink, ink)
	s.MultiCell(pageWidth, 8, title(f), "", "L", false)
	s.row("Identifiant Chorus Pro", strconv.FormatInt(f.ID, 10))
	s.row("Statut", string(f.Statut))
	s.row("Date de facture", day(f.DateFacture))
	s.row("Date de dépôt", day(f.DateDepot))
	s.row("Échéance", day(f.DateEcheance))
	s.row("Mode de dépôt", f.ModeDepot)
	s.row("Flux", f.Flux)
	s.row("Cadre de facturation", f.Cadre)
	s.row("Numéro d'engagement", f.NumeroBonCommande)
	s.row("Numéro de marché", f.NumeroMarche)
	s.row("Facture d'origine", f.NumeroFactureOrigine)
	s.row("Mode de paiement", f.ModePaiement)
	s.row("Commentaire", f.Commentaire)
}

func (s sheet) parties(d *Document) {
	s.section("Fournisseur")
	s.row(string(d.Fournisseur.TypeIdentifiant), d.Fournisseur.Identifiant)
	s.row("Désignation", d.Fournisseur.Designation())
	s.section("Destinataire")
	s.row(string(d.Destinataire.TypeIdentifiant), d.Destinataire.Identifiant)
	s.row("Désignation", d.Destinataire.Designation())
	if d.Service != nil {
		s.row("Service", d.Service.Code+" "+d.Service.Libelle)
	}
}

func (s sheet) lines(f *qualif.Facture) {
	if len(f.Lignes) == 0 {
		return
	}
	s.section("Lignes")
	widths := []float64{80, 25, 35, 30}
	s.cells("B", widths, "Désignation", "Quantité", "Prix unitaire HT", "TVA")
	for _, l := range f.Lignes {
		s.cells("", widths, ligneNom(l), l.Quantite.String(), l.PrixUnitaire.String(), rate(l.Taux, l.TauxCode))
	}
}

func (s sheet) cells(style string, widths []float64, texts ...string) {
	s.SetFont("go", style, 8.5)
	for i, text := range texts {
		align := "R"
		if i == 0 {
			align = "L"
		}
		for s.GetStringWidth(text) > widths[i]-2 && text != "" { // what does not fit is in the XML
			runes := []rune(text)
			text = string(runes[:len(runes)-1])
		}
		s.CellFormat(widths[i], 5, text, "", 0, align, false, 0, "")
	}
	s.Ln(5)
}

func (s sheet) totals(f *qualif.Facture) {
	s.section("Montants (" + f.Devise + ")")
	for _, l := range f.TVA {
		s.row("TVA "+rate(l.Taux, l.TauxCode), l.Montant.String()+" sur "+l.BaseHT.String())
	}
	s.row("Total HT", f.Montants.HT.String())
	s.row("TVA", f.Montants.TVA.String())
	s.row("Total TTC", f.Montants.TTC.String())
	s.row("Remise globale TTC", f.Montants.RemiseGlobaleTTC.String())
	s.row("Montant à payer", f.Montants.APayer.String())
}

func (s sheet) history(f *qualif.Facture) {
	s.section("Historique")
	for _, h := range f.Historique {
		s.row(h.Le.In(qualif.Paris).Format(time.DateOnly+" 15:04"), string(h.Statut)+" "+h.Commentaire)
	}
}
