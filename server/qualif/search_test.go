package qualif_test

import (
	"fmt"
	"slices"
	"testing"

	"chorus-qualif/server/qualif"
)

func directory(t testing.TB) *qualif.DataSet {
	t.Helper()
	address := func(code, town, country string) *qualif.Address {
		return &qualif.Address{CodePostal: code, Ville: town, Pays: country}
	}
	d := &qualif.DataSet{
		Name: "directory",
		Structures: []qualif.Structure{
			{ID: 1, TypeIdentifiant: qualif.SIRET, Identifiant: "00000000000003", RaisonSociale: "Zinc", Publique: true, Adresse: address("75001", "Paris", "FR")},
			{ID: 2, TypeIdentifiant: qualif.SIRET, Identifiant: "00000000000001", RaisonSociale: "Été & fils", Adresse: address("31000", "TOULOUSE", "FR")},
			{ID: 3, TypeIdentifiant: qualif.SIRET, Identifiant: "00000000000002", Libelle: "abricot", Inactive: true, Parametres: qualif.Parameters{EstMOA: true}},
			{ID: 4, TypeIdentifiant: qualif.UEHorsFrance, Identifiant: "BE0123", RaisonSociale: "Zinc Benelux", Adresse: address("1000", "Bruxelles", "BE")},
			{ID: 5, TypeIdentifiant: qualif.HorsUE, Identifiant: "be0123", RaisonSociale: "Zebra", Publique: true, Parametres: qualif.Parameters{EstMOAUniquement: true}},
			{ID: 6, TypeIdentifiant: qualif.Particulier, Identifiant: "P1", Nom: "Martin", Prenom: "Anne"},
			{ID: 7, TypeIdentifiant: qualif.Particulier, Identifiant: "P2", Nom: "Martin", Prenom: "Bruno"},
		},
	}
	if err := d.Index(); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestSearchCriteria(t *testing.T) {
	t.Parallel()
	d := directory(t)
	yes, no := true, false
	own, _ := d.Structure(2)
	for name, test := range map[string]struct {
		q    qualif.StructureQuery
		want []int64
	}{
		"everything, by identifier":  {qualif.StructureQuery{}, []int64{2, 3, 1, 4, 6, 7, 5}},
		"identifier":                 {qualif.StructureQuery{Identifiant: "00000000000002"}, []int64{3}},
		"identifier, another type":   {qualif.StructureQuery{Identifiant: "00000000000002", TypeIdentifiant: qualif.RIDET}, nil},
		"identifier, unknown":        {qualif.StructureQuery{Identifiant: "00000000000009"}, nil},
		"identifier of two types":    {qualif.StructureQuery{Identifiant: "Be0123"}, []int64{4, 5}},
		"the same by designation":    {qualif.StructureQuery{Identifiant: "Be0123", Sort: qualif.ByDesignation}, []int64{5, 4}},
		"identifier and type":        {qualif.StructureQuery{Identifiant: "BE0123", TypeIdentifiant: qualif.HorsUE}, []int64{5}},
		"identifier and another row": {qualif.StructureQuery{Identifiant: "BE0123", RaisonSociale: "zeb"}, []int64{5}},
		"part of a name":             {qualif.StructureQuery{RaisonSociale: "zinc"}, []int64{1, 4}},
		"an accent":                  {qualif.StructureQuery{RaisonSociale: "éTÉ"}, []int64{2}},
		"label":                      {qualif.StructureQuery{Libelle: "ABRI"}, []int64{3}},
		"last name":                  {qualif.StructureQuery{Nom: "martin"}, []int64{6, 7}},
		"first name":                 {qualif.StructureQuery{Nom: "martin", Prenom: "BRUNO"}, []int64{7}},
		"type":                       {qualif.StructureQuery{TypeIdentifiant: qualif.Particulier}, []int64{6, 7}},
		"postcode":                   {qualif.StructureQuery{CodePostal: "31000"}, []int64{2}},
		"part of a postcode":         {qualif.StructureQuery{CodePostal: "31"}, nil},
		"town":                       {qualif.StructureQuery{Ville: "toul"}, []int64{2}},
		"country":                    {qualif.StructureQuery{CodePays: "be"}, []int64{4}},
		"public":                     {qualif.StructureQuery{Publique: &yes}, []int64{1, 5}},
		"private":                    {qualif.StructureQuery{Publique: &no}, []int64{2, 3, 4, 6, 7}},
		"inactive":                   {qualif.StructureQuery{Inactive: &yes}, []int64{3}},
		"contracting authority":      {qualif.StructureQuery{EstMOA: &yes}, []int64{3}},
		"contracting authority only": {qualif.StructureQuery{EstMOAUniquement: &yes}, []int64{5}},
		"what the caller may see":    {qualif.StructureQuery{Visible: &qualif.Principal{Structures: []*qualif.Structure{own}}}, []int64{2, 1, 5}},
		"what nobody's caller may":   {qualif.StructureQuery{Visible: &qualif.Principal{}}, []int64{1, 5}},
		"an unknown column":          {qualif.StructureQuery{RaisonSociale: "zinc", Sort: "Ville"}, []int64{1, 4}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.q.Limit = 100
			page, total := d.Search(test.q)
			if got := ids(page); !slices.Equal(got, test.want) || total != len(test.want) {
				t.Errorf("got %v of %d, want %v", got, total, test.want)
			}
			test.q.Desc = true
			back := slices.Clone(test.want)
			slices.Reverse(back)
			if page, _ := d.Search(test.q); !slices.Equal(ids(page), back) {
				t.Errorf("descending: got %v, want %v", ids(page), back)
			}
		})
	}
}

