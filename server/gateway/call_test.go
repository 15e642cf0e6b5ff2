package gateway_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"chorus-qualif/openapi"
	"chorus-qualif/server/chorus"
	"chorus-qualif/server/gateway"
	"chorus-qualif/server/wire"
)

func TestHealthCheckIgnoresItsBody(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	token := p.token(t, p.sandbox(t, "health", nil))
	for _, body := range []string{"", "[]", "null", "{", strings.Repeat("x", 1<<20)} {
		r := p.send(t, http.MethodGet, health, headers(token), body)
		expect(t, r, http.StatusOK, "")
		if want := `{"body":"L'API CPRO est actuellement disponible et fonctionnel.","statusCode":"OK","statusCodeValue":200}`; r.body != want {
			t.Errorf("got %s, want %s", r.body, want)
		}
	}
}

func TestEveryViolationIsExplained(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	token := p.token(t, p.sandbox(t, "violations", nil))
	r := p.send(t, http.MethodPost, search, headers(token),
		`{"structure":{"estMOA":"oui","inconnue":1},"restreindreStructuresPrivees":3,"parametres":{"triSens":"Haut"}}`)
	expect(t, r, http.StatusBadRequest, "body-invalid")
	for _, pointer := range []string{"/structure/estMOA ", "/structure/inconnue ", "/restreindreStructuresPrivees ", "/parametres/triSens "} {
		if !strings.Contains(r.header.Get(wire.ExplainHeader), pointer) {
			t.Errorf("%s is not in %q", pointer, r.header.Get(wire.ExplainHeader))
		}
	}
}

func TestBodyTooLarge(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	token := p.token(t, p.sandbox(t, "large", nil))
	// The announced length is enough: nothing of the body is waited for.
	announced := p.raw(t, "POST "+search+" HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "+token+"\r\ncpro-account: "+basic(active, secret)+
		"\r\nContent-Type: application/json\r\nContent-Length: 100000000\r\n\r\n{")
	if !strings.HasPrefix(announced, "HTTP/1.1 413 ") || !strings.Contains(announced, "\r\nContent-Length: 0\r\n") {
		t.Errorf("got %s", announced)
	}
	request := httptest.NewRequest(http.MethodPost, search, io.MultiReader(strings.NewReader(`"`), zeros{}))
	request.ContentLength = -1
	for name, value := range headers(token) {
		request.Header.Set(name, value)
	}
	recorder := httptest.NewRecorder()
	p.engine.ServeHTTP(recorder, request)
	expect(t, reply{recorder.Code, recorder.Header(), ""}, http.StatusRequestEntityTooLarge, "body-too-large")
}

// Nothing of a body that is ignored is read.
func TestHealthCheckDoesNotReadItsBody(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	request := httptest.NewRequest(http.MethodGet, health, broken{})
	for name, value := range headers(p.token(t, p.sandbox(t, "unread", nil))) {
		request.Header.Set(name, value)
	}
	recorder := httptest.NewRecorder()
	p.engine.ServeHTTP(recorder, request)
	expect(t, reply{recorder.Code, recorder.Header(), ""}, http.StatusOK, "")
}

// zeros never ends.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '0'
	}
	return len(p), nil
}

// broken is a body whose sender went away.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("the connection ended") }

func TestBodyUnreadable(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	token := p.token(t, p.sandbox(t, "broken", nil))
	request := httptest.NewRequest(http.MethodPost, search, broken{})
	for name, value := range headers(token) {
		request.Header.Set(name, value)
	}
	recorder := httptest.NewRecorder()
	p.engine.ServeHTTP(recorder, request)
	expect(t, reply{recorder.Code, recorder.Header(), ""}, http.StatusBadRequest, "body-unreadable")
}

