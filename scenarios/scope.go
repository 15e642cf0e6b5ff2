package scenarios

import (
	"regexp"
	"slices"
	"strings"

	"github.com/pb33f/libopenapi/arazzo/expression"
	"go.yaml.in/yaml/v4"

	"chorus-qualif/scenarios/result"
)

// jsonNumber is a number that JSON can write, bareExpression one that stands in
// a text without its braces.
var (
	jsonNumber     = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)
	bareExpression = regexp.MustCompile(`\$(url|method|statusCode|request|response|inputs|outputs|steps|workflows|sourceDescriptions|components|message|self|faker)\b[^\s{}]*`)
)

// phase is when an expression is evaluated, which decides what is there.
type phase int

const (
	// asking is before a request is sent, answered after its answer came,
	// called after a workflow was, ended after the last step.
	asking phase = iota
	answered
	called
	ended
)

// scope is what an expression may refer to.
type scope struct {
	*document
	workflow *Workflow
	earlier  []*Step
	step     *Step
	phase    phase
}

// value checks every text of a value that is sent.
func (c scope) value(n *yaml.Node) {
	switch n.Kind {
	case yaml.MappingNode:
		o, _ := c.mapping(n, "an object")
		for _, key := range o.keys {
			c.value(o.get(key.Value))
		}
	case yaml.SequenceNode:
		for _, item := range n.Content {
			c.value(item)
		}
	case yaml.ScalarNode:
		c.scalar(n)
	}
}

// scalar refuses what YAML readers read differently.
func (c scope) scalar(n *yaml.Node) {
	switch n.ShortTag() {
	case "!!str":
		c.text(c.at(n), n.Value)
	case "!!null":
	case "!!bool":
		if n.Value != "true" && n.Value != "false" {
			c.fail(c.at(n), "write true or false", "%q is not a boolean everywhere", n.Value)
		}
	case "!!int", "!!float":
		if !jsonNumber.MatchString(n.Value) {
			c.fail(c.at(n), "quote it", "%s is a number that not everyone reads alike", n.Value)
		}
	default:
		c.fail(c.at(n), "quote it", "%q is read as %s, which JSON does not have", n.Value, strings.TrimPrefix(n.ShortTag(), "!!"))
	}
}

// text checks a text that is an expression, holds some in braces, or none.
func (c scope) text(at result.Position, text string) {
	if strings.HasPrefix(text, "$") {
		c.expression(at, text)
		return
	}
	literal := text
	if strings.Contains(text, "{$") {
		tokens, err := expression.ParseEmbeddedWithVersion(text, expression.Arazzo11)
		if err != nil {
			c.fail(at, "", "%v", err)
			return
		}
		literal = ""
		for _, token := range tokens {
			if token.IsExpression {
				c.expression(at, token.Expression.Raw)
				continue
			}
			literal += token.Literal + " "
		}
	}
	if found := bareExpression.FindString(literal); found != "" {
		c.fail(at, "write {"+found+"}", "%s stands within a text without braces", found)
	}
}

// expression checks a runtime expression: that it is one, that it can be
// evaluated then, and that what it names is there.
func (c scope) expression(at result.Position, text string) {
	parsed, err := expression.Parse(text)
	if err != nil {
		c.fail(at, c.spelling(text), "%q is no runtime expression", text)
		return
	}
	if odd := strings.IndexFunc(parsed.JSONPointer, func(r rune) bool { return r <= ' ' || r > 'z' || strings.ContainsRune(`[\]^`, r) }); odd >= 0 {
		c.fail(at, "use a jsonpath criterion", "%q has a character in its pointer that not every engine takes", text)
	}
	switch parsed.Type {
	case expression.StatusCode, expression.ResponseHeader, expression.ResponseBody, expression.RequestBody:
		if c.phase != answered {
			c.fail(at, "", "%q is not known %s", text, c.when())
		}
	case expression.Inputs:
		c.input(at, parsed)
	case expression.Steps:
		c.stepOutput(at, parsed)
	case expression.Workflows:
		c.workflowOutput(at, parsed)
	case expression.Outputs:
		c.calledOutput(at, parsed)
	default:
		c.fail(at, "", "%q is not the same in every engine", text)
	}
}

