package openapi

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// explain gives the rule that a value broke and the sentence after its name.
func explain(err *openapi3.SchemaError) (rule, predicate string) {
	schema := err.Schema
	switch err.SchemaField {
	case "nullable":
		return RuleType, "must not be null"
	case RuleType:
		return RuleType, explainType(err)
	case RuleRequired:
		return RuleRequired, "is missing"
	case RuleEnum:
		return RuleEnum, explainEnum(schema.Enum)
	case RuleFormat:
		return RuleFormat, explainFormat(schema.Format)
	case RulePattern:
		return RulePattern, ownWords(schema, "must match "+schema.Pattern)
	case "oneOf", "anyOf", "not", "allOf":
		return err.SchemaField, ownWords(schema, "is in none of the accepted forms")
	}
	if bound, ok := explainBound(schema, err.SchemaField); ok {
		return err.SchemaField, bound
	}
	return err.SchemaField, "breaks the rule " + err.SchemaField
}

func ownWords(schema *openapi3.Schema, otherwise string) string {
	if words, ok := schema.Extensions[messageExtension].(string); ok {
		return words
	}
	return otherwise
}

var typeWords = map[string]string{
	openapi3.TypeString:  "must be a string",
	openapi3.TypeInteger: "must be an integer",
	openapi3.TypeNumber:  "must be a number",
	openapi3.TypeBoolean: "must be true or false",
	openapi3.TypeArray:   "must be an array",
	openapi3.TypeObject:  "must be an object",
}

func explainType(err *openapi3.SchemaError) string {
	schema := err.Schema
	number, isNumber := err.Value.(json.Number)
	wantsNumber := schema.Type.Is(openapi3.TypeInteger) || schema.Type.Is(openapi3.TypeNumber)
	if isNumber && wantsNumber {
		if _, tooLarge := number.Float64(); tooLarge != nil {
			return "is out of range"
		}
	}
	if types := schema.Type.Slice(); len(types) == 1 && typeWords[types[0]] != "" {
		return typeWords[types[0]]
	}
	return "has the wrong type"
}

// maxListed is how many accepted values a message lists; beyond it, the
// document is the better place to look.
const maxListed = 12

func explainEnum(enum []any) string {
	words := make([]string, 0, maxListed)
	accepted := 0
	for _, value := range enum {
		// That null is accepted goes without saying.
		if value == nil {
			continue
		}
		if accepted++; accepted > maxListed {
			continue
		}
		word, ok := value.(string)
		if !ok {
			text, _ := json.Marshal(value)
			word = string(text)
		}
		words = append(words, word)
	}
	switch {
	case accepted > maxListed:
		return "is none of the " + strconv.Itoa(accepted) + " accepted values"
	case len(words) == 1:
		return "must be " + words[0]
	}
	return "must be one of " + strings.Join(words, ", ")
}

func explainFormat(format string) string {
	switch format {
	case "date":
		return "must be a date written YYYY-MM-DD"
	case "date-time":
		return "must be an instant in RFC 3339, such as 2026-03-01T09:00:00+01:00"
	case "date-or-date-time":
		return "must be a date written YYYY-MM-DD, or an instant such as 2026-03-01T09:00:00+01:00"
	case "int32", "int64":
		return integerRange(format)
	}
	return "must be in the format " + format
}

func integerRange(format string) string {
	if format == "int32" {
		return "must be between " + strconv.Itoa(math.MinInt32) + " and " + strconv.Itoa(math.MaxInt32)
	}
	return "must be between " + strconv.Itoa(math.MinInt64) + " and " + strconv.Itoa(math.MaxInt64)
}

func explainBound(schema *openapi3.Schema, keyword string) (string, bool) {
	switch keyword {
	case "minimum":
		return "must be at least " + number(*schema.Min), true
	case "maximum":
		return "must be at most " + number(*schema.Max), true
	case "exclusiveMinimum":
		return "must be more than " + number(*schema.Min), true
	case "exclusiveMaximum":
		return "must be less than " + number(*schema.Max), true
	case "minLength":
		return "must have at least " + count(schema.MinLength, "character"), true
	case "maxLength":
		return "must have at most " + count(*schema.MaxLength, "character"), true
	case "minItems":
		return "must have at least " + count(schema.MinItems, "item"), true
	case "maxItems":
		return "must have at most " + count(*schema.MaxItems, "item"), true
	case "uniqueItems":
		return "must not have the same item twice", true
	}
	return "", false
}

func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func count(n uint64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.FormatUint(n, 10) + " " + what + "s"
}