// raw sends bytes and returns those of the answer's head.
func (p *platform) raw(t testing.TB, request string) string {
	t.Helper()
	connection, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	if _, err := io.WriteString(connection, request); err != nil {
		t.Fatal(err)
	}
	var head strings.Builder
	for reader := bufio.NewReader(connection); ; {
		line, err := reader.ReadString('\n')
		if err != nil {
			t.Fatalf("%q: %v", head.String(), err)
		}
		head.WriteString(line)
		if line == "\r\n" {
			return head.String()
		}
	}
}

// Names of headers are spelled as the platform spells them.
func TestHeadersByteForByte(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, func(o *gateway.Options) { o.Explain = false })
	got := p.raw(t, "POST "+search+" HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
	lines := strings.Split(strings.TrimSpace(got), "\r\n")
	slices.Sort(lines[1:])
	id := lines[len(lines)-1]
	if !strings.HasPrefix(id, "x-correlationid: Id-") {
		t.Fatalf("got %q", lines)
	}
	want := []string{"HTTP/1.1 400 Bad Request", "Content-Length: 0", "Date: Sun, 01 Mar 2026 08:00:00 GMT", "WWW-Authenticate: " + noToken, "X-Sandbox: default", id}
	if !slices.Equal(lines, want) {
		t.Errorf("got %q\nwant %q", lines, want)
	}
}

func TestRepeatedAccountHeader(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	token := p.token(t, p.sandbox(t, "repeated", nil))
	for _, values := range [][]string{{basic(active, secret), basic(active, secret)}, {""}} {
		request, err := http.NewRequest(http.MethodPost, p.url+search, strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+token)
		code := map[int]string{1: "cpro-account-empty", 2: "cpro-account-repeated"}[len(values)]
		request.Header["Cpro-Account"] = values
		r := do(t, request)
		expect(t, r, http.StatusUnauthorized, code)
		if got := r.header.Get("WWW-Authenticate"); got != badAccount {
			t.Errorf("got %q", got)
		}
	}
}

// An empty header is not a missing one.
func TestEmptyAccountHeaderIsNotMissing(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	token := p.token(t, p.sandbox(t, "empty", onSwitch("gateway.account-missing", "400")))
	head := p.raw(t, "POST "+search+" HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "+token+"\r\ncpro-account:\r\nContent-Length: 0\r\n\r\n")
	if !strings.HasPrefix(head, "HTTP/1.1 401 ") || !strings.Contains(head, "\r\nX-Sandbox-Explain: cpro-account-empty: ") {
		t.Errorf("got %s", head)
	}
}

func TestExplanationsCanBeOff(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, func(o *gateway.Options) { o.Explain = false })
	token := p.token(t, p.sandbox(t, "silent", nil))
	header := headers(token)
	header["cpro-account"] = "x"
	for _, r := range []reply{
		p.send(t, http.MethodPost, search, nil, ""),
		p.send(t, http.MethodPost, search, header, "{}"),
		p.send(t, http.MethodPost, search, headers(token), "{"),
		p.send(t, http.MethodPost, tokenPath, nil, "x"),
		p.send(t, http.MethodGet, "/", nil, ""),
	} {
		if _, there := r.header[wire.ExplainHeader]; there || r.status == http.StatusOK {
			t.Errorf("%d is explained: %v", r.status, r.header)
		}
	}
}

// saying makes an operation that gives one answer.
func saying(a chorus.Answer) func(*gateway.Options) {
	return func(o *gateway.Options) {
		o.Operations["rechercherStructure"] = func(*chorus.Call) chorus.Answer { return a }
	}
}

func TestBusinessRefusalIsExplained(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, saying(chorus.Answer{Body: chorus.Envelope{CodeRetour: 20001, Libelle: "GCU_MSG_99.001 - <Non> & non"}, Code: "structure-unknown", Why: "it is not there"}))
	r := p.call(t, p.token(t, p.sandbox(t, "business", nil)))
	expect(t, r, http.StatusOK, "structure-unknown")
	if want := `{"codeRetour":20001,"libelle":"GCU_MSG_99.001 - <Non> & non"}`; r.body != want {
		t.Errorf("got %s, want %s", r.body, want)
	}
}

