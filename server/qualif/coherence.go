package qualif

import (
	"fmt"
	"time"
)

// coherent checks an invoice's amounts against each other, to the cent: VAT
// against the sum over the rates, the total against its parts, the amount due
// against the total and the discount. What was not given is not checked.
func (f *Facture) coherent() *Refusal {
	m := f.Montants
	if !m.HT.IsZero() && !m.TVA.IsZero() && !m.TTC.IsZero() && !proche(m.HT.Plus(m.TVA), m.TTC) {
		return refuse("totals-incoherent", "montantTtcTotal", m.TTC, m.HT.Plus(m.TVA))
	}
	if len(f.TVA) > 0 {
		base, vat := MontantDe(0), MontantDe(0)
		for _, l := range f.TVA {
			base, vat = base.Plus(l.BaseHT), vat.Plus(l.Montant)
		}
		if !m.HT.IsZero() && !proche(base, m.HT) {
			return refuse("totals-incoherent", "montantHtTotal", m.HT, base)
		}
		if !m.TVA.IsZero() && !proche(vat, m.TVA) {
			return refuse("totals-incoherent", "montantTVA", m.TVA, vat)
		}
	}
	return f.due()
}

// due checks the amount to pay, which an invoice paid already may leave at
// zero.
func (f *Facture) due() *Refusal {
	m := f.Montants
	if m.TTC.IsZero() || m.APayer.IsZero() || f.Cadre == "A2_FACTURE_FOURNISSEUR_DEJA_PAYEE" {
		return nil
	}
	if due := m.TTC.Moins(m.RemiseGlobaleTTC); !proche(due, m.APayer) {
		return refuse("totals-incoherent", "montantAPayer", m.APayer, due)
	}
	return nil
}

// proche tells whether two amounts differ by a cent at most.
func proche(a, b Montant) bool {
	difference := a.Moins(b)
	return difference.millioniemes <= montantUnite/100 && difference.millioniemes >= -montantUnite/100
}

// saisi is the number that the platform gives to an entered invoice: the year,
// then sixteen digits (recorded: 20260000000000000002).
func (s *State) saisi(day time.Time) string {
	return fmt.Sprintf("%04d%016d", day.Year(), s.registre.saisies+1)
}
