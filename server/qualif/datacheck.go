package qualif

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// maxAge bounds the ages of a data set's accounts, in days: ten years, before
// which there was no Chorus Pro.
const maxAge = 3650

// checker fills an index and collects every mistake on the way.
type checker struct {
	index *dataIndex
	errs  []error
}

// wrong notes a mistake about something when it is one.
func (c *checker) wrong(mistake bool, about, format string, values ...any) {
	if mistake {
		c.errs = append(c.errs, fmt.Errorf("%s: %s", about, fmt.Sprintf(format, values...)))
	}
}

func (c *checker) structures(all []Structure) {
	x := c.index
	accounts, commitments := map[int64]bool{}, map[int64]bool{}
	for i := range all {
		s := &all[i]
		id := Identifier{s.TypeIdentifiant, s.Identifiant}.fold()
		about := fmt.Sprintf("structure %d (%s %s)", s.ID, s.TypeIdentifiant, s.Identifiant)
		c.wrong(s.ID <= 0, about, "idStructureCPP is not positive")
		c.wrong(x.byID[s.ID] != nil, about, "idStructureCPP is taken")
		c.wrong(!slices.Contains(IdentifierTypes, s.TypeIdentifiant), about, "the identifier's type is none of %v", IdentifierTypes)
		c.wrong(s.Identifiant == "", about, "it has no identifier")
		c.wrong(s.TypeIdentifiant == SIRET && !isSIRET(s.Identifiant), about, "a SIRET is 14 digits")
		c.wrong(x.byIdentifier[id] != nil, about, "the identifier is taken")
		x.byID[s.ID], x.byIdentifier[id] = s, s
		services := map[int64]bool{}
		for _, service := range s.Services {
			c.wrong(service.ID <= 0 || services[service.ID], about, "idService %d is taken or not positive", service.ID)
			services[service.ID] = true
		}
		c.bankAccounts(s, about, accounts)
	}
	for i := range all {
		c.commitments(&all[i], commitments)
	}
}

func (c *checker) people(all []Person) {
	x := c.index
	ids := map[int64]bool{}
	for i := range all {
		p := &all[i]
		about, key := fmt.Sprintf("person %q", p.Login), foldLogin(p.Login)
		c.wrong(p.Login == "", about, "the login is empty")
		c.wrong(x.person[key] != nil, about, "the login is taken")
		c.wrong(p.ID != 0 && ids[p.ID], about, "idUtilisateur %d is taken", p.ID)
		c.wrong(p.Contact != "" && checkEmail(p.Contact) != nil, about, "contact %q is not a valid e-mail address", p.Contact)
		x.person[key], ids[p.ID] = p, true
	}
}

func (c *checker) attachments(all []Rattachement) {
	x := c.index
	ids, principal := map[int64]bool{}, map[int64]string{}
	type link struct {
		login     string
		structure int64
	}
	links := map[link]bool{}
	for i := range all {
		r := &all[i]
		about, key := fmt.Sprintf("rattachement %d", r.ID), foldLogin(r.Login)
		c.wrong(r.ID <= 0 || ids[r.ID], about, "idRattachement is taken or not positive")
		if p := x.person[key]; p != nil {
			r.Login = p.Login
		} else {
			c.wrong(true, about, "login %q is nobody's", r.Login)
		}
		s := x.byID[r.StructureID]
		c.wrong(s == nil, about, "structure %d does not exist", r.StructureID)
		c.wrong(links[link{key, r.StructureID}], about, "%s is attached to structure %d already", r.Login, r.StructureID)
		for _, id := range r.Services {
			c.wrong(s != nil && !s.hasService(id), about, "structure %d has no service %d", r.StructureID, id)
		}
		switch other := principal[r.StructureID]; {
		case r.Role == GestionnairePrincipal:
			c.wrong(other != "", about, "structure %d already has %s as gestionnaire principal", r.StructureID, other)
			principal[r.StructureID] = r.Login
		case r.Role != GestionnaireSecondaire && r.Role != Utilisateur:
			c.wrong(true, about, "role %q: want %s, %s or %s", r.Role, GestionnairePrincipal, GestionnaireSecondaire, Utilisateur)
		}
		ids[r.ID], links[link{key, r.StructureID}] = true, true
		x.byPerson[key] = append(x.byPerson[key], r)
		x.byStructure[r.StructureID] = append(x.byStructure[r.StructureID], r)
	}
	x.managed = slices.AppendSeq(make([]int64, 0, len(principal)), maps.Keys(principal))
	slices.Sort(x.managed)
}

func (c *checker) accounts(all []AccountSeed) {
	for i, a := range all {
		s, about := c.index.byID[a.StructureID], fmt.Sprintf("account %d", i+1)
		if s == nil {
			c.wrong(true, about, "structure %d does not exist", a.StructureID)
		} else {
			c.wrong(s.TypeIdentifiant != SIRET, about, "structure %d has no SIRET, and a technical login is made of one", a.StructureID)
			_, managed := slices.BinarySearch(c.index.managed, a.StructureID)
			c.wrong(!managed, about, "structure %d has no gestionnaire principal, and nobody else creates accounts", a.StructureID)
		}
		c.wrong(!slices.Contains(Statuses, a.Status), about, "status %q is none of %v", a.Status, Statuses)
		c.wrong(a.Login != "" && c.index.person[foldLogin(a.Login)] != nil, about, "login %s is a person's", a.Login)
		c.wrong(a.Contact != "" && checkEmail(a.Contact) != nil, about, "contact %q is not a valid e-mail address", a.Contact)
		for _, age := range []int{a.ChangedDays, a.ChangedMinutes / (24 * 60), a.PasswordDays} {
			c.wrong(age > maxAge, about, "an age is more than %d days", maxAge)
		}
		age := time.Duration(a.ChangedDays)*24*time.Hour + time.Duration(a.ChangedMinutes)*time.Minute
		c.wrong(a.Status.Pending() && age >= pendingWait, about, "a request is pending for less than %s", pendingWait)
		c.wrong(min(a.ChangedDays, a.ChangedMinutes, a.PasswordDays) < 0, about, "an age is negative")
		for _, name := range a.Profiles {
			_, err := ProfileNamed(name)
			c.wrong(err != nil, about, "%v", err)
		}
	}
	c.logins(all)
}

// logins checks that no two accounts of a generation have the same login.
func (c *checker) logins(all []AccountSeed) {
	for _, p := range profiles {
		taken := map[string]bool{}
		for _, seed := range seedAccounts(all, p, c.index.byID) {
			key := foldLogin(seed.login)
			c.wrong(taken[key], "account "+seed.login, "the login is taken in profile %s (an account can be limited to some profiles)", p.Name)
			taken[key] = true
		}
	}
}
