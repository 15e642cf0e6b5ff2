package openapi_test

import (
	"runtime"
	"slices"
	"strings"
	"testing"
)

// What clients of the real service are known to send, and what it must be told:
// their names are those of the projects.
var clientTests = []struct {
	client, operation, body string
	want                    []brief
}{
	{"OCA: no user", "deposerFluxFacture", `{"fichierFlux":"QUJD","nomFichier":"a.tar.gz","syntaxeFlux":"IN_DP_E1_CII_16B","avecSignature":false}`, nil},
	{"piste-gouv-fr: user 0", "deposerFluxFacture", `{"idUtilisateurCourant":0,"fichierFlux":"QUJD","nomFichier":"a.pdf","syntaxeFlux":"IN_DP_E2_CII_FACTURX","avecSignature":false}`, nil},
	{"base64 that ends with a newline", "deposerFluxFacture", `{"fichierFlux":"QUJD\n","nomFichier":"a.xml","syntaxeFlux":"IN_DP_E1_UBL_INVOICE"}`, nil},
	{"PHP escapes slashes", "deposerFluxFacture", `{"fichierFlux":"Pz8\/","nomFichier":"a.xml","syntaxeFlux":"IN_DP_E1_UBL_INVOICE"}`, nil},
	{"a formatFlux", "deposerFluxFacture", `{"syntaxeFlux":"IN_DP_E2_FACTURX"}`, inTheBody("/syntaxeFlux", "enum")},
	{"a syntax that never was", "deposerFluxFacture", `{"syntaxeFlux":"IN_DP_E3_FACTUR_X_10"}`, inTheBody("/syntaxeFlux", "enum")},
	{"lower case", "deposerFluxFacture", `{"syntaxeFlux":"in_dp_e2_cii_facturx"}`, inTheBody("/syntaxeFlux", "enum")},
	{"a file name of 200", "deposerFluxFacture", `{"nomFichier":"` + strings.Repeat("é", 200) + `"}`, nil},
	{"a file name of 201", "deposerFluxFacture", `{"nomFichier":"` + strings.Repeat("é", 201) + `"}`, inTheBody("/nomFichier", "maxLength")},

	{"choruspay: array", "soumettreFacture", `{"dateFacture":"2025-11-05","pieceJointePrincipale":[{"pieceJointePrincipaleDesignation":"Facture","pieceJointePrincipaleId":10321512}]}`, nil},
	{"official document: object", "soumettreFacture", `{"pieceJointePrincipale":{"pieceJointePrincipaleDesignation":"Facture","pieceJointePrincipaleId":10321512}}`, nil},
	{"null", "soumettreFacture", `{"pieceJointePrincipale":null}`, nil},
	{"none in an array", "soumettreFacture", `{"pieceJointePrincipale":[]}`, nil},
	{"two in an array", "soumettreFacture", `{"pieceJointePrincipale":[{},{}]}`, inTheBody("/pieceJointePrincipale", "maxItems")},
	{"neither object nor array", "soumettreFacture", `{"pieceJointePrincipale":10321512}`, inTheBody("/pieceJointePrincipale", "anyOf")},
	{"wrong in an object", "soumettreFacture", `{"pieceJointePrincipale":{"pieceJointePrincipaleId":"10321512","nom":""}}`, []brief{
		{"body", "/pieceJointePrincipale/nom", "unknown-property"}, {"body", "/pieceJointePrincipale/pieceJointePrincipaleId", "type"}}},
	{"wrong in an array", "soumettreFacture", `{"pieceJointePrincipale":[{"pieceJointePrincipaleId":1.5,"nom":""}]}`, []brief{
		{"body", "/pieceJointePrincipale/0/nom", "unknown-property"}, {"body", "/pieceJointePrincipale/0/pieceJointePrincipaleId", "type"}}},
	{"null in an array", "soumettreFacture", `{"pieceJointePrincipale":[null]}`, inTheBody("/pieceJointePrincipale", "anyOf")},
	{"an integer with a fraction of zero", "soumettreFacture", `{"pieceJointePrincipale":[{"pieceJointePrincipaleId":1.0}]}`, inTheBody("/pieceJointePrincipale/0/pieceJointePrincipaleId", "type")},
	{"go-choruspro: an instant", "soumettreFacture", `{"dateFacture":"2026-03-02T00:00:00Z"}`, nil},
	{"a day that does not exist", "soumettreFacture", `{"dateFacture":"2026-02-30"}`, inTheBody("/dateFacture", "format")},
	{"a French date", "soumettreFacture", `{"dateFacture":"02/03/2026"}`, inTheBody("/dateFacture", "format")},
	{"official sample: amounts with six decimals", "soumettreFacture", `{"lignePoste":[{"lignePosteMontantUnitaireHT":50.000000,"lignePosteTauxTva":null,"lignePosteTauxTvaManuel":2.1}]}`, nil},
	{"an amount in a string", "soumettreFacture", `{"montantTotal":{"montantAPayer":"20"}}`, inTheBody("/montantTotal/montantAPayer", "type")},
	{"a framework of searches", "soumettreFacture", `{"cadreDeFacturation":{"codeCadreFacturation":"A4_PROJET_DECOMPTE_MENSUEL_FOURNISSEUR"}}`, inTheBody("/cadreDeFacturation/codeCadreFacturation", "enum")},
	{"a number of 21", "soumettreFacture", `{"numeroFactureSaisi":"` + strings.Repeat("1", 21) + `"}`, inTheBody("/numeroFactureSaisi", "maxLength")},

	{"Pastell: polling", "rechercherFactureRecipiendaire", `{"typeDemandePaiement":"FACTURE","paramRecherche":{"nbResultatsParPage":1000,"pageResultatDemandee":1,"nbResultatsMaximum":999999},"factureTelechargeeParDestinataire":false,"periodeDateHeureEtatCourantDu":"2022-01-01","periodeDateHeureEtatCourantAu":"2022-01-07T23:59:59"}`, nil},
	{"Pastell: no reason", "traiterUneFactureRecue", `{"idFacture":1,"nouveauStatut":"MANDATEE","motif":"","numeroDPMandat":""}`, nil},
	{"Pastell: works invoices", "rechercherFactureTravaux", `{"roleUtilisateur":"MOA","rechercheFactureTravaux":{"nbResultatsParPage":1000,"pageResultatDemandee":1},"flagTelecharge":false}`, nil},
	{"OCA: commitments", "rechercherEngagementJuridique", `{"structureReceptriceEngagementJuridique":"26300989","numeroEngagementJuridique":"147853","etatCourantEngagementJuridique":"COMMANDE"}`, nil},
	{"go-choruspro: triSense", "rechercherFactureParFournisseur", `{"rechercheFactureParFournisseur":{"triSense":"Ascendant"}}`, inTheBody("/rechercheFactureParFournisseur/triSense", "unknown-property")},
	{"go-choruspro: the framework as an object", "rechercherFactureParFournisseur", `{"cadreFacturation":{}}`, inTheBody("/cadreFacturation", "enum")},
	{"go-choruspro: pages as spelled later", "consulterFactureParFournisseur", `{"identifiantFactureCPP":1,"pLignesPoste":{"nbResultatsParPageLignesPoste":10}}`, nil},
	{"go-choruspro: a reason for a rejection", "traiterFacturesRejetees", `{"cpltInfos":"","listeDemandePaiement":[{"idDemandePaiement":1}],"motifRejet":""}`, nil},
	{"choruspay: a huge page", "rechercherFactureParFournisseur", `{"rechercheFactureParFournisseur":{"nbResultatsParPage":9999999999}}`, nil},
	{"a huge page where it is 32 bits", "rechercherFactureRecipiendaire", `{"paramRecherche":{"nbResultatsParPage":9999999999}}`, inTheBody("/paramRecherche/nbResultatsParPage", "format")},
	{"official sample: the page object of another search", "rechercherFactureATraiterParRecipiendaire", `{"idStructure":164,"parametreRechercheFactureATraiterParRecipiendaire":{"nbResultatsMaximum":4,"pageResultatDemandee":2,"nbResultatsParPage":2,"triSens":null,"triColonne":null}}`, nil},

	{"piste-gouv-fr: an unknown property", "consulterCR", `{"dateDepot":"2026-03-02T09:12:00+01:00","numeroFluxDepot":"CPP0011117000000000425903","syntaxFluxType":"IN_DP_E2_CII_FACTURX"}`, inTheBody("/syntaxFluxType", "unknown-property")},
	{"Pastell: only the number", "consulterCRDetaille", `{"numeroFluxDepot":"CPP0011117000000000425903"}`, nil},
	{"a name of 50", "ajouterFichierDansSysteme", `{"pieceJointeNom":"` + strings.Repeat("a", 50) + `","pieceJointeExtension":"PDF"}`, nil},
	{"a name of 51", "ajouterFichierDansSysteme", `{"pieceJointeNom":"` + strings.Repeat("a", 51) + `"}`, inTheBody("/pieceJointeNom", "maxLength")},
	{"Pastell: connection test", "recupererTauxTva", `{}`, nil},
	{"go-choruspro: what is not meant is null", "telechargerPieceJointe", `{"objetPieceJointe":"ENGAGEMENT_JURIDIQUE","demandePaiement":null,"engagementJuridique":{"numeroEngagementJuridique":"147853"},"sollicitation":null,"structure":null}`, nil},
	{"official sample: a type by number", "recupererTypePieceJointe", `{"codeLangue":"FR","typeObjet":"20"}`, nil},
}

