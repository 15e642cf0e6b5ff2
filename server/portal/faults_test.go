package portal_test

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"chorus-qualif/server/faults"
)

// fails asks for a fault of the default sandbox.
func (h *house) fails(kind, settings string, match faults.Match, change ...func(*faults.Spec)) {
	h.t.Helper()
	spec := faults.Spec{Kind: kind, Settings: json.RawMessage(settings), Match: match, Probability: 1}
	for _, c := range change {
		c(&spec)
	}
	if _, err := h.faults.Put(h.sandbox(), "x", spec); err != nil {
		h.t.Fatal(err)
	}
}

// A fault that names neither an operation nor a path is for clients of the APIs:
// people go on working.
func TestFaultsStrikeThePortalWhenAsked(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		kind, settings string
		match          faults.Match
		json, page     int
	}{
		"not asked":               {"server-error", "", faults.Match{}, 200, 200},
		"by method only":          {"server-error", "", faults.Match{Method: "GET"}, 200, 200},
		"the APIs":                {"server-error", "", faults.Match{Path: "/cpro/*"}, 200, 200},
		"the JSON":                {"server-error", `{"status":502}`, faults.Match{Path: "/portail/*"}, 502, 200},
		"an operation":            {"server-error", "", faults.Match{Operation: "getMe"}, 503, 200},
		"operations by their end": {"server-error", "", faults.Match{Operation: "get*"}, 503, 200},
		"another operation":       {"server-error", "", faults.Match{Operation: "resetPassword"}, 200, 200},
		"the pages":               {"server-error", "", faults.Match{Path: "/aife_qual*"}, 200, 503},
		"everything":              {"server-error", "", faults.Match{Path: "*"}, 503, 503},
		"maintenance":             {"maintenance", `{"from":"08:00","to":"10:00"}`, faults.Match{Path: "*"}, 503, 503},
		"after maintenance":       {"maintenance", `{"from":"06:00","to":"08:00"}`, faults.Match{Path: "*"}, 200, 200},
		"any answer":              {"answer", `{"status":418}`, faults.Match{Path: "*"}, 418, 418},
		"latency":                 {"latency", `{"fixed":"1ms"}`, faults.Match{Path: "*"}, 200, 200},
		"quota":                   {"quota", `{"limit":0}`, faults.Match{Path: "*"}, 429, 429},
		"a refusal of PISTE":      {"unauthorized", "", faults.Match{Path: "*"}, 200, 200},
		"another of PISTE":        {"forbidden", "", faults.Match{Path: "*"}, 200, 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t, "portail-2022")
			v := h.logged(t, "/aife_qual/connexion", manager)
			h.fails(test.kind, test.settings, test.match)
			if got := h.as(manager).get("/me").status; got != test.json {
				t.Errorf("JSON: got %d, want %d", got, test.json)
			}
			if got := v.get("/aife_qual").page.status; got != test.page {
				t.Errorf("page: got %d, want %d", got, test.page)
			}
			struck := 0
			for _, status := range []int{test.json, test.page} {
				if status != 200 || test.kind == "latency" {
					struck++
				}
			}
			if f, _ := h.faults.Of(h.sandbox()).Get("x"); f.Struck != struck {
				t.Errorf("struck %d times, want %d", f.Struck, struck)
			}
		})
	}
}

