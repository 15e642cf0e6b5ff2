package replay_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"chorus-qualif/scenarios/replay"
	"chorus-qualif/scenarios/result"
)

const tokenAnswer = `{"access_token":"Qm7yJ2dWkR5tZ8xLc4vNb6hGf1sPa3eUo9iYrTqKwMzXlCjVuBnD0F","token_type":"Bearer","expires_in":3600}`

// A platform may answer anything; what the contract does not declare fails the
// step, what cannot be read breaks it, and the rest is told.
func TestAnswersAreHeldAgainstTheContract(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status       int
		kind, body   string
		want, reason string
		violations   int
	}{
		"as declared":          {200, "application/json", tokenAnswer, "passed", "", 0},
		"no type":              {200, "", tokenAnswer, "failed", "the answer breaks the contract: Content-Type must be", 1},
		"an undeclared status": {418, "application/json", "{}", "failed", "the answer breaks the contract: ", 1},
		"a redirection":        {302, "application/json", "{}", "failed", "the answer breaks the contract: ", 1},
		"a page":               {200, "text/html", "<p>maintenance</p>", "failed", "the answer breaks the contract: Content-Type must be", 1},
		"another shape":        {200, "application/json", `{"access_token":"short","token_type":"Bearer","expires_in":3600}`, "passed", "", 1},
		"cut":                  {200, "application/json", tokenAnswer[:50], "broken", "the answer is no JSON, as it says: ", 0},
		"two values":           {200, "application/json", tokenAnswer + "{}", "broken", "there is more after the JSON value", 0},
		"nothing":              {200, "application/json", "", "broken", "output bearer: no response body available", 1},
		"a null":               {200, "application/json", "null", "broken", "output bearer: ", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", c.kind)
				if c.kind == "" {
					w.Header()["Content-Type"] = nil
				}
				w.Header().Set("Location", "/elsewhere")
				w.WriteHeader(c.status)
				fmt.Fprint(w, c.body)
			}))
			t.Cleanup(server.Close)
			o := replay.Options{Target: replay.Target{Kind: result.Platform, Platform: server.URL}, Inputs: map[string]any{"id": "some-id", "secret": "some-secret", "account": "some-account"}}
			run := replayed(t, o, told(t, "platform.arazzo.yaml")[:1]).Runs[0]
			got := step(t, run, "token", 1)
			if string(got.Verdict) != c.want || !strings.Contains(got.Reason, c.reason) || len(got.Violations) != c.violations {
				t.Errorf("got %s, %q, violations %q; want %s, %s, %d", got.Verdict, got.Reason, got.Violations, c.want, c.reason, c.violations)
			}
			if got.Answer.Status != c.status {
				t.Errorf("the answer is shown as %d, want %d", got.Answer.Status, c.status)
			}
		})
	}
}

// What was sent is what the engine evaluated, as each content type writes it.
func TestRequestsAreWrittenAsTheirTypeAsks(t *testing.T) {
	t.Parallel()
	var got []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := make([]byte, 1000)
		n, _ := r.Body.Read(body)
		got = append(got, fmt.Sprint(r.Method, " ", r.URL, " ", r.Header.Get("Content-Type"), " ", r.Header.Get("cpro-account"), " ", string(body[:n])))
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, tokenAnswer)
	}))
	t.Cleanup(server.Close)
	o := replay.Options{Target: replay.Target{Kind: result.Platform, Platform: server.URL}, Inputs: map[string]any{"id": "a&b=c d+é", "secret": "<>", "account": "QQ=="}}
	replayed(t, o, told(t, "platform.arazzo.yaml")[:1])
	want := []string{
		"POST /api/oauth/token application/x-www-form-urlencoded  client_id=a%26b%3Dc+d%2B%C3%A9&client_secret=%3C%3E&grant_type=client_credentials",
		`POST /cpro/structures/v1/rechercher application/json QQ== {"structure":{"identifiantStructure":"12345678200051","typeIdentifiantStructure":"SIRET"}}`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
