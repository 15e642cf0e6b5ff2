package record

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"chorus-qualif/openapi"
)

// step is one step of the scenario.
type step struct {
	id, description string
	operation       *openapi.Operation
	parameters      []parameter
	contentType     string
	payload         *yaml.Node
	// breaks tells that the request breaks the contract, as it did.
	breaks   bool
	criteria []string
	outputs  []source
	// retries is how often it is tried again.
	retries int
}

type parameter struct{ name, in, value string }

func (s *step) parameter(name, in, value string) {
	s.parameters = append(s.parameters, parameter{name, in, value})
}

func (s *step) has(name string) bool {
	return slices.ContainsFunc(s.parameters, func(p parameter) bool { return strings.EqualFold(p.name, name) })
}

func (s *step) criterion(condition string) { s.criteria = append(s.criteria, condition) }

// output is the expression for a value of the step's answer, which becomes one
// of its outputs.
func (s *step) output(from source) string {
	for _, o := range s.outputs {
		if o.pointer == from.pointer {
			return "$steps." + s.id + ".outputs." + o.name
		}
	}
	parts := strings.Split(from.pointer, "/")
	if from.name == "" {
		from.name = outputName(parts[len(parts)-1])
	}
	base := from.name
	for n := 2; slices.ContainsFunc(s.outputs, func(o source) bool { return o.name == from.name }); n++ {
		from.name = fmt.Sprintf("%s%d", base, n)
	}
	s.outputs = append(s.outputs, from)
	return "$steps." + s.id + ".outputs." + from.name
}

var noName = regexp.MustCompile(`[^A-Za-z0-9_-]`)

func outputName(given string) string {
	given = noName.ReplaceAllString(given, "")
	if given == "" || !(given[0] >= 'a' && given[0] <= 'z' || given[0] >= 'A' && given[0] <= 'Z') {
		return "value" + given
	}
	return given
}

// step adds a step whose id is that of what it does, with a number from the
// second on.
func (t *tape) step(id string, op *openapi.Operation, description string) *step {
	unique := id
	for n := 2; t.ids[unique]; n++ {
		unique = fmt.Sprintf("%s-%d", id, n)
	}
	t.ids[unique] = true
	s := &step{id: unique, description: description, operation: op}
	t.steps = append(t.steps, s)
	return s
}

// prelude sets the sandbox up and reads its credentials.
func (t *tape) prelude() {
	s := t.control("sandbox", "putSandbox", "A sandbox of its own, set up as the one that was recorded.")
	clock := mapping(text("mode"), text("frozen"), text("at"), text(t.now.String()))
	clock.Style = yaml.FlowStyle
	s.payload = mapping(text("seed"), text("$inputs.seed"), text("clock"), clock)
	if t.start.Profile != "" && t.start.Profile != "portail-2022" {
		s.payload.Content = append(s.payload.Content, text("profile"), text(t.start.Profile))
	}
	if t.o.DataSet != "" {
		s.payload.Content = append(s.payload.Content, text("fixtures"), text(t.o.DataSet))
	}
	if len(t.start.Switches) > 0 {
		switches := mapping()
		for _, name := range sorted(t.start.Switches) {
			switches.Content = append(switches.Content, text(name), text(t.start.Switches[name]))
		}
		s.payload.Content = append(s.payload.Content, text("switches"), switches)
	}
	s.criterion("$statusCode < 300")

	s = t.control("credentials", "getCredentials", "Its credentials.")
	s.criterion("$statusCode == 200")
	t.first = s
	c := t.o.Credentials
	for value, name := range map[string]string{c.ClientID: "clientId", c.ClientSecret: "clientSecret", c.ApplicationName: "applicationName"} {
		t.known["s"+value] = source{step: s, pointer: "/" + name, name: name}
	}
	for i, a := range c.TechnicalAccounts {
		if a.Password != "" {
			at := fmt.Sprintf("/technicalAccounts/%d", i)
			t.known["s"+a.CproAccount] = source{step: s, pointer: at + "/cproAccount", name: "account"}
			t.known["s"+a.Password] = source{step: s, pointer: at + "/password", name: "password"}
		}
	}
	for i, m := range c.Managers {
		if m.Password != "" {
			at := fmt.Sprintf("/managers/%d", i)
			t.known["s"+m.BasicCredentials] = source{step: s, pointer: at + "/basicCredentials", name: "manager"}
			t.learn("s"+m.Password, source{step: s, pointer: at + "/password", name: "managerPassword"})
		}
	}
}

