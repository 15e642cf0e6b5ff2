package faults

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"chorus-qualif/server/clock"
)

// Type is how a setting is written in JSON.
type Type string

// The types. A duration is a text such as "2s" or "PT30M", a choice one of a
// few texts, an object one whose values are texts.
const (
	Length  Type = "duration"
	Integer Type = "integer"
	Number  Type = "number"
	Boolean Type = "boolean"
	Text    Type = "text"
	Choice  Type = "choice"
	Object  Type = "object"
)

// Setting describes one setting of a kind: enough to make a form of it.
type Setting struct {
	// Name is the property's.
	Name string
	Type Type
	// Choices are those of a choice.
	Choices []string
	// Default is what holds when it is not given, as a person writes it; ""
	// for nothing.
	Default string
	// Doc says in a few words what it does, with its bounds.
	Doc string
}

// describe lists the settings of a kind: the fields of the struct that holds
// their defaults, with their tags doc and choices. Forms, the header and the
// control API read the same list that read obeys.
func describe(defaults any) []Setting {
	value := reflect.ValueOf(defaults)
	all := make([]Setting, 0, value.NumField())
	for i := range value.NumField() {
		field := value.Type().Field(i)
		s := Setting{Name: nameOf(field), Type: typeOf(field), Doc: field.Tag.Get("doc")}
		if s.Type == Choice {
			s.Choices = strings.Split(field.Tag.Get("choices"), ",")
		}
		if !value.Field(i).IsZero() {
			s.Default = fmt.Sprint(value.Field(i).Interface())
		}
		all = append(all, s)
	}
	return all
}

func nameOf(field reflect.StructField) string {
	return strings.ToLower(field.Name[:1]) + field.Name[1:]
}

func typeOf(field reflect.StructField) Type {
	switch {
	case field.Type == reflect.TypeFor[Duration](), field.Type == reflect.TypeFor[span]():
		return Length
	case field.Tag.Get("choices") != "":
		return Choice
	}
	switch field.Type.Kind() {
	case reflect.Int:
		return Integer
	case reflect.Float64:
		return Number
	case reflect.Bool:
		return Boolean
	case reflect.Map:
		return Object
	}
	return Text
}

// mistakes are what is wrong with settings, all of it.
type mistakes []string

func (m *mistakes) unless(ok bool, format string, values ...any) {
	if !ok {
		*m = append(*m, fmt.Sprintf(format, values...))
	}
}

func (m *mistakes) add(err error) {
	if err != nil {
		*m = append(*m, err.Error())
	}
}

func (m mistakes) err() error {
	if len(m) == 0 {
		return nil
	}
	return errors.New(strings.Join(m, "; "))
}

// read decodes settings over their defaults. What a kind does not have, and what
// is not of its type, are mistakes; null leaves the default.
func read[T any](raw json.RawMessage, defaults T) (T, mistakes) {
	if len(bytes.TrimSpace(raw)) == 0 {
		return defaults, nil
	}
	var given map[string]json.RawMessage
	if json.Unmarshal(raw, &given) != nil {
		return defaults, mistakes{"settings: want a JSON object"}
	}
	var wrong mistakes
	into := reflect.ValueOf(&defaults).Elem()
	known := describe(defaults)
	for _, name := range slices.Sorted(maps.Keys(given)) {
		at := slices.IndexFunc(known, func(s Setting) bool { return strings.EqualFold(s.Name, name) })
		if at < 0 {
			wrong = append(wrong, fmt.Sprintf("settings: unknown field %q: want %s", name, namesOf(known)))
			continue
		}
		if err := take(into.Field(at), known[at], given[name]); err != nil {
			wrong = append(wrong, "settings: "+known[at].Name+" "+err.Error())
		}
	}
	return defaults, wrong
}

func namesOf(settings []Setting) string {
	if len(settings) == 0 {
		return "none"
	}
	names := make([]string, len(settings))
	for i, s := range settings {
		names[i] = s.Name
	}
	return either(names)
}

// either is a list of choices as a sentence has it.
func either(choices []string) string {
	last := len(choices) - 1
	if last == 0 {
		return choices[0]
	}
	return strings.Join(choices[:last], ", ") + " or " + choices[last]
}

// take decodes one setting.
func take(into reflect.Value, s Setting, raw json.RawMessage) error {
	if string(raw) == "null" {
		return nil
	}
	err := json.Unmarshal(raw, into.Addr().Interface())
	switch {
	case s.Type == Length && err != nil:
		return fmt.Errorf("%s: %w", raw, err)
	case s.Type == Choice && (err != nil || !slices.Contains(s.Choices, into.String())):
		return fmt.Errorf("%s: want %s", raw, either(s.Choices))
	case err != nil:
		return fmt.Errorf("%s: want %s", raw, wanted[s.Type])
	}
	return nil
}

// wanted says what a type takes.
var wanted = map[Type]string{
	Integer: "a whole number", Number: "a number", Boolean: "true or false", Text: "a text", Object: "an object of texts",
}

// JSON is the value of a setting that a person wrote: a number or a truth value
// where the setting takes one and the text is one, else a text. An object is
// written as JSON.
func (s Setting) JSON(written string) any {
	switch s.Type {
	case Integer, Number:
		if _, err := strconv.ParseFloat(written, 64); err == nil && json.Valid([]byte(written)) {
			return json.RawMessage(written)
		}
	case Boolean:
		if written == "true" || written == "false" {
			return written == "true"
		}
	case Object:
		if json.Valid([]byte(written)) {
			return json.RawMessage(written)
		}
	}
	return written
}

// Duration is a length of time as people write it: "2s", "PT30M".
type Duration time.Duration

// longest is more than any fault needs, and far from what overflows.
const longest = 10 * 366 * 24 * time.Hour

// UnmarshalJSON reads what clock.ParseSpan reads; calendar units are refused,
// and so is more than ten years.
func (d *Duration) UnmarshalJSON(text []byte) error {
	var written string
	if err := json.Unmarshal(text, &written); err != nil {
		return errors.New(`want a duration such as "2s"`)
	}
	span, err := clock.ParseSpan(written)
	switch {
	case err != nil:
		return err
	case span.Years+span.Months+span.Days > 0:
		return fmt.Errorf("duration %q: want hours, minutes and seconds", written)
	case span.Exact > longest:
		return fmt.Errorf("duration %q: want at most %s", written, Duration(longest))
	}
	*d = Duration(span.Exact)
	return nil
}

// String is the duration as people write it, without units that are zero.
func (d Duration) String() string {
	text := time.Duration(d).String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
