package flux_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"chorus-qualif/server/flux"
	"chorus-qualif/server/flux/fluxtest"
)

func codes(findings []flux.Finding) []string {
	var out []string
	for _, f := range findings {
		out = append(out, f.Code)
	}
	return out
}

func amount(s string) flux.Amount { return flux.MustAmount(s) }

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		change func(*flux.Invoice)
		want   []string
	}{
		{"nothing wrong", func(*flux.Invoice) {}, nil},
		{"20 characters", func(i *flux.Invoice) { i.Numero = "abcXYZ-_/+ 012345678" }, nil},
		{"21 characters", func(i *flux.Invoice) { i.Numero = "INV-CPR-1789417592601" }, []string{"G1.05"}},
		{"a dot", func(i *flux.Invoice) { i.Numero = "FA.1" }, []string{"G1.05"}},
		{"an accent", func(i *flux.Invoice) { i.Numero = "Fé1" }, []string{"G1.05"}},
		{"an unknown currency", func(i *flux.Invoice) { i.Devise = "FRF" }, []string{"DEVISE"}},
		{"another currency", func(i *flux.Invoice) { i.Devise = "XPF" }, nil},
		{"an unknown framework", func(i *flux.Invoice) { i.Cadre = "M1" }, []string{"G1.02"}},
		{"a framework past the last", func(i *flux.Invoice) { i.Cadre = "A26" }, []string{"G1.02"}},
		{"the last framework", func(i *flux.Invoice) { i.Cadre = "A25" }, nil},
		{"an unknown means of payment", func(i *flux.Invoice) { i.CodePaiement, i.ModePaiement = "68", "" }, []string{"S2.05"}},
		{"an unknown type", func(i *flux.Invoice) { i.TypeCode = "325" }, []string{"G1.01"}},
		{"a corrective invoice", func(i *flux.Invoice) { i.TypeCode = "384" }, nil},
		{"a SIREN for the recipient", func(i *flux.Invoice) { i.Destinataire.Identifiant = "123456782" }, []string{"SIRET"}},
		{"a SIRET that is too short", func(i *flux.Invoice) { i.Fournisseur.Identifiant = "3325402151635" }, []string{"SIRET"}},
		{"a foreign supplier", func(i *flux.Invoice) { i.Fournisseur = flux.Party{Identifiant: "BE0477472701", Type: "UE_HORS_FRANCE"} }, nil},
		{"a long service", func(i *flux.Invoice) { i.CodeService = strings.Repeat("s", 101) }, []string{"LONGUEUR"}},
		{"a long commitment", func(i *flux.Invoice) { i.NumeroEngagement = strings.Repeat("é", 51) }, []string{"LONGUEUR"}},
		{"a commitment at its bound", func(i *flux.Invoice) { i.NumeroEngagement = strings.Repeat("é", 50) }, nil},
		{"the last century", func(i *flux.Invoice) { i.DateFacture = time.Date(1999, 12, 31, 0, 0, 0, 0, time.UTC) }, []string{"DATE"}},
		{"a rate over 100", func(i *flux.Invoice) { i.Lignes[0].TauxTVA = amount("100.01") }, []string{"TAUX_TVA"}},
		{"a rate with three decimals", func(i *flux.Invoice) { i.Lignes[0].TauxTVA = amount("5.555") }, []string{"TAUX_TVA"}},
		{"seven decimals", func(i *flux.Invoice) { i.Totaux.APayer = amount("37.8200001") }, []string{"DECIMAL_19_6"}},
		{"fourteen digits", func(i *flux.Invoice) {
			i.Lignes[0].Quantite, i.Lignes[0].MontantHT = amount("10000000000000"), flux.Amount{}
		},
			[]string{"DECIMAL_19_6", "BR-CO-10"}},
		{"a line that does not multiply", func(i *flux.Invoice) { i.Lignes[0].PrixUnitaire = amount("10.51") }, []string{"BR-CO-04"}},
		{"a line with a discount", func(i *flux.Invoice) { i.Lignes[0].PrixUnitaire, i.Lignes[0].Remise = amount("11.00"), amount("1.00") }, nil},
		{"a price of several units", func(i *flux.Invoice) { i.Lignes[0].PrixUnitaire, i.Lignes[0].Base = amount("1050"), amount("100") }, nil},
		{"a price of several units and a discount", func(i *flux.Invoice) {
			i.Lignes[0].PrixUnitaire, i.Lignes[0].Base, i.Lignes[0].Remise = amount("1100"), amount("100"), amount("1.00")
		}, nil},
		{"lines that do not add up", func(i *flux.Invoice) { i.Totaux.LignesHT = amount("32.04"); i.Totaux.Remises = amount("0.04") }, []string{"BR-CO-10"}},
		{"three cents over three lines", func(i *flux.Invoice) { i.Totaux.LignesHT = amount("32.03"); i.Totaux.Remises = amount("0.03") }, nil},
		{"a discount that is forgotten", func(i *flux.Invoice) { i.Totaux.Remises = amount("2.00") }, []string{"BR-CO-13"}},
		{"VAT of one rate", func(i *flux.Invoice) {
			i.TVA[0].Montant, i.Totaux.TVA, i.Totaux.TTC, i.Totaux.APayer = amount("6.60"), amount("6.82"), amount("38.82"), amount("38.82")
		}, []string{"BR-CO-17"}},
		{"VAT that does not add up", func(i *flux.Invoice) {
			i.Totaux.TVA, i.Totaux.TTC, i.Totaux.APayer = amount("5.85"), amount("37.85"), amount("37.85")
		}, []string{"BR-CO-14"}},
		{"bases that do not add up", func(i *flux.Invoice) { i.TVA[1].BaseHT = amount("4.03") }, []string{"BR-CO-18"}},
		{"a total with VAT", func(i *flux.Invoice) { i.Totaux.TTC, i.Totaux.APayer = amount("37.84"), amount("37.84") }, []string{"BR-CO-15"}},
		{"an amount due", func(i *flux.Invoice) { i.Totaux.APayer = amount("37.80") }, []string{"BR-CO-16"}},
		{"paid in part", func(i *flux.Invoice) { i.Totaux.Acompte, i.Totaux.APayer = amount("30"), amount("7.82") }, nil},
		{"rounded to the euro", func(i *flux.Invoice) { i.Totaux.Arrondi, i.Totaux.APayer = amount("0.18"), amount("38") }, nil},
		{"a line of text", func(i *flux.Invoice) {
			i.Lignes = append(i.Lignes, flux.Ligne{Denomination: "Sous-total", Information: true, MontantHT: amount("32"), Quantite: amount("3"), PrixUnitaire: amount("0")})
		}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			i := one(t, fluxtest.CII(full()), flux.E1CII16B)
			i.Lignes, i.TVA = slices.Clone(i.Lignes), slices.Clone(i.TVA)
			test.change(&i)
			if got := codes(i.Check()); !slices.Equal(got, test.want) {
				t.Errorf("got %v %v, want %v", got, texts(i.Check()), test.want)
			}
		})
	}
}

