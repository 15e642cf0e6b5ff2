// Package result is what replaying scenarios leaves: plain values, in the order
// things happened, that reports and pages are made of. The same scenarios, seed
// and inputs give the same values, wall durations apart.
package result

import "time"

// Format is the version of these values' JSON; it changes when a field changes
// its meaning or goes.
const Format = 1

// Verdict is how a step, or a whole run, ended.
type Verdict string

// The verdicts.
const (
	// Passed is a step whose criteria all held, and a run whose steps did.
	Passed Verdict = "passed"
	// Failed is an answer that did not meet a criterion, or that the contract
	// does not allow.
	Failed Verdict = "failed"
	// Handled is a step whose criteria did not hold, and whose onFailure went
	// on: a retry, or a goto. It does not fail the run.
	Handled Verdict = "handled"
	// Broken is a step that could not be judged: no answer came, a request
	// could not be built, a criterion or an output could not be read.
	Broken Verdict = "broken"
	// Skipped is a step, or a run, that was not executed; its Reason says why.
	Skipped Verdict = "skipped"
)

// Replay is everything one invocation replayed.
type Replay struct {
	Format int `json:"format"`
	// Tool is the program and its version: "chorus-qualif dev".
	Tool   string `json:"tool"`
	Seed   int64  `json:"seed"`
	Target Target `json:"target"`
	// Runs are in the order of the files and of the workflows in them,
	// whatever ran in parallel.
	Runs   []*Run        `json:"runs"`
	Counts Counts        `json:"counts"`
	Wall   time.Duration `json:"wallNanoseconds"`
}

// Kind is what answered.
type Kind string

// The kinds of target.
const (
	// InProcess is a sandbox that lives as long as the replay.
	InProcess Kind = "in-process"
	// Server is a running sandbox server.
	Server Kind = "server"
	// Platform is anything without a control API: the real platform.
	Platform Kind = "platform"
)

// Target is what the scenarios were replayed against; base URLs have no final
// slash, and Admin is empty where there is no control API.
type Target struct {
	Kind     Kind   `json:"kind"`
	Platform string `json:"platform"`
	Admin    string `json:"admin,omitempty"`
}

// Run is one workflow of one file, replayed once in a sandbox of its own.
type Run struct {
	// File is the path as it was given, or the name in the library
	// ("active.arazzo.yaml"); Line and Column are those of the workflow.
	Position
	// Title and Version are those of the file's info.
	Title   string `json:"title"`
	Version string `json:"version,omitempty"`
	// Workflow is the workflowId; Summary, Description and Tags are the
	// workflow's own (tags are those of the file's x-tags where it has none).
	Workflow    string   `json:"workflow"`
	Summary     string   `json:"summary,omitempty"`
	Description string   `json:"description,omitempty"`
	Tags        []string `json:"tags,omitempty"`

	// Sandbox is the name of the sandbox it ran in; empty on a platform.
	Sandbox string `json:"sandbox,omitempty"`
	// Inputs and Outputs are the workflow's, as JSON values; the secrets of a
	// real platform are masked.
	Inputs  map[string]any `json:"inputs,omitempty"`
	Outputs map[string]any `json:"outputs,omitempty"`

	// Steps are in the order of execution: a step that was retried or came to
	// again is there once for each time. Steps never reached follow, skipped.
	Steps []*Step `json:"steps"`

	// Before and After are the sandbox's clock at the beginning and the end;
	// zero where it is not known.
	Before time.Time `json:"before,omitzero"`
	After  time.Time `json:"after,omitzero"`

	Verdict Verdict `json:"verdict"`
	// Reason says why a run was skipped, or what stopped it when no step says.
	Reason string `json:"reason,omitempty"`
	// Counts are of this run's steps.
	Counts Counts        `json:"counts"`
	Wall   time.Duration `json:"wallNanoseconds"`
}

// Position is a place in a scenario file; lines and columns begin at 1, and are
// 0 where they are not known.
type Position struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
}

