package app_test

import (
	"net/http"
	"strings"
	"testing"

	"chorus-qualif/server/app"
)

// What happens on the third call is met by the third call: it is judged after.
func TestSomethingHappensBetweenTwoCalls(t *testing.T) {
	t.Parallel()
	a := start(t, app.Options{})
	for name, test := range map[string]struct{ settings, want, code, told string }{
		"reset":       {`{"do":"reset"}`, "224444", "technical-account-password-replaced", "did reset to"},
		"token":       {`{"by":"2h"}`, "224444", "token-expired", "2h0m0s passed"},
		"expiry":      {`{"by":"P424D"}`, "224444", "token-expired", "424 days passed"},
		"deactivated": {`{"do":"deactivate","by":"PT30M"}`, "224444", "technical-account-inactive", "did deactivate"},
		"half done":   {`{"do":"deactivate"}`, "222222", "", "did deactivate"},
		"refused":     {`{"do":"activate"}`, "222222", "", "that was refused"},
		"a stranger":  {`{"do":"reset","login":"TECH_9_x@cpro.fr"}`, "222222", "", "that was refused"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := open(t, a, "mw-"+strings.ReplaceAll(name, " ", "-"))
			_, account := l.usable()
			l.authorize()
			l.fault("x", `{"kind":"meanwhile","settings":`+test.settings+`,"match":{"nth":3}}`)
			var got strings.Builder
			var third reply
			for i := range 6 {
				r := l.call(account, nil)
				got.WriteByte(byte('0' + r.status/100))
				if i == 2 {
					third = r
				}
			}
			if got.String() != test.want {
				t.Errorf("got %s, want %s", got.String(), test.want)
			}
			explained := third.header.Get("X-Sandbox-Explain")
			if test.code != "" && !strings.HasPrefix(explained, test.code) || !strings.Contains(explained, test.told) {
				t.Errorf("explained as %q, want %s and %q", explained, test.code, test.told)
			}
		})
	}
	l := open(t, a, "mw-settings")
	for settings, says := range map[string]string{
		`{}`:              "want do, by or both",
		`{"do":"delete"}`: "want reset, deactivate or activate",
		`{"by":"soon"}`:   "want a Go duration",
		`{"by":30}`:       "want a duration",
		`{"login":"a"}`:   "want do, by or both",
	} {
		if got := l.do("PUT", "/faults/x", `{"kind":"meanwhile","settings":`+settings+`}`, http.StatusUnprocessableEntity); !strings.Contains(got.body, says) {
			t.Errorf("%s: got %s", settings, got.body)
		}
	}
}
