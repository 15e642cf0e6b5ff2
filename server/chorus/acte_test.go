package chorus_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"chorus-qualif/server/qualif"
)

func TestCompleterToTheLetter(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	id := p.brought(qualif.StatutSuspendue)
	p.later(9 * time.Hour)
	attachment := fmt.Sprintf(`[{"pieceJointeComplementaireDesignation":"Bon","pieceJointeComplementaireType":"DIVERS","pieceJointeComplementaireNumeroLigneFacture":1,"pieceJointeComplementaireId":%d}]`, p.file(techSeller))
	got := p.ask(techSeller, "completerFacture", fmt.Sprintf(`{"identifiantFactureCPP":%d,"idUtilisateurCourant":0,"pieceJointeComplementaire":%s,"commentaire":""}`, id, attachment))
	want := fmt.Sprintf(`{"codeRetour":0,"libelle":"GCU_MSG_01_000","identifiantFactureCPP":%d,"numeroFacture":"20260000000000000001","dateTraitement":"2026-03-01"}`, id)
	if string(got.body) != want || got.explain != "" {
		t.Errorf("got  %s (%s)\nwant %s", got.body, got.explain, want)
	}
	f := p.stored(id)
	if f.Statut != qualif.StatutCompletee || len(f.Complementaires) != 1 || f.Complementaires[0].Designation != "Bon" || f.Commentaire != "" {
		t.Errorf("got %+v", f)
	}
	// A comment alone is an answer too.
	other := p.brought(qualif.StatutSuspendue)
	got = p.ask(techSeller, "completerFacture", fmt.Sprintf(`{"identifiantFactureCPP":%d,"pieceJointeComplementaire":null,"commentaire":"Voici [destinataire:soon]"}`, other))
	if !strings.HasPrefix(got.explain, "instruction-ignored: ") || p.stored(other).Commentaire != "Voici [destinataire:soon]" {
		t.Errorf("got %s (%s)", got.body, got.explain)
	}
}

// dateTraitement is the day in Paris.
func TestDatesOfActsAreThoseOfParis(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	id := p.arrived()
	p.later(14*time.Hour + 49*time.Minute) // 23:59 in Paris
	var got struct {
		envelope
		ID     int64  `json:"idFacture"`
		Numero string `json:"numeroFacture"`
		Date   string `json:"dateTraitement"`
		Statut string `json:"nouveauStatut"`
	}
	treat := func(statut string) string {
		p.ask(techBuyer, "traiterUneFactureRecue", body(t, object{"idFacture": id, "nouveauStatut": statut})).made(&got)
		return got.Date
	}
	if day := treat("MANDATEE"); day != "2026-03-01" {
		t.Errorf("got %s", day)
	}
	p.later(time.Minute)
	if day := treat("COMPTABILISEE"); day != "2026-03-02" {
		t.Errorf("got %s", day)
	}
}

func TestRecyclerToTheLetter(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	id := p.brought(qualif.StatutARecycler)
	p.later(48 * time.Hour)
	got := p.ask(techSeller, "recyclerFacture", fmt.Sprintf(`{"identifiantFactureCPP":%d,"destinataire":{"codeDestinataire":"12345678200028","codeServiceExecutant":"SERVICE_DEST_SERV_OBL"},`+
		`"commentaire":"Service modifié","reference":{"deviseFacture":"USD","typeFacture":"FACTURE","typeTva":null,"numeroBonCommande":"EJ-2","modePaiement":"CHEQUE"}}`, id))
	want := fmt.Sprintf(`{"codeRetour":0,"libelle":"GCU_MSG_01_000","identifiantFactureCPP":%d,"numeroFacture":"20260000000000000001","statutFacture":"DEPOSEE","dateDepot":"2026-03-03"}`, id)
	if string(got.body) != want || got.explain != "" {
		t.Errorf("got  %s (%s)\nwant %s", got.body, got.explain, want)
	}
	f := p.stored(id)
	if f.Destinataire != (qualif.Partie{StructureID: 26300928, ServiceID: 10300928}) || f.Devise != "USD" || f.NumeroBonCommande != "EJ-2" || f.ModePaiement != "CHEQUE" ||
		f.TypeTVA != "TVA_SUR_DEBIT" || f.Commentaire != "Service modifié" {
		t.Errorf("got %+v", f)
	}
	p.later(10 * time.Minute)
	p.wantStored(id, qualif.StatutMiseADisposition)
	p.ask(techBuyer, "traiterUneFactureRecue", body(t, object{"idFacture": id, "nouveauStatut": "MANDATEE"})).
		refused(20001, "GDP_MSG_11.005 - L'utilisateur n'a pas les habilitations nécessaires pour soumettre la demande.", "invoice-out-of-scope")
}

