package qualif_test

import (
	"strings"
	"testing"

	"chorus-qualif/server/qualif"
)

func TestTransferOfTheManagersRole(t *testing.T) {
	t.Parallel()
	for profile, want := range map[string]struct {
		former  qualif.Role
		contact string
	}{
		"portail-2022": {qualif.Utilisateur, "c.allavoine@mail.example"},
		"cpp-2020":     {qualif.GestionnaireSecondaire, "t.trois@mail.example"},
	} {
		t.Run(profile, func(t *testing.T) {
			t.Parallel()
			sb := founded(t, profile)
			login := sb.active().Account.Login
			elsewhere := do(sb, qualif.Create{By: manager, Siret: branch}).Account.Login
			moved := do(sb, qualif.TransferManager{By: strings.ToLower(manager), Siret: supplier, To: strings.ToUpper(colleague)})
			if now, ok := sb.ManagerOf(supplierID); !ok || now != colleague || moved.Manager != colleague || moved.Siret != supplier {
				t.Errorf("got manager %s, %+v; want %s", now, moved, colleague)
			}
			if got := sb.roleOf(manager, supplierID); got != want.former {
				t.Errorf("the former manager is %s, want %s", got, want.former)
			}
			if got := sb.roleOf(manager, branchID); got != qualif.GestionnairePrincipal {
				t.Errorf("on another structure the former manager became %s", got)
			}
			if got := sb.account(login).Contact; got != want.contact {
				t.Errorf("got contact %s, want %s", got, want.contact)
			}
			if got := len(moved.Accounts) == 1; got != (want.contact == "t.trois@mail.example") {
				t.Errorf("%d accounts are said to have followed", len(moved.Accounts))
			}
			if got := sb.account(elsewhere).Contact; got != "c.allavoine@mail.example" {
				t.Errorf("an account of another structure went to %s", got)
			}
			refused(sb, "not-primary-manager", qualif.Create{By: manager, Siret: supplier})
			do(sb, qualif.TransferManager{By: colleague, Siret: supplier, To: manager})
			if now, _ := sb.ManagerOf(supplierID); now != manager {
				t.Errorf("back: got %s", now)
			}
		})
	}
}

func (sb *sandbox) roleOf(login string, structure int64) qualif.Role {
	for _, r := range sb.RattachementsOf(login) {
		if r.StructureID == structure {
			return sb.RoleIn(r)
		}
	}
	return ""
}

func TestTransferIsRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		by, siret, to, want string
	}{
		"by a secondary manager": {deputy, supplier, colleague, "not-primary-manager"},
		"of another's structure": {manager, partner, colleague, "not-primary-manager"},
		"of an unknown one":      {manager, "00000000000000", colleague, "structure-unknown"},
		"to nobody":              {manager, supplier, "nobody@example.fr", "person-unknown"},
		"to an inactive person":  {manager, supplier, retired, "person-inactive"},
		"to oneself":             {manager, supplier, strings.ToUpper(manager), "already-manager"},
		"to one not attached":    {manager, supplier, stranger, "person-not-attached"},
		"to one of elsewhere":    {manager, branch, deputy, "person-not-attached"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sb := founded(t, "cpp-2020")
			refused(sb, test.want, qualif.TransferManager{By: test.by, Siret: test.siret, To: test.to})
		})
	}
}

// In 2022 there is no gestionnaire secondaire any more: who was one is a user.
func TestRolesOfAProfile(t *testing.T) {
	t.Parallel()
	for profile, want := range map[string]qualif.Role{"portail-2022": qualif.Utilisateur, "cpp-2020": qualif.GestionnaireSecondaire} {
		sb := founded(t, profile)
		if got := sb.roleOf(deputy, supplierID); got != want {
			t.Errorf("%s: got %s, want %s", profile, got, want)
		}
	}
	sb := founded(t, "cpp-2020")
	if got := len(sb.RattachementsTo(supplierID)); got != 4 {
		t.Errorf("got %d attachments, want 4", got)
	}
	if login, ok := sb.ManagerOf(orphanID); ok {
		t.Errorf("%s manages the structure that nobody does", login)
	}
}
