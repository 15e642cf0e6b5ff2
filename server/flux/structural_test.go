package flux_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"chorus-qualif/server/flux"
	"chorus-qualif/server/flux/fluxtest"
)

// without removes an element, whatever its content.
func without(t *testing.T, data []byte, from, to string) []byte {
	t.Helper()
	before, rest, ok := bytes.Cut(data, []byte(from))
	_, after, closed := bytes.Cut(rest, []byte(to))
	if !ok || !closed {
		t.Fatalf("the sample has no %s … %s", from, to)
	}
	return slices.Concat(before, after)
}

func replaced(t *testing.T, data []byte, old, by string) []byte {
	t.Helper()
	if !bytes.Contains(data, []byte(old)) {
		t.Fatalf("the sample has no %q", old)
	}
	return bytes.Replace(data, []byte(old), []byte(by), 1)
}

func texts(findings []flux.Finding) []string {
	var out []string
	for _, f := range findings {
		out = append(out, f.Text)
	}
	return out
}

const settlement = "FichierXml.SupplyChainTradeTransaction.ApplicableHeaderTradeSettlement."

// The first three texts were observed on the real platform, to the letter.
func TestStructuralTextsOfCII(t *testing.T) {
	t.Parallel()
	const grossLine = "<ram:SpecifiedLineTradeAgreement>"
	good := fluxtest.CII(full())
	for _, test := range []struct {
		name string
		data []byte
		want []string
	}{
		{"no means of payment", without(t, good, "<ram:SpecifiedTradeSettlementPaymentMeans>", "</ram:SpecifiedTradeSettlementPaymentMeans>"), []string{
			"L'element " + settlement + "SpecifiedTradeSettlementPaymentMeans.TypeCode.value est obligatoire.",
		}},
		{"a gross price without its discount", replaced(t, good, grossLine, grossLine+"<ram:GrossPriceProductTradePrice><ram:ChargeAmount>1</ram:ChargeAmount></ram:GrossPriceProductTradePrice>"), []string{
			"L'element (AppliedTradeAllowanceCharge.ActualAmount.value) est obligatoire si l'element (SupplyChainTradeTransaction.IncludedSupplyChainTradeLineItem.SpecifiedLineTradeAgreement.GrossPriceProductTradePrice) est renseigne. ",
		}},
		{"a document without its file", without(t, good, "<ram:AttachmentBinaryObject", "</ram:AttachmentBinaryObject>"), []string{
			"L'element (AttachmentBinaryObject.value) est obligatoire si l'element (FichierXml.SupplyChainTradeTransaction.ApplicableHeaderTradeAgreement.AdditionalReferencedDocument) est renseigne.",
		}},
		{"no number and an empty type", replaced(t, replaced(t, good, "<ram:ID>FA/2026_01-A+1</ram:ID>", ""), "<ram:TypeCode>380<", "<ram:TypeCode> <"), []string{
			"L'element FichierXml.ExchangedDocument.ID.value est obligatoire.", "L'element FichierXml.ExchangedDocument.TypeCode.value est obligatoire.",
		}},
		{"no identifier of the supplier", without(t, without(t, good, `<ram:ID schemeID="0002">3325`, "</ram:ID>"), `<ram:ID schemeID="VA">`, "</ram:ID>"), []string{
			"L'element FichierXml.SupplyChainTradeTransaction.ApplicableHeaderTradeAgreement.SellerTradeParty.SpecifiedLegalOrganization.ID.value est obligatoire.",
		}},
		{"a date that is none", replaced(t, good, ">20260301<", ">20260231<"), []string{
			"La valeur de l'element FichierXml.ExchangedDocument.IssueDateTime.DateTimeString.value n'est pas valide.",
		}},
	} {
		for _, s := range []flux.Syntaxe{flux.E1CII16B, flux.E2CIIMin16B, flux.E2CIIFacturX} {
			data := test.data
			if s == flux.E2CIIFacturX {
				data = fluxtest.FacturXOf(data)
			}
			d := flux.Read(data, "f.xml", s, false, flux.Limits{})
			if len(d.Errors) > 0 || len(d.Invoices) != 1 {
				t.Errorf("%s, %s: %+v", test.name, s, d.Errors)
				continue
			}
			got := texts(d.Invoices[0].Structural)
			if s == flux.E2CIIMin16B && len(got) > len(test.want) {
				// Without its only file, a mixed flow lacks one more thing.
				got = got[:len(test.want)]
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("%s, %s:\n got %q\nwant %q", test.name, s, got, test.want)
			}
		}
	}
}

