package qualif_test

import (
	"reflect"
	"strings"
	"testing"

	"chorus-qualif/server/qualif"
)

// The rows in which the guides of 2020 and of 2022 contradict each other, each
// with its value in either generation.
var contradictions = []struct{ topic, key, in2020, in2022 string }{
	{"place", "ui.flow", "Activités du gestionnaire > Mes structures > fiche structure", "Domaines > Raccordements > Compte technique"},
	{"accounts per structure", "accounts.max", "1", "0"},
	{"login", "login.pattern", "TECH_0{siret}", "TECH_{n}_{siret}"},
	{"login", "login.domain", "cpp2017.fr", "cpro.fr"},
	{"password shown", "password.reveal", "summary", "form"},
	{"password shape", "password.generator", "16-many-specials", "13-one-special"},
	{"effective", "delay.create", "0s", "30m0s"},
	{"effective", "delay.toggle", "0s", "30m0s"},
	{"confirmation", "ui.confirm", "popup", "none"},
	{"after success", "ui.after", "summary with a return button", "message and redirect to the domain"},
	{"PDF export", "export.pdf", "true", "false"},
	{"CSV export", "export.csv", "true", "false"},
	{"expiry on screen", "ui.showExpiry", "true", "false"},
	{"expiry rule", "password.validityDays", "424", "424"},
	{"deactivate and activate", "ops.toggle", "false", "true"},
	{"days to reactivate", "ops.reactivationDays", "60", "60"},
	{"change contact e-mail", "contact.mode", "follow", "free"},
	{"mail recipient", "mail.to", "manager", "contact"},
	{"mail subjects", "mail.subjects", "portail-2022", "portail-2022"},
	{"mail mentioned", "mail.on", "true", "true"},
	{"roles", "roles.model", "GESTIONNAIRE_PRINCIPAL,GESTIONNAIRE_SECONDAIRE,UTILISATEUR", "GESTIONNAIRE_PRINCIPAL,UTILISATEUR"},
	{"languages", "locales", "fr,en", "fr"},
	{"field name slip", "ui.requestTypeLabel", "", "Type de demande"},
	{"card status", "ui.cardStatus", "0", "4"},
	{"title and tag", "ui.environment", "qualification", "qualification"},
	{"rights", "account.followsManager", "true", "true"},
}

func TestProfilesHoldEveryContradiction(t *testing.T) {
	t.Parallel()
	for _, profile := range profileNames() {
		p, err := qualif.ProfileNamed(profile)
		if err != nil {
			t.Fatal(err)
		}
		rows := map[string]string{}
		for _, row := range p.Rows() {
			if _, twice := rows[row.Key]; twice {
				t.Errorf("%s: row %s is there twice", profile, row.Key)
			}
			rows[row.Key] = row.Value
		}
		for _, c := range contradictions {
			want := c.in2022
			if profile == "cpp-2020" {
				want = c.in2020
			}
			if got, ok := rows[c.key]; !ok || got != want {
				t.Errorf("%s: %s (%s): got %q, want %q", profile, c.key, c.topic, got, want)
			}
			delete(rows, c.key)
		}
		if len(rows) > 0 {
			t.Errorf("%s: rows %v are in no comparison", profile, rows)
		}
		// Every value of a profile is shown: the name is its title.
		if got, want := len(p.Rows()), reflect.TypeFor[qualif.Profile]().NumField()-1; got != want {
			t.Errorf("%s: %d rows for %d values", profile, got, want)
		}
	}
}

func TestProfileNamed(t *testing.T) {
	t.Parallel()
	if names := profileNames(); len(names) != 2 || names[0] != qualif.DefaultProfile {
		t.Errorf("got %v, want the default first of two", names)
	}
	_, err := qualif.ProfileNamed("cpp-2016")
	if err == nil || !strings.Contains(err.Error(), `"cpp-2016"`) || !strings.Contains(err.Error(), "portail-2022 or cpp-2020") {
		t.Errorf("got %v, want an error that lists the profiles", err)
	}
}

func TestSwitches(t *testing.T) {
	t.Parallel()
	all := qualif.AllSwitches()
	effective := qualif.Switches(nil).Effective()
	for i, s := range all {
		if i > 0 && all[i-1].Key >= s.Key {
			t.Errorf("%s is out of order or there twice", s.Key)
		}
		if len(s.Values) < 2 || s.Doc == "" || s.Evidence == "" {
			t.Errorf("%s: got %+v, want values, a doc and evidence", s.Key, s)
		}
		if got := qualif.Switches(nil).Get(s.Key); got != s.Default() || got != s.Values[0] || effective[s.Key] != got {
			t.Errorf("%s: got %q, want the default %q", s.Key, got, s.Values[0])
		}
		for _, value := range s.Values {
			set := qualif.Switches{s.Key: value}
			if err := set.Check(); err != nil || set.Get(s.Key) != value || set.Effective()[s.Key] != value {
				t.Errorf("%s=%s: got %v, %q", s.Key, value, err, set.Get(s.Key))
			}
		}
	}
	if len(effective) != len(all) {
		t.Errorf("got %d effective switches of %d", len(effective), len(all))
	}
	if got := qualif.Switches(nil).Get("no.such"); got != "" {
		t.Errorf("an unknown switch is %q", got)
	}
}

func TestSwitchesReportEveryMistake(t *testing.T) {
	t.Parallel()
	err := qualif.Switches{"no.such": "x", "mail.contact-change": "maybe", "another": "", "token.clock": "wall"}.Check()
	if err == nil {
		t.Fatal("no error")
	}
	want := "switch \"another\" does not exist\nswitch mail.contact-change: \"maybe\" is none of on, off\nswitch \"no.such\" does not exist"
	if err.Error() != want {
		t.Errorf("got %s\nwant %s", err, want)
	}
}
