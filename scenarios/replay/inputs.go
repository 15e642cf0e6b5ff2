package replay

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"chorus-qualif/scenarios"
)

// SandboxInput is the input that names the sandbox to run in, which each story
// that has it is given; SeedInput the one that is given the seed.
const (
	SandboxInput = "sandbox"
	SeedInput    = "seed"
)

// Variable is the variable of the environment that holds an input:
// QUALIF_INPUT_CLIENT_ID for clientId, QUALIF_INPUT_TOKEN_ACCOUNT for
// token.account.
func Variable(input string) string {
	var b strings.Builder
	b.WriteString("QUALIF_INPUT_")
	lower := false
	for _, r := range input {
		if unicode.IsUpper(r) && lower {
			b.WriteByte('_')
		}
		lower = unicode.IsLower(r) || unicode.IsDigit(r)
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			r = '_'
		}
		b.WriteRune(unicode.ToUpper(r))
	}
	return b.String()
}

// given is the value of an input, or of an output, under the first of its names
// that has one.
func (o *Options) given(names ...string) (any, bool) {
	for _, name := range names {
		if value, ok := o.Inputs[name]; ok {
			return value, true
		}
	}
	for _, name := range names {
		if value, ok := o.Environment(Variable(name)); ok {
			return value, true
		}
	}
	return nil, false
}

// Check tells every mistake in the inputs of stories, before any runs: one that
// nothing takes, one that is required and not there, one of another type.
func (r *Replayer) Check(stories []Story) error {
	known := map[string]bool{}
	var errs []error
	for _, s := range stories {
		for _, i := range s.Workflow.Inputs {
			known[i.Name] = true
		}
		if _, err := r.inputs(s, "any"); err != nil {
			errs = append(errs, err)
		}
		missing, names := r.missing(s)
		errs = append(errs, missing...)
		for _, name := range names {
			known[name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.o.Inputs)) {
		if !known[name] {
			errs = append(errs, fmt.Errorf("no workflow has an input %q%s", name, hint(name, known)))
		}
	}
	return errors.Join(unique(errs)...)
}

// unique drops what was said already: stories share steps.
func unique(errs []error) []error {
	seen := map[string]bool{}
	return slices.DeleteFunc(errs, func(err error) bool {
		if err == nil || seen[err.Error()] {
			return true
		}
		seen[err.Error()] = true
		return false
	})
}

// inputs are the values that a story starts with.
func (r *Replayer) inputs(s Story, sandbox string) (map[string]any, error) {
	values := map[string]any{}
	var errs []error
	for _, i := range s.Workflow.Inputs {
		value, ok := r.o.given(i.Name)
		if r.stands && i.Default != nil && i.Name != SeedInput {
			ok = false
		}
		switch {
		case ok:
			typed, err := read(value, i.Type)
			if err != nil {
				errs = append(errs, fmt.Errorf("input %s of workflow %s: %w", i.Name, s.Workflow.ID, err))
				continue
			}
			values[i.Name] = typed
		case i.Name == SandboxInput:
			values[i.Name] = sandbox
		case i.Name == SeedInput && r.o.Seed != 0:
			values[i.Name] = r.o.Seed
		case i.Default != nil:
			values[i.Name] = i.Default
		case i.Required:
			errs = append(errs, fmt.Errorf("workflow %s needs the input %s: give --input %s=..., or %s in the environment", s.Workflow.ID, i.Name, i.Name, Variable(i.Name)))
		}
	}
	return values, errors.Join(errs...)
}

// read is a value as the type of its input; a text may stand for any, as JSON.
func read(value any, kind string) (any, error) {
	text, isText := value.(string)
	var into any
	switch kind {
	case "string":
		return inText(value)
	case "integer":
		into = new(int64)
	case "number":
		into = new(float64)
	case "boolean":
		into = new(bool)
	case "object":
		into = new(map[string]any)
	case "array":
		into = new([]any)
	default:
		return value, nil
	}
	raw := []byte(text)
	if !isText {
		var err error
		if raw, err = written(value); err != nil {
			return nil, err
		}
	}
	if err := json.Unmarshal(raw, into); err != nil || string(raw) == "null" {
		return nil, fmt.Errorf("%s is no %s", raw, kind)
	}
	return reflect.ValueOf(into).Elem().Interface(), nil
}

// hint suggests one of some names.
func hint(name string, known map[string]bool) string {
	if meant := scenarios.Meant(name, slices.Sorted(maps.Keys(known))); meant != "" {
		return "; " + meant
	}
	return ""
}
