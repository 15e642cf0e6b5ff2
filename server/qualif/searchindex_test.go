package qualif_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"chorus-qualif/server/qualif"
)

// town has n structures, each with its own name among names that share most of
// their parts.
func town(t testing.TB, n int) *qualif.DataSet {
	t.Helper()
	trades := []string{"Menuiserie", "Imprimerie", "Maçonnerie", "École", "Mairie", "Œuvre"}
	towns := []string{"Lille", "Lillers", "Saint-Étienne", "Paris", "Pau", ""}
	d := &qualif.DataSet{Name: fmt.Sprint("town ", n)}
	for i := range n {
		s := qualif.Structure{
			ID: int64(i + 1), TypeIdentifiant: qualif.IdentifierTypes[i%5%3], Identifiant: fmt.Sprintf("%014d", 104_729*i%10_000_019),
			Publique: i%3 == 0, Inactive: i%7 == 0, Parametres: qualif.Parameters{EstMOA: i%5 == 0, EstMOAUniquement: i%10 == 0},
		}
		switch i % 4 {
		case 0:
			s.Nom, s.Prenom = fmt.Sprintf("Martin %d", i), trades[i%len(trades)]
		default:
			s.RaisonSociale = fmt.Sprintf("%s %07d", trades[i%len(trades)], 7919*i%10_000_019)
			s.Libelle = strings.ToLower(trades[i/2%len(trades)])
		}
		if at := towns[i/3%len(towns)]; at != "" {
			s.Adresse = &qualif.Address{Ville: at, CodePostal: fmt.Sprintf("%05d", 59000+i%50), Pays: []string{"FR", "BE"}[i%2]}
		}
		d.Structures = append(d.Structures, s)
	}
	if err := d.Index(); err != nil {
		t.Fatal(err)
	}
	return d
}

// naive answers a query in the plainest way.
func naive(d *qualif.DataSet, q qualif.StructureQuery) (page []*qualif.Structure, total int) {
	has := func(value, words string) bool {
		return strings.Contains(strings.ToUpper(value), strings.ToUpper(words))
	}
	is := func(value, wanted string) bool { return wanted == "" || strings.EqualFold(value, wanted) }
	may := func(value bool, wanted *bool) bool { return wanted == nil || *wanted == value }
	var all []*qualif.Structure
	for i := range d.Structures {
		s := &d.Structures[i]
		a := qualif.Address{}
		if s.Adresse != nil {
			a = *s.Adresse
		}
		if has(s.RaisonSociale, q.RaisonSociale) && has(s.Libelle, q.Libelle) && has(s.Nom, q.Nom) && has(s.Prenom, q.Prenom) && has(a.Ville, q.Ville) &&
			is(a.CodePostal, q.CodePostal) && is(a.Pays, q.CodePays) && is(string(s.TypeIdentifiant), string(q.TypeIdentifiant)) &&
			may(s.Publique, q.Publique) && may(s.Inactive, q.Inactive) && may(s.Parametres.EstMOA, q.EstMOA) && may(s.Parametres.EstMOAUniquement, q.EstMOAUniquement) &&
			slices.ContainsFunc([]string{s.RaisonSociale, s.Libelle, s.Nom, s.Prenom, a.Ville, a.CodePostal}, func(v string) bool { return has(v, q.NomVilleCodePostal) }) &&
			(q.Visible == nil || s.Publique || slices.Contains(q.Visible.Structures, s)) {
			all = append(all, s)
		}
	}
	key := map[qualif.SortColumn]func(*qualif.Structure) string{
		qualif.ByDesignation:     func(s *qualif.Structure) string { return strings.ToUpper(s.Designation()) },
		qualif.ByTypeIdentifiant: func(s *qualif.Structure) string { return string(s.TypeIdentifiant) },
		qualif.ByStatut:          (*qualif.Structure).StatutAPI,
	}[q.Sort]
	if key == nil {
		key = func(s *qualif.Structure) string { return s.Identifiant }
	}
	slices.SortStableFunc(all, func(a, b *qualif.Structure) int { return strings.Compare(key(a), key(b)) })
	if q.Desc {
		slices.Reverse(all)
	}
	from := min(q.Offset, len(all))
	return all[from:min(from+q.Limit, len(all))], len(all)
}

