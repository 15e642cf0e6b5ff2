package flux

import (
	"strings"

	"github.com/shopspring/decimal"
)

// Amount is an exact decimal number: an amount, a quantity or a rate. The zero
// Amount is the number 0, said to be absent.
type Amount struct {
	d       decimal.Decimal
	present bool
}

// maxAmountLength bounds what is turned into a number, so that arithmetic on
// it stays cheap. The platform's own bound is in Check.
const maxAmountLength = 40

// ParseAmount reads a number as XML Schema writes decimals: no exponent, a
// point, at most 40 characters.
func ParseAmount(s string) (Amount, bool) {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > maxAmountLength || strings.Trim(s, "0123456789.+-") != "" {
		return Amount{}, false
	}
	d, err := decimal.NewFromString(s)
	if err != nil {
		return Amount{}, false
	}
	return Amount{d, true}, true
}

// MustAmount is ParseAmount for constants. It panics on anything else.
func MustAmount(s string) Amount {
	a, ok := ParseAmount(s)
	if !ok {
		panic("not an amount: " + s)
	}
	return a
}

// Present tells a number that was given from one that was not.
func (a Amount) Present() bool { return a.present }

// IsZero tells that the number was not given, which is what encoding/json's
// omitzero asks.
func (a Amount) IsZero() bool { return !a.present }

// Decimal is the number for further arithmetic.
func (a Amount) Decimal() decimal.Decimal { return a.d }

// String is the number without an exponent and without trailing zeros.
func (a Amount) String() string { return a.d.String() }

// Fixed is the number rounded half away from zero to a number of decimals.
func (a Amount) Fixed(places int32) string { return a.d.StringFixed(places) }

// MarshalJSON writes a JSON number, or null when the number was not given.
func (a Amount) MarshalJSON() ([]byte, error) {
	if !a.present {
		return []byte("null"), nil
	}
	return []byte(a.d.String()), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (a *Amount) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*a = Amount{}
		return nil
	}
	parsed, ok := ParseAmount(string(data))
	if !ok {
		return errNotAmount
	}
	*a = parsed
	return nil
}

// Add, Sub, Mul and Neg are exact.
func (a Amount) Add(b Amount) Amount { return Amount{a.d.Add(b.d), true} }

// Sub is exact.
func (a Amount) Sub(b Amount) Amount { return Amount{a.d.Sub(b.d), true} }

// Mul is exact.
func (a Amount) Mul(b Amount) Amount { return Amount{a.d.Mul(b.d), true} }

// Neg is exact.
func (a Amount) Neg() Amount { return Amount{a.d.Neg(), true} }

// Round rounds half away from zero to a number of decimals.
func (a Amount) Round(places int32) Amount { return Amount{a.d.Round(places), true} }

// Cmp compares the numbers: -1, 0 or 1.
func (a Amount) Cmp(b Amount) int { return a.d.Cmp(b.d) }

// Sign is -1, 0 or 1.
func (a Amount) Sign() int { return a.d.Sign() }

// within tells whether two numbers differ by at most a number of hundredths.
func (a Amount) within(b Amount, cents int) bool {
	return a.d.Sub(b.d).Abs().Cmp(decimal.New(int64(cents), -2)) <= 0
}

// percent is a percentage of the number: exact.
func (a Amount) percent(rate Amount) Amount {
	return Amount{a.d.Mul(rate.d).Shift(-2), true}
}
