package portal

import (
	"cmp"
	"slices"
	"time"

	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// visit is a person at work on the portal of a sandbox. Its methods are what
// the portal does, whatever it looks like: they return facts and sentences, or
// a *qualif.Refusal.
type visit struct {
	sandbox *sandboxes.Sandbox
	person  *qualif.Person
	locale  locale
}

// profile is the generation of the portal that is visited.
func (v visit) profile() (profile qualif.Profile) {
	v.sandbox.Read(func(s sandboxes.View) { profile = s.Profile })
	return profile
}

// account is a technical account as it stands at an instant.
type account struct {
	*qualif.TechnicalAccount
	Present time.Time
}

func (v visit) account(a *qualif.TechnicalAccount) account { return account{a, v.sandbox.Now()} }

// membership is a structure as one of its people sees it.
type membership struct {
	Structure *qualif.Structure
	Role      qualif.Role
	// Manager is the login of the gestionnaire principal, "" when there is
	// none.
	Manager string
	// Accounts counts the technical accounts, deleted ones apart.
	Accounts int
}

// memberships lists the structures that a person is attached to by identifier.
func memberships(s sandboxes.View, login string) []membership {
	var all []membership
	for _, r := range s.RattachementsOf(login) {
		structure, _ := s.Data().Structure(r.StructureID)
		manager, _ := s.ManagerOf(r.StructureID)
		all = append(all, membership{structure, s.RoleIn(r), manager, len(s.AccountsOf(r.StructureID))})
	}
	slices.SortFunc(all, func(a, b membership) int {
		return cmp.Or(cmp.Compare(a.Structure.Identifiant, b.Structure.Identifiant), cmp.Compare(a.Structure.ID, b.Structure.ID))
	})
	return all
}

// consulted finds the structure whose technical accounts a person may look at:
// the screen is that of both kinds of managers ("Administrer les structures et
// les utilisateurs"), where the generation has both; only the gestionnaire
// principal may then do something.
func consulted(s sandboxes.View, login, identifier string) (*qualif.Structure, error) {
	for _, r := range s.RattachementsOf(login) {
		structure, _ := s.Data().Structure(r.StructureID)
		if structure.Identifiant == identifier && s.RoleIn(r) != qualif.Utilisateur {
			return structure, nil
		}
	}
	for _, kind := range qualif.IdentifierTypes {
		if _, exists := s.Data().ByIdentifier(kind, identifier); exists {
			return nil, refusal("not-primary-manager", identifier)
		}
	}
	return nil, refusal("structure-unknown", identifier)
}