// An answer that breaks the contract is told in the log, and leaves as it is.
func TestAnswersAreCheckedAndStillSent(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, saying(chorus.Answer{Body: map[string]any{"codeRetour": "zéro"}}))
	r := p.call(t, p.token(t, p.sandbox(t, "wrong", nil)))
	if r.status != http.StatusOK || r.body != `{"codeRetour":"zéro"}` {
		t.Errorf("got %d %s", r.status, r.body)
	}
	if got := p.violations("answer"); !slices.Equal(got, []string{"rechercherStructure"}) || !strings.Contains(p.log.String(), "/codeRetour") {
		t.Errorf("counted %v, logged %s", got, p.log)
	}
}

func TestRequestsCanBeReportedOrNotLookedAt(t *testing.T) {
	t.Parallel()
	for mode, want := range map[wire.Mode][]string{wire.Report: {"rechercherStructure"}, wire.Off: nil} {
		p := newPlatform(t, func(o *gateway.Options) { o.Contract.Requests = mode })
		header := headers(p.token(t, p.sandbox(t, "modes", nil)))
		header["Content-Type"] = "text/plain"
		expect(t, p.send(t, http.MethodPost, search, header, "{"), http.StatusOK, "")
		if got := p.violations("request"); !slices.Equal(got, want) {
			t.Errorf("%s: counted %v, want %v", mode, got, want)
		}
	}
}

// A mistake of ours is one 500, and the next call is served.
func TestMistakesOfOurs(t *testing.T) {
	t.Parallel()
	for name, operation := range map[string]chorus.Operation{
		"panic":     func(*chorus.Call) chorus.Answer { panic("exprès") },
		"nil":       func(c *chorus.Call) chorus.Answer { return chorus.Answer{Body: c.Principal.Structures[99]} },
		"unwritten": func(*chorus.Call) chorus.Answer { return chorus.Answer{Body: func() {}} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlatform(t, func(o *gateway.Options) { o.Operations["rechercherStructure"] = operation })
			sb := p.sandbox(t, "mistake", nil)
			token := p.token(t, sb)
			r := p.call(t, token)
			expect(t, r, http.StatusInternalServerError, "internal-error")
			attempt{code: "internal-error"}.checkBeside(t, r, sb)
			if r.body != "" || !strings.Contains(p.log.String(), "call failed") || !strings.Contains(p.log.String(), "mistake") {
				t.Errorf("body %q, log %s", r.body, p.log)
			}
			expect(t, p.send(t, http.MethodGet, health, headers(token), ""), http.StatusOK, "")
		})
	}
}

// The status of an operation is the answer's.
func TestOperationChoosesItsStatus(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, saying(chorus.Answer{Status: http.StatusServiceUnavailable, Code: "maintenance", Why: "asked for"}))
	r := p.call(t, p.token(t, p.sandbox(t, "status", nil)))
	expect(t, r, http.StatusServiceUnavailable, "maintenance")
	if r.body != "" || r.header.Get("Content-Type") != "" {
		t.Errorf("got %q of %q", r.body, r.header.Get("Content-Type"))
	}
}

