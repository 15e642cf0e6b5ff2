package requests

import (
	"cmp"
	"slices"
)

// Met is how often an operation gave an answer.
type Met struct {
	Operation string
	Status    int
	// Code is the explanation's, "" for a plain success.
	Code  string
	Times uint64
}

// Usage lists what the sandbox's clients have met since its life began, whether
// it is still kept or not: by operation, status and code.
func (j *Journal) Usage() []Met {
	j.mu.RLock()
	all := make([]Met, 0, len(j.met))
	for m, times := range j.met {
		all = append(all, Met{m.operation, m.status, m.code, times})
	}
	j.mu.RUnlock()
	slices.SortFunc(all, func(a, b Met) int {
		return cmp.Or(cmp.Compare(a.Operation, b.Operation), cmp.Compare(a.Status, b.Status), cmp.Compare(a.Code, b.Code))
	})
	return all
}
