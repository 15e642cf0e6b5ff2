package flux

// totals checks that the amounts agree. The platform's own controls are not
// public; these are those of EN 16931 (BR-CO-10 to BR-CO-17) on amounts
// rounded to the cent, with one cent of tolerance for each amount that was
// added or rounded, so that an invoice rounded line by line or in total
// passes. What an invoice does not give is not checked.
func (c *checker) totals() {
	c.lines()
	c.sumOfLines()
	c.base()
	c.vat()
	c.vatSum()
	c.withVAT()
	c.payable()
}

func (c *checker) compare(code, path string, got, want Amount, cents int) {
	if got.Present() && want.Present() && !got.within(want, cents) {
		c.add(wTotal.finding(code, path, path, got.String(), want.Round(2).String()))
	}
}

// lines: quantity x price / base - discount + charge. One finding is enough
// for all the lines.
func (c *checker) lines() {
	before := len(c.found)
	for _, l := range c.invoice.Lignes {
		if l.Information || !l.Quantite.Present() || !l.PrixUnitaire.Present() || !l.MontantHT.Present() {
			continue
		}
		want := l.Quantite.Mul(l.PrixUnitaire)
		plain := want.Sub(l.Remise).Add(l.Charge)
		if l.MontantHT.within(plain, 1) {
			// A base quantity that some generators copy from the
			// quantity does not make the amount wrong.
			continue
		}
		if l.Base.Present() && l.Base.Sign() > 0 {
			want = Amount{want.d.DivRound(l.Base.d, 10), true}
		}
		c.compare("BR-CO-04", c.invoice.Paths.Ligne, l.MontantHT, want.Sub(l.Remise).Add(l.Charge), 1)
		if len(c.found) > before {
			return
		}
	}
}

// sumOfLines is BR-CO-10.
func (c *checker) sumOfLines() {
	sum, counted := c.lineSum()
	if counted == 0 || !c.invoice.Totaux.LignesHT.Present() {
		return
	}
	c.compare("BR-CO-10", c.invoice.Paths.HT, c.invoice.Totaux.LignesHT, sum, counted)
}

func (c *checker) lineSum() (Amount, int) {
	sum, counted := Amount{}, 0
	for _, l := range c.invoice.Lignes {
		if !l.Information && l.MontantHT.Present() {
			sum, counted = sum.Add(l.MontantHT), counted+1
		}
	}
	return sum, counted
}

// base is BR-CO-13, from the lines when their total is not given.
func (c *checker) base() {
	t := c.invoice.Totaux
	from, counted := t.LignesHT, 1
	if !from.Present() {
		if from, counted = c.lineSum(); counted == 0 {
			return
		}
	}
	c.compare("BR-CO-13", c.invoice.Paths.HT, t.HT, from.Sub(t.Remises).Add(t.Charges), counted)
}

// vat is BR-CO-17, and the sum of the bases.
func (c *checker) vat() {
	i := c.invoice
	bases, complete := Amount{}, len(i.TVA) > 0
	for _, line := range i.TVA {
		complete = complete && line.BaseHT.Present()
		bases = bases.Add(line.BaseHT)
		if line.BaseHT.Present() && line.Taux.Present() {
			c.compare("BR-CO-17", i.Paths.LigneTVA, line.Montant, line.BaseHT.percent(line.Taux), 1+len(i.Lignes))
		}
	}
	if complete {
		c.compare("BR-CO-18", i.Paths.HT, i.Totaux.HT, bases, len(i.TVA))
	}
}

// vatSum is BR-CO-14.
func (c *checker) vatSum() {
	i := c.invoice
	if len(i.TVA) == 0 {
		return
	}
	sum := Amount{}
	for _, line := range i.TVA {
		if !line.Montant.Present() {
			return
		}
		sum = sum.Add(line.Montant)
	}
	c.compare("BR-CO-14", i.Paths.TVA, i.Totaux.TVA, sum, len(i.TVA))
}

// withVAT is BR-CO-15.
func (c *checker) withVAT() {
	t := c.invoice.Totaux
	if t.HT.Present() && t.TVA.Present() {
		c.compare("BR-CO-15", c.invoice.Paths.TTC, t.TTC, t.HT.Add(t.TVA), 1)
	}
}

// payable is BR-CO-16, less the discount on the total.
func (c *checker) payable() {
	t := c.invoice.Totaux
	if t.TTC.Present() {
		c.compare("BR-CO-16", c.invoice.Paths.APayer, t.APayer, t.TTC.Sub(t.Acompte).Sub(t.RemiseGlobaleTTC).Add(t.Arrondi), 1)
	}
}
