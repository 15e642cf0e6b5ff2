package chorus_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// foundBy is the part of an answer that tells which invoices were found.
type foundBy struct {
	CodeRetour       int       `json:"codeRetour"`
	Libelle          string    `json:"libelle"`
	ParametresRetour *pageInfo `json:"parametresRetour"`
	Total            *int      `json:"total"`
	Factures         []struct {
		Numero string `json:"numeroFacture"`
	} `json:"listeFactures"`
	Demandes []struct {
		Numero string `json:"numeroDemandePaiement"`
	} `json:"listeDemandePaiement"`
}

func (f *foundBy) numbers() string {
	var all []string
	for _, i := range f.Factures {
		all = append(all, i.Numero)
	}
	for _, i := range f.Demandes {
		all = append(all, i.Numero)
	}
	return strings.Join(all, " ")
}

func found(t *testing.T, got answered) *foundBy {
	t.Helper()
	var f foundBy
	if err := json.Unmarshal(got.body, &f); err != nil || got.status != 200 {
		t.Fatalf("got %d %s", got.status, got.body)
	}
	return &f
}

// Each criterion alone, on both sides of what it separates. The default order
// is the latest deposit first.
func TestEmittedInvoicesAreFoundByEachCriterion(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	p.invoices(t)
	for criteria, want := range map[string]string{
		`{}`: "F-5 F-3 F-2 F-1",
		`{"idUtilisateurCourant":0,"numeroFacture":""}`:                                          "F-5 F-3 F-2 F-1",
		`{"numeroFacture":"f-2"}`:                                                                "F-2",
		`{"numeroFacture":"F*"}`:                                                                 "F-5 F-3 F-2 F-1",
		`{"numeroFacture":"G-4"}`:                                                                "",
		`{"numeroFluxDepot":"CPP001"}`:                                                           "",
		`{"typeFacture":"AVOIR"}`:                                                                "F-2",
		`{"typeFacture":"ACOMPTE"}`:                                                              "",
		`{"idFournisseur":102}`:                                                                  "F-3",
		`{"idFournisseur":103}`:                                                                  "",
		`{"idServiceFournisseur":1011}`:                                                          "F-2",
		`{"idStructureValideur":103}`:                                                            "F-5",
		`{"cadreFacturation":"A2_FACTURE_FOURNISSEUR_DEJA_PAYEE"}`:                               "F-3",
		`{"statutCourant":["MISE_A_DISPOSITION"]}`:                                               "F-3 F-2 F-1",
		`{"statutCourant":["A_VALIDER_1","REJETEE"]}`:                                            "F-5",
		`{"statutCourant":["INVENTE"]}`:                                                          "",
		`{"periodeDateFactureDu":"2026-02-02"}`:                                                  "F-5 F-3 F-2",
		`{"periodeDateFactureAu":"2026-02-02"}`:                                                  "F-3 F-1",
		`{"periodeDateDepotDu":"2026-03-02"}`:                                                    "F-5",
		`{"periodeDateDepotAu":"2026-03-01T23:59:59"}`:                                           "F-3 F-2 F-1",
		`{"periodeDateHeureEtatCourantAu":"2026-03-01T09:05:00+01:00"}`:                          "",
		`{"periodeDateHeureEtatCourantAu":"2026-03-01T09:10:00+01:00"}`:                          "F-3 F-2 F-1",
		`{"montantHTMin":200,"montantHTMax":300}`:                                                "F-3 F-2",
		`{"montantTTCMin":300.01}`:                                                               "F-5",
		`{"montantApayerMax":99999999999999999999,"montantTTCMax":100}`:                          "F-1",
		`{"numeroMarche":"M-7"}`:                                                                 "F-2",
		`{"numeroBonCommande":"EJ-3"}`:                                                           "F-3",
		`{"numeroFactureOrigine":"F-0"}`:                                                         "F-2",
		`{"modeDepot":"DEPOT_PDF_API"}`:                                                          "F-5 F-3 F-2 F-1",
		`{"modeDepot":"SAISIE_API"}`:                                                             "",
		`{"rejetTraite":false}`:                                                                  "F-5 F-3 F-2 F-1",
		`{"rejetTraite":true}`:                                                                   "",
		`{"coordonneeBancaire":7}`:                                                               "",
		`{"idUtilisateurCreateur":[9001]}`:                                                       "",
		`{"listeDestinataire":[{"idDestinataire":201}]}`:                                         "F-5 F-3 F-2 F-1",
		`{"listeDestinataire":[{"idDestinataire":16}]}`:                                          "",
		`{"listeDestinataire":[{"idDestinataire":201,"listeIdServiceExecutant":[2012]}]}`:        "",
		`{"listeDestinataire":[{"raisonSocialeStuctDmd":"mairie"}]}`:                             "F-5 F-3 F-2 F-1",
		`{"listeDestinataire":[{"idDestinataire":202}],"rechercheSirenDestinataire":true}`:       "F-5 F-3 F-2 F-1",
		`{"rechercheFactureParFournisseur":{"triColonne":"MontantTTC","triSens":"Ascendant"}}`:   "F-1 F-3 F-2 F-5",
		`{"rechercheFactureParFournisseur":{"triColonne":"DateFacture","triSens":"Descendant"}}`: "F-5 F-2 F-3 F-1",
		`{"rechercheFactureParFournisseur":{"triColonne":"Devise","triSens":"Descendant"}}`:      "F-3 F-5 F-2 F-1",
		`{"rechercheFactureParFournisseur":{"triColonne":"DesignationFournisseur","triSens":"Ascendant"}}`: "F-3 F-1 F-2 F-5",
		`{"rechercheFactureParFournisseur":{"triSens":"Ascendant","nbResultatsParPage":2}}`:                "F-1 F-2",
		`{"rechercheFactureParFournisseur":{"nbResultatsParPage":2,"pageResultatDemandee":2}}`:             "F-2 F-1",
		`{"rechercheFactureParFournisseur":{"nbResultatsParPage":9999999999}}`:                             "F-5 F-3 F-2 F-1",
		`{"rechercheFactureParFournisseur":{"nbResultatsMaximum":1}}`:                                      "F-5",
		`{"rechercheFactureParFournisseur":{"pageResultatDemandee":7}}`:                                    "",
	} {
		if got := found(t, p.ask(techAlpha, "rechercherFactureParFournisseur", criteria)); got.CodeRetour != 0 || got.numbers() != want || got.Factures == nil {
			t.Errorf("%s: got %d %q, want %q", criteria, got.CodeRetour, got.numbers(), want)
		}
	}
}

