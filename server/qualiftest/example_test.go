package qualiftest_test

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"chorus-qualif/server/client"
	"chorus-qualif/server/qualiftest"
)

// A technical account's first half hour, as a test of a client would live it.
// In a test, t is the *testing.T.
func Example() {
	t := newT("Example")
	defer t.end()

	q := qualiftest.Start(t)
	sb := q.Sandbox(t)

	account := sb.CreateAccount()
	erp := sb.HTTPClientAs(account.CproAccount)
	search := map[string]any{"structure": map[string]string{"identifiantStructure": "12345678200051"}}

	early := sb.Post(erp, "/cpro/structures/v1/rechercher", search)
	fmt.Println(early.Status, sb.Explain(account.Login).Code)

	sb.Advance(30 * time.Minute)
	fmt.Println(sb.Post(erp, "/cpro/structures/v1/rechercher", search).Status)

	sb.Verify(client.InOrder(
		client.Criteria{Operation: "issueToken", Status: "200"},
		client.Criteria{Operation: "rechercherStructure", Status: "401", Code: "technical-account-creation-pending"},
		client.Criteria{Operation: "rechercherStructure", Status: "200"},
	))
	// Output:
	// 401 technical-account-creation-pending
	// 200
}

// Time passes when the test says so, by a length or until something happens.
func ExampleSandbox_Until() {
	t := newT("Until")
	defer t.end()
	sb := qualiftest.Start(t).Sandbox(t)

	account := sb.CreateAccount()
	done := sb.Until(client.UntilState(account.Login, "ACTIF"))
	fmt.Println(done.To.Sub(done.From))

	sb.Until(client.Span("P424D")) // days on the calendar of Paris
	fmt.Println(sb.Explain(account.Login).Code)
	// Output:
	// 30m0s
	// technical-account-password-expired
}

// An invoice goes its way: the recipient has it once the test says so.
func ExampleSandbox_Until_invoice() {
	t := newT("Until invoice")
	defer t.end()
	sb := qualiftest.Start(t).Sandbox(t)
	erp := sb.HTTPClient()

	var sent struct {
		ID int64 `json:"identifiantFactureCPP"`
	}
	sb.Post(erp, "/cpro/factures/v1/soumettre", invoice).JSON(t, &sent)
	done := sb.Until(client.UntilFacture(sent.ID, "MISE_A_DISPOSITION").Within("P1D"))
	fmt.Println(done.To.Sub(done.From))
	// Output: 10m0s
}

// invoice is one that the first account of the built-in data set may send.
const invoice = `{"modeDepot":"SAISIE_API","destinataire":{"codeDestinataire":"28394016572830"},"fournisseur":{"idFournisseur":26301001},
	"cadreDeFacturation":{"codeCadreFacturation":"A1_FACTURE_FOURNISSEUR"},
	"references":{"deviseFacture":"EUR","typeTva":"TVA_SUR_DEBIT","modePaiement":"VIREMENT"},
	"lignePoste":[{"lignePosteQuantite":2,"lignePosteMontantUnitaireHT":500,"lignePosteTauxTva":"TVA5"}],
	"montantTotal":{"montantHtTotal":1000,"montantTVA":200,"montantAPayer":1200}}`

// A mail is waited for, not polled.
func ExampleSandbox_WaitMail() {
	t := newT("WaitMail")
	defer t.end()
	sb := qualiftest.Start(t).Sandbox(t)

	account := sb.CreateAccount()
	mail := sb.WaitMail(client.MailWait{Event: "account-creation", Text: account.Login})
	fmt.Println(mail.Subject)
	// Output: [Chorus Pro] Création du compte utilisateur technique
}

// Things go wrong when the test asks for it.
func ExampleSandbox_Fault() {
	t := newT("Fault")
	defer t.end()
	sb := qualiftest.Start(t).Sandbox(t)
	erp := sb.HTTPClient()

	sb.Fault("gateway-down", client.FaultSpec{Preset: "gateway-down", Times: 1, Match: &client.FaultMatch{Path: "/cpro/*"}})
	fmt.Println(sb.Post(erp, "/cpro/structures/v1/rechercher", "{}").Status)
	fmt.Println(sb.Post(erp, "/cpro/structures/v1/rechercher", "{}").Status)
	// Output:
	// 503
	// 200
}

// Every test with its own sandbox: they may all run at once.
func ExampleServer_Sandbox() {
	t := newT("Sandbox")
	defer t.end()
	q := qualiftest.Start(t)

	ready := q.Sandbox(t, client.Spec{Seed: 7, Profile: "cpp-2020", Switches: map[string]string{"mail.expiry-reminder": "15-days"}})
	ready.CreateAccount()
	for range 2 {
		each := ready.Fork(t) // in a subtest: ready.Fork(t) with the subtest's own t
		each.Advance(30 * time.Minute)
		fmt.Println(each.Now().Sub(ready.Now()), each.Info().Profile)
	}
	// Output:
	// 30m0s cpp-2020
	// 30m0s cpp-2020
}

// T stands in for a *testing.T where there is none.
type T struct {
	name    string
	failed  bool
	log     []string
	ctx     context.Context
	cancel  func()
	cleanup []func()
}

func newT(name string) *T {
	ctx, cancel := context.WithCancel(context.Background())
	return &T{name: name, ctx: ctx, cancel: cancel}
}

func (t *T) Helper()                  {}
func (t *T) Cleanup(f func())         { t.cleanup = append(t.cleanup, f) }
func (t *T) Context() context.Context { return t.ctx }
func (t *T) Failed() bool             { return t.failed }
func (t *T) Name() string             { return t.name }

func (t *T) Logf(format string, args ...any) { t.log = append(t.log, fmt.Sprintf(format, args...)) }

func (t *T) Errorf(format string, args ...any) {
	t.Logf(format, args...)
	t.failed = true
}

// fatal is what Fatalf panics with.
type fatal string

func (t *T) Fatalf(format string, args ...any) {
	t.Errorf(format, args...)
	panic(fatal(fmt.Sprintf(format, args...)))
}

// end cleans up as the testing package does, and prints what went wrong.
func (t *T) end() {
	t.cancel()
	for i := len(t.cleanup) - 1; i >= 0; i-- {
		t.cleanup[i]()
	}
	if t.failed {
		fmt.Println(t.log)
	}
	http.DefaultClient.CloseIdleConnections()
}
