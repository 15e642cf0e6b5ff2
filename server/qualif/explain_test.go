package qualif_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"chorus-qualif/server/qualif"
)

// What an account will be to a client, if nobody does anything.
func TestStandings(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		arrange func(sb *sandbox) string
		want    []string
	}{
		"fresh": {func(sb *sandbox) string { return sb.create().Account.Login }, []string{
			"01/03/2026 12:00 technical-account-creation-pending", "01/03/2026 12:30 granted", "29/04/2027 12:00 technical-account-password-expired",
		}},
		"being deactivated": {func(sb *sandbox) string {
			login := sb.active().Account.Login
			do(sb, qualif.Deactivate{By: manager, Login: login})
			return login
		}, []string{
			"01/03/2026 12:30 granted", "01/03/2026 13:00 technical-account-inactive", "30/04/2026 13:00 technical-account-deleted",
		}},
		"unknown": {func(*sandbox) string { return "TECH_1_55203253400646@cpro.fr" }, []string{
			"01/03/2026 12:00 technical-account-other-environment",
		}},
		"a person's": {func(*sandbox) string { return manager }, []string{"01/03/2026 12:00 technical-account-human-login"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sb := founded(t, "portail-2022")
			sb.create() // another's events are not its own
			login := test.arrange(sb)
			untouched := sb.replayed()
			var got []string
			for i, s := range sb.Standings(sb.now, login) {
				got = append(got, s.At.Format("02/01/2006 15:04 ")+s.Code)
				if (s.Because == "") != (i == 0) {
					t.Errorf("standing %d is because of %q", i, s.Because)
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if !reflect.DeepEqual(sb.State, untouched) {
				t.Error("the look ahead changed the state")
			}
		})
	}
}

func TestCreationRefused(t *testing.T) {
	t.Parallel()
	sb := founded(t, "cpp-2020")
	sb.create()
	for siret, want := range map[string]string{
		supplier: "account-limit", branch: "", closed: "structure-inactive", orphan: "not-primary-manager", "00000000000000": "structure-unknown",
	} {
		untouched := sb.replayed()
		err := sb.CreationRefused(sb.now.Add(time.Hour), siret)
		var refusal *qualif.Refusal
		if got := errors.As(err, &refusal); got != (want != "") || got && refusal.Code != want {
			t.Errorf("%s: got %v, want %q", siret, err, want)
		}
		if !reflect.DeepEqual(sb.State, untouched) {
			t.Errorf("%s: the question changed the state", siret)
		}
	}
}
