package qualif

import (
	"cmp"
	"maps"
	"slices"
	"sync"
)

// RoleFacture is the part that a structure has on an invoice.
type RoleFacture int

// The three parts.
const (
	RoleFournisseur RoleFacture = iota + 1
	RoleDestinataire
	RoleValideur
)

// Structure is the structure that has a part on an invoice, 0 when none has. A
// recipient has none before the invoice has come to it.
func (f *Facture) Structure(role RoleFacture) int64 {
	switch {
	case role == RoleFournisseur:
		return f.Fournisseur.StructureID
	case role == RoleDestinataire && f.Statut.ChezDestinataire():
		return f.Destinataire.StructureID
	case role == RoleValideur && f.Valideur != nil:
		return f.Valideur.StructureID
	}
	return 0
}

// Ordre is an order of invoices: those that compare alike follow each other by
// id. Two orders of one name must be the same; the comparison may look at the
// invoices and at the data set, and at nothing that changes.
type Ordre struct {
	Nom      string
	Comparer func(d *DataSet, a, b *Facture) int
}

// ParID is the order of deposit.
var ParID = Ordre{Nom: "id", Comparer: func(*DataSet, *Facture, *Facture) int { return 0 }}

// FacturesTriees lists the invoices on which a structure has a part, in an
// order. The first call with an order sorts; later ones take in what changed
// since, so that a search reads what it shows only. The slice is shared, and is
// good until the state next changes.
func (s *State) FacturesTriees(role RoleFacture, structureID int64, o Ordre) []*Facture {
	if structureID == 0 {
		return nil
	}
	vues := s.registre.vues
	vues.mu.Lock()
	defer vues.mu.Unlock()
	of := cleVue{role, structureID, o.Nom}
	compare := func(a, b *Facture) int { return cmp.Or(o.Comparer(s.data, a, b), cmp.Compare(a.ID, b.ID)) }
	v, ok := vues.par[of]
	if !ok {
		vues.room(maxOrdres * len(s.registre.ordre))
		v = &vue{factures: s.facturesDuRole(role, structureID), suivi: len(vues.changements)}
		slices.SortFunc(v.factures, compare)
		vues.par[of] = v
		return v.factures
	}
	since := vues.changements[v.suivi:]
	v.suivi = len(vues.changements)
	v.suivre(since, compare, func(f *Facture) bool { return f != nil && f.Structure(role) == structureID })
	return v.factures
}

func (s *State) facturesDuRole(role RoleFacture, structureID int64) []*Facture {
	ids := map[RoleFacture]map[int64][]int64{
		RoleFournisseur: s.registre.parFournisseur, RoleDestinataire: s.registre.parDestinataire, RoleValideur: s.registre.parValideur,
	}[role][structureID]
	all := make([]*Facture, 0, len(ids))
	for _, id := range ids {
		if f := s.registre.factures[id]; f.Structure(role) == structureID {
			all = append(all, f)
		}
	}
	return all
}

// vues are the orders that were asked for. They follow from the rest of the
// state: a clone begins without. Those who read the state share them, hence the
// lock; whoever changes it is alone.
type vues struct {
	mu  sync.Mutex
	par map[cleVue]*vue
	// changements are those that some order has not taken in.
	changements []changement
}

type cleVue struct {
	role      RoleFacture
	structure int64
	ordre     string
}

// changement is a version of an invoice and the one in its place; nil for the
// one before a new invoice.
type changement struct{ avant, apres *Facture }

// vue is one order; suivi is how many of the changes it has taken in.
type vue struct {
	factures []*Facture
	suivi    int
}

// room begins afresh when the orders hold many times what there is: they were
// asked for in ever new ways.
func (v *vues) room(most int) {
	held := 0
	for _, one := range v.par {
		held += len(one.factures)
	}
	if held > max(most, minRoom) {
		clear(v.par)
		v.changements = nil
	}
}

// maxOrdres is how many orders of all invoices are kept.
const maxOrdres = 32

// minRoom is how many invoices all orders of a sandbox may hold together,
// however few there are.
const minRoom = 1 << 16

func newVues() *vues { return &vues{par: map[cleVue]*vue{}} }

// maxChangements bounds what is kept for orders that nobody asks for again.
const maxChangements = 4096

// note keeps a change for the orders there are.
func (v *vues) note(avant, apres *Facture) {
	if len(v.par) == 0 {
		return
	}
	v.changements = append(v.changements, changement{avant, apres})
	if len(v.changements) < maxChangements {
		return
	}
	const old = maxChangements / 2
	maps.DeleteFunc(v.par, func(_ cleVue, one *vue) bool { return one.suivi < old })
	for _, one := range v.par {
		one.suivi -= old
	}
	v.changements = slices.Clone(v.changements[old:])
}

// few is how many changes are put in their places one by one; more are sorted
// in with the rest.
const few = 64

func (v *vue) suivre(changes []changement, compare func(a, b *Facture) int, belongs func(*Facture) bool) {
	if len(changes) > few {
		v.refondre(changes, compare, belongs)
		return
	}
	for _, c := range changes {
		if belongs(c.avant) {
			if at, found := slices.BinarySearchFunc(v.factures, c.avant, compare); found {
				v.factures = slices.Delete(v.factures, at, at+1)
			}
		}
		if belongs(c.apres) {
			at, _ := slices.BinarySearchFunc(v.factures, c.apres, compare)
			v.factures = slices.Insert(v.factures, at, c.apres)
		}
	}
}

func (v *vue) refondre(changes []changement, compare func(a, b *Facture) int, belongs func(*Facture) bool) {
	gone := make(map[*Facture]bool, len(changes))
	for _, c := range changes {
		if belongs(c.avant) {
			gone[c.avant] = true
		}
		if belongs(c.apres) {
			v.factures = append(v.factures, c.apres)
		}
	}
	v.factures = slices.DeleteFunc(v.factures, func(f *Facture) bool { return gone[f] })
	slices.SortFunc(v.factures, compare)
}
