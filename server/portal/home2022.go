package portal

import (
	"net/http"
	"strings"
)

// The addresses of the portal of 2022.
const (
	domains2022      = home2022 + "/domaines/"
	connections2022  = domains2022 + "raccordements"
	accountForm2022  = connections2022 + "/compte-technique"
	accountPart2022  = accountForm2022 + "/champs"
	api2022          = connections2022 + "/api"
	declare2022      = api2022 + "/declaration"
	matelas2022      = domains2022 + "matelas-de-donnees"
	generate2022     = matelas2022 + "/generation"
	matelasCSV2022   = matelas2022 + "/matelas-structures-et-utilisateurs.csv"
	help2022         = home2022 + "/documentation"
	search2022       = home2022 + "/recherche"
	notSimulated2022 = home2022 + "/hors-simulation"
)

// domain is a card of the home page.
type domain struct {
	ID, Name, Subtitle, Path string
	// Main is the card that the guides frame.
	Main bool
}

// domainKeys lists the six domains in the order of the home page.
var domainKeys = []string{"marche", "commande", "facturation", "organisation", "raccordements", "outils"}

// application is a card of a domain's page.
type application struct {
	ID, Name, Text, More, Path string
	Available                  bool
	Main                       bool
}

func (p *Portal) routes2022() []route {
	get, post := http.MethodGet, http.MethodPost
	of2022 := func(method, path string, serve func(*call)) route {
		return route{method: method, path: path, serve: serve, home: home2022}
	}
	all := []route{
		{method: get, path: home2022, serve: (*call).showHome2022, home: home2022, public: true},
		of2022(get, connections2022, (*call).showConnections),
		of2022(get, accountForm2022, (*call).showAccountForm),
		of2022(post, accountForm2022, (*call).submitAccountForm),
		of2022(post, accountPart2022, (*call).showAccountFields),
		of2022(get, api2022, (*call).showRaccordements),
		of2022(get, declare2022, (*call).showDeclaration),
		of2022(post, declare2022, (*call).declare),
		of2022(get, matelas2022, (*call).showMatelas),
		of2022(get, generate2022, (*call).confirmGeneration),
		of2022(post, generate2022, (*call).generate),
		of2022(get, matelasCSV2022, (*call).downloadMatelas),
		of2022(get, help2022, (*call).showHelp),
		of2022(get, search2022, (*call).showSearch),
		of2022(get, notSimulated2022, (*call).showNotSimulated),
	}
	for _, key := range domainKeys {
		if key != "raccordements" {
			all = append(all, of2022(get, domains2022+key, func(c *call) { c.showOtherDomain(key) }))
		}
	}
	return all
}

// homePage is the home page's own data.
type homePage struct {
	Audiences []audience
	Domains   []domain
	Matelas   domain
}

type audience struct {
	ID, Name string
	Active   bool
}

var audienceKeys = []string{"entreprise", "entite-publique", "particulier", "association"}

func (c *call) showHome2022() {
	data := homePage{Domains: c.domains(), Matelas: c.domain("matelas-de-donnees")}
	chosen := c.g.Query("public")
	known := false
	for _, key := range audienceKeys {
		known = known || key == chosen
	}
	if !known {
		chosen = audienceKeys[0]
	}
	for _, key := range audienceKeys {
		data.Audiences = append(data.Audiences, audience{key, c.locale.say("audience." + key), key == chosen})
	}
	c.show(http.StatusOK, "accueil.2022", "home", "accueil", data)
}

func (c *call) domains() []domain {
	all := make([]domain, 0, len(domainKeys))
	for _, key := range domainKeys {
		all = append(all, c.domain(key))
	}
	return all
}

func (c *call) domain(key string) domain {
	return domain{
		ID: key, Name: c.locale.say("domain." + key), Subtitle: c.locale.say("domain." + key + ".subtitle"), Path: domains2022 + key,
		Main: key == "raccordements",
	}
}

// domainPage is a domain with its applications.
type domainPage struct {
	domain
	Heading      string
	Applications []application
}

func (c *call) domainPage(key string, applications []application) domainPage {
	d := c.domain(key)
	return domainPage{d, c.locale.say("applications-of", d.Name), applications}
}

func (c *call) showConnections() {
	c.show(http.StatusOK, "raccordements.2022", "domain.raccordements", "domaines", c.domainPage("raccordements", c.applications()))
}

// applications lists those of the domain "Raccordements"; how many of them show
// that they are available is a value of the profile.
func (c *call) applications() []application {
	all := []application{
		{ID: "edi", Path: withQuery(notSimulated2022, "rubrique", "edi")},
		{ID: "api", Path: api2022},
		{ID: "suivi-des-flux", Path: withQuery(notSimulated2022, "rubrique", "suivi-des-flux")},
		{ID: "compte-technique", Path: accountForm2022, Main: true},
	}
	for i := range all {
		key := "application." + all[i].ID
		all[i].Name, all[i].Available = c.locale.say(key), i < c.profile.CardStatus
		if all[i].Main {
			all[i].Text = c.locale.say(key + ".text")
		} else {
			all[i].More = c.locale.say(key + ".more")
		}
	}
	return all
}

func (c *call) showOtherDomain(key string) {
	c.show(http.StatusOK, "domaine.2022", "domain."+key, "domaines", c.domainPage(key, nil))
}

func (c *call) showHelp() { c.show(http.StatusOK, "documentation.2022", "help", "", nil) }

// notSimulatedKeys are the parts of the real portal that links lead to and that
// nothing stands behind here.
var notSimulatedKeys = []string{
	"actualites", "approbations", "support", "communication", "edi", "suivi-des-flux", "memoire",
	"nous-suivre", "nous-connaitre", "engagements", "sites-connexes", "actualites-raccordements",
}

func (c *call) showNotSimulated() {
	what := c.locale.say("part.other")
	for _, key := range notSimulatedKeys {
		if key == c.g.Query("rubrique") {
			what = c.locale.say("part." + key)
		}
	}
	c.show(http.StatusOK, "horssimulation.2022", "not-simulated", c.g.Query("rubrique"), what)
}

// found is a page that the search box leads to.
type found struct{ Name, Path string }

type searchPage struct {
	Query string
	Found []found
}

// showSearch finds domains and applications by the words of their names.
func (c *call) showSearch() {
	data := searchPage{Query: strings.TrimSpace(c.g.Query("q"))}
	candidates := []found{
		{c.locale.say("help"), help2022}, {c.locale.say("declare-raccordement"), declare2022},
		{c.locale.say("domain.matelas-de-donnees"), matelas2022},
	}
	for _, a := range c.applications() {
		candidates = append(candidates, found{a.Name, a.Path})
	}
	for _, d := range c.domains() {
		candidates = append(candidates, found{d.Name + " : " + d.Subtitle, d.Path})
	}
	for _, one := range candidates {
		if data.Query != "" && shareWord(one.Name, data.Query) {
			data.Found = append(data.Found, one)
		}
	}
	c.show(http.StatusOK, "recherche.2022", "search", "", data)
}

// shareWord tells whether a name has a word of a query, words of three letters
// and less apart.
func shareWord(name, query string) bool {
	name = strings.ToLower(name)
	for _, word := range strings.Fields(strings.ToLower(query)) {
		word = strings.Trim(word, ".,;:!?…'\"")
		if len(word) > 2 && strings.Contains(name, word) {
			return true
		}
	}
	return false
}
