package fluxtest

import (
	"strconv"
	"strings"
)

// CII makes a Cross Industry Invoice that is valid in the profile EN 16931 of
// Factur-X, which is a D16B too, with Chorus Pro's own conventions: SIRET of
// scheme 0002 as the legal organisation, service as the buyer reference.
func CII(spec Spec) []byte {
	s := spec.filled()
	const space = "urn:un:unece:uncefact:data:standard:"
	w := newWriter()
	w.open("rsm:CrossIndustryInvoice", "xmlns:rsm", space+"CrossIndustryInvoice:100",
		"xmlns:ram", space+"ReusableAggregateBusinessInformationEntity:100", "xmlns:udt", space+"UnqualifiedDataType:100")
	w.open("rsm:ExchangedDocumentContext")
	w.nest("ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID", s.Framework)
	w.nest("ram:GuidelineSpecifiedDocumentContextParameter/ram:ID", "urn:cen.eu:en16931:2017")
	w.close()
	w.open("rsm:ExchangedDocument")
	w.leaf("ram:ID", s.Number)
	w.leaf("ram:TypeCode", s.Type)
	w.nest("ram:IssueDateTime/udt:DateTimeString", compact(s.IssueDate), "format", "102")
	w.nest("ram:IncludedNote/ram:Content", s.Note)
	w.close()
	w.open("rsm:SupplyChainTradeTransaction")
	for i, l := range s.Lines {
		s.ciiLine(w, i, l)
	}
	s.ciiAgreement(w)
	w.open("ram:ApplicableHeaderTradeDelivery")
	w.close()
	s.ciiSettlement(w)
	return w.done()
}

func compact(day string) string { return strings.ReplaceAll(day, "-", "") }

func (s Spec) ciiLine(w *writer, i int, l Line) {
	w.open("ram:IncludedSupplyChainTradeLineItem")
	w.nest("ram:AssociatedDocumentLineDocument/ram:LineID", strconv.Itoa(i+1))
	w.nest("ram:SpecifiedTradeProduct/ram:Name", l.Name)
	w.nest("ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice/ram:ChargeAmount", l.Price)
	w.nest("ram:SpecifiedLineTradeDelivery/ram:BilledQuantity", l.Quantity, "unitCode", "C62")
	w.open("ram:SpecifiedLineTradeSettlement")
	w.open("ram:ApplicableTradeTax")
	w.leaf("ram:TypeCode", "VAT")
	w.leaf("ram:CategoryCode", category(l.Rate))
	w.leaf("ram:RateApplicablePercent", l.Rate)
	w.close()
	w.nest("ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount", cents(l.amount()))
	w.close()
	w.close()
}

func (s Spec) ciiAgreement(w *writer) {
	w.open("ram:ApplicableHeaderTradeAgreement")
	w.leaf("ram:BuyerReference", s.Service)
	w.open("ram:SellerTradeParty")
	w.leaf("ram:Name", s.SupplierName)
	w.nest("ram:SpecifiedLegalOrganization/ram:ID", s.Supplier, "schemeID", "0002")
	w.nest("ram:PostalTradeAddress/ram:CountryID", "FR")
	w.nest("ram:SpecifiedTaxRegistration/ram:ID", s.SupplierVAT, "schemeID", "VA")
	w.close()
	w.open("ram:BuyerTradeParty")
	w.leaf("ram:Name", s.RecipientName)
	w.nest("ram:SpecifiedLegalOrganization/ram:ID", s.Recipient, "schemeID", "0002")
	w.nest("ram:PostalTradeAddress/ram:CountryID", "FR")
	w.close()
	w.nest("ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID", s.Engagement)
	w.nest("ram:ContractReferencedDocument/ram:IssuerAssignedID", s.Market)
	for i, f := range s.Attachments {
		w.open("ram:AdditionalReferencedDocument")
		w.leaf("ram:IssuerAssignedID", strconv.Itoa(i+1))
		w.leaf("ram:TypeCode", "916")
		w.file("ram:AttachmentBinaryObject", f, "mimeCode", f.MIME, "filename", f.Name)
		w.close()
	}
	w.close()
}

func (s Spec) ciiSettlement(w *writer) {
	t := s.Totals()
	w.open("ram:ApplicableHeaderTradeSettlement")
	w.leaf("ram:InvoiceCurrencyCode", s.Currency)
	w.nest("ram:SpecifiedTradeSettlementPaymentMeans/ram:TypeCode", s.PaymentCode)
	for _, r := range t.Rates {
		w.open("ram:ApplicableTradeTax")
		w.leaf("ram:CalculatedAmount", cents(r.TVA))
		w.leaf("ram:TypeCode", "VAT")
		if category(r.Rate) == "E" {
			w.leaf("ram:ExemptionReason", exemptionReason)
		}
		w.leaf("ram:BasisAmount", cents(r.Base))
		w.leaf("ram:CategoryCode", category(r.Rate))
		w.leaf("ram:RateApplicablePercent", r.Rate)
		w.close()
	}
	w.nest("ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime/udt:DateTimeString", compact(s.DueDate), "format", "102")
	w.open("ram:SpecifiedTradeSettlementHeaderMonetarySummation")
	w.leaf("ram:LineTotalAmount", cents(t.HT))
	w.leaf("ram:TaxBasisTotalAmount", cents(t.HT))
	w.leaf("ram:TaxTotalAmount", cents(t.TVA), "currencyID", s.Currency)
	w.leaf("ram:GrandTotalAmount", cents(t.TTC))
	w.leaf("ram:DuePayableAmount", cents(t.TTC))
	w.close()
	w.nest("ram:InvoiceReferencedDocument/ram:IssuerAssignedID", s.Origin)
	w.close()
}
