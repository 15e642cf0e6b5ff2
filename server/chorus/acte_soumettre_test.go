package chorus_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"chorus-qualif/server/qualif"
)

func TestSoumettreToTheLetter(t *testing.T) {
	t.Parallel()
	for range 2 { // always the same bytes
		p := builtin(t)
		p.soumet(entered())
		want := `{"codeRetour":0,"libelle":"GCU_MSG_01_000","identifiantFactureCPP":8420002,"numeroFacture":"20260000000000000002","statutFacture":"DEPOSEE",` +
			`"dateDepot":"2026-03-01","identifiantStructure":"41783652090157","empreinteCertificatDepot":"T3Wy6WX/fiGcCy8d2Nahu9gOfLb3KhdFKnq8GAg/UUA="}`
		got := p.ask(techSeller, "soumettreFacture", body(t, entered()))
		if string(got.body) != want || got.explain != "" {
			t.Errorf("got  %s (%s)\nwant %s", got.body, got.explain, want)
		}
		var answer soumise
		if err := json.Unmarshal(got.body, &answer); err != nil {
			t.Fatal(err)
		}
		if digest, err := base64.StdEncoding.DecodeString(answer.Empreinte); err != nil || len(digest) != 32 {
			t.Errorf("empreinteCertificatDepot %q: %d bytes, %v", answer.Empreinte, len(digest), err)
		}
	}
}

// What is entered is what the invoice says.
func TestSoumettreKeepsWhatIsEntered(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	bon := p.file(techSeller)
	request := entered(at("references"), object{"deviseFacture": "USD", "typeFacture": "AVOIR", "typeTva": "EXONERATION", "motifExonerationTva": "VATEX-FR-FRANCHISE",
		"numeroMarche": "M-1", "numeroBonCommande": "EJ-1", "numeroFactureOrigine": "F-0", "modePaiement": "CHEQUE"},
		at("commentaire"), "Merci", at("numeroFactureSaisi"), "IGNORE", at("destinataire", "codeServiceExecutant"), "Acheteur",
		at("montantTotal"), object{"montantHtTotal": 1000, "montantTVA": 200, "montantTtcTotal": 1100, "montantRemiseGlobaleTTC": 100, "motifRemiseGlobaleTTC": "Fidélité", "montantAPayer": 1100},
		at("pieceJointeComplementaire"), []object{{"pieceJointeComplementaireDesignation": "Bon", "pieceJointeComplementaireType": "DIVERS",
			"pieceJointeComplementaireNumeroLigneFacture": 1, "pieceJointeComplementaireId": bon, "pieceJointeComplementaireIdLiaison": 9}})
	f := p.stored(p.soumet(request).ID)
	if f.Numero != "20260000000000000001" || f.Devise != "USD" || f.Type != "AVOIR" || f.TypeTVA != "EXONERATION" || f.MotifExoneration != "VATEX-FR-FRANCHISE" ||
		f.NumeroMarche != "M-1" || f.NumeroBonCommande != "EJ-1" || f.NumeroFactureOrigine != "F-0" || f.ModePaiement != "CHEQUE" || f.Commentaire != "Merci" ||
		f.Fournisseur != (qualif.Partie{StructureID: sellerID, ServiceID: 10301001}) || f.Destinataire != (qualif.Partie{StructureID: 26301005, ServiceID: 10301006}) ||
		f.CoordonneesBancaires != 144050 || f.Auteur != techSeller || f.Cadre != "A1_FACTURE_FOURNISSEUR" || f.ModeDepot != "SAISIE_API" {
		t.Errorf("got %+v", f)
	}
	if m := f.Montants; fmt.Sprintln(m.HT, m.TVA, m.TTC, m.RemiseGlobaleTTC, m.APayer, m.MotifRemise) != "1000 200 1100 100 1100 Fidélité\n" {
		t.Errorf("got %+v", m)
	}
	if l := f.Lignes[0]; fmt.Sprintln(l.Numero, l.Reference, l.Denomination, l.Quantite, l.Unite, l.PrixUnitaire, l.TauxCode) != "1 R1 Journée 2 jour 500 TVA5\n" || !l.Taux.IsZero() {
		t.Errorf("got %+v", l)
	}
	if l := f.TVA[0]; fmt.Sprintln(l.TauxCode, l.BaseHT, l.Montant) != "TVA5 1000 200\n" {
		t.Errorf("got %+v", l)
	}
	if piece := f.Complementaires[0]; piece.PieceID != bon || piece.Designation != "Bon" || piece.Type != "DIVERS" || piece.NumeroLigne != 1 || piece.LiaisonID != 9 || f.Principale != nil {
		t.Errorf("got %+v", piece)
	}
}

