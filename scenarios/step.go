package scenarios

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// name refuses what one engine or the other does not take for a name.
func (r *reader) name(n *yaml.Node, what string) {
	if n == nil || n.Kind != yaml.ScalarNode || n.Value == "" {
		return
	}
	for i, c := range n.Value {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || !strings.ContainsRune("0123456789_-", c)) {
			r.fail(r.at(n), "", "%s must be a letter, then letters, digits, - and _: %q", what, n.Value)
			return
		}
	}
}

func (d *document) step(n *yaml.Node, w *Workflow, common []Parameter) *Step {
	o, ok := d.object(n, "a step", "stepId", "description", "operationId", "operationPath", "workflowId",
		"parameters", "requestBody", "successCriteria", "onSuccess", "onFailure", "outputs")
	if !ok {
		return nil
	}
	s := &Step{Position: d.at(n), ID: d.required(o, "stepId", "a step"), Description: d.text(o.get("description"), "a step's description")}
	d.name(o.get("stepId"), "a stepId")
	what := "step " + s.ID
	if slices.ContainsFunc(w.Steps, func(other *Step) bool { return other.ID == s.ID }) {
		d.fail(d.at(o.get("stepId")), "", "there are two steps named %q in workflow %s", s.ID, w.ID)
	}
	s.Deliberate = d.flag(o.get("x-breaks-contract"), "x-breaks-contract")
	d.target(o, s)
	s.Parameters = d.parameters(o.get("parameters"), what)
	if s.Calls == "" {
		s.Parameters = append(s.Parameters, remaining(common, s.Parameters)...)
	}
	s.Body = d.body(o.get("requestBody"), s)
	s.Criteria = d.criteria(o.get("successCriteria"), what)
	s.Success = d.actions(o.get("onSuccess"), what, d.components.success, false)
	s.Failure = d.actions(o.get("onFailure"), what, d.components.failure, true)
	s.Outputs = d.outputs(o.get("outputs"), what)
	d.examples(o, s)
	return s
}

// target is what a step calls.
func (d *document) target(o object, s *Step) {
	s.Calls = d.text(o.get("workflowId"), "a step's workflowId")
	id := o.get("operationId")
	switch {
	case o.get("operationPath") != nil:
		d.fail(d.at(o.get("operationPath")), "write its operationId instead", "operationPath is not replayed")
	case id == nil && o.get("workflowId") == nil:
		d.fail(s.Position, "", "step %s has neither operationId nor workflowId", s.ID)
	case id != nil && o.get("workflowId") != nil:
		d.fail(s.Position, "keep one", "step %s has both operationId and workflowId", s.ID)
	case id == nil:
		if !slices.Contains(d.workflows, s.Calls) {
			d.fail(d.at(o.get("workflowId")), Meant(s.Calls, d.workflows), "there is no workflow %q", s.Calls)
		}
	default:
		d.operation(id, s)
	}
}

// operation finds what an operationId names. With several source descriptions
// Arazzo asks for the name of the one that is meant.
func (d *document) operation(n *yaml.Node, s *Step) {
	const prefix = "$sourceDescriptions."
	given := d.text(n, "a step's operationId")
	name := given
	if qualified, ok := strings.CutPrefix(given, prefix); ok {
		s.Source, name, _ = strings.Cut(qualified, ".")
		if !slices.ContainsFunc(d.file.Sources, func(one Source) bool { return one.Name == s.Source }) {
			d.fail(d.at(n), Meant(s.Source, d.sourceNames()), "there is no source description %q", s.Source)
			return
		}
	}
	var known []string
	for _, source := range d.file.Sources {
		if s.Source != "" && source.Name != s.Source {
			continue
		}
		contract, ok := d.contracts.Document(source.Document)
		if !ok {
			return // told where the source is read
		}
		for _, operation := range contract.Operations {
			known = append(known, operation.ID)
			if operation.ID == name {
				s.Operation, s.Source = operation, source.Name
			}
		}
	}
	switch {
	case given == "":
	case s.Operation == nil:
		d.fail(d.at(n), d.elsewhere(name, known), "no operation is named %q in %s", name, strings.Join(d.searched(s.Source), ", "))
	case !strings.HasPrefix(given, prefix) && len(d.file.Sources) > 1:
		d.fail(d.at(n), "write "+prefix+s.Source+"."+name, "operationId %q does not say of which source description", name)
	}
}

