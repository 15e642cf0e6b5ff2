package record_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chorus-qualif/scenarios"
	"chorus-qualif/scenarios/replay"
	"chorus-qualif/scenarios/replay/respecttest"
	"chorus-qualif/scenarios/result"
	"chorus-qualif/server/clock"
)

// sessions are what there is to record, by the name of the scenario.
func sessions() map[string]func(t *testing.T) *person {
	return map[string]func(t *testing.T) *person{
		"search":      directorySearch,
		"reset":       func(t *testing.T) *person { p, _ := resetByAColleague(t); return p },
		"flow":        func(t *testing.T) *person { p, _, _ := flowAndReport(t); return p },
		"portal-2022": func(t *testing.T) *person { p, _ := onPortal2022(t); return p },
		"portal-2020": func(t *testing.T) *person { p, _ := onPortal2020(t); return p },
		"raccorded":   raccordementOnAPage,
		"faulty":      faultyMorning,
	}
}

// What was recorded passes in Redocly Respect too, and each step comes out the
// same; so does a copy that cannot pass.
func TestRespectAgreesOnRecordings(t *testing.T) {
	t.Parallel()
	respecttest.Need(t)
	folder := respecttest.Folder(t)
	var paths []string
	wanted := map[string]bool{}
	save := func(name, text string, passes bool) {
		path := filepath.Join(folder, name+scenarios.Extension)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
		wanted[name] = passes
	}
	for name, session := range sessions() {
		p := session(t)
		p.name = name
		text := p.green(0)
		save(name, text, true)
		at := strings.LastIndex(text, "$statusCode == ")
		broken := text[:at] + "$statusCode == 418" + text[at+len("$statusCode == 200"):]
		save(name+"-broken", strings.Replace(broken, "workflowId: "+name, "workflowId: "+name+"-broken", 1), false)
	}
	stories := stories(t, paths...)
	a := server(t)
	r, err := replay.New(replay.Options{Contracts: set(t), Wall: clock.System(), Target: replay.Target{Kind: result.Server, Platform: a.PlatformURL(), Admin: a.AdminURL()}})
	if err != nil {
		t.Fatal(err)
	}
	mine := respecttest.Replayed(r.Run(t.Context(), stories))
	b := server(t)
	theirs := respecttest.Run(t, set(t), b.PlatformURL(), b.AdminURL(), paths)
	for name, passes := range wanted {
		id := name + scenarios.Extension + " " + name
		if mine.Passed[id] != passes {
			t.Errorf("%s: passed %t, want %t", name, mine.Passed[id], passes)
		}
		respecttest.Agree(t, id, mine, theirs)
	}
}

// stories reads files.
func stories(t *testing.T, paths ...string) []replay.Story {
	t.Helper()
	var files []*scenarios.File
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		file, problems := scenarios.Parse(set(t), path, text)
		if problems != nil {
			t.Fatal(problems)
		}
		files = append(files, file)
	}
	all, err := replay.Select(files, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return all
}
