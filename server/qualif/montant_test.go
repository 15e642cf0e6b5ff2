package qualif_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"chorus-qualif/server/qualif"
)

// decimal draws a number as clients write them.
func decimal(t *rapid.T) string {
	return rapid.StringMatching(`-?[0-9]{1,12}(\.[0-9]{1,9})?([eE][+-]?[0-4])?`).Draw(t, "number")
}

// inMillionths is a number of millionths, rounded half away from zero: the
// oracle of these tests, which knows fractions only.
func inMillionths(r *big.Rat) *big.Int {
	scaled := new(big.Rat).Mul(r, big.NewRat(1_000_000, 1))
	half := big.NewRat(1, 2)
	if scaled.Sign() < 0 {
		half.Neg(half)
	}
	scaled.Add(scaled, half)
	return new(big.Int).Quo(scaled.Num(), scaled.Denom())
}

func rat(t *rapid.T, text string) *big.Rat {
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		t.Fatalf("%q is no number", text)
	}
	return r
}

// Amounts are exact decimals of six digits: what is read, added, multiplied and
// rounded is what fractions give.
func TestAmounts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := decimal(t), decimal(t)
		x, errX := qualif.ParseMontant(a)
		y, errY := qualif.ParseMontant(b)
		wantX, wantY := inMillionths(rat(t, a)), inMillionths(rat(t, b))
		if (errX == nil) != wantX.IsInt64() || (errY == nil) != wantY.IsInt64() {
			t.Fatalf("%s, %s: %v, %v", a, b, errX, errY)
		}
		if errX != nil || errY != nil {
			return
		}
		same := func(what string, got qualif.Montant, want *big.Rat) {
			t.Helper()
			exact := inMillionths(want)
			if !exact.IsInt64() {
				exact.SetInt64(1<<63 - 1)
				if want.Sign() < 0 {
					exact.SetInt64(-1 << 63)
				}
			}
			if shown := rat(t, got.String()); inMillionths(shown).Cmp(exact) != 0 {
				t.Fatalf("%s of %s and %s: got %s, want %s millionths", what, a, b, got, exact)
			}
		}
		rx, ry := new(big.Rat).SetFrac(wantX, big.NewInt(1_000_000)), new(big.Rat).SetFrac(wantY, big.NewInt(1_000_000))
		same("reading", x, rx)
		same("sum", x.Plus(y), new(big.Rat).Add(rx, ry))
		same("difference", x.Moins(y), new(big.Rat).Sub(rx, ry))
		same("product", x.Fois(y), new(big.Rat).Mul(rx, ry))
		if x.Cmp(y) != rx.Cmp(ry) || x.Sign() != rx.Sign() || x.IsZero() {
			t.Fatalf("%s and %s compare as %d, %d", a, b, x.Cmp(y), x.Sign())
		}
		same("rounding", x.Arrondi(), new(big.Rat).SetFrac(inCents(rx), big.NewInt(100)))
		text, err := json.Marshal(x)
		var back qualif.Montant
		if err != nil || json.Unmarshal(text, &back) != nil || back != x {
			t.Fatalf("%s is written %s (%v) and read %s", x, text, err, back)
		}
		if strings.ContainsAny(x.String(), "eE") || strings.HasSuffix(x.String(), ".") || strings.Contains(x.String(), ".") && strings.HasSuffix(x.String(), "0") {
			t.Fatalf("%s is shown as %s", a, x)
		}
	})
}

// inCents is a number of cents, rounded half away from zero.
func inCents(r *big.Rat) *big.Int {
	return inMillionths(new(big.Rat).Quo(r, big.NewRat(10_000, 1)))
}

func TestAmountsThatAreNone(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "x", "1/2", "0x10", "1_000", "+-1", "1e21", "1e-41", "1e999999999", "NaN", "Inf", "-inf", "9223372036854.775808", "-9223372036854.775809",
		strings.Repeat("1", 41), "1e", "1,5", " 1", "1 ", "१"} {
		if m, err := qualif.ParseMontant(text); !errors.Is(err, qualif.ErrMontant) || !m.IsZero() {
			t.Errorf("%q: got %s, %v", text, m, err)
		}
	}
	for text, want := range map[string]string{
		"0": "0", "-0": "0", "1.10": "1.1", "1e3": "1000", "0.0000005": "0.000001", "-0.0000005": "-0.000001", "0.0000004999": "0",
		"9223372036854.775807": "9223372036854.775807", "-9223372036854.775808": "-9223372036854.775808", "16.6667": "16.6667",
	} {
		if m, err := qualif.ParseMontant(text); err != nil || m.String() != want || m.IsZero() {
			t.Errorf("%q: got %q, %v, want %s", text, m, err, want)
		}
	}
	var none, zero qualif.Montant
	if text, err := json.Marshal(none); err != nil || string(text) != "null" || none.String() != "" || none.Sign() != 0 {
		t.Errorf("no number: got %s, %v", text, err)
	}
	if err := json.Unmarshal([]byte("null"), &zero); err != nil || !zero.IsZero() {
		t.Errorf("null: got %v, %v", zero, err)
	}
	if err := json.Unmarshal([]byte(`"12"`), &zero); err == nil {
		t.Error("a text is taken for a number")
	}
}

