package chorus_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// provocationsConsultation are the refusals of searching and showing invoices.
// 8420001 is the first invoice of platform.invoices.
var provocationsConsultation = map[string]map[string]string{
	"rechercherFactureRecipiendaire":            {"nothing-found": techMairie + `|{"numeroFacture":"X"}`},
	"rechercherFactureATraiterParRecipiendaire": {"nothing-found": techAlpha + `|{}`},
	"rechercherDemandePaiement":                 {"unavailable-in-qualification": `{}`},
	"consulterFactureParFournisseur": {
		"invoice-unknown": techAlpha + `|{"identifiantFactureCPP":1}`, "invoice-out-of-scope": techMairie + `|{"identifiantFactureCPP":8420001}`,
	},
	"consulterFactureParRecipiendaire": {
		"invoice-unknown": techMairie + `|{}`, "invoice-out-of-scope": techMairie + `|{"identifiantFactureCPP":8420005}`,
	},
	"consulterFactureParValideur": {
		"invoice-unknown": techGamma + `|{"identifiantFactureCPP":0}`, "invoice-out-of-scope": techAlpha + `|{"identifiantFactureCPP":8420005}`,
	},
	"telechargerGroupeFacture": {
		"invoice-unknown": techAlpha + `|{"format":"PDF"}`, "invoice-out-of-scope": techAlpha + `|{"format":"PDF","listeFacture":[{"idFacture":8420004}]}`,
		"format-unknown": techAlpha + `|{"format":"pdf"}`, "too-many-invoices": techAlpha + `|{"format":"PDF","listeFacture":[` + strings.Repeat("{},", 500) + `{}]}`,
	},
	"consulterHistoriqueFacture": {
		"invoice-unknown": techAlpha + `|{"idFacture":null}`, "invoice-out-of-scope": techAlpha + `|{"idFacture":8420004}`,
	},
}

// full is an invoice in which everything that can be shown has a value.
func (p *platform) full() *qualif.Facture {
	p.tb.Helper()
	amount := func(text string) qualif.Montant {
		m, err := qualif.ParseMontant(text)
		if err != nil {
			p.tb.Fatal(err)
		}
		return m
	}
	extra, err := sandboxes.Do(p.sandbox, qualif.AjouterFichier{Pour: p.principal(techAlpha), Piece: qualif.PieceJointe{
		Nom: "bon.xml", Extension: "XML", TypeMime: "text/xml", Taille: 500, Empreinte: qualif.Empreinte(strings.Repeat("a", 64)),
	}})
	if err != nil {
		p.tb.Fatal(err)
	}
	return p.submit(invoice{numero: "F-100", ttc: 120, change: func(c *qualif.Soumettre) {
		f := &c.Facture
		f.Fournisseur.ServiceID, f.Commentaire, f.NumeroMarche, f.NumeroFactureOrigine = 1011, "Prestation de février", "M-1", "F-99"
		f.Lignes = []qualif.Ligne{
			{Numero: 1, Reference: "REF-1", Denomination: "Conseil", Quantite: amount("2"), Unite: "jour", PrixUnitaire: amount("45.5"), Remise: amount("1"), Taux: amount("20")},
			{Numero: 2, Denomination: "Débours", Quantite: amount("1"), PrixUnitaire: amount("10")},
		}
		f.TVA = []qualif.LigneTVA{{Taux: amount("20"), BaseHT: amount("90"), Montant: amount("18")}, {Taux: amount("0"), BaseHT: amount("10"), Montant: amount("0")}}
		f.Montants = qualif.Montants{HT: amount("100"), TVA: amount("18"), TTC: amount("118"), RemiseGlobaleTTC: amount("8"), MotifRemise: "Fidélité", APayer: amount("110")}
		f.Complementaires = []qualif.PieceLiee{{PieceID: extra.ID, Designation: "Bon", Type: "DIVERS", NumeroLigne: 1}}
	}})
}

