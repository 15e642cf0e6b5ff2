package qualif

// Valeur is a value of a request that cannot be right, which the asker found: he
// has the platform's lists, and the numbers as they were written.
type Valeur struct {
	Nature NatureValeur
	// Champ is the property of the request, Texte its value.
	Champ, Texte string
}

// NatureValeur is why a value cannot be right.
type NatureValeur int

// What can be wrong with a value.
const (
	// CodeInconnu is a code that is in none of the platform's lists.
	CodeInconnu NatureValeur = iota
	// MontantHorsBornes is an amount beyond the platform's decimal(19,6).
	MontantHorsBornes
	// TauxHorsBornes is a rate that is not between 0 and 100.
	TauxHorsBornes
)

func fausses(values []Valeur) []*Refusal {
	var all []*Refusal
	for _, v := range values {
		switch v.Nature {
		case MontantHorsBornes:
			all = append(all, refuse("amount-out-of-range", v.Champ, v.Texte))
		case TauxHorsBornes:
			all = append(all, refuse("rate-out-of-range", v.Champ, v.Texte))
		default:
			all = append(all, refuse("code-unknown", v.Champ, v.Texte))
		}
	}
	return all
}
