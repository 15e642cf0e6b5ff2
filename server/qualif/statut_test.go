package qualif_test

import (
	"slices"
	"testing"
	"time"

	"chorus-qualif/server/qualif"
)

// official are the 56 statuses of the official enum, in its order.
var official = []qualif.Statut{
	"BROUILLON", "A_VALIDER_1", "ERREUR_FOURNISSEUR_SUR_VALIDEUR", "REFUSEE_1", "VALIDEE_1", "ABSENCE_VALIDATION_1_HORS_DELAI", "A_VALIDER_2",
	"ERREUR_COTRAITANT_SUR_VALIDEUR", "REFUSEE_2", "VALIDEE_2", "ABSENCE_VALIDATION_2_HORS_DELAI", "DEPOSEE", "ERREUR_FOURNISSEUR_SUR_MOE",
	"EN_COURS_ACHEMINEMENT", "MISE_A_DISPOSITION", "A_RECYCLER", "SUSPENDUE", "REJETEE", "MANDATEE", "MISE_EN_PAIEMENT", "COMPTABILISEE",
	"MISE_A_DISPOSITION_COMPTABLE", "ABANDONNEE", "SUPPRIMEE", "ASSOCIEE", "EN_COURS_TRAITEMENT_PIVOT_S", "A_VALIDER_MOE", "REFUSEE_MOE",
	"EN_ATTENTE_RECYCLAGE_FOURNISSEUR", "ERREUR_MOE_SUR_FOURNISSEUR", "ERREUR_MOA_SUR_FOURNISSEUR", "INTERPRETEE_OCR", "COMPLETEE",
	"ERREUR_FOURNISSEUR_SUR_MOA", "ERREUR_MOE_SUR_MOA", "ERREUR_DESTINATAIRE_PD", "ERREUR_DESTINATAIRE_EA", "SERVICE_FAIT", "NON_CONFORME",
	"A_ASSOCIER_MOE", "ERREUR_DE_MOE", "MISE_A_DISPOSITION_MOE", "PRISE_EN_COMPTE_MOE", "A_ASSOCIER_MOA", "ERREUR_DE_MOA", "REFUSEE_MOA",
	"A_ASSOCIER_FOURNISSEUR", "REFUSEE_FOURNISSEUR", "A_COMPLETER", "TRANSMISE_MOA", "PRISE_EN_COMPTE_DESTINATAIRE", "REMPLACEE_PAR_A22",
	"DUPLIQUE_APRES_REFUS", "MISE_A_DISPOSITION_MOA", "PRISE_EN_COMPTE_MOA", "TECHNIQUE_INCONNU",
}

// treatments is what a recipient may make of an invoice: the first row is
// official, in its order, the others are ours.
var treatments = map[qualif.Statut][]qualif.Statut{
	"MISE_A_DISPOSITION":           {"SUSPENDUE", "REJETEE", "MANDATEE", "MISE_EN_PAIEMENT", "COMPTABILISEE", "MISE_A_DISPOSITION_COMPTABLE", "A_RECYCLER"},
	"COMPLETEE":                    {"SUSPENDUE", "REJETEE", "MANDATEE", "MISE_EN_PAIEMENT", "COMPTABILISEE", "MISE_A_DISPOSITION_COMPTABLE", "A_RECYCLER"},
	"SERVICE_FAIT":                 {"SUSPENDUE", "REJETEE", "MANDATEE", "MISE_EN_PAIEMENT", "COMPTABILISEE", "MISE_A_DISPOSITION_COMPTABLE"},
	"MANDATEE":                     {"SUSPENDUE", "REJETEE", "MISE_A_DISPOSITION_COMPTABLE", "COMPTABILISEE", "MISE_EN_PAIEMENT"},
	"MISE_A_DISPOSITION_COMPTABLE": {"SUSPENDUE", "REJETEE", "COMPTABILISEE", "MISE_EN_PAIEMENT"},
	"COMPTABILISEE":                {"MISE_EN_PAIEMENT"},
}

