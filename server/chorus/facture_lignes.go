package chorus

import (
	"cmp"

	"chorus-qualif/server/qualif"
)

// lignesDePoste are the lines of an invoice, a page of them.
type lignesDePoste struct {
	Lignes []lignePoste `json:"lignePoste"`
	Page   int          `json:"pageCouranteLignesPoste"`
	Pages  int          `json:"pagesLignesPoste"`
	Taille int          `json:"nbResultatsParPageLignesPoste"`
	Total  int          `json:"totalLignesPoste"`
}

// lignePoste leaves out lignePosteUniteCode: the sandbox knows units by name.
type lignePoste struct {
	Numero       int64  `json:"lignePosteNumero"`
	Reference    string `json:"lignePosteReference,omitempty"`
	Denomination string `json:"lignePosteDenomination,omitempty"`
	Quantite     nombre `json:"lignePosteQuantite,omitempty"`
	Unite        string `json:"lignePosteUniteLibelle,omitempty"`
	UnitaireHT   nombre `json:"lignePosteMontantUnitaireHT,omitempty"`
	RemiseHT     nombre `json:"lignePosteMontantRemiseHT,omitempty"`
	TauxTVA      string `json:"lignePosteTauxTva,omitempty"`
	TauxManuel   nombre `json:"lignePosteTauxTvaManuel,omitempty"`
	HT           nombre `json:"lignePosteMontantHtApresRemise,omitempty"`
	TVA          nombre `json:"lignePosteMontantTva,omitempty"`
	TTC          nombre `json:"lignePosteMontantTtcApresRemise,omitempty"`
}

func lignesDe(f *qualif.Facture, p *pageLignes) lignesDePoste {
	page, r := feuille(f.Lignes, pagination{p.Page, p.Taille, p.Colonne, p.Sens}, colonneLigne(p.Colonne))
	shown := make([]lignePoste, len(page))
	for i := range page {
		shown[i] = ligneDe(&page[i])
	}
	return lignesDePoste{shown, r.PageCourante, r.Pages, r.NbResultatsParPage, r.Total}
}

func ligneDe(l *qualif.Ligne) lignePoste {
	ht, vat, total := montantsLigne(l)
	row := lignePoste{
		Numero: l.Numero, Reference: l.Reference, Denomination: l.Denomination, Quantite: nombreDe(l.Quantite), Unite: l.Unite,
		UnitaireHT: nombreDe(l.PrixUnitaire), RemiseHT: nombreDe(l.Remise), TauxTVA: l.TauxCode,
		HT: nombreDe(ht), TVA: nombreDe(vat), TTC: nombreDe(total),
	}
	if l.TauxCode == "" {
		row.TauxManuel = nombreDe(l.Taux)
	}
	return row
}

// montantsLigne computes the amounts of a line, to the cent: what the invoice
// says of it before VAT, else quantity times price less the discount.
func montantsLigne(l *qualif.Ligne) (ht, vat, total qualif.Montant) {
	ht = l.MontantHT
	if ht.IsZero() {
		if l.Quantite.IsZero() || l.PrixUnitaire.IsZero() {
			return ht, vat, total
		}
		ht = l.Quantite.Fois(l.PrixUnitaire).Moins(l.Remise).Arrondi()
	}
	rate := l.Taux
	if l.TauxCode != "" {
		rate = tauxValeur(l.TauxCode)
	}
	if rate.IsZero() {
		return ht, vat, total
	}
	vat = ht.Fois(rate).Pourcent().Arrondi()
	return ht, vat, ht.Plus(vat)
}

func colonneLigne(column string) func(a, b qualif.Ligne) int {
	amount := func(value func(*qualif.Ligne) qualif.Montant) func(a, b qualif.Ligne) int {
		return func(a, b qualif.Ligne) int { return value(&a).Cmp(value(&b)) }
	}
	text := func(value func(*qualif.Ligne) string) func(a, b qualif.Ligne) int {
		return func(a, b qualif.Ligne) int { return compareNames(value(&a), value(&b)) }
	}
	switch column {
	case "LignePosteNumero":
		return func(a, b qualif.Ligne) int { return cmp.Compare(a.Numero, b.Numero) }
	case "LignePosteReference":
		return text(func(l *qualif.Ligne) string { return l.Reference })
	case "LignePosteDenomination":
		return text(func(l *qualif.Ligne) string { return l.Denomination })
	case "LignePosteUniteCode", "LignePosteUniteLibelle":
		return text(func(l *qualif.Ligne) string { return l.Unite })
	case "LignePosteTauxTva":
		return text(func(l *qualif.Ligne) string { return l.TauxCode })
	case "LignePosteQuantite":
		return amount(func(l *qualif.Ligne) qualif.Montant { return l.Quantite })
	case "LignePosteMontantUnitaireHT":
		return amount(func(l *qualif.Ligne) qualif.Montant { return l.PrixUnitaire })
	case "LignePosteMontantRemiseHT":
		return amount(func(l *qualif.Ligne) qualif.Montant { return l.Remise })
	case "LignePosteTauxTvaManuel":
		return amount(func(l *qualif.Ligne) qualif.Montant { return l.Taux })
	case "LignePosteMontantHtApresRemise":
		return amount(func(l *qualif.Ligne) qualif.Montant { ht, _, _ := montantsLigne(l); return ht })
	case "LignePosteMontantTva":
		return amount(func(l *qualif.Ligne) qualif.Montant { _, vat, _ := montantsLigne(l); return vat })
	case "LignePosteMontantTtcApresRemise":
		return amount(func(l *qualif.Ligne) qualif.Montant { _, _, total := montantsLigne(l); return total })
	}
	return nil
}
