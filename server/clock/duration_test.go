package clock_test

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"

	"chorus-qualif/server/clock"
)

const layout = "2006-01-02 15:04 -0700"

func zone(t *testing.T) *time.Location {
	t.Helper()
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return paris
}

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
	paris := zone(t)
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

func TestSpanString(t *testing.T) {
	t.Parallel()
	for want, span := range map[string]clock.Span{
		"PT0S":            {},
		"PT30M":           {Exact: 30 * time.Minute},
		"PT52H":           {Exact: 52 * time.Hour},
		"P2DT4H":          {Days: 2, Exact: 4 * time.Hour},
		"P1Y2M10DT2H":     {Years: 1, Months: 2, Days: 10, Exact: 2 * time.Hour},
		"P1M":             {Months: 1},
		"PT1H0.001S":      {Exact: time.Hour + time.Millisecond},
		"PT59.999S":       {Exact: time.Minute - time.Nanosecond},
		"PT1.5S":          {Exact: 1500 * time.Millisecond},
		"PT23H59M59.999S": {Exact: 24*time.Hour - time.Millisecond},
		"P1DT1.5S":        {Days: 1, Exact: 1500 * time.Millisecond},
		"P7300000D":       {Days: 7_300_000},
		"PT2562047H47M":   {Exact: 2562047*time.Hour + 47*time.Minute},
	} {
		if got := span.String(); got != want {
			t.Errorf("%+v: got %s, want %s", span, got, want)
		}
		if back, err := clock.ParseSpan(want); err != nil || back.String() != want {
			t.Errorf("%s is read back as %s, %v", want, back, err)
		}
	}
	for _, nothing := range []time.Duration{-time.Hour, 999 * time.Microsecond, -1} {
		if got := (clock.Span{Exact: nothing}).String(); got != "PT0S" {
			t.Errorf("%s: got %s, want PT0S", nothing, got)
		}
	}
}

func TestBetween(t *testing.T) {
	t.Parallel()
	paris := zone(t)
	for name, test := range map[string]struct{ from, to, want string }{
		"a day across the spring change":      {"2026-03-28 12:00 +0100", "2026-03-29 12:00 +0200", "P1D"},
		"24 hours across the spring change":   {"2026-03-28 12:00 +0100", "2026-03-29 13:00 +0200", "P1DT1H"},
		"23 hours of a spring day":            {"2026-03-28 12:00 +0100", "2026-03-29 11:59 +0200", "PT22H59M"},
		"a day across the autumn change":      {"2026-10-24 12:00 +0200", "2026-10-25 12:00 +0100", "P1D"},
		"24 hours across the autumn change":   {"2026-10-24 12:00 +0200", "2026-10-25 11:00 +0100", "PT24H"},
		"less than the day of 25 hours":       {"2026-10-24 12:00 +0200", "2026-10-25 11:59 +0100", "PT24H59M"},
		"into the spring gap":                 {"2026-03-28 02:30 +0100", "2026-03-29 03:10 +0200", "PT23H40M"},
		"past the spring gap":                 {"2026-03-28 02:30 +0100", "2026-03-29 03:30 +0200", "P1D"},
		"from the first of an hour to second": {"2026-10-25 02:30 +0200", "2026-10-25 02:30 +0100", "PT1H"},
		"from the second of an hour":          {"2026-10-25 02:30 +0100", "2026-10-25 02:45 +0100", "PT15M"},
		"across both changes":                 {"2026-03-01 09:00 +0100", "2026-10-31 09:30 +0100", "P244DT30M"},
		"none":                                {"2026-03-01 09:00 +0100", "2026-03-01 09:00 +0100", "PT0S"},
		"back":                                {"2026-03-02 09:00 +0100", "2026-03-01 09:00 +0100", "PT0S"},
		"thousands of years":                  {"2026-03-01 09:00 +0100", "9999-03-01 09:00 +0100", "P2912078D"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			from, err := time.Parse(layout, test.from)
			if err != nil {
				t.Fatal(err)
			}
			to, err := time.Parse(layout, test.to)
			if err != nil {
				t.Fatal(err)
			}
			got := clock.Between(from.In(paris), to).String()
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// What is written leads back to where it was measured, from any instant of
// Paris: also around the changes of its clocks.
func TestBetweenIsReadBack(t *testing.T) {
	t.Parallel()
	paris := zone(t)
	around := []time.Time{
		time.Date(2026, time.March, 29, 1, 0, 0, 0, time.UTC), time.Date(2026, time.October, 25, 1, 0, 0, 0, time.UTC),
		time.Date(2028, time.February, 29, 0, 0, 0, 0, time.UTC),
	}
	rapid.Check(t, func(t *rapid.T) {
		ms := func(name string, most time.Duration) time.Duration {
			return time.Duration(rapid.Int64Range(0, int64(most/time.Millisecond)).Draw(t, name)) * time.Millisecond
		}
		const day = 24 * time.Hour
		from := rapid.SampledFrom(around).Draw(t, "around").Add(ms("before", 4*day) - 3*day).In(paris)
		to := from.Add(ms("near", 3*day))
		if rapid.Bool().Draw(t, "far") {
			to = to.Add(ms("length", 900*day))
		}
		text := clock.Between(from, to).String()
		span, err := clock.ParseSpan(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := span.From(from); !got.Equal(to) {
			t.Fatalf("from %s to %s is written %s, which leads to %s", from, to, text, got)
		}
		if span.Exact > 25*time.Hour {
			t.Fatalf("from %s to %s is written %s, with a day in its hours", from, to, text)
		}
	})
}
