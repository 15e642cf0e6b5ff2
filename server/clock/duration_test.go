package clock_test

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"

	"chorus-qualif/server/clock"
)

func TestParseSpan(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]clock.Span{
		"30m":           {Exact: 30 * time.Minute},
		"1h30m":         {Exact: 90 * time.Minute},
		"0s":            {},
		"PT30M":         {Exact: 30 * time.Minute},
		"PT0S":          {},
		"P60D":          {Days: 60},
		"P1W":           {Days: 7},
		"P1W2D":         {Days: 9},
		"P1Y2M10DT2H":   {Years: 1, Months: 2, Days: 10, Exact: 2 * time.Hour},
		"PT1.5S":        {Exact: 1500 * time.Millisecond},
		"PT1,5S":        {Exact: 1500 * time.Millisecond},
		"PT0.007S":      {Exact: 7 * time.Millisecond},
		"P424DT1H2M3S":  {Days: 424, Exact: time.Hour + 2*time.Minute + 3*time.Second},
		"PT2562047H47M": {Exact: 2562047*time.Hour + 47*time.Minute},
	} {
		got, err := clock.ParseSpan(text)
		if err != nil || got != want {
			t.Errorf("%s: got %+v, %v; want %+v", text, got, err, want)
		}
	}
}

func TestParseSpanRefuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":              "want a Go duration",
		"soon":          "want a Go duration",
		"30":            "want a Go duration",
		"-30m":          "only moves forward",
		"-P1D":          "want a Go duration",
		"P":             "want ISO 8601",
		"PT":            "want ISO 8601",
		"P1DT":          "want ISO 8601",
		"P1H":           "want ISO 8601",
		"P-1D":          "want ISO 8601",
		"P1.5D":         "want ISO 8601",
		"PT1.2345S":     "want ISO 8601",
		"P1D ":          "want ISO 8601",
		"PT9999999H":    "more than 292 years",
		"PT999999999M":  "more than 292 years",
		"PT2562048H":    "more than 292 years",
		"99999999999h":  "want a Go duration",
		"PT2562047H48M": "more than 292 years",
	} {
		got, err := clock.ParseSpan(text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %+v, %v; want an error with %q", text, got, err, want)
		}
	}
}

func TestSpanFrom(t *testing.T) {
	t.Parallel()
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	const layout = "2006-01-02 15:04 -0700"
	for name, test := range map[string]struct{ from, span, want string }{
		"a day across the spring change":          {"2026-03-28 12:00 +0100", "P1D", "2026-03-29 12:00 +0200"},
		"24 hours across the spring change":       {"2026-03-28 12:00 +0100", "24h", "2026-03-29 13:00 +0200"},
		"a day across the autumn change":          {"2026-10-24 12:00 +0200", "P1D", "2026-10-25 12:00 +0100"},
		"24 hours across the autumn change":       {"2026-10-24 12:00 +0200", "PT24H", "2026-10-25 11:00 +0100"},
		"half an hour into the spring gap":        {"2026-03-29 01:45 +0100", "30m", "2026-03-29 03:15 +0200"},
		"half an hour inside the autumn overlap":  {"2026-10-25 02:45 +0200", "30m", "2026-10-25 02:15 +0100"},
		"a year after 29 February":                {"2028-02-29 10:00 +0100", "P1Y", "2029-03-01 10:00 +0100"},
		"four years after 29 February":            {"2028-02-29 10:00 +0100", "P4Y", "2032-02-29 10:00 +0100"},
		"a day to 29 February":                    {"2028-02-28 10:00 +0100", "P1D", "2028-02-29 10:00 +0100"},
		"a month after the end of January":        {"2026-01-31 10:00 +0100", "P1M", "2026-03-03 10:00 +0100"},
		"a month after the end of a leap January": {"2028-01-31 10:00 +0100", "P1M", "2028-03-02 10:00 +0100"},
		"the calendar part comes first":           {"2026-03-28 02:30 +0100", "P1DT1H", "2026-03-29 04:30 +0200"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			from, err := time.Parse(layout, test.from)
			if err != nil {
				t.Fatal(err)
			}
			span, err := clock.ParseSpan(test.span)
			if err != nil {
				t.Fatal(err)
			}
			if got := span.From(from.In(paris)).Format(layout); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestFormatISO(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0:                                      "PT0S",
		-time.Hour:                             "PT0S",
		999 * time.Microsecond:                 "PT0S",
		30 * time.Minute:                       "PT30M",
		52 * time.Hour:                         "P2DT4H",
		48 * time.Hour:                         "P2D",
		time.Hour + time.Millisecond:           "PT1H0.001S",
		59*time.Second + 999*time.Millisecond:  "PT59.999S",
		time.Minute - time.Nanosecond:          "PT59.999S",
		1500 * time.Millisecond:                "PT1.5S",
		24*time.Hour - time.Millisecond:        "PT23H59M59.999S",
		24*time.Hour + 1500*time.Millisecond:   "P1DT1.5S",
		time.Duration(1<<63 - 1).Truncate(1e9): "P106751DT23H47M16S",
	} {
		if got := clock.FormatISO(d); got != want {
			t.Errorf("%s: got %s, want %s", d, got, want)
		}
	}
}

func TestFormatISOIsReadBack(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	check := func(t interface{ Fatalf(string, ...any) }, d time.Duration) {
		span, err := clock.ParseSpan(clock.FormatISO(d))
		if err != nil {
			t.Fatalf("%s: %v", d, err)
		}
		if got, want := span.From(start), start.Add(d); !got.Equal(want) {
			t.Fatalf("%s written as %s: got %s, want %s", d, clock.FormatISO(d), got, want)
		}
	}
	for ms := 0; ms < 60_000; ms += 13 {
		check(t, time.Duration(ms)*time.Millisecond)
	}
	rapid.Check(t, func(t *rapid.T) {
		check(t, time.Duration(rapid.Int64Range(0, int64(100*365*24*time.Hour/time.Millisecond)).Draw(t, "ms"))*time.Millisecond)
	})
}