// The text was observed, for exactly that number (flow
// CPP0011117000000000425899).
func TestTooLongANumberAsObserved(t *testing.T) {
	t.Parallel()
	s := full()
	s.Number = "INV-CPR-1789417592601"
	got := one(t, fluxtest.FacturX(s), flux.E2CIIFacturX).Check()
	const want = "Le champ identifiant de la facture (FichierXml.ExchangedDocument.ID.value) ne doit pas depasser 20 caracteres"
	if len(got) != 1 || got[0].Text != want || got[0].Evidence != flux.Observed {
		t.Errorf("got %+v, want %s", got, want)
	}
}

func TestCheckDay(t *testing.T) {
	t.Parallel()
	paris := time.FixedZone("Paris", 3600)
	i := one(t, fluxtest.UBL(full()), flux.E1UBLInvoice)
	for day, want := range map[time.Time]int{
		time.Date(2026, 3, 1, 0, 0, 0, 0, paris):    0,
		time.Date(2026, 2, 28, 23, 59, 0, 0, paris): 1,
		time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC): 0,
	} {
		if got := i.CheckDay(day); len(got) != want {
			t.Errorf("deposited at %v: %v", day, got)
		}
	}
	i.DateFacture = time.Time{}
	if got := i.CheckDay(time.Date(2020, 1, 1, 0, 0, 0, 0, paris)); got != nil {
		t.Errorf("an invoice without a date: %v", got)
	}
}

