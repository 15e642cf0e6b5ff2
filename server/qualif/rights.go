package qualif

import (
	"cmp"
	"net/mail"
	"slices"
	"strings"
)

// ManagerOf is the login of a structure's gestionnaire principal now; false when
// it has none.
func (s *State) ManagerOf(structureID int64) (string, bool) {
	for _, r := range s.data.index.byStructure[structureID] {
		if s.RoleIn(r) == GestionnairePrincipal {
			return r.Login, true
		}
	}
	return "", false
}

// RoleIn is the role an attachment gives now, in the words of the profile.
func (s *State) RoleIn(r *Rattachement) Role {
	if role, ok := s.roles[r.ID]; ok {
		return role
	}
	return s.Profile.Role(r.Role)
}

// ContactOf is a person's contact address now; the login when none was given.
func (s *State) ContactOf(login string) string {
	if contact, ok := s.contacts[foldLogin(login)]; ok {
		return contact
	}
	if p, ok := s.data.Person(login); ok && p.Contact != "" {
		return p.Contact
	}
	return s.personLogin(login)
}

// personLogin is a person's login as the data set spells it, however it was
// typed.
func (s *State) personLogin(typed string) string {
	if p, ok := s.data.Person(typed); ok {
		return p.Login
	}
	return typed
}

// RattachementsOf lists a person's attachments by id. The slice is shared: it
// must not be changed.
func (s *State) RattachementsOf(login string) []*Rattachement {
	return s.data.index.byPerson[foldLogin(login)]
}

// RattachementsTo lists the attachments to a structure by id. The slice is
// shared: it must not be changed.
func (s *State) RattachementsTo(structureID int64) []*Rattachement {
	return s.data.index.byStructure[structureID]
}

// ManagedBy lists the structures of which a person is gestionnaire principal
// now, by id.
func (s *State) ManagedBy(login string) []*Structure {
	var all []*Structure
	for _, r := range s.RattachementsOf(login) {
		if s.RoleIn(r) == GestionnairePrincipal {
			structure, _ := s.data.Structure(r.StructureID)
			all = append(all, structure)
		}
	}
	slices.SortFunc(all, byStructureID)
	return all
}

func byStructureID(a, b *Structure) int { return cmp.Compare(a.ID, b.ID) }

// PersonPassword is the password with which a person logs in: the data set's,
// or the one derived from the seed.
func (s *State) PersonPassword(p *Person) string { return PersonPassword(s.Seed, p) }

// PersonPassword is the password of a person in a sandbox of that seed.
func PersonPassword(seed int64, p *Person) string {
	if p.Password != "" {
		return p.Password
	}
	return generatePassword("13-one-special", seed, "person "+foldLogin(p.Login))
}

// LogIn checks a person's login and password. A technical account is refused
// as such, whatever the password: it cannot be used on the portal (AIFE,
// "Création d'un compte technique pour un accès API en Production").
func (s *State) LogIn(login, password string) (*Person, LoginRefusal) {
	if p, ok := s.data.Person(login); ok {
		switch {
		case !sameText(s.PersonPassword(p), password):
			return nil, LoginWrong
		case p.Inactif:
			return nil, LoginInactive
		}
		return p, LoginGranted
	}
	if _, ok := s.Account(login); ok {
		return nil, LoginTechnical
	}
	return nil, LoginWrong
}

// LoginRefusal is the outcome of a login to the portal.
type LoginRefusal int

// The outcomes: an unknown login and a wrong password are the same one.
const (
	LoginGranted LoginRefusal = iota
	LoginWrong
	LoginInactive
	LoginTechnical
)

// managed finds a structure by SIRET that a person may act on as gestionnaire
// principal.
func (s *State) managed(by, siret string) (*Structure, *Refusal) {
	structure, ok := s.data.ByIdentifier(SIRET, siret)
	if !ok {
		for _, kind := range IdentifierTypes {
			if _, other := s.data.ByIdentifier(kind, siret); other {
				return nil, refuse("structure-without-siret", siret)
			}
		}
		return nil, refuse("structure-unknown", siret)
	}
	if r := s.mustManage(by, structure); r != nil {
		return nil, r
	}
	return structure, nil
}

func (s *State) mustManage(by string, structure *Structure) *Refusal {
	if manager, ok := s.ManagerOf(structure.ID); !ok || foldLogin(manager) != foldLogin(by) {
		return refuse("not-primary-manager", structure.Identifiant)
	}
	return nil
}

// managedAccount finds an account that a person may act on, being its
// structure's gestionnaire principal: nobody else may (AIFE, guide to the reset
// of a technical user's password).
func (s *State) managedAccount(by, login string) (*TechnicalAccount, *Refusal) {
	a, ok := s.Account(login)
	if !ok {
		return nil, refuse("account-unknown", login)
	}
	structure, _ := s.data.Structure(a.StructureID)
	if r := s.mustManage(by, structure); r != nil {
		return nil, r
	}
	return a, nil
}

// checkEmail refuses what cannot be written on an envelope.
func checkEmail(address string) *Refusal {
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address || len(address) > 254 ||
		strings.ContainsAny(address, "\r\n") || !strings.Contains(address[strings.LastIndexByte(address, '@')+1:], ".") {
		return refuse("email-invalid", address)
	}
	return nil
}

// StructuresOf lists the structures that a technical account reaches, by id:
// its own and all those of its manager ("y compris sur les autres structures du
// gestionnaire principal", AIFE).
func (s *State) StructuresOf(a *TechnicalAccount) []*Structure {
	all := s.ManagedBy(s.managerFor(a))
	if own, ok := s.data.Structure(a.StructureID); ok && !slices.Contains(all, own) {
		all = append(all, own)
		slices.SortFunc(all, byStructureID)
	}
	return all
}

// managerFor is whose rights a technical account has now.
func (s *State) managerFor(a *TechnicalAccount) string {
	if !s.Profile.FollowsManager {
		return a.CreatedBy
	}
	manager, _ := s.ManagerOf(a.StructureID)
	return manager
}
