package fluxtest

import "strconv"

// CPP makes a file of CPP_FACTURE_MIN that holds one invoice for each Spec,
// with the names of the platform's pivot, which is what the sandbox reads.
func CPP(specs ...Spec) []byte {
	w := newWriter()
	w.open("CPPFactureMixte")
	w.open("CPPFactures", "Compteur", strconv.Itoa(len(specs)))
	for i, spec := range specs {
		w.open("CPPFactureMixteUnitaire", "NumOrdre", strconv.Itoa(i+1))
		spec.filled().pivot(w, func(name, text string) { w.leaf(name, text) })
		w.close()
	}
	return w.done()
}

// PES makes a file of PES_FACTURE: values in an attribute V, as in every PES.
func PES(specs ...Spec) []byte {
	w := newWriter()
	w.open("PES_Facture")
	for _, spec := range specs {
		w.open("Facture")
		spec.filled().pivot(w, func(name, text string) {
			if text != "" {
				w.open(name, "V", text)
				w.close()
				return
			}
			w.leaf(name, text)
		})
		w.close()
	}
	return w.done()
}

func (s Spec) pivot(w *writer, leaf func(name, text string)) {
	t := s.Totals()
	w.open("Fournisseur")
	leaf("TypeIdentifiant", "1")
	leaf("Identifiant", s.Supplier)
	leaf("RaisonSociale", s.SupplierName)
	leaf("CodePays", "FR")
	w.close()
	w.open("Debiteur")
	leaf("TypeIdentifiant", "1")
	leaf("Identifiant", s.Recipient)
	leaf("Nom", s.RecipientName)
	leaf("CodeService", s.Service)
	w.close()
	w.open("DonneesFacture")
	leaf("Id", s.Number)
	leaf("IdFactureOrigine", s.Origin)
	leaf("Type", s.Type)
	leaf("Cadre", s.Framework)
	leaf("DateEmissionFacture", s.IssueDate)
	w.open("ModePaiement")
	leaf("Code", s.PaymentCode)
	w.close()
	leaf("Devise", s.Currency)
	w.open("Montants")
	leaf("MontantHT", cents(t.HT))
	leaf("MontantTTC", cents(t.TTC))
	leaf("MontantNetAPayer", cents(t.TTC))
	w.close()
	w.open("TVAs")
	for _, r := range t.Rates {
		w.open("TVA")
		leaf("Taux", r.Rate)
		leaf("BaseHt", cents(r.Base))
		leaf("MontantTVA", cents(r.TVA))
		w.close()
	}
	w.close()
	w.open("Engagement")
	leaf("NumeroMarche", s.Market)
	leaf("NumeroEngagement", s.Engagement)
	w.close()
	s.pivotLines(w, leaf)
	w.close()
	for i, f := range s.Attachments {
		w.open("PJ", "NumOrdre", strconv.Itoa(i+1))
		w.file("Contenu", f)
		leaf("NomPJ", f.Name)
		leaf("TypePJ", "01")
		leaf("MimeTypePJ", f.MIME)
		w.close()
	}
}

func (s Spec) pivotLines(w *writer, leaf func(name, text string)) {
	w.open("Lignes")
	for i, l := range s.Lines {
		w.open("Ligne", "NumOrdre", strconv.Itoa(i+1))
		leaf("ReferenceProduit", l.Name)
		leaf("PrixUnitaire", l.Price)
		leaf("Quantite", l.Quantity)
		leaf("MontantHT", cents(l.amount()))
		leaf("TauxTVA", l.Rate)
		w.close()
	}
	w.close()
}

// XCBL makes an invoice of xCBL 4.0.
func XCBL(spec Spec) []byte {
	s := spec.filled()
	t := s.Totals()
	kind := "CommercialInvoice"
	if s.Type == "381" {
		kind = "CreditInvoice"
	}
	w := newWriter()
	w.open("Invoice", "xmlns", "rrn:org.xcbl:schemas/xcbl/v4_0/financial/v1_0/financial.xsd", "xmlns:core", "rrn:org.xcbl:schemas/xcbl/v4_0/core/core.xsd")
	w.open("InvoiceHeader")
	w.leaf("InvoiceNumber", s.Number)
	w.leaf("InvoiceIssueDate", s.IssueDate+"T00:00:00")
	w.open("InvoiceReferences")
	w.nest("PurchaseOrderReference/core:BuyerOrderNumber", s.Engagement)
	w.nest("ContractReference/core:ContractID/core:Ident", s.Market)
	w.close()
	w.nest("InvoiceType/InvoiceTypeCoded", kind)
	w.nest("InvoiceCurrency/core:CurrencyCoded", s.Currency)
	w.open("InvoiceParty")
	w.open("BuyerParty")
	w.nest("core:PartyID/core:Ident", s.Recipient)
	w.open("core:NameAddress")
	w.leaf("core:Name1", s.RecipientName)
	w.nest("core:Department/core:DepartmentName", s.Service)
	w.close()
	w.close()
	w.open("SellerParty")
	w.nest("core:PartyID/core:Ident", s.Supplier)
	w.nest("core:NameAddress/core:Name1", s.SupplierName)
	w.close()
	w.close()
	w.nest("InvoicePaymentInstructions/core:PaymentMethod/core:PaymentMeanCoded", s.PaymentCode)
	w.leaf("InvoiceHeaderNote", s.Note)
	w.close()
	s.xcblDetail(w)
	w.open("InvoiceSummary")
	w.open("InvoiceTotals")
	w.nest("TaxableValue/core:MonetaryAmount", cents(t.HT))
	w.nest("TotalTaxAmount/core:MonetaryAmount", cents(t.TVA))
	w.nest("InvoiceTotal/core:MonetaryAmount", cents(t.TTC))
	w.nest("TotalAmountPayable/core:MonetaryAmount", cents(t.TTC))
	w.close()
	w.open("ListOfTaxSummary")
	for _, r := range t.Rates {
		w.open("core:TaxSummary")
		w.leaf("core:TaxPercent", r.Rate)
		w.leaf("core:TaxableAmount", cents(r.Base))
		w.leaf("core:TaxAmount", cents(r.TVA))
		w.close()
	}
	return w.done()
}

func (s Spec) xcblDetail(w *writer) {
	w.open("InvoiceDetail")
	w.open("ListOfInvoiceItemDetail")
	for i, l := range s.Lines {
		w.open("InvoiceItemDetail")
		w.open("InvoiceBaseItemDetail")
		w.nest("LineItemNum/core:BuyerLineItemNum", strconv.Itoa(i+1))
		w.nest("ItemIdentifiers/core:ItemDescription", l.Name)
		w.nest("InvoicedQuantity/core:QuantityValue", l.Quantity)
		w.close()
		w.open("InvoicePricingDetail")
		w.nest("core:ListOfPrice/core:Price/core:UnitPrice/core:UnitPriceValue", l.Price)
		w.nest("core:Tax/core:TaxPercent", l.Rate)
		w.nest("core:LineItemSubTotal/core:MonetaryAmount", cents(l.amount()))
		w.close()
		w.close()
	}
	w.close()
	w.close()
}
