package chorus_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// asked is a criterion as a client writes it, and what it means.
type asked struct {
	key   string
	value any
	keeps func(f *qualif.Facture) bool
}

// criterion draws one of the criteria of a supplier's search.
func criterion(r *rand.Rand) asked {
	amount := qualif.MontantDe(r.Int64N(12))
	day := time.Date(2026, time.February, 1+r.IntN(8), 0, 0, 0, 0, qualif.Paris)
	date := day.Format(time.DateOnly)
	switch r.IntN(14) {
	case 0:
		statuts := []qualif.Statut{qualif.StatutMiseADisposition, qualif.StatutRejetee}[r.IntN(2):]
		return asked{"statutCourant", statuts, func(f *qualif.Facture) bool { return slices.Contains(statuts, f.Statut) }}
	case 1:
		statuts := []qualif.Statut{qualif.StatutDeposee, qualif.StatutDeposee, qualif.StatutSuspendue, qualif.StatutAValider1}
		return asked{"statutCourant", statuts, func(f *qualif.Facture) bool { return slices.Contains(statuts, f.Statut) }}
	case 2:
		return asked{"montantTTCMin", amount, func(f *qualif.Facture) bool { return f.Montants.TTC.Cmp(amount) >= 0 }}
	case 3:
		return asked{"montantTTCMax", amount, func(f *qualif.Facture) bool { return f.Montants.TTC.Cmp(amount) <= 0 }}
	case 4:
		return asked{"periodeDateFactureDu", date, func(f *qualif.Facture) bool { return !f.DateFacture.Before(day) }}
	case 5:
		return asked{"periodeDateFactureAu", date, func(f *qualif.Facture) bool { return !f.DateFacture.After(day) }}
	case 6:
		return asked{"numeroMarche", "m-1", func(f *qualif.Facture) bool { return f.NumeroMarche == "M-1" }}
	case 7:
		return asked{"numeroMarche", "m*", func(f *qualif.Facture) bool { return f.NumeroMarche != "" }}
	case 8:
		return asked{"numeroFacture", "n-1*", func(f *qualif.Facture) bool { return strings.HasPrefix(f.Numero, "N-1") }}
	case 9:
		return asked{"typeFacture", "AVOIR", func(f *qualif.Facture) bool { return f.Type == "AVOIR" }}
	case 10:
		return asked{"rejetTraite", true, func(f *qualif.Facture) bool { return f.RejetTraite }}
	case 11:
		return asked{"idServiceFournisseur", 1011, func(f *qualif.Facture) bool { return f.Fournisseur.ServiceID == 1011 }}
	case 12:
		return asked{"idFournisseur", 102, func(f *qualif.Facture) bool { return f.Fournisseur.StructureID == 102 }}
	}
	return asked{"periodeDateHeureEtatCourantDu", "2026-03-02", func(f *qualif.Facture) bool {
		return !f.Depuis.Before(time.Date(2026, time.March, 2, 0, 0, 0, 0, qualif.Paris))
	}}
}

// sorts are some of the sort columns, and what they compare.
var sorts = map[string]func(a, b *qualif.Facture) int{
	"":              func(_, _ *qualif.Facture) int { return 0 },
	"MontantTTC":    func(a, b *qualif.Facture) int { return a.Montants.TTC.Cmp(b.Montants.TTC) },
	"NumeroFacture": func(a, b *qualif.Facture) int { return strings.Compare(a.Numero, b.Numero) },
	"Statut":        func(a, b *qualif.Facture) int { return cmp.Compare(a.Statut, b.Statut) },
	"DateFacture":   func(a, b *qualif.Facture) int { return a.DateFacture.Compare(b.DateFacture) },
}