func TestSearchFindsTheSharedStructure(t *testing.T) {
	t.Parallel()
	d := directory(t)
	want, _ := d.Structure(3)
	for _, q := range []qualif.StructureQuery{{Identifiant: "00000000000002", Limit: 1}, {Libelle: "abricot", Limit: 1}} {
		if page, _ := d.Search(q); len(page) != 1 || page[0] != want {
			t.Errorf("%+v: got a copy", q)
		}
	}
}

func TestSearchOrder(t *testing.T) {
	t.Parallel()
	d := directory(t)
	for column, want := range map[qualif.SortColumn][]int64{
		qualif.ByIdentifiant:     {2, 3, 1, 4, 6, 7, 5},
		qualif.ByDesignation:     {3, 6, 7, 5, 1, 4, 2}, // É is after Z
		qualif.ByTypeIdentifiant: {5, 6, 7, 1, 2, 3, 4},
		qualif.ByStatut:          {1, 2, 4, 5, 6, 7, 3},
	} {
		if page, _ := d.Search(qualif.StructureQuery{Sort: column, Limit: 100}); !slices.Equal(ids(page), want) {
			t.Errorf("%s: got %v, want %v", column, ids(page), want)
		}
	}
}

// Pages cover everything once, whatever the column, although most rows tie.
func TestPagesNeverOverlap(t *testing.T) {
	t.Parallel()
	d := manyStructures(t, 103)
	for _, column := range []qualif.SortColumn{qualif.ByIdentifiant, qualif.ByDesignation, qualif.ByTypeIdentifiant, qualif.ByStatut} {
		for _, descending := range []bool{false, true} {
			seen, last := map[int64]bool{}, (*qualif.Structure)(nil)
			for offset := 0; offset < 120; offset += 10 {
				page, total := d.Search(qualif.StructureQuery{Sort: column, Desc: descending, Offset: offset, Limit: 10})
				if want := max(0, min(10, 103-offset)); len(page) != want || total != 103 {
					t.Fatalf("%s from %d: got %d of %d, want %d of 103", column, offset, len(page), total, want)
				}
				for _, s := range page {
					if seen[s.ID] {
						t.Fatalf("%s: structure %d is on two pages", column, s.ID)
					}
					if last != nil && column == qualif.ByDesignation && last.RaisonSociale == s.RaisonSociale && (last.ID > s.ID) != descending {
						t.Fatalf("%s: %d comes after %d, of the same name", column, s.ID, last.ID)
					}
					seen[s.ID], last = true, s
				}
			}
		}
	}
	if page, total := d.Search(qualif.StructureQuery{}); len(page) != 0 || total != 103 {
		t.Errorf("without a limit: got %d of %d", len(page), total)
	}
}

// manyStructures is a data set of n private structures, each with its manager.
func manyStructures(t testing.TB, n int) *qualif.DataSet {
	t.Helper()
	d := &qualif.DataSet{Name: fmt.Sprint("many ", n)}
	for i := range n {
		id, login := int64(i+1), fmt.Sprintf("gp%d@example.fr", i)
		d.Structures = append(d.Structures, qualif.Structure{
			ID: id, TypeIdentifiant: qualif.SIRET, Identifiant: fmt.Sprintf("%014d", 7*i+1), RaisonSociale: fmt.Sprintf("Société %d des Eaux", i%10),
			Adresse: &qualif.Address{CodePostal: "75001", Ville: "Paris"},
		})
		d.People = append(d.People, qualif.Person{ID: id, Login: login})
		d.Rattachements = append(d.Rattachements, qualif.Rattachement{ID: id, Login: login, StructureID: id, Role: qualif.GestionnairePrincipal})
	}
	if err := d.Index(); err != nil {
		t.Fatal(err)
	}
	return d
}
