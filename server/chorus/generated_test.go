package chorus_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// field is a property of a request, by the names that lead to it.
type field struct {
	path   []string
	schema object
}

// probe is a value to put into a field, and whether the contract takes it there.
type probe struct {
	value any
	taken bool
}

// TestOddValuesNeverBreakAnOperation puts odd values into every property of
// every request, one at a time, on top of requests that are answered. What
// breaks the contract is refused by it; all else is answered within the contract
// (the harness checks that), and never by an error.
func TestOddValuesNeverBreakAnOperation(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, sample())
	for id, bases := range baseRequests() {
		fields := requestFields(t, id)
		if len(fields) == 0 && id != "healthCheck" && id != "telechargerAnnuaireDestinataire" && !strings.HasPrefix(id, "recuperer") {
			t.Errorf("%s: no field was found in its request", id)
		}
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			for _, base := range bases {
				for _, f := range fields {
					for _, odd := range probes(f.schema) {
						p.try(t, id, put(base, f.path, odd.value), odd.taken)
					}
				}
				p.try(t, id, put(base, []string{"inconnue"}, 1), id == "healthCheck")
			}
		})
	}
}

func (p *platform) try(t *testing.T, id string, request object, taken bool) {
	t.Helper()
	sent := body(t, request)
	got := p.ask(techAlpha, id, sent)
	if !taken {
		if got.status != http.StatusUnprocessableEntity {
			t.Errorf("%s %.200s: got %d %s, want it refused by the contract", id, sent, got.status, got.body)
		}
		return
	}
	var answer object
	refused := got.status == http.StatusBadRequest && strings.HasPrefix(got.explain, "file-not-base64: ")
	if err := json.Unmarshal(got.body, &answer); err != nil || got.status != http.StatusOK && !refused {
		t.Errorf("%s %.200s: got %d %.200s, want an answer", id, sent, got.status, got.body)
	}
	for name, value := range answer {
		if strings.HasPrefix(name, "liste") && value == nil {
			t.Errorf("%s %.200s: %s is null, want a list", id, sent, name)
		}
	}
}

// baseRequests has, for each operation, requests that lead into it; {} too.
func baseRequests() map[string][]object {
	bases := map[string][]object{
		"consulterStructureAvecTVAIntraCom": {{"idStructureCPP": 101}},
		"rechercherServicesStructure":       {{"idStructure": 101}},
		"consulterServiceStructure":         {{"idStructure": 101, "idService": 1011}},
		"rechercherEspaces": {{"structure": object{"idStructure": 101}, "idService": 1011},
			{"structure": object{"identifiantStructure": "00000000000101", "typeIdentifiantStructure": "SIRET"}}},
		"listerRattachementsStructureUtilisateur": {{"idStructure": 101, "idUtilisateur": 9004}},
		"recupererCoordonneesBancairesValides":    {{"idStructure": 101}},
		"rechercherServiceExecutant":              {{"idDestinataireCPP": 201}},
		"rechercherEngagementJuridique":           {{"numeroEngagementJuridique": "EJ-1"}},
	}
	for id, base := range basesFlux() {
		bases[id] = append(bases[id], base)
	}
	maps.Copy(bases, actBases())
	for id := range operations() {
		bases[id] = append(bases[id], object{})
	}
	return bases
}

// put is a copy of a request with one property set.
func put(base object, path []string, value any) object {
	changed := maps.Clone(base)
	if changed == nil {
		changed = object{}
	}
	if len(path) == 1 {
		changed[path[0]] = value
		return changed
	}
	inner, _ := base[path[0]].(object)
	changed[path[0]] = put(inner, path[1:], value)
	return changed
}