// Whatever is asked for, in whatever order, a search finds what one finds by
// looking at every invoice; the invoices change between the searches.
func TestSearchesFindWhatLookingAtEveryInvoiceFinds(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	r := rand.New(rand.NewPCG(1, 2))
	columns := slices.Sorted(func(yield func(string) bool) {
		for column := range sorts {
			if !yield(column) {
				return
			}
		}
	})
	hits := 0
	for turn := range 40 {
		p.change(r, turn)
		for range 15 {
			criteria := object{}
			all := p.emitted()
			for range r.IntN(4) {
				c := criterion(r)
				if _, twice := criteria[c.key]; twice {
					continue
				}
				criteria[c.key] = c.value
				all = slices.DeleteFunc(all, func(f *qualif.Facture) bool { return !c.keeps(f) })
			}
			column, ascending := columns[r.IntN(len(columns))], r.IntN(2) == 0
			slices.SortStableFunc(all, sorts[column])
			page := object{"nbResultatsParPage": 1 + r.IntN(12), "pageResultatDemandee": 1 + r.IntN(3), "triSens": "Ascendant"}
			if !ascending {
				slices.Reverse(all)
				page["triSens"] = "Descendant"
			}
			if column != "" {
				page["triColonne"] = column
			}
			if r.IntN(4) == 0 {
				page["nbResultatsMaximum"] = 5
				all = all[:min(5, len(all))]
			}
			total := len(all)
			size := page["nbResultatsParPage"].(int)
			from := min((page["pageResultatDemandee"].(int)-1)*size, total)
			var want []string
			for _, f := range all[from:min(from+size, total)] {
				want = append(want, f.Numero)
			}
			hits += len(want)
			criteria["rechercheFactureParFournisseur"] = page
			got := found(t, p.ask(techAlpha, "rechercherFactureParFournisseur", body(t, criteria)))
			if got.numbers() != strings.Join(want, " ") || got.ParametresRetour.Total != total {
				t.Fatalf("turn %d: %s: got %q of %d, want %q of %d", turn, body(t, criteria), got.numbers(), got.ParametresRetour.Total, want, total)
			}
		}
	}
	if hits < 500 {
		t.Errorf("only %d invoices were ever found", hits)
	}
}

// Searches go on while invoices come: each sees a whole state.
func TestSearchesWhileInvoicesCome(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	var all sync.WaitGroup
	for _, request := range []string{
		`{}`, `{"statutCourant":["DEPOSEE"]}`, `{"statutCourant":["DEPOSEE"],"montantTTCMin":1}`,
		`{"rechercheFactureParFournisseur":{"triColonne":"MontantTTC"}}`, `{"rechercheFactureParFournisseur":{"triColonne":"Statut"}}`,
	} {
		for range 2 {
			all.Go(func() {
				for before := 0; before < 150; {
					got := p.ask(techAlpha, "rechercherFactureParFournisseur", request)
					var f foundBy
					if err := json.Unmarshal(got.body, &f); err != nil || f.ParametresRetour == nil || f.ParametresRetour.Total < before {
						t.Errorf("after %d: got %s", before, got.body)
						return
					}
					before = f.ParametresRetour.Total
				}
			})
		}
	}
	for i := range 150 {
		p.submit(invoice{numero: fmt.Sprint("C-", i), ttc: int64(1 + i%7)})
	}
	all.Wait()
}

// emitted are the invoices of the first supplier's account, by id.
func (p *platform) emitted() []*qualif.Facture {
	var all []*qualif.Facture
	p.sandbox.Read(func(v sandboxes.View) {
		for _, id := range v.Factures() {
			if f, _ := v.Facture(id); f.Fournisseur.StructureID == 101 || f.Fournisseur.StructureID == 102 {
				all = append(all, f)
			}
		}
	})
	return all
}

// change does something to the invoices: a deposit or many, time, a rejection,
// a rejection taken note of.
func (p *platform) change(r *rand.Rand, turn int) {
	deposits := 1
	if turn%20 == 10 {
		deposits = 70
	}
	for i := range deposits {
		p.submit(invoice{
			numero: fmt.Sprintf("N-%d-%d", turn, i), ttc: 1 + r.Int64N(11), supplier: 101 + r.Int64N(2),
			date: time.Date(2026, time.February, 1+r.IntN(8), 0, 0, 0, 0, qualif.Paris),
			change: func(c *qualif.Soumettre) {
				c.Facture.Type = []string{"FACTURE", "AVOIR"}[r.IntN(2)]
				c.Facture.NumeroMarche = []string{"", "M-1", "M-2"}[r.IntN(3)]
				if c.Facture.Type == "AVOIR" {
					c.Facture.NumeroFactureOrigine = "O-1"
				}
				if c.Facture.Fournisseur.StructureID == 101 && r.IntN(2) == 0 {
					c.Facture.Fournisseur.ServiceID = 1011
				}
			},
		})
	}
	if r.IntN(3) == 0 {
		p.later(time.Duration(r.IntN(40)) * time.Minute)
	}
	for _, f := range p.emitted() {
		switch {
		case f.Statut == qualif.StatutMiseADisposition && r.IntN(8) == 0:
			p.reject(f.ID)
		case f.Statut == qualif.StatutRejetee && !f.RejetTraite && r.IntN(8) == 0:
			p.acknowledge(f.ID)
		}
	}
}