func TestWhatRealClientsSend(t *testing.T) {
	t.Parallel()
	for _, test := range clientTests {
		t.Run(test.operation+" "+test.client, func(t *testing.T) {
			t.Parallel()
			if got := operation(t, test.operation).ValidateRequest(jsonRequest(test.body)); !slices.Equal(briefs(got), test.want) {
				t.Errorf("got  %+v\nwant %+v", got, test.want)
			}
		})
	}
}

// flow is a deposit of a file of so many bytes, in base64.
func flow(size int) []byte {
	return []byte(`{"fichierFlux":"` + strings.Repeat("QUJD", size/3) + `","nomFichier":"a.xml","syntaxeFlux":"IN_DP_E1_CII","avecSignature":false}`)
}

// A file comes in a string of a third more: it must not be copied on the way.
func TestALargeFileIsNotCopied(t *testing.T) {
	const size = 3 << 20
	request := jsonRequest(string(flow(size)))
	deposit := operation(t, "deposerFluxFacture")
	for _, end := range []string{"", "}", "\xff"} {
		request.Body = append(request.Body, end...)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		violations := deposit.ValidateRequest(request)
		runtime.ReadMemStats(&after)
		if (violations != nil) != (end != "") {
			t.Errorf("body that ends with %q: %+v", end, violations)
		}
		if allocated := after.TotalAlloc - before.TotalAlloc; allocated > size/10 {
			t.Errorf("body that ends with %q: %d bytes allocated for a file of %d", end, allocated, size)
		}
	}
}

// The body is its owner's again once it was validated: he may use its bytes for
// the next one.
func TestViolationsAreNotPartsOfTheBody(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"inconnue":1}`, `{"destinataire":{"a/b~c":1},"lignePoste":[{"lignePosteNumero":1.0,"é":null}],"modeDepot":"X"}`} {
		request := jsonRequest(body)
		got := operation(t, "soumettreFacture").ValidateRequest(request)
		want := operation(t, "soumettreFacture").ValidateRequest(jsonRequest(body))
		for i := range request.Body {
			request.Body[i] = '#'
		}
		if len(got) == 0 || !slices.Equal(got, want) {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
	}
}