// criteria sets one criterion each.
var criteria = []func(*rapid.T, *qualif.StructureQuery){
	func(t *rapid.T, q *qualif.StructureQuery) { q.RaisonSociale = someWords.Draw(t, "raison") },
	func(t *rapid.T, q *qualif.StructureQuery) { q.NomVilleCodePostal = someWords.Draw(t, "any") },
	func(t *rapid.T, q *qualif.StructureQuery) {
		q.Libelle = rapid.SampledFrom([]string{"rie", "é"}).Draw(t, "libelle")
	},
	func(t *rapid.T, q *qualif.StructureQuery) { q.Nom = "tin 2" },
	func(t *rapid.T, q *qualif.StructureQuery) { q.Prenom = "Mairie" },
	func(t *rapid.T, q *qualif.StructureQuery) {
		q.Ville = rapid.SampledFrom([]string{"lille", "pa", "Étienne"}).Draw(t, "ville")
	},
	func(t *rapid.T, q *qualif.StructureQuery) {
		q.CodePostal = rapid.SampledFrom([]string{"59012", "59"}).Draw(t, "code")
	},
	func(_ *rapid.T, q *qualif.StructureQuery) { q.CodePays = "fr" },
	func(t *rapid.T, q *qualif.StructureQuery) {
		q.TypeIdentifiant = rapid.SampledFrom([]qualif.IdentifierType{qualif.SIRET, qualif.HorsUE, qualif.Tahiti, "siret", "X"}).Draw(t, "type")
	},
	func(t *rapid.T, q *qualif.StructureQuery) { q.Publique = ptr(rapid.Bool().Draw(t, "publique")) },
	func(t *rapid.T, q *qualif.StructureQuery) { q.Inactive = ptr(rapid.Bool().Draw(t, "inactive")) },
	func(t *rapid.T, q *qualif.StructureQuery) { q.EstMOA = ptr(rapid.Bool().Draw(t, "moa")) },
	func(t *rapid.T, q *qualif.StructureQuery) { q.EstMOAUniquement = ptr(rapid.Bool().Draw(t, "only")) },
}

var someWords = rapid.SampledFrom([]string{"m", "ma", "men", "MENUISERIE", "imprim", "ille", "Lille", "saint-é", "0007", "000",
	"59", "5900", "59012", "martin 1", "éco", "œuv", "zzz", "rie 0"})

// Whatever the query, the indexes find what reading everything finds: below and
// above the size from which there is an index.
func TestSearchFindsWhatAScanFinds(t *testing.T) {
	t.Parallel()
	sets := []*qualif.DataSet{town(t, 40), town(t, 700)}
	for range 5 { // rapid.Check tries a hundred
		rapid.Check(t, func(t *rapid.T) { compareSearches(t, sets) })
	}
}

func compareSearches(t *rapid.T, sets []*qualif.DataSet) {
	d := rapid.SampledFrom(sets).Draw(t, "set")
	q := qualif.StructureQuery{
		Sort: rapid.SampledFrom([]qualif.SortColumn{"", qualif.ByIdentifiant, qualif.ByDesignation, qualif.ByTypeIdentifiant, qualif.ByStatut}).Draw(t, "sort"),
		Desc: rapid.Bool().Draw(t, "desc"), Offset: rapid.SampledFrom([]int{0, 0, 0, 3, 30, 1000}).Draw(t, "offset"), Limit: rapid.SampledFrom([]int{0, 1, 10, 500, 500}).Draw(t, "limit"),
	}
	for _, i := range rapid.SliceOfN(rapid.IntRange(0, len(criteria)-1), 0, 2).Draw(t, "criteria") {
		criteria[i](t, &q)
	}
	if rapid.Bool().Draw(t, "visible") {
		q.Visible = &qualif.Principal{}
		for _, i := range rapid.SliceOfN(rapid.IntRange(0, len(d.Structures)-1), 0, 20).Draw(t, "own") {
			q.Visible.Structures = append(q.Visible.Structures, &d.Structures[i])
		}
		slices.SortFunc(q.Visible.Structures, func(a, b *qualif.Structure) int { return int(a.ID - b.ID) })
	}
	wantPage, wantTotal := naive(d, q)
	page, total := d.Search(q)
	if total != wantTotal || !slices.Equal(page, wantPage) {
		t.Fatalf("got %v of %d, want %v of %d", ids(page), total, ids(wantPage), wantTotal)
	}
}

func ptr[T any](value T) *T { return &value }
