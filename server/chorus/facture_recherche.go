package chorus

import (
	"cmp"
	"slices"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// regard is from where invoices are looked at: the lists that a structure is
// in, and what it may see of them.
type regard struct {
	// listes are the invoices of a structure in that role, by id.
	listes func(v sandboxes.View, structureID int64) []int64
	// role is the structure in that role on an invoice, 0 for none.
	role func(f *qualif.Facture) int64
	// voit tells an invoice that has come to that role; nil is all of them.
	voit func(f *qualif.Facture) bool
}

// The three roles on an invoice.
var (
	regardFournisseur = regard{
		listes: func(v sandboxes.View, id int64) []int64 { return v.FacturesDe(id) },
		role:   func(f *qualif.Facture) int64 { return f.Fournisseur.StructureID },
	}
	regardDestinataire = regard{
		listes: func(v sandboxes.View, id int64) []int64 { return v.FacturesPour(id) },
		role:   func(f *qualif.Facture) int64 { return f.Destinataire.StructureID },
		voit:   func(f *qualif.Facture) bool { return f.Statut.ChezDestinataire() },
	}
	regardValideur = regard{
		listes: func(v sandboxes.View, id int64) []int64 { return v.FacturesAValider(id) },
		role: func(f *qualif.Facture) int64 {
			if f.Valideur == nil {
				return 0
			}
			return f.Valideur.StructureID
		},
	}
)

// peut tells whether the caller sees an invoice in that role.
func (r *regard) peut(p *qualif.Principal, f *qualif.Facture) bool {
	id := r.role(f)
	return id != 0 && p.Reaches(id) && (r.voit == nil || r.voit(f))
}

// recherche is a search of invoices: who looks, for what, and which page.
type recherche struct {
	regard  *regard
	critere critereFacture
	// filtre is what the operation itself keeps; nil is all.
	filtre func(f *qualif.Facture) bool
	page   pagination
	// maximum bounds the number of results; 0 is no bound.
	maximum int64
}

// trouve is a page of invoices, and where it stands.
type trouve struct {
	factures []*qualif.Facture
	retour   parametresRetour
}

// chercher runs a search at an instant of the sandbox.
func (r *recherche) chercher(v sandboxes.View, p *qualif.Principal) trouve {
	w := r.page.window()
	ids := r.candidats(v, p)
	if r.brut() { // neither filtered nor sorted: nothing but the page is looked at
		return r.pageOf(v, ids, w)
	}
	var all []*qualif.Facture
	for _, id := range ids {
		f, _ := v.Facture(id)
		if r.regard.peut(p, f) && (r.filtre == nil || r.filtre(f)) && r.critere.accepte(v, f) {
			all = append(all, f)
		}
	}
	if by := colonneFacture(r.page.Colonne); by != nil {
		order(all, &r.page, func(a, b *qualif.Facture) int { return by(v, a, b) }, func(f *qualif.Facture) int64 { return f.ID })
	} else if !r.page.ascending() {
		slices.Reverse(all)
	}
	if r.maximum > 0 && int64(len(all)) > r.maximum {
		all = all[:r.maximum]
	}
	return trouve{cut(all, w), w.among(len(all))}
}

// brut tells a search that keeps every candidate in the order of deposit.
func (r *recherche) brut() bool {
	if r.regard.voit != nil || r.filtre != nil || r.maximum > 0 {
		return false
	}
	if r.page.Colonne != "" && r.page.Colonne != "DateDepot" && r.page.Colonne != "IdFacture" {
		return false
	}
	k := &r.critere
	return !k.autre && k.marche == "" && k.bonCommande == "" && k.origine == "" && k.numero == "" && k.flux == "" &&
		k.modeDepot == "" && k.cadre == "" && len(k.types) == 0 && len(k.statuts) == 0 &&
		k.depot == periode{} && k.emission == periode{} && k.etat == periode{} &&
		k.ht == fourchette{} && k.ttc == fourchette{} && k.aPayer == fourchette{} && len(k.fournisseurs) == 0 && len(k.destinataires) == 0 &&
		k.valideur == 0 && k.coordonnee == 0 && len(k.auteurs) == 0 && k.rejetTraite == nil && k.telechargee == nil
}

func (r *recherche) pageOf(v sandboxes.View, ids []int64, w window) trouve {
	from := min(w.offset, len(ids))
	size := min(w.size, len(ids)-from)
	page := make([]*qualif.Facture, 0, size)
	for i := from; i < from+size; i++ {
		at := i
		if !r.page.ascending() {
			at = len(ids) - 1 - i
		}
		f, _ := v.Facture(ids[at])
		page = append(page, f)
	}
	return trouve{page, w.among(len(ids))}
}

// candidats lists the invoices among which to look, by id: the fewest that an
// index gives.
func (r *recherche) candidats(v sandboxes.View, p *qualif.Principal) []int64 {
	k := &r.critere
	switch {
	case k.numero != "" && k.numero[len(k.numero)-1] != '*':
		return v.FacturesNumerotees(k.numero)
	case k.flux != "" && k.flux[len(k.flux)-1] != '*':
		return v.FacturesDuFlux(k.flux)
	}
	structures := p.Structures
	if one := r.seule(); one != 0 {
		structures = slices.DeleteFunc(slices.Clone(structures), func(s *qualif.Structure) bool { return s.ID != one })
	}
	var lists [][]int64
	for _, s := range structures {
		if list := r.regard.listes(v, s.ID); len(list) > 0 {
			lists = append(lists, list)
		}
	}
	return merge(lists)
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
	switch r.regard {
	case &regardFournisseur:
		return one(r.critere.fournisseurs, r.critere.sirenFournisseur)
	case &regardDestinataire:
		return one(r.critere.destinataires, r.critere.sirenDestinataire)
	}
	return r.critere.valideur
}

// merge joins lists of ids into one, in order.
func merge(lists [][]int64) []int64 {
	switch len(lists) {
	case 0:
		return nil
	case 1:
		return lists[0]
	}
	all := slices.Concat(lists...)
	slices.SortFunc(all, cmp.Compare[int64])
	return all
}

// rechercheVue runs a search for a call.
func rechercheVue(c *Call, r *recherche, shown func(sandboxes.View, trouve)) {
	c.Sandbox.Read(func(v sandboxes.View) { shown(v, r.chercher(v, &c.Principal)) })
}
