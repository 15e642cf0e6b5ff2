package flux

import (
	"strings"

	"chorus-qualif/server/flux/internal/schema"
	"chorus-qualif/server/flux/internal/xmldoc"
)

// ciiFormat is the Cross Industry Invoice: D16B (CII 16B) and the profiles of
// Factur-X.
//
// Where Chorus Pro keeps what is its own, and who shows it: cadre de
// facturation in BusinessProcessSpecifiedDocumentContextParameter (annexe EDI
// G1.02, a live rejection of another value); service in BuyerReference (OCA,
// AFNOR XP Z12-012 annexe A, Tempolia's rejection) and, since, in a GlobalID
// of scheme 0224; commitment in BuyerOrderReferencedDocument (Tempolia's
// rejection); SIRET in SpecifiedLegalOrganization (OCA and a live acceptance
// with scheme 0002, Tryton with scheme 1).
//
// The older CII (before 16B) has other namespaces and its schema is not public
// with Chorus Pro's restrictions: it is read by the same element names in any
// CrossIndustryInvoice, which is ours.
type ciiFormat struct{ old bool }

func (f ciiFormat) accepts(root *xmldoc.Node) bool {
	if f.old {
		return strings.HasPrefix(root.Local, "CrossIndustryInvoice")
	}
	return root.Local == "CrossIndustryInvoice" && strings.HasSuffix(root.Space, ":CrossIndustryInvoice:100")
}

func (f ciiFormat) schema() *schema.Schema {
	if f.old {
		return schema.Any()
	}
	return schema.CII()
}

func (f ciiFormat) collector(l Limits) collector {
	return &ciiReader{builder: builder{prefix: "FichierXml.", suffix: ".value", most: l.Lines}}
}

type ciiReader struct {
	builder
	lines []Ligne
}

const (
	ciiTransaction = "SupplyChainTradeTransaction"
	ciiAgreement   = "ApplicableHeaderTradeAgreement"
	ciiSettlement  = "ApplicableHeaderTradeSettlement"
	ciiTotals      = "SpecifiedTradeSettlementHeaderMonetarySummation"
	ciiLine        = "IncludedSupplyChainTradeLineItem"
	ciiPayment     = "SpecifiedTradeSettlementPaymentMeans"
)

// Open implements xmldoc.Observer.
func (r *ciiReader) Open(*xmldoc.Node) {}

// Close implements xmldoc.Observer.
func (r *ciiReader) Close(n *xmldoc.Node) bool {
	if n.Local != ciiLine || n.Parent == nil || n.Parent.Local != ciiTransaction {
		return true
	}
	if r.room(len(r.lines)) {
		r.lines = append(r.lines, r.line(n))
	}
	return false
}

func (r *ciiReader) line(n *xmldoc.Node) Ligne {
	product, price := n.At("SpecifiedTradeProduct"), n.At("SpecifiedLineTradeAgreement", "NetPriceProductTradePrice")
	gross := n.At("SpecifiedLineTradeAgreement", "GrossPriceProductTradePrice")
	settlement := n.At("SpecifiedLineTradeSettlement")
	in := func(parts ...string) []string { return append([]string{ciiTransaction, ciiLine}, parts...) }
	if gross != nil && gross.At("AppliedTradeAllowanceCharge", "ActualAmount").Value() == "" {
		r.add(wMandatoryIfSpace.finding("OBLIGATOIRE_SI", "AppliedTradeAllowanceCharge.ActualAmount.value", "AppliedTradeAllowanceCharge.ActualAmount.value",
			strings.Join(in("SpecifiedLineTradeAgreement", "GrossPriceProductTradePrice"), ".")))
	}
	quantity := n.At("SpecifiedLineTradeDelivery", "BilledQuantity")
	charges := settlement.All("SpecifiedTradeAllowanceCharge")
	return Ligne{
		Numero:       n.At("AssociatedDocumentLineDocument", "LineID").Value(),
		Reference:    product.At("SellerAssignedID").Value(),
		Denomination: product.At("Name").Value(),
		Quantite:     r.amount(quantity, in("SpecifiedLineTradeDelivery", "BilledQuantity")...),
		Unite:        quantity.Attr("unitCode"),
		PrixUnitaire: r.amount(price.At("ChargeAmount"), in("SpecifiedLineTradeAgreement", "NetPriceProductTradePrice", "ChargeAmount")...),
		Base:         r.amount(price.At("BasisQuantity"), in("SpecifiedLineTradeAgreement", "NetPriceProductTradePrice", "BasisQuantity")...),
		Remise:       r.sum(charges, isAllowance, "ActualAmount"),
		Charge:       r.sum(charges, isCharge, "ActualAmount"),
		MontantHT: r.amount(settlement.At("SpecifiedTradeSettlementLineMonetarySummation", "LineTotalAmount"),
			in("SpecifiedLineTradeSettlement", "SpecifiedTradeSettlementLineMonetarySummation", "LineTotalAmount")...),
		TauxTVA: r.amount(settlement.At("ApplicableTradeTax", "RateApplicablePercent"), in("SpecifiedLineTradeSettlement", "ApplicableTradeTax", "RateApplicablePercent")...),
	}
}

func isCharge(n *xmldoc.Node) bool {
	v := n.At("ChargeIndicator", "Indicator").Value() + n.At("ChargeIndicator").Value()
	return v == "true" || v == "1"
}

