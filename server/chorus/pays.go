package chorus

import (
	"strings"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/reference"
)

// shown is an address as answers show it: data sets have the code of the
// country, which is the criterion of a search ("FR"), and the official samples
// of answers its name ("France"). A code of no country is left as it is.
func shown(a *qualif.Address) *qualif.Address {
	if a == nil {
		return nil
	}
	named := *a
	if country, ok := reference.PaysDe(strings.ToUpper(a.Pays)); ok {
		named.Pays = country.Francais
	}
	return &named
}