// control is a step of the control API about the sandbox.
func (t *tape) control(id, operation, description string) *step {
	op, _ := t.o.Contracts.Operation(operation)
	s := t.step(id, op, description)
	s.parameter("name", "path", "$inputs.sandbox")
	if op.Body {
		s.contentType = op.BodyType()
	}
	return s
}

// move lets the sandbox's time pass until something was done. On a clock that
// ran by itself less than a second is not worth a step.
func (t *tape) move(m moment) {
	gap := m.at.Sub(t.now.Time)
	if gap <= 0 || !t.exact && gap.Seconds() < 1 {
		return
	}
	s := t.control("clock", "advanceClock", "Time passes: "+gap.String()+".")
	t.now = instant{m.at}
	s.payload = mapping(text("to"), text(t.now.String()))
	s.criterion("$statusCode == 200")
}

// document is the scenario as YAML.
func (t *tape) document() ([]byte, error) {
	var names []string
	for _, s := range t.steps {
		if !slices.Contains(names, s.operation.Document) {
			names = append(names, s.operation.Document)
		}
	}
	sources, steps := sequence(), sequence()
	for _, name := range names {
		sources.Content = append(sources.Content, flow(text("name"), text(name), text("url"), text("../openapi/"+name+".yaml"), text("type"), text("openapi")))
	}
	t.whose()
	for _, s := range t.steps {
		steps.Content = append(steps.Content, s.node())
	}
	seed := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: fmt.Sprint(t.start.Seed)}
	inputs := mapping(text("type"), text("object"), text("required"), &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle, Content: []*yaml.Node{text("sandbox")}},
		text("properties"), mapping(
			text("sandbox"), flow(text("type"), text("string"), text("description"), text("Name of the sandbox; the first step sets it anew")),
			text("seed"), flow(text("type"), text("integer"), text("default"), seed, text("description"), text("What every generated value follows from"))))
	workflow := mapping(text("workflowId"), text(t.o.Name), text("summary"), text(t.o.Title), text("inputs"), inputs, text("steps"), steps)
	root := mapping(text("arazzo"), text("1.0.1"),
		text("info"), mapping(text("title"), text(t.o.Title), text("version"), text("1.0.0")),
		text("x-tags"), &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle, Content: []*yaml.Node{text("recorded")}},
		text("sourceDescriptions"), sources, text("workflows"), &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{workflow}})
	out, err := yaml.Dump(root, yaml.WithV3Defaults(), yaml.WithIndent(2), yaml.WithLineWidth(-1))
	if err != nil {
		return nil, err
	}
	return betweenSteps.ReplaceAll(out, []byte("$1\n\n$2")), nil
}

// betweenSteps is where a step begins after another: no other line of what is written here
// can be like it, as texts of several lines are written in one.
var betweenSteps = regexp.MustCompile(`([^:])\n( +- stepId: )`)

// whose checks that the credentials are still those of whom they were.
func (t *tape) whose() {
	for i, a := range t.o.Credentials.TechnicalAccounts {
		t.first.same(fmt.Sprintf("/technicalAccounts/%d/", i), a.Login)
	}
	for i, m := range t.o.Credentials.Managers {
		t.first.same(fmt.Sprintf("/managers/%d/", i), m.Login)
	}
}

func (s *step) same(at, login string) {
	written, ok := comparable(login)
	if ok && slices.ContainsFunc(s.outputs, func(o source) bool { return strings.HasPrefix(o.pointer, at) }) {
		s.criterion("$response.body#" + at + "login == " + written)
	}
}
