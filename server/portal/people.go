package portal

import (
	"chorus-qualif/server/qualif"
	"chorus-qualif/server/sandboxes"
)

// identity is who is on the portal.
type identity struct {
	Person  *qualif.Person
	Contact string
	// Profile names the generation of the portal.
	Profile    string
	Structures []membership
}

// me tells who is on the portal and with which roles.
func (v visit) me() (who identity) {
	v.sandbox.Read(func(s sandboxes.View) {
		who = identity{v.person, s.ContactOf(v.person.Login), s.Profile.Name, memberships(s, v.person.Login)}
	})
	return who
}

// structures lists the structures that the person is attached to.
func (v visit) structures() (all []membership) {
	v.sandbox.Read(func(s sandboxes.View) { all = memberships(s, v.person.Login) })
	return all
}

// followed is a change in a person's situation, with the logins of the
// technical accounts that it touches and the sentence that confirms it.
type followed struct {
	// Subject is the login of the person that the change is about.
	Subject string
	// Siret is the structure that the change is about, "" when it is none.
	Siret   string
	Logins  []string
	Message string
}

// changeMyContact gives the person another contact address; the technical
// accounts are those whose contact followed.
func (v visit) changeMyContact(contact string) (followed, error) {
	accounts, err := sandboxes.Do(v.sandbox, qualif.ChangeMyContact{By: v.person.Login, Contact: contact})
	if err != nil {
		return followed{}, err
	}
	return followed{Subject: v.person.Login, Logins: logins(accounts), Message: v.locale.say("my-contact-changed")}, nil
}

// transfer hands the role of gestionnaire principal to somebody else; the
// technical accounts are those of the structure, which obey the new one.
func (v visit) transfer(identifier, to string) (followed, error) {
	done, err := sandboxes.Do(v.sandbox, qualif.TransferManager{By: v.person.Login, Siret: identifier, To: to})
	if err != nil {
		return followed{}, err
	}
	result := followed{Subject: done.Manager, Siret: done.Siret, Message: v.locale.say("manager-transferred", done.Siret, done.Manager)}
	v.sandbox.Read(func(s sandboxes.View) {
		if structure, ok := s.Data().ByIdentifier(qualif.SIRET, done.Siret); ok {
			result.Logins = logins(s.AccountsOf(structure.ID))
		}
	})
	return result, nil
}

func logins(accounts []*qualif.TechnicalAccount) []string {
	all := make([]string, 0, len(accounts))
	for _, a := range accounts {
		all = append(all, a.Login)
	}
	return all
}