// An invoice as its supplier reads it, to the letter.
func TestAnEmittedInvoiceIsShown(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	f := p.full()
	got := p.ask(techAlpha, "consulterFactureParFournisseur", fmt.Sprintf(`{"identifiantFactureCPP":%d,"codeLangue":"fr"}`, f.ID))
	want := `{"codeRetour":0,"libelle":"TRA_MSG_00.000","facture":{"identifiantFactureCPP":8420001,"numeroFacture":"F-100","statutFacture":"DEPOSEE",` +
		`"modeDepot":"DEPOT_PDF_API","cadreDeFacturation":{"codeCadreFacturation":"A1_FACTURE_FOURNISSEUR"},"references":{"dateFacture":"2026-02-20",` +
		`"dateDepot":"2026-03-01","codeDeviseFacture":"EUR","libelleDeviseFacture":"Euro","typeFacture":"FACTURE","typeTva":"TVA_SUR_DEBIT","numeroMarche":"M-1",` +
		`"numeroBonCommande":"EJ-1","numeroFactureOrigine":"F-99","modePaiement":"VIREMENT","dateCreationFacture":"2026-03-01 09:00","tailleTotalePiecesJointes":2000},` +
		`"recapitulatifDeTva":{"ligneTva":[{"ligneTvaTauxManuel":20,"ligneTvaMontantBaseHtParTaux":90,"ligneTvaMontantTvaParTaux":18},` +
		`{"ligneTvaTauxManuel":0,"ligneTvaMontantBaseHtParTaux":10,"ligneTvaMontantTvaParTaux":0}],"pageCouranteLignesRecapitulativesTVA":1,` +
		`"pagesLignesRecapitulativesTVA":1,"nbResultatsParPageLignesRecapitulativesTVA":10,"totalLignesRecapitulativesTVA":2},` +
		`"montantTotal":{"montantHtTotal":100,"montantTVA":18,"montantTtcAvantRemiseGlobalTTC":118,"montantRemiseGlobaleTTC":8,` +
		`"motifRemiseGlobaleTTC":"Fidélité","montantTtcTotal":110,"montantAPayer":110},` +
		`"pieceJointePrincipale":{"idLiaisonPieceJointePrincipale":3310001,"idPieceJointePrincipale":6921002},` +
		`"listeDesPiecesJointes":{"pieceJointe":[{"pieceJointeTypeCode":"DIVERS","pieceJointeTypeLibelle":"Pièce jointe standard","pieceJointeDesignation":"Bon","pieceJointeNumeroLigneFacture":1,"pieceJointeIdLiaison":3310002,` +
		`"pieceJointeId":6921001,"pieceJointeExtension":"XML"}],"pageCouranteListePiecesJointe":1,"pagesListePiecesJointe":1,` +
		`"nbResultatsParPageListePiecesJointe":10,"totalListePiecesJointe":1},"lignesDePoste":{"lignePoste":[{"lignePosteNumero":1,` +
		`"lignePosteReference":"REF-1","lignePosteDenomination":"Conseil","lignePosteQuantite":2,"lignePosteUniteLibelle":"jour",` +
		`"lignePosteMontantUnitaireHT":45.5,"lignePosteMontantRemiseHT":1,"lignePosteTauxTvaManuel":20,"lignePosteMontantHtApresRemise":90,` +
		`"lignePosteMontantTva":18,"lignePosteMontantTtcApresRemise":108},{"lignePosteNumero":2,"lignePosteDenomination":"Débours",` +
		`"lignePosteQuantite":1,"lignePosteMontantUnitaireHT":10,"lignePosteMontantHtApresRemise":10}],"pageCouranteLignesPoste":1,` +
		`"pagesLignesPoste":1,"nbResultatsParPageLignesPoste":10,"totalLignesPoste":2},"commentaire":"Prestation de février","rejetTraite":false,` +
		`"destinataire":{"idDestinataire":201,"codeDestinataire":"20000000000201","libelleDestinataire":"Mairie de Lyon-Essai","idServiceExecutant":2011,` +
		`"codeServiceExecutant":"B","libelleServiceExecutant":"écoles","adresseDestinataireId":201,"adresseDestinataireCodePostal":"69001",` +
		`"adresseDestinataireVille":"LYON","adresseDestinataireCodePays":"FR","adresseDestinataireLibellePays":"France",` +
		`"miseEnPaiementDestinataire":false,"designationDestinataire":"Mairie de Lyon-Essai"},"fournisseur":{"idFournisseur":101,` +
		`"typeIdentifiantFournisseur":"SIRET","codeFournisseur":"00000000000101","designationFournisseur":"Zèbre Fournisseur","idServiceFournisseur":1011,` +
		`"codeServiceFournisseur":"SERVICE_PRIVE_1","libelleServiceFournisseur":"Comptabilité","numeroRcsFournisseur":"RCS 1",` +
		`"adresseFournisseurId":101,"adresseFournisseurDetail":"1 rue Test","adresseFournisseurComplement1":"Bâtiment A",` +
		`"adresseFournisseurComplement2":"Étage 1","adresseFournisseurCodePostal":"75001","adresseFournisseurVille":"Paris",` +
		`"adresseFournisseurCodePays":"FR","adresseFournisseurLibellePays":"France","raisonSocialeFournisseur":"Zèbre Fournisseur"}}}`
	if string(got.body) != want {
		t.Errorf("got  %s\nwant %s", got.body, want)
	}
}

