package chorus_test

import (
	"fmt"
	"testing"
	"time"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// invoice is what a test says of an invoice; the rest has a value of its own.
type invoice struct {
	login, numero string
	supplier      int64
	date          time.Time
	ttc           int64
	change        func(*qualif.Soumettre)
}

// principal is on whose behalf a login acts.
func (p *platform) principal(login string) qualif.Principal {
	op, _ := contractSet(p.tb).Operation("healthCheck")
	return p.call(op, login, nil).Principal
}

// submit puts an invoice on the platform as soumettre does, from 101 to the
// town hall (201) unless said otherwise.
func (p *platform) submit(i invoice) *qualif.Facture {
	p.tb.Helper()
	if i.login == "" {
		i.login = techAlpha
	}
	if i.supplier == 0 {
		i.supplier = 101
	}
	if i.date.IsZero() {
		i.date = time.Date(2026, time.February, 20, 0, 0, 0, 0, qualif.Paris)
	}
	by := p.principal(i.login)
	piece, err := sandboxes.Do(p.sandbox, qualif.AjouterFichier{Pour: by, Piece: qualif.PieceJointe{
		Nom: i.numero + ".pdf", Extension: "PDF", TypeMime: "application/pdf", Taille: 1500, Empreinte: qualif.Empreinte(fmt.Sprintf("%064x", len(i.numero))),
	}})
	if err != nil {
		p.tb.Fatal(err)
	}
	ttc := qualif.MontantDe(i.ttc)
	c := qualif.Soumettre{
		Pour: by, Destinataire: qualif.Identifier{Type: qualif.SIRET, Value: "20000000000201"}, CodeService: "B",
		Facture: qualif.Facture{
			Numero: i.numero, Type: "FACTURE", ModeDepot: "DEPOT_PDF_API", Cadre: "A1_FACTURE_FOURNISSEUR", DateFacture: i.date,
			Fournisseur: qualif.Partie{StructureID: i.supplier}, Devise: "EUR", TypeTVA: "TVA_SUR_DEBIT", ModePaiement: "VIREMENT",
			NumeroBonCommande: "EJ-1", Principale: &qualif.PieceLiee{PieceID: piece.ID, Designation: "Facture"},
			Montants: qualif.Montants{HT: ttc, TVA: qualif.MontantDe(0), TTC: ttc, APayer: ttc},
		},
	}
	if i.change != nil {
		i.change(&c)
	}
	f, err := sandboxes.Do(p.sandbox, c)
	if err != nil {
		p.tb.Fatalf("invoice %s: %v", i.numero, err)
	}
	return f
}

// later moves the sandbox's clock.
func (p *platform) later(d time.Duration) {
	p.tb.Helper()
	if _, err := p.sandbox.Advance(sandboxes.Move{To: p.sandbox.Now().Add(d)}); err != nil {
		p.tb.Fatal(err)
	}
}

// invoices are the ones of the tests of searches, oldest first; the first three
// have come to their recipient.
func (p *platform) invoices(t *testing.T) []*qualif.Facture {
	t.Helper()
	day := func(d int) time.Time { return time.Date(2026, time.February, d, 0, 0, 0, 0, qualif.Paris) }
	all := []*qualif.Facture{
		p.submit(invoice{numero: "F-1", ttc: 100, date: day(1)}),
		p.submit(invoice{numero: "F-2", ttc: 300, date: day(3), change: func(c *qualif.Soumettre) {
			c.Facture.Type, c.Facture.NumeroFactureOrigine, c.Facture.NumeroMarche = "AVOIR", "F-0", "M-7"
			c.Facture.Fournisseur.ServiceID = 1011
			c.Facture.Commentaire = "Avoir sur F-0"
		}}),
		p.submit(invoice{numero: "F-3", ttc: 200, date: day(2), supplier: 102, change: func(c *qualif.Soumettre) {
			c.Facture.Cadre, c.Facture.Devise, c.Facture.NumeroBonCommande = "A2_FACTURE_FOURNISSEUR_DEJA_PAYEE", "USD", "EJ-3"
		}}),
	}
	p.later(25 * time.Hour)
	return append(all, p.submit(invoice{numero: "G-4", ttc: 50, login: techGamma, supplier: 103}),
		p.submit(invoice{numero: "F-5", ttc: 400, change: func(c *qualif.Soumettre) {
			c.Facture.Cadre = "A9_FACTURE_SOUSTRAITANT"
			c.Valideur = qualif.Identifier{Type: qualif.SIRET, Value: "00000000000103"}
		}}))
}

// reject makes the town hall refuse an invoice; acknowledge is its supplier
// taking note.
func (p *platform) reject(id int64) {
	p.tb.Helper()
	if _, err := sandboxes.Do(p.sandbox, qualif.TraiterRecue{
		Pour: p.principal(techMairie), FactureID: id, Statut: qualif.StatutRejetee, Motif: "Erreur de prix",
	}); err != nil {
		p.tb.Fatal(err)
	}
}

func (p *platform) acknowledge(id int64) {
	p.tb.Helper()
	if _, err := sandboxes.Do(p.sandbox, qualif.TraiterRejets{Pour: p.principal(techAlpha), IDs: []int64{id}}); err != nil {
		p.tb.Fatal(err)
	}
}
