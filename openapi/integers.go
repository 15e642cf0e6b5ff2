package openapi

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// hasOddInteger tells whether checkIntegers has anything to look at: amounts have
// fractions in nearly every body, identifiers in none. It takes no notes, so it
// allocates nothing.
func hasOddInteger(schema *openapi3.Schema, value any) bool {
	if schema == nil {
		return false
	}
	for _, part := range schema.AllOf {
		if hasOddInteger(part.Value, value) {
			return true
		}
	}
	switch value := value.(type) {
	case json.Number:
		return schema.Type.Is(openapi3.TypeInteger) && !plainInteger(string(value))
	case []any:
		if schema.Items == nil {
			return false
		}
		for _, item := range value {
			if hasOddInteger(schema.Items.Value, item) {
				return true
			}
		}
	case map[string]any:
		for name, item := range value {
			if hasOddInteger(propertySchema(schema, name), item) {
				return true
			}
		}
	}
	return false
}

// plainInteger tells whether a literal is an integer of 64 bits, written as one.
func plainInteger(literal string) bool {
	if !integerLiteral(literal) {
		return false
	}
	_, err := strconv.ParseInt(literal, 10, 64)
	return err == nil
}

// checkIntegers looks at how the numbers of a value are written where its
// schema wants an integer. The validator compares floats, so it takes 10.0 and
// 1e1 for integers, which a decoder into int64 then refuses, and 2^63 for an
// int64. A pointer that already has a violation since index first gets no other.
func checkIntegers(violations []Violation, first int, schema *openapi3.Schema, value any, path []string) []Violation {
	if schema == nil {
		return violations
	}
	for _, part := range schema.AllOf {
		violations = checkIntegers(violations, first, part.Value, value, path)
	}
	switch value := value.(type) {
	case json.Number:
		if schema.Type.Is(openapi3.TypeInteger) {
			return checkInteger(violations, first, schema, string(value), path)
		}
	case []any:
		if schema.Items == nil {
			return violations
		}
		for i, item := range value {
			violations = checkIntegers(violations, first, schema.Items.Value, item, append(path, strconv.Itoa(i)))
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			if property := propertySchema(schema, name); property != nil {
				violations = checkIntegers(violations, first, property, value[name], append(path, name))
			}
		}
	}
	return violations
}

func checkInteger(violations []Violation, first int, schema *openapi3.Schema, literal string, path []string) []Violation {
	if plainInteger(literal) {
		return violations
	}
	rule, predicate := RuleType, "must be an integer, without fraction or exponent"
	if integerLiteral(literal) {
		rule, predicate = RuleFormat, integerRange(schema.Format)
	}
	found := newViolation(place{in: inBody}, path, rule, predicate)
	known := func(v Violation) bool { return v.Pointer == found.Pointer }
	if slices.ContainsFunc(violations[first:], known) {
		return violations
	}
	return append(violations, found)
}

// integerLiteral tells whether text is a JSON number without fraction or
// exponent.
func integerLiteral(text string) bool {
	digits := text
	if len(digits) > 0 && digits[0] == '-' {
		digits = digits[1:]
	}
	if digits == "" || len(digits) > 1 && digits[0] == '0' {
		return false
	}
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return false
		}
	}
	return true
}

func propertySchema(schema *openapi3.Schema, name string) *openapi3.Schema {
	if property := schema.Properties[name]; property != nil {
		return property.Value
	}
	if more := schema.AdditionalProperties.Schema; more != nil {
		return more.Value
	}
	return nil
}
