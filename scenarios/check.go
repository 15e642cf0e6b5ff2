package scenarios

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pb33f/libopenapi"
	"github.com/pb33f/libopenapi/arazzo"
	"go.yaml.in/yaml/v4"

	"chorus-qualif/scenarios/result"
)

// check looks at what needs the whole file: what steps and expressions refer
// to, and what operations take.
func (d *document) check() {
	for _, w := range d.file.Workflows {
		for i, s := range w.Steps {
			before := scope{document: d, workflow: w, earlier: w.Steps[:i], step: s, phase: asking}
			d.stepParameters(s, before)
			d.stepBody(s, before)
			after := before
			after.phase = answered
			if s.Calls != "" {
				after.phase = called
			}
			for _, c := range s.Criteria {
				d.criterion(c, after)
			}
			for _, a := range slices.Concat(s.Success, s.Failure) {
				d.reachable(a, w)
				for _, c := range a.Criteria {
					d.criterion(c, after)
				}
			}
			for _, o := range s.Outputs {
				after.text(o.Position, o.Expression)
			}
			d.call(s, w)
		}
		d.gotos(w)
		end := scope{document: d, workflow: w, earlier: w.Steps, phase: ended}
		for _, o := range w.Outputs {
			end.text(o.Position, o.Expression)
		}
	}
	d.circles()
}

// structure asks libopenapi for its own opinion, once ours has nothing to say.
func (d *document) structure(text []byte, root *yaml.Node) {
	if len(d.problems) > 0 {
		return
	}
	defer func() {
		if broken := recover(); broken != nil {
			d.fail(d.at(root), "", "the document cannot be read: %v", broken)
		}
	}()
	parsed, err := libopenapi.NewArazzoDocument(text)
	if err != nil {
		d.fail(d.at(root), "", "%v", err)
		return
	}
	found := arazzo.Validate(parsed)
	if found == nil {
		return
	}
	for _, e := range found.Errors {
		if errors.Is(e.Cause, arazzo.ErrParameterInNotAllowed) && !strings.Contains(e.Path, ".steps[") {
			continue // a workflow's parameters are those of its operations, which need it
		}
		d.fail(result.Position{File: d.reader.file, Line: max(e.Line, 1), Column: max(e.Column, 1)}, "", "%s: %v", e.Path, e.Cause)
	}
}

func (d *document) stepParameters(s *Step, in scope) {
	for _, p := range s.Parameters {
		in.value(p.Value)
		switch {
		case s.Calls != "":
			d.argument(p, s)
		case s.Operation != nil:
			d.operationParameter(p, s)
		}
	}
	if s.Operation == nil {
		return
	}
	for _, declared := range s.Operation.Parameters {
		given := slices.ContainsFunc(s.Parameters, func(p Parameter) bool { return p.In == declared.In && strings.EqualFold(p.Name, declared.Name) })
		if declared.In == "path" && !given {
			d.fail(s.Position, "", "step %s gives no %s, which is in the path of %s", s.ID, declared.Name, s.Operation.ID)
		}
	}
}

// operationParameter checks one parameter of a call. Any header may be sent,
// but one that is almost a declared one is a slip.
func (d *document) operationParameter(p Parameter, s *Step) {
	if !slices.Contains([]string{"path", "query", "header"}, p.In) {
		d.fail(p.Position, "write path, query or header", "parameter %s is in %q", p.Name, p.In)
		return
	}
	var known []string
	for _, declared := range s.Operation.Parameters {
		if declared.In == p.In {
			known = append(known, declared.Name)
		}
		if declared.In == p.In && (declared.Name == p.Name || p.In == "header" && strings.EqualFold(declared.Name, p.Name)) {
			return
		}
	}
	switch {
	case p.common && p.In == "path", s.Deliberate && p.In == "query":
	case p.In == "header":
		if near := nearest(p.Name, append(known, usualHeaders()...)); near != "" && !strings.EqualFold(near, p.Name) {
			d.fail(p.Position, fmt.Sprintf("did you mean %q?", near), "%s has no header %q", s.Operation.ID, p.Name)
		}
	default:
		d.fail(p.Position, Meant(p.Name, known), "%s has no %s parameter %q", s.Operation.ID, p.In, p.Name)
	}
}

// usualHeaders are headers that any call may carry.
func usualHeaders() []string {
	return []string{"Authorization", "Accept", "Accept-Language", "Content-Type", "Idempotency-Key", "X-Sandbox", "X-Sandbox-Fault", "User-Agent", "cpro-account"}
}

// argument checks one parameter of a step that calls a workflow.
func (d *document) argument(p Parameter, s *Step) {
	if p.In != "" {
		d.fail(p.Position, "leave \"in\" out", "parameter %s is an input of workflow %s", p.Name, s.Calls)
	}
	w, ok := d.file.Workflow(s.Calls)
	if _, declared := w.find(p.Name); ok && !declared {
		d.fail(p.Position, Meant(p.Name, inputNames(w.Inputs)), "workflow %s has no input %q", s.Calls, p.Name)
	}
}

