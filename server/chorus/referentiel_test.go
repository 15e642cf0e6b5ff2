package chorus_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"chorus-qualif/server/qualif"
)

// withMoney gives structures of the sample bank accounts and commitments.
func withMoney(structures []qualif.Structure) []qualif.Structure {
	at := func(id int64) *qualif.Structure {
		return &structures[slices.IndexFunc(structures, func(s qualif.Structure) bool { return s.ID == id })]
	}
	at(101).CoordonneesBancaires = []qualif.CoordonneeBancaire{
		{ID: 902, Nom: "Compte d'épargne", IBAN: "FR7630006000011234567890189", BIC: "AGRIFRPP"}, {ID: 901, Nom: "Compte courant"}, {ID: 900, Nom: "Ancien compte", Inactive: true},
	}
	at(103).CoordonneesBancaires = []qualif.CoordonneeBancaire{{ID: 903, Nom: "Compte de Gamma"}}
	at(201).CoordonneesBancaires = []qualif.CoordonneeBancaire{{ID: 904, Nom: "Régie"}}
	amount := func(text string) qualif.Montant { m, _ := qualif.ParseMontant(text); return m }
	order := qualif.EngagementJuridique{Type: "BON_DE_COMMANDE", Etat: "COMMANDE", Devise: "EUR"}
	commitment := func(id int64, numero string, supplier int64, change func(*qualif.EngagementJuridique)) qualif.EngagementJuridique {
		e := order
		e.ID, e.Numero, e.FournisseurID = id, numero, supplier
		change(&e)
		return e
	}
	at(201).EngagementsJuridiques = []qualif.EngagementJuridique{
		commitment(801, "EJ-1", 101, func(e *qualif.EngagementJuridique) {
			e.ServiceFournisseur, e.ServiceEmetteur, e.NumeroMarche = "SERVICE_PRIVE_1", "B", "M-1"
			e.DateCreation, e.DateNotification = start.AddDate(0, 0, -20), start.AddDate(0, 0, -10)
			e.MontantHT, e.MontantTTC = amount("1000.5"), amount("1200.6")
		}),
		commitment(802, "EJ-2", 101, func(e *qualif.EngagementJuridique) {
			e.Etat, e.DateCreation, e.MontantTTC = "CLOTURE", start.AddDate(0, 0, -30), amount("50")
		}),
		commitment(803, "EJ-3", 103, func(*qualif.EngagementJuridique) {}),
		commitment(804, "EJ-4", 104, func(*qualif.EngagementJuridique) {}),
	}
	return structures
}

