package command_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"chorus-qualif/server/client"
	"chorus-qualif/server/command"
	"chorus-qualif/server/flux/fluxtest"
)

// says is want, whatever the width of the columns: a run of spaces is as good as
// one.
func (s *shell) says(t *testing.T, line string, code int, parts ...string) {
	t.Helper()
	got := s.run(line)
	if got.code != code {
		t.Errorf("%s: exit code %d, want %d\n%s%s", line, got.code, code, got.out, got.errors)
	}
	for _, part := range parts {
		if !strings.Contains(squeezed(got.out+got.errors), squeezed(part)) {
			t.Errorf("%s: got\n%s%s\nwithout %q", line, got.out, got.errors, part)
		}
	}
}

func squeezed(text string) string { return regexp.MustCompile("  +").ReplaceAllString(text, " ") }

// caller calls the platform as a client with the first account that works.
type caller struct {
	t     *testing.T
	given client.Credentials
	token string
}

func (s *shell) caller(t *testing.T, sandbox string) *caller {
	t.Helper()
	given, err := s.client.Sandbox(sandbox).Credentials(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := &caller{t: t, given: given}
	form := strings.NewReader("grant_type=client_credentials&scope=openid&client_id=" + given.ClientID + "&client_secret=" + given.ClientSecret)
	granted := c.send(given.OAuthURL, form, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}})
	c.token = granted["access_token"].(string)
	return c
}

func (c *caller) send(url string, body io.Reader, header http.Header) (answer map[string]any) {
	c.t.Helper()
	request, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, url, body)
	if err != nil {
		c.t.Fatal(err)
	}
	request.Header = header
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil || response.StatusCode != http.StatusOK {
		c.t.Fatalf("%s: %d %v %v", url, response.StatusCode, answer, err)
	}
	return answer
}

// deposit deposits a flow with an invoice that is fine and one that is not, and
// gives its number.
func (c *caller) deposit() (numero string) {
	c.t.Helper()
	account, _ := c.given.Usable()
	good := fluxtest.Spec{Number: "F-1", Supplier: "41783652090157", IssueDate: "2026-02-27"}
	bad := good
	bad.Number, bad.Recipient = "F-2", "12345678200036"
	text, err := json.Marshal(map[string]any{"nomFichier": "depot.tar.gz", "syntaxeFlux": "IN_DP_E1_UBL_INVOICE", "fichierFlux": fluxtest.TarGz(
		fluxtest.File{Name: "1.xml", Content: fluxtest.UBL(good)}, fluxtest.File{Name: "2.xml", Content: fluxtest.UBL(bad)})})
	if err != nil {
		c.t.Fatal(err)
	}
	answer := c.send(c.given.APIURL+"/cpro/factures/v1/deposer/flux", bytes.NewReader(text), http.Header{
		"Content-Type": {"application/json"}, "Authorization": {"Bearer " + c.token}, "Cpro-Account": {account.CproAccount}})
	return answer["numeroFluxDepot"].(string)
}

func TestExplanationsFromTheShell(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.variables["QUALIF_SANDBOX"] = "demo"
	s.done(t, "sandboxes create demo --clock frozen@2026-03-01T09:00:00+01:00")
	s.says(t, "explain account TECH_1_70516283940265@cpro.fr", command.OK, "works        no\n", "code         technical-account-creation-pending\n",
		"\n2026-03-01T09:20:00+01:00  technical-account-effective  to come  yes                 granted\n")
	s.says(t, "explain account nobody@cpro.fr", command.OK, "code    technical-account-unknown\n")
	c := s.caller(t, "demo")
	s.says(t, "explain token "+c.token, command.OK, "works         yes\n", "sandbox       demo\n", "expires       2026-03-01T10:00:00+01:00\n",
		"\nAPI                    OPEN  CODE  WHY NOT\n", "factures               yes")
	s.says(t, "explain token nonsense", command.OK, "works   no\n", "code    ", "why     ")
	var out bytes.Buffer
	code := command.Run(t.Context(), command.Environment{
		Args: []string{"explain", "token", "-"}, Stdin: strings.NewReader(c.token + "\n"), Stdout: &out, Stderr: &out,
		Lookup: func(name string) (string, bool) { value, ok := s.variables[name]; return value, ok },
	})
	if code != command.OK || !strings.Contains(squeezed(out.String()), "works yes\n") {
		t.Errorf("from the standard input: %d %s", code, out.String())
	}
	s.says(t, "explain token -", command.Misused, "no token is given")
	s.says(t, "explain structure 41783652090157", command.OK, "structure               41783652090157\n", "known                   yes\n",
		"may ask for an account  yes\n", "TECHNICAL ACCOUNT              STATUS", "TECH_1_41783652090157@cpro.fr  ACTIF   yes", "\nAPPLICATION ")
	s.says(t, "explain structure 00000000000000", command.OK, "known      no\n", "why ")
	var told struct{ Works bool }
	if err := json.Unmarshal([]byte(s.done(t, "explain token --json "+c.token)), &told); err != nil || !told.Works {
		t.Errorf("as JSON: %+v %v", told, err)
	}
}

