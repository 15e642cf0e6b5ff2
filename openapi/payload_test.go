package openapi_test

import (
	"slices"
	"testing"

	"chorus-qualif/openapi"
)

func TestBodyPropertiesAreTold(t *testing.T) {
	t.Parallel()
	set, err := openapi.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		operation string
		path      []string
		known     bool
		declares  string
	}{
		{"putSandbox", []string{"clock", "mode"}, true, "mode"},
		{"putSandbox", []string{"clok"}, false, "clock"},
		{"putSandbox", []string{"clock", "moment"}, false, "at"},
		{"putSandbox", []string{"switches", "token.clock"}, true, ""},
		{"advanceClock", []string{"until", "state", "account"}, true, "account"},
		{"advanceClock", []string{"until", "state", "acount"}, false, "account"},
		{"rechercherStructure", []string{"structure", "identifiantStructure"}, true, "identifiantStructure"},
		{"rechercherStructure", []string{"structures"}, false, "structure"},
		{"issueToken", []string{"anything"}, true, "client_id"},
		{"getClock", []string{"by"}, false, ""},
	} {
		operation, ok := set.Operation(c.operation)
		if !ok {
			t.Fatalf("%s is not declared", c.operation)
		}
		known, declared := operation.BodyProperty(c.path...)
		if known != c.known {
			t.Errorf("%s %q: got known %t, want %t (%q)", c.operation, c.path, known, c.known, declared)
		}
		if c.declares != "" && !slices.Contains(declared, c.declares) {
			t.Errorf("%s %q: got %q, which lacks %s", c.operation, c.path, declared, c.declares)
		}
	}
}

func TestBodyTypesAreTold(t *testing.T) {
	t.Parallel()
	set, err := openapi.Load()
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{
		"putSandbox": "application/json", "issueToken": "application/x-www-form-urlencoded", "getClock": "",
	} {
		operation, _ := set.Operation(id)
		if got := operation.BodyType(); got != want {
			t.Errorf("%s: got %q, want %q", id, got, want)
		}
	}
}
