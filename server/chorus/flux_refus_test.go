package chorus_test

import (
	"strings"

	"chorus-qualif/server/flux"
	"chorus-qualif/server/flux/fluxtest"
)

// provocationsFlux are those of flows and files, once aFlow is there.
var provocationsFlux = map[string]map[string]string{
	"deposerFluxFacture": {
		"file-missing":      `{"nomFichier":"a","syntaxeFlux":"IN_DP_E1_CII"}`,
		"file-name-missing": `{"fichierFlux":"QQ==","syntaxeFlux":"IN_DP_E1_CII"}`,
		"syntax-missing":    `{"fichierFlux":"QQ==","nomFichier":"a"}`,
		"file-too-large":    `{"fichierFlux":"` + strings.Repeat("QUJD", 10<<20) + `QQ==","nomFichier":"a","syntaxeFlux":"IN_DP_E1_CII"}`,
	},
	"consulterCR": {
		"flux-not-named": `{}`,
		"flux-unknown":   techGamma + `|{"numeroFluxDepot":"CPP0011106000000000425001"}`,
	},
	"consulterCRDetaille": {
		"flux-not-named": `{"numeroFluxDepot":""}`,
		"flux-unknown":   `{"numeroFluxDepot":"CPP0011106000000000425002"}`,
	},
	"ajouterFichierDansSysteme": {
		"file-missing":           `{"pieceJointeNom":"a","pieceJointeExtension":"TXT"}`,
		"file-name-missing":      `{"pieceJointeFichier":"QQ==","pieceJointeExtension":"TXT"}`,
		"file-extension-missing": `{"pieceJointeFichier":"QQ==","pieceJointeNom":"a.txt"}`,
		"file-too-large":         `{"pieceJointeFichier":"` + strings.Repeat("QUJD", 4<<20) + `","pieceJointeNom":"a","pieceJointeExtension":"TXT"}`,
	},
	"deposerPdfFacture": {
		"file-missing":      `{"nomFichier":"a.pdf","formatDepot":"PDF_NON_SIGNE"}`,
		"file-name-missing": `{"fichierFacture":"QQ==","formatDepot":"PDF_NON_SIGNE"}`,
		"format-missing":    `{"fichierFacture":"QQ==","nomFichier":"a.pdf"}`,
		"file-not-pdf":      `{"fichierFacture":"QQ==","nomFichier":"a.pdf","formatDepot":"PDF_NON_SIGNE"}`,
	},
	"rechercherPieceJointeStructure": {
		"structure-not-named":    `{}`,
		"structure-unknown":      `{"idStructureCPP":1}`,
		"structure-out-of-scope": `{"idStructureCPP":201}`,
	},
	"telechargerPieceJointe": {
		"object-missing":         `{}`,
		"nothing-found":          `{"objetPieceJointe":"SOLLICITATION"}`,
		"structure-not-named":    `{"objetPieceJointe":"STRUCTURE_PIECEJOINTE"}`,
		"structure-named-twice":  `{"objetPieceJointe":"STRUCTURE_PIECEJOINTE","structure":{"idStructure":101,"identifiantStructure":"00000000000101","typeIdentifiantStructure":"SIRET"}}`,
		"structure-unknown":      `{"objetPieceJointe":"STRUCTURE_PIECEJOINTE","structure":{"idStructure":1}}`,
		"structure-out-of-scope": `{"objetPieceJointe":"STRUCTURE_PIECEJOINTE","structure":{"idStructure":201}}`,
		"invoices-not-named":     `{"objetPieceJointe":"DEMANDE_PAIEMENT"}`,
		"too-many-invoices":      `{"objetPieceJointe":"DEMANDE_PAIEMENT","demandePaiement":{"listeFacture":[` + strings.Repeat(`{"idFacture":8420001},`, 500) + `{}]}}`,
		"invoice-unknown":        `{"objetPieceJointe":"DEMANDE_PAIEMENT","demandePaiement":{"listeFacture":[{"idFacture":1}]}}`,
		"invoice-out-of-scope":   `{"objetPieceJointe":"DEMANDE_PAIEMENT","demandePaiement":{"listeFacture":[{"idFacture":8420004}]}}`,
	},
	"detacherPieceJointe": {
		"attachment-not-named":      `{"idPieceJointeObjet":0}`,
		"attachment-unknown":        `{"idPieceJointeObjet":1}`,
		"invoice-attachments-fixed": `{"idPieceJointeObjet":3310007}`,
	},
}

// aFlow deposits a flow of one invoice with two attachments, after the five of
// invoices, and lets it be treated.
func (p *platform) aFlow() {
	p.tb.Helper()
	file := fluxtest.CII(fluxtest.Spec{
		Number: "V-1", Supplier: "00000000000101", Recipient: "20000000000201", Service: "B", Engagement: "EJ-1", IssueDate: "2026-02-27",
		Attachments: []fluxtest.File{bonDeLivraison, {Name: "plan.txt", Content: []byte("plan")}},
	})
	var answer deposited
	p.ask(techAlpha, "deposerFluxFacture", body(p.tb, depositOf(file, flux.E1CII16B))).created(&answer)
	p.later(fluxTime)
	if all := p.becomes(answer.NumeroFluxDepot); len(all) != 1 || len(all[0].Complementaires) != 1 || all[0].Complementaires[0].LienID != 3310007 {
		p.tb.Fatalf("flow %s became %+v", answer.NumeroFluxDepot, all)
	}
}

// basesFlux lead into the operations on flows and files.
func basesFlux() map[string]object {
	return map[string]object{
		"deposerFluxFacture":             {"fichierFlux": "PGEvPg==", "nomFichier": "a.xml", "syntaxeFlux": "IN_DP_E1_CII"},
		"deposerPdfFacture":              {"fichierFacture": "PGEvPg==", "nomFichier": "a.pdf", "formatDepot": "PDF_NON_SIGNE"},
		"ajouterFichierDansSysteme":      {"pieceJointeFichier": "PGEvPg==", "pieceJointeNom": "a.xml", "pieceJointeExtension": "XML"},
		"consulterCR":                    {"numeroFluxDepot": "CPP0011101000000000425001"},
		"consulterCRDetaille":            {"numeroFluxDepot": "CPP0011101000000000425001"},
		"rechercherPieceJointeStructure": {"idStructureCPP": 101},
		"telechargerPieceJointe":         {"objetPieceJointe": "DEMANDE_PAIEMENT", "structure": object{"idStructure": 101}},
	}
}