// subcontracted is an invoice that validator validates.
func (p *platform) subcontracted() int64 {
	p.tb.Helper()
	got := p.soumet(entered(at("cadreDeFacturation"), object{"codeCadreFacturation": "A9_FACTURE_SOUSTRAITANT", "codeStructureValideur": "70516283940265", "codeServiceValideur": "SERVICE_PRIVE_1_70516283940265"}))
	if got.Statut != "A_VALIDER_1" {
		p.tb.Fatalf("got %+v", got)
	}
	return got.ID
}

func TestValidationToTheLetter(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	id := p.subcontracted()
	act := func(request string) string {
		got := p.ask(validator, "traiterFactureAValider", fmt.Sprintf(request, id))
		if got.explain != "" {
			t.Errorf("got %s (%s)", got.body, got.explain)
		}
		return string(got.body)
	}
	answer := func(statut string) string {
		return fmt.Sprintf(`{"codeRetour":0,"libelle":"GCU_MSG_01_000","idFacture":%d,"numeroFacture":"20260000000000000001","dateTraitement":"2026-03-01","statutFacture":%q}`, id, statut)
	}
	if got := act(`{"idFacture":%d,"action":"REFUS","idValideur":26301004,"motifRefus":"MAUVAIS_VALIDEUR","complementInfo":"Pas nous"}`); got != answer("ERREUR_FOURNISSEUR_SUR_VALIDEUR") {
		t.Errorf("got %s", got)
	}
	if f := p.stored(id); f.Historique[1].Commentaire != "MAUVAIS_VALIDEUR - Pas nous" {
		t.Errorf("got %+v", f.Historique)
	}
	for _, named := range []string{`"idStructure":26301002`, `"idStructure":null,"typeIdentifiantStructure":"SIRET","identifiantStructure":"70516283940265"`} {
		got := p.ask(techSeller, "corrigerValideurFacture", fmt.Sprintf(`{"idFacture":%d,%s}`, id, named))
		if want := fmt.Sprintf(`{"codeRetour":0,"libelle":"GCU_MSG_01_000","idFacture":%d}`, id); string(got.body) != want {
			t.Fatalf("got %s (%s), want %s", got.body, got.explain, want)
		}
		if f := p.stored(id); f.Valideur.StructureID == secondID {
			p.ask(techSeller, "traiterFactureAValider", body(t, object{"idFacture": id, "action": "REFUS", "motifRefus": "MAUVAIS_VALIDEUR"})).made(&object{})
		}
	}
	if got := act(`{"idFacture":%d,"action":"VALIDATION","typeValideur":"VALIDEUR_1","idValideur":0,"motifRefus":null}`); got != answer("VALIDEE_1") {
		t.Errorf("got %s", got)
	}
	p.later(10 * time.Minute)
	p.wantStored(id, qualif.StatutMiseADisposition)
}

func TestTraiterRejetToTheLetter(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	one, two := p.brought(qualif.StatutRejetee), p.brought(qualif.StatutRejetee)
	got := p.ask(techSeller, "traiterFacturesRejetees", fmt.Sprintf(`{"listeDemandePaiement":[{"idDemandePaiement":%d},{"idDemandePaiement":%d}],"motifRejet":"","cpltInfos":""}`, one, two))
	if want := `{"codeRetour":0,"libelle":"GCU_MSG_01_000"}`; string(got.body) != want || got.explain != "" {
		t.Errorf("got %s (%s), want %s", got.body, got.explain, want)
	}
	for _, id := range []int64{one, two} {
		if !p.stored(id).RejetTraite {
			t.Errorf("invoice %d is not treated", id)
		}
	}
}

func TestTraiterRecueToTheLetter(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	id := p.arrived()
	got := p.ask(techBuyer, "traiterUneFactureRecue", fmt.Sprintf(`{"idUtilisateurCourant":0,"idFacture":%d,"nouveauStatut":"MANDATEE","motif":"","numeroDPMandat":"MANDAT-118"}`, id))
	want := fmt.Sprintf(`{"codeRetour":0,"libelle":"GCU_MSG_01_000","idFacture":%d,"numeroFacture":"20260000000000000001","dateTraitement":"2026-03-01","nouveauStatut":"MANDATEE"}`, id)
	if string(got.body) != want || got.explain != "" {
		t.Errorf("got  %s (%s)\nwant %s", got.body, got.explain, want)
	}
	if f := p.stored(id); f.NumeroDPMandat != "MANDAT-118" || f.Historique[3].Par != techBuyer {
		t.Errorf("got %+v", f)
	}
	for _, statut := range []string{"MANDATEE", "MISE_A_DISPOSITION", "A_RECYCLER", "DEPOSEE", "TECHNIQUE_INCONNU"} {
		got := p.ask(techBuyer, "traiterUneFactureRecue", body(t, object{"idFacture": id, "nouveauStatut": statut, "motif": "m"}))
		got.refused(20002, "Incohérence au niveau du statut d'origine ou de destination de la facture.", "status-incoherent")
		if !strings.Contains(got.explain, "cannot go from MANDATEE to "+statut) {
			t.Errorf("got %s", got.explain)
		}
	}
}