func TestPagesOfInvoicesAreCounted(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	p.invoices(t)
	for criteria, want := range map[string]pageInfo{
		`{}`: {1, 1, 10, 4},
		`{"rechercheFactureParFournisseur":{"nbResultatsParPage":3,"pageResultatDemandee":2}}`:                        {2, 2, 3, 4},
		`{"typeFacture":"FACTURE","rechercheFactureParFournisseur":{"nbResultatsParPage":2}}`:                         {1, 2, 2, 3},
		`{"rechercheFactureParFournisseur":{"nbResultatsMaximum":3,"nbResultatsParPage":2,"pageResultatDemandee":2}}`: {2, 2, 2, 3},
		`{"numeroFacture":"X"}`: {1, 0, 10, 0},
	} {
		if got := found(t, p.ask(techAlpha, "rechercherFactureParFournisseur", criteria)); *got.ParametresRetour != want {
			t.Errorf("%s: got %+v, want %+v", criteria, *got.ParametresRetour, want)
		}
	}
}

// A recipient sees what has come to it, and what it does not find is a refusal.
func TestReceivedInvoices(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	all := p.invoices(t)
	for criteria, want := range map[string]string{
		`{}`:                                "F-3 F-2 F-1",
		`{"idDestinataire":201}`:            "F-3 F-2 F-1",
		`{"idServiceExecutant":2011}`:       "F-3 F-2 F-1",
		`{"listeTypeFacture":["AVOIR"]}`:    "F-2",
		`{"typeDemandePaiement":"FACTURE"}`: "F-3 F-2 F-1",
		`{"listeFournisseurs":[{"idFournisseur":102},{"idFournisseur":103}]}`:                                           "F-3",
		`{"listeFournisseurs":[{"idFournisseur":101,"listeIdService":[1011]}]}`:                                         "F-2",
		`{"listeFournisseurs":[{"idFournisseur":101}],"rechercheSirenFournisseur":true}`:                                "F-3 F-2 F-1",
		`{"factureTelechargeeParDestinataire":false}`:                                                                   "F-3 F-2 F-1",
		`{"paramRecherche":{"triColonne":"Fournisseur","triSens":"Ascendant"}}`:                                         "F-3 F-1 F-2",
		`{"paramRecherche":{"nbResultatsParPage":1,"pageResultatDemandee":3}}`:                                          "F-1",
		`{"periodeDateHeureEtatCourantDu":"2026-03-01T00:00:00","periodeDateHeureEtatCourantAu":"2026-03-01T23:59:59"}`: "F-3 F-2 F-1",
	} {
		got := found(t, p.ask(techMairie, "rechercherFactureRecipiendaire", criteria))
		if got.CodeRetour != 0 || got.numbers() != want || got.Total == nil || got.ParametresRetour != nil {
			t.Errorf("%s: got %+v, want %q with the page at the root", criteria, got, want)
		}
	}
	nothing := "TRA_MSG_00.015 - La recherche n'a retourné aucun résultat"
	for _, criteria := range []string{
		`{"numeroFacture":"F-5"}`, `{"idDestinataire":16}`, `{"factureTelechargeeParDestinataire":true}`, `{"typeDemandePaiement":"FACTURE_TRAVAUX"}`,
		`{"listeTypeFactureTravaux":["ETAT_ACOMPTE"]}`,
	} {
		p.ask(techMairie, "rechercherFactureRecipiendaire", criteria).refused(20000, nothing, "nothing-found")
	}
	p.ask(techAlpha, "rechercherFactureRecipiendaire", `{}`).refused(20000, nothing, "nothing-found")
	p.ask(techAlpha, "rechercherFactureATraiterParRecipiendaire", `{}`).refused(20000, nothing, "nothing-found")
	treated := found(t, p.ask(techMairie, "rechercherFactureATraiterParRecipiendaire",
		`{"idStructure":201,"parametreRechercheFactureATraiterParRecipiendaire":{"getnbResultatsMaximum":2}}`))
	if treated.numbers() != "F-3 F-2" || treated.ParametresRetour == nil {
		t.Errorf("got %+v, want two of the three to treat", treated)
	}
	p.reject(all[0].ID)
	if got := found(t, p.ask(techMairie, "rechercherFactureATraiterParRecipiendaire", `{}`)).numbers(); got != "F-3 F-2" {
		t.Errorf("got %q to treat after a rejection", got)
	}
}

