package qualify

import "time"

// Format is the version of a report's JSON; it changes when a property changes
// its meaning or goes.
const Format = 1

// Verdict is what became of a client in a situation.
type Verdict string

// The verdicts. Survived and Stopped are the good ones.
const (
	// Survived: it met the situation, got all the same the answers that it gets
	// when nothing happens, and ended with exit code 0.
	Survived Verdict = "survived"
	// Stopped: it met the situation, and ended by itself with another exit
	// code, soon, after a message, without hammering.
	Stopped Verdict = "stopped"
	// NeverMet: whatever its exit code, it made no call that the situation is
	// about. It proves nothing.
	NeverMet Verdict = "never-met"
	// Failed: it should have got over it, and ended with another exit code
	// than 0.
	Failed Verdict = "failed"
	// WentOn: it ended with exit code 0 as if nothing had been refused, where
	// it should have stopped, or without the answers that were refused.
	WentOn Verdict = "went-on"
	// Hammered: it sent what was refused again and again.
	Hammered Verdict = "hammered"
	// Hung: it was still running when its time was over.
	Hung Verdict = "hung"
	// Late: it stopped, long after the first refusal.
	Late Verdict = "late"
	// Crashed: a signal ended it.
	Crashed Verdict = "crashed"
	// Silent: it stopped without a word, or without the words asked for.
	Silent Verdict = "silent"
	// NotStarted: the command could not be started.
	NotStarted Verdict = "not-started"
	// NotPrepared: the sandbox could not be made ready.
	NotPrepared Verdict = "not-prepared"
	// NotApplicable: it does not happen in the sandbox's portal generation.
	NotApplicable Verdict = "not-applicable"
	// NotRun: the nominal situation failed, or the run was interrupted.
	NotRun Verdict = "not-run"
)

// Report is what a client does in the situations it was run in.
type Report struct {
	Format int `json:"format"`
	// Tool is the program and its version.
	Tool    string   `json:"tool"`
	Command []string `json:"command"`
	// Profile is the portal generation.
	Profile string `json:"profile"`
	// Began is on the machine's clock.
	Began   time.Time `json:"began"`
	Seconds float64   `json:"seconds"`
	Rows    []Row     `json:"situations"`
	Counts  Counts    `json:"counts"`
	// Passed tells that every expectation holds, those that may fail apart.
	Passed bool `json:"passed"`
}

// Counts sums up a report.
type Counts struct {
	Situations int `json:"situations"`
	// Held counts the situations whose expectation holds; Allowed those where
	// it does not, and may; NotApplicable those that cannot happen; NotRun
	// those that were not tried.
	Held          int `json:"held"`
	Allowed       int `json:"allowed"`
	NotApplicable int `json:"notApplicable"`
	NotHeld       int `json:"notHeld"`
	NotRun        int `json:"notRun"`
}

// Row is what a client did in one situation.
type Row struct {
	Situation string      `json:"situation"`
	Happens   string      `json:"happens"`
	Good      string      `json:"goodClient"`
	Expect    Expectation `json:"expect"`
	Verdict   Verdict     `json:"verdict"`
	// Held tells whether the verdict is what was expected, Allowed that it
	// need not be.
	Held    bool `json:"held"`
	Allowed bool `json:"allowedToFail"`
	// Reason is one sentence on the verdict, Advice what to change where it is
	// not what was expected.
	Reason string `json:"reason"`
	Advice string `json:"advice,omitempty"`
	// Met tells whether the client has met the situation; Refused counts the
	// calls in which it did.
	Met     bool `json:"met"`
	Refused int  `json:"metInCalls"`
	// Exit is the exit code as a shell has it; nil when nothing was started.
	Exit    *int    `json:"exitCode"`
	Seconds float64 `json:"seconds"`
	// Calls counts those that it made, requests for tokens included.
	Calls    int       `json:"calls"`
	Refusals []Refusal `json:"refusals"`
	// Decisive are the first call in which it met the situation and those
	// after.
	Decisive []Call `json:"decisiveCalls"`
	// Output is the end of what it wrote.
	Output  string `json:"output,omitempty"`
	Sandbox string `json:"sandbox,omitempty"`
}

// Refusal is an explanation that the client met.
type Refusal struct {
	Code  string `json:"code"`
	Times int    `json:"times"`
}

// Call is one that the client made, with its explanation.
type Call struct {
	ID     int64  `json:"id"`
	Method string `json:"method"`
	Target string `json:"target"`
	Status int    `json:"status"`
	Code   string `json:"code,omitempty"`
	Why    string `json:"why,omitempty"`
	// Virtual is when it came, on the sandbox's clock.
	Virtual time.Time `json:"virtual"`
}

// sum counts the rows.
func (r *Report) sum() {
	r.Counts = Counts{Situations: len(r.Rows)}
	for _, row := range r.Rows {
		switch {
		case row.Verdict == NotApplicable:
			r.Counts.NotApplicable++
		case row.Verdict == NotRun:
			r.Counts.NotRun++
		case row.Held:
			r.Counts.Held++
		case row.Allowed:
			r.Counts.Allowed++
		default:
			r.Counts.NotHeld++
		}
	}
	r.Passed = r.Counts.NotHeld+r.Counts.NotRun == 0
}
