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
	// NomVilleCodePostal matches when a name, the town or the postal code
	// contains it.
	NomVilleCodePostal string
	TypeIdentifiant    IdentifierType
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

// Search finds a page of structures and how many match in all. By identifier
// and by nothing but yes-or-no criteria it looks at what it shows; by words of
// three bytes or more, at what may match; by shorter or very common ones at
// every structure, the first time.
func (d *DataSet) Search(q StructureQuery) (page []*Structure, total int) {
	for _, words := range q.words() {
		*words = strings.ToUpper(*words)
	}
	if sortKeys[q.Sort] == nil {
		q.Sort = ByIdentifiant
	}
	x := &d.index.search
	if q.Identifiant != "" {
		return q.cut(d.identified(&q))
	}
	if !q.wordy() && q.Offset < shallow {
		return x.classed(&q)
	}
	key := q.key()
	ranks, known := x.recent.get(&key)
	if !known {
		candidates, ok := x.candidates(&q)
		if ok && len(candidates) <= minIndexed {
			return q.cut(x.among(candidates, &q))
		}
		ranks = x.ranked(&q, &key.wanted, candidates, ok)
		x.recent.put(key, ranks)
	}
	return x.paged(&q, ranks)
}

// shallow is how far it is sooner to read than to recall.
const shallow = 256

// words are the criteria that hold for a part of a text, and the postal code,
// whose index is the same.
func (q *StructureQuery) words() [fields + 1]*string {
	return [...]*string{&q.RaisonSociale, &q.Libelle, &q.Nom, &q.Prenom, &q.Ville, &q.CodePostal, &q.NomVilleCodePostal}
}

// wordy tells whether something is asked that only the structure's texts tell.
func (q *StructureQuery) wordy() bool {
	for _, words := range q.words() {
		if *words != "" {
			return true
		}
	}
	return q.CodePays != ""
}

// identified lists the few structures that match and have the identifier asked
// for, in order and without a scan: it is unique in its type.
func (d *DataSet) identified(q *StructureQuery) []*Structure {
	var found []*Structure
	for _, kind := range IdentifierTypes {
		if s, ok := d.ByIdentifier(kind, q.Identifiant); ok {
			if x := &d.index.search; q.matches(&x.rows[x.rowOf(s.ID)]) {
				found = append(found, s)
			}
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

// cut is the page of all that was found, and how much that is.
func (q *StructureQuery) cut(found []*Structure) (page []*Structure, total int) {
	from := min(max(q.Offset, 0), len(found))
	return found[from : from+min(max(q.Limit, 0), len(found)-from)], len(found)
}

// matches tells whether a structure answers a query whose words are in upper
// case.
func (q *StructureQuery) matches(r *row) bool {
	return q.says(r) && q.takes(r.class) && (q.Visible == nil || r.s.Publique || q.Visible.Reaches(r.s.ID))
}

// says tells whether the texts of a structure are those asked for.
func (q *StructureQuery) says(r *row) bool {
	for i, words := range [...]string{q.RaisonSociale, q.Libelle, q.Nom, q.Prenom, q.Ville} {
		if words != "" && !strings.Contains(r.field(i), words) {
			return false
		}
	}
	return (q.CodePostal == "" || r.field(fieldCodePostal) == q.CodePostal) &&
		(q.NomVilleCodePostal == "" || r.contains(q.NomVilleCodePostal)) &&
		(q.CodePays == "" || r.s.Adresse != nil && strings.EqualFold(r.s.Adresse.Pays, q.CodePays))
}

// takes tells whether a class of structures is asked for.
func (q *StructureQuery) takes(c class) bool {
	return (q.TypeIdentifiant == "" || strings.EqualFold(string(c.kind()), string(q.TypeIdentifiant))) &&
		agrees(c, classPublique, q.Publique) && agrees(c, classInactive, q.Inactive) &&
		agrees(c, classMOA, q.EstMOA) && agrees(c, classMOAUniquement, q.EstMOAUniquement)
}

func agrees(c, bit class, wanted *bool) bool { return wanted == nil || *wanted == (c&bit != 0) }
