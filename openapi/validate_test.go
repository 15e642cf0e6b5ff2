package openapi_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"chorus-qualif/openapi"
)

const (
	search   = "rechercherStructure"
	services = "rechercherServicesStructure"
	sandbox  = "putSandbox"
	advance  = "advanceClock"
)

func inTheBody(pointer, rule string) []brief { return []brief{{"body", pointer, rule}} }

var bodyTests = []struct {
	name, operation, body string
	want                  []brief
}{
	{"no criterion", search, `{}`, nil},
	{"no body, which is optional", search, ``, nil},
	{"blanks for a body", search, " \r\n\t", nil},
	{"everything null", search, `{"structure":null,"restreindreStructuresPrivees":null,"parametres":null}`, nil},
	{"enumerations null", search, `{"structure":{"statutStructure":null,"typeIdentifiantStructure":null},"parametres":{"triSens":null,"triColonne":null}}`, nil},
	{"identifier with a bad Luhn key", search, `{"structure":{"identifiantStructure":"00000000000727"}}`, nil},
	{"a page size beyond any limit", services, `{"parametresRechercherServicesStructure":{"nbResultatsParPage":9999999999}}`, nil},
	{"what a client still sends", services, `{"idUtilisateurCourant":0,"idStructure":1}`, nil},
	{"null for the whole body", search, `null`, inTheBody("", "type")},
	{"array for the whole body", search, `[]`, inTheBody("", "type")},
	{"unknown property", services, `{"idStructure":1,"parametres":{}}`, inTheBody("/parametres", "unknown-property")},
	{"unknown properties, one violation each", search, `{"b":1,"structure":{"x/y":1,"z~":2},"a":1}`, []brief{
		{"body", "/a", "unknown-property"}, {"body", "/b", "unknown-property"},
		{"body", "/structure/x~1y", "unknown-property"}, {"body", "/structure/z~0", "unknown-property"}}},
	{"unknown property of a strange name", search, "{\"\\u0000\\\"\u2028é\":1}", inTheBody("/\x00\"\u2028é", "unknown-property")},
	{"unknown property without a name", search, `{"":1}`, inTheBody("/", "unknown-property")},
	{"wrong case", search, `{"Structure":{}}`, inTheBody("/Structure", "unknown-property")},
	{"the output enumeration in a criterion", search, `{"structure":{"statutStructure":"ACTIVE"}}`, inTheBody("/structure/statutStructure", "enum")},
	{"number for a string", search, `{"structure":{"identifiantStructure":12345678200036}}`, inTheBody("/structure/identifiantStructure", "type")},
	{"string for a boolean", search, `{"structure":{"estMOA":"true"}}`, inTheBody("/structure/estMOA", "type")},
	{"several at once", search, `{"structure":{"statutStructure":"X","estMOA":1},"parametres":{"triSens":"asc"}}`, []brief{
		{"body", "/parametres/triSens", "enum"}, {"body", "/structure/estMOA", "type"}, {"body", "/structure/statutStructure", "enum"}}},
	{"missing property", "changeContactEmail", `{}`, inTheBody("/contactEmail", "required")},
	{"null for a required property", "changeContactEmail", `{"contactEmail":null}`, inTheBody("/contactEmail", "type")},
	{"pattern", "changeContactEmail", `{"contactEmail":"nobody"}`, inTheBody("/contactEmail", "pattern")},
	{"length, counted in characters", "changeContactEmail", `{"contactEmail":"é@` + strings.Repeat("é", 252) + `"}`, nil},
	{"too long", "changeContactEmail", `{"contactEmail":"a@` + strings.Repeat("b", 253) + `"}`, inTheBody("/contactEmail", "maxLength")},
	{"body that is required", "changeContactEmail", ``, inTheBody("", "missing-body")},
	{"date-time", sandbox, `{"clock":{"mode":"frozen","at":"2026-03-01T09:00:00+01:00"}}`, nil},
	{"date-time without an offset", sandbox, `{"clock":{"mode":"frozen","at":"2026-03-01T09:00:00"}}`, inTheBody("/clock/at", "format")},
	{"a day that does not exist", sandbox, `{"clock":{"mode":"frozen","at":"2026-02-29T09:00:00Z"}}`, inTheBody("/clock/at", "format")},
	{"a leap day", sandbox, `{"clock":{"mode":"frozen","at":"2028-02-29T09:00:00Z"}}`, nil},
	{"an hour of one digit", sandbox, `{"clock":{"mode":"frozen","at":"2026-03-01T9:00:00Z"}}`, inTheBody("/clock/at", "format")},
	{"a rate of 0 is not a rate", "scaleClock", `{"rate":0}`, inTheBody("/rate", "exclusiveMinimum")},
	{"a rate with a fraction", "scaleClock", `{"rate":0.5}`, nil},
	{"a rate with an exponent", "scaleClock", `{"rate":6e1}`, nil},
	{"a rate beyond the fastest clock", "scaleClock", `{"rate":1e9}`, inTheBody("/rate", "maximum")},
	{"fixtures by name", sandbox, `{"fixtures":"default"}`, nil},
	{"fixtures in a text", sandbox, `{"fixtures":{"csv":"Entite;Libelle;Valeur"}}`, nil},
	{"fixtures in two texts", sandbox, `{"fixtures":{"csv":"","yaml":""}}`, inTheBody("/fixtures", "oneOf")},
	{"fixtures of no form", sandbox, `{"fixtures":[]}`, inTheBody("/fixtures", "oneOf")},
	{"fixtures null", sandbox, `{"fixtures":null,"switches":null,"clock":null,"seed":null,"profile":null}`, nil},
	{"switch that is not text", sandbox, `{"switches":{"token.clock":true}}`, inTheBody("/switches/token.clock", "type")},
	{"advance by a Go duration", advance, `{"by":"1h30m"}`, nil},
	{"advance by an ISO 8601 duration", advance, `{"by":"P1Y2M10DT2H30M"}`, nil},
	{"advance by no duration", advance, `{"by":"30"}`, inTheBody("/by", "pattern")},
	{"advance by an empty ISO duration", advance, `{"by":"PT"}`, inTheBody("/by", "pattern")},
	{"advance by and to", advance, `{"by":"30m","to":"2026-03-01T09:00:00Z"}`, inTheBody("", "oneOf")},
	{"advance by nothing", advance, `{"maxEvents":1}`, inTheBody("", "oneOf")},
	{"advance until what", advance, `{"until":"tomorrow"}`, inTheBody("/until", "oneOf")},
	{"advance with a typing error", advance, `{"until":"next","maxEvent":1}`, inTheBody("/maxEvent", "unknown-property")},
}

