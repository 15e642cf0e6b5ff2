package record_test

import (
	"encoding/base64"
	"fmt"
	"os"
	"strings"
	"testing"
)

const (
	searchPath = "/cpro/structures/v1/rechercher"
	supplier   = `{"structure": {"identifiantStructure": "41783652090157", "typeIdentifiantStructure": "SIRET"}}`
)

// A client looks for a recipient and reads its services. What the answers gave
// and the client sent back is referred to; what the client chose is not.
func directorySearch(t *testing.T) *person {
	p := somebody(t, frozen())
	p.logIn()
	found := p.api(200, searchPath, p.account(), `{"structure": {"identifiantStructure": "28394016572830", "typeIdentifiantStructure": "SIRET"}}`)
	id := found["listeStructures"].([]any)[0].(map[string]any)["idStructureCPP"]
	p.api(200, "/cpro/structures/v1/rechercher/services", p.account(), fmt.Sprintf(`{"idStructure": %.0f, "parametresRechercherServicesStructure": {"pageResultatDemandee": 1, "nbResultatsParPage": 2}}`, id))
	p.api(200, "/cpro/structures/v1/consulter", p.account(), `{"idStructureCPP": 1}`)
	p.api(200, searchPath, p.account(), `{"structure": {"identifiantStructure": "28394016572830", "statutStructure": "ACTIF"}}`)
	return p
}

func TestADirectorySearch(t *testing.T) {
	t.Parallel()
	p := directorySearch(t)
	text := p.green(0)
	wants(t, text, "seed: $inputs.seed", "default: 42", "stepId: issueToken", "stepId: rechercherStructure-2", "condition: $response.body#/codeRetour == 20001",
		"Authorization, in: header, value: 'Bearer {$steps.issueToken.outputs.access_token}'", "value: $steps.credentials.outputs.account",
		"idStructure: $steps.rechercherStructure.outputs.idStructureCPP", "identifiantStructure: '28394016572830'", "idStructureCPP: 1")
	lacks(t, text, p.token, p.given.ClientSecret, p.given.ClientID, p.account(), "portal.yaml", "advanceClock")
	p.red(text, "condition: $response.body#/codeRetour == 20001", "condition: $response.body#/codeRetour == 20002", "consulterStructureAvecTVAIntraCom")
	p.red(text, "idStructureCPP: 1", "idStructureCPP: 26301001", "consulterStructureAvecTVAIntraCom")
}

// A colleague resets the password while a client works; later, the client uses
// the new one.
func resetByAColleague(t *testing.T) (p *person, after string) {
	p = somebody(t, frozen())
	p.logIn()
	p.api(200, searchPath, p.account(), supplier)
	p.advance("90m")
	reset := p.portal(200, "POST", "/portail/api/v1/technical-accounts/"+p.given.TechnicalAccounts[0].Login+"/password-reset", "", p.given.Managers[0].BasicCredentials)
	p.logIn()
	p.api(401, searchPath, p.account(), supplier)
	after = reset["cproAccount"].(string)
	p.api(200, searchPath, after, supplier)
	return p, after
}

func TestAResetByAColleague(t *testing.T) {
	t.Parallel()
	p, after := resetByAColleague(t)
	text := p.green(0)
	wants(t, text, "to: '2026-03-02T10:30:00+01:00'", "value: 'Basic {$steps.credentials.outputs.manager}'", "value: $steps.resetPassword.outputs.cproAccount",
		"cproAccount: $response.body#/cproAccount", "/managers/0/login == ", "Bearer {$steps.issueToken-2.outputs.access_token}")
	_, password, _ := strings.Cut(decoded(t, after), ":")
	lacks(t, text, after, password, p.account(), p.given.Managers[0].BasicCredentials)
	p.red(text, "condition: $statusCode == 401", "condition: $statusCode == 200", "rechercherStructure-2")
}

