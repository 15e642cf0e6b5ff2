package openapi_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/goccy/go-yaml"

	"chorus-qualif/openapi"
)

// forEachOperation runs a subtest for every operation of every document.
func forEachOperation(t *testing.T, test func(t *testing.T, compiled *openapi.Operation, declared *openapi3.Operation)) {
	t.Helper()
	for _, document := range load(t).Documents() {
		model := parsed(t, document.Name)
		for _, compiled := range document.Operations {
			declared := model.Paths.Value(compiled.Path).GetOperation(compiled.Method)
			t.Run(compiled.ID, func(t *testing.T) {
				t.Parallel()
				test(t, compiled, declared)
			})
		}
	}
}

func TestEveryOperationIsDescribed(t *testing.T) {
	t.Parallel()
	forEachOperation(t, func(t *testing.T, compiled *openapi.Operation, declared *openapi3.Operation) {
		if declared.Summary == "" || declared.Description == "" {
			t.Error("summary or description is missing")
		}
		for _, parameter := range declared.Parameters {
			if parameter.Value.Description == "" {
				t.Errorf("parameter %s has no description", parameter.Value.Name)
			}
		}
		for code, response := range declared.Responses.Map() {
			if response.Value.Description == nil || *response.Value.Description == "" {
				t.Errorf("response %s has no description", code)
			}
		}
	})
}

func TestEveryExampleIsValid(t *testing.T) {
	t.Parallel()
	forEachOperation(t, func(t *testing.T, compiled *openapi.Operation, declared *openapi3.Operation) {
		if declared.RequestBody != nil {
			checkRequestExamples(t, compiled, declared)
		}
		for _, status := range compiled.Statuses {
			checkResponseExamples(t, compiled, status, declared.Responses.Status(status).Value)
		}
	})
}

func checkRequestExamples(t *testing.T, compiled *openapi.Operation, declared *openapi3.Operation) {
	t.Helper()
	for name, media := range declared.RequestBody.Value.Content {
		if len(media.Examples) == 0 {
			t.Errorf("request body %s has no example", name)
		}
		for key, example := range media.Examples {
			request := exampleParameters(compiled, declared)
			request.ContentType = name
			request.Body = encode(t, name, example.Value.Value)
			if violations := compiled.ValidateRequest(request); violations != nil {
				t.Errorf("request example %s: %+v", key, violations)
			}
		}
	}
}

func checkResponseExamples(t *testing.T, compiled *openapi.Operation, status int, response *openapi3.Response) {
	t.Helper()
	header := http.Header{}
	for name := range response.Headers {
		header.Set(name, "an example")
	}
	if len(response.Content) == 0 {
		if violations := compiled.ValidateResponse(status, header, nil); violations != nil {
			t.Errorf("%d without a body: %+v", status, violations)
		}
	}
	for name, media := range response.Content {
		if !strings.HasSuffix(name, "json") {
			continue
		}
		if len(media.Examples) == 0 {
			t.Errorf("%d %s has no example", status, name)
		}
		header.Set("Content-Type", name+";charset=utf-8")
		for key, example := range media.Examples {
			if violations := compiled.ValidateResponse(status, header, encode(t, name, example.Value.Value)); violations != nil {
				t.Errorf("%d example %s: %+v", status, key, violations)
			}
		}
	}
}

// exampleParameters gives every path parameter its example.
func exampleParameters(compiled *openapi.Operation, declared *openapi3.Operation) openapi.Request {
	request := openapi.Request{Path: map[string]string{}, Query: url.Values{}, Header: http.Header{}}
	for _, parameter := range compiled.Parameters {
		if parameter.In == "path" {
			request.Path[parameter.Name] = "example"
		}
	}
	for _, parameter := range declared.Parameters {
		if example, ok := parameter.Value.Example.(string); ok && parameter.Value.In == "path" {
			request.Path[parameter.Value.Name] = example
		}
	}
	return request
}

