package qualif_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chorus-qualif/server/qualif"
)

func TestInstructions(t *testing.T) {
	t.Parallel()
	for comment, want := range map[string]qualif.Consigne{
		"[destinataire:pay]":                                  {Conduite: "pay", Pas: -1},
		"Merci. [destinataire:suspend 2h30m] À bientôt":       {Conduite: "suspend", Pas: 2*time.Hour + 30*time.Minute},
		"[Destinataire: NOMINAL  3j ]":                        {Conduite: "nominal", Pas: 72 * time.Hour},
		"[destinataire:reject 0s]":                            {Conduite: "reject"},
		"[destinataire:recycle 0j][destinataire:pay]":         {Conduite: "recycle"},
		"[x] [destinataire\u00a0:pay] [destinataire:none 1s]": {Conduite: "none", Pas: time.Second},
		"[destinataire:pay 3650j]":                            {Conduite: "pay", Pas: 3650 * 24 * time.Hour},
	} {
		got, told, err := qualif.LireConsigne(comment)
		if got != want || !told || err != nil {
			t.Errorf("%s: got %+v, %v, %v", comment, got, told, err)
		}
	}
	for _, comment := range []string{"", "merci", "[destinataire]", "destinataire:pay", "[ destinataire:pay]", "[destinatair", "[destinataire "} {
		if got, told, err := qualif.LireConsigne(comment); told || err != nil || got != (qualif.Consigne{}) {
			t.Errorf("%q: got %+v, %v, %v", comment, got, told, err)
		}
	}
	for comment, want := range map[string]string{
		"[destinataire:pay":                  "is not closed by ]",
		"[destinataire:]":                    "want a conduct",
		"[destinataire:dance]":               `"dance" is none of none, nominal, pay, suspend, reject, recycle`,
		"[destinataire:pay 1h 2h]":           "want a conduct, and a delay",
		"[destinataire:pay soon]":            `"soon" is no delay such as 90s, 2h30m or 3j`,
		"[destinataire:pay -1h]":             "is no delay",
		"[destinataire:pay -3j]":             "is no delay",
		"[destinataire:pay 3651j]":           "is no delay",
		"[destinataire:pay 99999999999999j]": "is no delay",
		"[destinataire:pay 1]":               "is no delay",
		"[destinataire:pay 1.5j]":            "is no delay",
	} {
		got, told, err := qualif.LireConsigne(comment)
		if told || err == nil || !strings.Contains(err.Error(), want) || got != (qualif.Consigne{}) {
			t.Errorf("%q: got %+v, %v, %v", comment, got, told, err)
		}
	}
}

// Whatever a comment says, it is an instruction that can be followed, a mistake
// that is told, or nothing.
func TestInstructionsNeverBreak(t *testing.T) {
	t.Parallel()
	pieces := []string{"[", "destinataire", "DESTINATAIRE", ":", "pay", "suspend", " ", "2h", "9j", "]", "é", "\xff", "\u212a", "ſ", "\x00", "-", "9999999999999999999j"}
	rapid.Check(t, func(t *rapid.T) {
		comment := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 12).Draw(t, "comment"), "")
		c, told, err := qualif.LireConsigne(comment)
		switch {
		case told && err != nil:
			t.Fatalf("%q: both %+v and %v", comment, c, err)
		case told && (!slices.Contains(qualif.Conduites(), c.Conduite) || c.Pas < -1 || c.Pas > 3650*24*time.Hour):
			t.Fatalf("%q: got %+v", comment, c)
		case !told && c != (qualif.Consigne{}):
			t.Fatalf("%q: got %+v for nothing", comment, c)
		}
	})
}