// An invoice is deposited as a file, and its report read while time passes.
func flowAndReport(t *testing.T) (p *person, flow, encoded string) {
	p = somebody(t, frozen())
	p.logIn()
	invoice, err := os.ReadFile("testdata/FA-2026-0042.xml")
	if err != nil {
		t.Fatal(err)
	}
	encoded = base64.StdEncoding.EncodeToString(invoice)
	flow = p.api(200, "/cpro/factures/v1/deposer/flux", p.account(), fmt.Sprintf(
		`{"fichierFlux": %q, "nomFichier": "FA-2026-0042.xml", "syntaxeFlux": "IN_DP_E1_UBL_INVOICE", "avecSignature": false}`, encoded))["numeroFluxDepot"].(string)
	report := func(want string) {
		t.Helper()
		got := p.api(200, "/cpro/transverses/v1/consulterCRDetaille", p.account(), fmt.Sprintf(`{"numeroFluxDepot": %q}`, flow))
		if got["etatCourantDepotFlux"] != want {
			t.Fatalf("got %v, want %s", got["etatCourantDepotFlux"], want)
		}
	}
	report("IN_DEPOT_PORTAIL_EN_ATTENTE_TRAITEMENT_SE_CPP")
	p.advance("1m")
	report("IN_INTEGRE")
	found := p.api(200, "/cpro/factures/v1/rechercher/fournisseur", p.account(), fmt.Sprintf(`{"numeroFluxDepot": %q}`, flow))
	id := found["listeFactures"].([]any)[0].(map[string]any)["identifiantFactureCPP"]
	p.advance("15m")
	p.api(200, "/cpro/factures/v1/consulter/historique", p.account(), fmt.Sprintf(`{"idFacture": %.0f}`, id))
	return p, flow, encoded
}

func TestAFlowAndItsReport(t *testing.T) {
	t.Parallel()
	p, flow, encoded := flowAndReport(t)
	text := p.green(0)
	wants(t, text, encoded, "stepId: clock-2", "numeroFluxDepot: $steps.deposerFluxFacture.outputs.numeroFluxDepot",
		"idFacture: $steps.rechercherFactureParFournisseur.outputs.identifiantFactureCPP",
		"condition: $response.body#/etatCourantDepotFlux == 'IN_INTEGRE'", "condition: $response.body#/listeFactures/0/montantTTC == 1200")
	lacks(t, text, flow)
	p.red(text, "to: '2026-03-02T09:01:00+01:00'", "to: '2026-03-02T09:00:01+01:00'", "consulterCRDetaille-2")
}

// What the last calls need comes with them: the token, and what changed the
// sandbox; what they do not need stays out.
func TestTheLastCallsOnly(t *testing.T) {
	t.Parallel()
	p := somebody(t, frozen())
	p.logIn()
	p.api(200, searchPath, p.account(), supplier)
	p.api(200, "/cpro/structures/v1/consulter", p.account(), `{"idStructureCPP": 1}`)
	reset := p.portal(200, "POST", "/portail/api/v1/technical-accounts/"+p.given.TechnicalAccounts[0].Login+"/password-reset", "", p.given.Managers[0].BasicCredentials)
	p.api(200, searchPath, reset["cproAccount"].(string), supplier)
	text := p.green(5)
	wants(t, text, "stepId: issueToken", "stepId: resetPassword", "stepId: rechercherStructure")
	lacks(t, text, "rechercherStructure-2", "consulterStructureAvecTVAIntraCom")
	if _, err := p.recorded(6); err == nil || !strings.Contains(err.Error(), "has no call 6") {
		t.Errorf("got %v, want to hear that there is no call 6", err)
	}
}

// A secret that was refused is nobody's, but may be somebody's elsewhere: it is
// not written down.
func TestRefusedSecretsAreNotWrittenDown(t *testing.T) {
	t.Parallel()
	p := somebody(t, frozen())
	p.logIn()
	wrong := base64.StdEncoding.EncodeToString([]byte(p.given.TechnicalAccounts[0].Login + ":Production-2026!"))
	p.api(401, searchPath, wrong, supplier)
	status, _ := p.send("POST", "/api/oauth/token", "application/x-www-form-urlencoded",
		"grant_type=client_credentials&client_id="+p.given.ClientID+"&client_secret=a-real-one&scope=openid", "X-Sandbox", "demo")
	if status < 400 {
		t.Fatalf("got %d", status)
	}
	p.portal(401, "GET", "/portail/api/v1/me", "", base64.StdEncoding.EncodeToString([]byte("somebody@real.example:Hunter2")))
	text := p.green(0)
	lacks(t, text, wrong, "a-real-one", "Hunter2", "Production-2026")
}

// Everything that cannot be told is said, at once, with the call that it is.
func TestWhatCannotBeToldIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	p := somebody(t, frozen())
	p.logIn()
	p.api(403, "/cpro/nowhere/v1/x", p.account(), "{}")
	p.api(400, searchPath, p.account(), `{"structure": {"designationStructure": "$inputs.sandbox"}}`)
	p.api(400, searchPath, p.account(), `{"structure":`)
	_, err := p.recorded(0)
	if err == nil {
		t.Fatal("it was recorded")
	}
	wants(t, p.green(0, 2, 3, 4), "stepId: issueToken")
	wants(t, err.Error(), "call 2 (POST /cpro/nowhere/v1/x): no contract declares it", "call 3 (POST "+searchPath+"): it sent a text that a scenario takes for an expression",
		"call 4 (POST "+searchPath+"): its body is no JSON")
}
