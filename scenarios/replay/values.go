package replay

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/pb33f/libopenapi/arazzo/expression"
	"go.yaml.in/yaml/v4"
)

// Values travel in three shapes: JSON on the wire, YAML nodes in the engine's
// expressions, plain Go values in results.

// nodeOf reads JSON into a node, its objects' order kept.
func nodeOf(text []byte) (*yaml.Node, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	node, err := nextNode(decoder)
	if err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is more after the JSON value")
	}
	return node, nil
}

func nextNode(decoder *json.Decoder) (*yaml.Node, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	opening, nested := token.(json.Delim)
	if !nested {
		return scalarNode(token), nil
	}
	node := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	if opening == '[' {
		node = &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	}
	for decoder.More() {
		if node.Kind == yaml.MappingNode {
			key, err := decoder.Token()
			if err != nil {
				return nil, err
			}
			node.Content = append(node.Content, scalarNode(key))
		}
		child, err := nextNode(decoder)
		if err != nil {
			return nil, err
		}
		node.Content = append(node.Content, child)
	}
	_, err = decoder.Token()
	return node, err
}

func scalarNode(value any) *yaml.Node {
	node := &yaml.Node{Kind: yaml.ScalarNode}
	switch v := value.(type) {
	case nil:
		node.Tag, node.Value = "!!null", "null"
	case bool:
		node.Tag, node.Value = "!!bool", strconv.FormatBool(v)
	case json.Number:
		node.Tag, node.Value = "!!float", v.String()
		if _, err := v.Int64(); err == nil {
			node.Tag = "!!int"
		}
	default:
		node.Tag, node.Value = "!!str", fmt.Sprint(v)
	}
	return node
}

// nodeFrom is any value as a node.
func nodeFrom(value any) (*yaml.Node, error) {
	if node, ok := value.(*yaml.Node); ok && node != nil {
		return node, nil
	}
	text, err := json.Marshal(plain(value))
	if err != nil {
		return nil, err
	}
	return nodeOf(text)
}

// plain is a value that encoding/json writes: what the engine's values are made
// of, without nodes. Whole numbers stay whole.
func plain(value any) any {
	switch v := value.(type) {
	case *yaml.Node:
		return plainNode(v)
	case map[string]any:
		c := make(map[string]any, len(v))
		for key, one := range v {
			c[key] = plain(one)
		}
		return c
	case []any:
		c := make([]any, len(v))
		for i, one := range v {
			c[i] = plain(one)
		}
		return c
	case float64:
		if math.IsInf(v, 0) || math.IsNaN(v) {
			return fmt.Sprint(v)
		}
	}
	return value
}

func plainNode(n *yaml.Node) any {
	if n == nil {
		return nil
	}
	switch n.Kind {
	case yaml.MappingNode:
		c := make(map[string]any, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			c[n.Content[i].Value] = plainNode(n.Content[i+1])
		}
		return c
	case yaml.SequenceNode:
		c := make([]any, len(n.Content))
		for i, one := range n.Content {
			c[i] = plainNode(one)
		}
		return c
	}
	switch n.Tag {
	case "!!null":
		return nil
	case "!!bool":
		return n.Value == "true"
	case "!!int", "!!float":
		return json.Number(n.Value)
	}
	return n.Value
}

// written is JSON as it is sent: keys sorted, nothing escaped that need not be.
func written(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(plain(value)); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// inText is a value where only a text can be: in a path, a query, a header, a
// form.
func inText(value any) (string, error) {
	switch v := plain(value).(type) {
	case string:
		return v, nil
	case bool, int, int64, uint64, json.Number:
		return fmt.Sprint(v), nil
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	case nil:
		return "", errors.New("the value is null")
	default:
		return "", fmt.Errorf("a text is wanted, and the value is %T", v)
	}
}

// resolved evaluates a text as the engine does: an expression, a text that
// holds some in braces, or itself.
func resolved(text string, x *expression.Context) (any, error) {
	if strings.HasPrefix(text, "$") {
		return expression.EvaluateString(text, x)
	}
	if !strings.Contains(text, "{$") {
		return text, nil
	}
	tokens, err := expression.ParseEmbeddedWithVersion(text, expression.Arazzo11)
	if err != nil {
		return nil, err
	}
	if len(tokens) == 1 && tokens[0].IsExpression {
		return expression.Evaluate(tokens[0].Expression, x)
	}
	var out strings.Builder
	for _, token := range tokens {
		if !token.IsExpression {
			out.WriteString(token.Literal)
			continue
		}
		value, err := expression.Evaluate(token.Expression, x)
		if err != nil {
			return nil, err
		}
		out.WriteString(fmt.Sprint(value))
	}
	return out.String(), nil
}
