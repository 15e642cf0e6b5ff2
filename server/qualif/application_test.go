package qualif_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"chorus-qualif/server/qualif"
)

var uuidShape = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

func TestDefaultApplication(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022")
	all := sb.Applications()
	if len(all) != 1 {
		t.Fatalf("got %d applications, want PISTE's own", len(all))
	}
	app := all[0]
	if app.Name != "APP_SANDBOX_test@qualif.example" || app.ID != 1 || !app.Enabled || !slices.Equal(app.Subscriptions, qualif.APIs) || !slices.Equal(app.Terms, qualif.APIs) {
		t.Errorf("got %+v", app)
	}
	if want := []int64{supplierID, branchID, partnerID, closedID, foreignID}; !slices.Equal(app.Raccordements, want) {
		t.Errorf("got raccordements %v, want every structure with a manager, %v", app.Raccordements, want)
	}
	if !uuidShape.MatchString(app.ClientID) || !uuidShape.MatchString(sb.ClientSecret(app)) || app.ClientID == sb.ClientSecret(app) {
		t.Errorf("got client_id %s and secret %s, want two UUIDs", app.ClientID, sb.ClientSecret(app))
	}
	if byID, ok := sb.Application(1); !ok || byID != app {
		t.Error("not found by id")
	}
	if byClient, ok := sb.ApplicationByClientID(app.ClientID); !ok || byClient != app {
		t.Error("not found by client_id")
	}
	if _, ok := sb.Application(2); ok {
		t.Error("found application 2")
	}
	for _, api := range qualif.APIs {
		if code, why := sb.RefusesAPI(app, api); code != "" || why != "" {
			t.Errorf("%s: %s, %s", api, code, why)
		}
	}
}

// Two sandboxes never share what a client or a token names them by.
func TestCredentialsAreASandboxsOwn(t *testing.T) {
	t.Parallel()
	a := founded(t, "portail-2022")
	for name, b := range map[string]*sandbox{
		"another name": founded(t, "portail-2022", func(f *qualif.Found) { f.Name = "other" }),
		"another seed": founded(t, "portail-2022", func(f *qualif.Found) { f.Seed = 2 }),
	} {
		appA, appB := a.Applications()[0], b.Applications()[0]
		if appA.ClientID == appB.ClientID || a.ClientSecret(appA) == b.ClientSecret(appB) || a.TokenKey() == b.TokenKey() {
			t.Errorf("%s gives the same client_id, secret or token key", name)
		}
	}
	again := founded(t, "portail-2022")
	if a.Applications()[0].ClientID != again.Applications()[0].ClientID || a.TokenKey() != again.TokenKey() {
		t.Error("the same sandbox made again has other credentials")
	}
}

func TestPutApplication(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022")
	no, yes := false, true
	app := do(sb, qualif.PutApplication{Name: "mine"})
	if app.ID != 2 || !app.Enabled || !slices.Equal(app.Subscriptions, qualif.APIs) || app.Raccordements == nil || len(app.Raccordements) != 0 {
		t.Errorf("got %+v, want everything but raccordements", app)
	}
	if code, _ := sb.RefusesAPI(app, "structures"); code != "raccordement-missing" {
		t.Errorf("got %q, want raccordement-missing", code)
	}
	first := app.ClientID
	app = do(sb, qualif.PutApplication{
		Name: "mine", Enabled: &no, Subscriptions: []string{"structures", "factures"}, Terms: []string{"structures"},
		Raccordements: []string{partner, supplier, partner},
	})
	if app.ID != 2 || app.ClientID != first || app.Enabled || !slices.Equal(app.Raccordements, []int64{supplierID, partnerID}) {
		t.Errorf("got %+v", app)
	}
	for api, want := range map[string]string{"structures": "", "factures": "terms-not-accepted", "transverses": "api-not-subscribed", "nothing": "api-not-subscribed"} {
		if code, why := sb.RefusesAPI(app, api); code != want || (why == "") != (want == "") {
			t.Errorf("%s: got %q, %q; want %q", api, code, why, want)
		}
	}
	app = do(sb, qualif.PutApplication{Name: "mine", Enabled: &yes, Terms: []string{}})
	if !app.Enabled || len(app.Terms) != 0 || len(app.Subscriptions) != 2 || len(app.Raccordements) != 2 {
		t.Errorf("got %+v, want only what was given changed", app)
	}
	if got, _ := sb.ApplicationByClientID(first); got != app {
		t.Error("the client_id leads to the application of before")
	}
	if do(sb, qualif.PutApplication{Name: "third"}).ID != 3 || len(sb.Applications()) != 3 {
		t.Error("a third application is not the third")
	}
}

func TestPutApplicationIsRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		command     qualif.PutApplication
		code, field string
	}{
		"no name":             {qualif.PutApplication{}, "application-invalid", "name"},
		"a long name":         {qualif.PutApplication{Name: strings.Repeat("a", 101)}, "application-invalid", "name"},
		"a slash":             {qualif.PutApplication{Name: "a/b"}, "application-invalid", "name"},
		"a control character": {qualif.PutApplication{Name: "a\nb"}, "application-invalid", "name"},
		"not UTF-8":           {qualif.PutApplication{Name: "a\xff"}, "application-invalid", "name"},
		"an unknown API":      {qualif.PutApplication{Name: "a", Subscriptions: []string{"structures", "nope"}}, "application-invalid", "subscriptions"},
		"unknown terms":       {qualif.PutApplication{Name: "a", Terms: []string{"nope"}}, "application-invalid", "terms"},
		"an unknown SIRET":    {qualif.PutApplication{Name: "a", Raccordements: []string{supplier, "00000000000000"}}, "structure-unknown", "siret"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sb := founded(t, "portail-2022")
			if r := refused(sb, test.code, test.command); r.Field != test.field {
				t.Errorf("got field %q, want %q", r.Field, test.field)
			}
		})
	}
}

func TestRaccordementScope(t *testing.T) {
	t.Parallel()
	for scope, want := range map[string]string{"application": "", "structure": "raccordement-missing"} {
		sb := founded(t, "portail-2022", withSwitch(qualif.SwitchRaccordementScope, scope))
		created := sb.active()
		v := sb.wantVerdict(created.Account.Login, created.Password, qualif.CodeGranted)
		app := do(sb, qualif.PutApplication{Name: "mine", Raccordements: []string{partner, branch}})
		if code, why := sb.Unconnected(app, v); code != want || (why == "") != (want == "") {
			t.Errorf("%s: got %q, %q; want %q", scope, code, why, want)
		}
		app = do(sb, qualif.PutApplication{Name: "mine", Raccordements: []string{partner, supplier}})
		if code, _ := sb.Unconnected(app, v); code != "" {
			t.Errorf("%s: got %q with a raccordement", scope, code)
		}
		if code, _ := sb.Unconnected(app, qualif.Verdict{Code: qualif.CodeGranted}); code != "" {
			t.Errorf("%s: got %q without an account", scope, code)
		}
	}
}
