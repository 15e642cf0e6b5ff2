package record

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"chorus-qualif/server/client"
)

// source is where a value came from: a place in the answer of a step.
type source struct {
	step    *step
	pointer string
	// name is what the output is called; the last part of the pointer when
	// empty.
	name string
}

// carried matches the names of properties and parameters whose values the
// sandbox makes up and clients send back. secretName matches those that are
// secrets.
var (
	carried    = regexp.MustCompile(`(?i:^id|identifiant|numero|login|token|preparation|password|secret|cpro-?account|credentials)|Id$|Id[A-Z]|_id$`)
	secretName = regexp.MustCompile(`(?i)password|secret|mot_?de_?passe`)
	expression = regexp.MustCompile(`^\$|\{\$|\$(url|method|statusCode|request|response|inputs|outputs|steps|workflows|sourceDescriptions|components|message|self|faker)\b`)
	plainKey   = regexp.MustCompile(`^[A-Za-z0-9_.-]+$`)
)

// Values of which a sandbox makes up no shorter or smaller one.
const (
	shortest = 6
	smallest = 1000
)

// key tells a text from a number that is written alike.
func key(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return "s" + v, len(v) >= shortest
	case json.Number:
		n, err := strconv.ParseInt(v.String(), 10, 64)
		return "n" + v.String(), err == nil && n >= smallest
	}
	return "", false
}

// learn remembers where a value came from, unless that is known already or the
// client chose it.
func (t *tape) learn(key string, from source) {
	if _, known := t.known[key]; !known && !t.own[key] {
		t.known[key] = from
	}
}

// answered learns what an answer gave.
func (t *tape) answered(c *client.Request, s *step) {
	value, err := decoded(c.ResponseBody.Text)
	if err == nil {
		t.remember(value, source{step: s}, "")
	}
}

func (t *tape) remember(value any, at source, name string) {
	switch v := value.(type) {
	case object:
		for _, f := range v {
			if plainKey.MatchString(f.name) {
				t.remember(f.value, source{step: at.step, pointer: at.pointer + "/" + f.name}, f.name)
			}
		}
	case []any:
		for i, one := range v {
			t.remember(one, source{step: at.step, pointer: at.pointer + "/" + strconv.Itoa(i)}, name)
		}
	default:
		if k, ok := key(value); ok && carried.MatchString(name) {
			t.learn(k, at)
		}
	}
}

// reference is the expression for a text that came from a step, and the text
// itself when none gave it. A name that no made-up value has is the client's own
// affair; any value will do where there is no name.
func (t *tape) reference(name, value string) string {
	if name != "" && !carried.MatchString(name) {
		return value
	}
	from, ok := t.known["s"+value]
	if !ok {
		return value
	}
	return from.step.output(from)
}

// embedded is a text that holds a known secret among other characters.
func (t *tape) embedded(value string) (string, bool) {
	for _, a := range t.o.Credentials.TechnicalAccounts {
		if before, after, ok := strings.Cut(value, a.Password); ok && a.Password != "" && !expression.MatchString(before+after) {
			return before + "{" + t.reference("", a.Password) + "}" + after, true
		}
	}
	return "", false
}

// sent is a text that a client sent under a name: a reference, or itself.
func (t *tape) sent(c *client.Request, name, value string) string {
	if reference := t.reference(name, value); reference != value {
		return reference
	}
	if secretName.MatchString(name) && value != "" {
		return t.secret(c, "operation", value, "not-the-secret")
	}
	if k, ok := key(value); ok {
		t.own[k] = true
	}
	return t.literal(c, value)
}

// literal is a text as it is, unless a scenario would take it for more.
func (t *tape) literal(c *client.Request, value string) string {
	if expression.MatchString(value) {
		t.fail(name(c), "it sent a text that a scenario takes for an expression: %.40q", value)
	}
	return value
}

// json is a request's body, its made-up values replaced by references.
func (t *tape) json(c *client.Request) (*yaml.Node, error) {
	value, err := decoded(c.RequestBody.Text)
	if err != nil {
		return mapping(), fmt.Errorf("its body is no JSON that a scenario can send: %w", err)
	}
	switch value.(type) {
	case object, []any:
		return t.node(c, value, ""), nil
	}
	return mapping(), errors.New("its body is neither an object nor an array, and a scenario sends no other")
}

func (t *tape) node(c *client.Request, value any, name string) *yaml.Node {
	return t.tree(value, name, func(name, v string) string { return t.sent(c, name, v) })
}

// plainNode is a value that no client sent: what it names may be references, and
// the rest is as it is.
func (t *tape) plainNode(what string, value any, name string) *yaml.Node {
	return t.tree(value, name, func(name, v string) string {
		if reference := t.reference(name, v); reference != v {
			return reference
		}
		if expression.MatchString(v) {
			t.fail(what, "it has a text that a scenario takes for an expression: %.40q", v)
		}
		return v
	})
}

// tree is a value as a node, its texts by name as say tells.
func (t *tape) tree(value any, name string, say func(name, value string) string) *yaml.Node {
	switch v := value.(type) {
	case object:
		n := mapping()
		for _, f := range v {
			n.Content = append(n.Content, text(f.name), t.tree(f.value, f.name, say))
		}
		return n
	case []any:
		n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for _, one := range v {
			n.Content = append(n.Content, t.tree(one, name, say))
		}
		return n
	case string:
		return text(say(name, v))
	case json.Number:
		k, ok := key(v)
		if from, known := t.known[k]; ok && known && carried.MatchString(name) {
			return text(from.step.output(from))
		}
		t.own[k] = t.own[k] || ok
		tag := "!!float"
		if _, err := v.Int64(); err == nil {
			tag = "!!int"
		}
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: v.String()}
	case bool:
		return boolean(v)
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}
}

// object is a JSON object in its own order.
type object []field

type field struct {
	name  string
	value any
}

// find is a property; nil when it is absent.
func (o object) find(name string) any {
	for _, f := range o {
		if f.name == name {
			return f.value
		}
	}
	return nil
}

// decoded reads JSON: objects, []any, string, json.Number, bool, nil. An object
// with a name twice is refused, since nothing could write it again.
func decoded(body string) (any, error) {
	d := json.NewDecoder(strings.NewReader(body))
	d.UseNumber()
	value, err := next(d)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is more after the value")
	}
	return value, nil
}

func next(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	opening, nested := token.(json.Delim)
	if !nested {
		return token, nil
	}
	var all []any
	var o object
	for d.More() {
		if opening == '[' {
			one, err := next(d)
			if err != nil {
				return nil, err
			}
			all = append(all, one)
			continue
		}
		name, err := d.Token()
		if err != nil {
			return nil, err
		}
		value, err := next(d)
		if err != nil {
			return nil, err
		}
		label, _ := name.(string)
		for _, f := range o {
			if f.name == label {
				return nil, fmt.Errorf("an object has the property %q twice", label)
			}
		}
		o = append(o, field{label, value})
	}
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	if opening == '[' {
		return all, nil
	}
	return o, nil
}
