package chorus_test

import (
	"fmt"
	"strings"
	"testing"

	"chorus-qualif/server/chorus"
	"chorus-qualif/server/qualif"
)

// provocation is a request that is refused in a situation.
type provocation struct {
	login   string
	request object
}

// actProvocations has a request for every refusal of an act on invoices, made
// on the data set that the program comes with.
func actProvocations(p *platform) map[string]map[string]provocation {
	seller := func(request object) provocation { return provocation{techSeller, request} }
	buyer := func(request object) provocation { return provocation{techBuyer, request} }
	valid := func(request object) provocation { return provocation{validator, request} }
	submitted := p.draft(techSeller)
	p.soumet(sent(submitted, "PRIS"))
	file := p.file(techSeller)
	fresh, suspended, recyclable, validable, wrong := p.arrived(), p.brought(qualif.StatutSuspendue), p.brought(qualif.StatutARecycler), p.subcontracted(), p.subcontracted()
	p.ask(validator, "traiterFactureAValider", body(p.tb, object{"idFacture": wrong, "action": "REFUS", "motifRefus": "MAUVAIS_VALIDEUR"})).made(&object{})
	to := func(siret, service string) []any {
		return []any{at("destinataire"), object{"codeDestinataire": siret, "codeServiceExecutant": service}}
	}
	recycled := func(siret, service string) provocation {
		return seller(object{"identifiantFactureCPP": recyclable, "destinataire": object{"codeDestinataire": siret, "codeServiceExecutant": service}})
	}
	attached := func(piece int64, kind string) []object {
		return []object{{"pieceJointeComplementaireId": piece, "pieceJointeComplementaireDesignation": "Bon", "pieceJointeComplementaireType": kind}}
	}
	return map[string]map[string]provocation{
		"soumettreFacture": {
			"invoice-state":                  seller(sent(submitted, "AUTRE")),
			"invoice-out-of-scope":           {outsider, entered()},
			"supplier-unknown":               seller(entered(at("fournisseur", "idFournisseur"), 1)),
			"recipient-unknown":              seller(entered(to("41783652090157", "")...)),
			"service-unknown":                seller(entered(to(buyerSIRET, "X")...)),
			"service-required":               seller(entered(to("12345678200028", "")...)),
			"commitment-required":            seller(entered(to("12345678200036", "")...)),
			"service-or-commitment-required": seller(entered(to("12345678200044", "")...)),
			"number-taken":                   seller(sent(file, "pris")),
			"number-invalid":                 seller(sent(file, "n°1")),
			"date-invalid":                   seller(sent(file, "F", at("dateFacture"), "2026-03-02")),
			"file-unknown":                   seller(sent(1, "F")),
			"field-missing":                  seller(object{}),
			"parts-incoherent":               seller(entered(at("montantTotal", "montantTVA"), 150, at("montantTotal", "montantTtcTotal"), 1150, at("montantTotal", "montantAPayer"), 1150)),
			"supplier-inactive":              {"GEST_PRIVE_1_49038172650318@cpro.fr", entered(at("fournisseur"), object{"idFournisseur": 26301009})},
			"supplier-service-unknown":       seller(entered(at("fournisseur", "idServiceFournisseur"), 1)),
			"bank-account-unknown":           seller(entered(at("fournisseur", "codeCoordonneesBancairesFournisseur"), 144052)),
			"validator-required":             seller(entered(at("cadreDeFacturation", "codeCadreFacturation"), "A12_FACTURE_COTRAITANT")),
			"validator-unknown":              seller(entered(at("cadreDeFacturation", "codeStructureValideur"), "49038172650318")),
			"validator-service-unknown":      seller(entered(at("cadreDeFacturation"), object{"codeCadreFacturation": "A9_FACTURE_SOUSTRAITANT", "codeStructureValideur": "70516283940265", "codeServiceValideur": "X"})),
			"attachment-incomplete":          seller(entered(at("pieceJointeComplementaire"), attached(file, ""))),
			"code-unknown":                   seller(entered(at("references", "deviseFacture"), "XXX")),
			"number-out-of-range":            seller(entered(at("montantTotal", "montantAPayer"), 1e30)),
			"total-incoherent":               seller(entered(at("montantTotal", "montantTtcTotal"), 1201)),
			"discount-incoherent":            seller(entered(at("montantTotal", "montantRemiseGlobaleTTC"), 1201)),
			"due-incoherent":                 seller(entered(at("montantTotal", "montantAPayer"), 1201)),
		},
		"completerFacture": {
			"invoice-unknown":       seller(object{"identifiantFactureCPP": 1, "commentaire": "x"}),
			"invoice-out-of-scope":  {outsider, object{"identifiantFactureCPP": suspended, "commentaire": "x"}},
			"invoice-not-suspended": seller(object{"identifiantFactureCPP": fresh, "commentaire": "x"}),
			"file-unknown":          seller(object{"identifiantFactureCPP": suspended, "pieceJointeComplementaire": attached(1, "DIVERS")}),
			"attachment-incomplete": seller(object{"identifiantFactureCPP": suspended, "pieceJointeComplementaire": attached(file, "")}),
			"completion-empty":      seller(object{"identifiantFactureCPP": suspended, "commentaire": "", "pieceJointeComplementaire": []object{}}),
			"field-missing":         seller(object{"commentaire": "x"}),
		},
		"recyclerFacture": {
			"invoice-unknown":                seller(object{"identifiantFactureCPP": 1}),
			"invoice-out-of-scope":           {outsider, object{"identifiantFactureCPP": recyclable}},
			"invoice-state":                  seller(object{"identifiantFactureCPP": fresh}),
			"field-missing":                  seller(object{}),
			"recipient-unknown":              recycled("41783652090157", ""),
			"service-unknown":                recycled(buyerSIRET, "X"),
			"service-required":               recycled("12345678200028", ""),
			"commitment-required":            recycled("12345678200036", ""),
			"service-or-commitment-required": recycled("12345678200044", ""),
			"code-unknown":                   seller(object{"identifiantFactureCPP": recyclable, "reference": object{"deviseFacture": "eur"}}),
		},
		"corrigerValideurFacture": {
			"invoice-unknown":       seller(object{"idFacture": 1, "idStructure": validatorID}),
			"invoice-out-of-scope":  {outsider, object{"idFacture": wrong, "idStructure": validatorID}},
			"invoice-state":         seller(object{"idFacture": validable, "idStructure": validatorID}),
			"field-missing":         seller(object{"idStructure": validatorID}),
			"structure-unknown":     seller(object{"idFacture": wrong, "idStructure": 1}),
			"structure-not-named":   seller(object{"idFacture": wrong, "identifiantStructure": "70516283940265"}),
			"structure-named-twice": seller(object{"idFacture": wrong, "idStructure": validatorID, "identifiantStructure": "70516283940265"}),
			"validator-unknown":     seller(object{"idFacture": wrong, "idStructure": 26301009}),
		},
		"traiterFacturesRejetees": {
			"invoice-unknown":      seller(object{"listeDemandePaiement": []object{{}}}),
			"invoice-out-of-scope": {outsider, object{"listeDemandePaiement": []object{{"idDemandePaiement": fresh}}}},
			"invoice-not-rejected": seller(object{"listeDemandePaiement": []object{{"idDemandePaiement": fresh}}}),
			"invoices-not-named":   seller(object{"listeDemandePaiement": []object{}}),
		},
		"traiterUneFactureRecue": {
			"invoice-unknown":      buyer(object{"idFacture": 1, "nouveauStatut": "MANDATEE"}),
			"invoice-out-of-scope": seller(object{"idFacture": fresh, "nouveauStatut": "MANDATEE"}),
			"status-incoherent":    buyer(object{"idFacture": validable, "nouveauStatut": "MANDATEE"}),
			"reason-missing":       buyer(object{"idFacture": fresh, "nouveauStatut": "REJETEE", "motif": ""}),
			"field-missing":        buyer(object{"idFacture": fresh}),
		},
		"traiterFactureAValider": {
			"invoice-unknown":         valid(object{"idFacture": 1, "action": "VALIDATION"}),
			"invoice-out-of-scope":    valid(object{"idFacture": fresh, "action": "VALIDATION"}),
			"invoice-not-to-validate": valid(object{"idFacture": wrong, "action": "VALIDATION"}),
			"reason-missing":          valid(object{"idFacture": validable, "action": "REFUS"}),
			"action-unknown":          valid(object{"idFacture": validable, "action": "VALIDER"}),
			"field-missing":           valid(object{"idFacture": validable}),
			"validator-other":         valid(object{"idFacture": validable, "action": "VALIDATION", "idValideur": sellerID}),
		},
		"recupererEtatsPossiblesPourTraitement": {"field-missing": buyer(object{})},
	}
}

