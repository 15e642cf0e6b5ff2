package flux

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Lengths of the platform (API reference D.3, CPPFacturePivot V2_02).
const (
	maxNumero         = 20
	maxService        = 100
	maxEngagement     = 50
	maxMarche         = 50
	maxAttachmentName = 50
	siretLength       = 14
)

// Check applies the rules that need neither the directory nor the day. The
// findings come in a fixed order; those of the format are in Structural and
// are not repeated.
func (i Invoice) Check() []Finding {
	c := &checker{invoice: i}
	c.number()
	c.codes()
	c.lengths()
	c.dates()
	c.rates()
	c.sizes()
	c.totals()
	return c.found
}

// CheckDay applies the rule on the day of the deposit: an invoice is not
// issued after it (AIFE, annexe API: "antérieure ou égale à la date de
// dépôt"). Only the date of day counts, in day's own zone.
func (i Invoice) CheckDay(day time.Time) []Finding {
	y, m, d := day.Date()
	if i.DateFacture.IsZero() || !i.DateFacture.After(time.Date(y, m, d, 0, 0, 0, 0, time.UTC)) {
		return nil
	}
	return []Finding{wFutureDate.finding("DATE_FUTURE", i.Paths.DateFacture, i.Paths.DateFacture)}
}

type checker struct {
	invoice Invoice
	found   []Finding
}

func (c *checker) add(f Finding) {
	if len(c.found) < maxStructural {
		c.found = append(c.found, f)
	}
}

// number is G1.05: at most 20 characters, letters, digits, and - _ / + and
// the space, which V4.20 of the annexe admits. BR-FR-02 of the newer rules
// does not admit the space; the flow accepts both.
func (c *checker) number() {
	const label = "identifiant de la facture"
	path := c.invoice.Paths.Numero
	if utf8.RuneCountInString(c.invoice.Numero) > maxNumero {
		c.add(wTooLong.finding("G1.05", path, label, path, maxNumero))
	}
	for _, r := range c.invoice.Numero {
		letter := 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' || '0' <= r && r <= '9'
		if !letter && !strings.ContainsRune("-_/+ ", r) {
			c.add(wCharset.finding("G1.05", path, label, path))
			return
		}
	}
}

func (c *checker) codes() {
	i := c.invoice
	value := func(code, path string) { c.add(wBadValue.finding(code, path, path)) }
	if i.Cadre != "A1" && !knownFramework(i.Cadre) {
		c.add(wFramework.finding("G1.02", i.Paths.Cadre, i.Paths.Cadre))
	}
	if i.CodePaiement != "" && i.ModePaiement == "" {
		c.add(wPaymentCode.finding("S2.05", i.Paths.CodePaiement, i.Paths.CodePaiement))
	}
	if i.TypeCode != "" && !knownType(i.TypeCode) {
		value("G1.01", i.Paths.Type)
	}
	if i.Devise != "" && !knownCurrency(i.Devise) {
		value("DEVISE", i.Paths.Devise)
	}
	// A recipient is a public structure, which has a SIRET: the pivot knows
	// no other kind, and a SIREN was rejected (flow …425899).
	if id := i.Destinataire.Identifiant; id != "" && (len(id) != siretLength || strings.Trim(id, "0123456789") != "") {
		value("SIRET", i.Paths.Destinataire)
	}
	if p := i.Fournisseur; p.Type == "SIRET" && (len(p.Identifiant) != siretLength || strings.Trim(p.Identifiant, "0123456789") != "") {
		value("SIRET", i.Paths.Fournisseur)
	}
}

func (c *checker) lengths() {
	i := c.invoice
	for _, field := range []struct {
		label, value, path string
		most               int
	}{
		{"code service", i.CodeService, i.Paths.CodeService, maxService},
		{"numero d'engagement", i.NumeroEngagement, i.Paths.NumeroEngagement, maxEngagement},
		{"numero de marche", i.NumeroMarche, i.Paths.NumeroMarche, maxMarche},
		{"identifiant de la facture d'origine", i.NumeroFactureOrigine, i.Paths.Numero, maxNumero},
	} {
		if utf8.RuneCountInString(field.value) > field.most {
			c.add(wTooLongOthers.finding("LONGUEUR", field.path, field.label, field.path, field.most))
		}
	}
}

// dates: an invoice of this century, as the newer rules say outright
// (BR-FR-03).
func (c *checker) dates() {
	i := c.invoice
	if !i.DateFacture.IsZero() && (i.DateFacture.Year() < 2000 || i.DateFacture.Year() > 2099) {
		c.add(wBadValue.finding("DATE", i.Paths.DateFacture, i.Paths.DateFacture))
	}
}

// rates are percentages with at most two decimals.
func (c *checker) rates() {
	hundred := MustAmount("100")
	bad := func(rate Amount) bool {
		return rate.Sign() < 0 || rate.Cmp(hundred) > 0 || rate.Round(2).Cmp(rate) != 0
	}
	for _, line := range c.invoice.TVA {
		if bad(line.Taux) {
			c.add(wBadValue.finding("TAUX_TVA", c.invoice.Paths.LigneTVA, c.invoice.Paths.LigneTVA))
			return
		}
	}
	for _, line := range c.invoice.Lignes {
		if bad(line.TauxTVA) {
			c.add(wBadValue.finding("TAUX_TVA", c.invoice.Paths.Ligne, c.invoice.Paths.Ligne))
			return
		}
	}
}

// sizes is the platform's decimal(19,6).
func (c *checker) sizes() {
	i := c.invoice
	limit := MustAmount("10000000000000")
	bad := func(a Amount) bool {
		return a.Round(6).Cmp(a) != 0 || a.Cmp(limit) >= 0 || a.Cmp(limit.Neg()) <= 0
	}
	for _, total := range []struct {
		amount Amount
		path   string
	}{
		{i.Totaux.HT, i.Paths.HT}, {i.Totaux.TVA, i.Paths.TVA}, {i.Totaux.TTC, i.Paths.TTC}, {i.Totaux.APayer, i.Paths.APayer},
	} {
		if bad(total.amount) {
			c.add(wBadAmount.finding("DECIMAL_19_6", total.path, total.path))
		}
	}
	for _, line := range i.Lignes {
		if bad(line.Quantite) || bad(line.PrixUnitaire) || bad(line.MontantHT) {
			c.add(wBadAmount.finding("DECIMAL_19_6", i.Paths.Ligne, i.Paths.Ligne))
			return
		}
	}
}
