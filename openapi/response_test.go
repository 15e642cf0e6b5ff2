package openapi_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"chorus-qualif/openapi"
)

const (
	read    = "consulterStructureAvecTVAIntraCom"
	asJSON  = "application/json;charset=utf-8"
	problem = "application/problem+json"
)

// realm makes the headers of a 401.
func realm(contentType string) http.Header {
	return headers("WWW-Authenticate", `Bearer realm="PISTE"`, "Content-Type", contentType)
}

var responseTests = []struct {
	name, operation string
	status          int
	header          http.Header
	body            string
	want            []brief
}{
	{"done", search, 200, headers("Content-Type", asJSON), `{"codeRetour":0,"libelle":"TRA_MSG_00.000"}`, nil},
	{"status not declared", search, 404, nil, ``, []brief{{"status", "", "undeclared-status"}}},
	{"success without a body", search, 200, headers("Content-Type", asJSON), ``, []brief{{"body", "", "missing-body"}}},
	{"Content-Type missing", search, 200, nil, `{"codeRetour":0,"libelle":""}`, []brief{{"header", "Content-Type", "content-type"}}},
	{"another Content-Type", search, 200, headers("Content-Type", "text/html"), `{}`, []brief{{"header", "Content-Type", "content-type"}}},
	{"malformed", search, 200, headers("Content-Type", asJSON), `{`, []brief{{"body", "", "malformed-json"}}},
	{"required properties", search, 200, headers("Content-Type", asJSON), `{}`, []brief{{"body", "/codeRetour", "required"}, {"body", "/libelle", "required"}}},
	{"undeclared property", search, 200, headers("Content-Type", asJSON), `{"codeRetour":0,"libelle":"","extra":1}`, []brief{{"body", "/extra", "unknown-property"}}},
	{"null where absent is meant", search, 200, headers("Content-Type", asJSON), `{"codeRetour":0,"libelle":"","listeStructures":null}`, []brief{{"body", "/listeStructures", "type"}}},
	{"the input enumeration in a result", search, 200, headers("Content-Type", asJSON), `{"codeRetour":0,"libelle":"","listeStructures":[{},{"statut":"ACTIF"}]}`, []brief{{"body", "/listeStructures/1/statut", "enum"}}},
	{"a code beyond 32 bits", search, 200, headers("Content-Type", asJSON), `{"codeRetour":2147483648,"libelle":""}`, []brief{{"body", "/codeRetour", "format"}}},
	{"a date to the minute", services, 200, headers("Content-Type", asJSON), `{"codeRetour":0,"libelle":"","listeServices":[{"dateDbtService":"2016-10-25 17:42"}]}`, nil},
	{"a date to the second", services, 200, headers("Content-Type", asJSON), `{"codeRetour":0,"libelle":"","listeServices":[{"dateDbtService":"2016-10-25 17:42:00"}]}`, []brief{{"body", "/listeServices/0/dateDbtService", "pattern"}}},
	{"an expiry with milliseconds", read, 200, headers("Content-Type", asJSON), `{"codeRetour":0,"libelle":"","informationGenerales":{"dateExpirationMotPasseCompteTech":"2027-08-14T10:00:00.000+02:00"}}`, nil},
	{"an expiry without", read, 200, headers("Content-Type", asJSON), `{"codeRetour":0,"libelle":"","informationGenerales":{"dateExpirationMotPasseCompteTech":"2027-08-14T10:00:00+02:00"}}`, []brief{{"body", "/informationGenerales/dateExpirationMotPasseCompteTech", "pattern"}}},
	{"no bearer: 400 without a body", search, 400, headers("WWW-Authenticate", "Bearer"), ``, nil},
	{"bad body: 400 of the service", search, 400, headers("Content-Type", asJSON), `{"codeRetour":400,"libelle":"Requête mal formulée"}`, nil},
	{"400 of another shape", search, 400, headers("Content-Type", asJSON), `{"error":"x"}`, []brief{{"body", "", "oneOf"}}},
	{"401 without a body", search, 401, realm(""), ``, nil},
	{"401 of the gateway", search, 401, realm(asJSON), `{"ErrorCode":"401","Description":"[invalid field]"}`, nil},
	{"401 of the years before", search, 401, realm(asJSON), `{"codeRetour":401,"libelle":"x"}`, nil},
	{"401 of another shape", search, 401, realm(asJSON), `{"ErrorCode":401}`, []brief{{"body", "", "oneOf"}}},
	{"401 without its header", search, 401, nil, ``, []brief{{"header", "WWW-Authenticate", "required"}}},
	{"403 without a body", search, 403, nil, ``, nil},
	{"403 that sends the request back", search, 403, headers("Content-Type", asJSON), `{"anything":[1]}`, nil},
	{"415 with a body", search, 415, headers("Content-Type", asJSON), `{}`, []brief{{"body", "", "unexpected-body"}}},
	{"health has no codeRetour", "healthCheck", 200, headers("Content-Type", asJSON), `{"codeRetour":0,"libelle":""}`, []brief{
		{"body", "/codeRetour", "unknown-property"}, {"body", "/libelle", "unknown-property"},
		{"body", "/statusCodeValue", "required"}, {"body", "/statusCode", "required"}, {"body", "/body", "required"}}},
	{"token", "issueToken", 200, headers("Content-Type", asJSON), `{"access_token":"` + strings.Repeat("a", 54) + `","token_type":"Bearer","expires_in":3600,"scope":"openid"}`, nil},
	{"token whose lifetime is a string", "issueToken", 200, headers("Content-Type", asJSON), `{"access_token":"` + strings.Repeat("a", 54) + `","token_type":"Bearer","expires_in":"3600"}`, []brief{{"body", "/expires_in", "type"}}},
	{"deleted", "deleteSandbox", 204, nil, ``, nil},
	{"problem", "getSandbox", 404, headers("Content-Type", problem), `{"type":"about:blank","title":"Not Found","status":404,"detail":"x","code":"sandbox-unknown"}`, nil},
	{"problem of the plain type", "getSandbox", 404, headers("Content-Type", asJSON), `{}`, []brief{{"header", "Content-Type", "content-type"}}},
	{"text", "metrics", 200, headers("Content-Type", "text/plain; version=0.0.4; charset=utf-8"), "go_goroutines 12\n", nil},
	{"text as YAML", "getOpenapiDocument", 200, headers("Content-Type", "application/yaml"), "openapi: 3.0.3\n", nil},
}

