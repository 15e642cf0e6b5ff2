package scenarios

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"chorus-qualif/scenarios/result"
)

// Bounds of a file: far above any scenario, far below what would hurt.
const (
	maxBytes = 4 << 20
	maxNodes = 200_000
	maxDepth = 100
)

// reader reads one file and collects what is wrong with it.
type reader struct {
	file     string
	problems Problems
	warnings Problems
}

func (r *reader) at(n *yaml.Node) result.Position {
	if n == nil {
		return result.Position{File: r.file, Line: 1, Column: 1}
	}
	return result.Position{File: r.file, Line: n.Line, Column: n.Column}
}

func (r *reader) fail(at result.Position, suggestion, format string, args ...any) {
	r.problems = append(r.problems, Problem{Position: at, Message: fmt.Sprintf(format, args...), Suggestion: suggestion})
}

func (r *reader) warn(at result.Position, suggestion, format string, args ...any) {
	r.warnings = append(r.warnings, Problem{Position: at, Message: fmt.Sprintf(format, args...), Suggestion: suggestion})
}

// root parses the text; nil when it is no YAML mapping.
func (r *reader) root(text []byte) *yaml.Node {
	if len(text) > maxBytes {
		r.fail(r.at(nil), "", "the file has %d bytes, more than %d", len(text), maxBytes)
		return nil
	}
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		position, message := r.syntax(err)
		r.fail(position, "", "not YAML: %s", message)
		return nil
	}
	if document.Kind != yaml.DocumentNode || len(document.Content) == 0 || document.Content[0].Kind != yaml.MappingNode {
		r.fail(r.at(nil), "an Arazzo document begins with \"arazzo: 1.0.1\"", "the file holds no mapping")
		return nil
	}
	left := maxNodes
	plain, ok := expanded(document.Content[0], &left, 0)
	if !ok {
		r.fail(r.at(nil), "", "the file is nested deeper than %d, or has more than %d values once its aliases are expanded", maxDepth, maxNodes)
		return nil
	}
	return plain
}

var yamlMistake = regexp.MustCompile(`at L(\d+)\.C(\d+)(?:-(?:L(\d+)\.)?C(\d+))?: (.*)$`)

// syntax takes the place out of a parser's message, which ends in
// "at L1.C5: words", or "at L1.C4-L2.C1: words" where the end is what hurts.
func (r *reader) syntax(err error) (result.Position, string) {
	message := strings.SplitN(err.Error(), "\n", 2)[0]
	at := result.Position{File: r.file, Line: 1, Column: 1}
	found := yamlMistake.FindStringSubmatch(message)
	if found == nil {
		return at, message
	}
	at.Line, _ = strconv.Atoi(cmp.Or(found[3], found[1]))
	at.Column, _ = strconv.Atoi(cmp.Or(found[4], found[2]))
	return at, found[5]
}

// expanded is a tree without aliases; not ok when it is too large.
func expanded(n *yaml.Node, left *int, depth int) (*yaml.Node, bool) {
	if *left--; *left < 0 || depth > maxDepth {
		return nil, false
	}
	if n.Kind == yaml.AliasNode {
		return expanded(n.Alias, left, depth+1)
	}
	c := *n
	c.Anchor, c.Content = "", make([]*yaml.Node, len(n.Content))
	for i, child := range n.Content {
		var ok bool
		if c.Content[i], ok = expanded(child, left, depth+1); !ok {
			return nil, false
		}
	}
	return &c, true
}

// object is a mapping's fields; what it lacks is nil.
type object struct {
	node   *yaml.Node
	fields map[string]*yaml.Node
	// keys are the names, in order, each with its place.
	keys []*yaml.Node
}

// get is a field, nil when it is absent.
func (o object) get(name string) *yaml.Node { return o.fields[name] }

// object reads a mapping whose fields are known; extensions always are.
func (r *reader) object(n *yaml.Node, what string, known ...string) (object, bool) {
	o, ok := r.mapping(n, what)
	for _, key := range o.keys {
		if !slices.Contains(known, key.Value) && !strings.HasPrefix(key.Value, "x-") {
			r.fail(r.at(key), Meant(key.Value, known), "%s has no field %q", what, key.Value)
		}
	}
	return o, ok
}

// mapping reads a mapping with any keys.
func (r *reader) mapping(n *yaml.Node, what string) (object, bool) {
	o := object{node: n, fields: map[string]*yaml.Node{}}
	if n == nil {
		return o, false
	}
	if n.Kind != yaml.MappingNode {
		r.fail(r.at(n), "", "%s must be a mapping", what)
		return o, false
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode {
			r.fail(r.at(key), "", "%s has a key that is no text", what)
			continue
		}
		if _, twice := o.fields[key.Value]; twice {
			r.fail(r.at(key), "", "%s has %q twice", what, key.Value)
			continue
		}
		o.fields[key.Value] = n.Content[i+1]
		o.keys = append(o.keys, key)
	}
	return o, true
}

func (r *reader) sequence(n *yaml.Node, what string) []*yaml.Node {
	if n == nil {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		r.fail(r.at(n), "", "%s must be a sequence", what)
		return nil
	}
	return n.Content
}

// text reads a scalar that stands for a text; "" when it is absent.
func (r *reader) text(n *yaml.Node, what string) string {
	if n == nil {
		return ""
	}
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		r.fail(r.at(n), "", "%s must be a text", what)
		return ""
	}
	return n.Value
}

// required is a text that must be there.
func (r *reader) required(o object, field, what string) string {
	n := o.get(field)
	if n == nil {
		r.fail(r.at(o.node), "", "%s has no %s", what, field)
		return ""
	}
	text := r.text(n, what+"'s "+field)
	if text == "" && n.Kind == yaml.ScalarNode && n.Tag != "!!null" {
		r.fail(r.at(n), "", "%s's %s is empty", what, field)
	}
	return text
}

// texts reads a sequence of texts.
func (r *reader) texts(n *yaml.Node, what string) []string {
	var all []string
	for _, item := range r.sequence(n, what) {
		if text := r.text(item, "each of "+what); text != "" {
			all = append(all, text)
		}
	}
	return all
}

// number reads a number that is not negative.
func (r *reader) number(n *yaml.Node, what string) float64 {
	if n == nil {
		return 0
	}
	value, err := strconv.ParseFloat(n.Value, 64)
	if n.Kind != yaml.ScalarNode || err != nil || !(value >= 0 && value < 1e12) {
		r.fail(r.at(n), "", "%s must be a number, 0 or more", what)
		return 0
	}
	return value
}
