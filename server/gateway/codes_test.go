package gateway_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"chorus-qualif/server/gateway"
)

// TestCodesAreAllListed reads the code of the gateway and of the domain's
// verdicts for the explanations they give.
func TestCodesAreAllListed(t *testing.T) {
	t.Parallel()
	// A mistake of ours, and one in what a test asks for, are nothing to meet.
	listed := map[string]bool{"internal-error": true, "fault-header-invalid": true}
	for _, c := range gateway.Codes() {
		if listed[c.Code] {
			t.Errorf("%s is listed twice", c.Code)
		}
		listed[c.Code] = true
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	look := func(file, prefix, pattern string) {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range regexp.MustCompile(pattern).FindAllStringSubmatch(string(source), -1) {
			found++
			if !listed[prefix+match[1]] {
				t.Errorf("%s: %s is not listed", file, prefix+match[1])
			}
		}
	}
	for _, file := range files {
		look(file, "", `reason\{"([a-z-]+)"`)
		look(file, "", `refuseGrant\([a-zA-Z]+, "([a-z-]+)"`)
	}
	look("../qualif/access.go", "technical-account-", `refused\("([a-z-]+)"`)
	look("../qualif/access.go", "", `Code: "([a-z-]+[a-z])"`)
	look("../qualif/application.go", "", `return "([a-z-]+)", "`)
	if found < 50 {
		t.Errorf("only %d explanations found in the source: the patterns are stale", found)
	}
}