// probes is what to put into a property of a type.
func probes(schema object) []probe {
	all := []probe{{nil, true}}
	if schema["properties"] != nil {
		either := schema["anyOf"] != nil // an object, or a list of it
		return append(all, probe{"", false}, probe{[]int{}, either}, probe{1, false}, probe{object{}, true})
	}
	long := strings.Repeat("Ƶ", 20_000)
	switch schema["type"] {
	case "array":
		return append(all, probe{[]int{}, true}, probe{object{}, false}, probe{"", false}, probe{1, false}, probe{[]any{[]int{}}, false})
	case "number":
		for _, number := range []string{"0", "-1", "0.1", "1e3", "9999999999999.999999", "123456789.1234567891"} {
			all = append(all, probe{json.Number(number), true})
		}
		return append(all, probe{"1", false}, probe{true, false}, probe{object{}, false})
	case "string":
		if schema["format"] == "date-or-date-time" {
			for _, text := range []string{"2026-03-02", "2026-03-02T23:59:59", "2026-03-02T23:59:59.999+01:00", "2026-03-02T23:59:59Z", "0001-01-01", "9999-12-31T23:59:59"} {
				all = append(all, probe{text, true})
			}
			return append(all, probe{"hier", false}, probe{"2026-02-30", false}, probe{"02/03/2026", false}, probe{1, false})
		}
		values, isEnum := schema["enum"].([]any)
		bound, isBounded := schema["maxLength"].(float64)
		for _, text := range []string{"", " ", "zèbre 🦓 \u202e\u0000", long, "%", `"\`, "ascendant", "siret", "'; --"} {
			all = append(all, probe{text, !isEnum && (!isBounded || utf8.RuneCountInString(text) <= int(bound))})
		}
		for _, value := range values {
			if text, ok := value.(string); ok {
				all = append(all, probe{text, true}, probe{strings.ToLower(text) + " ", false}, probe{swapCase(text), false})
			}
		}
		return append(all, probe{1, false}, probe{true, false}, probe{[]string{"a"}, false}, probe{object{}, false})
	case "integer":
		for _, number := range []string{"0", "1", "-1", "101"} {
			all = append(all, probe{json.Number(number), true})
		}
		for _, number := range []string{"2147483648", "-2147483649", "9999999999", "9223372036854775807", "-9223372036854775808"} {
			all = append(all, probe{json.Number(number), schema["format"] != "int32"})
		}
		for _, number := range []string{"9223372036854775808", "-9223372036854775809", "1.5", "1.0", "1e3", "1e400"} {
			all = append(all, probe{json.Number(number), false})
		}
		return append(all, probe{"1", false}, probe{"", false}, probe{true, false}, probe{[]int{1}, false})
	case "boolean":
		return append(all, probe{true, true}, probe{false, true}, probe{"true", false}, probe{"", false}, probe{0, false})
	}
	return all
}

func swapCase(text string) string {
	return strings.Map(func(r rune) rune {
		if lower := strings.ToLower(string(r)); lower != string(r) {
			return rune(lower[0])
		}
		return rune(strings.ToUpper(string(r))[0])
	}, text)
}

// requestFields reads an operation's request from its document.
func requestFields(t *testing.T, id string) []field {
	t.Helper()
	op, _ := contractSet(t).Operation(id)
	document, _ := contractSet(t).Document(op.Document)
	var whole map[string]any
	text, err := document.JSON()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &whole); err != nil {
		t.Fatal(err)
	}
	node := dig(whole, "paths", op.Path, strings.ToLower(op.Method), "requestBody", "content", "application/json", "schema")
	if node == nil {
		return nil
	}
	return fieldsOf(whole, resolve(whole, node), nil)
}

func fieldsOf(whole map[string]any, schema object, path []string) []field {
	var all []field
	properties, _ := schema["properties"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		inner := resolve(whole, properties[name])
		here := append(slices.Clone(path), name)
		all = append(all, field{here, inner})
		all = append(all, fieldsOf(whole, inner, here)...)
	}
	return all
}

func resolve(whole map[string]any, node any) object {
	schema, _ := node.(map[string]any)
	if ref, ok := schema["$ref"].(string); ok {
		return resolve(whole, dig(whole, strings.Split(strings.TrimPrefix(ref, "#/"), "/")...))
	}
	return schema
}

func dig(node any, path ...string) any {
	for _, name := range path {
		object, _ := node.(map[string]any)
		node = object[name]
	}
	return node
}
