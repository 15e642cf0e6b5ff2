package requests

import (
	"cmp"
	"slices"
)

// Expectation is what a test expects of the calls: how many fit one Criteria, or
// that calls fitting several came in that order.
type Expectation struct {
	// Match is for Exactly, AtLeast and AtMost; a nil bound does not bind,
	// and with none of them at least one call is expected.
	Match                    Criteria
	Exactly, AtLeast, AtMost *int
	// Sequence, when given, is calls in this order, others in between.
	Sequence []Criteria
}

// Verdict is whether an expectation holds, and what came nearest when not.
type Verdict struct {
	Holds bool
	// Found counts the calls that fit, or the steps of the sequence that
	// were found in order.
	Found int
	// IDs are those of the calls that fit.
	IDs []uint64
	// Missing is the first step of the sequence that was not found, from 0.
	Missing int
	// Nearest lists the calls that almost fit, those that miss the fewest
	// criteria first.
	Nearest []Near
}

// Near is a call that does not fit, and why.
type Near struct {
	Entry  *Entry
	Misses []Miss
}

// maxNearest is how many near misses are told.
const maxNearest = 5

// Verify tells whether an expectation holds of the calls that are kept.
func (j *Journal) Verify(x *Expectation) Verdict {
	all := j.All()
	if len(x.Sequence) > 0 {
		return inOrder(all, x.Sequence)
	}
	var v Verdict
	for _, e := range all {
		if x.Match.Fits(e) {
			v.IDs = append(v.IDs, e.ID)
		}
	}
	v.Found = len(v.IDs)
	v.Holds = holds(x, v.Found)
	if !v.Holds {
		v.Nearest = nearest(all, &x.Match)
	}
	return v
}

func holds(x *Expectation, found int) bool {
	if x.Exactly == nil && x.AtLeast == nil && x.AtMost == nil {
		return found > 0
	}
	return (x.Exactly == nil || found == *x.Exactly) && (x.AtLeast == nil || found >= *x.AtLeast) && (x.AtMost == nil || found <= *x.AtMost)
}

func inOrder(all []*Entry, sequence []Criteria) Verdict {
	var v Verdict
	for step := range sequence {
		at := slices.IndexFunc(all, sequence[step].Fits)
		if at < 0 {
			v.Missing, v.Nearest = step, nearest(all, &sequence[step])
			return v
		}
		v.Found++
		v.IDs = append(v.IDs, all[at].ID)
		all = all[at+1:]
	}
	v.Holds = true
	return v
}

func nearest(all []*Entry, c *Criteria) []Near {
	near := make([]Near, 0, len(all))
	for _, e := range all {
		if misses := c.Misses(e, 0); len(misses) > 0 {
			near = append(near, Near{e, misses})
		}
	}
	slices.SortStableFunc(near, func(a, b Near) int { return cmp.Compare(len(a.Misses), len(b.Misses)) })
	return near[:min(len(near), maxNearest)]
}
