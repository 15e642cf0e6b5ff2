package openapi

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// compiler turns what a document declares into checks.
type compiler struct {
	formats map[string]openapi3.StringFormatValidator
}

func newCompiler() *compiler { return &compiler{formats: stringFormats()} }

type contentKind int

const (
	jsonContent contentKind = iota
	formContent
	textContent
)

// content is one media type of a body, with the check of what is in it.
type content struct {
	mediaType string
	kind      contentKind
	schema    schemaCheck
}

func (c *compiler) contents(declared openapi3.Content, direction openapi3.SchemaValidationOption) ([]content, error) {
	var all []content
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(declared)) {
		media := declared[name]
		one := content{mediaType: mediaType(name), kind: kindOf(name)}
		switch {
		case strings.Contains(name, "*"):
			errs = append(errs, fmt.Errorf("content %s: ranges of media types are not supported", name))
		case media.Schema == nil:
			errs = append(errs, fmt.Errorf("content %s: schema is missing", name))
		case one.kind == formContent:
			errs = append(errs, formSchema(media.Schema.Value))
		}
		if media.Schema != nil {
			one.schema = c.schema(media.Schema.Value, direction)
		}
		all = append(all, one)
	}
	return all, errors.Join(errs...)
}

func kindOf(name string) contentKind {
	switch name := mediaType(name); {
	case name == "application/json", strings.HasSuffix(name, "+json"):
		return jsonContent
	case name == "application/x-www-form-urlencoded":
		return formContent
	}
	return textContent
}

// formSchema refuses what a form cannot carry without a convention of its own.
func formSchema(schema *openapi3.Schema) error {
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		if !schema.Properties[name].Value.Type.Is(openapi3.TypeString) {
			return fmt.Errorf("form field %s: only strings are supported", name)
		}
	}
	return nil
}

// mediaType is the lower-case media type of a Content-Type, without its
// parameters: charset and spelling vary from client to client.
func mediaType(contentType string) string {
	name, _, _ := strings.Cut(contentType, ";")
	return strings.ToLower(strings.TrimSpace(name))
}

func (c *compiler) parameter(p *openapi3.Parameter) (parameterCheck, error) {
	check := parameterCheck{name: p.Name, at: place{in: p.In, parameter: p.Name}, required: p.Required}
	if p.Schema == nil {
		return check, errors.New("schema is missing")
	}
	switch p.In {
	case openapi3.ParameterInPath, openapi3.ParameterInQuery:
	case openapi3.ParameterInHeader:
		check.name = http.CanonicalHeaderKey(p.Name)
	default:
		return check, fmt.Errorf("parameters in %s are not supported", p.In)
	}
	schema := p.Schema.Value
	// A list in a query is written ?a=1&a=2, the style of OpenAPI that needs
	// no convention of our own.
	if schema.Type.Is(openapi3.TypeArray) && p.In == openapi3.ParameterInQuery && p.Style == "" && p.Explode == nil && schema.Items != nil {
		check.list, schema = true, schema.Items.Value
	}
	var err error
	check.kind, err = scalarKind(schema)
	// Nothing in a scalar depends on the direction.
	check.schema = c.schema(p.Schema.Value, openapi3.VisitAsRequest())
	return check, err
}

func scalarKind(schema *openapi3.Schema) (string, error) {
	for _, kind := range []string{openapi3.TypeString, openapi3.TypeInteger, openapi3.TypeNumber, openapi3.TypeBoolean} {
		if schema.Type.Is(kind) {
			return kind, nil
		}
	}
	return "", errors.New("want a string, an integer, a number or a boolean")
}

func (c *compiler) response(declared *openapi3.Response) (*responseCheck, error) {
	check := &responseCheck{}
	check.emptyBody, _ = declared.Extensions["x-empty-body"].(bool)
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(declared.Headers)) {
		header := declared.Headers[name].Value.Parameter
		header.Name, header.In = name, openapi3.ParameterInHeader
		one, err := c.parameter(&header)
		if err != nil {
			errs = append(errs, fmt.Errorf("header %s: %w", name, err))
		}
		check.headers = append(check.headers, one)
	}
	var err error
	check.contents, err = c.contents(declared.Content, openapi3.VisitAsResponse())
	return check, errors.Join(append(errs, err)...)
}