// Step is one step, executed once, or skipped.
type Step struct {
	Position
	ID          string `json:"id"`
	Description string `json:"description,omitempty"`
	// Workflow is the workflowId that the step belongs to: another one than
	// the run's when a workflow calls another.
	Workflow string `json:"workflow"`
	// Attempt is 1 the first time, 2 at the first retry.
	Attempt   int       `json:"attempt,omitempty"`
	Operation Operation `json:"operation"`

	// Request and Answer are nil where none was sent, or none came.
	Request *Request `json:"request,omitempty"`
	Answer  *Answer  `json:"answer,omitempty"`
	// Explanation is the answer's X-Sandbox-Explain: a code, a colon, words.
	Explanation string `json:"explanation,omitempty"`

	// Violations are what the contract does not allow in the answer. An
	// undeclared status or content type fails the step; the rest is only told,
	// as faults break answers on purpose.
	Violations []string `json:"violations,omitempty"`

	// Criteria are all judged, also after one that did not hold.
	Criteria []Criterion    `json:"criteria,omitempty"`
	Outputs  map[string]any `json:"outputs,omitempty"`

	// Before and After are the sandbox's clock around the step; zero where it
	// is not known.
	Before time.Time `json:"before,omitzero"`
	After  time.Time `json:"after,omitzero"`
	// Moves are the clock's moves that the step led to, the wait before its
	// retry included; Mails are the notifications that left during it.
	Moves []Move `json:"moves,omitempty"`
	Mails []Mail `json:"mails,omitempty"`

	Verdict Verdict `json:"verdict"`
	// Reason says why the step was skipped or broken, or which rule of the
	// contract the answer breaks; empty where the criteria say it.
	Reason string `json:"reason,omitempty"`
	// Next is what the step's onSuccess or onFailure led to: "end",
	// "goto other-step", "retry after 30s"; empty for the next step.
	Next string `json:"next,omitempty"`

	// Journal is, for a step that did not pass, what happened in the sandbox
	// until then: the latest events, oldest first.
	Journal []Event `json:"journal,omitempty"`
	// Drift is where a platform answered differently from the sandbox.
	Drift []Difference  `json:"drift,omitempty"`
	Wall  time.Duration `json:"wallNanoseconds"`
}

// Operation is what a step calls.
type Operation struct {
	// Document is the contract's name ("piste", "admin"), ID the operationId.
	Document string `json:"document"`
	ID       string `json:"id"`
	Method   string `json:"method"`
	// Path is the contract's, with its parameters in braces.
	Path string `json:"path"`
}

// Header is one line of a message's header.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Body is what a message carries: its text, or base64 where it is not UTF-8.
type Body struct {
	ContentType string `json:"contentType,omitempty"`
	Text        string `json:"text"`
	// Encoding is empty or "base64".
	Encoding string `json:"encoding,omitempty"`
}

// Request is what was sent; Headers are sorted by name.
type Request struct {
	Method  string   `json:"method"`
	URL     string   `json:"url"`
	Headers []Header `json:"headers,omitempty"`
	Body    *Body    `json:"body,omitempty"`
}

// Answer is what came back; Headers are sorted by name.
type Answer struct {
	Status  int      `json:"status"`
	Headers []Header `json:"headers,omitempty"`
	Body    *Body    `json:"body,omitempty"`
}

// Criterion is one success criterion, as written, and what became of it.
type Criterion struct {
	Position
	Condition string `json:"condition"`
	Context   string `json:"context,omitempty"`
	// Type is "simple", "regex" or "jsonpath".
	Type   string `json:"type"`
	Passed bool   `json:"passed"`
	// Actual is the value that was compared: that of the context, or of the
	// left side of the condition. It is nil where there is none.
	Actual any `json:"actual"`
	// Problem says why the criterion could not be judged.
	Problem string `json:"problem,omitempty"`
}

// Move is a move of the sandbox's clock.
type Move struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	// Cause is the operation that moved it ("advanceClock"), or "retryAfter".
	Cause string `json:"cause"`
}

// Mail is a notification that left.
type Mail struct {
	ID      string    `json:"id"`
	At      time.Time `json:"at"`
	To      string    `json:"to"`
	Subject string    `json:"subject"`
	// Kind is what the mail is about, and Login the technical account.
	Kind  string `json:"kind,omitempty"`
	Login string `json:"login,omitempty"`
}

// Event is one line of the sandbox's journal.
type Event struct {
	Seq int64     `json:"seq"`
	At  time.Time `json:"at"`
	// Kind is the event's type, Subject what it is about; may be empty.
	Kind    string `json:"kind"`
	Subject string `json:"subject,omitempty"`
	// Detail is the fact, as JSON.
	Detail string `json:"detail,omitempty"`
}

// Difference is one point on which a platform and the sandbox disagree.
type Difference struct {
	// What is "status", "codeRetour", "criterion N" (from 1) or "reached".
	What string `json:"what"`
	// Sandbox and Target are what each answered.
	Sandbox string `json:"sandbox"`
	Target  string `json:"target"`
}

// Counts sums up; the steps are those executed and skipped, each time counted.
type Counts struct {
	Runs        int `json:"runs"`
	RunsPassed  int `json:"runsPassed"`
	RunsFailed  int `json:"runsFailed"`
	RunsSkipped int `json:"runsSkipped"`
	Steps       int `json:"steps"`
	Passed      int `json:"passed"`
	Failed      int `json:"failed"`
	Handled     int `json:"handled"`
	Broken      int `json:"broken"`
	Skipped     int `json:"skipped"`
	Criteria    int `json:"criteria"`
	Drifts      int `json:"drifts"`
}