// The three modes, the attachment as an object and in an array, a draft and a
// file.
func TestSoumettreModes(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	object1 := func(id int64) any {
		return object{"pieceJointePrincipaleDesignation": "Facture", "pieceJointePrincipaleId": id}
	}
	for i, test := range []struct {
		mode  string
		piece int64
		array bool
	}{
		{"DEPOT_PDF_API", p.draft(techSeller), true}, {"DEPOT_PDF_API", p.draft(techSeller), false},
		{"DEPOT_PDF_SIGNE_API", p.draft(techSeller), true}, {"DEPOT_PDF_API", p.file(techSeller), true}, {"SAISIE_API", p.file(techSeller), true},
	} {
		given := object1(test.piece)
		if test.array {
			given = []any{given}
		}
		numero := fmt.Sprint("FA-", i)
		got := p.soumet(sent(0, numero, at("modeDepot"), test.mode, at("pieceJointePrincipale"), given))
		f := p.stored(got.ID)
		want := numero
		if test.mode == "SAISIE_API" {
			want = "20260000000000000001"
		}
		if got.Numero != want || f.ModeDepot != test.mode || f.Principale == nil || f.Principale.PieceID != test.piece || f.Principale.Designation != "Facture" {
			t.Errorf("%+v: got %+v, %+v", test, got, f.Principale)
		}
		if day := f.DateFacture.Format(time.DateOnly); (day == "2026-02-27") != (test.mode != "SAISIE_API") {
			t.Errorf("%+v: the invoice is of %s", test, day)
		}
	}
	for _, none := range []any{nil, []any{}, object{}, []any{object{}}, object{"pieceJointePrincipaleId": nil}, object{"pieceJointePrincipaleId": 0}} {
		p.soumet(entered(at("pieceJointePrincipale"), none))
		got := p.ask(techSeller, "soumettreFacture", body(t, sent(0, "FA-9", at("pieceJointePrincipale"), none)))
		got.refused(20012, "GDP_MSG_99.112 - Un champ obligatoire n'est pas renseigné.", "field-missing")
		if !strings.Contains(got.explain, "A deposit in mode DEPOT_PDF_API needs a main file.") {
			t.Errorf("got %s", got.explain)
		}
	}
}

// What the standing recipients of the qualification environment demand.
func TestStandingRecipientsDemands(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	for _, test := range []struct{ siret, service, commitment, want string }{
		{"12345678200051", "", "", ""}, {"12345678200051", "", "EJ", ""},
		{"12345678200036", "", "", "commitment-required"}, {"12345678200036", "", "EJ", ""},
		{"12345678200028", "", "", "service-required"}, {"12345678200028", "", "EJ", "service-required"},
		{"12345678200028", "SERVICE_DEST_SERV_OBL", "", ""}, {"12345678200028", "Acheteur", "", "service-unknown"},
		{"12345678200044", "", "", "service-or-commitment-required"}, {"12345678200044", "", "EJ", ""},
		{"12345678200044", "SERVICE_DEST_EJ_OU_SERV_OBL", "", ""},
		{"11000201100044", "", "", ""}, {"11000201100044", "SFACETAT", "", ""}, {"11000201100044", "SFACETAT2", "", "service-unknown"},
		{"41783652090157", "", "", "recipient-unknown"},
	} {
		got := p.ask(techSeller, "soumettreFacture", body(t, entered(at("destinataire", "codeDestinataire"), test.siret,
			at("destinataire", "codeServiceExecutant"), test.service, at("references", "numeroBonCommande"), test.commitment)))
		if code, _, _ := strings.Cut(got.explain, ": "); code != test.want {
			t.Errorf("%+v: got %s (%s)", test, got.body, got.explain)
		}
		if test.want == "" {
			got.made(&soumise{})
		}
	}
}

