package scenarios_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"chorus-qualif/openapi"
	"chorus-qualif/scenarios"
)

var contracts = sync.OnceValues(openapi.Load)

// document is a scenario with one workflow, some of whose parts are replaced:
// a line "# name" in the text stands for what parts holds under that name.
func document(parts map[string]string) string {
	text := `arazzo: 1.0.1
info: {title: Essai, version: 1.0.0}
sourceDescriptions:
  - {name: admin, url: ../openapi/admin.yaml, type: openapi}
  - {name: piste, url: ../openapi/piste.yaml, type: openapi}
  - {name: structures, url: ../openapi/structures.yaml, type: openapi}
  # sources
workflows:
  - workflowId: story
    inputs:
      type: object
      required: [sandbox]
      properties:
        sandbox: {type: string}
        seed: {type: integer, default: 1}
    # workflow
    steps:
      - stepId: open
        operationId: $sourceDescriptions.admin.putSandbox
        parameters:
          - {name: name, in: path, value: $inputs.sandbox}
        requestBody:
          payload: {seed: $inputs.seed, clock: {mode: frozen}}
        successCriteria:
          - condition: $statusCode < 300
        outputs:
          mode: $response.body#/clock/mode
      - stepId: read
        operationId: $sourceDescriptions.admin.getClock
        parameters:
          - {name: name, in: path, value: $inputs.sandbox}
        successCriteria:
          - condition: $response.body#/mode == $steps.open.outputs.mode
          # criteria
        # step
      # steps
  # workflows
# components
`
	var b strings.Builder
	for line := range strings.Lines(text) {
		name, isPart := strings.CutPrefix(strings.TrimSpace(line), "# ")
		if !isPart {
			b.WriteString(line)
			continue
		}
		indent := line[:strings.Index(line, "#")]
		for part := range strings.Lines(parts[name]) {
			b.WriteString(indent + strings.TrimRight(part, "\n") + "\n")
		}
	}
	return b.String()
}

func parse(t *testing.T, text string) (*scenarios.File, scenarios.Problems) {
	t.Helper()
	set, err := contracts()
	if err != nil {
		t.Fatal(err)
	}
	return scenarios.Parse(set, "essai.arazzo.yaml", []byte(text))
}

func TestAScenarioWithoutMistakeIsRead(t *testing.T) {
	t.Parallel()
	file, problems := parse(t, document(map[string]string{
		"step":     "onSuccess: [{name: back, type: goto, stepId: open, criteria: [{condition: $response.body#/rate > 0}]}]",
		"workflow": "summary: One\nx-tags: [b, a]\nparameters: [{name: X-Sandbox, in: header, value: $inputs.sandbox}]",
		"steps": `- stepId: token
  description: A token
  operationId: $sourceDescriptions.piste.issueToken
  requestBody: {payload: {grant_type: client_credentials, client_id: 'id of {$inputs.sandbox}'}}
  successCriteria:
    - {context: $statusCode, condition: ^(200|400)$, type: regex}
    - {context: $response.body, condition: "$[?@.error == 'invalid_client']", type: jsonpath}
  onFailure:
    - {name: again, type: retry, retryAfter: 1, retryLimit: 3}`,
		"workflows": `- workflowId: other
  steps:
    - {stepId: call, workflowId: story, parameters: [{name: sandbox, value: x}]}`,
	}))
	if problems != nil {
		t.Fatal(problems)
	}
	if len(file.Workflows) != 2 || file.Title != "Essai" {
		t.Fatalf("got %+v", file)
	}
	story := file.Workflows[0]
	if got, want := fmt.Sprint(story.ID, " ", story.Summary, " ", story.Tags, " ", story.Line), "story One [a b] 8"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	seed, _ := story.Input("seed")
	if seed.Type != "integer" || fmt.Sprint(seed.Default) != "1" || seed.Required {
		t.Errorf("input seed: got %+v", seed)
	}
	token := story.Steps[2]
	if token.Operation.ID != "issueToken" || token.Body.ContentType != "application/x-www-form-urlencoded" || token.Failure[0].Limit != 3 || len(token.Criteria) != 2 {
		t.Errorf("step token: got %+v", token)
	}
	if got := token.Parameters; len(got) != 1 || got[0].Name != "X-Sandbox" {
		t.Errorf("the workflow's parameter is not the step's: %+v", got)
	}
	if got := story.Steps[1].Needs; len(got) != 1 || got[0] != "open.mode" {
		t.Errorf("step read needs %v, want open.mode", got)
	}
	if call := file.Workflows[1].Steps[0]; call.Calls != "story" {
		t.Errorf("step call: got %+v", call)
	}
}

