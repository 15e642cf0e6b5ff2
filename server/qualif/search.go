package qualif

import (
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

// searchIndex holds the structures in every order that a search can ask for.
type searchIndex map[SortColumn][]*Structure

// newSearchIndex sorts once for every search to come.
func newSearchIndex(structures []Structure) searchIndex {
	all := make([]*Structure, len(structures))
	for i := range structures {
		all[i] = &structures[i]
	}
	index := searchIndex{}
	for column, key := range sortKeys {
		index[column] = sortedBy(key, all)
	}
	return index
}

// sortedBy is a sorted copy. Ties keep their order, so that pages never overlap.
func sortedBy(key func(*Structure) string, all []*Structure) []*Structure {
	type entry struct {
		key string
		s   *Structure
	}
	entries := make([]entry, len(all))
	for i, s := range all {
		entries[i] = entry{key(s), s}
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return strings.Compare(a.key, b.key) })
	sorted := make([]*Structure, len(all))
	for i, e := range entries {
		sorted[i] = e.s
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
	if sortKeys[q.Sort] == nil {
		q.Sort = ByIdentifiant
	}
	candidates := d.index.search[q.Sort]
	if q.Identifiant != "" {
		candidates = sortedBy(sortKeys[q.Sort], d.identified(q.Identifiant))
	}
	for _, words := range []*string{&q.RaisonSociale, &q.Libelle, &q.Nom, &q.Prenom, &q.Ville} {
		*words = strings.ToUpper(*words)
	}
	for i, s := range candidates {
		if q.Desc {
			s = candidates[len(candidates)-1-i]
		}
		if !q.matches(s) {
			continue
		}
		if total >= q.Offset && len(page) < q.Limit {
			page = append(page, s)
		}
		total++
	}
	return page, total
}

// identified lists the few structures that have an identifier, without a scan:
// it is unique in its type.
func (d *DataSet) identified(value string) []*Structure {
	var found []*Structure
	for _, kind := range IdentifierTypes {
		if s, ok := d.ByIdentifier(kind, value); ok {
			found = append(found, s)
		}
	}
	slices.SortFunc(found, byStructureID)
	return found
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
		equals(address.CodePostal, q.CodePostal) && equals(address.Pays, q.CodePays) &&
		contains(s.RaisonSociale, q.RaisonSociale) && contains(s.Libelle, q.Libelle) && contains(s.Nom, q.Nom) &&
		contains(s.Prenom, q.Prenom) && contains(address.Ville, q.Ville) &&
		(q.Visible == nil || s.Publique || q.Visible.Reaches(s.ID))
}

func contains(value, upper string) bool {
	return upper == "" || strings.Contains(strings.ToUpper(value), upper)
}

func equals(value, wanted string) bool { return wanted == "" || strings.EqualFold(value, wanted) }

func agrees(value bool, wanted *bool) bool { return wanted == nil || *wanted == value }
