package chorus

import (
	"time"

	"chorus-qualif/server/qualif"
)

// The two spellings of an instant that these APIs use, in Paris time.
const (
	// isoLayout is ISO 8601 with milliseconds and offset, as in every
	// recorded sample: 2018-02-16T15:10:25.536+01:00.
	isoLayout = "2006-01-02T15:04:05.000-07:00"
	// minuteLayout is that of services in lists: 2016-10-25 17:42.
	minuteLayout = "2006-01-02 15:04"
)

// isoDate spells an instant with milliseconds and offset; "" for none.
func isoDate(at time.Time) string { return spell(at, isoLayout) }

// minuteDate spells an instant to the minute; "" for none.
func minuteDate(at time.Time) string { return spell(at, minuteLayout) }

func spell(at time.Time, layout string) string {
	if at.IsZero() {
		return ""
	}
	return at.In(qualif.Paris).Format(layout)
}