// Every refusal of an act is what the wire answers, and every one is reached.
func TestEveryRefusalOfAnActIsReached(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	provocations := actProvocations(p)
	reached := 0
	for _, row := range chorus.Refusals() {
		requests, acts := provocations[row.Operation]
		if !acts {
			continue
		}
		one, ok := requests[row.Situation]
		if !ok {
			t.Errorf("nothing provokes %s of %s", row.Situation, row.Operation)
			continue
		}
		reached++
		got := p.ask(one.login, row.Operation, body(t, one.request))
		if string(got.body) != fmt.Sprintf(`{"codeRetour":%d,"libelle":%s}`, row.CodeRetour, body(t, row.Libelle())) {
			t.Errorf("%s of %s: got %s (%s)", row.Situation, row.Operation, got.body, got.explain)
		}
		if code, why, _ := strings.Cut(got.explain, ": "); code != row.Situation || why == "" {
			t.Errorf("%s of %s: got explanation %q", row.Situation, row.Operation, got.explain)
		}
	}
	for operation, requests := range provocations {
		reached -= len(requests)
		if operation != "recupererEtatsPossiblesPourTraitement" && len(requests) < 4 {
			t.Errorf("%s has %d refusals", operation, len(requests))
		}
	}
	if reached != 0 {
		t.Errorf("there are provocations for %d refusals that the table does not have", -reached)
	}
}

