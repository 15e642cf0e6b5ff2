package replay

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pb33f/libopenapi/arazzo"
	"github.com/pb33f/libopenapi/arazzo/expression"

	"chorus-qualif/openapi"
	"chorus-qualif/scenarios"
	"chorus-qualif/scenarios/result"
)

// call is one execution of one workflow: the engine's executor.
type call struct {
	*running
	workflow *scenarios.Workflow
	inputs   map[string]any
	steps    map[string]*expression.StepContext
	attempts map[string]int
	// executed are the steps of this execution, in order.
	executed []*result.Step
}

// reached wraps the errors of steps that the executor has written down.
type reached struct{ error }

func (r reached) Unwrap() error { return r.error }

// follow runs the workflow and writes down all that the engine tells.
func (c *call) follow(ctx context.Context) (*arazzo.WorkflowResult, error) {
	engine := arazzo.NewEngineWithConfig(c.plan.document, c, nil, &arazzo.EngineConfig{SleepFunc: c.sleep})
	end, err := engine.RunWorkflow(ctx, c.workflow.ID, c.inputs)
	c.settle(end, err)
	return end, err
}

// Execute makes one step's call; the engine has evaluated what it sends.
func (c *call) Execute(ctx context.Context, values *arazzo.ExecutionRequest) (*arazzo.ExecutionResponse, error) {
	p := c.plan.steps[values.OperationID]
	step := c.begin(p)
	if err := c.gate(ctx, step); err != nil {
		return nil, c.broken(ctx, step, err)
	}
	began := c.wall.Now()
	defer func() {
		step.Wall = c.wall.Now().Sub(began)
		c.ended(step)
	}()
	switch {
	case p.skip != "":
		return c.pass(ctx, p, step)
	case p.Calls != "":
		return c.nested(ctx, p, step, values)
	}
	request, sent, err := p.request(ctx, c.target, values)
	if err != nil {
		return nil, c.broken(ctx, step, err)
	}
	step.Request = &result.Request{Method: request.Method, URL: request.URL.String(), Headers: headers(request.Header), Body: body(request.Header, sent)}
	got, err := send(c.client, request)
	if got != nil {
		step.Answer = got.described(p.Operation.Document)
		step.Explanation = got.header.Get("X-Sandbox-Explain")
	}
	c.look(ctx, step)
	if err != nil {
		return nil, c.broken(ctx, step, err)
	}
	return c.weigh(ctx, p, step, values, got)
}

// weigh judges an answer and tells the engine.
func (c *call) weigh(ctx context.Context, p *planned, step *result.Step, values *arazzo.ExecutionRequest, got *answer) (*arazzo.ExecutionResponse, error) {
	x := &expression.Context{StatusCode: got.status, ResponseHeaders: map[string]string{}, Inputs: c.inputs, Steps: c.steps}
	seen := got.seen(p.spelled)
	for name, all := range seen {
		x.ResponseHeaders[name] = all[0]
	}
	var errs [2]error
	x.RequestBody, errs[0] = valueNode(values.RequestBody)
	x.ResponseBody, errs[1] = valueNode(got.value)
	if err := errors.Join(errs[:]...); err != nil {
		return nil, c.broken(ctx, step, err)
	}
	c.verdict(p, step, x, got)
	if step.Verdict != result.Passed {
		step.Journal = c.watch.journal(ctx)
	}
	seen[verdictHeader] = yes(step.Verdict == result.Passed)
	p.choose(x, seen)
	response := &arazzo.ExecutionResponse{StatusCode: got.status, Headers: seen}
	if x.ResponseBody != nil {
		response.Body = x.ResponseBody
	}
	return response, nil
}

// choose tells the engine which actions' criteria hold.
func (p *planned) choose(x *expression.Context, seen map[string][]string) {
	for prefix, actions := range map[string][]scenarios.Action{successHeader: p.success, failureHeader: p.failure} {
		for i, a := range actions {
			_, ok := judged(a.Criteria, a.Criteria, x)
			seen[fmt.Sprint(prefix, i)] = yes(ok)
		}
	}
}

func yes(ok bool) []string {
	if ok {
		return []string{"yes"}
	}
	return []string{"no"}
}

// verdict judges the criteria, the contract and the outputs of a step.
func (c *call) verdict(p *planned, step *result.Step, x *expression.Context, got *answer) {
	var ok bool
	step.Verdict = result.Passed
	if step.Criteria, ok = judged(p.criteria, p.Criteria, x); !ok {
		step.Verdict = result.Failed
	}
	for _, v := range p.Operation.ValidateResponse(got.status, got.header, got.body) {
		step.Violations = append(step.Violations, violation(v))
		if v.Rule == openapi.RuleUndeclaredStatus || v.Rule == openapi.RuleContentType {
			step.Verdict = result.Failed
			step.Reason = "the answer breaks the contract: " + v.Message
		}
	}
	outputs := map[string]any{}
	if step.Verdict == result.Passed {
		step.Outputs = map[string]any{}
		for _, o := range p.outputs {
			value, err := resolved(o.Expression, x)
			if err != nil {
				step.Verdict, step.Reason = result.Broken, fmt.Sprintf("output %s: %v", o.Name, err)
				break
			}
			outputs[o.Name], step.Outputs[o.Name] = value, plain(value)
		}
	}
	c.steps[p.ID] = &expression.StepContext{Outputs: outputs}
}

