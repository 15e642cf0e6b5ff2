package qualif_test

import (
	"slices"
	"testing"
	"time"

	"chorus-qualif/server/qualif"
)

// The recipients of these tests: demands such as those of the standing recipients
// of the qualification environment, all managed by buyer but state.
const (
	buyer = "acheteur@example.fr"

	anything   = "20000000000296"
	commitment = "12345678200036"
	service    = "12345678200028"
	either     = "12345678200044"
	state      = "11000201100044"
	both       = "20000000000299" // closed services, and one that demands a commitment
	unpaid     = "20000000000298" // does not tell of its payments
	gone       = "20000000000297" // public and inactive
)

const (
	anythingID = 201 + iota
	commitmentID
	serviceID
	eitherID
	bothID
	unpaidID
	goneID
)

// withRecipients adds public structures to the small data set, one bank account
// and one service to its supplier, and somebody who manages the recipients.
func withRecipients(d *qualif.DataSet) *qualif.DataSet {
	public := func(id int64, siret string, p qualif.Parameters, services ...qualif.Service) qualif.Structure {
		return qualif.Structure{ID: id, TypeIdentifiant: qualif.SIRET, Identifiant: siret, RaisonSociale: "Destinataire " + siret, Publique: true, Parametres: p, Services: services}
	}
	closed := public(goneID, gone, qualif.Parameters{})
	closed.Inactive = true
	d.Structures = append(d.Structures,
		public(anythingID, anything, qualif.Parameters{}),
		public(commitmentID, commitment, qualif.Parameters{NumeroEJDoitEtreRenseigne: true}),
		public(serviceID, service, qualif.Parameters{CodeServiceDoitEtreRenseigne: true}, qualif.Service{ID: 2031, Code: "SERVICE_DEST_SERV_OBL", Actif: true}),
		public(eitherID, either, qualif.Parameters{GestionNumeroEJOuCodeService: true}, qualif.Service{ID: 2041, Code: "SERVICE_DEST_EJ_OU_SERV_OBL", Actif: true}),
		public(bothID, both, qualif.Parameters{},
			qualif.Service{ID: 2051, Code: "EJ", Actif: true, NumeroEngagement: true},
			qualif.Service{ID: 2052, Code: "INACTIF"},
			qualif.Service{ID: 2053, Code: "FINI", Actif: true, DateFin: noon.AddDate(0, -1, 0)},
			qualif.Service{ID: 2054, Code: "FUTUR", Actif: true, DateDebut: noon.AddDate(0, 1, 0)}),
		public(unpaidID, unpaid, qualif.Parameters{StatutMiseEnPaiementNestPasRemonte: true}),
		closed,
	)
	for i := range d.Structures {
		switch s := &d.Structures[i]; s.ID {
		case supplierID:
			s.Services = []qualif.Service{{ID: 1011, Code: "SERVICE_PRIVE_1", Actif: true}}
			s.CoordonneesBancaires = []qualif.CoordonneeBancaire{{ID: 144050, Nom: "Compte courant"}, {ID: 144051, Nom: "Ancien", Inactive: true}}
		case orphanID:
			s.Services = []qualif.Service{{ID: 1051, Code: "SFACETAT", Actif: true}}
		}
	}
	d.People = append(d.People, qualif.Person{ID: 6, Login: buyer, Nom: "Six", Contact: "acheteur@mail.example"})
	for i, id := range []int64{anythingID, commitmentID, serviceID, eitherID, bothID, unpaidID, goneID} {
		d.Rattachements = append(d.Rattachements, qualif.Rattachement{ID: int64(20 + i), Login: buyer, StructureID: id, Role: qualif.GestionnairePrincipal})
	}
	return d
}

// facturation is a sandbox with recipients, changed as asked.
func facturation(t testing.TB, changes ...func(*qualif.Found)) *sandbox {
	t.Helper()
	d := withRecipients(unindexed())
	if err := d.Index(); err != nil {
		t.Fatal(err)
	}
	return founded(t, "portail-2022", append([]func(*qualif.Found){func(f *qualif.Found) { f.DataSet = d }}, changes...)...)
}

