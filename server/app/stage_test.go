package app_test

import (
	"net/http"
	"strings"
	"testing"

	"chorus-qualif/server/app"
)

func TestScenariosAreListedAndRunOnTheServer(t *testing.T) {
	t.Parallel()
	a := start(t, app.Options{AdminToken: "secret"})
	call := func(method, path, body string, status int) reply {
		t.Helper()
		got := send(t, method, a.AdminURL()+"/__admin/v1"+path, body, map[string]string{"Authorization": "Bearer secret"})
		if got.status != status {
			t.Fatalf("%s %s: got %d %.400s, want %d", method, path, got.status, got.body, status)
		}
		return got
	}
	if list := call("GET", "/scenarios", "", http.StatusOK).body; !strings.Contains(list, `"name":"expired-password"`) || !strings.Contains(list, `"workflows":[{"id":"expired-password"`) {
		t.Errorf("got %.400s", list)
	}
	if text := call("GET", "/scenarios/expired-password", "", http.StatusOK).body; !strings.HasPrefix(text, "arazzo: 1.0.1") {
		t.Errorf("got %.100s", text)
	}
	run := call("POST", "/scenarios/expired-password/runs", "", http.StatusCreated)
	if run.field(t, "state") != "ended" || run.field(t, "verdict") != "passed" || len(run.field(t, "run.steps").([]any)) < 5 {
		t.Errorf("got %.600s", run.body)
	}
	sandbox := run.field(t, "sandbox").(string)
	call("GET", "/sandboxes/"+sandbox, "", http.StatusNotFound)
	if again := call("GET", "/scenario-runs/"+run.field(t, "id").(string), "", http.StatusOK); again.body != run.body {
		t.Error("the run is not shown as it ended")
	}

	call("POST", "/scenarios/no-such/runs", `{}`, http.StatusNotFound)
	call("POST", "/scenarios/active/runs", `{"workflow":"x"}`, http.StatusNotFound)
	call("POST", "/scenarios/active/runs", `{"inputs":{"nobody":1}}`, http.StatusBadRequest)
	call("POST", "/scenarios/active/runs", `{"byhand":true}`, http.StatusBadRequest)
	call("GET", "/scenario-runs/99", "", http.StatusNotFound)
	call("POST", "/scenario-runs/1/step", "", http.StatusConflict)
}

// By hand, each step waits, and what the sandbox shows in between is what has
// happened so far.
func TestAScenarioIsSteppedThroughByHand(t *testing.T) {
	t.Parallel()
	a := start(t, app.Options{})
	base := a.AdminURL() + "/__admin/v1"
	run := send(t, "POST", base+"/scenarios/active/runs", `{"byHand":true,"keep":true}`, nil)
	id := run.field(t, "id").(string)
	var steps []string
	for run.field(t, "state") == "waiting" && len(steps) < 4 {
		steps = append(steps, run.field(t, "next").(string))
		if got := len(run.field(t, "run.steps").([]any)); got != len(steps)-1 && got != len(steps) {
			t.Errorf("%d steps are told before step %d", got, len(steps))
		}
		run = send(t, "POST", base+"/scenario-runs/"+id+"/step", "", nil)
		if run.status != http.StatusOK {
			t.Fatalf("got %d %s", run.status, run.body)
		}
	}
	if len(steps) != 4 || steps[0] == steps[1] || run.field(t, "state") != "waiting" {
		t.Fatalf("waited before %v, then %.300s", steps, run.body)
	}
	sandbox := run.field(t, "sandbox").(string)
	if got := send(t, "GET", base+"/sandboxes/"+sandbox, "", nil); got.status != http.StatusOK {
		t.Errorf("the sandbox of a run under way: %d", got.status)
	}
	run = send(t, "POST", base+"/scenario-runs/"+id+"/step", `{"all":true}`, nil)
	if run.field(t, "state") != "ended" || run.field(t, "verdict") != "passed" {
		t.Errorf("got %.300s", run.body)
	}
	if got := send(t, "GET", base+"/sandboxes/"+sandbox, "", nil); got.status != http.StatusOK {
		t.Errorf("a sandbox that is kept: %d", got.status)
	}
	if got := send(t, "DELETE", base+"/scenario-runs/"+id, "", nil); got.status != http.StatusNoContent {
		t.Errorf("got %d", got.status)
	}
	if list := send(t, "GET", base+"/scenario-runs", "", nil); list.body != `{"runs":[]}` {
		t.Errorf("got %s", list.body)
	}
}

// A run that waits by hand ends with the program.
func TestARunByHandDoesNotHoldTheProgram(t *testing.T) {
	t.Parallel()
	a := start(t, app.Options{})
	if run := send(t, "POST", a.AdminURL()+"/__admin/v1/scenarios/active/runs", `{"byHand":true}`, nil); run.field(t, "state") != "waiting" {
		t.Errorf("got %s", run.body)
	}
}
