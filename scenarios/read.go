package scenarios

import (
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"chorus-qualif/openapi"
)

// document is a file while it is read: what its parts refer to.
type document struct {
	*reader
	contracts  *openapi.Set
	file       *File
	components components
	// workflows are all ids, read before any step is.
	workflows []string
}

type components struct {
	parameters, success, failure, inputs object
}

// Parse reads a scenario file's text and checks it. The problems are every
// mistake there is; the file is nil when there is one.
func Parse(contracts *openapi.Set, name string, text []byte) (*File, Problems) {
	d := &document{reader: &reader{file: name}, contracts: contracts, file: &File{Name: name, Text: text}}
	if root := d.root(text); root != nil {
		d.read(root)
		d.check()
		d.structure(text, root)
	}
	if len(d.problems) > 0 {
		return nil, d.problems.sorted()
	}
	d.file.Warnings = d.warnings.sorted()
	return d.file, nil
}

func (d *document) read(root *yaml.Node) {
	o, _ := d.object(root, "the document", "arazzo", "info", "sourceDescriptions", "workflows", "components")
	if version := d.required(o, "arazzo", "the document"); version != "" && !strings.HasPrefix(version, "1.0.") {
		d.fail(d.at(o.get("arazzo")), `write "1.0.1"`, "Arazzo %q is not understood", version)
	}
	d.info(o)
	d.file.Tags = d.texts(o.get("x-tags"), "x-tags")
	for _, n := range d.sequence(o.get("sourceDescriptions"), "sourceDescriptions") {
		d.source(n)
	}
	if len(d.file.Sources) == 0 {
		d.fail(d.at(cmpNode(o.get("sourceDescriptions"), root)), "name the contracts that the steps call, such as ../openapi/admin.yaml", "there is no source description")
	}
	c, _ := d.object(o.get("components"), "components", "inputs", "parameters", "successActions", "failureActions")
	d.components.inputs, _ = d.mapping(c.get("inputs"), "components.inputs")
	d.components.parameters, _ = d.mapping(c.get("parameters"), "components.parameters")
	d.components.success, _ = d.mapping(c.get("successActions"), "components.successActions")
	d.components.failure, _ = d.mapping(c.get("failureActions"), "components.failureActions")
	workflows := d.sequence(o.get("workflows"), "workflows")
	for _, n := range workflows {
		if w, ok := d.silent().mapping(n, "a workflow"); ok && w.get("workflowId") != nil {
			d.workflows = append(d.workflows, w.get("workflowId").Value)
		}
	}
	for _, n := range workflows {
		d.workflow(n)
	}
	if len(workflows) == 0 {
		d.fail(d.at(cmpNode(o.get("workflows"), root)), "", "there is no workflow")
	}
}

// silent reads ahead without telling what is wrong: it is told in its turn.
func (d *document) silent() *reader { return &reader{file: d.reader.file} }

func cmpNode(n, otherwise *yaml.Node) *yaml.Node {
	if n != nil {
		return n
	}
	return otherwise
}

func (d *document) info(root object) {
	if root.get("info") == nil {
		d.fail(d.at(root.node), "", "the document has no info")
		return
	}
	o, ok := d.object(root.get("info"), "info", "title", "summary", "description", "version")
	if !ok {
		return
	}
	f := d.file
	f.Title, f.Version = d.required(o, "title", "info"), d.required(o, "version", "info")
	f.Summary, f.Description = d.text(o.get("summary"), "info's summary"), d.text(o.get("description"), "info's description")
}

// source reads a source description. Only the program's own contracts have a
// server; they are known by the name of their file, wherever it lies.
func (d *document) source(n *yaml.Node) {
	o, ok := d.object(n, "a source description", "name", "url", "type")
	if !ok {
		return
	}
	s := Source{Position: d.at(n), Name: d.required(o, "name", "a source description"), URL: d.required(o, "url", "a source description")}
	if kind := d.text(o.get("type"), "a source description's type"); kind != "" && kind != "openapi" {
		d.fail(d.at(o.get("type")), `write "openapi"`, "source descriptions of type %q are not replayed", kind)
	}
	if slices.ContainsFunc(d.file.Sources, func(other Source) bool { return other.Name == s.Name }) {
		d.fail(d.at(o.get("name")), "", "there are two source descriptions named %q", s.Name)
	}
	d.name(o.get("name"), "a source description's name")
	var known []string
	for _, contract := range d.contracts.Documents() {
		known = append(known, contract.Name+".yaml")
	}
	base := path.Base(s.URL)
	if s.URL != "" && !slices.Contains(known, base) {
		d.fail(d.at(o.get("url")), Meant(base, known), "the program has no contract %q", base)
	}
	s.Document = strings.TrimSuffix(base, ".yaml")
	d.file.Sources = append(d.file.Sources, s)
}

