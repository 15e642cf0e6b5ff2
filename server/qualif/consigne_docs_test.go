package qualif_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"chorus-qualif/server/qualif"
)

// The page about invoices tells what each conduct of the automatic recipient
// does: that is what becomes of an invoice with such a comment.
func TestDocumentedConducts(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/invoices.md")
	if err != nil {
		t.Fatal(err)
	}
	var conducts []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z]+)` \\| (.*) \\|$").FindAllStringSubmatch(string(page), -1) {
		conducts = append(conducts, row[1])
		before, after, answered := strings.Cut(row[2], ";")
		want := statuses(before)
		sb := facturation(t)
		c := saisie(sb)
		c.Facture.Commentaire = "[destinataire:" + row[1] + " 1h]"
		id := do(sb, c).ID
		sb.pass(48 * time.Hour)
		if answered {
			switch sb.facture(id).Statut {
			case qualif.StatutSuspendue:
				comment := "voilà"
				do(sb, qualif.Completer{Pour: c.Pour, FactureID: id, Commentaire: &comment})
				want = append(want, qualif.StatutCompletee)
			case qualif.StatutARecycler:
				do(sb, qualif.Recycler{Pour: c.Pour, FactureID: id})
				want = slices.Concat(want, arrived)
			}
			sb.pass(48 * time.Hour)
			want = slices.Concat(want, statuses(after))
		}
		wantPath(t, sb.facture(id), slices.Concat(arrived, want)...)
	}
	if !slices.Equal(conducts, qualif.Conduites()) {
		t.Errorf("the page has %v, the switch %v", conducts, qualif.Conduites())
	}
}

// statuses are those that a sentence names.
func statuses(sentence string) []qualif.Statut {
	var all []qualif.Statut
	for _, word := range regexp.MustCompile(`[A-Z_]{7,}`).FindAllString(sentence, -1) {
		all = append(all, qualif.Statut(word))
	}
	return all
}
