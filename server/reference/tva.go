package reference

import "slices"

// Taux is a rate of VAT.
type Taux struct {
	// Code is what an invoice entered by the API gives (lignePosteTauxTva).
	Code, Libelle string
	// Valeur is in percent, with two decimals at most.
	Valeur float64
}

// taux are the rates in force in France: on the mainland (CGI 278, 278-0 bis,
// 279, 281 quater), in the overseas departments with VAT (296) and in Corsica
// (297).
//
// Known: TVA1 with its label (a recorded answer), and that TVA5 is 20 %, from
// an official sample that puts 102 of TVA5 on 510. TVA2 to TVA4 are inferred:
// they leave room for the other rates of the mainland, in order. The codes from
// TVA6 on are ours.
var taux = []Taux{
	{"TVA1", "Art 293B(FranchiseEnBase)", 0},
	{"TVA2", "2,1%", 2.1},
	{"TVA3", "5,5%", 5.5},
	{"TVA4", "10%", 10},
	{"TVA5", "20%", 20},
	{"TVA6", "8,5%", 8.5},
	{"TVA7", "1,75%", 1.75},
	{"TVA8", "1,05%", 1.05},
	{"TVA9", "13%", 13},
	{"TVA10", "0,9%", 0.9},
}

// TauxTVA are the rates of VAT, in the order of their numbers.
func TauxTVA() []Taux { return slices.Clone(taux) }

// TauxTVADe finds a rate by its code (TVA5).
func TauxTVADe(code string) (Taux, bool) {
	at := slices.IndexFunc(taux, func(t Taux) bool { return t.Code == code })
	if at < 0 {
		return Taux{}, false
	}
	return taux[at], true
}

// motifs are the reasons for which an invoice bears no VAT: those of the list
// VATEX of EN 16931 that a French supplier may give, named after the articles
// of the CGI and of directive 2006/112/CE. The platform's own codes are not
// public; these are the ones that invoices in CII and UBL carry.
var motifs = []Libelle{
	{"VATEX-FR-FRANCHISE", "Franchise en base de TVA (article 293 B du CGI)", "Exempt small business (CGI article 293 B)"},
	{"VATEX-FR-AE", "Autoliquidation par le preneur assujetti (article 283, 2 du CGI)", "Domestic reverse charge (CGI article 283, 2)"},
	{"VATEX-FR-CNWVAT", "Avoir sans TVA (BOI-TVA-DECLA-30-20-20)", "Credit note without VAT (BOI-TVA-DECLA-30-20-20)"},
	{"VATEX-FR-CGI261-1", "Opérations soumises à d'autres taxes (article 261, 1 du CGI)", "Transactions under other taxes (CGI article 261, 1)"},
	{"VATEX-FR-CGI261-2", "Opérations agricoles et de pêche (article 261, 2 du CGI)", "Farming and fishing (CGI article 261, 2)"},
	{"VATEX-FR-CGI261-3", "Biens d'occasion (article 261, 3 du CGI)", "Second-hand goods (CGI article 261, 3)"},
	{"VATEX-FR-CGI261-4", "Professions libérales et activités diverses (article 261, 4 du CGI)", "Professions and various activities (CGI article 261, 4)"},
	{"VATEX-FR-CGI261-5", "Opérations immobilières (article 261, 5 du CGI)", "Real estate transactions (CGI article 261, 5)"},
	{"VATEX-FR-CGI261-7", "Organismes d'utilité générale (article 261, 7 du CGI)", "Non-profit bodies (CGI article 261, 7)"},
	{"VATEX-FR-CGI261-8", "Biens destinés aux victimes d'une catastrophe (article 261, 8 du CGI)", "Goods for disaster relief (CGI article 261, 8)"},
	{"VATEX-FR-CGI261A", "Sociétés d'attribution en jouissance (article 261 A du CGI)", "Companies whose members share the use of property (CGI article 261 A)"},
	{"VATEX-FR-CGI261B", "Services d'un groupement à ses membres (article 261 B du CGI)", "Services of a group to its members (CGI article 261 B)"},
	{"VATEX-FR-CGI261C-1", "Opérations bancaires et financières (article 261 C, 1° du CGI)", "Banking and finance (CGI article 261 C, 1°)"},
	{"VATEX-FR-CGI261C-2", "Assurance et réassurance (article 261 C, 2° du CGI)", "Insurance and reinsurance (CGI article 261 C, 2°)"},
	{"VATEX-FR-CGI261C-3", "Timbres à leur valeur officielle (article 261 C, 3° du CGI)", "Stamps at their official value (CGI article 261 C, 3°)"},
	{"VATEX-FR-CGI261D-1", "Location de terrains et bâtiments agricoles (article 261 D, 1° du CGI)", "Letting of farm land and buildings (CGI article 261 D, 1°)"},
	{"VATEX-FR-CGI261D-1BIS", "Location conférant un droit réel (article 261 D, 1° bis du CGI)", "Leases that give a right in rem (CGI article 261 D, 1° bis)"},
	{"VATEX-FR-CGI261D-2", "Location de terrains non aménagés et de locaux nus (article 261 D, 2° du CGI)", "Letting of bare land and premises (CGI article 261 D, 2°)"},
	{"VATEX-FR-CGI261D-3", "Location de droits sur un patrimoine immobilier (article 261 D, 3° du CGI)", "Letting of rights in an estate (CGI article 261 D, 3°)"},
	{"VATEX-FR-CGI261D-4", "Location de logements meublés (article 261 D, 4° du CGI)", "Letting of furnished dwellings (CGI article 261 D, 4°)"},
	{"VATEX-FR-CGI261E-1", "Jeux de hasard ou d'argent (article 261 E, 1° du CGI)", "Gambling (CGI article 261 E, 1°)"},
	{"VATEX-FR-CGI261E-2", "Loteries, paris et jeux en ligne (article 261 E, 2° du CGI)", "Lotteries, bets and online games (CGI article 261 E, 2°)"},
	{"VATEX-FR-CGI275", "Achats en franchise pour l'exportation (article 275 du CGI)", "Purchases for export (CGI article 275)"},
	{"VATEX-FR-CGI277A", "Régime suspensif (article 277 A du CGI)", "Suspensive arrangement (CGI article 277 A)"},
	{"VATEX-FR-CGI295", "Départements d'outre-mer (article 295 du CGI)", "Overseas departments (CGI article 295)"},
	{"VATEX-FR-298SEXDECIESA", "Or d'investissement (article 298 sexdecies A du CGI)", "Investment gold (CGI article 298 sexdecies A)"},
	{"VATEX-EU-AE", "Autoliquidation", "Reverse charge"},
	{"VATEX-EU-D", "Régime de la marge : moyens de transport d'occasion", "Margin scheme: second-hand means of transport"},
	{"VATEX-EU-F", "Régime de la marge : biens d'occasion", "Margin scheme: second-hand goods"},
	{"VATEX-EU-G", "Exportation hors de l'Union européenne", "Export outside the European Union"},
	{"VATEX-EU-I", "Régime de la marge : œuvres d'art", "Margin scheme: works of art"},
	{"VATEX-EU-IC", "Livraison intracommunautaire", "Intra-Community supply"},
	{"VATEX-EU-J", "Régime de la marge : objets de collection et antiquités", "Margin scheme: collectors' items and antiques"},
	{"VATEX-EU-O", "Opération hors du champ de la TVA", "Not subject to VAT"},
}

// MotifsExoneration are the reasons for which an invoice bears no VAT.
func MotifsExoneration() []Libelle { return slices.Clone(motifs) }
