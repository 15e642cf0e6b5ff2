package flux

import "chorus-qualif/server/flux/internal/xmldoc"

func (r *ublReader) party(n *xmldoc.Node, who string) (Party, string) {
	party := n.At("Party")
	var candidates []candidate
	path := r.path(who, "Party", "PartyIdentification", "ID")
	for _, identification := range party.All("PartyIdentification") {
		id := identification.At("ID")
		scheme := id.Attr("schemeName")
		if scheme == "" {
			scheme = id.Attr("schemeID")
		}
		if scheme != "0224" {
			candidates = append(candidates, candidate{id, scheme, path})
		}
	}
	for _, entity := range party.All("PartyLegalEntity") {
		id := entity.At("CompanyID")
		candidates = append(candidates, candidate{id, id.Attr("schemeID"), r.path(who, "Party", "PartyLegalEntity", "CompanyID")})
	}
	p := Party{Nom: party.At("PartyName", "Name").Value()}
	if p.Nom == "" {
		p.Nom = party.At("PartyLegalEntity", "RegistrationName").Value()
	}
	for _, scheme := range party.All("PartyTaxScheme") {
		if id := scheme.At("CompanyID"); id.Value() != "" && p.NumeroTVA == "" {
			p.NumeroTVA = id.Value()
			candidates = append(candidates, candidate{id, "VAT", r.path(who, "Party", "PartyTaxScheme", "CompanyID")})
		}
	}
	value, kind, chosen := identify(candidates)
	p.Identifiant, p.Type = value, kind
	if value == "" {
		chosen = path
	}
	return p, chosen
}

func (r *ublReader) taxes(root *xmldoc.Node) []LigneTVA {
	var lines []LigneTVA
	for _, total := range root.All("TaxTotal") {
		for _, sub := range total.All("TaxSubtotal") {
			category := sub.At("TaxCategory")
			rate := category.At("Percent")
			if rate == nil {
				rate = sub.At("Percent")
			}
			motif := category.At("TaxExemptionReason").Value()
			if motif == "" {
				motif = category.At("TaxExemptionReasonCode").Value()
			}
			lines = append(lines, LigneTVA{
				Taux:      r.amount(rate, "TaxTotal", "TaxSubtotal", "TaxCategory", "Percent"),
				BaseHT:    r.amount(sub.At("TaxableAmount"), "TaxTotal", "TaxSubtotal", "TaxableAmount"),
				Montant:   r.amount(sub.At("TaxAmount"), "TaxTotal", "TaxSubtotal", "TaxAmount"),
				Categorie: category.At("ID").Value(),
				Motif:     motif,
			})
		}
	}
	return lines
}

func (r *ublReader) totals(root *xmldoc.Node) Totaux {
	sums := root.At("LegalMonetaryTotal")
	in := func(local string) Amount { return r.amount(sums.At(local), "LegalMonetaryTotal", local) }
	t := Totaux{
		LignesHT: in("LineExtensionAmount"), Remises: in("AllowanceTotalAmount"), Charges: in("ChargeTotalAmount"),
		HT: in("TaxExclusiveAmount"), TTC: in("TaxInclusiveAmount"), Acompte: in("PrepaidAmount"),
		Arrondi: in("PayableRoundingAmount"), APayer: in("PayableAmount"),
	}
	// A second TaxTotal, without subtotals, is the VAT in the accounting
	// currency.
	for _, total := range root.All("TaxTotal") {
		if !t.TVA.Present() || total.At("TaxSubtotal") != nil {
			t.TVA = r.amount(total.At("TaxAmount"), "TaxTotal", "TaxAmount")
		}
	}
	return t
}

func ublAttachments(root *xmldoc.Node) []PieceJointe {
	var out []PieceJointe
	for _, doc := range root.All("AdditionalDocumentReference") {
		if object := doc.At("Attachment", "EmbeddedDocumentBinaryObject"); len(object.Bytes()) > 0 {
			name := object.Attr("filename")
			if name == "" {
				name = doc.At("ID").Value()
			}
			out = append(out, attachment(object, name))
		}
	}
	return out
}

func (r *ublReader) paths(root *xmldoc.Node) Paths {
	total := func(local string) string { return r.path("LegalMonetaryTotal", local) }
	return Paths{
		Numero: r.path("ID"), DateFacture: r.path("IssueDate"), Type: r.path(root.Local + "TypeCode"),
		Devise: r.path("DocumentCurrencyCode"), Cadre: r.path("ProfileID"), CodePaiement: r.path("PaymentMeans", "PaymentMeansCode"),
		CodeService: r.path("AccountingCustomerParty", "AccountingContact", "ID"), NumeroEngagement: r.path("OrderReference", "ID"),
		NumeroMarche: r.path("ContractDocumentReference", "ID"), HT: total("TaxExclusiveAmount"), TVA: r.path("TaxTotal", "TaxAmount"),
		TTC: total("TaxInclusiveAmount"), APayer: total("PayableAmount"), Ligne: root.Local + "Line",
		LigneTVA:    r.path("TaxTotal", "TaxSubtotal", "TaxAmount"),
		PieceJointe: r.path("AdditionalDocumentReference", "Attachment", "EmbeddedDocumentBinaryObject"),
	}
}
