package scenarios

import (
	"slices"
	"strings"
)

// reachable checks where a goto goes.
func (d *document) reachable(a Action, w *Workflow) {
	if a.Type != "goto" || a.Step == "" || stepIndex(w, a.Step) >= 0 {
		return
	}
	var known []string
	for _, s := range w.Steps {
		known = append(known, s.ID)
	}
	d.fail(a.Position, Meant(a.Step, known), "action %s goes to step %q, which workflow %s does not have", a.Name, a.Step, w.ID)
}

func stepIndex(w *Workflow, id string) int {
	return slices.IndexFunc(w.Steps, func(s *Step) bool { return s.ID == id })
}

// gotos refuses circles that nothing leaves: each of their steps goes on without
// a condition.
func (d *document) gotos(w *Workflow) {
	told := map[int]bool{}
	for start := range w.Steps {
		var path []int
		for i := start; i >= 0 && i < len(w.Steps) && !told[i]; i = forced(w, i) {
			if from := slices.Index(path, i); from >= 0 {
				d.circle(w, path[from:])
				for _, one := range path[from:] {
					told[one] = true
				}
				break
			}
			path = append(path, i)
		}
	}
}

// forced is the step that always follows a success of another, -1 when the
// workflow may end there or go elsewhere.
func forced(w *Workflow, i int) int {
	for _, a := range w.Steps[i].Success {
		switch {
		case len(a.Criteria) > 0:
			return -1
		case a.Type == "goto":
			return stepIndex(w, a.Step)
		default:
			return -1
		}
	}
	return i + 1
}

func (d *document) circle(w *Workflow, path []int) {
	ids := make([]string, 0, len(path)+1)
	for _, i := range path {
		ids = append(ids, w.Steps[i].ID)
	}
	last := w.Steps[path[len(path)-1]]
	position := last.Position
	for _, i := range path {
		if len(w.Steps[i].Success) > 0 {
			position = w.Steps[i].Success[0].Position
		}
	}
	d.fail(position, "give the goto a criterion", "steps %s go round for ever", strings.Join(append(ids, ids[0]), " → "))
}

// circles refuses workflows that call themselves, through others or not.
func (d *document) circles() {
	for _, w := range d.file.Workflows {
		d.calls(w, w, nil)
	}
}

// calls follows the calls from a workflow back to the first. Each circle is
// told once, at the workflow of it that comes first in the file.
func (d *document) calls(first, w *Workflow, path []string) {
	path = append(path, w.ID)
	for _, s := range w.Steps {
		next, ok := d.file.Workflow(s.Calls)
		switch {
		case !ok, next.Line < first.Line:
		case next == first:
			d.fail(s.Position, "", "workflows call each other for ever: %s", strings.Join(append(path, first.ID), " → "))
		case !slices.Contains(path, next.ID):
			d.calls(first, next, path)
		}
	}
}