// Each list of an invoice has pages and an order of its own, under three names.
func TestListsOfAnInvoiceHavePages(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	f := p.full()
	for _, names := range [][2]string{{"getpLignesPoste", "getpLigneRecapTva"}, {"pLignesPoste", "pLigneRecapTva"}} {
		request := fmt.Sprintf(`{"identifiantFactureCPP":%d,%q:{"nbResultatsParPageLignesPoste":1,"pageResultatDemandeeLignesPoste":2,`+
			`"triColonneListeLignesPoste":"LignePosteMontantUnitaireHT","triSensListeLignesPoste":"Ascendant"},`+
			`%q:{"triColonneListeRecapitulatifTVA":"LigneTvaMontantBaseHtParTaux","triSensListeRecapitulatifTVA":"Ascendant"}}`, f.ID, names[0], names[1])
		text := string(p.ask(techAlpha, "consulterFactureParFournisseur", request).body)
		for _, want := range []string{
			`"lignePoste":[{"lignePosteNumero":1,`, `"pageCouranteLignesPoste":2,"pagesLignesPoste":2,"nbResultatsParPageLignesPoste":1,"totalLignesPoste":2`,
			`"ligneTva":[{"ligneTvaTauxManuel":0,`,
		} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: got %s, want %s in it", request, text, want)
			}
		}
	}
}

// The same invoice, read by the three parties once it has come to each.
func TestPartiesReadAnInvoice(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	f := p.full()
	request := fmt.Sprintf(`{"identifiantFactureCPP":%d}`, f.ID)
	libelle := "GDP_MSG_11.005 - Vous n'êtes pas habilité sur cette demande de paiement."
	p.ask(techMairie, "consulterFactureParRecipiendaire", request).refused(20001, libelle, "invoice-out-of-scope")
	p.later(10 * time.Minute)
	text := string(p.ask(techMairie, "consulterFactureParRecipiendaire", request).body)
	for _, want := range []string{`"destinataireEtat":"NON"`, `"designationFournisseur":"Zèbre Fournisseur"`, `"statutFacture":"MISE_A_DISPOSITION"`} {
		if !strings.Contains(text, want) {
			t.Errorf("got %s, want %s in it", text, want)
		}
	}
	for _, never := range []string{"rejetTraite", "raisonSocialeFournisseur", "miseEnPaiementDestinataire"} {
		if strings.Contains(text, never) {
			t.Errorf("a recipient is shown %s", never)
		}
	}
	validated := p.submit(invoice{numero: "F-101", ttc: 1, change: func(c *qualif.Soumettre) {
		c.Facture.Cadre, c.Valideur = "A9_FACTURE_SOUSTRAITANT", qualif.Identifier{Type: qualif.SIRET, Value: "00000000000103"}
	}})
	text = string(p.ask(techGamma, "consulterFactureParValideur", fmt.Sprintf(`{"identifiantFactureCPP":%d}`, validated.ID)).body)
	if want := `"cadreDeFacturation":{"codeCadreFacturation":"A9_FACTURE_SOUSTRAITANT","idValideur1":103,"typeIdentifiantValideur1":"SIRET","codeValideur1":"00000000000103","raisonSocialeValideur1":"Gamma SARL"}`; !strings.Contains(text, want) {
		t.Errorf("got %s, want %s in it", text, want)
	}
}

