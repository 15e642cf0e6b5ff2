package faults_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"chorus-qualif/server/faults"
)

// situations are those that a client of technical accounts should have met, each
// group one point of the list that they come from.
var situations = []string{
	"fresh-account", "active", "expired-password", "expiring-soon", "reset-by-colleague",
	"deactivation-pending inactive reactivation-pending", "inactive-day-59 inactive-day-61",
	"bad-base64 clear-text-header basic-in-authorization missing-cpro-account colon-in-password trailing-newline-in-base64 url-safe-base64 utf8-password",
	"human-login-as-technical api-not-subscribed", "no-raccordement unknown-route", "wrong-environment",
	"invalid-client flaky-oauth burst-401", "manager-changed manager-contact-edited", "multi-structure-manager", "legacy-login",
	"portal-login-with-technical-account", "secondary-manager", "legacy-401-body",
}

// docs/integrators.md tells what brings each situation about: a preset that
// exists, or a scenario. It names every preset there is.
func TestEverySituationIsBroughtAboutBySomething(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/integrators.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "| situation |")
	table, _, _ = strings.Cut(table, "\n\n")
	rows := map[string]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z0-9-]+)` \\| [^|]+ \\| ([^|]+) \\|$").FindAllStringSubmatch(table, -1) {
		rows[row[1]] = row[2]
	}
	if len(situations) != 18 {
		t.Errorf("got %d points", len(situations))
	}
	named := 0
	for _, name := range strings.Fields(strings.Join(situations, " ")) {
		named++
		preset, isPreset := strings.CutPrefix(rows[name], "preset `")
		_, exists := faults.PresetNamed(strings.TrimSuffix(preset, "`"))
		if !isPreset && rows[name] != "scenario" || isPreset && !exists {
			t.Errorf("%s is brought about by %q", name, rows[name])
		}
	}
	if len(rows) != named {
		t.Errorf("the table has %d rows, want %d", len(rows), named)
	}
	for _, p := range faults.Presets() {
		if !strings.Contains(string(text), "`"+p.Name+"`") {
			t.Errorf("no word about preset %s", p.Name)
		}
	}
}
