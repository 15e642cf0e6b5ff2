package openapi_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode"

	"chorus-qualif/openapi"
)

func FuzzValidateRequest(f *testing.F) {
	var all []*openapi.Operation
	for _, document := range load(f).Documents() {
		for _, one := range document.Operations {
			if one.Body {
				all = append(all, one)
			}
		}
	}
	for i := range all {
		for _, body := range []string{
			`{}`, `null`, `[]`, ``, ` `, `{"a":1}`, searchBody, `{"by":"30m"}`, `{"idStructureCPP":10.0}`, `{"rate":1e400}`,
			`{"fixtures":{"yaml":""}}`, `{"contactEmail":"a@b"}`, `{} {}`, `{"a":"\ud800"}`, "{\"\xff\":1}", `grant_type=a&grant_type=b`,
			`{"clock":{"mode":"frozen","at":"2026-03-01T09:00:00,5Z"}}`, strings.Repeat("[", 200),
		} {
			f.Add(uint8(i), "application/json", []byte(body))
		}
	}
	f.Fuzz(func(t *testing.T, index uint8, contentType string, body []byte) {
		one := all[int(index)%len(all)]
		request := openapi.Request{ContentType: contentType, Body: body, Path: map[string]string{}}
		for _, parameter := range one.Parameters {
			if parameter.In == "path" {
				request.Path[parameter.Name] = "example"
			}
		}
		violations := one.ValidateRequest(request)
		if again := one.ValidateRequest(request); !reflect.DeepEqual(violations, again) {
			t.Fatalf("twice the same request: %+v, then %+v", violations, again)
		}
		for _, v := range violations {
			checkViolation(t, v)
		}
		if violations == nil && one.ID != "issueToken" && strings.TrimSpace(string(body)) != "" {
			checkAccepted(t, one.ID, body)
		}
	})
}

func checkViolation(t *testing.T, v openapi.Violation) {
	t.Helper()
	if v.In == "" || v.Rule == "" || v.Message == "" || v.Pointer != "" && v.In == "body" && v.Pointer[0] != '/' {
		t.Errorf("incomplete: %+v", v)
	}
	if strings.IndexFunc(v.Message, unicode.IsControl) >= 0 || len(v.Message) > 1000 {
		t.Errorf("the message does not fit a header: %q", v.Message)
	}
}

// checkAccepted decodes what was let through as a handler would.
func checkAccepted(t *testing.T, id string, body []byte) {
	t.Helper()
	if !json.Valid(body) {
		t.Fatalf("%s accepted what is not JSON: %q", id, body)
	}
	var target any
	switch id {
	case "consulterStructureAvecTVAIntraCom":
		target = &struct {
			IDStructureCPP *int64  `json:"idStructureCPP"`
			CodeLangue     *string `json:"codeLangue"`
		}{}
	case "putSandbox":
		target = &struct {
			Seed     *int64            `json:"seed"`
			Profile  *string           `json:"profile"`
			Switches map[string]string `json:"switches"`
			Clock    *struct {
				Mode string   `json:"mode"`
				At   *string  `json:"at"`
				Rate *float64 `json:"rate"`
			} `json:"clock"`
		}{}
	default:
		return
	}
	if err := json.Unmarshal(body, target); err != nil {
		t.Fatalf("%s accepted what does not decode: %v: %q", id, err, body)
	}
}
