package chorus

import (
	"cmp"
	"math/bits"
	"slices"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// peut tells whether the caller sees an invoice from a role on it.
func peut(p *qualif.Principal, role qualif.RoleFacture, f *qualif.Facture) bool {
	id := f.Structure(role)
	return id != 0 && p.Reaches(id)
}

// recherche is a search of invoices: who looks, for what, and which page.
type recherche struct {
	role    qualif.RoleFacture
	critere critereFacture
	// aTraiter is what an operation for what waits keeps; nil is all.
	aTraiter *filtre
	page     pagination
	// maximum bounds the number of results; 0 is no bound.
	maximum int64
}

// filtre is a criterion of an operation's own.
type filtre struct {
	nom   string
	garde func(f *qualif.Facture) bool
}

// trouve is a page of invoices, and where it stands.
type trouve struct {
	factures []*qualif.Facture
	retour   parametresRetour
}

// lecture is a search under way.
type lecture struct {
	*recherche
	v          sandboxes.View
	p          *qualif.Principal
	structures []*qualif.Structure
	tri        qualif.Ordre
}

// chercher runs a search at an instant of the sandbox. What is looked at are the
// invoices of the page, whatever the order, as long as no more than one range is
// asked for; of several ranges, the one that the fewest are in is read and the
// others are looked at in each.
func (r *recherche) chercher(v sandboxes.View, p *qualif.Principal) trouve {
	if r.critere.autre {
		return trouve{retour: r.page.window().among(0)}
	}
	l := &lecture{recherche: r, v: v, p: p, tri: colonneFacture(r.page.Colonne)}
	if ids, few := r.nommees(v); few {
		var found []*qualif.Facture
		for _, id := range ids {
			if f, _ := v.Facture(id); peut(p, r.role, f) && l.accepte(f) {
				found = append(found, f)
			}
		}
		return l.triees(found)
	}
	l.structures = p.Structures
	if one := r.seule(); one != 0 {
		l.structures = slices.DeleteFunc(slices.Clone(p.Structures), func(s *qualif.Structure) bool { return s.ID != one })
	}
	conditions, whole := r.conditions(v.Data())
	switch same, ranges := partage(conditions); {
	case whole && len(ranges) == 0:
		return l.extrait(l.suite(ensemble(append(same, condition{Ordre: l.tri}))).triee(l.comparer(l.tri)))
	case whole && len(ranges) == 1:
		return l.une(same, ranges[0])
	default:
		return l.plusieurs(same, ranges)
	}
}

// nommees are the invoices of the number or the flow asked for; false when
// neither is.
func (r *recherche) nommees(v sandboxes.View) ([]int64, bool) {
	k := &r.critere
	switch {
	case k.numero != "" && k.numero[len(k.numero)-1] != '*':
		return v.FacturesNumerotees(k.numero), true
	case k.flux != "" && k.flux[len(k.flux)-1] != '*':
		return v.FacturesDuFlux(k.flux), true
	}
	return nil, false
}

// seule is the one structure in the caller's role that the criteria ask for, 0
// when they ask for several or none.
func (r *recherche) seule() int64 {
	one := func(wanted []partieCherchee, siren bool) int64 {
		if len(wanted) == 1 && !siren {
			return wanted[0].structure
		}
		return 0
	}
	switch r.role {
	case qualif.RoleFournisseur:
		return one(r.critere.fournisseurs, r.critere.sirenFournisseur)
	case qualif.RoleDestinataire:
		return one(r.critere.destinataires, r.critere.sirenDestinataire)
	}
	return r.critere.valideur
}

// conditions are what is asked for and has an index, and whether that is
// everything. The structure that is looked from is a condition no more.
func (r *recherche) conditions(d *qualif.DataSet) (all []condition, whole bool) {
	k := r.critere
	if r.seule() != 0 {
		k.sauf(r.role)
	}
	for i := range indicesFacture {
		if ranges := indicesFacture[i].plages(d, &k); ranges != nil {
			all = append(all, condition{indicesFacture[i].Ordre, ranges})
		}
	}
	if r.aTraiter != nil {
		c := champ[bool]{func(_ *qualif.DataSet, f *qualif.Facture) bool { return r.aTraiter.garde(f) }, compareBool}
		all = append(all, condition{c.ordre(r.aTraiter.nom), c.egaux([]bool{true})})
	}
	return all, !k.sansIndice()
}

// suite is the invoices that satisfy a condition.
func (l *lecture) suite(c condition) *suite {
	s := &suite{compare: l.comparer(c.Ordre)}
	for _, structure := range l.structures {
		all := l.v.FacturesTriees(l.role, structure.ID, c.Ordre)
		for i := range c.plages {
			s.add(c.plages[i].de(l.v.Data(), all))
		}
	}
	return s
}

func (l *lecture) comparer(o qualif.Ordre) func(a, b *qualif.Facture) int {
	d := l.v.Data()
	return func(a, b *qualif.Facture) int { return cmp.Or(o.Comparer(d, a, b), cmp.Compare(a.ID, b.ID)) }
}

// une answers a search with one range.
func (l *lecture) une(same []condition, asked condition) trouve {
	found := l.suite(ensemble(append(same, asked)))
	if l.tri.Nom == asked.Nom {
		return l.extrait(found.triee(l.comparer(l.tri)))
	}
	// Either all that was found is sorted, or the order asked for is walked
	// until the page is full: whichever looks at less.
	total, w := found.len(), l.page.window()
	all := l.suite(ensemble(append(same, condition{Ordre: l.tri}))).triee(l.comparer(l.tri))
	from, size := l.bornes(total, w)
	if walk := float64(from+size) * float64(all.len()); walk > float64(total)*float64(total)*float64(bits.Len(uint(total))) {
		return l.triees(slices.Concat(found.parts...))
	}
	page := make([]*qualif.Facture, 0, size)
	for f := range all.each(l.page.ascending()) {
		if len(page) == size {
			break
		}
		if !l.accepte(f) {
			continue
		}
		if from--; from < 0 {
			page = append(page, f)
		}
	}
	return trouve{page, w.among(l.borne(total))}
}

// plusieurs answers a search with several ranges, or with what no index holds.
func (l *lecture) plusieurs(same, ranges []condition) trouve {
	candidates := l.suite(ensemble(same))
	for _, one := range ranges {
		if fewer := l.suite(ensemble(append(same, one))); fewer.len() < candidates.len() {
			candidates = fewer
		}
	}
	var found []*qualif.Facture
	for _, part := range candidates.parts {
		for _, f := range part {
			if l.accepte(f) {
				found = append(found, f)
			}
		}
	}
	return l.triees(found)
}

func (l *lecture) accepte(f *qualif.Facture) bool {
	return (l.aTraiter == nil || l.aTraiter.garde(f)) && l.critere.accepte(l.v, f)
}

// triees is the page of what was found, in any order.
func (l *lecture) triees(found []*qualif.Facture) trouve {
	compare := l.comparer(l.tri)
	slices.SortFunc(found, compare)
	s := &suite{compare: compare}
	s.add(found)
	return l.extrait(s)
}

// extrait is the page of all that was found.
func (l *lecture) extrait(found *suite) trouve {
	w := l.page.window()
	from, size := l.bornes(found.len(), w)
	return trouve{found.page(from, size, l.page.ascending()), w.among(l.borne(found.len()))}
}

// borne is how many results there are of so many found.
func (l *lecture) borne(found int) int {
	if l.maximum > 0 && int64(found) > l.maximum {
		return int(l.maximum)
	}
	return found
}

// bornes is where the page stands among so many found.
func (l *lecture) bornes(found int, w window) (from, size int) {
	total := l.borne(found)
	from = min(w.offset, total)
	return from, min(w.size, total-from)
}

// rechercheVue runs a search for a call.
func rechercheVue(c *Call, r *recherche, shown func(sandboxes.View, trouve)) {
	c.Sandbox.Read(func(v sandboxes.View) { shown(v, r.chercher(v, &c.Principal)) })
}
