package app_test

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"chorus-qualif/server/app"
	"chorus-qualif/server/clock"
	"chorus-qualif/server/flux/fluxtest"
)

// deposant is the supplier of the built-in data set.
const deposant = "41783652090157"

// bill is a good invoice of the supplier.
func bill(numero string, change ...func(*fluxtest.Spec)) []byte {
	s := fluxtest.Spec{Number: numero, Supplier: deposant, IssueDate: "2026-02-27"}
	for _, c := range change {
		c(&s)
	}
	return fluxtest.UBL(s)
}

// file calls an operation that takes a file, as the supplier.
func (l *lab) file(path string, body map[string]any) reply {
	l.Helper()
	if l.token == "" {
		l.authorize()
	}
	_, cproAccount := l.usable()
	return send(l, "POST", l.platform+path, jsonOf(l, body), map[string]string{"Authorization": "Bearer " + l.token, "cpro-account": cproAccount})
}

func (l *lab) deposit(content []byte) (numero string, got reply) {
	l.Helper()
	got = l.file("/cpro/factures/v1/deposer/flux", map[string]any{
		"fichierFlux": base64.StdEncoding.EncodeToString(content), "nomFichier": "depot.xml", "syntaxeFlux": "IN_DP_E1_UBL_INVOICE",
	})
	var answer struct {
		Numero string `json:"numeroFluxDepot"`
	}
	if err := json.Unmarshal([]byte(got.body), &answer); err != nil && got.status == http.StatusOK {
		l.Fatal(err)
	}
	return answer.Numero, got
}

func (l *lab) addFile(content []byte) reply {
	l.Helper()
	return l.file("/cpro/transverses/v1/ajouter/fichier", map[string]any{
		"pieceJointeFichier": base64.StdEncoding.EncodeToString(content), "pieceJointeNom": "a.txt", "pieceJointeExtension": "TXT",
	})
}

// explained is what the control API tells of a flow.
type explained struct {
	Known, Final          bool
	Etat, Code, Why, File string
	Next                  []struct {
		At   string
		Etat *string
	}
	FileErrors []struct{ Code, Text string }
	Invoices   []struct {
		Number, Supplier, Recipient string
		Accepted                    *bool
		ID                          *int64  `json:"identifiantFactureCPP"`
		Statut                      *string `json:"statut"`
		Faults                      []string
	}
	Timeline []struct{ At, Kind, Etat string }
}

func (l *lab) explain(numero string) (told explained) {
	l.Helper()
	if err := json.Unmarshal([]byte(l.get("/explain/flux/"+numero).body), &told); err != nil {
		l.Fatal(err)
	}
	return told
}

func TestExplainFlux(t *testing.T) {
	t.Parallel()
	l := open(t, start(t, app.Options{}), "a")
	numero, _ := l.deposit(fluxtest.TarGz(
		fluxtest.File{Name: "1.xml", Content: bill("F-1")},
		fluxtest.File{Name: "2.xml", Content: bill("F-123456789-123456789-2")},
		fluxtest.File{Name: "3.xml", Content: bill("F-3", func(s *fluxtest.Spec) { s.Recipient = "12345678200036" })},
		fluxtest.File{Name: "4.xml", Content: []byte("<a>")},
	))
	pending := l.explain(numero)
	if !pending.Known || pending.Final || pending.Code != "flux-pending" || !strings.Contains(pending.Why, "2026-03-01T09:00:03.000+01:00") || len(pending.FileErrors) == 0 {
		t.Errorf("got %+v", pending)
	}
	if next := pending.Next; len(next) != 3 || next[0].At != "2026-03-01T09:00:01.000+01:00" || *next[0].Etat != "IN_TRAITE_SE_CPP" || next[2].Etat != nil {
		t.Errorf("next: got %+v", next)
	}
	// What the format says is known at once, what the directory says is not.
	faults := []int{len(pending.Invoices[0].Faults), len(pending.Invoices[1].Faults), len(pending.Invoices[2].Faults)}
	if fmt.Sprint(faults) != "[0 1 0]" || pending.Invoices[0].Accepted != nil {
		t.Errorf("got %v faults in %+v", faults, pending.Invoices)
	}
	l.post("/clock/advance", `{"by":"1m"}`)
	done := l.explain(numero)
	if !done.Final || done.Code != "flux-partial" || done.Etat != "IN_INTEGRE_PARTIEL" || len(done.Next) > 0 || len(done.Timeline) != 4 || done.Timeline[3].Kind != "FluxTraite" {
		t.Errorf("got %+v", done)
	}
	first, third := done.Invoices[0], done.Invoices[2]
	if !*first.Accepted || *first.ID != 8420001 || *first.Statut != "DEPOSEE" || *third.Accepted || third.ID != nil || len(third.Faults) != 1 || third.Recipient != "12345678200036" {
		t.Errorf("got %+v", done.Invoices)
	}
	l.post("/clock/advance", `{"by":"1h"}`)
	if later := l.explain(numero); *later.Invoices[0].Statut != "MISE_A_DISPOSITION" {
		t.Errorf("an hour later: got %+v", later.Invoices[0])
	}
	if got := l.explain("CPP0011100000000000425999"); got.Known || got.Code != "flux-unknown" {
		t.Errorf("unknown: got %+v", got)
	}
	if got := send(t, "GET", l.admin+"/explain/flux/"+strings.Repeat("x", 81), "", nil); got.status != http.StatusBadRequest {
		t.Errorf("81 characters: got %d %s", got.status, got.body)
	}
}

