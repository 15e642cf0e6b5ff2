package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"chorus-qualif/server/app"
)

// The supplier and the recipient of the built-in data set.
const (
	techSupplier  = "TECH_1_41783652090157@cpro.fr"
	techRecipient = "TECH_1_28394016572830@cpro.fr"
)

// cpro calls an operation of the API Factures as a technical account.
func (l *lab) cpro(login, operation, body string) reply {
	l.Helper()
	if l.token == "" {
		l.authorize()
	}
	account := ""
	for _, a := range l.TechnicalAccounts {
		if a.Login == login && a.CproAccount != nil {
			account = *a.CproAccount
		}
	}
	got := send(l, "POST", l.platform+"/cpro/factures/v1/"+operation, body, map[string]string{"Authorization": "Bearer " + l.token, "cpro-account": account})
	if got.status != http.StatusOK || got.field(l, "codeRetour") != 0.0 {
		l.Fatalf("%s: got %d %s (%s)", operation, got.status, got.body, got.header.Get("X-Sandbox-Explain"))
	}
	return got
}

// submit enters an invoice with a comment and gives its identifiantFactureCPP.
func (l *lab) submit(comment string) (id string, got reply) {
	l.Helper()
	got = l.cpro(techSupplier, "soumettre", `{"modeDepot":"SAISIE_API","destinataire":{"codeDestinataire":"28394016572830"},"fournisseur":{"idFournisseur":26301001},
		"cadreDeFacturation":{"codeCadreFacturation":"A1_FACTURE_FOURNISSEUR"},"references":{"deviseFacture":"EUR","typeTva":"TVA_SUR_DEBIT","modePaiement":"VIREMENT"},
		"lignePoste":[{"lignePosteQuantite":2,"lignePosteMontantUnitaireHT":500,"lignePosteTauxTva":"TVA5"}],"montantTotal":{"montantHtTotal":1000,"montantTVA":200,"montantAPayer":1200},
		"commentaire":`+jsonOf(l, comment)+`}`)
	return fmt.Sprintf("%.0f", got.field(l, "identifiantFactureCPP")), got
}

// What will become of an invoice reads well in the control API, and can be gone
// to; its mails are captured like the others.
func TestInvoicesInTheControlAPI(t *testing.T) {
	t.Parallel()
	l := open(t, start(t, app.Options{}), "a")
	id, got := l.submit("[destinataire:suspend 2h]")
	if why := got.header.Get("X-Sandbox-Explain"); why != "" {
		t.Errorf("got explanation %q", why)
	}
	due := l.get("/timeline").body
	if want := `{"due":"2026-03-01T09:05:00.000+01:00","kind":"facture-suivante","subject":"` + id + `"`; !strings.Contains(due, want) {
		t.Errorf("got %s, want %s", due, want)
	}
	if peeked := l.post("/clock/peek", `{"until":{"event":{"kind":"facture-suivante","subject":"`+id+`"}}}`); peeked.field(t, "to") != "2026-03-01T09:05:00.000+01:00" {
		t.Errorf("got %s", peeked.body)
	}
	l.post("/clock/advance", `{"until":{"event":{"kind":"FactureStatut","subject":"`+id+`"}}}`)
	moved := l.post("/clock/advance", `{"until":{"mail":{"kind":"invoice-status","subject":"SUSPENDUE"}}}`)
	if moved.field(t, "to") != "2026-03-01T11:10:00.000+01:00" {
		t.Errorf("got %s", moved.body)
	}
	waited := l.post("/mails/wait", `{"event":"invoice-status","subject":"SUSPENDUE","timeout":"20s"}`)
	mail := waited.field(t, "mail").(map[string]any)
	if mail["subject"] != "[Chorus Pro] Facture 20260000000000000001 : SUSPENDUE" || !strings.Contains(mail["text"].(string), "Pièce justificative manquante") {
		t.Errorf("got %s", waited.body)
	}
	if got := l.do("POST", "/mails/wait", `{"event":"invoice-status","subject":"MANDATEE","timeout":"1ms"}`, http.StatusRequestTimeout); strings.Contains(got.body, "it comes when") {
		t.Errorf("a suspended invoice waits for its supplier: %s", got.body)
	}
	if events := l.get("/journal?limit=200").body; !strings.Contains(events, `"kind":"FactureDeposee"`) || !strings.Contains(events, `"subject":"`+id+`"`) {
		t.Errorf("got %s", events)
	}
}

// A note that cannot be followed is told beside an answer that is a success.
func TestInstructionThatIsIgnoredIsExplained(t *testing.T) {
	t.Parallel()
	l := open(t, start(t, app.Options{}), "a")
	_, got := l.submit("[destinataire:dance]")
	if why := got.header.Get("X-Sandbox-Explain"); !strings.HasPrefix(why, `instruction-ignored: the instruction [destinataire:dance] is ignored: "dance" is none of none, nominal,`) {
		t.Errorf("got explanation %q", why)
	}
	if request := l.get("/requests").body; !strings.Contains(request, "instruction-ignored") {
		t.Errorf("the journal of requests does not tell it: %s", request)
	}
}

// Snapshots, restorations and forks have the invoices that there were.
func TestSnapshotsAndForksKeepInvoices(t *testing.T) {
	t.Parallel()
	a := start(t, app.Options{})
	l := open(t, a, "golden")
	first, _ := l.submit("")
	l.do("PUT", "/snapshots/one", "", http.StatusOK)
	second, _ := l.submit("[destinataire:reject 0s]")
	l.do("POST", "/fork", `{"as":"two"}`, http.StatusCreated)
	l.do("POST", "/fork", `{"as":"one","snapshot":"one"}`, http.StatusCreated)
	statuses := func(l *lab) map[string]string {
		l.post("/clock/advance", `{"by":"11m"}`)
		l.token = ""
		all := map[string]string{}
		for _, one := range l.cpro(techSupplier, "rechercher/fournisseur", `{}`).field(l, "listeFactures").([]any) {
			f := one.(map[string]any)
			all[fmt.Sprintf("%.0f", f["identifiantFactureCPP"])] = f["statut"].(string)
		}
		return all
	}
	l.post("/restore", `{"snapshot":"one"}`)
	for name, want := range map[string]map[string]string{
		"golden": {first: "MISE_A_DISPOSITION"}, "one": {first: "MISE_A_DISPOSITION"}, "two": {first: "MISE_A_DISPOSITION", second: "REJETEE"},
	} {
		if got := statuses(enter(t, a, name)); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
	// Numbers go on from where each sandbox is.
	if again, _ := enter(t, a, "golden").submit(""); again != second {
		t.Errorf("got %s after the restoration, want %s", again, second)
	}
}