// Totals are checked to the cent, a cent for each amount that was added; what is
// not given is not checked.
func TestTotals(t *testing.T) {
	t.Parallel()
	const none = ""
	for _, test := range []struct {
		name, ht, tva, ttc, remise, due string
		lines, rates                    string
		want                            string
	}{
		{name: "right", ht: "1000", tva: "200", ttc: "1200", due: "1200", lines: "2x500", rates: "1000+200"},
		{name: "the least", ht: "1000", due: "0"},
		{name: "a cent off everywhere", ht: "1000.01", tva: "200", ttc: "1200", due: "1200.01", lines: "2x500", rates: "1000.01+200"},
		{name: "two cents off", ht: "1000", tva: "200", ttc: "1200.02", due: "1200", want: "total-incoherent"},
		{name: "rounded line by line", ht: "100", lines: "3x11.115 3x11.115 3x11.115", due: "100", want: "parts-incoherent"},
		{name: "rounded line by line, within", ht: "100.05", lines: "3x11.115 3x11.115 3x11.115", due: "100"},
		{name: "lines", ht: "999", lines: "2x500", due: "999", want: "parts-incoherent"},
		{name: "a line without a price", ht: "999", lines: "2x500 2x", due: "999"},
		{name: "a discount of each line", ht: "980", lines: "2x500-20", due: "980"},
		{name: "a discount of each unit", ht: "960", lines: "2x500-20", due: "960"},
		{name: "bases", ht: "1000", rates: "900+200", due: "1000", want: "parts-incoherent"},
		{name: "VAT by rate", ht: "1000", tva: "150", rates: "1000+200", ttc: "1150", due: "1150", want: "parts-incoherent"},
		{name: "both", ht: "1001", tva: "150", rates: "1000+200", due: "1", want: "parts-incoherent parts-incoherent"},
		{name: "a rate without a base", ht: "1000", tva: "200", rates: "+200", due: "1"},
		{name: "a rate without VAT", ht: "1000", tva: "200", rates: "1000+ 0+0", due: "1"},
		{name: "total before the discount", ht: "1000", tva: "200", ttc: "1200", remise: "100", due: "1100"},
		{name: "total after the discount", ht: "1000", tva: "200", ttc: "1100", remise: "100", due: "1100"},
		{name: "total between", ht: "1000", tva: "200", ttc: "1150", remise: "100", due: "1100", want: "total-incoherent"},
		{name: "all of it", ht: "1000", tva: "200", remise: "1200", due: "0"},
		{name: "more than all", ht: "1000", tva: "200", remise: "1200.01", due: "0", want: "discount-incoherent"},
		{name: "a negative discount", ht: "1000", tva: "200", ttc: "1200", remise: "-1", due: "9999", want: "discount-incoherent"},
		{name: "partly paid already", ht: "1000", tva: "200", ttc: "1200", due: "300"},
		{name: "too much due", ht: "1000", tva: "200", ttc: "1200", due: "1200.02", want: "due-incoherent"},
		{name: "too much due after the discount", ttc: "1200", ht: "1", remise: "100", due: "1200", want: "due-incoherent"},
		{name: "less than nothing due", ht: "1000", tva: "200", due: "-1", want: "due-incoherent"},
		{name: "a negative credit note", ht: "-1000", tva: "-200", ttc: "-1200", due: "-1200", lines: "-2x500", rates: "-1000+-200"},
		{name: "a negative credit note with a discount", ht: "-1000", tva: "-200", ttc: "-1100", remise: "-100", due: "-1100"},
		{name: "a discount the wrong way", ht: "-1000", tva: "-200", remise: "100", due: "-1100", want: "discount-incoherent"},
		{name: "due the wrong way", ht: "-1000", tva: "-200", due: "1200", want: "due-incoherent"},
		{name: "too large to add", ht: "9223372036854", tva: "9223372036854", ttc: "9223372036854.775807", due: "1"},
		{name: "too large to subtract", ht: "-9223372036854", tva: "9223372036854", rates: "9223372036854+0", due: "0", want: "parts-incoherent parts-incoherent"},
	} {
		sb := facturation(t)
		c := depot(sb, "F1")
		c.Facture.Montants = qualif.Montants{HT: given(test.ht), TVA: given(test.tva), TTC: given(test.ttc), RemiseGlobaleTTC: given(test.remise), APayer: given(test.due)}
		c.Facture.Lignes, c.Facture.TVA = linesOf(test.lines), ratesOf(test.rates)
		if test.want == none {
			do(sb, c)
			continue
		}
		codes := strings.Fields(test.want)
		if got := codesOf(refused(sb, codes[0], c)); fmt.Sprint(got) != fmt.Sprint(codes) {
			t.Errorf("%s: got %v, want %v", test.name, got, codes)
		}
	}
}

// given is an amount, or none of "".
func given(text string) qualif.Montant {
	if text == "" {
		return qualif.Montant{}
	}
	return montant(text)
}

// linesOf reads "2x500-20": quantity, price and discount.
func linesOf(text string) []qualif.Ligne {
	var all []qualif.Ligne
	for _, one := range strings.Fields(text) {
		quantity, rest, _ := strings.Cut(one, "x")
		price, discount, _ := strings.Cut(rest, "-")
		all = append(all, qualif.Ligne{Quantite: given(quantity), PrixUnitaire: given(price), Remise: given(discount)})
	}
	return all
}

// ratesOf reads "1000+200": base and VAT.
func ratesOf(text string) []qualif.LigneTVA {
	var all []qualif.LigneTVA
	for _, one := range strings.Fields(text) {
		base, vat, _ := strings.Cut(one, "+")
		all = append(all, qualif.LigneTVA{BaseHT: given(base), Montant: given(vat)})
	}
	return all
}