func TestEveryAnswerIsObserved(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	token := p.token(t, p.sandbox(t, "observed", nil))
	p.call(t, token)
	p.send(t, http.MethodPost, search, nil, "")
	p.send(t, http.MethodPost, "/cpro/x", nil, "")
	p.send(t, http.MethodPost, tokenPath, nil, "")
	want := []answered{
		{"issueToken", 200, ""}, {"rechercherStructure", 200, ""}, {"rechercherStructure", 400, "authorization-missing"},
		{gateway.Undeclared, 400, "authorization-missing"}, {"issueToken", 400, "token-request-incomplete"},
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !slices.Equal(p.answered, want) {
		t.Errorf("got %v\nwant %v", p.answered, want)
	}
}

// What is outside /cpro/ is nobody's.
func TestOutsideTheAPIs(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	for path, status := range map[string]int{"/": 403, "/favicon.ico": 403, "/api/oauth": 403, "/api/oauth/token/": 403, "/cprox": 403, "/portail": 404, "/portail/x": 404} {
		r := p.send(t, http.MethodGet, path, nil, "")
		if r.status != status || r.body != "" || r.code() == "" || r.header.Get("X-Sandbox") != "default" || r.header.Get("Date") != start.UTC().Format(http.TimeFormat) {
			t.Errorf("%s: got %d %q %v, want %d", path, r.status, r.body, r.header, status)
		}
	}
	if r := p.send(t, http.MethodGet, "/cpro", nil, ""); r.status != 400 {
		t.Errorf("/cpro: got %d", r.status)
	}
}

// A declared path asked with another method is an undeclared route, also when
// the engine itself looks for methods.
func TestMethodNotAllowedEngine(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	p.engine.HandleMethodNotAllowed = true
	token := p.token(t, p.sandbox(t, "methods", nil))
	r := p.send(t, http.MethodGet, search, headers(token), "")
	expect(t, r, http.StatusForbidden, "route-undeclared")
	if r.header.Get("Allow") != "" || !strings.Contains(r.header.Get(wire.ExplainHeader), "only POST") {
		t.Errorf("got %v", r.header)
	}
}

func TestStartRefusesAnIncompleteBijection(t *testing.T) {
	t.Parallel()
	whole := newPlatform(t, nil).options
	for name, row := range map[string]struct {
		change func(map[string]chorus.Operation)
		want   []string
	}{
		"no handler":    {func(all map[string]chorus.Operation) { delete(all, "healthCheck"); delete(all, "rechercherEspaces") }, []string{"healthCheck of transverses.yaml has no handler", "rechercherEspaces of structures.yaml has no handler"}},
		"nil handler":   {func(all map[string]chorus.Operation) { all["healthCheck"] = nil }, []string{"healthCheck of transverses.yaml has no handler"}},
		"no such id":    {func(all map[string]chorus.Operation) { all["inconnue"] = all["healthCheck"] }, []string{"inconnue has a handler"}},
		"not emulated":  {func(all map[string]chorus.Operation) { all["issueToken"] = all["healthCheck"] }, []string{"issueToken has a handler"}},
		"nothing wrong": {func(map[string]chorus.Operation) {}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := whole
			o.Operations = operations(o.Contract.Set)
			row.change(o.Operations)
			_, err := gateway.New(o)
			if (err == nil) != (row.want == nil) {
				t.Fatalf("got %v, want %v", err, row.want)
			}
			for _, want := range row.want {
				if !strings.Contains(fmt.Sprint(err), want) {
					t.Errorf("%q is not in %q", want, err)
				}
			}
		})
	}
}

func TestStartRefusesForeignDocuments(t *testing.T) {
	t.Parallel()
	const document = `{"openapi":"3.0.3","x-piste-api":"structures","info":{"title":"x","version":"1"},"paths":{"/autre":{"get":{"operationId":"autre","responses":{"200":{"description":"x"}}}}}}`
	set, err := openapi.LoadFS(fstest.MapFS{"autre.yaml": {Data: []byte(document)}})
	if err != nil {
		t.Fatal(err)
	}
	o := newPlatform(t, nil).options
	o.Contract = &wire.Contract{Set: set}
	o.Operations = map[string]chorus.Operation{"autre": o.Operations["healthCheck"]}
	_, err = gateway.New(o)
	for _, want := range []string{"operation autre of autre.yaml is not under /cpro/", "no document declares operation issueToken"} {
		if !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("%q is not in %q", want, fmt.Sprint(err))
		}
	}
}
