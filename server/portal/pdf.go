package portal

import (
	"bytes"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/goregular"
)

// connectionPDF writes what the summary shows, on one page. The same summary
// gives the same bytes: the dates in it are the sandbox's. What the real file
// looks like is not published; it has "these informations", account and
// structure (AIFE, "Creation of a technical account", March 2020).
func (c *call) connectionPDF(s *summary) ([]byte, error) {
	say := c.locale.say
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetCreationDate(s.At)
	pdf.SetModificationDate(s.At)
	pdf.SetCatalogSort(true)
	pdf.SetLang(map[locale]string{french: "fr-FR", english: "en-GB"}[c.locale])
	pdf.SetTitle(say("pdf.title"), true)
	pdf.SetProducer("chorus-qualif", true)
	// The library writes into the font it is given while it cuts it down.
	pdf.AddUTF8FontFromBytes("go", "", bytes.Clone(goregular.TTF))
	pdf.AddUTF8FontFromBytes("go", "B", bytes.Clone(gobold.TTF))
	pdf.AddUTF8FontFromBytes("gomono", "", bytes.Clone(gomono.TTF))
	pdf.SetMargins(20, 20, 20)
	pdf.SetAutoPageBreak(true, 20)
	pdf.AddPage()
	pdf.SetFillColor(92, 58, 30)
	pdf.SetTextColor(255, 255, 255)
	pdf.SetFont("go", "B", 10)
	pdf.CellFormat(170, 9, "  "+say("banner.simulator"), "", 1, "L", true, 0, "")
	pdf.Ln(8)
	pdf.SetTextColor(28, 38, 48)
	pdf.SetFont("go", "B", 17)
	pdf.MultiCell(170, 8, say("pdf.title"), "", "L", false)
	pdf.Ln(4)
	block := func(title string, rows ...[2]string) {
		pdf.Ln(4)
		pdf.SetFont("go", "B", 12)
		pdf.CellFormat(170, 8, title, "B", 1, "L", false, 0, "")
		pdf.Ln(2)
		for _, row := range rows {
			pdf.SetFont("go", "", 9)
			pdf.SetTextColor(90, 98, 106)
			pdf.CellFormat(170, 5, row[0], "", 1, "L", false, 0, "")
			pdf.SetTextColor(28, 38, 48)
			pdf.SetFont("gomono", "", 12)
			pdf.MultiCell(170, 6, row[1], "", "L", false)
			pdf.Ln(2)
		}
	}
	t := s.Technical
	block(say("summary.account"), [2]string{say("login"), t.Login}, [2]string{say("password"), s.Password},
		[2]string{say("contact-address"), t.Contact}, [2]string{say("column.statut"), t.Status}, [2]string{say("expiry"), t.Expiry})
	block(say("summary.structure"), [2]string{say("column.identifiant"), s.Structure.Identifiant},
		[2]string{say("column.raison-sociale"), s.Structure.Designation()}, [2]string{say("role.principal"), s.Manager})
	block(say("pdf.edition"), [2]string{say("environment"), say("banner.qualification") + " - " + c.sandbox.Name()}, [2]string{say("pdf.date"), screenInstant(s.At)})
	pdf.Ln(4)
	pdf.SetFont("go", "", 9)
	pdf.MultiCell(170, 5, say("password-never-again"), "", "L", false)
	pdf.SetY(-38)
	pdf.SetFont("go", "", 7.5)
	pdf.SetTextColor(90, 98, 106)
	pdf.MultiCell(170, 4, say("pdf.footer"), "T", "L", false)
	var out bytes.Buffer
	err := pdf.Output(&out)
	return out.Bytes(), err
}
