package scenarios

import (
	"regexp"
	"strings"

	"github.com/pb33f/libopenapi/arazzo"
	"github.com/pb33f/libopenapi/arazzo/expression"
	high "github.com/pb33f/libopenapi/datamodel/high/arazzo"
)

// What conditions are made of.
var (
	plainNumber = regexp.MustCompile(`^(0|[1-9][0-9]*)(\.[0-9]+)?$`)
	operators   = regexp.MustCompile(`==|!=|<|>`)
	oddRegex    = regexp.MustCompile(`\(\?[^:]|\\[pPAzQECK]|\[\[:`)
	rooted      = regexp.MustCompile(`^\$(\[\?|\.\.)`)
)

// criterion checks a condition: that it can be read, and that every engine
// reads it alike.
func (d *document) criterion(c Criterion, in scope) {
	if c.Condition == "" {
		return // told where it is read
	}
	switch c.Type {
	case "simple":
		d.simple(c, in)
	case "regex", "jsonpath":
		if c.Context == "" {
			d.fail(c.Position, "", "a %s criterion needs a context", c.Type)
			return
		}
		in.expression(c.Position, c.Context)
		if c.Type == "regex" {
			d.regex(c)
			return
		}
		d.jsonpath(c)
	default:
		d.fail(c.Position, Meant(c.Type, []string{"simple", "regex", "jsonpath"}), "criteria of type %q are not replayed", c.Type)
	}
}

// simple checks "EXPRESSION OPERATOR VALUE". Engines differ on all that is
// more: and, or, brackets, null, texts without quotes.
func (d *document) simple(c Criterion, in scope) {
	if c.Context != "" {
		d.fail(c.Position, "write type: regex or jsonpath", "a simple criterion has no context")
		return
	}
	if strings.Contains(c.Condition, "&&") {
		d.fail(c.Position, "write two criteria", "engines differ on && in %q", c.Condition)
		return
	}
	if strings.Contains(c.Condition, "||") {
		d.fail(c.Position, "write a regex criterion, such as ^(200|201)$", "engines differ on || in %q", c.Condition)
		return
	}
	left, rest, _ := strings.Cut(strings.TrimSpace(c.Condition), " ")
	rest = strings.TrimSpace(rest)
	operator := ""
	for _, known := range []string{"==", "!=", "<=", ">=", "<", ">"} {
		if operator == "" && strings.HasPrefix(rest, known) {
			operator = known
		}
	}
	right := strings.TrimSpace(strings.TrimPrefix(rest, operator))
	if !strings.HasPrefix(left, "$") || operator == "" || right == "" || strings.HasPrefix(right, "=") {
		d.fail(c.Position, "write it as $statusCode == 200, with spaces around the operator", "%q is no condition", c.Condition)
		return
	}
	in.expression(c.Position, left)
	d.operand(c, operator, right, in)
}

func (d *document) operand(c Criterion, operator, right string, in scope) {
	quoted := len(right) >= 2 && strings.ContainsRune(`'"`, rune(right[0])) && right[len(right)-1] == right[0]
	switch {
	case plainNumber.MatchString(right):
	case strings.HasPrefix(right, "$"):
		in.expression(c.Position, right)
	case len(operator) == 1 || operator == "<=" || operator == ">=":
		d.fail(c.Position, "", "%s compares with a number, not with %s", operator, right)
	case right == "true", right == "false":
	case right == "null":
		d.fail(c.Position, "write a jsonpath criterion, such as $[?@.next == null]", "engines differ on null in %q", c.Condition)
	case !quoted:
		d.fail(c.Position, "quote it: '"+strings.Trim(right, `'"`)+"'", "%s is neither a number nor a text", right)
	case right[1:len(right)-1] == "true", right[1:len(right)-1] == "false":
		d.fail(c.Position, "leave the quotes out", "engines differ on a boolean in quotes")
	case strings.ContainsRune(right[1:len(right)-1], rune(right[0])):
		d.fail(c.Position, "use the other quotes", "%s has its own quotes inside", right)
	case operator != "==" && operators.MatchString(right):
		d.fail(c.Position, "write a regex criterion", "engines differ on operators within %s", right)
	}
}

// regex takes what means the same in Go and in JavaScript.
func (d *document) regex(c Criterion) {
	if _, err := regexp.Compile(c.Condition); err != nil {
		d.fail(c.Position, "", "%v", err)
		return
	}
	switch {
	case strings.HasPrefix(c.Condition, "/"):
		d.fail(c.Position, "leave the slashes and the flags out, or write [/]", "engines differ on %q: to one the slashes are not part of it", c.Condition)
	case oddRegex.MatchString(c.Condition):
		d.fail(c.Position, "", "engines differ on %q in %q", oddRegex.FindString(c.Condition), c.Condition)
	}
}

// jsonpath takes queries that ask about the context itself, "$[?@.name == 1]",
// or that look at any depth, "$..name". To Respect the context is the element of
// an array, as in the examples of the specification; to others it is the root.
func (d *document) jsonpath(c Criterion) {
	_, err := arazzo.EvaluateCriterion(&high.Criterion{Context: "$inputs.it", Condition: c.Condition, Type: "jsonpath"},
		&expression.Context{Inputs: map[string]any{"it": []any{}}})
	switch {
	case err != nil:
		d.fail(c.Position, "", "%s", strings.SplitN(err.Error(), "\n", 2)[0])
	case strings.Contains(c.Condition, "{$"):
		d.fail(c.Position, "", "engines differ on expressions within a jsonpath condition")
	case !rooted.MatchString(c.Condition):
		d.fail(c.Position, "write $[?@.name == 'value'] to ask about the context, or $..name to look for a name in it", "engines differ on where %q begins", c.Condition)
	}
}
