package openapi_test

import (
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"chorus-qualif/openapi"
)

const sound = `openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /a/{b}:
    get:
      operationId: getA
      parameters:
        - {name: b, in: path, required: true, schema: {type: string}}
      responses:
        '204': {description: nothing}
`

func TestLoadFSRefusesBrokenDocuments(t *testing.T) {
	t.Parallel()
	change := func(old, new string) string {
		if !strings.Contains(sound, old) {
			t.Fatalf("%q is not there to be replaced", old)
		}
		return strings.Replace(sound, old, new, 1)
	}
	tests := map[string]struct{ text, wants string }{
		"not YAML":               {"openapi: [", "yaml"},
		"another version":        {change("3.0.3", "3.1.0"), "want 3.0.x"},
		"no version":             {change("openapi: 3.0.3\n", ""), "3.0.x"},
		"unresolved reference":   {change("{type: string}", "{$ref: '#/components/schemas/X'}"), "components/schemas/X"},
		"reference to a file":    {change("{type: string}", "{$ref: 'other.yaml#/X'}"), "external"},
		"no operationId":         {change("      operationId: getA\n", ""), "GET /a/{b}: operationId is missing"},
		"path parameter missing": {change("/a/{b}", "/a/{b}/{c}"), "/a/{b}/{c}"},
		"text around parameter":  {change("/a/{b}", "/a/{b}.json"), `GET /a/{b}.json: segment "{b}.json" mixes`},
		"array parameter":        {change("{type: string}", "{type: array, items: {type: string}}"), "GET /a/{b}: path parameter b: want a string"},
		"list with a style":      {change("      responses", "        - {name: l, in: query, style: pipeDelimited, explode: false, schema: {type: array, items: {type: string}}}\n      responses"), "query parameter l: want a string"},
		"list of lists":          {change("      responses", "        - {name: l, in: query, schema: {type: array, items: {type: array, items: {type: string}}}}\n      responses"), "query parameter l: want a string"},
		"pattern":                {change("{type: string}", "{type: string, pattern: '(?=x)'}"), "error parsing regexp"},
		"class of statuses":      {change("'204'", "4XX"), "GET /a/{b}: response 4XX: want a known status"},
		"unknown status":         {change("'204'", "'299'"), "response 299: want a known status"},
		"range of media types":   {change("{description: nothing}", "{description: d, content: {'*/*': {schema: {}}}}"), "response 204: content */*: ranges"},
		"content without schema": {change("{description: nothing}", "{description: d, content: {application/json: {}}}"), "content application/json: schema is missing"},
		"two request bodies": {change("      responses", "      requestBody: {content: {application/json: {schema: {}}, text/plain: {schema: {}}}}\n      responses"),
			"request body: want exactly one content"},
		"number in a form": {change("      responses", "      requestBody: {content: {application/x-www-form-urlencoded: {schema: {type: object, properties: {n: {type: integer}}}}}}\n      responses"),
			"form field n: only strings"},
		"example that does not fit": {change("{type: string}", "{type: string, enum: [x]}, example: y"), "/a/{b}"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			set, err := openapi.LoadFS(fstest.MapFS{"broken.yaml": {Data: []byte(test.text)}, "fine.yaml": {Data: []byte(change("getA", "getB"))}})
			if err == nil {
				t.Fatalf("loaded %d documents", len(set.Documents()))
			}
			if !strings.HasPrefix(err.Error(), "openapi: broken.yaml: ") || !strings.Contains(err.Error(), test.wants) {
				t.Errorf("error %q, want it to name the file and %q", err, test.wants)
			}
		})
	}
}

