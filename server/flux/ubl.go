package flux

import (
	"strings"
	"time"

	"chorus-qualif/server/flux/internal/schema"
	"chorus-qualif/server/flux/internal/xmldoc"
)

// ublFormat is OASIS UBL 2.1: Invoice and CreditNote.
//
// Where Chorus Pro keeps what is its own, and who shows it: SIRET in
// PartyIdentification/ID of scheme 1 (OCA l10n_fr_chorus_ubl, a file generated
// by Gestimum for the real platform, the platform's own messages); service in
// AccountingCustomerParty/AccountingContact/ID (both), or BuyerReference
// (EN 16931); contract in the ContractDocumentReference typed "Marché public"
// (both); commitment in OrderReference/ID; regime of VAT in
// TaxScheme/TaxTypeCode "TVA DEBIT" or "TVA ENCAISSEMENT" (both); lines of text
// and subtotals by the property TYPE_LIGNE (Gestimum). The cadre de
// facturation is read from ProfileID, where EN 16931 has the business process:
// no Chorus sample shows it.
type ublFormat struct{}

func (ublFormat) accepts(root *xmldoc.Node) bool {
	return (root.Local == "Invoice" || root.Local == "CreditNote") && strings.HasPrefix(root.Space, "urn:oasis:names:specification:ubl:schema:xsd:"+root.Local)
}

func (ublFormat) schema() *schema.Schema { return schema.UBL() }

func (ublFormat) collector(l Limits) collector {
	return &ublReader{builder: builder{suffix: ".value", most: l.Lines}}
}

type ublReader struct {
	builder
	lines []Ligne
}

// Open implements xmldoc.Observer.
func (r *ublReader) Open(*xmldoc.Node) {}

// Close implements xmldoc.Observer.
func (r *ublReader) Close(n *xmldoc.Node) bool {
	if (n.Local != "InvoiceLine" && n.Local != "CreditNoteLine") || n.Parent == nil || n.Parent.Parent != nil {
		return true
	}
	if r.room(len(r.lines)) {
		r.lines = append(r.lines, r.line(n))
	}
	return false
}

func (r *ublReader) line(n *xmldoc.Node) Ligne {
	item, price := n.At("Item"), n.At("Price")
	quantity := n.At("InvoicedQuantity")
	if quantity == nil {
		quantity = n.At("CreditedQuantity")
	}
	l := Ligne{
		Numero:       n.At("ID").Value(),
		Reference:    item.At("SellersItemIdentification", "ID").Value(),
		Denomination: item.At("Name").Value(),
		Unite:        quantity.Attr("unitCode"),
		Quantite:     r.amount(quantity, n.Local, "InvoicedQuantity"),
		PrixUnitaire: r.amount(price.At("PriceAmount"), n.Local, "Price", "PriceAmount"),
		Base:         r.amount(price.At("BaseQuantity"), n.Local, "Price", "BaseQuantity"),
		Remise:       r.sum(n.All("AllowanceCharge"), isAllowance, "Amount"),
		Charge:       r.sum(n.All("AllowanceCharge"), isCharge, "Amount"),
		MontantHT:    r.amount(n.At("LineExtensionAmount"), n.Local, "LineExtensionAmount"),
		TauxTVA:      r.amount(item.At("ClassifiedTaxCategory", "Percent"), n.Local, "Item", "ClassifiedTaxCategory", "Percent"),
	}
	if l.Reference == "" {
		l.Reference = item.At("StandardItemIdentification", "ID").Value()
	}
	for _, property := range item.All("AdditionalItemProperty") {
		if property.At("Name").Value() == "TYPE_LIGNE" {
			l.Information = property.At("Value").Value() != "DETAIL"
		}
	}
	return l
}