// The whole table: from each of the 56 statuses to each.
func TestTransitions(t *testing.T) {
	t.Parallel()
	if len(official) != 56 {
		t.Fatalf("got %d statuses", len(official))
	}
	allowed := 0
	for _, from := range official {
		want := treatments[from]
		if want != nil {
			want = append([]qualif.Statut{from}, want...)
		}
		if got := qualif.Traitements(from); !slices.Equal(got, want) {
			t.Errorf("from %s: got %v, want %v", from, got, want)
		}
		for _, to := range official {
			want := slices.Contains(treatments[from], to)
			if qualif.Traitable(from, to) != want {
				t.Errorf("from %s to %s: got %v", from, to, !want)
			}
			if want {
				allowed++
			}
		}
		if got, want := from.ExigeMotif(), from == "SUSPENDUE" || from == "REJETEE" || from == "A_RECYCLER"; got != want {
			t.Errorf("%s demands a reason: got %v", from, got)
		}
		if from.ChezDestinataire() != (qualif.Traitements(from) != nil || slices.Contains([]qualif.Statut{"MISE_EN_PAIEMENT", "SUSPENDUE", "REJETEE", "A_RECYCLER", "EN_ATTENTE_RECYCLAGE_FOURNISSEUR"}, from)) {
			t.Errorf("%s: its recipient sees it: got %v", from, from.ChezDestinataire())
		}
	}
	if allowed != 30 {
		t.Errorf("got %d transitions", allowed)
	}
	for _, s := range qualif.StatutsValideur() {
		if !slices.Contains(official, s) {
			t.Errorf("%s is no status", s)
		}
	}
	// The caller's list is his own.
	qualif.Traitements("COMPTABILISEE")[0] = "X"
	if qualif.Traitements("COMPTABILISEE")[0] != "COMPTABILISEE" {
		t.Error("the table can be changed")
	}
}

// at brings an invoice to a status by what a recipient does.
func at(sb *sandbox, statut qualif.Statut) int64 {
	f := sb.disposition(saisie(sb))
	act := func(to qualif.Statut) {
		do(sb, qualif.TraiterRecue{Pour: pour(sb, buyer), FactureID: f.ID, Statut: to, Motif: "motif"})
	}
	switch statut {
	case qualif.StatutMiseADisposition:
	case qualif.StatutCompletee:
		act(qualif.StatutSuspendue)
		comment := "fait"
		do(sb, qualif.Completer{Pour: pour(sb, manager), FactureID: f.ID, Commentaire: &comment})
	default:
		act(statut)
	}
	return f.ID
}

// What the table says is what a recipient's command does, from every status that
// it can be brought to.
func TestRecipientActs(t *testing.T) {
	t.Parallel()
	for _, from := range []qualif.Statut{"MISE_A_DISPOSITION", "COMPLETEE", "MANDATEE", "MISE_A_DISPOSITION_COMPTABLE", "COMPTABILISEE", "SUSPENDUE", "REJETEE", "A_RECYCLER", "MISE_EN_PAIEMENT"} {
		for _, to := range official {
			sb := facturation(t)
			id := at(sb, from)
			c := qualif.TraiterRecue{Pour: pour(sb, buyer), FactureID: id, Statut: to, Motif: "motif"}
			if !slices.Contains(treatments[from], to) {
				refused(sb, "status-incoherent", c)
				continue
			}
			f := do(sb, c)
			if last := f.Historique[len(f.Historique)-1]; f.Statut != to || last.Statut != to || last.Commentaire != "motif" || last.Par != buyer {
				t.Errorf("from %s to %s: got %+v", from, to, f)
			}
			c.Motif = ""
			if sb := facturation(t); to.ExigeMotif() {
				c.FactureID = at(sb, from)
				refused(sb, "reason-missing", c)
			}
		}
	}
}