// VAT by the code of a rate or by the rate, on the lines and in the summary.
func TestSoumettreVAT(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	byRate := entered(at("lignePoste"), []object{
		{"lignePosteNumero": 1, "lignePosteQuantite": 10, "lignePosteMontantUnitaireHT": 50.5, "lignePosteTauxTva": "TVA5", "lignePosteTauxTvaManuel": nil},
		{"lignePosteNumero": 2, "lignePosteQuantite": 1, "lignePosteMontantUnitaireHT": 495, "lignePosteTauxTva": nil, "lignePosteTauxTvaManuel": 2.1},
	}, at("ligneTva"), []object{
		{"ligneTvaTaux": "TVA5", "ligneTvaMontantBaseHtParTaux": 505, "ligneTvaMontantTvaParTaux": 101},
		{"ligneTvaTauxManuel": 2.1, "ligneTvaMontantBaseHtParTaux": 495, "ligneTvaMontantTvaParTaux": 10.40},
	}, at("montantTotal"), object{"montantHtTotal": 1000, "montantTVA": 111.40, "montantTtcTotal": 1111.40, "montantAPayer": 1111.4})
	f := p.stored(p.soumet(byRate).ID)
	if f.Lignes[0].TauxCode != "TVA5" || !f.Lignes[0].Taux.IsZero() || f.Lignes[1].TauxCode != "" || f.Lignes[1].Taux.String() != "2.1" || f.TVA[1].Taux.String() != "2.1" {
		t.Errorf("got %+v, %+v", f.Lignes, f.TVA)
	}
	for property, wrong := range map[string]any{"ligneTvaTaux": "TVA99", "ligneTvaTauxManuel": 100.5} {
		line := object{"ligneTvaMontantBaseHtParTaux": 1000, "ligneTvaMontantTvaParTaux": 200, property: wrong}
		got := p.ask(techSeller, "soumettreFacture", body(t, entered(at("ligneTva"), []object{line})))
		if !strings.Contains(got.explain, "ligneTva[0]."+property) {
			t.Errorf("%s %v: got %s (%s)", property, wrong, got.body, got.explain)
		}
	}
}

// One refusal on the wire, every mistake beside it.
func TestSoumettreTellsEveryMistake(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	got := p.ask(techSeller, "soumettreFacture", `{}`)
	got.refused(20012, "GDP_MSG_99.112 - Un champ obligatoire n'est pas renseigné.", "field-missing")
	for _, field := range []string{"modeDepot", "destinataire.codeDestinataire", "fournisseur.idFournisseur", "cadreDeFacturation.codeCadreFacturation", "references.deviseFacture",
		"references.typeTva", "references.modePaiement", "montantTotal.montantHtTotal", "montantTotal.montantAPayer"} {
		if !strings.Contains(got.explain, "Field "+field+" is mandatory.") {
			t.Errorf("%s is not told in %q", field, got.explain)
		}
	}
	got = p.ask(techSeller, "soumettreFacture", body(t, entered(at("references", "deviseFacture"), "EURO", at("lignePoste"), []object{{"lignePosteTauxTva": "TVA0", "lignePosteQuantite": json.Number("1e20")}},
		at("fournisseur", "idServiceFournisseur"), 1, at("destinataire", "codeDestinataire"), "12345678200028")))
	got.refused(20021, "GDP_MSG_99.121 - La valeur d'un code n'existe pas.", "code-unknown")
	for _, part := range []string{`references.deviseFacture ("EURO")`, `lignePoste[0].lignePosteTauxTva ("TVA0")`, "lignePoste[0].lignePosteQuantite (1e20)", "no service 1", "demands a service code"} {
		if !strings.Contains(got.explain, part) {
			t.Errorf("%s is not told in %q", part, got.explain)
		}
	}
	if strings.Contains(got.explain, "is mandatory") {
		t.Errorf("what was given is said to be missing: %s", got.explain)
	}
}

