package chorus

import (
	"strconv"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/reference"
)

// French names of the codes that an invoice carries; "" for a code that is not
// in the platform's lists.

func libelleDevise(code string) string {
	l, _ := reference.Devise(code)
	return l.Francais
}

func libelleMotif(code string) string {
	for _, l := range reference.MotifsExoneration() {
		if l.Code == code {
			return l.Francais
		}
	}
	return ""
}

func libelleTypePiece(code string) string {
	for _, t := range reference.TypesPiece("") {
		if t.Code == code {
			return t.Libelle
		}
	}
	return ""
}

// tauxNomme is what an invoice shows of a rate given by its code; the number of a
// rate (ligneTvaTauxRefId) is not known, and left out.
func tauxNomme(code string) (shown, libelle string, valeur nombre) {
	t, ok := reference.TauxTVADe(code)
	if !ok {
		return code, "", ""
	}
	return code, t.Libelle, nombreDe(tauxValeur(code))
}

// tauxValeur is the percentage of a rate given by its code; not given for a code
// that is not in the list.
func tauxValeur(code string) qualif.Montant {
	t, ok := reference.TauxTVADe(code)
	if !ok {
		return qualif.Montant{}
	}
	m, _ := qualif.ParseMontant(strconv.FormatFloat(t.Valeur, 'f', -1, 64)) // the list's rates are numbers
	return m
}
