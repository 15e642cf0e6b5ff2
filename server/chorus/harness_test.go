package chorus_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/bytedance/sonic"
	"github.com/gin-gonic/gin"

	"chorus-qualif/openapi"
	"chorus-qualif/server/chorus"
	"chorus-qualif/server/clock"
	"chorus-qualif/server/files"
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
	"chorus-qualif/server/store"
)

var (
	contracts  = sync.OnceValues(openapi.Load)
	operations = sync.OnceValue(chorus.Operations)
)

// platform serves the operations over HTTP as the gateway does, but for the
// checks in front of them: the header X-Login is believed.
type platform struct {
	tb      testing.TB
	sandbox *sandboxes.Sandbox
	files   *files.Store
	url     string
}

// headers of the harness.
const (
	loginHeader   = "X-Login"
	explainHeader = "X-Explain"
)

// newPlatform serves a sandbox of a data set; switches are "key=value".
func newPlatform(tb testing.TB, set *qualif.DataSet, switches ...string) *platform {
	tb.Helper()
	chosen := qualif.Switches{}
	for _, s := range switches {
		key, value, _ := strings.Cut(s, "=")
		chosen[key] = value
	}
	library, err := sandboxes.NewLibrary(set)
	if err != nil {
		tb.Fatal(err)
	}
	contents := files.New(0)
	registry, err := sandboxes.New(sandboxes.Options{
		Wall: clock.System(), Journals: store.NewMemory(), Library: library, Luggage: contents.Luggage,
		Defaults: sandboxes.Spec{Seed: 1, Profile: qualif.DefaultProfile, Mode: clock.Frozen, At: start, DataSet: set, Switches: chosen},
	})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(registry.Stop)
	sandbox, _ := registry.Get(sandboxes.Default)
	p := &platform{tb: tb, sandbox: sandbox, files: contents}
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	contract := contractSet(tb)
	for id, answer := range operations() {
		op, ok := contract.Operation(id)
		if !ok {
			tb.Fatalf("no document declares operation %s", id)
		}
		engine.Handle(op.Method, op.GinPath, p.handler(op, answer))
	}
	server := httptest.NewServer(engine)
	tb.Cleanup(server.Close)
	p.url = server.URL
	return p
}

func contractSet(tb testing.TB) *openapi.Set {
	tb.Helper()
	set, err := contracts()
	if err != nil {
		tb.Fatal(err)
	}
	return set
}

func (p *platform) handler(op *openapi.Operation, answer chorus.Operation) gin.HandlerFunc {
	return func(g *gin.Context) {
		body, err := io.ReadAll(g.Request.Body)
		if err != nil {
			p.tb.Errorf("%s: reading the body: %v", op.ID, err)
		}
		request := openapi.Request{Query: g.Request.URL.Query(), Header: g.Request.Header, ContentType: g.ContentType(), Body: body}
		if violations := op.ValidateRequest(request); len(violations) > 0 {
			g.JSON(http.StatusUnprocessableEntity, violations)
			return
		}
		given := answer(p.call(op, g.GetHeader(loginHeader), body))
		status := max(given.Status, http.StatusOK)
		var encoded []byte
		header := g.Writer.Header()
		if given.Body != nil {
			if encoded, err = sonic.Marshal(given.Body); err != nil {
				p.tb.Errorf("%s: the answer cannot be encoded: %v", op.ID, err)
			}
			header.Set("Content-Type", "application/json;charset=utf-8")
		}
		if violations := op.ValidateResponse(status, header, encoded); len(violations) > 0 {
			p.tb.Errorf("%s: answer %s to %s breaks the contract: %v", op.ID, encoded, body, violations)
		}
		if given.Code != "" {
			header.Set(explainHeader, given.Code+": "+given.Why)
		}
		g.Data(status, header.Get("Content-Type"), encoded)
	}
}

// call is what the gateway hands over: the rights are read anew for each call.
func (p *platform) call(op *openapi.Operation, login string, body []byte) *chorus.Call {
	c := &chorus.Call{Sandbox: p.sandbox, Operation: op, Body: body, Files: p.files}
	p.sandbox.Read(func(v sandboxes.View) {
		c.Present = v.Present
		if account, ok := v.Account(login); ok {
			c.Principal = v.Principal(qualif.Verdict{Code: qualif.CodeGranted, Account: account})
			return
		}
		person, ok := v.Data().Person(login)
		if !ok {
			p.tb.Errorf("the sample has no login %q", login)
			return
		}
		c.Principal = v.Principal(qualif.Verdict{Code: qualif.CodeGranted, Person: person})
	})
	return c
}

// answered is an answer over HTTP.
type answered struct {
	tb      testing.TB
	status  int
	body    []byte
	explain string
}

// ask calls an operation; every answer but a refusal by the contract must
// satisfy the contract.
func (p *platform) ask(login, operation, body string) answered {
	p.tb.Helper()
	op, ok := contractSet(p.tb).Operation(operation)
	if !ok {
		p.tb.Fatalf("no document declares operation %s", operation)
	}
	request, err := http.NewRequest(op.Method, p.url+op.Path, strings.NewReader(body))
	if err != nil {
		p.tb.Fatal(err)
	}
	request.Header.Set(loginHeader, login)
	request.Header.Set("Content-Type", "application/json;charset=utf-8")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		p.tb.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		p.tb.Fatal(err)
	}
	return answered{p.tb, response.StatusCode, text, response.Header.Get(explainHeader)}
}

// done decodes an answer that must be a success into target, in which every
// property of the answer must have its place.
func (a answered) done(target any) {
	a.tb.Helper()
	var envelope struct {
		CodeRetour *int   `json:"codeRetour"`
		Libelle    string `json:"libelle"`
	}
	if err := json.Unmarshal(a.body, &envelope); err != nil {
		a.tb.Fatalf("answer %s: %v", a.body, err)
	}
	if a.status != http.StatusOK || envelope.CodeRetour == nil || *envelope.CodeRetour != 0 || envelope.Libelle != "TRA_MSG_00.000" || a.explain != "" {
		a.tb.Fatalf("got %d %s (%s), want 200 with codeRetour 0, libelle TRA_MSG_00.000 and no explanation", a.status, a.body, a.explain)
	}
	decoder := json.NewDecoder(bytes.NewReader(a.body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(target); err != nil {
		a.tb.Fatalf("answer %s: %v", a.body, err)
	}
}

// refused checks a business refusal to the letter.
func (a answered) refused(codeRetour int, libelle, code string) {
	a.tb.Helper()
	want := fmt.Sprintf(`{"codeRetour":%d,"libelle":%q}`, codeRetour, libelle)
	if a.status != http.StatusOK || string(a.body) != want {
		a.tb.Errorf("got %d %s, want 200 %s", a.status, a.body, want)
	}
	if got, _, _ := strings.Cut(a.explain, ": "); got != code {
		a.tb.Errorf("got explanation %q, want code %s", a.explain, code)
	}
}

// envelope is what every answer begins with.
type envelope struct {
	CodeRetour int    `json:"codeRetour"`
	Libelle    string `json:"libelle"`
}

// pageInfo is parametresRetour.
type pageInfo struct {
	PageCourante       int `json:"pageCourante"`
	Pages              int `json:"pages"`
	NbResultatsParPage int `json:"nbResultatsParPage"`
	Total              int `json:"total"`
}

// body writes a request.
func body(tb testing.TB, value any) string {
	tb.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

// object is a JSON object.
type object map[string]any
