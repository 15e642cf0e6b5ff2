package openapi

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Operation is one operation of a document, compiled: validating against it
// does no work that could be done beforehand. It is safe for concurrent use.
type Operation struct {
	// ID is the operationId.
	ID string
	// Method is the HTTP method in capitals.
	Method string
	// Path is the path template as the document has it, GinPath the same in
	// Gin's notation ("{siret}" becomes ":siret").
	Path, GinPath string
	// API is that of the document: what an application must have subscribed
	// to, or "".
	API string
	// Document is the name of the document.
	Document string
	// Summary is the operation's one line of explanation.
	Summary string
	// Parameters lists the declared parameters, those of the path included.
	Parameters []Parameter
	// Body tells whether the operation reads a body at all; what is sent to
	// one that does not is ignored.
	Body bool
	// Statuses lists the statuses it can answer, in order.
	Statuses []int

	parameters []parameterCheck
	body       *bodyCheck
	responses  map[int]*responseCheck
}

// Parameter is a declared parameter of an operation.
type Parameter struct {
	// Name is as in the document.
	Name string
	// In is "path", "query" or "header".
	In       string
	Required bool
	// Checked tells whether ValidateRequest looks at it (see x-checked-by).
	Checked bool
}

func compileOperations(parsed *openapi3.T, document *Document) ([]*Operation, error) {
	compiler := newCompiler()
	var all []*Operation
	var errs []error
	for _, path := range slices.Sorted(maps.Keys(parsed.Paths.Map())) {
		item := parsed.Paths.Value(path)
		declared := item.Operations()
		for _, method := range slices.Sorted(maps.Keys(declared)) {
			operation, err := compiler.operation(method, path, item, declared[method])
			if err != nil {
				errs = append(errs, fmt.Errorf("%s %s: %w", method, path, err))
				continue
			}
			operation.API, operation.Document = document.API, document.Name
			all = append(all, operation)
		}
	}
	return all, errors.Join(errs...)
}

func (c *compiler) operation(method, path string, item *openapi3.PathItem, declared *openapi3.Operation) (*Operation, error) {
	if declared.OperationID == "" {
		return nil, errors.New("operationId is missing")
	}
	operation := &Operation{ID: declared.OperationID, Method: method, Path: path, Summary: declared.Summary}
	var errs [4]error
	operation.GinPath, errs[0] = ginPath(path)
	errs[1] = c.addParameters(operation, item.Parameters, declared.Parameters)
	errs[2] = c.addBody(operation, declared.RequestBody)
	errs[3] = c.addResponses(operation, declared.Responses)
	return operation, errors.Join(errs[:]...)
}

func ginPath(path string) (string, error) {
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		if name, ok := strings.CutPrefix(segment, "{"); ok && strings.HasSuffix(name, "}") {
			segments[i] = ":" + strings.TrimSuffix(name, "}")
		}
		if strings.ContainsAny(segments[i], "{}") {
			return "", fmt.Errorf("segment %q mixes a parameter with text, which the router cannot match", segment)
		}
	}
	return strings.Join(segments, "/"), nil
}

// addParameters compiles the parameters of the path, unless the operation has
// its own of the same name, and those of the operation.
func (c *compiler) addParameters(operation *Operation, ofPath, own openapi3.Parameters) error {
	var all openapi3.Parameters
	for _, ref := range ofPath {
		if own.GetByInAndName(ref.Value.In, ref.Value.Name) == nil {
			all = append(all, ref)
		}
	}
	var errs []error
	for _, ref := range append(all, own...) {
		p := ref.Value
		_, elsewhere := p.Extensions["x-checked-by"]
		operation.Parameters = append(operation.Parameters,
			Parameter{Name: p.Name, In: p.In, Required: p.Required, Checked: !elsewhere})
		if elsewhere {
			continue
		}
		check, err := c.parameter(p)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s parameter %s: %w", p.In, p.Name, err))
			continue
		}
		operation.parameters = append(operation.parameters, check)
	}
	return errors.Join(errs...)
}

func (c *compiler) addBody(operation *Operation, ref *openapi3.RequestBodyRef) error {
	if ref == nil {
		return nil
	}
	operation.Body = true
	operation.body = &bodyCheck{required: ref.Value.Required}
	contents, err := c.contents(ref.Value.Content, openapi3.VisitAsRequest())
	if err != nil {
		return fmt.Errorf("request body: %w", err)
	}
	if len(contents) != 1 || contents[0].kind == textContent {
		return errors.New("request body: want exactly one content, JSON or a form")
	}
	operation.body.content = contents[0]
	return nil
}

func (c *compiler) addResponses(operation *Operation, declared *openapi3.Responses) error {
	operation.responses = map[int]*responseCheck{}
	var errs []error
	for _, code := range slices.Sorted(maps.Keys(declared.Map())) {
		status, err := strconv.Atoi(code)
		if err != nil || http.StatusText(status) == "" {
			errs = append(errs, fmt.Errorf("response %s: want a known status", code))
			continue
		}
		check, err := c.response(declared.Value(code).Value)
		if err != nil {
			errs = append(errs, fmt.Errorf("response %s: %w", code, err))
			continue
		}
		operation.responses[status] = check
		operation.Statuses = append(operation.Statuses, status)
	}
	return errors.Join(errs...)
}
