package flux

import (
	"strings"
	"time"

	"chorus-qualif/server/flux/internal/schema"
	"chorus-qualif/server/flux/internal/xmldoc"
)

// xcblFormat is the invoice of xCBL 3.5 and 4.0. No client was seen to deposit
// one and Chorus Pro's use of it is not public: elements are read by their
// xCBL names wherever they are in their block, which is ours.
type xcblFormat struct{}

func (xcblFormat) accepts(root *xmldoc.Node) bool {
	return root.Local == "Invoice" && !strings.HasPrefix(root.Space, "urn:oasis:")
}

func (xcblFormat) schema() *schema.Schema { return schema.Any() }

func (xcblFormat) collector(l Limits) collector {
	return &xcblReader{builder: builder{prefix: "FichierXml.", suffix: ".value", most: l.Lines}}
}

type xcblReader struct {
	builder
	lines []Ligne
}

// Open implements xmldoc.Observer.
func (r *xcblReader) Open(*xmldoc.Node) {}

// Close implements xmldoc.Observer.
func (r *xcblReader) Close(n *xmldoc.Node) bool {
	if n.Local != "InvoiceItemDetail" {
		return true
	}
	if r.room(len(r.lines)) {
		r.lines = append(r.lines, r.line(n))
	}
	return false
}

func (r *xcblReader) line(n *xmldoc.Node) Ligne {
	base, pricing := n.At("InvoiceBaseItemDetail"), n.At("InvoicePricingDetail")
	quantity := base.At("InvoicedQuantity")
	return Ligne{
		Numero:       base.At("LineItemNum").Under("BuyerLineItemNum", "SellerLineItemNum").Value(),
		Reference:    base.At("ItemIdentifiers").Under("PartID").Value(),
		Denomination: base.At("ItemIdentifiers").Under("ItemDescription").Value(),
		Quantite:     r.amount(quantity.Under("QuantityValue"), "InvoiceItemDetail", "InvoicedQuantity", "QuantityValue"),
		Unite:        quantity.Under("UOMCoded").Value(),
		PrixUnitaire: r.amount(pricing.Under("UnitPriceValue"), "InvoiceItemDetail", "UnitPriceValue"),
		MontantHT:    r.amount(pricing.Under("LineItemSubTotal", "LineItemTotal").Under("MonetaryAmount"), "InvoiceItemDetail", "LineItemTotal", "MonetaryAmount"),
		TauxTVA:      r.amount(pricing.Under("TaxPercent"), "InvoiceItemDetail", "TaxPercent"),
	}
}

func (r *xcblReader) invoices(root *xmldoc.Node) []Invoice {
	header, summary := root.At("InvoiceHeader"), root.At("InvoiceSummary")
	for _, block := range []struct {
		node *xmldoc.Node
		path []string
	}{
		{header.At("InvoiceNumber"), []string{"InvoiceHeader", "InvoiceNumber"}},
		{header.At("InvoiceIssueDate"), []string{"InvoiceHeader", "InvoiceIssueDate"}},
		{header.Under("SellerParty").Under("Ident"), []string{"InvoiceHeader", "InvoiceParty", "SellerParty", "PartyID", "Ident"}},
		{header.Under("BuyerParty").Under("Ident"), []string{"InvoiceHeader", "InvoiceParty", "BuyerParty", "PartyID", "Ident"}},
		{header.At("InvoiceCurrency").Under("CurrencyCoded"), []string{"InvoiceHeader", "InvoiceCurrency", "CurrencyCoded"}},
		{header.Under("PaymentMeanCoded"), []string{"InvoiceHeader", "InvoicePaymentInstructions", "PaymentMethod", "PaymentMeanCoded"}},
		{summary.Under("InvoiceTotal").Under("MonetaryAmount"), []string{"InvoiceSummary", "InvoiceTotals", "InvoiceTotal", "MonetaryAmount"}},
	} {
		if plainValue(block.node) == "" {
			r.missing(block.path...)
		}
	}
	i := Invoice{
		Numero:           header.At("InvoiceNumber").Value(),
		DateFacture:      r.day(header.At("InvoiceIssueDate"), "InvoiceHeader", "InvoiceIssueDate"),
		DateEcheance:     r.day(header.Under("InvoiceDueDate"), "InvoiceHeader", "InvoiceDates", "InvoiceDueDate"),
		TypeCode:         xcblTypes[header.Under("InvoiceTypeCoded").Value()],
		Devise:           header.At("InvoiceCurrency").Under("CurrencyCoded").Value(),
		CodeService:      header.Under("BuyerParty").Under("DepartmentName").Value(),
		NumeroEngagement: header.Under("BuyerOrderNumber", "PurchaseOrderNumber").Value(),
		NumeroMarche:     header.Under("ContractID").Under("Ident").Value(),
		CodePaiement:     xcblPayment(header.Under("PaymentMeanCoded").Value()),
		Lignes:           r.lines, TVA: r.taxes(summary), Totaux: r.totals(summary), Paths: r.paths(),
	}
	i.Fournisseur = xcblParty(header.Under("SellerParty"))
	i.Destinataire = xcblParty(header.Under("BuyerParty"))
	if i.TypeCode == "" {
		i.TypeCode = "380"
	}
	for _, note := range header.All("InvoiceHeaderNote") {
		i.Notes = append(i.Notes, note.Value())
	}
	i.Type, i.Cadre, i.ModePaiement = typeOf(i.TypeCode), frameworkOf(""), paymentMode(i.CodePaiement)
	i.TypeTVA = vatType(i.TVA, onDebits)
	i.Structural = r.found
	return []Invoice{i}
}