// Each mistake is told with its place, shown here by what stands there, and with
// what was meant. What is not listed may not be told.
func TestMistakesAreTold(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		parts map[string]string
		want  []string
	}{
		"no operation": {map[string]string{"steps": "- {stepId: x, operationId: $sourceDescriptions.admin.getClok, parameters: [{name: name, in: path, value: a}]}"},
			[]string{
				`$sourceDescript | no operation is named "getClok" in admin; did you mean "getClock"?`,
			}},
		"operation of another contract": {map[string]string{"steps": "- {stepId: x, operationId: $sourceDescriptions.admin.issueToken}"},
			[]string{
				`$sourceDescript | no operation is named "issueToken" in admin; it is one of piste.yaml: write $sourceDescriptions.NAME.issueToken`,
			}},
		"operation without its source": {map[string]string{"steps": "- {stepId: x, operationId: livez}"},
			[]string{
				`livez} | operationId "livez" does not say of which source description; write $sourceDescriptions.admin.livez`,
			}},
		"unknown source": {map[string]string{"steps": "- {stepId: x, operationId: $sourceDescriptions.admn.livez}"},
			[]string{
				`$sourceDescript | there is no source description "admn"; did you mean "admin"?`,
			}},
		"no such contract": {map[string]string{"sources": "- {name: p, url: ./pist.yaml}\n- {name: admin, url: admin.yaml}"},
			[]string{
				`./pist.yaml} | the program has no contract "pist.yaml"; did you mean "piste.yaml"?`,
				`admin, url: adm | there are two source descriptions named "admin"`,
			}},
		"no such step": {map[string]string{"criteria": "- condition: $response.body#/mode == $steps.opn.outputs.mode\n- condition: $response.body#/mode == $steps.read.outputs.mode"},
			[]string{
				`$response.body# | there is no step "opn" before; did you mean "open"?`,
				`$response.body# | there is no step "read" before; it comes later`,
			}},
		"no such output": {map[string]string{"criteria": "- condition: $response.body#/mode == $steps.open.outputs.mod"},
			[]string{
				`$response.body# | step open has no output "mod"; did you mean "mode"?`,
			}},
		"no such input": {map[string]string{"criteria": "- condition: $response.body#/mode == $inputs.sed"},
			[]string{
				`$response.body# | workflow story has no input "sed"; did you mean "seed"?`,
			}},
		"no such parameter": {map[string]string{"steps": "- {stepId: x, operationId: $sourceDescriptions.admin.listMails, parameters: [{name: nam, in: path, value: a}, {name: limt, in: query, value: 3}]}"},
			[]string{
				`{stepId: x, ope | step x gives no name, which is in the path of listMails`,
				`{name: nam, in: | listMails has no path parameter "nam"; did you mean "name"?`,
				`{name: limt, in | listMails has no query parameter "limt"; did you mean "limit"?`,
			}},
		"a header that is almost one": {map[string]string{"steps": "- {stepId: x, operationId: $sourceDescriptions.structures.rechercherStructure, parameters: [{name: cpro-acount, in: header, value: a}, {name: X-Mine, in: header, value: a}], requestBody: {payload: {}}}"},
			[]string{
				`{name: cpro-aco | rechercherStructure has no header "cpro-acount"; did you mean "cpro-account"?`,
			}},
		"no such property": {map[string]string{"steps": "- {stepId: x, operationId: $sourceDescriptions.structures.rechercherStructure, parameters: [], requestBody: {payload: {structure: {siret: '1'}, paginaton: {}}}}"},
			[]string{
				`siret: '1'}, pa | the body of rechercherStructure has no property "structure.siret"; there are adresseCodePays, adresseCodePostal, adresseVille, estMOA, estMOAUniquement, identifiantStructure, libelleStructure, nomStructure, prenomStructure, raisonSocialeStructure, statutStructure, typeIdentifiantStructure and 1 more; if it is meant, say x-breaks-contract: true in the step`,
				`paginaton: {}}} | the body of rechercherStructure has no property "paginaton"; there are parametres, restreindreStructuresPrivees, structure; if it is meant, say x-breaks-contract: true in the step`,
			}},
		"conditions": {map[string]string{"criteria": "- condition: $statusCode = 200\n- condition: $statusCode === 200\n- condition: $statusCode == 200 && $statusCode == 201\n- condition: $statusCode == 200 || $statusCode == 201\n- condition: $response.body#/mode == frozen\n- condition: $response.body#/next == null\n- condition: statusCode == 200\n- condition: $statusCod == 200"},
			[]string{
				`$statusCode = 2 | "$statusCode = 200" is no condition; write it as $statusCode == 200, with spaces around the operator`,
				`$statusCode === | "$statusCode === 200" is no condition; write it as $statusCode == 200, with spaces around the operator`,
				`$statusCode ==  | engines differ on && in "$statusCode == 200 && $statusCode == 201"; write two criteria`,
				`$statusCode ==  | engines differ on || in "$statusCode == 200 || $statusCode == 201"; write a regex criterion, such as ^(200|201)$`,
				`$response.body# | frozen is neither a number nor a text; quote it: 'frozen'`,
				`$response.body# | engines differ on null in "$response.body#/next == null"; write a jsonpath criterion, such as $[?@.next == null]`,
				`statusCode == 2 | "statusCode == 200" is no condition; write it as $statusCode == 200, with spaces around the operator`,
				`$statusCod == 2 | "$statusCod" is no runtime expression; did you mean $statusCode?`,
			}},
		"more conditions": {map[string]string{"criteria": "- condition: $response.body#/rate == -1\n- condition: $response.body#/mode > 'a'\n- condition: $response.body#/mode != 'a == b'\n- condition: $response.body#/mode == 'true'\n- {condition: frozen, context: $response.body#/mode}\n- {condition: x, type: xpath, context: $response.body}\n- {condition: $.mode, type: jsonpath, context: $response.body}\n- {condition: '$[?', type: jsonpath, context: $response.body}\n- {condition: a, type: regex}"},
			[]string{
				`$response.body# | -1 is neither a number nor a text; quote it: '-1'`,
				`$response.body# | > compares with a number, not with 'a'`,
				`$response.body# | engines differ on operators within 'a == b'; write a regex criterion`,
				`$response.body# | engines differ on a boolean in quotes; leave the quotes out`,
				`frozen, context | a simple criterion has no context; write type: regex or jsonpath`,
				`x, type: xpath, | criteria of type "xpath" are not replayed; there are simple, regex, jsonpath`,
				`$.mode, type: j | engines differ on where "$.mode" begins; write $[?@.name == 'value'] to ask about the context, or $..name to look for a name in it`,
				`'$[?', type: js | invalid jsonpath "$[?": Error at line 1, column 3: unmatched [`,
				`a, type: regex} | a regex criterion needs a context`,
			}},
		"regular expressions": {map[string]string{"criteria": "- {condition: /a/i, type: regex, context: $response.body#/mode}\n- {condition: '(?i)a', type: regex, context: $response.body#/mode}\n- {condition: 'a(', type: regex, context: $response.body#/mode}"},
			[]string{
				`/a/i, type: reg | engines differ on "/a/i": to one the slashes are not part of it; leave the slashes and the flags out, or write [/]`,
				`'(?i)a', type:  | engines differ on "(?i" in "(?i)a"`,
				"'a(', type: reg | error parsing regexp: missing closing ): `a(`",
			}},
		"expressions": {map[string]string{"criteria": "- condition: $url == 'x'\n- condition: $method == 'GET'\n- condition: $outputs.x == 'x'\n- condition: $response.body#/a[0] == 'x'\n- condition: $workflows.story.outputs.x == 'x'"},
			[]string{
				`$url == 'x' | "$url" is not the same in every engine`,
				`$method == 'GET | "$method" is not the same in every engine`,
				`$outputs.x == ' | "$outputs.x" is known only where a workflow is called`,
				`$response.body# | "$response.body#/a[0]" has a character in its pointer that not every engine takes; use a jsonpath criterion`,
				`$workflows.stor | no step before calls a workflow "story"`,
			}},
		"expressions before there is an answer": {map[string]string{"steps": "- {stepId: x, operationId: $sourceDescriptions.admin.getClock, parameters: [{name: name, in: path, value: $response.body#/a}]}\n- {stepId: y, operationId: $sourceDescriptions.admin.getClock, parameters: [{name: name, in: path, value: 'a $inputs.sandbox'}]}\n- {stepId: z, operationId: $sourceDescriptions.admin.getClock, parameters: [{name: name, in: path, value: $abc}]}\n- {stepId: u, operationId: $sourceDescriptions.admin.getClock, parameters: [{name: name, in: path, value: '{$inputs.sandbox}-$inputs.seed'}]}"},
			[]string{
				`$response.body# | "$response.body#/a" is not known before the request is sent`,
				`'a $inputs.sand | $inputs.sandbox stands within a text without braces; write {$inputs.sandbox}`,
				`$abc}]} | "$abc" is no runtime expression; a text that begins with $ must be one, such as $inputs.NAME`,
				`'{$inputs.sandb | $inputs.seed stands within a text without braces; write {$inputs.seed}`,
			}},
		"values that YAML readers read differently": {map[string]string{"steps": "- {stepId: x, operationId: $sourceDescriptions.admin.setClock, parameters: [{name: name, in: path, value: 007}], requestBody: {payload: {at: 2026-03-01}}}\n- {stepId: y, operationId: $sourceDescriptions.admin.setClock, parameters: [{name: name, in: path, value: .inf}], requestBody: {payload: {at: True}}}"},
			[]string{
				`007}], requestB | 007 is a number that not everyone reads alike; quote it`,
				`2026-03-01}}} | "2026-03-01" is read as timestamp, which JSON does not have; quote it`,
				`.inf}], request | .inf is a number that not everyone reads alike; quote it`,
				`True}}} | "True" is not a boolean everywhere; write true or false`,
			}},
		"duplicate ids": {map[string]string{"steps": "- {stepId: read, operationId: $sourceDescriptions.admin.livez}", "workflows": "- {workflowId: story, steps: [{stepId: a, operationId: $sourceDescriptions.admin.livez}]}"},
			[]string{
				`read, operation | there are two steps named "read" in workflow story`,
				`story, steps: [ | there are two workflows named "story"`,
			}},
		"a goto that goes round": {map[string]string{"step": "onSuccess: [{name: back, type: goto, stepId: open}]"},
			[]string{
				`{name: back, ty | steps open → read → open go round for ever; give the goto a criterion`,
			}},
		"gotos": {map[string]string{"step": "onSuccess: [{name: a, type: goto, stepId: opn, criteria: [{condition: $statusCode == 200}]}, {name: b, type: goto}, {name: c, type: retry}, {name: c, type: end}]\nonFailure: [{name: d, type: goto, stepId: open}, {name: e, type: retry, retryLimit: 0, retryAfter: -1}]"},
			[]string{
				`{name: a, type: | action a goes to step "opn", which workflow story does not have; did you mean "open"?`,
				`{name: b, type: | action b goes to no stepId`,
				`retry}, {name:  | an action cannot be of type "retry" here; there are end, goto`,
				`{name: c, type: | step read has two actions named "c"`,
				`{name: d, type: | action d goes on after a failure: engines differ on whether the workflow then passes; leave the criteria out and choose the way by goto actions with criteria, under onSuccess`,
				`0, retryAfter:  | retryLimit must be 1 or more`,
				`-1}] | retryAfter must be a number, 0 or more`,
			}},
		"workflows that call each other": {map[string]string{"steps": "- {stepId: x, workflowId: other}", "workflows": "- {workflowId: other, steps: [{stepId: a, workflowId: story, parameters: [{name: sandbox, value: b}]}]}"},
			[]string{
				`{stepId: a, wor | workflows call each other for ever: story → other → story`,
			}},
		"calls": {map[string]string{"workflow": "outputs: {a: $steps.open.outputs.mode}", "workflows": "- workflowId: other\n  steps:\n    - {stepId: a, workflowId: story, parameters: [{name: sandbx, in: path, value: b}], successCriteria: [{condition: $statusCode == 200}], requestBody: {payload: {}}, outputs: {b: $outputs.nope, c: $outputs.a}}\n    - {stepId: b, workflowId: stori}"},
			[]string{
				`{stepId: a, wor | step a does not give sandbox, which workflow story requires`,
				`{name: sandbx,  | parameter sandbx is an input of workflow story; leave "in" out`,
				`{name: sandbx,  | workflow story has no input "sandbx"; did you mean "sandbox"?`,
				`$statusCode ==  | "$statusCode" is not known where a workflow is called`,
				`$statusCode ==  | step a calls a workflow, so it has no answer to judge; put it into workflow story`,
				`{payload: {}},  | step a calls a workflow, which takes no body; give parameters instead`,
				`$outputs.nope,  | workflow story has no output "nope"; there is a`,
				`stori} | there is no workflow "stori"; did you mean "story"?`,
			}},
		"what others complete with examples": {map[string]string{"steps": "- {stepId: x, operationId: $sourceDescriptions.structures.rechercherStructure}"},
			[]string{
				`{stepId: x, ope | step x has no requestBody, and rechercherStructure takes one: engines differ on what is sent; write "requestBody: {payload: {}}" for an empty object`,
				`{stepId: x, ope | step x has no parameters, and rechercherStructure requires the header cpro-account: engines differ on what is sent; give it, or write "parameters: []" to send none`,
			}},
		"bodies": {map[string]string{"steps": "- {stepId: x, operationId: $sourceDescriptions.admin.getClock, parameters: [{name: name, in: path, value: a}], requestBody: {payload: {}}}\n- {stepId: y, operationId: $sourceDescriptions.piste.issueToken, requestBody: {contentType: application/json, payload: [a]}}\n- {stepId: z, operationId: $sourceDescriptions.piste.issueToken, requestBody: {}}\n- {stepId: u, operationId: $sourceDescriptions.piste.issueToken, requestBody: {payload: {grant_type: a}, replacements: [{target: /scope, value: b}]}}"},
			[]string{
				`{payload: {}}} | getClock takes no body`,
				`{contentType: a | issueToken takes no application/json; write application/x-www-form-urlencoded`,
				`[a]}} | the payload of step y is no mapping: engines differ on how it is sent; write it as YAML`,
				`{}} | the requestBody of step z has no payload; write "payload: {}" for an empty object`,
				`{target: /scope | the payload has nothing at "/scope" to replace; write the property in the payload`,
			}},
		"fields that are not there": {map[string]string{"step": "succesCriteria: []\nx-mine: 1", "workflow": "dependsOn: [a]\nsteeps: []"},
			[]string{
				`[a] | dependsOn is not replayed: each workflow has a sandbox of its own; call the other workflow from a step instead (workflowId)`,
				`steeps: [] | a workflow has no field "steeps"; did you mean "steps"?`,
				`succesCriteria: | a step has no field "succesCriteria"; did you mean "successCriteria"?`,
			}},
		"shapes": {map[string]string{"steps": "- just text\n- {stepId: x, operationId: [a], parameters: {a: b}, successCriteria: x, outputs: [a]}\n- {operationId: $sourceDescriptions.admin.livez, stepId: ''}\n- {stepId: 9a, operationId: $sourceDescriptions.admin.livez, description: {a: b}}"},
			[]string{
				`just text | a step must be a mapping`,
				`[a], parameters | a step's operationId must be a text`,
				`{a: b}, success | step x's parameters must be a sequence`,
				`x, outputs: [a] | step x's criteria must be a sequence`,
				`[a]} | step x's outputs must be a mapping`,
				`''} | a step's stepId is empty`,
				`9a, operationId | a stepId must be a letter, then letters, digits, - and _: "9a"`,
				`{a: b}} | a step's description must be a text`,
			}},
		"components": {map[string]string{"steps": "- {stepId: x, operationId: $sourceDescriptions.admin.getClock, parameters: [{reference: $components.parameters.nam}, {reference: $components.parameters.sandbox}], onFailure: [{reference: $components.failureActions.again}]}\n- {stepId: y, operationId: $sourceDescriptions.admin.getClock, parameters: [{reference: $components.parameters.sandbox}], onFailure: [{reference: $components.failureActions.again}]}",
			"components": "components:\n  parameters: {name: {name: name, in: path, value: a}, sandbox: {name: name, in: path, value: $inputs.sandbx}}\n  failureActions: {again: {name: again, type: retri}}"},
			[]string{
				`$components.par | "$components.parameters.nam" is not there; a reference is $components.parameters.NAME; did you mean "name"?`,
				`$inputs.sandbx} | workflow story has no input "sandbx"; did you mean "sandbox"?`,
				`retri}} | an action cannot be of type "retri" here; did you mean "retry"?`,
			}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file, problems := parse(t, document(c.parts))
			if file != nil {
				t.Error("the file was read, mistakes and all")
			}
			for i, p := range problems {
				if got := located(document(c.parts), p); i >= len(c.want) || got != c.want[i] {
					t.Errorf("problem %d: got  %s\n%s", i+1, got, wanted(c.want, i))
				}
			}
			if len(problems) < len(c.want) {
				t.Errorf("not told: %q", c.want[len(problems):])
			}
		})
	}
}

// located shows what stands at a problem's place, then what is said about it.
func located(text string, p scenarios.Problem) string {
	line := []rune(strings.Split(text, "\n")[p.Line-1])
	place := fmt.Sprintf("essai.arazzo.yaml:%d:%d: ", p.Line, p.Column)
	return string(line[p.Column-1:min(p.Column+14, len(line))]) + " | " + strings.TrimPrefix(p.Error(), place)
}

func wanted(all []string, i int) string {
	if i < len(all) {
		return "want " + all[i]
	}
	return "want no more"
}