// try sends a request whose answer may not arrive.
func (c client) try(method, path, body string) (status int, text string, err error) {
	request, err := http.NewRequest(method, c.server.URL+"/portail/api/v1"+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	for name, values := range c.header {
		request.Header[name] = values
	}
	request.SetBasicAuth(c.login, c.password)
	response, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(request)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	return response.StatusCode, string(read), err
}

// What cuts an answer lets the operation be done, as on the APIs.
func TestThePortalsAnswersAreCutAndSpoilt(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	me := h.as(manager)
	whole := string(me.get("/me").is(200).body)
	asks := func(fault string) (int, string, error) { return me.with(faults.Header, fault).try("GET", "/me", "") }
	if status, body, err := asks("truncated-body; fraction=0.25"); status != 200 || err != io.ErrUnexpectedEOF || body != whole[:len(whole)/4] {
		t.Errorf("truncated-body: got %d %q, %v", status, body, err)
	}
	if status, body, err := asks("malformed-json"); status != 200 || err != nil || json.Valid([]byte(body)) || len(body) != len(whole) {
		t.Errorf("malformed-json: got %d %q, %v", status, body, err)
	}
	if status, body, err := asks("slow-body; chunk=64; pause=1ms"); status != 200 || err != nil || body != whole {
		t.Errorf("slow-body: got %d %q, %v", status, body, err)
	}
	if status, body, err := asks("wrong-content-type; page=<p>gone</p>"); status != 200 || err != nil || body != "<p>gone</p>" {
		t.Errorf("wrong-content-type: got %d %q, %v", status, body, err)
	}
	refused := h.as(manager).with(faults.Header, "slow-body; chunk=64; pause=1ms")
	refused.password = "wrong"
	if got := refused.get("/me").is(401); !strings.HasPrefix(got.header.Get("X-Sandbox-Explain"), "fault-slow-body") || got.text("code") == "" {
		t.Errorf("a refusal that drips: got %v %s", got.header, got.body)
	}
	before := len(me.get("/structures/"+auteuil+"/technical-accounts").lists("technicalAccounts", "login"))
	_, _, err := me.with(faults.Header, "connection-reset").try("POST", "/structures/"+auteuil+"/technical-accounts", "{}")
	if err == nil || !strings.Contains(err.Error(), "reset") {
		t.Errorf("connection-reset: got %v", err)
	}
	if after := len(me.get("/structures/"+auteuil+"/technical-accounts").lists("technicalAccounts", "login")); after != before+1 {
		t.Errorf("the account was not created: %d accounts, then %d", before, after)
	}
	var kinds []string
	for _, e := range h.journals.Of(h.sandbox()).All() {
		for _, f := range e.Faults {
			kinds = append(kinds, f.Kind)
			if e.Operation == "" || e.Status == 200 && (e.Code != "fault-"+f.Kind || !strings.Contains(e.Why, "fault header: ")) {
				t.Errorf("the journal has %q %q %q", e.Operation, e.Code, e.Why)
			}
		}
	}
	if want := []string{"truncated-body", "malformed-json", "slow-body", "wrong-content-type", "slow-body", "connection-reset"}; !slices.Equal(kinds, want) {
		t.Errorf("the journal has %v, want %v", kinds, want)
	}
}

// Pages are in no journal, but those that a fault struck; no secret is in it.
func TestAStruckPageIsExplained(t *testing.T) {
	t.Parallel()
	h := open(t, "cpp-2020")
	v := h.visit(t)
	v.get("/cpp/connexion").is(200, "/cpp/connexion")
	h.fails("server-error", `{"retryAfter":30}`, faults.Match{Path: "/cpp/*", Method: "POST"}, func(s *faults.Spec) { s.Times = 1 })
	v.submit("/cpp/connexion", "login", manager, "mot-de-passe", password, "sandbox", "default")
	if got := v.page; got.status != 503 || got.body != "" || got.header.Get("Retry-After") != "30" || got.header.Get("X-Sandbox-Explain") != "fault-server-error: fault x: answered 503" {
		t.Errorf("got %d %q %v", got.status, got.body, got.header)
	}
	all := h.journals.Of(h.sandbox()).All()
	if len(all) != 1 || all[0].Target != "/cpp/connexion" || all[0].Status != 503 || len(all[0].Faults) != 1 || all[0].Code != "fault-server-error" {
		t.Fatalf("the journal has %+v", all)
	}
	v.get("/cpp/connexion").submit("/cpp/connexion", "login", manager, "mot-de-passe", password, "sandbox", "default").is(200, "/cpp/accueil")
	if len(h.journals.Of(h.sandbox()).All()) != 1 {
		t.Error("a page that no fault struck is in the journal")
	}
	v.header.Set(faults.Header, "latency; fixed=1ms")
	v.submit("/cpp/deconnexion").is(200, "/cpp/connexion")
	all = h.journals.Of(h.sandbox()).All()
	if text, _ := all[1].Body.Text(all[1].Header.Get("Content-Type"), false); text != "jeton=***" {
		t.Errorf("the journal has %q of %s", text, all[1].Target)
	}
}

// What is ours and not the portal's is never struck: the count of a fault is of
// the pages that a person asked for.
func TestThePortalsOwnFilesAreNotStruck(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	h.fails("server-error", "", faults.Match{Path: "*"})
	v := h.visit(t)
	for _, path := range []string{"/aife_qual/assets/portail.css", "/aife_qual/horloge"} {
		v.get(path).is(200, path)
	}
	if got := v.get("/aife_qual/connexion").page.status; got != 503 {
		t.Errorf("got %d", got)
	}
}

// A page that is held does not hold the others of the same person.
func TestAHeldPageHoldsNoOther(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	t.Cleanup(h.server.CloseClientConnections)
	v := h.logged(t, "/aife_qual/connexion", manager)
	h.fails("latency", `{"fixed":"1m","clock":"virtual"}`, faults.Match{Path: "/aife_qual"})
	answered := make(chan int, 1)
	go func() {
		other := &visitor{t: t, h: h, client: v.client, header: http.Header{}}
		answered <- other.get("/aife_qual").page.status
	}()
	for {
		if f, _ := h.faults.Of(h.sandbox()).Get("x"); f.Struck == 1 || t.Context().Err() != nil {
			break
		}
	}
	v.get("/aife_qual/domaines/raccordements").is(200, "/aife_qual/domaines/raccordements")
	select {
	case got := <-answered:
		t.Fatalf("answered %d before its time", got)
	default:
	}
	h.advance("1m")
	if got := <-answered; got != 200 {
		t.Errorf("got %d", got)
	}
}

func TestAFaultHeaderThatCannotBeRead(t *testing.T) {
	t.Parallel()
	h := open(t, "portail-2022")
	got := h.as(manager).with(faults.Header, "server-error; status=200; colour=red").get("/me").refuses(400, "fault-header-invalid", "")
	for _, part := range []string{"the header X-Sandbox-Fault", "status from 500 to 599", `unknown field "colour"`} {
		if !strings.Contains(got.text("detail"), part) {
			t.Errorf("got %q, want %q in it", got.text("detail"), part)
		}
	}
	v := h.visit(t)
	v.header.Set(faults.Header, "nonsense")
	v.get("/aife_qual/connexion")
	if v.page.status != 400 || !strings.Contains(v.page.body, `"nonsense" is no preset`) {
		t.Errorf("got %d %s", v.page.status, v.page.body)
	}
	v.header.Set(faults.Header, "server-error")
	if v.get("/aife_qual/connexion").page.status != 503 {
		t.Errorf("got %d", v.page.status)
	}
}