// xcblTypes are the codes of InvoiceType that are not plain invoices.
var xcblTypes = map[string]string{
	"CreditInvoice": "381", "CreditMemo": "381", "CreditNoteGoodsAndServices": "381", "CreditNoteFinancialAdjustment": "381",
	"CorrectedInvoice": "384", "PrepaymentInvoice": "386",
}

func xcblPayment(coded string) string {
	codes := map[string]string{
		"Cash": "10", "Check": "20", "Cheque": "20", "CreditTransfer": "30", "DebitTransfer": "31", "PaymentToBankAccount": "42",
		"BankCard": "48", "DirectDebit": "49", "ClearingBetweenPartners": "97",
	}
	if code, ok := codes[coded]; ok {
		return code
	}
	return coded
}

func (r *xcblReader) day(n *xmldoc.Node, path ...string) time.Time {
	value := plainValue(n)
	day, _, _ := strings.Cut(value, "T")
	return r.date(day, isoDay, path...)
}

func xcblParty(n *xmldoc.Node) Party {
	id := n.At("PartyID")
	if id == nil {
		id = n
	}
	value := id.Under("Ident").Value()
	return Party{Identifiant: value, Type: identifierType(value, ""), Nom: n.Under("Name1").Value()}
}

func (r *xcblReader) taxes(summary *xmldoc.Node) []LigneTVA {
	var lines []LigneTVA
	for _, tax := range summary.Under("ListOfTaxSummary").All("TaxSummary") {
		lines = append(lines, LigneTVA{
			Taux:    r.amount(tax.Under("TaxPercent"), "InvoiceSummary", "TaxSummary", "TaxPercent"),
			BaseHT:  r.amount(tax.Under("TaxableAmount"), "InvoiceSummary", "TaxSummary", "TaxableAmount"),
			Montant: r.amount(tax.Under("TaxAmount"), "InvoiceSummary", "TaxSummary", "TaxAmount"),
			Motif:   tax.Under("ReasonTaxExemptOther").Value(),
		})
	}
	return lines
}

func (r *xcblReader) totals(summary *xmldoc.Node) Totaux {
	totals := summary.At("InvoiceTotals")
	in := func(local string) Amount {
		return r.amount(totals.At(local).Under("MonetaryAmount"), "InvoiceSummary", "InvoiceTotals", local, "MonetaryAmount")
	}
	t := Totaux{
		HT: in("TaxableValue"), TVA: in("TotalTaxAmount"), TTC: in("InvoiceTotal"), Acompte: in("PrepaidAmount"), APayer: in("TotalAmountPayable"),
	}
	if !t.APayer.Present() {
		t.APayer = t.TTC
	}
	return t
}

func (r *xcblReader) paths() Paths {
	header := func(parts ...string) string { return r.path(append([]string{"InvoiceHeader"}, parts...)...) }
	totals := func(local string) string { return r.path("InvoiceSummary", "InvoiceTotals", local, "MonetaryAmount") }
	return Paths{
		Numero: header("InvoiceNumber"), DateFacture: header("InvoiceIssueDate"), Type: header("InvoiceType", "InvoiceTypeCoded"),
		Devise: header("InvoiceCurrency", "CurrencyCoded"), Cadre: header("InvoicePurpose", "InvoicePurposeCoded"),
		CodePaiement: header("InvoicePaymentInstructions", "PaymentMethod", "PaymentMeanCoded"),
		Fournisseur:  header("InvoiceParty", "SellerParty", "PartyID", "Ident"), Destinataire: header("InvoiceParty", "BuyerParty", "PartyID", "Ident"),
		CodeService: header("InvoiceParty", "BuyerParty", "DepartmentName"), NumeroEngagement: header("InvoiceReferences", "PurchaseOrderReference", "BuyerOrderNumber"),
		NumeroMarche: header("InvoiceReferences", "ContractReference", "ContractID", "Ident"), HT: totals("TaxableValue"), TVA: totals("TotalTaxAmount"),
		TTC: totals("InvoiceTotal"), APayer: totals("TotalAmountPayable"), Ligne: "InvoiceDetail.ListOfInvoiceItemDetail.InvoiceItemDetail",
		LigneTVA: r.path("InvoiceSummary", "ListOfTaxSummary", "TaxSummary", "TaxAmount"), PieceJointe: header("InvoiceHeaderAttachments"),
	}
}
