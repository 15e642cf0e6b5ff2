package qualify

import (
	"fmt"
	"io"
	"strings"

	"chorus-qualif/server/client"
)

// WriteUsage writes for a person what a client has met and what it never has.
func WriteUsage(w io.Writer, u client.Usage) error {
	var met, never, refused, spared []string
	for _, operation := range u.Operations {
		if operation.Times == 0 {
			never = append(never, operation.Operation)
			continue
		}
		met = append(met, times(operation.Operation, operation.Times))
	}
	for _, refusal := range u.Refusals {
		if refusal.Times == 0 {
			spared = append(spared, refusal.Code)
			continue
		}
		refused = append(refused, times(refusal.Code, refusal.Times))
	}
	var out strings.Builder
	part := func(label string, names []string) {
		for i, line := range wrapped(strings.Join(names, ", "), 110) {
			if i == 0 {
				fmt.Fprintf(&out, "  %s:\n", label)
			}
			out.WriteString("    " + line + "\n")
		}
	}
	fmt.Fprintf(&out, "chorus-qualif: the command met %d of %d operations and %d of %d refusals\n",
		u.OperationsMet, u.OperationsDeclared, u.RefusalsMet, u.RefusalsKnown)
	part("operations met", met)
	part("operations never tried", never)
	part("refusals met", refused)
	part("refusals never met", spared)
	_, err := io.WriteString(w, out.String())
	return err
}

func times(name string, n int64) string {
	if n == 1 {
		return name
	}
	return fmt.Sprintf("%s x%d", name, n)
}