func TestLoadFS(t *testing.T) {
	t.Parallel()
	file := &fstest.MapFile{Data: []byte(sound)}
	set, err := openapi.LoadFS(fstest.MapFS{"one.yaml": file, "below/two.yaml": file, "three.json": file})
	if err != nil {
		t.Fatal(err)
	}
	found, ok := set.Operation("getA")
	if !ok || found.GinPath != "/a/:b" || found.Path != "/a/{b}" || found.Method != "GET" || found.Body {
		t.Errorf("operation: %+v", found)
	}
	if _, ok := set.Document("two"); ok || len(set.Documents()) != 1 {
		t.Errorf("documents: %d", len(set.Documents()))
	}
	if _, ok := set.Operation("getB"); ok {
		t.Error("there is an operation getB")
	}

	if _, err := openapi.LoadFS(fstest.MapFS{}); err == nil {
		t.Error("nothing was loaded without an error")
	}
	_, err = openapi.LoadFS(fstest.MapFS{"one.yaml": file, "two.yaml": file})
	if want := "openapi: two.yaml: GET /a/{b}: operationId getA is taken by GET /a/{b} of one.yaml"; err == nil || err.Error() != want {
		t.Errorf("two operations of one id: %v", err)
	}
}

// What the examples say is read by people and by tests, not by the program; what
// only looks like an example is.
func TestLoadFSLeavesExamplesOut(t *testing.T) {
	t.Parallel()
	text := strings.Replace(sound, "      responses:\n", `
      requestBody:
        content:
          application/json:
            schema:
              type: object
              additionalProperties: false
              properties:
                examples:
                  type: string
            examples:
              one:
                summary: 'an example: ["'
                value:
                  examples: |
                    application/json:

                      examples:
          # still an example
              two: {value: 1}
      responses:
`, 1)
	set, err := openapi.LoadFS(fstest.MapFS{"one.yaml": {Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	found, _ := set.Operation("getA")
	for body, want := range map[string]string{`{"examples":"x"}`: "", `{"examples":1}`: "type", `{"one":1}`: openapi.RuleUnknownProperty} {
		rule := ""
		for _, v := range found.ValidateRequest(openapi.Request{Path: map[string]string{"b": "b"}, Body: []byte(body)}) {
			rule += v.Rule
		}
		if rule != want {
			t.Errorf("%s: %q, want %q", body, rule, want)
		}
	}
	asJSON, err := set.Documents()[0].JSON()
	if err != nil || !strings.Contains(string(asJSON), `an example: [`) {
		t.Errorf("the JSON has no examples: %v %s", err, asJSON)
	}

	broken := text + "  /b: [\n"
	line := "line " + strconv.Itoa(1+strings.Count(text, "\n"))
	if _, err := openapi.LoadFS(fstest.MapFS{"one.yaml": {Data: []byte(broken)}}); err == nil || !strings.Contains(err.Error(), line) {
		t.Errorf("a mistake after the examples: %v, want it on %s", err, line)
	}
	set, err = openapi.LoadFS(fstest.MapFS{"one.yaml": {Data: []byte(strings.Replace(text, "two: {value: 1}", "two: {", 1))}})
	if err != nil {
		t.Fatalf("a mistake in an example: %v", err)
	}
	if _, err := set.Documents()[0].JSON(); err == nil {
		t.Error("a mistake in an example went into the JSON")
	}
}

// readOnly properties have no place in requests, writeOnly ones none in
// answers; no document of ours has any yet, so this one has.
func TestDirections(t *testing.T) {
	t.Parallel()
	text := strings.Replace(strings.Replace(sound, "get:", "put:", 1), "      responses:\n        '204': {description: nothing}\n", `
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/S'}}}}
      responses:
        '200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/S'}}}}
components:
  schemas:
    S:
      type: object
      required: [made, secret]
      properties:
        made: {type: string, readOnly: true}
        secret: {type: string, writeOnly: true}
`, 1)
	set, err := openapi.LoadFS(fstest.MapFS{"one.yaml": {Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	found, _ := set.Operation("getA")
	request := openapi.Request{Path: map[string]string{"b": "b"}, Body: []byte(`{"secret":"x"}`)}
	if got := found.ValidateRequest(request); got != nil {
		t.Errorf("request: %+v", got)
	}
	request.Body = []byte(`{"secret":"x","made":"y"}`)
	if got := found.ValidateRequest(request); len(got) != 1 || got[0].Rule != "readOnly" || got[0].Pointer != "/made" {
		t.Errorf("request with what the server makes: %+v", got)
	}
	if got := found.ValidateResponse(200, headers("Content-Type", "application/json"), []byte(`{"made":"y"}`)); got != nil {
		t.Errorf("answer: %+v", got)
	}
}
