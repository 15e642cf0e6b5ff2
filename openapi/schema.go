package openapi

import (
	"maps"
	"net/url"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// schemaCheck validates decoded values against a schema.
type schemaCheck struct {
	schema  *openapi3.Schema
	options []openapi3.SchemaValidationOption
}

// schema prepares a schema for visits in one direction, which decides what
// readOnly and writeOnly mean.
func (c *compiler) schema(schema *openapi3.Schema, direction openapi3.SchemaValidationOption) schemaCheck {
	options := []openapi3.SchemaValidationOption{
		openapi3.MultiErrors(),
		// Without this, a failed oneOf renders schema and value into a text
		// that nobody reads.
		openapi3.DisableSchemaErrorDetails(),
		openapi3.WithStringFormatValidators(c.formats),
	}
	if marksDirection(schema, map[*openapi3.Schema]bool{}) {
		// Visiting in a direction sorts the properties of every object once
		// more, so it is left out where it cannot matter.
		options = append(options, direction)
	}
	return schemaCheck{schema: schema, options: options}
}

func marksDirection(schema *openapi3.Schema, seen map[*openapi3.Schema]bool) bool {
	if schema == nil || seen[schema] {
		return false
	}
	seen[schema] = true
	if schema.ReadOnly || schema.WriteOnly {
		return true
	}
	for _, sub := range subschemas(schema) {
		if marksDirection(sub, seen) {
			return true
		}
	}
	return false
}

// subschemas lists the schemas directly below one, whatever the keyword.
func subschemas(schema *openapi3.Schema) []*openapi3.Schema {
	var refs openapi3.SchemaRefs
	for _, property := range schema.Properties {
		refs = append(refs, property)
	}
	refs = append(refs, schema.OneOf...)
	refs = append(refs, schema.AnyOf...)
	refs = append(refs, schema.AllOf...)
	refs = append(refs, schema.Items, schema.Not, schema.AdditionalProperties.Schema)
	var all []*openapi3.Schema
	for _, ref := range refs {
		if ref != nil {
			all = append(all, ref.Value)
		}
	}
	return all
}

// checkJSON decodes a body, once, and visits it.
func (s *schemaCheck) checkJSON(violations []Violation, body []byte) []Violation {
	decoded, malformed := decodeJSON(body)
	if malformed != nil {
		return append(violations, *malformed)
	}
	at := place{in: inBody}
	first := len(violations)
	violations = s.visit(violations, decoded.value, at)
	if decoded.oddNumbers && hasOddInteger(s.schema, decoded.value) {
		violations = checkIntegers(violations, first, s.schema, decoded.value, nil)
	}
	return violations
}

// checkForm decodes an application/x-www-form-urlencoded body and visits it.
func (s *schemaCheck) checkForm(violations []Violation, body []byte) []Violation {
	fields, err := url.ParseQuery(string(body))
	if err != nil {
		return append(violations, Violation{In: inBody, Rule: RuleMalformedForm, Message: "the body is not a well-formed form"})
	}
	value := make(map[string]any, len(fields))
	for name, values := range fields {
		value[name] = values[0]
	}
	for _, name := range slices.Sorted(maps.Keys(s.schema.Properties)) {
		if len(fields[name]) > 1 {
			violations = append(violations, newViolation(place{in: inBody}, []string{name}, RuleRepeated, "must not be given twice"))
		}
	}
	return s.visit(violations, value, place{in: inBody})
}

// visit validates a decoded value.
func (s *schemaCheck) visit(violations []Violation, value any, at place) []Violation {
	return appendViolations(violations, at, s.schema.VisitJSON(value, s.options...))
}
