package flux

// PDF is what deposer/pdf needs to know of the file it is given.
type PDF struct {
	// Valid tells that the file is a PDF that can be read.
	Valid bool
	// Pages is 0 when it cannot be told.
	Pages int
	// Encrypted, Signed: see PDF_SIGNE_PADES. Signatures are not verified.
	Encrypted, Signed bool
	// Facture is the invoice that the PDF carries as data, which stands in
	// for what the platform's character recognition would fill in; nil
	// otherwise.
	Facture *Invoice
}

// ReadPDF reads a file deposited with deposer/pdf, within limits. An invoice
// inside that is wrong is given as far as it could be read: nothing of it is
// an error there.
func ReadPDF(file []byte, name string, limits Limits) PDF {
	r := &run{limits: limits.withDefaults(), lenient: true}
	r.unpacked = r.limits.Unpacked
	if len(file) > r.limits.File {
		return PDF{}
	}
	doc, err := r.readPDF(file)
	if err != nil {
		return PDF{}
	}
	out := PDF{Valid: true, Pages: doc.Pages, Encrypted: doc.Encrypted, Signed: doc.Signed}
	content, found := facturXData(doc)
	if !found {
		return out
	}
	row, _ := E2CIIFacturX.row()
	r.deposit.Files = append(r.deposit.Files, File{Name: label(name)})
	if invoices := r.xml(content, label(name), row); len(invoices) == 1 {
		out.Facture = &invoices[0]
	}
	return out
}
