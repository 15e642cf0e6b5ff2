package replay

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	high "github.com/pb33f/libopenapi/datamodel/high/arazzo"
	"github.com/pb33f/libopenapi/orderedmap"
	"go.yaml.in/yaml/v4"

	"chorus-qualif/scenarios"
)

// plan is a workflow as the engine runs it. The engine asks the executor for
// operations by an id, so each step has one of its own, and the executor knows
// where it is. It judges the criteria, all of them, and tells the engine the
// verdict in a header that no answer has; calls of workflows are made by the
// executor too, so that what happens in them is seen.
type plan struct {
	document *high.Arazzo
	steps    map[string]*planned
}

// planned is a step whose expressions are those of the engine.
type planned struct {
	*scenarios.Step
	workflow         *scenarios.Workflow
	criteria         []scenarios.Criterion
	success, failure []scenarios.Action
	outputs          []scenarios.Output
	// spelled are the names of headers of answers, as expressions write them:
	// the engine compares them letter by letter.
	spelled []string
	// skip says why the step is not executed; "" when it is.
	skip string
	// given are the outputs of a step that is not.
	given map[string]any
}

// Headers by which the executor tells the engine what it found.
const (
	verdictHeader = "x-replay-verdict"
	successHeader = "x-replay-success-"
	failureHeader = "x-replay-failure-"
	// calledPrefix begins the hidden outputs of a step that calls a workflow.
	calledPrefix = "called_"
)

var (
	ofWorkflow = regexp.MustCompile(`\$workflows\.([A-Za-z][A-Za-z0-9_-]*)\.outputs\.`)
	ofCalled   = regexp.MustCompile(`\$outputs\.([A-Za-z][A-Za-z0-9_-]*)#?`)
	zeroOrOne  = regexp.MustCompile(`^(.* )([01])\s*$`)
	ofHeader   = regexp.MustCompile("\\$response\\.header\\.([!#$%&'*+.^_`|~0-9A-Za-z-]+)")
)

// key is how a step is told from those of other workflows.
func key(workflow, step string) string { return workflow + "/" + step }

func newPlan(file *scenarios.File) *plan {
	p := &plan{document: &high.Arazzo{Arazzo: "1.1.0"}, steps: map[string]*planned{}}
	for _, w := range file.Workflows {
		hw := &high.Workflow{WorkflowId: w.ID, Outputs: orderedmap.New[string, *high.OutputValue]()}
		for i, s := range w.Steps {
			one := rewritten(file, w, s, w.Steps[:i])
			p.steps[key(w.ID, s.ID)] = one
			hw.Steps = append(hw.Steps, one.engineStep(w.Steps[:i]))
		}
		for _, o := range w.Outputs {
			hw.Outputs.Set(o.Name, high.NewExpressionOutputValue(rewrite(o.Expression, w.Steps)))
		}
		p.document.Workflows = append(p.document.Workflows, hw)
	}
	return p
}

// rewritten is a step in the engine's words.
func rewritten(file *scenarios.File, w *scenarios.Workflow, s *scenarios.Step, earlier []*scenarios.Step) *planned {
	p := &planned{Step: s, workflow: w}
	p.criteria = rewriteCriteria(s.Criteria, earlier)
	p.success, p.failure = rewriteActions(s.Success, earlier), rewriteActions(s.Failure, earlier)
	for _, o := range s.Outputs {
		o.Expression = rewrite(o.Expression, earlier)
		if s.Calls != "" {
			o.Expression = ofCalled.ReplaceAllString(o.Expression, "$$response.body#/$1")
		}
		p.outputs = append(p.outputs, o)
	}
	if called, ok := file.Workflow(s.Calls); ok {
		for _, o := range called.Outputs {
			p.outputs = append(p.outputs, scenarios.Output{Name: calledPrefix + o.Name, Expression: "$response.body#/" + o.Name})
		}
	}
	for _, text := range p.expressions() {
		for _, found := range ofHeader.FindAllStringSubmatch(text, -1) {
			p.spelled = append(p.spelled, found[1])
		}
	}
	return p
}

// expressions are the texts that look at the answer.
func (p *planned) expressions() []string {
	var all []string
	for _, o := range p.outputs {
		all = append(all, o.Expression)
	}
	criteria := slices.Clone(p.criteria)
	for _, a := range slices.Concat(p.success, p.failure) {
		criteria = append(criteria, a.Criteria...)
	}
	for _, c := range criteria {
		all = append(all, c.Condition, c.Context)
	}
	return all
}

