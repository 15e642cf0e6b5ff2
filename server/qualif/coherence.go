package qualif

import "fmt"

// incoherences checks an invoice's amounts against each other. The platform's
// own controls are not public: these are those of EN 16931, with a cent of
// tolerance for each amount that was added or rounded. What was not given is
// not checked.
func (f *Facture) incoherences() []*Refusal {
	all := f.parts()
	m := f.Montants
	if r := m.discounted(); r != nil {
		// What follows from a wrong discount would be wrong too.
		return append(all, r)
	}
	if r := m.total(); r != nil {
		all = append(all, r)
	}
	if r := f.due(); r != nil {
		all = append(all, r)
	}
	return all
}

// parts compares the totals with the sums over the rates and over the lines.
func (f *Facture) parts() []*Refusal {
	var all []*Refusal
	compare := func(name string, given Montant, cents int, sums ...Montant) {
		for _, sum := range sums {
			if proche(sum, given, cents) {
				return
			}
		}
		all = append(all, refuse("parts-incoherent", name, given, sums[0]))
	}
	m := f.Montants
	base, vat, rated := f.byRate()
	if rated && !m.HT.IsZero() && !base.IsZero() {
		compare("montantHtTotal", m.HT, len(f.TVA), base)
	}
	if rated && !m.TVA.IsZero() && !vat.IsZero() {
		compare("montantTVA", m.TVA, len(f.TVA), vat)
	}
	if perLine, perUnit, whole := f.byLine(); whole && !m.HT.IsZero() {
		compare("montantHtTotal", m.HT, len(f.Lignes), perLine, perUnit)
	}
	return all
}

// byRate sums what the VAT lines say; an amount that one of them lacks is not
// given.
func (f *Facture) byRate() (base, vat Montant, rated bool) {
	base, vat = MontantDe(0), MontantDe(0)
	for _, l := range f.TVA {
		if l.BaseHT.IsZero() {
			base = Montant{}
		}
		if l.Montant.IsZero() {
			vat = Montant{}
		}
		if !base.IsZero() {
			base = base.Plus(l.BaseHT)
		}
		if !vat.IsZero() {
			vat = vat.Plus(l.Montant)
		}
	}
	return base, vat, len(f.TVA) > 0
}

// byLine sums quantity by price over the lines: less the discount of each line,
// or of each unit, as no source says which of the two a line's discount is.
func (f *Facture) byLine() (perLine, perUnit Montant, whole bool) {
	perLine, perUnit = MontantDe(0), MontantDe(0)
	for _, l := range f.Lignes {
		if l.Quantite.IsZero() || l.PrixUnitaire.IsZero() {
			return perLine, perUnit, false
		}
		amount := l.Quantite.Fois(l.PrixUnitaire)
		perLine = perLine.Plus(amount.Moins(l.Remise))
		perUnit = perUnit.Plus(amount.Moins(l.Quantite.Fois(l.Remise)))
	}
	return perLine, perUnit, len(f.Lignes) > 0
}

// discounted checks the global discount: none is negative, none is more than
// the total before it. A credit note may have both below zero.
func (m Montants) discounted() *Refusal {
	before := m.before()
	remise := m.RemiseGlobaleTTC
	if remise.Sign() == 0 || before.IsZero() {
		return nil
	}
	if before.Sign() < 0 {
		before, remise = MontantDe(0).Moins(before), MontantDe(0).Moins(remise)
	}
	if remise.Sign() < 0 || remise.Cmp(before) > 0 {
		return refuse("discount-incoherent", m.RemiseGlobaleTTC, m.before())
	}
	return nil
}

// before is the total with VAT before the global discount; not given when it
// cannot be told.
func (m Montants) before() Montant {
	switch {
	case !m.HT.IsZero() && !m.TVA.IsZero():
		return m.HT.Plus(m.TVA)
	case !m.TTC.IsZero():
		return m.TTC
	}
	return Montant{}
}

// total checks the total with VAT, which clients give before the global
// discount or after it: no public source says which.
func (m Montants) total() *Refusal {
	if m.HT.IsZero() || m.TVA.IsZero() || m.TTC.IsZero() {
		return nil
	}
	before := m.before()
	if proche(m.TTC, before, 1) || proche(m.TTC, before.Moins(m.RemiseGlobaleTTC), 1) {
		return nil
	}
	return refuse("total-incoherent", m.TTC, before)
}

// due checks the amount to pay: it is at most the total less the discount, as
// some may have been paid already, and on the same side of zero.
func (f *Facture) due() *Refusal {
	m := f.Montants
	before := m.before()
	if before.IsZero() || m.APayer.IsZero() {
		return nil
	}
	most := before.Moins(m.RemiseGlobaleTTC)
	given, bound := m.APayer, most
	if bound.Sign() < 0 {
		given, bound = MontantDe(0).Moins(given), MontantDe(0).Moins(bound)
	}
	if given.Sign() < 0 || given.Cmp(bound) > 0 && !proche(given, bound, 1) {
		return refuse("due-incoherent", m.APayer, most)
	}
	return nil
}

// proche tells whether two amounts differ by so many cents at most, one at
// least.
func proche(a, b Montant, cents int) bool {
	const cent = montantUnite / 100
	difference := a.Moins(b).millioniemes
	most := int64(max(cents, 1)) * cent
	return difference <= most && difference >= -most
}

// saisi is the number that the platform gives to an entered invoice: the year,
// then sixteen digits (recorded: 20260000000000000002). It passes over those
// that the supplier gave to invoices himself; rank is what the digits count.
func (s *State) saisi(supplier *Structure, annee int) (numero string, rank int64) {
	for rank = s.registre.saisies + 1; ; rank++ {
		numero = fmt.Sprintf("%04d%016d", annee, rank)
		if _, taken := s.NumeroPris(supplier, annee, numero); !taken {
			return numero, rank
		}
	}
}
