package fluxtest

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"strings"

	"codeberg.org/go-pdf/fpdf"
)

// FacturX makes a PDF that carries the CII of the Spec as factur-x.xml, with
// the metadata that says so. It has what readers of Factur-X look for; it is
// not a certified PDF/A-3 (no output intent).
func FacturX(spec Spec) []byte {
	return spec.pdf(CII(spec), "factur-x.xml", false)
}

// FacturXOf makes a PDF that carries the given XML as factur-x.xml: for what is
// not a good invoice.
func FacturXOf(xml []byte) []byte { return Spec{}.pdf(xml, "factur-x.xml", false) }

// FacturXNamed is FacturX with another name for the XML, such as those of
// ZUGFeRD.
func FacturXNamed(spec Spec, name string) []byte {
	return spec.pdf(CII(spec), name, false)
}

// PDF makes a PDF without data, of two pages.
func PDF(spec Spec) []byte { return spec.pdf(nil, "", false) }

// EncryptedPDF makes a PDF with data that a password protects.
func EncryptedPDF(spec Spec) []byte { return spec.pdf(CII(spec), "factur-x.xml", true) }

// SignedPDF adds to a PDF a signature field over its bytes, as an incremental
// update. The signature itself is not one: it has the shape of PAdES, not the
// cryptography.
func SignedPDF(spec Spec) []byte {
	data := FacturX(spec)
	return fmt.Appendf(data, "\n9000 0 obj\n<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange[0 %d %d 100]/Contents<00>>>\nendobj\n%%%%EOF\n",
		len(data), len(data)+200)
}

func (s Spec) pdf(xml []byte, name string, protect bool) []byte {
	s = s.filled()
	f := fpdf.New("P", "mm", "A4", "")
	day := s.day(s.IssueDate)
	f.SetCreationDate(day)
	f.SetModificationDate(day)
	f.SetCatalogSort(true)
	f.SetTitle("Facture "+s.Number, true)
	if protect {
		f.SetProtection(fpdf.CnProtectPrint, "user", "owner")
	}
	text := f.UnicodeTranslatorFromDescriptor("")
	f.SetFont("Helvetica", "", 12)
	f.AddPage()
	t := s.Totals()
	for i, line := range []string{
		"Facture " + s.Number + " du " + s.IssueDate, s.SupplierName + " (" + s.Supplier + ")", s.RecipientName + " (" + s.Recipient + ")",
		"Total HT " + cents(t.HT), "TVA " + cents(t.TVA), "Total TTC " + cents(t.TTC) + " " + s.Currency,
	} {
		f.Text(20, 20+float64(i)*8, text(line))
	}
	if xml != nil {
		f.SetXmpMetadata([]byte(xmp(name)))
		attached := []fpdf.Attachment{{Content: xml, Filename: name, Description: "Factur-X"}}
		for _, a := range s.Attachments {
			attached = append(attached, fpdf.Attachment{Content: a.Content, Filename: a.Name})
		}
		f.SetAttachments(attached)
	} else {
		f.AddPage()
		f.Text(20, 20, "Annexe")
	}
	var out bytes.Buffer
	if err := f.Output(&out); err != nil {
		panic(err)
	}
	return out.Bytes()
}

func xmp(name string) string {
	return `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"><pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance></rdf:Description>
<rdf:Description rdf:about="" xmlns:fx="urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"><fx:DocumentType>INVOICE</fx:DocumentType><fx:DocumentFileName>` +
		escape(name) + `</fx:DocumentFileName><fx:Version>1.0</fx:Version><fx:ConformanceLevel>EN 16931</fx:ConformanceLevel></rdf:Description>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>`
}

// TarGz packs files as a client does for a flow of several invoices. A name
// that ends in "/" is a folder.
func TarGz(files ...File) []byte {
	var out bytes.Buffer
	zipped := gzip.NewWriter(&out)
	packed := tar.NewWriter(zipped)
	for _, f := range files {
		kind := byte(tar.TypeReg)
		if strings.HasSuffix(f.Name, "/") {
			kind = tar.TypeDir
		}
		err := packed.WriteHeader(&tar.Header{Name: f.Name, Mode: 0o644, Size: int64(len(f.Content)), Typeflag: kind})
		if err == nil {
			_, err = packed.Write(f.Content)
		}
		if err != nil {
			panic(err)
		}
	}
	for _, closer := range []interface{ Close() error }{packed, zipped} {
		if err := closer.Close(); err != nil {
			panic(err)
		}
	}
	return out.Bytes()
}