// Lengths and charsets: the contract refuses what is too long, the service what
// is not a number of an invoice.
func TestSoumettreLengthsAndCharsets(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	long := func(n int) string { return strings.Repeat("9", n) }
	for _, test := range []struct {
		path  []string
		value string
		taken bool
	}{
		{at("numeroFactureSaisi"), long(20), true}, {at("numeroFactureSaisi"), long(21), false},
		{at("references", "numeroBonCommande"), long(50), true}, {at("references", "numeroBonCommande"), long(51), false},
		{at("commentaire"), strings.Repeat("é", 2000), true}, {at("commentaire"), strings.Repeat("é", 2001), false},
	} {
		got := p.ask(techSeller, "soumettreFacture", body(t, sent(p.file(techSeller), "F-"+fmt.Sprint(len(test.value)), test.path, test.value)))
		if !test.taken && got.status != http.StatusUnprocessableEntity {
			t.Errorf("%v of %d characters: got %s, want it refused by the contract", test.path, len(test.value), got.body)
		}
		if test.taken {
			got.made(&soumise{})
		}
	}
	for _, numero := range []string{"F.1", "F#1", "Fé", "F\t1", "  "} {
		p.ask(techSeller, "soumettreFacture", body(t, sent(p.file(techSeller), numero))).
			refused(20009, "GDP_MSG_99.109 - Le numéro de facture comporte des caractères non autorisés.", "number-invalid")
	}
	for date, taken := range map[string]bool{"2026-03-01": true, "2026-03-01T23:30:00+01:00": true, "2026-03-01T22:59:59Z": true, "2026-03-01T23:59:59": true,
		"2026-03-02": false, "2026-03-01T23:30:00Z": false, "1999-12-31": false, "2000-01-01": true} {
		numero := "D-" + strings.NewReplacer(":", "", "Z", "").Replace(date[8:])
		got := p.ask(techSeller, "soumettreFacture", body(t, sent(p.file(techSeller), numero, at("dateFacture"), date)))
		if (got.explain == "") != taken {
			t.Errorf("%s: got %s (%s)", date, got.body, got.explain)
		}
	}
}

// A note to the automatic recipient that cannot be followed is told beside the
// answer.
func TestSoumettreWithAnInstruction(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	var wrong, right soumise
	got := p.ask(techSeller, "soumettreFacture", body(t, entered(at("commentaire"), "[destinataire:reject soon]")))
	got.acted(&wrong)
	if want := `instruction-ignored: the instruction [destinataire:reject soon] is ignored: "soon" is no delay such as 90s, 2h30m or 3j`; got.explain != want {
		t.Errorf("got %q, want %q", got.explain, want)
	}
	p.ask(techSeller, "soumettreFacture", body(t, entered(at("commentaire"), "[destinataire:suspend 2h]"))).made(&right)
	p.later(2*time.Hour + 10*time.Minute)
	p.wantStored(wrong.ID, qualif.StatutMiseADisposition)
	p.wantStored(right.ID, qualif.StatutSuspendue)
}

// As many at once as there are, each has a number of its own.
func TestSoumettreAtOnce(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	var mu sync.Mutex
	numbers := map[string]bool{}
	var all sync.WaitGroup
	for range 40 {
		all.Go(func() {
			got := p.soumet(entered())
			mu.Lock()
			defer mu.Unlock()
			numbers[fmt.Sprint(got.Numero, got.ID, got.Empreinte)] = true
		})
	}
	all.Wait()
	if len(numbers) != 40 {
		t.Errorf("got %d numbers for 40 invoices", len(numbers))
	}
}

