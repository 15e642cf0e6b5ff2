package clock

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Span is a length of time as people write it: calendar years, months and
// days, which depend on where they start (a day is not always 24 hours), and
// an exact duration.
type Span struct {
	Years, Months, Days int
	Exact               time.Duration
}

var isoSpan = regexp.MustCompile(`^P(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,7})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:\.(\d{1,3}))?S)?)?$`)

// ParseSpan reads a Go duration ("30m", "1h30m") or an ISO 8601 one
// ("PT30M", "P60D", "P1Y2M10DT2H"). Negative and empty spans are errors.
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
	n := func(i int) int { v, _ := strconv.Atoi(m[i]); return v }
	millis := 0
	if m[8] != "" {
		millis, _ = strconv.Atoi((m[8] + "00")[:3])
	}
	return Span{
		Years: n(1), Months: n(2), Days: n(3)*7 + n(4),
		Exact: time.Duration(n(5))*time.Hour + time.Duration(n(6))*time.Minute +
			time.Duration(n(7))*time.Second + time.Duration(millis)*time.Millisecond,
	}, nil
}

// From is the instant one span after start, its calendar part counted in
// start's own time zone.
func (s Span) From(start time.Time) time.Time {
	return start.AddDate(s.Years, s.Months, s.Days).Add(s.Exact)
}

// FormatISO writes an exact duration as ISO 8601 ("PT30M", "P2DT4H"), a day
// being 24 hours, milliseconds kept.
func FormatISO(d time.Duration) string {
	if d <= 0 {
		return "PT0S"
	}
	var b strings.Builder
	b.WriteByte('P')
	if days := d / (24 * time.Hour); days > 0 {
		fmt.Fprintf(&b, "%dD", days)
		d -= days * 24 * time.Hour
	}
	if d == 0 {
		return b.String()
	}
	b.WriteByte('T')
	if h := d / time.Hour; h > 0 {
		fmt.Fprintf(&b, "%dH", h)
		d -= h * time.Hour
	}
	if m := d / time.Minute; m > 0 {
		fmt.Fprintf(&b, "%dM", m)
		d -= m * time.Minute
	}
	if d > 0 {
		b.WriteString(strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.3f", d.Seconds()), "0"), ".") + "S")
	}
	if text := b.String(); !strings.HasSuffix(text, "T") {
		return text
	}
	return "PT0S"
}
