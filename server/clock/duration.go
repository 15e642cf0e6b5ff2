package clock

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Span is a length of time as people write it: calendar years, months and
// days, which depend on where they start (a day is not always 24 hours), and
// an exact duration.
type Span struct {
	// Years, Months and Days are counted on the calendar, weeks as 7 days.
	Years, Months, Days int
	// Exact is added after them; hours, minutes and seconds are exact.
	Exact time.Duration
}

var isoSpan = regexp.MustCompile(`^P(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,7})D)?(?:T(?:(\d{1,7})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:[.,](\d{1,3}))?S)?)?$`)

// ParseSpan reads a Go duration ("30m", "1h30m") or an ISO 8601 one
// ("PT30M", "P60D", "P1Y2M10DT2H", at most milliseconds). What is negative,
// empty or longer than the 292 years of a time.Duration in its exact part is an
// error.
func ParseSpan(text string) (Span, error) {
	if strings.HasPrefix(text, "P") {
		return parseISO(text)
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return Span{}, fmt.Errorf("duration %q: want a Go duration such as 30m or an ISO 8601 one such as P60D", text)
	}
	if d < 0 {
		return Span{}, fmt.Errorf("duration %q is negative: a clock only moves forward", text)
	}
	return Span{Exact: d}, nil
}

func parseISO(text string) (Span, error) {
	m := isoSpan.FindStringSubmatch(text)
	if m == nil || text == "P" || strings.HasSuffix(text, "T") {
		return Span{}, fmt.Errorf("duration %q: want ISO 8601 such as P60D, PT30M or P1Y2M10DT2H", text)
	}
	n := func(i int) int { v, _ := strconv.Atoi(m[i]); return v } // digits only: the pattern says so
	millis := 0
	if m[8] != "" {
		millis, _ = strconv.Atoi((m[8] + "00")[:3])
	}
	seconds := n(5)*3600 + n(6)*60 + n(7)
	if seconds >= int(math.MaxInt64/time.Second) {
		return Span{}, fmt.Errorf("duration %q: hours, minutes and seconds make more than 292 years", text)
	}
	return Span{
		Years: n(1), Months: n(2), Days: n(3)*7 + n(4),
		Exact: time.Duration(seconds)*time.Second + time.Duration(millis)*time.Millisecond,
	}, nil
}

// From is the instant one span after start, its calendar part counted in
// start's own time zone. A day that a month lacks runs over into the next, as
// in time.Time.AddDate: one month after 31 January is 3 March (2 in a leap
// year), one year after 29 February is 1 March.
func (s Span) From(start time.Time) time.Time {
	if s.Years != 0 || s.Months != 0 || s.Days != 0 { // AddDate(0, 0, 0) moves an hour that comes twice
		start = start.AddDate(s.Years, s.Months, s.Days)
	}
	return start.Add(s.Exact)
}

// Between is the span that leads from one instant to a later one: days of the
// calendar of from's time zone, then what is left, which is exact. So
// Between(from, to).From(from) is to, whatever the daylight saving; from an
// instant that is not before to, the span is empty.
func Between(from, to time.Time) Span {
	if !from.Before(to) {
		return Span{}
	}
	days := int((to.Unix() - from.Unix()) / (24 * 3600))
	for days > 0 && from.AddDate(0, 0, days).After(to) {
		days--
	}
	for !from.AddDate(0, 0, days+1).After(to) {
		days++
	}
	s := Span{Days: days}
	s.Exact = to.Sub(s.From(from))
	return s
}

// String writes a span as ISO 8601 ("PT30M", "P2DT4H"), rounded down to
// milliseconds, as ParseSpan reads it: hours are never made into days, which
// are not always 24 of them. An empty span is "PT0S".
func (s Span) String() string {
	var b strings.Builder
	for _, part := range []struct {
		n    int
		unit byte
	}{{s.Years, 'Y'}, {s.Months, 'M'}, {s.Days, 'D'}} {
		if part.n > 0 {
			b.WriteString(strconv.Itoa(part.n))
			b.WriteByte(part.unit)
		}
	}
	if exact := isoTime(s.Exact.Truncate(time.Millisecond)); exact != "" {
		b.WriteString("T" + exact)
	}
	if b.Len() == 0 {
		return "PT0S"
	}
	return "P" + b.String()
}

// isoTime writes what follows the T.
func isoTime(d time.Duration) string {
	var b strings.Builder
	if h := d / time.Hour; h > 0 {
		fmt.Fprintf(&b, "%dH", h)
	}
	if m := d % time.Hour / time.Minute; m > 0 {
		fmt.Fprintf(&b, "%dM", m)
	}
	if ms := d % time.Minute / time.Millisecond; ms > 0 {
		b.WriteString(strings.TrimRight(strings.TrimRight(fmt.Sprintf("%d.%03d", ms/1000, ms%1000), "0"), ".") + "S")
	}
	return b.String()
}