// said checks an answer whose libelle is one of the two that success has, and
// decodes it into target, in which every property must have its place.
func (a answered) said(libelle string, target any) {
	a.tb.Helper()
	if !bytes.HasPrefix(a.body, []byte(`{"codeRetour":0,"libelle":"`+libelle+`"`)) || a.status != http.StatusOK || a.explain != "" {
		a.tb.Fatalf("got %d %.200s (%s), want 200 with codeRetour 0, libelle %s and no explanation", a.status, a.body, a.explain, libelle)
	}
	decoder := json.NewDecoder(bytes.NewReader(a.body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(target); err != nil {
		a.tb.Fatalf("answer %s: %v", a.body, err)
	}
}

const searched, written = "TRA_MSG_00.000", "GCU_MSG_01_000"

// codes are the values of a property in the one list of an answer.
func (a answered) codes(list, property, libelle string) []string {
	a.tb.Helper()
	var answer object
	a.said(libelle, &answer)
	items, ok := answer[list].([]any)
	if !ok {
		a.tb.Fatalf("answer %.200s has no %s", a.body, list)
	}
	codes := make([]string, 0, len(items))
	for _, item := range items {
		code, _ := item.(map[string]any)[property].(string)
		codes = append(codes, code)
	}
	return codes
}

// The lists of official values are, value for value, those of the contract.
func TestListsAreThoseOfTheContract(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	whole := wholeDocument(t, "transverses")
	for operation, c := range map[string]struct{ list, property, libelle string }{
		"recupererFormatFlux":                 {"listeFormatFlux", "formatFlux", searched},
		"recupererSyntaxeFlux":                {"listeSyntaxeFlux", "syntaxeFlux", searched},
		"recupererModeDepot":                  {"listeModeDepot", "modeDepot", searched},
		"recupererModeReglements":             {"listeModePaiement", "modePaiement", written},
		"recupererCadreFacturation":           {"listeCadreFacturation", "codeCadreFacturation", searched},
		"recupererTypeDemandePaiement":        {"listeTypeDemandePaiement", "typeDemandePaiement", written},
		"recupererEtatParTypeDemandePaiement": {"listeEtatDemandePaiement", "etatDemandePaiement", searched},
		"recupererTypeFactureTravaux":         {"listeTypeFactureTravaux", "typeFactureTravaux", searched},
		"recupererTypeIdentifiantStructure":   {"listeTypeIdentifiant", "typeIdentifiantStructure", searched},
	} {
		for _, sent := range []string{"", "{}"} {
			got := p.ask(techAlpha, operation, sent).codes(c.list, c.property, c.libelle)
			if want := contractValues(t, whole, operation, c.list, c.property); len(want) == 0 || !slices.Equal(got, want) {
				t.Errorf("%s %q: got %v, the contract has %v", operation, sent, got, want)
			}
		}
	}
}

// wholeDocument is a document as it is parsed.
func wholeDocument(t *testing.T, name string) (whole map[string]any) {
	t.Helper()
	document, ok := contractSet(t).Document(name)
	if !ok {
		t.Fatalf("there is no document %s", name)
	}
	text, err := document.JSON()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &whole); err != nil {
		t.Fatal(err)
	}
	return whole
}

// contractValues are the values that the contract lists for a property of the
// items of an answer's list.
func contractValues(t *testing.T, whole map[string]any, operation, list, property string) []string {
	t.Helper()
	op, _ := contractSet(t).Operation(operation)
	answer := resolve(whole, dig(whole, "paths", op.Path, strings.ToLower(op.Method), "responses", "200", "content", "application/json", "schema"))
	item := resolve(whole, dig(map[string]any(answer), "properties", list, "items"))
	var values []string
	for _, value := range resolve(whole, dig(map[string]any(item), "properties", property))["enum"].([]any) {
		values = append(values, value.(string))
	}
	return values
}

// The official samples, to the letter.
func TestListsToTheLetter(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	for operation, want := range map[string]string{
		"recupererTypeDemandePaiement": `{"codeRetour":0,"libelle":"GCU_MSG_01_000","listeTypeDemandePaiement":[{"typeDemandePaiement":"FACTURE"},` +
			`{"typeDemandePaiement":"FACTURE_TRAVAUX"},{"typeDemandePaiement":"MEMOIRE_JUSTICE"},{"typeDemandePaiement":"DEMANDE_REMBOURSEMENT"}]}`,
		"recupererTypeIdentifiantStructure": `{"codeRetour":0,"libelle":"TRA_MSG_00.000","listeTypeIdentifiant":[{"typeIdentifiantStructure":"SIRET"},` +
			`{"typeIdentifiantStructure":"UE_HORS_FRANCE"},{"typeIdentifiantStructure":"HORS_UE"},{"typeIdentifiantStructure":"RIDET"},` +
			`{"typeIdentifiantStructure":"TAHITI"},{"typeIdentifiantStructure":"AUTRE"},{"typeIdentifiantStructure":"PARTICULIER"}]}`,
		"recupererFormatFlux": `{"codeRetour":0,"libelle":"TRA_MSG_00.000","listeFormatFlux":[{"formatFlux":"IN_DP_E1_STRUCT"},{"formatFlux":"IN_DP_E2_MIXTE"},` +
			`{"formatFlux":"IN_DP_E2_FACTURX"}],"pageCourante":1,"pages":1,"nbResultatsParPage":3,"total":3}`,
	} {
		if got := p.ask(techAlpha, operation, "{}").body; string(got) != want {
			t.Errorf("%s:\ngot  %s\nwant %s", operation, got, want)
		}
	}
	if got, want := string(p.ask(techAlpha, "recupererTauxTva", "{}").body), `{"codeRetour":0,"libelle":"TRA_MSG_00.000","listeTauxTva":[`+
		`{"codeTauxTva":"TVA1","libelleTauxTva":"Art 293B(FranchiseEnBase)","valeurTauxTva":0},{"codeTauxTva":"TVA2"`; !strings.HasPrefix(got, want) {
		t.Errorf("got  %s\nwant %s…", got, want)
	}
}

// The page at the root says how much there is.
func TestListsWithAPageAtTheRoot(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	for operation, list := range map[string]string{
		"recupererFormatFlux": "listeFormatFlux", "recupererModeDepot": "listeModeDepot", "recupererMotifsExonerationTva": "listeMotifsExonerationTva",
	} {
		var answer object
		p.ask(techAlpha, operation, "{}").said(searched, &answer)
		total := float64(len(answer[list].([]any)))
		if answer["pageCourante"] != 1.0 || answer["pages"] != 1.0 || answer["total"] != total || answer["nbResultatsParPage"] != total || total < 3 {
			t.Errorf("%s: %v", operation, answer)
		}
	}
}

func TestListsInTwoLanguages(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	for operation, c := range map[string]struct{ list, code, label, of, french, english string }{
		"recupererDevises":              {"listeDevises", "codeDevise", "libelleDevise", "USD", "Dollar des États-Unis", "US Dollar"},
		"recupererPays":                 {"listePays", "codePays", "libellePays", "DE", "Allemagne", "Germany"},
		"recupererMotifsExonerationTva": {"listeMotifsExonerationTva", "codeMotifExonerationTva", "libelleMotifExonerationTva", "VATEX-EU-AE", "Autoliquidation", "Reverse charge"},
		"recupererTauxTva":              {"listeTauxTva", "codeTauxTva", "libelleTauxTva", "TVA5", "20%", "20%"},
	} {
		for sent, want := range map[string]string{
			``: c.french, `{}`: c.french, `{"codeLangue":null}`: c.french, `{"codeLangue":"FR"}`: c.french, `{"codeLangue":"fr"}`: c.french, `{"codeLangue":"DE"}`: c.french,
			`{"codeLangue":"EN"}`: c.english, `{"codeLangue":"en"}`: c.english,
		} {
			got := p.ask(techAlpha, operation, sent)
			codes, labels := got.codes(c.list, c.code, searched), got.codes(c.list, c.label, searched)
			if at := slices.Index(codes, c.of); at < 0 || labels[at] != want {
				t.Errorf("%s %s: no %s called %q", operation, sent, c.of, want)
			}
		}
	}
	if got := len(p.ask(techAlpha, "recupererPays", "{}").codes("listePays", "codePays", searched)); got != 249 {
		t.Errorf("got %d countries, want 249", got)
	}
}

func TestListsOfAKindOfRequest(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	frameworks := func(sent string) []string {
		return p.ask(techAlpha, "recupererCadreFacturation", sent).codes("listeCadreFacturation", "codeCadreFacturation", searched)
	}
	if got := frameworks(`{"typeDemandePaiement":"FACTURE"}`); !slices.Equal(got, []string{"A1_FACTURE_FOURNISSEUR", "A2_FACTURE_FOURNISSEUR_DEJA_PAYEE", "A9_FACTURE_SOUSTRAITANT", "A12_FACTURE_COTRAITANT"}) {
		t.Errorf("got %v", got)
	}
	if got := frameworks(`{"typeDemandePaiement":"MEMOIRE_JUSTICE"}`); !slices.Equal(got, []string{"A3_MEMOIRE_JUSTICE"}) {
		t.Errorf("got %v", got)
	}
	statuses := func(sent string) []string {
		return p.ask(techAlpha, "recupererEtatParTypeDemandePaiement", sent).codes("listeEtatDemandePaiement", "etatDemandePaiement", searched)
	}
	works, invoices := statuses(`{"typeDemandePaiement":"FACTURE_TRAVAUX"}`), statuses(`{"typeDemandePaiement":"FACTURE"}`)
	if !slices.Contains(works, "A_ASSOCIER_MOA") || slices.Contains(invoices, "A_ASSOCIER_MOA") || !slices.Contains(invoices, "DEPOSEE") || len(statuses(`{"typeDemandePaiement":null}`)) != 56 {
		t.Errorf("works %v, invoices %v", works, invoices)
	}
}

func TestTypesOfAttachments(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	objects := func(sent string) map[string]int {
		count := map[string]int{}
		for _, objet := range p.ask(techAlpha, "recupererTypePieceJointe", sent).codes("listeTypePieceJointe", "typeObjet", searched) {
			count[objet]++
		}
		return count
	}
	if got := objects(`{"codeLangue":"FR","typeObjet":"FACTURE"}`); len(got) != 2 || got["FACTURE"] == 0 || got["TRANSVERSE"] == 0 {
		t.Errorf("of invoices: %v", got)
	}
	all := objects(`{}`)
	// The official sample asks for 20 and is answered these two.
	if got := objects(`{"codeLangue":"FR","typeObjet":"20"}`); got["DMD_RBST"] != 5 || got["MEMOIRE"] != 4 || !maps.Equal(got, all) {
		t.Errorf("of 20: %v, of everything: %v", got, all)
	}
	got := p.ask(techAlpha, "recupererTypePieceJointe", `{"typeObjet":"DMD_RBST"}`).body
	want := `{"codeRetour":0,"libelle":"TRA_MSG_00.000","listeTypePieceJointe":[{"idTypePieceJointe":54068,"codeTypePieceJointe":"AAR","libelleTypePieceJointe":"Attest.régime social marins","typeObjet":"DMD_RBST"},`
	if !strings.HasPrefix(string(got), want) {
		t.Errorf("got  %s\nwant %s…", got, want)
	}
}

func TestReasonsToRefuse(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	for _, sent := range []string{``, `{"codeCadreFacturationAValider":"A9_FACTURE_SOUSTRAITANT"}`} {
		got := p.ask(techAlpha, "recupererMotifsRefusFactureAValider", sent).codes("listeMotifRefusFactureAValider", "codeMotif", searched)
		if !slices.Contains(got, "MAUVAIS_VALIDEUR") || !slices.Contains(got, "AUTRE") {
			t.Errorf("%s: got %v", sent, got)
		}
	}
}

func TestBankAccounts(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	const op = "recupererCoordonneesBancairesValides"
	for _, c := range []struct{ login, structure, want string }{
		{techAlpha, "101", `{"codeRetour":0,"libelle":"GCU_MSG_01_000","listeCoordonneeBancaire":[{"idCoordonneeBancaire":901,"nomCoordonneeBancaire":"Compte courant"},` +
			`{"idCoordonneeBancaire":902,"nomCoordonneeBancaire":"Compte d'épargne"}]}`},
		{simple, "101", `"idCoordonneeBancaire":901`},
		{techAlpha, "102", `{"codeRetour":0,"libelle":"GCU_MSG_01_000","listeCoordonneeBancaire":[]}`},
		{techMairie, "201", `"idCoordonneeBancaire":904`},
		// A public structure shows itself to all, but not its accounts.
		{techAlpha, "201", `{"codeRetour":20002,"libelle":"GCU_MSG_99.002 - Vous n'êtes pas rattaché à cette structure."}`},
		{techAlpha, "103", `{"codeRetour":20002,`},
	} {
		if got := string(p.ask(c.login, op, `{"idStructure":`+c.structure+`}`).body); !strings.Contains(got, c.want) {
			t.Errorf("%s, %s: got %s, want %s", c.login, c.structure, got, c.want)
		}
	}
}

func TestCategoriesOfRequestsForHelp(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	type page struct {
		envelope
		ListeCategories []struct {
			ID      int    `json:"idTechniqueCategorie"`
			Code    string `json:"codeCategorie"`
			Libelle string `json:"libelleCategorie"`
		} `json:"listeCategories"`
		ParametresRetour pageInfo `json:"parametresRetour"`
	}
	for sent, want := range map[string][]int{
		``: {6, 5, 4, 3, 2, 1}, `{"estActif":true,"pagination":{"triSens":"Ascendant"}}`: {1, 2, 3, 4, 5}, `{"estActif":false}`: {6}, `{"codeCategorie":"factures"}`: {3},
		`{"codeCategorie":"FACT"}`: {}, `{"libelleCategorie":"factures","pagination":{"triColonne":"CodeCategorie","triSens":"Ascendant"}}`: {3, 4},
		`{"pagination":{"triColonne":"LibelleCategorie","triSens":"Ascendant","nbResultatsParPage":2}}`: {1, 6},
	} {
		var got page
		p.ask(techAlpha, "rechercherCategorieSollicitation", sent).said(searched, &got)
		ids := []int{}
		for _, c := range got.ListeCategories {
			ids = append(ids, c.ID)
		}
		if !slices.Equal(ids, want) {
			t.Errorf("%s: got %v, want %v", sent, ids, want)
		}
	}
	got := p.ask(techAlpha, "rechercherCategorieSollicitation", `{"codeCategorie":"FACTURES"}`).body
	if want := `{"codeRetour":0,"libelle":"TRA_MSG_00.000","listeCategories":[{"idTechniqueCategorie":3,"codeCategorie":"FACTURES","libelleCategorie":"Factures"}],` +
		`"parametresRetour":{"pageCourante":1,"pages":1,"nbResultatsParPage":10,"total":1}}`; string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestPartsOfCategories(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	const op = "rechercherSousCategorieSollicitation"
	got := p.ask(techAlpha, op, `{"idTechniqueCategorie":3,"code":"depot"}`).body
	want := `{"codeRetour":0,"libelle":"TRA_MSG_00.000","listeSousCategories":[{"categorie":[{"idTechniqueCategorie":3,"codeCategorie":"FACTURES","libelleCategorie":"Factures"}],` +
		`"ssCategorie":[{"idTechniqueCategorie":31,"code":"DEPOT","libelle":"Dépôt de factures","estActif":true,"dateCreation":"2017-01-01T00:00:00.000+01:00",` +
		`"dateDerniereModification":"2017-01-01T00:00:00.000+01:00"}]}],"parametresRetour":{"pageCourante":1,"pages":1,"nbResultatsParPage":10,"total":1}}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for sent, want := range map[string]string{
		`{}`: `"total":14}`, `{"estActif":false}`: `"total":2}`, `{"idTechniqueCategorie":99}`: `"total":0}`, `{"libelle":"raccordement"}`: `"total":2}`,
		`{"idTechniqueCategorie":3,"pagination":{"triColonne":"Libelle","triSens":"Ascendant","nbResultatsParPage":1,"pageResultatDemandee":2}}`: `"idTechniqueCategorie":34,`,
		`{"idTechniqueCategorie":3,"pagination":{"triColonne":"Code","triSens":"Ascendant","nbResultatsParPage":1}}`:                             `"idTechniqueCategorie":31,`,
		`{"idTechniqueCategorie":3,"pagination":{"triColonne":"Code","nbResultatsParPage":1}}`:                                                   `"code":"SUIVI",`,
	} {
		if got := string(p.ask(techAlpha, op, sent).body); !strings.Contains(got, want) {
			t.Errorf("%s: got %s, want %s", sent, got, want)
		}
	}
}
