package qualif

import (
	"cmp"
	"slices"
	"strings"
)

// SortColumn is what a search of structures is sorted by (official enum of
// structures/v1/rechercher).
type SortColumn string

// The sort columns.
const (
	ByIdentifiant     SortColumn = "IdentifiantStructure"
	ByDesignation     SortColumn = "DesignationStructure"
	ByTypeIdentifiant SortColumn = "TypeIdentifiantStructure"
	ByStatut          SortColumn = "Statut"
)

// sortOrders sorts once for every search to come. Ties keep the order of ids,
// so that pages never overlap.
func sortOrders(structures []Structure) map[SortColumn][]*Structure {
	all := make([]*Structure, len(structures))
	for i := range structures {
		all[i] = &structures[i]
	}
	by := func(key func(*Structure) string) []*Structure {
		sorted := slices.Clone(all)
		slices.SortStableFunc(sorted, func(a, b *Structure) int { return cmp.Compare(key(a), key(b)) })
		return sorted
	}
	return map[SortColumn][]*Structure{
		ByIdentifiant:     by(func(s *Structure) string { return s.Identifiant }),
		ByDesignation:     by(func(s *Structure) string { return strings.ToUpper(s.Designation()) }),
		ByTypeIdentifiant: by(func(s *Structure) string { return string(s.TypeIdentifiant) }),
		ByStatut:          by(func(s *Structure) string { return s.StatutAPI() }),
	}
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
// Names match when they contain the words given, whatever the case; codes and
// identifiers match when equal.
type StructureQuery struct {
	RaisonSociale, Identifiant, Libelle, Nom, Prenom string
	CodePostal, Ville, CodePays                      string
	TypeIdentifiant                                  IdentifierType
	Publique, Inactive, EstMOA, EstMOAUniquement     *bool
	// Visible limits private structures to the caller's own; nil is no limit.
	Visible *Principal
	Sort    SortColumn
	Desc    bool
	// Offset and Limit cut the page; Limit must be positive.
	Offset, Limit int
}

// Search finds a page of structures and how many match in all.
func (d *DataSet) Search(q StructureQuery) (page []*Structure, total int) {
	if q.Identifiant != "" {
		return d.searchIdentifier(q)
	}
	ordered := d.index.order[q.Sort]
	if ordered == nil {
		ordered = d.index.order[ByIdentifiant]
	}
	return cut(ordered, q)
}

// searchIdentifier answers without a scan: an identifier is unique in its type.
func (d *DataSet) searchIdentifier(q StructureQuery) (page []*Structure, total int) {
	var found []*Structure
	for _, kind := range IdentifierTypes {
		if s, ok := d.ByIdentifier(kind, q.Identifiant); ok {
			found = append(found, s)
		}
	}
	return cut(found, q)
}

func cut(ordered []*Structure, q StructureQuery) (page []*Structure, total int) {
	for i := range ordered {
		s := ordered[i]
		if q.Desc {
			s = ordered[len(ordered)-1-i]
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

func (q *StructureQuery) matches(s *Structure) bool {
	address := s.Adresse
	if address == nil {
		address = &Address{}
	}
	return contains(s.RaisonSociale, q.RaisonSociale) && contains(s.Libelle, q.Libelle) && contains(s.Nom, q.Nom) &&
		contains(s.Prenom, q.Prenom) && contains(address.Ville, q.Ville) &&
		equals(s.Identifiant, q.Identifiant) && equals(string(s.TypeIdentifiant), string(q.TypeIdentifiant)) &&
		equals(address.CodePostal, q.CodePostal) && equals(address.Pays, q.CodePays) &&
		agrees(s.Publique, q.Publique) && agrees(s.Inactive, q.Inactive) &&
		agrees(s.Parametres.EstMOA, q.EstMOA) && agrees(s.Parametres.EstMOAUniquement, q.EstMOAUniquement) &&
		(q.Visible == nil || s.Publique || q.Visible.Reaches(s.ID))
}

func contains(value, words string) bool {
	return words == "" || strings.Contains(strings.ToUpper(value), strings.ToUpper(words))
}

func equals(value, wanted string) bool { return wanted == "" || strings.EqualFold(value, wanted) }

func agrees(value bool, wanted *bool) bool { return wanted == nil || *wanted == value }
