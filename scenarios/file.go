package scenarios

import (
	"go.yaml.in/yaml/v4"

	"chorus-qualif/openapi"
	"chorus-qualif/scenarios/result"
)

// File is a scenario file that was read and has no mistake.
type File struct {
	// Name is the path as it was given, or the file's name in the library.
	Name string
	// Library tells that the file is one of the program's own.
	Library bool
	// Text is the file as written; it may not be modified.
	Text []byte
	// Title, Version, Summary and Description are those of info.
	Title, Version, Summary, Description string
	// Tags are those of the file's x-tags.
	Tags []string
	// Sources are the contracts that the file names.
	Sources []Source
	// Workflows are in the order of the file.
	Workflows []*Workflow
	// Warnings are what runs, but not everywhere as one would think.
	Warnings Problems
}

// Source is a source description: a contract of the program, under the name
// that the file gives it.
type Source struct {
	result.Position
	Name, URL string
	// Document is the contract's own name, such as "admin".
	Document string
}

// Workflow is one story of a file; each is replayed in a sandbox of its own.
type Workflow struct {
	result.Position
	ID, Summary, Description string
	// Tags are those of its own x-tags and of the file's.
	Tags   []string
	Inputs []Input
	Steps  []*Step
	// Outputs are the workflow's own, and Needs the outputs of steps that they
	// refer to, as "step.output".
	Outputs []Output
	Needs   []string
}

// Input is a declared input.
type Input struct {
	Name, Description string
	// Type is that of its schema: "string", "integer", "number", "boolean",
	// "object", "array", or "" for any.
	Type     string
	Required bool
	// Secret tells that its schema has the format "password".
	Secret bool
	// Default is nil where there is none.
	Default any
}

// Step is one call of an operation, or of another workflow.
type Step struct {
	result.Position
	ID, Description string
	// Source is the name of the source description, and Operation what is
	// called; both are zero where Calls, a workflowId, is not.
	Source    string
	Operation *openapi.Operation
	Calls     string
	// Parameters are the step's own, then those of the workflow that it does
	// not replace; references are resolved.
	Parameters []Parameter
	// Body is nil where the step sends none.
	Body     *Body
	Criteria []Criterion
	// Success and Failure are the step's actions, or else the workflow's.
	Success, Failure []Action
	Outputs          []Output
	// Deliberate tells that the request breaks the contract on purpose
	// (x-breaks-contract).
	Deliberate bool
	// Needs are the outputs of earlier steps that the step refers to, as
	// "step.output".
	Needs []string
}

// Parameter is a value that a step sends.
type Parameter struct {
	result.Position
	Name string
	// In is "path", "query" or "header", and empty for an input of a workflow
	// that is called.
	In    string
	Value *yaml.Node

	common bool
}

// Body is what a step sends.
type Body struct {
	result.Position
	// ContentType is the operation's own where the step gives none.
	ContentType  string
	Payload      *yaml.Node
	Replacements []Replacement
}

// Replacement is a value to put at a JSON pointer of the payload.
type Replacement struct {
	result.Position
	Target string
	Value  *yaml.Node
}

// Criterion is a condition, as written.
type Criterion struct {
	result.Position
	Condition, Context string
	// Type is "simple", "regex" or "jsonpath".
	Type string
}

// Action is what a step leads to.
type Action struct {
	result.Position
	Name string
	// Type is "end", "goto" or "retry".
	Type string
	// Step is where a goto goes.
	Step string
	// After is how many seconds of the sandbox's time a retry waits, Limit
	// how often there is one.
	After    float64
	Limit    int64
	Criteria []Criterion
}

// Output is a named value.
type Output struct {
	result.Position
	Name, Expression string
}

// Workflow finds a workflow by its id.
func (f *File) Workflow(id string) (*Workflow, bool) {
	for _, w := range f.Workflows {
		if w.ID == id {
			return w, true
		}
	}
	return nil, false
}

// Input finds an input by its name.
func (w *Workflow) Input(name string) (Input, bool) {
	for _, i := range w.Inputs {
		if i.Name == name {
			return i, true
		}
	}
	return Input{}, false
}
