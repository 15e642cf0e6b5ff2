package qualif_test

import (
	"testing"

	"chorus-qualif/server/qualif"
)

func TestLooksTechnical(t *testing.T) {
	t.Parallel()
	for login, want := range map[string]bool{
		"TECH_3_84965690500015@cpro.fr":       true,
		"TECH_1_84965690500015@cpp2021.fr":    true,
		"TECH_039012665400024@cpp2017.fr":     true,
		"tech_039012665400024@CPP2017.fr":     true,
		"TECH_12345_84965690500015@cpro.fr":   true,
		"DEV_DESTTAA001@cpp2017.fr":           true,
		"TECH_139012665400024@cpp2017.fr":     false, // always a 0
		"TECH_3_8496569050001@cpro.fr":        false,
		"TECH_3_849656905000155@cpro.fr":      false,
		"TECH__84965690500015@cpro.fr":        false,
		"TECH_3_84965690500015":               false,
		"XTECH_3_84965690500015@cpro.fr":      false,
		"TECH_3_84965690500015@cpro.fr\n":     false,
		"GEST_PRIVE_1_93125027408770@cpro.fr": false,
		"catherine@aife.fr":                   false,
		"":                                    false,
	} {
		if got := qualif.LooksTechnical(login); got != want {
			t.Errorf("%q: got %v, want %v", login, got, want)
		}
	}
}

// Logins of every generation are known whatever the portal, and compared
// without regard to case.
func TestLoginsOfOtherGenerations(t *testing.T) {
	t.Parallel()
	logins := []string{
		"TECH_0" + supplier + "@cpp2017.fr", "TECH_1_" + supplier + "@cpp2021.fr", "TECH_2_" + supplier + "@cpro.fr", "DEV_DESTTAA001@cpp2017.fr",
	}
	var seeds []qualif.AccountSeed
	for _, login := range logins {
		seeds = append(seeds, qualif.AccountSeed{StructureID: supplierID, Login: login, Password: "pass:word", Status: qualif.Actif})
	}
	for _, profile := range profileNames() {
		sb := founded(t, profile, withAccounts(t, seeds...))
		for i, login := range logins {
			sb.wantVerdict(login, "pass:word", qualif.CodeGranted)
			if got := sb.account(login).Number; got != []int{0, 1, 2, 0}[i] {
				t.Errorf("%s: got number %d", login, got)
			}
		}
		sb.wantVerdict("tech_2_"+supplier+"@CPRO.FR", "pass:word", qualif.CodeGranted)
		do(sb, qualif.Reset{By: manager, Login: "tech_2_" + supplier + "@CPRO.FR"})
		if got := sb.account(logins[2]).Login; got != logins[2] {
			t.Errorf("the login became %s", got)
		}
	}
}