func encode(t *testing.T, contentType string, value any) []byte {
	t.Helper()
	if contentType == "application/x-www-form-urlencoded" {
		form := url.Values{}
		for name, field := range value.(map[string]any) {
			form.Set(name, field.(string))
		}
		return []byte(form.Encode())
	}
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Real clients send null for what they have not got, and the service refuses
// what it does not know.
func TestRequestsOfThePlatformAcceptNullAndNothingUnknown(t *testing.T) {
	t.Parallel()
	forEachOperation(t, func(t *testing.T, compiled *openapi.Operation, declared *openapi3.Operation) {
		if compiled.API == "" || declared.RequestBody == nil {
			return
		}
		eachObject(declared.RequestBody.Value.Content["application/json"].Schema.Value, "", func(path string, object *openapi3.Schema) {
			if object.AdditionalProperties.Has == nil || *object.AdditionalProperties.Has {
				t.Errorf("%s/ accepts unknown properties", path)
			}
			for name, property := range object.Properties {
				if !acceptsNull(property.Value) {
					t.Errorf("%s/%s does not accept null", path, name)
				}
				if enum := property.Value.Enum; enum != nil && !slices.Contains(enum, nil) {
					t.Errorf("%s/%s: null is not among the values, so other tools refuse it", path, name)
				}
			}
		})
	})
}

func acceptsNull(schema *openapi3.Schema) bool {
	return schema.Nullable || slices.ContainsFunc(schema.AnyOf, func(form *openapi3.SchemaRef) bool { return form.Value.Nullable })
}

func TestAnswersHaveNoUndeclaredProperties(t *testing.T) {
	t.Parallel()
	open := map[string]bool{
		"waitEvent 200/data":                           true,
		"getJournal 200/events/item/data":              true, // the shape depends on the event
		"listFaults 200/faults/item/settings":          true, // the shape depends on the kind
		"listFaults 200/faults/item/match/header":      true,
		"putFault 200/settings":                        true,
		"putFault 200/match/header":                    true,
		"getFault 200/settings":                        true,
		"getFault 200/match/header":                    true,
		"listFaultKinds 200/presets/item/settings":     true,
		"listFaultKinds 200/presets/item/match/header": true,
		"getRequest 200/requestHeaders":                true,
		"getRequest 200/responseHeaders":               true,
		"exportRequestsHar 200":                        true, // another standard's document
		"getOpenapiDocument 200":                       true, // an OpenAPI document
		"startScenarioRun 201/run":                     true, // the values of package result
		"startRecordingRun 201/run":                    true,
		"getScenarioRun 200/run":                       true,
		"stepScenarioRun 200/run":                      true,
		"listScenarioRuns 200/runs/item/run":           true,
		"listProfiles 200/profiles/item/values":        true, // keys are data
		"getSandbox 200/switches":                      true,
		"putSandbox 200/switches":                      true,
		"putSandbox 201/switches":                      true,
		"resetSandbox 200/switches":                    true,
		"restoreSandbox 200/switches":                  true,
		"forkSandbox 200/switches":                     true,
		"forkSandbox 201/switches":                     true,
		"listSandboxes 200/sandboxes/item/switches":    true,

		"listFaultChanges 200/changes/item/fault/settings":     true,
		"listFaultChanges 200/changes/item/fault/match/header": true,
	}
	forEachOperation(t, func(t *testing.T, compiled *openapi.Operation, declared *openapi3.Operation) {
		for _, status := range compiled.Statuses {
			for name, media := range declared.Responses.Status(status).Value.Content {
				at := fmt.Sprintf("%s %d", compiled.ID, status)
				eachObject(media.Schema.Value, at, func(path string, object *openapi3.Schema) {
					closed := object.AdditionalProperties.Has != nil && !*object.AdditionalProperties.Has
					if !closed && !open[path] {
						t.Errorf("%s (%s) accepts undeclared properties", path, name)
					}
				})
			}
		}
	})
}

func eachObject(schema *openapi3.Schema, path string, visit func(path string, object *openapi3.Schema)) {
	if schema.Type.Is(openapi3.TypeObject) || len(schema.Properties) > 0 {
		visit(path, schema)
	}
	for name, property := range schema.Properties {
		eachObject(property.Value, path+"/"+name, visit)
	}
	if schema.Items != nil {
		eachObject(schema.Items.Value, path+"/item", visit)
	}
	for _, form := range schema.OneOf {
		if form.Value.AdditionalProperties.Has != nil {
			eachObject(form.Value, path, visit)
		}
	}
}

func TestSubscriptions(t *testing.T) {
	t.Parallel()
	want := map[string]string{"structures": "structures", "transverses": "transverses", "utilisateurs": "utilisateurs",
		"factures": "factures", "engagements-juridiques": "engagementsJuridiques", "factures-travaux": "facturesTravaux",
		"piste": "", "portal": "", "admin": ""}
	var names []string
	for _, document := range load(t).Documents() {
		names = append(names, document.Name)
		if document.API != want[document.Name] {
			t.Errorf("%s: API %q", document.Name, document.API)
		}
		for _, one := range document.Operations {
			if one.API != document.API || one.Document != document.Name {
				t.Errorf("%s: API %q, document %q", one.ID, one.API, one.Document)
			}
			if strings.HasPrefix(one.Path, "/cpro/") != (one.API != "") || one.API != "" && !strings.HasPrefix(one.Path, "/cpro/"+one.API+"/") {
				t.Errorf("%s: path %s does not go with API %q", one.ID, one.Path, one.API)
			}
		}
	}
	if !slices.IsSorted(names) || len(names) != len(want) {
		t.Errorf("documents: %v", names)
	}
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	for i := range names {
		names[i] = filepath.ToSlash(names[i])
	}
	return names
}

func TestEveryDocumentHereIsEmbedded(t *testing.T) {
	t.Parallel()
	set, err := openapi.Load()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, document := range set.Documents() {
		got = append(got, document.Name+".yaml")
	}
	slices.Sort(got)
	want := slices.DeleteFunc(glob(t, "*.yaml"), func(name string) bool { return name == "redocly.yaml" })
	if !slices.Equal(got, want) {
		t.Errorf("embedded %v, want %v", got, want)
	}
}

func TestTheLinterKnowsEveryDocument(t *testing.T) {
	t.Parallel()
	config, err := os.ReadFile("redocly.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range glob(t, "*.yaml") {
		if name != "redocly.yaml" && !strings.Contains(string(config), "root: "+name+"\n") {
			t.Errorf("redocly.yaml does not list %s", name)
		}
	}
}

func TestTheJSONIsTheSameDocument(t *testing.T) {
	t.Parallel()
	for _, document := range load(t).Documents() {
		converted, err := yaml.YAMLToJSON(document.YAML)
		if err != nil {
			t.Fatal(err)
		}
		asJSON, err := document.JSON()
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(decode(t, asJSON), decode(t, converted)) {
			t.Errorf("%s: JSON and YAML differ", document.Name)
		}
	}
}

func decode(t *testing.T, text []byte) (value any) {
	t.Helper()
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(&value); err != nil {
		t.Fatal(err)
	}
	return value
}