func TestRecipientActsOnItsOwnInvoices(t *testing.T) {
	t.Parallel()
	sb := facturation(t)
	id := do(sb, saisie(sb)).ID
	act := func(login string, id int64) qualif.TraiterRecue {
		return qualif.TraiterRecue{Pour: pour(sb, login), FactureID: id, Statut: qualif.StatutMandatee}
	}
	refused(sb, "invoice-unknown", act(buyer, 1))
	refused(sb, "invoice-not-arrived", act(buyer, id))
	sb.pass(10 * time.Minute)
	refused(sb, "invoice-out-of-scope", act(manager, id))
	do(sb, qualif.NoterTelechargement{Pour: pour(sb, manager), IDs: []int64{id, 1}})
	if sb.facture(id).Telechargee {
		t.Error("the supplier downloaded it for the recipient")
	}
	do(sb, qualif.NoterTelechargement{Pour: pour(sb, buyer), IDs: []int64{id}})
	if f := sb.facture(id); !f.Telechargee || f.Actions[0].Code != qualif.ActionTelechargement {
		t.Errorf("got %+v", f)
	}
	do(sb, act(buyer, id))
}

// subcontracted is an invoice that partner validates.
func subcontracted(sb *sandbox) qualif.Soumettre {
	c := saisie(sb)
	c.Facture.Cadre, c.Valideur = "A9_FACTURE_SOUSTRAITANT", qualif.Identifier{Type: qualif.SIRET, Value: partner}
	return c
}

func TestValidation(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		action, motif, complement, reason string
		want                              qualif.Statut
	}{
		{qualif.ActionValider, "", "", "", qualif.StatutMiseADisposition},
		{qualif.ActionValider, "", "bon", "bon", qualif.StatutMiseADisposition},
		{qualif.ActionRefuser, "AUTRE", "", "AUTRE", qualif.StatutRefusee1},
		{qualif.ActionRefuser, "AUTRE", "trop", "AUTRE - trop", qualif.StatutRefusee1},
		{qualif.ActionRefuser, qualif.MotifMauvaisValideur, "", "MAUVAIS_VALIDEUR", qualif.StatutErreurValideur},
	} {
		sb := facturation(t)
		id := do(sb, subcontracted(sb)).ID
		sb.pass(14 * 24 * time.Hour)
		sb.wantStatut(id, qualif.StatutAValider1)
		f := do(sb, qualif.TraiterAValider{Pour: pour(sb, colleague), FactureID: id, Action: test.action, Motif: test.motif, Complement: test.complement, ValideurID: partnerID})
		if got := f.Historique[1].Commentaire; got != test.reason {
			t.Errorf("%+v: got reason %q", test, got)
		}
		sb.pass(10 * time.Minute)
		sb.wantStatut(id, test.want)
		sb.pass(30 * 24 * time.Hour)
		sb.wantStatut(id, test.want)
	}
}

func TestValidatorsOwnInvoices(t *testing.T) {
	t.Parallel()
	sb := facturation(t)
	id, plain := do(sb, subcontracted(sb)).ID, do(sb, saisie(sb)).ID
	act := func(login string, id int64, change ...func(*qualif.TraiterAValider)) qualif.TraiterAValider {
		c := qualif.TraiterAValider{Pour: pour(sb, login), FactureID: id, Action: qualif.ActionValider}
		for _, one := range change {
			one(&c)
		}
		return c
	}
	refused(sb, "invoice-unknown", act(colleague, 1))
	refused(sb, "invoice-out-of-scope", act(colleague, plain))
	refused(sb, "invoice-out-of-scope", act(manager, id))
	refused(sb, "validator-other", act(colleague, id, func(c *qualif.TraiterAValider) { c.ValideurID = supplierID }))
	refused(sb, "action-unknown", act(colleague, id, func(c *qualif.TraiterAValider) { c.Action = "VALIDER" }))
	refused(sb, "reason-missing", act(colleague, id, func(c *qualif.TraiterAValider) { c.Action = qualif.ActionRefuser }))
	do(sb, act(colleague, id))
	refused(sb, "invoice-not-to-validate", act(colleague, id))
	if got := sb.FacturesAValider(partnerID); !slices.Equal(got, []int64{id}) {
		t.Errorf("got %v", got)
	}
}