// What a supplier has to act on: a rejection, until it is taken note of.
func TestEmittedInvoicesToActOn(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	all := p.invoices(t)
	const operation = "rechercherFactureATraiterParFournisseur"
	if got := found(t, p.ask(techAlpha, operation, `{}`)); got.numbers() != "" || got.Factures == nil {
		t.Errorf("got %+v, want nothing to do", got)
	}
	p.reject(all[0].ID)
	for request, want := range map[string]string{`{}`: "F-1", `{"masquerRejetee":true}`: "", `{"idStructure":101}`: "F-1", `{"idStructure":102}`: ""} {
		if got := found(t, p.ask(techAlpha, operation, request)).numbers(); got != want {
			t.Errorf("%s: got %q, want %q", request, got, want)
		}
	}
	p.acknowledge(all[0].ID)
	if got := found(t, p.ask(techAlpha, operation, `{}`)).numbers(); got != "" {
		t.Errorf("got %q after the rejection was taken note of", got)
	}
	if got := found(t, p.ask(techAlpha, "rechercherFactureParFournisseur", `{"rejetTraite":true}`)).numbers(); got != "F-1" {
		t.Errorf("got %q with rejetTraite", got)
	}
}

func TestInvoicesToValidate(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	p.invoices(t)
	for operation, requests := range map[string]map[string]string{
		"rechercherFactureParValideur": {
			`{}`: "F-5", `{"idStructureValideur":103}`: "F-5", `{"idStructureValideur":101}`: "", `{"statutCourant":["VALIDEE_1"]}`: "",
			`{"montantTTCMin":401}`: "", `{"montantAPayerMin":400}`: "F-5", `{"idFournisseur":101,"idDestinataire":201,"numeroEngagement":"EJ-1"}`: "F-5",
			`{"idStructureMoe":1}`: "", `{"typeDemandePaiement":"MEMOIRE_JUSTICE"}`: "", `{"pagination":{"triColonne":"IdFacture"}}`: "F-5",
		},
		"rechercherFactureATraiterParValideur": {
			`{}`: "F-5", `{"identifiantStructure":"00000000000103"}`: "F-5", `{"identifiantStructure":"12345678901234"}`: "", `{"idStructure":103}`: "F-5",
		},
	} {
		for request, want := range requests {
			if got := found(t, p.ask(techGamma, operation, request)); got.numbers() != want || got.ParametresRetour == nil || got.Factures == nil {
				t.Errorf("%s %s: got %+v, want %q", operation, request, got, want)
			}
		}
		if got := found(t, p.ask(techMairie, operation, `{}`)).numbers(); got != "" {
			t.Errorf("%s: a stranger finds %q", operation, got)
		}
	}
}