func (c scope) when() string {
	switch c.phase {
	case asking:
		return "before the request is sent"
	case called:
		return "where a workflow is called"
	}
	return "once the workflow has ended"
}

// spelling suggests how an expression begins.
func (c scope) spelling(text string) string {
	begin := text[:max(strings.IndexAny(text+".", ".#[ "), 1)]
	known := []string{"$inputs", "$steps", "$statusCode", "$response", "$request", "$workflows", "$outputs"}
	if near := nearest(begin, known); near != "" && near != begin {
		return "did you mean " + near + "?"
	}
	switch begin {
	case "$response":
		return "write $response.body#/POINTER or $response.header.NAME"
	case "$steps":
		return "write $steps.ID.outputs.NAME"
	}
	return "a text that begins with $ must be one, such as $inputs.NAME"
}

func (c scope) input(at result.Position, e expression.Expression) {
	if _, ok := c.workflow.Input(e.Name); !ok {
		c.fail(at, Meant(e.Name, inputNames(c.workflow.Inputs)), "workflow %s has no input %q", c.workflow.ID, e.Name)
	}
}

func (c scope) stepOutput(at result.Position, e expression.Expression) {
	name := strings.TrimPrefix(e.Tail, "outputs.")
	found := stepIndex(&Workflow{Steps: c.earlier}, e.Name)
	if found < 0 {
		var known []string
		for _, s := range c.earlier {
			known = append(known, s.ID)
		}
		hint := Meant(e.Name, known)
		if stepIndex(c.workflow, e.Name) >= 0 {
			hint = "it comes later"
		}
		c.fail(at, hint, "there is no step %q before", e.Name)
		return
	}
	c.declared(at, name, c.earlier[found].Outputs, "step "+e.Name)
	c.namesake(at, e.Name, name)
	needs := &c.workflow.Needs
	if c.step != nil {
		needs = &c.step.Needs
	}
	*needs = append(*needs, e.Name+"."+name)
}

// namesake warns of a step of another workflow that has the same id and other
// outputs: Redocly's linter mixes them up, and then refuses the file.
func (c scope) namesake(at result.Position, step, output string) {
	for _, w := range c.file.Workflows {
		i := stepIndex(w, step)
		if w == c.workflow || i < 0 || len(w.Steps[i].Outputs) == 0 {
			continue
		}
		if !slices.ContainsFunc(w.Steps[i].Outputs, func(o Output) bool { return o.Name == output }) {
			c.warn(at, "give one of them another id", "workflow %s has a step %s too, without the output %s: Redocly Respect takes one for the other", w.ID, step, output)
			return
		}
	}
}

func (c scope) declared(at result.Position, name string, outputs []Output, what string) {
	var known []string
	for _, o := range outputs {
		known = append(known, o.Name)
	}
	if !slices.Contains(known, name) {
		c.fail(at, Meant(name, known), "%s has no output %q", what, name)
	}
}

func (c scope) workflowOutput(at result.Position, e expression.Expression) {
	name, ok := strings.CutPrefix(e.Tail, "outputs.")
	if !ok {
		c.fail(at, "", "%q is not the same in every engine", e.Raw)
		return
	}
	var known []string
	for _, s := range c.earlier {
		if s.Calls != "" {
			known = append(known, s.Calls)
		}
	}
	if !slices.Contains(known, e.Name) {
		c.fail(at, Meant(e.Name, known), "no step before calls a workflow %q", e.Name)
		return
	}
	if w, ok := c.file.Workflow(e.Name); ok {
		c.declared(at, name, w.Outputs, "workflow "+e.Name)
	}
}

// calledOutput is $outputs.NAME, which only a step that calls a workflow has.
func (c scope) calledOutput(at result.Position, e expression.Expression) {
	if c.phase != called {
		c.fail(at, "", "%q is known only where a workflow is called", e.Raw)
		return
	}
	if w, ok := c.file.Workflow(c.step.Calls); ok {
		c.declared(at, e.Name, w.Outputs, "workflow "+w.ID)
	}
}
