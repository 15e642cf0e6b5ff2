package replay_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"chorus-qualif/scenarios/replay"
	"chorus-qualif/scenarios/result"
	"chorus-qualif/server/client"
	"chorus-qualif/server/clock"
)

// given are what an integrator was given on a platform: the credentials of a
// sandbox that stands for it.
func given(t *testing.T, admin string) client.Credentials {
	t.Helper()
	c, err := client.New(admin, client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	credentials, err := c.Sandbox("default").Credentials(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return credentials
}

// A platform has no control API: what only a sandbox does is passed over, and
// its outputs are what the integrator was given there.
func TestAPlatformIsReplayedWithWhatIsGiven(t *testing.T) {
	t.Parallel()
	a := server(t)
	c := given(t, a.AdminURL())
	account, _ := c.Usable()
	o := replay.Options{
		Target: platform(a), Reference: new(replay.Target),
		Inputs:      map[string]any{"id": c.ClientID, "credentials.secret": c.ClientSecret},
		Environment: func(name string) (string, bool) { return account.CproAccount, name == "QUALIF_INPUT_ACCOUNT" },
	}
	*o.Reference = sandbox(server(t))
	run := replayed(t, o, told(t, "platform.arazzo.yaml"))
	first := run.Runs[0]
	if got, want := path(first), "sandbox skipped, credentials skipped, token passed, search passed, reset skipped, after skipped"; got != want || first.Verdict != result.Passed {
		t.Fatalf("got %s (%s), want %s", got, problem(first), want)
	}
	for id, want := range map[string]string{
		"sandbox": "the platform has no putSandbox", "credentials": "the platform has no getCredentials",
		"reset": "the platform has no resetPassword, and the story cannot go on without it",
	} {
		if got := step(t, first, id, 1).Reason; got != want {
			t.Errorf("step %s says %q, want %q", id, got, want)
		}
	}
	if first.Sandbox != "" || !first.Before.IsZero() || run.Target.Kind != result.Platform || run.Target.Admin != "" {
		t.Errorf("got %+v in %+v", first, run.Target)
	}
	text, err := json.Marshal(run)
	if err != nil {
		t.Fatal(err)
	}
	for what, secret := range map[string]string{"client secret": c.ClientSecret, "account": account.CproAccount, "client id": c.ClientID} {
		if strings.Contains(string(text), secret) {
			t.Errorf("the result shows the %s", what)
		}
	}
	if got := step(t, first, "search", 1).Request; result.Value(got.Headers, "Authorization") != "Bearer ***" || result.Value(got.Headers, "cpro-account") != "***" || !strings.HasSuffix(got.URL, "/cpro/structures/v1/rechercher") {
		t.Errorf("the request is shown as %+v", got)
	}
	drift := step(t, first, "after", 0).Drift
	if len(drift) != 1 || drift[0].What != "reached" || drift[0].Target != "not executed" || step(t, first, "search", 1).Drift != nil {
		t.Errorf("the last step drifts: %+v, the search: %+v", drift, step(t, first, "search", 1).Drift)
	}
}

func TestAPlatformThatAnswersOtherwiseDrifts(t *testing.T) {
	t.Parallel()
	a := server(t)
	c := given(t, a.AdminURL())
	reference := sandbox(server(t))
	o := replay.Options{
		Target: platform(a), Reference: &reference,
		Inputs: map[string]any{"id": c.ClientID, "secret": c.ClientSecret, "account": "bm90OnJpZ2h0"},
	}
	run := replayed(t, o, told(t, "platform.arazzo.yaml")).Runs[0]
	search := step(t, run, "search", 1)
	want := []result.Difference{
		{What: "status", Sandbox: "200", Target: "401"}, {What: "codeRetour", Sandbox: "0", Target: "none"},
		{What: "criterion 1", Sandbox: "holds", Target: "does not hold"}, {What: "criterion 2", Sandbox: "holds", Target: "does not hold"},
	}
	if run.Verdict != result.Failed || !slices.Equal(search.Drift, want) {
		t.Errorf("got %s, drift %+v, want %+v", problem(run), search.Drift, want)
	}
	if token := step(t, run, "token", 1); token.Drift != nil {
		t.Errorf("the token's answer drifts: %+v", token.Drift)
	}
}

// watch counts how long a replay would wait, without waiting.
type watch struct {
	clock.Wall
	waited time.Duration
}

func (w *watch) AfterFunc(d time.Duration, f func()) (stop func() bool) {
	w.waited += d
	f()
	return func() bool { return false }
}

func TestAPlatformWaitsForRealAsLongAsIsAllowed(t *testing.T) {
	t.Parallel()
	a := server(t)
	c := given(t, a.AdminURL())
	set, err := contracts()
	if err != nil {
		t.Fatal(err)
	}
	for allowed, want := range map[time.Duration]struct {
		waited time.Duration
		path   string
	}{
		time.Minute: {0, "sandbox skipped, credentials skipped, half-hour skipped, token skipped"},
		time.Hour:   {30 * time.Minute, "sandbox skipped, credentials skipped, half-hour skipped, token passed"},
	} {
		wall := &watch{Wall: clock.System()}
		r, err := replay.New(replay.Options{
			Target: platform(a), Contracts: set, Wall: wall, Wait: allowed, Inputs: map[string]any{"id": c.ClientID, "secret": c.ClientSecret},
		})
		if err != nil {
			t.Fatal(err)
		}
		run := r.Run(t.Context(), told(t, "platform.arazzo.yaml")[1:]).Runs[0]
		if wall.waited != want.waited || path(run) != want.path {
			t.Errorf("%s allowed: waited %s, %s (%s); want %s, %s", allowed, wall.waited, path(run), problem(run), want.waited, want.path)
		}
	}
}

func TestWrongInputsAreAllToldBeforeAnythingRuns(t *testing.T) {
	t.Parallel()
	set, err := contracts()
	if err != nil {
		t.Fatal(err)
	}
	called := 0
	refuse := &http.Client{Transport: transport(func(*http.Request) (*http.Response, error) { called++; return nil, http.ErrAbortHandler })}
	check := func(o replay.Options, stories []replay.Story) string {
		t.Helper()
		o.Contracts, o.Wall, o.Target.HTTP = set, clock.System(), refuse
		r, err := replay.New(o)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(r.Check(stories))
	}
	got := check(replay.Options{Target: replay.Target{Kind: result.Platform, Platform: "http://p"}, Inputs: map[string]any{"secrt": "x", "id": "y"}}, told(t, "platform.arazzo.yaml"))
	for _, want := range []string{
		"step credentials of workflow story has no server, and its output secret is needed: give --input secret=..., or QUALIF_INPUT_SECRET in the environment",
		"its output account is needed: give --input account=..., or QUALIF_INPUT_ACCOUNT in the environment",
		`no workflow has an input "secrt"; did you mean "secret"?`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got\n%s\nwant %s", got, want)
		}
	}
	for value, want := range map[string]string{
		`seed=x`: `input seed of workflow typed: x is no integer`, `seed=1.5`: "1.5 is no integer", `seed=null`: "null is no integer", `flag=yes`: "yes is no boolean",
		`list={"a":1}`: `{"a":1} is no array`, `seed=7`: "", `flag=true`: "", `list=[1]`: "", `ratio=1.5`: "", `any=x`: "", `object={"a":[1]}`: "",
	} {
		name, text, _ := strings.Cut(value, "=")
		got := check(replay.Options{Target: replay.Target{Kind: result.Server, Platform: "http://p", Admin: "http://a"}, Inputs: map[string]any{name: text, "needed": "x"}}, told(t, "typed.arazzo.yaml"))
		if want == "" && got != "<nil>" || !strings.Contains(got, want) {
			t.Errorf("%s: got %s, want %q", value, got, want)
		}
	}
	if got := check(replay.Options{Target: replay.Target{Kind: result.Server, Platform: "http://p", Admin: "http://a"}}, told(t, "typed.arazzo.yaml")); !strings.Contains(got, "workflow typed needs the input needed: give --input needed=..., or QUALIF_INPUT_NEEDED") {
		t.Errorf("got %s", got)
	}
	if called > 0 {
		t.Errorf("%d calls were made", called)
	}
}

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestVariablesOfTheEnvironmentAreNamed(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"clientId": "QUALIF_INPUT_CLIENT_ID", "cproAccount": "QUALIF_INPUT_CPRO_ACCOUNT", "token.account": "QUALIF_INPUT_TOKEN_ACCOUNT", "a-b2C": "QUALIF_INPUT_A_B2_C", "URL": "QUALIF_INPUT_URL",
	} {
		if got := replay.Variable(name); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}