func TestValidateResponse(t *testing.T) {
	t.Parallel()
	for _, test := range responseTests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := operation(t, test.operation).ValidateResponse(test.status, test.header, []byte(test.body))
			if !slices.Equal(briefs(got), test.want) {
				t.Errorf("got  %+v\nwant %+v", got, test.want)
			}
		})
	}
}

// headers makes a header of names and values; an empty value is left out.
func headers(pairs ...string) http.Header {
	header := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			header.Set(pairs[i], pairs[i+1])
		}
	}
	return header
}

func TestMessagesAreSentencesWithoutValues(t *testing.T) {
	t.Parallel()
	tests := []struct{ operation, body, message string }{
		{"rechercherStructure", `{"parametre":{}}`, "parametre is not a known property"},
		{"rechercherStructure", `{"structure":{"statutStructure":"s3cret"}}`, "statutStructure must be one of ACTIF, INACTIF"},
		{"rechercherStructure", `{"structure":"s3cret"}`, "structure must be an object"},
		{"rechercherStructure", `"s3cret"`, "the body must be an object"},
		{"rechercherStructure", `{"parametres":{"pageResultatDemandee":1e400}}`, "pageResultatDemandee is out of range"},
		{"rechercherStructure", `{"a\r\nSet-Cookie: x":1}`, `"a\r\nSet-Cookie: x" is not a known property`},
		{"rechercherStructure", `{"` + strings.Repeat("é", 100) + `":1}`, `"` + strings.Repeat(`\u00e9`, 32) + `\u2026" is not a known property`},
		{"changeContactEmail", `{"contactEmail":"s3cret"}`, "contactEmail must be an e-mail address"},
		{"changeContactEmail", `{}`, "contactEmail is missing"},
		{"changeContactEmail", `{"contactEmail":null}`, "contactEmail must not be null"},
		{"changeContactEmail", ``, "the request has no body"},
		{"transferManager", `{"login":""}`, "login must have at least 1 character"},
		{"advanceClock", `{"by":"30m","until":"next"}`, "the body must have exactly one of by, to and until"},
		{"advanceClock", `{"by":"s3cret"}`, "by must be a duration such as 30m or P60D"},
		{"advanceClock", `{"to":"s3cret"}`, "to must be an instant in RFC 3339, such as 2026-03-01T09:00:00+01:00"},
		{"advanceClock", `{"until":"next","maxEvents":0}`, "maxEvents must be at least 1"},
		{"scaleClock", `{"rate":0}`, "rate must be more than 0"},
		{"scaleClock", `{"rate":31622401}`, "rate must be at most 31622400"},
		{"putSandbox", `{"fixtures":{"s3cret":1}}`, "fixtures must be the name of a data set, an object with one property yaml, or one with csv"},
		{"putSandbox", `{"seed":9223372036854775808}`, "seed must be between -9223372036854775808 and 9223372036854775807"},
		{"putSandbox", `{"profile":"s3cret"}`, "profile must be one of portail-2022, cpp-2020"},
	}
	for _, test := range tests {
		t.Run(test.message, func(t *testing.T) {
			t.Parallel()
			request := withName(test.body)
			request.Path["login"], request.Path["siret"] = "a", "a"
			got := operation(t, test.operation).ValidateRequest(request)
			if len(got) != 1 || got[0].Message != test.message {
				t.Errorf("got %+v, want %q", got, test.message)
			}
			if strings.Contains(got[0].Message+got[0].Pointer, "s3cret") != strings.Contains(test.message, "s3cret") {
				t.Errorf("the value is in %+v", got[0])
			}
		})
	}
	answer := `{"codeRetour":0,"libelle":"","listeServices":[{},7]}`
	got := operation(t, "rechercherServicesStructure").ValidateResponse(200, headers("Content-Type", "application/json"), []byte(answer))
	want := []openapi.Violation{{In: "body", Pointer: "/listeServices/1", Rule: "type", Message: "item 1 of listeServices must be an object"}}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
