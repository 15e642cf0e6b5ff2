package app_test

import (
	"net/http"
	"testing"

	"chorus-qualif/server/app"
)

func TestSnapshotRestoreAndForkByAPI(t *testing.T) {
	t.Parallel()
	a := start(t, app.Options{MaxSandboxes: 3})
	golden := open(t, a, "golden")
	login, header := golden.create()
	golden.authorize()
	if got := golden.do("PUT", "/snapshots/ready", "", http.StatusOK); got.field(t, "name") != "ready" {
		t.Errorf("got %s", got.body)
	}
	golden.post("/clock/advance", `{"by":"31m"}`)
	if got := golden.call(header, nil); got.status != http.StatusOK {
		t.Fatalf("got %d %s", got.status, got.header.Get("X-Sandbox-Explain"))
	}

	// A copy from before, with credentials of its own.
	golden.do("POST", "/fork", `{"as":"copy","snapshot":"ready"}`, http.StatusCreated)
	copied := enter(t, a, "copy")
	if copied.ClientID == golden.ClientID || copied.ClientSecret == golden.ClientSecret {
		t.Error("the copy has the source's credentials")
	}
	if got := copied.call(header, nil); got.status != http.StatusUnauthorized || got.header.Get("X-Sandbox") != "copy" {
		t.Errorf("%s in the copy: got %d, want 401 while it is pending", login, got.status)
	}
	if got := copied.call(header, map[string]string{"Authorization": "Bearer " + golden.token}); got.header.Get("X-Sandbox") != "golden" || got.status != http.StatusOK {
		t.Errorf("the source's token: got %d in %s", got.status, got.header.Get("X-Sandbox"))
	}

	golden.post("/restore", `{"snapshot":"ready"}`)
	golden.token = ""
	if got := golden.call(header, nil); got.status != http.StatusUnauthorized {
		t.Errorf("after the restoration: got %d, want 401", got.status)
	}
	if got := golden.get("/snapshots"); len(got.field(t, "snapshots").([]any)) != 1 {
		t.Errorf("got %s", got.body)
	}

	for path, want := range map[string]struct {
		method, body string
		status       int
		code         string
	}{
		"/restore":      {"POST", `{"snapshot":"none"}`, http.StatusNotFound, "snapshot-unknown"},
		"/fork":         {"POST", `{"as":"fourth"}`, http.StatusConflict, "sandbox-limit"},
		"/fork?":        {"POST", `{"as":"golden"}`, http.StatusUnprocessableEntity, "fork-onto-itself"},
		"/fork??":       {"POST", `{"as":"-"}`, http.StatusBadRequest, "invalid-request"},
		"/snapshots/-x": {"PUT", "", http.StatusBadRequest, "invalid-request"},
	} {
		if got := golden.do(want.method, path, want.body, want.status); got.field(t, "code") != want.code {
			t.Errorf("%s: got %s, want %s", path, got.body, want.code)
		}
	}
	golden.do("DELETE", "/snapshots/ready", "", http.StatusNoContent)
	golden.do("DELETE", "/snapshots/ready", "", http.StatusNoContent)
}

func TestAutoSandboxesByAPI(t *testing.T) {
	t.Parallel()
	a := start(t, app.Options{AutoSandboxes: true, Seed: 7})
	l := enter(t, a, "suite-1")
	if login, _ := l.create(); login == "" {
		t.Error("no account")
	}
	if got := send(t, "GET", a.PlatformURL()+"/portail/api/v1/me", "", map[string]string{"X-Sandbox": "suite-2"}); got.header.Get("X-Sandbox") != "suite-2" {
		t.Errorf("the portal answered for %s", got.header.Get("X-Sandbox"))
	}
	if got := send(t, "POST", a.PlatformURL()+searched, "{}", map[string]string{"X-Sandbox": "suite-3"}); got.header.Get("X-Sandbox") != "suite-3" {
		t.Errorf("the gateway answered for %s", got.header.Get("X-Sandbox"))
	}
	if got := send(t, "GET", a.AdminURL()+"/__admin/v1/sandboxes?search=suite-", "", nil); len(got.field(t, "sandboxes").([]any)) != 3 {
		t.Errorf("got %s", got.body)
	}
	if got := send(t, "GET", a.AdminURL()+"/__admin/v1/sandboxes/a%2Fb/clock", "", nil); got.status/100 != 4 {
		t.Errorf("a name that is none: got %d", got.status)
	}
}
