package qualif_test

import (
	"slices"
	"testing"

	"chorus-qualif/server/qualif"
)

func ids(structures []*qualif.Structure) []int64 {
	var all []int64
	for _, s := range structures {
		all = append(all, s.ID)
	}
	return all
}

// A technical account has its manager's rights, on the manager's other
// structures too, and they follow whoever is manager.
func TestRightsFollowTheManager(t *testing.T) {
	t.Parallel()
	for _, profile := range profileNames() {
		t.Run(profile, func(t *testing.T) {
			t.Parallel()
			sb := founded(t, profile)
			created := sb.active()
			principal := func() qualif.Principal {
				return sb.Principal(sb.wantVerdict(created.Account.Login, created.Password, qualif.CodeGranted))
			}
			p := principal()
			if want := []int64{supplierID, branchID, closedID, foreignID}; p.Manager != manager || !slices.Equal(ids(p.Structures), want) {
				t.Errorf("got %s, %v; want %v", p.Manager, ids(p.Structures), want)
			}
			if !p.Reaches(branchID) || p.Reaches(partnerID) || p.Reaches(0) {
				t.Error("the account does not reach what its manager does")
			}
			do(sb, qualif.TransferManager{By: manager, Siret: supplier, To: colleague})
			p = principal()
			if want := []int64{supplierID, partnerID}; p.Manager != colleague || !slices.Equal(ids(p.Structures), want) {
				t.Errorf("after the transfer: got %s, %v; want %v", p.Manager, ids(p.Structures), want)
			}
			if p.Login != created.Account.Login || p.Account != sb.account(p.Login) {
				t.Errorf("got %+v", p)
			}
		})
	}
}

// The other way to read the guides is a value of the profile too.
func TestRightsCanStayWithTheCreator(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022")
	sb.Profile.FollowsManager = false
	created := sb.active()
	do(sb, qualif.TransferManager{By: manager, Siret: supplier, To: colleague})
	p := sb.Principal(sb.wantVerdict(created.Account.Login, created.Password, qualif.CodeGranted))
	if want := []int64{supplierID, branchID, closedID, foreignID}; p.Manager != manager || !slices.Equal(ids(p.Structures), want) {
		t.Errorf("got %s, %v; want the creator's %v and its own", p.Manager, ids(p.Structures), want)
	}
}

func TestManagedStructures(t *testing.T) {
	t.Parallel()
	sb := founded(t, "cpp-2020")
	for login, want := range map[string][]int64{
		manager: {supplierID, branchID, closedID, foreignID}, colleague: {partnerID}, deputy: nil, "nobody": nil,
	} {
		if got := ids(sb.ManagedBy(login)); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", login, got, want)
		}
	}
	do(sb, qualif.TransferManager{By: manager, Siret: branch, To: colleague})
	if got, want := ids(sb.ManagedBy(colleague)), []int64{branchID, partnerID}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestLogIn(t *testing.T) {
	t.Parallel()
	sb := founded(t, "portail-2022")
	created := sb.active()
	derived, _ := sb.Data().Person(colleague)
	for name, test := range map[string]struct {
		login, password string
		want            qualif.LoginRefusal
	}{
		"a person":                   {manager, "Manager:1", qualif.LoginGranted},
		"whatever the case":          {"CATHERINE@EXAMPLE.FR", "Manager:1", qualif.LoginGranted},
		"a password has a case":      {manager, "manager:1", qualif.LoginWrong},
		"no password":                {manager, "", qualif.LoginWrong},
		"a derived password":         {colleague, sb.PersonPassword(derived), qualif.LoginGranted},
		"nobody":                     {"nobody@example.fr", "x", qualif.LoginWrong},
		"inactive":                   {retired, "retired", qualif.LoginInactive},
		"inactive, wrong password":   {retired, "x", qualif.LoginWrong},
		"a technical account":        {created.Account.Login, created.Password, qualif.LoginTechnical},
		"one with a wrong password":  {created.Account.Login, "x", qualif.LoginTechnical},
		"a technical login of 2017?": {"TECH_0" + supplier + "@cpp2017.fr", "x", qualif.LoginWrong},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, got := sb.LogIn(test.login, test.password)
			if got != test.want || (p != nil) != (got == qualif.LoginGranted) {
				t.Errorf("got %v, %v; want %v", got, p, test.want)
			}
		})
	}
}
