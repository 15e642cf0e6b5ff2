package qualif

import (
	"errors"
	"math/big"
	"strconv"
	"strings"
)

// Montant is an amount, a quantity or a rate: an exact decimal of at most six
// decimals, as the platform's decimal(19,6). The zero Montant is a number that
// was not given.
type Montant struct {
	millioniemes int64
	donne        bool
}

const montantUnite = 1_000_000

// maxMontantLength bounds what is read as a number.
const maxMontantLength = 40

// ErrMontant is a text that is no number, or one beyond the platform's thirteen
// digits before the point.
var ErrMontant = errors.New("not an amount of at most 19 digits, 6 of them decimals")

// ParseMontant reads a decimal, with an exponent or without; beyond six decimals
// it is rounded half away from zero.
func ParseMontant(text string) (Montant, error) {
	if len(text) > maxMontantLength || strings.ContainsAny(text, "/_xXpPiI") {
		return Montant{}, ErrMontant
	}
	if e := strings.IndexAny(text, "eE"); e >= 0 {
		if exponent, err := strconv.Atoi(text[e+1:]); err != nil || exponent > 20 || exponent < -40 {
			return Montant{}, ErrMontant
		}
	}
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return Montant{}, ErrMontant
	}
	r.Mul(r, new(big.Rat).SetInt64(montantUnite))
	rounded := roundAway(r)
	if !rounded.IsInt64() {
		return Montant{}, ErrMontant
	}
	return Montant{rounded.Int64(), true}, nil
}

// roundAway is the nearest integer, halves away from zero.
func roundAway(r *big.Rat) *big.Int {
	twice := new(big.Int).Mul(r.Num(), big.NewInt(2))
	half := new(big.Int).Set(r.Denom())
	if r.Sign() < 0 {
		half.Neg(half)
	}
	return twice.Quo(twice.Add(twice, half), new(big.Int).Mul(r.Denom(), big.NewInt(2)))
}

// MontantDe is a whole number of units.
func MontantDe(unites int64) Montant { return Montant{unites * montantUnite, true} }

// IsZero tells that the number was not given, which is what encoding/json's
// omitzero asks.
func (m Montant) IsZero() bool { return !m.donne }

// Sign is -1, 0 or 1; 0 also for a number that was not given.
func (m Montant) Sign() int { return m.Cmp(Montant{}) }

// Cmp compares the numbers: -1, 0 or 1. One that was not given counts as 0.
func (m Montant) Cmp(other Montant) int {
	switch {
	case m.millioniemes < other.millioniemes:
		return -1
	case m.millioniemes > other.millioniemes:
		return 1
	}
	return 0
}

// Plus and Moins are exact; a result beyond the bound saturates at it.
func (m Montant) Plus(other Montant) Montant {
	return montantBorne(new(big.Int).Add(big.NewInt(m.millioniemes), big.NewInt(other.millioniemes)))
}

// Moins is the difference.
func (m Montant) Moins(other Montant) Montant {
	return montantBorne(new(big.Int).Sub(big.NewInt(m.millioniemes), big.NewInt(other.millioniemes)))
}

// Fois is the product, rounded to six decimals.
func (m Montant) Fois(other Montant) Montant {
	product := new(big.Int).Mul(big.NewInt(m.millioniemes), big.NewInt(other.millioniemes))
	return montantBorne(roundAway(new(big.Rat).SetFrac(product, big.NewInt(montantUnite))))
}

// Arrondi rounds to the cent, halves away from zero.
func (m Montant) Arrondi() Montant {
	const cent = montantUnite / 100
	cents := roundAway(new(big.Rat).SetFrac(big.NewInt(m.millioniemes), big.NewInt(cent)))
	return montantBorne(cents.Mul(cents, big.NewInt(cent)))
}

func montantBorne(n *big.Int) Montant {
	if n.IsInt64() {
		return Montant{n.Int64(), true}
	}
	if n.Sign() < 0 {
		return Montant{-1 << 63, true}
	}
	return Montant{1<<63 - 1, true}
}

// String is the number without trailing zeros, "" when it was not given.
func (m Montant) String() string {
	if !m.donne {
		return ""
	}
	return string(m.append(nil))
}

func (m Montant) append(to []byte) []byte {
	n := uint64(m.millioniemes)
	if m.millioniemes < 0 {
		to, n = append(to, '-'), -n
	}
	to = strconv.AppendUint(to, n/montantUnite, 10)
	if decimals := n % montantUnite; decimals != 0 {
		text := strconv.FormatUint(montantUnite+decimals, 10)[1:]
		to = append(append(to, '.'), strings.TrimRight(text, "0")...)
	}
	return to
}

// MarshalJSON writes a JSON number, or null when it was not given.
func (m Montant) MarshalJSON() ([]byte, error) {
	if !m.donne {
		return []byte("null"), nil
	}
	return m.append(nil), nil
}

// UnmarshalJSON reads a JSON number, or null for one that is not given; the
// error is ErrMontant.
func (m *Montant) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		*m = Montant{}
		return nil
	}
	parsed, err := ParseMontant(string(text))
	if err != nil {
		return err
	}
	*m = parsed
	return nil
}

// Unites is the number rounded to whole units, halves away from zero.
func (m Montant) Unites() int64 {
	return roundAway(big.NewRat(m.millioniemes, montantUnite)).Int64()
}

// Pourcent is a hundredth of the number, rounded to six decimals.
func (m Montant) Pourcent() Montant {
	return montantBorne(roundAway(big.NewRat(m.millioniemes, 100)))
}

// MontantMax is the largest amount: about 9 223 372 036 854.
var MontantMax = Montant{1<<63 - 1, true}

// Oppose is the number with the other sign.
func (m Montant) Oppose() Montant { return montantBorne(new(big.Int).Neg(big.NewInt(m.millioniemes))) }