// Each end of a flow has its code.
func TestExplainFluxOutcomes(t *testing.T) {
	t.Parallel()
	a := start(t, app.Options{})
	for i, test := range []struct {
		switches, code, etat string
		content              []byte
	}{
		{`{}`, "flux-integrated", "IN_INTEGRE", bill("F-1")},
		{`{}`, "flux-rejected", "IN_REJETE", bill("F-1", func(s *fluxtest.Spec) { s.Recipient = "00000000000000" })},
		{`{}`, "flux-irreceivable", "IN_REJETE", []byte("bonjour")},
		{`{"flux.outcome":"incident"}`, "flux-incident", "IN_INCIDENTE", bill("F-1")},
	} {
		name := fmt.Sprint("s", i)
		send(t, "PUT", a.AdminURL()+"/__admin/v1/sandboxes/"+name, `{"clock":{"mode":"frozen","at":"2026-03-01T09:00:00+01:00"},"switches":`+test.switches+`}`, nil)
		l := enter(t, a, name)
		numero, _ := l.deposit(test.content)
		l.post("/clock/advance", `{"until":"idle"}`)
		if told := l.explain(numero); told.Code != test.code || told.Etat != test.etat || told.Why == "" {
			t.Errorf("got %+v, want %s %s", told, test.code, test.etat)
		}
	}
}

// gauge reads one of the program's metrics.
func gauge(t *testing.T, a *app.App, name string) string {
	t.Helper()
	for line := range strings.SplitSeq(send(t, "GET", a.AdminURL()+"/metrics", "", nil).body, "\n") {
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			return value
		}
	}
	t.Fatalf("there is no metric %s", name)
	return ""
}

// Files are held once, shared with forks and snapshots, and go with the last
// sandbox; the bound is the process's.
func TestFilesOfTheProcess(t *testing.T) {
	t.Parallel()
	a := start(t, app.Options{FilesTotalBytes: 10})
	one, two := open(t, a, "one"), open(t, a, "two")
	bytesHeld := func(want string) {
		t.Helper()
		if got := gauge(t, a, "chorus_qualif_files_bytes"); got != want {
			t.Errorf("got %s bytes, want %s", got, want)
		}
	}
	for _, l := range []*lab{one, two, one} {
		if got := l.addFile([]byte("12345678")); got.status != http.StatusOK {
			t.Fatalf("got %d %s", got.status, got.body)
		}
	}
	bytesHeld("8")
	full := one.addFile([]byte("abc"))
	if why := full.header.Get("X-Sandbox-Explain"); full.status != http.StatusServiceUnavailable || full.body != "" ||
		!strings.HasPrefix(why, "files-full: ") || !strings.Contains(why, "8 of 10 bytes") || !strings.Contains(why, "--files-total-bytes") {
		t.Errorf("got %d %q (%s), want 503 that names the flag", full.status, full.body, why)
	}
	one.do("PUT", "/snapshots/s", "", http.StatusOK)
	one.do("POST", "/reset", "", http.StatusOK)
	two.do("DELETE", "", "", http.StatusNoContent)
	bytesHeld("8")
	one.do("DELETE", "/snapshots/s", "", http.StatusNoContent)
	bytesHeld("0")
	if got := gauge(t, a, "chorus_qualif_files_limit_bytes"); got != "10" {
		t.Errorf("limit: got %s", got)
	}
	if card := a.Card(); card.FilesBytes != 10 {
		t.Errorf("card: got %d", card.FilesBytes)
	}
}

