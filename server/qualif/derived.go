package qualif

import "sync"

// Derived is something that is made of a data set, once, when it is first asked
// for, and that lives as long as the data set: every sandbox that was made from
// the data set shares it. Make one for each thing derived, at start.
type Derived[T any] struct {
	derive func(*DataSet) T
	// key tells this from what else is derived: two that are equal are one.
	key *byte
}

// NewDerived makes a Derived of a function, which must not keep anything that a
// sandbox may change.
func NewDerived[T any](derive func(*DataSet) T) Derived[T] { return Derived[T]{derive, new(byte)} }

// Of is what is derived from an indexed data set. Calls at once wait for the one
// that makes it.
func (v Derived[T]) Of(d *DataSet) T {
	made, ok := d.index.derived.Load(v.key)
	if !ok {
		made, _ = d.index.derived.LoadOrStore(v.key, sync.OnceValue(func() T { return v.derive(d) }))
	}
	return made.(func() T)()
}
