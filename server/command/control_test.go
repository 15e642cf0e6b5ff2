package command_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"chorus-qualif/scenarios/qualify"
	"chorus-qualif/server/client"
	"chorus-qualif/server/command"
)

const created = `name                demo
seed                7
profile             portail-2022
clock               frozen
now                 2026-03-01T09:00:00+01:00
next                2026-03-01T09:20:00+01:00 technical-account-deactivated TECH_1_88240517396621@cpro.fr
`

// From a sandbox to its end, with what is printed.
func TestSandboxesFromTheShell(t *testing.T) {
	t.Parallel()
	s := open(t)
	const create = "sandboxes create demo --seed 7 --profile portail-2022 --clock frozen@2026-03-01T09:00:00+01:00 --switch gateway.realm=by-route,mail.contact-change=off"
	got := s.done(t, create)
	if !strings.HasPrefix(got, created) || !strings.Contains(got, "gateway.realm=by-route\n") || !strings.Contains(got, "mail.contact-change=off\n") {
		t.Errorf("got\n%s\nwant\n%s", got, created)
	}
	if again := s.done(t, create); again != got {
		t.Errorf("the same flags: got\n%s\nthen\n%s", got, again)
	}
	s.variables["QUALIF_SANDBOX"] = "demo"
	if shown := s.done(t, "sandboxes show"); shown != got {
		t.Errorf("show: got\n%s\nwant\n%s", shown, got)
	}
	s.want(t, "sandboxes show default", command.OK, "name                default\n")
	s.want(t, "sandboxes snapshots", command.OK, "no snapshots\n")
	s.want(t, "sandboxes snapshot ready", command.OK, "SNAPSHOT  AT                         EVENTS\nready     2026-03-01T09:00:00+01:00  ")
	s.done(t, "clock advance PT1H")
	s.want(t, "sandboxes fork later", command.OK, "name                later\n", "now                 2026-03-01T10:00:00+01:00\n")
	s.want(t, "sandboxes fork before --snapshot ready", command.OK, "now                 2026-03-01T09:00:00+01:00\n")
	s.want(t, "sandboxes restore ready", command.OK, "now                 2026-03-01T09:00:00+01:00\n")
	s.want(t, "sandboxes snapshots", command.OK, "ready     2026-03-01T09:00:00+01:00  ")
	s.done(t, "sandboxes forget ready")
	s.want(t, "sandboxes restore ready", command.Failed, "(snapshot-unknown)")
	s.want(t, "sandboxes list --search e --limit 2", command.OK, "NAME     PROFILE", "\nbefore   portail-2022  frozen  2026-03-01T09:00:00+01:00  11", "there is more: --after default goes on")
	s.want(t, "sandboxes list --after demo", command.OK, "later")
	s.done(t, "clock advance next")
	s.want(t, "sandboxes reset", command.OK, created)
	s.want(t, "sandboxes delete later before nobody", command.OK, "deleted: later, before, nobody\n")
	s.want(t, "sandboxes show later", command.Failed, "sandbox-unknown", "chorus-qualif sandboxes create makes one")
	s.want(t, "sandboxes list --search zzz", command.OK, "no sandboxes\n")
}

