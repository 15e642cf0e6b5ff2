package qualif

import "slices"

// FireDue lets something that is due later happen now, out of its order: what it
// leads to is as if its instant had come.
type FireDue struct {
	// Order is that of the Due.
	Order uint64
}

func (c FireDue) execute(t *Transaction) (Advanced, error) {
	all := t.s.Due(zeroInstant)
	at := slices.IndexFunc(all, func(d Due) bool { return d.Order == c.Order })
	if at < 0 {
		return Advanced{}, refuse("due-unknown", c.Order)
	}
	before := len(t.fired)
	t.cause = all[at].Cause
	t.fired = append(t.fired, Fired{Due: all[at], Events: t.happen(all[at])})
	return t.advanced(t.now, before, false), nil
}