// actOperations are the operations whose refusals are provoked here.
var actOperations = map[string]bool{
	"soumettreFacture": true, "completerFacture": true, "recyclerFacture": true, "corrigerValideurFacture": true, "traiterFacturesRejetees": true,
	"traiterUneFactureRecue": true, "traiterFactureAValider": true, "recupererEtatsPossiblesPourTraitement": true,
}

// actBases are requests that lead into the acts, for the tests that put odd
// values into them: on the sample, whose invoices may be there or not.
func actBases() map[string][]object {
	line := object{"lignePosteQuantite": 2, "lignePosteMontantUnitaireHT": 500, "lignePosteTauxTva": "TVA5"}
	return map[string][]object{
		"soumettreFacture": {{
			"modeDepot": "SAISIE_API", "destinataire": object{"codeDestinataire": "96587451235874"}, "fournisseur": object{"idFournisseur": 101},
			"cadreDeFacturation": object{"codeCadreFacturation": "A1_FACTURE_FOURNISSEUR"},
			"references":         object{"deviseFacture": "EUR", "typeTva": "TVA_SUR_DEBIT", "modePaiement": "VIREMENT"},
			"lignePoste":         []any{line}, "montantTotal": object{"montantHtTotal": 1000, "montantAPayer": 1200},
		}},
		"completerFacture":                      {{"identifiantFactureCPP": 8420001, "commentaire": "x"}},
		"recyclerFacture":                       {{"identifiantFactureCPP": 8420001}},
		"corrigerValideurFacture":               {{"idFacture": 8420001, "idStructure": 103}},
		"traiterUneFactureRecue":                {{"idFacture": 8420001, "nouveauStatut": "MANDATEE"}},
		"traiterFactureAValider":                {{"idFacture": 8420001, "action": "REFUS", "motifRefus": "AUTRE"}},
		"recupererEtatsPossiblesPourTraitement": {{"statutCourant": "MANDATEE"}},
	}
}
