package chorus

import (
	"strings"

	"chorus-qualif/server/qualif"
)

// shown is an address as answers show it: data sets have the code of the
// country, which is the criterion of a search ("FR"), and the official samples
// of answers its name ("France"). A code that is not in the table is left as it
// is.
func shown(a *qualif.Address) *qualif.Address {
	if a == nil {
		return nil
	}
	named := *a
	if name, ok := countries[strings.ToUpper(a.Pays)]; ok {
		named.Pays = name
	}
	return &named
}

// countries names the Union, the neighbours, the main partners and the
// territories that have identifiers of their own (RIDET, TAHITI).
var countries = map[string]string{
	"AT": "Autriche", "BE": "Belgique", "BG": "Bulgarie", "CY": "Chypre", "CZ": "République tchèque", "DE": "Allemagne",
	"DK": "Danemark", "EE": "Estonie", "ES": "Espagne", "FI": "Finlande", "FR": "France", "GR": "Grèce", "HR": "Croatie",
	"HU": "Hongrie", "IE": "Irlande", "IT": "Italie", "LT": "Lituanie", "LU": "Luxembourg", "LV": "Lettonie", "MT": "Malte",
	"NL": "Pays-Bas", "PL": "Pologne", "PT": "Portugal", "RO": "Roumanie", "SE": "Suède", "SI": "Slovénie", "SK": "Slovaquie",

	"AD": "Andorre", "CH": "Suisse", "GB": "Royaume-Uni", "IS": "Islande", "LI": "Liechtenstein", "MC": "Monaco",
	"NO": "Norvège", "SM": "Saint-Marin", "TR": "Turquie", "UA": "Ukraine", "VA": "Vatican",

	"AU": "Australie", "BR": "Brésil", "CA": "Canada", "CI": "Côte d'Ivoire", "CN": "Chine", "CM": "Cameroun", "DZ": "Algérie",
	"IL": "Israël", "IN": "Inde", "JP": "Japon", "KR": "Corée du Sud", "LB": "Liban", "MA": "Maroc", "MG": "Madagascar",
	"MX": "Mexique", "SG": "Singapour", "SN": "Sénégal", "TN": "Tunisie", "US": "États-Unis", "ZA": "Afrique du Sud",

	"GF": "Guyane", "GP": "Guadeloupe", "MF": "Saint-Martin", "MQ": "Martinique", "NC": "Nouvelle-Calédonie",
	"PF": "Polynésie française", "PM": "Saint-Pierre-et-Miquelon", "RE": "La Réunion", "BL": "Saint-Barthélemy",
	"WF": "Wallis-et-Futuna", "YT": "Mayotte",
}