// pour is on whose behalf a person of the data set acts.
func pour(sb *sandbox, login string) qualif.Principal {
	p, ok := sb.Data().Person(login)
	if !ok {
		sb.t.Fatalf("nobody is called %s", login)
	}
	return sb.Principal(qualif.Verdict{Code: qualif.CodeGranted, Person: p})
}

// montant reads an amount that is one.
func montant(text string) qualif.Montant {
	m, err := qualif.ParseMontant(text)
	if err != nil {
		panic(err)
	}
	return m
}

// saisie is an entered invoice that is accepted: 2 days at 500 euros and 20 % of
// VAT, to a recipient without demands.
func saisie(sb *sandbox) qualif.Soumettre {
	return qualif.Soumettre{
		Pour: pour(sb, manager),
		Facture: qualif.Facture{
			Type: "FACTURE", ModeDepot: qualif.ModeSaisie, Cadre: "A1_FACTURE_FOURNISSEUR", Fournisseur: qualif.Partie{StructureID: supplierID},
			Devise: "EUR", TypeTVA: "TVA_SUR_DEBIT", ModePaiement: "VIREMENT",
			Lignes:   []qualif.Ligne{{Numero: 1, Denomination: "Jour", Quantite: montant("2"), PrixUnitaire: montant("500"), TauxCode: "TVA5"}},
			TVA:      []qualif.LigneTVA{{TauxCode: "TVA5", BaseHT: montant("1000"), Montant: montant("200")}},
			Montants: qualif.Montants{HT: montant("1000"), TVA: montant("200"), TTC: montant("1200"), APayer: montant("1200")},
		},
		Destinataire: qualif.Identifier{Type: qualif.SIRET, Value: anything},
	}
}

// depot is the invoice of saisie sent as a file under a number.
func depot(sb *sandbox, numero string, change ...func(*qualif.Soumettre)) qualif.Soumettre {
	sb.t.Helper()
	c := saisie(sb)
	piece := do(sb, qualif.AjouterFichier{Pour: c.Pour, Piece: qualif.PieceJointe{Nom: "facture.pdf", Extension: "PDF", Taille: 9}})
	c.Facture.ModeDepot, c.Facture.Numero, c.Facture.DateFacture = "DEPOT_PDF_API", numero, sb.now
	c.Facture.Principale = &qualif.PieceLiee{PieceID: piece.ID, Designation: "Facture"}
	for _, one := range change {
		one(&c)
	}
	return c
}

// facture is an invoice as it is now.
func (sb *sandbox) facture(id int64) *qualif.Facture {
	sb.t.Helper()
	sb.to(sb.now)
	f, ok := sb.Facture(id)
	if !ok {
		sb.t.Fatalf("there is no invoice %d", id)
	}
	return f
}

// wantStatut checks where an invoice is now.
func (sb *sandbox) wantStatut(id int64, want qualif.Statut) {
	sb.t.Helper()
	if got := sb.facture(id).Statut; got != want {
		sb.t.Fatalf("invoice %d at %s: got %s, want %s", id, sb.now, got, want)
	}
}

// disposition deposits an invoice and brings it to its recipient.
func (sb *sandbox) disposition(c qualif.Soumettre) *qualif.Facture {
	sb.t.Helper()
	id := do(sb, c).ID
	sb.pass(10 * time.Minute)
	sb.wantStatut(id, qualif.StatutMiseADisposition)
	return sb.facture(id)
}

// path is what an invoice went through.
func path(f *qualif.Facture) []qualif.Statut {
	var all []qualif.Statut
	for _, p := range f.Historique {
		all = append(all, p.Statut)
	}
	return all
}

func wantPath(t testing.TB, f *qualif.Facture, want ...qualif.Statut) {
	t.Helper()
	if got := path(f); !slices.Equal(got, want) {
		t.Errorf("invoice %d: got %v, want %v", f.ID, got, want)
	}
}

// codesOf are all the mistakes of a refusal.
func codesOf(r *qualif.Refusal) []string {
	codes := []string{r.Code}
	for _, other := range r.Aussi {
		codes = append(codes, other.Code)
	}
	return codes
}
