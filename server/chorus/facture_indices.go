package chorus

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"strings"
	"time"

	"chorus-qualif/server/qualif"
)

// indice is an order of invoices in which those that satisfy one of the criteria
// follow each other.
type indice struct {
	qualif.Ordre
	// plages are where they stand: ranges apart from one another, in order. None
	// when the criterion is not asked for.
	plages func(d *qualif.DataSet, k *critereFacture) []plage
}

// plage is a range of an order.
type plage struct {
	// avant tells an invoice before it, apres one behind it.
	avant, apres func(d *qualif.DataSet, f *qualif.Facture) bool
	// egale tells that all of it compares alike, so that it is by id.
	egale bool
}

// de is the range's part of a list in the order.
func (p *plage) de(d *qualif.DataSet, all []*qualif.Facture) []*qualif.Facture {
	from := sort.Search(len(all), func(i int) bool { return !p.avant(d, all[i]) })
	to := sort.Search(len(all), func(i int) bool { return p.apres(d, all[i]) })
	return all[from:max(from, to)]
}

// champ is a value of invoices by which they are ordered.
type champ[T any] struct {
	valeur  func(d *qualif.DataSet, f *qualif.Facture) T
	compare func(a, b T) int
}

func (c champ[T]) ordre(nom string) qualif.Ordre {
	return qualif.Ordre{Nom: nom, Comparer: func(d *qualif.DataSet, a, b *qualif.Facture) int {
		return c.compare(c.valeur(d, a), c.valeur(d, b))
	}}
}

// egaux are the ranges of some values.
func (c champ[T]) egaux(values []T) []plage {
	if len(values) == 0 {
		return nil
	}
	values = slices.SortedFunc(slices.Values(values), c.compare)
	values = slices.CompactFunc(values, func(a, b T) bool { return c.compare(a, b) == 0 })
	ranges := make([]plage, len(values))
	for i, value := range values {
		ranges[i] = plage{
			avant: func(d *qualif.DataSet, f *qualif.Facture) bool { return c.compare(c.valeur(d, f), value) < 0 },
			apres: func(d *qualif.DataSet, f *qualif.Facture) bool { return c.compare(c.valeur(d, f), value) > 0 },
			egale: true,
		}
	}
	return ranges
}

// parmi is an index for values of which an invoice must have one.
func parmi[T any](nom string, c champ[T], wanted func(d *qualif.DataSet, k *critereFacture) []T) indice {
	return indice{c.ordre(nom), func(d *qualif.DataSet, k *critereFacture) []plage { return c.egaux(wanted(d, k)) }}
}

// dans is an index for a range; asked tells whether there is one.
func dans[T any](nom string, c champ[T], asked func(k *critereFacture) bool, avant, apres func(k *critereFacture, value T) bool) indice {
	return indice{c.ordre(nom), func(_ *qualif.DataSet, k *critereFacture) []plage {
		if !asked(k) {
			return nil
		}
		return []plage{{
			avant: func(d *qualif.DataSet, f *qualif.Facture) bool { return avant(k, c.valeur(d, f)) },
			apres: func(d *qualif.DataSet, f *qualif.Facture) bool { return apres(k, c.valeur(d, f)) },
		}}
	}}
}

func enTexte(value func(f *qualif.Facture) string) champ[string] {
	return champ[string]{func(_ *qualif.DataSet, f *qualif.Facture) string { return value(f) }, strings.Compare}
}

func enNombre(value func(f *qualif.Facture) int64) champ[int64] {
	return champ[int64]{func(_ *qualif.DataSet, f *qualif.Facture) int64 { return value(f) }, cmp.Compare[int64]}
}

// code is an index for a code that is asked for as it is.
func code(nom string, value func(f *qualif.Facture) string, wanted func(k *critereFacture) []string) indice {
	return parmi(nom, enTexte(value), func(_ *qualif.DataSet, k *critereFacture) []string { return wanted(k) })
}