func TestCardTellsTheBoundOfFiles(t *testing.T) {
	t.Parallel()
	for given, want := range map[int64]string{0: "1024 MiB at most", 1000: "1000 bytes at most", -1: "without a bound", 5 << 20: "5 MiB at most"} {
		var out bytes.Buffer
		start(t, app.Options{FilesTotalBytes: given}).Card().Print(&out)
		if !strings.Contains(out.String(), "  files               in memory, "+want+" (--files-total-bytes)\n") {
			t.Errorf("%d: got\n%s", given, out.String())
		}
	}
}

// The journal of requests keeps the beginning of a large body, and its size.
func TestLargeBodiesAreNotKept(t *testing.T) {
	t.Parallel()
	l := open(t, start(t, app.Options{}), "a")
	content := append(bill("F-1"), bytes.Repeat([]byte(" "), 2<<20)...)
	if _, got := l.deposit(content); got.status != http.StatusOK {
		t.Fatalf("got %d %s", got.status, got.body)
	}
	var page struct {
		Requests []struct{ ID uint64 }
	}
	if err := json.Unmarshal([]byte(l.get("/requests?operation=deposerFluxFacture").body), &page); err != nil || len(page.Requests) != 1 {
		t.Fatalf("got %+v, %v", page, err)
	}
	kept := l.get(fmt.Sprint("/requests/", page.Requests[0].ID))
	size, text := kept.field(t, "requestBody.size").(float64), kept.field(t, "requestBody.text").(string)
	if size < 2<<20*4/3 || len(text) != 64<<10 || kept.field(t, "requestBody.cut") != true {
		t.Errorf("got size %v and %d characters", size, len(text))
	}
}

// Many large deposits at once, with room for one: all of them are answered, and
// integrated.
func TestManyLargeDepositsAtOnce(t *testing.T) {
	t.Parallel()
	l := open(t, start(t, app.Options{BodiesTotalBytes: 2 << 20}), "a")
	l.authorize()
	var all sync.WaitGroup
	for i := range 10 {
		all.Go(func() {
			content := append(bill(fmt.Sprint("F-", i)), bytes.Repeat([]byte(" "), 1<<20)...)
			if _, got := l.deposit(content); got.status != http.StatusOK {
				t.Errorf("got %d %s", got.status, got.body)
			}
		})
	}
	all.Wait()
	l.post("/clock/advance", `{"by":"1m"}`)
	for i := range 10 {
		if told := l.explain(fmt.Sprintf("CPP0011100%015d", 425001+i)); told.Etat != "IN_INTEGRE" {
			t.Errorf("flow %d: got %s %s", i, told.Etat, told.Why)
		}
	}
}

// patience lets the wait for a large body ring when the test says so.
type patience struct {
	clock.Wall
	rings chan func()
}

func (p patience) AfterFunc(d time.Duration, ring func()) func() bool {
	if d != 5*time.Minute {
		return p.Wall.AfterFunc(d, ring)
	}
	p.rings <- ring
	return func() bool { return true }
}

// A large body that does not come does not keep the room for ever.
func TestLargeBodyThatDoesNotCome(t *testing.T) {
	t.Parallel()
	wall := patience{clock.System(), make(chan func(), 1)}
	a := start(t, app.Options{BodiesTotalBytes: 1, Wall: wall})
	l := open(t, a, "a")
	l.authorize()
	_, cproAccount := l.usable()
	conn, err := net.Dial("tcp", a.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST /cpro/factures/v1/deposer/flux HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\ncpro-account: %s\r\nContent-Type: application/json\r\nContent-Length: 3000000\r\n\r\n{", l.token, cproAccount)
	ring := <-wall.rings
	ring()
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if why := answer.Header.Get("X-Sandbox-Explain"); answer.StatusCode != http.StatusBadRequest || !strings.HasPrefix(why, "body-unreadable: ") {
		t.Errorf("got %d (%s), want 400 body-unreadable", answer.StatusCode, why)
	}
	if _, got := l.deposit(append(bill("F-1"), bytes.Repeat([]byte(" "), 1<<20)...)); got.status != http.StatusOK {
		t.Errorf("after it: got %d %s", got.status, got.body)
	}
}
