package qualif

import (
	"cmp"
	"slices"
	"strings"
)

// SortColumn is what a search of structures is sorted by (official enum of
// structures/v1/rechercher).
type SortColumn string

// The sort columns. The designation is sorted whatever the case.
const (
	ByIdentifiant     SortColumn = "IdentifiantStructure"
	ByDesignation     SortColumn = "DesignationStructure"
	ByTypeIdentifiant SortColumn = "TypeIdentifiantStructure"
	ByStatut          SortColumn = "Statut"
)

// sortKeys makes the text that each column sorts by.
var sortKeys = map[SortColumn]func(*Structure) string{
	ByIdentifiant:     func(s *Structure) string { return s.Identifiant },
	ByDesignation:     func(s *Structure) string { return strings.ToUpper(s.Designation()) },
	ByTypeIdentifiant: func(s *Structure) string { return string(s.TypeIdentifiant) },
	ByStatut:          (*Structure).StatutAPI,
}

// row is a structure with all the words that a search may ask for, in upper
// case: most are ruled out without a look at the structure.
type row struct {
	s     *Structure
	words string
}

// searchIndex holds the rows in every order that a search can ask for.
type searchIndex map[SortColumn][]*row

// newSearchIndex sorts once for every search to come.
func newSearchIndex(structures []Structure) searchIndex {
	rows := make([]row, len(structures))
	all := make([]*row, len(structures))
	for i := range structures {
		s, town := &structures[i], ""
		if s.Adresse != nil {
			town = s.Adresse.Ville
		}
		words := []string{s.RaisonSociale, s.Libelle, s.Nom, s.Prenom, town}
		rows[i] = row{s, strings.ToUpper(strings.Join(words, "\n"))}
		all[i] = &rows[i]
	}
	index := searchIndex{}
	for column, key := range sortKeys {
		index[column] = sortedBy(key, all)
	}
	return index
}

// sortedBy is a sorted copy. Ties keep their order, so that pages never overlap.
func sortedBy(key func(*Structure) string, all []*row) []*row {
	type entry struct {
		key string
		row *row
	}
	entries := make([]entry, len(all))
	for i, r := range all {
		entries[i] = entry{key(r.s), r}
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return strings.Compare(a.key, b.key) })
	sorted := make([]*row, len(all))
	for i, e := range entries {
		sorted[i] = e.row
	}
	return sorted
}

// StatutAPI is the structure's status as answers spell it: ACTIVE or INACTIVE
// (requests spell it ACTIF and INACTIF).
func (s *Structure) StatutAPI() string {
	if s.Inactive {
		return "INACTIVE"
	}
	return "ACTIVE"
}

// StructureQuery is a search of structures; empty fields match everything.
// Names and towns match when they contain the words given; codes and
// identifiers match when equal; case never matters.
type StructureQuery struct {
	RaisonSociale, Identifiant, Libelle, Nom, Prenom string
	CodePostal, Ville, CodePays                      string
	TypeIdentifiant                                  IdentifierType
	// Publique, Inactive, EstMOA and EstMOAUniquement match either value
	// when nil.
	Publique, Inactive, EstMOA, EstMOAUniquement *bool
	// Visible limits private structures to the caller's own; nil is no limit.
	Visible *Principal
	// Sort is ByIdentifiant when it is none of the four columns.
	Sort SortColumn
	Desc bool
	// Offset and Limit count structures and cut the page; a Limit that is
	// not positive makes it empty.
	Offset, Limit int
}

// Search finds a page of structures and how many match in all.
func (d *DataSet) Search(q StructureQuery) (page []*Structure, total int) {
	for _, words := range []*string{&q.RaisonSociale, &q.Libelle, &q.Nom, &q.Prenom, &q.Ville} {
		*words = strings.ToUpper(*words)
	}
	if sortKeys[q.Sort] == nil {
		q.Sort = ByIdentifiant
	}
	consider := func(s *Structure) {
		if !q.matches(s) {
			return
		}
		if total >= q.Offset && len(page) < q.Limit {
			page = append(page, s)
		}
		total++
	}
	if q.Identifiant != "" {
		for _, s := range d.identified(&q) {
			consider(s)
		}
		return page, total
	}
	rows := d.index.search[q.Sort]
	for i, r := range rows {
		if q.Desc {
			r = rows[len(rows)-1-i]
		}
		if q.mayMatch(r) {
			consider(r.s)
		}
	}
	return page, total
}

// identified lists the few structures that have the identifier asked for, in
// order and without a scan: it is unique in its type.
func (d *DataSet) identified(q *StructureQuery) []*Structure {
	var found []*Structure
	for _, kind := range IdentifierTypes {
		if s, ok := d.ByIdentifier(kind, q.Identifiant); ok {
			found = append(found, s)
		}
	}
	key := sortKeys[q.Sort]
	slices.SortFunc(found, func(a, b *Structure) int {
		return cmp.Or(strings.Compare(key(a), key(b)), byStructureID(a, b))
	})
	if q.Desc {
		slices.Reverse(found)
	}
	return found
}

// mayMatch rules out most rows without a look at the structure; the query's
// words are in upper case.
func (q *StructureQuery) mayMatch(r *row) bool {
	for _, words := range [...]string{q.RaisonSociale, q.Libelle, q.Nom, q.Prenom, q.Ville} {
		if !strings.Contains(r.words, words) {
			return false
		}
	}
	return true
}

// matches tells whether a structure answers a query whose words are in upper
// case.
func (q *StructureQuery) matches(s *Structure) bool {
	address := s.Adresse
	if address == nil {
		address = &Address{}
	}
	return equals(string(s.TypeIdentifiant), string(q.TypeIdentifiant)) &&
		agrees(s.Publique, q.Publique) && agrees(s.Inactive, q.Inactive) &&
		agrees(s.Parametres.EstMOA, q.EstMOA) && agrees(s.Parametres.EstMOAUniquement, q.EstMOAUniquement) &&
		(q.Visible == nil || s.Publique || q.Visible.Reaches(s.ID)) &&
		equals(address.CodePostal, q.CodePostal) && equals(address.Pays, q.CodePays) &&
		contains(s.RaisonSociale, q.RaisonSociale) && contains(s.Libelle, q.Libelle) && contains(s.Nom, q.Nom) &&
		contains(s.Prenom, q.Prenom) && contains(address.Ville, q.Ville)
}

func contains(value, upper string) bool {
	return upper == "" || strings.Contains(strings.ToUpper(value), upper)
}

func equals(value, wanted string) bool { return wanted == "" || strings.EqualFold(value, wanted) }

func agrees(value bool, wanted *bool) bool { return wanted == nil || *wanted == value }
