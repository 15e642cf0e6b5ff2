package controlroom

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"chorus-qualif/scenarios/result"
)

// runPart is a run as its page follows it.
type runPart struct {
	*runView
	Word, Class string
	// SandboxAddress is "" when the sandbox is gone.
	SandboxAddress string
	// Number is that of the step that waits or went last, of Total as written;
	// Went is how many have gone.
	Number, Total, Went int
	Steps               []runStep
	Ahead               []string
	Inputs, Outputs     []pair
	Before, After       time.Time
	// Took is the sandbox's time that passed, Wall the machine's.
	Took, Wall string
	// Failed is the step that stopped the run, from 1; 0 when none did.
	Failed int
}

// runStep is a step that went, or was passed over.
type runStep struct {
	*result.Step
	Number         int
	Class, Address string
	Status         string
	StatusClass    string
	Took           string
	Tests          []runCriterion
	Sent, Got      *message
	Found          []pair
	// Open shows the messages at once.
	Open bool
}

// runCriterion is a criterion with the value that it met.
type runCriterion struct {
	result.Criterion
	Found string
}

// message is a request or an answer in words.
type message struct {
	Line    string
	Headers []result.Header
	Body    string
	// Cut is how many bytes there are when not all are shown.
	Cut int
}

// Texts longer than these, in bytes, are cut on the page of a run; the control
// API has them whole.
const (
	longestBody  = 20_000
	longestValue = 400
)

func newRunPart(view *runView) *runPart {
	p := &runPart{runView: view, Total: len(view.Plan)}
	p.Word, p.Class = view.word()
	if view.Run == nil {
		p.Run = &result.Run{}
		p.Ahead = view.Plan
		return p
	}
	run := view.Run
	p.Inputs, p.Outputs, p.Before, p.After = values(run.Inputs), values(run.Outputs), run.Before, run.After
	if d := run.Virtual(); d > 0 {
		p.Took = words(d)
	}
	if run.Wall > 0 {
		p.Wall = took(run.Wall)
	}
	reached := 0
	for i, s := range run.Steps {
		step := newRunStep(i+1, s)
		if s.Verdict == "" && view.State != runEnded { // it was begun, as the next to go
			step.Class = view.State
		}
		if s == run.Culprit() {
			p.Failed, step.Open = i+1, true
		}
		p.Steps = append(p.Steps, step)
		if at := slices.Index(view.Plan, s.ID); s.Workflow == run.Workflow && s.Verdict != result.Skipped && s.Verdict != "" && at >= 0 {
			reached = at + 1
		}
	}
	p.Number, p.Went = reached, reached
	if at := slices.Index(view.Plan, view.Next); at >= 0 {
		reached, p.Number, p.Went = at+1, at+1, at
	}
	if view.State != runEnded {
		p.Ahead = view.Plan[reached:]
	}
	return p
}

func newRunStep(number int, s *result.Step) runStep {
	step := runStep{Step: s, Number: number, Class: string(s.Verdict), Address: fmt.Sprintf("step-%d", number), Found: values(s.Outputs)}
	if s.Request != nil {
		step.Sent = newMessage(s.Request.Method+" "+s.Request.URL, s.Request.Headers, s.Request.Body)
	}
	if s.Answer != nil {
		step.Status, step.StatusClass = fmt.Sprint(s.Answer.Status), statusClass(s.Answer.Status)
		step.Got = newMessage(step.Status, s.Answer.Headers, s.Answer.Body)
	}
	if !s.Before.IsZero() && s.After.After(s.Before) {
		step.Took = words(s.After.Sub(s.Before))
	}
	for _, c := range s.Criteria {
		step.Tests = append(step.Tests, runCriterion{c, valueText(c.Actual)})
	}
	return step
}

func newMessage(line string, headers []result.Header, body *result.Body) *message {
	m := &message{Line: line, Headers: headers}
	if body == nil {
		return m
	}
	m.Body = body.Text
	var out bytes.Buffer
	if json.Indent(&out, []byte(m.Body), "", "  ") == nil {
		m.Body = out.String()
	}
	if len(m.Body) > longestBody {
		m.Cut = len(body.Text)
	}
	m.Body = cut(m.Body, longestBody)
	return m
}

// cut is at most so many bytes of a text, with an ellipsis where there are more.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most] + "…"
}

// valueText is a JSON value as a person reads it.
func valueText(value any) string {
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return fmt.Sprint(value)
	}
	return cut(strings.TrimSpace(out.String()), longestValue)
}

// values are named values, by name; a text goes without its quotes.
func values(all map[string]any) []pair {
	pairs := make([]pair, 0, len(all))
	for _, name := range slices.Sorted(maps.Keys(all)) {
		text, ok := all[name].(string)
		if !ok {
			text = valueText(all[name])
		}
		pairs = append(pairs, pair{name, cut(text, longestValue)})
	}
	return pairs
}
