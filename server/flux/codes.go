package flux

import (
	"strings"

	"chorus-qualif/server/reference"
)

// The cadres de facturation that AIFE's formats admit are A1 to A25 (annexe
// EDI G1.02).
const lastFramework = 25

// knownFramework tells A1 to A25.
func knownFramework(code string) bool {
	digits, ok := strings.CutPrefix(code, "A")
	if !ok || digits == "" || len(digits) > 2 || digits[0] == '0' || strings.Trim(digits, "0123456789") != "" {
		return false
	}
	n := 0
	for _, d := range digits {
		n = n*10 + int(d-'0')
	}
	return n <= lastFramework
}

func knownCurrency(code string) bool {
	_, ok := reference.Devise(code)
	return ok
}

// knownType tells the codes of UNTDID 1001 that AFNOR XP Z12-012 (G1.01) lists.
func knownType(code string) bool {
	return len(code) == 3 && strings.Contains(" 261 262 380 381 384 386 389 393 396 471 472 473 500 501 502 503 ", " "+code+" ")
}