func TestFixturesAreAFileOrAName(t *testing.T) {
	t.Parallel()
	s := open(t)
	file := filepath.Join(t.TempDir(), "mine.yaml")
	if err := os.WriteFile(file, []byte("structures:\n  - siret: \"00000000415049\"\n    raisonSociale: Une structure\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	csv := filepath.Join(t.TempDir(), "portal.csv")
	if err := os.WriteFile(csv, []byte("Entite;Libelle;Valeur\nFournisseur;SIRET Structure;93125027408770\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.want(t, "sandboxes create a --fixtures "+file, command.OK, "1 structures, 0 people")
	s.want(t, "sandboxes create b --fixtures "+csv, command.OK, "1 structures, ")
	s.want(t, "sandboxes create c --fixtures qualification", command.OK, "data set            qualification: ")
	s.want(t, "sandboxes create d --fixtures nothing", command.Failed, "nothing")
	s.want(t, "sandboxes create e --fixtures nothing.yaml", command.Misused, "flag --fixtures: open nothing.yaml: no such file")
}

func TestCredentialsInEachForm(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.done(t, "sandboxes create demo --clock frozen@2026-03-01T09:00:00+01:00")
	c, err := s.client.Sandbox("demo").Credentials(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	account, _ := c.Usable()
	s.want(t, "sandboxes credentials demo", command.OK, "client_id      "+c.ClientID+"\n", account.CproAccount+"\n", "MANAGER ")
	s.want(t, "sandboxes credentials demo --format dotenv", command.OK, "QUALIF_CPRO_ACCOUNT="+account.CproAccount+"\nQUALIF_LOGIN="+account.Login+"\nQUALIF_PASSWORD='"+account.Password+"'\n")
	var same client.Credentials
	if err := json.Unmarshal([]byte(s.done(t, "sandboxes credentials demo --format json")), &same); err != nil || same.ClientSecret != c.ClientSecret {
		t.Errorf("got %+v %v, want %+v", same, err, c)
	}
	for line := range strings.Lines(s.done(t, "sandboxes credentials demo --format dotenv")) {
		name, _, _ := strings.Cut(line, "=")
		if !slices.ContainsFunc(qualify.Variables(), func(v qualify.Variable) bool { return v.Name == name }) {
			t.Errorf("exec has another name for %s", name)
		}
	}
	empty := filepath.Join(t.TempDir(), "empty.yaml")
	if err := os.WriteFile(empty, []byte("structures: []\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.done(t, "sandboxes create empty --fixtures "+empty)
	if got := s.done(t, "sandboxes credentials empty --format env"); strings.Contains(got, "LOGIN") || strings.Contains(got, "CPRO_ACCOUNT") || !strings.Contains(got, "CLIENT_SECRET") {
		t.Errorf("without accounts: got\n%s", got)
	}
	s.want(t, "sandboxes credentials empty --format curl", command.Failed, "sandbox empty has no technical account that works now")
	need(t, "bash")
	need(t, "curl")
	env, curl := s.done(t, "sandboxes credentials demo --format env"), s.done(t, "sandboxes credentials demo --format curl")
	out, err := exec.Command("bash", "-euc", env+`printf '%s:%s' "$QUALIF_LOGIN" "$QUALIF_PASSWORD" | base64 -w0; echo; echo "$QUALIF_CPRO_ACCOUNT"`).CombinedOutput()
	if want := account.CproAccount + "\n" + account.CproAccount + "\n"; err != nil || string(out) != want {
		t.Errorf("env: got %s %v, want %s", out, err, want)
	}
	if out, err := exec.Command("bash", "-euo", "pipefail", "-c", curl).CombinedOutput(); err != nil || !strings.Contains(string(out), `"codeRetour":0`) {
		t.Errorf("curl: got %s %v", out, err)
	}
	s.variables["QUALIF_ADMIN_URL"] += "/" // what is printed has no final slash
	s.want(t, "sandboxes credentials demo --format env", command.OK, "QUALIF_ADMIN_URL='"+s.app.AdminURL()+"'\n")
}

func TestTheClockFromTheShell(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.variables["QUALIF_SANDBOX"] = "demo"
	s.done(t, "sandboxes create demo --clock frozen@2026-03-01T09:00:00+01:00")
	const fired = `from 2026-03-01T09:00:00+01:00 to 2026-03-01T09:20:00+01:00; next: 2026-03-02T09:00:00+01:00 technical-account-deleted TECH_1_53907164820493@cpro.fr
AT                         WHAT                           SUBJECT                        EVENTS
2026-03-01T09:20:00+01:00  technical-account-deactivated  TECH_1_88240517396621@cpro.fr  #15
2026-03-01T09:20:00+01:00  technical-account-reactivated  TECH_1_00000000530162@cpro.fr  #16
2026-03-01T09:20:00+01:00  technical-account-effective    TECH_1_70516283940265@cpro.fr  #17
`
	if got := s.done(t, "clock peek 20m"); got != fired {
		t.Errorf("peek: got\n%s\nwant\n%s", got, fired)
	}
	if got := s.done(t, "clock advance next --key step-1"); got != fired {
		t.Errorf("advance: got\n%s\nwant\n%s", got, fired)
	}
	if got := s.done(t, "clock advance next --key step-1"); got != fired {
		t.Errorf("the same key again: got\n%s\nwant\n%s", got, fired)
	}
	s.want(t, "clock timeline --until 2026-03-10T00:00:00+01:00", command.OK, "ID  AT                         IN        WHAT                       SUBJECT\n9   2026-03-02T09:00:00+01:00  PT23H40M  ")
	s.want(t, "clock timeline --until 2026-03-01T10:00:00+01:00", command.OK, "nothing is due\n")
	s.want(t, "clock fire 9", command.OK, "technical-account-deleted")
	s.want(t, "clock advance --to 2026-03-01T09:30:00+01:00", command.OK, "to 2026-03-01T09:30:00+01:00", "nothing was due\n")
	s.want(t, "clock until event password-expired --deadline P20D", command.OK, "2026-03-16T09:00:00+01:00  password-expired")
	s.want(t, "clock until state TECH_1_53907164820493@cpro.fr ACTIF --deadline P1D", command.Failed, "(condition-not-met)", "\nchorus-qualif:   due in P")
	s.want(t, "clock until mail --kind none --deadline PT1H", command.Failed, "(condition-not-met)")
	s.want(t, "clock set 2026-03-17T09:00:00+01:00", command.OK, "now    2026-03-17T09:00:00+01:00\nclock  frozen\nnext   ")
	s.want(t, "clock set 2026-03-16T09:00:00+01:00", command.Failed, "(clock-backwards)")
	s.want(t, "clock scale 0.5", command.OK, "clock  scaled, 0.5 seconds a second\n")
	s.want(t, "clock resume", command.OK, "clock  offset\n")
	s.want(t, "clock freeze --at 2026-03-18T09:00:00+01:00", command.OK, "now    2026-03-18T09:00:00+01:00\nclock  frozen\n")
	s.want(t, "clock show", command.OK, "now    2026-03-18T09:00:00+01:00\nclock  frozen\n")
}

// visit calls the platform with the sandbox's first account.
func visit(t *testing.T, s *shell, sandbox string) {
	t.Helper()
	need(t, "bash")
	need(t, "curl")
	if out, err := exec.Command("bash", "-euo", "pipefail", "-c", s.done(t, "sandboxes credentials "+sandbox+" --format curl")).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
}

func TestRequestsFromTheShell(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.variables["QUALIF_SANDBOX"] = "demo"
	s.done(t, "sandboxes create demo --clock frozen@2026-03-01T09:00:00+01:00")
	s.want(t, "requests list", command.OK, "no calls\n")
	visit(t, s, "demo")
	s.want(t, "requests list", command.OK, `ID  AT                         METHOD  TARGET                          STATUS  CODE  LOGIN
1   2026-03-01T09:00:00+01:00  POST    /api/oauth/token                200
2   2026-03-01T09:00:00+01:00  POST    /cpro/structures/v1/rechercher  200           TECH_1_41783652090157@cpro.fr
`)
	s.want(t, "requests list --limit 1", command.OK, "there is more: --after 1 goes on")
	s.want(t, "requests show 2", command.OK, "operation    rechercherStructure\n", "technical-account  passed ", "Cpro-Account    ***\n", "RESPONSE\n")
	s.want(t, "requests show 2 --secrets", command.OK, "Cpro-Account    VEVDSF8x")
	s.want(t, "requests show 3", command.Failed, "(request-unknown)")
	s.want(t, "requests count --status 2xx", command.OK, "2\n")
	s.want(t, "requests count --body /structure/identifiantStructure=41783652090157 --header Content-Type=application/json*", command.OK, "1\n")
	s.want(t, "requests count --body /structure/identifiantStructure:=41783652090157", command.OK, "0\n")
	s.want(t, "requests verify --operation rechercherStructure --exactly 1", command.OK, "it holds: 1 calls 2\n")
	s.want(t, "requests verify --operation rechercherStructure --status 401 --at-least 1", command.Failed,
		"chorus-qualif: found 0 calls", "(requests-not-verified)\n", "chorus-qualif:   nearest: call 2 /cpro/structures/v1/rechercher: status is 200, want 401\n")
	s.want(t, "requests count --path /cpro/* --path /api/*", command.OK, "2\n")
	s.want(t, "requests list --path /nowhere --path *token", command.OK, "\n1   2026")
	s.want(t, "requests verify --path /nowhere --path /x --at-least 1", command.Failed, "path is /api/oauth/token, want /nowhere or /x")
	s.want(t, "requests verify --operation nothing --at-most 0", command.OK, "it holds: 0 calls")
	s.want(t, "requests verify --step operation=issueToken,status=200 --step path=/cpro/*", command.OK, "it holds: 2 calls 1 2\n")
	s.want(t, "requests verify --step path=/cpro/* --step operation=issueToken", command.Failed, "step 2 was not found")
	s.want(t, "requests har --operation rechercherStructure", command.OK, `"version":"1.2"`)
	s.want(t, "requests usage", command.OK, "OPERATION (2 of ", "rechercherStructure", "1× 200", "never", "REFUSAL (0 of ")
	var usage client.Usage
	if err := json.Unmarshal([]byte(s.done(t, "requests usage --json")), &usage); err != nil || usage.OperationsMet != 2 {
		t.Errorf("got %+v %v", usage, err)
	}
	s.want(t, "requests clear", command.OK, "no calls are kept any more\n")
	s.want(t, "requests count", command.OK, "0\n")
}

func TestFaultsFromTheShell(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.variables["QUALIF_SANDBOX"] = "demo"
	s.done(t, "sandboxes create demo --clock frozen@2026-03-01T09:00:00+01:00")
	s.want(t, "faults list", command.OK, "no faults\n")
	s.want(t, "faults kinds", command.OK, "PRESET ", "gateway-flaky ", "KIND ", "latency ", "wall, virtual [wall]")
	s.want(t, "faults on gateway-flaky", command.OK, "gateway-flaky  yes  server-error  status=502  all          probability 0.1  0     0\n")
	s.want(t, "faults on slow --kind latency --set fixed=1ms --path /cpro/* --header X-A=1 --nth 2 --times 3 --burst 2 --seed 9 --until 2027-01-01T00:00:00+01:00 --disabled", command.OK,
		`slow   no  latency  fixed=1ms  header={"X-A":"1"} nth=2 path=/cpro/*  2 in a row, 3 times, until 2027-01-01T00:00:00+01:00  0     0`)
	s.want(t, "faults on oops --preset nothing", command.Failed, "(fault-refused)")
	s.want(t, "faults list", command.OK, "\ngateway-flaky ", "\nslow ")
	s.want(t, "faults off slow nothing", command.OK, "off: slow, nothing\n")
	s.want(t, "faults on gateway-down", command.OK, "gateway-down")
	if out := s.done(t, "sandboxes credentials --format curl"); out == "" {
		t.Error("nothing to call")
	}
	s.want(t, "faults clear", command.OK, "nothing goes wrong any more\n")
	s.want(t, "faults list", command.OK, "no faults\n")
}

func TestAccountsMailsAndEventsFromTheShell(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.variables["QUALIF_SANDBOX"] = "demo"
	s.done(t, "sandboxes create demo --clock frozen@2026-03-01T09:00:00+01:00 --switch mail.expiry-reminder=15-days")
	s.want(t, "accounts list", command.OK, "LOGIN ", "TECH_1_70516283940265@cpro.fr     EN_CREATION       no     valid     ", "ACTIF 2026-03-01T09:20:00+01:00")
	s.want(t, "accounts explain TECH_1_70516283940265@cpro.fr", command.OK, "works        no\n", "code         technical-account-creation-pending\n", "works from   2026-03-01T09:20:00+01:00\n", "WORKS FROM THEN ON")
	s.want(t, "accounts explain nobody@cpro.fr", command.OK, "works   no\n")
	s.want(t, "mails wait --event expiry-reminder --text TECH_1_00000000530162 --timeout 1ms", command.Failed, "(mail-not-found)", "chorus-qualif clock advance --to 2027-01-04T09:00:00+01:00 --sandbox demo\n")
	s.want(t, "clock until mail --kind technical-account-expiry-reminder", command.OK, "nothing was due")
	s.want(t, "mails wait --event expiry-reminder", command.OK, "subject   [Chorus Pro] Expiration prochaine", "\nBonjour")
	s.want(t, "mails list --limit 1", command.OK, "ID      QUEUED ", "mail-1  2026-03-01T09:00:00+01:00  sent ")
	s.want(t, "mails list --to nobody@nowhere", command.OK, "no mails\n")
	s.want(t, "mails show mail-1", command.OK, "\nBonjour")
	s.want(t, "mails show mail-1 --as raw", command.OK, "\r\nX-Chorus-Event: technical-account-expiry-reminder\r\n")
	s.want(t, "mails show mail-1 --as html", command.OK, "<table")
	s.want(t, "mails show mail-1 --as text", command.OK, "Bonjour")
	s.want(t, "mails show nothing", command.Failed, "(mail-unknown)")
	s.want(t, "mails links", command.OK, "no links\n")
	s.want(t, "mails attachment latest 0", command.Failed, "unknown")
	s.want(t, "events list --limit 2", command.OK, "EVENT  AT                         WHAT            SUBJECT        CAUSE  DATA\n#1     2026-03-01T09:00:00+01:00  SandboxCreated  demo", "there is more: --after 2 goes on")
	s.want(t, "events wait MailQueued", command.OK, "MailQueued")
	s.want(t, "events wait PasswordReset --timeout 1ms", command.Failed, "(event-not-seen)", "due in ")
}

func TestEventsAreFollowed(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.done(t, "sandboxes create demo --clock frozen@2026-03-01T09:00:00+01:00")
	for _, form := range []string{"", " --json"} {
		ctx, cancel := context.WithCancel(t.Context())
		out := &lines{found: make(chan string, 100)}
		ended := make(chan int)
		go func() {
			ended <- command.Run(ctx, command.Environment{
				Args: strings.Fields("events follow --sandbox demo --after 13 --kind ClockAdvanced" + form), Stdin: strings.NewReader(""), Stdout: out, Stderr: out,
				Lookup: func(name string) (string, bool) { value, ok := s.variables[name]; return value, ok },
			})
		}()
		s.done(t, "clock advance 1m --sandbox demo")
		got := <-out.found
		if want := map[string]string{"": "ClockAdvanced", " --json": `"kind":"ClockAdvanced"`}[form]; !strings.Contains(got, want) {
			t.Errorf("got %q, want %q in it", got, want)
		}
		s.done(t, "sandboxes reset demo")
		if got, want := <-out.found, map[string]string{"": "the sandbox was reset or restored", " --json": `{"kind":"restarted"}`}[form]; !strings.HasPrefix(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		cancel()
		if code := <-ended; code != command.OK {
			t.Errorf("interrupted: exit code %d", code)
		}
	}
}

// lines hands over each write.
type lines struct{ found chan string }

func (l *lines) Write(p []byte) (int, error) {
	l.found <- string(p)
	return len(p), nil
}

func TestJSONIsTheAPIsOwn(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.done(t, "sandboxes create demo --clock frozen@2026-03-01T09:00:00+01:00")
	for line, path := range map[string]string{
		"sandboxes show demo --json": "", "clock show --sandbox demo --json": "/clock", "clock timeline --sandbox demo --json": "/timeline",
		"accounts list --json --sandbox demo": "/technical-accounts", "events list --sandbox=demo --json": "/journal", "faults --json --sandbox demo list": "/faults",
		"applications list --sandbox demo --json": "/applications", "webhooks list --json --sandbox demo": "/webhooks", "explain structure 41783652090157 --sandbox demo --json": "/explain/structure/41783652090157",
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.app.AdminURL()+"/__admin/v1/sandboxes/demo"+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer s3cret")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		var want, got any
		err = json.NewDecoder(response.Body).Decode(&want)
		_ = response.Body.Close()
		if err != nil || json.Unmarshal([]byte(s.done(t, line)), &got) != nil || !equal(t, got, want) {
			t.Errorf("%s: got %v, want %v", line, got, want)
		}
	}
	got := s.run("requests verify --json --operation rechercherStructure")
	var problem struct{ Code string }
	if err := json.Unmarshal([]byte(got.out), &problem); err != nil || problem.Code != "requests-not-verified" || got.code != command.Failed || got.errors == "" {
		t.Errorf("a refusal: got %d %s%s", got.code, got.out, got.errors)
	}
	if got := s.done(t, "faults clear --json"); got != "" {
		t.Errorf("nothing: got %q", got)
	}
}

func equal(t *testing.T, a, b any) bool {
	t.Helper()
	first, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	second, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	return string(first) == string(second)
}

func TestMistakesAreToldAllAtOnce(t *testing.T) {
	t.Parallel()
	s := open(t)
	for line, parts := range map[string][]string{
		"sandboxes create a --seed x --clock sideways --switch nothing": {`flag --seed: "x": want a whole number, 1 or more`, `flag --clock: "sideways": want real, frozen,`, `flag --switch: "nothing": want key=value`},
		"sandboxes create a --clock frozen@noon":                        {`flag --clock: "noon": want an instant`},
		"sandboxes create a --clock=-1":                                 {`flag --clock: "-1": want a number above 0`},
		"sandboxes list --limit 0":                                      {`flag --limit: "0": want a whole number, 1 or more`},
		"sandboxes credentials --format xml":                            {"--format must be one of"},
		"clock show --sandbox= --admin-url=":                            {`flag --sandbox: "": want something`, `flag --admin-url: "": want something`},
		"sandboxes create":                                              {`expected "<name>"`},
		"clock advance":                                                 {"want either a length of time or --to"},
		"clock advance 30m --to 2026-03-01T09:30:00+01:00":              {"want either a length of time or --to"},
		"clock advance --to noon --max-events 0":                        {`flag --to: "noon"`, `flag --max-events: "0"`},
		"clock scale fast":                                              {`argument rate: "fast": want a number above 0`},
		"clock scale NaN":                                               {`argument rate: "NaN"`},
		"clock set noon":                                                {`argument at: "noon": want an instant`},
		"clock fire x":                                                  {`argument id: "x"`},
		"clock fire":                                                    {`expected "<id>"`},
		"requests verify --exactly x --step a=b --since noon":           {`flag --exactly: "x"`, `flag --step: "a=b": want KEY=VALUE,… of operation`, `flag --since: "noon"`},
		"requests verify --step status=200 --exactly 1":                 {"--step stands alone"},
		"requests verify --step status=200 --status 200":                {"--step stands alone"},
		"requests count --body x --body /a:=b --header x":               {`flag --body: "x"`, `flag --body: "/a:=b"`, `flag --header: "x"`},
		"faults on x --preset a --kind b":                               {"can't be used together"},
		"faults on x --probability 2 --times 0 --set y":                 {`flag --probability: "2": want a share from 0 to 1`, `flag --times: "0"`, `flag --set: "y": want KEY=VALUE`},
		"explain flow":                                                  {`expected "<numero>"`},
		"applications put x --subscriptions= --terms a,none":            {`flag --subscriptions: "": want values with commas`, `flag --terms: "a,none"`},
		"webhooks put ci":                                               {`expected "<url>"`},
		"clock until flow x":                                            {`expected "<state>"`},
		"mails attachment latest first":                                 {`argument number: "first"`},
		"events list --after -1":                                        {"after"},
		"sandboxes show --admin-url ftp://x":                            {`flag --admin-url: admin URL "ftp://x": want a URL such as http://127.0.0.1:8081`},
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			s.want(t, line, command.Misused, parts...)
		})
	}
}

// A script's variable that is not set must not reset the default sandbox.
func TestAnEmptyNameIsNotTheDefault(t *testing.T) {
	t.Parallel()
	s := open(t)
	for _, name := range []string{"reset", "show", "credentials"} {
		if got := s.words("sandboxes", name, ""); got.code != command.Misused || !strings.Contains(got.errors, `argument name: "": want the name of a sandbox`) {
			t.Errorf("%s: got %+v", name, got)
		}
	}
	if got := s.words("sandboxes", "delete", ""); got.code == command.OK {
		t.Errorf("delete: got %+v", got)
	}
}

func TestNoServerIsNotARefusal(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.variables = map[string]string{"QUALIF_ADMIN_URL": nobody(t)}
	for _, line := range []string{"clock show", "sandboxes list --json", "events follow", "requests verify --exactly 1", "mails wait",
		"explain structure 1", "applications show x", "webhooks deliveries ci"} {
		s.want(t, line, command.NoServer, "chorus-qualif: no server answers at "+s.variables["QUALIF_ADMIN_URL"]+": ",
			"connection refused\n", "chorus-qualif serve", "this one: environment variable QUALIF_ADMIN_URL")
	}
	s.variables = map[string]string{"QUALIF_ADMIN_URL": "", "QUALIF_SANDBOX": ""} // as good as absent
	s.want(t, "clock show --admin-url="+nobody(t), command.NoServer, "this one: flag --admin-url")
	s.variables = map[string]string{"QUALIF_ADMIN_URL": s.app.AdminURL()}
	s.want(t, "clock show", command.Failed, "(admin-token-refused)", "--admin-token or QUALIF_ADMIN_TOKEN")
}

// The settings of a server are not those of a call: only which server and which
// sandbox is meant comes from the environment and the file.
func TestOnlyTheAddressComesFromTheEnvironment(t *testing.T) {
	t.Parallel()
	s := open(t)
	for name, value := range map[string]string{"QUALIF_SEED": "42", "QUALIF_CLOCK": "sideways", "QUALIF_LIMIT": "x", "QUALIF_JSON": "yes", "QUALIF_PROFILE": "cpp-2020"} {
		s.variables[name] = value
	}
	s.want(t, "sandboxes create a", command.OK, "seed                1\n", "profile             portail-2022\n")
	s.want(t, "sandboxes list", command.OK, "NAME ")
	file := filepath.Join(t.TempDir(), "settings.yaml")
	if err := os.WriteFile(file, []byte("sandbox: a\nseed: 9\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.variables["QUALIF_CONFIG"] = file
	s.want(t, "sandboxes show", command.OK, "name                a\n", "seed                1\n")
	if err := os.WriteFile(file, []byte("search: yes\nadmin-url: "+s.app.AdminURL()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.want(t, "sandboxes show", command.Misused, "search in file "+file+": there is no such setting")
}

func TestACallThatIsInterruptedEnds(t *testing.T) {
	t.Parallel()
	s := open(t)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	s.ctx = ctx
	s.want(t, "mails wait --event nothing --timeout 5m", command.Failed, "deadline exceeded")
}
