package record

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	"go.yaml.in/yaml/v4"
)

// plain is a text that no reader of YAML takes for anything else.
var (
	plain     = regexp.MustCompile(`^(?:[A-Za-z$]|\.\./|\^)(?:[A-Za-z0-9_$./=<>'@()+#-]|:[0-9A-Za-z/]| [A-Za-z0-9_$./=<>'@()+-])*$|^\d+\.\d+\.\d+$`)
	ambiguous = regexp.MustCompile(`^(?i:y|n|yes|no|on|off|true|false|null)$`)
	printable = regexp.MustCompile(`^[\x20-\x7e\x{a0}-\x{2027}\x{202a}-\x{d7ff}]*$`)
)

// text is a text, in quotes unless it is plain.
func text(value string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value}
	switch {
	case plain.MatchString(value) && !ambiguous.MatchString(value):
	case printable.MatchString(value):
		n.Style = yaml.SingleQuotedStyle
	default:
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

// mapping is a mapping of keys and values in turn.
func mapping(content ...*yaml.Node) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: content}
	if len(content) == 0 {
		n.Style = yaml.FlowStyle
	}
	return n
}

func flow(content ...*yaml.Node) *yaml.Node {
	n := mapping(content...)
	n.Style = yaml.FlowStyle
	return n
}

func sequence(content ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: content}
}

func sorted(all map[string]string) []string { return slices.Sorted(maps.Keys(all)) }

// node is the step as YAML.
func (s *step) node() *yaml.Node {
	n := mapping(text("stepId"), text(s.id), text("description"), text(s.description),
		text("operationId"), text("$sourceDescriptions."+s.operation.Document+"."+s.operation.ID))
	add := func(name string, value *yaml.Node) { n.Content = append(n.Content, text(name), value) }
	if s.breaks {
		add("x-breaks-contract", &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "true"})
	}
	parameters := sequence()
	if len(s.parameters) == 0 {
		parameters.Style = yaml.FlowStyle
	}
	for _, p := range s.parameters {
		parameters.Content = append(parameters.Content, flow(text("name"), text(p.name), text("in"), text(p.in), text("value"), text(p.value)))
	}
	add("parameters", parameters)
	if s.payload != nil {
		if len(s.payload.Content) == 0 {
			s.payload.Style = yaml.FlowStyle
		} else {
			s.payload.Style = 0
		}
		add("requestBody", mapping(text("contentType"), text(s.contentType), text("payload"), s.payload))
	}
	criteria := sequence()
	for _, c := range s.criteria {
		criteria.Content = append(criteria.Content, mapping(text("condition"), text(c)))
	}
	add("successCriteria", criteria)
	if s.retries > 0 {
		limit := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: fmt.Sprint(s.retries)}
		again := sequence()
		again.Content = append(again.Content, flow(text("name"), text("again"), text("type"), text("retry"), text("retryLimit"), limit))
		add("onFailure", again)
	}
	if len(s.outputs) > 0 {
		outputs := mapping()
		outputs.Style = 0
		for _, o := range s.outputs {
			outputs.Content = append(outputs.Content, text(o.name), text("$response.body#"+o.pointer))
		}
		add("outputs", outputs)
	}
	return n
}