func TestStructuralTextsOfTheOthers(t *testing.T) {
	t.Parallel()
	noFile := full()
	noFile.Attachments = nil
	for _, test := range []struct {
		name    string
		syntaxe flux.Syntaxe
		data    []byte
		want    []string
	}{
		{"UBL without means of payment", flux.E1UBLInvoice, without(t, fluxtest.UBL(full()), "<cac:PaymentMeans>", "</cac:PaymentMeans>"),
			[]string{"L'element PaymentMeans.PaymentMeansCode.value est obligatoire."}},
		{"UBL without identifiers", flux.E1UBLInvoice, without(t, without(t, fluxtest.UBL(full()), "<cac:PartyIdentification>", "</cac:PartyIdentification>"), "<cbc:CompanyID>", "</cbc:CompanyID>"),
			[]string{"L'element AccountingSupplierParty.Party.PartyIdentification.ID.value est obligatoire."}},
		{"a mixed flow without the readable invoice", flux.E2UBLInvoiceMin, fluxtest.UBL(noFile),
			[]string{"L'element AdditionalDocumentReference.Attachment.EmbeddedDocumentBinaryObject.value est obligatoire."}},
		{"CPP", flux.E2CPPFactureMin, without(t, fluxtest.CPP(full()), "<Devise>", "</Devise>"), []string{"L'element FichierXml.DonneesFacture.Devise.value est obligatoire."}},
		{"PES", flux.E1PESFacture, without(t, fluxtest.PES(full()), "<Id ", "</Id>"), []string{"L'element FichierXml.DonneesFacture.Id.value est obligatoire."}},
		{"xCBL", flux.E1XCBL, replaced(t, fluxtest.XCBL(full()), "FA/2026_01-A+1", ""), []string{"L'element FichierXml.InvoiceHeader.InvoiceNumber.value est obligatoire."}},
		{"xCBL, a number", flux.E1XCBL, replaced(t, fluxtest.XCBL(full()), ">37.82<", ">37,82<"),
			[]string{"La valeur de l'element FichierXml.InvoiceSummary.InvoiceTotals.InvoiceTotal.MonetaryAmount.value n'est pas valide."}},
	} {
		i := one(t, test.data, test.syntaxe)
		if got := texts(i.Structural); !slices.Equal(got, test.want) {
			t.Errorf("%s:\n got %q\nwant %q", test.name, got, test.want)
		}
	}
}

// The text and its shape are those of a real report; lines and columns are
// where the Xerces of a JDK puts them for these bytes.
func TestTechnicalErrors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		syntaxe flux.Syntaxe
		data    []byte
		want    []string
	}{
		{"a number in French", flux.E1CII16B, replaced(t, fluxtest.CII(fluxtest.Spec{Service: "S"}), "<ram:GrandTotalAmount>1200.00", "<ram:GrandTotalAmount>-1 324,60"), []string{
			"IRRECEVABILITE: cvc-datatype-valid.1.2.1: '-1 324,60' is not a valid value for 'decimal'. - ligne: 87 - position: 63",
			"IRRECEVABILITE: cvc-complex-type.2.2: Element 'ram:GrandTotalAmount' must have no element [children], and the value must be valid. - ligne: 87 - position: 63",
		}},
		{"in a pivot, of simple types", flux.E2CPPFactureMin, replaced(t, fluxtest.CPP(full()), "<MontantHT>32.00", "<MontantHT>32,00"), []string{
			"IRRECEVABILITE: cvc-datatype-valid.1.2.1: '32,00' is not a valid value for 'decimal'. - ligne: 27 - position: 39",
			"IRRECEVABILITE: cvc-type.3.1.3: The value '32,00' of element 'MontantHT' is not valid. - ligne: 27 - position: 39",
		}},
		{"a date in UBL", flux.E1UBLInvoice, replaced(t, fluxtest.UBL(full()), "<cbc:IssueDate>2026-03-01", "<cbc:IssueDate>01/03/2026"), []string{
			"IRRECEVABILITE: cvc-datatype-valid.1.2.1: '01/03/2026' is not a valid value for 'date'. - ligne: 6 - position: 44",
			"IRRECEVABILITE: cvc-complex-type.2.2: Element 'cbc:IssueDate' must have no element [children], and the value must be valid. - ligne: 6 - position: 44",
		}},
		{"a tag that does not match", flux.E1UBLInvoice, replaced(t, fluxtest.UBL(full()), "</cbc:ID>", "</cbc:Id>"), []string{
			`IRRECEVABILITE: The element type "cbc:ID" must be terminated by the matching end-tag "</cbc:ID>". - ligne: 5 - position: 27`,
		}},
		{"cut short", flux.E1UBLInvoice, fluxtest.UBL(full())[:2000], []string{
			"IRRECEVABILITE: XML document structures must start and end within the same entity. - ligne: 47 - position: 23",
		}},
		{"entities", flux.E1UBLInvoice, replaced(t, fluxtest.UBL(full()), "?>\n", "?>\n<!DOCTYPE l [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]>"), []string{
			`IRRECEVABILITE: DOCTYPE is disallowed when the feature "http://apache.org/xml/features/disallow-doctype-decl" set to true. - ligne: 2 - position: 55`,
		}},
	} {
		d := read(t, test.data, test.syntaxe)
		var got []string
		for _, e := range d.Errors {
			got = append(got, e.Libelle)
			if e.Code != "ERR_XSD_001" {
				t.Errorf("%s: code %s", test.name, e.Code)
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s:\n got %q\nwant %q", test.name, got, test.want)
		}
	}
}

