package qualif_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"chorus-qualif/server/qualif"
)

// trade is a data set of a buyer with commitments towards two suppliers, one of
// which has bank accounts.
func trade(t testing.TB, changes ...func(*qualif.DataSet)) (*qualif.DataSet, error) {
	t.Helper()
	service := []qualif.Service{{ID: 1, Code: "ACHATS"}}
	d := &qualif.DataSet{Name: "trade", Structures: []qualif.Structure{
		{ID: 1, TypeIdentifiant: qualif.SIRET, Identifiant: "00000000000001", Publique: true, Services: service, EngagementsJuridiques: []qualif.EngagementJuridique{
			{ID: 12, Type: "BON_DE_COMMANDE", Numero: "EJ-2", Etat: "COMMANDE", FournisseurID: 2, MontantTTC: qualif.MontantDe(200), NumeroMarche: "M1"},
			{ID: 11, Type: "BON_DE_COMMANDE", Numero: "EJ-1", Etat: "COMMANDE", FournisseurID: 2, ServiceEmetteur: "ACHATS", ServiceFournisseur: "VENTES",
				MontantTTC: qualif.MontantDe(100), DateNotification: time.Date(2026, 2, 1, 0, 0, 0, 0, qualif.Paris)},
			{ID: 13, Type: "BON_DE_COMMANDE", Numero: "EJ-3", Etat: "CLOTURE", FournisseurID: 3},
		}},
		{ID: 2, TypeIdentifiant: qualif.SIRET, Identifiant: "00000000000002", Services: []qualif.Service{{ID: 2, Code: "VENTES"}}, CoordonneesBancaires: []qualif.CoordonneeBancaire{
			{ID: 21, Nom: "Compte courant", IBAN: "FR7630006000011234567890189", BIC: "AGRIFRPP"}, {ID: 22, Nom: "Ancien", Inactive: true},
		}},
		{ID: 3, TypeIdentifiant: qualif.SIRET, Identifiant: "00000000000003"},
		{ID: 4, TypeIdentifiant: qualif.SIRET, Identifiant: "00000000000004", Publique: true, EngagementsJuridiques: []qualif.EngagementJuridique{
			{ID: 14, Type: "BON_DE_COMMANDE", Numero: "ej-1", Etat: "COMMANDE", FournisseurID: 3},
		}},
	}}
	for _, change := range changes {
		change(d)
	}
	return d, d.Index()
}

