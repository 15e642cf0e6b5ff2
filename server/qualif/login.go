package qualif

import (
	"regexp"
	"strconv"
	"strings"
)

// technicalLogin recognises the logins of every generation: the number is
// missing from those of 2017 ("TECH_0<SIRET>@cpp2017.fr"), and the domain of the
// others was cpp2021.fr, then cpro.fr. Old logins outlive the change of portal.
var technicalLogin = regexp.MustCompile(`(?i)^TECH_(?:(\d{1,9})_(\d{14})|0(\d{14}))@[a-z0-9.-]+$`)

// LooksTechnical tells whether a login has the shape of a technical account's,
// whichever generation or environment it is from; DEV_ is that of the accounts
// that came ready-made with the data sets of 2017.
func LooksTechnical(login string) bool {
	return technicalLogin.MatchString(login) || strings.HasPrefix(strings.ToUpper(login), "DEV_")
}

// numberOf is n of a login TECH_<n>_<SIRET>, 0 when it has none.
func numberOf(login string) int {
	m := technicalLogin.FindStringSubmatch(login)
	if m == nil || m[1] == "" {
		return 0
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

// siretOf is the SIRET inside a technical login, "" when it has none.
func siretOf(login string) string {
	m := technicalLogin.FindStringSubmatch(login)
	if m == nil {
		return ""
	}
	return m[2] + m[3]
}

// numbersLogins tells whether the logins of this generation have a number.
func (p Profile) numbersLogins() bool { return strings.Contains(p.LoginPattern, "{n}") }

// loginFor makes the login of account n of a structure in this generation.
func (p Profile) loginFor(n int, siret string) string {
	return strings.NewReplacer("{n}", strconv.Itoa(n), "{siret}", siret).Replace(p.LoginPattern) + "@" + p.LoginDomain
}
