package openapi_test

import (
	"bufio"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// facts is what one side says: of each field of an operation its type, whether
// it is required and its values; beside them, which fields may be null.
type facts struct {
	says     map[string]string
	nullable map[string]bool
}

// fact is where a field is.
type fact struct{ operation, side, field string }

func (f fact) String() string { return f.operation + "\t" + f.side + "\t" + f.field }

func TestDocumentsSayWhatTheOfficialOnesSay(t *testing.T) {
	t.Parallel()
	for name, operations := range map[string]int{"structures": 6, "factures": 22} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			official := readFacts(t, "testdata/facts/"+name+".txt")
			ours := factsOf(t, parsed(t, name))
			for _, deviation := range readDeviations(t, "testdata/facts/"+name+"-deviations.txt") {
				if !deviation.apply(official, ours) {
					t.Errorf("deviation %+v is not needed", deviation)
				}
			}
			paths := 0
			for _, field := range slices.Sorted(maps.Keys(official)) {
				if strings.HasSuffix(field, "\tpath") {
					paths++
				}
				if ours.says[field] != official[field] {
					t.Errorf("%s\n  official: %q\n  ours:     %q", strings.ReplaceAll(field, "\t", " "), official[field], ours.says[field])
				}
				delete(ours.says, field)
			}
			if paths != operations {
				t.Errorf("%d operations in the official document, want %d", paths, operations)
			}
			for field, says := range ours.says {
				t.Errorf("%s (%s) is not in the official document, and not among the known deviations", field, says)
			}
			for field := range ours.nullable {
				t.Errorf("%s may be null, and is not among the known deviations", field)
			}
		})
	}
}

// deviation is a known difference, with its evidence.
type deviation struct{ kind, operation, side, field, evidence string }

// apply makes the fields that the deviation is about agree; false tells that
// there is none.
func (d deviation) apply(official map[string]string, ours facts) bool {
	needed := false
	for key := range maps.Clone(ours.nullable) {
		if d.kind == "null" && d.matches(key) {
			delete(ours.nullable, key)
			needed = true
		}
	}
	for key, is := range maps.Clone(ours.says) {
		if !d.matches(key) {
			continue
		}
		was, isOfficial := official[key]
		agrees := false
		switch d.kind {
		case "added":
			if !isOfficial {
				delete(ours.says, key)
				needed = true
			}
			continue
		case "optional":
			agrees = is == strings.Replace(was, "\trequired\t", "\t-\t", 1)
		case "either":
			agrees = is == strings.Replace(was, "object\t", "object|array\t", 1)
		case "format":
			agrees = slices.Contains([]string{"string", "string/date", "string/date-or-date-time"}, strings.Split(is, "\t")[0]) &&
				strings.HasPrefix(was, "string/date-time\t")
		}
		if agrees && is != was {
			ours.says[key] = was
			needed = true
		}
	}
	return needed && d.evidence != ""
}

func (d deviation) matches(key string) bool {
	parts := strings.SplitN(key, "\t", 3)
	if len(parts) < 3 || d.side != parts[1] || d.operation != "*" && d.operation != parts[0] {
		return false
	}
	at := fact{parts[0], parts[1], parts[2]}
	if name, anywhere := strings.CutPrefix(d.field, "*."); anywhere {
		return at.field == name || strings.HasSuffix(at.field, "."+name)
	}
	if above, whatever := strings.CutSuffix(d.field, "*"); whatever {
		return strings.HasPrefix(at.field, above)
	}
	below := strings.TrimPrefix(at.field, d.field)
	return below == "" || d.kind == "added" && below != at.field && (below[0] == '.' || below[0] == '[')
}

func lines(t *testing.T, name string) [][]string {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var all [][]string
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if line := lines.Text(); line != "" && line[0] != '#' {
			all = append(all, strings.Split(line, "\t"))
		}
	}
	if len(all) == 0 {
		t.Fatalf("%s has no facts", name)
	}
	return all
}

func readDeviations(t *testing.T, name string) []deviation {
	t.Helper()
	var all []deviation
	for _, columns := range lines(t, name) {
		if len(columns) != 5 {
			t.Fatalf("%s: %q: want 5 columns", name, columns)
		}
		all = append(all, deviation{columns[0], columns[1], columns[2], columns[3], columns[4]})
	}
	return all
}

func readFacts(t *testing.T, name string) map[string]string {
	t.Helper()
	all, lists := map[string]string{}, map[string]string{}
	for _, columns := range lines(t, name) {
		var key, says string
		switch {
		case columns[0][0] == '@':
			lists[columns[0]] = columns[1]
			continue
		case columns[1] == "path" || columns[1] == "body":
			key, says = strings.Join(columns[:2], "\t"), columns[2]
		default:
			if values, ok := lists[columns[5]]; ok {
				columns[5] = values
			}
			key, says = strings.Join(columns[:3], "\t"), strings.Join(columns[3:], "\t")
		}
		if _, twice := all[key]; twice {
			t.Errorf("%s: %q is there twice", name, key)
		}
		all[key] = says
	}
	return all
}

func factsOf(t *testing.T, document *openapi3.T) facts {
	t.Helper()
	all := facts{map[string]string{}, map[string]bool{}}
	for path, item := range document.Paths.Map() {
		for method, operation := range item.Operations() {
			id := operation.OperationID
			all.says[id+"\tpath"] = method + " " + path
			body := operation.RequestBody.Value
			all.says[id+"\tbody"] = map[bool]string{true: "required", false: "optional"}[body.Required]
			all.add(t, fact{id, "request", ""}, body.Content["application/json"].Schema.Value, false)
			all.add(t, fact{id, "response", ""}, operation.Responses.Value("200").Value.Content["application/json"].Schema.Value, false)
		}
	}
	return all
}

func (f facts) add(t *testing.T, at fact, schema *openapi3.Schema, required bool) {
	t.Helper()
	if at.field != "" {
		f.says[at.String()] = strings.Join([]string{typeOf(schema), requirement(required), valuesOf(schema)}, "\t")
		if schema.Nullable && at.side == "response" {
			f.nullable[at.String()] = true
		}
	}
	for name, property := range schema.Properties {
		below := at
		below.field = strings.TrimPrefix(at.field+"."+name, ".")
		f.add(t, below, property.Value, slices.Contains(schema.Required, name))
	}
	switch {
	case schema.Items == nil:
	case schema.Type == nil:
		// An object or an array of it: the two must be the same.
		if !reflect.DeepEqual(maps.Collect(maps.All(schema.Properties)), maps.Collect(maps.All(schema.Items.Value.Properties))) {
			t.Errorf("%s: the items are not what the object is", at)
		}
	default:
		at.field += "[]"
		f.add(t, at, schema.Items.Value, false)
	}
}

func requirement(required bool) string {
	if required {
		return "required"
	}
	return "-"
}

func typeOf(schema *openapi3.Schema) string {
	if schema.Type == nil {
		var forms []string
		for _, form := range schema.AnyOf {
			forms = append(forms, typeOf(form.Value))
		}
		return strings.Join(forms, "|")
	}
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