func (d *document) sourceNames() []string {
	all := make([]string, len(d.file.Sources))
	for i, source := range d.file.Sources {
		all[i] = source.Name
	}
	return all
}

func (d *document) searched(source string) []string {
	if source != "" {
		return []string{source}
	}
	return d.sourceNames()
}

// elsewhere suggests a contract that has the operation, before a name that is
// like it.
func (d *document) elsewhere(name string, known []string) string {
	if operation, ok := d.contracts.Operation(name); ok {
		return fmt.Sprintf("it is one of %s.yaml: write $sourceDescriptions.NAME.%s", operation.Document, name)
	}
	return Meant(name, known)
}

func (r *reader) flag(n *yaml.Node, what string) bool {
	if n == nil {
		return false
	}
	if n.Kind != yaml.ScalarNode || n.Value != "true" && n.Value != "false" {
		r.fail(r.at(n), "", "%s must be true or false", what)
	}
	return n.Value == "true"
}

// component follows a {reference: $components.kind.name}.
func (d *document) component(n *yaml.Node, kind string, among object) (found *yaml.Node, value *yaml.Node) {
	o, ok := d.silent().mapping(n, "")
	if !ok || o.get("reference") == nil {
		return n, nil
	}
	reference := o.get("reference")
	prefix := "$components." + kind + "."
	name, local := strings.CutPrefix(reference.Value, prefix)
	if found = among.get(name); !local || found == nil {
		d.fail(d.at(reference), Meant(name, names(among)), "%q is not there; a reference is %sNAME", reference.Value, prefix)
		return nil, nil
	}
	for _, key := range o.keys {
		if key.Value != "reference" && key.Value != "value" {
			d.fail(d.at(key), "", "a reference has no field %q", key.Value)
		}
	}
	return found, o.get("value")
}

func (d *document) parameters(n *yaml.Node, what string) []Parameter {
	var all []Parameter
	for _, item := range d.sequence(n, what+"'s parameters") {
		found, value := d.component(item, "parameters", d.components.parameters)
		if found == nil {
			continue
		}
		o, ok := d.object(found, "a parameter", "name", "in", "value")
		if !ok {
			continue
		}
		p := Parameter{Position: d.at(item), Name: d.required(o, "name", "a parameter"), In: d.text(o.get("in"), "a parameter's in"), Value: cmpNode(value, o.get("value"))}
		if p.Value == nil {
			d.fail(p.Position, "", "parameter %s has no value", p.Name)
			continue
		}
		if slices.ContainsFunc(all, func(other Parameter) bool { return strings.EqualFold(other.Name, p.Name) }) {
			d.fail(p.Position, "", "%s has two parameters named %q", what, p.Name)
			continue
		}
		all = append(all, p)
	}
	return all
}

// remaining are the workflow's parameters that a step does not give itself.
func remaining(common, own []Parameter) []Parameter {
	var all []Parameter
	for _, p := range common {
		if !slices.ContainsFunc(own, func(o Parameter) bool { return strings.EqualFold(o.Name, p.Name) }) {
			all = append(all, p)
		}
	}
	return all
}

func (d *document) body(n *yaml.Node, s *Step) *Body {
	o, ok := d.object(n, "a requestBody", "contentType", "payload", "replacements")
	if !ok {
		return nil
	}
	b := &Body{Position: d.at(n), ContentType: d.text(o.get("contentType"), "a requestBody's contentType"), Payload: o.get("payload")}
	if b.Payload == nil {
		d.fail(d.at(n), "write \"payload: {}\" for an empty object", "the requestBody of step %s has no payload", s.ID)
		return nil
	}
	for _, item := range d.sequence(o.get("replacements"), "replacements") {
		r, ok := d.object(item, "a replacement", "target", "value")
		if !ok {
			continue
		}
		one := Replacement{Position: d.at(item), Target: d.required(r, "target", "a replacement"), Value: r.get("value")}
		if one.Value == nil {
			d.fail(one.Position, "", "a replacement has no value")
			continue
		}
		b.Replacements = append(b.Replacements, one)
	}
	return b
}

