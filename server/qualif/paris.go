package qualif

import (
	"time"
	_ "time/tzdata" // the image has no time zone files
)

// Paris is the time zone of the platform: calendar arithmetic (days, months)
// and every date on the wire are counted in it.
var Paris = mustLoad("Europe/Paris")

func mustLoad(zone string) *time.Location {
	location, err := time.LoadLocation(zone)
	if err != nil {
		panic("the embedded time zone data lacks " + zone + ": " + err.Error())
	}
	return location
}

// addDays is the same local time in Paris days later, whatever the daylight
// saving changes in between. A time that the spring change skips is an hour
// later by the clocks (02:30 is 03:30); one that the autumn change repeats is
// the second of the two.
func addDays(at time.Time, days int) time.Time {
	if days == 0 {
		return at // AddDate would move an hour that comes twice
	}
	return at.In(Paris).AddDate(0, 0, days)
}

// zeroInstant stands for an instant that has not come about.
var zeroInstant time.Time