// 255 characters, in the middle of a word: as long as the report that was
// quoted, whose first text this is.
func TestLibelleIsCutAsThePlatformCutsIt(t *testing.T) {
	t.Parallel()
	i := one(t, fluxtest.UBL(full()), flux.E1UBLInvoice)
	findings := []flux.Finding{i.SupplierUnknown(), {Text: "La structure (balise AccountingSupplierParty.Party.PartyIdentification.ID.value) n'utilise pas ce mode"}}
	const want = "L'identifiant fournisseur de la demande de paiement (balise : AccountingSupplierParty.Party.PartyIdentification.ID.value) n'est pas reference dans notre systeme.|La structure (balise AccountingSupplierParty.Party.PartyIdentification.ID.value) n'utilise pa"
	if got := flux.Libelle(findings); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	if got := flux.Libelle(findings[:1]); got != findings[0].Text {
		t.Errorf("a short one was changed: %s", got)
	}
	if got := flux.Libelle(nil); got != "" {
		t.Errorf("nothing is %q", got)
	}
}

func TestTextsForTheDirectory(t *testing.T) {
	t.Parallel()
	i := one(t, fluxtest.CII(full()), flux.E1CII16B)
	const agreement = "FichierXml.SupplyChainTradeTransaction.ApplicableHeaderTradeAgreement."
	for _, test := range []struct {
		finding flux.Finding
		want    string
	}{
		{i.CommitmentRequired(), "L'engagement juridique (" + agreement + "BuyerOrderReferencedDocument.IssuerAssignedID.value) est obligatoire."},
		{i.ServiceRequired(), "L'engagement juridique (" + agreement + "BuyerReference.value) est obligatoire."},
		{i.SupplierUnknown(), "L'identifiant fournisseur de la demande de paiement (balise : " + agreement + "SellerTradeParty.SpecifiedLegalOrganization.ID.value) n'est pas reference dans notre systeme."},
	} {
		if test.finding.Text != test.want || test.finding.Evidence != flux.Observed {
			t.Errorf("\n got %+v\nwant %s", test.finding, test.want)
		}
	}
	for _, f := range []flux.Finding{i.RecipientUnknown(), i.ServiceUnknown(), i.Duplicate()} {
		if f.Evidence != flux.Ours || f.Path == "" || strings.Contains(f.Text, "%!") {
			t.Errorf("%+v", f)
		}
	}
}

// No text has an accent, whatever the invoice says.
func TestTextsHaveNoAccents(t *testing.T) {
	t.Parallel()
	var all []flux.Finding
	for _, sample := range samples {
		i := one(t, sample.make(full()), sample.syntaxe)
		i.Numero, i.Devise, i.TypeCode, i.CodePaiement, i.ModePaiement, i.Cadre = strings.Repeat("#", 30), "XXX", "1", "7", "", "Z"
		i.Totaux.TTC = flux.MustAmount("1.1234567")
		all = append(append(all, i.Check()...), i.SupplierUnknown(), i.RecipientUnknown(), i.ServiceUnknown())
	}
	if len(all) < 100 {
		t.Fatalf("only %d findings", len(all))
	}
	for _, f := range all {
		for _, r := range f.Text {
			if r > 126 {
				t.Fatalf("%q in %s", r, f.Text)
			}
		}
		if f.Code == "" || f.Path == "" || f.Evidence == "" {
			t.Fatalf("%+v", f)
		}
	}
}

func TestManyFindingsAreBounded(t *testing.T) {
	t.Parallel()
	s := full()
	for n := range 300 {
		s.Lines = append(s.Lines, fluxtest.Line{Name: fmt.Sprint(n), Quantity: "1", Price: "1", Rate: "20.00"})
	}
	data := bytes.ReplaceAll(fluxtest.CII(s), []byte("<ram:SpecifiedLineTradeAgreement>"), []byte("<ram:SpecifiedLineTradeAgreement><ram:GrossPriceProductTradePrice/>"))
	i := flux.Read(data, "f.xml", flux.E1CII16B, false, flux.Limits{}).Invoices[0]
	if len(i.Structural) != 50 || len(i.Lignes) != 303 {
		t.Errorf("%d findings for %d lines", len(i.Structural), len(i.Lignes))
	}
}

func TestWordingsSayWhereTheyComeFrom(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, w := range flux.Wordings() {
		if w.Evidence != flux.Ours && w.Source == "" {
			t.Errorf("%q is %s by nobody", w.Text, w.Evidence)
		}
		if key := w.Text + string(w.Evidence); seen[key] {
			t.Errorf("%q is there twice", w.Text)
		} else {
			seen[key] = true
		}
	}
	for _, e := range read(t, []byte("x"), flux.E2CIIFacturX).Errors {
		if !seen[e.Libelle+string(e.Evidence)] {
			t.Errorf("%q is not in the table", e.Libelle)
		}
	}
}