func TestEngagements(t *testing.T) {
	t.Parallel()
	d, err := trade(t)
	if err != nil {
		t.Fatal(err)
	}
	reach := func(ids ...int64) *qualif.Principal {
		p := &qualif.Principal{}
		for _, id := range ids {
			s, _ := d.Structure(id)
			p.Structures = append(p.Structures, s)
		}
		return p
	}
	february := time.Date(2026, 2, 1, 0, 0, 0, 0, qualif.Paris)
	for name, test := range map[string]struct {
		q    qualif.EngagementQuery
		want []int64
	}{
		"a supplier's":             {qualif.EngagementQuery{Visible: reach(2)}, []int64{11, 12}},
		"a buyer's":                {qualif.EngagementQuery{Visible: reach(1)}, []int64{11, 12, 13}},
		"both's, once":             {qualif.EngagementQuery{Visible: reach(1, 2, 3)}, []int64{11, 12, 13, 14}},
		"nobody's":                 {qualif.EngagementQuery{Visible: reach()}, nil},
		"a number, whatever case":  {qualif.EngagementQuery{Visible: reach(1, 4), Numero: "Ej-1"}, []int64{11, 14}},
		"a number of another":      {qualif.EngagementQuery{Visible: reach(2), Numero: "EJ-3"}, nil},
		"a number of one's own":    {qualif.EngagementQuery{Visible: reach(2), Numero: "EJ-1"}, []int64{11}},
		"part of a number":         {qualif.EngagementQuery{Visible: reach(2), Numero: "EJ"}, nil},
		"a state":                  {qualif.EngagementQuery{Visible: reach(1), Etat: "cloture"}, []int64{13}},
		"a contract":               {qualif.EngagementQuery{Visible: reach(1), NumeroMarche: "m1"}, []int64{12}},
		"a supplier":               {qualif.EngagementQuery{Visible: reach(1), FournisseurID: ptr(int64(3))}, []int64{13}},
		"no supplier":              {qualif.EngagementQuery{Visible: reach(1), FournisseurID: ptr(int64(0))}, nil},
		"notified from":            {qualif.EngagementQuery{Visible: reach(1), NotifieDu: february}, []int64{11}},
		"notified after":           {qualif.EngagementQuery{Visible: reach(1), NotifieDu: february.Add(1)}, nil},
		"notified before":          {qualif.EngagementQuery{Visible: reach(1), NotifieAvant: february.Add(1)}, []int64{11}},
		"notified strictly before": {qualif.EngagementQuery{Visible: reach(1), NotifieAvant: february}, nil},
		"at least":                 {qualif.EngagementQuery{Visible: reach(2), TTCMin: qualif.MontantDe(200)}, []int64{12}},
		"at most":                  {qualif.EngagementQuery{Visible: reach(2), TTCMax: qualif.MontantDe(199)}, []int64{11}},
	} {
		var got []int64
		for _, e := range d.Engagements(test.q) {
			got = append(got, e.ID)
			if e.Emetteur == nil || e.Fournisseur == nil || e.Fournisseur.ID != e.FournisseurID {
				t.Errorf("%s: %+v", name, e)
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}

func TestBankAccountsAreFound(t *testing.T) {
	t.Parallel()
	d, err := trade(t)
	if err != nil {
		t.Fatal(err)
	}
	s, _ := d.Structure(2)
	if account, ok := s.CoordonneeBancaire(22); !ok || account.Nom != "Ancien" || account != &s.CoordonneesBancaires[1] {
		t.Errorf("got %+v, %v", account, ok)
	}
	if _, ok := s.CoordonneeBancaire(1); ok {
		t.Error("found bank account 1")
	}
}

func TestIBANAndBIC(t *testing.T) {
	t.Parallel()
	for iban, good := range map[string]bool{
		"FR7630006000011234567890189": true, "BE68539007547034": true, "NO9386011117947": true, "MT84MALT011000012345MTLCAST001S": true,
		"FR7630006000011234567890188": false, "fr7630006000011234567890189": false, "FR76 3000 6000 0112 3456 7890 189": false, "": false,
		"FR76": false, "1276300060000112345678901": false, "FRA630006000011234567890189": false, "FR76" + strings.Repeat("0", 31): false,
	} {
		if err := qualif.CheckIBAN(iban); (err == nil) != good {
			t.Errorf("%s: %v", iban, err)
		}
	}
	for bic, good := range map[string]bool{
		"AGRIFRPP": true, "AGRIFRPP831": true, "AGRIFR2X": true, "AGRIFRPP8": false, "AGR1FRPP": false, "agrifrpp": false, "": false, "AGRIFRPP83 ": false,
	} {
		if err := qualif.CheckBIC(bic); (err == nil) != good {
			t.Errorf("%s: %v", bic, err)
		}
	}
}

// Every mistake about money is told, all at once.
func TestIndexReportsMistakesOfBankAccountsAndCommitments(t *testing.T) {
	t.Parallel()
	_, err := trade(t, func(d *qualif.DataSet) {
		buyer, supplier := &d.Structures[0], &d.Structures[1]
		supplier.CoordonneesBancaires = append(supplier.CoordonneesBancaires, qualif.CoordonneeBancaire{ID: 21, IBAN: "FR00", BIC: "X"})
		d.Structures[2].CoordonneesBancaires = []qualif.CoordonneeBancaire{{Nom: "sans numéro"}}
		supplier.EngagementsJuridiques = []qualif.EngagementJuridique{{ID: 11, FournisseurID: 9, MontantHT: qualif.MontantDe(-1)}}
		buyer.EngagementsJuridiques = append(buyer.EngagementsJuridiques, qualif.EngagementJuridique{
			ID: 15, Type: "T", Etat: "E", Numero: "ej-1", FournisseurID: 2, ServiceEmetteur: "VENTES", ServiceFournisseur: "ACHATS"})
	})
	if err == nil {
		t.Fatal("no error")
	}
	got := strings.Split(strings.TrimPrefix(err.Error(), `data set "trade": `), "\n")
	slices.Sort(got)
	want := []string{
		"commitment  of structure 00000000000002: an amount is negative",
		"commitment  of structure 00000000000002: idEngagementJuridique 11 is taken or not positive",
		"commitment  of structure 00000000000002: it has no type or no state",
		"commitment  of structure 00000000000002: structure 9, the supplier, does not exist",
		"commitment  of structure 00000000000002: the number has 1 to 50 characters",
		"commitment  of structure 00000000000002: the structure is not a public one, and others commit nothing",
		"commitment ej-1 of structure 00000000000001: the number is taken",
		`commitment ej-1 of structure 00000000000001: the structure has no service "VENTES"`,
		`commitment ej-1 of structure 00000000000001: the supplier has no service "ACHATS"`,
		`structure 2 (SIRET 00000000000002): "FR00" is no IBAN: two letters, two digits, then 11 to 30 letters and digits, all in upper case and without blanks`,
		`structure 2 (SIRET 00000000000002): "X" is no BIC: six letters, then 2 or 5 letters and digits, all in upper case`,
		"structure 2 (SIRET 00000000000002): bank account 21 has no name",
		"structure 2 (SIRET 00000000000002): idCoordonneeBancaire 21 is taken or not positive",
		"structure 3 (SIRET 00000000000003): idCoordonneeBancaire 0 is taken or not positive",
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestDerivedIsMadeOncePerDataSet(t *testing.T) {
	t.Parallel()
	made := 0
	first := qualif.NewDerived(func(d *qualif.DataSet) string { made++; return d.Name })
	second := qualif.NewDerived(func(d *qualif.DataSet) string { return "second " + d.Name })
	a, b := dataSet(t), manyStructures(t, 1)
	for range 3 {
		if got := first.Of(a) + ", " + second.Of(a) + ", " + first.Of(b); got != "small, second small, many 1" {
			t.Errorf("got %s", got)
		}
	}
	if made != 2 {
		t.Errorf("made %d times, want once for each of two data sets", made)
	}
}
