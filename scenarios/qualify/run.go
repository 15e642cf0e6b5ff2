package qualify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"chorus-qualif/server/clock"
)

// Options are what to run.
type Options struct {
	// Situations are run in this order; Nominal first and alone, when it is
	// among them.
	Situations []Situation
	Command    []string
	// Environ is the environment that the command's own is made from, and
	// Named the texts NAME=TEMPLATE that are added (see CheckTemplates).
	Environ, Named []string
	// Open makes a place for a run.
	Open func(ctx context.Context, situation string) (Place, error)
	// Parallel is how many runs there are at once, 1 at least.
	Parallel int
	// Timeout is how long a run may last, on the machine's clock.
	Timeout time.Duration
	// After is how many API calls pass before what happens in the middle of a
	// run does.
	After int
	// Retries, when it is not nil, is the bound of every situation.
	Retries *int
	// Allowed names the situations that need not hold.
	Allowed []string
	// KeepGoing runs the others although Nominal fails.
	KeepGoing bool
	// Incomplete does not ask of a client that survives that it gets as many
	// answers as in the nominal run: for commands whose number of calls varies.
	Incomplete bool
	// Done is told of each row when it is known, one at a time.
	Done func(Row)
	Wall clock.Wall
	// Tool is the program and its version, Profile the portal generation of
	// the sandboxes: they are for the report.
	Tool, Profile string
}

// Run runs the command in each situation and reports. The error is about what
// is needed to run at all, not about the command.
func Run(ctx context.Context, o Options) (*Report, error) {
	if err := CheckTemplates(o.Named); err != nil {
		return nil, err
	}
	if len(o.Command) == 0 {
		return nil, errors.New("there is no command")
	}
	report := &Report{Format: Format, Tool: o.Tool, Profile: o.Profile, Command: o.Command, Began: o.Wall.Now(), Rows: make([]Row, len(o.Situations))}
	r := &runner{o: o, report: report}
	rest := make([]int, 0, len(o.Situations))
	healthy := true
	for i := range o.Situations {
		if o.Situations[i].Name != Nominal {
			rest = append(rest, i)
			continue
		}
		r.one(ctx, i)
		healthy = report.Rows[i].Held || report.Rows[i].Allowed
	}
	if healthy || o.KeepGoing {
		r.all(ctx, rest)
	} else {
		for _, i := range rest {
			r.done(i, r.row(i, NotRun, "The nominal situation does not hold."))
		}
	}
	report.Seconds = o.Wall.Now().Sub(report.Began).Seconds()
	report.sum()
	return report, nil
}

type runner struct {
	o Options
	// nominal counts the answers of the nominal run, by operation; nil until
	// it went well.
	nominal map[string]int
	mu      sync.Mutex
	report  *Report
}

// all runs several situations at once.
func (r *runner) all(ctx context.Context, which []int) {
	next := make(chan int)
	var workers sync.WaitGroup
	for range max(1, r.o.Parallel) {
		workers.Go(func() {
			for i := range next {
				r.one(ctx, i)
			}
		})
	}
	for _, i := range which {
		next <- i
	}
	close(next)
	workers.Wait()
}

// row is one before it was judged.
func (r *runner) row(i int, verdict Verdict, reason string) Row {
	s := &r.o.Situations[i]
	return Row{
		Situation: s.Name, Happens: s.Happens, Good: s.Good, Expect: s.Expect, Verdict: verdict, Reason: reason,
		Allowed: slices.Contains(r.o.Allowed, s.Name), Refusals: []Refusal{}, Decisive: []Call{},
	}
}

func (r *runner) done(i int, row Row) {
	s := &r.o.Situations[i]
	row.Held = s.Expect.holds(row.Verdict)
	if !row.Held {
		row.Advice = advice(s, row.Verdict)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.report.Rows[i] = row
	if r.o.Done != nil {
		r.o.Done(row)
	}
}

// advice is what to change after a verdict.
func advice(s *Situation, v Verdict) string {
	switch v {
	case NeverMet:
		if s.Name == Nominal {
			return s.Advice
		}
		return "Make the command call the API several times. What happens in the middle of a run happens after the first call, or after so many as --after says."
	case NotStarted, NotPrepared, NotRun, NotApplicable:
		return ""
	}
	return s.Advice
}

// one runs one situation.
func (r *runner) one(ctx context.Context, i int) {
	if ctx.Err() != nil {
		r.done(i, r.row(i, NotRun, "The run was interrupted."))
		return
	}
	s := r.o.Situations[i]
	if r.o.Retries != nil && s.Retries >= 0 {
		s.Retries = *r.o.Retries
	}
	place, err := r.o.Open(ctx, s.Name)
	if err != nil {
		r.done(i, r.row(i, NotPrepared, fmt.Sprintf("There is no server for it: %v.", err)))
		return
	}
	defer place.Close()
	row := r.row(i, NotPrepared, "")
	row.Sandbox = place.Sandbox
	handout, err := s.prepare(ctx, place, r.o.After)
	var environ []string
	if err == nil {
		environ, err = handout.Fill(r.o.Named)
	}
	switch {
	case errors.Is(err, errNotApplicable):
		row.Verdict, row.Reason = NotApplicable, "It "+err.Error()+"."
	case err != nil:
		row.Reason = "The sandbox could not be made ready: " + strings.TrimSuffix(err.Error(), ".") + "."
	default:
		r.measure(ctx, &s, &row, place, append(handout.Environ(), environ...))
	}
	r.done(i, row)
}

// measure runs the command and fills in what became of it.
func (r *runner) measure(ctx context.Context, s *Situation, row *Row, place Place, environ []string) {
	o := execute(ctx, r.o.Command, Merge(r.o.Environ, environ), r.o.Timeout, r.o.Wall)
	row.Seconds, row.Output = o.ended.Sub(o.began).Seconds(), o.output.text()
	if o.failed == nil {
		row.Exit = &o.exit
	}
	if ctx.Err() != nil {
		row.Verdict, row.Reason = NotRun, "The run was interrupted."
		return
	}
	found, err := s.look(ctx, place.Admin.Sandbox(place.Sandbox))
	if err != nil {
		row.Reason = fmt.Sprintf("The server could not tell what the client did: %v.", err)
		return
	}
	row.Calls, row.Refused, row.Met = found.calls, found.met, found.met > 0
	row.Refusals = append(row.Refusals, found.refusals...)
	row.Decisive = append(row.Decisive, found.trace...)
	row.Verdict, row.Reason = s.judge(o, &found, r.nominal, r.o.Timeout)
	if s.Name == Nominal && row.Verdict == Survived && !r.o.Incomplete {
		r.nominal = found.answered // it runs alone, before the others
	}
	if len(s.Met) == 0 {
		row.Refused = 0 // nothing happens, so nothing was met in a call
	}
}
