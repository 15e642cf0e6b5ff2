package openapi

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
)

// Every document: redocly.yaml, the linter's configuration, lies beside them and
// is none.
//
//go:embed [^r]*.yaml
var embedded embed.FS

// Set is a collection of documents whose operations have distinct ids.
type Set struct {
	documents  []*Document
	operations map[string]*Operation
}

// Document is one OpenAPI document, as text and compiled.
type Document struct {
	// Name is the file's name without its extension, such as "structures".
	Name string
	// Title is the document's info.title.
	Title string
	// API is what a PISTE application subscribes to before it may call the
	// operations (x-piste-api), or "" when no subscription is needed.
	API string
	// YAML is the document as written, comments included. It may not be
	// modified.
	YAML []byte
	// Operations are sorted by path, then by method.
	Operations []*Operation

	json func() ([]byte, error)
}

// JSON is the same document as JSON, its keys sorted; it may not be modified.
// It is made when first asked for, which takes a tenth of a second, and kept.
// The error can only be a mistake in an example, the one part that [Load] does
// not read.
func (d *Document) JSON() ([]byte, error) { return d.json() }

// Load parses, checks and compiles the embedded documents. An error names the
// document and the place in it; it can only come from a mistake in this
// repository, so it should stop the start of the program.
func Load() (*Set, error) { return LoadFS(embedded) }

// LoadFS does what [Load] does, with every *.yaml file at the root of fsys.
// All mistakes in all documents are reported together, but for those in the
// examples of contents: nothing depends on them but readers.
func LoadFS(fsys fs.FS) (*Set, error) {
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	if len(names) == 0 {
		return nil, errors.New("openapi: there is no document")
	}
	documents, err := loadAll(fsys, names)
	if err != nil {
		return nil, err
	}
	set := &Set{documents: documents, operations: map[string]*Operation{}}
	slices.SortFunc(set.documents, func(a, b *Document) int { return cmp.Compare(a.Name, b.Name) })
	var errs []error
	for _, document := range set.documents {
		errs = append(errs, set.index(document))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	// The decoder compiles itself on first use, which would take the first
	// request a hundred times as long as the second.
	_, _ = decodeJSON([]byte("{}"))
	return set, nil
}

// loadAll loads the documents side by side: parsing them is most of what the
// program does before it is ready.
func loadAll(fsys fs.FS, names []string) ([]*Document, error) {
	documents := make([]*Document, len(names))
	errs := make([]error, len(names))
	var all sync.WaitGroup
	for i, name := range names {
		all.Go(func() {
			document, err := loadDocument(fsys, name)
			if err != nil {
				errs[i] = fmt.Errorf("openapi: %s: %w", name, err)
			}
			documents[i] = document
		})
	}
	all.Wait()
	return documents, errors.Join(errs...)
}

func (s *Set) index(document *Document) error {
	var errs []error
	for _, operation := range document.Operations {
		if other, taken := s.operations[operation.ID]; taken {
			errs = append(errs, fmt.Errorf("openapi: %s.yaml: %s %s: operationId %s is taken by %s %s of %s.yaml",
				document.Name, operation.Method, operation.Path, operation.ID, other.Method, other.Path, other.Document))
			continue
		}
		s.operations[operation.ID] = operation
	}
	return errors.Join(errs...)
}

// Documents lists the documents by name. The slice may not be modified.
func (s *Set) Documents() []*Document { return s.documents }

// Document finds a document by its name, such as "structures".
func (s *Set) Document(name string) (*Document, bool) {
	for _, document := range s.documents {
		if document.Name == name {
			return document, true
		}
	}
	return nil, false
}

// Operation finds an operation by its operationId, such as
// "rechercherStructure"; ids are unique over all documents.
func (s *Set) Operation(id string) (*Operation, bool) {
	operation, ok := s.operations[id]
	return operation, ok
}

func loadDocument(fsys fs.FS, file string) (*Document, error) {
	text, err := fs.ReadFile(fsys, file)
	if err != nil {
		return nil, err
	}
	// A loader refuses references to other files unless told otherwise, which
	// keeps every document readable on its own.
	parsed, err := openapi3.NewLoader().LoadFromData(withoutExamples(text))
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(parsed.OpenAPI, "3.0.") {
		return nil, fmt.Errorf("openapi: %q, want 3.0.x: validation of later versions is another, much slower one", parsed.OpenAPI)
	}
	if err := parsed.Validate(context.Background(), openapi3.EnableMultiError()); err != nil {
		return nil, err
	}
	document := &Document{
		Name:  strings.TrimSuffix(file, ".yaml"),
		Title: parsed.Info.Title,
		YAML:  text,
		json:  sync.OnceValues(func() ([]byte, error) { return toJSON(text) }),
	}
	document.API, _ = parsed.Extensions["x-piste-api"].(string)
	document.Operations, err = compileOperations(parsed, document)
	return document, err
}

func toJSON(text []byte) ([]byte, error) {
	whole, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		return nil, err
	}
	return whole.MarshalJSON()
}
