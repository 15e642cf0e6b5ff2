package chorus_test

import (
	"fmt"
	"testing"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// BenchmarkSearchInvoices searches among the invoices of one supplier, without
// HTTP. By number, by flow and the default page look at what they show only;
// any other criterion looks at all of the supplier's invoices.
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
		} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				call := p.call(op, techAlpha, []byte(request))
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