func isAllowance(n *xmldoc.Node) bool { return !isCharge(n) }

func (r *ciiReader) invoices(root *xmldoc.Node) []Invoice {
	document, transaction := root.At("ExchangedDocument"), root.At(ciiTransaction)
	agreement, settlement := transaction.At(ciiAgreement), transaction.At(ciiSettlement)
	r.demandCII(root, agreement)
	i := Invoice{
		Numero:               document.At("ID").Value(),
		DateFacture:          r.ciiDate(document.At("IssueDateTime"), "ExchangedDocument", "IssueDateTime"),
		DateEcheance:         r.dueDate(settlement),
		TypeCode:             document.At("TypeCode").Value(),
		Devise:               settlement.At("InvoiceCurrencyCode").Value(),
		CodeService:          agreement.At("BuyerReference").Value(),
		NumeroEngagement:     agreement.At("BuyerOrderReferencedDocument", "IssuerAssignedID").Value(),
		NumeroMarche:         agreement.At("ContractReferencedDocument", "IssuerAssignedID").Value(),
		CadreCode:            root.At("ExchangedDocumentContext", "BusinessProcessSpecifiedDocumentContextParameter", "ID").Value(),
		CodePaiement:         settlement.At(ciiPayment, "TypeCode").Value(),
		NumeroFactureOrigine: settlement.At("InvoiceReferencedDocument", "IssuerAssignedID").Value(),
		Lignes:               r.lines,
		Paths:                r.paths(),
	}
	i.Fournisseur, i.Paths.Fournisseur = r.party(agreement.At("SellerTradeParty"), "SellerTradeParty")
	i.Destinataire, i.Paths.Destinataire = r.party(agreement.At("BuyerTradeParty"), "BuyerTradeParty")
	if i.CodeService == "" {
		i.CodeService = schemed(agreement.At("BuyerTradeParty"), "GlobalID", "0224")
	}
	for _, note := range document.All("IncludedNote") {
		i.Notes = append(i.Notes, note.At("Content").Value())
	}
	i.TVA = r.taxes(settlement)
	i.Totaux = r.totals(settlement, i.Devise)
	i.Type, i.Cadre, i.ModePaiement = typeOf(i.TypeCode), frameworkOf(i.CadreCode), paymentMode(i.CodePaiement)
	i.TypeTVA, i.MotifExoneration = vatType(i.TVA, ciiRegime(settlement)), exemption(i.TVA)
	i.PiecesJointes = r.attachments(agreement)
	i.Structural = r.found
	return []Invoice{i}
}

// demandCII lists what must be there. That of the means of payment was
// observed whatever the profile, and is mandatory in the annexe EDI (V4.20,
// p. 22); the others are the amounts and names without which the platform has
// no invoice.
func (r *ciiReader) demandCII(root, agreement *xmldoc.Node) {
	r.demand(root, []string{"ExchangedDocument", "ID"}, []string{"ExchangedDocument", "TypeCode"},
		[]string{"ExchangedDocument", "IssueDateTime", "DateTimeString"})
	for _, who := range []string{"SellerTradeParty", "BuyerTradeParty"} {
		if party, path := r.party(agreement.At(who), who); party.Identifiant == "" {
			r.add(wMandatory.finding("OBLIGATOIRE", path, path))
		}
	}
	r.demand(root, []string{ciiTransaction, ciiSettlement, "InvoiceCurrencyCode"},
		[]string{ciiTransaction, ciiSettlement, ciiPayment, "TypeCode"},
		[]string{ciiTransaction, ciiSettlement, ciiTotals, "TaxBasisTotalAmount"},
		[]string{ciiTransaction, ciiSettlement, ciiTotals, "GrandTotalAmount"},
		[]string{ciiTransaction, ciiSettlement, ciiTotals, "DuePayableAmount"})
}

func (r *ciiReader) paths() Paths {
	agreement := func(parts ...string) string {
		return r.path(append([]string{ciiTransaction, ciiAgreement}, parts...)...)
	}
	settlement := func(parts ...string) string {
		return r.path(append([]string{ciiTransaction, ciiSettlement}, parts...)...)
	}
	return Paths{
		Numero: r.path("ExchangedDocument", "ID"), Type: r.path("ExchangedDocument", "TypeCode"),
		DateFacture:  r.path("ExchangedDocument", "IssueDateTime", "DateTimeString"),
		Devise:       settlement("InvoiceCurrencyCode"),
		Cadre:        r.path("ExchangedDocumentContext", "BusinessProcessSpecifiedDocumentContextParameter", "ID"),
		CodePaiement: settlement(ciiPayment, "TypeCode"),
		CodeService:  agreement("BuyerReference"), NumeroEngagement: agreement("BuyerOrderReferencedDocument", "IssuerAssignedID"),
		NumeroMarche: agreement("ContractReferencedDocument", "IssuerAssignedID"),
		HT:           settlement(ciiTotals, "TaxBasisTotalAmount"), TVA: settlement(ciiTotals, "TaxTotalAmount"),
		TTC: settlement(ciiTotals, "GrandTotalAmount"), APayer: settlement(ciiTotals, "DuePayableAmount"),
		Ligne: r.prefix + ciiTransaction + "." + ciiLine, LigneTVA: settlement("ApplicableTradeTax", "CalculatedAmount"),
		PieceJointe: agreement("AdditionalReferencedDocument", "AttachmentBinaryObject"),
	}
}
