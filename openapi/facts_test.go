package openapi_test

import (
	"bufio"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// fact is what one side of an operation says of one field.
type fact struct{ operation, side, field string }

func TestStructuresSayWhatTheOfficialDocumentSays(t *testing.T) {
	t.Parallel()
	official := readFacts(t, "testdata/facts/structures.txt")
	ours := factsOf(t, parsed(t, "structures"))
	deviations := readFacts(t, "testdata/facts/structures-deviations.txt")

	for key, evidence := range deviations {
		what, field, _ := strings.Cut(key, "\t")
		if evidence == "" {
			t.Errorf("deviation %q has no evidence", key)
		}
		was, isOfficial := official[field]
		is, isOurs := ours[field]
		switch {
		case what == "added" && !isOfficial && isOurs:
			delete(ours, field)
		case what == "format" && isOfficial && is == strings.Replace(was, "string/date-time", "string", 1):
			ours[field] = was
		default:
			t.Errorf("deviation %q is not needed: official %q, ours %q", key, was, is)
		}
	}
	for _, field := range slices.Sorted(maps.Keys(official)) {
		if ours[field] != official[field] {
			t.Errorf("%s\n  official: %q\n  ours:     %q", strings.ReplaceAll(field, "\t", " "), official[field], ours[field])
		}
		delete(ours, field)
	}
	for field, says := range ours {
		t.Errorf("%s (%s) is not in the official document, and not among the known deviations", field, says)
	}
}

// readFacts reads lines of three keys and the rest; comments begin with #.
func readFacts(t *testing.T, name string) map[string]string {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	keys := 3
	if strings.Contains(name, "deviations") {
		keys = 4
	}
	facts := map[string]string{}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		line := lines.Text()
		if strings.HasPrefix(line, "#") || line == "" {
			continue
		}
		columns := strings.Split(line, "\t")
		if columns[1] == "path" || columns[1] == "body" {
			facts[columns[0]+"\t"+columns[1]] = columns[2]
			continue
		}
		key := strings.Join(columns[:keys], "\t")
		if _, twice := facts[key]; twice {
			t.Errorf("%s: %q is there twice", name, key)
		}
		facts[key] = strings.Join(columns[keys:], "\t")
	}
	if len(facts) == 0 {
		t.Fatalf("%s has no facts", name)
	}
	return facts
}

func factsOf(t *testing.T, document *openapi3.T) map[string]string {
	t.Helper()
	facts := map[string]string{}
	for path, item := range document.Paths.Map() {
		for method, operation := range item.Operations() {
			id := operation.OperationID
			facts[id+"\tpath"] = method + " " + path
			body := operation.RequestBody.Value
			facts[id+"\tbody"] = map[bool]string{true: "required", false: "optional"}[body.Required]
			addFacts(facts, fact{id, "request", ""}, body.Content["application/json"].Schema.Value, false)
			addFacts(facts, fact{id, "response", ""}, operation.Responses.Value("200").Value.Content["application/json"].Schema.Value, false)
		}
	}
	return facts
}

func addFacts(facts map[string]string, at fact, schema *openapi3.Schema, required bool) {
	if at.field != "" {
		facts[at.operation+"\t"+at.side+"\t"+at.field] = strings.Join([]string{typeOf(schema), requirement(required), valuesOf(schema)}, "\t")
	}
	for name, property := range schema.Properties {
		below := at
		below.field = strings.TrimPrefix(at.field+"."+name, ".")
		addFacts(facts, below, property.Value, slices.Contains(schema.Required, name))
	}
	if schema.Items != nil {
		at.field += "[]"
		addFacts(facts, at, schema.Items.Value, false)
	}
}

func requirement(required bool) string {
	if required {
		return "required"
	}
	return "-"
}

func typeOf(schema *openapi3.Schema) string {
	name := schema.Type.Slice()[0]
	if schema.Format != "" {
		name += "/" + schema.Format
	}
	return name
}

// valuesOf lists an enumeration in order; null belongs to nullable, not to it.
func valuesOf(schema *openapi3.Schema) string {
	var values []string
	for _, value := range schema.Enum {
		if text, ok := value.(string); ok {
			values = append(values, text)
		}
	}
	if len(values) == 0 {
		return "-"
	}
	slices.Sort(values)
	return strings.Join(values, "|")
}
