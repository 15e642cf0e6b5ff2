package qualif_test

import (
	"errors"
	"testing"
	"time"

	"chorus-qualif/server/qualif"
)

func TestFireDueNow(t *testing.T) {
	t.Parallel()
	for _, kind := range []qualif.DueKind{qualif.DueAccountEffective, qualif.DuePasswordExpiry} {
		s := fireState(t)
		var fired qualif.Due
		for _, d := range s.Due(time.Time{}) {
			if d.Kind == kind {
				fired = d
			}
		}
		result, events, err := qualif.Execute(s, s.Now, qualif.FireDue{Order: fired.Order})
		if err != nil || len(result.Fired) != 1 || result.Fired[0].Kind != kind || len(events) == 0 || !result.To.Equal(result.From) {
			t.Fatalf("%s: got %+v, %v", kind, result, err)
		}
		for _, d := range s.Due(time.Time{}) {
			if d.Order == fired.Order {
				t.Errorf("%s is still due", kind)
			}
		}
		a, _ := s.Account(fired.Subject)
		switch {
		case kind == qualif.DueAccountEffective && a.Status != qualif.Actif:
			t.Errorf("the account is %s", a.Status)
		case kind == qualif.DuePasswordExpiry && !a.PasswordExpired(s.Now):
			t.Error("the password is still good")
		}
		var refusal *qualif.Refusal
		if _, _, err := qualif.Execute(s, s.Now, qualif.FireDue{Order: fired.Order}); !errors.As(err, &refusal) || refusal.Code != "due-unknown" {
			t.Errorf("a second time: got %v", err)
		}
	}
}

// fireState is a sandbox with an account that was just asked for.
func fireState(t *testing.T) *qualif.State {
	t.Helper()
	d := &qualif.DataSet{
		Name:          "fire",
		Structures:    []qualif.Structure{{ID: 1, TypeIdentifiant: qualif.SIRET, Identifiant: "11111111100001"}},
		People:        []qualif.Person{{ID: 1, Login: "gp@example.fr"}},
		Rattachements: []qualif.Rattachement{{ID: 1, Login: "gp@example.fr", StructureID: 1, Role: qualif.GestionnairePrincipal}},
	}
	if err := d.Index(); err != nil {
		t.Fatal(err)
	}
	s := qualif.NewState(oneSet{d})
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, qualif.Paris)
	if _, _, err := qualif.Execute(s, at, qualif.Found{Name: "a", Seed: 1, Profile: qualif.DefaultProfile, DataSet: d, Clock: qualif.ClockSetting{Mode: "frozen"}}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := qualif.Execute(s, at, qualif.Create{By: "gp@example.fr", Siret: "11111111100001"}); err != nil {
		t.Fatal(err)
	}
	return s
}

type oneSet struct{ set *qualif.DataSet }

func (l oneSet) DataSet(string) (*qualif.DataSet, bool) { return l.set, true }
