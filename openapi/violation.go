package openapi

import (
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Violation is one way in which a request or an answer breaks its document.
// It holds no value of the message, which may be a secret.
type Violation struct {
	// In is "body", "query", "path" or "header"; for answers also "status".
	In string `json:"in"`
	// Pointer is a JSON pointer (RFC 6901) to the property for a body, "" for
	// the whole body, and the parameter's name elsewhere. A missing property
	// is pointed to as if it were there.
	Pointer string `json:"pointer"`
	// Rule is the keyword of the schema, such as RuleRequired, or one of the
	// rules that no schema expresses.
	Rule string `json:"rule"`
	// Message is one sentence for people.
	Message string `json:"message"`
}

// The rules that callers may want to tell apart. Beside them, a rule can be any
// keyword of a schema: minimum, maximum, minLength, maxLength, pattern, format,
// minItems, maxItems, uniqueItems, oneOf and so on.
const (
	RuleRequired         = "required"
	RuleType             = "type"
	RuleEnum             = "enum"
	RuleFormat           = "format"
	RulePattern          = "pattern"
	RuleUnknownProperty  = "unknown-property"
	RuleRepeated         = "repeated"
	RuleMalformedJSON    = "malformed-json"
	RuleMalformedForm    = "malformed-form"
	RuleTooDeep          = "too-deep"
	RuleContentType      = "content-type"
	RuleMissingBody      = "missing-body"
	RuleUnexpectedBody   = "unexpected-body"
	RuleUndeclaredStatus = "undeclared-status"
)

const (
	inBody   = "body"
	inHeader = "header"
	inStatus = "status"
)

// messageExtension lets a schema say in plain words what its pattern means.
const messageExtension = "x-violation-message"

// place is where a visited value comes from: the body, or a named parameter.
type place struct{ in, parameter string }

func newViolation(at place, path []string, rule, predicate string) Violation {
	if at.parameter != "" {
		return Violation{In: at.in, Pointer: at.parameter, Rule: rule, Message: at.parameter + " " + predicate}
	}
	return Violation{In: at.in, Pointer: pointer(path), Rule: rule, Message: subject(path) + " " + predicate}
}

// appendViolations turns the validator's errors into violations. It reads their
// fields only: rendering them as text costs ten times the validation.
func appendViolations(violations []Violation, at place, err error) []Violation {
	switch err := err.(type) {
	case nil:
		return violations
	case openapi3.MultiError:
		for _, one := range err {
			violations = appendViolations(violations, at, one)
		}
		return violations
	case *openapi3.SchemaError:
		path := err.JSONPointer()
		if name, ok := unknownProperty(err); ok {
			return append(violations, newViolation(at, append(path, name), RuleUnknownProperty, "is not a known property"))
		}
		rule, predicate := explain(err)
		return append(violations, newViolation(at, path, rule, predicate))
	}
	return append(violations, newViolation(at, nil, "schema", "does not fit the schema"))
}

// unknownProperty finds the name of a property that its object does not accept.
// The validator reports the object and has the name in its reason only, quoted
// as by %q; a test guards that wording.
func unknownProperty(err *openapi3.SchemaError) (string, bool) {
	if err.SchemaField != "properties" {
		return "", false
	}
	quoted := strings.TrimSuffix(strings.TrimPrefix(err.Reason, "property "), " is unsupported")
	name, unquoteErr := strconv.Unquote(quoted)
	return name, unquoteErr == nil
}

// pointer writes a path as a JSON pointer.
func pointer(path []string) string {
	size := 0
	for _, token := range path {
		size += 1 + len(token)
	}
	var b strings.Builder
	b.Grow(size)
	for _, token := range path {
		b.WriteByte('/')
		if strings.ContainsAny(token, "~/") {
			token = strings.ReplaceAll(strings.ReplaceAll(token, "~", "~0"), "/", "~1")
		}
		b.WriteString(token)
	}
	return b.String()
}

// subject names a value for a sentence: the property, or the item of an array.
func subject(path []string) string {
	if len(path) == 0 {
		return "the body"
	}
	last := path[len(path)-1]
	if len(path) > 1 && last != "" && strings.Trim(last, "0123456789") == "" {
		return "item " + last + " of " + shown(path[len(path)-2])
	}
	return shown(last)
}

// maxShown keeps a name from the request short in a sentence about it.
const maxShown = 64

// shown quotes a name unless it is plain, so that no control character or
// odd space of a request reaches a log or a header.
func shown(name string) string {
	plain := name != "" && len(name) <= maxShown && strings.IndexFunc(name, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && r != '_' && r != '-' && r != '.'
	}) < 0
	if plain {
		return name
	}
	if len(name) > maxShown {
		name = strings.ToValidUTF8(name[:maxShown], "") + "…"
	}
	return strconv.QuoteToASCII(name)
}

// list writes "a", "a or b", "a, b or c".
func list(words []string) string {
	words = slices.Clone(words)
	slices.Sort(words)
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
