package flux

import (
	"strings"

	"chorus-qualif/server/flux/internal/pdf"
	"chorus-qualif/server/flux/internal/xmldoc"
)

// facturXNames are the names that the XML has in the generations of the
// format, in the order of preference.
var facturXNames = []string{"factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml"}

func isXML(name string) bool { return strings.HasSuffix(strings.ToLower(name), ".xml") }

// maxObjects bounds a PDF's objects: a PDF of 30 MiB has tens of thousands.
const maxObjects = 500_000

func (r *run) readPDF(data []byte) (*pdf.Document, error) {
	inflated := min(r.unpacked, 2*r.limits.File)
	return pdf.Read(data, pdf.Limits{Inflated: inflated, Objects: maxObjects, Takes: r.takes}, func(string) bool { return true })
}

// facturX reads a PDF that carries its own data. The PDF is the readable
// invoice; its other embedded files are attachments.
func (r *run) facturX(data []byte, name string, row syntaxRow) {
	if !pdf.Is(data) {
		// One element is enough to tell what the file is.
		doc, _ := xmldoc.Parse(data, xmldoc.Limits{Elements: 1}, nil)
		r.describe(data, doc.Root, false)
		r.fail(wNotPDF.technical(codeFile, name))
		return
	}
	f := r.last()
	f.Kind = "PDF"
	doc, err := r.readPDF(data)
	if err != nil {
		r.fail(wBadPDF.technical(codeFile, name))
		return
	}
	f.Signed = doc.Signed
	if doc.Encrypted {
		r.fail(wEncryptedPDF.technical(codeFile, name))
		return
	}
	content, found := facturXData(doc)
	if !found {
		r.fail(wNoFacturX.technical(codeFacturX, name))
		return
	}
	f.Kind = kindFacturX
	attached := []PieceJointe{{Nom: name, TypeMime: "application/pdf", plain: data}}
	for _, file := range doc.Files {
		if len(file.Content) > 0 && !isXML(file.Name) {
			attached = append(attached, PieceJointe{Nom: label(file.Name), plain: file.Content})
		}
		r.unpacked -= len(file.Content)
	}
	invoices := r.xml(content, name, row)
	for i := range invoices {
		invoices[i].PiecesJointes = append(attached, invoices[i].PiecesJointes...)
	}
}

// facturXData chooses the XML: by the names of the format, else the only XML
// that the PDF embeds.
func facturXData(doc *pdf.Document) ([]byte, bool) {
	for _, name := range facturXNames {
		for _, file := range doc.Files {
			if strings.EqualFold(file.Name, name) && len(file.Content) > 0 {
				return file.Content, true
			}
		}
	}
	var only []byte
	for _, file := range doc.Files {
		if isXML(file.Name) && len(file.Content) > 0 {
			if only != nil {
				return nil, false
			}
			only = file.Content
		}
	}
	return only, only != nil
}
