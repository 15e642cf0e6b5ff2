package scenarios

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"chorus-qualif/scenarios/result"
)

// Problem is a mistake in a scenario file, or a warning about it.
type Problem struct {
	result.Position
	// Message is one sentence without a final point.
	Message string `json:"message"`
	// Suggestion is what was probably meant; may be empty.
	Suggestion string `json:"suggestion,omitempty"`
}

// Error is "file:line:column: message; suggestion".
func (p Problem) Error() string {
	text := p.File
	if p.Line > 0 {
		text += fmt.Sprintf(":%d:%d", p.Line, p.Column)
	}
	text += ": " + p.Message
	if p.Suggestion != "" {
		text += "; " + p.Suggestion
	}
	return text
}

// Problems are all the mistakes of one file or several, in the order of their
// places.
type Problems []Problem

// Error has a line for each problem.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, one := range p {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// sorted is in the order of places, each problem once.
func (p Problems) sorted() Problems {
	slices.SortStableFunc(p, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return slices.Compact(p)
}

// nearest suggests the name that was probably meant: the one that takes the
// fewest changes, when they are few for its length.
func nearest(name string, known []string) string {
	best, least := "", 3+len(name)/6
	for _, other := range known {
		if d := distance(strings.ToLower(name), strings.ToLower(other)); d < least && d < max(len(name), 2) {
			best, least = other, d
		}
	}
	return best
}

// distance is how many characters to add, take away or replace.
func distance(a, b string) int {
	from, to := []rune(a), []rune(b)
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i := range from {
		diagonal := row[0]
		row[0] = i + 1
		for j := range to {
			change := diagonal
			if from[i] != to[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(to)]
}

// Meant words a suggestion: the known name that is nearest to another, or else
// the names there are; "" when there is none.
func Meant(name string, known []string) string {
	if near := nearest(name, known); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	if len(known) == 0 {
		return ""
	}
	const shown = 12
	if len(known) > shown {
		return fmt.Sprintf("there are %s and %d more", strings.Join(known[:shown], ", "), len(known)-shown)
	}
	if len(known) == 1 {
		return "there is " + known[0]
	}
	return "there are " + strings.Join(known, ", ")
}