// Officially out of order in qualification; a switch makes it answer.
func TestSearchOfPaymentRequests(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	p.ask(techAlpha, "rechercherDemandePaiement", `{}`).refused(20099, "GDP_MSG_99.001 - Ce service n'est pas disponible dans cet environnement.", "unavailable-in-qualification")

	p = newPlatform(t, sample(), "facture.search-all=available")
	p.invoices(t)
	for login, requests := range map[string]map[string]string{
		techAlpha: {
			`{}`: "F-5 F-3 F-2 F-1", `{"roleUtilisateur":"FOURNISSEUR","numeroFacture":"F-2"}`: "F-2", `{"roleUtilisateur":"DESTINATAIRE"}`: "",
			`{"structureFournisseur":{"identifiantStructureFournisseur":"00000000000102"}}`: "F-3",
			`{"structureDestinataire":{"idStructureDestinataire":16}}`:                      "",
			`{"structureValideur":{"identifiantStructureValideur":"12345678901234"}}`:       "",
			`{"dpOuDpArchive":"DP_ARCHIVE"}`:                                                "", `{"montantTTCMin":350}`: "F-5", `{"typeFacture":"AVOIR"}`: "F-2",
		},
		techMairie: {`{"roleUtilisateur":"DESTINATAIRE"}`: "F-3 F-2 F-1", `{"roleUtilisateur":"MOA"}`: ""},
		techGamma:  {`{"roleUtilisateur":"VALIDEUR"}`: "F-5", `{"roleUtilisateur":"FOURNISSEUR"}`: "G-4"},
	} {
		for request, want := range requests {
			got := found(t, p.ask(login, "rechercherDemandePaiement", request))
			if got.numbers() != want || got.Total == nil || *got.Total != len(strings.Fields(want)) {
				t.Errorf("%s %s: got %+v, want %q", login, request, got, want)
			}
		}
	}
}

// Every sort column of the contract is either known or alike for all invoices;
// Descendant is the exact reverse of Ascendant.
func TestEverySortColumnOrders(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	p.invoices(t)
	for _, f := range requestFields(t, "rechercherFactureParFournisseur") {
		if f.path[len(f.path)-1] != "triColonne" {
			continue
		}
		for _, column := range f.schema["enum"].([]any) {
			if column == nil {
				continue
			}
			ask := func(way string) []string {
				request := body(t, object{"rechercheFactureParFournisseur": object{"triColonne": column, "triSens": way}})
				return strings.Fields(found(t, p.ask(techAlpha, "rechercherFactureParFournisseur", request)).numbers())
			}
			up, down := ask("Ascendant"), ask("Descendant")
			slices.Reverse(down)
			if len(up) != 4 || !slices.Equal(up, down) {
				t.Errorf("%v: ascending %v, descending reversed %v", column, up, down)
			}
		}
	}
}