func violation(v openapi.Violation) string {
	if v.Pointer == "" {
		return v.Message
	}
	return strings.TrimSpace(v.In + " " + v.Pointer + ": " + v.Message)
}

// begin writes a step down.
func (c *call) begin(p *planned) *result.Step {
	c.attempts[p.ID]++
	step := &result.Step{Position: p.Position, ID: p.ID, Description: p.Description, Workflow: c.workflow.ID, Attempt: c.attempts[p.ID]}
	if o := p.Operation; o != nil {
		step.Operation = result.Operation{Document: o.Document, ID: o.ID, Method: o.Method, Path: o.Path}
	}
	c.executed = append(c.executed, step)
	c.run.Steps = append(c.run.Steps, step)
	return step
}

// look writes what happened in the sandbox during a step.
func (c *call) look(ctx context.Context, step *result.Step) {
	before, after, events := c.watch.look(ctx)
	step.Before, step.After = before, after
	if c.run.Before.IsZero() {
		c.run.Before = after
	}
	c.run.After = after
	tell(step, events)
	c.watch.posted(ctx, step.Mails, c.really)
}

// broken ends a step that could not be judged.
func (c *call) broken(ctx context.Context, step *result.Step, err error) error {
	step.Verdict, step.Reason = result.Broken, err.Error()
	if step.Journal == nil {
		step.Journal = c.watch.journal(ctx)
	}
	return reached{err}
}

// pass passes a step over, with the outputs that were given for it. One that
// would have moved the clock waits for real, when that is asked for.
func (c *call) pass(ctx context.Context, p *planned, step *result.Step) (*arazzo.ExecutionResponse, error) {
	step.Verdict, step.Reason = result.Skipped, p.skip
	if d, ok := advances(p.Step); ok && d <= c.o.Wait {
		if err := c.really(ctx, d); err != nil {
			return nil, c.broken(ctx, step, err)
		}
		step.Reason += ": waited " + d.String() + " instead"
	}
	outputs, err := nodeFrom(p.given)
	if err != nil {
		return nil, c.broken(ctx, step, err)
	}
	c.steps[p.ID] = &expression.StepContext{Outputs: p.given}
	return &arazzo.ExecutionResponse{StatusCode: 200, Headers: map[string][]string{verdictHeader: yes(true)}, Body: outputs}, nil
}

// nested runs the workflow that a step calls.
func (c *call) nested(ctx context.Context, p *planned, step *result.Step, values *arazzo.ExecutionRequest) (*arazzo.ExecutionResponse, error) {
	target, ok := c.file.Workflow(p.Calls)
	if !ok {
		return nil, c.broken(ctx, step, fmt.Errorf("there is no workflow %s", p.Calls))
	}
	inputs := map[string]any{}
	for _, i := range target.Inputs {
		if i.Default != nil {
			inputs[i.Name] = i.Default
		}
	}
	for name, value := range values.Parameters {
		inputs[name] = value
	}
	inner := c.enter(target, inputs)
	end, err := inner.follow(ctx)
	if err != nil {
		return nil, c.broken(ctx, step, err)
	}
	outputs, err := nodeFrom(end.Outputs)
	if err != nil {
		return nil, c.broken(ctx, step, err)
	}
	step.Verdict, step.Outputs = result.Passed, map[string]any{}
	x := &expression.Context{ResponseBody: outputs, Inputs: c.inputs, Steps: c.steps}
	given := map[string]any{}
	for _, o := range p.outputs {
		if value, err := resolved(o.Expression, x); err == nil {
			given[o.Name] = value
			if !strings.HasPrefix(o.Name, calledPrefix) {
				step.Outputs[o.Name] = plain(value)
			}
		}
	}
	if !end.Success {
		step.Verdict, step.Reason = result.Failed, "workflow "+p.Calls+" did not pass"
	}
	c.steps[p.ID] = &expression.StepContext{Outputs: given}
	seen := map[string][]string{verdictHeader: yes(end.Success)}
	p.choose(x, seen)
	return &arazzo.ExecutionResponse{StatusCode: 200, Headers: seen, Body: outputs}, nil
}

// sleep is the engine's wait before a retry.
func (c *call) sleep(ctx context.Context, d time.Duration) error {
	step := c.executed[len(c.executed)-1]
	step.Next = "retry"
	if d > 0 {
		step.Next += " after " + d.String()
	}
	return c.wait(ctx, d, step)
}
