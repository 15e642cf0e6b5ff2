package chorus_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"chorus-qualif/server/chorus"
)

// The page about invoices lists every refusal of their acts, and no other.
func TestDocumentedRefusalsOfActs(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/invoices.md")
	if err != nil {
		t.Fatal(err)
	}
	var operations []string
	listed := map[string][]string{}
	for _, row := range chorus.Refusals() {
		if actOperations[row.Operation] {
			op, _ := contractSet(t).Operation(row.Operation)
			path := strings.TrimPrefix(op.Path, "/cpro/")
			if listed[path] == nil {
				operations = append(operations, path)
			}
			listed[path] = append(listed[path], fmt.Sprintf("%d `%s`", row.CodeRetour, row.Situation))
		}
	}
	want := "| operation | codeRetour and situation |\n|---|---|\n"
	for _, path := range operations {
		want += "| `" + path + "` | " + strings.Join(listed[path], ", ") + " |\n"
	}
	if !strings.Contains(string(page), want) {
		t.Errorf("docs/invoices.md does not have this table:\n%s", want)
	}
}