func TestVATTypes(t *testing.T) {
	t.Parallel()
	exempt := fluxtest.Spec{Lines: []fluxtest.Line{{Name: "A", Quantity: "1", Price: "10", Rate: "0.00"}}}
	for _, s := range []flux.Syntaxe{flux.E1UBLInvoice, flux.E1CII16B} {
		data := fluxtest.CII
		if s == flux.E1UBLInvoice {
			data = fluxtest.UBL
		}
		if i := one(t, data(exempt), s); i.TypeTVA != "EXONERATION" || i.MotifExoneration != "TVA non applicable, article 293 B du CGI" {
			t.Errorf("%s: %s %q", s, i.TypeTVA, i.MotifExoneration)
		}
	}
	if i := one(t, replaced(t, fluxtest.UBL(full()), "TVA_DEBIT", "TVA \n ENCAISSEMENT"), flux.E1UBLInvoice); i.TypeTVA != "TVA_SUR_ENCAISSEMENT" {
		t.Errorf("UBL on collection: %s", i.TypeTVA)
	}
	if i := one(t, replaced(t, fluxtest.CII(full()), "<ram:RateApplicablePercent>5.50</ram:RateApplicablePercent>\n      </ram:ApplicableTradeTax>\n      <ram:SpecifiedTradePayment",
		"<ram:DueDateTypeCode>72</ram:DueDateTypeCode><ram:RateApplicablePercent>5.50</ram:RateApplicablePercent>\n      </ram:ApplicableTradeTax>\n      <ram:SpecifiedTradePayment"), flux.E1CII16B); i.TypeTVA != "TVA_SUR_ENCAISSEMENT" {
		t.Errorf("CII on collection: %s", i.TypeTVA)
	}
	if i := one(t, without(t, fluxtest.CPP(full()), "<TVAs>", "</TVAs>"), flux.E2CPPFactureMin); i.TypeTVA != "SANS_TVA" || len(i.Check()) > 0 {
		t.Errorf("without VAT: %s %v", i.TypeTVA, i.Check())
	}
}

