package openapi_test

import (
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"chorus-qualif/openapi"
)

// loadOnce shares one set between the tests: it may be used by many goroutines,
// and the race detector watches.
var loadOnce = sync.OnceValues(openapi.Load)

func load(t testing.TB) *openapi.Set {
	t.Helper()
	set, err := loadOnce()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func operation(t testing.TB, id string) *openapi.Operation {
	t.Helper()
	found, ok := load(t).Operation(id)
	if !ok {
		t.Fatalf("there is no operation %s", id)
	}
	return found
}

// models are the documents as a stranger's tool reads them: from the text
// alone. Reading one does not change it, so the tests share them.
var models = sync.OnceValues(func() (map[string]*openapi3.T, error) {
	set, err := loadOnce()
	if err != nil {
		return nil, err
	}
	all := map[string]*openapi3.T{}
	for _, document := range set.Documents() {
		if all[document.Name], err = openapi3.NewLoader().LoadFromData(document.YAML); err != nil {
			return nil, err
		}
	}
	return all, nil
})

func parsed(t testing.TB, name string) *openapi3.T {
	t.Helper()
	all, err := models()
	if err != nil || all[name] == nil {
		t.Fatalf("document %s: %v", name, err)
	}
	return all[name]
}

func jsonRequest(body string) openapi.Request {
	return openapi.Request{ContentType: "application/json", Body: []byte(body)}
}

// withName is a request to an operation on the sandbox "default".
func withName(body string) openapi.Request {
	request := jsonRequest(body)
	request.Path = map[string]string{"name": "default"}
	return request
}

// brief is a violation without its sentence.
type brief struct{ in, pointer, rule string }

func briefs(violations []openapi.Violation) []brief {
	var all []brief
	for _, v := range violations {
		all = append(all, brief{v.In, v.Pointer, v.Rule})
	}
	return all
}
