package qualif_test

import (
	"reflect"
	"testing"
	"time"

	"chorus-qualif/server/qualif"
)

// A fork is a sandbox of its own to clients, with the accounts, passwords and
// pending requests of the one it was copied from.
func TestFork(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022")
	working, pending := sb.active(), sb.create()
	mine := *do(sb, qualif.PutApplication{Name: "mine", Raccordements: []string{partner}})
	before, key := *sb.Applications()[0], sb.TokenKey()
	secret := sb.ClientSecret(&mine)

	do(sb, qualif.Fork{Name: "fork"})
	if sb.Name != "fork" || sb.TokenKey() == key {
		t.Errorf("got %s; the tokens of the original must be foreign to it", sb.Name)
	}
	apps := sb.Applications()
	if len(apps) != 2 || apps[0].Name != "APP_SANDBOX_fork@qualif.example" || apps[0].ID != 1 || apps[1].Name != "mine" {
		t.Fatalf("got %+v and %+v", apps[0], apps[1])
	}
	if apps[0].ClientID == before.ClientID || apps[1].ClientID == mine.ClientID || sb.ClientSecret(apps[1]) == secret {
		t.Error("the fork has a client_id or secret of its original")
	}
	if _, ok := sb.ApplicationByClientID(mine.ClientID); ok {
		t.Error("a client_id of the original leads to the fork")
	}
	if len(apps[1].Raccordements) != 1 || len(apps[0].Raccordements) != len(before.Raccordements) {
		t.Error("the fork lost raccordements")
	}
	sb.wantVerdict(working.Account.Login, working.Password, qualif.CodeGranted)
	sb.pass(30 * time.Minute)
	sb.wantVerdict(pending.Account.Login, pending.Password, qualif.CodeGranted)
	if !reflect.DeepEqual(sb.State, sb.replayed()) {
		t.Error("the journal does not rebuild the fork")
	}
}

func TestForkOfNothing(t *testing.T) {
	t.Parallel()
	s := qualif.NewState(library{})
	if _, events, err := qualif.Execute(s, noon, qualif.Fork{Name: "fork"}); err == nil || len(events) > 0 {
		t.Errorf("got %v and %d events, want an error and none", err, len(events))
	}
}
