package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"chorus-qualif/server/app"
	"chorus-qualif/server/flux/fluxtest"
	"chorus-qualif/server/qualif"
)

// until is an advance up to a state.
func until(state string) string { return `{"until":{"state":{` + state + `}}}` }

func TestAdvanceUntilAnInvoiceHasAStatus(t *testing.T) {
	t.Parallel()
	l := open(t, start(t, app.Options{}), "a")
	id, _ := l.submit("[destinataire:suspend 2h]")
	there := until(`"facture":` + id + `,"statut":"MISE_A_DISPOSITION"`)
	if got := l.post("/clock/peek", there); got.field(t, "to") != "2026-03-01T09:10:00.000+01:00" || l.get("/clock").field(t, "now") != "2026-03-01T09:00:00.000+01:00" {
		t.Errorf("peek: got %s", got.body)
	}
	if got := l.post("/clock/advance", there); got.field(t, "to") != "2026-03-01T09:10:00.000+01:00" {
		t.Errorf("got %s", got.body)
	}
	// It holds already.
	if got := l.post("/clock/advance", there); got.field(t, "to") != got.field(t, "from") {
		t.Errorf("got %s", got.body)
	}
	missed := l.do("POST", "/clock/advance", `{"until":{"state":{"facture":`+id+`,"statut":"SUSPENDUE"}},"deadline":"PT1H"}`, http.StatusConflict)
	near := missed.field(t, "nearest").([]any)[0].(map[string]any)
	if missed.field(t, "code") != "condition-not-met" || near["kind"] != "facture-suivante" || near["subject"] != id || near["in"] != "PT2H" {
		t.Errorf("got %s", missed.body)
	}
	if want := "invoice " + id + " SUSPENDUE does not come about by 2026-03-01T10:10:00.000+01:00; the clock stays at 2026-03-01T09:10:00.000+01:00; " +
		"the invoice is MISE_A_DISPOSITION and comes by itself to SUSPENDUE, MANDATEE, "; !strings.HasPrefix(missed.field(t, "detail").(string), want) {
		t.Errorf("got %s, want %s", missed.field(t, "detail"), want)
	}
	if got := l.post("/clock/advance", until(`"facture":`+id+`,"statut":"SUSPENDUE"`)); got.field(t, "to") != "2026-03-01T11:10:00.000+01:00" {
		t.Errorf("got %s", got.body)
	}
	unknown := l.do("POST", "/clock/advance", until(`"facture":999,"statut":"SUSPENDUE"`), http.StatusConflict)
	if !strings.Contains(unknown.body, "there is no invoice 999") {
		t.Errorf("got %s", unknown.body)
	}
}

// An invoice that a flow will become need not be there, and what it passes at
// once, on its way, is come to.
func TestAdvanceUntilAFlowHasAState(t *testing.T) {
	t.Parallel()
	l := open(t, start(t, app.Options{}), "a")
	numero, _ := l.deposit(bill("F-1"))
	integrated := until(`"flux":"` + numero + `","etat":"IN_INTEGRE"`)
	missed := l.do("POST", "/clock/advance", strings.TrimSuffix(integrated, "}")+`,"deadline":"1s"}`, http.StatusConflict)
	if want := "and comes by itself to IN_TRAITE_SE_CPP, IN_EN_COURS_TRAITEMENT_CPP, what its treatment decides, on 2026-03-01T09:00:03.000+01:00"; !strings.Contains(missed.body, want) {
		t.Errorf("got %s, want %s", missed.body, want)
	}
	if near := missed.field(t, "nearest").([]any)[0].(map[string]any); near["kind"] != "flux-suivant" || near["subject"] != numero {
		t.Errorf("got %s", missed.body)
	}
	if got := l.post("/clock/peek", until(`"facture":8420001,"statut":"MISE_A_DISPOSITION"`)); got.field(t, "to") != "2026-03-01T09:10:03.000+01:00" {
		t.Errorf("the invoice to come: got %s", got.body)
	}
	if got := l.post("/clock/advance", until(`"flux":"`+numero+`","etat":"IN_EN_COURS_TRAITEMENT_CPP"`)); got.field(t, "to") != "2026-03-01T09:00:02.000+01:00" {
		t.Errorf("got %s", got.body)
	}
	if got := l.post("/clock/advance", integrated); got.field(t, "to") != "2026-03-01T09:00:03.000+01:00" {
		t.Errorf("got %s", got.body)
	}
	refused, _ := l.deposit(bill("F-2", func(s *fluxtest.Spec) { s.Recipient = "12345678200036" }))
	for _, etat := range []string{"IN_INTEGRE", "QP_IRRECEVABLE"} {
		if got := l.do("POST", "/clock/advance", until(`"flux":"`+refused+`","etat":"`+etat+`"`), http.StatusConflict); !strings.Contains(got.body, refused) {
			t.Errorf("got %s", got.body)
		}
	}
	l.post("/clock/advance", until(`"flux":"`+refused+`","etat":"IN_REJETE"`))
	if got := l.do("POST", "/clock/advance", until(`"flux":"`+refused+`","etat":"IN_INTEGRE"`), http.StatusConflict); !strings.Contains(got.body, "the flow is IN_REJETE and stays so by itself") {
		t.Errorf("got %s", got.body)
	}
	l.do("PUT", "", `{"clock":{"mode":"frozen","at":"2026-03-01T09:00:00+01:00"},"switches":{"facture.recipient":"nominal","facture.recipient-step":"0s"}}`, http.StatusOK)
	l.token = ""
	id, _ := l.submit("")
	if got := l.post("/clock/advance", until(`"facture":`+id+`,"statut":"MANDATEE"`)); got.field(t, "to") != "2026-03-01T09:10:00.000+01:00" {
		t.Errorf("what it passed at once: got %s", got.body)
	}
}

func TestStatesAreRefusedPrecisely(t *testing.T) {
	t.Parallel()
	l := open(t, start(t, app.Options{}), "a")
	for _, state := range []string{
		``, `"facture":1`, `"statut":"DEPOSEE"`, `"facture":1,"etat":"IN_INTEGRE"`, `"facture":0,"statut":"DEPOSEE"`, `"facture":"1","statut":"DEPOSEE"`,
		`"flux":"","etat":"IN_INTEGRE"`, `"flux":"x","etat":"INTEGRE"`, `"facture":1,"statut":"PAYEE"`, `"account":"x","statut":"DEPOSEE"`,
		`"facture":1,"statut":"DEPOSEE","flux":"x","etat":"IN_INTEGRE"`, `"account":"x","status":"ACTIF","flux":"x","etat":"IN_INTEGRE"`,
		`"facture":1,"statut":"DEPOSEE","more":1`,
	} {
		if got := l.do("POST", "/clock/advance", until(state), http.StatusBadRequest); !strings.Contains(got.body, "/until") {
			t.Errorf("%s: got %s", state, got.body)
		}
	}
	// Each status that an invoice can come to may be asked for.
	for _, statut := range append(qualif.StatutsValideur(), qualif.StatutInterpreteeOCR, qualif.StatutBrouillon, qualif.StatutSupprimee, qualif.StatutEnAttenteRecyclage) {
		l.do("POST", "/clock/peek", until(fmt.Sprintf(`"facture":1,"statut":%q`, statut)), http.StatusConflict)
	}
}
