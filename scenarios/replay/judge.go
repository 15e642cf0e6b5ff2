package replay

import (
	"fmt"
	"strings"

	"github.com/pb33f/libopenapi/arazzo"
	"github.com/pb33f/libopenapi/arazzo/expression"
	high "github.com/pb33f/libopenapi/datamodel/high/arazzo"
	"go.yaml.in/yaml/v4"

	"chorus-qualif/scenarios"
	"chorus-qualif/scenarios/result"
)

// judged are criteria with what became of each; ok when all hold. Asked are the
// criteria in the engine's words, written as the file has them.
func judged(asked, written []scenarios.Criterion, x *expression.Context) (all []result.Criterion, ok bool) {
	ok = true
	for i, c := range asked {
		one := judge(c, x)
		one.Position, one.Condition, one.Context = written[i].Position, written[i].Condition, written[i].Context
		ok = ok && one.Passed
		all = append(all, one)
	}
	return all, ok
}

// judge evaluates one criterion. The context of a jsonpath condition is the
// only element of an array, as in the examples of the specification and in
// Respect: "$[?@.name == 1]" asks about the context itself.
func judge(c scenarios.Criterion, x *expression.Context) result.Criterion {
	one := result.Criterion{Type: c.Type}
	about := c.Context
	if c.Type == "simple" {
		about, _, _ = strings.Cut(strings.TrimSpace(c.Condition), " ")
	}
	value, err := expression.EvaluateString(about, x)
	if err != nil {
		one.Problem = err.Error()
		return one
	}
	one.Actual = shown(value)
	asked := &high.Criterion{Condition: c.Condition, Context: c.Context, Type: c.Type}
	if c.Type == "jsonpath" {
		node, err := nodeFrom(value)
		if err != nil {
			one.Problem = err.Error()
			return one
		}
		asked.Context = "$inputs.context"
		x = &expression.Context{Inputs: map[string]any{"context": &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: []*yaml.Node{node}}}}
	}
	if one.Passed, err = arazzo.EvaluateCriterion(asked, x); err != nil {
		one.Problem = err.Error()
	}
	return one
}

// longActual is how much of a value a result shows; the answer has it all.
const longActual = 2000

// shown is a value for a reader: as it is, or the beginning of its JSON.
func shown(value any) any {
	value = plain(value)
	switch value.(type) {
	case map[string]any, []any, string:
	default:
		return value
	}
	text, err := written(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	if len(text) <= longActual {
		return value
	}
	return strings.ToValidUTF8(string(text[:longActual]), "") + "…"
}
