package qualif_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"chorus-qualif/server/qualif"
)

// ordres are orders by what changes in an invoice, by what does not, and that of
// deposit.
var ordres = []qualif.Ordre{
	qualif.ParID,
	{Nom: "statut", Comparer: func(_ *qualif.DataSet, a, b *qualif.Facture) int { return cmp.Compare(a.Statut, b.Statut) }},
	{Nom: "numero", Comparer: func(_ *qualif.DataSet, a, b *qualif.Facture) int { return strings.Compare(b.Numero, a.Numero) }},
	{Nom: "destinataire", Comparer: func(d *qualif.DataSet, a, b *qualif.Facture) int {
		name := func(f *qualif.Facture) string {
			s, _ := d.Structure(f.Destinataire.StructureID)
			return s.RaisonSociale
		}
		return strings.Compare(name(a), name(b))
	}},
}

// sortedByHand is what one finds by looking at every invoice.
func sortedByHand(s *qualif.State, role qualif.RoleFacture, structureID int64, o qualif.Ordre) []*qualif.Facture {
	all := []*qualif.Facture{}
	for _, id := range s.Factures() {
		if f, _ := s.Facture(id); f.Structure(role) == structureID {
			all = append(all, f)
		}
	}
	slices.SortStableFunc(all, func(a, b *qualif.Facture) int { return o.Comparer(s.Data(), a, b) })
	return all
}

// checkSorted lives a journal once more, and asks for the orders now and then.
func (w *world) checkSorted() {
	s := qualif.NewState(w.sb.library)
	for i, e := range w.sb.journal {
		if err := s.Replay([]qualif.Event{e}); err != nil {
			w.Fatal(err)
		}
		if len(s.Factures()) == 0 || i%3 != 0 {
			continue
		}
		for _, role := range []qualif.RoleFacture{qualif.RoleFournisseur, qualif.RoleDestinataire, qualif.RoleValideur} {
			for _, structure := range w.sb.Data().Structures {
				id := structure.ID
				o := ordres[i/3%len(ordres)]
				if got, want := s.FacturesTriees(role, id, o), sortedByHand(s, role, id, o); !slices.Equal(got, want) {
					w.Fatalf("event %d: role %d of %d by %s: got %v, want %v", i+1, role, id, o.Nom, numbered(got), numbered(want))
				}
			}
		}
	}
}

func numbered(invoices []*qualif.Facture) []int64 {
	var all []int64
	for _, f := range invoices {
		all = append(all, f.ID)
	}
	return all
}

// Thousands of changes, more than are kept for an order: one that is asked for
// often, one from time to time, and one not again until the end.
func TestOrdersFollowThousandsOfChanges(t *testing.T) {
	t.Parallel()
	sb := facturation(t)
	check := func(orders ...qualif.Ordre) {
		t.Helper()
		for _, o := range orders {
			for _, role := range []qualif.RoleFacture{qualif.RoleFournisseur, qualif.RoleDestinataire} {
				id := map[qualif.RoleFacture]int64{qualif.RoleFournisseur: supplierID, qualif.RoleDestinataire: anythingID}[role]
				if got, want := sb.FacturesTriees(role, id, o), sortedByHand(sb.State, role, id, o); !slices.Equal(got, want) {
					t.Fatalf("after %d invoices, role %d by %s: got %d, want %d", len(sb.Factures()), role, o.Nom, len(got), len(want))
				}
			}
		}
	}
	for i := range 3000 {
		do(sb, depot(sb, fmt.Sprintf("F-%d", i)))
		if i%500 == 0 {
			sb.pass(10 * time.Minute)
			check(ordres[1])
		}
		if i%1000 == 0 {
			check(ordres[2])
		}
		if i == 0 {
			check(ordres[3])
		}
		if i > 2950 {
			sb.pass(3 * time.Minute)
			check(ordres[1])
		}
	}
	sb.pass(10 * time.Minute)
	check(ordres...)
	copied := sb.State.Clone()
	do(sb, depot(sb, "G-1"))
	check(ordres...)
	if got, want := copied.FacturesTriees(qualif.RoleFournisseur, supplierID, ordres[2]), sortedByHand(copied, qualif.RoleFournisseur, supplierID, ordres[2]); !slices.Equal(got, want) {
		t.Errorf("a copy: got %d invoices, want %d", len(got), len(want))
	}
}
