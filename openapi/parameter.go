package openapi

import (
	"encoding/json"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// parameterCheck validates one parameter of requests, or header of answers.
type parameterCheck struct {
	// name is the key to look it up by; a header's is canonical.
	name     string
	at       place
	required bool
	// list tells a query parameter that may be repeated: kind is then that of
	// each value.
	list   bool
	kind   string
	schema schemaCheck
}

func (p *parameterCheck) check(violations []Violation, values []string) []Violation {
	switch {
	case len(values) == 0 && p.required:
		return append(violations, newViolation(p.at, nil, RuleRequired, "is missing"))
	case len(values) == 0:
		return violations
	case p.list:
		return p.checkList(violations, values)
	// Several lines of one header are one list to HTTP, so only what a URL
	// repeats is ambiguous.
	case len(values) > 1 && p.at.in == openapi3.ParameterInQuery:
		return append(violations, newViolation(p.at, nil, RuleRepeated, "must not be given twice"))
	}
	value, rule, predicate := coerce(p.kind, p.schema.schema.Format, values[0])
	if rule != "" {
		return append(violations, newViolation(p.at, nil, rule, predicate))
	}
	return p.schema.visit(violations, value, p.at)
}

func (p *parameterCheck) checkList(violations []Violation, values []string) []Violation {
	all := make([]any, len(values))
	for i, text := range values {
		value, rule, predicate := coerce(p.kind, p.schema.schema.Items.Value.Format, text)
		if rule != "" {
			return append(violations, newViolation(p.at, nil, rule, predicate))
		}
		all[i] = value
	}
	return p.schema.visit(violations, all, p.at)
}

// coerce reads a parameter's text as the type of its schema; a rule tells that
// it cannot be.
func coerce(kind, format, text string) (value any, rule, predicate string) {
	switch kind {
	case openapi3.TypeInteger:
		if !integerLiteral(text) {
			return nil, RuleType, "must be an integer"
		}
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, RuleFormat, integerRange(format)
		}
		return n, "", ""
	case openapi3.TypeNumber:
		n, err := strconv.ParseFloat(text, 64)
		if err != nil || !json.Valid([]byte(text)) {
			return nil, RuleType, "must be a number"
		}
		return n, "", ""
	case openapi3.TypeBoolean:
		if text != "true" && text != "false" {
			return nil, RuleType, "must be true or false"
		}
		return text == "true", "", ""
	}
	return text, "", ""
}