// find is Input for a workflow that may not be there.
func (w *Workflow) find(name string) (Input, bool) {
	if w == nil {
		return Input{}, false
	}
	return w.Input(name)
}

// call checks a step that calls another workflow of the file.
func (d *document) call(s *Step, w *Workflow) {
	if s.Calls == "" {
		return
	}
	if len(s.Criteria) > 0 {
		d.fail(s.Criteria[0].Position, "put it into workflow "+s.Calls, "step %s calls a workflow, so it has no answer to judge", s.ID)
	}
	if s.Body != nil {
		d.fail(s.Body.Position, "give parameters instead", "step %s calls a workflow, which takes no body", s.ID)
	}
	target, ok := d.file.Workflow(s.Calls)
	if !ok {
		return
	}
	for _, i := range target.Inputs {
		given := slices.ContainsFunc(s.Parameters, func(p Parameter) bool { return p.Name == i.Name })
		if i.Required && i.Default == nil && !given {
			d.fail(s.Position, "", "step %s does not give %s, which workflow %s requires", s.ID, i.Name, s.Calls)
		}
	}
}

// examples refuses steps that another engine would complete with the examples
// of the contract: it would send something else.
func (d *document) examples(o object, s *Step) {
	if s.Operation == nil {
		return
	}
	if body := o.get("requestBody"); s.Operation.Body && body == nil {
		d.fail(s.Position, "write \"requestBody: {payload: {}}\" for an empty object",
			"step %s has no requestBody, and %s takes one: engines differ on what is sent", s.ID, s.Operation.ID)
	}
	if o.get("parameters") != nil {
		return
	}
	for _, declared := range s.Operation.Parameters {
		given := slices.ContainsFunc(s.Parameters, func(p Parameter) bool { return strings.EqualFold(p.Name, declared.Name) })
		if declared.Required && !given && declared.In != "path" {
			d.fail(s.Position, "give it, or write \"parameters: []\" to send none",
				"step %s has no parameters, and %s requires the %s %s: engines differ on what is sent", s.ID, s.Operation.ID, declared.In, declared.Name)
			return
		}
	}
}

func (d *document) stepBody(s *Step, in scope) {
	b := s.Body
	if b == nil || s.Operation == nil {
		return
	}
	declared := s.Operation.BodyType()
	if declared == "" {
		d.fail(b.Position, "", "%s takes no body", s.Operation.ID)
		return
	}
	if b.ContentType == "" {
		b.ContentType = declared
	}
	if b.ContentType != declared && !s.Deliberate {
		d.fail(b.Position, "write "+declared, "%s takes no %s", s.Operation.ID, b.ContentType)
	}
	if b.Payload.Kind != yaml.MappingNode && (b.Payload.Kind != yaml.SequenceNode || declared != "application/json") {
		d.fail(d.at(b.Payload), "write it as YAML", "the payload of step %s is no mapping: engines differ on how it is sent", s.ID)
		return
	}
	in.value(b.Payload)
	if !s.Deliberate {
		d.properties(b.Payload, s, nil)
	}
	for _, r := range b.Replacements {
		in.value(r.Value)
		if at(b.Payload, r.Target) == nil {
			d.fail(r.Position, "write the property in the payload", "the payload has nothing at %q to replace", r.Target)
		}
	}
}

// properties checks the names of a payload's properties against the contract.
func (d *document) properties(n *yaml.Node, s *Step, path []string) {
	switch n.Kind {
	case yaml.SequenceNode:
		for _, item := range n.Content {
			d.properties(item, s, path)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			inner := append(slices.Clone(path), n.Content[i].Value)
			if known, declared := s.Operation.BodyProperty(inner...); !known {
				hint := strings.TrimPrefix(Meant(n.Content[i].Value, declared)+"; if it is meant, say x-breaks-contract: true in the step", "; ")
				d.fail(d.at(n.Content[i]), hint, "the body of %s has no property %q", s.Operation.ID, strings.Join(inner, "."))
				continue
			}
			d.properties(n.Content[i+1], s, inner)
		}
	}
}

// at is what a JSON pointer leads to in a tree; nil when it leads nowhere.
func at(n *yaml.Node, pointer string) *yaml.Node {
	parts := strings.Split(pointer, "/")
	if parts[0] != "" {
		return nil
	}
	for _, part := range parts[1:] {
		part = strings.NewReplacer("~1", "/", "~0", "~").Replace(part)
		var next *yaml.Node
		for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == part {
				next = n.Content[i+1]
			}
		}
		if next == nil {
			return nil
		}
		n = next
	}
	return n
}