// The history is that of the journal: each status with its instant and who
// brought it about, the latest first.
func TestHistoryOfAnInvoice(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	f := p.full()
	p.later(time.Hour)
	p.reject(f.ID)
	p.later(time.Hour)
	p.acknowledge(f.ID)
	got := p.ask(techAlpha, "consulterHistoriqueFacture", fmt.Sprintf(`{"idFacture":%d,"idUtilisateurCourant":0}`, f.ID))
	want := `{"codeRetour":0,"libelle":"TRA_MSG_00.000","idFacture":8420001,"numeroFacture":"F-100","modeDepot":"DEPOT_PDF_API","statutCourantCode":"REJETEE",` +
		`"historiquesDesStatuts":{"histoStatut":[` +
		`{"histoStatutId":4,"histoStatutCode":"REJETEE","histoStatutDatePassage":"2026-03-01 10:00","histoStatutCommentaire":"Erreur de prix",` +
		`"histoStatutUtilisateurPrenom":"Chloé","histoStatutUtilisateurNom":"Trois","histoStatutUtilisateurEmail":"gp.trois@qualif.example"},` +
		`{"histoStatutId":3,"histoStatutCode":"MISE_A_DISPOSITION","histoStatutDatePassage":"2026-03-01 09:10"},` +
		`{"histoStatutId":2,"histoStatutCode":"EN_COURS_ACHEMINEMENT","histoStatutDatePassage":"2026-03-01 09:05"},` +
		`{"histoStatutId":1,"histoStatutCode":"DEPOSEE","histoStatutDatePassage":"2026-03-01 09:00","histoStatutCommentaire":"Prestation de février",` +
		`"histoStatutUtilisateurPrenom":"Anne","histoStatutUtilisateurNom":"Un","histoStatutUtilisateurEmail":"gp.un@qualif.example"}],` +
		`"pageCouranteHistoStatut":1,"pagesHistoStatut":1,"nbResultatsParPageHistoStatut":10,"totalHistoStatut":4},` +
		`"historiquesDesEvenementsComplementaires":{"evenement":[],"pageCouranteEvenement":1,"pagesEvenement":0,"nbResultatsParPageEvenement":10,"totalEvenement":0},` +
		`"historiquesDesActionsUtilisateurs":{"histoAction":[{"histoActionId":5,"histoActionCode":"TRAITEMENT_REJET","histoActionDateHeure":"2026-03-01 11:00",` +
		`"histoActionUtilisateurPrenom":"Anne","histoActionUtilisateurNom":"Un","histoActionUtilisateurEmail":"gp.un@qualif.example"}],` +
		`"pageCouranteHistoAction":1,"pagesHistoAction":1,"nbResultatsParPageHistoAction":10,"totalHistoAction":1},` +
		`"derniereAction":{"derniereActionId":5,"derniereActionCode":"TRAITEMENT_REJET"}}`
	if string(got.body) != want {
		t.Errorf("got  %s\nwant %s", got.body, want)
	}
	for request, statuses := range map[string]string{
		`,"nbResultatsMaximum":2`: "REJETEE MISE_A_DISPOSITION",
		`,"paramRechercheHistoStatuts":{"triSensListeHistoStatut":"Ascendant","nbResultatsParPageListeHistoStatut":1}`:         "DEPOSEE",
		`,"paramRechercheHistoStatuts":{"triColonneListeHistoStatut":"HistoStatutCode","triSensListeHistoStatut":"Ascendant"}`: "DEPOSEE EN_COURS_ACHEMINEMENT MISE_A_DISPOSITION REJETEE",
		`,"idEspace":7,"paramRechercheHistoStatuts":{"pageResultatDemandeeListeHistoStatut":9}`:                                "",
	} {
		var answer struct {
			Statuts struct {
				Liste []struct {
					Code string `json:"histoStatutCode"`
				} `json:"histoStatut"`
			} `json:"historiquesDesStatuts"`
		}
		if err := json.Unmarshal(p.ask(techMairie, "consulterHistoriqueFacture", fmt.Sprintf(`{"idFacture":%d%s}`, f.ID, request)).body, &answer); err != nil {
			t.Fatal(err)
		}
		var codes []string
		for _, s := range answer.Statuts.Liste {
			codes = append(codes, s.Code)
		}
		if got := strings.Join(codes, " "); got != statuses {
			t.Errorf("%s: got %s, want %s", request, got, statuses)
		}
	}
}