func (r *ublReader) invoices(root *xmldoc.Node) []Invoice {
	supplier, customer := root.At("AccountingSupplierParty"), root.At("AccountingCustomerParty")
	r.demandUBL(root)
	i := Invoice{
		Numero:               root.At("ID").Value(),
		DateFacture:          r.date(root.At("IssueDate").Value(), isoDay, "IssueDate"),
		DateEcheance:         r.dueDate(root),
		TypeCode:             root.At(root.Local + "TypeCode").Value(),
		Devise:               root.At("DocumentCurrencyCode").Value(),
		CodeService:          service(root, customer),
		NumeroEngagement:     root.At("OrderReference", "ID").Value(),
		NumeroMarche:         contract(root),
		CadreCode:            root.At("ProfileID").Value(),
		CodePaiement:         root.At("PaymentMeans", "PaymentMeansCode").Value(),
		NumeroFactureOrigine: root.At("BillingReference", "InvoiceDocumentReference", "ID").Value(),
		Lignes:               r.lines,
		TVA:                  r.taxes(root),
		Totaux:               r.totals(root),
		PiecesJointes:        ublAttachments(root),
		Paths:                r.paths(root),
	}
	i.Fournisseur, i.Paths.Fournisseur = r.party(supplier, "AccountingSupplierParty")
	i.Destinataire, i.Paths.Destinataire = r.party(customer, "AccountingCustomerParty")
	if i.TypeCode == "" && root.Local == "CreditNote" {
		i.TypeCode = "381"
	}
	for _, note := range root.All("Note") {
		if v := note.Value(); v != "" {
			i.Notes = append(i.Notes, v)
		}
	}
	i.Type, i.Cadre, i.ModePaiement = typeOf(i.TypeCode), frameworkOf(i.CadreCode), paymentMode(i.CodePaiement)
	if root.Local == "CreditNote" {
		i.Type = "AVOIR"
	}
	i.TypeTVA, i.MotifExoneration = vatType(i.TVA, ublRegime(root, supplier)), exemption(i.TVA)
	i.Structural = r.found
	return []Invoice{i}
}

func (r *ublReader) demandUBL(root *xmldoc.Node) {
	r.demand(root, []string{"ID"}, []string{"IssueDate"}, []string{"DocumentCurrencyCode"})
	for _, who := range []string{"AccountingSupplierParty", "AccountingCustomerParty"} {
		if party, path := r.party(root.At(who), who); party.Identifiant == "" {
			r.add(wMandatory.finding("OBLIGATOIRE", path, path))
		}
	}
	r.demand(root, []string{"PaymentMeans", "PaymentMeansCode"})
	// Annexe EDI V4.20: the total of VAT is mandatory when its block is used.
	if root.At("TaxTotal") != nil {
		r.demand(root, []string{"TaxTotal", "TaxAmount"})
	}
	r.demand(root, []string{"LegalMonetaryTotal", "TaxExclusiveAmount"}, []string{"LegalMonetaryTotal", "TaxInclusiveAmount"},
		[]string{"LegalMonetaryTotal", "PayableAmount"})
}

func (r *ublReader) dueDate(root *xmldoc.Node) time.Time {
	if due := root.At("DueDate").Value(); due != "" {
		return r.date(due, isoDay, "DueDate")
	}
	return r.date(root.At("PaymentMeans", "PaymentDueDate").Value(), isoDay, "PaymentMeans", "PaymentDueDate")
}

func service(root, customer *xmldoc.Node) string {
	for _, at := range [][]string{{"AccountingContact", "ID"}, {"Party", "Contact", "ID"}} {
		if v := customer.At(at...).Value(); v != "" {
			return v
		}
	}
	return root.At("BuyerReference").Value()
}

// contract is the contract document that says it is a public contract, else
// the first.
func contract(root *xmldoc.Node) string {
	documents := root.All("ContractDocumentReference")
	for _, d := range documents {
		kind := strings.ToLower(d.At("DocumentTypeCode").Value() + d.At("DocumentType").Value())
		if strings.HasPrefix(kind, "march") {
			return d.At("ID").Value()
		}
	}
	if len(documents) == 0 {
		return ""
	}
	return documents[0].At("ID").Value()
}

// ublRegime reads the words of Chorus Pro, else the VAT point code of EN 16931
// (432 is the date of payment).
func ublRegime(root, supplier *xmldoc.Node) string {
	for _, scheme := range supplier.At("Party").All("PartyTaxScheme") {
		code := strings.Join(strings.Fields(scheme.At("TaxScheme", "TaxTypeCode").Value()), " ")
		switch strings.ReplaceAll(code, "_", " ") {
		case "TVA ENCAISSEMENT":
			return onCollection
		case "TVA DEBIT":
			return onDebits
		}
	}
	if root.At("InvoicePeriod", "DescriptionCode").Value() == "432" {
		return onCollection
	}
	return onDebits
}