func TestAFlowIsExplainedFromTheShell(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.variables["QUALIF_SANDBOX"] = "demo"
	s.done(t, "sandboxes create demo --clock frozen@2026-03-01T09:00:00+01:00")
	numero := s.caller(t, "demo").deposit()
	s.says(t, "explain flow "+numero, command.OK, "state IN_DEPOT_PORTAIL_EN_ATTENTE_TRAITEMENT_SE_CPP\n", "code           flux-pending\n", "file           depot.tar.gz, ",
		"\nAT                         WHAT           EVENT    STATE FROM THEN ON\n", "FluxDepose     #", "flux-suivant   to come  what its treatment decides\n",
		"F-1      41783652090157  12345678200051  not yet\n")
	s.says(t, "clock until flow "+numero+" IN_INTEGRE --deadline PT1H", command.Failed, "TRAITEMENT_SE_CPP and comes by itself to IN_TRAITE_SE_CPP", "(condition-not-met)", "due in PT1S: 2026-03-01T09:00:01+01:00 flux-suivant "+numero)
	s.says(t, "clock until flow "+numero+" IN_INTEGRE_PARTIEL --deadline PT1H", command.OK, "to 2026-03-01T09:00:03+01:00")
	s.says(t, "explain flow "+numero, command.OK, "state          IN_INTEGRE_PARTIEL\n", "yes       8420001  DEPOSEE", "FluxTraite     #", "12345678200036  no ")
	s.says(t, "clock until invoice 8420001 MISE_A_DISPOSITION", command.OK, "to 2026-03-01T09:10:03+01:00", "facture-suivante")
	s.says(t, "clock until invoice x DEPOSEE", command.Misused, `argument id: "x": want a whole number`)
	s.says(t, "clock until invoice 8420001 PAYEE", command.Failed, "must be")
	s.says(t, "explain flow CPP0011100000000000425999", command.OK, "known    no\n", "code     flux-unknown\n")
	for line, want := range map[string]string{
		"explain flow ": numero, "clock until flow CPP": numero, "clock until invoice ": "8420001", "clock until invoice 8420001 MISE_A_DISPOSITION_": "MISE_A_DISPOSITION_COMPTABLE",
		"explain structure 4178": "41783652090157", "explain account TECH_1_4178": "TECH_1_41783652090157@cpro.fr", "clock until flow x IN_INTEGRE_": "IN_INTEGRE_PARTIEL",
	} {
		if got := s.offered(t, strings.Split(line, " ")...); len(got) != 1 || got[0] != want {
			t.Errorf("%s: got %q, want %q", line, got, want)
		}
	}
}