// numerote is an index for a text asked for whatever its case, or by its start.
func numerote(nom string, value func(f *qualif.Facture) string, wanted func(k *critereFacture) string) indice {
	c := enTexte(func(f *qualif.Facture) string { return fold(value(f)) })
	return indice{c.ordre(nom), func(_ *qualif.DataSet, k *critereFacture) []plage {
		text := wanted(k)
		start, open := strings.CutSuffix(fold(text), "*")
		switch {
		case text == "":
			return nil
		case !open:
			return c.egaux([]string{start})
		}
		return []plage{{
			avant: func(d *qualif.DataSet, f *qualif.Facture) bool { return c.valeur(d, f) < start },
			apres: func(d *qualif.DataSet, f *qualif.Facture) bool {
				value := c.valeur(d, f)
				return value > start && !strings.HasPrefix(value, start)
			},
		}}
	}}
}

// identifie is an index for identifiers.
func identifie(nom string, value func(f *qualif.Facture) int64, wanted func(k *critereFacture) []int64) indice {
	return parmi(nom, enNombre(value), func(_ *qualif.DataSet, k *critereFacture) []int64 { return wanted(k) })
}

func montant(nom string, value func(m *qualif.Montants) qualif.Montant, asked func(k *critereFacture) *fourchette) indice {
	c := champ[qualif.Montant]{func(_ *qualif.DataSet, f *qualif.Facture) qualif.Montant { return value(&f.Montants) }, qualif.Montant.Cmp}
	return dans(nom, c, func(k *critereFacture) bool { return *asked(k) != fourchette{} },
		func(k *critereFacture, m qualif.Montant) bool { return asked(k).avant(m) },
		func(k *critereFacture, m qualif.Montant) bool { return asked(k).apres(m) })
}

func instant(nom string, value func(f *qualif.Facture) time.Time, asked func(k *critereFacture) *periode) indice {
	c := champ[time.Time]{func(_ *qualif.DataSet, f *qualif.Facture) time.Time { return value(f) }, time.Time.Compare}
	return dans(nom, c, func(k *critereFacture) bool { return *asked(k) != periode{} },
		func(k *critereFacture, t time.Time) bool { return asked(k).avant(t) },
		func(k *critereFacture, t time.Time) bool { return asked(k).apres(t) })
}

func drapeau(nom string, value func(f *qualif.Facture) bool, wanted func(k *critereFacture) *bool) indice {
	c := champ[bool]{func(_ *qualif.DataSet, f *qualif.Facture) bool { return value(f) }, compareBool}
	return parmi(nom, c, func(_ *qualif.DataSet, k *critereFacture) []bool {
		if flag := wanted(k); flag != nil {
			return []bool{*flag}
		}
		return nil
	})
}

// nobody is the author that no account is known of.
const nobody = math.MinInt64

func auteur(d *qualif.DataSet, f *qualif.Facture) int64 {
	if person, ok := d.Person(f.Auteur); ok {
		return person.ID
	}
	return nobody
}

// seulesStructures are the structures of a criterion that names nothing else of
// them.
func seulesStructures(wanted []partieCherchee, siren bool) []int64 {
	var ids []int64
	for i := range wanted {
		w := &wanted[i]
		switch {
		case w.vide():
			continue
		case siren || w.structure == 0 || len(w.services) > 0 || w.nom != "":
			return nil
		}
		ids = append(ids, w.structure)
	}
	return ids
}

// seulsServices are the services of a criterion that names nothing else.
func seulsServices(wanted []partieCherchee) []int64 {
	var ids []int64
	for i := range wanted {
		w := &wanted[i]
		switch {
		case w.vide():
			continue
		case w.structure != 0 || len(w.services) == 0 || w.nom != "":
			return nil
		}
		ids = append(ids, w.services...)
	}
	return ids
}

// sansIndice tells that something is asked for that no index holds.
func (k *critereFacture) sansIndice() bool {
	rest := func(wanted []partieCherchee, siren bool) bool {
		return seulesStructures(wanted, siren) == nil && seulsServices(wanted) == nil &&
			slices.ContainsFunc(wanted, func(p partieCherchee) bool { return !p.vide() })
	}
	return rest(k.fournisseurs, k.sirenFournisseur) || rest(k.destinataires, k.sirenDestinataire)
}