func TestIdentifiers(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, element, want string }{
		{"the legal organisation's SIRET first", `<ram:GlobalID schemeID="0009">99999999900099</ram:GlobalID><ram:SpecifiedLegalOrganization><ram:ID schemeID="0002">33254021516357</ram:ID></ram:SpecifiedLegalOrganization>`, "SIRET 33254021516357"},
		{"a SIRET rather than a SIREN", `<ram:GlobalID schemeID="0009">33254021516357</ram:GlobalID><ram:SpecifiedLegalOrganization><ram:ID schemeID="0002">332540215</ram:ID></ram:SpecifiedLegalOrganization>`, "SIRET 33254021516357"},
		{"a SIREN, which the platform echoes", `<ram:SpecifiedLegalOrganization><ram:ID schemeID="0002">332540215</ram:ID></ram:SpecifiedLegalOrganization>`, "SIREN 332540215"},
		{"the platform's own scheme", `<ram:SpecifiedLegalOrganization><ram:ID schemeID="1">33254021516357</ram:ID></ram:SpecifiedLegalOrganization>`, "SIRET 33254021516357"},
		{"a company of the Union", `<ram:SpecifiedLegalOrganization><ram:ID schemeID="2">BE0477472701</ram:ID></ram:SpecifiedLegalOrganization>`, "UE_HORS_FRANCE BE0477472701"},
		{"a SIRET rather than another kind", `<ram:GlobalID schemeID="0009">33254021516357</ram:GlobalID><ram:SpecifiedLegalOrganization><ram:ID schemeID="2">BE0477472701</ram:ID></ram:SpecifiedLegalOrganization>`, "SIRET 33254021516357"},
		{"a VAT number alone", `<ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">FR04332540215</ram:ID></ram:SpecifiedTaxRegistration>`, "TVA FR04332540215"},
		{"a routing code is none", `<ram:GlobalID schemeID="0224">SERVICE</ram:GlobalID>`, " "},
	} {
		data := without(t, fluxtest.CII(full()), "<ram:SellerTradeParty>", "</ram:SellerTradeParty>")
		data = replaced(t, data, "<ram:BuyerTradeParty>", "<ram:SellerTradeParty>"+test.element+"</ram:SellerTradeParty><ram:BuyerTradeParty>")
		p := one(t, data, flux.E1CII16B).Fournisseur
		if got := p.Type + " " + p.Identifiant; got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// What a program that writes for Chorus Pro puts in a UBL: typed lines, a
// charge on the whole, dates and rates where UBL allows them too.
func TestUBLAsWrittenForChorus(t *testing.T) {
	t.Parallel()
	data := replaced(t, fluxtest.UBL(full()), "<cac:InvoiceLine>", `<cac:InvoiceLine>
      <cbc:ID>00016</cbc:ID><cbc:InvoicedQuantity>0</cbc:InvoicedQuantity><cbc:LineExtensionAmount currencyID="EUR">99</cbc:LineExtensionAmount>
      <cac:Item><cbc:Name>Hall de la mairie</cbc:Name><cac:AdditionalItemProperty><cbc:Name>TYPE_LIGNE</cbc:Name><cbc:Value>INFORMATION</cbc:Value></cac:AdditionalItemProperty></cac:Item>
      <cac:Price><cbc:PriceAmount currencyID="EUR">0</cbc:PriceAmount><cbc:BaseQuantity>0</cbc:BaseQuantity></cac:Price>
    </cac:InvoiceLine>
    <cac:InvoiceLine>`)
	data = without(t, data, "<cbc:DueDate>", "</cbc:DueDate>")
	data = replaced(t, data, "</cbc:PaymentMeansCode>", "</cbc:PaymentMeansCode><cbc:PaymentDueDate>2026-04-15</cbc:PaymentDueDate>")
	i := one(t, data, flux.E1UBLInvoice)
	if !i.Lignes[0].Information || i.Lignes[1].Information {
		t.Errorf("typed lines %+v", i.Lignes[:2])
	}
	if got := i.DateEcheance.Format("2006-01-02"); got != "2026-04-15" {
		t.Errorf("due %s", got)
	}
	if got := i.Check(); len(got) > 0 {
		t.Errorf("findings %v", texts(got))
	}
}

// xCBL need not give the amount due apart from the total.
func TestXCBLWithoutAmountDue(t *testing.T) {
	t.Parallel()
	i := one(t, without(t, fluxtest.XCBL(full()), "<TotalAmountPayable>", "</TotalAmountPayable>"), flux.E1XCBL)
	if got := i.Totaux.APayer.Fixed(2); got != "37.82" {
		t.Errorf("due %s", got)
	}
}

func TestFrameworkByDefault(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ code, want string }{{"", "A1"}, {"urn:fdc:peppol.eu:2017:poacc:billing:01:1.0", "A1"}, {"A12", "A12"}, {"M1", "M1"}} {
		data := replaced(t, fluxtest.UBL(full()), "<cbc:ProfileID>A9</cbc:ProfileID>", "<cbc:ProfileID>"+test.code+"</cbc:ProfileID>")
		if i := one(t, data, flux.E1UBLInvoice); i.Cadre != test.want || i.CadreCode != test.code {
			t.Errorf("%q: %q from %q, want %q", test.code, i.Cadre, i.CadreCode, test.want)
		}
	}
}

func TestAmounts(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", " ", "1,5", "1e9", "1e999999999", "0x10", "−1", "1 000", strings.Repeat("9", 41), "NaN", "--1", "1.2.3"} {
		if a, ok := flux.ParseAmount(bad); ok || a.Present() {
			t.Errorf("%q is %s", bad, a)
		}
	}
	for text, want := range map[string]string{"1": "1", " -1.50 ": "-1.5", "+.5": "0.5", "0.1000": "0.1"} {
		a, ok := flux.ParseAmount(text)
		encoded, err := json.Marshal(a)
		if !ok || a.String() != want || string(encoded) != want || err != nil {
			t.Errorf("%q is %s, %s in JSON (%v), want %s", text, a, encoded, err, want)
		}
		var back flux.Amount
		if err := json.Unmarshal(encoded, &back); err != nil || back.Cmp(a) != 0 || !back.Present() {
			t.Errorf("%s comes back as %s (%v)", encoded, back, err)
		}
	}
	if encoded, _ := json.Marshal(flux.Amount{}); string(encoded) != "null" {
		t.Errorf("nothing is %s in JSON", encoded)
	}
	if got := amount("0.1").Add(amount("0.2")).Cmp(amount("0.3")); got != 0 {
		t.Error("0.1 + 0.2 is not 0.3")
	}
}
