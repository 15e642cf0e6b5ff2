package mailbox

import (
	"fmt"
	"time"

	"chorus-qualif/server/qualif"
)

var (
	joursFR = [...]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}
	moisFR  = [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}
)

// longFR writes an instant in full, in Paris: "dimanche 1er mars 2026 à
// 9 h 30 (heure de Paris, UTC+1)". The offset tells apart the hour that comes
// twice when summer time ends; seconds are said when there are any.
func longFR(at time.Time) string {
	at = at.In(qualif.Paris)
	day := fmt.Sprint(at.Day())
	if at.Day() == 1 {
		day = "1er"
	}
	clock := fmt.Sprintf("%d h %02d", at.Hour(), at.Minute())
	if at.Second() != 0 {
		clock += fmt.Sprintf(" min %02d s", at.Second())
	}
	return fmt.Sprintf("%s %s %s %d à %s (heure de Paris, %s)", joursFR[at.Weekday()], day, moisFR[at.Month()-1], at.Year(), clock, offset(at))
}

// longEN is the same in English: "Sunday 1 March 2026 at 09:30 (Paris time,
// UTC+1)".
func longEN(at time.Time) string {
	at = at.In(qualif.Paris)
	layout := "Monday 2 January 2006 at 15:04"
	if at.Second() != 0 {
		layout += ":05"
	}
	return at.Format(layout) + " (Paris time, " + offset(at) + ")"
}

func offset(at time.Time) string {
	_, seconds := at.Zone()
	return fmt.Sprintf("UTC%+d", seconds/3600)
}
