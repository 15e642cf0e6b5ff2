package fluxtest

import "strconv"

const ublSpace = "urn:oasis:names:specification:ubl:schema:xsd:"

// UBL makes a UBL 2.1 Invoice, or a CreditNote when Type is 381, with Chorus
// Pro's own conventions: SIRET of scheme 1, service in the AccountingContact,
// contract typed "Marché public".
func UBL(spec Spec) []byte {
	s := spec.filled()
	root, line, quantity := "Invoice", "cac:InvoiceLine", "cbc:InvoicedQuantity"
	if s.Type == "381" {
		root, line, quantity = "CreditNote", "cac:CreditNoteLine", "cbc:CreditedQuantity"
	}
	w := newWriter()
	w.open(root, "xmlns", ublSpace+root+"-2", "xmlns:cac", ublSpace+"CommonAggregateComponents-2", "xmlns:cbc", ublSpace+"CommonBasicComponents-2")
	w.leaf("cbc:UBLVersionID", "2.1")
	w.leaf("cbc:ProfileID", s.Framework)
	w.leaf("cbc:ID", s.Number)
	w.leaf("cbc:IssueDate", s.IssueDate)
	if root == "Invoice" {
		w.leaf("cbc:DueDate", s.DueDate)
	}
	w.leaf("cbc:"+root+"TypeCode", s.Type)
	w.leaf("cbc:Note", s.Note)
	w.leaf("cbc:DocumentCurrencyCode", s.Currency)
	w.nest("cac:OrderReference/cbc:ID", s.Engagement)
	w.nest("cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID", s.Origin)
	if s.Market != "" {
		w.open("cac:ContractDocumentReference")
		w.leaf("cbc:ID", s.Market)
		w.leaf("cbc:DocumentTypeCode", "Marché public")
		w.close()
	}
	for _, f := range s.Attachments {
		w.open("cac:AdditionalDocumentReference")
		w.leaf("cbc:ID", f.Name)
		w.open("cac:Attachment")
		w.file("cbc:EmbeddedDocumentBinaryObject", f, "mimeCode", f.MIME, "filename", f.Name)
		w.close()
		w.close()
	}
	s.ublParties(w)
	w.nest("cac:PaymentMeans/cbc:PaymentMeansCode", s.PaymentCode)
	s.ublTotals(w)
	for i, l := range s.Lines {
		w.open(line)
		w.leaf("cbc:ID", strconv.Itoa(i+1))
		w.leaf(quantity, l.Quantity, "unitCode", "C62")
		w.leaf("cbc:LineExtensionAmount", cents(l.amount()), "currencyID", s.Currency)
		w.open("cac:Item")
		w.leaf("cbc:Name", l.Name)
		w.open("cac:ClassifiedTaxCategory")
		w.leaf("cbc:ID", category(l.Rate))
		w.leaf("cbc:Percent", l.Rate)
		w.nest("cac:TaxScheme/cbc:ID", "VAT")
		w.close()
		w.close()
		w.nest("cac:Price/cbc:PriceAmount", l.Price, "currencyID", s.Currency)
		w.close()
	}
	return w.done()
}

// category is S, or E for a rate of nothing.
func category(rate string) string {
	if f, err := strconv.ParseFloat(rate, 64); err == nil && f == 0 {
		return "E"
	}
	return "S"
}

func (s Spec) ublParties(w *writer) {
	w.open("cac:AccountingSupplierParty")
	w.open("cac:Party")
	w.nest("cac:PartyIdentification/cbc:ID", s.Supplier, "schemeName", "1")
	w.nest("cac:PartyName/cbc:Name", s.SupplierName)
	w.open("cac:PartyTaxScheme")
	w.leaf("cbc:CompanyID", s.SupplierVAT)
	w.nest("cac:TaxScheme/cbc:TaxTypeCode", "TVA_DEBIT")
	w.close()
	w.close()
	w.close()
	w.open("cac:AccountingCustomerParty")
	w.open("cac:Party")
	w.nest("cac:PartyIdentification/cbc:ID", s.Recipient, "schemeName", "1")
	w.nest("cac:PartyName/cbc:Name", s.RecipientName)
	w.close()
	w.nest("cac:AccountingContact/cbc:ID", s.Service)
	w.close()
}

func (s Spec) ublTotals(w *writer) {
	t := s.Totals()
	w.open("cac:TaxTotal")
	w.leaf("cbc:TaxAmount", cents(t.TVA), "currencyID", s.Currency)
	for _, r := range t.Rates {
		w.open("cac:TaxSubtotal")
		w.leaf("cbc:TaxableAmount", cents(r.Base), "currencyID", s.Currency)
		w.leaf("cbc:TaxAmount", cents(r.TVA), "currencyID", s.Currency)
		w.open("cac:TaxCategory")
		w.leaf("cbc:ID", category(r.Rate))
		w.leaf("cbc:Percent", r.Rate)
		if category(r.Rate) == "E" {
			w.leaf("cbc:TaxExemptionReason", exemptionReason)
		}
		w.nest("cac:TaxScheme/cbc:ID", "VAT")
		w.close()
		w.close()
	}
	w.close()
	w.open("cac:LegalMonetaryTotal")
	w.leaf("cbc:LineExtensionAmount", cents(t.HT), "currencyID", s.Currency)
	w.leaf("cbc:TaxExclusiveAmount", cents(t.HT), "currencyID", s.Currency)
	w.leaf("cbc:TaxInclusiveAmount", cents(t.TTC), "currencyID", s.Currency)
	w.leaf("cbc:PayableAmount", cents(t.TTC), "currencyID", s.Currency)
	w.close()
}

const exemptionReason = "TVA non applicable, article 293 B du CGI"
