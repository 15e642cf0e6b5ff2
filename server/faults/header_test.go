package faults_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"chorus-qualif/server/faults"
)

// headers are those that a test sends, and those that a slip of the hand makes.
var headers = []string{
	"", ";", ";;;", "=", "server-error", "server-error; status=502; retryAfter=30", "SERVER-ERROR", " server-error ;status = 502 ",
	"server-error; status=0x1f6", "server-error; status=502.5", "server-error; status=", "server-error; status", "server-error; =502",
	"server-error; status=99999999999999999999", "server-error; STATUS=502", "server-error; status=500; status=501",
	"flaky-oauth", "slow", "slow; max=1s", "slow; median=0s", "burst-401", "business-refusal; status=418", "quota; limit=0", "quota; limit=1e3",
	"latency; fixed=1ms", "latency; max=87840h", "latency; max=2562047h47m16.854775807s", "latency; min=1h; max=1ns", "latency; fixed=-1s",
	"latency; median=87840h; sigma=5", "latency; sigma=NaN", "latency; fixed=PT1S; clock=sun", "latency; fixed=P1Y",
	"truncated-body; fraction=1", "truncated-body; fraction=-0", "truncated-body; fraction=1e-320", "slow-body; chunk=0", "slow-body; pause=601s",
	"answer; status=200; body=5; contentType=\"text/plain; charset=utf-8\"", "answer; status=200; body={\"a\":\"x;y\"}", "answer; status=200; headers={\"x-a\":\"1\"}",
	"answer; status=200; headers=none", "answer; status=200; body=\"unfinished", "answer; status=204; body=\"\\x00\\u00e9\"", "answer; status=199",
	"maintenance; from=24:00", "maintenance; from=09:00; to=09:00", "empty-token; missing=true", "empty-token; missing=maybe",
	"meanwhile; do=reset", "meanwhile; by=P9999Y", "delayed-effect; of=creation; by=0s", "stale-reads; for=5m", "forbidden; body=echo",
	"connection-reset; now=1", "nonsense; a=1", "\x00\xff;\x80=\x7f", strings.Repeat("server-error;", 2000), "answer;" + strings.Repeat("\"", 4001),
}

// Whatever the header holds, it is a fault or a sentence that says what is wrong
// with it.
func FuzzHeader(f *testing.F) {
	for _, text := range headers {
		f.Add(text)
	}
	sb := open(f)
	f.Fuzz(func(t *testing.T, text string) {
		for _, place := range []faults.Place{faults.Token, faults.API, faults.Portal} {
			plan, err := faults.StrikeOnce(sb, []string{text}, callTo(place, sb), nil)
			switch {
			case err != nil && (plan != nil || !strings.HasPrefix(err.Error(), "the header X-Sandbox-Fault: ") || len(err.Error()) < 40 || len(err.Error()) > 1<<17):
				t.Fatalf("%q: %v with %+v", text, err, plan)
			case plan == nil:
				continue
			case len(plan.Struck) != 1 || plan.Struck[0].Name != "header" || plan.Struck[0].What == "":
				t.Fatalf("%q: struck %+v", text, plan.Struck)
			}
			if a := plan.Answer; a != nil && (a.Status < 200 || a.Status > 599) {
				t.Fatalf("%q answers %d", text, a.Status)
			}
			for _, d := range plan.Delays {
				if d.By < 0 || !d.Virtual && d.By > 10*time.Minute {
					t.Fatalf("%q holds for %s", text, d.By)
				}
			}
			body, _ := plan.Wire.Bend([]byte(`{"a":1}`), "application/json")
			if cut := plan.Wire.Cut; cut != nil && (*cut < 0 || *cut >= 1) || plan.Wire.Chunk < 0 || plan.Wire.Spoil && json.Valid(body) {
				t.Fatalf("%q: %+v gives %q", text, plan.Wire, body)
			}
		}
	})
}

func TestHeadersAreReadPrecisely(t *testing.T) {
	t.Parallel()
	sb := open(t)
	for text, says := range map[string][]string{
		"":                                          {`"" is no preset, and no kind: these are latency, `},
		"nonsense; a=1":                             {`"nonsense" is no preset, and no kind`},
		"server-error; status=502.5; retry=3":       {"status 502.5: want a whole number", `unknown field "retry": want status, retryAfter, body or contentType`},
		"server-error; status; =5":                  {`"status": want key=value`, `"=5": want key=value`},
		"latency; fixed=P1Y; clock=sun":             {`clock "sun": want wall or virtual`, `duration "P1Y": want hours, minutes and seconds`},
		`answer; status=200; body="unfinished`:      {"body: the value \"unfinished does not end with its quote"},
		"empty-token; missing=maybe":                {`missing "maybe": want true or false`},
		"answer; status=200; headers=none":          {`headers "none": want an object of texts`},
		"answer; body=" + strings.Repeat("x", 4096): {"it has 4109 bytes, want at most 4096"},
		"quota; limit=-1; window=0s; colour=re":     {"want a limit of 0 or more, and a window that lasts", `unknown field "colour"`},
	} {
		_, err := faults.StrikeOnce(sb, []string{text}, callTo(faults.API, sb), nil)
		for _, part := range says {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("%q: got %v, want %q in it", text, err, part)
			}
		}
	}
}

func TestHeadersSayWhatTheyMean(t *testing.T) {
	t.Parallel()
	sb := open(t)
	for text, want := range map[string]faults.Answer{
		"server-error; STATUS=502":                                         {Status: 502},
		"business-refusal; status=418; body=5":                             {Status: 418, ContentType: "application/json;charset=utf-8", Body: []byte("5")},
		`answer; status=201; contentType="text/plain; charset=utf-8"`:      {Status: 201, ContentType: "text/plain; charset=utf-8"},
		`answer; status=200; body={"a":"x;y"}; contentType=application/js`: {Status: 200, ContentType: "application/js", Body: []byte(`{"a":"x;y"}`)},
		`answer; status=200; body="line\nwith \"quotes\""`:                 {Status: 200, Body: []byte("line\nwith \"quotes\"")},
		`answer; status=200; headers={"x-a":"1"}`:                          {Status: 200},
	} {
		plan, err := faults.StrikeOnce(sb, []string{text}, callTo(faults.API, sb), nil)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := plan.Answer; got.Status != want.Status || got.ContentType != want.ContentType || !slices.Equal(got.Body, want.Body) {
			t.Errorf("%s: got %d %q %q", text, got.Status, got.ContentType, got.Body)
		}
	}
	plan, err := faults.StrikeOnce(sb, []string{"server-error", "latency; fixed=1ms"}, callTo(faults.API, sb), nil)
	if err != nil || len(plan.Struck) != 2 || len(plan.Delays) != 1 || plan.Answer == nil {
		t.Errorf("two headers: %+v, %v", plan, err)
	}
}