// The requests that clients' documentation shows are taken as they are, but for
// the structures.
func TestSoumettreAsClientsDo(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	for name, request := range map[string]string{
		"official sample": `{"modeDepot":"SAISIE_API","numeroFactureSaisi":null,"destinataire":{"codeDestinataire":"28394016572830","codeServiceExecutant":"Acheteur"},
			"fournisseur":{"idFournisseur":26301001,"idServiceFournisseur":10301001,"codeCoordonneesBancairesFournisseur":144050},
			"cadreDeFacturation":{"codeCadreFacturation":"A1_FACTURE_FOURNISSEUR","codeStructureValideur":null},
			"references":{"deviseFacture":"EUR","typeFacture":"FACTURE","typeTva":"TVA_SUR_DEBIT","motifExonerationTva":null,"numeroMarche":"VABFM001","numeroBonCommande":null,"numeroFactureOrigine":null,"modePaiement":"ESPECE"},
			"lignePoste":[{"lignePosteNumero":1,"lignePosteReference":"R1","lignePosteDenomination":"D1","lignePosteQuantite":10,"lignePosteUnite":"lot","lignePosteMontantUnitaireHT":50.000000,"lignePosteMontantRemiseHT":null,"lignePosteTauxTva":"TVA5","lignePosteTauxTvaManuel":null},
			{"lignePosteNumero":2,"lignePosteReference":"R2","lignePosteDenomination":"D2","lignePosteQuantite":12,"lignePosteUnite":"Kg","lignePosteMontantUnitaireHT":36.000000,"lignePosteMontantRemiseHT":null,"lignePosteTauxTva":null,"lignePosteTauxTvaManuel":2.1}],
			"ligneTva":[{"ligneTvaTauxManuel":null,"ligneTvaTaux":"TVA5","ligneTvaMontantBaseHtParTaux":500,"ligneTvaMontantTvaParTaux":100},
			{"ligneTvaTauxManuel":2.1,"ligneTvaTaux":null,"ligneTvaMontantBaseHtParTaux":432,"ligneTvaMontantTvaParTaux":9.07}],
			"montantTotal":{"montantHtTotal":932,"montantTVA":109.07,"montantTtcTotal":1041.07,"montantRemiseGlobaleTTC":null,"motifRemiseGlobaleTTC":null,"montantAPayer":1041.07},
			"pieceJointePrincipale":null,"pieceJointeComplementaire":null,"commentaire":null}`,
		"choruspay": `{"cadreDeFacturation":{"codeCadreFacturation":"A1_FACTURE_FOURNISSEUR"},"destinataire":{"codeDestinataire":"12345678200051"},
			"fournisseur":{"codeCoordonneesBancairesFournisseur":144050,"idFournisseur":26301001},"idUtilisateurCourant":65336344681929,
			"lignePoste":[{"lignePosteDenomination":"Licence","lignePosteMontantRemiseHT":0,"lignePosteMontantUnitaireHT":16.6667,"lignePosteNumero":1,"lignePosteQuantite":1,"lignePosteReference":"R","lignePosteTauxTva":"TVA5","lignePosteUnite":"lot"}],
			"ligneTva":[{"ligneTvaMontantBaseHtParTaux":16.6667,"ligneTvaMontantTvaParTaux":3.3333,"ligneTvaTaux":"TVA5"}],"modeDepot":"SAISIE_API",
			"montantTotal":{"montantAPayer":20,"montantHtTotal":16.6667,"montantRemiseGlobaleTTC":0,"montantTVA":3.3333,"montantTtcTotal":20,"motifRemiseGlobaleTTC":""},
			"references":{"deviseFacture":"EUR","modePaiement":"VIREMENT","numeroBonCommande":"","numeroMarche":"","typeFacture":"FACTURE","typeTva":"TVA_SUR_DEBIT"}}`,
	} {
		got := p.ask(techSeller, "soumettreFacture", request)
		if got.explain != "" {
			t.Errorf("%s: %s", name, got.explain)
		}
		got.made(&soumise{})
	}
}