func TestApplicationsFromTheShell(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.variables["QUALIF_SANDBOX"] = "demo"
	s.done(t, "sandboxes create demo --clock frozen@2026-03-01T09:00:00+01:00")
	s.says(t, "applications list", command.OK, "APPLICATION ", "factures,structures,transverses", "APP_SANDBOX_")
	s.says(t, "applications put APP_2 --subscriptions structures,factures --terms none --raccordements 84965690500015", command.OK,
		"application      APP_2\n", "enabled          yes\n", "terms accepted   none\n", "raccordements    84965690500015\n", "client_secret    ")
	s.says(t, "applications put APP_2 --disable", command.OK, "enabled          no\n", "subscriptions    structures,factures\n", "raccordements    84965690500015\n")
	s.says(t, "applications put APP_2 --enable --raccordements none", command.OK, "enabled          yes\n", "raccordements    none\n")
	s.says(t, "applications show APP_2", command.OK, "client_id        ", "subscriptions    structures,factures\n")
	s.says(t, "applications show APP_3", command.Failed, "sandbox demo has no PISTE application APP_3", "chorus-qualif applications list")
	s.says(t, "applications put APP_2 --subscriptions mail", command.Failed, "/subscriptions/0")
	s.says(t, "applications put APP_2 --enable --disable", command.Misused, "can't be used together")
	s.says(t, "applications put APP_2 --terms none,factures --subscriptions=", command.Misused, `flag --terms: "none,factures": want values with commas`)
	var one client.Application
	if err := json.Unmarshal([]byte(s.done(t, "applications show APP_2 --json")), &one); err != nil || one.Name != "APP_2" || !one.Enabled {
		t.Errorf("got %+v, %v", one, err)
	}
	for line, want := range map[string]string{"applications show APP_2": "APP_2", "applications put x --terms fact": "factures", "applications put x --raccordements 4178": "41783652090157"} {
		if got := s.offered(t, strings.Split(line, " ")...); len(got) == 0 || got[0] != want {
			t.Errorf("%s: got %q, want %q", line, got, want)
		}
	}
}

func TestWebhooksFromTheShell(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.variables["QUALIF_SANDBOX"] = "demo"
	s.done(t, "sandboxes create demo --clock frozen@2026-03-01T09:00:00+01:00")
	var refusing atomic.Bool
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if refusing.Load() {
			w.WriteHeader(http.StatusTeapot)
		}
	}))
	t.Cleanup(receiver.Close)
	s.says(t, "webhooks list", command.OK, "no webhooks\n")
	s.says(t, "webhooks put ci "+receiver.URL+" --kind ClockAdvanced --secret s", command.OK, "WEBHOOK  URL ", "ci       "+receiver.URL, "  ClockAdvanced  0      0         s")
	s.done(t, "clock advance 1m")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for !strings.Contains(squeezed(s.run("webhooks deliveries ci").out), " taken 1 ") {
		if ctx.Err() != nil {
			t.Fatal("nothing is taken")
		}
	}
	s.says(t, "webhooks deliveries ci --outcome given-up", command.OK, "no deliveries\n")
	s.says(t, "webhooks deliveries ci --outcome lost", command.Failed, "outcome")
	s.says(t, "webhooks deliveries ci", command.OK, "DELIVERY  EVENT ", " ClockAdvanced  2026-03-01T09:01:00+01:00  taken    1 ")
	ids := s.offered(t, "webhooks", "redeliver", "ci", "")
	if len(ids) != 1 {
		t.Fatalf("got %q, want the one delivery", ids)
	}
	s.says(t, "webhooks redeliver ci "+ids[0], command.OK, ids[0], "  taken    2 ")
	refusing.Store(true)
	s.says(t, "webhooks redeliver ci "+ids[0], command.Failed, "  taken    3 ", "the receiver does not take it: "+receiver.URL+" answered 418 I'm a teapot\n")
	var told client.WebhookDelivery
	got := s.run("webhooks redeliver ci --json " + ids[0])
	if err := json.Unmarshal([]byte(got.out), &told); err != nil || got.code != command.Failed || told.Attempts != 4 || told.LastError == "" {
		t.Errorf("got %+v, %+v", got, told)
	}
	s.says(t, "webhooks redeliver ci 9-9", command.Failed, "(delivery-unknown)")
	s.says(t, "webhooks deliveries nothing", command.Failed, "(webhook-unknown)")
	s.says(t, "webhooks put x nowhere", command.Failed, "(webhook-refused)")
	if got := s.offered(t, "webhooks", "deliveries", ""); fmt.Sprint(got) != "[ci]" {
		t.Errorf("got %q", got)
	}
	if got := s.offered(t, "webhooks", "put", "x", "y", "--kind", "ClockA"); fmt.Sprint(got) != "[ClockAdvanced]" {
		t.Errorf("got %q", got)
	}
	s.says(t, "webhooks delete ci nothing", command.OK, "deleted: ci, nothing\n")
	s.says(t, "webhooks list", command.OK, "no webhooks\n")
}