func (d *document) workflow(n *yaml.Node) {
	o, ok := d.object(n, "a workflow", "workflowId", "summary", "description", "inputs", "dependsOn", "steps", "successActions", "failureActions", "outputs", "parameters")
	if !ok {
		return
	}
	w := &Workflow{Position: d.at(n), ID: d.required(o, "workflowId", "a workflow")}
	d.name(o.get("workflowId"), "a workflowId")
	what := "workflow " + w.ID
	w.Summary, w.Description = d.text(o.get("summary"), what+"'s summary"), d.text(o.get("description"), what+"'s description")
	w.Tags = append(d.texts(o.get("x-tags"), "x-tags"), d.file.Tags...)
	slices.Sort(w.Tags)
	w.Tags = slices.Compact(w.Tags)
	if depends := o.get("dependsOn"); depends != nil {
		d.fail(d.at(depends), "call the other workflow from a step instead (workflowId)", "dependsOn is not replayed: each workflow has a sandbox of its own")
	}
	if _, twice := d.file.Workflow(w.ID); twice {
		d.fail(d.at(o.get("workflowId")), "", "there are two workflows named %q", w.ID)
	}
	w.Inputs = d.inputs(o.get("inputs"), what)
	common := d.parameters(o.get("parameters"), what)
	for i := range common {
		common[i].common = true
	}
	success, failure := d.actions(o.get("successActions"), what, d.components.success, false), d.actions(o.get("failureActions"), what, d.components.failure, true)
	for _, n := range d.sequence(o.get("steps"), what+"'s steps") {
		if s := d.step(n, w, common); s != nil {
			s.Success, s.Failure = d.inherited(s, s.Success, success, o.get("successActions")), d.inherited(s, s.Failure, failure, o.get("failureActions"))
			w.Steps = append(w.Steps, s)
		}
	}
	if len(w.Steps) == 0 {
		d.fail(d.at(n), "", "%s has no step", what)
	}
	w.Outputs = d.outputs(o.get("outputs"), what)
	d.file.Workflows = append(d.file.Workflows, w)
}

// inherited are a step's actions, or the workflow's. One engine tries both
// lists, the other only the step's, so a step may not have its own beside them.
func (d *document) inherited(s *Step, own, common []Action, n *yaml.Node) []Action {
	switch {
	case len(own) == 0:
		return common
	case len(common) > 0:
		d.fail(own[0].Position, "keep one of the two", "step %s has actions of its own beside those of the workflow (line %d): engines differ on which are tried", s.ID, n.Line)
	}
	return own
}

// inputs reads the JSON schema of a workflow's inputs, in the order written.
func (d *document) inputs(n *yaml.Node, what string) []Input {
	if n == nil {
		return nil
	}
	o, ok := d.mapping(d.referred(n, "#/components/inputs/", d.components.inputs), what+"'s inputs")
	if !ok {
		return nil
	}
	required := d.texts(o.get("required"), what+"'s required inputs")
	properties, _ := d.mapping(o.get("properties"), what+"'s inputs")
	var all []Input
	for _, key := range properties.keys {
		d.name(key, "an input's name")
		p, ok := d.mapping(properties.get(key.Value), "input "+key.Value)
		if !ok {
			continue
		}
		i := Input{
			Name: key.Value, Type: d.text(p.get("type"), "an input's type"), Description: d.text(p.get("description"), "an input's description"),
			Required: slices.Contains(required, key.Value), Secret: d.text(p.get("format"), "an input's format") == "password",
		}
		if n := p.get("default"); n != nil {
			if err := n.Decode(&i.Default); err != nil {
				d.fail(d.at(n), "", "the default cannot be read: %v", err)
			}
		}
		all = append(all, i)
	}
	for _, item := range d.silent().sequence(o.get("required"), "") {
		if !slices.ContainsFunc(all, func(i Input) bool { return i.Name == item.Value }) {
			d.fail(d.at(item), Meant(item.Value, inputNames(all)), "required names %q, which is no input", item.Value)
		}
	}
	return all
}

func inputNames(all []Input) []string {
	names := make([]string, len(all))
	for i, one := range all {
		names[i] = one.Name
	}
	return names
}

// referred follows a {$ref: ...} to a component.
func (d *document) referred(n *yaml.Node, prefix string, among object) *yaml.Node {
	o, ok := d.silent().mapping(n, "")
	if !ok || o.get("$ref") == nil {
		return n
	}
	ref := o.get("$ref")
	name, local := strings.CutPrefix(ref.Value, prefix)
	if found := among.get(name); local && found != nil {
		return found
	}
	d.fail(d.at(ref), Meant(name, names(among)), "%q is not there; write %sNAME", ref.Value, prefix)
	return nil
}

func names(o object) []string {
	all := make([]string, len(o.keys))
	for i, key := range o.keys {
		all[i] = key.Value
	}
	return all
}
