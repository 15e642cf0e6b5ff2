package qualify

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"chorus-qualif/server/client"
)

// seen is what the server knows of a run.
type seen struct {
	calls int
	// answered counts, by operation of the APIs, the answers that a client
	// could work with.
	answered map[string]int
	refusals []Refusal
	// met counts the calls in which the client met the situation; first is
	// when it did, zero when that is not known.
	met   int
	first time.Time
	// row is how many calls at most it met the situation in without an answer
	// of the APIs in between: a token is none.
	row   int
	trace []Call
}

// look asks the sandbox what the client did.
func (s *Situation) look(ctx context.Context, sb *client.Sandbox) (seen, error) {
	found := seen{answered: map[string]int{}}
	usage, err := sb.Usage(ctx)
	if err != nil {
		return found, err
	}
	times := map[string]int{}
	for _, operation := range usage.Operations {
		found.calls += int(operation.Times)
		for _, answer := range operation.Answers {
			if answer.Code != "" {
				times[answer.Code] += int(answer.Times)
			}
			spoilt := s.Retries >= 0 && slices.Contains(s.Met, answer.Code)
			if answer.Status/100 == 2 && !spoilt && operation.Document != "piste" {
				found.answered[operation.Operation] += int(answer.Times)
			}
		}
	}
	for code, n := range times {
		found.refusals = append(found.refusals, Refusal{code, n})
		if slices.Contains(s.Met, code) {
			found.met += n
		}
	}
	slices.SortFunc(found.refusals, func(a, b Refusal) int { return strings.Compare(a.Code, b.Code) })
	if len(s.Met) == 0 {
		found.met = found.calls
	}
	if err := s.struck(ctx, sb, &found); err != nil {
		return found, err
	}
	page, err := sb.Requests(ctx, client.RequestQuery{Limit: 1000})
	found.trace, found.first = s.decisive(page.Requests)
	found.row = s.longest(page.Requests)
	return found, err
}

// struck counts the calls that a fault struck and whose client left before it
// was answered: the journal may not have them yet.
func (s *Situation) struck(ctx context.Context, sb *client.Sandbox, found *seen) error {
	faults, err := sb.Faults(ctx)
	struck := 0
	for _, f := range faults {
		if slices.Contains(s.Met, "fault-"+f.Kind) {
			struck += int(f.Struck)
		}
	}
	found.met = max(found.met, struck)
	return err
}

// maxTrace is how many calls a row shows.
const maxTrace = 6

// decisive picks the first call in which the situation was met and those after,
// or the last ones when it never was.
func (s *Situation) decisive(all []client.RequestBrief) (trace []Call, first time.Time) {
	from := slices.IndexFunc(all, func(r client.RequestBrief) bool { return slices.Contains(s.Met, r.Code) })
	if from >= 0 {
		first = all[from].Wall
	} else {
		from = max(0, len(all)-maxTrace)
	}
	for _, r := range all[from:min(len(all), from+maxTrace)] {
		trace = append(trace, Call{ID: r.ID, Method: r.Method, Target: r.Target, Status: r.Status, Code: r.Code, Why: r.Why, Virtual: r.Virtual})
	}
	return trace, first
}

// longest is the longest row of calls that were refused.
func (s *Situation) longest(all []client.RequestBrief) int {
	longest, row := 0, 0
	for _, r := range all {
		switch {
		case slices.Contains(s.Met, r.Code):
			row++
		case r.Status/100 == 2 && r.Operation != "issueToken":
			row = 0
		}
		longest = max(longest, row)
	}
	return longest
}

// lost tells which answers of another run never came in this one; "" is none.
func (found *seen) lost(nominal map[string]int) string {
	var lost []string
	for _, operation := range slices.Sorted(maps.Keys(nominal)) {
		if got, want := found.answered[operation], nominal[operation]; got < want {
			lost = append(lost, fmt.Sprintf("%s %d of %d", operation, got, want))
		}
	}
	return strings.Join(lost, ", ")
}

// judge is the verdict on a run, with its reason. What proves most comes first.
// nominal counts the answers of the nominal run; nil asks for none.
func (s *Situation) judge(o *outcome, found *seen, nominal map[string]int, timeout time.Duration) (Verdict, string) {
	ended := fmt.Sprintf("It ended with exit code %d", o.exit)
	switch {
	case o.failed != nil:
		return NotStarted, fmt.Sprintf("The command could not be started: %v.", o.failed)
	case found.met == 0 && o.timedOut:
		return Hung, fmt.Sprintf("It was still running after %s, and had not met the situation.", timeout)
	case found.calls == 0:
		return NeverMet, ended + " without one call to the sandbox."
	case found.met == 0:
		return NeverMet, fmt.Sprintf("%s after %s, none of which met the situation.", ended, calls(found.calls))
	case s.Retries >= 0 && found.row > 1+s.Retries:
		return Hammered, fmt.Sprintf("It was refused in %s in a row; %d after the first one are fine. %s.", calls(found.row), s.Retries, o.end(timeout))
	case o.timedOut:
		return Hung, fmt.Sprintf("It was still running after %s.", timeout)
	case o.signal > 0:
		return Crashed, fmt.Sprintf("Signal %d ended it.", o.signal)
	case o.exit == 0 && s.Expect == Stop:
		return WentOn, "It ended with exit code 0, as if nothing had been refused."
	case o.exit == 0 && found.lost(nominal) != "":
		return WentOn, "It ended with exit code 0, and never got answers that it gets when nothing happens: " + found.lost(nominal) + "."
	case o.exit == 0:
		return Survived, "It got over it: exit code 0."
	case s.Expect == Survive:
		return Failed, ended + "."
	}
	return s.stop(o, found)
}

// stop is the verdict on a run that ended with another exit code than 0, where
// it may.
func (s *Situation) stop(o *outcome, found *seen) (Verdict, string) {
	took := o.ended.Sub(o.began)
	if !found.first.IsZero() {
		took = max(o.ended.Sub(found.first), 0)
	}
	text := o.output.text()
	switch {
	case took > s.Within:
		return Late, fmt.Sprintf("It stopped %s after the first refusal; %s is fine.", took.Round(time.Second/10), s.Within)
	case text == "":
		return Silent, fmt.Sprintf("It stopped with exit code %d, and wrote nothing: nobody will know why.", o.exit)
	case s.Says != nil && !s.Says.MatchString(text):
		return Silent, fmt.Sprintf("It stopped with exit code %d, and wrote nothing that matches %q.", o.exit, s.Says)
	}
	return Stopped, fmt.Sprintf("It stopped with exit code %d, %s after the first refusal, with %s refused in all.",
		o.exit, took.Round(time.Millisecond), calls(found.met))
}

// end says how a run ended.
func (o *outcome) end(timeout time.Duration) string {
	switch {
	case o.timedOut:
		return fmt.Sprintf("It was still running after %s", timeout)
	case o.signal > 0:
		return fmt.Sprintf("Signal %d ended it", o.signal)
	}
	return fmt.Sprintf("It ended with exit code %d", o.exit)
}

// holds tells whether a verdict is what is expected.
func (e Expectation) holds(v Verdict) bool {
	switch v {
	case Survived:
		return e != Stop
	case Stopped:
		return e != Survive
	case NotApplicable:
		return true
	}
	return false
}

func calls(n int) string {
	if n == 1 {
		return "1 call"
	}
	return fmt.Sprintf("%d calls", n)
}
