package flux

import (
	"time"

	"chorus-qualif/server/flux/internal/xmldoc"
)

func (r *ciiReader) party(n *xmldoc.Node, who string) (Party, string) {
	in := func(parts ...string) string {
		return r.path(append([]string{ciiTransaction, ciiAgreement, who}, parts...)...)
	}
	legal := n.At("SpecifiedLegalOrganization", "ID")
	candidates := []candidate{{legal, legal.Attr("schemeID"), in("SpecifiedLegalOrganization", "ID")}}
	for _, id := range n.All("GlobalID") {
		// 0224 is a routing code, not an identifier.
		if scheme := id.Attr("schemeID"); scheme != "0224" {
			candidates = append(candidates, candidate{id, scheme, in("GlobalID")})
		}
	}
	for _, id := range n.All("ID") {
		candidates = append(candidates, candidate{id, id.Attr("schemeID"), in("ID")})
	}
	p := Party{Nom: n.At("Name").Value()}
	for _, registration := range n.All("SpecifiedTaxRegistration") {
		id := registration.At("ID")
		if id.Attr("schemeID") == "VA" {
			p.NumeroTVA = id.Value()
			candidates = append(candidates, candidate{id, "VA", in("SpecifiedTaxRegistration", "ID")})
		}
	}
	var path string
	p.Identifiant, p.Type, path = identify(candidates)
	return p, path
}

// schemed is the value of a party's identifier of a given scheme.
func schemed(n *xmldoc.Node, local, scheme string) string {
	for _, id := range n.All(local) {
		if id.Attr("schemeID") == scheme {
			return id.Value()
		}
	}
	return ""
}

// ciiDate reads a date in one of UNTDID 2379's formats that invoices use: 102
// (the one of EN 16931) or an ISO day.
func (r *ciiReader) ciiDate(n *xmldoc.Node, path ...string) time.Time {
	s := n.At("DateTimeString")
	path = append(path, "DateTimeString")
	value := s.Value()
	if s == nil {
		value = n.At("DateTime").Value()
		value = value[:min(len(value), len(isoDay))]
	}
	layout := compactDay
	if len(value) == len(isoDay) && value[4] == '-' {
		layout = isoDay
	}
	return r.date(value, layout, path...)
}

func (r *ciiReader) dueDate(settlement *xmldoc.Node) time.Time {
	for _, terms := range settlement.All("SpecifiedTradePaymentTerms") {
		if due := terms.At("DueDateDateTime"); due != nil {
			return r.ciiDate(due, ciiTransaction, ciiSettlement, "SpecifiedTradePaymentTerms", "DueDateDateTime")
		}
	}
	return time.Time{}
}

func (r *ciiReader) taxes(settlement *xmldoc.Node) []LigneTVA {
	var lines []LigneTVA
	in := func(last string) []string {
		return []string{ciiTransaction, ciiSettlement, "ApplicableTradeTax", last}
	}
	for _, tax := range settlement.All("ApplicableTradeTax") {
		motif := tax.At("ExemptionReason").Value()
		if motif == "" {
			motif = tax.At("ExemptionReasonCode").Value()
		}
		lines = append(lines, LigneTVA{
			Taux:      r.amount(tax.At("RateApplicablePercent"), in("RateApplicablePercent")...),
			BaseHT:    r.amount(tax.At("BasisAmount"), in("BasisAmount")...),
			Montant:   r.amount(tax.At("CalculatedAmount"), in("CalculatedAmount")...),
			Categorie: tax.At("CategoryCode").Value(),
			Motif:     motif,
		})
	}
	return lines
}

// ciiRegime reads the VAT point date code: 5 (date of the invoice) is on
// debits, 72 (date of payment) on collection, as OCA maps them.
func ciiRegime(settlement *xmldoc.Node) string {
	for _, tax := range settlement.All("ApplicableTradeTax") {
		if tax.At("DueDateTypeCode").Value() == "72" {
			return onCollection
		}
	}
	return onDebits
}

func (r *ciiReader) totals(settlement *xmldoc.Node, currency string) Totaux {
	sums := settlement.At(ciiTotals)
	in := func(local string) Amount {
		return r.amount(sums.At(local), ciiTransaction, ciiSettlement, ciiTotals, local)
	}
	t := Totaux{
		LignesHT: in("LineTotalAmount"), Remises: in("AllowanceTotalAmount"), Charges: in("ChargeTotalAmount"),
		HT: in("TaxBasisTotalAmount"), TTC: in("GrandTotalAmount"), Acompte: in("TotalPrepaidAmount"),
		Arrondi: in("RoundingAmount"), APayer: in("DuePayableAmount"),
	}
	// The VAT may be given a second time, in the accounting currency.
	for _, n := range sums.All("TaxTotalAmount") {
		if c := n.Attr("currencyID"); c == "" || c == currency || !t.TVA.Present() {
			t.TVA = r.amount(n, ciiTransaction, ciiSettlement, ciiTotals, "TaxTotalAmount")
			if c == currency {
				break
			}
		}
	}
	return t
}

// attachments reads the additional documents. One without a file is refused:
// observed (Dolibarr's Factur-X module).
func (r *ciiReader) attachments(agreement *xmldoc.Node) []PieceJointe {
	var out []PieceJointe
	for _, doc := range agreement.All("AdditionalReferencedDocument") {
		object := doc.At("AttachmentBinaryObject")
		if len(object.Bytes()) == 0 {
			r.add(wMandatoryIf.finding("OBLIGATOIRE_SI", "AttachmentBinaryObject.value", "AttachmentBinaryObject.value",
				r.prefix+ciiTransaction+"."+ciiAgreement+".AdditionalReferencedDocument"))
			continue
		}
		out = append(out, attachment(object, ""))
	}
	return out
}
