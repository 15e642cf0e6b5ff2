package flux

import "strings"

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

// currencies are the active codes of ISO 4217.
const currencies = " AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XAG XAU XCD XCG XDR XOF XPD XPF XPT XSU XUA YER ZAR ZMW ZWG "

func knownCurrency(code string) bool {
	return len(code) == 3 && strings.Contains(currencies, " "+code+" ")
}

// knownType tells the codes of UNTDID 1001 that AFNOR XP Z12-012 (G1.01) lists.
func knownType(code string) bool {
	return len(code) == 3 && strings.Contains(" 261 262 380 381 384 386 389 393 396 471 472 473 500 501 502 503 ", " "+code+" ")
}