func TestEtatsDeTraitementToTheLetter(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	want := `{"codeRetour":0,"libelle":"TRA_MSG_00.000","listeStatutsPossiblesPourTraitement":[{"statutPossiblePourTraitement":"MISE_A_DISPOSITION"},` +
		`{"statutPossiblePourTraitement":"SUSPENDUE"},{"statutPossiblePourTraitement":"REJETEE"},{"statutPossiblePourTraitement":"MANDATEE"},` +
		`{"statutPossiblePourTraitement":"MISE_EN_PAIEMENT"},{"statutPossiblePourTraitement":"COMPTABILISEE"},` +
		`{"statutPossiblePourTraitement":"MISE_A_DISPOSITION_COMPTABLE"},{"statutPossiblePourTraitement":"A_RECYCLER"}]}`
	if got := p.ask(techBuyer, "recupererEtatsPossiblesPourTraitement", `{"statutCourant":"MISE_A_DISPOSITION"}`); string(got.body) != want {
		t.Errorf("got  %s\nwant %s", got.body, want)
	}
	want = `{"codeRetour":0,"libelle":"TRA_MSG_00.000","listeStatutsPossiblesPourTraitement":[]}`
	for _, statut := range []string{"SUSPENDUE", "REJETEE", "DEPOSEE", "MISE_EN_PAIEMENT", "A_VALIDER_MOE"} {
		if got := p.ask(techBuyer, "recupererEtatsPossiblesPourTraitement", `{"statutCourant":"`+statut+`"}`); string(got.body) != want {
			t.Errorf("%s: got %s, want %s", statut, got.body, want)
		}
	}
}

// What the list says can be done is what can be done.
func TestEtatsDeTraitementAgreeWithTraiterRecue(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	var listed struct {
		envelope
		Liste []struct {
			Statut string `json:"statutPossiblePourTraitement"`
		} `json:"listeStatutsPossiblesPourTraitement"`
	}
	p.ask(techBuyer, "recupererEtatsPossiblesPourTraitement", `{"statutCourant":"MISE_A_DISPOSITION"}`).done(&listed)
	for _, one := range listed.Liste[1:] {
		p.treat(p.arrived(), qualif.Statut(one.Statut))
	}
}

func TestStatutsValideurToTheLetter(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	want := `{"codeRetour":0,"libelle":"TRA_MSG_00.000","listeStatutFacture":[{"codeStatutFacture":"A_VALIDER_1"},{"codeStatutFacture":"ERREUR_FOURNISSEUR_SUR_VALIDEUR"},` +
		`{"codeStatutFacture":"REFUSEE_1"},{"codeStatutFacture":"VALIDEE_1"},{"codeStatutFacture":"ABSENCE_VALIDATION_1_HORS_DELAI"},{"codeStatutFacture":"DEPOSEE"},`
	for _, request := range []string{"", "{}", `{"idUtilisateurCourant":0}`} {
		if got := p.ask(validator, "recupererStatutsFactureVisiblesParValideur", request); !strings.HasPrefix(string(got.body), want) || got.explain != "" {
			t.Errorf("got  %s\nwant %s…", got.body, want)
		}
	}
}

// An act that is refused changes nothing.
func TestRefusedActsChangeNothing(t *testing.T) {
	t.Parallel()
	p := builtin(t)
	id := p.arrived()
	_, before, _ := p.sandbox.Journal(0, 1)
	for operation, request := range map[string]object{
		"soumettreFacture": {"modeDepot": "SAISIE_API"}, "completerFacture": {"identifiantFactureCPP": id, "commentaire": "x"},
		"recyclerFacture": {"identifiantFactureCPP": id}, "traiterFacturesRejetees": {"listeDemandePaiement": []object{{"idDemandePaiement": id}}},
		"traiterUneFactureRecue": {"idFacture": id, "nouveauStatut": "DEPOSEE"},
	} {
		login := techSeller
		if operation == "traiterUneFactureRecue" {
			login = techBuyer
		}
		if got := p.ask(login, operation, body(t, request)); got.explain == "" {
			t.Errorf("%s: got %s", operation, got.body)
		}
	}
	if _, after, _ := p.sandbox.Journal(0, 1); after != before {
		t.Errorf("%d events were recorded", after-before)
	}
}