// rewrite turns what a workflow gave into what the step that called it gave.
func rewrite(text string, earlier []*scenarios.Step) string {
	return ofWorkflow.ReplaceAllStringFunc(text, func(found string) string {
		called := ofWorkflow.FindStringSubmatch(found)[1]
		for _, s := range slices.Backward(earlier) {
			if s.Calls == called {
				return "$steps." + s.ID + ".outputs." + calledPrefix
			}
		}
		return found
	})
}

// rewriteCriteria also writes 0 and 1 so that libopenapi takes them for numbers:
// it would read the booleans that strconv.ParseBool makes of them.
func rewriteCriteria(all []scenarios.Criterion, earlier []*scenarios.Step) []scenarios.Criterion {
	c := slices.Clone(all)
	for i := range c {
		c[i].Condition, c[i].Context = rewrite(c[i].Condition, earlier), rewrite(c[i].Context, earlier)
		if c[i].Type == "simple" {
			c[i].Condition = zeroOrOne.ReplaceAllString(c[i].Condition, "$1$2.0")
		}
	}
	return c
}

func rewriteActions(all []scenarios.Action, earlier []*scenarios.Step) []scenarios.Action {
	c := slices.Clone(all)
	for i := range c {
		c[i].Criteria = rewriteCriteria(c[i].Criteria, earlier)
	}
	return c
}

func rewriteNode(n *yaml.Node, earlier []*scenarios.Step) *yaml.Node {
	if n == nil {
		return nil
	}
	c := *n
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!str" {
		c.Value = rewrite(n.Value, earlier)
	}
	c.Content = make([]*yaml.Node, len(n.Content))
	for i, child := range n.Content {
		c.Content[i] = rewriteNode(child, earlier)
	}
	return &c
}

func (p *planned) engineStep(earlier []*scenarios.Step) *high.Step {
	s := &high.Step{
		StepId: p.ID, OperationId: key(p.workflow.ID, p.ID), Outputs: orderedmap.New[string, *high.OutputValue](),
		SuccessCriteria: []*high.Criterion{told(verdictHeader)},
	}
	for _, parameter := range p.Parameters {
		s.Parameters = append(s.Parameters, &high.Parameter{Name: parameter.Name, In: parameter.In, Value: rewriteNode(parameter.Value, earlier)})
	}
	if p.Body != nil {
		s.RequestBody = &high.RequestBody{ContentType: p.Body.ContentType, Payload: rewriteNode(p.Body.Payload, earlier)}
		for _, r := range p.Body.Replacements {
			s.RequestBody.Replacements = append(s.RequestBody.Replacements, &high.PayloadReplacement{Target: r.Target, Value: rewriteNode(r.Value, earlier)})
		}
	}
	for i, a := range p.success {
		one := &high.SuccessAction{Name: a.Name, Type: a.Type, StepId: a.Step}
		if len(a.Criteria) > 0 {
			one.Criteria = []*high.Criterion{told(fmt.Sprint(successHeader, i))}
		}
		s.OnSuccess = append(s.OnSuccess, one)
	}
	for i, a := range p.failure {
		limit := max(a.Limit, 1)
		one := &high.FailureAction{Name: a.Name, Type: a.Type, RetryAfter: &p.failure[i].After, RetryLimit: &limit}
		if len(a.Criteria) > 0 {
			one.Criteria = []*high.Criterion{told(fmt.Sprint(failureHeader, i))}
		}
		s.OnFailure = append(s.OnFailure, one)
	}
	for _, o := range p.outputs {
		s.Outputs.Set(o.Name, high.NewExpressionOutputValue(o.Expression))
	}
	return s
}

// told is the criterion that reads what the executor found.
func told(header string) *high.Criterion {
	return &high.Criterion{Condition: "$response.header." + header + " == 'yes'"}
}

// skip makes a step be passed over; its outputs are given. The workflow may end
// there.
func (p *plan) skip(at, why string, given map[string]any, stop bool) {
	one := p.steps[at]
	one.skip, one.given = why, given
	if stop {
		one.skip += ", and the story cannot go on without it"
	}
	for _, w := range p.document.Workflows {
		for _, s := range w.Steps {
			if key(w.WorkflowId, s.StepId) != at {
				continue
			}
			s.Parameters, s.RequestBody, s.OnSuccess, s.OnFailure = nil, nil, nil, nil
			if stop {
				s.OnSuccess = []*high.SuccessAction{{Name: "stop", Type: "end"}}
			}
			s.Outputs = orderedmap.New[string, *high.OutputValue]()
			for name := range given {
				s.Outputs.Set(name, high.NewExpressionOutputValue("$response.body#/"+strings.NewReplacer("~", "~0", "/", "~1").Replace(name)))
			}
		}
	}
}