// Without an answer in 15 days of Paris the invoice is taken for accepted.
func TestTacitValidation(t *testing.T) {
	t.Parallel()
	sb := facturation(t)
	sb.to(paris("2026-03-20 12:00:00")) // the clocks go forward on the 29th
	id := do(sb, subcontracted(sb)).ID
	sb.to(paris("2026-04-04 11:59:59.999"))
	sb.wantStatut(id, qualif.StatutAValider1)
	sb.pass(time.Millisecond)
	sb.wantStatut(id, qualif.StatutDeposee)
	sb.pass(10 * time.Minute)
	wantPath(t, sb.facture(id), append([]qualif.Statut{qualif.StatutAValider1, qualif.StatutAbsenceValidation1}, arrived...)...)
}

// A supplier corrects the validator that said it was the wrong one.
func TestValidatorCorrected(t *testing.T) {
	t.Parallel()
	sb := facturation(t)
	id := do(sb, subcontracted(sb)).ID
	right := qualif.Identifier{Type: qualif.SIRET, Value: branch}
	correct := qualif.CorrigerValideur{Pour: pour(sb, manager), FactureID: id, Valideur: right}
	refused(sb, "invoice-validator-right", correct)
	do(sb, qualif.TraiterAValider{Pour: pour(sb, colleague), FactureID: id, Action: qualif.ActionRefuser, Motif: qualif.MotifMauvaisValideur})
	for code, change := range map[string]func(*qualif.CorrigerValideur){
		"invoice-unknown":           func(c *qualif.CorrigerValideur) { c.FactureID = 1 },
		"invoice-out-of-scope":      func(c *qualif.CorrigerValideur) { c.Pour = pour(sb, buyer) },
		"validator-unknown":         func(c *qualif.CorrigerValideur) { c.Valideur.Value = closed },
		"validator-service-unknown": func(c *qualif.CorrigerValideur) { c.CodeService = "X" },
	} {
		wrong := correct
		change(&wrong)
		refused(sb, code, wrong)
	}
	f := do(sb, correct)
	if f.Statut != qualif.StatutAValider1 || f.Valideur.StructureID != branchID {
		t.Errorf("got %+v", f)
	}
	if len(sb.FacturesAValider(partnerID)) != 0 || !slices.Equal(sb.FacturesAValider(branchID), []int64{id}) {
		t.Errorf("got %v, %v", sb.FacturesAValider(partnerID), sb.FacturesAValider(branchID))
	}
	refused(sb, "invoice-out-of-scope", qualif.TraiterAValider{Pour: pour(sb, buyer), FactureID: id, Action: qualif.ActionValider})
	sb.pass(16 * 24 * time.Hour)
	sb.wantStatut(id, qualif.StatutMiseADisposition)
}

func TestValidatorOfADeposit(t *testing.T) {
	t.Parallel()
	sb := facturation(t)
	c := subcontracted(sb)
	c.Valideur.Value = ""
	refused(sb, "validator-required", c)
	c.Valideur.Value = closed
	refused(sb, "validator-unknown", c)
	c.Valideur.Value, c.CodeServiceValideur = supplier, "X"
	refused(sb, "validator-service-unknown", c)
	c.CodeServiceValideur = "SERVICE_PRIVE_1"
	if f := do(sb, c); *f.Valideur != (qualif.Partie{StructureID: supplierID, ServiceID: 1011}) {
		t.Errorf("got %+v", f.Valideur)
	}
	// A framework without a validator ignores one that exists, and no other.
	c.Facture.Cadre = "A1_FACTURE_FOURNISSEUR"
	if f := do(sb, c); f.Valideur != nil || f.Statut != qualif.StatutDeposee {
		t.Errorf("got %+v", f)
	}
	c.Valideur.Value = "0"
	refused(sb, "validator-unknown", c)
}