// indicesFacture are the indexes there are, one for each criterion. One of the
// same order as a sort column has its name.
var indicesFacture = []indice{
	code("Statut", func(f *qualif.Facture) string { return string(f.Statut) }, func(k *critereFacture) []string { return textes(k.statuts) }),
	code("TypeFacture", func(f *qualif.Facture) string { return f.Type }, func(k *critereFacture) []string { return k.types }),
	code("ModeDepot", func(f *qualif.Facture) string { return f.ModeDepot }, func(k *critereFacture) []string { return nonEmpty(k.modeDepot) }),
	code("cadre", func(f *qualif.Facture) string { return f.Cadre }, func(k *critereFacture) []string { return nonEmpty(k.cadre) }),
	numerote("numero", func(f *qualif.Facture) string { return f.Numero }, func(k *critereFacture) string { return k.numero }),
	numerote("flux", func(f *qualif.Facture) string { return f.Flux }, func(k *critereFacture) string { return k.flux }),
	numerote("marche", func(f *qualif.Facture) string { return f.NumeroMarche }, func(k *critereFacture) string { return k.marche }),
	numerote("bonCommande", func(f *qualif.Facture) string { return f.NumeroBonCommande }, func(k *critereFacture) string { return k.bonCommande }),
	numerote("origine", func(f *qualif.Facture) string { return f.NumeroFactureOrigine }, func(k *critereFacture) string { return k.origine }),
	instant("DateDepot", func(f *qualif.Facture) time.Time { return f.DateDepot }, func(k *critereFacture) *periode { return &k.depot }),
	instant("DateFacture", func(f *qualif.Facture) time.Time { return f.DateFacture }, func(k *critereFacture) *periode { return &k.emission }),
	instant("etat", func(f *qualif.Facture) time.Time { return f.Depuis }, func(k *critereFacture) *periode { return &k.etat }),
	montant("MontantHT", func(m *qualif.Montants) qualif.Montant { return m.HT }, func(k *critereFacture) *fourchette { return &k.ht }),
	montant("MontantTTC", func(m *qualif.Montants) qualif.Montant { return m.TTC }, func(k *critereFacture) *fourchette { return &k.ttc }),
	montant("MontantAPayer", func(m *qualif.Montants) qualif.Montant { return m.APayer }, func(k *critereFacture) *fourchette { return &k.aPayer }),
	identifie("IdFournisseur", func(f *qualif.Facture) int64 { return f.Fournisseur.StructureID },
		func(k *critereFacture) []int64 { return seulesStructures(k.fournisseurs, k.sirenFournisseur) }),
	identifie("IdDestinataire", func(f *qualif.Facture) int64 { return f.Destinataire.StructureID },
		func(k *critereFacture) []int64 { return seulesStructures(k.destinataires, k.sirenDestinataire) }),
	identifie("serviceFournisseur", func(f *qualif.Facture) int64 { return f.Fournisseur.ServiceID },
		func(k *critereFacture) []int64 { return seulsServices(k.fournisseurs) }),
	identifie("IdServiceExecutant", func(f *qualif.Facture) int64 { return f.Destinataire.ServiceID },
		func(k *critereFacture) []int64 { return seulsServices(k.destinataires) }),
	identifie("IdValideur", func(f *qualif.Facture) int64 { return valideurDe(f).StructureID }, func(k *critereFacture) []int64 { return nonZero(k.valideur) }),
	identifie("coordonnee", func(f *qualif.Facture) int64 { return f.CoordonneesBancaires }, func(k *critereFacture) []int64 { return nonZero(k.coordonnee) }),
	parmi("auteur", champ[int64]{auteur, cmp.Compare[int64]}, func(_ *qualif.DataSet, k *critereFacture) []int64 { return k.auteurs }),
	drapeau("rejetTraite", func(f *qualif.Facture) bool { return f.RejetTraite }, func(k *critereFacture) *bool { return k.rejetTraite }),
	drapeau("FactureTelechargeeParDestinataire", func(f *qualif.Facture) bool { return f.Telechargee }, func(k *critereFacture) *bool { return k.telechargee }),
}

func nonEmpty(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

func textes(statuts []qualif.Statut) []string {
	all := make([]string, len(statuts))
	for i, s := range statuts {
		all[i] = string(s)
	}
	return all
}
