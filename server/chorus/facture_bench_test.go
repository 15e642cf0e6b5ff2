package chorus_test

import (
	"fmt"
	"testing"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// BenchmarkSearchInvoices searches among the invoices of one supplier, without
// HTTP: a page of ten. Two criteria look at what satisfies the rarer.
func BenchmarkSearchInvoices(b *testing.B) {
	op, _ := contractSet(b).Operation("rechercherFactureParFournisseur")
	search := operations()[op.ID]
	for _, n := range []int{1, 1_000, 100_000} {
		p := newPlatform(b, sample())
		p.many(n)
		for name, request := range map[string]string{
			"Number": fmt.Sprintf(`{"numeroFacture":"N-%d"}`, n/2),
			"Page":   `{"rechercheFactureParFournisseur":{"pageResultatDemandee":1}}`,
			"Status": `{"statutCourant":["DEPOSEE"],"rechercheFactureParFournisseur":{"nbResultatsParPage":10}}`,
			"Sorted": `{"rechercheFactureParFournisseur":{"triColonne":"MontantTTC","triSens":"Ascendant"}}`,
			"Name":   `{"rechercheFactureParFournisseur":{"triColonne":"DesignationDestinataire","triSens":"Ascendant"}}`,
			"Start":  `{"numeroFacture":"N-9*"}`,
			"Amount": fmt.Sprintf(`{"montantTTCMin":%d}`, n/2),
			"Rare":   fmt.Sprintf(`{"montantTTCMin":%d}`, n-20),
			"Both":   `{"statutCourant":["DEPOSEE"],"rechercheFactureParFournisseur":{"triColonne":"MontantTTC"}}`,
			"Two":    fmt.Sprintf(`{"statutCourant":["DEPOSEE"],"montantTTCMin":%d}`, n-20),
			"Last":   fmt.Sprintf(`{"rechercheFactureParFournisseur":{"triColonne":"MontantTTC","pageResultatDemandee":%d}}`, (n+9)/10),
		} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				call := p.call(op, techAlpha, []byte(request))
				search(call) // the first search in an order makes it
				b.ReportAllocs()
				for b.Loop() {
					if got := search(call); got.Code != "" {
						b.Fatalf("%+v", got)
					}
				}
			})
		}
	}
}

// many puts n invoices of supplier 101 on the platform.
func (p *platform) many(n int) {
	p.tb.Helper()
	by := p.principal(techAlpha)
	piece, err := sandboxes.Do(p.sandbox, qualif.AjouterFichier{Pour: by, Piece: qualif.PieceJointe{Nom: "f.pdf", Extension: "PDF", Taille: 1}})
	if err != nil {
		p.tb.Fatal(err)
	}
	for i := range n {
		ttc := qualif.MontantDe(int64(i*7919%n + 1))
		if _, err := sandboxes.Do(p.sandbox, qualif.Soumettre{
			Pour: by, Destinataire: qualif.Identifier{Type: qualif.SIRET, Value: "20000000000201"}, CodeService: "B",
			Facture: qualif.Facture{
				Numero: fmt.Sprintf("N-%d", i), Type: "FACTURE", ModeDepot: "DEPOT_PDF_API", Cadre: "A1_FACTURE_FOURNISSEUR", DateFacture: start,
				Fournisseur: qualif.Partie{StructureID: 101}, Devise: "EUR", TypeTVA: "SANS_TVA", ModePaiement: "VIREMENT", NumeroBonCommande: "EJ",
				Principale: &qualif.PieceLiee{PieceID: piece.ID, Designation: "Facture"}, Montants: qualif.Montants{HT: ttc, TTC: ttc, APayer: ttc},
			},
		}); err != nil {
			p.tb.Fatal(err)
		}
	}
}

// BenchmarkSearchAfterDeposit is a search in an order after each deposit.
func BenchmarkSearchAfterDeposit(b *testing.B) {
	op, _ := contractSet(b).Operation("rechercherFactureParFournisseur")
	search := operations()[op.ID]
	for _, n := range []int{1, 1_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			p := newPlatform(b, sample())
			p.many(n)
			call := p.call(op, techAlpha, []byte(`{"statutCourant":["DEPOSEE"],"rechercheFactureParFournisseur":{"triColonne":"MontantTTC"}}`))
			search(call)
			i := 0
			for b.Loop() {
				b.StopTimer()
				i++
				p.submit(invoice{numero: fmt.Sprintf("A-%d", i), ttc: int64(i*7919%n + 1)})
				b.StartTimer()
				if got := search(call); got.Code != "" {
					b.Fatalf("%+v", got)
				}
			}
		})
	}
}