func TestValidateRequestBodies(t *testing.T) {
	t.Parallel()
	for _, test := range bodyTests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			request := jsonRequest(test.body)
			request.Path = map[string]string{"name": "default", "login": "TECH_1_84965690500015@cpro.fr"}
			if got := operation(t, test.operation).ValidateRequest(request); !slices.Equal(briefs(got), test.want) {
				t.Errorf("got  %+v\nwant %+v", got, test.want)
			}
		})
	}
}

// A decoder into int64 must be able to read what was let through.
func TestValidateRequestIntegers(t *testing.T) {
	t.Parallel()
	tests := []struct{ literal, rule string }{
		{"0", ""}, {"-1", ""}, {"-0", ""}, {"5000025350", ""},
		{"9223372036854775807", ""}, {"-9223372036854775808", ""},
		{"9223372036854775808", "format"}, {"-9223372036854775809", "format"},
		{"9223372036854775900", "format"}, {"18446744073709551616", "format"}, {"1e19", "format"},
		{"10.5", "type"}, {"10.0", "type"}, {"1e1", "type"}, {"1E2", "type"}, {"-0.0", "type"},
		{"1e400", "type"}, {"-1e400", "type"}, {"1e-400", "type"},
		{`"10"`, "type"}, {"true", "type"}, {"[1]", "type"}, {"{}", "type"},
		{"01", "malformed-json"}, {"+1", "malformed-json"}, {"1.", "malformed-json"}, {".5", "malformed-json"}, {"NaN", "malformed-json"},
	}
	for _, test := range tests {
		t.Run(test.literal, func(t *testing.T) {
			t.Parallel()
			got := operation(t, "consulterStructureAvecTVAIntraCom").ValidateRequest(jsonRequest(`{"idStructureCPP":` + test.literal + `}`))
			var want []brief
			switch test.rule {
			case "":
			case "malformed-json":
				want = []brief{{"body", "", test.rule}}
			default:
				want = []brief{{"body", "/idStructureCPP", test.rule}}
			}
			if !slices.Equal(briefs(got), want) {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

func TestValidateRequestMalformedJSON(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, body, message string }{
		{"garbage after", "{}\n x", "the JSON is malformed at line 2, column 2: a character is out of place"},
		{"second value", `{}{}`, "the JSON is malformed at line 1, column 3: a character is out of place"},
		{"cut", `{"structure":{`, "the JSON is malformed at line 1, column 15: it ends too early"},
		{"comma before the end", `{"structure":{},}`, "the JSON is malformed at line 1, column 17: a character is out of place"},
		{"comment", "{// no\n}", "the JSON is malformed at line 1, column 2: a character is out of place"},
		{"form", `structure=1`, "the JSON is malformed at line 1, column 1: a character is out of place"},
		{"byte order mark", "\xef\xbb\xbf{}", "the JSON is malformed at line 1, column 1: a character is out of place"},
		{"Latin-1", "{\"structure\":{\n\"adresseVille\":\"Besan\xe7on\"}}", "the JSON is malformed at line 2, column 22: it is not UTF-8"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := operation(t, "rechercherStructure").ValidateRequest(jsonRequest(test.body))
			want := []openapi.Violation{{In: "body", Rule: "malformed-json", Message: test.message}}
			if !slices.Equal(got, want) {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
	if got := operation(t, "rechercherStructure").ValidateRequest(jsonRequest("{\"libelle\":\"\x01\"}")); len(got) != 1 || got[0].Rule != "malformed-json" {
		t.Errorf("control character in a string: %+v", got)
	}
}

func TestValidateRequestSurvivesBombs(t *testing.T) {
	t.Parallel()
	const many = 100_000
	tests := map[string]struct {
		body string
		want []brief
	}{
		"arrays":                {strings.Repeat("[", many) + strings.Repeat("]", many), []brief{{"body", "", "too-deep"}}},
		"arrays, unclosed":      {strings.Repeat("[", many), []brief{{"body", "", "too-deep"}}},
		"objects":               {strings.Repeat(`{"structure":`, many) + "1" + strings.Repeat("}", many), []brief{{"body", "", "too-deep"}}},
		"brackets in a string":  {`{"structure":{"libelleStructure":"` + strings.Repeat(`[\"{`, many) + `"}}`, nil},
		"string without an end": {`{"structure":"` + strings.Repeat(`\\`, many), []brief{{"body", "", "malformed-json"}}},
		"number":                {`{"restreindreStructuresPrivees":` + strings.Repeat("9", many) + `}`, []brief{{"body", "/restreindreStructuresPrivees", "type"}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := operation(t, "rechercherStructure").ValidateRequest(jsonRequest(test.body))
			if !slices.Equal(briefs(got), test.want) {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
	body := `{"a0":0` + strings.Repeat(`,"a`+strings.Repeat("b", 20)+`":1`, many) + `}`
	if got := operation(t, "rechercherStructure").ValidateRequest(jsonRequest(body)); len(got) != 2 {
		t.Errorf("a name given often: %d violations", len(got))
	}
}

func TestValidateRequestContentType(t *testing.T) {
	t.Parallel()
	tests := []struct {
		operation, contentType, body string
		ok                           bool
	}{
		{"rechercherStructure", "", `{}`, true},
		{"rechercherStructure", "application/json", `{}`, true},
		{"rechercherStructure", "application/json;charset=utf-8", `{}`, true},
		{"rechercherStructure", "Application/JSON ; charset=UTF-8", `{}`, true},
		{"rechercherStructure", "application/json;", `{}`, true},
		{"rechercherStructure", "text/plain", `{}`, false},
		{"rechercherStructure", "application/x-www-form-urlencoded", ``, false},
		{"rechercherStructure", "application/jsonp", `{}`, false},
		{"healthCheck", "application/json", `null`, true},
		{"healthCheck", "text/plain", `[`, true},
		{"issueToken", "application/x-www-form-urlencoded; charset=utf-8", `grant_type=client_credentials`, true},
		{"issueToken", "", `grant_type=client_credentials`, true},
		{"issueToken", "application/json", `{"grant_type":"client_credentials"}`, false},
	}
	for _, test := range tests {
		t.Run(test.operation+" "+test.contentType, func(t *testing.T) {
			t.Parallel()
			got := operation(t, test.operation).ValidateRequest(openapi.Request{ContentType: test.contentType, Body: []byte(test.body)})
			want := []brief{{"header", "Content-Type", "content-type"}}
			if test.ok {
				want = nil
			}
			if !slices.Equal(briefs(got), want) {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

func TestValidateRequestForm(t *testing.T) {
	t.Parallel()
	tests := []struct {
		body string
		want []brief
	}{
		{"grant_type=client_credentials&client_id=a&client_secret=b%26c&scope=openid", nil},
		{"grant_type=client_credentials&unknown=is+ignored&unknown=twice", nil},
		{"grant_type=password", nil},
		{"client_id=a", []brief{{"body", "/grant_type", "required"}}},
		{"grant_type=", []brief{{"body", "/grant_type", "minLength"}}},
		{"grant_type=client_credentials&grant_type=client_credentials", []brief{{"body", "/grant_type", "repeated"}}},
		{"grant_type=%zz", []brief{{"body", "", "malformed-form"}}},
		{"", []brief{{"body", "", "missing-body"}}},
	}
	for _, test := range tests {
		t.Run(test.body, func(t *testing.T) {
			t.Parallel()
			got := operation(t, "issueToken").ValidateRequest(openapi.Request{ContentType: "application/x-www-form-urlencoded", Body: []byte(test.body)})
			if !slices.Equal(briefs(got), test.want) {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestValidateRequestParameters(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, operation, path, query, sandbox string
		want                                  []brief
	}{
		{"none", "listSandboxes", "", "", "", nil},
		{"all", "listSandboxes", "", "search=a&limit=10&after=b", "", nil},
		{"unknown ones are ignored", "listSandboxes", "", "_=1", "", nil},
		{"not an integer", "listSandboxes", "", "limit=ten", "", []brief{{"query", "limit", "type"}}},
		{"empty", "listSandboxes", "", "limit=", "", []brief{{"query", "limit", "type"}}},
		{"fraction", "listSandboxes", "", "limit=1.0", "", []brief{{"query", "limit", "type"}}},
		{"too small", "listSandboxes", "", "limit=0", "", []brief{{"query", "limit", "minimum"}}},
		{"too large", "listSandboxes", "", "limit=1001", "", []brief{{"query", "limit", "maximum"}}},
		{"beyond 64 bits", "listSandboxes", "", "limit=99999999999999999999", "", []brief{{"query", "limit", "format"}}},
		{"twice", "listSandboxes", "", "limit=1&limit=2", "", []brief{{"query", "limit", "repeated"}}},
		{"two at once", "listSandboxes", "", "limit=0&search=" + strings.Repeat("a", 64), "", []brief{{"query", "search", "maxLength"}, {"query", "limit", "minimum"}}},
		{"date-time", "getTimeline", "default", "until=2026-03-01T09:00:00%2B01:00", "", nil},
		{"date-time whose plus became a space", "getTimeline", "default", "until=2026-03-01T09:00:00+01:00", "", []brief{{"query", "until", "format"}}},
		{"enumeration", "listTechnicalAccounts", "12345678200036", "status=ACTIVE", "", []brief{{"query", "status", "enum"}}},
		{"path", "getSandbox", "-no", "", "", []brief{{"path", "name", "pattern"}}},
		{"path missing", "getSandbox", "", "", "", []brief{{"path", "name", "required"}}},
		{"header", "getMe", "", "", "blue_1", nil},
		{"header wrong", "getMe", "", "", "blue 1", []brief{{"header", "X-Sandbox", "pattern"}}},
		{"cpro-account is the gateway's business", "healthCheck", "", "", "", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			compiled := operation(t, test.operation)
			request := openapi.Request{Path: map[string]string{}, Header: http.Header{}}
			request.Query, _ = url.ParseQuery(test.query)
			for _, parameter := range compiled.Parameters {
				if parameter.In == "path" && test.path != "" {
					request.Path[parameter.Name] = test.path
				}
			}
			if test.sandbox != "" {
				request.Header.Set("X-Sandbox", test.sandbox)
			}
			if got := compiled.ValidateRequest(request); !slices.Equal(briefs(got), test.want) {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestValidationIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	// A set of its own, so that every first use happens side by side.
	set, err := openapi.Load()
	if err != nil {
		t.Fatal(err)
	}
	search, _ := set.Operation("rechercherStructure")
	put, _ := set.Operation("putSandbox")
	read, _ := set.Operation("consulterStructureAvecTVAIntraCom")
	header := http.Header{"Content-Type": {"application/json"}}
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for range 50 {
				if got := search.ValidateRequest(jsonRequest(`{"structure":{"statutStructure":"X"},"y":1}`)); len(got) != 2 {
					t.Errorf("request: %+v", got)
				}
				request := jsonRequest(`{"clock":{"mode":"frozen","at":"x"},"fixtures":{}}`)
				request.Path = map[string]string{"name": "a b"}
				if got := put.ValidateRequest(request); len(got) != 3 {
					t.Errorf("request: %+v", got)
				}
				answer := []byte(`{"codeRetour":0,"libelle":"","informationGenerales":{"dateExpirationMotPasseCompteTech":"2027-08-14T10:00:00+02:00"}}`)
				if got := read.ValidateResponse(200, header, answer); len(got) != 1 {
					t.Errorf("answer: %+v", got)
				}
			}
		})
	}
	all.Wait()
}