func (d *document) outputs(n *yaml.Node, what string) []Output {
	o, ok := d.mapping(n, what+"'s outputs")
	if !ok {
		return nil
	}
	var all []Output
	for _, key := range o.keys {
		d.name(key, "an output's name")
		value := o.get(key.Value)
		all = append(all, Output{Position: d.at(value), Name: key.Value, Expression: d.text(value, "output "+key.Value)})
	}
	return all
}

func (d *document) criteria(n *yaml.Node, what string) []Criterion {
	var all []Criterion
	for _, item := range d.sequence(n, what+"'s criteria") {
		o, ok := d.object(item, "a criterion", "context", "condition", "type")
		if !ok {
			continue
		}
		c := Criterion{Condition: d.required(o, "condition", "a criterion"), Context: d.text(o.get("context"), "a criterion's context"), Type: "simple"}
		c.Position = d.at(cmpNode(o.get("condition"), item))
		if kind := o.get("type"); kind != nil {
			c.Type = d.criterionType(kind)
		}
		all = append(all, c)
	}
	return all
}

// criterionType reads a type, which may be an object with a version.
func (d *document) criterionType(n *yaml.Node) string {
	if n.Kind != yaml.MappingNode {
		return d.text(n, "a criterion's type")
	}
	o, _ := d.object(n, "a criterion's type", "type", "version")
	if version := d.text(o.get("version"), "a version"); version != "" && version != "rfc9535" {
		d.fail(d.at(o.get("version")), "leave the version out", "version %q is not replayed", version)
	}
	return d.required(o, "type", "a criterion's type")
}

func (d *document) actions(n *yaml.Node, what string, among object, failure bool) []Action {
	kind := "successActions"
	if failure {
		kind = "failureActions"
	}
	var all []Action
	for _, item := range d.sequence(n, what+"'s actions") {
		found, _ := d.component(item, kind, among)
		if found == nil {
			continue
		}
		o, ok := d.object(found, "an action", "name", "type", "workflowId", "stepId", "retryAfter", "retryLimit", "criteria", "parameters")
		if !ok {
			continue
		}
		a := Action{Position: d.at(item), Name: d.required(o, "name", "an action"), Type: d.required(o, "type", "an action"), Step: d.text(o.get("stepId"), "an action's stepId")}
		a.After, a.Limit = d.number(o.get("retryAfter"), "retryAfter"), int64(d.number(o.get("retryLimit"), "retryLimit"))
		a.Criteria = d.criteria(o.get("criteria"), "action "+a.Name)
		if slices.ContainsFunc(all, func(other Action) bool { return other.Name == a.Name }) {
			d.fail(a.Position, "", "%s has two actions named %q", what, a.Name)
		}
		d.action(o, a, failure)
		all = append(all, a)
	}
	return all
}

// action checks what an action may be; where engines differ it is refused.
func (d *document) action(o object, a Action, failure bool) {
	if at := cmpNode(o.get("workflowId"), o.get("parameters")); at != nil {
		d.fail(d.at(at), "call it from a step of its own (workflowId)", "action %s goes to another workflow, which is not replayed", a.Name)
	}
	switch {
	case a.Type == "end":
	case a.Type == "goto" && failure:
		d.fail(a.Position, "leave the criteria out and choose the way by goto actions with criteria, under onSuccess",
			"action %s goes on after a failure: engines differ on whether the workflow then passes", a.Name)
	case a.Type == "goto":
		if a.Step == "" {
			d.fail(a.Position, "", "action %s goes to no stepId", a.Name)
		}
	case a.Type == "retry" && failure:
		if a.Step != "" {
			d.fail(d.at(o.get("stepId")), "", "a retry that runs another step first is not replayed")
		}
		if o.get("retryLimit") != nil && a.Limit < 1 {
			d.fail(d.at(o.get("retryLimit")), "", "retryLimit must be 1 or more")
		}
		if a.After > slowRetry {
			d.warn(d.at(o.get("retryAfter")), "advance the clock in a step of its own (advanceClock) instead",
				"retryAfter moves the sandbox's clock here; other engines wait %v seconds", a.After)
		}
	case a.Type != "":
		allowed := []string{"end", "goto"}
		if failure {
			allowed = []string{"end", "retry"}
		}
		d.fail(d.at(o.get("type")), Meant(a.Type, allowed), "an action cannot be of type %q here", a.Type)
	}
}

// slowRetry is how many seconds of waiting are worth a warning.
const slowRetry = 5
