package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"chorus-qualif/server/app"
)

// Every length of time that the control API tells leads, given back to it, to
// the instant that it stands for: also across a change of the clocks of Paris,
// where a day has 23 hours or 25.
func TestLengthsOfTimeAreReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	a := start(t, app.Options{})
	for name, test := range map[string]struct{ at, tomorrow string }{
		"spring": {"2026-03-28T12:00:00+01:00", "2026-03-29T12:00:00.000+02:00"},
		"autumn": {"2026-10-24T12:00:00+02:00", "2026-10-25T12:00:00.000+01:00"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := open(t, a, name)
			l.do("PUT", "", `{"clock":{"mode":"frozen","at":"`+test.at+`"},"switches":{"mail.expiry-reminder":"15-days"}}`, http.StatusOK)
			if got := l.post("/clock/peek", `{"by":"P1D"}`).field(t, "to"); got != test.tomorrow {
				t.Errorf("a day later: got %v, want %s", got, test.tomorrow)
			}
			if got := l.do("POST", "/clock/peek", `{"until":{"mail":{"to":"nobody@example.fr"}},"deadline":"P1D"}`, http.StatusConflict).field(t, "detail"); !strings.Contains(got.(string), test.tomorrow) {
				t.Errorf("got %v, want the deadline %s", got, test.tomorrow)
			}
			login, _ := l.create()
			leads := func(by, to any) {
				t.Helper()
				if got := l.post("/clock/peek", fmt.Sprintf(`{"by":%q}`, by)).field(t, "to"); got != to {
					t.Errorf("%v leads to %v, want %v", by, got, to)
				}
			}
			var long int
			for _, one := range l.get("/timeline").field(t, "due").([]any) {
				due := one.(map[string]any)
				leads(due["in"], due["due"])
				if strings.Contains(due["in"].(string), "D") {
					long++
				}
			}
			if long == 0 {
				t.Error("nothing is due in a day or more")
			}
			wait := l.do("POST", "/mails/wait", `{"event":"expiry-reminder","text":"`+login+`","timeout":"0s"}`, http.StatusRequestTimeout)
			if by := wait.field(t, "advance.by"); by != "P409D" {
				t.Errorf("the reminder comes in %v, want P409D", by)
			}
			leads(wait.field(t, "advance.by"), wait.field(t, "advance.to"))
		})
	}
}
